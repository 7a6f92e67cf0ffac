"""One value chain: verdict and bottleneck, drawn with a link for every box, and what stands beside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.chain_drawing import Link, svg
from verdikart.reports.chain_labels import aside, lay, made, made_from, outcome, said, supplier
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Drawing, Facts, Note, Page, Section, Table
from verdikart.web.pages import chain_beside, chain_exposure, chain_norway
from verdikart.web.pages.chain_seen import (
    Seen,
    bottleneck,
    country_cell,
    homes_form,
    seen,
    verdict,
    verdict_cell,
)
from verdikart.web.values import cell, head, of

Row = dict[str, Any]
BRIEF = "1"


def chain(ask: Ask) -> Page:
    """The page ``/chains/{chain}``."""
    say, s = ask.say, seen(ask)
    tags = [verdict(ask, s.row["verdict"]), _depth(s)]
    if s.row["cross_cutting"]:
        tags.append(Tag(say("cross-cutting"), "list"))
    sections = [
        Section("short", say("Verdict and bottleneck"), _short(s)),
        Section("drawing", say("The chain drawn"), (_drawing(s),)),
        Section("stages", say("Stage by stage"), (_stages(s),)),
        Section("steps", say("Step by step"), (_steps(s),)),
        Section("homes", say("Seen from other homes"), (_homes(s),)),
        *chain_norway.sections(s),
        *chain_exposure.sections(s),
        *chain_beside.sections(s),
    ]
    text = say(
        "{home}, {year}: {text}",
        home=name("home", s.home, ask.lang),
        year=s.row["year"],
        text=ask.voice.of(s.row, "text"),
    )
    return Page(
        s.title,
        tuple(sections),
        lead=text,
        tags=tuple(tags),
        crumbs=((say("Value chains"), ask.url("chains")),),
        main="chain-steps",
        wide=True,
    )


def _depth(s: Seen) -> Tag:
    return Tag(words.word("chain_depth", s.row["depth"], s.ask.lang), "list")


def _short(s: Seen) -> tuple[Block, ...]:
    """The bottleneck with the way to it, and the figures behind the verdict."""
    say, ask, row = s.ask.say, s.ask, s.row
    first = bottleneck(row)
    links = [(say("Past the drawing, to the steps as a table"), "#steps")]
    title = say("No bottleneck can be named")
    if first is not None:
        product, named = first
        text = s.name(product)
        title = say("Bottleneck: {name}", name=text) if named else title
        if named:
            to = say("Go to the bottleneck: {name}", name=text)
        else:
            to = say("Go to what stands out in the world’s supply: {name}", name=text)
        links = [
            (to, s.step_url(product)),
            (say("Find it in the drawing"), f"#box-{product}"),
            *links,
        ]
    tone = "warning" if row["verdict"] == "vulnerable" else "info"
    note = Note(ask.voice.of(row, "bottleneck"), tone, title, tuple(links))
    neck = (
        ("bottleneck_share", "bottleneck_risk") if row["bottleneck_product"] else ("world_share",)
    )
    columns = (
        "part_at_risk",
        "risk",
        *neck,
        "steps_needed",
        "steps_seen",
        "steps_open",
        "measures_on",
    )
    items = tuple((of(row, c).name(ask.lang), cell(ask, row, c)) for c in columns)
    return (homes_form(ask, s.home), note, Facts(items, say("Behind the verdict")))


def _drawing(s: Seen) -> Drawing:
    say, voice = s.ask.say, s.ask.voice
    drawn = lay(s.graph, list(s.steps.values()), voice, s.plants)
    links = {
        p: Link(s.step_url(p), box_name(s, row), s.step_url(p, brief=BRIEF))
        for p, row in s.steps.items()
    }
    title = say("The value chain {name}", name=s.title)
    summary = " ".join(
        (
            said(s.title, drawn, voice),
            say(
                "Each box is a link to its step and shows who supplies it. Tab goes from box to box, "
                "the arrow keys follow the lines. The table below says the same."
            ),
        )
    )
    return Drawing("chain-drawing", title, summary, svg(drawn, title, s.ask.lang, links=links))


def box_name(s: Seen, row: Row) -> str:
    """A box in words: ``Nickel mattes, processing: vulnerable, Russia 71%; bottleneck``."""
    voice = s.ask.voice
    parts = [outcome(row, voice).text]
    if text := supplier(row, voice):
        parts.append(text)
    text = f"{voice.name(row)}, {words.stage(row['stage'], voice.lang)}: {', '.join(parts)}"
    return f"{text}; {voice.say('bottleneck')}" if row["bottleneck"] else text


def _stages(s: Seen) -> Table:
    say, ask = s.ask.say, s.ask
    rows = [r for r in ask.saved.own("chain_stages", s.home) if r["chain"] == s.chain]
    body = []
    for row in rows:
        needed = say(
            "{needed} of {all} steps needed",
            needed=len(row["products_needed"]),
            all=len(row["products"]),
        )
        worst = row["bottleneck_product"]
        own = [p for p in row["products"] if s.plants(p)[0]]
        body.append(
            (
                Cell(ask.voice.name(row), row["stage"], small=needed),
                verdict_cell(ask, row["verdict"]),
                Cell(ask.voice.of(row, "text"), ask.voice.of(row, "text")),
                cell(ask, row, "part_at_risk", decimals=0),
                s.step(worst),
                Cell(", ".join(map(s.name, own)) or say("none on record"), own),
            )
        )
    return Table(
        "chain-stages",
        say("The stages of the chain {name}", name=s.title),
        (
            Column("stage", say("Stage")),
            Column("verdict", say("Verdict")),
            Column("text", say("Why"), wide=True),
            head(ask, "chain_stages", "part_at_risk"),
            Column("bottleneck_product", say("Bottleneck in the stage")),
            Column("norwegian_steps", say("Steps made in Norway"), wide=True),
        ),
        tuple(body),
        empty=say("The mapping holds no stages of this chain."),
    )


def _steps(s: Seen) -> Table:
    """The drawing as a table."""
    say, ask, voice = s.ask.say, s.ask, s.ask.voice
    body = []
    for product in (p.product_id for p in s.graph.nodes):
        row = s.steps[product]
        tags = [outcome(row, voice)]
        if row["bottleneck"]:
            tags.append(Tag(say("bottleneck"), "risk"))
        by_register = supplier(row, voice) if row["fed_from"] else ""
        body.append(
            (
                s.step(product, words.stage(row["stage"], ask.lang)),
                Cell("", row["outcome"], tags=tuple(tags)),
                country_cell(ask, row, "top_other")
                if row["top_other"]
                else Cell("–", None, small=by_register),
                cell(ask, row, "top_other_share", decimals=0) if not row["ghost"] else _unseen(ask),
                Cell(made_from(s.graph, product, voice), None),
                Cell(made(row, voice, s.plants), row["entry"], small=aside(row, voice)),
            )
        )
    return Table(
        "chain-steps",
        say("The steps of the chain {name}", name=s.title),
        (
            Column("product", say("Step and stage")),
            Column("outcome", say("Verdict on its supply")),
            head(ask, "chain_steps", "top_other"),
            head(ask, "chain_steps", "top_other_share"),
            Column("made_from", say("Made from"), wide=True),
            Column("entry", say("The home’s part, and ways out"), wide=True),
        ),
        tuple(body),
        notes=(
            say(
                "The supplier is the largest that is no ally of the home. A share where the step is "
                "judged by the world’s supply is a share of that."
            ),
        ),
    )


def _unseen(ask: Ask) -> Cell:
    return Cell(ask.say("not seen"), None, "missing")


def _homes(s: Seen) -> Table:
    say, ask = s.ask.say, s.ask
    body = []
    for home in ask.saved.homes:
        found = [r for r in ask.saved.own("chains", home) if r["chain"] == s.chain]
        for row in found:
            there = replace(s, home=home, row=row)
            stage = row["bottleneck_stage"]
            seen_of = say("of {needed}", needed=row["steps_needed"])
            body.append(
                (
                    Cell(
                        name("home", home, ask.lang),
                        home,
                        href=ask.here(home=None if home == ask.saved.home else home),
                    ),
                    verdict_cell(ask, row["verdict"]),
                    there.step(row["bottleneck_product"], words.stage(stage, ask.lang))
                    if row["bottleneck_product"]
                    else Cell(say("none can be named"), None, "not_computable"),
                    country_cell(ask, row, "bottleneck_supplier"),
                    cell(ask, row, "bottleneck_share", decimals=0)
                    if row["bottleneck_product"]
                    else Cell("–", None),
                    cell(ask, row, "part_at_risk", decimals=0),
                    cell(ask, row, "steps_seen", small=seen_of),
                )
            )
    return Table(
        "chain-homes",
        say("The chain {name} as each home sees it", name=s.title),
        (
            Column("home", say("Home")),
            Column("verdict", say("Verdict")),
            Column("bottleneck_product", say("Bottleneck"), wide=True),
            head(ask, "chains", "bottleneck_supplier"),
            head(ask, "chains", "bottleneck_share"),
            head(ask, "chains", "part_at_risk"),
            Column("steps_seen", say("Steps seen"), number=True),
        ),
        tuple(body),
    )
