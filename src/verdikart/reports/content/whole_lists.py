"""Steps one to three in the report: the lists, the supplement, and the ties to sectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from verdikart.reference import names
from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Block, Cell, Column, Section, Statement, Table

Row = dict[str, Any]
COUNTING: Final = ("EU_CRMA_ANNEX_II", "EU_CRMA_ANNEX_I", "NATO_DCRM_2024")
TIED: Final = 9  # materials in the table for slides
REST: Final = 30  # those that follow in a note; the data hold all


def lists(draft: Draft) -> Iterator[Section]:
    """The lists that count and those beside them, the supplement, and the sectors."""
    rows = draft.saved.rows("lists")
    title = draft.say("Reference lists and the Norwegian supplement")
    if rows:
        blocks: list[Block] = [parts.prose(draft, *_counts(draft, rows))]
        blocks.append(_table(draft, rows))
        added = [r for r in draft.saved.rows("materials") if r["norwegian_supplement"]]
        if added:
            blocks.append(_supplement(draft, added))
        yield Section("lists", title, tuple(blocks))
    else:
        text = draft.say("The mapping holds no reference lists.")
        yield Section("lists", title, (parts.prose(draft, text),))
    if draft.saved.rows("links"):
        yield _links(draft)


def _counts(draft: Draft, rows: Sequence[Row]) -> Iterator[Statement]:
    held = {row["list"]: row for row in rows}
    if all(name in held for name in COUNTING):
        critical, strategic, defence = (draft.figure(held[name], "items") for name in COUNTING)
        yield draft.statement(
            "The mapping starts from {critical} critical and {strategic} strategic raw materials of "
            "the EU and {defence} defence-critical materials of NATO; {every} lists stand side by side.",
            critical=critical,
            strategic=strategic,
            defence=defence,
            every=draft.counted("lists"),
        )
    added = [r for r in draft.saved.rows("materials") if r["norwegian_supplement"]]
    yield draft.statement(
        "{scope} of {every} materials are in scope: they are on the lists of the EU or NATO, or among "
        "the {added} that were added because Norwegian industry stands on them.",
        scope=draft.counted("materials", in_scope="yes"),
        every=draft.counted("materials"),
        added=draft.counted("materials", norwegian_supplement="yes"),
    )
    if added:
        named = [parts.inside(draft.voice.name(row)) for row in added]
        text = draft.say("Added for Norway: {names}.", names=draft.voice.join(named))
        owner = draft.say("Norwegian supplement of verdikart")
        yield draft.stated([text], kind="expert", owner=owner)


def _table(draft: Draft, rows: Sequence[Row]) -> Table:
    """Every list, those that count first."""
    ordered = sorted(
        rows,
        key=lambda r: (
            COUNTING.index(r["list"]) if r["list"] in COUNTING else len(COUNTING),
            draft.voice.of(r, "title"),
        ),
    )
    heads = (
        Column("title", draft.say("List"), width=3),
        draft.head("lists", "year"),
        draft.head("lists", "kind", width=1.2),
        draft.head("lists", "items"),
    )
    body = [
        (
            Cell(draft.voice.of(row, "title"), row["list"]),
            draft.cell(row, "year"),
            draft.named(row, "kind"),
            draft.cell(row, "items"),
        )
        for row in ordered
    ]
    title = draft.say("Lists side by side")
    return draft.table("lists", title, heads, body, detail=True)


def _supplement(draft: Draft, rows: Sequence[Row]) -> Table:
    heads = (
        Column("material", draft.say("Material"), width=1.5),
        Column("reason", draft.say("Why it was added"), width=4),
    )
    body = [
        (Cell(draft.voice.name(row), row["material"]), Cell(draft.voice.of(row, "reason")))
        for row in rows
    ]
    title = draft.say("The Norwegian supplement, material by material")
    return draft.table("supplement", title, heads, body, detail=True)


def _links(draft: Draft) -> Section:
    """Materials against sectors: through how many technologies and plants each is tied."""
    rows = draft.saved.rows("links")
    sectors = list(dict.fromkeys((r["sector"], r["in_scope"]) for r in rows))
    sectors.sort(key=lambda s: (not s[1], s[0]))
    inside = Counter(r["material"] for r in rows if r["in_scope"])
    ordered = sorted(inside, key=lambda m: (-inside[m], m))
    scope = draft.statement(
        "{ties} ties through technologies and Norwegian plants bind the materials to sectors of "
        "society; {counted} of them to sectors in scope: {sectors}. Each tie is a recorded judgement "
        "of how much the technology needs the material.",
        ties=draft.counted("links"),
        counted=draft.counted("links", in_scope="yes"),
        sectors=draft.voice.join(
            [names.name("sector", s, draft.lang).lower() for s, within in sectors if within]
        ),
    )
    first = _heat(draft, "ties", [s for s, _ in sectors], ordered[:TIED], False)
    blocks: list[Block] = [parts.prose(draft, scope), first]
    if len(ordered) > TIED:
        blocks.append(
            _heat(draft, "ties-rest", [s for s, _ in sectors], ordered[TIED : TIED + REST], True)
        )
    title = draft.say("What the materials are for: ties to sectors")
    return Section("links", title, tuple(blocks))


def _heat(
    draft: Draft, table_id: str, sectors: Sequence[str], materials: Sequence[str], detail: bool
) -> Table:
    """Ties by material and sector. A material without a tie to a sector has a dash, no zero."""
    heads = (
        Column("material", draft.say("Material"), width=2.2),
        *(
            Column(sector, names.name("sector", sector, draft.lang), "count", number=True)
            for sector in sectors
        ),
        Column("high", draft.say("Of high importance"), "count", number=True),
    )
    body = []
    for material in materials:
        cells = [_ties(draft, material=material, sector=sector) for sector in sectors]
        high = _ties(draft, material=material, importance="H")
        body.append((Cell(names.name("material", material, draft.lang), material), *cells, high))
    title = (
        draft.say("The materials that follow by ties to sectors")
        if detail
        else draft.say("The materials with most ties to sectors in scope")
    )
    return draft.table(table_id, title, heads, body, detail=detail)


def _ties(draft: Draft, **where: str) -> Cell:
    figure = draft.counted("links", **where)
    return parts.of_figure(figure) if figure.raw != 0 else Cell("–")
