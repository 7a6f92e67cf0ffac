"""Workbooks as providers make them, and changes inside their text."""

import io
import re
import zipfile

from faults import packed


def book(sheets: dict[str, list[list]]) -> bytes:
    """An ``.xlsx`` of sheets and rows; always the same bytes for the same rows."""
    from openpyxl import Workbook

    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as archive:
        members = {name: archive.read(name) for name in sorted(archive.namelist())}
    still = b"2026-01-01T00:00:00Z"
    props = "docProps/core.xml"
    members[props] = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", still, members[props])
    return packed(members)


def within(body: bytes, change) -> bytes:
    """``Case.within`` of a workbook: its cells change, the rest of the package stays."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return packed(
            {
                name: change(archive.read(name)) if name.startswith("xl/") else archive.read(name)
                for name in archive.namelist()
            }
        )


def page(address: str) -> bytes:
    """A provider's page with a link."""
    return (
        "<!DOCTYPE html><html><body><a href='/other.pdf'>Outlook</a> "
        f'<a class="dl" href="{address}">Monthly</a></body></html>'
    ).encode()
