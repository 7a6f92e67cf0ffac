"""Builds a document: binds figures, writes them, withholds them, numbers notes, gathers sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Any

from verdikart.mapping.audience import LEVELS, Level, Marks, above
from verdikart.mapping.bindings import COUNT, PARTNERS, Binding, bind, count, fitting, resolve
from verdikart.mapping.provenance import hashes_of, of_trade, sources_of
from verdikart.mapping.saved import Saved
from verdikart.mapping.statements import nok_text
from verdikart.reference.columns import Column as Described
from verdikart.reference.columns import describe
from verdikart.reference.entities import Source
from verdikart.reference.entities import Term as Glossary
from verdikart.reference.i18n import Lang
from verdikart.reference.load import by_key
from verdikart.reports import values, words
from verdikart.reports.document import standing
from verdikart.reports.document.model import (
    About,
    Cell,
    Column,
    Document,
    Figure,
    Note,
    Section,
    SourceLine,
    Statement,
    StatementKind,
    Table,
    Term,
    Use,
)
from verdikart.reports.voice import Voice

Row = dict[str, Any]


@dataclass(slots=True)
class Draft:
    """A document in the making: one mapping, one language, one audience.

    Whatever is shown of the mapping goes through :meth:`figure`, :meth:`cell` or :meth:`text`,
    which name it, note its sources and withhold what the audience may not see.
    """

    saved: Saved
    lang: Lang
    audience: Level = "public"
    marks: Marks | None = None
    owner: str = ""
    signed: str = ""
    other: str = ""  # name of the mapping, where it is not the one that the document is of
    material: str = ""  # which a code of several materials is named after
    _notes: list[Note] = field(default_factory=list)
    _sources: dict[str, None] = field(default_factory=dict)
    _terms: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    @property
    def voice(self) -> Voice:
        """How the language writes names and numbers."""
        return Voice(self.lang)

    def say(self, message: str, **given: object) -> str:
        """A message of the catalogue with its placeholders filled."""
        return self.voice.say(message, **given)

    def beside(self, saved: Saved) -> Draft:
        """A draft on another mapping for the same document: notes, sources and terms are shared.

        Its figures name their mapping. Marks hold for both.
        """
        marks = self.marks.on(saved) if self.marks else None
        return replace(self, saved=saved, marks=marks, other=saved.name)

    # Figures

    def figure(
        self, row: Row, column: str, *, text: str = "", decimals: int | None = None
    ) -> Figure:
        """A row's cell as a figure. ``text``: how it is written here, as the column's kind if empty.

        Raises :class:`UnknownName` for a column that the dictionary lacks.
        """
        about = self.about(row, column)
        binding = replace(bind(self.saved, row, self._stem(row, column)), mapping=self.other)
        level = self.level(row, column)
        sources = sources_of(self.saved, row, column)
        if above(level, self.audience):
            return self._withheld(binding, level, sources)
        raw = self._raw(row, column)
        status = row.get(f"{column}_status") or ("missing" if raw is None else "ok")
        return Figure(
            binding,
            raw,
            text or self._written(raw, status, about, row, decimals),
            status,
            row.get(f"{column}_low"),
            row.get(f"{column}_high"),
            values.unit_of(about, row),
            sources,
            level,
        )

    def level(self, row: Row, column: str) -> Level:
        """Who may see a row's cell."""
        return self.marks.level(row, self._stem(row, column)) if self.marks else "public"

    def money(self, row: Row, column: str = "value_nok") -> Figure:
        """Kroner with their unit, in millions or billions."""
        raw = row.get(column)
        text = self.say("a value not known") if raw is None else nok_text(raw, self.lang)
        return self.figure(row, column, text=text)

    def counted(self, table: str, **where: str) -> Figure:
        """The number of rows of a table with these values, as a figure."""
        binding = replace(count(table, **where), mapping=self.other)
        rows = fitting(self.saved, binding)
        level: Level = "public"
        if self.marks and rows:
            found = [self.marks.level(row, COUNT) for row in rows]
            level = max(found, key=LEVELS.index)
        sources = tuple(dict.fromkeys(s for row in rows for s in sources_of(self.saved, row)))
        if above(level, self.audience):
            return self._withheld(binding, level, sources)
        raw = resolve(self.saved, binding).value
        return Figure(binding, raw, self.voice.number(raw), "ok", sources=sources, level=level)

    def _withheld(self, binding: Binding, level: Level, sources: tuple[str, ...]) -> Figure:
        text = self.say("withheld")
        return Figure(
            binding, None, text, "suppressed", sources=sources, level=level, withheld=True
        )

    def about(self, row: Row, column: str) -> Described:
        """What the dictionary says of a row's column."""
        return values.of(row, column)

    def _stem(self, row: Row, column: str) -> str:
        """The column's own name in the row: a text in two languages is the one of this document."""
        return column if column in row else f"{column}_{self.lang}"

    def _raw(self, row: Row, column: str) -> Any:  # noqa: ANN401 - any cell
        return row.get(self._stem(row, column))

    def _written(
        self,
        raw: Any,  # noqa: ANN401 - any cell
        status: str,
        about: Described,
        row: Row,
        decimals: int | None,
    ) -> str:
        if raw is None:
            return values.gap(status, self.voice)
        return values.written(raw, about, row, self.voice, decimals)

    # Statements

    def statement(
        self,
        message: str,
        *,
        kind: StatementKind = "computed",
        owner: str = "",
        use: Use = "",
        bound: Sequence[Figure] = (),
        **given: str | Figure,
    ) -> Statement:
        """A message of the catalogue, its placeholders filled with names and figures."""
        template = self.voice.say(message)
        runs: list[str | Figure] = []
        for text, name, _, _ in Formatter().parse(template):
            if text:
                runs.append(text)
            if name:
                runs.append(given[name])
        return self.stated(runs, kind=kind, owner=owner, use=use, bound=bound)

    def stated(
        self,
        runs: Iterable[str | Figure],
        *,
        kind: StatementKind = "computed",
        owner: str = "",
        use: Use = "",
        bound: Sequence[Figure] = (),
    ) -> Statement:
        """A statement of runs. One that rests on a withheld figure is withheld whole."""
        made = Statement(tuple(runs), kind, owner or self._stands(kind), use, tuple(bound))
        notes = self.source_notes(made.figures)
        if any(figure.withheld for figure in made.figures):
            text = self.say("Withheld for this audience.")
            return replace(made, runs=(text,), bound=made.figures, notes=notes)
        return replace(made, notes=notes)

    def text(
        self,
        row: Row,
        column: str = "text",
        *,
        rests_on: Sequence[str] = (),
        kind: StatementKind = "computed",
        owner: str = "",
        use: Use = "",
    ) -> Statement:
        """A text that was saved in both languages, itself the figure of its statement.

        ``rests_on``: columns of its figures.
        """
        bound = [self.figure(row, name) for name in rests_on]
        said = self.figure(row, column, text=str(self._raw(row, column) or ""))
        return self.stated([said], kind=kind, owner=owner, use=use, bound=bound)

    def _stands(self, kind: StatementKind) -> str:
        """Who stands behind a statement that names nobody."""
        if kind == "computed" or not self.owner:
            return self.say("verdikart, mapping {name}", name=self.saved.name[:8])
        return self.owner

    # Tables

    def cell(self, row: Row, column: str, *, decimals: int | None = None, small: str = "") -> Cell:
        """A row's cell as a cell of a table, with its interval beneath."""
        figure = self.figure(row, column, decimals=decimals)
        if not figure.withheld and (figure.low is not None or figure.high is not None):
            limits = values.interval(
                figure.low, figure.high, self.about(row, column), row, self.voice, decimals
            )
            low, _, high = limits.partition("–")
            if figure.raw is None or low != high:  # bounds may differ and be written alike
                small = "; ".join(part for part in (limits, small) if part)
        return Cell(figure.text, figure.raw, figure.status, small, figure)

    def named(self, row: Row, column: str = "name") -> Cell:
        """A name, an id or a verdict in words, not bound; withheld where it is marked."""
        if above(self.level(row, column), self.audience):
            return Cell(self.say("withheld"), None, "suppressed")
        about = self.about(row, column)
        raw = self._raw(row, column)
        return Cell(self._written(raw, "missing", about, row, None) if raw else "–", raw)

    def head(self, table: str, column: str, *, title: str = "", width: float = 1.0) -> Column:
        """A column's heading from the dictionary."""
        about = describe(table, column)
        self.define(about, table)
        name = title or about.name(self.lang)
        unit = values.column_unit(about, self.voice)
        return Column(
            column,
            name,
            about.kind,
            "" if unit.casefold() in name.casefold() else unit,
            about.kind in values.NUMBERS,
            width,
        )

    def table(
        self,
        table_id: str,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell]],
        *,
        empty: str = "",
        notes: Sequence[int] = (),
        detail: bool = False,
    ) -> Table:
        """A table with the notes of its figures' sources."""
        body = tuple(tuple(row) for row in rows)
        figures = [cell.figure for row in body for cell in row if cell.figure is not None]
        found = tuple(sorted({*notes, *self.source_notes(figures)}))
        said = empty or self.say("Nothing on record.")
        return Table(table_id, title, tuple(columns), body, said, found, detail)

    # Notes, sources, terms

    def note(self, text: str, kind: str = "caveat") -> int:
        """The number of a note; the same text is one note."""
        for held in self._notes:
            if held.text == text:
                return held.number
        made = Note(len(self._notes) + 1, text, "source" if kind == "source" else "caveat")
        self._notes.append(made)
        return made.number

    def reason(self, code: str | None) -> tuple[int, ...]:
        """The note of a reason or caveat code; none for none."""
        return (self.note(values.gap_text(code, self.lang)),) if code else ()

    def source_notes(self, figures: Iterable[Figure]) -> tuple[int, ...]:
        """Notes of the sources behind figures; of trade statistics with coverage and what is withheld."""
        found: dict[int, None] = {}
        for name in dict.fromkeys(s for figure in figures for s in figure.sources):
            self._sources.setdefault(name)
            found.setdefault(self.note(self._source_text(name), "source"))
        return tuple(sorted(found))

    def _source_text(self, source_id: str) -> str:
        line = self.source(source_id)
        text = ", ".join(part for part in (line.title, line.vintage, line.licence) if part) + "."
        if of_trade(source_id):
            text += " " + self.say(
                "Coverage: {coverage}. Limits: {limits}. Imports are by country of origin as far as "
                "customs know it; where few firms trade, figures may be withheld, and re-exports "
                "are not netted.",
                coverage=line.coverage,
                limits=line.limits,
            )
        return text

    def source(self, source_id: str) -> SourceLine:
        """A source as the document lists it."""
        known = by_key(Source)[source_id]
        vintage = str(self.saved.manifest["vintages"].get(source_id, known.vintage))
        nb = self.lang == "nb"
        return SourceLine(
            source_id,
            words.source_title(source_id, self.voice),
            words.provider(known.provider, self.lang),
            words.vintage(vintage, self.lang),
            words.word("licence", known.licence, self.lang),
            known.licence_url,
            known.citation,
            known.address,
            known.coverage_nb if nb else known.coverage_en,
            known.limits_nb if nb else known.limits_en,
            hashes_of(self.saved, source_id),
        )

    def define(self, about: Described, table: str) -> None:
        """Take the meaning of a table's column into the document's definitions."""
        text, formula = values.meaning(about, self.lang)
        if text:
            where = describe(table, "").name(self.lang)
            self._terms.setdefault(about.name(self.lang), {}).setdefault(text, (where, formula))

    def term(self, key: str) -> None:
        """Take a term of the glossary into the document's definitions."""
        found = by_key(Glossary)[key]
        nb = self.lang == "nb"
        name = str(found.term_nb if nb else found.term_en)
        text = str(found.definition_nb if nb else found.definition_en)
        self._terms.setdefault(name, {}).setdefault(text, ("", ""))

    def _defined(self) -> tuple[Term, ...]:
        """The definitions by name; a heading that means one thing here and another there says where."""
        found = []
        for name, meanings in self._terms.items():
            texts = list(meanings)
            if len(texts) > 1:
                texts = [
                    f"{where}: {text}" if where else text for text, (where, _) in meanings.items()
                ]
            formulas = dict.fromkeys(formula for _, formula in meanings.values() if formula)
            found.append(Term(name, ". ".join(t.rstrip(".") for t in texts), "; ".join(formulas)))
        return tuple(sorted(found, key=lambda term: term.term.casefold()))

    # The whole

    def finish(
        self,
        template: str,
        about: Sequence[str],
        title: str,
        subtitle: str,
        sections: Sequence[Section],
    ) -> Document:
        """The document. Its scope and footer are the same whatever it is of."""
        saved = self.saved
        found = standing.of(saved, self.voice, self.audience, self.signed)
        return Document(
            title,
            subtitle,
            About(
                template,
                tuple(about),
                self.lang,
                self.audience,
                saved.home,
                saved.year,
                saved.name,
                str(saved.manifest["code"]["version"]),
                self.owner,
                self.signed,
                found.states,
            ),
            found.scope,
            found.footer,
            tuple(sections),
            tuple(self._notes),
            tuple(self.source(name) for name in self._sources),
            self._defined(),
        )


__all__ = ["PARTNERS", "Draft"]
