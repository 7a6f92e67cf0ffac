"""All value chains: verdict, bottleneck, what is seen of them, and the steps that Norway has."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.chain_graphs import DEEP
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.web import fields
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Field, Form, Note, Page, Section, Table
from verdikart.web.listing import listing, ordered, sortable
from verdikart.web.pages.chain_seen import (
    country_cell,
    home_of,
    kept,
    register,
    verdict_cell,
)
from verdikart.web.values import cell, head

Row = dict[str, Any]
VERDICTS = ("vulnerable", "open", "concentrated_allied", "not_concentrated", "not_needed")
DEPTHS = (DEEP, "shallow")
NAMED = 3


def chains(ask: Ask) -> Page:
    """The page ``/chains``."""
    say, query = ask.say, ask.query
    home = home_of(ask)
    everything = ask.saved.own("chains", home)
    if not everything:
        text = say(
            "This mapping was made without value chains. Make a new one with a current version of "
            "verdikart, and the chains are in it."
        )
        note = Note(text, links=((say("New mapping"), ask.url("runs")),))
        return Page(say("Value chains"), (Section("list", "", (note,)),), sources=())
    names, own = _steps(ask, home)
    chosen = {
        column: query.choice(column, known)
        for column, known in (("verdict", VERDICTS), ("depth", DEPTHS))
    }
    rows = [r for r in everything if all(v in ("", r[c]) for c, v in chosen.items())]
    rows.sort(key=lambda r: (r["depth"] != DEEP, VERDICTS.index(r["verdict"]), ask.voice.name(r)))
    keys = {
        "name": lambda r: ask.voice.name(r).casefold(),
        "bottleneck_share": lambda r: r["bottleneck_share"],
        "steps_seen": lambda r: r["steps_seen"] / r["steps_needed"] if r["steps_needed"] else None,
        "norwegian_steps": lambda r: len(own.get(r["chain"], ())),
    }
    found = listing(ask, rows, search=("chain", "name_en", "name_nb"), sorts=keys)
    columns = sortable(
        (
            Column("name", say("Value chain")),
            Column("verdict", say("Verdict on the chain")),
            Column("bottleneck_product", say("Bottleneck")),
            head(ask, "chains", "bottleneck_supplier"),
            head(ask, "chains", "bottleneck_share"),
            Column("steps_seen", say("Steps seen"), number=True),
            Column("norwegian_steps", say("Steps made in Norway")),
        ),
        keys,
    )
    table = Table(
        "chains",
        say("Value chains as {home} sees them", home=name("home", home, ask.lang)),
        columns,
        tuple(_row(ask, home, r, names, own.get(r["chain"], [])) for r in found.rows),
        notes=(
            say(
                "Bottleneck: the step that alone brings most risk, among the goods whose supply is "
                "seen. Where none can be named, the good that stands out in the world’s supply is "
                "given instead."
            ),
            say(
                "The verdict comes from the steps that the home needs, never from the material. "
                "Deep: complete and read through; shallow: not."
            ),
        ),
        empty=say("No chain meets the search."),
        pager=found.pager,
        sorted_by=found.sorted_by,
        sort_links=found.sort_links,
    )
    return Page(
        say("Value chains"),
        (Section("list", "", (_form(ask, home), table)),),
        lead=_lead(ask, home, everything),
        main="chains",
    )


def _lead(ask: Ask, home: str, rows: list[Row]) -> str:
    """How the deep chains stand, the vulnerable ones by name."""
    say, voice = ask.say, ask.voice
    deep = ordered([r for r in rows if r["depth"] == DEEP], voice.name)
    hit = [voice.name(r) for r in deep if r["verdict"] == "vulnerable"]
    text = say(
        "{home}: {hit} of {deep} deep chains are vulnerable",
        home=name("home", home, ask.lang),
        hit=len(hit),
        deep=len(deep),
    )
    text += f" – {voice.join(hit)}. " if hit else ". "
    return text + say(
        "{count} are open: steps that no data show decide.",
        count=sum(r["verdict"] == "open" for r in deep),
    )


def _steps(ask: Ask, home: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Names of all steps, and by chain those that plants in Norway make, whatever the home."""
    names: dict[str, str] = {}
    own: dict[str, list[str]] = {}
    held = register(ask.saved)
    for row in ask.saved.own("chain_steps", home):
        names[row["product"]] = ask.voice.name(row)
        if held.get(row["product"], (0, 0))[0]:
            own.setdefault(row["chain"], []).append(row["product"])
    return names, own


def _form(ask: Ask, home: str) -> Form:
    say = ask.say
    parts = [Field("q", say("Search"), "search", ask.query.text("q"))]
    for column, title, vocabulary, known in (
        ("verdict", say("Verdict"), "chain_verdict", VERDICTS),
        ("depth", say("Depth"), "chain_depth", DEPTHS),
    ):
        options = {v: words.word(vocabulary, v, ask.lang) for v in known}
        parts.append(fields.choice(ask, column, title, options))
    parts.append(fields.home(ask, home))
    return Form("filter", tuple(parts), say("Show"), reset=ask.url("chains"))


def _row(ask: Ask, home: str, row: Row, names: dict[str, str], own: list[str]) -> tuple[Cell, ...]:
    say, keep = ask.say, kept(ask, home)
    made = [names[p] for p in own]
    shown = ", ".join(made[:NAMED]) + (" …" if len(made) > NAMED else "")
    needed = say("of {needed}", needed=row["steps_needed"])
    depth = words.word("chain_depth", row["depth"], ask.lang)
    return (
        Cell(
            ask.voice.name(row),
            row["chain"],
            href=ask.url(f"chains/{row['chain']}", **keep),
            small=depth,
        ),
        verdict_cell(ask, row["verdict"]),
        _bottleneck(ask, row, names, keep),
        country_cell(ask, row, "bottleneck_supplier"),
        cell(ask, row, "bottleneck_share", decimals=0)
        if row["bottleneck_product"]
        else Cell("–", None),
        cell(ask, row, "steps_seen", small=needed),
        Cell(str(len(made)), len(made), "ok" if made else "zero", small=shown),
    )


def _bottleneck(ask: Ask, row: Row, names: dict[str, str], keep: dict[str, str]) -> Cell:
    """The bottleneck and its stage; else what stands out in the world's supply."""
    product = row["bottleneck_product"]
    if product:
        href = ask.url(f"chains/{row['chain']}/{product}", **keep)
        return Cell(
            names[product], product, href=href, small=words.stage(row["bottleneck_stage"], ask.lang)
        )
    world = ""
    if row["world_product"]:
        world = ask.say(
            "in the world’s supply {name}: {country} {share}",
            name=names[row["world_product"]],
            country=ask.voice.country(row["world_supplier"]),
            share=ask.voice.percent(row["world_share"], 0),
        )
    text = ask.say("none can be named") if row["steps_needed"] else ask.say("no step is needed")
    return Cell(text, None, "not_computable" if row["steps_needed"] else "ok", small=world)
