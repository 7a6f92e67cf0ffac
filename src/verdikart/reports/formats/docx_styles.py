"""The styles of a note as WordprocessingML: a sober design in the theme's colours.

Built-in styles carry the names that Word stores whatever its language; the note's own begin with
"Verdikart", so that none of a corporate design is touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls

from verdikart.reports.palette import PAPER

# Slots of a theme and the palette's colours in them.
THEME: Final[dict[str, str]] = {
    "dk1": PAPER.ink,
    "lt1": "#ffffff",
    "dk2": PAPER.heat4,
    "lt2": PAPER.track,
    "accent1": PAPER.ally,
    "accent2": PAPER.risk,
    "accent3": PAPER.other,
    "accent4": PAPER.doubt,
    "accent5": PAPER.grid,
    "accent6": PAPER.soft,
    "hlink": PAPER.ally,
    "folHlink": PAPER.doubt,
}
# What the theme colours, with the name that text calls the slot by; greys are the same in any design.
SLOTS: Final = {
    "ink": ("text1", "dk1"),
    "deep": ("text2", "dk2"),
    "fill": ("background2", "lt2"),
    "accent": ("accent1", "accent1"),
}
GREYS: Final = {"grid": PAPER.grid, "soft": PAPER.soft}
FONT: Final = "Arial"
BULLETS, NUMBERS, NOTES = range(1, 4)  # the house's lists


@dataclass(frozen=True, slots=True)
class Look:
    """A style. ``paragraph`` and ``run`` are properties, ``{ink}`` a colour and ``{edge:…}`` a line.

    ``flags``: what says how Word offers it.
    """

    name: str
    based: str = ""
    paragraph: str = ""
    run: str = ""
    kind: str = "paragraph"
    follows: str = ""
    flags: str = "<w:qFormat/>"
    table: str = ""
    default: bool = False


def _space(before: int, after: int, line: int = 0) -> str:
    """Space before and after in twentieths of a point; ``line`` in 240ths of a line."""
    lines = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{lines}/>'


def _size(half_points: int) -> str:
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _heading(level: int, before: int, after: int, size: int, colour: str) -> Look:
    return Look(
        f"heading {level}",
        "Normal",
        f"<w:keepNext/><w:keepLines/><w:suppressAutoHyphens/>{_space(before, after)}"
        f'<w:outlineLvl w:val="{level - 1}"/>',
        f"<w:b/><w:bCs/>{{{colour}}}{_size(size)}",
        follows="Body Text",
        flags='<w:uiPriority w:val="9"/><w:qFormat/>',
    )


def _list(name: str, number: int) -> Look:
    return Look(
        name,
        "Body Text",
        f'<w:numPr><w:numId w:val="{number}"/></w:numPr>{_space(0, 80)}',
    )


HIDDEN: Final = "<w:semiHidden/><w:unhideWhenUsed/>"
BASIC: Final = (
    Look("Normal", "", _space(0, 120, 269), default=True),
    Look("Default Paragraph Font", kind="character", flags=HIDDEN, default=True),
    Look("Normal Table", kind="table", flags=HIDDEN, default=True,
         table='<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
         '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
         '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>'),
    Look("No List", kind="numbering", flags=HIDDEN, default=True),
)  # fmt: skip
# A corporate design must have these: they carry its looks.
CARRYING: Final = (
    Look("Title", "Normal", f"<w:keepNext/><w:suppressAutoHyphens/>{_space(0, 100, 252)}",
         f"<w:b/><w:bCs/>{{deep}}{_size(48)}", follows="Subtitle"),
    Look("Subtitle", "Normal", f"<w:pBdr>{{edge:bottom:accent:12:8}}</w:pBdr>{_space(0, 280)}",
         f"{{soft}}{_size(26)}", follows="Body Text"),
    _heading(1, 400, 120, 32, "deep"),
    _heading(2, 260, 80, 25, "ink"),
    _heading(3, 200, 60, 21, "soft"),
    _list("List Bullet", BULLETS),
    _list("List Number", NUMBERS),
    Look("caption", "Normal",
         f"<w:keepNext/><w:keepLines/><w:suppressAutoHyphens/>{_space(260, 80, 252)}",
         f"{{ink}}{_size(19)}", follows="Body Text"),
)  # fmt: skip
# What a design may lack; these are added to it.
OWN: Final = (
    Look("Body Text", "Normal"),
    Look("Verdikart Footer", "Normal", f"<w:suppressAutoHyphens/>{_space(0, 0, 240)}",
         f"{{soft}}{_size(15)}"),
    Look("TOC Heading", "Normal", f"<w:keepNext/>{_space(320, 100)}",
         f"<w:b/><w:bCs/>{{deep}}{_size(25)}"),
    Look("toc 1", "Normal", f"<w:suppressAutoHyphens/>{_space(60, 20)}", flags=""),
    Look("toc 2", "Normal", f'<w:suppressAutoHyphens/>{_space(0, 20)}<w:ind w:left="280"/>',
         "{soft}", flags=""),
    Look("Hyperlink", "Default Paragraph Font", run='{accent}<w:u w:val="single"/>',
         kind="character", flags=""),
    Look("Strong", "Default Paragraph Font", run="<w:b/><w:bCs/>", kind="character"),
    Look("Verdikart Quiet", "Default Paragraph Font", run=f"{{soft}}{_size(15)}",
         kind="character"),
    Look("Verdikart Small", "Default Paragraph Font", run=f"{{soft}}{_size(14)}",
         kind="character"),
    Look("Verdikart Gap", "Default Paragraph Font", run="<w:i/><w:iCs/>{soft}",
         kind="character"),
    Look("Verdikart Note Mark", "Default Paragraph Font",
         run='{accent}<w:vertAlign w:val="superscript"/>', kind="character"),
    Look("Verdikart Label", "Default Paragraph Font", run="<w:b/><w:bCs/>{accent}",
         kind="character"),
    Look("Verdikart Hash", "Default Paragraph Font",
         run='<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
         f"<w:noProof/>{{soft}}{_size(14)}", kind="character"),
    Look("Verdikart Recommendation", "Body Text",
         "<w:keepLines/><w:pBdr>{edge:left:accent:18:8}</w:pBdr>"
         f'{_space(0, 160)}<w:ind w:left="500"/>'),
    Look("Verdikart After Table", "Body Text", _space(200, 120)),
    Look("Verdikart Legend", "Body Text", _space(160, 160), f"{{soft}}{_size(17)}"),
    Look("Verdikart Pointer", "Body Text", _space(0, 60), f"{{soft}}{_size(18)}"),
    Look("Verdikart Figure", "Normal", f"<w:keepNext/>{_space(0, 40, 240)}"),
    Look("Verdikart Beneath", "Normal", f"<w:keepLines/>{_space(60, 200)}",
         f"{{soft}}{_size(16)}"),
    Look("Verdikart Table Text", "Normal", _space(0, 0, 240), _size(17)),
    Look("Verdikart Table Number", "Verdikart Table Text", '<w:jc w:val="right"/>'),
    Look("Verdikart Table Heading", "Verdikart Table Text", "<w:keepNext/>",
         "<w:b/><w:bCs/>"),
    Look("Verdikart Table Heading Number", "Verdikart Table Heading", '<w:jc w:val="right"/>'),
    Look("Verdikart Section End", "Normal",
         '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>', _size(2),
         flags=HIDDEN),
    Look("Verdikart Note Text", "Normal",
         f'<w:numPr><w:numId w:val="{NOTES}"/></w:numPr>{_space(0, 80, 252)}', _size(17)),
    Look("Verdikart Definition", "Normal", f"<w:keepLines/>{_space(0, 100, 252)}", _size(18)),
    Look("Verdikart Source", "Normal", f"<w:keepLines/>{_space(0, 140, 252)}", _size(17)),
    Look("Verdikart Table", "Normal Table", kind="table",
         paragraph=_space(0, 0, 240),
         table='<w:tblPr><w:tblBorders>{edge:top:ink:8:0}{edge:bottom:ink:8:0}'
         '{edge:insideH:grid:4:0}</w:tblBorders><w:tblCellMar><w:top w:w="45" w:type="dxa"/>'
         '<w:left w:w="85" w:type="dxa"/><w:bottom w:w="45" w:type="dxa"/>'
         '<w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
         '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr>'
         '<w:tcBorders>{edge:bottom:ink:8:0}</w:tcBorders>{shade:fill}'
         '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'),
)  # fmt: skip


def style_xml(look: Look, id_of: Callable[[str], str], colours: Mapping[str, str]) -> str:
    """A style as an element. ``id_of``: the id of a style by name; ``colours``: theme slot → hex."""
    default = ' w:default="1"' if look.default else ""
    custom = ' w:customStyle="1"' if look.name.startswith("Verdikart") else ""
    parts = [
        f'<w:style {nsdecls("w")} w:type="{look.kind}"{default}{custom} '
        f'w:styleId="{id_of(look.name)}"><w:name w:val="{escape(look.name)}"/>'
    ]
    if look.based:
        parts.append(f'<w:basedOn w:val="{id_of(look.based)}"/>')
    if look.follows:
        parts.append(f'<w:next w:val="{id_of(look.follows)}"/>')
    parts.append(look.flags)
    if look.paragraph:
        parts.append(f"<w:pPr>{_filled(look.paragraph, colours)}</w:pPr>")
    if look.run:
        parts.append(f"<w:rPr>{_filled(look.run, colours)}</w:rPr>")
    parts += [_filled(look.table, colours), "</w:style>"]
    return "".join(parts)


def _filled(properties: str, colours: Mapping[str, str]) -> str:
    """Properties with colours in the places marked for them."""

    def colour(slot: str, value: str, theme: str) -> str:
        if slot in GREYS:
            return f'w:{value}="{GREYS[slot][1:].upper()}"'
        name, held = SLOTS[slot]
        return f'w:{value}="{colours[held]}" w:{theme}="{name}"'

    def put(found: re.Match[str]) -> str:
        what, *told = found.group(1).split(":")
        if what == "edge":
            side, slot, width, space = told
            line = f'<w:{side} w:val="single" w:sz="{width}" w:space="{space}" '
            return f"{line}{colour(slot, 'color', 'themeColor')}/>"
        if what == "shade":
            fill = colour(told[0], "fill", "themeFill")
            return f'<w:shd w:val="clear" w:color="auto" {fill}/>'
        return f"<w:color {colour(what, 'val', 'themeColor')}/>"

    return re.sub(r"\{([\w:]+)\}", put, properties)


def list_xml(number: int, kind: int) -> str:
    """The definition of a list: bullets, numbers, or the numbers of notes."""
    form, text, left, look = {
        BULLETS: ("bullet", "•", 300, ""),
        NUMBERS: ("decimal", "%1.", 380, ""),
        NOTES: ("decimal", "%1", 380, ""),
    }[kind]
    return (
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">'
        '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left}" w:hanging="{left}"/></w:pPr>{look}</w:lvl></w:abstractNum>'
    )


def numbered_xml(number: int, abstract: int, restart: bool = False) -> str:
    """A list by its definition; ``restart``: it counts from one again."""
    again = (
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' if restart else ""
    )
    return (
        f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>'
        f"{again}</w:num>"
    )


__all__ = [
    "BASIC", "BULLETS", "CARRYING", "FONT", "NOTES", "NUMBERS", "OWN", "THEME",
    "Look", "list_xml", "numbered_xml", "style_xml",
]  # fmt: skip
