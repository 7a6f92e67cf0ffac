"""The value chains: an overview, and each deep chain drawn, as steps, and with what stands beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from verdikart.chains.graph import ChainGraph
from verdikart.mapping.chain_graphs import DEEP, graphs
from verdikart.mapping.run import Mapping
from verdikart.reference.i18n import Lang
from verdikart.reports import words
from verdikart.reports.chain_beside import beside
from verdikart.reports.chain_drawing import alone, svg
from verdikart.reports.chain_labels import (
    aside,
    lay,
    made,
    made_from,
    outcome,
    registered,
    said,
    supplier,
)
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
    made = [name for product, name in names.items() if registered(product)[0]]
    if not made:
        return Cell(voice.say("none on record"))
    count = voice.say("{made} of {steps}", made=len(made), steps=row["steps"])
    shown = ", ".join(made[:NAMED]) + (" …" if len(made) > NAMED else "")
    return Cell(count, small=shown)


def _chain(row: Row, graph: ChainGraph, steps: list[Row], voice: Voice) -> ChainView:
    name = voice.name(row)
    drawing = lay(graph, steps, voice)
    summary = said(name, drawing, voice) + " " + voice.say("The table below it says the same.")
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
    drawing = lay(graph, report["steps"], voice)
    title = voice.say("The value chain {name}", name=graph.chain.name(lang))
    texts = (said(graph.chain.name(lang), drawing, voice), voice.of(report["chain"], "text"))
    return alone(drawing, title, " ".join(texts), lang)


def _steps(chain: str, graph: ChainGraph, steps: list[Row], name: str, voice: Voice) -> Table:
    """The drawing as a table: every step, what it is made from, and who supplies it."""
    say = voice.say
    held = {row["product"]: row for row in steps}
    body = []
    for product in (p.product_id for p in graph.nodes):
        row = held[product]
        tags = [outcome(row, voice)]
        if row["bottleneck"]:
            tags.append(Tag(say("bottleneck"), "risk"))
        body.append(
            (
                Cell(voice.name(row), small=words.stage(row["stage"], voice.lang)),
                Cell(made_from(graph, product, voice)),
                Cell("", tags=tuple(tags), small=supplier(row, voice)),
                Cell(made(row, voice), small=aside(row, voice)),
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
