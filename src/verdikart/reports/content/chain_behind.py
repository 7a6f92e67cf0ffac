"""What the goods of a chain rest on: the origin of their inputs, looked through."""

from __future__ import annotations

from typing import Any, Final

from verdikart.reports.content import parts
from verdikart.reports.content.chain_seen import Seen
from verdikart.reports.document.model import Block, Cell, Column, Section, Table

Row = dict[str, Any]
NO_COUNTRY: Final = ("OTHER", "UNKNOWN")
NARROW: Final = 0.5  # an interval wider than this says nothing of the origin
INPUTS: Final = 10
SHARES: Final = ("direct", "indirect", "total")


def exposure(s: Seen) -> Section:
    """Inputs whose origin is bounded, and then every good, with its interval."""
    draft = s.draft
    title = draft.say("What the goods of the chain rest on")
    lines = [r for r in draft.saved.rows("chain_exposure_lines") if r["chain_id"] == s.chain]
    goods = [r for r in draft.saved.rows("chain_exposure") if r["chain_id"] == s.chain]
    if not goods:
        text = draft.say("No good of this chain has inputs that can be traced.")
        return Section("exposure", title, (parts.prose(draft, text),))
    known = [r for r in _worst(s, lines, ("product_id", "input_id")) if _bounded(s, r)]
    blocks: list[Block] = [
        parts.prose(
            draft,
            draft.say(
                "Direct is what is bought from the country; indirect is what was made there and "
                "came by way of others. Only inputs whose origin can be bounded are shown first; "
                "for the rest the interval runs from nothing to everything."
            ),
        )
    ]
    if known:
        blocks.append(_table(s, "inputs", draft.say("Inputs by country of origin"), known[:INPUTS]))
    else:
        text = draft.say("For no input can the country of origin be bounded on the embedded data.")
        blocks.append(parts.prose(draft, text))
    made = _worst(s, goods, ("product_id",))
    whole = draft.say("Goods by the foreign country they rest on most")
    blocks.append(_table(s, "exposure", whole, made))
    return Section("exposure", title, tuple(blocks))


def _bounded(s: Seen, row: Row) -> bool:
    return (
        _foreign(s, row)
        and row["total_low"] is not None
        and row["total_high"] is not None
        and row["total_high"] - row["total_low"] < NARROW
    )


def _foreign(s: Seen, row: Row) -> bool:
    return row["country"] not in (*NO_COUNTRY, s.draft.saved.home) and bool(row["total"])


def _worst(s: Seen, rows: list[Row], keys: tuple[str, ...]) -> list[Row]:
    """For each good or input the foreign country with most; the home or none where there is none."""
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(row[k] for k in keys)
        if key not in found or _weight(s, row) > _weight(s, found[key]):
            found[key] = row
    return sorted(found.values(), key=lambda r: _weight(s, r), reverse=True)


def _weight(s: Seen, row: Row) -> tuple[bool, float]:
    return _foreign(s, row), row["total"] or 0.0


def _table(s: Seen, table_id: str, title: str, rows: list[Row]) -> Table:
    draft = s.draft
    lines = table_id == "inputs"
    of = "chain_exposure_lines" if lines else "chain_exposure"
    heads = (
        *([Column("input", draft.say("Input"), width=2)] if lines else []),
        Column("good", draft.say("Goes into") if lines else draft.say("Good"), width=2),
        Column("country", draft.say("Country"), width=1.3),
        *(draft.head(of, c) for c in SHARES),
    )
    body = [
        (
            *([s.step(row["input_id"])] if lines else []),
            s.step(row["product_id"]),
            Cell(draft.voice.of(row, "country"), row["country"]),
            *(draft.cell(row, c, decimals=0) for c in SHARES),
        )
        for row in rows
    ]
    codes = (code for row in rows for code in row["caveats"] or ())
    notes = dict.fromkeys(n for code in codes for n in draft.reason(code))
    return draft.table(table_id, title, heads, body, notes=tuple(notes), detail=not lines)
