"""Of one material: figures of tables that the user added, beside the mapping's own."""

from __future__ import annotations

from verdikart.reference.entities import ProductMaterial
from verdikart.reference.load import load
from verdikart.reference.names import name
from verdikart.web.blocks import Column, Section, Table
from verdikart.web.pages.material_seen import Row, Seen
from verdikart.web.values import cell, heads, plain


def own(seen: Seen) -> Section | None:
    """What the user's own tables say of it or of a good made of it; None where none was chosen."""
    ask, say = seen.ask, seen.ask.say
    every = ask.saved.rows("own_figures")
    if not every:
        return None
    goods = {p.product_id for p in load(ProductMaterial) if p.material_id == seen.key}
    rows = [r for r in every if r["material"] == seen.key or r["product"] in goods]
    body = tuple(
        (
            plain(row["measure"], ask.voice.of(row, "measure"), small=row["own_source"]),
            cell(
                ask,
                row,
                "country",
                small=ask.voice.country(row["partner"]) if row["partner"] else "",
            ),
            plain(row["year"]),
            cell(ask, row, "own_value"),
            plain("", _said(seen, row)),
        )
        for row in rows
    )
    columns = (
        *heads(ask, "own_figures", ("measure",)),
        *heads(ask, "own_figures", ("country",)),
        Column("year", say("Year")),
        *heads(ask, "own_figures", ("own_value",)),
        Column("note", say("Note"), wide=True),
    )
    about = dict.fromkeys(ask.voice.of(row, "own_about") for row in rows)
    table = Table(
        "own-table",
        say("What own tables say of {name}", name=ask.voice.name(seen.row)),
        columns,
        body,
        notes=(
            *about,
            say("They stand beside the mapping’s own figures and go into none of them."),
        ),
        empty=say("The chosen tables say nothing of this material."),
    )
    return Section("own", say("From your own tables"), (table,))


def _said(seen: Seen, row: Row) -> str:
    """Whatever else the table says of a row: the good, its code, further keys, its mark, its note."""
    good = name("product", row["product"], seen.ask.lang) if row["product"] else ""
    code = f"{row['nomenclature'] or ''} {row['code']}".strip() if row["code"] else ""
    parts = (good, code, row["other"], row["mark"], row["note"])
    return "; ".join(part for part in parts if part)
