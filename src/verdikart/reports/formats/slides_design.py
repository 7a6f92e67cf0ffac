"""The template that a deck is made in: the house's own, or a user's, with its layouts by name."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from verdikart.core.errors import UsageProblem
from verdikart.reports.formats import slides_house
from verdikart.reports.formats.design_file import TYPES, unpacked

POINT: Final = 12700  # English metric units in a point
MAIN: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
TEMPLATE: Final = MAIN.replace("presentation.main", "template.main")
MACROS: Final = b"macroEnabled.main+xml"
# Relations of a presentation that are looks; others, as of authors and of data, are the maker's own.
KEPT: Final = (
    "slideMaster",
    "notesMaster",
    "theme",
    "presProps",
    "viewProps",
    "tableStyles",
    "font",
)
# Role → names of its layout: PowerPoint's in English and in Norwegian.
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "title": ("Title Slide", "Tittellysbilde", "Lysbilde for tittel", "Tittelside"),
    "content": ("Title and Content", "Tittel og innhold"),
    "section": (
        "Section Header",
        "Deloverskrift",
        "Inndelingsoverskrift",
        "Avsnittsoverskrift",
        "Seksjonsoverskrift",
    ),
    "only": ("Title Only", "Bare tittel", "Kun tittel"),
}
# Placeholders that a layout must have, by the types (ST_PlaceholderType) that will do.
TITLE, BODY = ("title", "ctrTitle"), ("body", "obj")
NEEDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "title": {"title": TITLE, "subtitle": ("subTitle", *BODY)},
    "content": {"title": TITLE, "content": BODY},
    "section": {"title": TITLE},
    "only": {"title": TITLE},
}


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of a slide, in points."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Design:
    """An opened template: the presentation, its layouts by role, and where content may stand."""

    presentation: Any
    layouts: dict[str, Any]
    area: Area
    page: Area


def opened(file: Path | None) -> Design:
    """The template in a file, without its slides; the house's own for None.

    Raises :class:`UsageProblem` for what is no presentation, and naming every layout and
    placeholder that is missing.
    """
    from pptx import Presentation

    name = str(file) if file else "house.pptx"
    data = slides_house.template() if file is None else _as_presentation(file)
    try:
        made = Presentation(io.BytesIO(data))
        layouts = [layout for master in made.slide_masters for layout in master.slide_layouts]
        found = _matched(layouts, name)
        _emptied(made)
        page = Area(0, 0, made.slide_width / POINT, made.slide_height / POINT)
        return Design(made, found, _area(found, page), page)
    except UsageProblem:
        raise
    except Exception as error:  # a damaged part may fail anywhere in the library
        raise UsageProblem(
            f"{name}: cannot be read as a presentation ({type(error).__name__}); open it in "
            "PowerPoint, save it anew and try again"
        ) from error


def _as_presentation(file: Path) -> bytes:
    """The package with a template's main part called a presentation's, as the library wants it."""
    files = unpacked(file, "PowerPoint")
    kinds = files[TYPES]
    if MACROS in kinds:
        raise UsageProblem(
            f"{file}: holds macros, which no deck takes over; save it as .pptx or .potx and give that"
        )
    if MAIN.encode() not in kinds and TEMPLATE.encode() not in kinds:
        raise UsageProblem(
            f"{file}: holds no presentation; give a PowerPoint file (.pptx or .potx), such as "
            "'verdikart report design' writes"
        )
    files[TYPES] = kinds.replace(TEMPLATE.encode(), MAIN.encode())
    return slides_house.zipped(files)


def folded(name: str) -> str:
    """A layout's name for comparing: without case, spaces, signs and PowerPoint's ``1_``."""
    return re.sub(r"\W|_", "", re.sub(r"^\d+_", "", name.strip())).casefold()


def _matched(layouts: Iterable[Any], name: str) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for layout in layouts:
        known.setdefault(folded(layout.name), layout)
    found, faults = {}, []
    for role, names in NAMES.items():
        layout = next((known[folded(n)] for n in names if folded(n) in known), None)
        if layout is None:
            faults.append(f"the layout {' / '.join(names)}")
            continue
        found[role] = layout
        faults += [
            f"a placeholder for the {part} in the layout {layout.name}"
            for part, kinds in NEEDS[role].items()
            if placeholder(layout, kinds) is None
        ]
    if faults:
        there = "; ".join(
            f"{layout.name} ({', '.join(kind_of(p) for p in layout.placeholders) or 'empty'})"
            for layout in known.values()
        )
        raise UsageProblem(
            f"{name}: as a template it lacks {'; '.join(faults)}. It has: {there or 'no layout'}. "
            "Name the layouts so, or start from 'verdikart report design --out house.pptx'"
        )
    return found


def kind_of(shape: Any) -> str:  # noqa: ANN401 - a placeholder
    """The type of a placeholder as the file has it; ``obj`` where none is written."""
    return str(shape._element.nvSpPr.nvPr.find(".//{*}ph").get("type", "obj"))


def placeholder(holder: Any, kinds: tuple[str, ...]) -> Any:  # noqa: ANN401 - a slide or layout
    """The largest placeholder of some types, or None."""
    fitting = [
        shape
        for shape in holder.placeholders
        if shape._element.tag.endswith("}sp") and kind_of(shape) in kinds
    ]
    return max(fitting, key=lambda s: (s.width or 0) * (s.height or 0), default=None)


def _emptied(made: Any) -> None:  # noqa: ANN401 - a presentation
    """Drop slides, and what points at them or shows the maker's own."""
    listed = made.slides._sldIdLst
    for entry in list(listed):
        made.part.drop_rel(entry.rId)
        listed.remove(entry)
    root = made.part._element
    for tag in ("handoutMasterIdLst", "custShowLst", "custDataLst", "modifyVerifier", "extLst"):
        for element in root.findall(f"{{*}}{tag}"):
            root.remove(element)
    for key, relation in list(made.part.rels.items()):
        if relation.reltype.rpartition("/")[2] not in KEPT:
            made.part.rels.pop(key)
    package = made.part.package
    for key, relation in list(package._rels.items()):
        if relation.reltype.endswith(("/thumbnail", "/extended-properties", "/custom-properties")):
            package._rels.pop(key)


def _area(layouts: dict[str, Any], page: Area) -> Area:
    """Where content stands: the content placeholder, as far as the footer's upper edge."""
    body = placeholder(layouts["content"], BODY)
    x, y, w, h = ((side or 0) / POINT for side in (body.left, body.top, body.width, body.height))
    if w < page.w / 3 or h < page.h / 3:  # a placeholder without a place, or a mere strip
        x, y, w, h = page.w * 0.05, page.h * 0.24, page.w * 0.9, page.h * 0.66
    foot = placeholder(layouts["content"], ("ftr",))
    if foot is not None and foot.top and y < foot.top / POINT < y + h:
        h = foot.top / POINT - y - 4
    return Area(x, y, w, min(h, page.h - y - 4))


__all__ = ["BODY", "POINT", "TITLE", "Area", "Design", "folded", "kind_of", "opened", "placeholder"]
