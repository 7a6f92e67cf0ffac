"""How critical a material is: the EU's method on the home, why it is undecided, two horizons."""

from __future__ import annotations

from typing import Any, Final

from verdikart.reference import names
from verdikart.reports import values, words
from verdikart.reports.content import parts
from verdikart.reports.content.chain_seen import ranged
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Block, Cell, Column, Figure, Section, Statement

Row = dict[str, Any]
WHOLE: Final = 10.0  # an interval as wide as the scale says nothing


def _rows(draft: Draft, table: str, material: str) -> list[Row]:
    return [r for r in draft.saved.own(table) if r["material_id"] == material]


def short(draft: Draft, material: str) -> list[Statement]:
    """The verdict by the EU's method, and what it lacks where it is undecided."""
    row = next(iter(_rows(draft, "criticality", material)), None)
    if row is None:
        return []
    found = [
        draft.statement(
            "By the EU’s method: supply risk {risk}, limit {risk_limit}; economic importance {importance}, "
            "limit {importance_limit}. Verdict: {verdict}.",
            risk=_score(draft, row, "supply_risk"),
            importance=_score(draft, row, "economic_importance"),
            risk_limit=draft.voice.number(draft.saved.parameters["sr_threshold"], 1),
            importance_limit=draft.voice.number(draft.saved.parameters["ei_threshold"], 1),
            verdict=draft.figure(row, "verdict"),
        )
    ]
    if row["verdict"] == "undetermined":
        found += _undecided(draft, row)
    return found


def _score(draft: Draft, row: Row, column: str) -> Figure:
    """A score with its interval; where that is the whole scale, just that it is not computable."""
    low, high = row[f"{column}_low"], row[f"{column}_high"]
    if row[column] is None and low is not None and high is not None and high - low >= WHOLE:
        return draft.figure(row, column)
    return ranged(draft, row, column, 2)


def _undecided(draft: Draft, row: Row) -> list[Statement]:
    codes = dict.fromkeys(
        row[f"{name}_reason"]
        for name in ("supply_risk", "economic_importance")
        if row[name] is None and row[f"{name}_reason"]
    )
    bound = [draft.figure(row, "supply_risk"), draft.figure(row, "economic_importance")]
    found = []
    if codes:
        gaps = " ".join(values.gap_text(code, draft.lang) for code in codes)
        text = draft.say("Why it is undecided: {gaps}", gaps=gaps)
        found.append(draft.stated([text], bound=bound))
    if row["chance_critical"] is not None:
        message = (
            "Drawing what is uncertain at random, both limits are reached in {chance} of draws."
        )
        chance = draft.figure(row, "chance_critical", decimals=0)
        found.append(draft.statement(message, chance=chance))
    return found


def criticality(draft: Draft, material: str) -> Section:
    """The scores of each good and stage, the EU's own for the Union, and the long term."""
    title = draft.say("How critical it is")
    rows = _rows(draft, "criticality_stages", material)
    blocks: list[Block] = []
    said = [*_published(draft, material), *_horizons(draft, material)]
    if said:
        blocks.append(parts.prose(draft, *said))
    if rows:
        blocks.append(_stages(draft, rows))
    else:
        text = draft.say(
            "The method gives it no score for the home: goods, end uses or shares are not on record."
        )
        blocks.append(parts.prose(draft, text))
    return Section("criticality", title, tuple(blocks))


def _published(draft: Draft, material: str) -> list[Statement]:
    """What the EU's study has for the Union."""
    row = next(iter(_rows(draft, "criticality", material)), None)
    if row is None or row["published_supply_risk"] is None:
        return []
    message = (
        "The EU’s own study has supply risk {risk} and economic importance {importance} for the Union, "
        "where it is critical."
        if row["published_critical"]
        else "The EU’s own study has supply risk {risk} and economic importance {importance} for the "
        "Union, where it is not critical by the limits."
    )
    return [
        draft.statement(
            message,
            risk=draft.figure(row, "published_supply_risk", decimals=1),
            importance=draft.figure(row, "published_economic_importance", decimals=1),
        )
    ]


def _horizons(draft: Draft, material: str) -> list[Statement]:
    """Criticality in the short term and importance in the long term, each from 0 to 1."""
    row = next(
        (r for r in draft.saved.rows("material_horizons") if r["material"] == material), None
    )
    if row is None or row["short_low"] is None or row["long_low"] is None:
        return []
    return [
        draft.statement(
            "On a scale from 0 to 1: criticality in the short term {short} (number {short_rank}), importance "
            "in the long term {long} (number {long_rank}). Numbered by what is sure.",
            short=ranged(draft, row, "short", 2),
            short_rank=draft.figure(row, "short_rank"),
            long=ranged(draft, row, "long", 2),
            long_rank=draft.figure(row, "long_rank"),
        )
    ]


def _stages(draft: Draft, rows: list[Row]) -> Block:
    products = {
        r["subject"]: parts.product(draft, r)
        for r in draft.saved.own("assessments")
        if r["products"]
    }
    heads = (
        Column("good", draft.say("Good and stage"), width=2.4),
        draft.head("criticality_stages", "supply_risk"),
        draft.head("criticality_stages", "hhi_home"),
        draft.head("criticality_stages", "hhi_global"),
        draft.head("criticality_stages", "import_reliance"),
        draft.head("criticality_stages", "eol_rir"),
    )
    body = [
        (
            Cell(
                products.get(r["subject"]) or names.name("product", r["subject"], draft.lang),
                r["subject"],
                small=words.stage(r["stage"], draft.lang),
            ),
            draft.cell(r, "supply_risk"),
            draft.cell(r, "hhi_home"),
            draft.cell(r, "hhi_global"),
            draft.cell(r, "import_reliance"),
            draft.cell(r, "eol_rir"),
        )
        for r in sorted(rows, key=lambda r: (not r["assessed"], r["supply_risk"] is None))
    ]
    notes = dict.fromkeys(n for r in rows for n in draft.reason(r["supply_risk_reason"]))
    title = draft.say("Supply risk by good and stage, the one that counts first")
    return draft.table("criticality", title, heads, body, notes=tuple(notes))
