"""What others get from the home: its share of the blocs' imports, and who would lose most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from verdikart.reference import names
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.content.whole_short import in_words, of_kind
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Cell, Chart, Column, Section, Table
from verdikart.reports.voice import short

Row = dict[str, Any]
DRAWN: Final = 8  # bars that a slide holds
SHOWN: Final = 7  # deliveries in the table of who depends
IMPORTS: Final = "imports"


def positions(draft: Draft) -> Iterator[Section]:
    """The strongest positions, and who depends on the home for what."""
    home = names.name("home", draft.saved.home, draft.lang)
    title = draft.say("Positions: what others get from {home}", home=home)
    rows = of_kind(draft, "position")
    if rows:
        text = draft.say(
            "Ranked by the share that {home} has of an area’s imports from outside times their value. "
            "To be needed is a strength and a responsibility, and a risk where the raw material "
            "comes from few.",
            home=home,
        )
        blocks = (
            _chart(draft, rows[:DRAWN]),
            parts.prose(draft, text, detail=True),
            table(draft, rows, detail=True),
            in_words(draft, rows),
        )
        yield Section("positions", title, blocks)
    else:
        text = draft.say(
            "No positions are on record: {home} is itself part of the areas compared with, or "
            "delivers nothing of weight to them.",
            home=home,
        )
        yield Section("positions", title, (parts.prose(draft, text),))
    yield from _dependents(draft, home)


def _chart(draft: Draft, rows: Sequence[Row]) -> Chart:
    figures = [draft.figure(row, "partner_share") for row in rows]
    labels = tuple(
        f"{short(parts.product(draft, row))} ({parts.partner(draft, row)})" for row in rows
    )
    title = draft.say("The strongest positions: share of the area’s imports from outside")
    axis = draft.say("Share of the area’s imports from outside")
    alt = draft.statement(
        "Bars, one a good and area, ordered by weight. The first is {good} with {share}.",
        good=labels[0],
        share=figures[0],
    )
    twin = parts.twin(
        draft,
        "positions-drawn",
        title,
        (draft.say("Good and area"), *labels),
        draft.head("findings", "partner_share", title=draft.say("Share")),
        [draft.cell(row, "partner_share") for row in rows],
    )
    return parts.bars(draft, "positions-chart", alt, labels, figures, ("ally",), twin, axis)


def table(draft: Draft, rows: Sequence[Row], *, detail: bool = False) -> Table:
    """Each good of a finding with the home's share in every area compared with."""
    held = {
        (r["subject"], r["other"]): r for r in draft.saved.own("positions") if r["basis"] == IMPORTS
    }
    subjects = list(dict.fromkeys(row["subject"] for row in rows))
    areas = [
        area
        for area in dict.fromkeys(other for _, other in held)
        if any((subject, area) in held for subject in subjects)
    ]
    heads = (
        Column("good", draft.say("Good and stage"), width=2.4),
        *(
            draft.head(
                "positions",
                "supplier_share",
                title=parts.capital(names.name("home", area, draft.lang)),
            )
            for area in areas
        ),
        draft.head("findings", "at_stake_t", title=draft.say("Tonnes a year")),
        draft.head("findings", "at_stake_nok", title=draft.say("Value a year")),
        draft.head("positions", "role", width=1.5),
    )
    body = []
    for row in rows:
        found = [held.get((row["subject"], area)) for area in areas]
        role = next((r["role"] for r in found if r), "unknown")
        body.append(
            (
                Cell(
                    parts.product(draft, row),
                    row["subject"],
                    small=words.stage(row["stage"], draft.lang),
                ),
                *(_share(draft, one) for one in found),
                draft.cell(row, "at_stake_t"),
                draft.cell(row, "at_stake_nok"),
                Cell(words.role(role, draft.lang), role),
            )
        )
    title = draft.say(
        "The strongest positions; tonnes and value are of the area where most is delivered"
    )
    return draft.table("positions", title, heads, body, detail=detail)


def _share(draft: Draft, row: Row | None) -> Cell:
    """A share with the rank among suppliers beneath; nothing on record is no zero."""
    if row is None:
        return Cell("–")
    rank = draft.figure(row, "supplier_rank")
    small = draft.say("number {rank}", rank=rank) if rank.raw else ""
    return draft.cell(row, "supplier_share", small=small)


def _dependents(draft: Draft, home: str) -> Iterator[Section]:
    """Deliveries by what the buyer would lose; the home's own where it is the supplier."""
    every = [r for r in draft.saved.rows("reverse_dependency") if r["basis"] == IMPORTS]
    rows = [r for r in every if r["supplier"] == draft.saved.home]
    title = draft.say("Who depends on {home}", home=home)
    if not rows:
        rows = [r for r in every if r["buyer"] == draft.saved.home]
        title = draft.say("What {home} gets from Norway", home=home)
    rows = [r for r in rows if r["supplier_share"] is not None and r["value_nok"]]
    if not rows:
        return
    floor = draft.saved.parameters["share_threshold"]
    countries = [r for r in rows if r["buyer_kind"] == "country" and r["supplier_share"] > floor]
    areas = [r for r in rows if r["buyer_kind"] != "country"]
    blocks = []
    for table_id, said, found in (
        ("dependents", draft.say("Areas, the most valuable deliveries first"), areas),
        (
            "dependent-countries",
            draft.say(
                "Countries that get more than {limit} of their imports of a good from there",
                limit=draft.voice.percent(floor, 0),
            ),
            countries,
        ),
    ):
        found.sort(key=lambda r: (-r["value_nok"], r["subject"]))
        if found:
            detail = table_id != "dependents"
            blocks.append(_deliveries(draft, table_id, said, found[:SHOWN], detail))
    if blocks:
        yield Section("dependents", title, tuple(blocks), level=2)


def _deliveries(
    draft: Draft, table_id: str, title: str, rows: Sequence[Row], detail: bool
) -> Table:
    heads = (
        Column("good", draft.say("Good and code"), width=2.2),
        draft.head("reverse_dependency", "buyer", width=1.4),
        draft.head("reverse_dependency", "supplier_share", title=draft.say("Share of its imports")),
        draft.head("reverse_dependency", "value_nok"),
        draft.head("reverse_dependency", "next_suppliers", width=1.8),
        draft.head("reverse_dependency", "could_cover", width=1.2),
    )
    body = [
        (
            Cell(draft.voice.name(row), row["subject"], small=row["subject"].replace(":", " ")),
            Cell(draft.voice.of(row, "buyer"), row["buyer"]),
            draft.cell(row, "supplier_share"),
            draft.cell(row, "value_nok"),
            parts.word(draft, row, "next_suppliers"),
            draft.named(row, "could_cover"),
        )
        for row in rows
    ]
    return draft.table(table_id, title, heads, body, detail=detail)
