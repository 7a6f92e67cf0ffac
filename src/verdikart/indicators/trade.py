"""Bilateral flows → supply mixes, as lazy Narwhals expressions that run on DuckDB, Polars or Spark.

Flows are long rows with columns ``code`` (str), ``year``, ``exporter``, ``importer`` (the source's
own country numbers), ``value`` (integer currency units) and ``quantity`` (integer kg, null if
unknown). A bloc is one importer: flows between its members are kept apart as *intra*.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from verdikart.core.figure import MixId
from verdikart.indicators.mix import Mix, Supplier, merged, ordered

if TYPE_CHECKING:
    import narwhals as nw

Flow = Literal["import", "export"]
Flows = tuple[str, int, int, int, int, int | None]
Row = tuple[str, int, int, bool, int, int | None, int]


def home_trade(
    flows: nw.LazyFrame,
    members: Mapping[int, Sequence[int]],
    flow: Flow,
) -> nw.LazyFrame:
    """Sum a home's flows by code, year and partner.

    ``members`` gives the country numbers of the home for each year asked. Result columns: code,
    year, partner, intra (partner is a member that year), value, quantity (null if no flow has
    one), unmeasured (value of the flows without a quantity).
    """
    import narwhals as nw

    side, other = ("importer", "exporter") if flow == "import" else ("exporter", "importer")

    def of_members(column: str) -> nw.Expr:
        years = [
            (nw.col("year") == year) & nw.col(column).is_in(list(numbers))
            for year, numbers in members.items()
        ]
        return nw.any_horizontal(*years, ignore_nulls=False)

    return (
        flows.filter(nw.col("year").is_in(list(members)), of_members(side))
        .with_columns(
            partner=nw.col(other),
            intra=of_members(other),
            unmeasured=nw.when(nw.col("quantity").is_null()).then(nw.col("value")).otherwise(0),
        )
        .group_by("code", "year", "partner", "intra")
        .agg(
            nw.col("value").sum(),
            # A group of nulls must stay unknown, whatever a backend's empty sum is.
            quantity=nw.col("quantity").sum(),
            measured=nw.col("quantity").count(),
            unmeasured=nw.col("unmeasured").sum(),
        )
        .select(
            "code",
            "year",
            "partner",
            "intra",
            "value",
            quantity=nw.when(nw.col("measured") > 0).then(nw.col("quantity")).otherwise(None),
            unmeasured=nw.col("unmeasured"),
        )
    )


def world_trade(flows: nw.LazyFrame, years: Sequence[int]) -> nw.LazyFrame:
    """Exports of every country to the world, in the same columns as :func:`home_trade`."""
    import narwhals as nw

    everything = flows.filter(nw.col("year").is_in(list(years)))
    return (
        everything.with_columns(
            partner=nw.col("exporter"),
            unmeasured=nw.when(nw.col("quantity").is_null()).then(nw.col("value")).otherwise(0),
        )
        .group_by("code", "year", "partner")
        .agg(
            nw.col("value").sum(),
            quantity=nw.col("quantity").sum(),
            measured=nw.col("quantity").count(),
            unmeasured=nw.col("unmeasured").sum(),
        )
        .select(
            "code",
            "year",
            "partner",
            intra=nw.lit(value=False),
            value=nw.col("value"),
            quantity=nw.when(nw.col("measured") > 0).then(nw.col("quantity")).otherwise(None),
            unmeasured=nw.col("unmeasured"),
        )
    )


def summed(
    flows: Iterable[Flows], members: Mapping[int, Collection[int]] | None, flow: Flow
) -> list[Row]:
    """Sum the rows of one code as :func:`home_trade` does, or :func:`world_trade` without members.

    For a single question: adding up two thousand rows takes less time than planning a query.
    ``flows`` are (code, year, exporter, importer, value, quantity).
    """
    totals: dict[tuple[str, int, int, bool], list[int | None]] = {}
    for code, year, exporter, importer, value, quantity in flows:
        partner, intra = exporter, False
        if members is not None:
            own = members.get(year, ())
            inside, partner = (importer, exporter) if flow == "import" else (exporter, importer)
            if inside not in own:
                continue
            intra = partner in own
        row = totals.setdefault((code, year, partner, intra), [0, None, 0])
        row[0] = (row[0] or 0) + value
        if quantity is None:
            row[2] = (row[2] or 0) + value
        else:
            row[1] = (row[1] or 0) + quantity
    return [(*key, v or 0, q, u or 0) for key, (v, q, u) in totals.items()]


def mixes(
    rows: Iterable[Row],
    *,
    name: Callable[[str, int], MixId],
    country: Callable[[int], str],
    unspecified: frozenset[str],
    basis: str,
    value_unit: str = "USD",
) -> dict[tuple[str, int], Mix]:
    """Turn summed rows into mixes by (code, year). ``country`` maps a number to an ISO3 code.

    Partners that are no country (``unspecified``) are kept apart; intra flows become one row.
    """
    grouped: dict[tuple[str, int], tuple[list[Supplier], list[Supplier], list[Supplier]]] = {}
    for code, year, partner, intra, value, quantity, unmeasured in rows:
        outside, nowhere, inside = grouped.setdefault((code, year), ([], [], []))
        iso3 = country(partner)
        supplier = Supplier(
            iso3, int(value), None if quantity is None else int(quantity), int(unmeasured)
        )
        (inside if intra else nowhere if iso3 in unspecified else outside).append(supplier)
    return {
        (code, year): Mix(
            name(code, year),
            ordered(outside, "value"),
            ordered(nowhere, "value"),
            merged(inside, "INTRA"),
            value_unit,
            basis=basis,
        )
        for (code, year), (outside, nowhere, inside) in grouped.items()
    }


def without_member(
    bloc: Mix, same: Mix, opposite: Mix, *, member: str, members: frozenset[str], name: MixId
) -> Mix:
    """A bloc's mix with one member taken out and counted among the partners.

    ``bloc``: the bloc's flows with the world outside; ``same``: the member's flows in the same
    direction; ``opposite``: its flows in the other direction, of which those with ``members``
    become the reduced bloc's flow with the member. Exact where the source reconciles both reports
    of a flow to one number, as BACI does. The flow inside the reduced bloc stays unknown.
    """
    own = {s.iso3: s for s in (*same.suppliers, *same.unspecified)}
    outside = [_less(s, own.get(s.iso3)) for s in bloc.suppliers]
    nowhere = [_less(s, own.get(s.iso3)) for s in bloc.unspecified]
    joined = merged([s for s in opposite.suppliers if s.iso3 in members], member)
    return Mix(
        name,
        ordered([s for s in (*outside, joined) if s], "value"),
        ordered([s for s in nowhere if s], "value"),
        None,
        bloc.value_unit,
        basis=bloc.basis,
        caveats=bloc.caveats,
    )


def _less(whole: Supplier, part: Supplier | None) -> Supplier | None:
    if part is None:
        return whole
    value = (whole.value or 0) - (part.value or 0)
    if value <= 0:
        return None
    quantity = None if whole.quantity is None else whole.quantity - (part.quantity or 0)
    return Supplier(whole.iso3, value, quantity or None, max(0, whole.unmeasured - part.unmeasured))
