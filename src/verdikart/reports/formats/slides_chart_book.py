"""The workbook behind a chart: its numbers where the chart looks for them."""

from __future__ import annotations

import io
from typing import Final

from verdikart.reports.document.model import Chart
from verdikart.reports.formats.slides_chart_points import limits
from verdikart.reports.voice import Voice

SHEET: Final = "Sheet1"  # the name that the library's charts refer to


def workbook(chart: Chart, code: str, voice: Voice) -> bytes:
    """The numbers of a chart where the chart looks for them, without a time of its own."""
    from datetime import UTC, datetime

    from xlsxwriter import Workbook

    held = io.BytesIO()
    with Workbook(held, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(1980, 1, 1, tzinfo=UTC)})
        sheet = book.add_worksheet(SHEET)
        number, bold = book.add_format({"num_format": code}), book.add_format({"bold": True})
        sheet.set_column(0, 0, 40)
        if chart.kind == "scatter":
            row = 0
            blocks = [
                (s.name, list(zip(s.xs, s.values, strict=True)), chart.categories)
                for s in chart.series
            ]
            blocks += [(name, list(ends), ()) for name, ends in limits(chart, voice)]
            for name, points, names in blocks:
                sheet.write_string(row, 1, name, bold)
                for n, (x, y) in enumerate(points, start=row + 1):
                    sheet.write(n, 0, x)
                    sheet.write(n, 1, y, number)
                    if names:
                        sheet.write_string(n, 2, names[n - row - 1])
                row += len(points) + 2
            return_width = 24
        else:
            for n, category in enumerate(chart.categories, start=1):
                sheet.write_string(n, 0, category)
            columns = [(s.name, s.values) for s in chart.series]
            if chart.kind == "line" and chart.limit is not None:
                columns.append((chart.limit_text, (chart.limit,) * len(chart.categories)))
            for place, (name, values) in enumerate(columns, start=1):
                sheet.write_string(0, place, name, bold)
                for n, value in enumerate(values, start=1):
                    if value is not None:
                        sheet.write_number(n, place, value, number)
            return_width = 18
        sheet.set_column(1, 6, return_width)
    return held.getvalue()
