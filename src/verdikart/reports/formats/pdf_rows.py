"""Row headings in the structure of a PDF: the first cell of a row is what the row is about.

Typst tags the cells of a table's head as headings, and has no means yet to tag those of its rows.
The last rows, which the template keeps together as a foot, are rows like the others.
"""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, ByteStringObject, DictionaryObject, NameObject


def headed(data: bytes) -> bytes:
    """The same file with each row's first cell as the heading of its row."""
    reader = PdfReader(io.BytesIO(data))
    writer = PdfWriter(clone_from=reader)
    # As they were: the writer would put its own name, version and a number of chance in their place.
    writer.metadata = reader.metadata
    writer.pdf_header = reader.pdf_header
    ident: Any = reader.trailer["/ID"]
    writer._ID = ArrayObject(ByteStringObject(part.original_bytes) for part in ident)
    for part in writer._objects:
        if not isinstance(part, DictionaryObject):
            continue
        if part.get("/S") == "/TR":
            cells: Any = part["/K"]
            _head(cells[0].get_object())
        elif part.get("/S") == "/TFoot":
            part[NameObject("/S")] = NameObject("/TBody")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _head(cell: DictionaryObject) -> None:
    if cell.get("/S") != "/TD":
        return
    cell[NameObject("/S")] = NameObject("/TH")
    about = {NameObject("/O"): NameObject("/Table"), NameObject("/Scope"): NameObject("/Row")}
    cell[NameObject("/A")] = ArrayObject([DictionaryObject(about)])


__all__ = ["headed"]
