"""The lint finds every fault at once, with line and remedy, and a faulty file is not loaded."""

from __future__ import annotations

import re

import pytest
from tests.unit.test_chain_graph import edge

from verdikart.chains.lint import Draft, Knowledge, lint, unit_of_output
from verdikart.core.errors import DataProblem
from verdikart.mapping import chain_lint
from verdikart.mapping.chain_graphs import graphs
from verdikart.mapping.chain_view import view
from verdikart.reference.entities import Product
from verdikart.reference.load import by_key
from verdikart.reference.value_chains import Chain, ChainFault

STAGES = {"extraction": 1, "processing": 2, "semi-manufacture": 3, "component": 4, "scrap": 5}
KNOWN = Knowledge(STAGES, {"280469": ("HS92", "HS17")}, {("ore", "metal"): 1.9})
PRODUCTS = {
    name: Product(name, stage, name, name)
    for name, stage in (
        ("ore", "extraction"),
        ("metal", "processing"),
        ("part", "component"),
        ("waste", "scrap"),
    )
}
CHAIN = Chain("mine", "Mine", "Min", "shallow", False, "", "")


def faults(*edges, known=KNOWN, **fields):
    draft = Draft(CHAIN, edges, fields.pop("products", PRODUCTS), **fields)
    return {f.fault: f for f in lint(draft, known)}


def sound(number=1, **fields):
    values = {"coefficient": 2.0, "coef_unit": "t/t", **fields}
    return edge(number, "ore", "metal", **values)


def test_a_sound_chain_has_no_finding():
    assert not faults(sound(), edge(2, "metal", "part", coefficient=1.0, coef_unit="t/t"))


@pytest.mark.parametrize(
    ("fault", "edges", "fields"),
    [
        ("no_edges", [], {}),
        ("product_unknown", [edge(1, "orre", "metal", "reagent")], {}),
        ("relation_unknown", [edge(1, "ore", "metal", "eaten by")], {}),
        ("edge_twice", [sound(1), sound(2)], {}),
        ("cycle", [sound(1), edge(2, "metal", "ore", "recycling")], {}),
        ("stage_backwards", [edge(1, "part", "metal")], {}),
        ("below_floor", [sound(coefficient=1.2)], {}),
        ("coefficient_order", [sound(coef_low=2.5)], {}),
        ("coefficient_order", [sound(coef_high=1.95)], {}),
        ("coefficient_no_unit", [sound(coef_unit="")], {}),
        ("coefficient_missing", [edge(1, "ore", "metal")], {}),
        ("route_without_choice", [sound(route="a")], {}),
        ("choice_without_route", [sound(choice="a")], {}),
        ("choice_single", [sound(choice="a", route="b")], {}),
        ("chain_split", [sound(), edge(2, "waste", "part", "recycling")], {}),
        ("product_dangling", [sound()], {"own": ("part",), "untraded": frozenset({"part"})}),
        ("code_missing", [sound()], {"own": ("metal",)}),
        ("code_unknown", [sound()], {"own": ("metal",), "codes": {"metal": [("HS17", "1")]}}),
        (
            "code_not_in_revision",
            [sound()],
            {"own": ("metal",), "codes": {"metal": [("HS12", "280469")]}},
        ),
        ("code_no_revision", [sound()], {"own": ("metal",), "codes": {"metal": [("", "280469")]}}),
    ],
)
def test_each_fault_is_found(fault, edges, fields):
    assert fault in faults(*edges, **fields)


def test_waste_may_become_metal_again():
    recycled = edge(1, "waste", "metal", coefficient=1.1, coef_unit="t/t")
    assert not faults(recycled)


def test_units_of_one_output_must_be_of_one_kind():
    per_cell = edge(2, "waste", "metal", "reagent", coefficient=3.0, coef_unit="kg/MW")
    assert faults(sound(), per_cell)["unit_clash"].values["units"] == "MW, t"
    assert unit_of_output("t Cu per t Ni") == "t Ni"


def test_main_inputs_of_two_processes_ask_for_a_choice():
    found = faults(sound(1, process="smelting"), sound(2, process="leaching"))
    assert "smelting · leaching" in found["routes_unmarked"].values["processes"]


def test_route_shares_that_pass_one_are_told():
    found = faults(
        sound(1, choice="way", route="a", route_share=0.7),
        edge(2, "waste", "metal", "recycling", choice="way", route="b", route_share=0.6),
    )
    assert found["route_share_sum"].values["sum"] == "1.3"


def test_what_no_source_covers_is_a_ghost():
    known = Knowledge(STAGES, {}, {}, covered=frozenset({"ore"}))
    draft = Draft(CHAIN, (sound(),), PRODUCTS)
    ghosts = [f.values["product"] for f in lint(draft, known) if f.fault == "ghost"]
    assert ghosts == ["metal"]


def test_missing_names_and_stages_of_own_products():
    named = PRODUCTS | {"metal": Product("metal", "smelting", "Metal", "")}
    found = faults(sound(), products=named, own=("metal",), untraded=frozenset({"metal"}))
    assert {"translation_missing", "stage_unknown"} <= set(found)


def test_every_fault_of_the_table_can_be_found_and_filled_in():
    """Each row stands in the code, and its two texts ask for the same values."""
    from pathlib import Path

    root = Path(chain_lint.__file__).parents[1]
    code = "".join((root / f).read_text() for f in ("chains/lint.py", "mapping/chain_files.py"))
    for row in by_key(ChainFault).values():
        assert f'"{row.fault}"' in code, row.fault
        holes = [set(re.findall(r"{(\w+)}", t)) for t in (row.text_en, row.text_nb)]
        assert holes[0] == holes[1], row.fault


BAD = """\
id: my_chain
name_en: My chain
colour: red
products:
  - {id: new_metal, stage: smelting, name_en: New metal, name_nb: Nytt metall, codes: [HS92:850760]}
  - {id: loose, stage: processing, name_en: Loose, name_nb: Løs, codes: [280469]}
edges:
  - {input: alumina, output: new_metal, relation: main input, coefficient: 1.5, low: 1.8, unit: t/t}
  - {input: alumina, output: primary_aluminium, relation: main input, coefficient: 1.2, unit: t/t}
  - {input: primary_aluminium, output: alumina, relation: main input, process: back}
  - {input: alumnia, output: primary_aluminium, relation: eaten by}
  - {input: bauxite, relation: main input}
  - {input: bauxite, output: alumina, relation: main input, route: bayer, coefficient: two}
  - {input: aluminium_profiles, output: primary_aluminium, relation: main input}
"""
EXPECTED = {
    "translation_missing": 1,
    "field_unknown": 1,
    "stage_unknown": 5,
    "code_not_in_revision": 5,
    "product_dangling": 6,
    "code_no_revision": 6,
    "coefficient_order": 8,
    "below_floor": 9,
    "cycle": 10,
    "product_unknown": 11,
    "relation_unknown": 11,
    "field_missing": 12,
    "number_bad": 13,
    "route_without_choice": 13,
    "stage_backwards": 14,
}


def test_a_file_with_many_faults_tells_each_with_line_and_remedy_and_is_not_loaded(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(BAD, encoding="utf-8")
    _, found = chain_lint.lint_file(file)
    lines = {f.fault: f.line for f in found}
    assert {k: lines.get(k) for k in EXPECTED} == EXPECTED
    rows = chain_lint.rows(file.name, found)
    assert all(row["text_nb"] and row["remedy_en"] for row in rows)
    assert all("{" not in row["text_en"] + row["remedy_nb"] for row in rows)
    before = dict(graphs())
    with pytest.raises(DataProblem, match="nothing is loaded") as error:
        chain_lint.with_files([file])
    assert "bad.yaml, line 9" in str(error.value)
    assert graphs() == before


def test_a_sound_file_extends_a_chain_and_its_products_are_assessed(tmp_path):
    file = tmp_path / "ore_paint.yaml"
    file.write_text(
        "id: ore_paint\nname_en: Ore paint\nname_nb: Malmmaling\nextends: manganese\n"
        "products:\n  - {id: paint_ore, stage: extraction, name_en: Paint ore, name_nb: Malm,"
        " codes: [HS92:260200]}\n  - {id: paint, stage: processing, name_en: Paint,"
        " name_nb: Maling, traded: no}\nedges:\n  - {input: paint_ore, output: paint,"
        " relation: main input, coefficient: 2, unit: t/t, source: own}\n"
        "  - {input: paint, output: steel_semis, relation: coating}\n",
        encoding="utf-8",
    )
    known = chain_lint.with_files([file])
    assert len(known["ore_paint"].edges) == len(graphs()["manganese"].edges) + 2
    seen = view("NOR", graphs=known)
    assert seen.rows("paint_ore")[0].mix is not None
    assert seen.rows("paint")[0].basis == "none"


def test_csv_edges_change_a_known_chain(tmp_path):
    kept = graphs()["manganese"].edges[0]
    file = tmp_path / "manganese.csv"
    file.write_text(
        "id,input,output,relation,coefficient,unit\n"
        f"{kept.edge_id},{kept.input_product},{kept.output_product},main input,2.2,t/t\n",
        encoding="utf-8",
    )
    changed = chain_lint.with_files([file])["manganese"]
    assert len(changed.edges) == len(graphs()["manganese"].edges)
    assert next(e for e in changed.edges if e.edge_id == kept.edge_id).coefficient == 2.2


def test_a_csv_file_changes_known_chains_only(tmp_path):
    file = tmp_path / "new_chain.csv"
    file.write_text("input,output,relation\nalumina,primary_aluminium,main input\n", "utf-8")
    _, found = chain_lint.lint_file(file)
    assert "csv_new_chain" in {f.fault for f in found}


def test_notes_on_what_is_taken_over_are_left_to_the_chain_itself(tmp_path):
    file = tmp_path / "more.yaml"
    file.write_text(
        "id: more ore\nname_en: x\nname_nb: y\nextends: nickel\nedges:\n"
        "  - {input: alumina, output: primary_aluminium, relation: main input, low: 2, high: 1}\n",
        encoding="utf-8",
    )
    _, found = chain_lint.lint_file(file, view("NOR"))
    lines = {f.fault: f.line for f in found}
    assert lines["id_bad"] == 1
    assert lines["range_reversed"] == lines["coefficient_missing"] == 6
    assert sum(f.fault == "coefficient_missing" for f in found) == 1


@pytest.mark.parametrize("text", ["a: [", "- 1\n- 2\n", ""])
def test_a_file_that_is_no_chain_is_one_clear_fault(tmp_path, text):
    file = tmp_path / "broken.yaml"
    file.write_text(text, encoding="utf-8")
    draft, found = chain_lint.lint_file(file)
    assert draft is None
    assert len(found) == 1
    with pytest.raises(DataProblem, match=re.escape("broken.yaml")):
        chain_lint.load_file(file)


def test_no_chain_of_the_package_has_an_error():
    for chain_id in graphs():
        found = chain_lint.lint_chain(chain_id)
        severe = [f for f in found if by_key(ChainFault)[f.fault].severity == "error"]
        assert not severe, chain_id
