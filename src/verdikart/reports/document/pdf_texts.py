"""Every text of a PDF: its pages, and what lies behind them (alternative texts, bookmarks, notes,
properties, attached files).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

# Key of an object → what its text is to a reader.
KEYS: Final = {
    "/Alt": "alternative text",
    "/ActualText": "replacement text",
    "/E": "expansion",
    "/Contents": "comment",
    "/TU": "field",
    "/V": "field",
    "/Title": "bookmark or title",
    "/URI": "link",
}


def pdf(data: bytes) -> Iterator[tuple[str, str]]:
    """Place and text of everything that a PDF holds."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    for number, page in enumerate(reader.pages, start=1):
        yield f"page {number}", page.extract_text()
    held: dict[str, list[str]] = {}
    size: Any = reader.trailer["/Size"]
    for number in range(1, int(size)):
        _strings(reader.get_object(number), held)
    _strings(reader.trailer.get("/Info"), held)
    for place, texts in held.items():
        yield place, "\n".join(dict.fromkeys(texts))
    for name, files in reader.attachments.items():
        for file in files:
            yield f"attachment {name}", bytes(file).decode("utf-8", errors="replace")


def _strings(start: Any, held: dict[str, list[str]]) -> None:  # noqa: ANN401 - any PDF object
    """Gather the texts of an object; references lead to objects that are read by themselves."""
    from pypdf.generic import ArrayObject, DictionaryObject, StreamObject, TextStringObject

    left = [("file properties", start)]
    while left:
        place, one = left.pop()
        if isinstance(one, TextStringObject):
            held.setdefault(place, []).append(str(one))
        elif isinstance(one, DictionaryObject):
            if isinstance(one, StreamObject) and one.get("/Type") == "/Metadata":
                text = one.get_data().decode("utf-8", errors="replace")
                held.setdefault("file properties", []).append(text)
            left += [(KEYS.get(key, "file properties"), one.raw_get(key)) for key in one]
        elif isinstance(one, ArrayObject):
            left += [(place, member) for member in list.__iter__(one)]


__all__ = ["pdf"]
