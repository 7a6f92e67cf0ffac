"""Looks of the workbook: cell formats by use, and the number format of each kind of value.

Number formats are Excel's own codes, which every Excel and LibreOffice writes with the separators of
its reader; the values beneath are untouched.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from verdikart.reference.i18n import Lang
from verdikart.reports.palette import PAPER
from verdikart.reports.values import WRITTEN_AS

FONT: Final = "Arial"
SIZE: Final = 10
INDENTED: Final = {"valign": "top", "align": "left", "indent": 1}
DATE: Final = 14  # Excel's own number for a date as the reader's locale writes it

# What is not zero is not shown as zero: a small value gets the digits that it needs.
AMOUNT: Final = "[>=100]#,##0;[=0]0;#,##0.00####"
SHARE: Final = "[>=0.0005]0.0{sign};[=0]0.0{sign};0.00##{sign}"
SMALL: Final = "[>={least}]{code};[=0]{code};{code}####"
CODES: Final = {
    "index": SMALL.format(least="0.0005", code="0.000"),
    "score": SMALL.format(least="0.005", code="0.00"),
    "ratio": SMALL.format(least="0.005", code="0.00"),
    "year": "0",
    "rank": "General",
    "count": "General",
    "years": "General",
    "usd": AMOUNT,
    "nok": AMOUNT,
    "tonnes": AMOUNT,
    "number": AMOUNT,
    "amount": AMOUNT,
}


def code(kind: str, unit: str, lang: Lang) -> str:
    """The number format of a kind; ``unit``: of an amount, which may be no unit of measure."""
    wanted = WRITTEN_AS.get(unit, kind) if kind == "amount" else kind
    space = '"\u00a0"' if lang == "nb" else ""
    if wanted == "share":
        return SHARE.format(sign=f"{space}%")
    if wanted == "percent":  # 12.5 means 12.5 per cent: the sign is text and does not multiply
        return f'0.0{space}"%"'
    return CODES.get(wanted, "General")


@dataclass(eq=False)
class Looks:
    """The formats of one workbook, each made once."""

    workbook: Workbook
    _made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def make(self, **properties: Any) -> Format:  # noqa: ANN401 - XlsxWriter's own properties
        """A format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.workbook.add_format(properties)
        return self._made[key]

    @property
    def title(self) -> Format:
        """The title of a sheet."""
        return self.make(bold=True, font_size=14, font_color=PAPER.ink)

    @property
    def part(self) -> Format:
        """A heading within a sheet."""
        return self.make(bold=True, font_size=12, font_color=PAPER.heat4, bottom=1)

    @property
    def soft(self) -> Format:
        """What stands under a title."""
        return self.make(font_color=PAPER.soft)

    @property
    def link(self) -> Format:
        """A link within the workbook or out of it."""
        return self.make(font_color=PAPER.ally, underline=1, valign="top")

    @property
    def head(self) -> Format:
        """A column's heading."""
        return self.make(
            bold=True,
            font_color="#ffffff",
            bg_color=PAPER.heat4,
            text_wrap=True,
            **INDENTED,
            border=1,
            border_color=PAPER.heat2,
        )

    @property
    def term(self) -> Format:
        """What a row of text is about."""
        return self.make(bold=True, valign="top", text_wrap=True)

    @property
    def text(self) -> Format:
        """Text, whole in its cell or cut at the cell's edge, never over its neighbour."""
        return self.make(text_wrap=True, **INDENTED)

    @property
    def place(self) -> Format:
        """The number of a row."""
        return self.make(valign="top", align="center")

    @property
    def quoted(self) -> Format:
        """Text that a program might take for a formula."""
        return self.make(text_wrap=True, quote_prefix=True, **INDENTED)

    @property
    def day(self) -> Format:
        """A whole date."""
        return self.make(num_format=DATE, **INDENTED)

    def number(self, number_code: str) -> Format:
        """A number as its code writes it."""
        return self.make(valign="top", num_format=number_code)


__all__ = ["AMOUNT", "FONT", "SIZE", "Looks", "code"]
