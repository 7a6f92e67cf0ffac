"""The YAML file in which a user describes a table of their own.

::

    id: own_stocks                       # own_ and small letters
    title: {en: Emergency stocks, nb: Beredskapslagre}
    provider: Nærings- og fiskeridepartementet
    licence: Not for publication
    citation: Letter of 3 March 2026
    address: https://example.no/stocks   # may be left out
    format: csv                          # csv, json-stat, sdmx-csv, frictionless
    csv: {separator: ";", decimal: ",", encoding: utf-8}
    resource: stocks                     # frictionless: which resource, if there are several
    columns:
      Råvare: {is: material, codes: {Nikkel: nickel}}
      Varenr: {is: code, nomenclature: HS17}
      Land:   {is: country, as: iso2}    # iso3 (default), iso2, name
      År:     {is: year}
      Lager:  {is: figure, id: stock, name: {en: Stock, nb: Lager}, unit: t,
               missing: ["", ".."], suppressed: [":"], status: Merke}
      Merknad: {is: note}

The names of columns are those of the file: for JSON-stat and SDMX its dimensions, and ``value`` or
``OBS_VALUE`` for the figure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from verdikart.core.errors import Problem, Problems, nearest
from verdikart.core.units import UNITS
from verdikart.reference.entities import Nomenclature
from verdikart.reference.load import by_key, parse_yaml

Format = Literal["csv", "json-stat", "sdmx-csv", "frictionless"]
FORMATS = ("csv", "json-stat", "sdmx-csv", "frictionless")
KINDS = ("material", "product", "code", "country", "partner", "year", "key", "figure", "note")
NEEDED = ("id", "title", "provider", "licence", "format", "columns")
FIELDS = (*NEEDED, "citation", "address", "csv", "resource")
OF_FIGURE = ("id", "name", "unit", "missing", "suppressed", "status")
OF_COLUMN = ("is", "codes", "as", "nomenclature", *OF_FIGURE)
ID = re.compile(r"own_[a-z][a-z0-9_]{1,40}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
COUNTRY_FORMS = ("iso3", "iso2", "name")


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """What a column of the file is. ``codes`` puts the file's own words for ids."""

    label: str
    kind: str
    id: str
    name_en: str = ""
    name_nb: str = ""
    unit: str = ""
    nomenclature: str = ""
    form: str = "iso3"
    codes: Mapping[str, str] | None = None
    missing: tuple[str, ...] = ("",)
    suppressed: tuple[str, ...] = ()
    status: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """A described table."""

    id: str
    title_en: str
    title_nb: str
    provider: str
    licence: str
    citation: str
    address: str
    format: Format
    separator: str
    decimal: str
    encoding: str
    resource: str
    columns: tuple[OwnColumn, ...]

    def of(self, *kinds: str) -> list[OwnColumn]:
        """Columns of these kinds."""
        return [column for column in self.columns if column.kind in kinds]


def description(text: str, file: str) -> Description:
    """Read a description. Raises Problems with every fault of it."""
    try:
        content = parse_yaml(text)
    except Exception as error:  # noqa: BLE001 - yaml raises a tree of its own
        raise Problems(
            [Problem(file, f"is not valid YAML ({error})", remedy="mend the syntax")]
        ) from None
    if not isinstance(content, dict):
        remedy = "start with id:, title:, provider:, licence:, format: and columns:"
        raise Problems([Problem(file, "describes no table", remedy=remedy)])
    reading = _Reading(file, content)
    found = reading.whole()
    if reading.problems:
        raise Problems(reading.problems)
    return found


class _Reading:
    """One description with the faults found so far."""

    def __init__(self, file: str, content: dict[Any, Any]) -> None:
        self.file = file
        self.content = content
        self.problems: list[Problem] = []

    def fault(self, message: str, field: str, value: object, remedy: str) -> None:
        self.problems.append(Problem(self.file, message, None, field, str(value), remedy))

    def whole(self) -> Description:
        content = self.content
        self._known(content, FIELDS, "")
        for name in NEEDED:
            if not content.get(name):
                self.fault("is missing", name, "", f"give {name}")
        table = str(content.get("id", ""))
        if table and not ID.fullmatch(table):
            self.fault(
                "is no id", "id", table, "write own_ and small letters, digits and _ (own_stocks)"
            )
        form = content.get("format")
        if form and form not in FORMATS:
            self.fault("is no format", "format", form, f"one of {', '.join(FORMATS)}")
        csv = self._mapping(content.get("csv"), "csv")
        self._known(csv, ("separator", "decimal", "encoding"), "csv.")
        title_en, title_nb = self._names(content.get("title"), "title")
        columns = self._columns()
        return Description(
            table, title_en, title_nb,
            str(content.get("provider", "")), str(content.get("licence", "")),
            str(content.get("citation", "")), str(content.get("address", "")),
            form if form in FORMATS else "csv",
            str(csv.get("separator", ",")), str(csv.get("decimal", ".")),
            str(csv.get("encoding", "utf-8")), str(content.get("resource", "")), columns,
        )  # fmt: skip

    def _columns(self) -> tuple[OwnColumn, ...]:
        listed = self._mapping(self.content.get("columns"), "columns")
        columns = [
            found
            for label, spec in listed.items()
            if (found := self._column(str(label), self._mapping(spec, f"columns.{label}")))
        ]
        if listed and not any(c.kind == "figure" for c in columns):
            self.fault(
                "has no figure", "columns", "", "give at least one column {is: figure, unit: …}"
            )
        ids = [c.id for c in columns]
        for name in sorted({name for name in ids if ids.count(name) > 1}):
            self.fault("names two columns", "columns", name, "give each its own id")
        return tuple(columns)

    def _column(self, label: str, spec: dict[str, Any]) -> OwnColumn | None:
        at = f"columns.{label}"
        self._known(spec, OF_COLUMN, f"{at}.")
        kind = spec.get("is")
        if kind not in KINDS:
            self.fault("is no kind of column", f"{at}.is", kind, f"one of {', '.join(KINDS)}")
            return None
        own_id = str(spec.get("id") or (kind if kind not in ("figure", "key", "note") else ""))
        if not own_id:
            own_id = re.sub(r"\W+", "_", label.lower()).strip("_")
        if not NAME.fullmatch(own_id):
            self.fault(
                "is no id of a column", f"{at}.id", own_id, "give id: with small letters a–z and _"
            )
        unit = str(spec.get("unit", ""))
        if kind == "figure" and unit not in UNITS:
            near = ", ".join(nearest(unit, dict.fromkeys(UNITS, ()), 3))
            hint = f"; nearest: {near}" if near else ""
            self.fault("is no unit", f"{at}.unit", unit, f"one of {', '.join(UNITS)}{hint}")
        nomenclature = str(spec.get("nomenclature", ""))
        if kind == "code" and nomenclature not in by_key(Nomenclature):
            remedy = f"a code needs its revision: {', '.join(by_key(Nomenclature))}"
            self.fault("is no nomenclature", f"{at}.nomenclature", nomenclature, remedy)
        form = str(spec.get("as", "iso3"))
        if form not in COUNTRY_FORMS:
            remedy = f"one of {', '.join(COUNTRY_FORMS)}"
            self.fault("is no way to write countries", f"{at}.as", form, remedy)
        name_en, name_nb = (
            self._names(spec.get("name"), f"{at}.name") if kind == "figure" else (label, label)
        )
        codes = {str(k): str(v) for k, v in self._mapping(spec.get("codes"), f"{at}.codes").items()}
        return OwnColumn(
            label, str(kind), own_id, name_en, name_nb, unit, nomenclature, form, codes or None,
            self._marks(spec, "missing", at) or ("",), self._marks(spec, "suppressed", at),
            str(spec.get("status", "")),
        )  # fmt: skip

    def _marks(self, spec: dict[str, Any], name: str, at: str) -> tuple[str, ...]:
        marks = spec.get(name, [])
        if not isinstance(marks, list):
            self.fault("is no list", f"{at}.{name}", marks, 'write a list: ["..", ":"]')
            return ()
        return tuple(str(mark) for mark in marks)

    def _names(self, value: object, at: str) -> tuple[str, str]:
        names = self._mapping(value, at)
        found = tuple(str(names.get(lang) or "").strip() for lang in ("en", "nb"))
        if not all(found) and (value or "title" not in at):
            self.fault("lacks a language", at, value, "write {en: …, nb: …}")
        return found[0], found[1]

    def _mapping(self, value: object, at: str) -> dict[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.fault("is no mapping", at, value, "write {name: value}")
            return {}
        return value

    def _known(self, content: Mapping[Any, Any], known: tuple[str, ...], prefix: str) -> None:
        for name in content:
            if name not in known:
                near = nearest(str(name), dict.fromkeys(known, ()), 2)
                hint = f"nearest: {', '.join(near)}; " if near else ""
                remedy = f"{hint}fields: {', '.join(known)}"
                self.fault("is no field", f"{prefix}{name}", content[name], remedy)
