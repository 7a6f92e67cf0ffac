"""The core tables of a mapping as JSON-stat 2.0 cubes.

https://json-stat.org/full/ – a cube has dimensions with categories, one value a cell in row-major
order, and a status for each cell that is no plain number. A cell that no row fills has no status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from verdikart.mapping.provenance import sources_of
from verdikart.mapping.saved import Saved
from verdikart.reference.columns import describe
from verdikart.reports import values, words
from verdikart.reports.document.datasets import SUPPRESSED, WHOLE
from verdikart.reports.document.model import Document
from verdikart.reports.formats.package_tables import Column, Sheet
from verdikart.reports.voice import Voice

Row = dict[str, Any]
BOUNDS: Final = ("value", "low", "high")
GEO: Final = ("home", "country")  # kinds of columns that are places
SPARSE: Final = 0.5  # below this part filled, values are written by place


@dataclass(frozen=True, slots=True)
class Cube:
    """A table that is a cube: the columns that place its rows, and which rows are taken."""

    table: str
    dimensions: tuple[str, ...]
    where: tuple[tuple[str, str], ...] = ()


CUBES: Final = (
    Cube("headline", ("home",)),
    Cube("assessments", ("home", "subject", "basis")),
    Cube("supply", ("home", "subject", "partner"), (("flow", "import"), ("part", "identified"))),
    Cube("positions", ("home", "other", "subject", "basis")),
    Cube("criticality", ("home", "material_id", "basis")),
    Cube("sector_exposure", ("home", "sector_id", "country")),
    Cube("tracker_summary", ("home", "benchmark", "standing")),
)


def cubes(document: Document, saved: Saved, sheets: Sequence[Sheet]) -> Iterator[tuple[Sheet, Row]]:
    """The cubes of a whole mapping, each with the table that it is made of."""
    if document.about.template != WHOLE:
        return
    held = {sheet.dataset.name: sheet for sheet in sheets}
    subjects = _subjects(saved, document.about.lang)
    for cube in CUBES:
        if cube.table in held:
            made = _Maker(document, saved, held[cube.table], cube, subjects).made()
            if made is not None:
                yield held[cube.table], made


def _subjects(saved: Saved, lang: str) -> dict[str, str]:
    """Names of goods as the tables that name them have them."""
    return {
        row["subject"]: row[f"name_{lang}"]
        for table in ("positions", "assessments")
        for row in saved.rows(table)
    }


@dataclass(frozen=True, slots=True)
class _Maker:
    document: Document
    saved: Saved
    sheet: Sheet
    cube: Cube
    subjects: dict[str, str]

    @property
    def voice(self) -> Voice:
        return Voice(self.document.about.lang)

    def made(self) -> Row | None:
        """The cube, or None where no row can be placed."""
        chosen = self._chosen()
        metrics = self._metrics(chosen)
        if not (chosen and metrics):
            return None
        # Ids in the order of their first row, so that a cube reads as its table does.
        found = {
            name: dict.fromkeys(self._at(name)[place] for place in chosen)
            for name in self.cube.dimensions
        }
        bounds = BOUNDS if any(self._part(m, b) for m in metrics for b in BOUNDS[1:]) else ()
        year, years = self._year(chosen)
        dimensions: dict[str, Row] = {"year": _dimension(self.voice.say("Year"), {year: year})}
        for name, ids in found.items():
            dimensions[name] = self._placed(name, [str(key) for key in ids])
        dimensions["indicator"] = self._indicators(metrics)
        if bounds:
            dimensions["bound"] = _dimension(self.voice.say("Value or bound"), self._bounds())
        size = [len(dimension["category"]["index"]) for dimension in dimensions.values()]
        cells, statuses = self._cells(chosen, found, metrics, bounds, size)
        filled = sum(value is not None for value in cells.values())
        sparse = filled < SPARSE * prod(size)
        return {
            "version": "2.0",
            "class": "dataset",
            "label": self.sheet.dataset.title,
            **self._origin(chosen),
            "id": list(dimensions),
            "size": size,
            "role": self._roles(),
            "dimension": dimensions,
            "value": {str(p): v for p, v in sorted(cells.items()) if v is not None}
            if sparse
            else [cells.get(place) for place in range(prod(size))],
            "status": {str(place): code for place, code in sorted(statuses.items())},
            "note": self._notes(years),
            "extension": self._extension(),
        }

    # Rows and columns

    def _at(self, name: str) -> tuple[Any, ...]:
        return self.sheet.by_key[name].values

    def _chosen(self) -> list[int]:
        """Rows that are of the cube and have a place in it: a withheld key has none."""
        places = range(len(self.sheet.dataset.rows))
        return [
            place
            for place in places
            if all(self._at(name)[place] == value for name, value in self.cube.where)
            and all(self._at(name)[place] is not None for name in self.cube.dimensions)
        ]

    def _metrics(self, chosen: Sequence[int]) -> list[str]:
        """Columns of numbers in one unit; one that is empty all through and not withheld says nothing."""
        return [
            key
            for key, column in self.sheet.by_key.items()
            if column.type in ("integer", "number")
            and column.field.kind in values.NUMBERS
            and column.field.kind not in ("year", "amount")
            and not column.field.part
            and key not in self.cube.dimensions
            and any(
                column.values[place] is not None or self._status(key, place) == SUPPRESSED
                for place in chosen
            )
        ]

    def _part(self, metric: str, part: str) -> Column | None:
        return self.sheet.by_key.get(f"{metric}_{part}")

    def _status(self, metric: str, place: int) -> str:
        own = self._part(metric, "status")
        told = own.values[place] if own is not None else None
        missing = self._at(metric)[place] is None
        return str(told or ("missing" if missing else "ok"))

    # Dimensions

    def _year(self, chosen: Sequence[int]) -> tuple[str, list[int]]:
        """The year of the cube: that of its rows where they have one, else the mapped one."""
        if "year" not in self.sheet.by_key:
            return str(self.document.about.year), []
        held = sorted({self._at("year")[place] for place in chosen} - {None})
        year = held[0] if len(held) == 1 else self.document.about.year
        return str(year), held if len(held) > 1 else []

    def _placed(self, name: str, ids: Sequence[str]) -> Row:
        about = describe(self.cube.table, name)
        if about.kind == "subject":
            labels = {key: self.subjects.get(key, key) for key in ids}
        else:
            labels = {key: values.written(key, about, {}, self.voice) for key in ids}
        return _dimension(self.sheet.by_key[name].field.title, labels)

    def _indicators(self, metrics: Sequence[str]) -> Row:
        fields = {metric: self.sheet.by_key[metric].field for metric in metrics}
        made = _dimension(
            self.voice.say("Indicator"), {key: field.title for key, field in fields.items()}
        )
        made["category"]["unit"] = {
            key: {
                "label": field.unit or words.word("column_kind", field.kind, self.voice.lang),
                "decimals": DECIMALS.get(field.kind, 0),
            }
            for key, field in fields.items()
        }
        notes = {key: [field.definition] for key, field in fields.items() if field.definition}
        if notes:
            made["category"]["note"] = notes
        return made

    def _bounds(self) -> dict[str, str]:
        say = self.voice.say
        return {"value": say("Value"), "low": say("Lower bound"), "high": say("Upper bound")}

    def _roles(self) -> Row:
        geo = [n for n in self.cube.dimensions if describe(self.cube.table, n).kind in GEO]
        return {"time": ["year"], "geo": geo, "metric": ["indicator"]}

    # Cells

    def _cells(
        self,
        chosen: Sequence[int],
        found: dict[str, dict[Any, None]],
        metrics: Sequence[str],
        bounds: Sequence[str],
        size: Sequence[int],
    ) -> tuple[dict[int, float | None], dict[int, str]]:
        """Values and statuses by place in row-major order; the year is the first of one."""
        order = [{key: n for n, key in enumerate(ids)} for ids in found.values()]
        inner = len(metrics) * max(len(bounds), 1)
        cells: dict[int, float | None] = {}
        statuses: dict[int, str] = {}
        for row in chosen:
            start = 0
            for index, name, length in zip(order, found, size[1:], strict=False):
                start = start * length + index[self._at(name)[row]]
            for number, metric in enumerate(metrics):
                place = start * inner + number * max(len(bounds), 1)
                cells[place] = self._at(metric)[row]
                status = self._status(metric, row)
                if status != "ok":
                    statuses[place] = status
                for further, bound in enumerate(bounds[1:], start=1):
                    column = self._part(metric, bound)
                    if column is not None:
                        cells[place + further] = column.values[row]
                        if status == SUPPRESSED and cells[place + further] is None:
                            statuses[place + further] = status
        return cells, statuses

    # What it is made of

    def _origin(self, chosen: Sequence[int]) -> Row:
        rows = self.saved.rows(self.cube.table)
        ids = list(
            dict.fromkeys(name for place in chosen for name in sources_of(self.saved, rows[place]))
        )
        vintages = self.saved.manifest["vintages"]
        dates = [date for name in ids if (date := _date(str(vintages.get(name, ""))))]
        known = {line.source_id: line for line in self.document.sources}
        links = [
            {"type": "text/html", "href": known[name].address, "label": known[name].title}
            for name in ids
            if name in known
        ]
        made: Row = {"source": "; ".join(words.source_title(name, self.voice) for name in ids)}
        if dates:
            made["updated"] = max(dates)
        if links:
            made["link"] = {"describedby": links}
        return made

    def _notes(self, years: Sequence[int]) -> list[str]:
        notes = [self.sheet.dataset.definition]
        if years:
            held = ", ".join(map(str, years))
            notes.append(
                self.voice.say("Rows of other years are in the cube too: {years}.", years=held)
            )
        return [note for note in notes if note]

    def _extension(self) -> Row:
        about = self.document.about
        return {
            "statusLabel": {
                code: words.word("status", code, self.voice.lang)
                for code in ("zero", "estimated", "missing", SUPPRESSED, "not_computable")
            },
            "language": about.lang,
            "mapping": about.mapping,
            "audience": about.audience,
            "table": self.sheet.name,
            "scope": self.document.footer,
            "licence": "CC-BY-4.0",
        }


DECIMALS: Final = {"share": 3, "index": 3, "score": 2, "ratio": 2, "number": 2, "percent": 1}


def _dimension(label: str, labels: dict[str, str]) -> Row:
    index = {key: place for place, key in enumerate(labels)}
    return {"label": label, "category": {"index": index, "label": labels}}


def _date(vintage: str) -> str:
    """The release that a vintage names, as far as it does: ``2026-01``, ``2023``, or nothing."""
    found = re.match(r"V?(\d{4})(0[1-9]|1[0-2])?(?!\d)", vintage)
    return "-".join(part for part in found.groups() if part) if found else ""


__all__ = ["CUBES", "Cube", "cubes"]
