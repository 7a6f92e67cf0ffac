"""From a saved mapping to a file: build the document, check it for leaks, write, check, publish.

Nothing is left half-written: the file is made beside its place, checked as it will be read, and
only then put where it was asked for.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Final, Protocol

from verdikart.core.errors import DataProblem, UnknownName, UsageProblem, VerdikartError
from verdikart.mapping.audience import LEVELS, Level, Mark, Marks
from verdikart.mapping.marks_file import read_marks
from verdikart.mapping.saved import Saved, Shelf, at
from verdikart.reference.i18n import Lang
from verdikart.reports.content import catalogue
from verdikart.reports.document import leaks, record
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Document

Tell = Callable[[str, int, int], None]  # a step of STEPS, its number from 0, how many there are
PARTIAL = ".partial-"


class Writer(Protocol):
    """Writes one format. ``design``: a file of the user's own to take the looks from, or None."""

    def __call__(
        self, document: Document, target: Path, saved: Saved, marks: Marks, design: Path | None
    ) -> None:
        """Write the document to ``target``, which does not exist yet."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. ``signed``: who signed it off and when, in words; empty for a draft."""

    product: str
    out: Path
    template: str = "whole"
    about: tuple[str, ...] = ()
    lang: Lang = "en"
    audience: str = "public"
    marks: Path | None = None
    owner: str = ""
    signed: str = ""
    design: Path | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A format of a product: its suffix, and the module whose ``write`` makes it."""

    suffix: str
    module: str


# Product → its formats, the usual one first. An empty suffix is a folder.
PRODUCTS: Final[dict[str, tuple[Format, ...]]] = {
    "slides": (Format(".pptx", "slides"),),
    "note": (Format(".docx", "docx"), Format(".pdf", "pdf")),
    "workbook": (Format(".xlsx", "workbook"),),
    "package": (Format(".zip", "package"), Format("", "package")),
}
OFFICE: Final = (".pptx", ".docx", ".xlsx")
STEPS: Final = ("document", "check", "write", "read")


def format_of(product: str, out: Path) -> Format:
    """The format that a file's name asks for. Raises :class:`UsageProblem` with those there are."""
    formats = PRODUCTS[product]
    for found in formats:
        if out.suffix.lower() == found.suffix:
            return found
    wanted = " or ".join(f.suffix or "a folder" for f in formats)
    raise UsageProblem(f"{out}: a {product} is written as {wanted}; end the name in that")


def check_place(out: Path) -> None:
    """See that a file can be written there, before any work is done. Raises :class:`UsageProblem`."""
    if not out.parent.is_dir():
        raise UsageProblem(f"{out}: the folder {out.parent} does not exist; make it first")
    if out.is_dir() and out.suffix:
        raise UsageProblem(f"{out}: a folder has that name; choose another --out")
    if out.is_dir() and any(out.iterdir()) and not (out / "datapackage.json").is_file():
        raise UsageProblem(f"{out}: the folder holds other files; choose another --out")
    if not os.access(out.parent, os.W_OK) or (out.exists() and not os.access(out, os.W_OK)):
        raise UsageProblem(f"{out}: may not be written to; choose another --out")


def make(order: Order, folder: Path, tell: Tell = lambda *_: None) -> Path:
    """Build the document that is ordered of the mapping in a folder, and write it.

    ``tell`` is called with each of :data:`STEPS` as it begins. Raises what building and
    :func:`produce` raise.
    """
    format_of(order.product, order.out)
    check_place(order.out)
    audience = _audience(order.audience)
    _begin("document", tell)
    saved = at(folder)
    shelf = Shelf(folder.parent)
    marks = Marks(saved, _marks(order.marks, saved, shelf) if order.marks else ())
    draft = Draft(saved, order.lang, audience, marks, order.owner, order.signed)
    document = catalogue.build(draft, order.template, order.about, shelf)
    return produce(document, order.product, order.out, saved, marks, order.design, tell)


def _begin(step: str, tell: Tell) -> None:
    tell(step, STEPS.index(step), len(STEPS))


def _marks(path: Path, saved: Saved, shelf: Shelf) -> tuple[Mark, ...]:
    """The marks of a file: of the mapping, or of another on the shelf that it may be held against."""
    others = (shelf.open(e.name) for e in shelf.entries() if e.name != saved.name)
    return read_marks(path, chain([saved], others))


def _audience(asked: str) -> Level:
    for level in LEVELS:
        if asked == level:
            return level
    raise UnknownName("audience", asked, LEVELS, ", ".join(LEVELS))


def _writer(chosen: Format) -> Writer:
    """The function that writes a format. Raises :class:`DataProblem` without the extra."""
    try:
        found: Writer = import_module(f"verdikart.reports.formats.{chosen.module}").write
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("verdikart"):
            raise
        raise DataProblem(
            f"reports need the package {error.name}; "
            "run 'make report', or install with: pip install 'verdikart[reports]'"
        ) from error
    return found


def produce(
    document: Document,
    product: str,
    out: Path,
    saved: Saved,
    marks: Marks,
    design: Path | None = None,
    tell: Tell = lambda *_: None,
) -> Path:
    """Write a document as a product to ``out``.

    Raises :class:`verdikart.reports.document.leaks.LeakError` where a figure above the audience
    would be in the file, and :class:`UsageProblem` for a place or design that cannot be used.
    """
    chosen = format_of(product, out)
    check_place(out)
    _begin("check", tell)
    secrets = leaks.secrets(marks, document)
    leaks.check(document, secrets)
    partial = out.with_name(f"{PARTIAL}{os.getpid()}-{out.name}")
    try:
        _begin("write", tell)
        writer = _writer(chosen)
        try:
            writer(document, partial, saved, marks, design)
        except (VerdikartError, OSError):
            raise
        except Exception as error:
            if design is None:
                raise
            # The design is somebody else's file: a damaged part may fail wherever it is used.
            raise UsageProblem(
                f"{design}: no {product} can be made with it ({type(error).__name__}: {error}); "
                "open it in the program that made it, save it anew, or leave out --design"
            ) from error
        if chosen.suffix in OFFICE:
            record.embed(partial, record.record(document))
        _begin("read", tell)
        leaks.scan(partial, secrets)
        if out.is_dir():
            shutil.rmtree(out)
        partial.replace(out)
    except OSError as error:
        raise UsageProblem(f"{out}: cannot be written ({error.strerror or error})") from error
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)
    return out


__all__ = ["PRODUCTS", "STEPS", "Format", "Order", "check_place", "format_of", "make", "produce"]
