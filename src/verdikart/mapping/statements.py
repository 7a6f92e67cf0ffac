"""Findings as sentences in bokmål and English; every number in them stands in a figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from verdikart.mapping.assess import Headline
from verdikart.mapping.chain_view import LOOKED_OVER
from verdikart.mapping.findings import Finding
from verdikart.mapping.money import Money
from verdikart.mapping.register import origins
from verdikart.reference import countries
from verdikart.reference.entities import Product, Stage
from verdikart.reference.homes import group_members
from verdikart.reference.homes import home as home_of
from verdikart.reference.i18n import Lang, number, percent, translator
from verdikart.reference.load import by_key

# A share by tonnes this far from the share by value is worth a sentence.
DIFFERENCE = 0.10


def product_name(product_id: str, lang: Lang) -> str:
    """A product's name."""
    return by_key(Product)[product_id].name(lang)


def stage_name(stage: str, lang: Lang) -> str:
    """A stage's name, in running text."""
    return by_key(Stage)[stage].name(lang).lower()


def home_name(home_id: str, lang: Lang) -> str:
    """A home's name; the world has one too."""
    if home_id == "WORLD":
        return translator(lang)("the world")
    return home_of(home_id).name(lang)


def upper_first(text: str) -> str:
    """A text with a capital first letter, for the head of a line."""
    return text[:1].upper() + text[1:]


def amount_text(money: Money, tonnes: float | None, lang: Lang) -> str:
    """Tonnes and kroner in words; says so where one of them is unknown."""
    _ = translator(lang)
    mass = (
        _("{tonnes} tonnes").format(tonnes=round_number(tonnes, lang)) if tonnes is not None else ""
    )
    if money.nok is not None:
        value = nok_text(money.nok, lang)
    elif money.amount is not None:
        value = _("{millions} million {currency}").format(
            millions=number(money.amount / 1e6, lang, 1), currency=money.currency
        )
    else:
        value = _("value unknown")
    return _("{mass} worth {value}").format(mass=mass, value=value) if mass else value


def nok_text(nok: float, lang: Lang) -> str:
    """Kroner in millions or billions."""
    _ = translator(lang)
    if nok >= 1e9:
        return _("NOK {amount} billion").format(amount=number(nok / 1e9, lang, 1))
    amount = number(nok / 1e6, lang, 0) if nok >= 1e7 else round_number(nok / 1e6, lang)
    return _("NOK {amount} million").format(amount=amount)


def round_number(value: float | None, lang: Lang) -> str:
    """A mass with three significant digits at most above a thousand."""
    if value is None:
        return "–"
    if 0 < value < 0.05:
        return "<" + number(0.1, lang, 1)
    if value >= 1000:
        digits = len(str(int(value))) - 3
        return number(round(value, -digits), lang)
    return number(value, lang, 0 if value >= 10 else 1)


def _join(names: list[str], _: Callable[[str], str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def finding_text(finding: Finding, lang: Lang) -> str:
    """One finding in two to four sentences, ending in its action and use."""
    _ = translator(lang)
    body = (
        _vulnerability(finding, lang)
        if finding.kind == "vulnerability"
        else _position(finding, lang)
    )
    return f"{body} {action_text(finding, lang)} ({use_text(finding.use, lang)})"


@dataclass(frozen=True, slots=True)
class Told:
    """A saved finding in its parts: what was computed, what it calls for, and what that is for."""

    body: str
    action: str
    use: str


def told(row: dict[str, Any], lang: Lang) -> Told:
    """The parts of a saved finding's text, by the codes of its action and use.

    A text that ends otherwise, as an older version may have worded it, stays whole; what it calls
    for is then said in the words of today.
    """
    text, use = str(row[f"text_{lang}"]), use_text(row["use"], lang)
    known = action_texts(row["action"], lang)
    for action in known:
        body = text.removesuffix(f" {action} ({use})")
        if body != text:
            return Told(body, action, use)
    return Told(text, known[-1], use)


def _vulnerability(finding: Finding, lang: Lang) -> str:
    _ = translator(lang)
    row = finding.assessment
    if row is None or row.evidence is None or row.verdict is None:
        return ""
    name = product_name(row.products[0], lang)
    partner = countries.name(finding.partner, lang)
    share = percent(finding.partner_share, lang)
    lost = amount_text(finding.at_stake, finding.at_stake_tonnes, lang)
    if row.outcome == "bounds_only":
        text = _(
            "{name}: on paper {share} of the imports come from {partner}, but figures seem to be "
            "withheld; only bounds can be given, no verdict. The visible flow is {lost} a year."
        )
    elif row.outcome == "transit":
        text = _(
            "{name}: {share} of the imports come from {partner}, the largest supplier that is no "
            "ally; the top supplier is not known to produce it, so the origin may be another. "
            "The flow is {lost} a year."
        )
    else:
        text = _(
            "{name}: {share} of the imports by value come from {partner}. If deliveries stop, "
            "{lost} a year must be replaced."
        )
    sentence = text.format(name=name, share=share, partner=partner, lost=lost)
    by_mass = row.answers["top_supplier_quantity"].value
    top = row.answers["top_supplier"].value
    if isinstance(by_mass, str) and by_mass != top:
        sentence += " " + _("By tonnes {other} is the largest ({share}).").format(
            other=countries.name(by_mass, lang),
            share=percent(_number(row.answers["top_share_quantity"].value), lang),
        )
    ratio = _number(row.answers["cdi3"].value)
    if ratio is not None and 0 < ratio < 1 and row.outcome == "vulnerable":
        sentence += " " + _("{home} itself exports {times} times the value it imports.").format(
            home=home_name(row.home, lang), times=number(1 / ratio, lang, 1)
        )
    if finding.alternatives:
        names = [countries.name(iso3, lang) for iso3, _v in finding.alternatives]
        sentence += " " + _("Allies that export it: {names}.").format(names=_join(names, _))
    return sentence


def _position(finding: Finding, lang: Lang) -> str:
    _ = translator(lang)
    row = finding.position
    if row is None:
        return ""
    text = _(
        "{name}: {home} supplies {share} of the imports of {other} from outside (number {rank}), "
        "{lost} a year."
    )
    sentence = text.format(
        name=product_name(row.products[0], lang),
        home=home_name(row.home, lang),
        share=percent(finding.partner_share, lang),
        other=home_name(row.other, lang),
        rank=row.answers["supplier_rank"].value,
        lost=amount_text(finding.at_stake, finding.at_stake_tonnes, lang),
    )
    by_mass = _number(row.answers["supplier_share_quantity"].value)
    if by_mass is not None and abs(by_mass - finding.partner_share) > DIFFERENCE:
        sentence += " " + _("By tonnes the share is {share}.").format(share=percent(by_mass, lang))
    if finding.alternatives:
        first = countries.name(finding.alternatives[0][0], lang)
        leads = row.answers["supplier_rank"].value == 1
        text = _("Next largest: {name}.") if leads else _("Largest: {name}.")
        sentence += " " + text.format(name=first)
    for feeds, text in (
        (finding.weak_feeds, _("It rests on vulnerable feed: {names}.")),
        (
            finding.unseen_feeds,
            _("The embedded trade data do not show where its feed comes from: {names}."),
        ),
    ):
        if feeds:
            names = [product_name(p, lang) for p in feeds]
            sentence += " " + text.format(names=_join([n[0].lower() + n[1:] for n in names], _))
    said = dict.fromkeys(
        c
        for feed in finding.unseen_feeds
        for product in row.products
        for c in origins(product, feed, LOOKED_OVER.year)
    )
    if said:
        text = _("By the plant register it comes from {names}.")
        sentence += " " + text.format(names=_join([countries.name(c, lang) for c in said], _))
    return sentence


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def action_text(finding: Finding, lang: Lang) -> str:
    """What to do about a finding."""
    said = action_texts(finding.action, lang)
    return said[0] if _nordic(finding) else said[-1]


def action_texts(action: str, lang: Lang) -> tuple[str, ...]:
    """How an action may be worded: for a home in the Nordics first, for any other last."""
    _ = translator(lang)
    return {
        "get_the_figures": (_("Get the withheld figures in confidence before judging."),),
        "trace_the_origin": (_("Trace the true origin before choosing a measure."),),
        "agree_with_allies": (_("Agree on supply from allied exporters before a disruption."),),
        "build_cover": (
            _("Build cover: stocks, own or Nordic capacity, substitution, recycling."),
            _("Build cover: stocks, own or allied capacity, substitution, recycling."),
        ),
        "secure_the_feed": (_("Secure the feed, or the position falls with it."),),
        "bind_into_agreements": (
            _("Bind the position into agreements with those who depend on it."),
        ),
        "keep_capacity": (_("Find out who delivers it, and keep the capacity."),),
    }[action]


def _nordic(finding: Finding) -> bool:
    """Whether the home is in the Nordics, so that Nordic capacity is near."""
    row = finding.assessment
    if row is None or row.evidence is None or row.mix is None:
        return False
    return row.evidence.members <= group_members("NORDIC", row.mix.year)


def use_text(use: str, lang: Lang) -> str:
    """The use a finding is for."""
    _ = translator(lang)
    return {
        "instruments": _("for: instruments"),
        "allied_cooperation": _("for: allied cooperation"),
        "contingency": _("for: contingency planning"),
    }[use]


def headline_text(home: str, year: int, counts: Headline, lang: Lang) -> str:
    """The one line that says it all."""
    _ = translator(lang)
    text = _(
        "{home} {year}: {assessed} stages assessed · {over} over 65% from one country · "
        "{foreign} of these not allied · {large} of these above the floor · "
        "{unknown} not computable"
    )
    return text.format(
        home=upper_first(home_name(home, lang)),
        year=year,
        assessed=counts.assessed,
        over=counts.over_65,
        foreign=counts.not_allied,
        large=counts.above_floor,
        unknown=counts.not_computable,
    )
