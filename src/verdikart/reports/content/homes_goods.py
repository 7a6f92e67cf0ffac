"""Goods of several homes side by side: vulnerable for one alone, for several, for the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from verdikart.mapping.material_rows import severity
from verdikart.reference import names
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Block, Cell, Column, Section, Statement, Table

Row = dict[str, Any]
Line = dict[str, Row]  # home → assessment of one good
OWN: Final = "own_imports"
VULNERABLE: Final = "vulnerable"
NAMED: Final = 5  # goods named in a sentence
SHOWN: Final = 14  # goods in a table for slides


def lines(draft: Draft, homes: Sequence[str]) -> list[Line]:
    """Goods judged by own imports in two homes or more, each with its assessments.

    Goods that share the same codes in every home are one line.
    """
    goods: dict[str, Line] = {}
    for row in draft.saved.rows("assessments"):
        if row["basis"] == OWN and row["home"] in homes:
            for product in row["products"] or ():
                held = goods.setdefault(product, {})
                if row["home"] not in held or severity(row) < severity(held[row["home"]]):
                    held[row["home"]] = row
    once = {tuple(sorted(row["@"] for row in line.values())): line for line in goods.values()}
    return [line for line in once.values() if len(line) > 1]


def joint(draft: Draft, homes: Sequence[str]) -> Statement | None:
    """The worst goods that the first home and another are vulnerable in; None where there is none."""
    found = [
        line
        for line in lines(draft, homes)
        if homes[0] in _at_risk(line) and len(_at_risk(line)) > 1
    ]
    if not found:
        return None
    found.sort(key=lambda line: severity(line[homes[0]]))
    rows = [line[homes[0]] for line in found[:NAMED]]
    text = draft.say(
        "Joint gaps of {home} and others, the largest first: {names}.",
        home=names.name("home", homes[0], draft.lang),
        names=draft.voice.join([parts.inside(parts.product(draft, row)) for row in rows]),
    )
    return draft.stated([text], bound=[draft.figure(row, "top_share") for row in rows])


def _at_risk(line: Line) -> set[str]:
    """The homes that are vulnerable in a good."""
    return {home for home, row in line.items() if row["outcome"] == VULNERABLE}


def goods(draft: Draft, homes: Sequence[str]) -> Iterator[Section]:
    """What the first home shares with the others, what it has alone, and what they have."""
    first = names.name("home", homes[0], draft.lang)
    every = lines(draft, homes)
    at_risk = [(line, _at_risk(line)) for line in every]
    shared = [line for line, hit in at_risk if homes[0] in hit and len(hit) > 1]
    alone = [line for line, hit in at_risk if hit == {homes[0]}]
    others = [line for line, hit in at_risk if hit and homes[0] not in hit]
    lead = draft.say(
        "Compared are goods that two homes or more can be judged in by their own imports. The share is "
        "that of the largest supplier; beneath stand the supplier and the verdict."
    )
    blocks: list[Block] = [parts.prose(draft, lead, detail=True)]
    for table_id, title, empty, found in (
        (
            "shared",
            draft.say("Joint gaps: vulnerable for {home} and for others", home=first),
            draft.say("No vulnerability is shared."),
            shared,
        ),
        (
            "alone",
            draft.say("Vulnerable for {home} alone", home=first),
            draft.say("{home} is vulnerable in nothing that the others are not.", home=first),
            alone,
        ),
        (
            "others",
            draft.say("Vulnerable for others and not for {home}", home=first),
            draft.say("The others are vulnerable in nothing that {home} is not.", home=first),
            others,
        ),
    ):
        blocks += _tables(draft, table_id, title, empty, found, homes)
    yield Section("goods", draft.say("Goods: what is shared and what is not"), tuple(blocks))


def _tables(
    draft: Draft,
    table_id: str,
    title: str,
    empty: str,
    found: list[Line],
    homes: Sequence[str],
) -> Iterator[Table]:
    found.sort(key=lambda line: min(severity(row) for row in line.values()))
    yield _table(draft, table_id, title, empty, found[:SHOWN], homes)
    if len(found) > SHOWN:
        more = draft.say("{title}, the rest", title=title)
        yield _table(draft, f"{table_id}-rest", more, empty, found[SHOWN:], homes, detail=True)


def _table(
    draft: Draft,
    table_id: str,
    title: str,
    empty: str,
    found: Sequence[Line],
    homes: Sequence[str],
    *,
    detail: bool = False,
) -> Table:
    heads = (
        Column("good", draft.say("Good and stage"), width=2.2),
        *(
            Column(home, parts.capital(names.name("home", home, draft.lang)), "share", width=1.5)
            for home in homes
        ),
    )
    body = []
    for line in found:
        row = next(line[home] for home in homes if home in line)
        stage = words.stage(row["stage"], draft.lang)
        body.append(
            (
                Cell(parts.product(draft, row), row["subject"], small=stage),
                *(_supplied(draft, line.get(home)) for home in homes),
            )
        )
    return draft.table(table_id, title, heads, body, empty=empty, detail=detail)


def _supplied(draft: Draft, row: Row | None) -> Cell:
    """The largest supplier's share; its name and the verdict beneath."""
    if row is None:
        return Cell(draft.say("not judged"))
    said = words.outcome(row["outcome"], draft.lang).text
    verdict = draft.figure(row, "outcome", text=said)
    if row["top_supplier"] is None:
        return parts.of_figure(verdict)
    small = f"{draft.figure(row, 'top_supplier')}; {verdict}"
    return draft.cell(row, "top_share", small=small)
