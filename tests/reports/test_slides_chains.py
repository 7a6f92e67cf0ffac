"""Chains on slides: every box and link somewhere, connectors that hold on, type that can be read."""

from __future__ import annotations

import pytest
from pptx import Presentation

from verdikart.mapping.audience import Marks
from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.formats.slides_chain_plan import LEAST, views
from verdikart.reports.produce import produce

WIDE, HIGH = 873.0, 300.0


@pytest.fixture(scope="module")
def drawings(saved):
    """Every chain of the mapping as drawn for Norway."""
    draft = Draft(saved, "nb")
    return [parts.diagram(draft, row["chain"]).drawing for row in saved.own("chains")]


def test_every_step_and_link_of_every_chain_is_shown(drawings):
    for drawing in drawings:
        made = views(drawing, WIDE, HIGH)
        shown = {box.product_id for view in made for box in view.boxes if view.form != "names"}
        assert shown == {box.product_id for box in drawing.boxes}
        for view in made:
            held = {box.product_id for box in view.boxes}
            inside = [n for n in drawing.lines if n.source in held and n.target in held]
            out = sum(n.source in held and n.target not in held for n in drawing.lines)
            into = sum(n.target in held and n.source not in held for n in drawing.lines)
            assert sum(view.after.values()) == out
            assert sum(view.before.values()) == into
            ends = [w for w in view.wires if not w.target.startswith("via:")]
            badges = {w.source for w in ends if w.source.startswith("or:")}
            assert len(ends) == len(inside) + len(badges)


def test_boxes_stand_clear_of_each_other_and_within_their_room(drawings):
    for drawing in drawings:
        for view in views(drawing, WIDE, HIGH):
            assert min(view.size, view.small) >= LEAST
            spots = [view.spots[box.product_id] for box in view.boxes]
            for spot in spots:
                assert spot.x >= 0
                assert spot.y >= -0.5
                assert spot.x + spot.w <= WIDE + 0.5
                assert spot.y + spot.h <= HIGH + 0.5
            for place, one in enumerate(spots):
                for other in spots[place + 1 :]:
                    across = one.x < other.x + other.w and other.x < one.x + one.w
                    down = one.y < other.y + other.h - 0.5 and other.y < one.y + one.h - 0.5
                    assert not (across and down)


def test_connectors_hold_on_to_the_sides_of_boxes(tmp_path, saved, hard):
    file = produce(hard("en"), "slides", tmp_path / "x.pptx", saved, Marks(saved))
    glued = 0
    for slide in Presentation(file).slides:
        place = {}
        for shape in slide._element.iter("{*}sp"):
            at = shape.find(".//{*}xfrm")
            if at is not None:
                off, ext = at.find("{*}off"), at.find("{*}ext")
                number = shape.find(".//{*}cNvPr").get("id")
                x, y = int(off.get("x")), int(off.get("y"))
                place[number] = (x, y, int(ext.get("cx")), int(ext.get("cy")))
        ids = [e.get("id") for e in slide._element.iter("{*}cNvPr")]
        assert len(ids) == len(set(ids))
        for wire in slide._element.iter("{*}cxnSp"):
            at = wire.find(".//{*}xfrm")
            off, ext = at.find("{*}off"), at.find("{*}ext")
            x, y, w, h = (
                int(e.get(k)) for e, k in ((off, "x"), (off, "y"), (ext, "cx"), (ext, "cy"))
            )
            flip = at.get("flipV") == "1"
            ends = {
                "stCxn": (x, y + h if flip else y, "3"),
                "endCxn": (x + w, y if flip else y + h, "1"),
            }
            for tag, (px, py, site) in ends.items():
                held = wire.find(f".//{{*}}{tag}")
                if held is None:
                    continue
                glued += 1
                assert held.get("idx") == site
                bx, by, bw, bh = place[held.get("id")]
                assert abs(px - (bx + bw if tag == "stCxn" else bx)) < 12700
                assert abs(py - (by + bh / 2)) < 12700
    assert glued > 100
