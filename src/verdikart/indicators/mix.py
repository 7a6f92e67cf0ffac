"""The supply mix: for a home, subject, year, source and flow, who supplies how much, in which unit.

Amounts of trade are integers (USD or EUR, kilograms), so sums are exact and do not depend on the
order of rows; division comes last. A missing quantity is ``None``, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import Literal

from verdikart.core.figure import MixId

Measure = Literal["value", "quantity"]
Amount = int | float


@dataclass(frozen=True, slots=True)
class Supplier:
    """One partner's part of a mix. ``value`` in the mix's value unit, ``quantity`` in its own.

    ``unmeasured`` is the value of those flows whose quantity is not known.
    """

    iso3: str
    value: int | None
    quantity: Amount | None
    unmeasured: int = 0


@dataclass(frozen=True)
class Amounts:
    """One measure of a mix, ready for a concentration formula.

    ``known``: identified amounts, largest first; ``total``: the denominator of shares;
    ``residual``: amount that belongs to the total supply but to no identified supplier.
    """

    known: tuple[tuple[str, Amount], ...]
    total: Amount
    residual: Amount

    @cached_property
    def numbers(self) -> tuple[Amount, ...]:
        """The identified amounts without names."""
        return tuple(amount for _, amount in self.known)


@dataclass(frozen=True)
class Mix:
    """A supply mix. ``unspecified`` partners count in totals but not in concentration.

    ``declared_total`` is set for published shares (100 %): shares are used as published and what
    is missing to the total widens the interval. ``intra`` is the flow inside the home's own bloc.
    """

    id: MixId
    suppliers: tuple[Supplier, ...]
    unspecified: tuple[Supplier, ...] = ()
    intra: Supplier | None = None
    value_unit: str | None = "USD"
    quantity_unit: str = "kg"
    declared_total: float | None = None
    basis: str = ""
    caveats: tuple[str, ...] = ()

    @property
    def primary(self) -> Measure:
        """Value where the mix has values, else quantity: what suppliers are ordered by."""
        return "value" if self.value_unit else "quantity"

    def amounts(self, measure: Measure) -> Amounts:
        """Return one measure, largest amount first and ties by ISO3, zeros left out."""
        return self._values if measure == "value" else self._quantities

    # Every figure of a mix asks for them, so each is put in order once.
    @cached_property
    def _values(self) -> Amounts:
        return self._ranked("value")

    @cached_property
    def _quantities(self) -> Amounts:
        return self._ranked("quantity")

    def _ranked(self, measure: Measure) -> Amounts:
        known = sorted(
            ((s.iso3, a) for s in self.suppliers if (a := _amount(s, measure))),
            key=lambda pair: (-pair[1], pair[0]),
        )
        identified = exact_sum(amount for _, amount in known)
        if self.declared_total is not None:
            return Amounts(
                tuple(known), self.declared_total, max(0.0, self.declared_total - identified)
            )
        residual = exact_sum(a for s in self.unspecified if (a := _amount(s, measure)))
        return Amounts(tuple(known), identified, residual)

    def total(self, measure: Measure) -> Amount | None:
        """Everything supplied from outside, identified or not; None where nothing is known.

        A known zero beside unknown amounts is no total of zero.
        """
        rows = [_amount(s, measure) for s in (*self.suppliers, *self.unspecified)]
        known = [a for a in rows if a is not None]
        whole = exact_sum(known) if known else None
        return None if whole == 0 and len(known) < len(rows) else whole

    @property
    def unmeasured_share(self) -> float:
        """Share of the value whose flows carry no quantity (0 where the mix has no values)."""
        rows = (*self.suppliers, *self.unspecified)
        value = sum(s.value or 0 for s in rows)
        return sum(s.unmeasured for s in rows) / value if value else 0.0

    @property
    def unspecified_share(self) -> float | None:
        """Share of the primary measure lost to partners that are no country; None if empty."""
        amounts = self.amounts(self.primary)
        whole = (
            amounts.total if self.declared_total is not None else amounts.total + amounts.residual
        )
        return amounts.residual / whole if whole else None

    def supplier(self, iso3: str) -> Supplier | None:
        """The row of one partner, if it supplies."""
        return next((s for s in self.suppliers if s.iso3 == iso3), None)


def _amount(supplier: Supplier, measure: Measure) -> Amount | None:
    return supplier.value if measure == "value" else supplier.quantity


def exact_sum(amounts: Iterable[Amount]) -> Amount:
    """Sum without rounding error that depends on order: integers exactly, floats by ``fsum``."""
    rows = list(amounts)
    whole = sum(rows)  # an int only where all rows are
    return whole if isinstance(whole, int) else fsum(rows)


def ordered(suppliers: Iterable[Supplier], measure: Measure) -> tuple[Supplier, ...]:
    """Suppliers with the largest amount first, unknown amounts last, ties by ISO3."""

    def rank(supplier: Supplier) -> tuple[bool, Amount, str]:
        amount = _amount(supplier, measure)
        return (amount is None, -(amount or 0), supplier.iso3)

    return tuple(sorted(suppliers, key=rank))


def merged(rows: Sequence[Supplier], iso3: str) -> Supplier | None:
    """Add several rows to one; a quantity is unknown only if no row has one."""
    if not rows:
        return None
    values = [r.value for r in rows if r.value is not None]
    quantities = [r.quantity for r in rows if r.quantity is not None]
    return Supplier(
        iso3,
        sum(values) if values else None,
        exact_sum(quantities) if quantities else None,
        sum(r.unmeasured for r in rows),
    )
