"""What a chain's drawing and its table of steps say of a step, in one language."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from verdikart.chains.drawing import Drawing, Label
from verdikart.chains.graph import KINDS, ChainGraph, Need
from verdikart.chains.layering import Layered
from verdikart.chains.layout import arrange, draw
from verdikart.mapping.chain_view import LOOKED_OVER
from verdikart.mapping.register import planned, working
from verdikart.reference.entities import Stage
from verdikart.reference.load import by_key
from verdikart.reference.value_chains import LeadTime
from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.reports.voice import DASH, Voice

Row = dict[str, Any]
Counted = Callable[[str], tuple[int, int]]


def registered(product_id: str) -> tuple[int, int]:
    """Norwegian plants of a product, at work when the register was looked over, and planned."""
    at_work = {(row.producer, row.place) for row in working(product_id, LOOKED_OVER.year)}
    return len(at_work), len(planned(product_id))


def lay(
    graph: ChainGraph, steps: list[Row], voice: Voice, counted: Counted | None = None
) -> Drawing:
    """The chain laid out, with what its steps' rows say in its boxes."""
    return draw(graph, labels(steps, voice, counted), legend(voice), _arranged(graph))


def said(name: str, drawing: Drawing, voice: Voice) -> str:
    """What the drawing is, for whoever cannot see it."""
    return voice.say(
        "The value chain {name} as a drawing: {steps} steps in {columns} columns from left to right.",
        name=name,
        steps=len(drawing.boxes),
        columns=len(drawing.columns),
    )


@lru_cache(maxsize=256)
def _arranged(graph: ChainGraph) -> Layered:
    return arrange(graph)


def labels(steps: list[Row], voice: Voice, counted: Counted | None = None) -> dict[str, Label]:
    """What each box says. ``counted``: Norwegian plants of a product at work, and on the way; the
    register's own where it is left out.
    """
    counted = counted or registered
    found = {}
    for row in steps:
        plants, coming = counted(row["product"])
        tag = outcome(row, voice)
        found[row["product"]] = Label(
            voice.name(row),
            row["stage"],
            by_key(Stage)[row["stage"]].name(voice.lang),
            "; ".join(text for text in (tag.text, _by_register(row, voice)) if text),
            "" if row["ghost"] else tag.tone,
            row["ghost"],
            row["bottleneck"],
            plants,
            coming,
        )
    return found


def outcome(row: Row, voice: Voice) -> Tag:
    """The verdict on a step's supply; that of the world is said to be so.

    Only what counts as vulnerable has the colour of it: the rest is sound by own plants or exports,
    open, or not needed.
    """
    if row["ghost"]:
        return Tag(voice.say("supply not seen"), "doubt")
    tag = words.outcome(row["outcome"], voice.lang)
    counted = row["counts_as"]
    if row["outcome"] == "vulnerable" and counted == "sound":
        return Tag(voice.say("vulnerable imports, own production"))
    tone = tag.tone
    if tone == "risk" and counted != "vulnerable":
        tone = "doubt" if counted else "plain"
    if row["basis"] == "world_supply":
        return Tag(voice.say("{verdict} (world supply)", verdict=tag.text), tone)
    return Tag(tag.text, tone)


def legend(voice: Voice) -> dict[str, str]:
    """The word *or*, and the texts of the legend by kind."""
    say = voice.say
    return {
        "or": say("or"),
        "main": say("main input"),
        "joint": say("also goes in"),
        "reagent": say("reagent or auxiliary"),
        "energy_reductant": say("energy or reductant"),
        "recycling": say("recycling"),
        "by_product": say("by-product"),
        "use": say("used in"),
        "choice": say("one of the routes; lines that meet belong together"),
        "plants": say("Norwegian plants at work"),
        "planned": say("Norwegian projects and deposits"),
        "ghost": say("unknown step (ghost): supply not seen"),
        "bottleneck": say("bottleneck"),
    }


def made_from(graph: ChainGraph, product: str, voice: Voice) -> str:
    """What a product is made from, joint needs one after another."""
    return "; ".join(_need(need, graph, voice) for need in graph.needs(product)) or DASH


def _need(need: Need, graph: ChainGraph, voice: Voice) -> str:
    """One need in words: its routes with *or* between them, other relations in brackets."""
    kinds = legend(voice)
    routes = []
    for route in need.routes:
        parts = []
        for edge in route.edges:
            kind = KINDS[edge.relation]
            name = graph.products[edge.input_product].name(voice.lang)
            parts.append(name if kind in ("main", "joint") else f"{name} ({kinds[kind]})")
        routes.append(" + ".join(dict.fromkeys(parts)))
    return f" {voice.say('or')} ".join(dict.fromkeys(routes))


def _by_register(row: Row, voice: Voice) -> str:
    """Countries that plants on record take an unseen input from; they give no verdict."""
    if not row["fed_from"]:
        return ""
    names = ", ".join(map(voice.country, row["fed_from"]))
    return voice.say("from {countries} by the plant register", countries=names)


def supplier(row: Row, voice: Voice) -> str:
    """The largest supplier that is no ally and its share, or what the register names."""
    if row["top_other"] is None or row["fed_from"]:
        return _by_register(row, voice)
    return f"{voice.country(row['top_other'])} {voice.percent(row['top_other_share'], 0)}"


def made(row: Row, voice: Voice, counted: Counted | None = None) -> str:
    """The home's part, its plants, and whether one group has over 65% of their capacity."""
    text = words.word("chain_entry", row["entry"], voice.lang)
    if count := (counted or registered)(row["product"])[0]:
        text += "; " + voice.say("plants: {count}", count=count)
    if row["largest_group_over_65"] == "yes" and row["largest_group"]:
        text += "; " + voice.say("over 65% in one group: {name}", name=row["largest_group"])
    return text


def aside(row: Row, voice: Voice) -> str:
    """Lead time of its own, substitutes, recycling and measures, as far as they are recorded."""
    say, parts = voice.say, []
    times = [by_key(LeadTime).get(i) for i in row["lead_times"]]
    if any(time and time.product_id for time in times):
        low, high = (_years(row[f"lead_years_{end}"], voice) for end in ("low", "high"))
        years = low if low == high else f"{low}–{high}"
        parts.append(say("new supply in {years} years", years=years))
    if row["substitutes"]:
        parts.append(say("substitutes: {count}", count=len(row["substitutes"])))
    if row["recycling_rate"]:
        parts.append(say("recycled: {share}", share=voice.percent(row["recycling_rate"], 0)))
    if row["by_product_only"]:
        parts.append(say("by-product only"))
    if row["measures_against_supply"]:
        count = len(row["measures_against_supply"])
        parts.append(say("export measures against it: {count}", count=count))
    return "; ".join(parts)


def _years(value: float, voice: Voice) -> str:
    return voice.number(value, 0 if float(value).is_integer() else 1)
