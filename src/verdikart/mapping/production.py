"""World production by country side by side: World Mining Data, USGS and BGS, and why they differ.

A difference is named between two statistics that weigh the same thing (``comparable``) in the same
year; a zero of World Mining Data may be "not reported" and is set against nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from verdikart.core.errors import UsageProblem
from verdikart.mapping.catalogue import check_material
from verdikart.mapping.production_figures import (
    KINDS,
    Figure,
    Reading,
    editions,
    matches,
    reading,
    years_of,
)
from verdikart.reference.entities import Country, Source
from verdikart.reference.i18n import LANGS, translator
from verdikart.reference.load import by_key, load
from verdikart.reference.production import ProductionMatch, ProductionNote
from verdikart.store.vintages import Vintage

Row = dict[str, Any]
ASPECTS = ("basis", "scope", "estimates", "coverage", "years")


def production(material_id: str, year: int | None = None, asked: Sequence[str] = ()) -> Row:
    """Production of a material at each stage by country and statistic.

    ``year`` None: the year that most of the statistics have, the newest of those. ``asked`` names
    vintages to read. Raises UnknownName, and UsageProblem for a material without series or a year
    that no statistic has.
    """
    material = check_material(material_id)
    rows = matches(material_id)
    if not rows:
        known = ", ".join(sorted({row.material_id for row in load(ProductionMatch)}))
        raise UsageProblem(
            f"{material_id} has no series that are matched between statistics; those with: {known}"
        )
    chosen = editions(asked)
    when = _year(rows, chosen) if year is None else year
    had = sorted({y for row in rows for y in years_of(row, chosen)})
    if when not in had:
        span = f"{had[0]}–{had[-1]}" if had else "nothing"
        raise UsageProblem(f"no statistic of {material_id} has {when}; they have {span}")
    stages = sorted({row.stage for row in rows})
    return {
        "material": material_id,
        "name_en": material.name_en,
        "name_nb": material.name_nb,
        "year": when,
        "stages": [_stage(material_id, stage, rows, when, chosen) for stage in stages],
    }


def flat(found: Row) -> list[Row]:
    """One row for each stage and country, for CSV and Parquet."""
    head = {key: found[key] for key in ("material", "year")}
    return [
        {**head, "stage": stage["stage"], **row}
        for stage in found["stages"]
        for row in stage["countries"]
    ]


def _year(rows: Sequence[ProductionMatch], chosen: Mapping[str, Vintage]) -> int:
    counts: dict[int, set[str]] = {}
    for row in rows:
        kind = next(kind for kind, sources in KINDS.items() if row.source in sources)
        for year in years_of(row, chosen):
            counts.setdefault(year, set()).add(kind)
    return max(counts, key=lambda year: (len(counts[year]), year))


def _stage(
    material_id: str,
    stage: str,
    rows: Sequence[ProductionMatch],
    year: int,
    chosen: Mapping[str, Vintage],
) -> Row:
    readings = []
    for kind, sources in KINDS.items():
        own = {row.source: row for row in rows if row.stage == stage and row.source in sources}
        tried = [
            reading(own.get(source), kind, year, chosen) for source in sources if source in own
        ]
        best = next((one for one in tried if not one.missing), None)
        readings.append(best or (tried[-1] if tried else reading(None, kind, year, chosen)))
    return {
        "stage": stage,
        "sources": [_source(one, year) for one in readings],
        "countries": _countries(readings),
        "differences": _differences(readings),
        "notes": _notes(material_id, stage),
    }


def _source(one: Reading, year: int) -> Row:
    """What a statistic is and has; texts say how to get one that is missing."""
    match = one.match
    total = one.total
    known = [f for f in one.countries.values() if f.tonnes]
    estimated = sum(f.tonnes or 0 for f in known if f.status == "estimated")
    return {
        "statistic": one.kind,
        "source": one.source,
        "vintage": one.edition or None,
        "series": list(match.series) if match else [],
        "basis_en": match.basis_en if match else None,
        "basis_nb": match.basis_nb if match else None,
        "tonnes_per_unit": match.tonnes if match else None,
        "comparable": match.comparable if match else False,
        "first_year": one.years[0] if one.years else None,
        "last_year": one.years[-1] if one.years else None,
        "status": one.missing or "ok",
        **{f"text_{lang}": _text(one, year, lang) for lang in LANGS},
        "world_t": total,
        "world_t_status": "missing" if total is None else "ok",
        "printed_t": one.printed,
        "printed_t_status": "missing" if one.printed is None else "ok",
        "other_t": one.other,
        "other_t_status": "missing" if one.other is None else "ok",
        "producers": len(known),
        "withheld": sum(f.status == "suppressed" for f in one.countries.values()),
        "estimated_share": estimated / total if total else None,
        "estimated_share_status": "ok" if total else "missing",
        "citation": by_key(Source)[one.source].citation,
    }


def _text(one: Reading, year: int, lang: str) -> str:
    _ = translator(lang)  # type: ignore[arg-type]
    if one.missing == "not_loaded":
        text = _(
            "not embedded: `verdikart fetch {source}`, or `verdikart data add FILE --as {source}`"
        )
        return text.format(source=one.source)
    if one.missing == "no_series":
        return _("has no series by country for this stage")
    if one.missing == "no_year":
        text = _("has {first}–{last}, not {year}")
        return text.format(first=one.years[0], last=one.years[-1], year=year)
    if one.missing == "no_such_series":
        return _("this edition has no such series")
    if one.kind == "usgs" and one.printed is None:
        return _("the countries it names; its other countries and world total are not embedded")
    return ""


def _countries(readings: Sequence[Reading]) -> list[Row]:
    """A row a country, the largest first; differences are between comparable figures alone."""
    names = by_key(Country)
    rows = []
    for iso3 in sorted({iso3 for one in readings for iso3 in one.countries}):
        row: Row = {"iso3": iso3, "name_en": names[iso3].name_en, "name_nb": names[iso3].name_nb}
        compared = []
        for one in readings:
            figure = one.countries.get(iso3, Figure(None, "missing"))
            row[f"{one.kind}_t"], row[f"{one.kind}_t_status"] = figure.tonnes, figure.status
            unclear = one.kind == "wmd" and figure.status == "zero"
            if one.match and one.match.comparable and figure.tonnes is not None and not unclear:
                compared.append(figure.tonnes)
        gap = max(compared) - min(compared) if len(compared) > 1 else None
        row["difference_t"] = gap
        row["difference_t_status"] = "missing" if gap is None else "zero" if gap == 0 else "ok"
        row["difference_share"] = (
            None if gap is None else gap / max(compared) if max(compared) else 0.0
        )
        row["difference_share_status"] = row["difference_t_status"]
        row["largest_t"] = max((row[f"{one.kind}_t"] or 0.0 for one in readings), default=0.0)
        rows.append(row)
    rows.sort(key=lambda row: (-row["largest_t"], row["iso3"]))
    for row in rows:
        del row["largest_t"]
    return rows


def _differences(readings: Sequence[Reading]) -> list[Row]:
    """World sums two by two, over the countries that both name, and what only one of them names."""
    found = []
    for one, other in combinations([r for r in readings if not r.missing], 2):
        same = bool(one.match and other.match and one.match.comparable and other.match.comparable)
        both = [
            iso3 for iso3 in one.countries.keys() & other.countries.keys()
            if one.countries[iso3].tonnes is not None and other.countries[iso3].tonnes is not None
        ]  # fmt: skip
        first = sum(one.countries[i].tonnes or 0 for i in both)
        second = sum(other.countries[i].tonnes or 0 for i in both)
        found.append({
            "first": one.kind,
            "second": other.kind,
            "same_basis": same,
            "common_countries": len(both),
            "first_t": first,
            "first_t_status": "ok" if both else "missing",
            "second_t": second,
            "second_t_status": "ok" if both else "missing",
            "ratio": second / first if same and first else None,
            "ratio_status": "ok" if same and first else "not_computable",
            "only_first": _only(one, other),
            "only_second": _only(other, one),
        })  # fmt: skip
    return found


def _only(one: Reading, other: Reading) -> list[str]:
    """Countries with production in one statistic and no row of their own in the other."""
    return sorted(
        iso3 for iso3, f in one.countries.items() if f.tonnes and iso3 not in other.countries
    )


def _notes(material_id: str, stage: str) -> list[Row]:
    """Known differences of the material at the stage, then those of every material."""
    rows = [
        row for row in load(ProductionNote)
        if row.material_id in (None, material_id) and row.stage in (None, stage)
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.material_id is None, ASPECTS.index(row.aspect), row.note_id))
    return [
        {"aspect": r.aspect, "text_en": r.text_en, "text_nb": r.text_nb, "evidence": r.evidence,
         "confidence": r.confidence, "all_materials": r.material_id is None}
        for r in rows
    ]  # fmt: skip
