"""What is not known, and what the page is made of: gaps, sources, parameters, words."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from verdikart.core.registry import REGISTRY
from verdikart.mapping.money import money
from verdikart.mapping.run import Mapping
from verdikart.mapping.statements import home_name
from verdikart.reference.entities import Source, Stage, Term
from verdikart.reference.figures import TradeHeading
from verdikart.reference.load import by_key, load
from verdikart.reference.texts import reason_text
from verdikart.reports import words
from verdikart.reports.opening import nok_note
from verdikart.reports.view import Cell, Head, Section, Table
from verdikart.reports.voice import Notes, Voice

Row = dict[str, Any]


def unknown(m: Mapping, voice: Voice) -> Section:
    """What we do not know, by heading and by stage, with the source that would fill the gap."""
    say, gaps = voice.say, m.tables["gaps"]
    bounded = [g for g in gaps if g["reason"] == "suspected_suppression"]
    with_total = [g for g in gaps if g["heading"]]
    rest = [g for g in gaps if g not in with_total and g not in bounded]
    published = [
        r
        for r in m.tables["assessments"]
        if r["home"] == m.home and r["basis"] in ("world_supply", "eu_sourcing")
    ]
    tables = []
    if bounded:
        tables.append(_bounded(bounded, voice))
    if with_total:
        tables.append(_headings(m, with_total, voice))
    if published:
        tables.append(_published(published, voice))
    if m.tables["inputs"]:
        tables.append(_figures(m, voice))
    return Section(
        "unknown",
        say("What we do not know"),
        "unknown.html.j2",
        {
            "lead": say(
                "{count} goods in scope could not be assessed for {home}. They are listed here and "
                "not left out; for each the source that would fill the gap is named.",
                count=len(gaps),
                home=home_name(m.home, voice.lang),
            ),
            "tables": tuple(tables),
            "groups": _by_stage(rest, voice),
            "rest": len(rest),
        },
    )


def _bounded(rows: list[Row], voice: Voice) -> Table:
    say = voice.say
    body = tuple(
        (
            Cell(voice.name(r), small=words.stage(r["stage"], voice.lang)),
            Cell(reason_text(r["reason"], voice.lang)),
            Cell(words.source_title(r["would_fill"], voice)),
        )
        for r in rows
    )
    heads = (Head(say("Good and stage")), Head(say("Reason")), Head(say("Would be filled by")))
    return Table("gaps-bounds", say("Figures withheld: bounds, no verdict"), heads, body)


def _headings(m: Mapping, rows: list[Row], voice: Voice) -> Table:
    """One row a heading, so that its total is shown once whatever goods share it."""
    say, notes = voice.say, Notes(voice)
    known = {f"{h.nomenclature}:{h.heading}": h for h in load(TradeHeading)}
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["heading"]].append(row)
    body = []
    for heading, goods in grouped.items():
        head = known.get(heading)
        note = (head.note_nb if voice.lang == "nb" else head.note_en) if head else ""
        first = goods[0]
        code = heading.replace(":", " ")
        cells = [Cell(code, small=note)]
        for column in ("heading_imports_usd", "heading_exports_usd"):
            usd = first[column]
            worth = money(usd, "USD", m.year)
            if worth.nok is None:
                cells.append(Cell("–", mark=notes.text(say("Not known."))))
            else:
                cells.append(
                    Cell(
                        voice.millions(worth.nok),
                        small=say("{millions} million USD", millions=voice.millions(usd)),
                    )
                )
        cells.append(Cell(", ".join(voice.name(g) for g in goods)))
        filled = dict.fromkeys(words.source_title(g["would_fill"], voice) for g in goods)
        cells.append(Cell("; ".join(filled)))
        body.append(tuple(cells))
    heads = (
        Head(say("Heading")),
        Head(say("Imports, NOK million"), number=True),
        Head(say("Exports, NOK million"), number=True),
        Head(say("Goods that share the heading")),
        Head(say("Would be filled by")),
    )
    caption = say("Headings whose total for 2024 is known, but not from where")
    return Table("gaps-headings", caption, heads, tuple(body), tuple(notes.listed))


def _published(rows: list[Row], voice: Voice) -> Table:
    """Material-stages judged on production or published shares, since no flows are embedded."""
    say, notes = voice.say, Notes(voice)
    body = []
    for r in sorted(rows, key=lambda r: -(r["top_share"] or r["top_share_quantity"] or 0)):
        by_value = r["top_share"] is not None
        share = r["top_share"] if by_value else r["top_share_quantity"]
        top = r["top_supplier"] if by_value else r["top_supplier_quantity"]
        name = "top_share" if by_value else "top_share_quantity"
        basis = (
            say("world supply") if r["basis"] == "world_supply" else say("EU sourcing as published")
        )
        body.append(
            (
                Cell(voice.name(r), small=words.stage(r["stage"], voice.lang)),
                Cell(basis, small=f"{words.source_title(r['source'], voice)}, {r['year']}"),
                Cell(voice.country(top)),
                Cell(voice.percent(share), mark=notes.reason(r.get(f"{name}_reason"))),
                Cell("", tags=(words.outcome(r["outcome"], voice.lang),)),
            )
        )
    heads = (
        Head(say("Good and stage")),
        Head(say("Judged on")),
        Head(say("Largest supplier")),
        Head(say("Its share"), number=True),
        Head(say("Verdict")),
    )
    caption = say("No flows embedded: judged on production or published shares instead")
    return Table("gaps-published", caption, heads, tuple(body), tuple(notes.listed))


FIGURES = (
    "apparent_consumption",
    "cdi3",
    "top_share_quantity",
    "hhi_governance",
)


def _figures(m: Mapping, voice: Voice) -> Table:
    """Figures of assessed goods that are missing or uncertain, counted by reason."""
    say = voice.say
    counts: Counter[tuple[str, str, bool]] = Counter()
    for row in m.tables["inputs"]:
        for name in FIGURES:
            reason = row.get(f"{name}_reason")
            if reason:
                counts[name, reason, row[name] is None] += 1
    body = tuple(
        (
            Cell(_indicator(name, voice)),
            Cell(reason_text(reason, voice.lang)),
            Cell(say("no value") if missing else say("value with a reservation")),
            Cell(voice.number(count)),
        )
        for (name, reason, missing), count in sorted(
            counts.items(), key=lambda i: (FIGURES.index(i[0][0]), -i[1])
        )
    )
    heads = (
        Head(say("Figure")),
        Head(say("Reason")),
        Head(say("What is shown")),
        Head(say("Goods"), number=True),
    )
    caption = say(
        "Figures missing or uncertain among the {count} inputs", count=len(m.tables["inputs"])
    )
    return Table("gaps-figures", caption, heads, body)


def _indicator(name: str, voice: Voice) -> str:
    known = REGISTRY.indicators.get(name)
    return known.name.in_(voice.lang) if known else name


def _by_stage(rows: list[Row], voice: Voice) -> tuple[dict[str, Any], ...]:
    """The other gaps: reason, source and goods, stage by stage."""
    order = {s.stage_id: s.order for s in load(Stage)}
    grouped: dict[tuple[str, str, str | None], list[str]] = defaultdict(list)
    for row in rows:
        grouped[row["stage"], row["reason"], row["would_fill"]].append(voice.name(row))
    return tuple(
        {
            "stage": by_key(Stage)[stage].name(voice.lang),
            "count": len(names),
            "names": sorted(names, key=str.casefold),
            "reason": reason_text(reason, voice.lang),
            "fill": words.source_title(fill, voice) if fill else "",
        }
        for (stage, reason, fill), names in sorted(
            grouped.items(), key=lambda i: (order.get(i[0][0], 9), i[0][1], str(i[0][2]))
        )
    )


def sources(m: Mapping, voice: Voice) -> Section:
    """Sources with vintage, licence and limits; parameters; how to compute a figure again."""
    say = voice.say
    example = m.tables["findings"][0]["figures"][0] if m.tables["findings"] else ""
    return Section(
        "sources",
        say("Sources and method"),
        "sources.html.j2",
        {
            "sources": _sources_table(m, voice),
            "parameters": _parameters(m, voice),
            "glossary": _glossary(voice),
            "nok": nok_note(m, voice),
            "example": example,
            "home": m.home,
            "year": m.year,
        },
    )


def _sources_table(m: Mapping, voice: Voice) -> Table:
    say, nb = voice.say, voice.lang == "nb"
    wanted = dict.fromkeys(
        [*m.vintages, *(g["would_fill"] for g in m.tables["gaps"]), "norges_bank"]
    )
    known = by_key(Source)
    body = []
    for source_id in wanted:
        source = known.get(source_id)
        if source is None:
            continue
        vintage = m.vintages.get(source_id) or source.vintage
        title = source.title_nb if nb else source.title_en
        coverage = source.coverage_nb if nb else source.coverage_en
        limits = source.limits_nb if nb else source.limits_en
        kept = say("embedded") if source.embedded else say("not embedded")
        body.append(
            (
                Cell(
                    title,
                    small=f"{words.provider(source.provider, voice.lang)} · {source_id}",
                    href=source.address,
                ),
                Cell(words.vintage(vintage, voice.lang) if vintage else "–", small=kept),
                Cell(source.licence, href=source.licence_url, lang="en"),
                Cell(coverage),
                Cell(limits),
            )
        )
    heads = (
        Head(say("Source")),
        Head(say("Vintage")),
        Head(say("Licence")),
        Head(say("Covers")),
        Head(say("Limits")),
    )
    return Table("sources-table", say("Sources with vintage and licence"), heads, tuple(body))


def _parameters(m: Mapping, voice: Voice) -> Table:
    say = voice.say
    rows = tuple(
        (
            Cell(words.parameter(name, voice.lang), small=name),
            Cell(words.setting(name, value, voice)),
        )
        for name, value in m.settings.items()
    )
    heads = (Head(say("Parameter")), Head(say("Value"), number=True))
    return Table("parameters-table", say("Parameters of this run"), heads, rows, narrow=True)


def _glossary(voice: Voice) -> Table:
    say, nb = voice.say, voice.lang == "nb"
    terms = sorted(load(Term), key=lambda t: (t.term_nb if nb else t.term_en).casefold())
    own = "own term / eget begrep"
    rows = tuple(
        (
            Cell(t.term_nb if nb else t.term_en),
            Cell(t.definition_nb if nb else t.definition_en),
            Cell(say("own term")) if t.source == own else Cell(t.source, lang="en"),
        )
        for t in terms
    )
    heads = (Head(say("Term")), Head(say("Meaning")), Head(say("From")))
    return Table("glossary-table", say("Words and their source"), heads, rows)
