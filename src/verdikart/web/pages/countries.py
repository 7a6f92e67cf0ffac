"""All partner countries: what the home imports from each, and what it sells there."""

from __future__ import annotations

from collections.abc import Mapping

from verdikart.mapping.partners import OWN, Partner, partners
from verdikart.reference.entities import Group
from verdikart.reference.load import by_key, load
from verdikart.reference.names import name
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Field, Form, Page, Section, Table
from verdikart.web.listing import Key, Row, listing, sortable

LONG = 12  # characters from which a group goes by its id
GROUPS = ("EU", "EEA", "NATO", "NORDIC", "MSP")


def countries(ask: Ask) -> Page:
    """The page ``/countries``."""
    say, saved = ask.say, ask.saved
    found = partners(saved)
    limit = ask.voice.percent(saved.parameters["share_threshold"], 0)
    chosen = ask.query.choice("group", (*GROUPS, "none"))
    rows = [_flat(ask, p) for p in found.values()]
    if chosen:
        rows = [r for r in rows if (chosen in r["groups"] if chosen != "none" else not r["groups"])]
    keys: Mapping[str, Key] = {
        "country": lambda r: r["name"],
        "goods": lambda r: r["goods"],
        "largest": lambda r: r["largest"],
        "over": lambda r: r["over"],
        "imports": lambda r: r["imports"],
        "exports": lambda r: r["exports"],
    }
    listed = listing(ask, rows, search=("name", "iso3", "other"), sorts=keys, default="-largest")
    nok = say("NOK million")
    columns = (
        Column("country", say("Country")),
        Column("groups", say("Member of")),
        Column("goods", say("Goods imported"), number=True),
        Column("largest", say("Largest supplier of"), number=True),
        Column("over", say("Over {limit} of", limit=limit), number=True),
        Column("imports", say("Imports from there"), number=True, unit=nok),
        Column("exports", say("Exports to there"), number=True, unit=nok),
    )
    table = Table(
        "countries",
        say("Countries that {home} trades these goods with", home=_home(ask)),
        sortable(columns, keys),
        tuple(_cells(ask, r) for r in listed.rows),
        notes=(
            say(
                "Imports are counted for goods judged by own imports; each number leads to its "
                "rows. Sums are of the goods of the mapping alone, not of all trade, and goods "
                "that two codes share may be in a sum twice."
            ),
        ),
        empty=say("No country meets the search.") if found else _none(ask),
        pager=listed.pager,
        sorted_by=listed.sorted_by,
        sort_links=listed.sort_links,
    )
    form = Form(
        "filter",
        (
            Field("q", say("Search"), "search", ask.query.text("q")),
            Field("group", say("Member of"), "select", chosen, _groups(ask)),
        ),
        say("Show"),
        reset=ask.url("countries"),
    )
    return Page(
        say("Countries"),
        (Section("list", "", (form, table) if found else (table,)),),
        lead=_lead(ask, found),
        main="countries",
    )


def _home(ask: Ask) -> str:
    return name("home", ask.saved.home, ask.lang)


def _none(ask: Ask) -> str:
    return ask.say(
        "This mapping has no flows between {home} and single countries.", home=_home(ask)
    )


def _lead(ask: Ask, found: Mapping[str, Partner]) -> str:
    if not found:
        return _none(ask)
    sellers = [p for p in found.values() if p.imports]
    top = sorted(sellers, key=lambda p: (-len(p.largest), p.country))
    over = sorted(sellers, key=lambda p: (-len(p.over), p.country))
    goods = len([r for r in ask.saved.own("assessments") if r["basis"] == OWN])
    said = (
        ask.say(
            "{home} imports the {goods} goods judged by its own imports from {countries} countries. "
            "{first} is the largest supplier of {n} of them, {second} of {m}.",
            home=_home(ask),
            goods=goods,
            countries=len(sellers),
            first=ask.voice.country(top[0].country),
            n=len(top[0].largest),
            second=ask.voice.country(top[1].country),
            m=len(top[1].largest),
        )
        if len(top) > 1
        else ""
    )
    if over and over[0].over:
        said += " " + ask.say(
            "{country} most often has over {limit} of the imports: of {n} goods.",
            limit=ask.voice.percent(ask.saved.parameters["share_threshold"], 0),
            country=ask.voice.country(over[0].country),
            n=len(over[0].over),
        )
    return capital(said.strip())


def capital(text: str) -> str:
    """A sentence that may begin with a name in lower case (the EU27)."""
    return text[:1].upper() + text[1:]


def group_name(group_id: str, lang: str) -> str:
    """A group's name as it stands in a list: short where it has a short form, without article."""
    full = by_key(Group)[group_id].name(lang)
    short = full.removeprefix("the ")
    return short if len(short) < LONG else group_id


def _groups(ask: Ask) -> tuple[tuple[str, str], ...]:
    named = {g.group_id: group_name(g.group_id, ask.lang) for g in load(Group)}
    return (
        ("", ask.say("all")),
        *((g, named[g]) for g in GROUPS),
        ("none", ask.say("none of these")),
    )


def _flat(ask: Ask, p: Partner) -> Row:
    other = "en" if ask.lang == "nb" else "nb"
    return {
        "iso3": p.country,
        "name": name("country", p.country, ask.lang),
        "other": name("country", p.country, other),
        "groups": p.groups,
        "goods": len(p.imports),
        "largest": len(p.largest),
        "over": len(p.over),
        "imports": p.imports_nok,
        "exports": p.exports_nok,
        "sold": len(p.exports),
    }


def _cells(ask: Ask, row: Row) -> tuple[Cell, ...]:
    page = ask.url(f"countries/{row['iso3']}")
    groups = ", ".join(group_name(g, ask.lang) for g in row["groups"])

    def count(key: str, anchor: str) -> Cell:
        text = ask.voice.number(row[key])
        return Cell(text, row[key], "ok", href=f"{page}#{anchor}" if row[key] else "")

    def sum_of(key: str, count_key: str, anchor: str) -> Cell:
        if not row[count_key]:
            return Cell(ask.say("none recorded"), None, "missing")
        if row[key] is None:
            return Cell(ask.say("not computable"), None, "not_computable")
        return Cell(ask.voice.millions(row[key]), row[key], unit="NOK", href=f"{page}#{anchor}")

    return (
        Cell(row["name"], row["iso3"], href=page),
        Cell(groups or ask.say("none of these"), list(row["groups"])),
        count("goods", "imports"),
        count("largest", "imports"),
        count("over", "imports"),
        sum_of("imports", "goods", "imports"),
        sum_of("exports", "sold", "exports"),
    )
