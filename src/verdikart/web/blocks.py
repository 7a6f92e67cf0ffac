"""What a page is made of. One page object is written as HTML, as JSON and as CSV.

Everything is already in the page's language; beside a text stands the raw value, so that the twins
hold the same numbers as the page by construction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from verdikart.reports.view import Key, Tag

Raw = float | int | str | bool | None | list[Any]
Status = Literal["ok", "zero", "missing", "suppressed", "estimated", "not_computable"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: as written, as it is, how it stands, and where it is explained.

    ``why`` is the address of its card, ``href`` of the page of what it names; a cell has one of
    them at most. ``small`` is a second line. ``level`` (0–4) shades a matrix; ``lang`` is set
    where the text is in another language than the page.
    """

    text: str
    raw: Raw = None
    status: Status = "ok"
    low: float | None = None
    high: float | None = None
    unit: str = ""
    why: str = ""
    href: str = ""
    small: str = ""
    tags: tuple[Tag, ...] = ()
    reason: str = ""
    level: int | None = None
    lang: str = ""
    code: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the twins, its heading, whether numbers stand in it, and its unit.

    ``sort`` is the key that the table can be ordered by, empty where it cannot; ``href`` the page
    of what the heading names.
    """

    key: str
    title: str
    number: bool = False
    wide: bool = False
    unit: str = ""
    sort: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """Which rows of how many are shown, and the addresses of the pages beside."""

    first: int
    last: int
    total: int
    before: str = ""
    after: str = ""
    everything: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. The first column heads its row. ``sorted_by`` is ``key`` or ``-key``."""

    template: ClassVar[str] = "table"
    table_id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    empty: str = ""
    pager: Pager | None = None
    sorted_by: str = ""
    sort_links: dict[str, str] = field(default_factory=dict)
    folded: str = ""  # the text of a fold that the table is behind; empty where it is open
    matrix: bool = False
    # Heads and raw rows of the CSV twin, where that holds more than the page shows.
    whole: Callable[[], tuple[Sequence[str], Iterable[Sequence[Any]]]] | None = None


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences, each a paragraph."""

    template: ClassVar[str] = "prose"
    texts: tuple[str, ...]
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and their values side by side."""

    template: ClassVar[str] = "facts"
    items: tuple[tuple[str, Cell], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A notice set apart. ``tone``: info, warning, danger or success."""

    template: ClassVar[str] = "note"
    text: str
    tone: str = "info"
    title: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A short text with a heading, labels, facts and a way on."""

    title: str
    text: str = ""
    tags: tuple[Tag, ...] = ()
    facts: tuple[tuple[str, Cell], ...] = ()
    href: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards in a grid; ``numbered`` where their order is a rank."""

    template: ClassVar[str] = "cards"
    items: tuple[Card, ...]
    numbered: bool = False
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """A list of ways on: text, address, a line on it."""

    template: ClassVar[str] = "links"
    items: tuple[tuple[str, str, str], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A mark of a chart for whoever walks it by keyboard: what it says, and the page behind it."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A Vega-Lite chart with summary, legend, the points in reading order, and its table twin."""

    template: ClassVar[str] = "chart"
    chart_id: str
    title: str
    summary: str
    spec: dict[str, Any]
    table: Table
    legend: tuple[Key, ...] = ()
    points: tuple[Point, ...] = ()

    @property
    def json(self) -> str:
        """The specification as it can stand inside a script element."""
        return embed(self.spec)

    @property
    def walk(self) -> str:
        """The points as they can stand inside a script element."""
        return embed([[p.text, p.href] for p in self.points])


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing of our own as SVG (trusted, escaped by its maker) with its summary."""

    template: ClassVar[str] = "drawing"
    drawing_id: str
    title: str
    summary: str
    svg: str
    legend: tuple[Key, ...] = ()
    download: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form. ``kind``: text, search, number, range, select, checks, flag or hidden.

    ``options`` are (value, text); ``value`` is what is chosen (a list for ``checks``).
    """

    name: str
    label: str
    kind: str = "text"
    value: Any = ""
    options: tuple[tuple[str, str], ...] = ()
    low: float | None = None
    high: float | None = None
    step: float | None = None
    hint: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form. A ``get`` form carries its state in the address; with scripts it answers as one types.

    ``target`` is the id of the part of the page that changes with it (the whole page if empty).
    """

    template: ClassVar[str] = "form"
    form_id: str
    fields: tuple[Field, ...]
    submit: str
    action: str = ""
    method: Literal["get", "post"] = "get"
    title: str = ""
    reset: str = ""
    folded: str = ""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What no other block can say: a template of its own with its content. ``data`` goes to JSON."""

    template: str
    content: dict[str, Any]
    data: Any = None


Block = Table | Prose | Facts | Note | Cards | Links | Chart | Drawing | Form | Fragment


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under a heading."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    level: int = 2


@dataclass(frozen=True, slots=True)
class Page:
    """A page. ``main`` is the id of the table that its CSV twin holds, the first one if empty.

    ``sources`` are ids of the sources behind it; None stands for all of the mapping.
    """

    title: str
    sections: tuple[Section, ...]
    lead: str = ""
    tags: tuple[Tag, ...] = ()
    crumbs: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] | None = None
    main: str = ""
    status: int = 200
    wide: bool = False


def tables(page: Page) -> list[Table]:
    """Every table of a page in order, those beside charts among them."""
    found = []
    for section in page.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                found.append(block)
            elif isinstance(block, Chart):
                found.append(block.table)
    return found


def embed(value: object) -> str:
    """JSON as it can stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c")


def texts(*values: str) -> Sequence[Cell]:
    """Plain cells."""
    return tuple(Cell(value, value) for value in values)
