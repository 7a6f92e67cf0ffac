"""The home's position in a chain: functions, plants, trade, and who depends on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.content.chain_seen import Seen
from verdikart.reports.document.model import (
    Block,
    Cell,
    Chart,
    Column,
    Paragraph,
    Points,
    Section,
    Series,
    Statement,
    Table,
)

Row = dict[str, Any]
NAMED: Final = 10  # dependences with a bar of their own
SHOWN: Final = 12  # rows of a table that a slide takes
NEIGHBOURS: Final = ("nor", "swe", "fin")
NO_COUNTRY: Final = ("OTHER", "UNKNOWN")


def short(s: Seen) -> list[Statement]:
    """What the home is in the chain, in a sentence or two."""
    draft, found = s.draft, []
    strongest = next(iter(_depended(s)), None)
    if strongest is not None:
        found.append(
            draft.statement(
                "Strongest position: {buyer} gets {share} of its imports of {good} from {home}.",
                buyer=draft.figure(strongest, "buyer", text=draft.voice.of(strongest, "buyer")),
                share=draft.figure(strongest, "supplier_share"),
                good=parts.inside(draft.voice.name(strongest)),
                home=s.home,
            )
        )
    return found


def sections(s: Seen) -> tuple[Section, ...]:
    """What goods made at home rest on, functions and plants, trade, dependence the other way."""
    draft = s.draft
    return (
        _exposure(s),
        Section("functions", draft.say("What is done in Norway"), _functions(s)),
        _trade(s),
        _dependence(s),
    )


def _exposure(s: Seen) -> Section:
    draft = s.draft
    rows = [r for r in draft.saved.rows("chain_exposure") if r["chain_id"] == s.chain]
    best: dict[str, Row] = {}
    for row in rows:
        held = best.get(row["product_id"])
        if held is None or _weight(s, row) > _weight(s, held):
            best[row["product_id"]] = row
    ordered = sorted(best.values(), key=lambda r: -(r["total"] or 0))
    heads = (
        Column("good", draft.say("Good made at home"), width=2.4),
        Column("country", draft.say("Country it rests on most"), width=1.5),
        *(draft.head("chain_exposure", c) for c in ("direct", "indirect", "total")),
    )
    body = [
        (
            s.step(row["product_id"]),
            Cell(draft.voice.of(row, "country"), row["country"]),
            *(draft.cell(row, c, decimals=0) for c in ("direct", "indirect", "total")),
        )
        for row in ordered
    ]
    caveats = [n for r in ordered for code in r["caveats"] or () for n in draft.reason(code)]
    title = draft.say("What the goods made at home rest on")
    empty = draft.say("No good of this chain is made at home with inputs that can be traced.")
    return Section(
        "exposure",
        title,
        (
            draft.table(
                "exposure", title, heads, body, empty=empty, notes=tuple(dict.fromkeys(caveats))
            ),
        ),
    )


def _weight(s: Seen, row: Row) -> tuple[bool, float]:
    foreign = row["country"] not in (*NO_COUNTRY, s.draft.saved.home)
    return foreign and bool(row["total"]), row["total"] or 0.0


def _functions(s: Seen) -> tuple[Block, ...]:
    draft, lang = s.draft, s.draft.lang
    rows = s.of("chain_functions")
    statements = []
    for row in rows:
        said = draft.figure(row, "note")
        runs = [f"{draft.voice.of(row, 'function').capitalize()}: ", said]
        owner = words.cited(row["source"], lang)
        statements.append(draft.stated(runs, kind="expert", owner=owner))
    empty = draft.say("No functions are on record for this chain; only the deep chains have them.")
    return (Points(tuple(statements), empty=empty), plants(s), _roles(s))


def plants(s: Seen) -> Table:
    """Plants of the chain's goods, those at work first."""
    draft = s.draft
    rows = [r for r in draft.saved.rows("facilities") if r["product"] in s.steps]
    rows.sort(key=lambda r: (r["status"] != "operating", -(r["capacity"] or 0), r["producer"]))
    made = parts.plants(draft, "plants", draft.say("Plants, projects and deposits in Norway"), rows)
    from dataclasses import replace

    return replace(made, detail=len(rows) > SHOWN)


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
    """What is bought, made and sold: the largest origin and the largest market of each good made."""
    draft = s.draft
    rows = [r for r in draft.saved.rows("trade_patterns") if s.chain in (r["chains"] or ())]
    first = [r for r in rows if r["country"] and (r["rank"] or 1) == 1]
    heads = (
        Column("product", draft.say("Made in Norway"), width=2),
        Column("flow", draft.say("Direction")),
        Column("good", draft.say("Good traded"), width=2),
        Column("country", draft.say("Largest partner"), width=1.2),
        draft.head("trade_patterns", "share"),
        draft.head("trade_patterns", "value_nok"),
    )
    said = {"feed": draft.say("bought in"), "export": draft.say("sold")}
    body = [
        (
            s.step(row["product"]),
            Cell(said.get(row["flow"], row["flow"]), row["flow"]),
            Cell(draft.voice.of(row, "good"), row["good"]),
            Cell(draft.voice.of(row, "country"), row["country"]),
            draft.cell(row, "share"),
            draft.cell(row, "value_nok"),
        )
        for row in first
    ]
    title = draft.say("Bought, made and sold")
    empty = draft.say("No trade of goods made in Norway in this chain is on record.")
    reasons = dict.fromkeys(n for r in first for n in draft.reason(r["share_reason"]))
    table = draft.table("trade", title, heads, body, empty=empty, notes=tuple(reasons))
    return Section("trade", title, (table,))


def _depended(s: Seen) -> list[Row]:
    """Who gets a large part of a good of the chain from the home, the largest part first."""
    floor = s.draft.saved.parameters["position_floor"]
    rows = [
        r
        for r in s.draft.saved.rows("reverse_dependency")
        if s.chain in (r["chains"] or ())
        and r["supplier"] == s.draft.saved.home
        and (r["supplier_share"] or 0) >= floor
    ]
    return sorted(rows, key=lambda r: (-r["supplier_share"], r["subject"], r["buyer"]))


def _dependence(s: Seen) -> Section:
    draft = s.draft
    title = draft.say("Who depends on {home}", home=s.home)
    rows = _depended(s)
    if not rows:
        text = draft.say(
            "No buyer that the mapping looks at gets a large part of a good of this chain from {home}.",
            home=s.home,
        )
        return Section("dependence", title, (Paragraph((draft.stated([text]),)),))
    return Section("dependence", title, (bars(s.draft, "dependence", title, rows),))


def bars(draft: Any, chart_id: str, title: str, rows: Iterable[Row]) -> Chart:
    """Dependences as bars: the supplier's share of the buyer's imports of a good."""
    shown = list(rows)[:NAMED]
    figures = tuple(draft.figure(row, "supplier_share") for row in shown)
    categories = tuple(
        draft.say(
            "{good} to {buyer}",
            good=parts.product(draft, row),
            buyer=draft.voice.of(row, "buyer"),
        )
        for row in shown
    )
    heads = (
        Column("good", draft.say("Good"), width=2.2),
        draft.head("reverse_dependency", "buyer", width=1.4),
        draft.head("reverse_dependency", "supplier_share"),
        draft.head("reverse_dependency", "supplier_rank"),
        draft.head("reverse_dependency", "value_nok"),
        Column("period", draft.say("Period")),
    )
    table = draft.table(
        chart_id,
        title,
        heads,
        [
            (
                Cell(parts.product(draft, row), row["subject"]),
                Cell(draft.voice.of(row, "buyer"), row["buyer"]),
                draft.cell(row, "supplier_share"),
                draft.cell(row, "supplier_rank"),
                draft.cell(row, "value_nok"),
                draft.named(row, "period"),
            )
            for row in shown
        ],
    )
    alt = draft.statement(
        "{first} is the largest share shown, {share}; the last is {last}.",
        first=categories[0],
        share=figures[0],
        last=figures[-1],
    )
    axis = draft.say("Share of the buyer’s imports from outside")
    series = Series(axis, tuple(f.raw for f in figures), ("ally",), figures)
    return Chart(
        f"{chart_id}-chart",
        title,
        alt.text,
        "bar",
        categories,
        (series,),
        "share",
        axis,
        table,
        notes=table.notes,
    )
