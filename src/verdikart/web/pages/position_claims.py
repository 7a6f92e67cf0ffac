"""Shares of Norway that are quoted in public texts, beside what each way of counting gives."""

from __future__ import annotations

from typing import Any

from verdikart.reference.figures import Claim, Document
from verdikart.reference.load import by_key
from verdikart.reference.names import name
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Note, Prose, Section, Table
from verdikart.web.values import cell, head

Row = dict[str, Any]


def section(ask: Ask) -> Section:
    """Every claim with every denominator that can be computed."""
    say, rows = ask.say, ask.saved.rows("claims")
    title = say("What is said of Norway’s share, and what can be computed")
    if not rows:
        return Section(
            "claims", title, (Note(say("Quoted shares are on record for Norway only.")),)
        )
    lead = say(
        "Public texts give shares without always saying of what. The same delivery is a larger share "
        "of imports from outside the EU than of all imports, and another by tonnes than by value."
    )
    columns = (
        Column("good", say("Good")),
        Column("said", say("What is said"), wide=True),
        Column("claimed", say("Quoted share"), number=True),
        Column("of", say("Computed as a share of")),
        head(ask, "claims", "share"),
        Column("agrees", say("Against what is said")),
        head(ask, "claims", "source"),
    )
    body, seen = [], set()
    for row in rows:
        body.append(_row(ask, row, row["claim"] not in seen))
        seen.add(row["claim"])
    table = Table("claims", say("Quoted and computed shares"), columns, tuple(body))
    return Section("claims", title, (Prose((lead,)), table))


def _row(ask: Ask, row: Row, first: bool) -> tuple[Cell, ...]:
    say, voice = ask.say, ask.voice
    claim = by_key(Claim)[row["claim"]]
    text = claim.statement_nb if ask.lang == "nb" else claim.statement_en
    document = by_key(Document).get(row["document"])
    where = ""
    if document:
        where = (document.name_nb if ask.lang == "nb" else "") or document.name_en
    note = voice.of(row, "note") if first else ""
    stated = Cell(text, text, small="; ".join(part for part in (where, note) if part))
    return (
        Cell(
            name("product", row["product"], ask.lang),
            row["product"],
            href=ask.url(f"materials/{row['material']}"),
        ),
        stated,
        _claimed(ask, row),
        Cell(voice.of(row, "of") or say("not computable"), row["of_en"]),
        cell(ask, row, "share"),
        _against(ask, row),
        cell(ask, row, "source", why=False) if row["source"] else Cell("–", None),
    )


def _claimed(ask: Ask, row: Row) -> Cell:
    say, voice = ask.say, ask.voice
    low, high = row["claimed_low"], row["claimed_high"]
    of = voice.of(row, "claimed_of")
    if high is None:
        text = say("over {share}", share=voice.percent(low, 0))
    elif low == high:
        text = say("about {share}", share=voice.percent(low, 0))
    else:
        text = f"{voice.number(100 * low)}–{voice.percent(high, 0)}"
    return Cell(text, low, low=low, high=high, unit="share", small=of)


def _against(ask: Ask, row: Row) -> Cell:
    """Whether the computed share lies below, within or above what is said; within half a point."""
    say, share = ask.say, row["share"]
    if share is None:
        return Cell(say("cannot be checked"), None, "not_computable")
    low, high = row["claimed_low"], row["claimed_high"]
    if share < low - 0.005:
        return Cell("", "below", tags=(Tag(say("lower than said"), "risk"),))
    if high is not None and share > high + 0.005:
        return Cell("", "above", tags=(Tag(say("higher than said"), "doubt"),))
    return Cell("", "within", tags=(Tag(say("agrees with what is said"), "ally"),))
