"""Shares of Norway that are quoted in public texts, beside what each way of counting gives."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verdikart.reference.entities import Source
from verdikart.reference.figures import Claim, Document
from verdikart.reference.load import by_key
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Note, Prose, Section, Table
from verdikart.web.values import cell

Row = dict[str, Any]
NEAR = 0.005  # a share is quoted in whole per cent


def section(ask: Ask) -> Section:
    """Every claim with every denominator that can be computed."""
    say, voice, rows = ask.say, ask.voice, ask.saved.rows("claims")
    title = say("What is said of Norway’s share, and what can be computed")
    if not rows:
        return Section(
            "claims", title, (Note(say("Quoted shares are on record for Norway only.")),)
        )
    lead = say(
        "Public texts give shares without always saying of what. The same delivery is a larger share "
        "of imports from outside the EU than of all imports, and another by tonnes than by value."
    )
    ways = dict.fromkeys(_way(r) for r in rows if r["figure"])
    columns = (
        Column("good", say("Good")),
        Column("said", say("What is said"), wide=True),
        Column("claimed", say("Quoted share"), number=True),
        *(
            Column(
                f"{of}_{who}",
                next(voice.of(r, "of") for r in rows if _way(r) == (of, who)),
                number=True,
                unit=words.provider(who, ask.lang),
            )
            for of, who in ways
        ),
    )
    claims: dict[str, list[Row]] = {}
    for row in rows:
        claims.setdefault(row["claim"], []).append(row)
    table = Table(
        "claims-table",
        say("Quoted shares, and the share as each way of counting gives it"),
        columns,
        tuple(_row(ask, held, list(ways)) for held in claims.values()),
        folded=say(
            "The quoted shares, {count} of them, with what can be computed", count=len(claims)
        ),
        notes=(
            say(
                "A tag says whether the computed share agrees with the quoted one within half a "
                "percentage point. Where the goods behind the two are not the same, it says so."
            ),
        ),
    )
    return Section("claims", title, (Prose((lead,)), table))


def _way(row: Row) -> tuple[str, str]:
    """What a share is of, and who published the figures behind it."""
    if not row["figure"]:
        return "", ""
    return row["of_en"], by_key(Source)[row["source"]].provider


def _row(ask: Ask, held: list[Row], ways: list[tuple[str, str]]) -> tuple[Cell, ...]:
    row = held[0]
    found: dict[tuple[str, str], Row] = {}
    for one in held:
        found.setdefault(_way(one), one)
    claim = by_key(Claim)[row["claim"]]
    text = claim.statement_nb if ask.lang == "nb" else claim.statement_en
    document = by_key(Document).get(row["document"])
    where = ""
    if document:
        where = (document.name_nb if ask.lang == "nb" else "") or document.name_en
    parts = (where, ask.voice.of(row, "note"))
    return (
        Cell(
            name("product", row["product"], ask.lang),
            row["product"],
            href=ask.url(f"materials/{row['material']}"),
        ),
        Cell(text, text, small=". ".join(part for part in parts if part)),
        _claimed(ask, row),
        *(_share(ask, found.get(way)) for way in ways),
    )


def _share(ask: Ask, row: Row | None) -> Cell:
    """A computed share and how it stands to what is said."""
    if row is None:
        return Cell(ask.say("not computable"), None, "not_computable")
    return replace(cell(ask, row, "share"), tags=(_against(ask, row),))


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


def _against(ask: Ask, row: Row) -> Tag:
    """Whether a computed share lies below, within or above what is said."""
    say, low, high = ask.say, row["claimed_low"], row["claimed_high"]
    if row["note_en"]:
        return Tag(say("other goods than said"), "doubt")
    if row["share"] < low - NEAR:
        return Tag(say("lower"), "risk")
    if high is not None and row["share"] > high + NEAR:
        return Tag(say("higher"), "doubt")
    return Tag(say("agrees"), "ally")
