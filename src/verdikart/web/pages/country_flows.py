"""What comes from a country and what goes there: tables by good, and one chart of both."""

from __future__ import annotations

from operator import itemgetter

from verdikart.mapping.partners import OWN, Partner
from verdikart.reports.view import Key as Sign
from verdikart.reports.view import Tag
from verdikart.reports.voice import short
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Chart, Column, Point, Section, Table
from verdikart.web.listing import Key, Row, listing, sortable
from verdikart.web.pages.country_goods import Goods, money, money_head, unit, verdict
from verdikart.web.values import cell, head

CHARTED = 12


def imports(ask: Ask, goods: Goods, p: Partner, home: str) -> Section:
    """What the home imports from there, with the part it has of each good."""
    say, country = ask.say, ask.voice.country(p.country)
    main = unit(p.imports)
    keys = _keys("value_share", "quantity_share", "value")
    listed = listing(ask, p.imports, sorts=keys, default="-value_share", prefix="i")
    columns = sortable(
        (
            Column("good", say("Good")),
            Column("verdict", say("Verdict")),
            head(ask, "supply", "value_share"),
            head(ask, "supply", "quantity_share"),
            money_head(ask, p.imports),
            head(ask, "supply", "quantity_t"),
        ),
        keys,
    )
    table = Table(
        "imports-table",
        say("Goods that {home} imports from {country}", home=home, country=country),
        columns,
        tuple(
            (
                goods.name(r["subject"]),
                _judged(ask, goods, r),
                cell(ask, r, "value_share"),
                cell(ask, r, "quantity_share"),
                money(ask, r, main),
                cell(ask, r, "quantity_t"),
            )
            for r in listed.rows
        ),
        notes=(
            say("Shares are of imports from outside the home, by value and by tonnes."),
            say("“Largest” marks the goods where the country is the largest supplier by value."),
        )
        if p.imports
        else (),
        empty=say(
            "No import from {country} is recorded among the goods judged by own imports.",
            country=country,
        ),
        pager=listed.pager,
        sorted_by=listed.sorted_by,
        sort_links=listed.sort_links,
    )
    title = say("What comes from {country}", country=country)
    return Section("imports", title, (table, *_world(ask, goods, p.country, home)))


def _keys(*columns: str) -> dict[str, Key]:
    return {column: itemgetter(column) for column in columns}


def _judged(ask: Ask, goods: Goods, row: Row) -> Cell:
    """The good's verdict, and whether this country is behind it."""
    about = goods.known.get(row["subject"])
    found = goods.verdict(row["subject"])
    if about is None or about["top_supplier"] != row["partner"]:
        return found
    over = "over_65_imports" in about["flags"]
    text = ask.say("largest, over the limit") if over else ask.say("largest")
    return Cell(found.text, found.raw, found.status, tags=(*found.tags, Tag(text)))


def _world(ask: Ask, goods: Goods, iso3: str, home: str) -> list[Block]:
    """Goods judged by the world's supply, where the country has a part in that."""
    say = ask.say
    judged = {
        r["mix"]: r
        for r in ask.saved.own("assessments")
        if r["mix"] and r["basis"] not in (OWN, "none")
    }
    rows = [
        r
        for r in ask.saved.rows("supply")
        if r["partner"] == iso3 and r["mix"] in judged and r["part"] == "identified"
    ]
    if not rows:
        return []
    rows.sort(key=lambda r: -_share(r))
    return [
        Table(
            "world",
            say(
                "Its part of the world’s supply of goods whose own imports {home} has no figures "
                "for",
                home=home,
            ),
            (
                Column("good", say("Good")),
                Column("verdict", say("Verdict")),
                head(ask, "supply", "quantity_share"),
                head(ask, "supply", "year"),
            ),
            tuple(
                (
                    goods.name(r["subject"]),
                    verdict(ask, judged[r["mix"]]),
                    cell(
                        ask,
                        r,
                        "quantity_share" if r["quantity_share"] is not None else "value_share",
                    ),
                    cell(ask, r, "year", why=False),
                )
                for r in rows
            ),
        )
    ]


def _share(row: Row) -> float:
    return row["quantity_share"] or row["value_share"] or 0.0


def exports(ask: Ask, goods: Goods, p: Partner, home: str) -> Section:
    """What the home sells there, with the country's part of the home's exports of each good."""
    say, country = ask.say, ask.voice.country(p.country)
    main = unit(p.exports)
    keys = _keys("value", "value_share")
    listed = listing(ask, p.exports, sorts=keys, default="-value", prefix="e")
    columns = sortable(
        (
            Column("good", say("Good")),
            money_head(ask, p.exports),
            head(ask, "supply", "value_share", title=say("Share of the exports by value")),
            head(ask, "supply", "quantity_t"),
        ),
        keys,
    )
    table = Table(
        "exports-table",
        say("Goods that {home} exports to {country}", home=home, country=country),
        columns,
        tuple(
            (
                goods.name(r["subject"]),
                money(ask, r, main),
                cell(ask, r, "value_share"),
                cell(ask, r, "quantity_t"),
            )
            for r in listed.rows
        ),
        empty=say(
            "No export to {country} is recorded among the goods of this mapping.", country=country
        ),
        pager=listed.pager,
        sorted_by=listed.sorted_by,
        sort_links=listed.sort_links,
    )
    return Section("exports", say("What goes to {country}", country=country), (table,))


def both(ask: Ask, goods: Goods, p: Partner, home: str) -> list[Section]:
    """A chart of the largest goods in either direction; nothing where there are no flows."""
    say, country = ask.say, ask.voice.country(p.country)
    currency = unit([*p.imports, *p.exports])
    amounts: dict[str, dict[str, Row]] = {}
    for flow, rows in (("import", p.imports), ("export", p.exports)):
        for row in rows:
            if row["value"] and row["value_unit"] == currency:
                amounts.setdefault(row["subject"], {})[flow] = row
    if not amounts:
        return []
    order = sorted(amounts, key=lambda s: -max(r["value"] for r in amounts[s].values()))[:CHARTED]
    bars = [
        {
            "key": subject,
            "flow": flow,
            "amount": row["value"] / 1e6,
            "said": f"{_direction(ask, flow)} {ask.voice.millions(row['value'])}",
            "text": _sentence(ask, goods, subject, flow, row),
        }
        for subject in order
        for flow, row in amounts[subject].items()
    ]
    labels = [{"key": s, "label": short(goods.text(s))} for s in order]
    title = say("{unit} million", unit=currency)
    from verdikart.reports.charts import Palette  # altair is slow to import
    from verdikart.reports.charts_partner import flows_specification

    spec = flows_specification(labels, bars, Palette.css())
    columns = (
        Column("good", say("Good")),
        Column("import", say("Imports"), number=True, unit=title),
        Column("export", say("Exports"), number=True, unit=title),
    )
    nothing = Cell(say("none recorded"), None, "missing")
    table = Table(
        "both",
        say("Imports from and exports to {country} by good", country=country),
        columns,
        tuple(
            (
                goods.name(s),
                *(
                    money(ask, amounts[s][flow], currency) if flow in amounts[s] else nothing
                    for flow in ("import", "export")
                ),
            )
            for s in order
        ),
    )
    first = order[0]
    flow, row = max(amounts[first].items(), key=lambda item: float(item[1]["value"]))
    chart = Chart(
        "flows",
        say(
            "Imports from and exports to {country}, the largest goods ({unit} million)",
            country=country,
            unit=currency,
        ),
        say(
            "The largest flow is {flow} of {good}: {amount} {unit} million.",
            flow=_direction(ask, flow).lower(),
            good=goods.text(first),
            amount=ask.voice.millions(row["value"]),
            unit=currency,
        ),
        spec,
        table,
        legend=(
            Sign("▬", "var(--other)", say("Imports to {home}", home=home)),
            Sign("▬", "var(--ally)", say("Exports from {home}", home=home)),
        ),
        points=tuple(Point(b["text"], goods.name(b["key"]).href) for b in bars),
    )
    return [Section("flows-both", say("Trade in both directions"), (chart,))]


def _direction(ask: Ask, flow: str) -> str:
    return ask.say("Imports") if flow == "import" else ask.say("Exports")


def _sentence(ask: Ask, goods: Goods, subject: str, flow: str, row: Row) -> str:
    share = ask.voice.percent(row["value_share"])
    values = {
        "good": goods.text(subject),
        "amount": ask.voice.millions(row["value"]),
        "unit": row["value_unit"],
        "share": share,
    }
    if flow == "import":
        return ask.say("{good}: imports {amount} {unit} million, {share} of the imports", **values)
    return ask.say("{good}: exports {amount} {unit} million, {share} of the exports", **values)
