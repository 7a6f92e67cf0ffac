"""Homes that users define themselves, in a YAML file.

The file holds one mapping, ``homes``; members are three-letter codes, or have years of their own:

    homes:
      BALTIC:
        name_en: Baltic states
        name_nb: De baltiske landene
        members: [EST, {iso3: LVA, from: 2004, to: 2020}, LTU]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from verdikart.core.errors import DataProblem, Problem, Problems, nearest
from verdikart.reference.entities import Country, Group
from verdikart.reference.homes import Home, Span
from verdikart.reference.load import by_key, load, parse_yaml

_FIELDS = ("name_en", "name_nb", "members")
Fault = Callable[[str, str, object, str], None]
_ID = re.compile(r"[A-Z][A-Z0-9_]{1,30}")


def custom_homes(file: Path) -> dict[str, Home]:
    """Return id → home of every entry in ``file``; raises ``Problems`` with all faults at once."""
    try:
        content = parse_yaml(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataProblem(f"{file}: cannot be read ({error.strerror}) — check the path") from None
    except ValueError as error:
        raise DataProblem(f"{file}: is not UTF-8 text ({error}) — save it as UTF-8") from None
    except Exception as error:  # noqa: BLE001 - yaml raises its own tree, imported lazily
        raise DataProblem(f"{file}: is not valid YAML ({error}) — mend the syntax") from None
    entries = content.get("homes") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or not entries:
        remedy = "start the file with 'homes:' and indent one entry per home below it"
        raise Problems([Problem(str(file), "has no homes", remedy=remedy)])
    problems: list[Problem] = []
    found = {}
    for key, entry in entries.items():
        built = _home(str(file), str(key), entry, problems)
        if built is not None:
            found[built.home_id] = built
    if problems:
        raise Problems(problems)
    return found


def _home(file: str, key: str, entry: object, problems: list[Problem]) -> Home | None:
    def fault(message: str, column: str, value: object, remedy: str) -> None:
        problems.append(Problem(file, message, None, f"homes.{key}{column}", str(value), remedy))

    if not _ID.fullmatch(key):
        fault("is no id for a home", "", key, "use capital letters, digits and _ (BALTIC)")
    elif key in by_key(Country) or key in by_key(Group) or "_EX_" in key:
        fault("is taken by a country or group", "", key, "choose another id")
    if not isinstance(entry, dict):
        fault("is no home", "", entry, f"give it the fields {', '.join(_FIELDS)}")
        return None
    for name in entry.keys() - set(_FIELDS):
        fault("is no field of a home", f".{name}", entry[name], f"fields: {', '.join(_FIELDS)}")
    for name in ("name_en", "name_nb"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            fault("name is missing", f".{name}", entry.get(name, ""), "write a name as text")
    members = entry.get("members")
    if not isinstance(members, list) or not members:
        fault("has no members", ".members", members, "list three-letter countries: [EST, LVA]")
        return None
    before = len(problems)
    spans = [_span(member, number, fault) for number, member in enumerate(members, start=1)]
    _overlaps([span for span in spans if span is not None], fault)
    if len(problems) > before or not all(isinstance(entry.get(n), str) for n in _FIELDS[:2]):
        return None
    good = tuple(span for span in spans if span is not None)
    return Home(key, entry["name_en"], entry["name_nb"], single=False, spans=good)


def _span(member: object, number: int, fault: Fault) -> Span | None:
    place = f".members[{number}]"
    row = {"iso3": member} if isinstance(member, str) else member
    if not isinstance(row, dict) or not isinstance(row.get("iso3"), str):
        fault("is no member", place, member, "write EST, or {iso3: EST, from: 2004, to: 2020}")
        return None
    iso3, good = row["iso3"], True
    if iso3 not in by_key(Country):
        names: dict[str, Sequence[str]] = {
            land.iso3: (land.name_en, land.name_nb) for land in load(Country)
        }
        close = ", ".join(nearest(iso3, names, 3))
        hint = f"; nearest: {close}" if close else ""
        fault("is no country", f"{place}.iso3", iso3, f"use an ISO 3166 three-letter code{hint}")
        good = False
    for name in row.keys() - {"iso3", "from", "to"}:
        fault("is no field of a member", f"{place}.{name}", row[name], "fields: iso3, from, to")
        good = False
    for name in ("from", "to"):
        year = row.get(name)
        if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
            fault("is no year", f"{place}.{name}", year, "write a whole year such as 2004")
            good = False
    if not good:
        return None
    span = Span(iso3, row.get("from"), row.get("to"))
    if span.first is not None and span.last is not None and span.first > span.last:
        fault("ends before it begins", place, f"{span.first}-{span.last}", "swap from and to")
        return None
    return span


def _overlaps(spans: list[Span], fault: Fault) -> None:
    for number, one in enumerate(spans):
        for other in spans[number + 1 :]:
            starts = max(one.first or 0, other.first or 0)
            ends = min(one.last or 9999, other.last or 9999)
            if one.iso3 == other.iso3 and starts <= ends:
                remedy = "keep one entry, or part the years"
                fault("is a member twice in the same years", ".members", one.iso3, remedy)
