"""One step of a chain: who supplies it, how sure that is, what it is made from, and ways out."""

from __future__ import annotations

from typing import Any

from verdikart.chains.graph import KINDS
from verdikart.core.errors import UnknownName
from verdikart.mapping.saved_chains import chains_of
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.chain_labels import legend, outcome
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Links,
    Note,
    Page,
    Section,
    Table,
)
from verdikart.web.pages import chain_beside, chain_exposure, chain_mix, chain_norway
from verdikart.web.pages.chain_seen import Seen, country_cell, homes_form, kept, seen
from verdikart.web.values import cell, head, heads, of

Row = dict[str, Any]
FIGURES = ("top_other_share", "top_ally_share", "ally_share", "hhi_value", "hhi_quantity", "risk")
STANDING = ("entry", "need", "counts_as", "recycling_rate", "lead_years_low", "lead_years_high")


def step(ask: Ask) -> Page:
    """The page ``/chains/{chain}/{product}``; with ``brief`` only what fits in a dialog."""
    s = seen(ask)
    product = ask.ids["product"]
    if product not in s.steps:
        names = {p: (r["name_en"], r["name_nb"]) for p, r in s.steps.items()}
        raise UnknownName(f"step of the chain {s.chain}", product, names, ", ".join(names))
    row = s.steps[product]
    say = ask.say
    tags = [outcome(row, ask.voice)]
    if row["bottleneck"]:
        tags.append(Tag(say("bottleneck"), "risk"))
    tags.append(Tag(words.stage(row["stage"], ask.lang), "list"))
    brief = ask.query.flag("brief")
    lead = say(
        "{home}, {year}: {text}",
        home=name("home", s.home, ask.lang),
        year=row["year"],
        text=ask.voice.of(row, "text"),
    )
    return Page(
        s.name(product),
        _brief(s, row) if brief else _whole(s, row),
        lead=lead,
        tags=tuple(tags),
        crumbs=(
            (say("Value chains"), ask.url("chains")),
            (s.title, ask.url(f"chains/{s.chain}", **kept(s.ask, s.home))),
        ),
        main=chain_mix.MAIN,
    )


def _brief(s: Seen, row: Row) -> tuple[Section, ...]:
    """The mix and the way to the whole page."""
    text = s.ask.say("Everything on this step")
    links = Links(((text, s.step_url(row["product"]), ""),))
    return (
        Section(
            "step-supply",
            s.ask.say("Who supplies it"),
            (links, *chain_mix.supply(s, row, brief=True)),
        ),
    )


def _whole(s: Seen, row: Row) -> tuple[Section, ...]:
    say, product = s.ask.say, row["product"]
    blocks: tuple[Block, ...] = (
        homes_form(s.ask, s.home),
        *chain_mix.supply(s, row),
        _facts(s, row, FIGURES, say("How concentrated, and how risky")),
    )
    beside = (
        chain_beside.substitutes(s, product),
        chain_beside.lead_times(s, product),
        chain_beside.measures(s, product),
    )
    made_at_home = any(
        r["product_id"] == product and r["chain_id"] == s.chain
        for r in s.ask.saved.rows("chain_exposure")
    )
    rests = chain_exposure.exposure(s, product) if made_at_home else ()
    return (
        Section("supply", say("Who supplies it"), blocks),
        Section("place", say("Its place in the chain"), _place(s, row)),
        Section("homes", say("Seen from other homes"), (_homes(s, product),)),
        Section("code", say("Trade code"), _code(s, row)),
        *((Section("exposure", say("What it rests on"), rests),) if rests else ()),
        Section("beside", say("Substitutes, lead times and trade measures"), beside),
        Section("norway", say("In Norway"), _norway(s, product)),
    )


def _facts(s: Seen, row: Row, columns: tuple[str, ...], title: str) -> Facts:
    items = tuple((of(row, c).name(s.ask.lang), cell(s.ask, row, c)) for c in columns)
    return Facts(items, title)


def _place(s: Seen, row: Row) -> tuple[Block, ...]:
    say, ask = s.ask.say, s.ask
    first = ask.url(f"chains/{s.chain}", **kept(s.ask, s.home)) + f"#box-{row['product']}"
    links = [(say("Find it in the drawing of the chain"), first, "")]
    links += [
        (name("material", m, ask.lang), ask.url(f"materials/{m}"), say("material"))
        for m in row["materials"] or ()
    ]
    for other in ask.saved.own("chain_steps", s.home):
        if other["product"] == row["product"] and other["chain"] != s.chain:
            chain = next(r for r in ask.saved.own("chains", s.home) if r["chain"] == other["chain"])
            href = ask.url(f"chains/{other['chain']}/{row['product']}", **kept(s.ask, s.home))
            links.append((ask.voice.name(chain), href, say("the same step in another chain")))
    return (
        _facts(s, row, STANDING, say("What the home does with it")),
        _edges(s, row["product"], into=True),
        _edges(s, row["product"], into=False),
        Links(tuple(links), say("See also")),
    )


def _edges(s: Seen, product: str, *, into: bool) -> Table:
    """What goes in, or what it goes into; every coefficient with its basis."""
    say, ask = s.ask.say, s.ask
    here, there = ("output", "input") if into else ("input", "output")
    rows = [
        r for r in ask.saved.rows("chain_edges") if r["chain"] == s.chain and r[here] == product
    ]
    kinds = legend(ask.voice)
    body = [
        (
            s.step(r[there], words.stage(s.steps[r[there]]["stage"], ask.lang)),
            Cell(kinds[KINDS[r["relation"]]], r["relation"]),
            Cell(r["process"] or "–", r["process"], lang="en"),
            _route(s, r),
            cell(ask, r, "coefficient"),
            Cell(
                words.cited(r["source"], ask.lang) or "–",
                r["source"],
                small=_confidence(s, r),
                lang="en",
            ),
        )
        for r in rows
    ]
    return Table(
        "step-inputs" if into else "step-uses",
        say("What goes in") if into else say("What it goes into"),
        (
            Column("product", say("Good")),
            Column("relation", say("As")),
            Column("process", say("Process")),
            Column("route_share", say("Route, and its share"), number=True),
            head(ask, "chain_edges", "coefficient", title=say("Input per unit")),
            Column("source", say("Source"), wide=True),
        ),
        tuple(body),
        notes=(
            say(
                "Inputs without a route are all needed. Of routes of one choice, one is enough; each "
                "counts by its share."
            ),
        )
        if any(r["choice"] for r in rows)
        else (),
        empty=say("Nothing: the chain begins here.")
        if into
        else say("Nothing: the chain ends here."),
    )


def _route(s: Seen, row: Row) -> Cell:
    if not row["choice"]:
        aside = KINDS[row["relation"]] in ("by_product", "use")
        return Cell("–" if aside else s.ask.say("needed"), None)
    route = words.word("edge_route", row["route"], s.ask.lang)
    return cell(s.ask, row, "route_share", decimals=0, small=route)


def _confidence(s: Seen, row: Row) -> str:
    if row["coefficient"] is None or not row["confidence"]:
        return ""
    return words.confidence(row["confidence"], s.ask.lang)


def _homes(s: Seen, product: str) -> Table:
    say, ask = s.ask.say, s.ask
    body = []
    for home in ask.saved.homes:
        for r in ask.saved.own("chain_steps", home):
            if r["chain"] != s.chain or r["product"] != product:
                continue
            body.append(
                (
                    Cell(
                        name("home", home, ask.lang),
                        home,
                        href=ask.here(home=None if home == ask.saved.home else home),
                    ),
                    Cell("", r["outcome"], tags=(outcome(r, ask.voice),)),
                    country_cell(ask, r, "top_other"),
                    *(cell(ask, r, c, decimals=0) for c in ("top_other_share", "ally_share")),
                    cell(ask, r, "value_nok"),
                )
            )
    return Table(
        "step-homes",
        say("The step {name} as each home sees it", name=s.name(product)),
        (
            Column("home", say("Home")),
            Column("outcome", say("Verdict on its supply")),
            *heads(ask, "chain_steps", ("top_other", "top_other_share", "ally_share", "value_nok")),
        ),
        tuple(body),
    )


def _code(s: Seen, row: Row) -> tuple[Block, ...]:
    """The code that the step is seen through, and what else is traded under it."""
    say, ask = s.ask.say, s.ask
    if row["subject"] is None:
        return (
            Note(
                say(
                    "No trade code or study shows this step: it is an unknown step (ghost). That no "
                    "figure is shown does not mean that nothing is imported."
                ),
                links=((say("What we do not know, and what would fill it"), ask.url("data/gaps")),),
            ),
        )
    others = {
        p
        for r in ask.saved.own("assessments", s.home)
        if r["subject"] == row["subject"]
        for p in r["products"] or ()
        if p != row["product"]
    }
    items = [
        (say("Seen through"), Cell(row["subject"], row["subject"], code=True)),
        (of(row, "basis").name(ask.lang), cell(ask, row, "basis")),
        (of(row, "shared_code").name(ask.lang), cell(ask, row, "shared_code")),
        (of(row, "codes_complete").name(ask.lang), cell(ask, row, "codes_complete")),
    ]
    blocks: list[Block] = [Facts(tuple(items))]
    if others:
        text = say("Goods that share the code; the figures are of all of them together")
        blocks.append(Links(tuple((s.name(p), _anywhere(s, p), "") for p in sorted(others)), text))
    return tuple(blocks)


def _anywhere(s: Seen, product: str) -> str:
    """A step of this chain where the product is one, else of the chain it belongs to."""
    if product in s.steps:
        return s.step_url(product)
    for chain in chains_of(s.ask.saved).get(product, ())[:1]:
        return s.ask.url(f"chains/{chain}/{product}", **kept(s.ask, s.home))
    return s.ask.url("search", q=s.name(product))


def _norway(s: Seen, product: str) -> tuple[Block, ...]:
    return (chain_norway.plants(s, product), chain_norway.opportunities(s, product))
