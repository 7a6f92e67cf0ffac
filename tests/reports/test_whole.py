"""The main report and the comparison of homes: golden counts, whole groups, honest gaps, both languages."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import pytest

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.mapping.audience import Mark
from verdikart.mapping.bindings import bind
from verdikart.mapping.saved import Saved
from verdikart.reports.content import catalogue, homes_goods
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Chart, Figure, Paragraph, Points, Table

LANGS = ("en", "nb")
USES = {
    "en": {
        "instruments": "Targeted instruments",
        "allied_cooperation": "Cooperation with allies",
        "contingency": "Contingency planning",
    },
    "nb": {
        "instruments": "Målrettede virkemidler",
        "allied_cooperation": "Samarbeid med allierte",
        "contingency": "Beredskapsplanlegging",
    },
}
# The Act's own numbers (Article 5), and the number of steps that the method has.
OF_THE_ACT = re.compile(r"\b(?:10|40|25|65|2030)\b")
ENGLISH = re.compile(r"\b(?:the|of|and|which|from|with|is|are|not|share|supply|worth)\b")


def section(made, name):
    return next(s for s in made.sections if s.section_id == name)


def table(made, name):
    return next(t for t in made.tables if t.table_id == name)


def raws(statement):
    return [figure.raw for figure in statement.figures]


def pared(saved, tables=(), **manifest) -> Saved:
    """The same mapping as if it held fewer tables, or were of another home."""
    kept = {n: t for n, t in saved.manifest["tables"].items() if n in tables}
    return Saved(saved.folder, {**saved.manifest, "tables": kept, **manifest})


def test_the_first_statements_hold_the_golden_counts_of_norway(document):
    short = section(document("whole"), "short").blocks[0].statements
    assert raws(short[0]) == [70, 31, 14, 7]
    assert "Of the 70 goods" in short[0].text
    critical = next(s for s in short if "Critical by the EU" in s.text)
    assert critical.figures[0].raw == 7
    assert len(short) <= 7


def test_counts_in_words_are_counts_of_rows(document, saved):
    made = document("whole")
    outcomes = Counter(r["outcome"] for r in saved.own("assessments"))
    said = section(made, "vulnerabilities").blocks[0].statements[0]
    named = ("vulnerable", "concentrated_allied", "not_concentrated")
    named += ("small", "bounds_only", "transit", "not_imported")
    assert raws(said) == [outcomes[name] for name in named]
    assert len(table(made, "goods").rows) == sum(outcomes[name] for name in named)
    verdicts = Counter(r["verdict"] for r in saved.own("criticality"))
    first = section(made, "criticality").blocks[0].statements[0]
    names = ("critical", "not_critical", "net_exporter", "small", "undetermined")
    assert raws(first) == [sum(verdicts.values()), *(verdicts[name] for name in names)]
    assert len(table(made, "critical").rows) == verdicts["critical"]
    plans = Counter(r["status"] for r in saved.own("diversification"))
    planned = section(made, "plans").blocks[0].statements[0]
    assert raws(planned) == [
        plans[name] for name in ("met", "reached", "unreachable", "not_computable")
    ]


@pytest.mark.parametrize("lang", LANGS)
def test_every_finding_stands_once_under_its_use_and_ends_in_an_action(document, saved, lang):
    groups = section(document("whole", lang=lang), "actions").blocks
    found = []
    for group in groups:
        use = next(use for use, title in USES[lang].items() if title == group.title)
        pairs = list(zip(group.statements[::2], group.statements[1::2], strict=True))
        for said, action in pairs:
            assert said.kind == "computed"
            assert action.kind == "recommendation"
            assert said.use == action.use == use
            bound = {f.binding.where for f in said.figures if f.binding.table == "findings"}
            assert len(bound) == 1
            found.append((use, *(value for _, value in bound.pop())))
    wanted = [(r["use"], r["kind"], r["partner"], r["subject"]) for r in saved.rows("findings")]
    assert sorted(found) == sorted(wanted)
    assert len(wanted) == 20


def test_opportunities_show_intervals_and_how_they_overlap(document, saved):
    made = document("whole")
    shown = table(made, "opportunities")
    heads = [column.key for column in shown.columns]
    best, worst = heads.index("rank_best"), heads.index("rank_worst")
    assert len(shown.rows) == 8
    assert all(row[best].raw < row[worst].raw for row in shown.rows)
    said = section(made, "opportunities").blocks[0].statements[0]
    every = len(saved.own("opportunities"))
    assert raws(said)[0] == every
    assert "overlap almost wholly" in said.text
    assert max(raws(said)) > every / 2


def names_of(saved, lang) -> list[str]:
    """Every name that a row of the mapping carries, the longest first, in both cases."""
    found = {
        str(row[f"name_{lang}"])
        for t in saved.table_names
        for row in saved.rows(t)[:2500]
        if row.get(f"name_{lang}")
    }
    found |= {"EU27", "EU27 uten Norge"}
    return sorted({n for name in found for n in (name, name[:1].lower() + name[1:])}, key=len)[::-1]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("template", ["whole", "homes"])
def test_a_number_in_a_statement_is_a_figure(document, saved, template, lang):
    saved_texts = {
        str(row[f"text_{lang}"]) for t in ("findings", "chains") for row in saved.rows(t)
    }
    names = names_of(saved, lang)
    made = document(template, lang=lang)
    of_the_act = {
        said
        for part in made.sections
        if part.section_id == "benchmarks"
        for block in part.blocks
        if isinstance(block, Paragraph)
        for said in block.statements
    }
    for said in made.statements:
        text = "".join(run for run in said.runs if isinstance(run, str))
        if said.kind == "expert" or said.kind == "recommendation":
            continue  # a document's own words, and actions, which rest on what is said above them
        if any(part[:60] in text for part in saved_texts):
            continue  # saved with the mapping, whose figures it is bound to
        for name in names:
            text = text.replace(name, "")
        text = text.replace(str(saved.year), "").replace("65", "")  # the year and the limit
        if said in of_the_act:
            text = OF_THE_ACT.sub("", text)
        assert not re.search(r"\d", text), said.text


@pytest.mark.parametrize("template", ["whole", "homes"])
def test_the_two_languages_say_the_same_in_their_own_words(document, template):
    en, nb = (document(template, lang=lang) for lang in LANGS)
    assert [s.section_id for s in en.sections] == [s.section_id for s in nb.sections]
    assert not {s.title for s in en.sections} & {s.title for s in nb.sections}
    for one, other in zip(en.statements, nb.statements, strict=True):
        assert one.text != other.text
        assert raws(one) == raws(other) or any("text" in f.binding.column for f in one.figures)
        assert not ENGLISH.search(other.text), other.text
    for one, other in zip(en.tables, nb.tables, strict=True):
        assert one.table_id == other.table_id
        assert not ENGLISH.search(other.title), other.title
        for column in other.columns:
            assert not ENGLISH.search(column.title), column.title
    for block in nb.blocks:
        if isinstance(block, Chart):
            assert not ENGLISH.search(f"{block.alt} {block.axis} {block.x_axis}"), block.alt


@pytest.mark.parametrize("template", ["whole", "homes"])
def test_charts_hold_the_figures_that_they_draw(document, template):
    charts = [b for b in document(template).blocks if isinstance(b, Chart)]
    assert len(charts) >= 2
    for chart in charts:
        assert chart.alt
        for series in chart.series:
            drawn = zip(series.values, series.figures, strict=True)
            assert all(value == (figure.raw if figure else None) for value, figure in drawn)
            assert len(series.values) == len(chart.categories)
        held = {cell.raw for row in chart.table.rows for cell in row}
        assert {v for s in chart.series for v in (*s.values, *s.xs) if v is not None} <= held


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "tables", [(), ("headline",), ("headline", "assessments", "supply"), ("chains", "criticality")]
)
def test_a_mapping_with_almost_nothing_says_so_section_by_section(saved, shelf, tables, lang):
    made = catalogue.build(Draft(pared(saved, tables), lang), "whole", (), shelf)
    assert {"short", "actions", "vulnerabilities", "chains", "unknown"} <= {
        s.section_id for s in made.sections
    }
    for part in made.sections[1:]:
        assert part.blocks, part.section_id
        texts = [b for b in part.blocks if isinstance(b, (Paragraph, Points))]
        assert texts or any(isinstance(b, (Table, Chart)) for b in part.blocks)
        assert all(statement.text for b in texts for statement in b.statements)


def test_another_home_is_never_told_norways_totals(saved, shelf):
    other = Saved(saved.folder, {**saved.manifest, "home": "EU27"})
    made = catalogue.build(Draft(other, "en"), "whole", (), shelf)
    assert not [f for f in made.figures if f.binding.column.startswith("heading_")]
    assert "Norway" not in section(made, "vulnerabilities").title
    own = catalogue.build(Draft(saved, "en"), "whole", (), shelf)
    assert [f for f in own.figures if f.binding.column == "heading_imports_usd"]


def test_the_worst_comes_first_and_small_flows_are_no_verdict(document):
    made = document("whole")
    goods = table(made, "goods")
    place = [column.title for column in goods.columns].index("Outcome")
    outcomes = [row[place].raw for row in goods.rows]
    assert outcomes[0] == "vulnerable"
    firsts = [outcome for outcome, later in pairwise([None, *outcomes]) if outcome != later]
    assert outcomes.index("small") > outcomes.index("vulnerable"), firsts
    drawn = next(b for b in section(made, "vulnerabilities").blocks if isinstance(b, Chart))
    tones = dict(zip(drawn.categories, drawn.series[0].tones, strict=True))
    assert tones["Phosphate rock, unground (Morocco)"] == "doubt"
    assert drawn.limit == 0.65


def test_quoted_shares_are_their_documents_own(document):
    said = [s for s in document("whole").statements if s.kind == "expert"]
    owners = {s.owner for s in said}
    assert "Norway’s mineral strategy" in owners
    assert not any(owner.startswith("verdikart,") for owner in owners)
    quoted = next(s for s in said if "About 35 per cent" in s.text)
    assert [f.raw for f in quoted.bound] == [0.35, 0.35]


def test_goods_of_several_homes_stand_in_one_table_each(document, saved):
    made = document("homes")
    draft = Draft(saved, "en")
    every = homes_goods.lines(draft, saved.homes)
    at_risk = [line for line in every if any(r["outcome"] == "vulnerable" for r in line.values())]
    tables = [t for t in made.tables if t.table_id.split("-")[0] in ("shared", "alone", "others")]
    assert sum(len(t.rows) for t in tables) == len(at_risk)
    shared = table(made, "shared")
    magnesium = next(row for row in shared.rows if row[0].raw == "HS17:810411")
    assert all("vulnerable" in cell.small for cell in magnesium[1:])
    assert {row[0].raw for row in table(made, "alone").rows} == {"HS92:270112", "HS92:284610"}


def test_headlines_of_every_home_are_those_of_the_mapping(document, saved):
    rows = {r["home"]: r for r in saved.rows("headline")}
    for row in table(document("homes"), "headlines").rows:
        held = rows[row[0].raw]
        assert [cell.raw for cell in row[1:]] == [
            held[c] for c in ("assessed", "over_65", "not_allied", "above_floor", "not_computable")
        ]


def test_which_homes_are_compared(document, saved, shelf):
    two = document("homes", ["EU27"])
    assert two.title == "Homes compared: Norway and the EU27"
    assert len(table(two, "headlines").rows) == 2
    turned = document("homes", ["EU27", "NORDIC"])
    assert "actions" not in {s.section_id for s in turned.sections}
    with pytest.raises(UnknownName, match="EU27"):
        document("homes", ["EU28"])
    alone = pared(saved, ("headline",))
    with pytest.raises(UsageProblem, match="two homes"):
        catalogue.build(Draft(alone, "en"), "homes", (), shelf)


def test_runs_join_to_the_text_and_figures_keep_their_place(document):
    for said in document("whole").statements:
        assert said.text == "".join(map(str, said.runs))
        assert all(isinstance(run, (str, Figure)) for run in said.runs)


def test_a_marked_share_is_neither_drawn_nor_said(document, saved):
    row = next(r for r in saved.rows("findings") if r["kind"] == "vulnerability")
    mark = Mark(str(bind(saved, row, "partner_share")), "internal", "kept in confidence")
    made = document("whole", marks=[mark])
    drawn = next(b for b in section(made, "vulnerabilities").blocks if isinstance(b, Chart))
    assert drawn.series[0].values[0] is None
    assert table(made, "vulnerabilities").rows[0][2].status == "suppressed"
    assert not any("54.6" in s.text for s in made.statements)
    assert "54.6" not in drawn.alt


def test_a_marked_supplier_is_not_named_beneath_its_share(document, saved):
    row = next(r for r in saved.own("assessments") if r["subject"] == "HS92:284610" and r["mix"])
    mark = Mark(str(bind(saved, row, "top_supplier")), "internal", "kept in confidence")
    held = next(r for r in table(document("homes"), "alone").rows if r[0].raw == "HS92:284610")
    assert "China" in held[1].small
    made = document("homes", marks=[mark])
    shown = next(r for r in table(made, "alone").rows if r[0].raw == "HS92:284610")
    assert shown[1].small == "withheld; vulnerable"
