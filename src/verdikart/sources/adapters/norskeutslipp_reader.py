"""Rows of Miljødirektoratet's files: pages of the map service, and exports of Norske utslipp."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from verdikart.core.errors import Problem, Problems
from verdikart.sources.model import Column, RawFile
from verdikart.sources.norwegian import number, text_of
from verdikart.sources.tabular import parsed, workbook

COMPONENTS = {"1166": "Klimagasser-CO2-ekvivalenter", "226": "Nitrogen-totalt"}
KILOGRAMS = {"mg": 1e-6, "g": 1e-3, "kg": 1.0, "tonn": 1e3, "1000 tonn": 1e6}
MEDIA = {"luft": "air", "vann": "water", "sjø": "sea", "jord": "soil", "undergrunn": "underground"}
AMOUNT = re.compile(r"(?:Årlig utslipp|Utslipp) til (.+)")
FACILITIES = (
    Column("register", "VARCHAR", "key"),
    Column("facility_id", "VARCHAR", "key"),
    Column("name", "VARCHAR", "key"),
    Column("municipality", "VARCHAR", "key"),
    Column("county", "VARCHAR"),
    Column("sector", "VARCHAR"),
    Column("activity", "VARCHAR"),
    Column("authority", "VARCHAR"),
    Column("operation", "VARCHAR"),
    Column("last_reported", "SMALLINT"),
    Column("reports_air", "BOOLEAN"),
    Column("reports_water", "BOOLEAN"),
    Column("permits", "VARCHAR"),
    Column("inspections", "VARCHAR"),
    Column("factsheet", "VARCHAR"),
)
EMISSIONS = (
    Column("facility_id", "VARCHAR", "key"),
    Column("facility", "VARCHAR", "key"),
    Column("year", "SMALLINT", "key"),
    Column("component", "VARCHAR", "key"),
    Column("medium", "VARCHAR", "key"),
    Column("amount", "DOUBLE", "measure"),
    Column("unit", "VARCHAR"),
    Column("amount_kg", "DOUBLE", "measure", "kg"),
    Column("status", "VARCHAR"),
    Column("status_code", "VARCHAR"),
    Column("basis", "VARCHAR"),
    Column("municipality", "VARCHAR"),
    Column("county", "VARCHAR"),
    Column("nace", "VARCHAR"),
    Column("orgnr", "VARCHAR"),
)
LIST = {"Virksomhet", "Sektor", "Type virksomhet", "Fylke", "Kommune", "Tillatelser", "Kontroller"}
EXPORTED = {
    "Anleggsnavn",
    "Fylke",
    "Kommune",
    "NACE Kode",
    "År",
    "Enhet",
    "AnleggId",
    "Org.nr.",
    "Komponent",
}
Grid = list[tuple[int, list[Any]]]
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: what it is of, its place in the grid, its line in the file, its names."""

    kind: Literal["list", "emissions"]
    at: int
    line: int
    names: list[str]


class Rows:
    """Rows by their first ``keys`` cells; one that is there with other content is a problem."""

    def __init__(self, keys: int, remedy: str) -> None:
        self.found: dict[Row, Row] = {}
        self.problems: list[Problem] = []
        self._keys = keys
        self._remedy = remedy

    def add(self, name: str, rows: Iterable[tuple[int, Row]]) -> None:
        """Take the rows of a sheet or page; rows are (line, cells)."""
        for line, row in rows:
            key = row[: self._keys]
            if self.found.setdefault(key, row) != row:
                shown = " ".join(str(part) for part in key if part)
                self.problems.append(
                    Problem(name, "is there twice with different content", line, value=shown,
                            remedy=self._remedy)
                )  # fmt: skip


def mapped(file: RawFile, remedy: str) -> Iterator[tuple[int, Row]]:
    """Facilities of a page of the map service."""
    content = parsed(file.path, file.name, remedy)
    features = content.get("features") if isinstance(content, dict) else None
    if features is None:
        said = str(content.get("error", ""))[:120] if isinstance(content, dict) else ""
        fault = f"holds no features of the map service {said}".rstrip()
        raise Problems([Problem(file.name, fault, remedy=remedy)])
    named = (
        set.intersection(*(set(feature["attributes"]) for feature in features))
        if features
        else set()
    )
    missing = [name for name in ("anlegg_id", "navn") if features and name not in named]
    if missing:
        raise Problems([_absent(file.name, name, sorted(named), None, remedy) for name in missing])
    for line, feature in enumerate(features, 1):
        one = feature["attributes"]
        year = one.get("siste_rapportering_aar")
        flags = (one.get(f"har_utslipp_{medium}") for medium in ("luft", "vann"))
        yield line, (
            "map", str(one["anlegg_id"]), one["navn"], one.get("kommunenavn") or one.get("kommune"),
            one.get("fylkesnavn") or one.get("fylke"), one.get("anleggstype"), one.get("bransje"),
            one.get("forurensningsmyndighet"), one.get("driftsstatus"), year,
            *(None if flag is None else bool(flag) for flag in flags), None, None, one.get("faktaark"),
        )  # fmt: skip


def follows(file: RawFile, remedy: str) -> bool:
    """Whether a page of the map service says that there are more."""
    return bool(parsed(file.path, file.name, remedy).get("exceededTransferLimit"))


def grids(file: RawFile, remedy: str) -> Iterator[tuple[str, Grid]]:
    """Sheets of a workbook or the lines of a CSV, as (number, cells)."""
    if file.name.casefold().endswith((".csv", ".txt")):
        text, _ = text_of(file.path, file.name, remedy)
        separator = max(";\t,", key=text.partition("\n")[0].count)
        yield (
            "",
            list(
                enumerate(
                    (list(row) for row in csv.reader(text.splitlines(), delimiter=separator)), 1
                )
            ),
        )
        return
    with workbook(file, remedy) as book:
        for sheet in book.names:
            yield sheet, [(line, list(row)) for line, row in book.rows(sheet)]


def heading(grid: Grid) -> Heading | None:
    """Find the heading among the first rows; None where there is none that is known."""
    for at, (line, row) in enumerate(grid[:10]):
        names = [_text(cell) for cell in row]
        amounts = any(AMOUNT.fullmatch(name) for name in names)
        if len(LIST & set(names)) >= 4 and not amounts:
            return Heading("list", at, line, names)
        if len(EXPORTED & set(names)) + 2 * amounts >= 4:
            return Heading("emissions", at, line, names)
    return None


def permitted(grid: Grid, head: Heading, name: str, remedy: str) -> Iterator[tuple[int, Row]]:
    """Rows of the list of companies with a permit."""
    names = head.names
    missing = [column for column in ("Virksomhet", "Kommune") if column not in names]
    if missing:
        raise Problems([_absent(name, column, names, head.line, remedy) for column in missing])
    for line, row in grid[head.at + 1 :]:
        one = dict(zip(names, (_text(cell) or None for cell in row), strict=False))
        yield line, (
            "list", None, one["Virksomhet"], one.get("Kommune"), one.get("Fylke"), one.get("Sektor"),
            one.get("Type virksomhet"), None, None, None, None, None, one.get("Tillatelser"),
            one.get("Kontroller"), None,
        )  # fmt: skip


def emitted(
    grid: Grid, head: Heading, name: str, file: RawFile, remedy: str
) -> Iterator[tuple[int, Row]]:
    """One row for each facility, year, component and medium that has something in its cell."""
    names = head.names
    amounts = {n: found[1] for n in names if (found := AMOUNT.fullmatch(n))}
    missing = [column for column in ("År", "Enhet") if column not in names]
    if not amounts:
        missing.append("Årlig utslipp til luft")
    if missing:
        raise Problems([_absent(name, column, names, head.line, remedy) for column in missing])
    title = next((_text(cell) for _, row in grid[: head.at] for cell in row if _text(cell)), "")
    known = re.match(r"norskeutslipp-(\d+)\.", file.name)
    component = COMPONENTS.get(known[1], "") if known else ""
    problems = []
    for line, row in grid[head.at + 1 :]:
        one = dict(zip(names, row, strict=False))
        year = _text(one["År"]).removesuffix(".0")
        if not re.fullmatch(r"\d{4}", year):
            problems.append(Problem(name, "is no year", line, "År", year, remedy))
            continue
        unit = _text(one["Enhet"])
        scale = KILOGRAMS.get(unit.casefold())
        front = (
            _text(one.get("AnleggId")).removesuffix(".0") or None,
            _text(one.get("Anleggsnavn")) or title,
            int(year),
            _text(one.get("Komponent")) or component or title or file.name.rpartition(".")[0],
        )
        back = tuple(
            _text(one.get(key)).removesuffix(".0") or None
            for key in ("Kommune", "Fylke", "NACE Kode", "Org.nr.")
        )
        for column, medium in amounts.items():
            cell = one.get(column)
            if _text(cell) == "":
                continue
            basis = _text(one.get(f"Grunnlagsverdi for {medium}")) or None
            try:
                amount, mark = _amount(cell)
            except ValueError:
                problems.append(Problem(name, "is no amount", line, column, str(cell), remedy))
                continue
            yield line, (
                *front, MEDIA.get(medium, medium), amount, unit,
                None if amount is None or scale is None else amount * scale,
                mark, _meaning(amount, basis), basis, *back,
            )  # fmt: skip
    if problems:
        raise Problems(problems)


def _amount(cell: object) -> tuple[float | None, str | None]:
    """The figure of a cell, or the mark that stands in its place."""
    if isinstance(cell, int | float):
        return float(cell), None
    text = _text(cell)
    if re.fullmatch(r"[A-Za-zÆØÅæøå.*-]{1,8}", text):
        return None, text
    return number(text), None


def _meaning(amount: float | None, basis: str | None) -> str:
    if amount is None:
        return "missing"
    if (basis or "").casefold().startswith(("estimer", "anslå", "anslag")):
        return "estimated"
    return "ok" if amount else "zero"


def _absent(name: str, column: str, names: Sequence[str], line: int | None, remedy: str) -> Problem:
    near = get_close_matches(column, names, n=2, cutoff=0.5)
    there = f"nearest: {', '.join(near)}; " if near else ""
    listed = ", ".join(n for n in names if n)
    message = f"the column {column} is missing ({there}there are {listed})"
    return Problem(name, message, line, column, remedy=remedy)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
