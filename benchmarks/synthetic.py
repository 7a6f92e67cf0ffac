"""Makes trade data shaped like CEPII BACI, for measuring.

``python benchmarks/synthetic.py --out DIR --years 2000-2024`` writes one Parquet file a year
(``flows-2024.parquet``) in the shape of every flow table: code, year, exporter, importer, value_usd,
quantity_kg; zstd, sorted by code. Nothing in it is a fact. What it shares with the real thing:

- 5,000 six-digit codes and BACI's country numbers, *areas not specified* among them as the smallest
  traders; countries are ranked by their number of flows in the embedded snapshot, so that the EU has
  about the weight it has;
- a flow of a code between two countries exists with a probability that grows with the sizes of
  exporter, importer and product: large countries trade nearly everything, most pairs little;
- values from 1 USD to some 10¹¹ USD, log-normal around the same sizes; whole USD; no quantity in 5 %
  of the rows.

The last ten years aim at 11.0 million rows each, the fifteen before them at 8.4 to 10.3 million: 25
years are 250 million. A year depends on the seed and its own number alone, so it can be made again by
itself, the same to the last row.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from verdikart.reference.entities import Country
from verdikart.reference.load import load
from verdikart.store.engine import rows as snapshot_rows
from verdikart.store.flows import PARQUET

LAST_YEAR = 2024
PRODUCTS = 5000
FULL_YEAR = 11_000_000
UNKNOWN_QUANTITY = 0.05
LARGEST = 25.3  # natural logarithm of the largest value, 10¹¹ USD
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """Countries and products with their sizes; the same in every year of a seed."""

    countries: npt.NDArray[np.int16]  # BACI's numbers, ascending
    pairs: Floats  # exporter × importer: size of the one times size of the other, 0 with itself
    codes: list[str]  # ascending
    trading: Floats  # each product's share of all rows
    price: Floats  # mean of the logarithm of value, by product
    per_kg: Floats  # USD a kilogram, by product


def world(seed: int) -> World:
    """Draw the sizes: countries by Zipf's law in their real order, products log-normal."""
    rng = np.random.default_rng([seed, 0])
    numbers = sorted(c.baci_code for c in load(Country) if c.baci_code and c.kind != "historic")
    exporting = 1.0 / _ranks(numbers, "exporter") ** 1.3
    importing = 1.0 / _ranks(numbers, "importer") ** 0.9
    pairs = np.outer(exporting / exporting.sum(), importing / importing.sum())
    np.fill_diagonal(pairs, 0.0)
    chapters = [c for c in range(1, 98) if c != 77]  # the HS keeps chapter 77 free
    all_codes = [
        f"{c:02d}{h:02d}{s:02d}" for c in chapters for h in range(1, 11) for s in range(1, 99, 10)
    ]
    trading = np.exp(rng.normal(0, 1.0, PRODUCTS))
    return World(
        np.array(numbers, dtype=np.int16),
        pairs,
        sorted(str(c) for c in rng.choice(all_codes, PRODUCTS, replace=False)),
        trading / trading.sum(),
        rng.normal(8.0, 1.2, PRODUCTS),
        np.exp(rng.normal(1.5, 1.5, PRODUCTS)),
    )


def _ranks(numbers: list[int], side: str) -> Floats:
    """1 for the country with the most flows in the snapshot; those that have none come last."""
    query = f"SELECT {side}, count(*) FROM {{file}} WHERE year >= 2020 GROUP BY 1"
    flows = dict(snapshot_rows(query, "baci_hs92.parquet"))
    order = sorted(numbers, key=lambda number: (-flows.get(number, 0), number))
    return np.array([order.index(number) + 1.0 for number in numbers])


def rows_in(year: int) -> int:
    """How many rows a year aims at."""
    back = LAST_YEAR - year
    return FULL_YEAR if back < 10 else round(10_266_667 - (back - 10) * 133_333)


def draw(of: World, seed: int, year: int, rows: int) -> pa.Table:
    """One year in order of code, exporter, importer; within some tenths of a per cent of ``rows``."""
    rng = np.random.default_rng([seed, year])
    pairs = of.pairs.ravel().astype(np.float32)
    size = np.log(of.pairs.ravel() + (of.pairs.ravel() == 0))
    size -= size[of.pairs.ravel() > 0].mean()
    # Rows at each intensity, read backwards: the intensity at which a product has its rows.
    intensity = np.geomspace(1e-1, 1e9, 400, dtype=np.float32)
    expected = [float(-np.expm1(-level * pairs).sum(dtype=np.float64)) for level in intensity]
    wanted = np.minimum(of.trading * rows, 0.8 * len(pairs))
    levels = np.interp(wanted * rows / wanted.sum(), expected, intensity).astype(np.float32)
    drawn = [
        np.flatnonzero(rng.random(len(pairs), dtype=np.float32) < -np.expm1(-level * pairs))
        for level in levels
    ]
    product = np.repeat(np.arange(PRODUCTS, dtype=np.int16), [len(d) for d in drawn])
    pair = np.concatenate(drawn)
    logarithm = of.price[product] + rng.normal(0, 2.2, len(pair)) + 0.8 * size[pair]
    value = np.maximum(1, np.rint(np.exp(np.minimum(logarithm, LARGEST)))).astype(np.int64)
    per_kg = of.per_kg[product] * np.exp(rng.normal(0, 0.6, len(pair)))
    kilograms = np.maximum(1, np.rint(value / per_kg)).astype(np.int64)
    exporter, importer = np.divmod(pair, len(of.countries))
    unknown = rng.random(len(pair), dtype=np.float32) < UNKNOWN_QUANTITY
    columns = {
        "code": pa.DictionaryArray.from_arrays(product, of.codes),
        "year": np.full(len(pair), year, np.int16),
        "exporter": of.countries[exporter],
        "importer": of.countries[importer],
        "value_usd": value,
        "quantity_kg": pa.array(kilograms, mask=unknown),
    }
    return pa.table(columns)


def write(table: pa.Table, path: Path) -> None:
    """Write a flow table as the store writes them."""
    with duckdb.connect() as connection:
        connection.register("flows", table)
        columns = "code::VARCHAR AS code, year, exporter, importer, value_usd, quantity_kg"
        connection.execute(f"COPY (SELECT {columns} FROM flows) TO '{path}' ({PARQUET})")


def main() -> None:
    """Write the years asked for; those that are there already are left alone."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--years", default="2024", help="a year or a span: 2000-2024 is 250 M rows")
    parser.add_argument("--rows", type=int, help="rows in each year (default: as BACI has)")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    first, _, last = asked.years.partition("-")
    asked.out.mkdir(parents=True, exist_ok=True)
    drawn = world(asked.seed)
    for year in range(int(first), int(last or first) + 1):
        path = asked.out / f"flows-{year}.parquet"
        if path.exists():
            continue
        part = path.with_suffix(".part")
        table = draw(drawn, asked.seed, year, asked.rows or rows_in(year))
        write(table, part)
        part.replace(path)
        megabytes = path.stat().st_size / 1e6
        sys.stdout.write(f"{path.name}: {len(table):,} rows, {megabytes:.0f} MB\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
