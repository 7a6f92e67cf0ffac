"""What a home and a partner country sell each other, and how much either hangs on the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from verdikart.reports import words
from verdikart.reports.content import chain_depend, parts
from verdikart.reports.content.partner_seen import OVER, Partner
from verdikart.reports.document.model import (
    Block,
    Cell,
    Column,
    Section,
    Statement,
    Table,
    Tone,
)

Row = dict[str, Any]
CHARTED: Final = 8  # goods with a bar of their own
LISTED: Final = 12  # goods in a table that a slide takes
ALL: Final = "ALL"  # row of every industry together


def short(p: Partner) -> list[Statement]:
    """Both directions in a sentence each, and the strongest dependence."""
    draft, total = p.draft, p.total
    if total is None:
        return []
    found = []
    if total["exported_goods"]:
        found.append(
            draft.statement(
                "{home} exports {goods} of the mapping’s goods to {country}, for {value}. Goods that "
                "only the buyer’s imports show, such as gas, are not in the sum.",
                home=parts.capital(p.home),
                country=p.name,
                value=draft.money(total, "exports_nok"),
                goods=draft.figure(total, "exported_goods"),
            )
        )
    if total["imported_goods"]:
        found.append(
            draft.statement(
                "{home} imports {goods} of the goods judged by own imports from {country}, for {value}.",
                home=parts.capital(p.home),
                country=p.name,
                value=draft.money(total, "imports_nok"),
                goods=draft.figure(total, "imported_goods"),
            )
        )
    limit = draft.voice.percent(draft.saved.parameters["share_threshold"], 0)
    if total["largest_of"]:
        message = (
            "Goods of which {country} is the largest supplier: {largest}. Over {limit} of the imports "
            "come from there for {over} of them."
        )
        found.append(
            draft.statement(
                message,
                country=p.name,
                largest=draft.figure(total, "largest_of"),
                limit=limit,
                over=draft.figure(total, "over_65_of"),
            )
        )
    strongest = next(iter(_depended(p)), None)
    if strongest is not None:
        found.append(
            draft.statement(
                "{country} gets {share} of its imports of {good} from {home}.",
                country=p.name,
                share=draft.figure(strongest, "supplier_share"),
                good=f"{parts.inside(parts.product(draft, strongest))} "
                f"({strongest['subject'].replace(':', ' ')})",
                home=p.home,
            )
        )
    return found


def supplied(p: Partner) -> Section:
    """What the home sells there, and how much the country or its blocs hang on it."""
    draft = p.draft
    title = draft.say("What {home} supplies", home=p.home)
    rows = p.flows("export")
    blocks: list[Block] = []
    if rows:
        named = draft.say("What {home} sells to {country}", home=p.home, country=p.name)
        blocks += _drawn(p, "exports", named, rows, "ally")
    else:
        text = draft.say(
            "No export to {country} is on record among the goods of this mapping.", country=p.name
        )
        blocks.append(parts.prose(draft, text))
    return Section("supplied", title, (*blocks, _dependence(p)))


def needed(p: Partner) -> Section:
    """What the home buys there, of what the country is the largest supplier, and what lies behind."""
    draft = p.draft
    title = draft.say("What {home} needs", home=p.home)
    rows = p.flows("import")
    if not rows:
        text = draft.say(
            "No import from {country} is on record among the goods that are judged by own imports.",
            country=p.name,
        )
        return Section("needed", title, (parts.prose(draft, text), *_behind(p)))
    named = draft.say("What {home} buys from {country}", home=p.home, country=p.name)
    blocks = _drawn(p, "imports", named, rows, "ally" if p.allied else "other")
    if p.largest:
        blocks.append(_largest(p))
    else:
        text = draft.say("{country} is the largest supplier of none of the goods.", country=p.name)
        blocks.append(parts.prose(draft, text))
    return Section("needed", title, (*blocks, *_behind(p)))


def _drawn(p: Partner, table_id: str, title: str, rows: Sequence[Row], tone: Tone) -> list[Block]:
    """The flows as bars where there are several, and as a table of all where bars show only some."""
    draft = p.draft
    shown = [r for r in rows if r["value_nok"]][:CHARTED]
    if len(shown) < 2:
        return [_flows(p, table_id, title, rows)]
    figures = tuple(draft.figure(row, "value_nok") for row in shown)
    subjects = [row["subject"] for row in shown]
    goods = chain_depend.apart([p.good(subject) for subject in subjects], subjects)
    alt = draft.statement(
        "The largest good is {good}, {value}. The smallest shown is {last}, {least}.",
        good=parts.inside(goods[0]),
        value=draft.money(shown[0]),
        last=parts.inside(goods[-1]),
        least=draft.money(shown[-1]),
    )
    axis = draft.say("Value in NOK")
    table = _flows(p, table_id, title, shown)
    place = f"{table_id}-chart"
    chart = parts.bars(draft, place, alt, goods, figures, (tone,), table, axis, unit="nok")
    rest = [r for r in rows if r not in shown]
    if not rest:
        return [chart]
    others = draft.say("{title}: the other goods", title=title)
    return [chart, _flows(p, f"{table_id}-others", others, rest, detail=True)]


def _flows(
    p: Partner, table_id: str, title: str, rows: Sequence[Row], *, detail: bool = False
) -> Table:
    draft = p.draft
    out = bool(rows) and rows[0]["flow"] == "export"
    share = (
        draft.say("Share of the exports of the good")
        if out
        else draft.say("Share of the imports of the good")
    )
    heads = (
        Column("good", draft.say("Good and stage"), width=2.6),
        draft.head("flows", "value_nok"),
        draft.head("flows", "value_share", title=share, width=1.4),
        draft.head("flows", "quantity_t"),
    )
    body = [
        (
            good(p, row["subject"]),
            draft.cell(row, "value_nok"),
            draft.cell(row, "value_share"),
            draft.cell(row, "quantity_t"),
        )
        for row in rows
    ]
    return draft.table(table_id, title, heads, body, detail=detail)


def good(p: Partner, subject: str) -> Cell:
    """A good as a table's cell, with its stage beneath where the home has judged it."""
    row = p.judged.get(subject)
    small = words.stage(row["stage"], p.draft.lang) if row else ""
    return Cell(p.good(subject), subject, small=small)


def _largest(p: Partner) -> Table:
    """Goods of which the country is the home's largest supplier; those over the limit first named."""
    draft = p.draft
    limit = draft.voice.percent(draft.saved.parameters["share_threshold"], 0)
    heads = (
        Column("good", draft.say("Good and stage"), width=2.6),
        draft.head("assessments", "outcome", width=1.5),
        draft.head("assessments", "top_share"),
        Column("over", draft.say("Over {limit}", limit=limit)),
        draft.head(
            "assessments", "value_nok", title=draft.say("All imports of the good"), width=1.2
        ),
    )
    body = [
        (
            good(p, row["subject"]),
            Cell(words.outcome(row["outcome"], draft.lang).text, row["outcome"]),
            draft.cell(row, "top_share"),
            Cell(
                draft.say("yes") if OVER in row["flags"] else draft.say("no"), OVER in row["flags"]
            ),
            draft.cell(row, "value_nok"),
        )
        for row in p.largest
    ]
    caveats = dict.fromkeys(
        n for row in p.largest for code in row["caveats"] or () for n in draft.reason(code)
    )
    title = draft.say("Goods of which {country} is the largest supplier", country=p.name)
    return draft.table("largest", title, heads, body, notes=tuple(caveats))


def _depended(p: Partner) -> list[Row]:
    return [r for r in chain_depend.depended(p.draft) if r["buyer"] == p.country]


def _dependence(p: Partner) -> Block:
    """The home's part of what the country gets from outside, else of what its blocs get."""
    draft, rows = p.draft, _depended(p)
    if rows:
        title = draft.say("How much {country} depends on {home}", country=p.name, home=p.home)
        return chain_depend.bars(draft, "dependence", title, rows)
    sold = {r["subject"] for r in p.flows("export")}
    wide = [
        r for r in chain_depend.depended(draft) if r["buyer"] in p.groups and r["subject"] in sold
    ]
    if wide:
        title = draft.say(
            "How much the blocs that {country} is in depend on {home}", country=p.name, home=p.home
        )
        return chain_depend.bars(draft, "dependence", title, wide)
    markets = [
        r
        for r in draft.saved.rows("markets")
        if r["market"] == p.country and r["norway_share"] and r["home"] == draft.saved.home
    ]
    if markets:
        return _markets(p, markets)
    text = draft.say(
        "How much of its imports {country} gets from {home} is not on record in this mapping.",
        country=p.name,
        home=p.home,
    )
    return parts.prose(draft, text)


def _markets(p: Partner, rows: list[Row]) -> Table:
    """The home's small parts of the country's imports, beside its largest supplier."""
    draft = p.draft
    heads = (
        Column("good", draft.say("Good and stage"), width=2.4),
        draft.head("markets", "norway_share"),
        draft.head("markets", "top_supplier", width=1.3),
        draft.head("markets", "top_share"),
    )
    body = [
        (
            Cell(
                draft.voice.name(row), row["subject"], small=words.stage(row["stage"], draft.lang)
            ),
            draft.cell(row, "norway_share"),
            draft.cell(row, "top_supplier"),
            draft.cell(row, "top_share"),
        )
        for row in sorted(rows, key=lambda r: -r["norway_share"])
    ]
    title = draft.say("How much {country} depends on {home}", country=p.name, home=p.home)
    return draft.table("dependence", title, heads, body)


def _behind(p: Partner) -> list[Block]:
    """What the country adds to the inputs of the home's industries, also by way of others."""
    draft = p.draft
    row = next(
        (
            r
            for r in draft.saved.own("sector_exposure")
            if r["country"] == p.country and r["sector_id"] == ALL
        ),
        None,
    )
    if row is None:
        return []
    statement = draft.statement(
        "Of all inputs of industry in {home}, {face} is bought from {country}. Looked through, {whole} "
        "of their value was made there ({year}).",
        home=p.home,
        face=draft.figure(row, "face"),
        country=p.name,
        whole=draft.figure(row, "look_through"),
        year=str(row["year"]),
    )
    return [parts.prose(draft, statement)]
