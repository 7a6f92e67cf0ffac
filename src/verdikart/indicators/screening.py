"""Indicators of every importer × product at once, as lazy Narwhals expressions on any engine.

The definitions are those of :mod:`concentration`, :mod:`governance`, :mod:`dependency` and
:mod:`advantage`; here they are sums over flow tables that one machine need not hold. Frames:

- *flows*: code, exporter, importer (country numbers), value (whole USD); of one year, one row for
  each code and pair of countries;
- *partners*: number, rank (0 to 1022, the order of ISO3; null for an area that is no country),
  score (governance, 0 best to 10 worst; null where unknown);
- *members*: home (a number from :data:`BLOCS` on), number; one row for each member of a bloc.

One pass takes everything: the sum, the sum of squares and a key that packs amount and supplier,
``value · 1024 + 1023 − rank``, whose maximum is the largest supplier, a tie going to the first ISO3
on every engine (arg-max leaves ties to chance). It holds amounts below 9 · 10¹⁵ USD, ninety times the
world's output. Sums are whole numbers and exact. Squares of USD pass 2⁶³ and
are added as float64: all terms are positive, so 250 suppliers add a relative error of 3 · 10⁻¹⁴ at
most, in whatever order an engine takes them.

Status and reason of a figure travel as a number, an index of :data:`STATES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from verdikart.indicators.governance import WORST

if TYPE_CHECKING:
    import narwhals as nw

    Expr: TypeAlias = nw.Expr
    Frame: TypeAlias = nw.LazyFrame[Any]

SLOTS = 1024  # ranks are below, so that they fit beside an amount
BLOCS = 10_000  # numbers of blocs are from here on, those of countries below 1,000
LIMIT = 0.65  # share of the largest supplier: see concentration.CRMA_65
COMPLETE = 4_000  # codes with flows that a source of every product has at least, of some 5,000
STATES: tuple[tuple[str, str | None], ...] = (
    ("ok", None),
    ("ok", "unspecified_partners"),
    ("missing", "no_flows"),
    ("not_computable", "governance_missing"),
    ("zero", None),
    ("zero", "unspecified_partners"),
    ("ok", "single_country_home"),
    ("not_computable", "no_intra_known"),
    ("not_computable", "zero_denominator"),
    ("not_computable", "coverage_limited"),
)


def _state(*cases: tuple[Expr | None, str, str | None]) -> Expr:
    """The state of the first case that holds; the last has no condition."""
    import narwhals as nw

    *conditional, (_, status, reason) = cases
    found = nw.lit(STATES.index((status, reason)))
    for condition, status, reason in reversed(conditional):
        found = nw.when(condition).then(nw.lit(STATES.index((status, reason)))).otherwise(found)
    return found


def bought(flows: Frame) -> Frame:
    """Imports of countries by supplier: home (the number), code, exporter, value."""
    import narwhals as nw

    return flows.filter(nw.col("value") > 0).select(
        "code", "exporter", "value", home=nw.col("importer")
    )


def bloc_wide(flows: Frame, sides: Frame, blocs: int) -> Frame:
    """What members of each bloc buy by supplier: code, exporter, bloc_0, bloc_1 … (USD), in_0, in_1 …

    Members' imports from one supplier are added here, before anything is squared. ``sides``: number,
    bloc_0, bloc_1 …, 1 for a member and 0 for none; of countries that are a member of any. A column
    for each bloc is a third faster than a row for each. ``in_0`` …: 1 where the supplier is a member
    too, else 0 or null.
    """
    import narwhals as nw

    names = [f"bloc_{i}" for i in range(blocs)]
    parts = [(nw.col("value") * nw.col(name)).sum().cast(nw.Int64).alias(name) for name in names]
    rows = flows.filter(nw.col("value") > 0)
    rows = rows.join(sides, left_on="importer", right_on="number", how="inner")
    own = sides.select(exporter="number", **{f"in_{i}": name for i, name in enumerate(names)})
    return rows.group_by("code", "exporter").agg(*parts).join(own, on="exporter", how="left")


def bloc_bought(wide: Frame, blocs: int, *, inside: bool = False) -> Frame:
    """Imports of blocs by supplier as :func:`bought`: from outside, or what members buy ``inside``."""
    import narwhals as nw

    found = []
    for i in range(blocs):
        value, member = nw.col(f"bloc_{i}"), nw.col(f"in_{i}")
        side = member == 1 if inside else member.is_null() | (member == 0)
        home = nw.lit(BLOCS + i, nw.Int16)
        found.append(
            wide.filter(value > 0, side).select("code", "exporter", value=value, home=home)
        )
    return nw.concat(found)


def amounts(bought: Frame, partners: Frame) -> Frame:
    """Imports with rank and score of the supplier: home, code, value, rank, score, known.

    ``known`` is the value where the supplier is a country, else null.
    """
    import narwhals as nw

    known = nw.when(~nw.col("rank").is_null()).then(nw.col("value"))
    return bought.join(partners, left_on="exporter", right_on="number", how="left").select(
        "home", "code", "value", "rank", "score", known=known
    )


def traded(rows: Frame, sold: Frame, intra: Frame | None) -> Frame:
    """:func:`amounts` with rows for what a home sells and what members of a bloc buy from each other.

    ``sold``: home, code, exports; ``intra``: home, code, intra; both USD. A column that a row is not
    about is null. One pass over all of them takes less than joining the sums.
    """
    import narwhals as nw

    others = {name: nw.lit(None, nw.Int64) for name in ("value", "rank", "known")}
    others["score"] = nw.lit(None, nw.Float64)
    none = nw.lit(None, nw.Int64)
    columns = ("home", "code", "value", "rank", "score", "known", "exports", "intra")
    parts = [
        rows.with_columns(exports=none, intra=none),
        sold.with_columns(**others, intra=none),
    ]
    if intra is not None:
        parts.append(intra.with_columns(**others, exports=none))
    return nw.concat([part.select(*columns) for part in parts])


def sums(rows: Frame, *, full: bool = False) -> Frame:
    """The one pass over :func:`amounts`: what the figures of each home × code need.

    Columns: home, code, imports (with areas that are no country), identified, squares, top (packed),
    suppliers. In the ``full`` set, over :func:`traded`, also weighted (squares · score), unscored
    (squares without), exports, intra.
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
    if full:
        totals["weighted"] = (amount * amount * score).sum()
        totals["unscored"] = nw.when(score.is_null()).then(amount * amount).sum()
        totals["exports"] = nw.col("exports").sum().cast(nw.Int64)
        totals["intra"] = nw.col("intra").sum().cast(nw.Int64)
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
    unspecified, slot = nw.col("imports") - nw.col("identified"), nw.col("top") % SLOTS
    return (
        sums.with_columns(
            unspecified=unspecified,
            rank=SLOTS - 1 - slot,
            # A multiple of SLOTS: the division is exact, and an amount fits the 53 bits of a float.
            first=(nw.col("top") - slot).cast(nw.Float64) / SLOTS,
            whole=nw.when(some).then(nw.col("identified").cast(nw.Float64)),
            unknown=nw.when(some, unspecified > 0).then(unspecified.cast(nw.Float64)),
        )
        .with_columns(total=whole + unknown)  # null where nothing is unknown, as are the bounds
        .with_columns(
            hhi_value=squares / (whole * whole),
            hhi_value_low=squares / (total * total),
            hhi_value_high=(squares + unknown * (2 * first + unknown)) / (total * total),
            hhi_value_state=_state(
                (unknown > 0, "ok", "unspecified_partners"),
                (some, "ok", None),
                (None, "missing", "no_flows"),
            ),
            top_share=first / whole,
            top_share_low=first / total,
            top_share_high=(first + unknown) / total,
        )
    )


def pulls(bought: Frame, sums: Frame, partners: Frame) -> Frame:
    """What unspecified partners can add at most to the weighted squares: home, code, pull.

    All of it would belong to the known supplier where it weighs most, (score, or the worst one) ·
    ((a + u)² − a²), or to a new one with the worst score. Only for homes × codes that have any.
    """
    import narwhals as nw

    unknown, amount = nw.col("unspecified"), nw.col("value").cast(nw.Float64)
    affected = sums.filter(
        nw.col("imports") > nw.col("identified"), nw.col("suppliers") > 0
    ).select(
        "home",
        "code",
        unspecified=(nw.col("imports") - nw.col("identified")).cast(nw.Float64),
    )
    score = nw.when(nw.col("score").is_null()).then(WORST).otherwise(nw.col("score"))
    found = (
        bought.join(affected, on=["home", "code"], how="inner")
        .join(partners, left_on="exporter", right_on="number", how="inner")
        .filter(~nw.col("rank").is_null())
        .with_columns(pull=score * unknown * (2 * amount + unknown))
        .group_by("home", "code", "unspecified")
        .agg(nw.col("pull").max())
    )
    new = WORST * unknown * unknown
    return found.select(
        "home", "code", pull=nw.when(nw.col("pull") > new).then(nw.col("pull")).otherwise(new)
    )


def governance(rows: Frame, pulls: Frame) -> Frame:
    """Governance-weighted HHI of rows of :func:`concentration` of the full set.

    Null with bounds where a supplier has no score; bounds also with unspecified partners.
    """
    import narwhals as nw

    whole, total = nw.col("whole"), nw.col("total")
    weighted, unscored = nw.col("weighted"), nw.col("unscored")
    low, high = weighted / (whole * whole), (weighted + WORST * unscored) / (whole * whole)
    wide_low = weighted / (total * total)
    wide_high = (weighted + WORST * unscored + nw.col("pull")) / (total * total)
    some, lacking, unknown = nw.col("suppliers") > 0, unscored > 0, nw.col("unknown")
    capped = nw.when(wide_high > WORST).then(WORST).otherwise(wide_high)
    state = _state(
        (~some, "missing", "no_flows"),
        (lacking, "not_computable", "governance_missing"),
        ((weighted == 0) & (unknown > 0), "zero", "unspecified_partners"),
        (weighted == 0, "zero", None),
        (unknown > 0, "ok", "unspecified_partners"),
        (None, "ok", None),
    )
    return rows.join(pulls, on=["home", "code"], how="left").with_columns(
        hhi_governance=nw.when(some, ~lacking).then(low),
        hhi_governance_low=nw.when(unknown > 0)
        .then(wide_low)
        .otherwise(nw.when(lacking).then(low)),
        hhi_governance_high=nw.when(unknown > 0)
        .then(capped)
        .otherwise(nw.when(lacking).then(high)),
        hhi_governance_state=state,
    )


def sold(flows: Frame) -> Frame:
    """Exports of countries and areas, to all others: home (the number), code, exports (USD)."""
    import narwhals as nw

    rows = flows.filter(nw.col("value") > 0).select("code", "value", home=nw.col("exporter"))
    return rows.group_by("home", "code").agg(exports=nw.col("value").sum().cast(nw.Int64))


def bloc_sold(sold: Frame, members: Frame) -> Frame:
    """Exports of blocs as :func:`sold`, flows between members among them."""
    import narwhals as nw

    theirs = sold.rename({"home": "number"}).join(members, on="number", how="inner")
    return theirs.group_by("home", "code").agg(exports=nw.col("exports").sum().cast(nw.Int64))


def dependency(rows: Frame) -> Frame:
    """CDI1–3 of rows of :func:`concentration` of the full set; some of them have exports alone.

    CDI2 of a country is 1 by definition. CDI3 is over all exports of the home. A ratio without a
    denominator is null with its reason.
    """
    import narwhals as nw

    imports, exported, inside = nw.col("imports"), nw.col("exports"), nw.col("intra")
    some, bloc = imports > 0, nw.col("home") >= BLOCS
    amount = imports.cast(nw.Float64)
    none = (~some, "missing", "no_flows")
    return rows.with_columns(
        imports=nw.when(some).then(imports),
        unspecified=nw.when(some).then(nw.col("unspecified")),
        over_65_imports=nw.col("top_share") > LIMIT,
        cdi1=nw.col("hhi_value"),
        cdi2=nw.when(some, ~bloc)
        .then(1.0)
        .otherwise(nw.when(some, inside > 0).then(amount / (amount + inside.cast(nw.Float64)))),
        cdi2_state=_state(
            none,
            (~bloc, "ok", "single_country_home"),
            (inside == 0, "not_computable", "no_intra_known"),
            (None, "ok", None),
        ),
        cdi3=nw.when(some, exported > 0).then(amount / exported.cast(nw.Float64)),
        cdi3_state=_state(
            none, (exported == 0, "not_computable", "zero_denominator"), (None, "ok", None)
        ),
    )


def advantage(rows: Frame, sold: Frame, world: Frame) -> Frame:
    """RCA of rows of :func:`dependency`, over all products that the flows have.

    ``sold``: exports of every home, countries and blocs; ``world``: code, world (exports of the
    code). Null where the flows have fewer than :data:`COMPLETE` codes, or a home exports nothing.
    """
    import narwhals as nw

    linked = world.with_columns(link=nw.lit(1))
    everything = linked.group_by("link").agg(all=nw.col("world").sum(), codes=nw.len())
    whole = nw.when(nw.col("codes") >= COMPLETE).then(nw.col("all"))
    goods = linked.join(everything, on="link", how="inner").select("code", "world", all=whole)
    homes = sold.group_by("home").agg(own=nw.col("exports").sum().cast(nw.Float64))
    product = nw.col("exports").cast(nw.Float64)
    return (
        rows.join(goods, on="code", how="left")
        .join(homes, on="home", how="left")
        .with_columns(rca=(product * nw.col("all")) / (nw.col("own") * nw.col("world")))
        .with_columns(
            rca_state=_state(
                (nw.col("all").is_null(), "not_computable", "coverage_limited"),
                (nw.col("rca").is_null(), "not_computable", "zero_denominator"),
                (nw.col("rca") == 0, "zero", None),
                (None, "ok", None),
            )
        )
    )
