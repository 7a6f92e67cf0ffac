"""The unit vocabulary. A figure's unit is one of these; conversions are exact or refused."""

from __future__ import annotations

from fractions import Fraction

from verdikart.core.errors import UsageProblem

# unit -> (dimension, factor to the dimension's base, as an exact fraction)
UNITS: dict[str, tuple[str, Fraction]] = {
    "share": ("ratio", Fraction(1)),
    "percent": ("ratio", Fraction(1, 100)),
    "ratio": ("plain ratio", Fraction(1)),
    "index": ("index 0-1", Fraction(1)),
    "index_0_10": ("index 0-10", Fraction(1)),
    "count": ("count", Fraction(1)),
    "country": ("code", Fraction(1)),
    "flag": ("flag", Fraction(1)),
    "kg": ("mass", Fraction(1)),
    "t": ("mass", Fraction(1000)),
    "kt": ("mass", Fraction(1_000_000)),
    "Mt": ("mass", Fraction(1_000_000_000)),
    "ct": ("mass", Fraction(1, 5000)),
    "Mm3": ("gas volume", Fraction(1)),
    "USD": ("USD", Fraction(1)),
    "EUR": ("EUR", Fraction(1)),
    "NOK": ("NOK", Fraction(1)),
    "USD/t": ("USD per tonne", Fraction(1)),
    "EUR/t": ("EUR per tonne", Fraction(1)),
}


def convert(amount: float, unit: str, to: str) -> float:
    """Convert within one dimension. Raises :class:`UsageProblem` for unknown or unlike units."""
    for name in (unit, to):
        if name not in UNITS:
            raise UsageProblem(f"unknown unit {name!r}; known: {', '.join(UNITS)}")
    (dimension, factor), (wanted, divisor) = UNITS[unit], UNITS[to]
    if dimension != wanted:
        raise UsageProblem(f"cannot convert {unit} ({dimension}) to {to} ({wanted})")
    return float(Fraction(amount) * factor / divisor)
