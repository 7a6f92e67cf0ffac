"""What is numbered in a note before a word of it is written, so that its parts can refer ahead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from verdikart.reports.document.model import Block, Chart, Diagram, Document, Section, Table
from verdikart.reports.voice import Voice


@dataclass(frozen=True, slots=True)
class Caption:
    """A numbered caption: its label ("Table"), its number, the bookmark that it is known by."""

    label: str
    number: int
    bookmark: str

    @property
    def text(self) -> str:
        """Label and number, as a reference to it reads."""
        return f"{self.label} {self.number}"


@dataclass(slots=True)
class Plan:
    """Captions of a document's tables and figures.

    ``annex``: tables that say what a figure shows and stand nowhere else, each with the figure's
    caption, in reading order.
    Tables without rows have no caption, since a sentence stands for them.
    """

    voice: Voice
    annex: list[tuple[Table, Caption]] = field(default_factory=list)
    _tables: list[tuple[Table, Caption]] = field(default_factory=list)
    _figures: dict[str, Caption] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document) -> Plan:
        """The plan of a document: tables where they stand, then the twins of figures."""
        made = cls(Voice(document.about.lang))
        drawn = [b for b in document.blocks if isinstance(b, (Chart, Diagram))]
        for block in document.blocks:
            if isinstance(block, Table) and block.rows:
                made._add(block)
        for number, block in enumerate(drawn, start=1):
            label = made.voice.say("Figure {number}", number="").strip()
            made._figures[_id(block)] = Caption(label, number, f"_RefFigure{number}")
            if block.table.rows and made.table(block.table) is None:
                made._add(block.table)
                made.annex.append((block.table, made._figures[_id(block)]))
        return made

    def _add(self, table: Table) -> None:
        number = len(self._tables) + 1
        label = self.voice.say("Table {number}", number="").strip()
        self._tables.append((table, Caption(label, number, f"_RefTable{number}")))

    def table(self, table: Table) -> Caption | None:
        """The caption of a table; None for one that is not printed."""
        return next((caption for held, caption in self._tables if held == table), None)

    def figure(self, block: Chart | Diagram) -> Caption:
        """The caption of a figure."""
        return self._figures[_id(block)]

    def captions(self, section: Section) -> Iterator[Caption]:
        """The captions of a section, in reading order."""
        for block in section.blocks:
            caption = self.caption(block)
            if caption is not None:
                yield caption

    def caption(self, block: Block) -> Caption | None:
        """The caption of a block; None for text and for a table that is not printed."""
        if isinstance(block, (Chart, Diagram)):
            return self.figure(block)
        return self.table(block) if isinstance(block, Table) else None


def _id(block: Chart | Diagram) -> str:
    return block.chart_id if isinstance(block, Chart) else block.diagram_id


__all__ = ["Caption", "Plan"]
