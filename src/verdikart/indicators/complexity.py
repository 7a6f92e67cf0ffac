"""Economic complexity: what a country's exports say of its know-how, and what lies near it.

From a matrix of export values, country × product, of *all* products and countries:

    RCA_cp = (x_cp / x_c) / (x_p / x)             M_cp = 1 where RCA_cp ≥ threshold, else 0
    k_c = Σ_p M_cp  (diversity)                   k_p = Σ_c M_cp  (ubiquity)
    φ_pq = Σ_c M_cp M_cq / max(k_p, k_q)          d_cp = Σ_q M_cq φ_pq / Σ_q φ_pq   (density)
    ECI, PCI: the second eigenvector of M̃_cc' = Σ_p M_cp M_c'p / (k_c k_p), and PCI_p so that
    ECI_c is the mean PCI of what c exports with RCA
    COI_c = Σ_p d_cp (1 − M_cp) PCI_p             distance = 1 − d_cp
    COG_cp = (1 − M_cp) Σ_q (1 − M_cq) φ_pq PCI_q / Σ_r φ_qr

Source: Hidalgo, Klinger, Barabási & Hausmann 2007 (φ, d); Hidalgo & Hausmann 2009 and Hausmann,
Hidalgo et al. 2014 (ECI, PCI, COI, COG). Normalisation, signs and every deviation from the
``ecomplexity`` package: ``docs/methods/complexity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from verdikart.core.errors import DataProblem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Ints: TypeAlias = NDArray[np.intp]

GAP = 1e-6
"""Eigenvalues closer than this do not fix the second eigenvector to nine digits."""
SIGN = 1e-9
"""A correlation with diversity below this gives no sign."""
ALIKE = 1e-12
"""Outlooks that spread less than this part of the largest are equal."""
ROWS = 256  # rows of the proximity matrix that are worked on at a time


@dataclass(frozen=True, slots=True)
class Indices:
    """What hangs on the second eigenvector; one element a country (c), a product (p) or both.

    ``eci`` has mean 0 and population standard deviation 1; ``pci`` and ``cog`` are in the same
    unit; ``coi`` is standardised by its own mean and standard deviation (0 where all are equal).
    """

    eci: Floats
    pci: Floats
    coi: Floats
    cog: Floats


@dataclass(frozen=True, slots=True)
class Complexity:
    """The whole set for the countries and products that export or are exported.

    ``countries`` and ``products`` are the kept rows and columns of the matrix given; the other
    arrays are in their order. ``left_countries`` and ``left_products`` have no export at all, or
    none above the threshold. ``indices`` is None where the eigenvector means nothing, and
    ``reason`` says why: ``network_disconnected``, ``eigenvalue_degenerate`` or
    ``sign_undetermined``. ``eigenvalues`` are the second and third (the first is 1).
    """

    countries: Ints
    products: Ints
    left_countries: Ints
    left_products: Ints
    rca: Floats
    present: Floats
    proximity: Floats
    density: Floats
    parts: int
    eigenvalues: tuple[float, float]
    indices: Indices | None
    reason: str | None

    @property
    def diversity(self) -> Floats:
        """Number of products with advantage, by country."""
        diversity: Floats = self.present.sum(axis=1)
        return diversity

    @property
    def ubiquity(self) -> Floats:
        """Number of countries with advantage, by product."""
        ubiquity: Floats = self.present.sum(axis=0)
        return ubiquity

    @property
    def distance(self) -> Floats:
        """1 − density: the share of a product's surroundings that a country lacks."""
        return 1.0 - self.density


def dense(countries: Ints, products: Ints, values: Floats, shape: tuple[int, int]) -> Floats:
    """The matrix of long rows (row, column, value); rows of the same cell are summed."""
    import numpy as np

    cells = np.asarray(countries, dtype=np.int64) * shape[1] + products
    weights = np.asarray(values, dtype=np.float64)
    found: Floats = np.bincount(cells, weights, shape[0] * shape[1]).astype(np.float64, copy=False)
    return found.reshape(shape)


def advantage(values: Floats) -> Floats:
    """RCA of every cell; every row and column must have a sum above zero.

    Equal shares of whole numbers round alike, so a country on a threshold of 1 has exactly 1.
    """
    own, world = values.sum(axis=1)[:, None], values.sum(axis=0)
    rca: Floats = (values / own) / (world / world.sum())
    return rca


def proximity(present: Floats) -> Floats:
    """φ, product × product, symmetric, 0–1 with 1 on the diagonal; no column may be empty.

    The least of the two conditional probabilities of having one product, given the other. One
    matrix product, then divided in place: 8·P² bytes in all.
    """
    import numpy as np

    ubiquity = present.sum(axis=0)
    phi: Floats = present.T @ present
    for start in range(0, len(phi), ROWS):
        rows = phi[start : start + ROWS]
        rows /= np.maximum.outer(ubiquity[start : start + ROWS], ubiquity)
    return phi


def density(present: Floats, phi: Floats) -> Floats:
    """Density, country × product, 0–1: how much of a product's surroundings a country has.

    The product itself counts among its surroundings (φ_pp = 1), as in the published formula.
    """
    import numpy as np

    found: Floats = present @ phi
    found /= phi.sum(axis=1)
    # A country with every neighbour may come out one rounding above 1.
    return np.minimum(found, 1.0, out=found)


def complexity(values: Floats, threshold: float = 1.0) -> Complexity:
    """The whole set from export values (any currency unit), country × product.

    Rows and columns without advantage anywhere are left out and named. Raises ``DataProblem``
    for a value that is negative or not a number, and where nothing is left. 230 × 5,000 takes
    some 1.5 s on two cores and 0.4 GB, most of it φ.
    """
    import numpy as np

    matrix = np.asarray(values, dtype=np.float64)
    if matrix.ndim != 2 or not np.isfinite(matrix).all() or (matrix < 0).any():
        raise DataProblem("export values must be a matrix of finite numbers, none below zero")
    countries, products = _traded(matrix)
    if not len(countries):
        raise DataProblem("no country exports any product: there is nothing to compute")
    rca = advantage(matrix[np.ix_(countries, products)])
    present = (rca >= threshold).astype(np.float64)
    # Above a threshold of 1 a country may be left with nothing, and a product with nobody. Its row
    # of M is empty, so leaving it out takes nothing from any other.
    rows, columns = present.any(axis=1), present.any(axis=0)
    if not rows.any():
        raise DataProblem(f"no export reaches an RCA of {threshold}: there is nothing to compute")
    countries, products = countries[rows], products[columns]
    rca, present = rca[np.ix_(rows, columns)], present[np.ix_(rows, columns)]
    phi = proximity(present)
    around = density(present, phi)
    found = _second(present)
    return Complexity(
        countries=countries,
        products=products,
        left_countries=np.setdiff1d(np.arange(matrix.shape[0]), countries),
        left_products=np.setdiff1d(np.arange(matrix.shape[1]), products),
        rca=rca,
        present=present,
        proximity=phi,
        density=around,
        parts=found.parts,
        eigenvalues=found.values,
        indices=None if found.reason else _indices(present, phi, around, found),
        reason=found.reason,
    )


def _traded(matrix: Floats) -> tuple[Ints, Ints]:
    import numpy as np

    return np.flatnonzero(matrix.sum(axis=1) > 0), np.flatnonzero(matrix.sum(axis=0) > 0)


@dataclass(frozen=True, slots=True)
class _Second:
    """The second eigenvector by country and by product, signed; scale is free but common to both."""

    country: Floats
    product: Floats
    values: tuple[float, float]
    parts: int
    reason: str | None


def _second(present: Floats) -> _Second:
    """Eigenvectors of M̃ through its symmetric form: real, and as small as there are countries.

    With B = D_c^-½ M D_p^-½ the matrices B Bᵀ and M̃ have the same eigenvalues, and u of the
    first is D_c^-½ u of the second. PCI follows from ECI by one step of the averaging.
    """
    import numpy as np
    from scipy.sparse.csgraph import connected_components

    diversity, ubiquity = present.sum(axis=1), present.sum(axis=0)
    scaled = present / np.sqrt(diversity)[:, None] / np.sqrt(ubiquity)
    gram = scaled @ scaled.T
    parts = int(connected_components(gram > 0, directed=False)[0])
    values, vectors = np.linalg.eigh(gram)
    second, third = ([0.0, 0.0, *values.clip(0.0).tolist()])[-2:-4:-1]
    if parts > 1:
        return _Second(diversity, ubiquity, (second, third), parts, "network_disconnected")
    if second - third < GAP:
        return _Second(diversity, ubiquity, (second, third), parts, "eigenvalue_degenerate")
    country = vectors[:, -2] / np.sqrt(diversity)
    product = (country @ present) / ubiquity / second
    sign = _correlation(country, diversity)
    if abs(sign) < SIGN:
        return _Second(diversity, ubiquity, (second, third), parts, "sign_undetermined")
    turn = np.sign(sign)
    return _Second(turn * country, turn * product, (second, third), parts, None)


def _correlation(one: Floats, other: Floats) -> float:
    """Pearson's correlation; 0 where one of them does not vary."""
    import numpy as np

    a, b = one - one.mean(), other - other.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else 0.0


def _indices(present: Floats, phi: Floats, around: Floats, found: _Second) -> Indices:
    """Normalised indices. COI and COG count from the eigenvector's own zero, as in the package."""
    import numpy as np

    mean, spread = found.country.mean(), found.country.std()
    absent = 1.0 - present
    outlook = (around * absent) @ found.product
    gain = absent * ((absent * (found.product / phi.sum(axis=1))) @ phi)
    moved, size = outlook - outlook.mean(), outlook.std()
    alike = size <= ALIKE * np.abs(outlook).max()
    return Indices(
        eci=(found.country - mean) / spread,
        pci=(found.product - mean) / spread,
        coi=np.zeros_like(outlook) if alike else moved / size,
        cog=gain / spread,
    )
