"""Charts as Excel's own, beside the numbers that they are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from verdikart.reports.document.model import Chart, Series
from verdikart.reports.formats.workbook_book import DATA, Book, Held, to
from verdikart.reports.formats.workbook_looks import code
from verdikart.reports.formats.workbook_rows import RowSheet
from verdikart.reports.palette import PAPER
from verdikart.reports.voice import Voice

LEAST: Final = 18  # rows of a chart
PIXELS: Final = 20  # of a row
NAMES: Final = 44  # characters of the categories' column
WIDTH: Final = 760  # pixels
KINDS: Final = {
    "bar": {"type": "bar"},
    "stacked": {"type": "bar", "subtype": "stacked"},
    "line": {"type": "line"},
    "scatter": {"type": "scatter"},
}


@dataclass(frozen=True, slots=True)
class Block:
    """Where a chart's numbers stand: sheet, first and last row, column of the categories."""

    sheet: str
    first: int
    last: int

    def column(self, place: int) -> list[Any]:
        """A column of it as XlsxWriter names a range."""
        return [self.sheet, self.first, place, self.last, place]


def charts(book: Book, sheet: RowSheet, drawn: Sequence[Chart]) -> None:
    """A sheet of charts, each with its numbers to the left."""
    say, looks = book.voice.say, book.looks
    title = say("Charts")
    sheet.write_string(0, 0, title, looks.title)
    first = book.workbook.worksheets()[0].get_name()
    sheet.write_url(1, 0, to(first), looks.link, f"← {first}")
    sheet.set_column(0, 0, NAMES)
    sheet.set_column(1, 8, 14)
    sheet.freeze_panes(2, 0)
    row = DATA
    for chart in drawn:
        row = _chart(book, sheet, chart, row)
    book.page(sheet, NAMES + 8 * 14 + WIDTH / 7)
    about = say("Charts of the document with the numbers that they are drawn from")
    book.contents.append(Held(sheet.get_name(), title, about, len(drawn)))


def _chart(book: Book, sheet: RowSheet, chart: Chart, row: int) -> int:
    """Write one chart's numbers and draw it; the row below it."""
    looks, lang = book.looks, book.voice.lang
    sheet.write_string(row, 0, chart.title, looks.part)
    points = chart.kind == "scatter"
    heads = (
        [chart.x_axis, *(s.name for s in chart.series)]
        if points
        else [s.name for s in chart.series]
    )
    for place, head in enumerate(heads, start=1):
        sheet.write_string(row + 1, place, head, looks.head)
    sheet.set_row(row + 1, 44)
    block = Block(sheet.get_name(), row + 2, row + 1 + len(chart.categories))
    for place, category in enumerate(chart.categories):
        book.row(sheet, block.first + place, (category,), (NAMES,))
    columns = [(s.values, chart.unit) for s in chart.series]
    if points:
        columns.insert(0, (_abscissas(chart), chart.x_unit))
    for place, (held, unit) in enumerate(columns, start=1):
        form = looks.number(code("amount", unit, lang))
        for number, value in enumerate(held):
            if value is not None:
                sheet.write_number(block.first + number, place, value, form)
    rows = max(LEAST, len(chart.categories) + 3)
    made = book.workbook.add_chart(dict(KINDS[chart.kind]))
    for place, series in enumerate(chart.series):
        made.add_series(_series(chart, series, block, place, book.voice))
    _dress(book, made, chart)
    made.set_size({"width": WIDTH, "height": rows * PIXELS})
    sheet.insert_chart(row, len(heads) + 2, made, {"description": chart.alt, "object_position": 2})
    return row + rows + 2


def _abscissas(chart: Chart) -> tuple[float | None, ...]:
    """The other coordinate of each point, whichever series it is of."""
    return tuple(
        next((x for x in held if x is not None), None)
        for held in zip(*(series.xs for series in chart.series), strict=True)
    )


def _series(chart: Chart, series: Series, block: Block, place: int, voice: Voice) -> dict[str, Any]:
    colours = [getattr(PAPER, series.tone(number)) for number in range(len(series.values))]
    given: dict[str, Any] = {
        "name": [block.sheet, block.first - 1, 1 + place],
        "categories": block.column(0),
        "values": block.column(1 + place),
    }
    if chart.kind == "line":
        given["line"] = {"color": colours[0], "width": 2}
    elif chart.kind == "scatter":
        given["name"] = [block.sheet, block.first - 1, 2 + place]
        given["categories"], given["values"] = block.column(1), block.column(2 + place)
        given["marker"] = {"type": "circle", "size": 7, "fill": {"color": colours[0]}}
        named = [{"value": category} for category in chart.categories]
        given["data_labels"] = {"custom": named, "value": True, "position": "right"}
    else:
        given["points"] = [{"fill": {"color": colour}} for colour in colours]
        given["fill"] = {"color": colours[0]}
        given["gap"] = 50
        given["data_labels"] = {"value": True, "num_format": labels(chart.unit, voice)}
    return given


def _dress(book: Book, made: Any, chart: Chart) -> None:  # noqa: ANN401 - XlsxWriter's own
    """Titles, axes and legend."""
    letters = {"name": "Arial", "size": 9, "color": PAPER.soft}
    limit = f" ({chart.limit_text})" if chart.limit_text else ""
    values = {
        "name": f"{chart.axis}{limit}",
        "name_font": {**letters, "bold": False},
        "num_font": letters,
        "num_format": ticks(chart.unit, book.voice),
        "major_gridlines": {"visible": True, "line": {"color": PAPER.grid}},
    }
    others: dict[str, Any] = {"num_font": letters, "name_font": {**letters, "bold": False}}
    made.set_title(
        {"name": chart.title, "name_font": {"name": "Arial", "size": 11}, "overlay": False}
    )
    if chart.kind in ("bar", "stacked"):
        made.set_x_axis(values)
        made.set_y_axis({**others, "reverse": True, "crossing": "max", "interval_unit": 1})
    else:
        if chart.kind == "scatter":
            others |= {"name": chart.x_axis, "num_format": ticks(chart.x_unit, book.voice)}
        made.set_x_axis(others)
        made.set_y_axis(values)
    made.set_legend({"none": True} if len(chart.series) == 1 else {"position": "bottom"})


def labels(unit: str, voice: Voice) -> str:
    """The number format of labels: few digits; a share that is small is said to be."""
    if unit == "share":
        sign, least = ('"\u00a0"%', "<0,1\u00a0%") if voice.lang == "nb" else ("%", "<0.1%")
        return f'[=0]0{sign};[<0.0005]"{least}";0.0{sign}'
    if unit in ("nok", "usd"):
        return f'#,##0,,"\u00a0{voice.say("million")}"'
    return {"tonnes": "#,##0", "count": "0", "rank": "0", "year": "0"}.get(unit, "#,##0.00")


def ticks(unit: str, voice: Voice) -> str:
    """The number format of an axis."""
    if unit == "share":
        return '0"\u00a0"%' if voice.lang == "nb" else "0%"
    return labels(unit, voice) if unit in ("nok", "usd", "tonnes") else "General"


__all__ = ["charts"]
