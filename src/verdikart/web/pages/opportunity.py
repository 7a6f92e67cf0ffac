"""One opportunity with its factors opened: bands, evidence, weights, and what each does to the score."""

from __future__ import annotations

from typing import Any

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.mapping import reweigh
from verdikart.mapping.reweigh import Weighed
from verdikart.mapping.saved import only
from verdikart.mapping.statements import upper_first
from verdikart.reference.load import by_key
from verdikart.reference.names import name
from verdikart.reference.value_chains import LeadTime, SideStream
from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Cell,
    Column,
    Facts,
    Links,
    Note,
    Page,
    Prose,
    Section,
    Table,
)
from verdikart.web.pages.opportunities import absent, factor_name, multipliers
from verdikart.web.pages.opportunity_beside import band_value, gap, markets, norway, term
from verdikart.web.values import cell, gap_text, head

Row = dict[str, Any]


def opportunity(ask: Ask) -> Page:
    """The page ``/opportunities/{chain}/{product}``."""
    chain, product = ask.ids["chain"], ask.ids["product"]
    rows = ask.saved.rows("opportunities")
    title = name("product", product, ask.lang)
    crumbs = ((ask.say("Opportunities"), ask.url("opportunities")),)
    if not rows:
        return Page(title, (Section("none", "", (absent(ask),)),), crumbs=crumbs, sources=())
    row = _find(rows, chain, product)
    asked = multipliers(ask)
    factors = ask.saved.rows("opportunity_factors")
    try:
        weight = reweigh.multipliers(asked)
    except UsageProblem:
        asked, weight = {}, reweigh.multipliers({})
    found = reweigh.weigh(rows, factors, weight)
    mine = next(w for w in found if w.row is row)
    own = only(factors, product_id=product)
    sections = (
        _score(ask, mine, len(found), asked),
        _factors(ask, own, weight, mine),
        gap(ask, row),
        markets(ask, product),
        norway(ask, row, own),
        _ways(ask, row),
    )
    tags = (
        Tag(upper_first(words.word("opportunity_type", row["type"], ask.lang)), "list"),
        Tag(upper_first(words.stage(row["stage"], ask.lang))),
    )
    return Page(
        ask.voice.name(row),
        sections,
        ask.voice.of(row, "text"),
        tags,
        (*crumbs, (name("chain", row["chain_id"], ask.lang), ask.url(f"chains/{row['chain_id']}"))),
        main="factors-table",
    )


def _find(rows: list[Row], chain: str, product: str) -> Row:
    """The opportunity; every chain that has the product leads to it. Raises for unknown ids."""
    chains = {c: name("chain", c, "en") for r in rows for c in r["chains"]}
    if chain not in chains:
        raise UnknownName("value chain", chain, list(chains), "those of the opportunities")
    found = [r for r in rows if r["product_id"] == product and chain in r["chains"]]
    if not found:
        known = {
            r["product_id"]: (r["name_en"], r["name_nb"]) for r in rows if chain in r["chains"]
        }
        raise UnknownName("product of the chain", product, known, ", ".join(known))
    return found[0]


def _score(ask: Ask, w: Weighed, count: int, asked: dict[str, float]) -> Section:
    say, voice, row = ask.say, ask.voice, w.row
    ends = [voice.number(v, 2) for v in (w.score.low, w.score.middle, w.score.high)]
    if w.score.value is None:
        text = say(
            "The score lies between {low} and {high}, since {count} factors are unknown: {factors}. By "
            "its middle, {middle}, the product is number {place} of {all}; it could be anything from "
            "number {best} to {worst}.",
            low=ends[0],
            high=ends[2],
            middle=ends[1],
            count=len(row["unknown"]),
            factors=voice.join([factor_name(ask, f).lower() for f in row["unknown"]]),
            place=w.place,
            all=count,
            best=w.best,
            worst=w.worst,
        )
    else:
        text = say(
            "The score is {middle}; every factor is known. The product is number {place} of {all}, and "
            "could be anything from {best} to {worst} by what is unknown of the others.",
            middle=ends[1],
            place=w.place,
            all=count,
            best=w.best,
            worst=w.worst,
        )
    if asked:
        told = Note(
            say(
                "The score is by your own weights; by the default ones it is number {usual}.",
                usual=w.usual,
            ),
            links=((say("Default weights"), ask.url(ask.path)),),
        )
        return Section("score", say("Score and rank"), (Prose((text,)), told))
    figures = ("score", "score_middle", "rank_best", "rank_worst", "product_score")
    facts = Facts(tuple((term(ask, "opportunities", c), cell(ask, row, c)) for c in figures))
    return Section("score", say("Score and rank"), (Prose((text,)), facts))


def _factors(ask: Ask, own: list[Row], weight: dict[str, float], w: Weighed) -> Section:
    say, voice = ask.say, ask.voice
    held = reweigh.bands(own)[w.row["product_id"]]
    parts = {p.factor: p for p in reweigh.parts(held, weight)}
    columns = (
        Column("factor", say("Factor")),
        head(ask, "opportunity_factors", "band"),
        head(ask, "opportunity_factors", "value"),
        Column("weight", say("Part of the weight"), True),
        Column("multiplies", say("Multiplies the score by"), True),
        Column("evidence", say("Evidence"), wide=True),
    )
    body = []
    for row in (r for r in own if r["item"] is None):
        part = parts.get(row["factor"])
        band = cell(ask, row, "band")
        if row["band"] == "unknown" and row["band_low"] != "low":
            span = [words.word("band", row[f"band_{end}"], ask.lang) for end in ("low", "high")]
            band = Cell(
                band.text,
                row["band"],
                why=band.why,
                small=say("{low} to {high}", low=span[0], high=span[1]),
            )
        if part is None:
            share = times = Cell(say("does not count"), None, "not_computable")
        else:
            share = Cell(voice.percent(part.weight), part.weight, unit="share")
            text = "–".join(dict.fromkeys(voice.number(v, 3) for v in (part.low, part.high)))
            times = Cell(
                text, part.low if part.low == part.high else None, "ok", part.low, part.high
            )
        group = factor_name(ask, row["group"])
        body.append(
            (
                Cell(factor_name(ask, row["factor"]), row["factor"], small=group),
                band,
                band_value(ask, row),
                share,
                times,
                _evidence(ask, row),
            )
        )
    ends = [voice.number(v, 2) for v in (w.score.low, w.score.high)]
    notes = (
        say(
            "A band is 1/3 (low), 2/3 (medium) or 1 (high). Raised to its part of the weight it is what "
            "the factor multiplies by, and the product of all is the score: {low}.",
            low="–".join(dict.fromkeys(ends)),
        ),
        say("An unknown factor leaves an interval; it is never counted as 0."),
        say("For barriers and lead time high is good: few barriers, a short time."),
    )
    table = Table("factors-table", say("Factors of the score"), columns, tuple(body), notes)
    link = Links(((say("How opportunities are scored"), ask.url("terms"), ""),))
    return Section("factors", say("Factors opened"), (table, link))


def _evidence(ask: Ask, row: Row) -> Cell:
    """What a band rests on, by name; a reason where it is unknown or reduced."""
    plants = {p["record_id"]: p for p in ask.saved.rows("facilities")}
    texts, href = [], ""
    for item in row["evidence"]:
        if item.count("/") == 4:
            home, year, _source, subject, _flow = item.split("/")
            texts.append(
                ask.say(
                    "imports of {home} {year}, {code}",
                    home=name("home", home, ask.lang),
                    year=year,
                    code=subject,
                )
            )
            href = ask.why(f"{item}/top_share")
        elif item in plants:
            found = plants[item]
            texts.append(
                f"{found['producer']} ({words.word('facility_status', found['status'], ask.lang)})"
            )
            href = href or ask.url("position/register", q=found["producer"])
        elif row["factor"] == "adjacent":
            texts.append(name("product", item, ask.lang))
        elif row["factor"] == "side_streams" and item in by_key(SideStream):
            texts.append(ask.voice.name(_named(by_key(SideStream)[item])))
        elif row["factor"] == "lead_time" and item in by_key(LeadTime):
            texts.append(_lead_time(ask, by_key(LeadTime)[item]))
        else:
            texts.append(words.cited(item, ask.lang))
    small = gap_text(row["reason"], ask.lang) if row["reason"] else ""
    if row["factor"] == "barriers" and row["evidence"]:
        texts, href = [ask.say("{count} barriers, below", count=len(row["evidence"]))], "#norway"
    text = "; ".join(dict.fromkeys(texts))
    return Cell(
        text or (small or "–"), list(row["evidence"]), href=href, small=small if text else ""
    )


def _named(record: SideStream) -> Row:
    return {"name_en": record.name_en, "name_nb": record.name_nb}


def _lead_time(ask: Ask, record: LeadTime) -> str:
    """A record of lead time in words: what is built, and how long that takes."""
    kind = words.word("lead_time_kind", record.kind, ask.lang)
    span = [ask.voice.number(years) for years in (record.years_low, record.years_high)]
    return ask.say(
        "{kind}: {low} to {high} years from {start} to {end}",
        kind=kind,
        low=span[0],
        high=span[1],
        start=ask.voice.of({"text_en": record.start_en, "text_nb": record.start_nb}, "text"),
        end=ask.voice.of({"text_en": record.end_en, "text_nb": record.end_nb}, "text"),
    )


def _ways(ask: Ask, row: Row) -> Section:
    say, product = ask.say, row["product_id"]
    items = []
    for chain in row["chains"]:
        about = name("chain", chain, ask.lang)
        items.append(
            (
                say("The step in the chain {chain}", chain=about),
                ask.url(f"chains/{chain}/{product}"),
                "",
            )
        )
        items.append((say("The whole chain {chain}", chain=about), ask.url(f"chains/{chain}"), ""))
    judged = [
        r
        for r in ask.saved.own("assessments")
        if product in r["products"] and r["basis"] == "own_imports"
    ]
    items += [
        (
            say("Plan how Norway’s own imports could be spread"),
            ask.url("opportunities/planner", good=r["subject"]),
            r["subject"],
        )
        for r in judged
    ]
    return Section("ways", say("Ways on"), (Links(tuple(items)),))
