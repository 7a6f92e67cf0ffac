"""A table of the user's own: files and a YAML description, checked whole and made into long rows.

The table ``figures`` has one row a figure: ``measure``, ``value``, ``unit``, ``status_code`` with the
keys that the description names; keys that it does not name are null.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite

from verdikart.core.errors import Problem, Problems, nearest
from verdikart.reference.entities import CodeValidity, Country, Material, Product
from verdikart.reference.feeds import Feed
from verdikart.reference.load import by_key, load
from verdikart.sources.model import Ask, Column, Loaded, Piece, RawFile, Table, Workbench
from verdikart.sources.notes import Quote
from verdikart.sources.own_description import Description, OwnColumn, description
from verdikart.sources.own_formats import own_rows
from verdikart.sources.transport import Client

COLUMNS = (
    Column("material", "VARCHAR", "key"),
    Column("product", "VARCHAR", "key"),
    Column("nomenclature", "VARCHAR", "key"),
    Column("code", "VARCHAR", "key"),
    Column("country", "VARCHAR", "key"),
    Column("partner", "VARCHAR", "key"),
    Column("year", "SMALLINT", "key"),
    Column("other", "VARCHAR", "key"),
    Column("measure", "VARCHAR", "key"),
    Column("value", "DOUBLE", "measure"),
    Column("unit", "VARCHAR"),
    Column("status_code", "VARCHAR"),
    Column("status", "VARCHAR"),
    Column("note", "VARCHAR"),
    Column("name_en", "VARCHAR"),
    Column("name_nb", "VARCHAR"),
)
# A mark between thousands is let through between groups of three alone: "1.5" where the decimal mark
# is a comma must not become 15.
NUMBER = {
    decimal: re.compile(
        rf"[+\-\u2212]?(\d+|\d{{1,3}}([ \u00a0\u202f\u2009'{group}])\d{{3}}(\2\d{{3}})*)"
        rf"([{decimal}]\d+)?(e[+-]?\d+)?",
        re.ASCII | re.IGNORECASE,
    )
    for decimal, group in ((",", "."), (".", ","))
}
YEAR = re.compile(r"((?:19|20)\d\d|2100)(-?(Q[1-4]|[MKS]?\d{1,2})|-\d\d-\d\d)?", re.ASCII)
MOST = 50  # faults that are listed; the rest are counted


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:  # noqa: ARG001
    """A table of one's own is added, not fetched."""
    raise Problems(
        [
            Problem(
                feed.source_id,
                "is a table of one's own",
                remedy="use `verdikart data add FILE --as YAML`",
            )
        ]
    )


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:  # noqa: ARG001
    """Long rows of the described table. Raises Problems with every fault of description and data."""
    import pyarrow as pa

    described = [f for f in files if f.name.lower().endswith((".yaml", ".yml"))]
    about = description(described[0].path.read_text(encoding="utf-8-sig"), described[0].name)
    name, rows = own_rows(about, [f for f in files if f not in described])
    check = _Check(about, name)
    long = check.rows(rows, set(ask.years))
    if check.problems:
        more = len(check.problems) - MOST
        tail = [Problem(name, f"and {more} more")] if more > 0 else []
        raise Problems([*check.problems[:MOST], *tail])
    types = {"year": pa.int16(), "value": pa.float64()}
    schema = pa.schema([(c.name, types.get(c.name, pa.string())) for c in COLUMNS])
    bench.con.register("own_figures", pa.Table.from_pylist(long, schema))
    notes = (
        Quote(
            *(
                "; ".join(filter(None, (title, about.provider, about.licence, about.citation)))
                for title in (about.title_en, about.title_nb)
            )
        ),
    )
    return Loaded(
        {
            "figures": Table(
                COLUMNS, [("", "SELECT * FROM own_figures")], ("measure", "year", "material")
            )
        },
        notes=notes,
    )


@dataclass
class _Check:
    """Goes through the rows of one file and collects what is wrong."""

    about: Description
    file: str

    def __post_init__(self) -> None:
        self.problems: list[Problem] = []

    def fault(self, row: int | None, column: str, value: str, message: str, remedy: str) -> None:
        self.problems.append(
            Problem(self.file, message, row, column or None, value or None, remedy)
        )

    def rows(
        self, rows: list[tuple[int, dict[str, str]]], years: set[int]
    ) -> list[dict[str, object]]:
        if not rows:
            self.fault(None, "", "", "holds no rows", "check that it is the right file")
            return []
        have = rows[0][1]
        lacking = [c for c in self.about.columns if c.label not in have]
        for column in lacking:
            near = ", ".join(nearest(column.label, dict.fromkeys(have, ()), 3))
            self.fault(1, column.label, "", "the column is not in the file",
                       (f"nearest: {near}; " if near else "") + f"it has {', '.join(have)}")  # fmt: skip
        for column in self.about.of("figure"):
            if column.status and column.status not in have:
                self.fault(1, column.status, "", "the column of marks is not in the file",
                           f"it has {', '.join(have)}")  # fmt: skip
        if lacking:
            return []
        seen: dict[tuple[object, ...], int] = {}
        long: list[dict[str, object]] = []
        for number, cells in rows:
            keys = self._keys(number, cells)
            if years and keys["year"] not in years:
                continue
            same = seen.setdefault(tuple(keys.values()), number)
            if same != number:
                self.fault(number, "", "", f"is of the same thing as row {same}",
                           "name another column as key, or keep one of the rows")  # fmt: skip
            note = "; ".join(cells[c.label] for c in self.about.of("note") if cells[c.label])
            long += [
                {**keys, "note": note or None, **self._figure(number, cells, column)}
                for column in self.about.of("figure")
            ]
        return long

    def _keys(self, number: int, cells: dict[str, str]) -> dict[str, object]:
        keys: dict[str, object] = dict.fromkeys(c.name for c in COLUMNS[:8])
        others = []
        for column in self.about.columns:
            text = cells[column.label]
            text = (column.codes or {}).get(text, text)
            if column.kind in ("material", "product"):
                keys[column.kind] = self._known(number, column, text)
            elif column.kind in ("country", "partner"):
                keys[column.kind] = self._country(number, column, text)
            elif column.kind == "year":
                keys["year"] = self._year(number, column, text)
            elif column.kind == "code":
                keys["nomenclature"] = column.nomenclature
                keys["code"] = self._code(number, column, text)
            elif column.kind == "key":
                others.append(f"{column.id}={text}")
        keys["other"] = "; ".join(others) or None
        return keys

    def _known(self, number: int, column: OwnColumn, text: str) -> str | None:
        names = _names(column.kind)
        if text in names:
            return text
        found = [
            key
            for key, (en, nb) in names.items()
            if text.casefold() in (en.casefold(), nb.casefold())
        ]
        if len(found) == 1:
            return found[0]
        close = ", ".join(nearest(text, dict(names), 3))
        hint = f"nearest: {close}; " if close else ""
        remedy = f"{hint}or put codes: {{…: id}} in the description"
        self.fault(number, column.label, text, f"is no {column.kind}", remedy)
        return None

    def _country(self, number: int, column: OwnColumn, text: str) -> str | None:
        found = _countries(column.form).get(text.casefold())
        if found is None:
            self.fault(number, column.label, text, f"is no country as {column.form}",
                       "write another way with as:, or put codes: {…: NOR} in the description")  # fmt: skip
        return found

    def _year(self, number: int, column: OwnColumn, text: str) -> int | None:
        if found := YEAR.fullmatch(text):
            return int(found[1])
        self.fault(number, column.label, text, "is no year", "write 2024, 2024-03 or 2024-Q1")
        return None

    def _code(self, number: int, column: OwnColumn, text: str) -> str:
        digits = text.replace(".", "").replace(" ", "")
        known = by_key(CodeValidity)
        if not (digits.isascii() and digits.isdigit()) or len(digits) not in (2, 4, 6, 8):
            self.fault(
                number, column.label, text, "is no code of goods", "write 2, 4, 6 or 8 digits"
            )
        elif len(digits) == 6 and column.nomenclature.startswith("HS") and digits in known:
            row = known[digits]
            if not getattr(row, column.nomenclature.lower(), True):
                self.fault(number, column.label, text, f"is no code of {column.nomenclature}",
                           f"it is of {row.first_revision} to {row.last_revision}")  # fmt: skip
        return digits

    def _figure(self, number: int, cells: dict[str, str], column: OwnColumn) -> dict[str, object]:
        text = cells[column.label]
        mark = cells.get(column.status, "") if column.status else cells.get("status", "")
        value, status = None, "missing"
        if text in column.suppressed or (mark and mark in column.suppressed):
            status = "suppressed"
        elif text and text not in column.missing:
            value = self._number(number, column, text)
            status = "zero" if value == 0 else "ok"
        return {
            "measure": column.id, "value": value, "unit": column.unit, "status_code": status,
            "status": mark or (text if value is None else None) or None,
            "name_en": column.name_en, "name_nb": column.name_nb,
        }  # fmt: skip

    def _number(self, number: int, column: OwnColumn, text: str) -> float | None:
        decimal = self.about.decimal
        if NUMBER[decimal].fullmatch(text):
            plain = re.sub(rf"[^\w{decimal}+-]", "", text.replace("\u2212", "-"))
            value = float(plain.replace(decimal, "."))
            if isfinite(value):
                return value
        remedy = f"its decimal mark is {self.about.decimal!r}; marks go in missing: or suppressed:"
        self.fault(number, column.label, text, "is no number", remedy)
        return None


@cache
def _names(kind: str) -> dict[str, tuple[str, str]]:
    if kind == "material":
        return {m.material_id: (m.name_en, m.name_nb) for m in load(Material)}
    return {p.product_id: (p.name_en, p.name_nb) for p in load(Product)}


@cache
def _countries(form: str) -> dict[str, str]:
    """The text of a country, in small letters → ISO3."""
    if form == "iso3":
        return {c.iso3.casefold(): c.iso3 for c in load(Country)}
    if form == "iso2":
        return {c.iso2.casefold(): c.iso3 for c in load(Country) if c.iso2} | {
            "el": "GRC",
            "uk": "GBR",
        }
    return {name.casefold(): c.iso3 for c in load(Country) for name in (c.name_en, c.name_nb)}
