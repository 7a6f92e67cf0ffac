"""What is done in Norway of a chain: functions, plants, trade, and who depends on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from verdikart.reports import words
from verdikart.reports.content import chain_depend, parts
from verdikart.reports.content.chain_seen import Seen
from verdikart.reports.document.model import (
    Cell,
    Column,
    Points,
    Section,
    Statement,
    Table,
)

Row = dict[str, Any]
SHOWN: Final = 12  # rows of a table that a slide takes
NEIGHBOURS: Final = ("nor", "swe", "fin")


def sections(s: Seen) -> tuple[Section, ...]:
    """Functions and plants, trade, dependence the other way; none for a home without Norway."""
    if not s.norwegian:
        return ()
    title = s.draft.say("What is done in Norway")
    done = Section("functions", title, (_functions(s), _plants(s), _roles(s)))
    return done, _trade(s), _dependence(s)


def short(s: Seen) -> list[Statement]:
    """The home's weightiest position in the chain; none where it has none."""
    draft, row = s.draft, chain_depend.weightiest(_depended(s))
    if row is None:
        return []
    return [
        draft.statement(
            "Weightiest position: {buyer} gets {share} of its imports of {good} from {home}.",
            buyer=draft.figure(row, "buyer", text=draft.voice.of(row, "buyer")),
            share=draft.figure(row, "supplier_share"),
            good=parts.inside(parts.product(draft, row)),
            home=s.home,
        )
    ]


def _functions(s: Seen) -> Points:
    """What the map of Norway says of each function; these are judgements, with whose they are."""
    draft = s.draft
    statements = [
        draft.stated(
            [f"{parts.capital(draft.voice.of(row, 'function'))}. ", draft.figure(row, "note")],
            kind="expert",
            owner=_owner(s, row["source"]),
        )
        for row in s.of("chain_functions")
        if draft.voice.of(row, "note")
    ]
    empty = draft.say("No functions are on record for this chain; only the deep chains have them.")
    return Points(tuple(statements), draft.say("Function by function"), empty=empty)


def _owner(s: Seen, source: str | None) -> str:
    """Who stands behind a note: where it was read, or that it is from memory."""
    say, text = s.draft.say, source or ""
    held = [
        name
        for sign, name in (
            ("mineral strategy", say("Norway’s mineral strategy 2023")),
            ("Prosess21", say("Prosess21, status report 2024")),
            ("process industry 2024", say("Prosess21, status report 2024")),
            ("World Mineral Statistics", say("British Geological Survey")),
            ("facilit", say("the plant register of verdikart")),
            ("register", say("the plant register of verdikart")),
        )
        if sign in text
    ]
    held = list(dict.fromkeys(held))
    if "memory" in text and held:
        held.append(say("in part from memory, unverified"))
    elif not held:
        held.append(say("from memory, unverified"))
    return ", ".join(held)


def _plants(s: Seen) -> Table:
    """Plants of the chain's goods, those at work first."""
    draft = s.draft
    rows = [r for r in draft.saved.rows("facilities") if r["product"] in s.steps]
    rows.sort(key=lambda r: (r["status"] != "operating", -(r["capacity"] or 0), r["producer"]))
    title = draft.say("Plants, projects and deposits in Norway")
    return replace(parts.plants(draft, "plants", title, rows), detail=len(rows) > SHOWN)


def _roles(s: Seen) -> Table:
    draft = s.draft
    order = {p: n for n, p in enumerate(s.steps)}
    rows = sorted(s.of("chain_roles"), key=lambda r: order.get(r["product"], len(order)))
    heads = (
        Column("step", draft.say("Step and stage"), width=2.4),
        Column("role", draft.say("Norway’s role"), width=1.8),
        Column("nor", draft.say("Norway")),
        Column("swe", draft.say("Sweden")),
        Column("fin", draft.say("Finland")),
    )
    body = [
        (
            s.step(row["product"]),
            Cell(draft.voice.of(row, "role"), row["role"]),
            *(
                Cell(
                    words.word("nordic_step", row[f"{c}_state"], draft.lang),
                    row[f"{c}_state"],
                    "missing" if row[f"{c}_state"] == "unknown" else "ok",
                )
                for c in NEIGHBOURS
            ),
        )
        for row in rows
    ]
    title = draft.say("Who has which step: Norway, Sweden and Finland")
    empty = draft.say("The mapping holds no roles for this chain.")
    return draft.table("roles", title, heads, body, empty=empty, detail=True)


def _trade(s: Seen) -> Section:
    """Feed, product, market: the largest origin and the largest market of each good made."""
    draft = s.draft
    rows = [r for r in draft.saved.rows("trade_patterns") if s.chain in (r["chains"] or ())]
    # The register names countries without a rank; of them each is shown.
    first = [r for r in rows if r["country"] and (r["rank"] or 1) == 1]
    title = draft.say("Bought, made and sold")
    if not first:
        text = draft.say("No trade of goods made in Norway in this chain is on record.")
        return Section("trade", title, (parts.prose(draft, text),))
    heads = (
        Column("product", draft.say("Made in Norway"), width=2),
        Column("flow", draft.say("In or out"), width=0.8),
        Column("good", draft.say("Good traded"), width=2),
        Column("country", draft.say("Largest partner"), width=1.2),
        draft.head("trade_patterns", "share"),
        draft.head("trade_patterns", "value_nok"),
    )
    said = {"feed": draft.say("feed"), "export": draft.say("sold")}
    body = [
        (
            Cell(s.name(row["product"]), row["product"], small=draft.voice.of(row, "role")),
            Cell(said[str(row["flow"])], row["flow"]),
            Cell(draft.voice.of(row, "good"), row["good"]),
            Cell(draft.voice.of(row, "country"), row["country"]),
            draft.cell(row, "share"),
            draft.cell(row, "value_nok"),
        )
        for row in first
    ]
    reasons = dict.fromkeys(n for r in first for n in draft.reason(r["share_reason"]))
    traded = {r["product"] for r in first}
    silent = dict.fromkeys(s.name(r["product"]) for r in rows if r["product"] not in traded)
    if silent:
        text = draft.say("Made, with no trade on record: {names}.", names="; ".join(silent))
        reasons[draft.note(text)] = None
    table = draft.table("trade", title, heads, body, notes=tuple(reasons))
    return Section("trade", title, (table,))


def _depended(s: Seen) -> list[Row]:
    return [r for r in chain_depend.depended(s.draft) if s.chain in (r["chains"] or ())]


def _dependence(s: Seen) -> Section:
    draft, rows = s.draft, _depended(s)
    title = draft.say("Who depends on {home}", home=s.home)
    if rows:
        return Section("dependence", title, (chain_depend.bars(draft, "dependence", title, rows),))
    text = draft.say(
        "No buyer that the mapping looks at gets a large part of a good of this chain from {home}.",
        home=s.home,
    )
    return Section("dependence", title, (parts.prose(draft, text),))
