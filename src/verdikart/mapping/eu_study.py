"""The EU study of 2023 as inputs: what its published tables say, with the rounding they print."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

from verdikart.indicators.assessment import (
    MaterialInputs,
    Part,
    Range,
    Setting,
    StageInputs,
    Supply,
    Use,
)
from verdikart.indicators.criticality import SupplyUsed
from verdikart.mapping import stage_sources
from verdikart.mapping.library import governance
from verdikart.reference.entities import Material
from verdikart.reference.figures import EuAssessment, EuUseShare, PublishedShare
from verdikart.reference.homes import group_members
from verdikart.reference.load import load
from verdikart.store import engine

SOURCE = "eu_crm_2023"
STAGES = ("extraction", "processing")
USED: dict[str, SupplyUsed] = {"GS+EU": "GS+EU", "GSonly": "GS", "EUonly": "EU"}
STEPS = {"global_supply": 0.001, "eu_sourcing": 0.01}  # a tenth of a per cent; a whole per cent
PER_CENT = 0.01
# Shares that lack less than this of 100 % do so by rounding, not for want of a supplier.
ROUNDING = 0.025
LARGEST = "C28"  # machinery, the largest manufacturing sector of the study


@cache
def _shares() -> dict[tuple[str, str, str], list[PublishedShare]]:
    grouped: dict[tuple[str, str, str], list[PublishedShare]] = defaultdict(list)
    for row in load(PublishedShare):
        grouped[row.material_id, row.stage, row.scope].append(row)
    return dict(grouped)


@cache
def supply(material: str, stage: str, scope: str) -> Supply | None:
    """A published supply with the trade parameters printed beside it (EU members 0.8)."""
    rows = _shares().get((material, stage, scope))
    if not rows:
        return None
    step = STEPS[scope]
    inside = group_members("EU27", stage_sources.PERIOD[1])
    parts = []
    for row in rows:
        # "Below 0.1 %" is no share; it is at most the limit printed.
        share = 0.0 if row.below or row.share_pct is None else row.share_pct / 100
        spread = (row.share_pct or 0.0) / 100 if row.below else step / 2
        parts.append(Part(row.iso3, share, spread, row.trade_parameter, row.iso3 in inside))
    left = 1 - sum(part.share for part in parts)
    home = "EU27" if scope == "eu_sourcing" else "WORLD"
    mix = f"{home}/{stage_sources.PERIOD[1]}/{SOURCE}/{material}@{stage}/supply"
    return Supply(mix, tuple(parts), left if left > ROUNDING else 0.0)


@cache
def by_material() -> dict[str, EuAssessment]:
    """The study's rows by material."""
    return {row.material_id: row for row in load(EuAssessment)}


def eol_rir(row: EuAssessment) -> Range:
    """End-of-life recycling input rate as printed."""
    value = row.eol_rir_pct
    return Range.unknown() if value is None else Range.printed(value / 100, PER_CENT)


def si_sr(row: EuAssessment) -> Range:
    """Substitution index for supply risk as printed."""
    return Range.unknown() if row.si_sr is None else Range.printed(row.si_sr, PER_CENT)


def si_ei(row: EuAssessment) -> Range:
    """Substitution index for economic importance as printed."""
    return Range.unknown() if row.si_ei is None else Range.printed(row.si_ei, PER_CENT)


def _reliance(row: EuAssessment, stage: str) -> Range:
    assessed = stage == row.stage_assessed
    own = (
        row.import_reliance_extraction_pct
        if stage == "extraction"
        else row.import_reliance_processing_pct
    )
    value = row.import_reliance_pct if assessed and row.import_reliance_pct is not None else own
    if value is None:
        return Range.unknown()
    return Range.printed(max(0.0, value) / 100, PER_CENT)


def _stage(row: EuAssessment, stage: str) -> StageInputs | None:
    used = row.supply_used_extraction if stage == "extraction" else row.supply_used_processing
    world = supply(row.material_id, stage, "global_supply")
    home = supply(row.material_id, stage, "eu_sourcing")
    if not used or (world is None and home is None):
        return None
    return StageInputs(
        row.material_id,
        stage,
        stage_sources.subject(row.material_id, stage),
        USED[used],
        world,
        (home,) if home else (),
        _reliance(row, stage),
        eol_rir(row),
        si_sr(row),
    )


@cache
def uses(material: str) -> tuple[Use, ...]:
    """End-use shares of a material in the EU; uses printed without a sector keep none."""
    return tuple(
        Use(row.nace2 or None, row.share_pct / 100, PER_CENT / 2)
        for row in _uses().get(material, [])
        if row.share_pct is not None
    )


@cache
def _uses() -> dict[str, list[EuUseShare]]:
    grouped: dict[str, list[EuUseShare]] = defaultdict(list)
    for row in load(EuUseShare):
        grouped[row.material_id].append(row)
    return dict(grouped)


@cache
def value_added() -> dict[str, Range]:
    """Value added by NACE division in MEUR: the amount printed most often for it.

    Five rows of the digitised table carry their neighbour's amount.
    """
    printed: dict[str, Counter[float]] = defaultdict(Counter)
    for row in load(EuUseShare):
        if row.nace2 and row.value_added_meur is not None:
            printed[row.nace2][row.value_added_meur] += 1
    return {sector: Range.exact(rows.most_common(1)[0][0]) for sector, rows in printed.items()}


@cache
def governance_errors() -> dict[str, float]:
    """Standard error of a country's governance score on 0–10.

    Only the error of one of the six dimensions (political stability) is embedded. The mean of six
    is known at least as well, so this is an upper bound; a country without one gets the median.
    """
    first, last = stage_sources.PERIOD
    query = (
        "SELECT iso3, avg(std_error) FROM {file} WHERE year BETWEEN ? AND ? "
        "AND std_error IS NOT NULL GROUP BY iso3"
    )
    rows = engine.rows(query, "wgi_pv.parquet", [first, last])
    known = {str(iso3): 2 * float(error) for iso3, error in rows}
    middle = sorted(known.values())[len(known) // 2]
    return {iso3: known.get(iso3, middle) for iso3 in governance()}


@cache
def setting() -> Setting:
    """Governance 2016–2020 and the value added of the study."""
    added = value_added()
    scale = added[LARGEST].value
    assert scale is not None  # noqa: S101 - the table always prints it
    return Setting(governance(), governance_errors(), added, scale)


@cache
def members_of() -> dict[str, tuple[str, ...]]:
    """Members of the groups that are the mean of them."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for row in load(Material):
        if row.parent_id and row.kind == "member" and row.material_id in by_material():
            grouped[row.parent_id].append(row.material_id)
    return {group: tuple(rows) for group, rows in grouped.items() if group in by_material()}


def _given(ei: float) -> Range:
    """A published EI: printed to a tenth."""
    return Range(ei, max(0.0, ei - 0.05), ei + 0.05)


@cache
def inputs() -> tuple[MaterialInputs, ...]:
    """Every material of the study; the assessed stage is the one published."""
    found = []
    for row in by_material().values():
        members = members_of().get(row.material_id, ())
        stages = tuple(s for name in STAGES if (s := _stage(row, name)) is not None)
        assessed = stage_sources.subject(row.material_id, row.stage_assessed)
        known = any(s.subject == assessed for s in stages)
        found.append(
            MaterialInputs(
                row.material_id,
                () if members else stages,
                uses(row.material_id),
                si_ei(row),
                members,
                assessed if known else None,
                None if row.economic_importance is None else _given(row.economic_importance),
                (row.note,) if row.note else (),
            )
        )
    return tuple(found)
