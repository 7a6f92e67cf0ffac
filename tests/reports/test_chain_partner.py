"""Documents on a chain, a partner country and a material: known facts, honest gaps, both languages."""

from __future__ import annotations

import pytest

from verdikart.core.errors import UnknownName
from verdikart.mapping.audience import Mark, Marks
from verdikart.mapping.bindings import FLOWS, bind, resolve, rows_of
from verdikart.mapping.saved import Saved
from verdikart.reports.content import chain, material, partner
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Chart, Diagram, Points, Table

KINDS = {"chain": chain, "partner": partner, "material": material}


def words_of(made, section=None):
    """What a document, or one section of it, says in statements."""
    sections = [s for s in made.sections if section in (None, s.section_id)]
    blocks = [b for s in sections for b in s.blocks if not isinstance(b, (Table, Chart, Diagram))]
    return " ".join(s.text for b in blocks for s in b.statements)


def table_of(made, table_id) -> Table:
    """A table of the document by id, that of a chart among them."""
    return next(t for t in made.tables if t.table_id == table_id)


def column_of(table, key):
    """Texts of a column."""
    place = next(n for n, c in enumerate(table.columns) if c.key == key)
    return [row[place].text for row in table.rows]


def test_the_aluminium_chain_is_vulnerable_at_magnesium_from_china(document):
    made = document("chain", ["aluminium"], lang="en")
    text = words_of(made, "short")
    assert "vulnerable" in text
    assert "magnesium" in text
    assert "90.8% of the imports from China" in text
    assert "33 of the chain’s 36 steps" in text
    charts = [b for b in made.blocks if isinstance(b, Chart)]
    magnesium = next(c for c in charts if "magnesium" in c.title.lower())
    assert magnesium.categories[0] == "China"
    assert magnesium.series[0].figures[0].raw == magnesium.series[0].values[0]


def test_a_step_that_is_sound_though_concentrated_says_why(document):
    table = table_of(document("chain", ["aluminium"], lang="en"), "decided")
    place = column_of(table, "step").index("Silicon metal, <99.99% Si")
    assert "sells more than it buys" in table.rows[place][1].small


def test_the_nickel_chain_is_open_and_norway_has_half_of_nato(document):
    text = words_of(document("chain", ["nickel"], lang="en"), "short")
    assert "is open" in text
    assert "No bottleneck can be named" in text
    assert "NATO without Norway gets 53.3% of its imports of refined nickel" in text


def test_a_chain_and_its_material_can_be_judged_unlike(document):
    made = document("chain", ["silicon"], lang="en")
    assert "chain critical, material not" in words_of(made, "short")
    rows = {row[0].raw: row[1].text for row in table_of(made, "horizons").rows}
    assert rows["silicon"] == "critical"
    assert rows["silicon_metal"] == "not critical"


def test_only_origins_that_are_bounded_are_shown_first(document, saved):
    made = document("chain", ["aluminium"])
    shown = [row[-1].figure for row in table_of(made, "inputs").rows]
    assert shown
    for figure in shown:
        assert resolve(saved, figure.binding).high - resolve(saved, figure.binding).low < 0.5


def test_functions_are_the_experts_and_not_computed(document):
    made = document("chain", ["aluminium"], lang="nb")
    section = next(s for s in made.sections if s.section_id == "functions")
    points = next(b for b in section.blocks if isinstance(b, Points))
    assert len(points.statements) == 4
    assert {s.kind for s in points.statements} == {"expert"}
    owners = {s.owner for s in points.statements}
    assert any("anleggsregisteret" in owner for owner in owners)
    assert not any("register NO" in owner for owner in owners)


def test_a_partner_that_is_no_ally(document):
    made = document("partner", ["CHN"], lang="en")
    text = words_of(made)
    assert "no ally of Norway" in text
    largest = column_of(table_of(made, "largest"), "good")
    assert "Unwrought magnesium >=99.8%" in largest
    assert "Rare-earth metals and alloys" in largest
    assert not any(t.table_id == "alternatives" for t in made.tables)
    assert "no plan to spread the imports" in words_of(made, "alternatives")
    assert any(s.use == "contingency" for s in made.statements)


def test_a_partner_that_is_an_ally(document):
    made = document("partner", ["DEU"], lang="nb")
    text = words_of(made, "short")
    assert "regnes som alliert av Norge" in text
    joint = table_of(made, "joint")
    assert "Ubearbeidd magnesium, minst 99,8 %" in column_of(joint, "good")
    assert set(column_of(joint, "third")) <= {"Kina", "Gabon", "Ukraina", "Sør-Korea"}
    assert "NATO" in column_of(table_of(made, "agreements"), "group")
    assert "EU27" not in column_of(table_of(made, "agreements"), "group")
    assert any("Tosidige avtaler" in note.text for note in made.notes)


def test_flows_are_in_kroner_and_their_sum_is_the_partners(saved):
    flows = [r for r in rows_of(saved, FLOWS) if r["country"] == "DEU" and r["flow"] == "export"]
    whole = next(r for r in rows_of(saved, "partners") if r["country"] == "DEU")
    assert sum(r["value_nok"] for r in flows) == pytest.approx(whole["exports_nok"])
    assert resolve(saved, bind(saved, flows[0], "value_nok")).value == flows[0]["value_nok"]


def test_a_country_with_one_good_has_sentences_for_all_it_lacks(document, saved):
    counts = {
        c: sum(r["country"] == c for r in rows_of(saved, FLOWS)) for c in partner.known(saved)
    }
    small = next(c for c, n in sorted(counts.items()) if n == 1)
    made = document("partner", [small])
    assert not [b for b in made.blocks if isinstance(b, Chart)]
    for section in made.sections:
        assert section.blocks, section.section_id
        for block in section.blocks:
            assert not isinstance(block, Table) or block.rows, block.title


def test_the_home_and_its_members_are_no_partners(document, saved):
    assert "NOR" not in partner.known(saved)
    with pytest.raises(UnknownName):
        document("partner", ["NOR"])


def test_a_chain_without_plants(document, saved):
    made = {r["chain"]: set() for r in saved.own("chains")}
    for row in saved.own("chain_steps"):
        made[row["chain"]].add(row["product"])
    held = {r["product"] for r in saved.rows("facilities")}
    empty = next(c for c, products in made.items() if not products & held)
    document_ = document("chain", [empty])
    assert not table_of(document_, "plants").rows
    assert table_of(document_, "plants").empty


@pytest.mark.parametrize(
    ("name", "about"), [("chain", "ree"), ("partner", "SWE"), ("material", "cobalt")]
)
def test_both_languages_say_the_same_with_other_words(document, name, about):
    nb, en = (document(name, [about], lang=lang) for lang in ("nb", "en"))
    assert [s.section_id for s in nb.sections] == [s.section_id for s in en.sections]
    named = [[str(f.binding).removesuffix(f"_{x.about.lang}") for f in x.figures] for x in (nb, en)]
    assert named[0] == named[1]
    for one, other in zip(nb.sections, en.sections, strict=True):
        assert one.title != other.title, one.title
    for one, other in zip(nb.statements, en.statements, strict=True):
        assert one.kind == other.kind
        assert one.text != other.text, one.text


@pytest.mark.parametrize("name", KINDS)
def test_whatever_can_be_asked_can_be_built(saved, shelf, name):
    """Every chain, country and material of the mapping, with ids of its tables told apart."""
    for about in KINDS[name].known(saved):
        made = KINDS[name].build(Draft(saved, "nb"), [about], shelf)
        ids = [t.table_id for t in made.tables]
        assert len(ids) == len(set(ids)), (about, ids)
        for block in made.blocks:
            if isinstance(block, (Chart, Diagram)):
                assert block.alt
                assert block.title not in block.alt[:3]
        for statement in made.statements:
            assert statement.text.strip(), about


def test_claims_of_documents_stand_beside_what_is_computed(document, saved):
    made = document("material", ["nickel"], lang="en")
    claims = [s for s in made.statements if s.kind == "expert"]
    assert [s.owner for s in claims] == ["Status report for the process industry 2024"]
    assert "more than 30%" in claims[0].text
    computed = next(s for s in made.statements if s.text.startswith("Computed:"))
    assert len(computed.figures) == sum(r["material"] == "nickel" for r in saved.rows("claims"))


def test_a_measure_on_a_group_is_one_on_its_members(document):
    imposed = column_of(
        table_of(document("material", ["lree"], lang="en"), "measures"), "imposed_by"
    )
    assert "China" in imposed


def test_an_undecided_material_says_why(document):
    text = words_of(document("material", ["aluminium"], lang="en"), "short")
    assert "undetermined" in text
    assert "Why it is undecided: The home’s production is not known" in text.replace("'", "’")
    assert "Bauxite" not in text  # a flow of some thousand kroner is no headline


def test_a_small_share_withheld_takes_its_sentence_and_bar_with_it(saved, shelf):
    row = next(r for r in rows_of(saved, FLOWS) if r["country"] == "CHN" and r["flow"] == "import")
    place = str(bind(saved, row, "value_nok"))
    marks = Marks(saved, (Mark(place, "internal"),))
    made = partner.build(Draft(saved, "en", "public", marks), ["CHN"], shelf)
    assert not any(f.raw == row["value_nok"] for f in made.figures)
    assert any(f.withheld for f in made.figures)


def test_another_home_is_not_called_norway(saved, shelf):
    """The sentences of a brief name the home of the mapping, whichever it is."""
    other = Saved(saved.folder, replace_home(saved.manifest, "NATO"), saved._tables)
    made = partner.build(Draft(other, "en"), ["CHN"], shelf)
    assert "NATO" in made.title or "NATO" in made.subtitle
    assert "Norway" not in words_of(made, "short")


def replace_home(manifest, home):
    """The manifest as if another home had been mapped."""
    return {**manifest, "home": home}
