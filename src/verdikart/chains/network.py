"""Exposure at sector level: who sells inputs to a sector, and who stands behind them. Pure.

With Z the flows between nodes (a node is one sector of one country), x output and A = Z x̂⁻¹, the
inputs b a sector buys need L b of all output, L = (I − A)⁻¹ (Leontief 1936; Miller & Blair 2009,
chapter 2). The value in b was added in country c to the extent of Σ v_i (L b)_i over its nodes,
v the value added per unit of output (the V·L reading). The *hidden* exposure is that share less
the share bought from c directly (after Baldwin, Freeman & Theodorakopoulos 2023, who use the gross
reading: shares of Σ (L b)_i).

The inverse L is never formed. Each country's own block of I − A is factored, and what crosses
borders is iterated upon (block Jacobi), which converges fast because most inputs are domestic.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_matrix

    Array = np.ndarray[Any, np.dtype[Any]]

TOLERANCE = 1e-10
ROUNDS = 500


@dataclass(frozen=True)
class Network:
    """A network of ``countries`` × ``sectors`` nodes, the sectors of one country side by side.

    ``flows[i, j]``: what node j buys from node i. ``output`` of each node; ``bought``: all its inputs,
    at least the sum of its column: the rest is bought from sellers that the flows leave out.
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: csr_matrix
    output: Array
    bought: Array

    @cached_property
    def coefficients(self) -> csr_matrix:
        """A: inputs per unit of output; columns of nodes without output are empty."""
        from scipy.sparse import diags_array

        return self.flows.tocsr() @ diags_array(self._per_output)

    @cached_property
    def _per_output(self) -> Array:
        import numpy as np

        working = self.output > 0
        return np.where(working, 1.0 / np.where(working, self.output, 1.0), 0.0)

    @cached_property
    def unlisted(self) -> Array:
        """Inputs per unit of output whose seller the flows leave out."""
        import numpy as np

        known = np.asarray(self.flows.sum(axis=0)).ravel()
        found: Array = np.maximum(self.bought - known, 0.0) * self._per_output
        return found

    @cached_property
    def value_added(self) -> Array:
        """v: value added per unit of output, 1 − the column of A − what is unlisted."""
        import numpy as np

        return 1.0 - np.asarray(self.coefficients.sum(axis=0)).ravel() - self.unlisted

    @cached_property
    def _solver(self) -> tuple[csr_matrix, Array]:
        return _split(self.coefficients, len(self.sectors))

    def requirements(self, inputs: Array) -> Array:
        """L b for each column b of ``inputs`` (nodes × columns), in its unit."""
        crossing, blocks = self._solver
        return _iterate(self.coefficients, crossing, blocks, inputs)

    def by_country(self, amounts: Array) -> Array:
        """Sum nodes to countries (countries × columns)."""
        found: Array = amounts.reshape(len(self.countries), len(self.sectors), -1).sum(axis=1)
        return found


@dataclass(frozen=True)
class SectorOrigins:
    """Origin of the inputs of some buyers; each array is countries × buyers, shares of what each
    buyer spends on inputs. ``face``, ``look_through`` sum to 1 with their ``unlisted`` part, ``gross`` alone.

    ``spent``: what each buyer spends on inputs; ``added``: the value each node adds (nodes × buyers).
    """

    face: Array
    look_through: Array
    gross: Array
    face_unlisted: Array
    look_through_unlisted: Array
    spent: Array
    added: Array

    @property
    def hidden(self) -> Array:
        """Look-through less face value: above 0, more stands behind than is bought directly."""
        found: Array = self.look_through - self.face
        return found


def solve(coefficients: csr_matrix, block: int, inputs: Array) -> Array:
    """(I − A)⁻¹ B without the inverse, for ``block`` nodes a country; for a network see the class."""
    crossing, blocks = _split(coefficients, block)
    return _iterate(coefficients, crossing, blocks, inputs)


def _split(coefficients: csr_matrix, block: int) -> tuple[csr_matrix, Array]:
    """What crosses borders, and the inverse of each country's small own block of I − A."""
    import numpy as np
    from scipy.sparse import csr_matrix

    cells = coefficients.tocoo()
    size = cells.shape[0]
    own = cells.row // block == cells.col // block
    inside = np.zeros((size // block, block, block))
    at = cells.row[own]
    np.add.at(inside, (at // block, at % block, cells.col[own] % block), cells.data[own])
    crossing = csr_matrix((cells.data[~own], (cells.row[~own], cells.col[~own])), cells.shape)
    return crossing, np.linalg.inv(np.eye(block) - inside)


def _iterate(coefficients: csr_matrix, crossing: csr_matrix, blocks: Array, inputs: Array) -> Array:
    """Block Jacobi. Raises ``ValueError`` where the residual stays above the tolerance."""
    import numpy as np

    count, block, _ = blocks.shape
    scale = float(np.abs(inputs).max(initial=0.0)) or 1.0

    def inside(amounts: Array) -> Array:
        found: Array = (blocks @ amounts.reshape(count, block, -1)).reshape(inputs.shape)
        return found

    found = inside(inputs)
    for _ in range(ROUNDS):
        last, found = found, inside(inputs + crossing @ found)
        if np.abs(found - last).max(initial=0.0) <= TOLERANCE / 10 * scale:
            break
    left = np.abs(inputs + coefficients @ found - found).max(initial=0.0) / scale
    if not left <= TOLERANCE:
        raise ValueError(f"the network does not settle: residual {left:.1e} above {TOLERANCE:.0e}")
    return found


def origins(network: Network, buyers: Array) -> SectorOrigins:
    """Origins of the inputs of ``buyers``: nodes × buyers, 1 where a node belongs to the buyer.

    By construction v + unlisted + columns of A = 1, so the value added along all stages and what is
    unlisted on the way make up exactly what was spent. A buyer that spends nothing gets nan.
    """
    import numpy as np

    inputs = np.asarray(network.flows @ buyers)
    outside = (network.unlisted * network.output) @ buyers
    spent = inputs.sum(axis=0) + outside
    with np.errstate(invalid="ignore", divide="ignore"):
        needed = network.requirements(inputs)
        added = network.value_added[:, None] * needed
        gone = network.unlisted @ needed + outside
        return SectorOrigins(
            network.by_country(inputs) / spent,
            network.by_country(added) / spent,
            network.by_country(needed) / needed.sum(axis=0),
            outside / spent,
            gone / spent,
            spent,
            added,
        )
