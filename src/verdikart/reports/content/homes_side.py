"""Homes side by side: counts as parts of a bar a home, and the value chains as a matrix of verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from verdikart.reference import names
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.content.whole_chains import DEEP, ORDER
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Block,
    Cell,
    Chart,
    Column,
    Section,
    Series,
    Table,
    Tone,
)

Row = dict[str, Any]
CHAINS: Final[tuple[tuple[str, Tone], ...]] = (
    ("vulnerable", "risk"),
    ("open", "doubt"),
    ("concentrated_allied", "ally"),
    ("not_concentrated", "other"),
    ("not_needed", "quiet"),
)


def named(draft: Draft, homes: Sequence[str]) -> list[str]:
    """The homes' names."""
    return [names.name("home", home, draft.lang) for home in homes]


def home_cell(draft: Draft, home: str) -> Cell:
    """A home at the head of a row."""
    return Cell(parts.capital(names.name("home", home, draft.lang)), home)


def stacked(
    draft: Draft,
    table_id: str,
    title: str,
    homes: Sequence[str],
    table: str,
    column: str,
    kinds: Sequence[tuple[str, str, Tone]],
) -> Chart:
    """Rows of a table counted by home and by a column's values, a value no home has left out."""
    every = {
        code: [draft.counted(table, **{"home": home, column: code}) for home in homes]
        for code, _, _ in kinds
    }
    used = [kind for kind in kinds if any(figure.raw != 0 for figure in every[kind[0]])]
    labels = tuple(parts.capital(name) for name in named(draft, homes))
    series = tuple(
        Series(
            parts.capital(name),
            tuple(figure.raw for figure in every[code]),
            (tone,),
            tuple(every[code]),
        )
        for code, name, tone in used
    )
    heads = (
        Column("home", draft.say("Home"), width=2),
        *(Column(code, parts.capital(name), "count", number=True) for code, name, _ in used),
    )
    body = [
        (home_cell(draft, home), *(parts.of_figure(every[code][place]) for code, _, _ in used))
        for place, home in enumerate(homes)
    ]
    twin = draft.table(table_id, title, heads, body)
    alt = draft.say(
        "Bars in parts, one a home: {names}. The parts, from the left: {parts}.",
        names=draft.voice.join(list(labels)),
        parts=draft.voice.join([name for _, name, _ in used]),
    )
    return Chart(
        f"{table_id}-chart",
        title,
        alt,
        "stacked",
        labels,
        series,
        "count",
        draft.say("Count"),
        twin,
        notes=twin.notes,
    )


def chains(draft: Draft, homes: Sequence[str]) -> Section:
    """Verdicts of the value chains, home by home."""
    held = {(r["home"], r["chain"]): r for r in draft.saved.rows("chains") if r["home"] in homes}
    title = draft.say("Value chains, home by home")
    if not held:
        text = draft.say("The mapping holds no value chains.")
        return Section("chains", title, (parts.prose(draft, text),))
    chart = stacked(
        draft,
        "chain-verdicts",
        draft.say("Value chains by verdict"),
        homes,
        "chains",
        "verdict",
        [(code, words.word("chain_verdict", code, draft.lang), tone) for code, tone in CHAINS],
    )
    blocks: list[Block] = [chart]
    for depth, said in (
        (DEEP, draft.say("The deep value chains")),
        ("shallow", draft.say("The shallow chains")),
    ):
        ids = list(dict.fromkeys(c for (_, c), row in held.items() if row["depth"] == depth))
        if ids:
            blocks.append(_matrix(draft, f"chains-{depth}", said, homes, held, ids))
    return Section("chains", title, tuple(blocks))


def _matrix(
    draft: Draft,
    table_id: str,
    title: str,
    homes: Sequence[str],
    held: dict[tuple[str, str], Row],
    chains: Sequence[str],
) -> Table:
    """A chain a row, a home a column: the verdict, and the bottleneck with its supplier beneath."""

    def worst(chain: str) -> tuple[int, str]:
        places = [ORDER.index(held[h, chain]["verdict"]) for h in homes if (h, chain) in held]
        return sum(places), names.name("chain", chain, draft.lang)

    heads = (
        Column("chain", draft.say("Value chain"), width=1.4),
        *(Column(h, parts.capital(names.name("home", h, draft.lang)), width=1.6) for h in homes),
    )
    body = [
        (
            Cell(names.name("chain", chain, draft.lang), chain),
            *(_verdict(draft, held.get((home, chain))) for home in homes),
        )
        for chain in sorted(chains, key=worst)
    ]
    return draft.table(table_id, title, heads, body, detail=table_id != f"chains-{DEEP}")


def _verdict(draft: Draft, row: Row | None) -> Cell:
    if row is None:
        return Cell("–")
    beneath = [
        str(draft.figure(row, column))
        for column in ("bottleneck_product", "bottleneck_supplier")
        if row[column]
    ]
    return draft.cell(row, "verdict", small=", ".join(beneath))
