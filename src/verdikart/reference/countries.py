"""Countries and areas: ids, names in both languages, and the codes trade data use for them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from verdikart.core.errors import UnknownName
from verdikart.reference.entities import Country
from verdikart.reference.load import by_key, load
from verdikart.reference.production import CountrySpelling


@cache
def _by_baci() -> dict[int, str]:
    return {row.baci_code: row.iso3 for row in load(Country) if row.baci_code is not None}


@cache
def _spelled() -> dict[str, str]:
    """Every spelling, case-folded → iso3; an id wins over a name."""
    known: dict[str, str] = {}
    for row in load(Country):
        for text in (row.iso3, row.iso2, row.name_en, row.name_nb):
            if text:
                known.setdefault(text.casefold(), row.iso3)
    return known | {row.iso3.casefold(): row.iso3 for row in load(Country)}


def country(iso3: str) -> Country:
    """Return the country or area with this id; raises ``UnknownName`` with the nearest ones."""
    found = by_key(Country).get(iso3)
    if found is None:
        raise _unknown(iso3)
    return found


def name(iso3: str, lang: str = "en") -> str:
    """Return the name of a country or area in ``"nb"`` or ``"en"``."""
    return country(iso3).name(lang)


def resolve(text: str) -> Country:
    """Return the country meant by an id, a two-letter code or a name in either language.

    Raises ``UnknownName`` with the nearest ids where nothing matches exactly (case apart).
    """
    iso3 = _spelled().get(text.strip().casefold())
    if iso3 is None:
        raise _unknown(text)
    return country(iso3)


def iso3_of_baci(code: int) -> str:
    """Return the id of a CEPII BACI country code (490 → TWN); raises ``UnknownName``."""
    found = _by_baci().get(code)
    if found is None:
        known: dict[str, Sequence[str]] = {
            str(number): (iso3,) for number, iso3 in _by_baci().items()
        }
        raise UnknownName("BACI country code", str(code), known)
    return found


@cache
def _spellings() -> dict[str, str]:
    return {row.spelling.casefold(): row.iso3 for row in load(CountrySpelling)}


def spelled(text: str) -> str | None:
    """The id of a country as some provider writes it, or None: the name may be of no one country."""
    plain = " ".join(text.split()).casefold()
    return _spelled().get(plain) or _spellings().get(plain)


@cache
def unspecified() -> frozenset[str]:
    """Return the ids of areas that name no country: their share has no known origin."""
    return frozenset(row.iso3 for row in load(Country) if row.kind == "unspecified")


def _unknown(asked: str) -> UnknownName:
    names: dict[str, Sequence[str]] = {
        row.iso3: (row.iso2, row.name_en, row.name_nb) for row in load(Country)
    }
    return UnknownName("country", asked, names, "ISO 3166 three-letter codes")
