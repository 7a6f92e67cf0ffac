"""Methods side by side: each material's value, rank and verdict by every method, how far the
methods agree, and what drives a material's disagreement.

The driver is found, not guessed: the home's assessment is made again with one of its parts
changed (stage, concentration base, governance, recycling, value against quantity), and the change
that brings the material's place nearest to its mean place in the other methods is named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any

from verdikart.core.errors import UnknownName
from verdikart.core.figure import Status
from verdikart.core.registry import Text
from verdikart.indicators.assessment import Choices, MaterialScore, score_all
from verdikart.indicators.mix import Measure
from verdikart.indicators.ranking import kendall_tau, places, ranks
from verdikart.mapping import eu_study, home_inputs
from verdikart.mapping import method_values as said
from verdikart.mapping.assess import Assessment, assess
from verdikart.mapping.criticality import Result, assess_home
from verdikart.mapping.library import Library
from verdikart.mapping.lists import ancestors
from verdikart.mapping.method_values import Judged, votes
from verdikart.mapping.study_link import ALIASES
from verdikart.reference.entities import Material
from verdikart.reference.load import by_key

Row = dict[str, Any]
SAME_PLACE = 0.10  # places nearer than a tenth of the list are no disagreement


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its name, what its value is, and whether it has a verdict of its own."""

    id: str
    short: Text
    name: Text
    value: str
    verdict: Text


METHODS = {
    m.id: m
    for m in (
        Method(
            "eu_published",
            Text("EU study", "EU-studien"),
            Text("EU study 2023, as published", "EU-studien 2023, som publisert"),
            "supply_risk",
            Text("SR ≥ 1.0 and EI ≥ 2.8", "SR ≥ 1,0 og EI ≥ 2,8"),
        ),
        Method(
            "eu2023",
            Text("EU, home", "EU, hjemmet"),
            Text("EU method seen from the home", "EUs metode sett fra hjemmet"),
            "supply_risk",
            Text("SR ≥ 1.0 and EI ≥ 2.8", "SR ≥ 1,0 og EI ≥ 2,8"),
        ),
        Method(
            "geopolrisk",
            Text("GeoPolRisk", "GeoPolRisk"),
            Text("GeoPolRisk, published form", "GeoPolRisk, publisert form"),
            "score",
            Text("none: the method has no threshold", "ingen: metoden har ingen terskel"),
        ),
        Method(
            "geopolrisk_corrected",
            Text("GPR corr.", "GPR korr."),
            Text("GeoPolRisk, corrected form", "GeoPolRisk, korrigert form"),
            "score",
            Text("none: the method has no threshold", "ingen: metoden har ingen terskel"),
        ),
        Method(
            "cdi",
            Text("CDI", "CDI"),
            Text("EU dependency indicators", "EUs avhengighetsindikatorer"),
            "CDI1",
            Text("CDI1, CDI2 and CDI3 all met", "CDI1, CDI2 og CDI3 alle oppfylt"),
        ),
        Method(
            "geodep",
            Text("GeoDep", "GeoDep"),
            Text("GeoDep criteria 1–3", "GeoDep-kriteriene 1–3"),
            "criteria met",
            Text("all three met in the year", "alle tre oppfylt i året"),
        ),
        Method(
            "production",
            Text("production", "produksjon"),
            Text("Concentration of world production", "Konsentrasjon i verdensproduksjonen"),
            "HHI",
            Text("HHI > 0.4", "HHI > 0,4"),
        ),
        Method(
            "lists",
            Text("lists", "lister"),
            Text("Lists of NATO and allies, as votes", "Listene til NATO og allierte, som stemmer"),
            "share of lists",
            Text("named by at least half", "navngitt av minst halvparten"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """``rows``: one a material, every method beside another; ``agreement``: one a pair of methods."""

    home: str
    year: int
    rows: list[Row]
    agreement: list[Row]


def check_method(name: str) -> str:
    """A method's id, or ``all``. Raises :class:`UnknownName`."""
    if name != "all" and name not in METHODS:
        names = {m.id: (m.name.en, m.name.nb) for m in METHODS.values()}
        raise UnknownName("method", name, names, ", ".join((*METHODS, "all")))
    return name


def compare_methods(
    library: Library,
    home: str = "NOR",
    year: int | None = None,
    *,
    method: str = "all",
    basis: str | None = None,
    draws: int = 0,
    result: Result | None = None,
    rows: Sequence[Assessment] | None = None,
) -> Comparison:
    """Compare the methods for a home. ``result`` and ``rows`` are taken where they are at hand."""
    check_method(method)
    own = result or assess_home(library, home, year, basis=basis, draws=draws, rows=rows)
    when = own.year if own.basis == "trade" else trade_year(year)
    if own.basis == "study":
        back = range(when - library.parameters.persistence_years + 1, when + 1)
        library.read_all([home], back)
        library.read_all(["WORLD"], [when])
    assessed = list(rows) if rows is not None else assess(library, home, when)
    wanted = list(METHODS) if method == "all" else [method]
    makers: dict[str, Callable[[], dict[str, Judged]]] = {
        "eu_published": said.published,
        "eu2023": lambda: said.own(own),
        "geopolrisk": lambda: said.geopolrisk_scores(home, when, "published", library),
        "geopolrisk_corrected": lambda: said.geopolrisk_scores(home, when, "corrected", library),
        "cdi": lambda: said.cdi(assessed),
        "geodep": lambda: said.geodep(assessed),
        "production": lambda: said.production(library, when),
        "lists": said.list_votes,
    }
    materials = _materials(own)
    judged = {name: _folded(makers[name](), materials) for name in wanted}
    found = _rows(own, when, materials, judged)
    if method == "all":
        _add_drivers(found, judged, _variants(library, own, assessed))
    return Comparison(home, when, found, _agreement(judged, materials))


def trade_year(year: int | None) -> int:
    """The year of trade asked for, or the latest embedded."""
    from verdikart.mapping import catalogue

    span = catalogue.source_years("baci_hs92")
    return span[-1] if year is None else catalogue.check_year("baci_hs92", year)


def _materials(own: Result) -> list[str]:
    """Materials of the home's assessment and of the study; a group stands for its members."""
    held = dict.fromkeys([*own.scores, *eu_study.by_material()])
    inside = {m for group in eu_study.members_of().values() for m in group}
    # The study's row of a material that the home's vocabulary names otherwise is not told twice.
    inside |= {study for own_name, study in ALIASES.items() if own_name in own.scores}
    return [m for m in held if m not in inside]


def _folded(rows: Mapping[str, Judged], materials: Sequence[str]) -> dict[str, Judged]:
    """A method's rows for these materials: its own, else its members' highest, else its group's.

    Methods cut the rare earths and platinum metals differently; the basis says which row speaks.
    """
    found = {}
    for material in materials:
        members = [rows[m] for m in eu_study.members_of().get(material, ()) if m in rows]
        known = [m for m in members if m.value is not None]
        above = [rows[a] for a in ancestors(material) if a in rows]
        if material in rows:
            found[material] = rows[material]
        elif ALIASES.get(material) in rows:
            found[material] = rows[ALIASES[material]]
        elif known:
            found[material] = max(known, key=lambda m: m.value or 0.0)
        elif above:
            found[material] = above[0]
    return found


def _ranked(judged: Mapping[str, Judged], among: Sequence[str]) -> dict[str, float]:
    return {m: j.value for m in among if (j := judged.get(m)) and j.ranked and j.value is not None}


def _rows(
    own: Result, year: int, materials: Sequence[str], judged: Mapping[str, dict[str, Judged]]
) -> list[Row]:
    ranked = {name: ranks(_ranked(rows, materials)) for name, rows in judged.items()}
    found = []
    for material in materials:
        known = by_key(Material)[material]
        row: Row = {
            "home": own.home,
            "year": year,
            "material_id": material,
            "name_en": known.name_en,
            "name_nb": known.name_nb,
        }
        verdicts = []
        for name, rows in judged.items():
            one = rows.get(
                material, Judged(None, None, str(Status.MISSING), "method_lacks_material")
            )
            row[name] = one.value
            row[f"{name}_status"] = one.status
            row[f"{name}_reason"] = one.reason
            row[f"{name}_rank"] = ranked[name].get(material)
            row[f"{name}_of"] = len(ranked[name])
            row[f"{name}_verdict"] = one.verdict
            row[f"{name}_basis"] = one.basis
            verdicts += [one.verdict] if one.verdict is not None else []
        row["votes"] = list(votes(material))
        row["verdicts"] = len(verdicts)
        row["critical_verdicts"] = sum(verdicts)
        row["agreement"] = _unanimity(verdicts)
        found.append(row)
    return sorted(found, key=lambda r: (-r["critical_verdicts"], r["material_id"]))


def _unanimity(verdicts: Sequence[bool]) -> float | None:
    """Share of the verdicts that the majority holds; None with fewer than two."""
    if len(verdicts) < 2:
        return None
    yes = sum(verdicts)
    return max(yes, len(verdicts) - yes) / len(verdicts)


def _agreement(judged: Mapping[str, dict[str, Judged]], materials: Sequence[str]) -> list[Row]:
    names = list(judged)
    found = []
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            first, second = _ranked(judged[one], materials), _ranked(judged[other], materials)
            both = [
                (a.verdict, b.verdict)
                for m in materials
                if (a := judged[one].get(m)) and (b := judged[other].get(m))
                if a.verdict is not None and b.verdict is not None
            ]
            same = sum(a == b for a, b in both)
            found.append(
                {
                    "method": one,
                    "other": other,
                    "ranked": len(first.keys() & second.keys()),
                    "kendall_tau": kendall_tau(first, second),
                    "judged": len(both),
                    "same_verdict": same / len(both) if both else None,
                }
            )
    return found


def _variants(
    library: Library, own: Result, assessed: Sequence[Assessment]
) -> dict[str, dict[str, float]]:
    """Places of the materials when one part of the home's assessment is changed."""

    def scored(choices: Choices) -> dict[str, float]:
        return _values(score_all(own.inputs, own.setting, choices))

    base = own.choices
    found = {
        "base": _values(own.scores),
        "recycling": scored(replace(base, recycling=False)),
        "governance": scored(replace(base, governance=False)),
        "concentration_base": scored(replace(base, supply="GS")),
        "substitution": scored(replace(base, substitution=False)),
        "stage": _other_stage(own),
    }
    if own.basis == "trade":
        measure: Measure = "value"
        inputs, setting = home_inputs.inputs(library, own.home, own.year, assessed, measure)
        found["measure"] = _values(score_all(inputs, setting, base))
    return {name: places(values) for name, values in found.items()}


def _values(scores: Mapping[str, MaterialScore]) -> dict[str, float]:
    return {n: s.sr.value for n, s in scores.items() if s.ranked and s.sr.value is not None}


def _other_stage(own: Result) -> dict[str, float]:
    """SR of the stage that does not stand for the material, where there is one with a value."""
    found = {}
    for name, score in own.scores.items():
        others = [
            s.sr.value
            for s in score.stages
            if s.sr.value is not None
            and score.stage is not None
            and s.inputs.stage != score.stage.inputs.stage
        ]
        value = max(others) if others else score.sr.value
        if value is not None:
            found[name] = value
    return found


def _add_drivers(
    rows: list[Row],
    judged: Mapping[str, dict[str, Judged]],
    variants: Mapping[str, dict[str, float]],
) -> None:
    """Name, for each material, what drives its place away from the other methods' places."""
    materials = [row["material_id"] for row in rows]
    # Yes-or-no methods rank too coarsely to give a place.
    graded = [name for name in judged if name not in ("eu2023", "geodep")]
    # Places are among the materials that the home's assessment ranks, so that they compare.
    common = [m for m in materials if m in variants["base"]]
    held = {name: places(_ranked(judged[name], common)) for name in graded}
    for row in rows:
        material = row["material_id"]
        elsewhere = [p[material] for p in held.values() if material in p]
        base = variants["base"].get(material)
        row |= {"place": base, "place_elsewhere": None, "driver": None, "driver_effect": None}
        if base is None or not elsewhere:
            row["driver"] = "not_computed"
            continue
        target = fsum(elsewhere) / len(elsewhere)
        row["place_elsewhere"] = target
        gap = abs(base - target)
        if gap < SAME_PLACE:
            row["driver"] = "in_agreement"
            continue
        gains = {
            name: gap - abs(values[material] - target)
            for name, values in variants.items()
            if name != "base" and material in values
        }
        best = max(gains, key=lambda name: (gains[name], name), default=None)
        if best is None or gains[best] <= 0:
            row["driver"] = "other_causes"
            continue
        row["driver"], row["driver_effect"] = best, gains[best]
