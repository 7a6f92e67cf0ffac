"""Why a material matters and what limits it: uses, trade measures, recycling and benchmarks."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from verdikart.mapping.material_rows import kin
from verdikart.reference import names
from verdikart.reference.entities import Country
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import TradeMeasure
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.content.chain_seen import worded
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Block, Cell, Column, Section

Row = dict[str, Any]
HIGH: Final = "H"
TECHNOLOGY: Final = "technology"
NAMED: Final = 6  # technologies that are named for a sector


def uses(draft: Draft, material: str) -> Section:
    """Sectors in scope and the technologies that the material is most needed for."""
    title = draft.say("Why it matters")
    rows = [
        r
        for r in draft.saved.rows("links")
        if r["material"] == material and r["in_scope"] and r["via_kind"] == TECHNOLOGY
    ]
    if not rows:
        text = draft.say("No use of it in the sectors of this mapping is on record.")
        return Section("uses", title, (parts.prose(draft, text),))
    heads = (
        Column("sector", draft.say("Sector"), width=1.2),
        Column("high", draft.say("Of high importance to"), width=3),
        Column("other", draft.say("Also used in"), width=2.6),
        Column("basis", draft.say("Confidence"), width=1.2),
    )
    body = []
    for sector in dict.fromkeys(r["sector"] for r in rows):
        held = [r for r in rows if r["sector"] == sector]
        high = [r for r in held if r["importance"] == HIGH]
        rest = [r for r in held if r["importance"] != HIGH]
        sure = {r["confidence"] for r in held}
        body.append(
            (
                Cell(draft.voice.of(held[0], "sector_name"), sector),
                _technologies(draft, high),
                _technologies(draft, rest),
                Cell(
                    words.confidence(sure.pop(), draft.lang)
                    if len(sure) == 1
                    else draft.say("in part unverified"),
                ),
            )
        )
    note = draft.note(
        draft.say(
            "How important the material is to a technology is a recorded judgement, no figure."
        )
    )
    return Section("uses", title, (draft.table("uses", title, heads, body, notes=(note,)),))


def _technologies(draft: Draft, rows: list[Row]) -> Cell:
    listed = [draft.voice.of(r, "via_name") for r in rows]
    text = "; ".join(listed[:NAMED]) or "–"
    if len(listed) > NAMED:
        count = draft.voice.number(len(listed) - NAMED)
        text = draft.say("{names}; and {count} more", names=text, count=count)
    return Cell(text, [r["via"] for r in rows] or None)


def measured(draft: Draft, material: str) -> set[str]:
    """The material with its groups and members: a measure on a group is one on what is in it."""
    above = kin(draft.saved.rows("materials"))
    return {material, *above.get(material, ()), *(m for m in above if material in above[m])}


def measures(draft: Draft, material: str) -> Section:
    """Trade measures on the material that hold on the day that the mapping looks at."""
    title = draft.say("Trade measures")
    horizon = next(iter(draft.saved.own("chains")), None)
    day = date.fromisoformat(str(horizon["measures_on"])) if horizon else date.max
    wide = measured(draft, material)
    found = [
        m
        for m in load(TradeMeasure)
        if wide & set(m.material_ids)
        and m.from_date <= day
        and (m.to_date is None or m.to_date >= day)
    ]
    if not found:
        text = draft.say(
            "The register of trade measures has none on it. The register holds the best known measures "
            "on raw materials and is not complete."
        )
        return Section("measures", title, (parts.prose(draft, text),))
    heads = (
        Column("measure", draft.say("Measure"), width=3.2),
        Column("imposed_by", draft.say("Imposed by"), width=1.2),
        Column("kind", draft.say("Kind"), width=1.5),
        Column("from", draft.say("From"), width=1.2),
        Column("basis", draft.say("Confidence"), width=1.2),
    )
    body = [
        (
            Cell(m.description_nb if draft.lang == "nb" else m.description_en, m.measure_id),
            Cell(
                names.name(
                    "country" if m.imposed_by in by_key(Country) else "home",
                    m.imposed_by,
                    draft.lang,
                ),
                m.imposed_by,
            ),
            Cell(words.word("measure", m.measure, draft.lang), m.measure),
            Cell(draft.voice.day(str(m.from_date)), m.from_date.isoformat()),
            Cell(words.confidence(m.confidence, draft.lang), m.confidence),
        )
        for m in sorted(found, key=lambda m: (m.from_date, m.measure_id))
    ]
    return Section("measures", title, (draft.table("measures", title, heads, body),))


def recycling(draft: Draft, material: str) -> Section:
    """What is recycled, what levers there are, and the benchmarks of the regulation."""
    title = draft.say("Recycling and benchmarks")
    said = []
    score = next((r for r in draft.saved.own("criticality") if r["material_id"] == material), None)
    if score is not None and score["eol_rir"] is not None:
        message = (
            "Of the input to industry in the EU, {rate} is recovered from discarded goods; no rate is on "
            "record for the home itself."
            if "eol_rir" in (score["borrowed"] or ())
            else "Of the input to industry, {rate} is recovered from discarded goods."
        )
        said.append(draft.statement(message, rate=draft.figure(score, "eol_rir", decimals=0)))
    levers = [r for r in draft.saved.own("circularity") if r["material_id"] == material]
    levers.sort(key=lambda r: -(r["gain_t"] or 0))
    blocks: list[Block] = []
    if levers and levers[0]["gain_t"] is not None:
        said += [
            draft.statement(
                "Lever: {lever}. Gain: {gain} tonnes.",
                lever=draft.figure(r, "lever"),
                gain=draft.figure(r, "gain_t"),
            )
            for r in levers
            if r["gain_t"] is not None
        ]
    elif levers:
        said.append(
            draft.stated(
                [draft.say("What recycling or side streams could give cannot be computed yet.")],
                bound=[draft.figure(levers[0], "gain_t")],
            )
        )
    if said:
        blocks.append(parts.prose(draft, *said))
    rows = [r for r in draft.saved.own("tracker") if r["material_id"] == material]
    if rows:
        blocks.append(_benchmarks(draft, rows))
    elif not said:
        text = draft.say("Neither recycling nor a benchmark is on record for it.")
        blocks.append(parts.prose(draft, text))
    return Section("recycling", title, tuple(blocks))


def _benchmarks(draft: Draft, rows: list[Row]) -> Block:
    """The home's part against each benchmark; why there is none stands in the notes."""
    products = {
        r["subject"]: parts.product(draft, r)
        for r in draft.saved.own("assessments")
        if r["products"]
    }
    heads = (
        Column("benchmark", draft.say("Benchmark"), width=1.6),
        Column("good", draft.say("Good"), width=2.2),
        draft.head("tracker", "verdict", width=1.3),
        draft.head("tracker", "share"),
        draft.head("tracker", "target"),
    )
    body = [
        (
            worded(
                draft,
                r,
                "benchmark",
                parts.capital(words.word("benchmark", r["benchmark"], draft.lang)),
            ),
            Cell(products.get(r["subject"]) or draft.say("the material as a whole"), r["subject"]),
            draft.named(r, "verdict"),
            draft.cell(r, "share", decimals=0),
            draft.cell(r, "target", decimals=0),
        )
        for r in rows
    ]
    notes = dict.fromkeys(
        n for r in rows if r["share"] is None for n in draft.reason(r["share_reason"])
    )
    title = draft.say("Benchmarks of the Critical Raw Materials Act, read for the home")
    return draft.table("benchmarks", title, heads, body, notes=tuple(notes), detail=True)
