"""What each method says of each material: value, verdict, basis; or the reason why nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from verdikart.core.figure import MixId, Status
from verdikart.indicators.concentration import hhi
from verdikart.indicators.mix import Amount
from verdikart.mapping import eu_study, lists, stage_sources
from verdikart.mapping.assess import Assessment
from verdikart.mapping.criticality import Result, published_critical
from verdikart.mapping.library import Library
from verdikart.reference.entities import Material
from verdikart.reference.load import by_key

VOTERS = {
    "NATO": ("NATO_DCRM_2024",),
    "USA 2022": ("US_USGS_2022",),
    "USA 2025": ("US_USGS_2025",),
    "DOE": ("US_DOE_2023", "US_DOE_2025_ADD"),
    "Canada": ("CA_NRCAN_2024",),
    "Japan": ("JP_METI_STOCKPILE_2020", "JP_METI_ESPA_SUPPORT_2024"),
    "Australia": ("AU_DISR_2024",),
    "Korea": ("KR_MOTIE_2023",),
}
MAJORITY = 0.5  # a vote of the lists is a verdict where at least half of them name the material
ALL_CRITERIA = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """What one method says of one material; ``reason`` where it has no value."""

    value: float | None
    verdict: bool | None
    status: str = str(Status.OK)
    reason: str | None = None
    basis: str = ""
    ranked: bool = True


def published() -> dict[str, Judged]:
    """The EU study's own scores."""
    return {
        name: Judged(
            row.supply_risk,
            published_critical(row),
            basis=f"EU27 {'–'.join(map(str, stage_sources.PERIOD))}",
        )
        for name, row in eu_study.by_material().items()
    }


def own(result: Result) -> dict[str, Judged]:
    """The home's assessment by the EU method."""
    found = {}
    for name, score in result.scores.items():
        reason = None if score.sr.value is not None else "missing_input"
        status = Status.OK if score.sr.value is not None else Status.NOT_COMPUTABLE
        if score.stage is not None and score.stage.inputs.net_exporter:
            reason = "net_exporter"
        if score.small:
            reason = "below_floor"
        verdict = None if reason in ("net_exporter", "below_floor") else score.critical
        place = score.assessed or ""
        found[name] = Judged(
            score.sr.value, verdict, str(status), reason, place, ranked=score.ranked
        )
    return found


def geopolrisk_scores(home: str, year: int, form: str, library: Library) -> dict[str, Judged]:
    """GeoPolRisk of the home; of several raw materials of one material, the highest."""
    years = stage_sources.production_years()
    when = min(max(year, years[0]), years[-1])
    found: dict[str, Judged] = {}
    from verdikart.mapping import geopolrisk

    for row in geopolrisk.scores(when, [home], form=form, custom=library.custom):  # type: ignore[arg-type]
        name, value = row["material_id"], row["score"]
        if name is None:
            continue
        # The published form's zero for want of data is no low risk and gets no rank.
        if "published_form_zero" in row["caveats"]:
            value = None
        held = found.get(name)
        if held is None or (value is not None and (held.value is None or value > held.value)):
            status = row["score_status"] if value is not None else str(Status.NOT_COMPUTABLE)
            reason = row["score_reason"] or (None if value is not None else "published_form_zero")
            found[name] = Judged(value, None, status, reason, f"{row['name']} {when}")
    return found


def _imports(rows: Sequence[Assessment]) -> dict[str, list[Assessment]]:
    """Imported goods by material: those above the floor, and small ones where there are no others."""
    large: dict[str, list[Assessment]] = {}
    small: dict[str, list[Assessment]] = {}
    for row in rows:
        if row.basis == "own_imports" and row.evidence is not None and row.evidence.mix.suppliers:
            found = small if is_small(row) else large
            for material in row.materials:
                found.setdefault(material, []).append(row)
    return {**small, **large}


def is_small(row: Assessment) -> bool:
    """Whether an import is below the floor, so that no verdict is drawn from it."""
    return row.verdict is not None and "small" in row.verdict.flags


def cdi(rows: Sequence[Assessment]) -> dict[str, Judged]:
    """The good that meets most of CDI1–3, then the most concentrated, speaks for a material."""
    found = {}
    for material, goods in _imports(rows).items():
        best = max(goods, key=lambda g: (_met(g), _number(g, "cdi1") or 0.0, g.subject))
        verdict = None if is_small(best) else _met(best) == ALL_CRITERIA
        reason = "below_floor" if is_small(best) else best.answers["cdi1"].reason
        found[material] = Judged(_number(best, "cdi1"), verdict, basis=best.subject, reason=reason)
    return found


def _met(row: Assessment) -> int:
    limits = row.evidence.parameters if row.evidence else None
    if limits is None:
        return 0
    tests = (
        ("cdi1", limits.hhi_threshold),
        ("cdi2", limits.cdi2_threshold),
        ("cdi3", limits.cdi3_threshold),
    )
    # Without exports CDI3 has no value, and nothing at home stands in for the import.
    return sum(
        1
        for name, limit in tests
        if ((value := _number(row, name)) is not None and value > limit)
        or row.answers[name].reason == "zero_denominator"
    )


def _number(row: Assessment, name: str) -> float | None:
    value = row.answers[name].value
    return float(value) if isinstance(value, (int, float)) else None


def geodep(rows: Sequence[Assessment]) -> dict[str, Judged]:
    """GeoDep's three criteria in the year, of any of the material's goods."""
    found = {}
    for material, goods in _imports(rows).items():
        flags = [(g, g.answers["geodep"].value) for g in goods]
        known = [(g, bool(v)) for g, v in flags if v is not None]
        if not known:
            reason = goods[0].answers["geodep"].reason
            found[material] = Judged(None, None, str(Status.NOT_COMPUTABLE), reason)
            continue
        met = [g.subject for g, flag in known if flag]
        small = all(is_small(g) for g in goods)
        found[material] = Judged(
            float(bool(met)),
            None if small else bool(met),
            reason="below_floor" if small else None,
            basis=", ".join(met),
        )
    return found


def production(library: Library, year: int) -> dict[str, Judged]:
    """World production by stage: the most concentrated stage in the statistics or in the study."""
    last = min(year, stage_sources.production_years()[-1])
    amounts: list[tuple[str, str, Sequence[Amount]]] = []
    for subject in stage_sources.subjects("wmd"):
        mix = library.mix(MixId("WORLD", last, "wmd", subject, stage_sources.FLOWS["wmd"]))
        amounts.append((subject, f"wmd {last}", mix.amounts("quantity").numbers))
    for subject in stage_sources.subjects(eu_study.SOURCE):
        material, _, stage = subject.partition("@")
        supply = eu_study.supply(material, stage, "global_supply")
        shares = [part.share for part in supply.parts] if supply else []
        amounts.append((subject, f"{eu_study.SOURCE} {stage_sources.PERIOD[1]}", shares))
    found: dict[str, tuple[float, str]] = {}
    for subject, source, numbers in amounts:
        index = hhi(numbers)
        material = subject.partition("@")[0]
        held = found.get(material)
        if index is not None and (held is None or index > held[0]):
            found[material] = (index, f"{subject} {source}")
    limit = library.parameters.world_hhi_threshold
    return {
        name: Judged(value, value > limit, basis=basis) for name, (value, basis) in found.items()
    }


@cache
def votes(material: str) -> tuple[str, ...]:
    """The issuers whose list names a material, by itself or through its group."""
    standing = lists.standings().get(material)
    held = standing.lists if standing else {}
    return tuple(
        voter
        for voter, names in VOTERS.items()
        if any(held.get(name) in ("by_name", "by_group") for name in names)
    )


def list_votes() -> dict[str, Judged]:
    """Votes of the lists on every material."""
    found = {}
    for name in by_key(Material):
        share = len(votes(name)) / len(VOTERS)
        found[name] = Judged(share, share >= MAJORITY, basis=", ".join(votes(name)))
    return found
