"""Pictures of charts and chains: the chart's own numbers, the language's way of writing, nothing cut."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from verdikart.chains.text_fit import width
from verdikart.reports.document.model import Chart, Diagram, Series
from verdikart.reports.formats.pictures import chart_png, chart_svg, diagram_png, diagram_svg
from verdikart.reports.formats.pictures_parts import LEAD, SIZE, WIDE, scale
from verdikart.reports.formats.pictures_spec import specification

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def charts(hard) -> dict[str, Chart]:
    """A chart of each kind with names that are long."""
    return {block.kind: block for block in hard("nb").blocks if isinstance(block, Chart)}


def _rows(spec):
    return [row for layer in spec["layer"] for row in layer["data"]["values"]]


def _texts(svg):
    """Every line of text in a picture: its text, the left end and the right end, and the base line."""
    found = []

    def walk(element, x, y):
        for moved in re.findall(r"translate\(([-\d.]+),([-\d.]+)\)", element.get("transform", "")):
            x, y = x + float(moved[0]), y + float(moved[1])
        if element.tag == f"{SVG}text":
            lines = element.findall(f"{SVG}tspan") or [element]
            for number, line in enumerate(lines):
                long = width(line.text or "", SIZE)
                start = {"start": 0.0, "middle": long / 2, "end": long}[element.get("text-anchor")]
                found.append((line.text, x - start, x - start + long, y + number * LEAD))
        for child in element:
            walk(child, x, y)

    root = ET.fromstring(svg)
    walk(root, 0.0, 0.0)
    return root, found


@pytest.mark.parametrize("kind", ["bar", "stacked", "line", "scatter"])
def test_a_specification_holds_the_values_of_its_chart(charts, kind):
    chart = charts[kind]
    rows = [r for r in _rows(specification(chart, "nb")) if "value" in r and "shade" in r]
    drawn = {round(r["value"], 12) for r in rows if r["value"] is not None}
    assert drawn == {round(v, 12) for s in chart.series for v in s.values if v is not None}
    if kind == "scatter":
        assert {r["across"] for r in rows} == {x for s in chart.series for x in s.xs if x}
    if kind == "line":  # a gap is a break in the line and no zero
        assert any(r["value"] is None for r in rows)


@pytest.mark.parametrize("kind", ["bar", "stacked", "line", "scatter"])
def test_no_text_of_a_picture_is_cut(charts, kind):
    root, texts = _texts(chart_svg(charts[kind], "nb"))
    across, down = float(root.get("width")), float(root.get("height"))
    assert across == WIDE
    assert texts
    for text, start, end, base in texts:
        assert start >= -1, text
        assert end <= across + 1, text
        assert SIZE - 4 <= base <= down, text
    said = " ".join(text for text, *_ in texts)
    assert "…" not in said
    if kind != "line":
        assert all(name.split()[-1] in said for name in charts[kind].categories)


def test_labels_of_bars_do_not_cover_one_another(charts):
    _, texts = _texts(chart_svg(charts["bar"], "nb"))
    shown = sorted({(round(y, 1), round(a, 1), round(b, 1), t) for t, a, b, y in texts})
    for one in shown:
        for other in shown:
            if one[3] != other[3] and abs(one[0] - other[0]) < SIZE / 2:
                assert one[2] <= other[1] or other[2] <= one[1], (one, other)


def test_numbers_are_written_as_the_language_does(charts, document):
    bokmål = chart_svg(charts["bar"], "nb")
    assert "9,1\u00a0%" in bokmål
    assert "ikke kjent" in bokmål
    assert not re.search(r">[\d]+\.\d", bokmål)
    english = chart_svg(charts["bar"], "en")
    assert "9.1%" in english
    assert "not known" in english
    values = (1_234_567_000.0, 400_000_000.0)
    money = replace(
        charts["bar"], categories=("A", "B"), series=(Series("x", values),), unit="nok", limit=None
    )
    drawn = chart_svg(replace(money, axis="Verdi"), "nb")
    assert "1\u00a0235" in drawn
    assert "Verdi (mill. kr)" in drawn
    assert "1\u00a0000" in drawn  # a tick


def test_the_bars_of_a_document_say_what_its_table_says(document):
    made = document("material", ["nickel"], lang="nb")
    charts = [block for block in made.blocks if isinstance(block, Chart)]
    assert charts
    for chart in charts:
        said = {text for text, *_ in _texts(chart_svg(chart, "nb"))[1]}
        for row in chart.table.rows:
            assert {row[0].text, row[1].text} <= said


def test_colours_of_one_series_are_told(document):
    """In the picture, and in words for who does not see it."""
    made = document("whole", lang="nb")
    keyed = [b for b in made.blocks if isinstance(b, Chart) and len({*b.series[0].tones}) > 1]
    keyed = [chart for chart in keyed if len(chart.series) == 1]
    assert keyed
    for chart in keyed:
        assert {tone for tone, _ in chart.key} == {*chart.series[0].tones}
        _, texts = _texts(chart_svg(chart, "nb"))
        for _, text in chart.key:
            assert text in {line for line, *_ in texts}
            assert text.casefold() in chart.alt.casefold()


@pytest.mark.parametrize(
    ("known", "unit", "ends"),
    [
        ([0.3, 0.97], "share", (0.0, 1.0)),
        ([], "share", (0.0, 1.0)),
        ([3, 7], "count", (0.0, 8.0)),
        ([-4.0, 11.0], "number", (-5.0, 15.0)),
    ],
)
def test_a_scale_holds_zero_and_every_value(known, unit, ends):
    made = scale(known, unit)
    assert (made.low, made.high) == ends


def test_charts_with_nothing_to_draw_are_drawn(charts):
    for kind, chart in charts.items():
        gone = (None,) * len(chart.categories)
        series = tuple(replace(s, values=gone, xs=gone if s.xs else ()) for s in chart.series)
        assert chart_svg(replace(chart, series=series), "en"), kind
        none = tuple(replace(s, values=(), xs=()) for s in chart.series)
        assert chart_svg(replace(chart, categories=(), series=none), "en"), kind


def test_pictures_in_pixels(charts, hard):
    drawing = next(block for block in hard("nb").blocks if isinstance(block, Diagram))
    for picture, across in (
        (chart_png(charts["bar"], "nb", 700), 700),
        (diagram_png(drawing, "nb", 900), 900),
    ):
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert abs(int.from_bytes(picture[16:20], "big") - across) <= 1
    svg = diagram_svg(drawing, "nb")
    assert drawing.title in svg
    assert ET.fromstring(svg).tag == f"{SVG}svg"
