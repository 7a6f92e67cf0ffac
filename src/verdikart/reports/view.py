"""What the templates draw: cells, tables, charts and findings, already in one language."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Tag:
    """A short label; ``tone`` chooses its colour, the word alone carries the meaning."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: text, a second line, footnote marks, labels, a shade of a heat map.

    ``mark`` holds the letters of its notes, set apart by spaces; ``lang`` is set where the text is
    in another language than the page.
    """

    text: str
    small: str = ""
    mark: str = ""
    tags: tuple[Tag, ...] = ()
    lang: str = ""
    code: bool = False
    level: int | None = None
    href: str = ""

    @property
    def plain(self) -> bool:
        """Whether there is nothing but text."""
        return not (self.small or self.mark or self.tags or self.code or self.href)


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading; numbers are set to the right, and sentences get room."""

    text: str
    number: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with caption and footnotes; the first column heads its row."""

    table_id: str
    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[tuple[str, str], ...] = ()
    matrix: bool = False
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a chart's legend: a mark in a colour, and what it means."""

    mark: str
    colour: str
    text: str


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart with its caption, its text summary, its legend and its table twin."""

    chart_id: str
    title: str
    summary: str
    spec: dict[str, Any]
    legend: tuple[Key, ...]
    table: Table | None

    @property
    def json(self) -> str:
        """The specification as it can stand inside a script element."""
        text = json.dumps(self.spec, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text.replace("<", "\\u003c")


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as a card."""

    anchor: str
    rank: int
    title: str
    body: str
    action: str
    use: str
    tags: tuple[Tag, ...]
    figures: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a section: heading, sentences, points, a table, and a table behind a click."""

    title: str = ""
    texts: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None
    rest: Table | None = None
    label: str = ""


def texts(*values: str) -> tuple[Cell, ...]:
    """Plain cells."""
    return tuple(Cell(value) for value in values)


@dataclass(slots=True)
class Section:
    """A numbered part of the page and what its template shows."""

    anchor: str
    title: str
    template: str
    content: dict[str, Any] = field(default_factory=dict)
