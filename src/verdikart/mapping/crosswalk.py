"""The cross-walk: each finding beside the EU and US studies, and whether they say the same.

**Findings** are the strongest positions, the sharpest vulnerabilities, and every other stage on own
imports that passes a concentration test (HHI, 65 % of imports, 65 % of consumption).

**Studies** are named good by good in ``study_links``; nothing is matched by likeness of names. The
EU study of 2023 gives shares of EU sourcing and a supply risk for each stage (2016–2020), the
USGS the leading sources of US imports (2021–2024).

**Like with like.** Only the same material at the same stage is compared, and one measure at a time:

- *largest supplier*: ``agrees`` where it is the same country and both shares are on the same side of
  the share limit. A share within the borderline band of the limit is on neither side: it
  contradicts none. Anything else ``differs``.
- *supply risk*: judgement against judgement. Ours is the outcome ``vulnerable``, the study's
  is a supply risk and an economic importance on the thresholds or over. The row says that the study
  weighs more than suppliers.
- *share of one supplier* (positions): ``agrees`` where the study's share of the home lies within our
  own shares of the same area and year (every embedded source and denominator), widened by the band.
  Where neither reaches the floor for a position, the finding's position is elsewhere and nothing is
  compared.

**Not covered.** A finding without one comparable study has exactly one such row: another stage,
another good, EU rows that only repeat the world's, a residual as large as the largest share, no item
at all; or our own side gives no verdict (suspected suppression or transit, below the floor). The row still
shows what the study says. A study that is silent where another speaks is named in ``lacking``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from verdikart.core.figure import FigureId, MixId
from verdikart.indicators.evidence import Evidence, Parameters
from verdikart.indicators.verdict import ROUNDING
from verdikart.mapping import catalogue, studies, trade_sources
from verdikart.mapping.assess import Assessment, figure_of, sharpest
from verdikart.mapping.library import Library, same_good
from verdikart.mapping.lists import standings
from verdikart.mapping.position import Position, strongest
from verdikart.reference.entities import Product, Source
from verdikart.reference.load import by_key

PASSED = frozenset(("concentrated", "over_65_imports", "over_65_consumption"))
SILENT = {
    "bounds_only": "suspected_suppression",
    "transit": "suspected_transit",
    "small": "below_floor",
}
SCOPES = {"wider": "study_wider", "narrower": "study_narrower"}
SHARES = ("supplier_share", "supplier_share_all", "supplier_share_quantity")
Relation = Literal["agrees", "differs", "not_covered"]


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """One finding beside one measure of one study.

    Shares are fractions; ``value`` is our share also where judgements are compared. ``low`` and
    ``high`` span our own shares of a position. ``over`` and ``study_over`` answer the question
    compared: over the share limit, or at risk. ``reasons`` are codes of the reasons table, the ones
    that decide first; ``lacking`` has ``study/measure:reason``.
    """

    kind: Literal["vulnerability", "position"]
    rank: int | None
    home: str
    subject: str
    products: tuple[str, ...]
    materials: tuple[str, ...]
    stage: str
    outcome: str | None
    basis: str
    indicator: str
    area: str
    partner: str | None
    value: float | None
    low: float | None
    high: float | None
    over: bool | None
    year: int
    source: str
    figure: str | None
    relation: Relation
    reasons: tuple[str, ...]
    study: str | None = None
    study_indicator: str | None = None
    study_item: str | None = None
    study_stage: str | None = None
    study_partner: str | None = None
    study_value: float | None = None
    study_unit: str | None = None
    study_over: bool | None = None
    study_period: str | None = None
    study_figure: str | None = None
    lacking: tuple[str, ...] = ()


def crosswalk(
    home: str,
    assessments: Sequence[Assessment],
    placed_positions: Sequence[Position],
    library: Library,
) -> list[Crosswalk]:
    """Every finding of a home beside the studies: positions, ranked vulnerabilities, then the rest."""
    rows: list[Crosswalk] = []
    placed = [p for p in placed_positions if p.home == home]
    for rank, place in enumerate(strongest(placed), start=1):
        rows += _position_rows(place, rank, library)
    own = [a for a in assessments if a.home == home and a.basis == "own_imports"]
    ranks = {a.subject: rank for rank, a in enumerate(sharpest(own), start=1)}
    passing = [a for a in own if a.subject in ranks or (a.verdict and PASSED & {*a.verdict.flags})]
    for row in sorted(passing, key=lambda a: (ranks.get(a.subject, len(own)), -a.sharpness)):
        rows += _vulnerability_rows(row, ranks.get(row.subject), library)
    return rows


def _lists(material: str) -> list[str]:
    """Lists that name a material; those whose items are unverified are left out."""
    return [name for name in standings()[material].lists if not name.endswith("_UNVERIFIED")]


def crosswalk_rows(rows: Iterable[Crosswalk]) -> list[dict[str, Any]]:
    """Flat rows for a table: ids, names in both languages, plain numbers, lists of codes."""
    found = []
    for row in rows:
        product = by_key(Product)[row.products[0]]
        study = by_key(Source)[row.study] if row.study else None
        plain = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(row).items()}
        material = row.materials[0] if row.materials else None
        found.append(
            plain
            | {
                "name_en": product.name_en,
                "name_nb": product.name_nb,
                "material": material,
                "lists": _lists(material) if material else [],
                "study_title_en": study.title_en if study else None,
                "study_title_nb": study.title_nb if study else None,
                "study_source": row.study,
            }
        )
    return found


# The comparison


def _side(share: float, limit: float, band: float) -> int:
    """1 over the limit, -1 below it, 0 within the band around it."""
    if abs(share - limit) <= band + ROUNDING:
        return 0
    return 1 if share > limit else -1


def _caveats(row: Crosswalk, reading: studies.Reading) -> tuple[str, ...]:
    """What keeps the two apart whatever the relation: period, scope, coverage."""
    first, _, last = reading.period.partition("-")
    inside = int(first) <= row.year <= int(last or first)
    found = ["study_average" if inside else "different_period"]
    if reading.link.scope in SCOPES:
        found.append(SCOPES[reading.link.scope])
    if len(row.products) > 1:
        found.append("shared_code")
    return (*found, *reading.notes)


def _told(row: Crosswalk, reading: studies.Reading, limit: float) -> Crosswalk:
    """The row with the study's side filled in; the relation is still open."""
    top = reading.shares[0] if reading.shares else (None, None)
    ours = dict(reading.shares)
    if row.kind == "position":
        partner, value = (row.home, ours.get(row.home)) if reading.shares else (None, None)
        name, argument = "supplier_share", row.home
    else:
        # Suppliers that share the first place are all the largest.
        tied = row.partner is not None and ours.get(row.partner) == top[1]
        partner, value = (row.partner, top[1]) if tied else top
        name, argument = "top_share", None
    risk = reading.indicator == "eu_supply_risk"
    over = reading.at_risk if risk else None
    if row.kind == "vulnerability" and value is not None:
        over = value > limit
    suffix = "" if risk else "_home_share" if row.kind == "position" else "_top_share"
    figure = f"{reading.figure}/{name}" + (f":{argument}" if argument else "")
    return replace(
        row,
        study=reading.link.source,
        study_indicator=f"{reading.indicator}{suffix}",
        study_item=reading.item,
        study_stage=reading.link.stage,
        study_partner=None if risk else partner,
        study_value=reading.score if risk else value,
        study_unit="index_0_10" if risk else "share",
        study_over=over,
        study_period=reading.period or None,
        study_figure=figure if reading.figure else None,
    )


def _same_supplier(
    row: Crosswalk, reading: studies.Reading, assessed: Assessment, evidence: Evidence, band: float
) -> tuple[Relation, list[str]]:
    """Same largest supplier, and on the same side of the share limit."""
    limits = evidence.parameters
    if row.value is None or row.study_value is None:
        raise ValueError(f"{row.subject}: shares are compared only where both are known")
    points, limit = limits.borderline_points, limits.share_threshold
    same = row.partner == row.study_partner
    here, there = _side(row.value, limit, band), _side(row.study_value, limit, points)
    reasons = ["same_top_supplier" if same else "different_top_supplier"]
    if not here or not there:
        reasons.append("near_65")
    elif here == there:
        reasons.append("both_above_65" if here > 0 else "both_below_65")
    else:
        reasons.append("above_65_here_only" if here > 0 else "above_65_in_study_only")
    if same and here * there >= 0:
        return "agrees", reasons
    if not same and row.study_value - dict(reading.shares).get(row.partner or "", -1.0) <= points:
        reasons.append("study_near_tie")
    if not same and assessed.answers["top_supplier_quantity"].value == row.study_partner:
        reasons.append("same_by_quantity")
    if row.study_partner in evidence.members:
        reasons.append("study_top_is_home")
    return "differs", reasons + _net_exporter(evidence)


def _net_exporter(evidence: Evidence) -> list[str]:
    exports = evidence.exports.total("value") if evidence.exports else None
    return ["net_exporter"] if exports and exports > (evidence.mix.total("value") or 0) else []


def _same_judgement(row: Crosswalk, evidence: Evidence) -> tuple[Relation, list[str]]:
    """Vulnerable here, and at risk in the study."""
    reasons = {
        (True, True): "both_at_risk",
        (False, False): "neither_at_risk",
        (True, False): "at_risk_here_only",
        (False, True): "at_risk_in_study_only",
    }
    found = [reasons[bool(row.over), bool(row.study_over)]]
    if row.outcome == "concentrated_allied":
        found.append("allied_supplier")
    if bool(row.over) == bool(row.study_over):
        return "agrees", found
    return "differs", found + _net_exporter(evidence)


def _vulnerability_rows(
    assessed: Assessment, rank: int | None, library: Library
) -> list[Crosswalk]:
    mix, evidence, verdict = assessed.mix, assessed.evidence, assessed.verdict
    if mix is None or evidence is None or verdict is None:
        raise ValueError(f"{assessed.subject} has no verdict to compare")
    limits = evidence.parameters
    share, top = assessed.answers["top_share"].value, assessed.answers["top_supplier"].value
    known = float(share) if isinstance(share, (int, float)) else None
    silent = SILENT.get(assessed.outcome)
    base = Crosswalk(
        "vulnerability",
        rank,
        assessed.home,
        assessed.subject,
        assessed.products,
        assessed.materials,
        assessed.stage,
        assessed.outcome,
        assessed.basis,
        "top_share",
        assessed.home,
        str(top) if top else None,
        known,
        None,
        None,
        None if silent or known is None else known > limits.share_threshold,
        mix.year,
        mix.source,
        str(figure_of(mix, "top_share", assessed.home)),
        "not_covered",
        (),
    )
    readings = studies.readings(assessed.products, assessed.stage, library, position=False)
    if silent:
        return [_uncovered(base, readings, limits.share_threshold, silent)]
    rows = []
    for reading in (r for r in readings if not r.fault):
        row = _told(base, reading, limits.share_threshold)
        if reading.indicator == "eu_supply_risk":
            row = replace(row, indicator="outcome", over=assessed.outcome == "vulnerable")
            relation, reasons = _same_judgement(row, evidence)
        else:
            relation, reasons = _same_supplier(row, reading, assessed, evidence, verdict.band)
        rows.append(_judged(row, relation, reasons, reading))
    return _with_lacking(base, rows, readings, limits.share_threshold)


def _judged(
    row: Crosswalk, relation: Relation, reasons: Sequence[str], reading: studies.Reading
) -> Crosswalk:
    return replace(row, relation=relation, reasons=(*reasons, *_caveats(row, reading)))


def _lacking(products: Sequence[str], readings: Sequence[studies.Reading]) -> tuple[str, ...]:
    faults = [f"{r.link.source}/{r.indicator}:{r.fault}" for r in readings if r.fault]
    named = {link.source for product in products for link in studies.links().get(product, ())}
    return (
        *dict.fromkeys(faults),
        *(f"{s}:study_lacks_material" for s in studies.AREAS if s not in named),
    )


def _with_lacking(
    base: Crosswalk, rows: list[Crosswalk], readings: Sequence[studies.Reading], limit: float
) -> list[Crosswalk]:
    if not rows:
        return [_uncovered(base, readings, limit)]
    lacking = _lacking(base.products, readings)
    return [replace(row, lacking=lacking) for row in rows]


def _uncovered(
    base: Crosswalk, readings: Sequence[studies.Reading], limit: float, silent: str | None = None
) -> Crosswalk:
    """The one row of a finding that no study can be compared with, showing what the nearest says."""
    told = [r for r in readings if r.shares or r.score is not None]
    shown = sorted(told, key=lambda r: r.fault is not None) or list(readings)
    reasons = [silent] if silent else []
    if not shown:
        return replace(base, reasons=(*reasons, "study_lacks_material"))
    nearest = shown[0]
    reasons += [nearest.fault] if nearest.fault else []
    row = _told(base, nearest, limit)
    rest = [r for r in readings if r is not nearest]
    return replace(row, reasons=tuple(reasons), lacking=_lacking(base.products, rest))


# Positions


def _position_rows(place: Position, rank: int, library: Library) -> list[Crosswalk]:
    limits = place.evidence.parameters
    base = Crosswalk(
        "position",
        rank,
        place.home,
        place.subject,
        place.products,
        place.materials,
        place.stage,
        None,
        place.basis,
        "supplier_share",
        place.other,
        place.home,
        place.share,
        None,
        None,
        None,
        place.mix.year,
        place.mix.source,
        str(FigureId(place.mix, "supplier_share", place.home)),
        "not_covered",
        (),
    )
    readings: list[studies.Reading] = []
    rows = []
    for reading in studies.readings(place.products, place.stage, library, position=True):
        area = studies.AREAS[reading.link.source]
        own = None if reading.fault else _own_shares(place, area, library)
        share = dict(reading.shares).get(place.home)
        fault = reading.fault or _unplaced(own, share, limits)
        readings.append(replace(reading, fault=fault))
        if own is not None and share is not None and not fault:
            row = _told(_measured(base, area, own), reading, limits.share_threshold)
            relation, reasons = _same_share(own, share, limits)
            rows.append(_judged(row, relation, reasons, reading))
    return _with_lacking(base, rows, readings, limits.share_threshold)


Own = tuple[FigureId, tuple[float, ...]]


def _own_shares(place: Position, area: str, library: Library) -> Own | None:
    """Our own shares of the home in an area's imports, the first being the one to show.

    All embedded sources of the good in that year, by value (with and without trade inside the
    area) and by quantity.
    """
    found: list[tuple[FigureId, float]] = []
    for source, subject in ((place.mix.source, place.subject), *same_good(place.subject)):
        identity = MixId(area, place.mix.year, source, subject, "import")
        # Regional sources have no rows for a single country such as the United States.
        regional = source != "baci_hs92" and area not in trade_sources.regional_homes(source)
        if regional or identity.year not in catalogue.source_years(source):
            continue
        if library.find(identity) is None:
            continue
        evidence = library.context(identity)
        for name in SHARES:
            figure = FigureId(identity, name, place.home)
            value = library.answer(figure, evidence).value
            if isinstance(value, (int, float)):
                found.append((figure, float(value)))
    return (found[0][0], tuple(value for _, value in found)) if found else None


def _unplaced(own: Own | None, share: float | None, limits: Parameters) -> str | None:
    """Why the home's shares cannot be set side by side, if so."""
    if share is None:
        return "home_not_listed"
    if own is None:
        return "no_own_figure"
    return "no_position_in_area" if max(share, *own[1]) < limits.position_floor else None


def _measured(base: Crosswalk, area: str, own: Own) -> Crosswalk:
    """The row with our figure of the study's own area instead of the finding's."""
    figure, shares = own
    return replace(
        base,
        area=area,
        value=shares[0],
        low=min(shares),
        high=max(shares),
        year=figure.mix.year,
        source=figure.mix.source,
        figure=str(figure),
    )


def _same_share(own: Own, share: float, limits: Parameters) -> tuple[Relation, list[str]]:
    band = limits.borderline_points + ROUNDING
    if share > max(own[1]) + band:
        return "differs", ["study_share_higher"]
    if share < min(own[1]) - band:
        return "differs", ["study_share_lower"]
    return "agrees", ["share_within_range"]
