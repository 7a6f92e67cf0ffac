"""Finds every fault of every table at once, and says how to mend each.

The rules of a table stand in its ``.meta.yaml``: ``key`` (columns that together are unique and
sorted), ``foreign_keys`` (column → table.column), ``allowed`` (column → values; beside a foreign
key they are further values), ``translated`` (name → both name_en and name_nb must be there),
``period`` (columns from and to, which must not overlap within the columns ``by``; ``replaces``
names the row that must end before this one begins) and ``codes`` (columns that hold a
nomenclature and a code of it).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verdikart.core.errors import Problem, nearest
from verdikart.reference import load
from verdikart.reference.entities import CodeValidity, Nomenclature, Record
from verdikart.reference.records import TABLES

_TEXTS = ("title", "description")
_NEEDED = (*_TEXTS, "source", "licence", "vintage", "key")


@dataclass(frozen=True, slots=True)
class Table:
    """One table as read: its rules and the rows that could be parsed, with their row numbers."""

    name: str
    meta: dict[str, Any]
    rows: list[tuple[int, Record]]

    @property
    def file(self) -> str:
        """File name, as problems state it."""
        return f"{self.name}.csv"

    def problem(self, text: str, row: int, column: str, value: object, remedy: str) -> Problem:
        """Return a problem of one cell."""
        return Problem(self.file, text, row, column, _shown(value), remedy)


Tables = dict[str, Table]


def validate(directory: Path | None = None) -> list[Problem]:
    """Return all problems of all tables in ``directory`` (default: the tables of the package).

    An empty list means that the tables are sound.
    """
    place = directory or load.path("materials").parent
    problems: list[Problem] = []
    tables = {name: _read(place, name, problems) for name in TABLES}
    for stray in sorted(place.glob("*.csv")):
        if stray.stem not in TABLES:
            remedy = f"remove it or add a record; nearest: {nearest(stray.stem, _names(TABLES))}"
            problems.append(Problem(stray.name, "is no table of this layer", remedy=remedy))
    for table in tables.values():
        for check in (_keys, _allowed, _translations, _periods):
            problems += check(table)
        problems += _foreign_keys(table, tables)
        problems += _codes(table, tables)
    problems += _validity(tables["code_validity"])
    return problems


def _read(place: Path, name: str, problems: list[Problem]) -> Table:
    file = place / f"{name}.csv"
    meta = _meta(place / f"{name}.meta.yaml", name, problems)
    if not file.is_file():
        remedy = "restore the file from the package"
        problems.append(Problem(file.name, "table is missing", remedy=remedy))
        return Table(name, meta, [])
    content = file.read_bytes()
    if content.startswith(b"\xef\xbb\xbf"):
        remedy = "save as UTF-8 without signature"
        problems.append(Problem(file.name, "begins with a byte order mark", 1, remedy=remedy))
        content = content[3:]
    if b"\r" in content:
        row = content[: content.index(b"\r")].count(b"\n") + 1
        remedy = "save with LF line ends"
        problems.append(Problem(file.name, "has CRLF or CR line ends", row, remedy=remedy))
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        remedy = "save as UTF-8"
        problems.append(Problem(file.name, "is not UTF-8", row, remedy=remedy))
        return Table(name, meta, [])
    rows, faults = load.parse(TABLES[name], io.StringIO(text, newline=""), file.name)
    problems += faults
    return Table(name, meta, rows)


def _meta(file: Path, name: str, problems: list[Problem]) -> dict[str, Any]:
    """Return the rules that can be used; rules that name unknown columns are dropped."""
    if not file.is_file():
        remedy = f"write it with {', '.join(_NEEDED)}"
        problems.append(Problem(file.name, "description is missing", remedy=remedy))
        return {}
    try:
        meta = load.parse_yaml(file.read_text(encoding="utf-8"))
    except Exception as error:  # noqa: BLE001 - yaml raises its own tree, imported lazily
        text = " ".join(str(error).split())
        problems.append(Problem(file.name, f"is not valid YAML ({text})", remedy="mend the syntax"))
        return {}
    if not isinstance(meta, dict):
        remedy = f"write {', '.join(_NEEDED)}"
        problems.append(Problem(file.name, "is no mapping", remedy=remedy))
        return {}
    problems += [
        Problem(file.name, "field is missing", column=field, remedy="write it")
        for field in _NEEDED
        if not meta.get(field)
    ]
    for field in _TEXTS:
        given = meta.get(field)
        for lang in ("en", "nb"):
            if given and not (isinstance(given, dict) and given.get(lang)):
                place = f"{field}.{lang}"
                remedy = "write it in both languages"
                problems.append(Problem(file.name, "text is missing", column=place, remedy=remedy))
    return _known_rules(file.name, name, meta, problems)


def _known_rules(
    file: str, name: str, meta: dict[str, Any], problems: list[Problem]
) -> dict[str, Any]:
    known = load.columns(TABLES[name])
    period = dict(meta.get("period") or {"by": []})
    named = {
        "key": meta.get("key") or [],
        "foreign_keys": meta.get("foreign_keys") or {},
        "allowed": meta.get("allowed") or {},
        "codes": list((meta.get("codes") or {}).values()),
        "period": [*period.pop("by", ["by"]), *period.values()],
        "translated": [f"{t}_{x}" for t in meta.get("translated") or () for x in ("en", "nb")],
    }
    bad = [(rule, column) for rule, found in named.items() for column in found]
    good = dict(meta)
    for rule, column in bad:
        if column not in known:
            remedy = f"columns: {', '.join(known)}"
            problems.append(Problem(file, f"{rule} names no column", None, rule, column, remedy))
            good.pop(rule, None)
    for column, target in list((good.get("foreign_keys") or {}).items()):
        table, _, other = str(target).partition(".")
        if table not in TABLES or other not in load.columns(TABLES[table]):
            remedy = "write it as table.column"
            text = "foreign key points to no column"
            problems.append(Problem(file, text, None, f"foreign_keys.{column}", target, remedy))
            good["foreign_keys"] = {
                key: value for key, value in good["foreign_keys"].items() if key != column
            }
    return good


def _keys(table: Table) -> Iterator[Problem]:
    key = table.meta.get("key") or []
    if not key:
        return
    shown = ", ".join(key)
    seen: dict[tuple[object, ...], int] = {}
    last: tuple[tuple[bool, object], ...] | None = None
    for number, row in table.rows:
        value = tuple(getattr(row, name) for name in key)
        if value in seen:
            text = f"key stands in row {seen[value]} already"
            yield table.problem(text, number, shown, value, "remove or mend one of the two")
        seen.setdefault(value, number)
        place = tuple((part is not None, part) for part in value)
        if last is not None and place < last:
            yield table.problem("is out of order", number, shown, value, "sort the rows by key")
        last = place


def _allowed(table: Table) -> Iterator[Problem]:
    for column, values in (table.meta.get("allowed") or {}).items():
        if column in (table.meta.get("foreign_keys") or {}):
            continue
        for number, row in table.rows:
            value = getattr(row, column)
            if value is not None and value not in values:
                remedy = f"use one of: {', '.join(map(str, values))}"
                yield table.problem("is not an allowed value", number, column, value, remedy)


def _translations(table: Table) -> Iterator[Problem]:
    for name in table.meta.get("translated") or ():
        for lang in ("en", "nb"):
            for number, row in table.rows:
                if not str(getattr(row, f"{name}_{lang}") or "").strip():
                    column = f"{name}_{lang}"
                    remedy = "write the text in both languages"
                    yield table.problem("translation is missing", number, column, "", remedy)


def _periods(table: Table) -> Iterator[Problem]:
    rule = table.meta.get("period")
    if not rule:
        return
    spans: dict[tuple[object, ...], list[tuple[int, Any, Any]]] = {}
    for number, row in table.rows:
        start, end = getattr(row, rule["from"]), getattr(row, rule["to"])
        if start is not None and end is not None and end < start:
            yield table.problem("ends before it begins", number, rule["to"], end, "swap the two")
            continue
        of = tuple(getattr(row, name) for name in rule["by"])
        for other, first, last in spans.get(of, []):
            if _before(start, last) and _before(first, end):
                text = f"period overlaps with row {other}"
                value = f"{_shown(start)}–{_shown(end)}"
                remedy = "end one period before the other begins"
                yield table.problem(text, number, rule["from"], value, remedy)
        spans.setdefault(of, []).append((number, start, end))
    if "replaces" in rule:
        yield from _replaced(table, rule)


def _before(start: Any, end: Any) -> bool:  # noqa: ANN401 - years or dates
    return start is None or end is None or bool(start <= end)


def _replaced(table: Table, rule: dict[str, Any]) -> Iterator[Problem]:
    rows = {getattr(row, table.meta["key"][0]): row for _, row in table.rows}
    for number, row in table.rows:
        old = rows.get(getattr(row, rule["replaces"]))
        if old is None:
            continue
        start, end = getattr(row, rule["from"]), getattr(old, rule["to"])
        if start is not None and (end is None or end >= start):
            text = f"begins before what it replaces has ended ({_shown(end) or 'open'})"
            remedy = "end the replaced row the day before"
            yield table.problem(text, number, rule["from"], start, remedy)


def _foreign_keys(table: Table, tables: Tables) -> Iterator[Problem]:
    for column, target in (table.meta.get("foreign_keys") or {}).items():
        other, _, field = target.partition(".")
        known = {getattr(row, field) for _, row in tables[other].rows}
        if not known:
            continue
        extra = (table.meta.get("allowed") or {}).get(column, ())
        for number, row in table.rows:
            found = getattr(row, column)
            for value in found if isinstance(found, tuple) else (found,):
                if value is None or value in known or value in extra:
                    continue
                close = ", ".join(nearest(str(value), _names(known), 3))
                remedy = f"nearest: {close}" if close else f"add it to {other}.csv first"
                yield table.problem(f"is not in {other}", number, column, value, remedy)


def _codes(table: Table, tables: Tables) -> Iterator[Problem]:
    rule = table.meta.get("codes")
    if not rule:
        return
    digits = {
        row.nomenclature: row.digits
        for _, row in tables["nomenclatures"].rows
        if isinstance(row, Nomenclature)
    }
    known = {
        row.code: row for _, row in tables["code_validity"].rows if isinstance(row, CodeValidity)
    }
    headings = {
        (name, code[:4]) for code, row in known.items() for name in digits if row.exists_in(name)
    }
    for number, row in table.rows:
        nomenclature, code = getattr(row, rule["nomenclature"]), getattr(row, rule["code"])
        if not nomenclature:
            text, remedy = "code has no nomenclature", "write its revision (HS92 to HS22, CN8)"
        else:
            text, remedy = _code_fault(nomenclature, code, digits, known, headings)
        if text:
            yield table.problem(text, number, rule["code"], code, remedy)


def _code_fault(
    nomenclature: str,
    code: str,
    digits: dict[str, int],
    known: dict[str, CodeValidity],
    headings: set[tuple[str, str]],
) -> tuple[str, str]:
    width = digits.get(nomenclature)
    if width is None:
        return "", ""  # the foreign key has reported the nomenclature
    if not code.isdigit() or len(code) not in ({width} if width == 8 else {4, width}):
        return f"is no code of {nomenclature}", f"write {width} digits"
    if width == 8:
        return "", ""  # CN8 changes every year; no table of its codes is kept here
    if len(code) == 4:
        found = (nomenclature, code) in headings
        return ("", "") if found else (f"heading is not in {nomenclature}", "check the revision")
    if code not in known:
        return "code is in no revision known here", "add it to code_validity.csv"
    if not known[code].exists_in(nomenclature):
        row = known[code]
        text = f"code does not exist in {nomenclature}"
        return text, f"it exists from {row.first_revision} to {row.last_revision}"
    return "", ""


def _validity(table: Table) -> Iterator[Problem]:
    for number, row in table.rows:
        if not isinstance(row, CodeValidity):
            continue
        for column in ("first_revision", "last_revision"):
            value = getattr(row, column)
            if not row.exists_in(value):
                remedy = "mark the revision yes, or name another"
                yield table.problem("code is not in this revision", number, column, value, remedy)


def _names(values: Iterable[object]) -> dict[str, Sequence[str]]:
    """Return the mapping that ``nearest`` asks for."""
    return {str(value): () for value in values}


def _shown(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(map(_shown, value)) if isinstance(value, tuple) else str(value)
