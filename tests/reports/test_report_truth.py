"""Documents say what their figures are of: imports or the world's supply, trade or a published study."""

from __future__ import annotations

import pytest

from verdikart.mapping.provenance import sources_of
from verdikart.reports.voice import Voice

WORLD = {"nb": "verdens forsyning", "en": "world supply"}
STUDY = {"nb": "EUs anskaffelser som publisert", "en": "EU sourcing as published"}


def table(made, table_id):
    return next(t for t in made.tables if t.table_id == table_id)


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_goods_judged_by_the_worlds_supply_are_said_to_be_so(document, saved, lang):
    made = document("whole", lang=lang)
    basis = {
        r["subject"]: r["basis"]
        for r in saved.own("assessments")
        if r["outcome"] != "not_computable"
    }
    seen = table(made, "goods").rows
    assert {row[0].raw for row in seen} == set(basis)
    for row in seen:
        assert (WORLD[lang] in row[0].small) == (basis[row[0].raw] == "world_supply")
    number = sum(b == "world_supply" for b in basis.values())
    assert number > 0
    wanted = {"nb": f"{number} av dem er vurdert etter", "en": f"{number} of them are judged by"}
    said = next(s for s in made.statements if s.text.startswith(wanted[lang]))
    sources = {r["source"] for r in saved.own("assessments") if r["basis"] == "world_supply"}
    assert len(sources) > 1
    assert set(said.figures[0].sources) == sources


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_a_share_of_published_supply_is_no_share_of_imports(document, saved, lang):
    made = document("material", ["manganese"], lang=lang)
    row = next(
        r
        for r in saved.rows("positions")
        if r["subject"] == "manganese@processing" and r["home"] == "NOR"
    )
    assert row["basis"] == "eu_sourcing"
    held = next(c for c in (r[0] for r in table(made, "positions").rows) if c.raw == row["subject"])
    assert held.text == Voice(lang).name({"name_nb": "Mangan", "name_en": "Manganese"})
    assert STUDY[lang] in held.small
    share = Voice(lang).percent(row["supplier_share"])
    short = next(s for s in made.sections[0].blocks[0].statements if share in s.text)
    assert {"nb": "EU-studien", "en": "EU’s study"}[lang] in short.text
    assert {"nb": "importerer", "en": "imports"}[lang] not in short.text
    # A share of imports goes before one of supply, whichever is larger.
    bases = {r["subject"]: r["basis"] for r in saved.rows("positions") if r["home"] == "NOR"}
    order = [bases[r[0].raw] for r in table(made, "positions").rows]
    assert order == sorted(order, key=lambda b: b != "imports")


def test_the_country_over_the_limit_is_not_said_to_lead_in_goods(document, saved):
    made = document("whole", lang="en")
    own = [r for r in saved.own("assessments") if r["basis"] == "own_imports" and r["mix"]]
    over: dict[str, int] = {}
    for row in own:
        if "over_65_imports" in row["flags"]:
            over[row["top_supplier"]] = over.get(row["top_supplier"], 0) + 1
    most = max(over, key=lambda c: over[c])
    largest = sum(r["top_supplier"] == most for r in own)
    name = Voice("en").country(most)
    wanted = f"No country delivers more than 65% of more goods than {name}: {over[most]} of the {largest}"
    assert any(wanted in s.text for s in made.statements)


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_computed_shares_say_whose_data_they_are_of(document, saved, lang):
    made = document("material", ["nickel"], lang=lang)
    rows = [r for r in saved.rows("claims") if r["material"] == "nickel"]
    names = {(r["of_en"], r["source"]) for r in rows}
    assert len({of for of, _ in names}) < len(names)  # the same whole by two sources
    text = next(s.text for s in made.statements if s.text.startswith(("Beregnet:", "Computed:")))
    parts = [part.rpartition("(")[2] for part in text.split(";")]
    assert len(set(parts)) == len(parts)


def test_what_is_seen_another_way_is_not_said_to_have_changed(document, saved, shelf):
    made = document("change", lang="en")
    then = shelf.open(next(e.name for e in shelf.entries() if e.year == 2023)).own("assessments")
    said = {s.text.partition(":")[0]: s.text for s in made.sections[0].blocks[0].statements}
    world = [r for r in then if r["outcome"] == "vulnerable" and r["basis"] == "world_supply"]
    still = {
        p for r in saved.own("assessments") if r["basis"] == "world_supply" for p in r["products"]
    }
    lost = [r for r in world if not still & set(r["products"])]
    assert lost
    text = said["Vulnerable then by the world’s supply, not judged so now"]
    assert len(text.split(";")) == len(lost)
    own = [r for r in then if r["outcome"] == "vulnerable" and r["basis"] == "own_imports"]
    now = {r["subject"]: r["outcome"] for r in saved.own("assessments")}
    gone = [r for r in own if now.get(r["subject"]) not in (None, "vulnerable", "not_computable")]
    assert len(said["No longer vulnerable"].split(";")) == len(gone)


def test_tariffs_are_not_said_to_come_from_trade_statistics(document):
    made = document("partner", ["DEU"], lang="en")
    tariffs = [t for t in made.tables if "tariff_pct" in {c.key for c in t.columns}]
    assert tariffs
    assert all(row for table in tariffs for row in table.rows)
    assert not [n for t in tariffs for n in t.notes if made.note(n).kind == "source"]


def test_a_sum_names_the_sources_of_what_it_sums_up(saved):
    """A count of assessments rests on their sources, a chain on those of its own steps."""
    row = next(iter(saved.own("headline")))
    named = {r["source"] for r in saved.own("assessments") if r["source"]}
    assert set(sources_of(saved, row, "assessed")) == named
    open_chain = next(
        r
        for r in saved.own("chains")
        if not any(
            s["mix"] or s["mixes"] for s in saved.own("chain_steps") if s["chain"] == r["chain"]
        )
    )
    assert sources_of(saved, open_chain, "verdict") == ()
