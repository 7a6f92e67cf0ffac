"""What every question to the chains shares: one library, home, year and day, and supply by product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from verdikart.chains.graph import ChainGraph
from verdikart.mapping import catalogue, chain_graphs
from verdikart.mapping.assess import Assessment, assess_product
from verdikart.mapping.library import Library
from verdikart.reference.entities import Product
from verdikart.reference.load import by_key

# The day the tables of measures and plants were last looked over: what is in force or operating
# is said of this day.
LOOKED_OVER = date(2026, 11, 22)


class ChainView:
    """Chains as seen from one home in one year.

    ``judged``: assessments at hand, by home, of which those of trade codes are kept; any other
    product is assessed when asked for, so that a mapping and a single question agree. Restrictions,
    plants and dates are those ``on`` a day.
    """

    def __init__(
        self,
        library: Library,
        home: str,
        year: int,
        *,
        on: date = LOOKED_OVER,
        judged: Mapping[str, Sequence[Assessment]] | None = None,
        graphs: Mapping[str, ChainGraph] | None = None,
    ) -> None:
        self.library, self.home, self.year, self.on = library, home, year, on
        self.graphs = dict(graphs if graphs is not None else chain_graphs.graphs())
        self._rows: dict[tuple[str, str], list[Assessment]] = {}
        for home_id, rows in (judged or {}).items():
            for row in (r for r in rows if r.basis == "own_imports"):
                for product_id in row.products:
                    self._rows.setdefault((home_id, product_id), []).append(row)

    def product(self, product_id: str) -> Product:
        """A product, also one that only a user's chain knows."""
        for graph in self.graphs.values():
            if product_id in graph.products:
                return graph.products[product_id]
        return by_key(Product)[product_id]

    def codes(self, product_id: str) -> Sequence[tuple[str, str]]:
        """Trade codes of a product that only a user's chain knows."""
        held = (g.codes[product_id] for g in self.graphs.values() if product_id in g.codes)
        return next(held, ())

    def rows(self, product_id: str, home: str | None = None) -> tuple[Assessment, ...]:
        """Assessments of a product for a home (default: the view's), one a trade code.

        Always at least one; a product without data has one row of basis ``none`` with its reason.
        """
        key = (home or self.home, product_id)
        if key not in self._rows:
            product = self.product(product_id)
            codes = self.codes(product_id)
            self._rows[key] = assess_product(self.library, key[0], product, self.year, codes)
        return tuple(self._rows[key])


def view(
    home: str = "NOR",
    year: int | None = None,
    library: Library | None = None,
    graphs: Mapping[str, ChainGraph] | None = None,
) -> ChainView:
    """A view of its own, for a single question. Raises for an unknown home or a year without data."""
    held = library or Library()
    catalogue.check_home(home, held.custom)
    span = catalogue.source_years("baci_hs92")
    chosen = span[-1] if year is None else catalogue.check_year("baci_hs92", year)
    catalogue.check_time(home, chosen)
    return ChainView(held, home, chosen, graphs=graphs)
