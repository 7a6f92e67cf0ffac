"""OECD inter-country input-output table 2022: flows between 80 countries and 50 sectors.

The package stores column shares A, the cost share omb and gross output go; the flow from
seller r to buyer c is A[r, c] * omb[c] * go[c]. Its index is sector-major. The arrays are plain
``.npy`` (no pickle), so the standard library reads them and numpy is no dependency.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import math
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tools.snapshot.download import SANCTION_SIMULATOR, Packages, Say, SnapshotError
from tools.snapshot.manifest import Built, Source, clean_text, write_parquet

FOLDER = "sanction_simulator/data/"
MEMBER = FOLDER + "bench_cache.npz"
SECTOR_NAMES = FOLDER + "OECD_ICIO_2025_sector_code_mapping.csv"
COUNTRIES, SECTORS, CELLS = 80, 50, 1_145_517
NODES = COUNTRIES * SECTORS
SMALLEST_MUSD = 0.5
# The author of the package caps the share of bought inputs at this value; two columns meet it.
COST_SHARE_CAP = 0.98
CAPPED = 2
# The source prints four decimals; rounding to them undoes the noise of dividing and multiplying.
DECIMALS = 4
ROW_GROUP = 131_072

SOURCE = Source(
    source_id="icio_2022",
    licence="CC-BY-4.0",
    licence_text="Creative Commons Attribution 4.0 International (OECD terms and conditions)",
    licence_evidence=(
        "OECD data are CC BY 4.0 from general knowledge (since July 2024); the carrier package "
        "(MIT for its code) says the data are subject to the OECD's terms and conditions."
    ),
    attribution="OECD, Inter-Country Input-Output (ICIO) Tables, 2025 edition, reference year 2022.",
    vintage="ICIO 2025 edition (SML), year 2022",
    caveats={
        "en": (
            "The rest of the world is not in the network: final_and_other_use_musd holds final "
            "demand and sales to the rest of the world, and bought inputs leave out its sales. "
            "Value added includes taxes less subsidies. Cells below 0.5 million USD are left "
            "out (0.33 % of value). The package's author capped bought inputs at 98 % of output in "
            "two columns (input_capped): their flows are too low. 51 nodes have no output. "
            "Sectors, not goods: copper and gold are both C24B."
        ),
        "nb": (
            "Resten av verden er ikke med: final_and_other_use_musd er sluttbruk og salg til "
            "resten av verden, og kjøpt innsats mangler salget derfra. Bruttoprodukt omfatter "
            "skatter minus subsidier. Celler under 0,5 millioner USD er utelatt (0,33 % av "
            "verdien). Pakkens forfatter satte tak på kjøpt innsats, 98 % av produksjonen, i to "
            "kolonner (input_capped): strømmene dit er for lave. 51 noder har ingen produksjon. "
            "Næringer, ikke varer: kobber og gull er begge C24B."
        ),
    },
)

NAMES = pa.dictionary(pa.int8(), pa.string())
FLOWS = pa.schema(
    [
        pa.field("origin_country", NAMES, nullable=False),
        pa.field("origin_sector", NAMES, nullable=False),
        pa.field("dest_country", NAMES, nullable=False),
        pa.field("dest_sector", NAMES, nullable=False),
        pa.field("value_musd", pa.float32(), nullable=False),
    ]
)
VECTORS = pa.schema(
    [
        pa.field("country", pa.string(), nullable=False),
        pa.field("sector", pa.string(), nullable=False),
        pa.field("sector_name", pa.string(), nullable=False),
        pa.field("output_musd", pa.float64(), nullable=False),
        pa.field("intermediate_inputs_musd", pa.float64(), nullable=False),
        pa.field("value_added_musd", pa.float64(), nullable=False),
        pa.field("intermediate_sales_musd", pa.float64(), nullable=False),
        pa.field("final_and_other_use_musd", pa.float64(), nullable=False),
        pa.field("input_capped", pa.bool_(), nullable=False),
    ]
)


@dataclass(frozen=True)
class Network:
    """The arrays of the package; ``rows[r]`` holds the shares seller ``r`` has of every buyer."""

    countries: list[str]
    sectors: list[str]
    rows: list[pa.Array]
    cost_share: list[float]
    output: list[float]


def build(packages: Packages, folder: Path, say: Say) -> list[Built]:
    """Write the flows and the vectors; return their manifest entries."""
    say("icio_2022: reading 4,000 × 4,000 shares")
    content = packages.read(SANCTION_SIMULATOR, MEMBER)
    origin = packages.origin(SANCTION_SIMULATOR, MEMBER, hashlib.sha256(content).hexdigest())
    network = _network(content)
    names = _sector_names(packages)
    say("icio_2022: computing flows")
    flows, sales, inputs = _flows(network)
    vectors = _vectors(network, names, sales, inputs)
    _check(network, flows, vectors)
    say("icio_2022: writing")
    keys = FLOWS.names[:4]
    write_parquet(
        flows,
        folder / "icio_2022_flows.parquet",
        row_group_size=ROW_GROUP,
        dictionary=keys,
        encodings={"value_musd": "BYTE_STREAM_SPLIT"},
    )
    write_parquet(
        vectors,
        folder / "icio_2022_vectors.parquet",
        dictionary=["country", "sector", "sector_name"],
    )
    coverage = {"years": [2022, 2022], "countries": COUNTRIES, "sectors": SECTORS}
    musd = {name: "million USD" for name in (*FLOWS.names, *VECTORS.names) if name.endswith("musd")}
    return [
        Built(
            file="icio_2022_flows.parquet",
            source=SOURCE,
            title={
                "en": "Intermediate flows between countries and sectors, 2022",
                "nb": "Innsatsstrømmer mellom land og næringer, 2022",
            },
            origin=origin,
            rows=flows.num_rows,
            coverage={**coverage, "smallest_musd": SMALLEST_MUSD, "share_of_value": 0.9967},
            cleaning=[
                "Flow = A × (omb × go) from the package's column shares, cost shares and output; "
                "rounded to four decimals, as printed by the source.",
                "Cells below 0.5 million USD left out. Sorted by destination country and sector, "
                "then origin.",
            ],
            schema=FLOWS,
            units=musd,
        ),
        Built(
            file="icio_2022_vectors.parquet",
            source=SOURCE,
            title={
                "en": "Output, value added and sales of each country and sector, 2022",
                "nb": "Produksjon, bruttoprodukt og salg for hvert land og hver næring, 2022",
            },
            origin=origin,
            rows=vectors.num_rows,
            coverage=coverage,
            cleaning=[
                "Inputs = omb × go; value added = output − inputs; intermediate sales = sum of all "
                "cells (also those below 0.5 million USD); final and other use = output − sales.",
                "Nodes without output are kept with zeros.",
            ],
            schema=VECTORS,
            units=musd,
        ),
    ]


def _network(content: bytes) -> Network:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        shares = _Npy.read(archive.read("A.npy"))
        if shares.fortran or shares.shape != (NODES, NODES):
            raise SnapshotError(f"ICIO: A is {shares.shape}, Fortran order {shares.fortran}")
        matrix = pa.Array.from_buffers(pa.float64(), NODES * NODES, [None, shares.buffer()])
        return Network(
            countries=_Npy.read(archive.read("countries.npy")).texts(),
            sectors=_Npy.read(archive.read("sectors.npy")).texts(),
            rows=[matrix.slice(r * NODES, NODES) for r in range(NODES)],
            cost_share=_Npy.read(archive.read("omb.npy")).numbers(),
            output=_Npy.read(archive.read("go.npy")).numbers(),
        )


@dataclass(frozen=True)
class _Npy:
    """One array in numpy's file format, version 1: a literal header, then the plain values."""

    dtype: str
    fortran: bool
    shape: tuple[int, ...]
    data: memoryview

    @classmethod
    def read(cls, content: bytes) -> _Npy:
        if content[:8] != b"\x93NUMPY\x01\x00":
            raise SnapshotError("ICIO: not a numpy array of format 1.0")
        start = 10 + int.from_bytes(content[8:10], "little")
        header = ast.literal_eval(content[10:start].decode("latin-1"))
        if header["descr"] != "<f8" and not header["descr"].startswith("<U"):
            raise SnapshotError(f"ICIO: unexpected type {header['descr']}")
        return cls(
            header["descr"],
            header["fortran_order"],
            tuple(header["shape"]),
            memoryview(content)[start:],
        )

    def buffer(self) -> pa.Buffer:
        return pa.py_buffer(self.data)

    def numbers(self) -> list[float]:
        array = pa.Array.from_buffers(pa.float64(), self.shape[0], [None, self.buffer()])
        return list(array.to_pylist())

    def texts(self) -> list[str]:
        width = 4 * int(self.dtype.removeprefix("<U"))
        raw = bytes(self.data)
        cells = (raw[at : at + width] for at in range(0, len(raw), width))
        return [cell.decode("utf-32-le").rstrip("\0") for cell in cells]


def _sector_names(packages: Packages) -> dict[str, str]:
    text = packages.read(SANCTION_SIMULATOR, SECTOR_NAMES).decode("utf-8-sig")
    return {
        row["code"].strip(): clean_text(row["economic_activity"])
        for row in csv.DictReader(io.StringIO(text))
    }


def _flows(network: Network) -> tuple[pa.Table, list[float], list[float]]:
    """Return the cells kept, the exact sales of each seller and the inputs of each buyer."""
    inputs = [share * out for share, out in zip(network.cost_share, network.output, strict=True)]
    bought = pa.array(inputs, pa.float64())
    buyer_country = pa.array([n % COUNTRIES for n in range(NODES)], pa.int8())
    buyer_sector = pa.array([n // COUNTRIES for n in range(NODES)], pa.int8())
    sales: list[float] = []
    parts: list[pa.RecordBatch] = []
    for seller, shares in enumerate(network.rows):
        values = pc.round(pc.multiply(shares, bought), DECIMALS)
        # fsum is exact, so the sums do not depend on the machine's vector width.
        sales.append(math.fsum(values.to_pylist()))
        kept = pc.greater_equal(values, SMALLEST_MUSD)
        count = pc.sum(kept).as_py()
        columns = [
            pa.repeat(pa.scalar(seller % COUNTRIES, pa.int8()), count),
            pa.repeat(pa.scalar(seller // COUNTRIES, pa.int8()), count),
            buyer_country.filter(kept),
            buyer_sector.filter(kept),
            values.filter(kept).cast(pa.float32()),
        ]
        parts.append(pa.record_batch(columns, names=FLOWS.names))
    # Destinations first, so that one country's inputs lie together in the file.
    keys = [FLOWS.names[at] for at in (2, 3, 0, 1)]
    plain = pa.Table.from_batches(parts).sort_by([(name, "ascending") for name in keys])
    lists = [network.countries, network.sectors] * 2
    named = [
        pa.DictionaryArray.from_arrays(plain[name].combine_chunks(), pa.array(texts, pa.string()))
        for name, texts in zip(FLOWS.names[:4], lists, strict=True)
    ]
    values = plain["value_musd"].combine_chunks()
    return pa.Table.from_arrays([*named, values], schema=FLOWS), sales, inputs


def _vectors(
    network: Network, names: dict[str, str], sales: list[float], inputs: list[float]
) -> pa.Table:
    rows = []
    for c, country in enumerate(network.countries):
        for s, sector in enumerate(network.sectors):
            node = s * COUNTRIES + c
            output = network.output[node]
            bought, sold = round(inputs[node], DECIMALS), round(sales[node], DECIMALS)
            rows.append(
                {
                    "country": country,
                    "sector": sector,
                    "sector_name": names[sector],
                    "output_musd": round(output, DECIMALS),
                    "intermediate_inputs_musd": bought,
                    "value_added_musd": round(output - bought, DECIMALS),
                    "intermediate_sales_musd": sold,
                    "final_and_other_use_musd": round(output - sold, DECIMALS),
                    "input_capped": network.cost_share[node] == COST_SHARE_CAP,
                }
            )
    return pa.Table.from_pylist(rows, schema=VECTORS)


def _check(network: Network, flows: pa.Table, vectors: pa.Table) -> None:
    found = {
        "countries": (len(network.countries), COUNTRIES),
        "sectors": (len(network.sectors), SECTORS),
        "cells": (flows.num_rows, CELLS),
        "nodes": (vectors.num_rows, NODES),
        "capped columns": (sum(vectors["input_capped"].to_pylist()), CAPPED),
    }
    wrong = [
        f"{what}: {got}, expected {want}" for what, (got, want) in found.items() if got != want
    ]
    if wrong:
        raise SnapshotError("ICIO is not what the recipe expects: " + "; ".join(wrong))
