"""Goods, chains, shares and findings that changed between two mappings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from verdikart.mapping.changes import Pair, paired
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.content.change_sides import Sides, cause_name, change, either
from verdikart.reports.document.model import Block, Cell, Column, Paragraph, Points, Section, Table

Row = dict[str, Any]
MOST: Final = 20  # shares that moved most
NEAR: Final = 5e-4  # a smaller change of a share is not seen as it is written


def goods(sides: Sides) -> Section:
    """Goods whose verdict turned."""
    draft = sides.now
    pairs = [pair for pair in sides.found.assessments if pair[0] and pair[1]]

    def said(row: Row) -> str:
        return words.outcome(row["outcome"], draft.lang).text

    heads = (
        Column("good", draft.say("Good and stage"), width=2.4),
        *(
            Column(f"outcome_{d.saved.name}", sides.head(draft.say("Verdict"), d), width=1.4)
            for d in (sides.then, sides.now)
        ),
        *(
            Column(f"supplier_{d.saved.name}", sides.head(draft.say("Largest supplier"), d))
            for d in (sides.then, sides.now)
        ),
        *_shares(sides),
        draft.head("assessments", "value_nok"),
    )
    body = []
    for pair in pairs:
        new = pair[1]
        if new is None:
            continue
        body.append(
            (
                _good(sides, pair),
                *sides.worded(pair, "outcome", said),
                *sides.cells(pair, "top_supplier"),
                *sides.cells(pair, "top_share"),
                draft.cell(new, "value_nok"),
            )
        )
    codes = any(old and new and old["subject"] != new["subject"] for old, new in pairs)
    notes = [draft.note(_codes(sides))] if codes else []
    title = draft.say("Goods whose verdict turned")
    empty = draft.say("No good changes its verdict.")
    return Section(
        "goods", title, (draft.table("goods", title, heads, body, empty=empty, notes=notes),)
    )


def _shares(sides: Sides) -> list[Column]:
    title = sides.now.say("Largest share")
    return [
        Column(f"share_{d.saved.name}", sides.head(title, d), "share", number=True)
        for d in (sides.then, sides.now)
    ]


def _good(sides: Sides, pair: Pair) -> Cell:
    """A good with its stage, and its two codes where they differ."""
    row = either(pair)
    small = words.stage(row["stage"], sides.now.lang)
    if pair[0] and pair[1] and pair[0]["subject"] != pair[1]["subject"]:
        small += f"; {_code(sides, pair[0])} → {_code(sides, pair[1])}"
    return Cell(sides.good(row), row["subject"], small=small)


def _code(sides: Sides, row: Row) -> str:
    """The code that a good is seen through."""
    return str(row["subject"]) if ":" in row["subject"] else sides.now.say("no code")


def _codes(sides: Sides) -> str:
    return sides.now.say(
        "Not every source holds every year. Where a good is seen through another code now than then, both "
        "codes stand under its name, and the new verdict may come from that alone."
    )


def chains(sides: Sides) -> Section:
    """Value chains whose verdict turned."""
    draft = sides.now

    def said(row: Row) -> str:
        return words.word("chain_verdict", row["verdict"], draft.lang)

    heads = (
        Column("chain", draft.say("Value chain"), width=1.5),
        Column("depth", draft.say("Depth of the chain"), width=1.2),
        *(
            Column(f"verdict_{d.saved.name}", sides.head(draft.say("Verdict"), d), width=1.3)
            for d in (sides.then, sides.now)
        ),
        *(
            Column(f"bottleneck_{d.saved.name}", sides.head(draft.say("Bottleneck"), d), width=1.8)
            for d in (sides.then, sides.now)
        ),
    )
    body = [
        (
            Cell(draft.voice.name(either(pair)), either(pair)["chain"]),
            Cell(
                words.word("chain_depth", either(pair)["depth"], draft.lang), either(pair)["depth"]
            ),
            *sides.worded(pair, "verdict", said),
            *sides.cells(pair, "bottleneck_product"),
        )
        for pair in sides.found.chains
        if pair[0] and pair[1]
    ]
    title = draft.say("Value chains whose verdict turned")
    empty = draft.say("No value chain changes its verdict.")
    return Section("chains", title, (draft.table("chains", title, heads, body, empty=empty),))


def shares(sides: Sides) -> Section:
    """The largest suppliers' shares that moved most."""
    draft = sides.now
    moved = []
    then, now = (side.saved.own("assessments") for side in (sides.then, sides.now))
    for old, new in paired(then, now, "subject", "products"):
        if old and new and old["basis"] == new["basis"] == "own_imports":
            ends = (old["top_share"], new["top_share"])
            if None not in ends and abs(ends[1] - ends[0]) >= NEAR:
                moved.append((old, new, ends[1] - ends[0]))
    moved.sort(key=lambda m: -abs(m[2]))
    heads = (
        Column("good", draft.say("Good and stage"), width=2.4),
        *(
            Column(
                f"supplier_{d.saved.name}", sides.head(draft.say("Largest supplier"), d), width=1.2
            )
            for d in (sides.then, sides.now)
        ),
        *_shares(sides),
        Column("points", draft.say("Change, percentage points"), "number", number=True),
    )
    body = []
    for old, new, difference in moved[:MOST]:
        ends = sides.cells((old, new), "top_share")
        body.append(
            (
                _good(sides, (old, new)),
                *sides.cells((old, new), "top_supplier"),
                *ends,
                change(100 * difference, ends, draft, 1),
            )
        )
    title = draft.say("Largest shares that moved most")
    notes = [draft.note(_codes(sides))] if moved else []
    if len(moved) > MOST:
        left = draft.say("{count} more shares moved less.", count=len(moved) - MOST)
        notes.append(draft.note(left))
    empty = draft.say("No share of a largest supplier moved.")
    table = draft.table("shares", title, heads, body, empty=empty, notes=notes)
    return Section("shares", title, (table,))


def findings(sides: Sides) -> Section:
    """Findings that are new or gone, grouped by what they are to be used for."""
    draft = sides.now
    then, now = (side.saved.rows("findings") for side in (sides.then, sides.now))
    held, kept = {_about(r) for r in now}, {_about(r) for r in then}
    goods_then, goods_now = ({_about(r)[:2] for r in rows} for rows in (then, now))
    fresh = [r for r in now if _about(r) not in kept]
    new = [r for r in fresh if _about(r)[:2] not in goods_then]
    turned = [r for r in fresh if _about(r)[:2] in goods_then]
    gone = [r for r in then if _about(r) not in held and _about(r)[:2] not in goods_now]
    blocks: list[Block] = []
    for points in parts.findings_by_use(draft, new):
        title = draft.say("New: {use}", use=parts.inside(points.title))
        blocks.append(Points(points.statements, title))
    for use in parts.USES:
        said = tuple(parts.finding(sides.then, row)[0] for row in gone if row["use"] == use)
        if said:
            title = draft.say("Gone: {use}", use=parts.inside(parts.use_title(draft, use)))
            blocks.append(Points(said, title))
    if turned:
        title = draft.say(
            "Goods with a finding then too, of another country or bloc, often by another source: "
            "the two shares are not to be compared"
        )
        said = tuple(s for row in turned for s in parts.finding(draft, row))
        blocks.append(Points(said, title))
    if blocks:
        text = draft.say(
            "A finding is new or gone also where only one of the mappings has data on the good, or "
            "where others passed it in rank: it need not be the supply that has changed."
        )
        blocks.insert(0, Paragraph((draft.stated([text]),)))
    else:
        text = draft.say("The findings are of the same goods and countries as then.")
        blocks.append(Paragraph((draft.stated([text]),)))
    return Section("findings", draft.say("Findings that are new or gone"), tuple(blocks))


def _about(row: Row) -> tuple[str, str, str]:
    """What a finding is of, whatever code shows it."""
    return row["kind"], (row["products"] or [row["subject"]])[0], row["partner"]


def alone(sides: Sides) -> Section:
    """What only one of the two mappings has."""
    draft = sides.now
    rows: list[tuple[str, str, str, str, str]] = []
    for row in sides.found.scores.materials:
        if row["change"] != "kept":
            why = draft.voice.join([cause_name(draft, c) for c in row["change_causes"]])
            place = sides.now_name if row["change"] == "added" else sides.then_name
            rows.append(
                (
                    draft.say("Scored material"),
                    draft.voice.name(row),
                    row["material_id"],
                    place,
                    why,
                )
            )
    rows += _lone(sides, sides.found.assessments, draft.say("Good"), "subject")
    rows += _lone(sides, sides.found.chains, draft.say("Value chain"), "chain")
    heads = (
        Column("kind", draft.say("What"), width=1.2),
        Column("name", draft.say("Name"), width=2.8),
        Column("only", draft.say("Only in")),
        Column("why", draft.say("Why"), width=1.4),
    )
    body = [
        (Cell(kind, kind), Cell(name, key), Cell(place, place), Cell(why, why))
        for kind, name, key, place, why in rows
    ]
    title = draft.say("In one of the mappings only")
    table: Table = draft.table(
        "alone",
        title,
        heads,
        body,
        empty=draft.say("Both mappings have the same materials, goods and chains."),
        detail=True,
    )
    return Section("alone", title, (table,))


def _lone(
    sides: Sides, pairs: Sequence[Pair], kind: str, key: str
) -> list[tuple[str, str, str, str, str]]:
    """Rows of one side only. A good that is not assessed has no trade figures of its own there."""
    found = []
    for old, new in pairs:
        if old is None or new is None:
            row = either((old, new))
            name = sides.good(row) if "products" in row else sides.now.voice.name(row)
            place = sides.then_name if new is None else sides.now_name
            small = row[key] if ":" in row[key] else ""
            found.append((kind, f"{name} ({small})" if small else name, row[key], place, "–"))
    return found


__all__ = ["alone", "chains", "findings", "goods", "shares"]
