"""World Bank, Worldwide Governance Indicators: six dimensions by country and year.

The interface (version 2) gives one indicator in pages of JSON: ``[{"page": 1, "pages": 3, ...},
[{"indicator": {"id": ...}, "countryiso3code": "NOR", "date": "2024", "value": 0.9, ...}, ...]]``. The
codes were renamed in 2025 (``PV.EST`` became ``GOV_WGI_PV.EST``), so they are read from the list of
source 3. The yearly workbook (a sheet a dimension) and the data bank's CSV are read as well.
wbgapi is not used: it holds answers in memory, does not resume, and drops the raw pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from verdikart.core.errors import Problem, Problems
from verdikart.reference.feeds import Feed
from verdikart.sources.adapters.wgi_files import (
    DIMENSIONS,
    Cell,
    bulk,
    cells_of_page,
    indicator,
    sheets,
)
from verdikart.sources.model import (
    Ask,
    Column,
    Loaded,
    Piece,
    RawFile,
    SourceProblem,
    Workbench,
)
from verdikart.sources.notes import Note
from verdikart.sources.pages import told
from verdikart.sources.tabular import parsed, table
from verdikart.sources.transport import Client

PER_PAGE = 1000
MEASURES = ("estimate", "std_error", "num_sources", "rank", "lower", "upper", "score", "score_lower",
            "score_upper")  # fmt: skip
UNITS = {"estimate": "standard normal units, about −2.5 to 2.5", "std_error": "standard normal units",
         "num_sources": "sources", "rank": "percentile rank 0–100", "lower": "percentile rank 0–100",
         "upper": "percentile rank 0–100", "score": "score 0–100", "score_lower": "score 0–100",
         "score_upper": "score 0–100"}  # fmt: skip
_FIGURES = tuple(
    Column(name, "SMALLINT" if name == "num_sources" else "DOUBLE", "measure", UNITS[name])
    for name in MEASURES
)
WGI_PV = (
    Column("iso3", "VARCHAR", "key"),
    Column("year", "SMALLINT", "key"),
    Column("country", "VARCHAR"),
    *_FIGURES,
)
WGI = (
    *WGI_PV[:2],
    Column("dimension", "VARCHAR", "key"),
    Column("country", "VARCHAR"),
    Column("area_code", "VARCHAR"),
    *_FIGURES,
    Column("status_code", "VARCHAR"),
)


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:
    """Pages of every indicator of the six dimensions that source 3 lists."""
    base = feed.endpoint.rstrip("/")
    listed = _list(client, f"{base}/indicator", "wgi_indicators.json")
    codes = sorted(
        item["id"]
        for item in listed
        if (named := indicator(str(item["id"]), str(item.get("name", ""))))
        and (not ask.codes or named[0] in ask.codes)
    )
    if not codes:
        raise SourceProblem(
            f"{feed.source_id}: the list of source 3 names no indicator of {', '.join(DIMENSIONS)}; fetch "
            f"the workbook in a browser and use `verdikart data add FILE --as {feed.source_id}`"
        )
    years = (("date", f"{min(ask.years)}:{max(ask.years)}"),) if ask.years else ()
    return [
        page
        for code in codes
        for page in _pages(client, f"{base}/country/all/indicator/{code}", code, years)
    ]


def _pages(
    client: Client, url: str, code: str, years: tuple[tuple[str, str], ...]
) -> Iterator[Piece]:
    """The pages of an indicator; how many there are is asked with a page of one row."""
    answer = told(client, _piece(url, f"{code}_size.json", 1, (("per_page", "1"), *years)))
    head = answer[0] if isinstance(answer, list) and answer and isinstance(answer[0], dict) else {}
    if "total" not in head:
        raise SourceProblem(
            f"{client.feed.source_id}: {code}: {head.get('message') or 'an answer without a total'}; run the "
            "same command again later"
        )
    for page in range(1, max(1, -(-int(head["total"]) // PER_PAGE)) + 1):
        yield _piece(url, f"{code}_{page}.json", page, (("per_page", str(PER_PAGE)), *years))


def _list(client: Client, url: str, name: str) -> list[dict[str, Any]]:
    found = told(client, _piece(url, name, 1, (("per_page", "1000"),)))
    return found[1] or [] if isinstance(found, list) and len(found) > 1 else []


def _piece(url: str, name: str, page: int, more: tuple[tuple[str, str], ...]) -> Piece:
    return Piece(
        name, url, "json", (("source", "3"), ("format", "json"), *more, ("page", str(page)))
    )


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """All dimensions in one table, and political stability as embedded."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    cells: list[Cell] = []
    problems: list[Problem] = []
    updated = set()
    pages: dict[str, tuple[int, set[int], str]] = {}
    for file in files:
        if file.name.endswith(".json"):
            content = parsed(file.path, file.name, remedy)
            head, found, faults = cells_of_page(content, file.name, remedy)
            problems += faults
            cells += found
            updated.add(str(head.get("lastupdated", "")))
            if found:
                code = found[0].code
                seen = pages.setdefault(code, (int(head["pages"]), set(), file.name))
                seen[1].add(int(head["page"]))
        elif file.name.endswith(".xlsx"):
            cells += sheets(file, remedy)
        else:
            cells += bulk(file, bench, remedy)
    for code, (count, seen_pages, name) in pages.items():
        if lost := sorted(set(range(1, count + 1)) - seen_pages):
            problems.append(Problem(name, f"{code}: page {', '.join(map(str, lost))} of {count} is missing",
                                    remedy=remedy))  # fmt: skip
    rows, twice = _rows(cells, ask, files[0].name, remedy)
    problems += twice
    if problems:
        raise Problems(problems)
    pv = [(r[0], r[1], r[3], *r[5:-1]) for r in rows if r[2] == "PV"]
    dates = sorted(filter(None, updated))
    return Loaded(
        {
            "wgi": table(bench, "wgi", WGI, rows, ("dimension", "iso3", "year")),
            "wgi_pv": table(bench, "wgi_pv", WGI_PV, pv, ("iso3", "year")),
        },
        dates[-1] if dates else "",
        (
            Note(
                "The estimate runs from about −2.5 (weak) to 2.5; supply risk weights are 0.5 − estimate/5, "
                "which is not the provider's score of 0–100."
            ),
            Note(
                "The method was revised in the edition of 2025 for all its years: do not mix editions."
            ),
            Note("Regions and income groups are left out."),
        ),
    )


def _rows(
    cells: Sequence[Cell], ask: Ask, file: str, remedy: str
) -> tuple[list[tuple[Any, ...]], list[Problem]]:
    """One row for each country, year and dimension; and figures that stand twice."""
    figures: dict[tuple[str, int, str], dict[str, float | None]] = {}
    names: dict[str, tuple[str, str]] = {}
    problems = []
    for cell in cells:
        if (ask.years and cell.year not in ask.years) or (
            ask.codes and cell.dimension not in ask.codes
        ):
            continue
        row = figures.setdefault((cell.iso3, cell.year, cell.dimension), {})
        if cell.measure in row:
            problems.append(
                Problem(file, f"{cell.iso3} {cell.year} {cell.dimension} {cell.measure} stands twice",
                        remedy=remedy)
            )  # fmt: skip
        row[cell.measure] = cell.value
        names[cell.iso3] = (cell.country, cell.area_code)
    return [
        (iso3, year, dimension, *names[iso3], *(_whole(m, row.get(m)) for m in MEASURES),
         "missing" if row.get("estimate") is None and row.get("score") is None else "ok")
        for (iso3, year, dimension), row in sorted(figures.items())
    ], problems  # fmt: skip


def _whole(measure: str, value: float | None) -> float | int | None:
    return int(value) if measure == "num_sources" and value is not None else value
