"""The templates of content: their names, what they are about, and how each builds its document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.mapping.saved import Saved, Shelf
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Document

# What builds a document: the draft, the ids asked about, and the shelf that other mappings lie on.
Builder = Callable[[Draft, Sequence[str], Shelf], Document]


@dataclass(frozen=True, slots=True)
class Template:
    """A template of content. ``takes``: what it is about; ``least`` and ``most``: how many of it.

    The module ``verdikart.reports.content.<name>`` has ``build`` (a :data:`Builder`) and, where
    ``takes`` is not empty, ``known(saved)``: id → the names that it is also known by.
    """

    name: str
    takes: str = ""
    least: int = 0
    most: int = 0


TEMPLATES: dict[str, Template] = {
    t.name: t
    for t in (
        Template("whole"),
        Template("material", "material", 1, 1),
        Template("chain", "chain", 1, 1),
        Template("partner", "country", 1, 1),
        Template("homes", "home", 0, 8),
        Template("change", "mapping", 0, 1),
    )
}


def template(name: str) -> Template:
    """A template by name. Raises :class:`UnknownName`."""
    if name not in TEMPLATES:
        raise UnknownName("template", name, list(TEMPLATES), ", ".join(TEMPLATES))
    return TEMPLATES[name]


def build(draft: Draft, name: str, about: Sequence[str], shelf: Shelf) -> Document:
    """The document of a template about something.

    Raises :class:`UsageProblem` where too little or too much is named, and :class:`UnknownName`
    for what the mapping does not hold.
    """
    chosen = template(name)
    _check(chosen, about, draft.saved)
    builder: Builder = import_module(f"{__package__}.{name}").build
    return builder(draft, about, shelf)


def _check(chosen: Template, about: Sequence[str], saved: Saved) -> None:
    if about and not chosen.takes:
        raise UsageProblem(f"the template {chosen.name} is about the whole mapping; drop --about")
    if len(about) < chosen.least:
        raise UsageProblem(
            f"the template {chosen.name} is about one {chosen.takes}; name it with --about ID"
        )
    if len(about) > chosen.most:
        raise UsageProblem(
            f"the template {chosen.name} takes {chosen.most} --about at most, not {len(about)}"
        )
    if chosen.takes == "mapping":
        return
    for asked in about:
        known = import_module(f"{__package__}.{chosen.name}").known(saved)
        if asked not in known:
            raise UnknownName(chosen.takes, asked, known, ", ".join(sorted(known)[:40]))


__all__ = ["TEMPLATES", "Template", "build", "template"]
