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
``OBS_VALUE`` for the figure. Everything is read as text: ``NO`` is Norway and ``01`` is a code, not
the truth value and the number that YAML makes of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from verdikart.core.errors import Problem, Problems, nearest
from verdikart.core.units import UNITS
from verdikart.reference.entities import Nomenclature
from verdikart.reference.load import by_key

if TYPE_CHECKING:
    import yaml

Format = Literal["csv", "json-stat", "sdmx-csv", "frictionless"]
FORMATS = ("csv", "json-stat", "sdmx-csv", "frictionless")
KINDS = ("material", "product", "code", "country", "partner", "year", "key", "figure", "note")
NEEDED = ("id", "title", "provider", "licence", "format", "columns")
FIELDS = (*NEEDED, "citation", "address", "csv", "resource")
OF_FIGURE = ("id", "name", "unit", "missing", "suppressed", "status")
OF_COLUMN = ("is", "codes", "as", "nomenclature", *OF_FIGURE)
ID = re.compile(r"own_[a-z][a-z0-9_]{1,40}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
DECIMALS = (",", ".")
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
    missing: tuple[str, ...] = ()  # marks of it; a cell with nothing in it is missing by itself
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
    import yaml

    try:
        content = yaml.load(text, Loader=_loader())  # noqa: S506 - makes nothing but text
    except (yaml.YAMLError, RecursionError) as error:
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


def _loader() -> type[yaml.BaseLoader]:
    """YAML's loader of plain texts, which does not let a name stand twice in one mapping."""
    import yaml

    class Loader(yaml.BaseLoader):
        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
            names = [name.value for name, _ in node.value]
            twice = sorted({str(name) for name in names if names.count(name) > 1})
            if twice:
                what = f"{', '.join(twice)} stands twice"
                raise yaml.constructor.ConstructorError(None, None, what, node.start_mark)
            return super().construct_mapping(node, deep)

    return Loader


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
        table = self._word(content, "id")
        if table and not ID.fullmatch(table):
            self.fault(
                "is no id", "id", table, "write own_ and small letters, digits and _ (own_stocks)"
            )
        form = self._word(content, "format")
        if form and form not in FORMATS:
            self.fault("is no format", "format", form, f"one of {', '.join(FORMATS)}")
        separator, decimal, encoding = self._csv(form)
        title_en, title_nb = self._names(content.get("title"), "title")
        columns = self._columns()
        return Description(
            table, title_en, title_nb,
            self._word(content, "provider"), self._word(content, "licence"),
            self._word(content, "citation"), self._word(content, "address"),
            cast("Format", form), separator, decimal, encoding,
            self._word(content, "resource"), columns,
        )  # fmt: skip

    def _csv(self, form: str) -> tuple[str, str, str]:
        """Separator, decimal mark and encoding."""
        csv = self._mapping(self.content.get("csv"), "csv")
        self._known(csv, ("separator", "decimal", "encoding"), "csv.")
        if csv and form == "json-stat":
            self.fault("is of delimited text alone", "csv", "", f"leave it out of format: {form}")
        separator = self._word(csv, "separator", "csv.", ",")
        if len(separator) != 1:
            remedy = r'write one character: ";", or "\t" for a tab'
            self.fault("is no separator", "csv.separator", separator, remedy)
        decimal = self._word(csv, "decimal", "csv.", ".")
        if decimal not in DECIMALS:
            self.fault("is no decimal mark", "csv.decimal", decimal, 'write "," or "."')
        return separator, decimal, self._word(csv, "encoding", "csv.", "utf-8")

    def _columns(self) -> tuple[OwnColumn, ...]:
        listed = self._mapping(self.content.get("columns"), "columns")
        columns = [
            found
            for label, spec in listed.items()
            if (found := self._column(label, self._mapping(spec, f"columns.{label}")))
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
        kind = self._word(spec, "is", f"{at}.")
        if kind not in KINDS:
            self.fault("is no kind of column", f"{at}.is", kind, f"one of {', '.join(KINDS)}")
            return None
        own_id = self._word(spec, "id", f"{at}.")
        own_id = own_id or (kind if kind not in ("figure", "key", "note") else "")
        if not own_id:
            own_id = re.sub(r"\W+", "_", label.lower()).strip("_")
        if not NAME.fullmatch(own_id):
            self.fault(
                "is no id of a column", f"{at}.id", own_id, "give id: with small letters a–z and _"
            )
        unit = self._word(spec, "unit", f"{at}.")
        if kind == "figure" and unit not in UNITS:
            near = ", ".join(nearest(unit, dict.fromkeys(UNITS, ()), 3))
            hint = f"; nearest: {near}" if near else ""
            self.fault("is no unit", f"{at}.unit", unit, f"one of {', '.join(UNITS)}{hint}")
        nomenclature = self._word(spec, "nomenclature", f"{at}.")
        if kind == "code" and nomenclature not in by_key(Nomenclature):
            remedy = f"a code needs its revision: {', '.join(by_key(Nomenclature))}"
            self.fault("is no nomenclature", f"{at}.nomenclature", nomenclature, remedy)
        form = self._word(spec, "as", f"{at}.", "iso3")
        if form not in COUNTRY_FORMS:
            remedy = f"one of {', '.join(COUNTRY_FORMS)}"
            self.fault("is no way to write countries", f"{at}.as", form, remedy)
        name_en, name_nb = (
            self._names(spec.get("name"), f"{at}.name") if kind == "figure" else (label, label)
        )
        listed = self._mapping(spec.get("codes"), f"{at}.codes")
        codes = {word: self._word(listed, word, f"{at}.codes.") for word in listed}
        return OwnColumn(
            label, kind, own_id, name_en, name_nb, unit, nomenclature, form, codes or None,
            self._marks(spec, "missing", at), self._marks(spec, "suppressed", at),
            self._word(spec, "status", f"{at}."),
        )  # fmt: skip

    def _marks(self, spec: dict[str, Any], name: str, at: str) -> tuple[str, ...]:
        marks = spec.get(name, [])
        if not (isinstance(marks, list) and all(isinstance(mark, str) for mark in marks)):
            self.fault("is no list of texts", f"{at}.{name}", marks, 'write a list: ["..", ":"]')
            return ()
        return tuple(marks)

    def _word(self, content: Mapping[str, Any], name: str, at: str = "", other: str = "") -> str:
        """A text, ``other`` where there is none."""
        value = content.get(name, other)
        if isinstance(value, str):
            return value
        self.fault(
            "is no text", f"{at}{name}", value, "write one text, in quotes where it has : or #"
        )
        return other

    def _names(self, value: object, at: str) -> tuple[str, str]:
        names = self._mapping(value, at)
        found = tuple(self._word(names, lang, f"{at}.").strip() for lang in ("en", "nb"))
        if not all(found) and (value or "title" not in at):
            self.fault("lacks a language", at, value, "write {en: …, nb: …}")
        return found[0], found[1]

    def _mapping(self, value: object, at: str) -> dict[str, Any]:
        if value in (None, ""):
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
