"""The two sets of a screening, assembled from :mod:`screening` into rows with names and sources.

Each row is a home (ISO3 country or bloc) × code of one year; every engine gives the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from verdikart.indicators import screening

if TYPE_CHECKING:
    import narwhals as nw

    Frame: TypeAlias = nw.LazyFrame[Any]


class Steps(Protocol):
    """How an engine takes the steps of a computation; each has a name of its own."""

    def stage(self, name: str, frame: Frame) -> Frame:
        """A step that is only named: engines that plan by text plan what follows by itself."""

    def keep(self, name: str, frame: Frame) -> Frame:
        """A step that is computed once, because several others read it."""


HEAD = ("home", "year", "source", "nomenclature", "code")
CONCENTRATION = (
    "imports_usd",
    "unspecified_usd",
    "hhi_value",
    "hhi_value_low",
    "hhi_value_high",
    "hhi_value_status",
    "hhi_value_reason",
    "top_supplier",
    "top_share",
    "top_share_low",
    "top_share_high",
    "suppliers",
)
FULL = (
    "over_65_imports",
    "hhi_governance",
    "hhi_governance_low",
    "hhi_governance_high",
    "hhi_governance_status",
    "hhi_governance_reason",
    "cdi1",
    "cdi2",
    "cdi2_status",
    "cdi2_reason",
    "exports_usd",
    "cdi3",
    "cdi3_status",
    "cdi3_reason",
    "rca",
    "rca_status",
    "rca_reason",
)
STATED = ("hhi_value", "hhi_governance", "cdi2", "cdi3", "rca")
SOURCE = {
    "home": "name",
    "imports_usd": "imports",
    "unspecified_usd": "unspecified",
    "exports_usd": "exports",
}


@dataclass(frozen=True, slots=True)
class Screening:
    """The expressions of one set over the frames of any engine.

    Side tables: *partners*, *members* and *sides* as in :mod:`screening`; *homes*: number, home (ISO3
    or id of a bloc), year, source, nomenclature; *tops*: rank, top_supplier (ISO3); *states*: state,
    status, reason. ``blocs`` is their number.
    """

    full: bool
    blocs: int

    def __call__(self, flows: Frame, small: Mapping[str, Frame], steps: Steps) -> Frame:
        """Rows with the columns HEAD, CONCENTRATION and, in the full set, FULL."""
        import narwhals as nw

        bought = screening.bought(flows)
        wide = None
        if self.blocs:
            wide = screening.bloc_wide(flows, small["sides"], self.blocs)
            wide = steps.keep("bloc_wide", wide)
            outer = screening.bloc_bought(wide, self.blocs)
            bought = steps.stage("bought", nw.concat([bought, outer]))
        rows = steps.stage("known", screening.amounts(bought, small["partners"]))
        if self.full:
            figures = self._full(rows, bought, wide, flows, small, steps)
        else:
            sums = steps.stage("sums", screening.sums(rows))
            figures = steps.stage("figures", screening.concentration(sums))
        return self._named(figures, small)

    def _named(self, rows: Frame, small: Mapping[str, Frame]) -> Frame:
        """Rows of homes with names instead of numbers; areas that are no country are no home."""
        import narwhals as nw

        columns = (*HEAD, *CONCENTRATION, *(FULL if self.full else ()))
        homes = small["homes"].rename({"home": "name"})
        rows = rows.join(homes, left_on="home", right_on="number", how="inner")
        rows = rows.join(small["tops"], on="rank", how="left")
        for name in STATED if self.full else STATED[:1]:
            words = {"state": f"{name}_state", "status": f"{name}_status"}
            states = small["states"].rename({**words, "reason": f"{name}_reason"})
            rows = rows.join(states, on=f"{name}_state", how="left")
        return rows.select(*(nw.col(SOURCE.get(c, c)).alias(c) for c in columns))

    def _full(
        self,
        rows: Frame,
        bought: Frame,
        wide: Frame | None,
        flows: Frame,
        small: Mapping[str, Frame],
        steps: Steps,
    ) -> Frame:
        """The figures of the full set."""
        import narwhals as nw

        sold = steps.keep("sold", screening.sold(flows))
        total = nw.col("exports").sum().cast(nw.Float64)
        world = steps.keep("world", sold.group_by("code").agg(world=total))
        intra = None
        if wide is not None:
            theirs = screening.bloc_sold(sold, small["members"])
            sold = steps.stage("exports", nw.concat([sold, theirs]))
            inner = screening.bloc_bought(wide, self.blocs, inside=True)
            intra = steps.stage("inside", inner.select("home", "code", intra=nw.col("value")))
        everything = steps.stage("traded", screening.traded(rows, sold, intra))
        sums = steps.keep("sums", screening.sums(everything, full=True))
        pulls = steps.keep("pulls", screening.pulls(bought, sums, small["partners"]))
        figures = steps.stage("figures", screening.concentration(sums))
        figures = steps.stage("depending", screening.dependency(figures))
        figures = steps.stage("governed", screening.governance(figures, pulls))
        return steps.stage("advantaged", screening.advantage(figures, sold, world))
