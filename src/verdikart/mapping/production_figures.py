"""Production by country of one series, from each of the statistics, embedded or fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from verdikart.core.sql import text_literal, text_literals
from verdikart.reference.entities import Source
from verdikart.reference.figures import UsgsFigure
from verdikart.reference.load import by_key, load, load_where
from verdikart.reference.production import ProductionMatch
from verdikart.store import engine
from verdikart.store.snapshot import manifest
from verdikart.store.vintages import Vintage, vintage, vintages

# What is asked of each kind of statistic, and which sources give it, the newer edition first.
KINDS = {"wmd": ("wmd",), "usgs": ("usgs_2026", "usgs_2025"), "bgs": ("bgs",)}
EMBEDDED = ("wmd", "usgs_2026")
JOIN = " | "
STATUS = {"reported": "ok", "estimated": "estimated", "provisional": "estimated"}
WITHHELD = {"withheld": "suppressed", "text": "missing", "bound": "missing"}


@dataclass(frozen=True, slots=True)
class Figure:
    """Tonnes of a country; None with the status missing or suppressed."""

    tonnes: float | None
    status: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source says of a material at a stage in a year.

    ``printed`` is the world total as the source prints it, in tonnes; ``other`` what it gives for
    areas that are no one country. ``years`` are those it has of the series. ``missing`` says why there
    is no figure: no_series (the statistic has none), not_loaded, no_such_series (in this edition), no_year.
    """

    kind: str
    source: str
    edition: str
    match: ProductionMatch | None
    years: tuple[int, ...] = ()
    countries: Mapping[str, Figure] = field(default_factory=dict)
    printed: float | None = None
    other: float | None = None
    missing: str = ""

    @property
    def total(self) -> float | None:
        """The sum of the countries, in tonnes; None where no country has a figure."""
        known = [f.tonnes for f in self.countries.values() if f.tonnes is not None]
        return fsum(known) if known else None


def matches(material_id: str) -> list[ProductionMatch]:
    """The series of a material, by stage and source."""
    return [row for row in load(ProductionMatch) if row.material_id == material_id]


def editions(asked: Sequence[str]) -> dict[str, Vintage]:
    """Source → the vintage to read: what was asked for, else the newest of a source that is not embedded.

    Raises UnknownName for a vintage that is not here.
    """
    found = {one.source_id: one for one in map(vintage, asked)}
    for source in ("bgs", "usgs_2025"):
        newest = vintages(source)
        if newest:
            found.setdefault(source, newest[0])
    return found


def reading(
    match: ProductionMatch | None, kind: str, year: int, chosen: Mapping[str, Vintage]
) -> Reading:
    """Read one source; where it has nothing for the year, the reading says why."""
    source = match.source if match else KINDS[kind][0]
    edition = edition_of(source, chosen)
    if match is None:
        return Reading(kind, source, edition, None, missing="no_series")
    if source not in chosen and source not in EMBEDDED:
        return Reading(kind, source, "", match, missing="not_loaded")
    years = years_of(match, chosen)
    if year not in years:
        missing = "no_year" if years else "no_such_series"
        return Reading(kind, source, edition, match, years, missing=missing)
    read = {"wmd": _wmd, "usgs": _usgs, "bgs": _bgs}[kind]
    countries, printed, other = read(match, year, chosen)
    return Reading(kind, source, edition, match, years, countries, printed, other)


def edition_of(source: str, chosen: Mapping[str, Vintage]) -> str:
    """The vintage or embedded edition of a source; empty where it is not here."""
    if source in chosen:
        return chosen[source].id
    if source == "wmd":
        return manifest().entry("wmd.parquet").vintage
    return by_key(Source)[source].title_en if source in EMBEDDED else ""


def years_of(match: ProductionMatch, chosen: Mapping[str, Vintage]) -> tuple[int, ...]:
    """The years that a source has of a series."""
    if match.source == "wmd":
        query = (
            f"SELECT DISTINCT year FROM {{file}} WHERE series IN ({_list(match.series)}) ORDER BY 1"  # noqa: S608
        )
        return tuple(int(year) for (year,) in engine.rows(query, "wmd.parquet"))
    if match.source in chosen:
        table, where = picked(match)
        query = f"SELECT DISTINCT year FROM {{file}} WHERE {where} AND year IS NOT NULL ORDER BY 1"  # noqa: S608
        return tuple(int(row[0]) for row in vintage_rows(chosen[match.source], table, query))
    if match.source in EMBEDDED:
        return tuple(sorted({int(row.period) for row in _embedded(match)}))
    return ()


Read = tuple[dict[str, Figure], float | None, float | None]


def _wmd(match: ProductionMatch, year: int, chosen: Mapping[str, Vintage]) -> Read:  # noqa: ARG001
    """World Mining Data: a zero may be none or not reported."""
    where = f"year = ? AND series IN ({_list(match.series)})"
    query = f"SELECT iso3, quantity, origin FROM {{file}} WHERE {where}"  # noqa: S608
    found: dict[str, Figure] = {}
    for iso3, quantity, origin in engine.rows(query, "wmd.parquet", [year]):
        status = "zero" if quantity == 0 else STATUS.get(origin or "", "ok")
        found[iso3] = _figure(quantity, status, match.tonnes)
    total = f"SELECT sum(printed_total) FROM {{file}} WHERE {where}"  # noqa: S608
    printed = engine.rows(total, "wmd_totals.parquet", [year])[0][0]
    return found, None if printed is None else printed * match.tonnes, None


def _usgs(match: ProductionMatch, year: int, chosen: Mapping[str, Vintage]) -> Read:
    if match.source not in chosen:
        return {
            row.iso3: _figure(row.value, WITHHELD.get(row.status, row.status), match.tonnes)
            for row in _embedded(match)
            if row.iso3 and row.period == str(year)
        }, None, None  # fmt: skip
    table, where = picked(match)
    query = f"SELECT iso3, area, value, status_code FROM {{file}} WHERE {where} AND year = {year}"  # noqa: S608
    found, printed, other = {}, None, None
    for iso3, area, value, status in vintage_rows(chosen[match.source], table, query):
        figure = _figure(value, status, match.tonnes)
        if iso3:
            found[iso3] = figure
        elif area.casefold().startswith("world total"):
            printed = figure.tonnes
        elif area.casefold().startswith("other countries"):
            other = figure.tonnes
    return found, printed, other


def _bgs(match: ProductionMatch, year: int, chosen: Mapping[str, Vintage]) -> Read:
    """Rows that are part of another row are left out; several series of a country are added."""
    table, where = picked(match)
    query = (
        "SELECT iso3, sum(tonnes), bool_or(status_code = 'estimated') FROM {file} "  # noqa: S608
        f"WHERE {where} AND within IS NULL AND year = {year} AND iso3 IS NOT NULL GROUP BY 1"
    )
    found = {}
    for iso3, tonnes, estimated in vintage_rows(chosen[match.source], table, query):
        status = "estimated" if estimated else "zero" if tonnes == 0 else "ok"
        found[iso3] = _figure(tonnes, status, 1.0)
    return found, None, None


def _figure(value: float | None, status: str, tonnes: float) -> Figure:
    if value is None:
        return Figure(None, "suppressed" if status == "suppressed" else "missing")
    return Figure(value * tonnes, "zero" if value == 0 else status)


def _embedded(match: ProductionMatch) -> list[UsgsFigure]:
    pairs = [_pair(series) for series in match.series]
    return [
        row
        for commodity, detail in pairs
        for row in load_where(UsgsFigure, "commodity", commodity)
        if row.statistic == "Production" and row.detail == detail
    ]


def picked(match: ProductionMatch) -> tuple[str, str]:
    """Table of a vintage and the SQL that picks a match's series in it."""
    if match.source == "bgs":
        return "production", bgs_where(match.series)
    literal = text_literal
    pairs = [_pair(series) for series in match.series]
    tests = [
        f"(commodity = {literal(c)} AND detail IN ({literal(d)}, {literal(f'{d}: rounded')}))"
        for c, d in pairs
    ]
    return "figures", f"statistic = 'Production' AND ({' OR '.join(tests)})"


def bgs_where(series: Sequence[str]) -> str:
    """SQL that picks series of the BGS, which writes its names now with capitals, now without."""
    literal = text_literal
    tests = []
    for commodity, sub in map(_pair, series):
        test = f"lower(commodity) = {literal(commodity.casefold())}"
        tests.append(
            f"({test} AND lower(sub_commodity) = {literal(sub.casefold())})" if sub else test
        )
    return f"({' OR '.join(tests)})"


def vintage_rows(one: Vintage, table: str, query: str) -> list[tuple[Any, ...]]:
    """Run SQL in which ``{file}`` stands for a table of a vintage."""
    con = engine.reader()
    found: list[tuple[Any, ...]] = con.execute(
        query.format(file=engine.parquet(one.files(table)))
    ).fetchall()
    con.close()
    return found


def _pair(series: str) -> tuple[str, str]:
    first, _, second = series.partition(JOIN)
    return first, second


def _list(texts: Sequence[str]) -> str:
    return text_literals(texts)
