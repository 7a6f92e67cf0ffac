"""One country: what comes from there, what goes there, and what lies behind both."""

from __future__ import annotations

from collections.abc import Sequence

from verdikart.core.errors import UnknownName
from verdikart.mapping.partners import OWN, Partner, alignment, partners, within
from verdikart.reference.entities import Country
from verdikart.reference.load import by_key, load
from verdikart.reference.names import name
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Note, Page, Section
from verdikart.web.pages.countries import capital, group_name
from verdikart.web.pages.country_behind import findings, look_through, measures, needs, standing
from verdikart.web.pages.country_flows import both, exports, imports
from verdikart.web.pages.country_goods import Goods


def country(ask: Ask) -> Page:
    """The page ``/countries/{country}``. Raises :class:`UnknownName` for an unknown id."""
    say, saved = ask.say, ask.saved
    iso3 = ask.ids["country"]
    if iso3 not in by_key(Country):
        names: dict[str, Sequence[str]] = {
            c.iso3: (c.iso2 or "", c.name_en, c.name_nb) for c in load(Country)
        }
        raise UnknownName("country", iso3, names, "ISO 3166 three-letter codes")
    home = name("home", saved.home, ask.lang)
    partner = partners(saved).get(iso3) or Partner(iso3, alignment(iso3, saved.year))
    goods, own = Goods(ask), within(saved, iso3)
    own_note = Section("home", "", (_of_home(ask, iso3, home),))
    sections: list[Section] = [own_note] if own else []
    trades = bool(partner.imports or partner.exports)
    if trades or not own:
        sections += both(ask, goods, partner, home)
        sections += [imports(ask, goods, partner, home), exports(ask, goods, partner, home)]
    if iso3 != saved.home:
        sections.append(needs(ask, goods, iso3, home))
    sections += [
        look_through(ask, goods, iso3),
        findings(ask, goods, iso3),
        measures(ask, goods, iso3),
        standing(ask, iso3),
    ]
    return Page(
        name("country", iso3, ask.lang),
        tuple(sections),
        lead=_lead(ask, partner, home, own),
        tags=_tags(ask, partner),
        crumbs=((say("Countries"), ask.url("countries")),),
        main="imports-table" if trades or not own else "chain-exposure",
    )


def _tags(ask: Ask, partner: Partner) -> tuple[Tag, ...]:
    return tuple(Tag(group_name(g, ask.lang), "list") for g in partner.groups)


def _of_home(ask: Ask, iso3: str, home: str) -> Note:
    country = ask.voice.country(iso3)
    text = (
        ask.say("{country} is the home that this mapping is of.", country=country)
        if iso3 == ask.saved.home
        else ask.say(
            "{country} is part of {home}, the home that this mapping is of. Trade within the home "
            "is not counted as imports.",
            country=country,
            home=home,
        )
    )
    return Note(
        text,
        links=(
            (ask.say("What is imported, from every country"), ask.url("countries")),
            (ask.say("What others need from {home}", home=home), ask.url("position")),
            (ask.say("Plants and deposits"), ask.url("position/register")),
        ),
    )


def _lead(ask: Ask, p: Partner, home: str, own: bool) -> str:
    say, saved, country = ask.say, ask.saved, ask.voice.country(p.country)
    limit = ask.voice.percent(saved.parameters["share_threshold"], 0)
    if not p.imports and not p.exports:
        if own:
            if p.country == saved.home:
                return say(
                    "The home itself: what it adds to its own supply, its groups and measures."
                )
            return say(
                "A country of the home: its part of the home’s own supply, its groups and measures."
            )
        return say(
            "No trade between {home} and {country} is recorded in {year} among the goods that "
            "this mapping has figures for. Other goods may well be traded.",
            home=home,
            country=country,
            year=saved.year,
        )
    judged = sum(1 for r in saved.own("assessments") if r["basis"] == OWN)
    texts = [
        say(
            "In {year} {home} imported {goods} of the {all} goods judged by own imports from "
            "{country}.",
            year=saved.year,
            home=home,
            goods=len(p.imports),
            all=judged,
            country=country,
        )
    ]
    if p.over:
        texts.append(
            say(
                "It is the largest supplier of {n}, and has over {limit} of the imports of {m}.",
                n=len(p.largest),
                limit=limit,
                m=len(p.over),
            )
        )
    elif p.largest:
        texts.append(
            say(
                "It is the largest supplier of {n}, over {limit} of none.",
                n=len(p.largest),
                limit=limit,
            )
        )
    else:
        texts.append(say("It is the largest supplier of none."))
    if p.exports:
        texts.append(
            say("{home} sold {n} goods of the mapping there.", home=home, n=len(p.exports))
        )
    else:
        texts.append(say("No export there is recorded."))
    return " ".join(capital(text) for text in texts)
