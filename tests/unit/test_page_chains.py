"""The page's sections on chains: what is left out, what is said, and that a figure is never made up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import verdikart.indicators  # noqa: F401 - registers the indicators
from verdikart.mapping.chain_graphs import graphs
from verdikart.mapping.run import run
from verdikart.reports import benchmarks, chain_labels, chains, exposure, norway, outlook, page
from verdikart.reports.view import Tag
from verdikart.reports.voice import DASH, Voice

SECTIONS = {
    "chains": chains.chains,
    "exposure": exposure.exposure,
    "tracker": benchmarks.tracker,
    "norway": norway.norway,
    "circularity": benchmarks.circularity,
}
NB, EN = Voice("nb"), Voice("en")
DEEP = [c for c, graph in graphs().items() if graph.chain.depth == "deep"]


@pytest.fixture(scope="module")
def mapping():
    return run("NOR", 2024)


@pytest.fixture(scope="module")
def shown(mapping):
    return chains.chains(mapping, EN).content


def tables(section):
    """Every table of a section of blocks."""
    return [t for b in section.content["blocks"] for t in (b.table, b.rest) if t]


def without(mapping, *names):
    return replace(mapping, tables={k: v for k, v in mapping.tables.items() if k not in names})


@pytest.mark.parametrize("anchor", SECTIONS)
def test_a_section_is_there_with_its_tables_and_gone_without(mapping, anchor):
    build = SECTIONS[anchor]
    assert build(mapping, NB).anchor == anchor
    names = [n for n in mapping.tables if n.startswith(("chain", "sector", "tracker", "circ"))]
    assert build(without(mapping, *names), NB) is None


def test_the_page_without_chains_is_whole(mapping):
    names = [n for n in mapping.tables if n.startswith(("chains", "chain_st"))]
    anchors = [s.anchor for s in page.half(without(mapping, *names), "nb")["sections"]]
    assert "chains" not in anchors
    assert "vulnerabilities" in anchors


def test_every_deep_chain_is_drawn_once_with_its_steps(mapping, shown):
    assert [c.anchor for c in shown["chains"]] == [f"chain-{c}" for c in DEEP]
    for chain, found in zip(DEEP, shown["chains"], strict=True):
        assert found.drawing.count("<svg") == 1
        assert 'role="img"' in found.drawing
        assert len(found.steps.rows) == len(graphs()[chain].nodes)
        names = {row[0].text for row in found.steps.rows}
        assert names == {p.name_en for p in graphs()[chain].nodes}


def test_the_overview_has_every_chain_with_its_depth_and_links_to_the_deep(mapping, shown):
    rows = [*shown["overview"].rows, *shown["rest"].rows]
    own = [r for r in mapping.tables["chains"] if r["home"] == "NOR"]
    assert [r[0].text for r in rows] == [r["name_en"] for r in own]
    assert all(r[0].small.split(" · ")[0] in ("deep", "shallow") for r in rows)
    linked = {r[0].href for r in rows if r[0].href}
    assert linked == {f"#en-chain-{c}" for c in DEEP}


def test_only_the_mapped_home_is_shown(mapping):
    homes = {r["home"] for r in mapping.tables["chains"]}
    assert len(homes) > 1
    found = chains.own(mapping, "chains")
    assert {r["home"] for r in found} == {"NOR"}


def test_plants_on_record_are_marked_for_norway_and_for_other_homes(mapping, shown):
    held = {r["chain"]: r for r in chains.own(mapping, "chains")}
    other = chains.chains(replace(mapping, home="EU27"), EN).content
    for row, same in zip(shown["overview"].rows, other["overview"].rows, strict=True):
        assert row[3] == same[3]
    made = held["nickel"]["norwegian_steps"]
    row = shown["overview"].rows[DEEP.index("nickel")]
    assert row[3].text == f"{len(made)} of {held['nickel']['steps']}"
    assert 'class="sign plant"' in other["chains"][DEEP.index("nickel")].drawing


def test_verdicts_and_bottlenecks_are_those_of_the_tables(mapping, shown):
    held = {r["chain"]: r for r in chains.own(mapping, "chains")}
    said = {"vulnerable": "risk", "concentrated_allied": "ally", "open": "doubt"}
    for chain, found in zip(DEEP, shown["chains"], strict=True):
        row = held[chain]
        assert found.tags[0].tone == said.get(row["verdict"], "plain")
        assert found.texts[0] == row["text_en"]
        assert row["bottleneck_en"] in found.texts[1]
        marked = ' neck"' in found.drawing.replace("box neck", "")
        assert marked == (row["bottleneck_product"] is not None)


def test_a_step_without_data_says_so_in_drawing_and_table(mapping, shown):
    for chain, found in zip(DEEP, shown["chains"], strict=True):
        rows = [r for r in chains.own(mapping, "chain_steps") if r["chain"] == chain]
        ghosts = [r for r in rows if r["ghost"]]
        plain = [r for r in ghosts if not r["fed_from"]]
        assert found.drawing.count(">supply not seen<") == len(plain)
        told = [r for r in found.steps.rows if r[2].tags[0].text == "supply not seen"]
        assert len(told) == len(ghosts)


def test_alternatives_are_joined_by_or_in_drawing_and_table(shown):
    graph = graphs()["graphite"]
    (need,) = [n for n in graph.needs("graphite_anode_material") if len(n.routes) > 1]
    found = shown["chains"][DEEP.index("graphite")]
    row = next(
        r
        for r in found.steps.rows
        if r[0].text == graph.products["graphite_anode_material"].name_en
    )
    assert " or " in row[1].text
    names = [graph.products[e.input_product].name_en for r in need.routes for e in r.edges]
    assert all(name in row[1].text for name in names)
    assert ">or<" in found.drawing


def test_world_supply_is_said_to_be_so():
    row = {"ghost": False, "outcome": "vulnerable", "basis": "world_supply", "counts_as": "open"}
    assert chain_labels.outcome(row, EN) == Tag("vulnerable (world supply)", "doubt")


def test_only_what_counts_as_vulnerable_has_its_colour():
    row = {"ghost": False, "outcome": "vulnerable", "basis": "own_imports"}
    shown = {
        c: chain_labels.outcome(row | {"counts_as": c}, EN) for c in ("vulnerable", "sound", None)
    }
    assert shown["vulnerable"] == Tag("vulnerable", "risk")
    assert shown["sound"] == Tag("vulnerable imports, own production", "plain")
    assert shown[None] == Tag("vulnerable", "plain")


def test_where_a_plant_takes_an_unseen_input_from_stands_beside_it(shown):
    nickel = shown["chains"][DEEP.index("nickel")]
    (matte,) = [r for r in nickel.steps.rows if r[0].text == "Nickel mattes"]
    assert matte[2].tags[0].text == "supply not seen"
    assert matte[2].small == "from Canada by the plant register"
    assert "register</text>" in nickel.drawing


def test_no_figure_is_invented_where_none_is_known(mapping):
    for anchor in ("exposure", "tracker", "norway", "circularity"):
        for table in tables(SECTIONS[anchor](mapping, NB)):
            for row in table.rows:
                assert all(c.text != "None" and "nan" not in c.text.split() for c in row)
    read = tables(benchmarks.tracker(mapping, NB))[1]
    marks = {letter for letter, _ in read.notes}
    assert all(r[2].mark in marks for r in read.rows if r[2].text == DASH)


def test_the_country_shown_for_an_input_has_the_largest_known_share(mapping):
    table = tables(exposure.exposure(mapping, EN))[0]
    rows = [r for r in chains.own(mapping, "chain_exposure_lines") if r["depth"] == "deep"]
    for row in table.rows:
        mine = [
            r
            for r in rows
            if r["input_en"] == row[0].text
            and r["country"] not in ("NOR", "OTHER", "UNKNOWN")
            and r["total"] is not None
        ]
        best = max(mine, key=lambda r: r["total"])
        assert row[1].text == best["country_en"]
        assert any(r["name_en"] in row[0].small for r in mine)


def test_the_drawings_of_the_two_languages_have_the_same_boxes_and_lines(mapping, shown):
    nb = chains.chains(mapping, NB).content["chains"]
    for one, other in zip(nb, shown["chains"], strict=True):
        for kind in ("line main", "head", "badge"):
            lines = [
                re.findall(f'class="{kind}[^"]*" d="([^"]*)"', c.drawing) for c in (one, other)
            ]
            assert [d.count("M") for d in lines[0]] == [d.count("M") for d in lines[1]]


def test_a_chain_alone_is_a_file_with_a_title(mapping):
    rows = [r for r in chains.own(mapping, "chain_steps") if r["chain"] == "nickel"]
    row = next(r for r in chains.own(mapping, "chains") if r["chain"] == "nickel")
    text = chains.draw_alone(graphs()["nickel"], {"chain": row, "steps": rows}, "nb")
    assert "<title>Verdikjeden Nikkel" in text
    assert row["text_nb"].split(".")[0] in text


IDEA = {
    "home": "NOR", "chain_id": "nickel", "depth": "deep", "name_en": "x", "name_nb": "x",
    "stage": "processing", "score": None, "score_low": 0.2, "score_high": 0.9, "rank_best": 1,
    "rank_worst": 7, "unknown": ["skills"], "text_en": "t", "text_nb": "t", "gap_home": None,
    **dict.fromkeys(outlook._heads_of_factors(EN), "unknown"), "deposits": "not_applicable",
    "plants": "high",
}  # fmt: skip


def test_opportunities_show_each_good_once_and_unknown_bands_without_a_shade(mapping):
    ideas = [IDEA | {"product_id": p, "name_en": p} for p in ("a", "b", "a")]
    ideas.append(IDEA | {"product_id": "c", "name_en": "c", "gap_home": "EU27"})
    held = replace(mapping, tables={"opportunities": ideas})
    section = outlook.opportunities(held, EN)
    found = tables(section)
    assert [[row[0].text for row in t.rows] for t in found[:2]] == [["c"], ["a", "b"]]
    assert found[1].rows[0][1].text == "0.20–0.90"
    names = [h.text for h in found[2].heads[1:]]
    cells = dict(zip(names, found[2].rows[0][1:], strict=True))
    assert cells["Plants"].level == 3
    assert (cells["Skills"].text, cells["Skills"].level) == ("unknown", None)
    assert cells["Deposits"].text == DASH
    assert outlook.opportunities(replace(mapping, tables={}), EN) is None


PLAN = {
    "home": "NOR", "name_en": "Ore", "name_nb": "Malm", "unit": "t", "target": 0.65, "by": 2030,
    "spare": 0.1, "top_supplier_before": "SEN", "text_en": "Ore: done.", "text_nb": "Malm: gjort.",
}  # fmt: skip


def test_a_plan_without_an_answer_has_a_reason_and_no_figure(mapping):
    plans = [
        PLAN | {"status": "reached", "reason": None, "top_share_before": 1.0,
                "top_share_after": 0.65, "moved": 112_000, "extra_cost_nok": 2.7e7},
        PLAN | {"status": "not_computable", "reason": "suspected_suppression",
                "top_share_before": None, "top_share_after": None, "moved": None,
                "extra_cost_nok": None},
    ]  # fmt: skip
    (table,) = tables(
        outlook.diversification(replace(mapping, tables={"diversification": plans}), EN)
    )
    reached, open_ = table.rows
    assert reached[2].text == "100%\u00a0→\u00a065%"
    assert reached[5].text == "Done."
    assert [cell.text for cell in open_[2:5]] == [DASH] * 3
    assert open_[2].mark == "a"
    assert table.notes[0][0] == "a"
