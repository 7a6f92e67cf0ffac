"""What stands beside the steps of a chain: lead times, substitutes, measures, loops, opportunities."""

from __future__ import annotations

from typing import Any, Final

from verdikart.mapping.chain_context import use_of
from verdikart.reference import names
from verdikart.reference.entities import Country
from verdikart.reference.load import by_key
from verdikart.reference.value_chains import LeadTime, Substitute, TradeMeasure
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.content.chain_seen import Seen, basis, worded
from verdikart.reports.document.model import Block, Cell, Column, Section, Table

Row = dict[str, Any]
SIDES: Final = ("measures_against_supply", "measures_against_exports", "measures_own")
BEST: Final = 10  # opportunities that are shown


def sections(s: Seen) -> tuple[Section, ...]:
    """Ways out, what goes round, and where the home could move."""
    draft = s.draft
    out = (*_circularity(s), _lead_times(s), _substitutes(s), _measures(s))
    return (
        Section("beside", draft.say("Time, substitutes, recycling and trade measures"), out),
        *([_opportunities(s)] if s.norwegian else []),
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
    """Years until new supply runs, of the steps that are vulnerable or rest on one ally."""
    draft, nb = s.draft, s.draft.lang == "nb"
    records: dict[str, LeadTime] = {}
    for product, record in _records(s, "lead_times", LeadTime):
        records.setdefault(product, record)
    rows = [
        r
        for r in s.steps.values()
        if (r["counts_as"] in ("vulnerable", "allied") or r["bottleneck"])
        and r["lead_years_low"] is not None
        and r["product"] in records
    ]
    heads = (
        Column("good", draft.say("Good and stage"), width=2.4),
        draft.head("chain_steps", "lead_years_low"),
        draft.head("chain_steps", "lead_years_high"),
        Column("counted", draft.say("Counted"), width=2.4),
        Column("basis", draft.say("Confidence"), width=1.8),
    )
    body = []
    for row in rows:
        record = records[row["product"]]
        start, end = (record.start_nb, record.end_nb) if nb else (record.start_en, record.end_en)
        body.append(
            (
                s.step(row["product"]),
                draft.cell(row, "lead_years_low"),
                draft.cell(row, "lead_years_high"),
                Cell(draft.say("from {start} to {end}", start=start, end=end), record.lead_time_id),
                basis(draft, record.source, record.confidence),
            )
        )
    empty = draft.say("None is on record, which is not the same as none.")
    title = draft.say("Time until new supply runs")
    return draft.table("lead-times", title, heads, body, empty=empty)


def _substitutes(s: Seen) -> Table:
    draft, lang = s.draft, s.draft.lang
    heads = (
        Column("good", draft.say("Good"), width=1.8),
        Column("substitute", draft.say("Substitute"), width=2),
        Column("use", draft.say("Use"), width=1.6),
        Column("readiness", draft.say("Readiness")),
        Column("loss", draft.say("Loss of performance")),
        Column("basis", draft.say("Confidence"), width=1.6),
    )
    body = [
        (
            s.step(product),
            Cell(r.substitute_nb if lang == "nb" else r.substitute_en, r.substitute_id),
            Cell(use_of(r, lang) or draft.say("any use"), r.use_product or r.use_technology),
            *(_band(s, column, getattr(r, column)) for column in ("readiness", "performance_loss")),
            basis(draft, r.source, r.confidence),
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


def _circularity(s: Seen) -> tuple[Block, ...]:
    """Levers of recycling and side streams: what they would give, as far as it can be computed."""
    draft, held = s.draft, set(s.materials)
    rows = [
        r
        for r in draft.saved.own("circularity")
        if r["material_id"] in held or r["from_product"] in s.steps or r["to_product"] in s.steps
    ]
    if not rows:
        text = draft.say("No side stream or recycling is on record for this chain.")
        return (parts.prose(draft, text),)
    known = sorted((r for r in rows if r["gain_t"] is not None), key=lambda r: -r["gain_t"])
    rest = [r for r in rows if r["gain_t"] is None]
    if not known:
        text = draft.say(
            "Levers of recycling and side streams are on record, but for none can the gain be computed "
            "yet."
        )
        return parts.prose(draft, text), _unmeasured(s, rest)
    heads = (
        Column("material", draft.say("Material"), width=1.8),
        draft.head("circularity", "lever", width=1.6),
        Column("good", draft.say("Good"), width=2.2),
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
        for r in known
    ]
    title = draft.say("Recycling and side streams: what they would give")
    table = draft.table("circularity", title, heads, body)
    return (table, _unmeasured(s, rest)) if rest else (table,)


def _unmeasured(s: Seen, rows: list[Row]) -> Table:
    """Levers without a gain, by kind; what they lack stands in the notes."""
    draft = s.draft
    heads = (
        draft.head("circularity", "lever", width=1.6),
        Column("materials", draft.say("Raw materials and goods"), width=4),
    )
    body = []
    for lever in dict.fromkeys(r["lever"] for r in rows):
        held = [r for r in rows if r["lever"] == lever]
        about = dict.fromkeys(
            s.name(good) if good else names.name("material", r["material_id"], draft.lang)
            for r in held
            for good in [r["from_product"] or r["to_product"]]
        )
        body.append((draft.named(held[0], "lever"), Cell("; ".join(about), list(about))))
    notes = dict.fromkeys(n for r in rows for n in draft.reason(r["reason"]))
    title = draft.say("Recycling and side streams whose gain cannot be computed")
    return draft.table("unmeasured", title, heads, body, notes=tuple(notes), detail=True)


def _opportunities(s: Seen) -> Section:
    """Where Norway could fill a gap of its allies, with the span of ranks each could have."""
    draft = s.draft
    title = draft.say("Opportunities for Norway")
    rows = [r for r in draft.saved.rows("opportunities") if s.chain in (r["chains"] or ())]
    if not rows:
        text = draft.say(
            "None is scored. Opportunities are scored for the deep chains of a mapping of Norway."
        )
        return Section("opportunities", title, (parts.prose(draft, text),))
    rows.sort(key=lambda r: (-(r["score_middle"] or 0), r["rank_worst"], r["product_id"]))
    heads = (
        Column("good", draft.say("Good and stage"), width=2.6),
        draft.head("opportunities", "type", width=1.2),
        draft.head("opportunities", "score_middle"),
        Column("span", draft.say("Score, from–to"), "score"),
        draft.head("opportunities", "rank_best"),
        draft.head("opportunities", "rank_worst"),
    )
    body = []
    for row in rows[:BEST]:
        score = parts.interval(draft, row, "score")
        body.append(
            (
                s.step(row["product_id"]),
                draft.named(row, "type"),
                draft.cell(row, "score_middle"),
                Cell(score.text or "–", score.raw, score.status, "", score),
                draft.cell(row, "rank_best"),
                draft.cell(row, "rank_worst"),
            )
        )
    note = draft.note(
        draft.say(
            "The ranks are among all opportunities of the mapping. Where best and worst rank lie far "
            "apart, the order is not settled: factors are unknown."
        )
    )
    named = draft.say("Where Norway could fill a gap of its allies")
    blocks: list[Block] = [draft.table("opportunities", named, heads, body, notes=(note,))]
    if told := [r for r in rows if r["gap_mix"]]:
        blocks.append(_gaps(s, told))
    return Section("opportunities", title, tuple(blocks))


def _gaps(s: Seen, rows: list[Row]) -> Table:
    """Opportunities where the allies' own imports show the gap, in words."""
    draft = s.draft
    heads = (
        Column("good", draft.say("Good and stage"), width=1.6),
        Column("text", draft.say("In words"), width=4),
    )
    body = [
        (
            s.step(row["product_id"]),
            worded(draft, row, "text", draft.voice.of(row, "text")),
        )
        for row in rows
    ]
    title = draft.say("Where the allies’ gap is seen")
    return draft.table("gaps-seen", title, heads, body, detail=True)
