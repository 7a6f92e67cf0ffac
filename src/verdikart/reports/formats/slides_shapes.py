"""Texts of shapes as XML: what the library has no word for, or sets too slowly."""

from __future__ import annotations

from typing import Any

from verdikart.reports.formats.slides_text import NS, A, P


def write(shape: Any, paragraphs: str, *, framed: bool = False) -> None:  # noqa: ANN401
    """Put paragraphs into a shape; ``framed``: from its upper edge, without a margin, as measured."""
    body = shape._element.find(f"{{{P}}}txBody")
    for old in body.findall(f"{{{A}}}p"):
        body.remove(old)
    if framed:
        properties = body.find(f"{{{A}}}bodyPr")
        for old in list(properties):
            properties.remove(old)
        for name in ("lIns", "tIns", "rIns", "bIns"):
            properties.set(name, "0")
        properties.set("wrap", "square")
        properties.set("anchor", "t")
        properties.append(parsed(f"<a:noAutofit {NS}/>"))
    for element in parsed(f"<a:held {NS}>{paragraphs}</a:held>"):
        body.append(element)


def parsed(text: str) -> Any:  # noqa: ANN401
    """An element from its XML, of the library's own classes."""
    from pptx.oxml import parse_xml

    return parse_xml(text)


def own_size(shape: Any) -> float | None:  # noqa: ANN401
    """The size that a placeholder's own list style sets, in points."""
    for element in shape._element.iterfind(f".//{{{A}}}lvl1pPr/{{{A}}}defRPr"):
        if element.get("sz"):
            return int(element.get("sz")) / 100
    return None


__all__ = ["own_size", "parsed", "write"]
