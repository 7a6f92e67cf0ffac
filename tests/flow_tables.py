"""Made-up flow tables that cover all products, for what compares countries over all of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from verdikart.reference.load import load
from verdikart.reference.nomenclature import HsCode

# BACI's numbers: Norway and 29 others, large and small.
COUNTRIES = (
    "579 752 208 246 352 276 251 826 380 528 56 40 757 616 203 842 124 484 76 152 156 392 410 699 360 "
    "710 818 566 36 643"
)


def whole_year(path: Path, year: int = 2024, codes: int = 4200, seed: int = 5) -> None:
    """Write one year: 30 countries × ``codes`` codes of HS92; the more able make the harder goods.

    Andorra (20) exports 5,000 USD, and a number that is no country (899) one million.
    """
    rng = np.random.default_rng(seed)
    known = sorted(row.code for row in load(HsCode) if "HS92" in row.revisions)
    chosen = sorted(rng.choice(known, codes, replace=False).tolist())
    numbers = np.array([int(n) for n in COUNTRIES.split()])
    skill, need = np.linspace(1, 0, len(numbers)), rng.random(codes)
    makes = rng.random((len(numbers), codes)) < 1 / (1 + np.exp(-6 * (skill[:, None] - need)))
    makes[0, chosen.index("280461")] = False  # Norway has no polysilicon in this world
    i, j = np.nonzero(makes)
    value = np.rint(np.exp(rng.normal(15, 1.5, len(i)))).astype(np.int64)
    partner = numbers[(i + 1 + rng.integers(0, len(numbers) - 1, len(i))) % len(numbers)]
    rows = {
        "code": [*(chosen[at] for at in j.tolist()), chosen[0], chosen[0]],
        "exporter": np.array([*numbers[i].tolist(), 20, 899], dtype=np.int16),
        "importer": np.array([*partner.tolist(), 579, 579], dtype=np.int16),
        "value_usd": np.array([*value.tolist(), 5_000, 1_000_000], dtype=np.int64),
    }
    table = pa.table({**rows, "year": np.full(len(rows["code"]), year, dtype=np.int16)})
    quantity = pa.nulls(len(table), pa.int64())
    pq.write_table(table.append_column("quantity_kg", quantity).sort_by("code"), path)
