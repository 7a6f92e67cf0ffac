"""What to ask PxWebApi for: categories chosen, and cut so that no request is above the cell budget."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from math import prod

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.reference.entities import Country
from verdikart.reference.load import load
from verdikart.sources.adapters.pxweb_reader import Cube, period
from verdikart.sources.model import Ask

Selection = dict[str, list[str]]
# A goods code of the Norwegian tariff with the first year of its meaning: 25041000_1988.
GOODS = re.compile(r"(\d{8})(?:_(\d{4}))?")
# The years of a code's meaning at the end of its text: (1988-2011), (2012-).
LIFE = re.compile(r"\((\d{4})\s*[-–]\s*(\d{4})?\)\s*$")
MOST = 60  # requests of a fetch where no years were asked for


def blocks(selection: Selection, budget: int, first: str = "") -> list[Selection]:
    """Cut a selection into ones of at most ``budget`` cells that together are the whole, once each.

    The dimension ``first`` (time) is cut first, then the largest. A single cell above the budget
    cannot be cut, so a budget below 1 is an error of the caller.
    """
    cells = prod(len(codes) for codes in selection.values())
    if cells <= budget:
        return [selection] if cells else []
    order = sorted(selection, key=lambda name: (name != first, -len(selection[name]), name))
    name = next(name for name in order if len(selection[name]) > 1)
    codes = selection[name]
    step = max(1, budget // (cells // len(codes)))
    return [
        block
        for start in range(0, len(codes), step)
        for block in blocks({**selection, name: codes[start : start + step]}, budget, first)
    ]


def chosen(meta: Cube, ask: Ask, table: str) -> Selection:
    """The categories that were asked for; all of a dimension that nothing was asked of."""
    selection = {name: list(codes) for name, codes in meta.codes.items()}
    time = meta.role("time")
    if ask.years:
        selection[time] = [c for c in selection[time] if period(c)[0] in ask.years]
        if not selection[time]:
            raise UsageProblem(
                f"table {table} has none of the years asked for; it has {meta.codes[time][0]} to "
                f"{meta.codes[time][-1]}"
            )
    if ask.codes:
        name = classification(meta)
        found = [c for c in selection[name] if c.startswith(ask.codes)]
        if not found:
            raise UnknownName(f"code of {name} in table {table}", ask.codes[0], selection[name])
        selection[name] = found
    if ask.countries:
        name = partners(meta)
        if not name:
            raise UsageProblem(f"table {table} has no dimension of countries")
        wanted = {row.iso2 for row in load(Country) if row.iso3 in ask.countries}
        selection[name] = [c for c in selection[name] if c in wanted]
        if not selection[name]:
            raise UsageProblem(f"table {table} has none of {', '.join(ask.countries)}")
    return selection


def alive(meta: Cube, selection: Selection) -> list[Selection]:
    """For a table of goods codes: one selection a year, with the codes that had a meaning in it."""
    goods, time = goods_of(meta.codes), meta.role("time")
    if not goods:
        return [selection]
    texts = meta.labels(goods)
    years: dict[int | None, list[str]] = {}
    for code in selection[time]:
        years.setdefault(period(code)[0], []).append(code)
    return [
        {**selection, time: codes,
         goods: [c for c in selection[goods] if year is None or _alive(c, texts.get(c, ""), year)]}
        for year, codes in years.items()
    ]  # fmt: skip


def plan_of(meta: Cube, ask: Ask, table: str, budget: int) -> list[Selection]:
    """Every request's selection; without years asked for, of the newest that take a fair number."""
    selection = chosen(meta, ask, table)
    time = meta.role("time")
    found = [blocks(part, budget, time) for part in alive(meta, selection)]
    if ask.years:
        return [block for part in found for block in part]
    if len(found) == 1 and len(found[0]) > MOST:
        found = [
            blocks({**selection, time: [code]}, budget, time)
            for code in sorted(selection[time])
        ]  # fmt: skip
    newest: list[list[Selection]] = []
    for part in reversed(found):
        if newest and sum(map(len, newest)) + len(part) > MOST:
            break
        newest.insert(0, part)
    return [block for part in newest for block in part]


def classification(meta: Cube) -> str:
    """The dimension that codes are asked of: goods, else the largest that is no time, measure, place."""
    goods = goods_of(meta.codes)
    if goods:
        return goods
    roles = {meta.role(name) for name in ("time", "metric", "geo")}
    names = [name for name in meta.ids if name not in roles] or meta.ids
    return max(names, key=lambda name: len(meta.codes[name]))


def goods_of(codes: Mapping[str, Sequence[str]]) -> str:
    """The dimension of goods codes: nine in ten are eight digits; empty where there is none."""
    return _mostly(codes, lambda code: bool(GOODS.fullmatch(code)))


def partners(meta: Cube) -> str:
    """The dimension of countries: nine in ten are two letters; empty where there is none."""
    return _mostly(meta.codes, lambda code: bool(re.fullmatch("[A-Z]{2}", code)))


def _mostly(codes: Mapping[str, Sequence[str]], test: Callable[[str], bool]) -> str:
    for name, values in codes.items():
        if values and sum(map(test, values)) >= 0.9 * len(values):
            return name
    return ""


def _alive(code: str, text: str, year: int) -> bool:
    since = GOODS.fullmatch(code)
    life = LIFE.search(text)
    start = int(since[2]) if since and since[2] else None
    end = int(life[2]) if life and life[2] else None
    return (start is None or start <= year) and (end is None or year <= end)
