"""USGS Mineral Commodity Summaries: the data release on ScienceBase.

``option`` of the feed is ``item | file``. The item says in JSON which files it has and where. From
2026 there is one long file, in cp1252, whose values are text: ``W`` withheld, ``—`` zero, ``E`` net
exporter, ``NA`` and ``XX``, ``10,000``, ``>50``, ``50–300``; that a figure is an estimate stands in
Notes. The world file of 2025 is wide: a column a year for production, capacity and reserves, with a
blank in the name of one (``PROD_EST_ 2024``).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
from verdikart.sources.tabular import number, table
from verdikart.sources.transport import Client

LONG = ("MCS chapter", "Section", "Commodity", "Country", "Statistics", "Statistics_detail", "Unit", "Year",
        "Value", "Notes", "Other notes")  # fmt: skip
WIDE = (
    "SOURCE",
    "COMMODITY",
    "COUNTRY",
    "TYPE",
    "UNIT_MEAS",
    "PROD_NOTES",
    "CAP_NOTES",
    "RESERVE_NOTES",
)
YEARLY = re.compile(r"(PROD|CAP|RESERVES)_(EST_)?\s*(\d{4})")
KINDS = {"PROD": ("Production", "PROD_NOTES"), "CAP": ("Capacity", "CAP_NOTES"),
         "RESERVES": ("Reserves", "RESERVE_NOTES")}  # fmt: skip
MARKS = {"": "missing", "W": "suppressed", "NA": "missing", "na": "missing", "XX": "not_applicable",
         "E": "not_applicable"}  # fmt: skip
DASHES = ("—", "–", "--", "-")
MISSPELT = {"Gemanium": "Germanium"}
FIGURES = (
    Column("commodity", "VARCHAR", "key"),
    Column("section", "VARCHAR", "key"),
    Column("statistic", "VARCHAR", "key"),
    Column("detail", "VARCHAR", "key"),
    Column("area", "VARCHAR", "key"),
    Column("unit", "VARCHAR", "key"),
    Column("period", "VARCHAR", "key"),
    Column("occurrence", "SMALLINT", "key"),
    Column("iso3", "VARCHAR"),
    Column("year", "SMALLINT"),
    Column("value", "DOUBLE", "measure", "see column unit"),
    Column("low", "DOUBLE", "measure", "see column unit"),
    Column("high", "DOUBLE", "measure", "see column unit"),
    Column("status", "VARCHAR"),
    Column("status_code", "VARCHAR"),
    Column("notes", "VARCHAR"),
    Column("chapter_notes", "VARCHAR"),
)
Line = tuple[str, str, str, str, str, str, str, str, str, str, bool]


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:  # noqa: ARG001
    """The file of the release, where its item says that it lies."""
    item, _, name = (part.strip() for part in feed.option.partition("|"))
    asked = Piece(f"{item}.json", f"{feed.endpoint}/item/{item}", "json", (("format", "json"),))
    content = told(client, asked)
    files = content.get("files") or [] if isinstance(content, dict) else []
    for file in files:
        if file.get("name") == name and file.get("url"):
            return [Piece(name, str(file["url"]), "csv", bytes=file.get("size"))]
    names = ", ".join(sorted(str(file.get("name")) for file in files)) or "no files"
    raise SourceProblem(
        f"{feed.source_id}: the release {item} has no {name} (it has {names}); fetch its table in a browser "
        f"and use `verdikart data add FILE --as {feed.source_id}`"
    )


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """Figures by commodity, statistic, area and period, of either form."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    problems: list[Problem] = []
    lines: list[Line] = []
    for file in files:
        lines += _lines(file, remedy, problems)
    if problems:
        raise Problems(problems)
    seen: Counter[tuple[str, ...]] = Counter()
    rows = []
    for (
        commodity,
        section,
        statistic,
        detail,
        area,
        unit,
        period,
        text,
        notes,
        more,
        estimated,
    ) in lines:
        year = int(period) if re.fullmatch(r"\d{4}", period) else None
        if (ask.years and year not in ask.years) or (ask.codes and commodity not in ask.codes):
            continue
        key = (commodity, section, statistic, detail, area, unit, period)
        seen[key] += 1
        value, low, high, status, code = _figure(text, estimated=estimated)
        rows.append(
            (
                *key,
                seen[key],
                spelled(_place(area)),
                year,
                value,
                low,
                high,
                status,
                code,
                notes,
                more,
            )
        )
    repeated = sorted({key[0] for key, times in seen.items() if times > 1})
    return Loaded(
        {"figures": table(bench, "figures", FIGURES, rows, tuple(c.name for c in FIGURES[:8]))},
        f"MCS{feed.source_id[-4:]}",
        (
            Note("Rows of areas that are no one country (World total, Other countries) have no iso3; the "
            "printed world total is rounded and leaves withheld figures out."),
            Note("A bound or a range stands in low and high; value is empty then."),
            *((Note("The same labels stand on several rows, told apart by occurrence: {commodities}.",
                    commodities=", ".join(repeated)),)
              if repeated else ()),
        ),
    )  # fmt: skip


def _lines(file: RawFile, remedy: str, problems: list[Problem]) -> Iterator[Line]:
    rows = list(csv.reader(io.StringIO(_text(file, remedy), newline="")))
    header = [cell.strip() for cell in rows[0]] if rows else []
    wide = "PROD_NOTES" in header or "UNIT_MEAS" in header
    missing = [name for name in (WIDE if wide else LONG) if name not in header]
    if wide and not any(YEARLY.fullmatch(name) for name in header):
        missing.append("PROD_2024")
    problems += [
        Problem(file.name, f"the column {name} is missing (there are {', '.join(header)})", 1, name,
                remedy=remedy)
        for name in missing
    ]  # fmt: skip
    if missing:
        return
    for row_number, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            if any(row):
                problems.append(Problem(file.name, f"{len(row)} cells where {len(header)} are: the file may "
                                        "be cut short", row_number, remedy=remedy))  # fmt: skip
            continue
        cells = {name: " ".join(cell.split()) for name, cell in zip(header, row, strict=True)}
        if wide:
            yield from _wide(cells)
        else:
            notes = cells["Notes"]
            yield (cells["Commodity"], cells["Section"], cells["Statistics"], cells["Statistics_detail"],
                   cells["Country"], cells["Unit"], cells["Year"], cells["Value"], notes,
                   cells["Other notes"], notes.casefold().startswith("estimated"))  # fmt: skip


def _wide(cells: Mapping[str, str]) -> Iterator[Line]:
    """The figures of a row of the world file of 2025; one that is empty by design is left out."""
    detail = cells["TYPE"]
    for name, text in cells.items():
        found = YEARLY.fullmatch(name)
        if found is None:
            continue
        statistic, notes_name = KINDS[found[1]]
        year, notes = found[3], cells[notes_name]
        withheld = not text and _withheld(notes, year)
        if (
            not text
            and not withheld
            and (statistic != "Production" or "capacity" in detail.casefold())
        ):
            continue
        marked = notes.casefold()
        estimated = (
            (bool(found[2]) and not marked.startswith("reported"))
            or ("estimated" in marked and (year in marked or not re.search(r"\d{4}", marked)))
            or detail.casefold().endswith("estimated")  # all of a table, as cobalt's
        )
        commodity = MISSPELT.get(cells["COMMODITY"], cells["COMMODITY"])
        yield (commodity, "World", statistic, detail, cells["COUNTRY"], cells["UNIT_MEAS"], year,
               "W" if withheld else text, notes, "", estimated)  # fmt: skip


def _withheld(notes: str, year: str) -> bool:
    found = re.match(r"W for (\d\d)(?:-(\d\d))?", notes)
    return bool(found) and int(found[1]) <= int(year[2:]) <= int(found[2] or found[1])  # type: ignore[index]


def _figure(
    text: str, *, estimated: bool
) -> tuple[float | None, float | None, float | None, str, str]:
    """Value, low, high, the mark as published, and the status it means."""
    if text in DASHES:
        return 0.0, None, None, text, "zero"
    if text in MARKS:
        return None, None, None, text, MARKS[text]
    value = number(text)
    if value is not None:
        status = "zero" if value == 0 else "estimated" if estimated else "ok"
        return value, None, None, "e" if estimated else "", status
    if text[0] in "<>≤≥" and (bound := number(text[1:])) is not None:
        low, high = (bound, None) if text[0] in ">≥" else (None, bound)
        return None, low, high, text, "missing"
    ends = [number(part) for part in re.split(r"\s*[–-]\s*", text)]
    if len(ends) == 2 and None not in ends:
        return None, ends[0], ends[1], text, "missing"
    return None, None, None, text, "missing"  # words, such as Large


def _place(area: str) -> str:
    """The country of an area with a remark, such as ``Peru (exports)``; Congo (Kinshasa) stays."""
    return area if spelled(area) else re.sub(r"\s*\([^)]*\)$", "", area)


def _text(file: RawFile, remedy: str) -> str:
    """The text of a file: UTF-8 where it is, else cp1252, in which the releases are published."""
    body: Any = file.path.read_bytes()
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return str(body.decode(encoding))
        except UnicodeDecodeError as error:
            last = error
    what = f"the text is neither utf-8 nor cp1252 (byte {last.object[last.start]:#04x})"
    raise Problems([Problem(file.name, what, remedy=remedy)])
