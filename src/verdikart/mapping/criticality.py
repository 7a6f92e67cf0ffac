"""The assessment of a home by the EU method: scores, how sure they are, and rows for every output.

Two bases. ``study``: the published tables of 2023, recomputed (EU27 only, the default there).
``trade``: any home's own imports, production and industries (:mod:`home_inputs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import fsum
from pathlib import Path
from typing import Any, Literal

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.core.figure import Answer, FigureId, MixId
from verdikart.indicators.assessment import (
    Choices,
    MaterialInputs,
    MaterialScore,
    Setting,
    StageScore,
    score_all,
)
from verdikart.indicators.criticality import TEN, is_critical
from verdikart.indicators.criticality_figures import importance_answer, stage_answer
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.montecarlo import Draws, Spread, simulate
from verdikart.indicators.ranking import ranks
from verdikart.mapping import analyst, catalogue, eu_study, home_inputs
from verdikart.mapping.assess import Assessment
from verdikart.mapping.library import Library, goods_of
from verdikart.mapping.lists import CRITICAL, STRATEGIC, ancestors, standings
from verdikart.mapping.questions import put
from verdikart.mapping.stage_sources import PERIOD
from verdikart.reference.entities import Material
from verdikart.reference.figures import EuAssessment
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import TradeMeasure

Row = dict[str, Any]
Basis = Literal["study", "trade"]
BASES: tuple[Basis, ...] = ("study", "trade")
DRAWS = 10_000
SEED = 2023
DRAWN = (
    "sr_p05",
    "sr_p50",
    "sr_p95",
    "ei_p05",
    "ei_p50",
    "ei_p95",
    "chance_sr",
    "chance_ei",
    "chance_critical",
    "rank_low",
    "rank_high",
    "sureness",
)
FILLED = ("supply_used", "hhi_global", "hhi_home", "import_reliance", "eol_rir", "si_sr")
WITHIN = 0.1  # recomputed and published agree within one printed decimal
SENSITIVE = 1.0  # the preferential trade parameter's other value


@dataclass(frozen=True, slots=True)
class Result:
    """A home's assessment. ``draws`` is empty where no Monte Carlo was asked for."""

    home: str
    year: int
    basis: Basis
    inputs: tuple[MaterialInputs, ...]
    setting: Setting
    choices: Choices
    scores: dict[str, MaterialScore]
    draws: dict[str, Draws]


def assess_home(
    library: Library,
    home: str = "NOR",
    year: int | None = None,
    *,
    basis: str | None = None,
    choices: Choices | None = None,
    draws: int = DRAWS,
    spread: Spread | None = None,
    seed: int = SEED,
    rows: Sequence[Assessment] | None = None,
    inputs_file: Path | None = None,
) -> Result:
    """Assess a home. ``draws`` 0 leaves the Monte Carlo out; ``rows`` are assessments at hand;
    ``inputs_file`` is a CSV file with the analyst's own inputs, all of whose faults are told.
    """
    where = chosen_basis(home, basis)
    chosen = choices or Choices()
    viewpoint = catalogue.check_home(home, library.custom)
    if viewpoint is None:
        raise UsageProblem("the world is no home to assess; name a country or a group")
    if where == "study":
        if year is not None and year != PERIOD[1]:
            raise UsageProblem(
                "the study is of 2016–2020; leave --year out, or ask for --basis trade"
            )
        when = PERIOD[1]
        inputs, setting = eu_study.inputs(), eu_study.setting()
    else:
        span = catalogue.source_years("baci_hs92")
        when = span[-1] if year is None else catalogue.check_year("baci_hs92", year)
        catalogue.check_time(home, when)
        if rows is None:
            back = range(when - library.parameters.persistence_years + 1, when + 1)
            library.read_all([home], [y for y in back if y in span])
            library.read_all(["WORLD"], [when])
        inputs, setting = home_inputs.inputs(library, home, when, rows)
    if inputs_file is not None:
        area = home_inputs.area(viewpoint, when)
        edits = analyst.read(inputs_file, analyst.known(inputs, setting, area))
        changed, setting = analyst.apply(inputs, setting, edits)
        inputs = tuple(changed)
    scores = score_all(inputs, setting, chosen)
    drawn = _draw(inputs, scores, setting, chosen, spread or Spread(), draws, seed)
    return Result(home, when, where, inputs, setting, chosen, scores, drawn)


def chosen_basis(home: str, basis: str | None) -> Basis:
    """The basis asked for, or the home's default. Raises for the study of any home but EU27."""
    if basis is None:
        return "study" if home == "EU27" else "trade"
    for known in BASES:
        if basis == known:
            if known == "study" and home != "EU27":
                raise UsageProblem(
                    f"the study is of EU27; for {home} leave --basis out or write --basis trade"
                )
            return known
    raise UnknownName("basis", basis, BASES, ", ".join(BASES))


def _draw(
    inputs: Sequence[MaterialInputs],
    scores: dict[str, MaterialScore],
    setting: Setting,
    choices: Choices,
    spread: Spread,
    draws: int,
    seed: int,
) -> dict[str, Draws]:
    if draws <= 0:
        return {}
    import numpy as np

    return simulate(inputs, scores, setting, np.random.default_rng(seed), choices, spread, draws)


def verdict_of(score: MaterialScore) -> str:
    """``small, net_exporter, critical, not_critical`` or ``undetermined``."""
    if score.small:
        return "small"
    if score.stage is not None and score.stage.inputs.net_exporter:
        return "net_exporter"
    if score.critical is None:
        return "undetermined"
    return "critical" if score.critical else "not_critical"


def material_rows(result: Result) -> list[Row]:
    """One flat row a material, the riskiest first; materials without a score last."""
    sensitive = score_all(
        result.inputs, result.setting, replace(result.choices, preferential=SENSITIVE)
    )
    rows = [
        _material_row(result, score, sensitive[score.material]) for score in result.scores.values()
    ]
    ranks = _ranks(result)
    for row in rows:
        row["rank"] = ranks.get(row["material_id"])
    return sorted(rows, key=_order)


def _order(row: Row) -> tuple[bool, float, str]:
    value = row["supply_risk"]
    top = row["supply_risk_high"] or 0.0
    return (value is None, -(top if value is None else value), row["material_id"])


def _ranks(result: Result) -> dict[str, int]:
    """Rank by SR among units with a place (a group stands for its members); ties are equal."""
    inside = {member for m in result.inputs for member in m.members}
    values = {
        name: score.sr.value
        for name, score in result.scores.items()
        if name not in inside and score.ranked and score.sr.value is not None
    }
    return ranks(values)


def _material_row(result: Result, score: MaterialScore, sensitive: MaterialScore) -> Row:
    known = by_key(Material)[score.material]
    stage = score.stage
    row: Row = {
        "home": result.home,
        "year": result.year,
        "method": "eu2023",
        "basis": result.basis,
        "material_id": score.material,
        "name_en": known.name_en,
        "name_nb": known.name_nb,
        "subject": score.assessed,
        "stage": stage.inputs.stage if stage else None,
    }
    borrowed = result.home != "EU27"
    row["figure"] = figure_id(result, stage) if stage else None
    put(row, "supply_risk", stage_answer(stage) if stage else _group(score, "sr"))
    put(row, "economic_importance", importance_answer(score, borrowed=borrowed))
    row["supply_risk_without_preference"] = sensitive.sr.value
    row["supply_risk_world_only"] = world_only(stage) if stage else None
    row["verdict"] = verdict_of(score)
    row["rank"] = None
    row |= _draw_cells(result.draws.get(score.material))
    if row["verdict"] in ("net_exporter", "small"):
        row |= {"chance_critical": None, "sureness": None}
    if row["verdict"] == "small":
        row |= {"rank_low": None, "rank_high": None}
    row |= _input_cells(stage)
    if row["sureness"] == "clear" and "suspected_transit" in row["caveats"]:
        # Who really supplies is not known, so no draw of these shares makes it clear.
        row["sureness"] = "borderline"
    if score.ei.value is not None and score.ei.value > TEN:
        row["caveats"].append("above_scale")
    row["missing"] = list(score.missing)
    if any(s.inputs.net_exporter and s is not stage for s in score.stages):
        row["caveats"].append("other_stage_exported")
    row |= _feed_cells(feed_of(result, score))
    row["measures_since"] = list(measures_since(score.material))
    return row | _study_cells(result, score)


def _group(score: MaterialScore, which: str) -> Answer:
    held = score.sr if which == "sr" else score.ei
    if held.value is None:
        return Answer.none("missing_members", low=held.low, high=held.high)
    return Answer.of(held.value, held.low, held.high, "group_mean")


def _draw_cells(draws: Draws | None) -> Row:
    if draws is None:
        return dict.fromkeys(DRAWN)
    rank = draws.rank or (None, None, None)
    return {
        "sr_p05": draws.sr[0],
        "sr_p50": draws.sr[1],
        "sr_p95": draws.sr[2],
        "ei_p05": draws.ei[0],
        "ei_p50": draws.ei[1],
        "ei_p95": draws.ei[2],
        "chance_sr": draws.chance_sr,
        "chance_ei": draws.chance_ei,
        "chance_critical": draws.chance_critical,
        "rank_low": rank[0],
        "rank_high": rank[2],
        "sureness": draws.word,
    }


def _input_cells(stage: StageScore | None) -> Row:
    if stage is None:
        return dict.fromkeys(FILLED) | {"borrowed": [], "net_exporter": None, "caveats": []}
    inputs = stage.inputs
    return {
        "supply_used": inputs.supply_used,
        "hhi_global": stage.hhi_world.value if stage.hhi_world else None,
        "hhi_home": stage.hhi_home.value if stage.hhi_home else None,
        "import_reliance": inputs.import_reliance.value,
        "eol_rir": inputs.eol_rir.value,
        "si_sr": inputs.si_sr.value,
        "borrowed": list(stage.borrowed),
        "net_exporter": inputs.net_exporter,
        "caveats": list(inputs.notes),
    }


def _study_cells(result: Result, score: MaterialScore) -> Row:
    """The published row beside the recomputed one, with the known cause of what differs."""
    published = eu_study.by_material().get(score.material)
    standing = standings().get(score.material)
    row: Row = {
        "published_supply_risk": published.supply_risk if published else None,
        "published_economic_importance": published.economic_importance if published else None,
        "published_critical": published_critical(published) if published else None,
        "annex_ii": bool(standing and standing.lists.get(CRITICAL) in ("by_name", "by_group")),
        "annex_i": bool(standing and standing.lists.get(STRATEGIC) in ("by_name", "by_group")),
    }
    row["critical_by"] = critical_by(row)
    if result.basis != "study" or published is None:
        return row | dict.fromkeys(("within_0_1", "flips", "cause"))
    value = score.sr.value
    close = None
    if score.stage is not None and value is not None and published.supply_risk is not None:
        close = abs(value - published.supply_risk) <= WITHIN
    recomputed = recomputed_critical(score, published)
    flips = recomputed is not None and recomputed != row["published_critical"]
    return row | {"within_0_1": close, "flips": flips, "cause": published.note or None}


def published_critical(row: EuAssessment) -> bool | None:
    """Whether the published scores reach both thresholds."""
    if row.supply_risk is None or row.economic_importance is None:
        return None
    return is_critical(row.supply_risk, row.economic_importance)


def recomputed_critical(score: MaterialScore, published: EuAssessment) -> bool | None:
    """The verdict with SR recomputed; EI is recomputed too where its uses are complete."""
    ei = score.ei.value if score.ei.value is not None else published.economic_importance
    if score.sr.value is None or ei is None:
        return None
    return is_critical(score.sr.value, ei)


def critical_by(row: Row) -> str | None:
    """Why the Act lists a material: by thresholds, or as strategic (Art. 4(2): copper, nickel)."""
    if not row["annex_ii"]:
        return None
    return "thresholds" if row["published_critical"] else "strategic"


def feed_of(result: Result, score: MaterialScore) -> list[StageScore]:
    """What a net exporter's plants live on: stages of any material that are feed for its good."""
    stage = score.stage
    if stage is None or not stage.inputs.net_exporter:
        return []
    subject = stage.inputs.subject
    goods = {p.product_id for p in goods_of(subject)} if ":" in subject else {subject}
    found: dict[str, StageScore] = {}
    for other in result.scores.values():
        for feed in other.stages:
            if goods & set(feed.inputs.feed_for) and feed.inputs.subject != subject:
                found.setdefault(feed.inputs.subject, feed)
    return list(found.values())


def _feed_cells(feeds: Sequence[StageScore]) -> Row:
    """Feed in columns of one length: subject, SR and its bounds; '' where there is no value."""
    return {
        "feed": [f.inputs.subject for f in feeds],
        "feed_supply_risk": ["" if f.sr.value is None else f"{f.sr.value:.12g}" for f in feeds],
        "feed_low": [f"{f.sr.low:.12g}" for f in feeds],
        "feed_high": [f"{f.sr.high:.12g}" for f in feeds],
    }


@cache
def measures_since(material: str) -> tuple[str, ...]:
    """Export restrictions on a material that came after the period of the trade parameter."""
    names = {material, *ancestors(material)}
    last = PERIOD[1]
    return tuple(
        row.measure_id
        for row in load(TradeMeasure)
        if row.from_date.year > last and "export" in row.measure and names & set(row.material_ids)
    )


def stage_rows(result: Result) -> list[Row]:
    """One flat row a stage, also of those that do not stand for their material."""
    rows = []
    for score in result.scores.values():
        for stage in score.stages:
            row: Row = {
                "home": result.home,
                "year": result.year,
                "basis": result.basis,
                "material_id": score.material,
                "subject": stage.inputs.subject,
                "stage": stage.inputs.stage,
                "assessed": stage.inputs.subject == score.assessed,
                "figure": figure_id(result, stage),
            }
            put(row, "supply_risk", stage_answer(stage))
            row |= _input_cells(stage)
            row["feed_for"] = list(stage.inputs.feed_for)
            row["missing"] = list(stage.missing)
            row["supply_risk_world_only"] = world_only(stage)
            rows.append(row)
    return rows


def world_only(stage: StageScore) -> float | None:
    """SR if the home's supply were the world's, where that much is known."""
    inputs, world = stage.inputs, stage.hhi_world
    if world is None or world.value is None:
        return None
    if inputs.eol_rir.value is None or inputs.si_sr.value is None:
        return None
    return world.value * (1 - inputs.eol_rir.value) * inputs.si_sr.value


def figure_id(result: Result, stage: StageScore) -> str | None:
    """The id under which ``explain`` derives a stage's SR; None where the home has no supply."""
    inputs = stage.inputs
    supply = inputs.home[0] if inputs.home else inputs.world if result.basis == "study" else None
    return f"{supply.mix}/supply_risk:{inputs.material}" if supply else None


def scored(library: Library, figure_id: FigureId) -> tuple[FigureId, Evidence]:
    """Evidence of a criticality figure: its mix, and the material scored for the home asked of."""
    material, identity = figure_id.argument or "", figure_id.mix
    catalogue.check_material(material)
    study = identity.source == eu_study.SOURCE
    home = "EU27" if study else identity.home
    basis: Basis = "study" if study else "trade"
    result = assess_home(library, home, None if study else identity.year, basis=basis, draws=0)
    score = result.scores.get(material)
    stage = next((s for s in score.stages if _of(s, identity)), None) if score else None
    if score is None or stage is None:
        known = ", ".join(s.inputs.subject for s in score.stages) if score else "none"
        raise UsageProblem(
            f"{home} has no {basis} assessment of {material} from {identity}; stages: {known}"
        )
    return figure_id, replace(library.evidence(identity), score=score, stage=stage)


def _of(stage: StageScore, identity: MixId) -> bool:
    supplies = [*stage.inputs.home, *([stage.inputs.world] if stage.inputs.world else [])]
    return bool(supplies) and any(supply.mix == str(identity) for supply in supplies)


def partial_importance(inputs: MaterialInputs, setting: Setting) -> float | None:
    """EI of the uses that are printed with a sector, complete or not: only for comparison."""
    added = [(u.share, setting.value_added.get(u.sector or "")) for u in inputs.uses]
    known = [share * row.value for share, row in added if row and row.value is not None]
    index = inputs.si_ei.value
    return fsum(known) * index * TEN / setting.scale if known and index is not None else None
