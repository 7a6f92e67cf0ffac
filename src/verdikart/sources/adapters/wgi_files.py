"""Reads the three forms in which the World Bank gives its governance indicators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from verdikart.core.errors import Problem, Problems
from verdikart.reference.countries import spelled
from verdikart.sources.archives import members, unpack
from verdikart.sources.delimited import Field, delimited, head
from verdikart.sources.model import RawFile, Workbench
from verdikart.sources.tabular import Row, number, workbook

DIMENSIONS = ("CC", "GE", "PV", "RL", "RQ", "VA")
CODE = re.compile(rf"(?:GOV_WGI_)?({'|'.join(DIMENSIONS)})[._](.+)")
# The end of an indicator's code, in the old and the renamed spelling → the column.
ENDINGS = {
    "EST": "estimate",
    "STD.ERR": "std_error", "SE": "std_error", "STE": "std_error",
    "NO.SRC": "num_sources", "SR": "num_sources", "NSRC": "num_sources",
    "PER.RNK": "rank", "PER.RNK.LOWER": "lower", "PER.RNK.UPPER": "upper",
    "SC": "score", "SC.LB": "score_lower", "SC.UB": "score_upper",
    "SC.LOWER": "score_lower", "SC.UPPER": "score_upper",
}  # fmt: skip
# Words of an indicator's name or a column's heading → the column; the first that fits counts.
WORDS = (
    (r"governance estimate|: estimate", "estimate"),
    (r"standard error", "std_error"),
    (r"(number|count) of (data )?sources|source count", "num_sources"),
    (r"lower.*percentile|percentile.*lower", "lower"),
    (r"upper.*percentile|percentile.*upper", "upper"),
    (r"percentile rank", "rank"),
    (r"lower", "score_lower"),
    (r"upper", "score_upper"),
    (r"score", "score"),
)
# The World Bank's own codes of economies that ISO has none for, or has replaced.
AREAS = {"XKX": "XKX", "KSV": "XKX", "LWI": "XKX", "ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "ADO": "AND",
         "WBG": "PSE"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one indicator."""

    iso3: str
    country: str
    area_code: str
    year: int
    dimension: str
    measure: str
    value: float | None
    code: str = ""


def indicator(code: str, name: str = "") -> tuple[str, str] | None:
    """Dimension and column of an indicator's code; None for one of something else."""
    found = CODE.fullmatch(code.strip().upper())
    if found is None:
        return None
    ending = found[2].replace("_", ".")
    column = ENDINGS.get(ending) or worded(name)
    return (found[1], column) if column else None


def worded(text: str) -> str | None:
    """The column that a heading in words means."""
    plain = text.casefold()
    return next((column for words, column in WORDS if re.search(words, plain)), None)


def iso3_of(code: str, name: str) -> str | None:
    """The country of the World Bank's code; None for a region or group."""
    return AREAS.get(code) or spelled(code) or spelled(name)


def cells_of_page(
    content: Any,  # noqa: ANN401 - JSON
    file: str,
    remedy: str,
) -> tuple[dict[str, Any], list[Cell], list[Problem]]:
    """The head of a page, its figures, and its faults; a list of indicators has no figures."""
    if not (isinstance(content, list) and len(content) == 2 and isinstance(content[0], dict)):
        said = content[0].get("message") if isinstance(content, list) and content else content
        return {}, [], [Problem(file, f"is no page of figures: {said}", remedy=remedy)]
    cells, problems = [], []
    for at, item in enumerate(content[1] or (), 1):
        try:
            code, year = str(item["indicator"]["id"]), int(item["date"])
            area, name = str(item["countryiso3code"]), str(item["country"]["value"])
            value = item["value"]
        except (KeyError, TypeError, ValueError) as error:
            problems.append(Problem(file, f"an entry lacks {error}", at, remedy=remedy))
            continue
        named = indicator(code, str(item["indicator"].get("value", "")))
        iso3 = iso3_of(area, name)
        if named is None or iso3 is None:
            continue
        if value is not None and number(value) is None:
            problems.append(Problem(file, "not a number", at, "value", str(value), remedy))
            continue
        cells.append(Cell(iso3, name.strip(), area, year, *named, number(value), code))
    return content[0], cells, problems[:20]


def sheets(file: RawFile, remedy: str) -> list[Cell]:
    """The yearly workbook: a sheet a dimension, a row an economy and year."""
    cells: list[Cell] = []
    problems: list[Problem] = []
    with workbook(file, remedy) as book:
        there = {name.strip().upper(): name for name in book.names}
        for dimension in DIMENSIONS:
            if dimension not in there:
                problems.append(Problem(file.name, f"the sheet {dimension.lower()} is missing (there are "
                                        f"{', '.join(book.names)})", remedy=remedy))  # fmt: skip
                continue
            rows = book.rows(there[dimension])
            where = f"{file.name}, sheet {there[dimension]}"
            cells += _sheet(rows, dimension, where, remedy, problems)
    if problems:
        raise Problems(problems)
    return cells


def _sheet(
    rows: Sequence[tuple[int, Row]],
    dimension: str,
    where: str,
    remedy: str,
    problems: list[Problem],
) -> Iterator[Cell]:
    names = [str(cell or "").strip() for cell in rows[0][1]] if rows else []
    columns = {at: column for at, name in enumerate(names) if (column := worded(name))}
    place = {
        key: names.index(key)
        for key in ("Economy (code)", "Economy (name)", "Year")
        if key in names
    }
    missing = [key for key in ("Economy (code)", "Year") if key not in place]
    if "estimate" not in columns.values():
        missing.append("Governance estimate")
    if missing:
        problems.append(Problem(where, f"the column {', '.join(missing)} is missing (there are "
                                f"{', '.join(filter(None, names))})", 1, remedy=remedy))  # fmt: skip
        return
    for row_number, row in rows[1:]:
        code, year = str(row[place["Economy (code)"]] or "").strip(), number(row[place["Year"]])
        name = (
            str(row[place["Economy (name)"]] or code).strip() if "Economy (name)" in place else code
        )
        iso3 = iso3_of(code, name)
        if iso3 is None or year is None:
            continue
        for at, column in columns.items():
            value = number(row[at])
            if value is None and str(row[at] or "").strip() not in ("", "..", "#N/A"):
                problems.append(
                    Problem(where, "not a number", row_number, names[at], str(row[at]), remedy)
                )
            yield Cell(iso3, name, code, int(year), dimension, column, value)


def bulk(file: RawFile, bench: Workbench, remedy: str) -> list[Cell]:
    """The data bank's CSV, alone or zipped: a row an economy and indicator, a column a year."""
    path = file.path
    name = file.name
    if name.endswith(".zip"):
        found = list(members(file, r"WGI_?(?:CSV|Data)\.csv", remedy))
        if not found:
            raise Problems([Problem(name, "holds no WGICSV.csv", remedy=remedy)])
        name = found[0]
        path = unpack(file, name, bench.folder, remedy)
    years = [y for y in head(path, name, "utf-8", ",", remedy) if re.fullmatch(r"\d{4}", y)]
    if not years:
        raise Problems([Problem(name, "has no columns of years", 1, remedy=remedy)])
    texts = ("Country Name", "Country Code", "Indicator Code")
    fields = {text: Field(required=True) for text in texts}
    fields |= {year: Field("DOUBLE", nulls=("", "..")) for year in years}
    rows = bench.con.execute(delimited(bench.con, path, name, fields, remedy=remedy)).fetchall()
    return [
        Cell(iso3, country.strip(), code, int(year), *named, value)
        for country, code, indicator_code, *values in rows
        if (named := indicator(indicator_code)) and (iso3 := iso3_of(code, country))
        for year, value in zip(years, values, strict=True)
    ]
