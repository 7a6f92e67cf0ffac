"""verdikart chain and map --chain-file, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "silicon_anodes.yaml"


def test_the_chains_with_their_depth(verdikart):
    rows = verdikart("chain", "list", "--format", "json").json()
    deep = {r["chain"] for r in rows if r["depth"] == "deep"}
    assert len(deep) == 13
    assert deep >= {"aluminium", "nickel", "ree", "fertiliser", "explosives", "carbon"}
    assert all(r["why_nb"] and r["why_en"] for r in rows if r["depth"] == "deep")


def test_one_chain_in_words_and_drawn(verdikart, tmp_path):
    drawn = tmp_path / "magnesium.svg"
    answer = verdikart("chain", "show", "magnesium", "--lang", "nb", "--svg", str(drawn))
    assert answer.code == 0, answer.err
    assert "Flaskehals: Bearbeiding: Ubearbeidd magnesium" in answer.out
    assert "91 % fra Kina" in answer.out.replace("\u00a0", " ")
    assert "dyp" in answer.out
    assert drawn.read_text(encoding="utf-8").startswith("<svg")


def test_an_unknown_chain_names_near_ones(verdikart):
    answer = verdikart("chain", "show", "nikel")
    assert answer.code == 2
    assert "nickel" in answer.err
    assert "Traceback" not in answer.err


def test_a_chain_of_ones_own_is_linted_and_shown(verdikart):
    found = verdikart("chain", "lint", str(EXAMPLE), "--format", "json").json()
    assert not [r for r in found if r["severity"] == "error"]
    shown = verdikart(
        "chain", "show", "silicon_anodes", "--chain-file", str(EXAMPLE), "--format", "json"
    ).json()
    steps = {r["product"]: r for r in shown["steps"]}
    assert steps["silicon_anode_powder"]["mix"] == "NOR/2024/baci_hs17/HS17:280469/import"


def test_a_chain_of_ones_own_can_be_asked_of_the_other_verbs(verdikart):
    asked = ("--chain", "silicon_anodes", "--chain-file", str(EXAMPLE))
    for verb in ("exposure", "position", "opportunity"):
        answer = verdikart(verb, *asked, "--lang", "nb")
        assert answer.code == 0, answer.err
        assert "Silisium til" in answer.out, verb
    assert verdikart("exposure", *asked[:2]).code == 2


def test_a_faulty_chain_tells_all_and_changes_nothing(verdikart, tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(
        "id: bad\nname_en: Bad\nedges:\n"
        "  - {input: alumina, output: primary_aluminium, relation: main input, coefficient: 1.0,"
        " unit: t/t}\n  - {input: primary_aluminium, output: alumina, relation: gift}\n",
        encoding="utf-8",
    )
    linted = verdikart("chain", "lint", str(file), "--format", "json")
    assert linted.code == 1
    faults = {r["fault"]: r["line"] for r in json.loads(linted.out)}
    assert faults["below_floor"] == 4
    assert faults["relation_unknown"] == 5
    assert {"cycle", "translation_missing"} <= set(faults)
    out = tmp_path / "result"
    mapped = verdikart("map", "--chain-file", str(file), "--out", str(out))
    assert mapped.code == 1
    assert "nothing is loaded" in mapped.err
    assert not out.exists()
