"""The value chains: an overview, and each deep chain drawn, as steps, and with what stands beside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from verdikart.chains.drawing import Drawing, Label
from verdikart.chains.graph import KINDS, ChainGraph, Need
from verdikart.chains.layering import Layered
from verdikart.chains.layout import arrange, draw
from verdikart.mapping.chain_graphs import DEEP, graphs
from verdikart.mapping.chain_view import LOOKED_OVER
from verdikart.mapping.register import planned, working
from verdikart.mapping.run import Mapping
from verdikart.reference.entities import Stage
from verdikart.reference.i18n import Lang
from verdikart.reference.load import by_key
from verdikart.reference.value_chains import LeadTime
from verdikart.reports import words
from verdikart.reports.chain_beside import beside
from verdikart.reports.chain_drawing import alone, svg
from verdikart.reports.view import Cell, Head, Section, Table, Tag
from verdikart.reports.voice import DASH, Voice

Row = dict[str, Any]
TONES = {"vulnerable": "risk", "concentrated_allied": "ally", "open": "doubt"}
NAMED = 3


@dataclass(frozen=True, slots=True)
class ChainView:
    """One deep chain as the template shows it."""

    anchor: str
    name: str
    tags: tuple[Tag, ...]
    texts: tuple[str, ...]
    drawing: str
    size: str
    points: tuple[str, ...]
    steps: Table


def chains(m: Mapping, voice: Voice) -> Section | None:
    """The chains of a mapping; None where it holds none."""
    rows = own(m, "chains")
    if not rows:
        return None
    say = voice.say
    deep, shallow = (
        [r for r in rows if (r["depth"] == DEEP) is wanted] for wanted in (True, False)
    )
    steps: dict[str, list[Row]] = {}
    for row in own(m, "chain_steps"):
        steps.setdefault(row["chain"], []).append(row)
    counted = {v: sum(r["verdict"] == v for r in deep) for v in ("vulnerable", "open")}
    return Section(
        "chains",
        say("Value chains"),
        "chains.html.j2",
        {
            "lead": say(
                "{deep} chains are complete and read through (deep), {shallow} are not (shallow). Of "
                "the deep ones {vulnerable} are vulnerable and {open} open. The verdict comes from "
                "the steps that the home needs, never from the material.",
                deep=len(deep),
                shallow=len(shallow),
                **counted,
            ),
            "notes": (
                say(
                    "Joint inputs are all needed, and the worst counts; of alternative routes each "
                    "counts by its share of the output. A chain is vulnerable where more than 65% of "
                    "what it makes hangs on vulnerable steps, and open where steps that no data show "
                    "decide. The bottleneck is the step that alone brings most risk."
                ),
            ),
            "overview": _overview("chains-deep", say("The deep chains"), deep, steps, voice),
            "rest": _overview("chains-shallow", say("The shallow chains"), shallow, steps, voice)
            if shallow
            else None,
            "label": say("Show the {count} shallow chains", count=len(shallow)),
            "chains": tuple(
                _chain(row, m.chains[row["chain"]], steps[row["chain"]], voice)
                for row in rows
                if drawn(row)
            ),
        },
    )


def _plants(product_id: str) -> int:
    """How many Norwegian plants of a product work on the day the register was looked over."""
    return len({(row.producer, row.place) for row in working(product_id, LOOKED_OVER.year)})


def chain_names(m: Mapping, voice: Voice) -> dict[str, str]:
    """Names of the mapping's chains by id, those of the analyst's own files among them."""
    return {chain_id: graph.chain.name(voice.lang) for chain_id, graph in m.chains.items()}


def drawn(row: Row) -> bool:
    """Whether a chain is drawn on the page: the deep ones, and the analyst's own."""
    return row["depth"] == DEEP or row["chain"] not in graphs()


def own(m: Mapping, table: str) -> list[Row]:
    """Rows of a table on the mapped home; none where the mapping lacks the table."""
    return [r for r in m.tables.get(table, []) if r.get("home", m.home) == m.home]


def in_short(m: Mapping, voice: Voice) -> str:
    """The deep chains that are vulnerable, in a line; empty without chains."""
    deep = [r for r in own(m, "chains") if r["depth"] == DEEP]
    if not deep:
        return ""
    hit = [voice.name(r) for r in deep if r["verdict"] == "vulnerable"]
    text = voice.say("{hit} of {deep} deep chains are vulnerable", hit=len(hit), deep=len(deep))
    if hit:
        text += f" ({', '.join(hit)})"
    unsure = sum(r["verdict"] == "open" for r in deep)
    return f"{text}; {voice.say('{count} are open', count=unsure)}" if unsure else text


def _verdict(row: Row, voice: Voice) -> Tag:
    code = row["verdict"]
    return Tag(words.word("chain_verdict", code, voice.lang), TONES.get(code, "plain"))


def _overview(
    table_id: str, caption: str, rows: list[Row], steps: dict[str, list[Row]], voice: Voice
) -> Table:
    say = voice.say
    body = []
    for row in rows:
        names = {s["product"]: voice.name(s) for s in steps.get(row["chain"], ())}
        seen = say(
            "{seen} of {needed} needed steps seen",
            seen=row["steps_seen"],
            needed=row["steps_needed"],
        )
        depth = words.word("chain_depth", row["depth"], voice.lang)
        anchor = f"#{voice.lang}-chain-{row['chain']}" if drawn(row) else ""
        body.append(
            (
                Cell(voice.name(row), small=f"{depth} · {seen}", href=anchor),
                Cell("", tags=(_verdict(row, voice),)),
                _bottleneck(row, names, voice),
                _norway(row, names, voice),
            )
        )
    heads = (
        Head(say("Value chain")),
        Head(say("Verdict on the chain")),
        Head(say("Bottleneck among the goods seen"), wide=True),
        Head(say("Steps made in Norway"), wide=True),
    )
    return Table(table_id, caption, heads, tuple(body))


def _bottleneck(row: Row, names: dict[str, str], voice: Voice) -> Cell:
    product = row["bottleneck_product"]
    if product is None:
        return Cell(voice.say("none can be named") if row["steps_needed"] else DASH)
    where = words.stage(row["bottleneck_stage"], voice.lang)
    if row["bottleneck_supplier"]:
        share = voice.percent(row["bottleneck_share"], 0)
        where += f" · {voice.country(row['bottleneck_supplier'])} {share}"
    return Cell(names[product], small=where)


def _norway(row: Row, names: dict[str, str], voice: Voice) -> Cell:
    """How many steps plants on record make, and the first of them; the same for every home."""
    made = [name for product, name in names.items() if _plants(product)]
    if not made:
        return Cell(voice.say("none on record"))
    count = voice.say("{made} of {steps}", made=len(made), steps=row["steps"])
    shown = ", ".join(made[:NAMED]) + (" …" if len(made) > NAMED else "")
    return Cell(count, small=shown)


def _chain(row: Row, graph: ChainGraph, steps: list[Row], voice: Voice) -> ChainView:
    name = voice.name(row)
    drawing = draw(graph, _labels(steps, voice), _words(voice), _arranged(graph))
    summary = _said(name, drawing, voice) + " " + voice.say("The table below it says the same.")
    tags = [_verdict(row, voice)]
    if row["cross_cutting"]:
        tags.append(Tag(voice.say("cross-cutting"), "list"))
    return ChainView(
        f"chain-{row['chain']}",
        name,
        tuple(tags),
        (voice.of(row, "text"), voice.say("Bottleneck:") + " " + voice.of(row, "bottleneck")),
        svg(drawing, summary, voice.lang),
        voice.say("{steps} steps, drawn", steps=len(drawing.boxes)),
        beside(steps, voice),
        _steps(row["chain"], graph, steps, name, voice),
    )


def draw_alone(graph: ChainGraph, report: Row, lang: Lang) -> str:
    """A chain as an SVG file; ``report`` holds its rows ``chain`` and ``steps``."""
    voice = Voice(lang)
    drawing = draw(graph, _labels(report["steps"], voice), _words(voice))
    title = voice.say("The value chain {name}", name=graph.chain.name(lang))
    said = (_said(graph.chain.name(lang), drawing, voice), voice.of(report["chain"], "text"))
    return alone(drawing, title, " ".join(said), lang)


def _said(name: str, drawing: Drawing, voice: Voice) -> str:
    return voice.say(
        "The value chain {name} as a drawing: {steps} steps in {columns} columns from left to right.",
        name=name,
        steps=len(drawing.boxes),
        columns=len(drawing.columns),
    )


@cache
def _arranged(graph: ChainGraph) -> Layered:
    return arrange(graph)


def _labels(steps: list[Row], voice: Voice) -> dict[str, Label]:
    found = {}
    for row in steps:
        tag = _outcome(row, voice)
        found[row["product"]] = Label(
            voice.name(row),
            row["stage"],
            by_key(Stage)[row["stage"]].name(voice.lang),
            "; ".join(text for text in (tag.text, _by_register(row, voice)) if text),
            "" if row["ghost"] else tag.tone,
            row["ghost"],
            row["bottleneck"],
            _plants(row["product"]),
            len(planned(row["product"])),
        )
    return found


def _outcome(row: Row, voice: Voice) -> Tag:
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


def _words(voice: Voice) -> dict[str, str]:
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


def _steps(chain: str, graph: ChainGraph, steps: list[Row], name: str, voice: Voice) -> Table:
    """The drawing as a table: every step, what it is made from, and who supplies it."""
    say = voice.say
    held = {row["product"]: row for row in steps}
    body = []
    for product in (p.product_id for p in graph.nodes):
        row = held[product]
        tags = [_outcome(row, voice)]
        if row["bottleneck"]:
            tags.append(Tag(say("bottleneck"), "risk"))
        body.append(
            (
                Cell(voice.name(row), small=words.stage(row["stage"], voice.lang)),
                Cell(_made_from(graph, product, voice)),
                Cell("", tags=tuple(tags), small=_supplier(row, voice)),
                Cell(_made(row, voice), small=_aside(row, voice)),
            )
        )
    heads = (
        Head(say("Step and stage")),
        Head(say("Made from"), wide=True),
        Head(say("Verdict on its supply, largest supplier that is no ally"), wide=True),
        Head(say("In Norway, and ways out"), wide=True),
    )
    caption = say("The steps of the chain {name}", name=name)
    return Table(f"steps-{chain}", caption, heads, tuple(body))


def _made_from(graph: ChainGraph, product: str, voice: Voice) -> str:
    return "; ".join(_need(need, graph, voice) for need in graph.needs(product)) or DASH


def _need(need: Need, graph: ChainGraph, voice: Voice) -> str:
    """One need in words: its routes with *or* between them, other relations in brackets."""
    kinds = _words(voice)
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


def _supplier(row: Row, voice: Voice) -> str:
    if row["top_other"] is None or row["fed_from"]:
        return _by_register(row, voice)
    return f"{voice.country(row['top_other'])} {voice.percent(row['top_other_share'], 0)}"


def _made(row: Row, voice: Voice) -> str:
    """The home's part, its plants, and whether one group has over 65% of their capacity."""
    text = words.word("chain_entry", row["entry"], voice.lang)
    if count := _plants(row["product"]):
        text += "; " + voice.say("plants: {count}", count=count)
    if row["largest_group_over_65"] == "yes":
        text += "; " + voice.say("over 65% in one group: {name}", name=row["largest_group"])
    return text


def _aside(row: Row, voice: Voice) -> str:
    """Lead time of its own, substitutes, recycling and measures, as far as they are recorded."""
    say, parts = voice.say, []
    times = [by_key(LeadTime)[i] for i in row["lead_times"]]
    if any(time.product_id for time in times):
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
