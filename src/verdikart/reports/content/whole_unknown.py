"""What the report cannot tell: goods without data by reason, and what documents say beside figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from verdikart.mapping.chain_trade_pattern import HEADING_YEAR
from verdikart.reference import names
from verdikart.reference.entities import Source
from verdikart.reference.figures import Claim, Document
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.content.whole_short import headings
from verdikart.reports.content.whole_short import unknown as said
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Block, Cell, Column, Points, Section, Statement, Table

Row = dict[str, Any]
SHOWN: Final = 7  # headings shown
NAMED: Final = 3  # goods named of a heading or reason


def unknown(draft: Draft) -> Iterator[Section]:
    """How much lacks data, why, the headings with the largest known imports, and quoted shares."""
    rows = draft.saved.rows("gaps")
    title = draft.say("What is not known")
    if rows:
        warning = draft.say(
            "That a good is not among the vulnerable says nothing of how exposed it is, when it could "
            "not be judged."
        )
        blocks: list[Block] = [parts.prose(draft, said(draft))]
        known = headings(draft)
        if known:
            blocks.append(_headings(draft, known))
        blocks += [parts.prose(draft, warning, detail=True), _reasons(draft, rows)]
        yield Section("unknown", title, tuple(blocks))
    else:
        text = draft.say("Every good in scope could be judged.")
        yield Section("unknown", title, (parts.prose(draft, text),))
    if draft.saved.rows("claims"):
        yield _claims(draft, draft.saved.rows("claims"))


def _names(draft: Draft, rows: Sequence[Row]) -> str:
    """The first goods by name; that there are more is said with an ellipsis."""
    found = list(dict.fromkeys(draft.voice.name(row) for row in rows))
    more = " …" if len(found) > NAMED else ""
    return "; ".join(found[:NAMED]) + more


def _headings(draft: Draft, rows: Sequence[Row]) -> Table:
    """Trade headings whose goods lack suppliers, by known imports."""
    held_by: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        held_by[row["heading"]].append(row)
    ordered = sorted(held_by.values(), key=lambda held: -held[0]["heading_imports_usd"])
    heads = (
        Column("goods", draft.say("Goods under the heading"), width=4),
        draft.head("gaps", "heading", width=1.0),
        draft.head("gaps", "heading_imports_usd"),
        draft.head("gaps", "heading_exports_usd"),
    )
    body = [
        (
            Cell(_names(draft, held), held[0]["heading"]),
            Cell(held[0]["heading"].replace(":", " "), held[0]["heading"]),
            draft.cell(held[0], "heading_imports_usd"),
            draft.cell(held[0], "heading_exports_usd"),
        )
        for held in ordered[:SHOWN]
    ]
    title = draft.say(
        "Goods without known suppliers, by the imports of the whole heading in {year}",
        year=str(HEADING_YEAR),
    )
    return draft.table("gaps-headings", title, heads, body)


def _reasons(draft: Draft, rows: Sequence[Row]) -> Table:
    grouped: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["reason"], row["would_fill"]].append(row)
    heads = (
        Column("reason", draft.say("Why not"), width=3),
        Column("count", draft.say("Goods"), "count", number=True, width=0.7),
        Column("would_fill", draft.say("Source that would fill it"), width=2.2),
        Column("goods", draft.say("Among them"), width=3),
    )
    body = []
    for (reason, source), held in sorted(grouped.items(), key=lambda item: -len(item[1])):
        figure = draft.counted("gaps", reason=reason, would_fill=source or "")
        filled = words.source_title(source, draft.voice) if source else draft.say("no source known")
        body.append(
            (
                Cell(reason_text(reason, draft.lang), reason),
                parts.of_figure(figure),
                Cell(filled, source),
                Cell(_names(draft, held)),
            )
        )
    title = draft.say("Goods not judged, by reason")
    return draft.table("gaps", title, heads, body, detail=True)


def _claims(draft: Draft, rows: Sequence[Row]) -> Section:
    """Quoted shares as the documents' own statements, and the shares that can be computed."""
    lead = draft.say(
        "Public texts give shares without always saying of what. The same delivery is a larger share "
        "of imports from outside the EU than of all imports, and another by tonnes than by value."
    )
    quoted: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        quoted[row["document"], by_key(Claim)[row["claim"]].statement_en].append(row)
    statements = tuple(_quoted(draft, held[0]) for held in quoted.values())
    title = draft.say("What is said of Norway’s share, and what can be computed")
    points = Points(statements)
    return Section(
        "claims",
        title,
        (points, parts.prose(draft, lead, detail=True), _measured(draft, rows)),
        level=2,
    )


def _quoted(draft: Draft, row: Row) -> Statement:
    claim = by_key(Claim)[row["claim"]]
    document = by_key(Document)[row["document"]]
    text = claim.statement_nb if draft.lang == "nb" else claim.statement_en
    name = (document.name_nb if draft.lang == "nb" else "") or document.name_en
    bound = [draft.figure(row, column) for column in ("claimed_low", "claimed_high")]
    return draft.stated([f"{text}."], kind="expert", owner=name, bound=bound)


def _measured(draft: Draft, rows: Sequence[Row]) -> Table:
    """Goods of the quoted shares against the ways of counting that have figures."""
    held: dict[tuple[str, tuple[str, str]], Row] = {}
    for row in rows:
        held.setdefault((row["product"], _way(row)), row)
    ways = [way for way in dict.fromkeys(way for _, way in held) if way[0]]
    heads = (
        Column("good", draft.say("Good"), width=1.8),
        *(
            Column(
                f"{of}-{who}",
                next(
                    f"{draft.voice.of(row, 'of')} ({words.provider(who, draft.lang)})"
                    for row in rows
                    if _way(row) == (of, who)
                ),
                "share",
                number=True,
            )
            for of, who in ways
        ),
    )
    body, notes = [], []
    for product in dict.fromkeys(row["product"] for row in rows):
        found = [held.get((product, way)) for way in ways]
        body.append(
            (
                Cell(names.name("product", product, draft.lang), product),
                *(draft.cell(row, "share") if row else Cell("–") for row in found),
            )
        )
        noted = {draft.voice.of(row, "note") for row in rows if row["product"] == product}
        notes += [draft.note(text) for text in sorted(noted) if text]
    title = draft.say("Norway’s share of the EU’s supply, by each way of counting")
    return draft.table("claims", title, heads, body, notes=notes)


def _way(row: Row) -> tuple[str, str]:
    """What a share is of, and who published the figures behind it."""
    if not row["figure"]:
        return "", ""
    return row["of_en"], by_key(Source)[row["source"]].provider
