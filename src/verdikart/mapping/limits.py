"""The limits of the supply tests tried on saved figures: which goods change their verdict, and how.

Only what a limit decides is judged anew, by the rule of ``indicators.verdict``; allied, withheld and
transit stay what the saved flags and caveats say. At the mapping's own limits nothing changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from verdikart.indicators.verdict import outcome

Row = dict[str, Any]
DECIDED = ("concentrated", "over_65_imports", "over_65_consumption", "small")
UNJUDGED = ("not_imported", "not_computable")


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the tests: share of one supplier, HHI, and the floor below which no verdict is given."""

    share: float
    hhi: float
    floor: float

    @classmethod
    def of(cls, parameters: Row) -> Limits:
        """The limits that a mapping was made with."""
        return cls(parameters["share_threshold"], parameters["hhi_threshold"], parameters["floor"])


@dataclass(frozen=True, slots=True)
class Judged:
    """A saved assessment with its saved outcome and the one under other limits."""

    row: Row
    before: str
    after: str

    @property
    def moved(self) -> bool:
        """Whether the verdict is another."""
        return self.before != self.after


def judged(rows: Sequence[Row], limits: Limits) -> list[Judged]:
    """Every assessment that has a verdict, judged under the limits given."""
    return [
        Judged(row, row["outcome"], judge(row, limits))
        for row in rows
        if row["outcome"] not in UNJUDGED
    ]


def judge(row: Row, limits: Limits) -> str:
    """The outcome of one assessment under other limits.

    As there, tests are strict, the figures are those by value where the mix has values, and a gap
    meets no test.
    """
    valued = row["value_unit"] is not None
    share = row["top_share"] if valued else row["top_share_quantity"]
    index = row["hhi_value"] if valued else row["hhi_quantity"]
    met = set(row["flags"] or ()) - set(DECIDED)
    if "confidential" not in met:
        tests = (
            ("concentrated", index, limits.hhi),
            ("over_65_imports", share, limits.share),
            ("over_65_consumption", row["top_share_consumption"], limits.share),
        )
        met |= {flag for flag, value, limit in tests if value is not None and value > limit}
    if valued and (row["value"] is None or row["value"] < limits.floor):
        met.add("small")
    return outcome(met, list(row["caveats"] or ()))
