"""Indicators of every importer × product at once, as lazy Narwhals expressions on any engine.

The definitions are those of :mod:`concentration`, :mod:`governance`, :mod:`dependency` and
:mod:`advantage`; here they are sums over flow tables that one machine need not hold. Frames:

- *flows*: code, exporter, importer (country numbers), value (whole USD); of one year, one row for
  each code and pair of countries;
- *partners*: number, rank (0 to 1022, the order of ISO3; null for an area that is no country),
  score (governance, 0 best to 10 worst; null where unknown);
- *members*: home (the bloc), number; one row for each member.

One pass takes everything: the sum, the sum of squares and a key that packs amount and supplier,
``value · 1024 + 1023 − rank``, whose maximum is the largest supplier, a tie going to the first ISO3
on every engine (arg-max leaves ties to chance). It holds amounts below 8.8 · 10¹² USD, seven times
the largest bloc's imports of crude oil. Sums are whole numbers and exact. Squares of USD pass 2⁶³ and
are added as float64: all terms are positive, so 250 suppliers add a relative error of 3 · 10⁻¹⁴ at
most, in whatever order an engine takes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from verdikart.indicators.governance import WORST

if TYPE_CHECKING:
    import narwhals as nw

    Expr: TypeAlias = nw.Expr
    Frame: TypeAlias = nw.LazyFrame[Any]

SLOTS = 1024  # ranks are below, so that they fit beside an amount
LIMIT = 0.65  # share of the largest supplier: see concentration.CRMA_65
COMPLETE = 4_000  # codes with flows that a source of every product has at least, of some 5,000


def amounts(flows: Frame, partners: Frame, home: str = "importer") -> Frame:
    """Flows with rank and score of the exporter: home, code, value, rank, score, known.

    ``known`` is the value where the exporter is a country, else null. ``home``: what buys.
    """
    import narwhals as nw

    return (
        flows.filter(nw.col("value") > 0)
        .join(partners, left_on="exporter", right_on="number", how="left")
        .select(
            nw.col(home).alias("home"),
            "code",
            "value",
            "rank",
            "score",
            known=nw.when(~nw.col("rank").is_null()).then(nw.col("value")),
        )
    )


def bloc_trade(flows: Frame, members: Frame) -> Frame:
    """Imports of blocs by supplier: home, code, exporter, inside (a member too), value.

    Members' imports from one supplier are added here, before anything is squared.
    """
    import narwhals as nw

    inside = members.with_columns(inside=nw.lit(value=True))
    return (
        flows.filter(nw.col("value") > 0)
        .join(members, left_on="importer", right_on="number", how="inner")
        .join(inside, left_on=["home", "exporter"], right_on=["home", "number"], how="left")
        .with_columns(inside=~nw.col("inside").is_null())
        .group_by("home", "code", "exporter", "inside")
        .agg(nw.col("value").sum().cast(nw.Int64))
    )


def sums(rows: Frame, *, governed: bool = False) -> Frame:
    """The one pass over :func:`amounts`: what the figures of each home × code need.

    Columns: home, code, imports (with areas that are no country), identified, squares, top (packed),
    suppliers; where ``governed`` also weighted (squares · score) and unscored (squares without).
    """
    import narwhals as nw

    known, score = nw.col("known"), nw.col("score")
    amount = known.cast(nw.Float64)
    totals = {
        "imports": nw.col("value").sum().cast(nw.Int64),
        "identified": known.sum().cast(nw.Int64),
        "squares": (amount * amount).sum(),
        "top": (known * SLOTS + (SLOTS - 1 - nw.col("rank"))).max(),
        "suppliers": known.count(),
    }
    if governed:
        totals["weighted"] = (amount * amount * score).sum()
        totals["unscored"] = nw.when(score.is_null()).then(amount * amount).sum()
    return rows.group_by("home", "code").agg(**totals)


def concentration(sums: Frame) -> Frame:
    """HHI and top share of each row of :func:`sums`; ``rank`` is that of the largest supplier.

    Bounds are there where areas that are no country supply too: all of it comes from many, or all
    from the largest supplier.
    """
    import narwhals as nw

    whole, total, first = nw.col("whole"), nw.col("total"), nw.col("first")
    squares, unknown = nw.col("squares"), nw.col("unknown")
    some = nw.col("suppliers") > 0
    return (
        sums.with_columns(
            whole=nw.when(some).then(nw.col("identified").cast(nw.Float64)),
            # Division by a power of two is exact, so this is the amount to the last dollar.
            first=(nw.col("top").cast(nw.Float64) / SLOTS).floor(),
            unspecified=nw.col("imports") - nw.col("identified"),
        )
        .with_columns(
            rank=SLOTS - 1 - (nw.col("top") - first.cast(nw.Int64) * SLOTS),
            unknown=nw.when(some, nw.col("unspecified") > 0).then(
                nw.col("unspecified").cast(nw.Float64)
            ),
        )
        .with_columns(total=whole + unknown)  # null where nothing is unknown, as are the bounds
        .with_columns(
            hhi_value=squares / (whole * whole),
            hhi_value_low=squares / (total * total),
            hhi_value_high=(squares + unknown * (2 * first + unknown)) / (total * total),
            hhi_value_status=nw.when(some).then(nw.lit("ok")).otherwise(nw.lit("missing")),
            hhi_value_reason=nw.when(unknown > 0)
            .then(nw.lit("unspecified_partners"))
            .otherwise(nw.when(~some).then(nw.lit("no_flows"))),
            top_share=first / whole,
            top_share_low=first / total,
            top_share_high=(first + unknown) / total,
        )
    )


def pulls(rows: Frame, sums: Frame) -> Frame:
    """What unspecified partners can add at most to the weighted squares: home, code, pull.

    All of it would belong to the known supplier where it weighs most, (score, or the worst one) ·
    ((a + u)² − a²), or to a new one with the worst score. Only for homes × codes that have any.
    """
    import narwhals as nw

    unknown, known = nw.col("unspecified"), nw.col("known").cast(nw.Float64)
    affected = sums.filter(
        nw.col("imports") > nw.col("identified"), nw.col("suppliers") > 0
    ).select(
        "home",
        "code",
        unspecified=(nw.col("imports") - nw.col("identified")).cast(nw.Float64),
    )
    score = nw.when(nw.col("score").is_null()).then(WORST).otherwise(nw.col("score"))
    found = (
        rows.filter(~nw.col("rank").is_null())
        .join(affected, on=["home", "code"], how="inner")
        .with_columns(pull=score * unknown * (2 * known + unknown))
        .group_by("home", "code", "unspecified")
        .agg(nw.col("pull").max())
    )
    new = WORST * unknown * unknown
    return found.select(
        "home", "code", pull=nw.when(nw.col("pull") > new).then(nw.col("pull")).otherwise(new)
    )


def governance(rows: Frame, pulls: Frame) -> Frame:
    """Governance-weighted HHI of rows of :func:`dependency` whose sums are ``governed``.

    Null with bounds where a supplier has no score; bounds also with unspecified partners.
    """
    import narwhals as nw

    whole, total = nw.col("whole"), nw.col("total")
    weighted, unscored = nw.col("weighted"), nw.col("unscored")
    low, high = weighted / (whole * whole), (weighted + WORST * unscored) / (whole * whole)
    wide_low = weighted / (total * total)
    wide_high = (weighted + WORST * unscored + nw.col("pull")) / (total * total)
    some, lacking, open_ = nw.col("suppliers") > 0, unscored > 0, nw.col("unknown") > 0
    capped = nw.when(wide_high > WORST).then(WORST).otherwise(wide_high)
    status = nw.when(~some).then(nw.lit("missing"))
    status = status.otherwise(
        nw.when(lacking)
        .then(nw.lit("not_computable"))
        .otherwise(nw.when(weighted > 0).then(nw.lit("ok")).otherwise(nw.lit("zero")))
    )
    reason = nw.when(~some).then(nw.lit("no_flows"))
    reason = reason.otherwise(
        nw.when(lacking)
        .then(nw.lit("governance_missing"))
        .otherwise(nw.when(open_).then(nw.lit("unspecified_partners")))
    )
    return rows.join(pulls, on=["home", "code"], how="left").with_columns(
        hhi_governance=nw.when(some, ~lacking).then(low),
        hhi_governance_low=nw.when(open_).then(wide_low).otherwise(nw.when(lacking).then(low)),
        hhi_governance_high=nw.when(open_).then(capped).otherwise(nw.when(lacking).then(high)),
        hhi_governance_status=status,
        hhi_governance_reason=reason,
    )


def exports(flows: Frame) -> Frame:
    """Exports by number and code, to all countries and areas: number, code, exports (USD)."""
    import narwhals as nw

    found = (
        flows.filter(nw.col("value") > 0).group_by("exporter", "code").agg(nw.col("value").sum())
    )
    return found.select("code", number=nw.col("exporter"), exports=nw.col("value").cast(nw.Int64))


def bloc_exports(exports: Frame, members: Frame) -> Frame:
    """Exports of blocs, flows between members among them: home, code, exports."""
    import narwhals as nw

    return (
        exports.join(members, on="number", how="inner")
        .group_by("home", "code")
        .agg(nw.col("exports").sum().cast(nw.Int64))
    )


def dependency(rows: Frame, exports: Frame, intra: Frame | None) -> Frame:
    """CDI1–3 of rows of :func:`concentration`, and a row for each code a home only exports.

    ``intra``: home, code, intra (USD) of blocs; None for countries, whose CDI2 is 1 by definition.
    CDI3 is over all exports of the home. A ratio without a denominator is null with its reason.
    """
    import narwhals as nw

    imports, exported = nw.col("imports"), nw.col("exports")
    sold = exports.rename({"home": "seller", "code": "good"})
    joined = rows.join(
        sold, left_on=["home", "code"], right_on=["seller", "good"], how="full"
    ).with_columns(
        home=nw.coalesce("home", "seller"),
        code=nw.coalesce("code", "good"),
        exports=nw.coalesce("exports", nw.lit(0)),
        suppliers=nw.coalesce("suppliers", nw.lit(0)),
        hhi_value_status=nw.coalesce("hhi_value_status", nw.lit("missing")),
        hhi_value_reason=nw.when(imports.is_null())
        .then(nw.lit("no_flows"))
        .otherwise(nw.col("hhi_value_reason")),
    )
    if intra is None:
        joined = joined.with_columns(
            cdi2=nw.when(imports > 0).then(1.0), unseen=nw.lit("single_country_home")
        )
    else:
        inside = nw.col("intra").cast(nw.Float64)
        joined = joined.join(intra, on=["home", "code"], how="left").with_columns(
            cdi2=imports.cast(nw.Float64) / (imports.cast(nw.Float64) + inside),
            unseen=nw.when(inside.is_null()).then(nw.lit("no_intra_known")),
        )
    none = nw.when(imports.is_null()).then(nw.lit("no_flows"))
    return joined.with_columns(
        over_65_imports=nw.col("top_share") > LIMIT,
        cdi1=nw.col("hhi_value"),
        cdi2_status=_status("cdi2"),
        cdi2_reason=none.otherwise(nw.col("unseen")),
        cdi3=nw.when(exported > 0).then(imports.cast(nw.Float64) / exported.cast(nw.Float64)),
        cdi3_reason=none.otherwise(nw.when(exported == 0).then(nw.lit("zero_denominator"))),
    ).with_columns(cdi3_status=_status("cdi3"))


def _status(ratio: str) -> Expr:
    """Status of a ratio over imports, which are null where there are none."""
    import narwhals as nw

    lacking = nw.when(nw.col("imports").is_null()).then(nw.lit("missing"))
    return (
        nw.when(~nw.col(ratio).is_null())
        .then(nw.lit("ok"))
        .otherwise(lacking.otherwise(nw.lit("not_computable")))
    )


def advantage(rows: Frame, exports: Frame, world: Frame) -> Frame:
    """RCA of rows of :func:`dependency`, over all products that the flows have.

    ``exports``: home, code, exports of every home; ``world``: code, world (exports of the code).
    Null where the flows have fewer than :data:`COMPLETE` codes, or a home exports nothing at all.
    """
    import narwhals as nw

    one = nw.lit(1)
    everything = (
        world.with_columns(link=one)
        .group_by("link")
        .agg(world_exports=nw.col("world").sum(), codes=nw.len())
        .with_columns(
            world_exports=nw.when(nw.col("codes") >= COMPLETE).then(
                nw.col("world_exports").cast(nw.Float64)
            )
        )
    )
    homes = exports.group_by("home").agg(home_exports=nw.col("exports").sum().cast(nw.Float64))
    product = nw.col("exports").cast(nw.Float64)
    goods = world.with_columns(link=one).join(everything, on="link", how="inner")
    rca = (product * nw.col("world_exports")) / (nw.col("home_exports") * nw.col("world"))
    return (
        rows.join(goods.select("code", "world", "world_exports"), on="code", how="left")
        .join(homes, on="home", how="left")
        .with_columns(rca=rca)
        .with_columns(
            rca_status=nw.when(nw.col("rca").is_null())
            .then(nw.lit("not_computable"))
            .otherwise(nw.when(nw.col("rca") == 0).then(nw.lit("zero")).otherwise(nw.lit("ok"))),
            rca_reason=nw.when(nw.col("world_exports").is_null())
            .then(nw.lit("coverage_limited"))
            .otherwise(nw.when(nw.col("rca").is_null()).then(nw.lit("zero_denominator"))),
        )
    )
