"""Revealed comparative advantage."""

from __future__ import annotations

from verdikart.core.figure import Answer
from verdikart.core.registry import Threshold, indicator
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.mix import Amount


def rca(
    product_exports: Amount, exports: Amount, world_product_exports: Amount, world_exports: Amount
) -> float | None:
    """Balassa index: the product's share of the home's exports over its share of world exports.

    All four amounts in one currency over *all* products; None where a denominator is zero.
    Source: Balassa 1965; threshold RCA >= 1 as in the Atlas of Economic Complexity.
    """
    if not (exports > 0 and world_product_exports > 0 and world_exports > 0):
        return None
    return float((product_exports * world_exports) / (exports * world_product_exports))


@indicator(
    "rca",
    name=("Revealed comparative advantage", "Avdekket komparativt fortrinn"),
    definition=(
        "The product's share of the home's exports over its share of world exports. Needs the "
        "exports of all products, which only a complete trade source has.",
        "Varens andel av hjemmets eksport over dens andel av verdenseksporten. Krever eksporten av "
        "alle varer, som bare en komplett handelskilde har.",
    ),
    formula="RCA = (x_cp / x_c) / (x_p / x)",
    unit="ratio",
    source="Balassa 1965",
    thresholds=(Threshold(1.0, "", "Balassa 1965"),),
)
def rca_figure(evidence: Evidence) -> Answer:
    """RCA where the source covers all products; else not computable with the reason."""
    totals = evidence.all_products
    own = evidence.exports
    if totals is None or own is None or evidence.world is None:
        return Answer.none("coverage_limited")
    product = (own.total("value") or 0) + ((own.intra.value or 0) if own.intra else 0)
    world = evidence.world.total("value") or 0
    result = rca(product, totals.home, world, totals.world)
    if result is None:
        return Answer.none(
            "zero_denominator", inputs={"home_exports": totals.home, "world_exports": totals.world}
        )
    return Answer.of(
        result,
        inputs={
            "product_exports": product,
            "home_exports": totals.home,
            "world_product_exports": world,
            "world_exports": totals.world,
        },
    )
