"""The two sets of a screening, assembled from :mod:`screening` into rows with names and sources.

Each row is a home (ISO3 country or bloc) × code of one year; every engine gives the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    "squares",
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


@dataclass(frozen=True, slots=True)
class Screening:
    """The expressions of one set over the frames of any engine.

    Side tables: *partners* and *members* as in :mod:`screening`; *countries*: number, name (ISO3) of
    those that are homes; *tops*: rank, top_supplier (ISO3); *about*: year, source, nomenclature.
    """

    full: bool
    blocs: bool

    def __call__(self, flows: Frame, small: Mapping[str, Frame], steps: Steps) -> Frame:
        """Rows with the columns HEAD, CONCENTRATION and, in the full set, FULL."""
        import narwhals as nw

        make = self._full if self.full else self._concentration
        columns = (*CONCENTRATION, *(FULL if self.full else ()))
        countries, blocs = make(flows, small, steps)
        # Areas that are no country are no home.
        homes = countries.join(small["countries"], left_on="home", right_on="number", how="inner")
        found = [_named(homes, small["tops"], columns, "name")]
        if blocs is not None:
            found.append(_named(blocs, small["tops"], columns, "home"))
        rows = steps.stage("named", nw.concat(found))
        return rows.join(small["about"], how="cross").select(*HEAD, *columns)

    def _concentration(
        self, flows: Frame, small: Mapping[str, Frame], steps: Steps
    ) -> tuple[Frame, Frame | None]:
        import narwhals as nw

        rows = steps.stage("known", screening.amounts(flows, small["partners"]))
        sums = steps.stage("sums", screening.sums(rows))
        countries = steps.stage("figures", screening.concentration(sums))
        if not self.blocs:
            return countries, None
        outside = screening.bloc_trade(flows, small["members"]).filter(~nw.col("inside"))
        bought = steps.stage("bought", outside)
        rows = steps.stage("bloc_known", screening.amounts(bought, small["partners"], "home"))
        sums = steps.stage("bloc_sums", screening.sums(rows))
        return countries, steps.stage("bloc_figures", screening.concentration(sums))

    def _full(
        self, flows: Frame, small: Mapping[str, Frame], steps: Steps
    ) -> tuple[Frame, Frame | None]:
        import narwhals as nw

        partners, members = small["partners"], small["members"]
        sold = steps.keep("sold", screening.exports(flows))
        total = nw.col("exports").sum().cast(nw.Float64)
        world = steps.keep("world", sold.group_by("code").agg(world=total))
        exports = steps.stage("exports", sold.rename({"number": "home"}))
        rows = steps.stage("known", screening.amounts(flows, partners))
        countries = _everything("country", rows, exports, world, None, steps)
        if not self.blocs:
            return countries, None
        bought = steps.keep("bought", screening.bloc_trade(flows, members))
        inside = bought.filter(nw.col("inside")).group_by("home", "code")
        intra = steps.stage("intra", inside.agg(intra=nw.col("value").sum()))
        outside = bought.filter(~nw.col("inside"))
        rows = steps.stage("bloc_known", screening.amounts(outside, partners, "home"))
        exports = steps.stage("bloc_exports", screening.bloc_exports(sold, members))
        return countries, _everything("bloc", rows, exports, world, intra, steps)


def _everything(
    kind: str, rows: Frame, exports: Frame, world: Frame, intra: Frame | None, steps: Steps
) -> Frame:
    def stage(name: str, frame: Frame) -> Frame:
        return steps.stage(f"{kind}_{name}", frame)

    sums = steps.keep(f"{kind}_sums", screening.sums(rows, governed=True))
    pulls = stage("pulls", screening.pulls(rows, sums))
    figures = stage("concentration", screening.concentration(sums))
    figures = stage("dependency", screening.dependency(figures, exports, intra))
    figures = stage("governance", screening.governance(figures, pulls))
    return stage("advantage", screening.advantage(figures, exports, world))


def _named(rows: Frame, tops: Frame, columns: Sequence[str], home: str) -> Frame:
    """Rows with the largest supplier's ISO3, under the names that results have."""
    import narwhals as nw

    names = {"imports_usd": "imports", "unspecified_usd": "unspecified", "exports_usd": "exports"}
    return rows.join(tops, on="rank", how="left").select(
        nw.col(home).alias("home"), "code", *(nw.col(names.get(c, c)).alias(c) for c in columns)
    )
