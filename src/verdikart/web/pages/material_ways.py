"""Of one material: trade measures against it, recycling, substitutes, and how long new supply takes."""

from __future__ import annotations

from verdikart.mapping.saved import only
from verdikart.reference.load import load
from verdikart.reference.names import name
from verdikart.reference.value_chains import LeadTime, Substitute, TradeMeasure
from verdikart.reports import words
from verdikart.web.blocks import Block, Cell, Column, Prose, Section, Table
from verdikart.web.pages.material_seen import Seen
from verdikart.web.values import cell, gap, gap_text, heads, plain


def measures(seen: Seen) -> Section:
    """Restrictions of trade on record."""
    ask, say, nb = seen.ask, seen.ask.say, seen.ask.lang == "nb"
    rows = [
        m
        for m in load(TradeMeasure)
        if seen.kin & set(m.material_ids) or seen.row["parent"] in m.material_ids
    ]
    body = tuple(
        (
            plain(m.description_nb if nb else m.description_en),
            plain(
                m.from_date.isoformat(),
                ask.voice.day(str(m.from_date)),
                small=say("to {day}", day=ask.voice.day(str(m.to_date))) if m.to_date else "",
            ),
            plain(
                m.imposed_by,
                ask.voice.country(m.imposed_by) if m.imposed_by != "EU27" else "EU",
                "" if m.imposed_by == "EU27" else ask.url(f"countries/{m.imposed_by}"),
            ),
            plain(m.measure, words.word("measure", m.measure, ask.lang)),
            plain(m.confidence, words.confidence(m.confidence, ask.lang)),
        )
        for m in sorted(rows, key=lambda m: (m.from_date, m.measure_id), reverse=True)
    )
    columns = (
        Column("measure", say("Restriction"), wide=True),
        Column("from", say("From")),
        Column("by", say("By")),
        Column("kind", say("Kind")),
        Column("confidence", say("How well checked")),
    )
    caption = say("{count} trade measures name it or its group", count=len(body))
    return Section(
        "measures",
        say("Trade measures"),
        (
            Table(
                "measures-table",
                caption,
                columns,
                body,
                empty=say("None is on record. The register is not complete, so there may be some."),
            ),
        ),
    )


def ways_out(seen: Seen) -> Section:
    """Recycling, substitutes and how long new supply takes."""
    ask, say = seen.ask, seen.ask.say
    products = {r["product"] for r in seen.steps} | {
        p for r in seen.stages.rows for p in r["products"]
    }
    blocks: list[Block] = [_recycling(seen)]
    nb = ask.lang == "nb"
    found = [s for s in load(Substitute) if s.input_product in products]
    body = tuple(
        (
            plain(s.substitute_nb if nb else s.substitute_en),
            plain(
                s.input_product,
                name("product", s.input_product, ask.lang),
                seen.step(s.input_product),
            ),
            plain(
                s.use_product or s.use_technology or "",
                name("product", s.use_product, ask.lang)
                if s.use_product
                else _technology(s.use_technology, ask.lang)
                if s.use_technology
                else say("any use"),
            ),
            _band(seen, "performance_loss", s.performance_loss),
            _band(seen, "readiness", s.readiness),
            _band(seen, "same_origin", s.same_origin),
            Cell(
                words.cited(s.source, ask.lang),
                s.source,
                small=words.confidence(s.confidence, ask.lang),
                lang="en",
            ),
        )
        for s in found
    )
    columns = (
        Column("substitute", say("Substitute")),
        Column("input", say("Stands in for")),
        Column("use", say("In the use")),
        Column("loss", say("Loss of performance")),
        Column("readiness", say("Readiness")),
        Column("origin", say("Concentration of its supply")),
        Column("source", say("Source"), wide=True),
    )
    blocks.append(
        Table(
            "substitutes",
            say("{count} substitutes on record", count=len(body)),
            columns,
            body,
            empty=say("No substitute is on record."),
        )
    )
    times = [t for t in load(LeadTime) if t.product_id in products]
    lead = tuple(
        (
            plain(
                t.lead_time_id,
                name("product", t.product_id or "", ask.lang),
                seen.step(t.product_id),
            ),
            plain(t.kind, words.word("lead_time_kind", t.kind, ask.lang)),
            plain(
                [t.years_low, t.years_high],
                "–".join(
                    ask.voice.number(y, 0 if y.is_integer() else 1)
                    for y in (t.years_low, t.years_high)
                ),
            ),
            plain(
                say(
                    "from {start} to {end}",
                    start=t.start_nb if nb else t.start_en,
                    end=t.end_nb if nb else t.end_en,
                )
            ),
            Cell(
                words.cited(t.source, ask.lang),
                t.source,
                small=words.confidence(t.confidence, ask.lang),
                lang="en",
            ),
        )
        for t in times
    )
    if lead:
        spans = (
            Column("good", say("Good")),
            Column("kind", say("Kind of new supply")),
            Column("years", say("Years"), number=True),
            Column("span", say("Counted"), wide=True),
            Column("source", say("Source"), wide=True),
        )
        blocks.append(Table("lead-times", say("How long new supply takes"), spans, lead))
    return Section("ways-out", say("Recycling, substitutes and new supply"), tuple(blocks))


def _recycling(seen: Seen) -> Block:
    ask, say = seen.ask, seen.ask.say
    rows = only(ask.saved.own("circularity"), material_id=seen.key)
    scored = seen.of.scored.get(seen.key) or seen.of.published.get(seen.key)
    names = ("rate", "gain_t", "dependency_before", "dependency_after")
    known = [r for r in rows if any(r[c] is not None for c in names)]
    texts = []
    if scored is not None and scored["eol_rir"] is not None:
        texts.append(
            say(
                "Recycled material covers {share} of the input, by the EU study.",
                share=ask.voice.percent(scored["eol_rir"], 0),
            )
        )
    texts += [
        gap_text(r["reason"], ask.lang)
        for r in rows
        if r["lever"] == "raise_rate" and r["reason"] and r not in known
    ]
    if not known:
        return Prose(tuple(texts) or (say("Nothing is on record on its recycling."),))
    body = tuple(
        (
            plain(
                r["lever"],
                words.word("lever", r["lever"], ask.lang),
                small=name("product", r["from_product"], ask.lang) if r["from_product"] else "",
            ),
            *(cell(ask, r, c) for c in names),
            plain(ask.voice.of(r, "text")),
        )
        for r in known
    )
    columns = (
        Column("lever", say("Lever")),
        *heads(ask, "circularity", names),
        Column("text", say("In words"), wide=True),
    )
    return Table(
        "circularity",
        say("What recycling and side streams could give"),
        columns,
        body,
        notes=tuple(texts),
    )


def _band(seen: Seen, vocabulary: str, term: str) -> Cell:
    if not term:
        return Cell(gap("missing", seen.ask.voice), None, "missing")
    return plain(term, words.word(vocabulary, term, seen.ask.lang))


def _technology(key: str, lang: str) -> str:
    from verdikart.reference.entities import Technology
    from verdikart.reference.load import by_key

    found = by_key(Technology).get(key)
    return str(found.name(lang)) if found else key
