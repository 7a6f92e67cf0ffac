"""A home's industries: their value added by NACE division, and its governance as one supplier."""

from __future__ import annotations

from functools import cache
from math import fsum

from verdikart.indicators.assessment import Origin, Range, Setting
from verdikart.mapping import eu_study
from verdikart.reference.figures import NaceSector
from verdikart.reference.homes import Home
from verdikart.reference.load import load
from verdikart.store import engine


def setting(home: Home, year: int) -> Setting:
    """Governance as in the study; value added of the home's own industries, 2022, in MUSD.

    A group's own production has the mean governance of its members, each weighing alike.
    """
    base = eu_study.setting()
    members = home.members(year)
    governance, error = dict(base.governance), dict(base.governance_error)
    if not home.single:
        known = [governance[m] for m in members if m in governance]
        if known:
            governance[home.home_id] = fsum(known) / len(known)
            error[home.home_id] = max(error.get(m, 0.0) for m in members)
    added = value_added(tuple(members))
    makers = [r for s, r in added.items() if s.startswith("C") and r.value is not None]
    scale = max((r.value or 0.0 for r in makers), default=1.0)
    least, most = (
        max((r.low for r in makers), default=1.0),
        max((r.high for r in makers), default=1.0),
    )
    return Setting(governance, error, added, scale, (least, most))


@cache
def value_added(members: tuple[str, ...]) -> dict[str, Range]:
    """Value added by NACE division, MUSD 2022; a division that shares a column has bounds."""
    marks = ", ".join("?" * len(members))
    query = (
        f"SELECT sector, sum(value_added_musd) FROM {{file}} WHERE country IN ({marks}) "  # noqa: S608
        "GROUP BY sector"
    )
    columns = dict(engine.rows(query, "icio_2022_vectors.parquet", list(members)))
    found = {}
    for row in load(NaceSector):
        known = [float(columns[c]) for c in row.icio if c in columns]
        if len(known) == len(row.icio):
            total = max(0.0, fsum(known))
            origin: Origin = "own" if row.share_low == row.share_high else "assumed"
            found[row.nace2] = Range(
                total * row.share, total * row.share_low, total * row.share_high, origin
            )
    return found


def lacking_members(home: Home, year: int) -> tuple[str, ...]:
    """Members of a home that the input-output table does not have."""
    rows = engine.rows("SELECT DISTINCT country FROM {file}", "icio_2022_vectors.parquet", [])
    held = {str(row[0]) for row in rows}
    return tuple(m for m in home.members(year) if m not in held)
