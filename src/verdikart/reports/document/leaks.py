"""The leak check: no figure above the audience in a document, nor anywhere in the file written.

First the document is checked as an object, then the finished file is read as a stranger would. A
file that fails is not published.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from verdikart.core.errors import DataProblem
from verdikart.mapping.audience import Marks, Secret, above
from verdikart.mapping.forms import Forms
from verdikart.reports.document.file_texts import UnreadableError, parts
from verdikart.reports.document.model import (
    Block,
    Chart,
    Diagram,
    Document,
    Figure,
    Paragraph,
    Points,
    Table,
)


class LeakError(DataProblem):
    """A figure is above the audience of the document; nothing was written."""


def secrets(marks: Marks, document: Document) -> Forms[Secret]:
    """What is marked above a document's audience and would be known again in it.

    A form that a figure of the document has too, by right, gives nothing away and is left out.
    """
    if not marks:
        return Forms(())
    held = marks.forms(document.about.audience)
    shown = {figure.text for figure in document.figures if not figure.withheld}
    return replace(held, without=frozenset(hit.form for text in shown for hit in held.every(text)))


def check(document: Document, held: Forms[Secret]) -> None:
    """Look for secrets in the document. Raises :class:`LeakError` naming figure and place."""
    audience = document.about.audience
    for figure in document.figures:
        if above(figure.level, audience) and not figure.withheld:
            raise _leak(Secret(str(figure.binding), figure.level), "a figure of the document")
    if not held:
        return
    for place, text in _texts(document):
        _look(text, held, place)


def scan(path: Path, held: Forms[Secret]) -> None:
    """Look for secrets in a written file or folder. Raises :class:`LeakError`."""
    if not held:
        return
    try:
        for part in parts(path):
            _look(part.text, held, part.place)
            found = held.equal(part.numbers)
            if found is not None:
                raise _leak(found, part.place)
    except UnreadableError as error:
        raise LeakError(
            f"{error}: cannot be read as text, so nobody can tell whether a marked figure stands in it. "
            "Nothing was written; leave that part out of the --design, or write without --marks"
        ) from error


def _look(text: str, held: Forms[Secret], place: str) -> None:
    hit = held.find(text)
    if hit is not None:
        raise _leak(hit.of, place, hit.form)


def _leak(secret: Secret, place: str, form: str = "") -> LeakError:
    seen = f" as {form!r}" if form and len(form) < 40 else ""
    return LeakError(
        f"{secret.figure} is for {secret.level} readers alone and would stand in the file: {place}"
        f"{seen}. Nothing was written; choose --audience {secret.level}, or mark what repeats it"
    )


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    """Every text of a document with where it stands."""
    scope = (f"{term}: {text}" for term, text in document.scope)
    yield "front", "\n".join([document.title, document.subtitle, document.footer, *scope])
    for section in document.sections:
        yield f"heading {section.title!r}", section.title
        for block in section.blocks:
            yield from _block(block, section.title)
    for note in document.notes:
        yield f"note {note.number}", note.text
    yield "sources and definitions", "\n".join(_strings((document.sources, document.terms)))


def _block(block: Block, section: str) -> Iterator[tuple[str, str]]:
    if isinstance(block, (Paragraph, Points)):
        title = block.title if isinstance(block, Points) else ""
        for statement in block.statements:
            yield f"a statement under {title or section!r}", statement.text
        yield f"heading {title!r}", title
    elif isinstance(block, Table):
        yield f"table {block.title!r}", "\n".join(_strings(block))
    elif isinstance(block, (Chart, Diagram)):
        yield f"alternative text of {block.title!r}", block.alt
        kind = "chart" if isinstance(block, Chart) else "drawing"
        yield f"{kind} {block.title!r}", "\n".join(_strings(block))


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a document
    """Every text and number in a part of a document, but for the names of its figures."""
    if isinstance(value, (str, int, float)):
        yield str(value)
    elif isinstance(value, Figure):
        yield value.text
    elif isinstance(value, (tuple, list)):
        for member in value:
            yield from _strings(member)
    elif is_dataclass(value):
        for one in fields(value):
            yield from _strings(getattr(value, one.name))


__all__ = ["LeakError", "check", "scan", "secrets"]
