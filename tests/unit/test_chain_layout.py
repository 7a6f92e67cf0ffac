"""The layered drawing: every chain in both languages, nothing overlapping, text inside its box."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from verdikart.chains.drawing import Label
from verdikart.chains.graph import KINDS, ChainGraph
from verdikart.chains.layering import arrange, crossings, forward, spread
from verdikart.chains.layout import PAD, draw
from verdikart.chains.layout import arrange as arrange_chain
from verdikart.chains.text_fit import balanced, width, wrap
from verdikart.mapping.chain_graphs import graphs
from verdikart.reference.entities import Stage
from verdikart.reference.load import by_key
from verdikart.reports.chain_drawing import alone, svg

LANGS = ("nb", "en")
VERDICTS = {"nb": "mistenkt gjennomførsel, ingen vurdering", "en": "suspected transit, no verdict"}
SHOWN = ("plants", "planned", "ghost", "bottleneck")
WORDS = {kind: kind for kind in (*KINDS.values(), "choice", *SHOWN)} | {"or": "eller"}


def labels(graph, lang):
    """Every product with the longest verdict and both kinds of plants."""
    return {
        p.product_id: Label(
            p.name(lang), p.stage, by_key(Stage)[p.stage].name(lang), VERDICTS[lang], "doubt",
            plants=12, planned=3,
        )
        for p in graph.nodes
    }  # fmt: skip


CASES = [(chain, lang) for chain in graphs() for lang in LANGS]


@pytest.fixture(params=CASES, ids=lambda c: "-".join(c), scope="module")
def case(request):
    chain, lang = request.param
    graph = graphs()[chain]
    return graph, draw(graph, labels(graph, lang), WORDS)


def apart(one, other, free=0.0):
    across = one.x + one.w + free <= other.x or other.x + other.w + free <= one.x
    return across or one.y + one.h + free <= other.y or other.y + other.h + free <= one.y


def at(start, piece, t):
    (a, b, c, d), s = (start, *piece), 1 - t
    return tuple(
        s**3 * a[i] + 3 * s * s * t * b[i] + 3 * s * t * t * c[i] + t**3 * d[i] for i in (0, 1)
    )


def points(line):
    """Points along a line, sixteen a piece."""
    start, rest = line.points[0], line.points[1:]
    for n in range(0, len(rest), 3):
        piece = rest[n : n + 3]
        yield from (at(start, piece, t / 16) for t in range(17))
        start = piece[2]


def test_every_product_has_one_box_and_every_link_one_line(case):
    graph, drawing = case
    assert sorted(b.product_id for b in drawing.boxes) == sorted(p.product_id for p in graph.nodes)
    drawn = sorted(e for line in drawing.lines for e in line.edge_ids)
    assert drawn == sorted(e.edge_id for e in graph.edges)


def test_boxes_and_badges_are_apart(case):
    _, drawing = case
    things = [*drawing.boxes, *drawing.badges]
    assert [(a, b) for a, b in combinations(things, 2) if not apart(a, b)] == []
    for thing in things:
        assert thing.x >= 0
        assert thing.x + thing.w <= drawing.width
        assert thing.y >= 0
        assert thing.y + thing.h <= drawing.height


def test_texts_fit_their_boxes_and_hide_nothing(case):
    _, drawing = case
    for box in drawing.boxes:
        for text in box.texts:
            bold = text.role in ("verdict", "count")
            assert text.x >= box.x + PAD
            assert text.x + width(text.text, text.size, bold=bold) <= box.x + box.w - PAD / 2
            assert box.y + text.size <= text.y <= box.y + box.h - 2
        rows = sorted({t.y for t in box.texts})
        assert all(low - high >= 12 for high, low in pairwise(rows))
        said = "".join(t.text for t in box.texts if t.role == "name")
        assert re.sub(r"[\s-]", "", said) == re.sub(r"[\s-]", "", box.label.name)
        counts = [t.x for t in box.texts if t.role == "count"] + [m.x for m in box.marks[1:]]
        stage = next(t for t in box.texts if t.role == "stage")
        assert stage.x + width(stage.text, stage.size) < min(counts)


def test_lines_join_their_boxes_run_right_and_pass_through_none(case):
    _, drawing = case
    boxes = {b.product_id: b for b in drawing.boxes}
    for line in drawing.lines:
        source, target = boxes[line.source], boxes[line.target]
        x, y = line.points[0]
        assert x == source.x + source.w
        assert source.y < y < source.y + source.h
        x, y = line.points[-1]
        badges = [b for b in drawing.badges if b.product_id == line.target]
        ends = [target] if line.arrow else badges
        assert any(x == end.x and end.y < y < end.y + end.h for end in ends)
        along = list(points(line))
        assert all(b[0] >= a[0] - 1e-9 for a, b in pairwise(along))
        for box in drawing.boxes:
            inside = [
                p for p in along
                if box.x < p[0] < box.x + box.w and box.y < p[1] < box.y + box.h
            ]  # fmt: skip
            assert not inside, (line, box.product_id)


def test_the_legend_shows_what_is_drawn_and_fits(case):
    _, drawing = case
    kinds = [s.kind for s in drawing.legend]
    assert {line.kind for line in drawing.lines} <= set(kinds)
    assert ("choice" in kinds) == bool(drawing.badges)
    # Two columns, nothing on top of another, and every text as far from its sample.
    assert len({s.x for s in drawing.legend}) <= 2
    for one, other in pairwise(drawing.legend):
        assert other.y > one.y or other.x > one.text.x + width(one.text.text, one.text.size)
    for sample in drawing.legend:
        text = sample.text
        assert text.x - sample.x == 36
        assert text.x + width(text.text, text.size) <= drawing.width
        assert text.y < drawing.height


def test_the_file_is_sound_xml_with_every_text_and_no_open_colour(case):
    _, drawing = case
    text = alone(drawing, "Tittel <1>", "Sammendrag & mer", "nb")
    root = ET.fromstring(text)
    held = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {t.text for b in drawing.boxes for t in b.texts} <= set(held)
    assert root.get("role") == "img"
    assert "var(" not in text
    numbers = " ".join(v for e in root.iter() for k, v in e.items() if k in ("d", "x", "y"))
    assert not re.search(r"nan|inf|e[-+]", numbers)


def graphite(route="synthetic"):
    """Two routes into one anode, as the tables have it or made here."""
    graph = graphs()["graphite"]
    edges = [
        replace(e, choice="anode", route=route if e.input_product == "synthetic_graphite" else "n")
        if e.output_product == "graphite_anode_material" and KINDS[e.relation] == "main"
        else replace(e, choice="", route="")
        for e in graph.edges
    ]
    return ChainGraph(graph.chain, tuple(edges), graph.products)


def test_alternatives_end_in_a_badge_and_joint_inputs_in_the_box():
    graph = graphite()
    drawing = draw(graph, labels(graph, "nb"), WORDS)
    (badge,) = drawing.badges
    assert badge.text.text == "eller"
    into = [line for line in drawing.lines if line.target == "graphite_anode_material"]
    ends = {line.points[-1] for line in into if not line.arrow}
    assert len(ends) == 2
    assert sum(line.arrow for line in drawing.lines) == len(drawing.lines) - 2
    assert 'class="badge"' in svg(drawing, "s", "nb")


def test_lines_of_one_route_meet_and_make_no_choice():
    graph = graphite(route="n")
    drawing = draw(graph, labels(graph, "nb"), WORDS)
    assert drawing.badges == ()


def test_equal_input_gives_an_equal_drawing_whatever_the_order_of_labels():
    graph = graphs()["nickel"]
    found = labels(graph, "en")
    turned = dict(reversed(found.items()))
    assert draw(graph, found, WORDS) == draw(graph, turned, WORDS, arrange_chain(graph))


def test_side_inputs_stand_before_what_they_go_into():
    for graph in graphs().values():
        column = forward(graph.edges, graph.layers)
        assert min(column.values()) == 0
        assert all(column[e.input_product] < column[e.output_product] for e in graph.edges)


def test_order_takes_away_crossings():
    column = {"a": 0, "b": 0, "c": 0, "x": 1, "y": 1, "z": 1}
    links = [("a", "z"), ("b", "y"), ("c", "x")]
    assert crossings([["a", "b", "c"], ["x", "y", "z"]], links) == 3
    layered = arrange(column, links)
    assert crossings(layered.columns, layered.links) == 0


def test_long_links_pass_through_place_holders():
    layered = arrange({"a": 0, "b": 1, "c": 2}, [("a", "b"), ("b", "c"), ("a", "c")])
    assert [len(c) for c in layered.columns] == [1, 2, 1]
    assert len(layered.paths["a", "c"]) == 3


def test_spread_is_least_squares_under_distances():
    assert spread([(0, 1), (0, 1)], [10]) == [-5, 5]
    assert spread([(0, 3), (0, 1)], [8]) == [-2, 6]
    assert spread([(0, 1), (30, 1), (5, 1)], [10, 10]) == pytest.approx([0, 12.5, 22.5])


def test_text_is_wrapped_by_measure():
    assert wrap("Ferro-mangan, over 2 % karbon", 90, 12) == ("Ferro-mangan,", "over 2 %", "karbon")
    assert wrap("Vekselstrømsgeneratorer", 90, 12) == ("Vekselstrøms-", "generatorer")
    assert balanced("Ferro-manganese, >2% C", 130, 12.5) == ("Ferro-manganese,", ">2% C")
    assert wrap("", 90, 12) == ()
    assert width("il", 1000) == 444
