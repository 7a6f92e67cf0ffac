"""Amounts in kroner, at the year's average rate, so that unlike currencies can be ranked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from verdikart.reference.figures import ExchangeRate
from verdikart.reference.load import load
from verdikart.store.selection import rates

FETCHED = "verified (from the publisher)"  # the status of a rate of a chosen vintage


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in its own currency and in kroner at the year's average rate; NOK None if no rate."""

    amount: float | None
    currency: str | None
    nok: float | None
    rate_status: str | None


@cache
def _rates() -> dict[tuple[str, int], ExchangeRate]:
    """The embedded rates, and those of a chosen vintage of Norges Bank before them."""
    known = {(row.currency, row.year): row for row in load(ExchangeRate)}
    return known | {
        (currency, year): ExchangeRate(currency, year, nok, FETCHED, source)
        for currency, year, nok, source in rates()
    }


def money(amount: float | None, currency: str | None, year: int) -> Money:
    """Put an amount beside its value in kroner; without a rate for the year NOK stays unknown."""
    rate = _rates().get((currency or "", year))
    nok = amount * rate.nok_per_unit if amount is not None and rate else None
    return Money(amount, currency, nok, rate.status if rate else None)


def dollars(amount: float, currency: str | None, year: int) -> float | None:
    """An amount in USD at the year's average rates; None where a rate is not on record."""
    if currency == "USD":
        return amount
    own, other = money(amount, currency, year).nok, money(1.0, "USD", year).nok
    return None if own is None or not other else own / other


def rank_value(amount: float, currency: str | None, year: int) -> float:
    """What an amount is ranked by: kroner, or the amount itself where no year has a rate."""
    found = money(amount, currency, year)
    return amount if found.nok is None else found.nok
