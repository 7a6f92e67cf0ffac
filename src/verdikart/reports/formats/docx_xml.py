"""Fragments of WordprocessingML as text: runs, fields, links, bookmarks, paragraphs.

A note is written as such fragments and parsed a block at a time, since python-docx has no words for
fields, bookmarks and links, and sets long tables slowly.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml

SOFT = "\u00ad"  # a place to break a word with a hyphen
ZERO_WIDTH = "\u200b"  # and one without


def elements(xml: str) -> list[Any]:
    """Fragments as elements."""
    return list(parse_xml(f"<w:wrap {nsdecls('w', 'r')}>{xml}</w:wrap>"))


def run(text: str, style: str = "") -> str:
    """A run of text; a line feed in it is a line break, :data:`SOFT` a place to break a word."""
    inner = f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    for sign, element in (("\n", "<w:br/>"), (SOFT, "<w:softHyphen/>")):
        inner = inner.replace(sign, f'</w:t>{element}<w:t xml:space="preserve">')
    return f"<w:r>{_styled(style)}{inner}</w:r>"


def tab() -> str:
    """A tabulator."""
    return "<w:r><w:tab/></w:r>"


def field(code: str, shown: str, style: str = "") -> str:
    """A field with what it shows until it is updated."""
    begin, end = around(code, style)
    return f"{begin}{run(shown, style)}{end}"


def around(code: str, style: str = "") -> tuple[str, str]:
    """The beginning and the end of a field, for what may be several paragraphs."""
    look = _styled(style)
    begin, separate, end = (
        f'<w:r>{look}<w:fldChar w:fldCharType="{kind}"/></w:r>'
        for kind in ("begin", "separate", "end")
    )
    instruction = f'<w:instrText xml:space="preserve"> {escape(code)} </w:instrText>'
    return f"{begin}<w:r>{look}{instruction}</w:r>{separate}", end


def bookmark(name: str, number: int, inner: str) -> str:
    """Fragments that can be referred to by a name. ``number`` is unique in the document."""
    start = f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(name)}/>'
    return f'{start}{inner}<w:bookmarkEnd w:id="{number}"/>'


def link(inner: str, *, anchor: str = "", relation: str = "") -> str:
    """A link to a bookmark, or to the address of a relation."""
    target = f"w:anchor={quoteattr(anchor)}" if anchor else f"r:id={quoteattr(relation)}"
    return f'<w:hyperlink {target} w:history="1">{inner}</w:hyperlink>'


def paragraph(style: str, inner: str, more: str = "") -> str:
    """A paragraph of a style's id. ``more``: properties that no style can hold, as a list's number."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{inner}</w:p>'


def _styled(style: str) -> str:
    return f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""


__all__ = [
    "SOFT",
    "ZERO_WIDTH",
    "around",
    "bookmark",
    "elements",
    "field",
    "link",
    "paragraph",
    "run",
    "tab",
]
