"""What others need from the home: strongest positions, plants and roles, quoted shares."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verdikart.mapping.findings import Finding
from verdikart.mapping.run import Mapping
from verdikart.mapping.statements import amount_text, home_name, product_name
from verdikart.reference.entities import Source
from verdikart.reference.figures import Claim, Document
from verdikart.reference.load import by_key
from verdikart.reports import charts, words
from verdikart.reports.opening import nok_note, tags_of_materials
from verdikart.reports.supply import CSS, card, kroner
from verdikart.reports.view import Cell, ChartView, Head, Key, Section, Table
from verdikart.reports.voice import Notes, Voice, short

Row = dict[str, Any]


def positions(m: Mapping, voice: Voice) -> Section:
    """The strongest positions: chart, table and one card each."""
    say = voice.say
    found = [f for f in m.findings if f.kind == "position"]
    lines = [r for r in m.tables["findings"] if r["kind"] == "position"]
    roles = {r["product"]: r for r in m.tables["roles"]}
    by_subject: dict[str, Row] = {}
    for row in m.tables["positions"]:
        by_subject.setdefault(row["subject"], row)
    cards = []
    for line, finding in zip(lines, found, strict=True):
        row = by_subject[line["subject"]]
        plants = [p for i in row["products"] if i in roles for p in roles[i]["plants"]]
        facts = [(say("Role"), words.role(row["role"], voice.lang))]
        facts.append((say("Plants"), voice.join(plants) if plants else say("none in the register")))
        tags = tags_of_materials(m, row["materials"], voice)
        cards.append(card(line, finding, voice.name(row), voice, tags=tags, facts=tuple(facts)))
    table = _table(m, [line["subject"] for line in lines], voice)
    return Section(
        "positions",
        say("The strongest positions"),
        "findings.html.j2",
        {
            "lead": say(
                "What others get from {home}, ranked by its share of their imports from outside "
                "times the value of those imports. A strong position is also a risk to be looked "
                "after.",
                home=home_name(m.home, voice.lang),
            ),
            "note": nok_note(m, voice),
            "chart": _chart(m, found, by_subject, table, voice) if found else None,
            "cards": cards,
            "empty": say("No position above the least share was found.")
            if m.tables["positions"]
            else say(
                "Not mapped: {home} is itself part of the homes compared with, or delivers nothing "
                "to them.",
                home=home_name(m.home, voice.lang),
            ),
        },
    )


def _chart(
    m: Mapping, found: list[Finding], rows: dict[str, Row], table: Table, voice: Voice
) -> ChartView:
    say = voice.say
    bars, parts, said = [], [], []
    for finding in found:
        if finding.position is None:
            continue
        row, key = rows[finding.position.subject], f"{finding.rank:02}"
        label = f"{finding.rank}. {short(voice.name(row))}"
        share = voice.percent(finding.partner_share)
        detail = say(
            "{share} in {other} · {amount}",
            share=share,
            other=home_name(finding.partner, voice.lang),
            amount=amount_text(finding.at_stake, None, voice.lang),
        )
        bars.append({"key": key, "label": label, "detail": detail})
        said.append(f"{label}: {detail}")
        parts.append(
            {
                "key": key,
                "group": "home",
                "start": 0,
                "end": round(finding.partner_share, 6),
                "text": f"{label}: {detail}",
                "opacity": 1,
            }
        )
    title = say(
        "Share of the others’ imports from outside that comes from {home}, {year}",
        home=home_name(m.home, voice.lang),
        year=m.year,
    )
    chart = charts.shares(bars, parts, None, {"home": CSS.ally}, CSS)
    legend = (Key("■", CSS.ally, home_name(m.home, voice.lang)),)
    summary = f"{title}. {'; '.join(said)}."
    return ChartView(
        "positions-chart", title, summary, charts.specification(chart, CSS), legend, table
    )


def _table(m: Mapping, subjects: list[str], voice: Voice) -> Table:
    """Each subject with the home's share and rank in every other home."""
    say, notes = voice.say, Notes(voice)
    held = {(r["subject"], r["other"]): r for r in m.tables["positions"] if r["basis"] == "imports"}
    others = list(dict.fromkeys(other for _s, other in held))
    body = []
    for rank, subject in enumerate(subjects, start=1):
        first = next(r for (s, _o), r in held.items() if s == subject)
        cells = [
            Cell(f"{rank}. {voice.name(first)}", small=words.stage(first["stage"], voice.lang))
        ]
        for other in others:
            row = held.get((subject, other))
            if row is None:
                cells.append(Cell("–", mark=notes.reason("no_flows")))
                continue
            place = say("number {rank}", rank=row["supplier_rank"])
            cells.append(
                Cell(
                    voice.percent(row["supplier_share"]),
                    small=place,
                    mark=notes.reason(row.get("supplier_share_reason")),
                )
            )
        cells.append(
            Cell(
                voice.tonnes(first["quantity_t"]),
                mark="" if first["quantity_t"] is not None else notes.reason("missing_quantity"),
            )
        )
        worth = kroner(first["value_nok"], first["value"], first["value_unit"], notes, voice)
        where = home_name(first["other"], voice.lang)
        cells.append(replace(worth, small=f"{worth.small} · {where}" if worth.small else where))
        body.append(tuple(cells))
    heads = (
        Head(say("Good and stage")),
        *(
            Head(say("Share in {other}", other=home_name(o, voice.lang)), number=True)
            for o in others
        ),
        Head(say("Largest flow, tonnes"), number=True),
        Head(say("Largest flow, NOK million"), number=True),
    )
    caption = say("The strongest positions of {home}", home=home_name(m.home, voice.lang))
    return Table("positions-table", caption, heads, tuple(body), tuple(notes.listed))


KINDS = (
    ("supplier_share", "baci", "circle", "●", "ally"),
    ("supplier_share", "comext_cn8", "square", "■", "risk"),
    ("supplier_share_all", "comext_cn8", "diamond", "◆", "risk"),
    ("supplier_share_all", "baci", "diamond", "◆", "ally"),
    ("supplier_share_quantity", "baci", "triangle-up", "▲", "ally"),
    ("supplier_share", "eu_crm_2023", "cross", "✚", "doubt"),
)


def _kind(row: Row) -> str:
    indicator = str(row["figure"]).rpartition("/")[2].partition(":")[0]
    source = "baci" if str(row["source"]).startswith("baci") else str(row["source"])
    return f"{indicator}@{source}"


def claims(m: Mapping, voice: Voice) -> Section:
    """Quoted shares of Norway in EU supply beside what each denominator gives."""
    say, rows = voice.say, m.tables["claims"]
    lead = say(
        "Texts quote different shares, and few say of what. Here each quoted share stands beside "
        "the shares that the embedded sources give, with every denominator named: imports from "
        "outside the EU, all imports of EU countries, value or tonnes, and the EU study."
    )
    if not rows:
        lead = say("Quoted shares are on record for Norway only.")
    return Section(
        "claims",
        say("Norway’s share of EU supply"),
        "claims.html.j2",
        {
            "lead": lead,
            "chart": _claims_chart(rows, _claims_table(rows, voice), voice) if rows else None,
            "quotes": _quotes(rows, voice) if rows else None,
        },
    )


def _good(row: Row, voice: Voice) -> str:
    return product_name(row["product"], voice.lang).split(" (")[0]


def _claimed(row: Row, voice: Voice) -> str:
    low, high = row["claimed_low"], row["claimed_high"]
    if high is None:
        return voice.say("over {share}", share=voice.percent(low, 0))
    if low == high:
        return voice.say("about {share}", share=voice.percent(low, 0))
    return f"{voice.number(100 * low)}–{voice.percent(high, 0)}"


def _quotes(rows: list[Row], voice: Voice) -> Table:
    say = voice.say
    seen = {r["claim"]: r for r in rows}
    body = []
    for claim_id, row in seen.items():
        claim = by_key(Claim)[claim_id]
        document = by_key(Document).get(row["document"])
        name = document.name_nb if document and voice.lang == "nb" else None
        name = name or (document.name_en if document else row["document"])
        issuer = ""
        if document:
            who = words.provider(document.issuer, voice.lang)
            issuer = f"{who}, {document.year}" if document.year else who
        text = claim.statement_nb if voice.lang == "nb" else claim.statement_en
        body.append(
            (
                Cell(_good(row, voice)),
                Cell(text, small=voice.of(row, "note")),
                Cell(_claimed(row, voice)),
                Cell(voice.of(row, "claimed_of")),
                Cell(name, small=issuer),
            )
        )
    heads = (
        Head(say("Good")),
        Head(say("What is said")),
        Head(say("Quoted share"), number=True),
        Head(say("Of what")),
        Head(say("Where")),
    )
    return Table("claims-quotes", say("Shares quoted in Norwegian texts"), heads, tuple(body))


def _claims_table(rows: list[Row], voice: Voice) -> Table:
    say, notes = voice.say, Notes(voice)
    body, seen = [], set()
    for row in rows:
        key = (row["product"], row["figure"])
        if key in seen:
            continue
        seen.add(key)
        if row["figure"] is None:
            body.append(
                (
                    Cell(_good(row, voice)),
                    Cell("–"),
                    Cell("–", mark=notes.reason(row["share_reason"])),
                    Cell("–"),
                    Cell("–"),
                )
            )
            continue
        source = by_key(Source)[row["source"]]
        title = source.title_nb if voice.lang == "nb" else source.title_en
        body.append(
            (
                Cell(_good(row, voice)),
                Cell(voice.of(row, "of")),
                Cell(voice.percent(row["share"]), mark=notes.reason(row.get("share_reason"))),
                Cell(title, small=words.provider(source.provider, voice.lang)),
                Cell(row["figure"], code=True),
            )
        )
    heads = (
        Head(say("Good")),
        Head(say("Norway’s share of")),
        Head(say("Computed share"), number=True),
        Head(say("Source")),
        Head(say("Figure id")),
    )
    caption = say("Norway’s share of EU supply with every denominator")
    return Table("claims-table", caption, heads, tuple(body), tuple(notes.listed))


def _claims_chart(rows: list[Row], table: Table, voice: Voice) -> ChartView:
    say = voice.say
    colours = {"ally": CSS.ally, "risk": CSS.risk, "doubt": CSS.doubt}
    goods = list(dict.fromkeys(r["product"] for r in rows))
    first = {g: next(r for r in rows if r["product"] == g) for g in goods}
    lanes, said = [], []
    for good in goods:
        label = _good(first[good], voice).split(",")[0]
        if not any(r["figure"] for r in rows if r["product"] == good):
            label += " – " + say("not computable")
        lanes.append({"key": good, "label": label})
    bands = []
    for row in {r["claim"]: r for r in rows}.values():
        low, high = row["claimed_low"], row["claimed_high"]
        exact = high is not None and high == low
        bands.append(
            {
                "key": row["product"],
                "start": low - 0.004 if exact else low,
                "end": low + 0.004 if exact else high if high is not None else 1,
                "open": high is None,
                "text": f"{_claimed(row, voice)}: {voice.of(row, 'claimed_of')}",
            }
        )
    points: dict[str, Row] = {}
    legend_texts: dict[str, str] = {}
    for row in rows:
        if row["figure"] is None:
            continue
        kind = _kind(row)
        provider = words.provider(by_key(Source)[row["source"]].provider, voice.lang)
        legend_texts[kind] = f"{voice.of(row, 'of')} ({provider})"
        text = f"{_good(row, voice)}: {voice.percent(row['share'])} – {legend_texts[kind]}"
        if f"{row['product']} {row['figure']}" not in points:
            said.append(text)
        points[f"{row['product']} {row['figure']}"] = {
            "key": row["product"],
            "share": round(row["share"], 6),
            "kind": kind,
            "text": text,
        }
    known = [(f"{i}@{s}", shape, mark, colours[c]) for i, s, shape, mark, c in KINDS]
    used = [k for k in known if k[0] in legend_texts]
    kinds = {name: (shape, colour) for name, shape, _mark, colour in used}
    shown = [p for p in points.values() if p["kind"] in kinds]
    chart = charts.claims(lanes, bands, shown, kinds, CSS)
    legend = [Key(mark, colour, legend_texts[name]) for name, _s, mark, colour in used]
    legend.append(Key("▒", CSS.quiet, say("what texts say")))
    legend.append(Key("━", CSS.quiet, say("what texts say with “over”")))
    title = say("Norway’s share of EU supply: what is said, and what each denominator gives")
    return ChartView(
        "claims-chart",
        title,
        f"{title}. {'; '.join(said)}.",
        charts.specification(chart, CSS),
        tuple(legend),
        table,
    )
