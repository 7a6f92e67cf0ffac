"""What lies behind a country's trade: look-through, what it needs, groups, measures, findings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from verdikart.mapping.partners import memberships
from verdikart.reference import homes
from verdikart.reference.entities import Group
from verdikart.reference.figures import Governance
from verdikart.reference.load import by_key, load
from verdikart.reference.names import name
from verdikart.reference.texts import reason_text
from verdikart.reference.value_chains import TradeMeasure
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Card, Cards, Cell, Column, Note, Prose, Section, Table
from verdikart.web.listing import Row, listing
from verdikart.web.pages.country_goods import Goods, money, money_head, unit
from verdikart.web.values import cell, head, named, plain

WIDE = ("ALL", "MANUFACTURING")  # rows that hold the others


def look_through(ask: Ask, goods: Goods, iso3: str) -> Section:
    """Share bought from the country against what it has added to the home's goods and industries."""
    say, country = ask.say, ask.voice.country(iso3)
    return Section(
        "behind",
        say("What {country} has added behind others", country=country),
        (
            Prose(
                (
                    say(
                        "The supplier share is what is bought from the country. The look-through "
                        "is what was made there, also when it comes by way of others. The hidden "
                        "part is the difference: above zero, the country is behind more than the "
                        "trade figures show; below zero, it passes on what others have made."
                    ),
                )
            ),
            _chains(ask, goods, iso3, country),
            _industries(ask, iso3, country),
        ),
    )


def _chains(ask: Ask, goods: Goods, iso3: str, country: str) -> Table:
    rows = [r for r in ask.saved.own("chain_exposure") if r["country"] == iso3]
    listed = listing(
        ask,
        sorted(rows, key=lambda r: (r["total"] is None, -(r["total"] or 0), r["product_id"])),
        prefix="c",
    )
    notes = _caveats(ask, listed.rows)
    return Table(
        "chain-exposure",
        ask.say(
            "Goods at the end of value chains with {country} behind their inputs", country=country
        ),
        (
            Column("good", ask.say("Good")),
            head(ask, "chain_exposure", "chain_id"),
            head(ask, "chain_exposure", "face"),
            head(ask, "chain_exposure", "total"),
            head(ask, "chain_exposure", "hidden"),
            head(ask, "chain_exposure", "depth"),
        ),
        tuple(
            (
                goods.of_product(r["product_id"], ask.voice.name(r)),
                Cell(
                    r[f"chain_{ask.lang}"], r["chain_id"], href=ask.url(f"chains/{r['chain_id']}")
                ),
                cell(ask, r, "face"),
                cell(ask, r, "total"),
                cell(ask, r, "hidden"),
                cell(ask, r, "depth", why=False),
            )
            for r in listed.rows
        ),
        notes=notes,
        empty=ask.say(
            "{country} is not among the countries found behind the inputs of any good that this "
            "mapping follows to the end of its chain. What the chains cannot see is counted as "
            "unknown origin, not as nothing.",
            country=country,
        ),
        pager=listed.pager,
    )


def _industries(ask: Ask, iso3: str, country: str) -> Table:
    rows = [r for r in ask.saved.own("sector_exposure") if r["country"] == iso3]
    wide = [r for r in rows if r["sector_id"] in WIDE]
    rest = [r for r in rows if r["sector_id"] not in WIDE]
    rest.sort(key=lambda r: (r["look_through"] is None, -(r["look_through"] or 0)))
    listed = listing(ask, [*wide, *rest], prefix="s", per_page=20)
    return Table(
        "sector-exposure",
        ask.say("Industries with {country} behind their intermediate inputs", country=country),
        (
            Column("industry", ask.say("Industry")),
            head(ask, "sector_exposure", "face"),
            head(ask, "sector_exposure", "look_through"),
            head(ask, "sector_exposure", "hidden"),
            head(ask, "sector_exposure", "look_through_of_foreign"),
            head(ask, "sector_exposure", "year"),
        ),
        tuple(
            (
                named(ask, r, small=r["sector_id"]),
                *(
                    cell(ask, r, column)
                    for column in ("face", "look_through", "hidden", "look_through_of_foreign")
                ),
                cell(ask, r, "year", why=False),
            )
            for r in listed.rows
        ),
        notes=_caveats(ask, listed.rows),
        empty=ask.say(
            "The input-output table shows no part of {country} large enough to name in any "
            "industry, or this mapping has no such table.",
            country=country,
        ),
        pager=listed.pager,
    )


def _caveats(ask: Ask, rows: Iterable[Row]) -> tuple[str, ...]:
    codes = dict.fromkeys(code for row in rows for code in row["caveats"] or ())
    return tuple(reason_text(code, ask.lang) for code in codes)


def needs(ask: Ask, goods: Goods, iso3: str, home: str) -> Section:
    """What the country buys from the home, and how much of its imports that is."""
    say, country = ask.say, ask.voice.country(iso3)
    rows = [
        r
        for r in ask.saved.rows("reverse_dependency")
        if r["buyer"] == iso3 and r["supplier"] == ask.saved.home
    ]
    rows.sort(key=lambda r: (r["supplier_share"] is None, -(r["supplier_share"] or 0)))
    main = unit(rows)
    table = Table(
        "needs-table",
        say("Goods that {country} buys from {home}", country=country, home=home),
        (
            Column("good", say("Good")),
            head(ask, "reverse_dependency", "supplier_share"),
            head(ask, "reverse_dependency", "supplier_rank"),
            money_head(ask, rows),
            head(ask, "reverse_dependency", "quantity_t"),
            Column("next", say("Next suppliers")),
            head(ask, "reverse_dependency", "period"),
        ),
        tuple(
            (
                Cell(
                    ask.voice.name(r),
                    r["subject"],
                    href=goods.href(r["products"]),
                    small=r["subject"],
                ),
                cell(ask, r, "supplier_share"),
                cell(ask, r, "supplier_rank"),
                money(ask, r, main),
                cell(ask, r, "quantity_t"),
                plain(r["next_suppliers"], ", ".join(r[f"next_suppliers_{ask.lang}"] or ())),
                plain(r["period"]),
            )
            for r in rows
        ),
        empty=say(
            "No good is recorded where the dependence of {country} on {home} is computed. The "
            "dependence of blocs is on the page of positions.",
            country=country,
            home=home,
        ),
    )
    title = say("What {country} needs from {home}", country=country, home=home)
    return Section("needs", title, (table,))


def standing(ask: Ask, iso3: str) -> Section:
    """Groups that the country is or was in, and how it is governed."""
    say = ask.say
    groups = by_key(Group)
    rows = [
        (
            Cell(
                groups[m.group_id].name(ask.lang),
                m.group_id,
                small=groups[m.group_id].description_nb
                if ask.lang == "nb"
                else groups[m.group_id].description_en,
            ),
            _year(m.from_year, say("as far back as recorded")),
            _year(m.to_year, say("still")),
            plain(m.status),
        )
        for m in memberships(iso3)
    ]
    table = Table(
        "groups",
        say("Groups, with years"),
        (
            Column("group", say("Group")),
            Column("from", say("From"), number=True),
            Column("to", say("To"), number=True),
            Column("note", say("Note")),
        ),
        tuple(rows),
        empty=say("The country is in none of the groups that this mapping knows."),
    )
    title = say("Groups and governance")
    return Section("standing", title, (table, _governed(ask, iso3)))


def _year(year: int | None, without: str) -> Cell:
    return Cell(str(year), year) if year is not None else Cell(without)


def _governed(ask: Ask, iso3: str) -> Block:
    found = by_key(Governance).get(iso3)
    if found is None:
        return Note(ask.say("No governance score is recorded; it is unknown, not neutral."))
    rank = sum(other.scaled_0_10 < found.scaled_0_10 for other in load(Governance)) + 1
    return Prose(
        (
            ask.say(
                "Governance: {score} on a scale from 0 (best) to 10, the mean of the World Bank’s "
                "six indicators in {period}. That is place {rank} of {all}. The score weighs the "
                "country in every governance-weighted concentration and in supply risk.",
                score=ask.voice.number(found.scaled_0_10, 2),
                period=found.period.replace("-", "–"),
                rank=rank,
                all=len(load(Governance)),
            ),
        )
    )


def measures(ask: Ask, goods: Goods, iso3: str) -> Section:
    """Trade measures that the country, or the EU it is part of, has imposed."""
    say, country = ask.say, ask.voice.country(iso3)
    blocs = [iso3, *(["EU27"] if iso3 in homes.home("EU27").members(ask.saved.year) else [])]
    rows = [m for m in load(TradeMeasure) if m.imposed_by in blocs]
    table = Table(
        "measures-table",
        say("Trade measures imposed by {country}", country=country),
        (
            Column("measure", say("Measure"), wide=True),
            Column("kind", say("Kind")),
            Column("from", say("From")),
            Column("to", say("To")),
            Column("against", say("Against")),
            Column("goods", say("Goods")),
            Column("confidence", say("Confidence")),
        ),
        tuple(_measure(ask, goods, m) for m in rows),
        empty=say(
            "The register of trade measures has none imposed by {country}. The register holds "
            "the best known measures on raw materials and is not complete.",
            country=country,
        ),
    )
    return Section("measures", say("Trade measures"), (table,))


def _measure(ask: Ask, goods: Goods, m: TradeMeasure) -> tuple[Cell, ...]:
    first = m.product_ids[0] if m.product_ids else ""
    href = goods.href([first]) if first else ask.url(f"materials/{m.material_ids[0]}")
    named_goods = ", ".join(name("material", key, ask.lang) for key in m.material_ids)
    return (
        plain(
            m.measure_id,
            m.description_nb if ask.lang == "nb" else m.description_en,
            small=name("home", m.imposed_by, ask.lang) if m.imposed_by == "EU27" else "",
        ),
        plain(m.measure, words.word("measure", m.measure, ask.lang)),
        _day(ask, m.from_date, ""),
        _day(ask, m.to_date, ask.say("still")),
        plain(m.against, _against(ask, m.against)),
        Cell(named_goods, list(m.material_ids), href=href),
        plain(m.confidence, words.confidence(m.confidence, ask.lang)),
    )


def _day(ask: Ask, day: date | None, without: str) -> Cell:
    if day is None:
        return Cell(without, None)
    return Cell(ask.voice.day(str(day)), day.isoformat())


def _against(ask: Ask, text: str) -> str:
    """Whom a measure is against, as far as it is countries that are named."""
    if text == "All":
        return ask.say("all countries")
    return text


def findings(ask: Ask, goods: Goods, iso3: str) -> Section:
    """Findings of the mapping that name the country, as partner or as an alternative."""
    say, country = ask.say, ask.voice.country(iso3)
    cards = []
    for row in ask.saved.rows("findings"):
        as_partner = row["partner"] == iso3
        if not as_partner and iso3 not in (row["alternatives"] or ()):
            continue
        kind = say("vulnerability") if row["kind"] == "vulnerability" else say("position")
        part = say("the country in question") if as_partner else say("named as an alternative")
        facts = [(say("At stake, NOK million"), cell(ask, row, "at_stake_nok"))]
        if as_partner:
            facts.insert(0, (say("Share"), cell(ask, row, "partner_share")))
        cards.append(
            Card(
                f"{kind.capitalize()} {row['rank']}: {goods.text(row['subject'])}",
                text=f"{ask.voice.of(row, 'text')}",
                facts=(*facts, (say("Role"), plain(part))),
                href=goods.href(row["products"]),
            )
        )
    empty = say("None of the mapping’s findings names {country}.", country=country)
    title = say("Findings that name {country}", country=country)
    return Section("findings", title, (Cards(tuple(cards), empty=empty),))
