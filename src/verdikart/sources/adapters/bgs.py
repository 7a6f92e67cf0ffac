"""British Geological Survey, World Mineral Statistics, through the OGC API Features.

A page is GeoJSON: ``features`` with ``properties`` and no geometry, ``numberMatched``,
``numberReturned`` and ``links`` of which one is ``next``. Only production is asked for. ``--codes``
takes names of commodities as the BGS writes them (``cobalt, mine``).

Rows of a group and of its parts stand side by side. A sum takes rows whose ``within`` is empty and of
one ``measured`` only: ``Ferro-alloys`` is what a country does not split, and a joint row such as
``Ferro-manganese & ferro-silico-manganese`` holds its parts (silicon metal is never within another
row); lithium is printed by weight of mineral and again by content.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verdikart.core.errors import Problem, Problems
from verdikart.reference.countries import spelled
from verdikart.reference.feeds import Feed
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
from verdikart.sources.tabular import number, parsed, table
from verdikart.sources.transport import Client

LIMIT = 1000
STATISTIC = ("bgs_statistic_type_trans", "Production")
GROUP, APART = "ferro-alloys", "silicon metal"
PRODUCTION = (
    Column("commodity", "VARCHAR", "key"),
    Column("sub_commodity", "VARCHAR", "key"),
    Column("country", "VARCHAR", "key"),
    Column("year", "SMALLINT", "key"),
    Column("unit", "VARCHAR", "key"),
    Column("iso3", "VARCHAR"),
    Column("area_code", "VARCHAR"),
    Column("quantity", "DOUBLE", "measure", "see column unit"),
    Column("tonnes", "DOUBLE", "measure", "t"),
    Column("measured", "VARCHAR"),
    Column("within", "VARCHAR"),
    Column("status", "VARCHAR"),
    Column("status_code", "VARCHAR"),
    Column("notes", "VARCHAR"),
    Column("table_notes", "VARCHAR"),
)
NEEDED = (
    "year",
    "country_trans",
    "bgs_commodity_trans",
    "bgs_statistic_type_trans",
    "quantity",
    "units",
)


@dataclass(frozen=True, slots=True)
class _Figure:
    commodity: str
    sub: str
    country: str
    year: int
    unit: str
    code: str
    quantity: float | None
    precision: str
    notes: str
    table_notes: str

    @property
    def key(self) -> tuple[str, str, str, int, str]:
        return self.commodity, self.sub, self.country, self.year, self.unit


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:
    """Pages of all production, or of the commodities asked for."""
    pieces: list[Piece] = []
    for commodity in ask.codes or ("",):
        params: tuple[tuple[str, str], ...] = (("f", "json"), STATISTIC)
        if commodity:
            params = (*params, ("bgs_commodity_trans", commodity))
        label = re.sub(r"\W+", "_", commodity) or "production"
        first = Piece(f"{label}.json", feed.endpoint, "json", (*params, ("limit", "1")))
        answer = told(client, first)
        matched = answer.get("numberMatched") if isinstance(answer, dict) else None
        if not isinstance(matched, int):
            raise SourceProblem(
                f"{feed.source_id}: {client.address(first)}: the answer has no numberMatched; run the same "
                "command again later"
            )
        if not matched:
            raise SourceProblem(
                f"{feed.source_id} has no production of {commodity or 'anything'}: --codes takes the "
                "names of the BGS, such as 'cobalt, mine'; run the same command with those"
            )
        pieces += [
            Piece(f"{label}_{offset:06}.json", feed.endpoint, "json",
                  (*params, ("limit", str(LIMIT)), ("offset", str(offset))))
            for offset in range(0, matched, LIMIT)
        ]  # fmt: skip
    return pieces


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """Production by commodity, country and year."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    problems: list[Problem] = []
    found: dict[tuple[Any, ...], tuple[_Figure, str]] = {}
    matched: dict[str, tuple[int, int]] = {}
    for file in files:
        content = parsed(file.path, file.name, remedy)
        if not isinstance(content, dict) or not isinstance(content.get("features"), list):
            problems.append(Problem(file.name, "is no page of features in GeoJSON", remedy=remedy))
            continue
        series = re.sub(r"_\d+\.json$", "", file.name)
        count, here = int(content.get("numberMatched") or 0), len(content["features"])
        matched[series] = (
            max(count, matched.get(series, (0, 0))[0]),
            matched.get(series, (0, 0))[1] + here,
        )
        for figure in _figures(content["features"], file.name, remedy, problems):
            if figure.key in found and found[figure.key][0] != figure:
                name = " · ".join(map(str, figure.key))
                problems.append(
                    Problem(file.name, f"{name} stands twice with other figures", remedy=remedy)
                )
            found[figure.key] = (figure, file.name)
    for series, (count, here) in matched.items():
        if here < count:
            problems.append(Problem(series, f"the pages hold {here} of {count} rows: a page is missing or "
                                    "cut short", remedy=remedy))  # fmt: skip
    if problems:
        raise Problems(problems)
    figures = [
        figure
        for figure, _ in found.values()
        if (not ask.years or figure.year in ask.years)
        and (not ask.codes or figure.commodity in ask.codes)
    ]
    within = _within(figures)
    rows = [_row(figure, within.get(figure.key)) for figure in figures]
    unknown = sorted({row[2] for row in rows if row[5] is None})
    years = sorted({figure.year for figure in figures})
    return Loaded(
        {
            "production": table(
                bench, "production", PRODUCTION, rows,
                ("commodity", "sub_commodity", "year", "country", "unit"),
            )
        },
        f"{years[0]}-{years[-1]}" if years else "",
        (
            Note("A sum takes rows whose within is empty, of one commodity and one way of measuring."),
            Note("A country without a row is not a country without production."),
            Note("The country is that of the name: the interface gives the Congo (Brazzaville) the code COD."),
            *((Note("Names that are no country known here: {names}.", names=", ".join(unknown)),)
              if unknown else ()),
        ),
    )  # fmt: skip


def _figures(
    features: Iterable[Any], file: str, remedy: str, problems: list[Problem]
) -> Iterable[_Figure]:
    for at, feature in enumerate(features, 1):
        cells = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(cells, dict):
            problems.append(Problem(file, "a feature has no properties", at, remedy=remedy))
            continue
        missing = [name for name in NEEDED if name not in cells]
        if missing:
            problems.append(
                Problem(file, f"the property {', '.join(missing)} is missing (there are "
                        f"{', '.join(sorted(cells))})", at, remedy=remedy)
            )  # fmt: skip
            if len(problems) > 20:
                return
            continue
        if _text(cells, STATISTIC[0]) != STATISTIC[1]:
            continue
        year, quantity = _text(cells, "year")[:4], cells["quantity"]
        if not year.isdigit():
            problems.append(Problem(file, "not a year", at, "year", str(cells["year"]), remedy))
            continue
        if quantity not in (None, "") and number(quantity) is None:
            problems.append(Problem(file, "not a number", at, "quantity", str(quantity), remedy))
            continue
        yield _Figure(
            _text(cells, "bgs_commodity_trans"),
            _text(cells, "bgs_sub_commodity_trans"),
            _text(cells, "country_trans"),
            int(year),
            _text(cells, "units"),
            _text(cells, "country_iso3_code"),
            number(quantity),
            _text(cells, "data_precision_description"),
            _text(cells, "concat_figure_notes_text"),
            _text(cells, "concat_table_notes_text"),
        )


def _row(figure: _Figure, within: str | None) -> tuple[Any, ...]:
    quantity = figure.quantity
    precision = figure.precision.casefold()
    if "not available" in precision:
        quantity = None
    unit = figure.unit.casefold()
    factor = 0.001 if unit.startswith("kilogram") else 1.0 if unit.startswith("tonne") else None
    content = "content" in unit or "content" in figure.sub.casefold()
    estimated = "estimate" in figure.notes.casefold()
    status = (
        "missing" if quantity is None
        else "estimated" if estimated
        else "zero" if quantity == 0
        else "ok"
    )  # fmt: skip
    mark = figure.precision if precision != "normal value" else ""
    return (
        *figure.key,
        spelled(figure.country) or ("XKX" if figure.code == "1A0" else spelled(figure.code)),
        figure.code,
        quantity,
        None if quantity is None or factor is None else quantity * factor,
        "content" if content else "gross",
        within,
        mark,
        status,
        figure.notes,
        figure.table_notes,
    )


def _within(figures: Iterable[_Figure]) -> Mapping[tuple[Any, ...], str]:
    """Key of a row → the row of the same commodity, country and year that it is a part of."""
    together: dict[tuple[str, str, int], list[_Figure]] = defaultdict(list)
    for figure in figures:
        if figure.sub:
            together[figure.commodity, figure.country, figure.year].append(figure)
    found: dict[tuple[Any, ...], str] = {}
    for rows in together.values():
        joint = {
            part.strip(): row.sub
            for row in rows
            if " & " in row.sub and row.quantity is not None
            for part in row.sub.casefold().split(" & ")
        }
        whole = next(
            (r.sub for r in rows if r.sub.casefold() == GROUP and r.quantity is not None), None
        )
        for row in rows:
            name = row.sub.casefold()
            if name in joint:
                found[row.key] = joint[name]
            elif whole and name not in (GROUP, APART):
                found[row.key] = whole
    return found


def _text(cells: Mapping[str, Any], name: str) -> str:
    return " ".join(str(cells.get(name) or "").split())
