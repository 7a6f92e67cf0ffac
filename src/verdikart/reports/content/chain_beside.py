"""What stands beside the steps of a chain: lead times, substitutes, measures, loops, opportunities."""

from __future__ import annotations

from typing import Any, Final

from verdikart.mapping.chain_context import use_of
from verdikart.reference import names
from verdikart.reference.entities import Country
from verdikart.reference.load import by_key
from verdikart.reference.value_chains import LeadTime, Substitute, TradeMeasure
from verdikart.reports import words
from verdikart.reports.content.chain_seen import Seen
from verdikart.reports.document.model import Block, Cell, Column, Section, Table

Row = dict[str, Any]
SIDES: Final = ("measures_against_supply", "measures_against_exports", "measures_own")
BEST: Final = 10  # opportunities that are shown


def sections(s: Seen) -> tuple[Section, ...]:
    """Ways out, what goes round, and where the home could move."""
    draft = s.draft
    out: tuple[Block, ...] = (_lead_times(s), _substitutes(s), _measures(s))
    return (
        Section("beside", draft.say("Time, substitutes and trade measures"), out),
        Section("circularity", draft.say("What can go round"), (_circularity(s),)),
        Section("opportunities", draft.say("Opportunities for Norway"), (_opportunities(s),)),
    )


def _records(s: Seen, column: str, kind: type) -> list[tuple[str, Any]]:
    """Good and record, as far as the reference tables still know it."""
    held: dict[str, Any] = by_key(kind)
    return [
        (product, held[record])
        for product, row in s.steps.items()
        for record in row[column] or ()
        if record in held
    ]


def _lead_times(s: Seen) -> Table:
    draft, lang = s.draft, s.draft.lang
    rows = [
        r for r in s.steps.values() if r["counts_as"] in ("vulnerable", "allied") or r["bottleneck"]
    ]
    rows = [r for r in rows if r["lead_years_low"] is not None]
    heads = (
        Column("good", draft.say("Good and stage"), width=2.2),
        draft.head("chain_steps", "lead_years_low"),
        draft.head("chain_steps", "lead_years_high"),
        Column("counted", draft.say("Counted"), width=2.6),
        Column("source", draft.say("Source"), width=2),
    )
    body = []
    for row in rows:
        record = next((r for p, r in _records(s, "lead_times", LeadTime) if p == row["product"]))
        start, end = (
            (record.start_nb, record.end_nb) if lang == "nb" else (record.start_en, record.end_en)
        )
        body.append(
            (
                s.step(row["product"]),
                draft.cell(row, "lead_years_low"),
                draft.cell(row, "lead_years_high"),
                Cell(draft.say("from {start} to {end}", start=start, end=end), record.lead_time_id),
                Cell(
                    words.cited(record.source, lang),
                    record.source,
                    small=words.confidence(record.confidence, lang),
                ),
            )
        )
    empty = draft.say("None is on record, which is not the same as none.")
    return draft.table(
        "lead-times", draft.say("Time until new supply runs"), heads, body, empty=empty
    )


def _substitutes(s: Seen) -> Table:
    draft, lang = s.draft, s.draft.lang
    heads = (
        Column("good", draft.say("Good"), width=1.8),
        Column("substitute", draft.say("Substitute"), width=2),
        Column("use", draft.say("Use"), width=1.6),
        Column("readiness", draft.say("Readiness")),
        Column("loss", draft.say("Loss of performance")),
        Column("source", draft.say("Source"), width=2),
    )
    body = [
        (
            s.step(product),
            Cell(r.substitute_nb if lang == "nb" else r.substitute_en, r.substitute_id),
            Cell(use_of(r, lang) or draft.say("any use"), r.use_product or r.use_technology),
            *(_band(s, column, getattr(r, column)) for column in ("readiness", "performance_loss")),
            Cell(words.cited(r.source, lang), r.source, small=words.confidence(r.confidence, lang)),
        )
        for product, r in _records(s, "substitutes", Substitute)
    ]
    empty = draft.say("None is on record, which is not the same as none.")
    title = draft.say("Substitutes on record")
    return draft.table("substitutes", title, heads, body, empty=empty, detail=True)


def _band(s: Seen, vocabulary: str, value: str) -> Cell:
    if not value:
        return Cell(s.draft.say("not known"), None, "missing")
    return Cell(words.word(vocabulary, value, s.draft.lang), value)


def _measures(s: Seen) -> Table:
    draft, lang = s.draft, s.draft.lang
    titles = {
        SIDES[0]: draft.say("against the home’s supply"),
        SIDES[1]: draft.say("against the home’s exports"),
        SIDES[2]: draft.say("the home’s own side"),
    }
    held: dict[tuple[str, str], tuple[TradeMeasure, list[str]]] = {}
    for side in SIDES:
        for product, record in _records(s, side, TradeMeasure):
            held.setdefault((side, record.measure_id), (record, []))[1].append(product)
    heads = (
        Column("measure", draft.say("Measure"), width=3),
        Column("imposed_by", draft.say("Imposed by"), width=1.2),
        Column("side", draft.say("Works"), width=1.4),
        Column("from_date", draft.say("From"), width=1.2),
        Column("goods", draft.say("Goods"), width=2.2),
    )
    body = []
    for (side, _), (r, products) in held.items():
        kind = "country" if r.imposed_by in by_key(Country) else "home"
        body.append(
            (
                Cell(
                    r.description_nb if lang == "nb" else r.description_en,
                    r.measure_id,
                    small=words.confidence(r.confidence, lang),
                ),
                Cell(names.name(kind, r.imposed_by, lang), r.imposed_by),
                Cell(titles[side], side),
                Cell(draft.voice.day(str(r.from_date)), r.from_date.isoformat()),
                s.listed(products),
            )
        )
    day = draft.voice.day(str(s.row["measures_on"]))
    empty = draft.say("None is on record, which is not the same as none.")
    return draft.table(
        "measures",
        draft.say("Trade measures in force on {day}", day=day),
        heads,
        body,
        empty=empty,
    )


def _circularity(s: Seen) -> Table:
    draft, held = s.draft, set(s.materials)
    rows = [
        r
        for r in draft.saved.own("circularity")
        if r["material_id"] in held or r["from_product"] in s.steps or r["to_product"] in s.steps
    ]
    rows.sort(key=lambda r: (r["gain_t"] is None, -(r["gain_t"] or 0)))
    heads = (
        Column("material", draft.say("Material"), width=1.6),
        draft.head("circularity", "lever", width=1.6),
        Column("good", draft.say("Good"), width=2),
        draft.head("circularity", "gain_t"),
        draft.head("circularity", "dependency_before"),
        draft.head("circularity", "dependency_after"),
    )
    body = [
        (
            draft.named(r, "material_id"),
            draft.named(r, "lever"),
            Cell(s.name(r["from_product"] or r["to_product"]), r["from_product"]),
            draft.cell(r, "gain_t"),
            draft.cell(r, "dependency_before", decimals=0),
            draft.cell(r, "dependency_after", decimals=0),
        )
        for r in rows
    ]
    notes = dict.fromkeys(n for r in rows for n in draft.reason(r["reason"]))
    title = draft.say("Recycling and side streams: what they would give")
    empty = draft.say("No side stream or recycling is on record for this chain.")
    return draft.table(
        "circularity", title, heads, body, empty=empty, notes=tuple(notes), detail=True
    )


def _opportunities(s: Seen) -> Table:
    draft = s.draft
    rows = [r for r in draft.saved.rows("opportunities") if s.chain in (r["chains"] or ())]
    rows.sort(key=lambda r: (-(r["score_middle"] or 0), r["rank_worst"]))
    heads = (
        Column("good", draft.say("Good and stage"), width=2.6),
        draft.head("opportunities", "type", width=1.2),
        draft.head("opportunities", "score_middle"),
        draft.head("opportunities", "rank_best"),
        draft.head("opportunities", "rank_worst"),
    )
    body = [
        (
            s.step(r["product_id"]),
            draft.named(r, "type"),
            draft.cell(r, "score_middle"),
            draft.cell(r, "rank_best"),
            draft.cell(r, "rank_worst"),
        )
        for r in rows[:BEST]
    ]
    title = draft.say("Where Norway could fill a gap of its allies")
    empty = draft.say(
        "None is scored. Opportunities are scored for the deep chains of a mapping of Norway."
    )
    return draft.table("opportunities", title, heads, body, empty=empty)
