"""Opportunities: ranked with their intervals, and weighed anew as the reader asks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verdikart.core.errors import UsageProblem
from verdikart.mapping import reweigh
from verdikart.mapping.reweigh import Weighed
from verdikart.mapping.statements import upper_first
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Block,
    Cell,
    Column,
    Field,
    Form,
    Note,
    Page,
    Prose,
    Section,
    Table,
)
from verdikart.web.listing import listing, sortable
from verdikart.web.pages.opportunities_chart import chart, page_of, state
from verdikart.web.values import cell, head, named

Row = dict[str, Any]
DRAWN = 15
MOVERS = 8
STEP = 0.25
FILTERS = ("q", "chain", "stage", "type", "depth", "sort")


def opportunities(ask: Ask) -> Page:
    """The page ``/opportunities``."""
    say = ask.say
    title = say("Opportunities")
    if not ask.saved.rows("opportunities"):
        return Page(title, (Section("none", "", (absent(ask),)),), sources=())
    asked = multipliers(ask)
    try:
        weight = reweigh.multipliers(asked)
    except UsageProblem:
        told = Note(
            say("Every weight is 0, so nothing can be ranked. Give at least one factor a weight."),
            "warning",
        )
        return Page(title, (_weights(ask, asked, (told,)),))
    found = reweigh.weigh(
        ask.saved.rows("opportunities"), ask.saved.rows("opportunity_factors"), weight
    )
    shown = _chosen(ask, found)
    sections = (
        _ranked(ask, shown, len(found), asked),
        _weights(ask, asked, _movers(ask, found, asked)),
        _list(ask, shown, len(found), asked),
    )
    return Page(title, sections, _lead(ask, found), main="opportunities")


def absent(ask: Ask) -> Note:
    """Why a mapping has no opportunities, and the ways on."""
    say = ask.say
    norway = [e for e in ask.shelf.entries() if e.home == "NOR"][:3]
    text = (
        say("This mapping was made without opportunities. A new one of Norway has them.")
        if ask.saved.home == "NOR"
        else say(
            "Opportunities are found for Norway alone: the plants, barriers and judgements on record "
            "are Norwegian. The planner works for every home."
        )
    )
    links = [(say("Diversification planner"), ask.url("opportunities/planner"))]
    if ask.saved.home != "NOR":
        links += [
            (
                say("Opportunities of Norway {year}", year=e.year),
                f"/{ask.lang}/{e.name}/opportunities",
            )
            for e in norway
        ]
    links.append((say("New mapping"), ask.url("runs")))
    return Note(text, title=say("No opportunities in this mapping"), links=tuple(links))


def multipliers(ask: Ask) -> dict[str, float]:
    """What the address multiplies weights by, where it is not 1."""
    known = (*reweigh.GROUPS, *reweigh.BASE)
    read = {n: ask.query.number(f"w_{n}", 0, reweigh.MOST, 1) for n in known}
    return {n: value for n, value in read.items() if value != 1}


def factor_name(ask: Ask, factor: str) -> str:
    """A factor or a group of factors, with a capital."""
    return upper_first(words.word("opportunity_factor", factor, ask.lang))


def _lead(ask: Ask, found: list[Weighed]) -> str:
    first = [ask.voice.name(w.row) for w in found[:3]]
    highest = sum(w.best == 1 for w in found)
    text = ask.say(
        "{count} products of the deep value chains are ranked by what allies lack, what Norway can do "
        "and what stands in the way. {names} come first.",
        count=len(found),
        names="; ".join(first),
    )
    if highest > 1:
        text += " " + ask.say(
            "But {highest} of them could be number 1, since many factors are unknown: the order says "
            "what looks best, not what is best.",
            highest=highest,
        )
    return text


def _chosen(ask: Ask, found: list[Weighed]) -> list[Weighed]:
    rows = ask.saved.rows("opportunities")
    for column in ("stage", "type", "depth"):
        if wanted := ask.query.choice(column, sorted({r[column] for r in rows})):
            found = [w for w in found if w.row[column] == wanted]
    wanted = ask.query.choice("chain", sorted({c for r in rows for c in r["chains"]}))
    return [w for w in found if wanted in w.row["chains"]] if wanted else found


def _ranked(ask: Ask, shown: list[Weighed], count: int, asked: dict[str, float]) -> Section:
    say, voice = ask.say, ask.voice
    top = shown[:DRAWN]
    if not top:
        empty = Note(say("No opportunity meets the filter."), links=_all(ask, asked))
        return Section("ranks", say("Ranks and their intervals"), (empty,))
    sure, pairs = reweigh.sure_pairs(shown[:20])
    said = [
        say(
            "The ranks overlap. A line goes from the best rank a product could have, with all its "
            "unknown factors high and those of the others low, to the worst; the diamond is its place "
            "by the middle of its score."
        )
    ]
    if pairs:
        said.append(
            say(
                "One product is surely above another only where its whole score is higher. Among the "
                "{count} shown first that holds for {sure} of {pairs} pairs.",
                count=min(20, len(shown)),
                sure=sure,
                pairs=pairs,
            )
        )
    widest = max(top, key=lambda w: w.worst - w.best)
    rank_summary = say(
        "Ranks of the {count} opportunities that come first: {first} could be anything from number "
        "{best} to {worst}; the widest interval is that of {widest}, {low} to {high}.",
        count=len(top),
        first=voice.name(top[0].row),
        best=top[0].best,
        worst=top[0].worst,
        widest=voice.name(widest.row),
        low=widest.best,
        high=widest.worst,
    )
    score_summary = say(
        "Scores of the same: {first} lies between {low} and {high}, {last} between {lower} and {upper}.",
        first=voice.name(top[0].row),
        low=voice.number(top[0].score.low, 2),
        high=voice.number(top[0].score.high, 2),
        last=voice.name(top[-1].row),
        lower=voice.number(top[-1].score.low, 2),
        upper=voice.number(top[-1].score.high, 2),
    )
    blocks = (
        Prose(tuple(said)),
        chart(ask, top, asked, count, rank_summary, by_rank=True),
        chart(ask, top, asked, count, score_summary, by_rank=False),
    )
    return Section("ranks", say("Ranks and their intervals"), blocks)


def _all(ask: Ask, asked: dict[str, float]) -> tuple[tuple[str, str], ...]:
    return ((ask.say("Show all opportunities"), ask.url("opportunities", **state(asked))),)


def _weights(ask: Ask, asked: dict[str, float], more: tuple[Block, ...]) -> Section:
    say = ask.say
    kept = tuple(Field(n, "", "hidden", v) for n in FILTERS if (v := ask.query.text(n)))

    def hidden(names: tuple[str, ...]) -> tuple[Field, ...]:
        return tuple(Field(f"w_{n}", "", "hidden", f"{asked[n]:g}") for n in names if n in asked)

    def sliders(names: tuple[str, ...]) -> tuple[Field, ...]:
        return tuple(
            Field(f"w_{n}", factor_name(ask, n), "range", f"{asked.get(n, 1):g}", low=0)
            for n in names
        )

    def scaled(fields: tuple[Field, ...]) -> tuple[Field, ...]:
        return tuple(replace(f, high=reweigh.MOST, step=STEP) for f in fields)

    groups, factors = tuple(reweigh.GROUPS), tuple(reweigh.BASE)
    reset = ask.url("opportunities", **{f.name: f.value for f in kept}) if asked else ""
    text = say(
        "The three groups count alike, and so do the factors of a group. A slider multiplies: 0 leaves "
        "a group or factor out, 2 makes it count double. The address carries the weights, so a link "
        "shows others the same."
    )
    blocks: tuple[Block, ...] = (
        Prose((text,)),
        Form(
            "groups",
            (*scaled(sliders(groups)), *kept, *hidden(factors)),
            say("Weigh"),
            title=say("The groups"),
            reset=reset,
        ),
        Form(
            "factors",
            (*scaled(sliders(factors)), *kept, *hidden(groups)),
            say("Weigh"),
            title=say("The factors"),
            reset=reset,
            folded=say("Weigh each factor by itself"),
        ),
        *more,
    )
    return Section("weights", say("Other weights"), blocks)


def _movers(ask: Ask, found: list[Weighed], asked: dict[str, float]) -> tuple[Block, ...]:
    say = ask.say
    if not asked:
        return (Prose((say("These are the default weights, by which the mapping was saved."),)),)
    chosen = ask.voice.join(
        [
            f"{factor_name(ask, n).lower()} × {ask.voice.number(v, 2 if v % 1 else 0)}"
            for n, v in asked.items()
        ]
    )
    text = say("Weights other than the default: {weights}.", weights=chosen)
    moved = sorted((w for w in found if w.climbs), key=lambda w: -abs(w.climbs))
    if not moved:
        return (Prose((text, say("No product changes place."))),)
    up = [w for w in moved if w.climbs > 0][:MOVERS]
    down = [w for w in moved if w.climbs < 0][:MOVERS]
    columns = (
        Column("product", say("Product")),
        Column("places", say("Places moved"), True),
        Column("usual", say("Place by default weights"), True),
        Column("place", say("Place now"), True),
    )
    tables = tuple(
        Table(
            kind,
            caption,
            columns,
            tuple(
                (
                    named(ask, w.row, href=page_of(ask, w, asked)),
                    Cell(f"{'↑' if w.climbs > 0 else '↓'} {abs(w.climbs)}", w.climbs),
                    Cell(str(w.usual), w.usual),
                    Cell(str(w.place), w.place),
                )
                for w in group
            ),
            empty=say("None."),
        )
        for kind, caption, group in (
            ("climbers", say("Those that climb most"), up),
            ("fallers", say("Those that fall most"), down),
        )
    )
    count = say("{count} of {all} products change place.", count=len(moved), all=len(found))
    return (Prose((f"{text} {count}",)), *tables)


def _list(ask: Ask, shown: list[Weighed], count: int, asked: dict[str, float]) -> Section:
    say = ask.say
    by_row = {w.row["product_id"]: w for w in shown}
    keys = {
        "place": lambda r: by_row[r["product_id"]].place,
        "name": lambda r: ask.voice.name(r),
        "gap_imports_usd": lambda r: r["gap_imports_usd"],
        "gap_share": lambda r: r["gap_share"],
        "rank_best": lambda r: by_row[r["product_id"]].best,
        "rank_worst": lambda r: by_row[r["product_id"]].worst,
    }
    found = listing(
        ask,
        [w.row for w in shown],
        search=("product_id", "name_en", "name_nb", "chain_id"),
        sorts=keys,
        default="place",
    )
    columns = sortable(
        (
            Column("name", say("Product")),
            Column("place", say("Place"), True),
            Column("score", say("Score (middle)"), True),
            head(ask, "opportunities", "rank_best"),
            head(ask, "opportunities", "rank_worst"),
            Column("chain", say("Value chain")),
            head(ask, "opportunities", "type"),
            head(ask, "opportunities", "gap_share"),
            head(ask, "opportunities", "gap_imports_usd"),
            Column("unknown", say("Unknown factors"), True),
        ),
        keys,
    )
    body = tuple(_row(ask, by_row[r["product_id"]], asked) for r in found.rows)
    notes = (
        say("Ranks are among all {count} products, also where the list is filtered.", count=count),
        say("Every opportunity is listed; nothing is left out for scoring low."),
    )
    table = Table(
        "opportunities",
        say("Opportunities by the middle of the score"),
        columns,
        body,
        notes,
        say("No opportunity meets the filter."),
        found.pager,
        found.sorted_by,
        found.sort_links,
    )
    return Section("list", say("All opportunities"), (_filter(ask, asked), table))


def _row(ask: Ask, w: Weighed, asked: dict[str, float]) -> tuple[Cell, ...]:
    row, voice = w.row, ask.voice
    href = page_of(ask, w, asked)
    ends = f"{voice.number(w.score.low, 2)}–{voice.number(w.score.high, 2)}"
    small = ends if w.score.high - w.score.low > 1e-12 else ""
    score = Cell(voice.number(w.score.middle, 2), w.score.middle, "ok", w.score.low, w.score.high)
    # At other weights the figure is no longer the saved one: the product's page opens it.
    score = replace(
        score,
        small=small,
        href=href if asked else "",
        why="" if asked else _card(ask, row, "score_middle"),
    )
    ranks = (
        [Cell(str(v), v, href=href) for v in (w.best, w.worst)]
        if asked
        else [cell(ask, row, "rank_best"), cell(ask, row, "rank_worst")]
    )
    supplier = ""
    if row["gap_supplier"]:
        buyer = name("home", row["gap_home"], ask.lang)
        supplier = f"{voice.country(row['gap_supplier'])} → {buyer}"
    chain = row["chain_id"]
    return (
        named(ask, row, href=href, small=words.stage(row["stage"], ask.lang)),
        Cell(str(w.place), w.place),
        score,
        *ranks,
        Cell(name("chain", chain, ask.lang), chain, href=ask.url(f"chains/{chain}")),
        Cell(upper_first(words.word("opportunity_type", row["type"], ask.lang)), row["type"]),
        cell(ask, row, "gap_share", small=supplier),
        cell(ask, row, "gap_imports_usd"),
        Cell(str(len(row["unknown"])), len(row["unknown"])),
    )


def _card(ask: Ask, row: Row, column: str) -> str:
    return cell(ask, row, column).why


def _filter(ask: Ask, asked: dict[str, float]) -> Form:
    say, rows = ask.say, ask.saved.rows("opportunities")

    def options(values: set[str], text: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401
        return (("", say("all")), *sorted(((v, text(v)) for v in values), key=lambda o: o[1]))

    lang = ask.lang
    chains = options({c for r in rows for c in r["chains"]}, lambda c: name("chain", c, lang))
    stages = options({r["stage"] for r in rows}, lambda s: upper_first(words.stage(s, lang)))
    types = options(
        {r["type"] for r in rows}, lambda t: upper_first(words.word("opportunity_type", t, lang))
    )
    depths = options(
        {r["depth"] for r in rows}, lambda d: upper_first(words.word("chain_depth", d, lang))
    )
    query = ask.query.text
    return Form(
        "filter",
        (
            Field("q", say("Search"), "search", query("q")),
            Field("chain", say("Value chain"), "select", query("chain"), chains),
            Field("stage", say("Stage"), "select", query("stage"), stages),
            Field("type", say("Type"), "select", query("type"), types),
            Field("depth", say("Depth of the chain"), "select", query("depth"), depths),
            *(Field(n, "", "hidden", v) for n, v in state(asked).items()),
        ),
        say("Show"),
        title=say("Filter"),
        reset=ask.url("opportunities", **state(asked)),
    )
