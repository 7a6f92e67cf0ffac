"""Dates that matter, of trade measures, lists, plants and targets, on one line of time,
and what has changed between two mappings of a home.

Pure functions of rows: the day is given, so that the same rows and day give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from verdikart.core.errors import UnknownName
from verdikart.mapping.chain_measures import ANNOUNCED, EXPORT_MEASURES, bound
from verdikart.mapping.changes import paired
from verdikart.mapping.supply_plans import BY
from verdikart.reference.entities import MaterialList
from verdikart.reference.homes import home as home_of
from verdikart.reference.value_chains import Facility, TradeMeasure

Kind = Literal["measure_from", "measure_to", "list_from", "list_to", "plant", "target"]
State = Literal["past", "under_way", "upcoming"]
Row = dict[str, Any]
IMPORT_MEASURES = ("tariff", "safeguard", "carbon_border", "import_ban_phased")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens on a date, which may be known to the year or month alone.

    ``when``: YYYY, YYYY-MM or YYYY-MM-DD; ``first`` and ``last`` are the days it may be.
    ``key`` is the id of the measure, list or plant; ``side``: what of the home a measure touches,
    its ``supply`` or its ``exports``, empty where neither; ``confidence``: how well the
    date is checked, as its table says.
    """

    when: str
    first: date
    last: date
    kind: Kind
    state: State
    key: str
    text_en: str
    text_nb: str
    by: str = ""
    word: str = ""
    side: str = ""
    materials: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    confidence: str = ""


def span(when: str) -> tuple[date, date]:
    """First and last day of a year, a month or a day. Raises ValueError for anything else."""
    parts = [int(part) for part in when.split("-")]
    if len(parts) == 3:
        return date(*parts), date(*parts)
    if len(parts) == 2:
        year, month = parts
        after = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), date.fromordinal(after.toordinal() - 1)
    return date(parts[0], 1, 1), date(parts[0], 12, 31)


def state(first: date, last: date, on: date) -> State:
    """Where a date lies from a day; what is known to the year alone is under way all that year."""
    return "past" if last < on else "upcoming" if first > on else "under_way"


def agenda(
    home: str,
    on: date,
    measures: Iterable[TradeMeasure] = (),
    lists: Iterable[MaterialList] = (),
    facilities: Iterable[Facility] = (),
) -> list[Event]:
    """Every dated event of the tables as seen from a home on a day, the earliest first.

    Plants are Norwegian and belong to homes that Norway is part of. The target year is that of the
    benchmarks of Regulation (EU) 2024/1252, Article 5.
    """
    found = [event for row in measures for event in _measure(row, home, on)]
    found += [event for row in lists for event in _list(row, on)]
    if "NOR" in members(home, on.year):
        found += [_plant(row, on) for row in facilities if row.status_date]
    found.append(_event(str(BY), "target", on, "crma_2030", "", ""))
    return sorted(found, key=lambda e: (e.first, e.kind, e.key))


def members(home: str, year: int) -> frozenset[str]:
    """Countries of a home; of one that no table knows, nothing but itself."""
    try:
        return frozenset(home_of(home).members(year))
    except UnknownName:
        return frozenset({home})


def _event(
    when: str,
    kind: Kind,
    on: date,
    key: str,
    text_en: str,
    text_nb: str,
    **more: Any,  # noqa: ANN401 - the optional parts
) -> Event:
    first, last = span(when)
    return Event(when, first, last, kind, state(first, last, on), key, text_en, text_nb, **more)


def _measure(row: TradeMeasure, home: str, on: date) -> list[Event]:
    ours = members(home, on.year)
    more: Row = {
        "by": row.imposed_by,
        "word": row.measure,
        "side": _side(row) if bound(row, ours, on.year) else "",
        "materials": row.material_ids,
        "products": row.product_ids,
        "confidence": row.confidence,
    }
    texts = (row.measure_id, row.description_en, row.description_nb)
    found = [_event(row.from_date.isoformat(), "measure_from", on, *texts, **more)]
    if row.to_date is not None and row.measure != ANNOUNCED:
        found.append(_event(row.to_date.isoformat(), "measure_to", on, *texts, **more))
    return found


def _side(row: TradeMeasure) -> str:
    """A hold on others' exports touches supply; a hold on imports touches the home's own exports."""
    if row.measure in (*EXPORT_MEASURES, ANNOUNCED):
        return "supply"
    return "exports" if row.measure in IMPORT_MEASURES else ""


def _list(row: MaterialList, on: date) -> list[Event]:
    texts = (row.list_id, row.title_en, row.title_nb)
    dates: tuple[tuple[Kind, date | None], ...] = (
        ("list_from", row.valid_from),
        ("list_to", row.valid_to),
    )
    return [
        _event(when.isoformat(), kind, on, *texts, confidence=row.status)
        for kind, when in dates
        if when is not None
    ]


def _plant(row: Facility, on: date) -> Event:
    return _event(
        row.status_date,
        "plant",
        on,
        row.record_id,
        row.producer,
        row.producer,
        word=row.status,
        materials=(row.material_id,),
        products=(row.product_id,),
        confidence=row.confidence,
    )


@dataclass(frozen=True, slots=True)
class Changes:
    """Goods whose verdict became or ceased to be vulnerable: rows of ``assessments`` of the later
    mapping and of the earlier one. ``only_now``, ``only_before``: judged in one of them alone.
    """

    became: tuple[Row, ...]
    ceased: tuple[Row, ...]
    only_now: int
    only_before: int


def changes(now: Sequence[Row], before: Sequence[Row]) -> Changes:
    """Compare the verdicts of two mappings of one home, good by good as on the page of comparison."""
    pairs = paired(_judged(before), _judged(now), "subject", "products")
    both = [(old, new) for old, new in pairs if old is not None and new is not None]
    return Changes(
        tuple(new for old, new in both if _bad(new) and not _bad(old)),
        tuple(new for old, new in both if _bad(old) and not _bad(new)),
        sum(old is None for old, _ in pairs),
        sum(new is None for _, new in pairs),
    )


def _judged(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["outcome"] != "not_computable"]


def _bad(row: Row) -> bool:
    return bool(row["outcome"] == "vulnerable")
