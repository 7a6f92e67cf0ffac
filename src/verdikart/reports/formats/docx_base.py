"""The file that a note is written into: the house's own design, or a user's Word file emptied.

Of a design are kept its styles, theme, lists, page set-up, headers and footers. Its text goes, and
so does whatever could carry names: properties, comments, macros, links to templates.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

import docx
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.parts.numbering import NumberingPart

from verdikart.core.errors import UsageProblem
from verdikart.reference.i18n import Lang
from verdikart.reports.formats.design_file import TYPES, unpacked
from verdikart.reports.formats.docx_styles import (
    BASIC,
    BULLETS,
    CARRYING,
    FONT,
    NOTES,
    NUMBERS,
    OWN,
    THEME,
    Look,
    list_xml,
    numbered_xml,
    style_xml,
)
from verdikart.reports.palette import PAPER

LANGUAGE: Final[dict[Lang, str]] = {"nb": "nb-NO", "en": "en-GB"}
TEMPLATE: Final = CT.WML_DOCUMENT_MAIN.replace("document.main", "template.main")
OTHERS: Final = 1.12  # how much wider than Arial the type of a design may be
MARGIN: Final = 1247  # twentieths of a point: 2.2 cm
KEPT: Final = frozenset(
    [
        RT.STYLES, RT.NUMBERING, RT.SETTINGS, RT.THEME, RT.FONT_TABLE,
    ]
)  # fmt: skip
KEPT_OUTSIDE: Final = frozenset([RT.OFFICE_DOCUMENT, RT.CORE_PROPERTIES, RT.EXTENDED_PROPERTIES])
UNWANTED: Final = ("attachedTemplate", "docVars", "rsids", "documentProtection", "mailMerge",
                   "savePreviewPicture", "proofState", "trackRevisions", "updateFields",
                   "footnotePr", "endnotePr", "useFELayout")  # fmt: skip
DEFAULTS: Final = (
    f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>"
    f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}" '
    'w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi"/>'
    f'<w:color w:val="{PAPER.ink[1:].upper()}" w:themeColor="text1"/>'
    '<w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr></w:rPrDefault></w:docDefaults>'
)
APP: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.'
    b'openxmlformats.org/officeDocument/2006/extended-properties"><Application>verdikart'
    b"</Application></Properties>"
)


@dataclass(slots=True)
class Base:
    """An empty document with the styles of a note; ``own`` is False for a user's design."""

    word: Any
    own: bool
    ids: dict[str, str] = field(default_factory=dict)  # name in lower case → id of the style
    lists: dict[int, int] = field(default_factory=dict)  # kind of list → its abstract number

    @property
    def stretch(self) -> float:
        """How much wider the type may be than Arial, in which texts are measured."""
        return 1.0 if self.own else OTHERS

    def style(self, name: str) -> str:
        """The id of a style."""
        return self.ids[name.lower()]

    def numbering(self, kind: int) -> int:
        """A new list that counts from one."""
        root = self.word.part.numbering_part.element
        number = 1 + max((int(n.get(qn("w:numId"))) for n in root.findall(qn("w:num"))), default=0)
        root.append(parse_xml(numbered_xml(number, self.lists[kind], restart=True)))
        return number


def opened(design: Path | None, lang: Lang) -> Base:
    """The base of a note. Raises :class:`UsageProblem` for a design that cannot be used."""
    try:
        base = _house() if design is None else _of(design)
        _language(base.word, LANGUAGE[lang])
    except UsageProblem:
        raise
    except Exception as error:  # a damaged part may fail anywhere in the library
        raise UsageProblem(
            f"{design}: cannot be read as a Word file ({error}); open it in Word, save it as .docx "
            "and give that"
        ) from error
    return base


def _house() -> Base:
    word = docx.Document()
    _strip(word)
    root = word.styles.element
    for style in (*root.findall(qn("w:style")), *root.findall(qn("w:docDefaults"))):
        root.remove(style)
    root.insert(0, parse_xml(DEFAULTS))
    for held in word.settings.element.iter(qn("w:compatSetting")):
        if held.get(qn("w:name")) == "compatibilityMode":
            held.set(qn("w:val"), "15")  # Word 2013 and later
    word.settings.element.find(qn("w:zoom")).set(qn("w:percent"), "100")  # the schema wants one
    theme = _theme_part(word)
    theme._blob = _painted(theme.blob)  # python-docx has no way to write a theme
    numbering = word.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    base = Base(word, own=True)
    _add(base, (*BASIC, *CARRYING, *OWN))
    section = word.sections[0]
    size, margins = section._sectPr.find(qn("w:pgSz")), section._sectPr.find(qn("w:pgMar"))
    size.attrib.update({qn("w:w"): "11906", qn("w:h"): "16838"})
    sides = {side: str(MARGIN) for side in ("top", "bottom", "left", "right")}
    sides |= {"header": "600", "footer": "600", "gutter": "0"}
    margins.attrib.update({qn(f"w:{side}"): value for side, value in sides.items()})
    return base


def _of(design: Path) -> Base:
    """A user's design, emptied."""
    word = _read(design)
    base = Base(word, own=False)
    names = {
        style.find(qn("w:name")).get(qn("w:val")).lower(): style
        for style in word.styles.element.findall(qn("w:style"))
        if style.find(qn("w:name")) is not None
    }
    missing = [look.name for look in CARRYING if look.name.lower() not in names]
    if missing:
        shown = ", ".join(name[0].upper() + name[1:] for name in missing)
        raise UsageProblem(
            f"{design}: the design lacks styles that a note is set in: {shown}. Open it in Word, "
            "use each of them once (they are built in), and save it"
        )
    base.ids = {name: style.get(qn("w:styleId")) for name, style in names.items()}
    _strip(word)
    for style in word.styles.element.iter(qn("w:lang")):
        style.getparent().remove(style)
    if RT.NUMBERING not in {r.reltype for r in word.part.rels.values()}:
        root = parse_xml(f"<w:numbering {nsdecls('w')}/>")
        uri = PackURI("/word/numbering.xml")
        part = NumberingPart(uri, CT.WML_NUMBERING, root, word.part.package)
        word.part.relate_to(part, RT.NUMBERING)
    _add(base, (*BASIC, *OWN))
    _listed(base, "List Bullet", BULLETS)
    _listed(base, "List Number", NUMBERS)
    return base


def _listed(base: Base, name: str, kind: int) -> None:
    """Take a style's own list as that of its kind; give the house's to a style without one."""
    styles = {s.get(qn("w:styleId")): s for s in base.word.styles.element.findall(qn("w:style"))}
    numbering = base.word.part.numbering_part.element
    abstracts = {
        n.get(qn("w:numId")): n.find(qn("w:abstractNumId")).get(qn("w:val"))
        for n in numbering.findall(qn("w:num"))
    }
    at: str | None = base.style(name)
    while at in styles:
        for held in styles[at].iter(qn("w:numId")):
            if held.get(qn("w:val")) in abstracts:
                base.lists[kind] = int(abstracts[held.get(qn("w:val"))])
                return
        parent = styles[at].find(qn("w:basedOn"))
        at = parent.get(qn("w:val")) if parent is not None else None
    properties = styles[base.style(name)].get_or_add_pPr()
    properties.get_or_add_numPr().get_or_add_numId().val = base.numbering(kind)


def _read(design: Path) -> Any:  # noqa: ANN401 - python-docx has no types
    """A Word file or template as a document."""
    if design.suffix.lower() not in (".docx", ".dotx"):
        raise UsageProblem(f"{design}: a note takes its design from a .docx or .dotx file")
    parts = unpacked(design, "Word")
    parts[TYPES] = parts[TYPES].replace(TEMPLATE.encode(), CT.WML_DOCUMENT_MAIN.encode())
    if CT.WML_DOCUMENT_MAIN.encode() not in parts[TYPES]:
        raise UsageProblem(
            f"{design}: cannot be read as a Word file: it holds no document without macros; open it in "
            "Word, save it as .docx and give that"
        )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as copy:
        for name, data in parts.items():
            copy.writestr(name, data)
    word = docx.Document(held)
    if word.element.body is None or not word.sections:
        raise ValueError("it has no page set-up")
    return word


def _strip(word: Any) -> None:  # noqa: ANN401 - as above
    """Take out what is not looks: parts of the text, properties, data of other programs."""
    body = word.element.body
    for element in list(body):
        if element.tag != qn("w:sectPr"):
            body.remove(element)
    used = {held.get(qn("r:id")) for held in body.iter() if held.get(qn("r:id"))}
    rels, outer = word.part.rels, word.part.package.rels
    for key in [k for k, r in rels.items() if r.reltype not in KEPT and k not in used]:
        del rels[key]
    for key in [k for k, r in outer.items() if r.reltype not in KEPT_OUTSIDE]:
        del outer[key]
    for rel in outer.values():
        if rel.reltype == RT.EXTENDED_PROPERTIES:
            rel.target_part._blob = APP  # python-docx has no way to write it
    settings = word.settings.element
    for name in UNWANTED:
        for found in list(settings.iter(qn(f"w:{name}"))):
            found.getparent().remove(found)
    held = word.part.part_related_by(RT.SETTINGS).rels
    for key in [k for k, r in held.items() if r.is_external]:
        del held[key]


def _theme_part(word: Any) -> Any:  # noqa: ANN401 - as above
    return next(r.target_part for r in word.part.rels.values() if r.reltype == RT.THEME)


def _painted(theme: bytes) -> bytes:
    """The theme with the house's colours and type."""
    text = theme.decode("utf-8")
    for slot, colour in THEME.items():
        text = re.sub(
            rf"(<a:{slot}>).*?(</a:{slot}>)",
            rf'\g<1><a:srgbClr val="{colour[1:].upper()}"/>\g<2>',
            text,
            flags=re.DOTALL,
        )
    text = re.sub(r'<a:latin typeface="[^"]*"/>', f'<a:latin typeface="{FONT}"/>', text)
    return text.replace('name="Office', 'name="Verdikart').encode("utf-8")


def _colours(word: Any) -> dict[str, str]:  # noqa: ANN401 - as above
    """Slot of the theme → its colour; the house's where the design has no theme."""
    found = {slot: colour[1:].upper() for slot, colour in THEME.items()}
    themes = [r.target_part for r in word.part.rels.values() if r.reltype == RT.THEME]
    if themes:
        text = themes[0].blob.decode("utf-8", errors="replace")
        pattern = r"<a:(\w+)>\s*<a:(?:srgbClr val|sysClr [^>]*lastClr)=\"([0-9A-Fa-f]{6})\""
        found |= dict(re.findall(pattern, text))
    return found


def _add(base: Base, looks: tuple[Look, ...]) -> None:
    """Give the base the styles and lists that it lacks."""
    root = base.word.styles.element
    colours = _colours(base.word)
    lacking = [look for look in looks if look.name.lower() not in base.ids]
    for look in lacking:
        base.ids[look.name.lower()] = _free(look.name, set(base.ids.values()))
    numbering = base.word.part.numbering_part.element
    taken = [int(a.get(qn("w:abstractNumId"))) for a in numbering.findall(qn("w:abstractNum"))]
    lists = [int(n.get(qn("w:numId"))) for n in numbering.findall(qn("w:num"))]
    abstract, numbers = count(max(taken, default=-1) + 1), count(max(lists, default=0) + 1)
    of_kind = {}
    place = len(taken)
    for kind in (BULLETS, NUMBERS, NOTES):
        base.lists[kind] = next(abstract)
        of_kind[kind] = next(numbers)
        numbering.insert(place, parse_xml(list_xml(base.lists[kind], kind)))
        place += 1
        numbering.append(parse_xml(numbered_xml(of_kind[kind], base.lists[kind])))
    for look in lacking:
        style = parse_xml(style_xml(look, base.style, colours))
        for held in style.iter(qn("w:numId")):
            held.set(qn("w:val"), str(of_kind[int(held.get(qn("w:val")))]))
        root.append(style)


def _free(name: str, taken: set[str]) -> str:
    """An id for a style that no other has."""
    stem = "".join(word[0].upper() + word[1:] for word in name.split())
    return next(i for i in chain((stem,), (f"{stem}{n}" for n in count(2))) if i not in taken)


def _language(word: Any, code: str) -> None:  # noqa: ANN401 - as above
    """The language of all text, and the type of text that names none."""
    root = word.styles.element
    defaults = root.find(qn("w:docDefaults"))
    if defaults is None:
        defaults = parse_xml(f"<w:docDefaults {nsdecls('w')}/>")
        root.insert(0, defaults)
    outer = defaults.find(qn("w:rPrDefault"))
    if outer is None:
        outer = parse_xml(f"<w:rPrDefault {nsdecls('w')}/>")
        defaults.insert(0, outer)
    if outer.find(qn("w:rPr")) is None:
        outer.append(parse_xml(f"<w:rPr {nsdecls('w')}/>"))
    run = outer.find(qn("w:rPr"))
    for held in run.findall(qn("w:lang")):
        run.remove(held)
    run.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{code}" w:eastAsia="{code}"/>'))
    for held in word.settings.element.findall(qn("w:themeFontLang")):
        held.attrib.clear()
        held.set(qn("w:val"), code)


__all__ = ["Base", "opened"]
