"""The living note: a signed-off document held against a mapping, sentence by sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from verdikart.core.errors import UsageProblem, VerdikartError
from verdikart.mapping.moved import Held, Moved, is_text
from verdikart.mapping.save import SCHEMA
from verdikart.mapping.saved import Saved, Shelf, at
from verdikart.reports.document import record
from verdikart.reports.document.again import again
from verdikart.reports.document.paragraphs import EDITED, like, one_line, paragraphs, whole

Row = dict[str, Any]
# as written; edited by hand since; taken out; not told, since the file is not text that people edit
Place = Literal["as_written", "edited", "taken_out", "unknown"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement of the document with its figures then and now.

    ``text`` is what was written, ``now`` how it would read; empty where it would read the same, and
    where a figure of it is gone. ``place``: whether it still stands in the file; ``found``: what
    stands there where it was edited.
    """

    text: str
    kind: str
    owner: str
    figures: tuple[Moved, ...]
    reads: bool  # whether its words would be others; else it only rests on what has moved
    now: str
    place: Place
    found: str = ""

    @property
    def seen(self) -> bool:
        """Whether it would read otherwise, or rests on something else."""
        return any(figure.seen for figure in self.figures)

    @property
    def lost(self) -> bool:
        """Whether a figure that stands in it is no more, so that nothing can be written for it."""
        return self.seen and not self.now and self.reads

    @property
    def digits(self) -> bool:
        """Whether only digits beyond those written have moved."""
        return not self.seen and any(figure.outcome == "digits" for figure in self.figures)


@dataclass(frozen=True, slots=True)
class CellMoved:
    """A cell of a table: the row's and the column's heading, and the figure."""

    row: str
    column: str
    figure: Moved


@dataclass(frozen=True, slots=True)
class Checked:
    """A table of the document with its bound cells."""

    table_id: str
    title: str
    cells: tuple[CellMoved, ...]

    @property
    def seen(self) -> tuple[CellMoved, ...]:
        """Cells that would read otherwise."""
        return tuple(cell for cell in self.cells if cell.figure.seen)


@dataclass(frozen=True, slots=True)
class Check:
    """What came of holding a document against a mapping. ``made`` is its record."""

    file: str
    made: Row
    against: Saved
    earlier: bool
    sentences: tuple[Sentence, ...]
    tables: tuple[Checked, ...]

    @property
    def moved(self) -> tuple[Sentence, ...]:
        """Sentences that would read otherwise or rest on something else."""
        return tuple(s for s in self.sentences if s.seen)

    @property
    def edited(self) -> tuple[Sentence, ...]:
        """Sentences that were edited or taken out by hand."""
        return tuple(s for s in self.sentences if s.place in ("edited", "taken_out"))

    @property
    def outcomes(self) -> Counter[str]:
        """How many figures came out how, those of tables among them."""
        figures = [f for s in self.sentences for f in s.figures]
        figures += [cell.figure for table in self.tables for cell in table.cells]
        return Counter(figure.outcome for figure in figures)


def check(path: Path, folder: Path) -> Check:
    """Hold a document against the mapping in a folder.

    Raises what :func:`record.read` and :func:`verdikart.mapping.saved.at` raise, and
    :class:`UsageProblem` for a mapping of another home.
    """
    made = record.read(path)
    saved = at(folder)
    if made["home"] != saved.home:
        raise UsageProblem(
            f"{path.name} is of {made['home']} and {saved.name} of {saved.home}; hold a document against a "
            f"mapping of its own home: 'verdikart map --home {made['home']}' makes one"
        )
    earlier = _earlier(made, saved, Shelf(folder.parent))
    held = Held(made, saved, earlier, lambda f, row, column: again(f, row, column, made["lang"]))
    try:
        said = paragraphs(path) if path.suffix.lower() in EDITED else None
    except record.UNREADABLE as error:
        raise record.damaged(path, error) from error
    return Check(
        path.name,
        made,
        saved,
        earlier is not None,
        tuple(_sentence(held, statement, said) for statement in made["statements"]),
        tuple(_table(held, table) for table in made["tables"]),
    )


def _earlier(made: Row, saved: Saved, shelf: Shelf) -> Saved | None:
    """The mapping that the document was made from, where it still lies beside the other."""
    if made["mapping"] == saved.name:
        return saved
    try:
        found = shelf.open(made["mapping"])
    except VerdikartError:  # gone, or not whole: then its rows cannot say more
        return None
    return found if found.manifest.get("schema") == SCHEMA else None


def _sentence(held: Held, statement: Row, said: Sequence[str] | None) -> Sentence:
    figures = tuple(held.figure(figure) for figure in statement["figures"])
    place, found = _place(statement, said)
    reads, now = _now(statement, figures)
    return Sentence(
        statement["text"],
        statement["kind"],
        statement["owner"],
        figures,
        reads,
        now,
        place,
        found,
    )


def _now(statement: Row, figures: Sequence[Moved]) -> tuple[bool, str]:
    """Whether a sentence would read otherwise, and how.

    A sentence that was saved with the mapping is itself a figure that it rests on.
    """
    pairs = list(zip(statement["figures"], figures, strict=True))
    stand = [figure for held, figure in pairs if "at" in held and figure.seen]
    saved = [
        figure
        for held, figure in pairs
        if figure.seen
        and is_text(figure.figure)
        and ("at" not in held or figure.then == statement["text"])
    ]
    if not stand and not saved:
        return False, ""
    if any(figure.outcome in ("gone", "several") for figure in (*stand, *saved)):
        return True, ""
    if saved:
        return True, saved[0].now
    text = str(statement["text"])
    for held, figure in sorted(pairs, key=lambda pair: -pair[0].get("at", -1)):
        if "at" in held:  # from the end, so that places before stay what they were
            text = text[: held["at"]] + figure.now + text[held["at"] + len(figure.then) :]
    return True, text


def _place(statement: Row, said: Sequence[str] | None) -> tuple[Place, str]:
    """Whether a statement that stood in the file still does."""
    if said is None or not statement.get("in_file"):
        return "unknown", ""
    text = one_line(statement["text"])
    if text in whole(said):
        return "as_written", ""
    found = like(text, said)
    return ("edited", found) if found else ("taken_out", "")


def _table(held: Held, table: Row) -> Checked:
    cells = tuple(
        CellMoved(cell["row"], cell["column"], held.figure(cell)) for cell in table["cells"]
    )
    return Checked(table["id"], table["title"], cells)


__all__ = ["CellMoved", "Check", "Checked", "Sentence", "check"]
