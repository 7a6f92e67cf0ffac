"""What a document is made of: statements bound to figures, tables, charts, drawings, notes, sources.

Everything is in the document's language already; beside a text stands the raw value and the name of
the figure, so that every format holds the same numbers and each can be traced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from verdikart.chains.drawing import Drawing
from verdikart.mapping.audience import Level
from verdikart.mapping.bindings import Binding
from verdikart.reference.i18n import Lang

StatementKind = Literal["computed", "expert", "recommendation"]
Use = Literal["", "instruments", "allied_cooperation", "contingency"]
Tone = Literal["risk", "ally", "other", "doubt", "quiet"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it is written: its name, its raw value, and how it stands.

    ``level`` is who may see it. A figure above the document's audience never reaches a document:
    what stands for it is :attr:`withheld`, without value or text of its own.
    """

    binding: Binding
    raw: Any
    text: str
    status: str = "ok"
    low: float | None = None
    high: float | None = None
    unit: str = ""
    sources: tuple[str, ...] = ()
    level: Level = "public"
    withheld: bool = False

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Statement:
    """One or more sentences. ``runs`` are texts and the figures between them.

    ``bound``: figures that the text rests on without their standing in it as runs. ``owner``: who
    stands behind it. ``notes``: numbers of the document's notes.
    """

    runs: tuple[str | Figure, ...]
    kind: StatementKind = "computed"
    owner: str = ""
    use: Use = ""
    bound: tuple[Figure, ...] = ()
    notes: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The statement as one text."""
        return "".join(map(str, self.runs))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure that it is bound to, those in the text first."""
        return (*(run for run in self.runs if isinstance(run, Figure)), *self.bound)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Statements that read as one paragraph. ``detail``: not for slides."""

    statements: tuple[Statement, ...]
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """Statements in a list; ``ordered`` where their order is a rank. ``title`` may be empty.

    ``detail``: not for slides.
    """

    statements: tuple[Statement, ...]
    title: str = ""
    ordered: bool = False
    empty: str = ""
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key, heading with unit, kind of the dictionary of columns, share of the width."""

    key: str
    title: str
    kind: str = "text"
    unit: str = ""
    number: bool = False
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: as written, as it is, how it stands. ``small`` is a second line (an interval)."""

    text: str
    raw: Any = None
    status: str = "ok"
    small: str = ""
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table. The first column heads its row. ``empty`` is said where there are no rows.

    ``detail``: not for slides, since it is read and not shown.
    """

    table_id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""
    notes: tuple[int, ...] = ()
    detail: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Values of a chart, one a category, None where there is none.

    ``figures`` are the figures behind them, in the same order. ``tones``: one a value where they
    differ, else one for all. ``xs``: the other coordinate of points, for a scatter chart alone.
    """

    name: str
    values: tuple[float | None, ...]
    tones: tuple[Tone, ...] = ("ally",)
    figures: tuple[Figure | None, ...] = ()
    xs: tuple[float | None, ...] = ()

    def tone(self, place: int) -> Tone:
        """The tone of one value."""
        return self.tones[place] if len(self.tones) > 1 else self.tones[0]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as data, so that slides hold a native one and notes a picture of the same.

    ``kind``: ``bar`` (lying, one a category, the first on top), ``stacked`` (lying, parts of each
    category), ``line`` (categories are years), ``scatter`` (categories are the points' names).
    ``unit``: kind of value as in the dictionary of columns (``share``, ``index``, ``score``,
    ``nok``, ``tonnes``, ``number`` …); values are raw (a share is 0–1, kroner are whole kroner).
    ``axis`` and ``x_axis`` say in words what is measured. ``limit`` is drawn as a line.
    ``alt`` says what one sees. ``table`` is the same as a table. ``key``: what the tones of one
    series mean, in words; several series are told apart by their names.
    """

    chart_id: str
    title: str
    alt: str
    kind: Literal["bar", "stacked", "line", "scatter"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    axis: str
    table: Table
    x_axis: str = ""
    x_unit: str = ""
    limit: float | None = None
    limit_text: str = ""
    x_limit: float | None = None
    notes: tuple[int, ...] = ()
    key: tuple[tuple[Tone, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawn chain: boxes and lines with places. ``table`` says the same in rows."""

    diagram_id: str
    title: str
    alt: str
    drawing: Drawing
    table: Table
    notes: tuple[int, ...] = ()


Block = Paragraph | Points | Table | Chart | Diagram


@dataclass(frozen=True, slots=True)
class Section:
    """A part under a heading; ``level`` 1 or 2."""

    section_id: str
    title: str
    blocks: tuple[Block, ...]
    level: int = 1


@dataclass(frozen=True, slots=True)
class Note:
    """A numbered note: a source with its coverage and limits, or a caveat."""

    number: int
    text: str
    kind: Literal["source", "caveat"] = "caveat"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source behind the document. ``sha256``: of the embedded files of that source."""

    source_id: str
    title: str
    provider: str
    vintage: str
    licence: str
    licence_url: str
    citation: str
    address: str
    coverage: str
    limits: str
    sha256: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the document and what it means."""

    term: str
    definition: str
    formula: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What the document is of, and what it was made from; ``states`` holds the manifest's parts."""

    template: str
    about: tuple[str, ...]
    lang: Lang
    audience: Level
    home: str
    year: int
    mapping: str
    version: str
    owner: str = ""
    signed: str = ""  # who signed it off and when, empty for a draft
    states: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. ``scope`` and ``footer`` stand on every output."""

    title: str
    subtitle: str
    about: About
    scope: tuple[tuple[str, str], ...]
    footer: str
    sections: tuple[Section, ...]
    notes: tuple[Note, ...]
    sources: tuple[SourceLine, ...]
    terms: tuple[Term, ...]

    @property
    def blocks(self) -> Iterator[Block]:
        """Every block in reading order."""
        for section in self.sections:
            yield from section.blocks

    @property
    def statements(self) -> Iterator[Statement]:
        """Every statement in reading order."""
        for block in self.blocks:
            if isinstance(block, (Paragraph, Points)):
                yield from block.statements

    @property
    def tables(self) -> Iterator[Table]:
        """Every table in reading order, the twins of charts and drawings among them."""
        for block in self.blocks:
            if isinstance(block, Table):
                yield block
            elif isinstance(block, (Chart, Diagram)):
                yield block.table

    @property
    def figures(self) -> Iterator[Figure]:
        """Every figure of the document."""
        for statement in self.statements:
            yield from statement.figures
        for table in self.tables:
            for row in table.rows:
                yield from (cell.figure for cell in row if cell.figure is not None)
        for block in self.blocks:
            if isinstance(block, Chart):
                for series in block.series:
                    yield from (figure for figure in series.figures if figure is not None)

    def note(self, number: int) -> Note:
        """A note by its number."""
        return self.notes[number - 1]
