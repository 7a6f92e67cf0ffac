"""CEPII BACI, HS 1992, for the 74 mineral and metal codes the carrier package holds."""

from __future__ import annotations

import sqlite3
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

import pyarrow as pa

from tools.snapshot.download import GEOPOLRISK, Packages, Say, SnapshotError
from tools.snapshot.manifest import Built, Source, clean_text, write_parquet

MEMBER = "geopolrisk/lib/baci.db"
ROWS, NULL_QUANTITIES, CODES, PRODUCTS = 1_264_888, 61_682, 74, 5_022
YEARS = range(1995, 2025)
# One code has 17,000 rows on average: small groups let a one-code filter skip nearly all.
ROW_GROUP = 32_768

SOURCE = Source(
    source_id="baci_hs92",
    licence="etalab-2.0",
    licence_text="Licence Ouverte / Open Licence 2.0 (Etalab)",
    licence_evidence=(
        "Licence of the publisher (CEPII) from general knowledge; the carrier package does not "
        "state a licence for the data. Confirm against the publisher's page before republishing."
    ),
    attribution=(
        "CEPII, BACI: Gaulier, G. and Zignago, S. (2010), BACI: International Trade Database at "
        "the Product-Level. The 1994-2007 Version. CEPII Working Paper 2010-23. Underlying data: "
        "UN Comtrade."
    ),
    vintage=(
        "BACI HS92, release inferred V202601 from the last year (2024) and the revisions; "
        "labelled V202401b in the package"
    ),
    caveats={
        "en": (
            "Values are reconciled by CEPII and differ from what either customs authority "
            "published. Only 74 HS92 codes: alloyed aluminium, refined nickel, silicon, most "
            "ferro-alloys and magnets are absent. 250390, 283030 and 811230 end in 2007, 2013 "
            "and 2016 because later nomenclatures merged them; no rows after that is not zero "
            "trade. Country numbers are BACI's: 490 is Taiwan (Other Asia, not elsewhere "
            "specified), 58 Belgium-Luxembourg to 1998, 842 the United States, 251 France, 579 "
            "Norway, 699 India, 757 Switzerland."
        ),
        "nb": (
            "Verdiene er avstemt av CEPII og avviker fra det hvert lands tollmyndighet har "
            "publisert. Bare 74 HS92-koder: legert aluminium, raffinert nikkel, silisium, de "
            "fleste ferrolegeringer og magneter mangler. 250390, 283030 og 811230 slutter i "
            "2007, 2013 og 2016 fordi senere nomenklaturer slo dem sammen; ingen rader etter "
            "det er ikke null handel. Landnumrene er BACIs: 490 er Taiwan, 58 Belgia-Luxembourg "
            "til 1998, 842 USA, 251 Frankrike, 579 Norge, 699 India, 757 Sveits."
        ),
    },
)

FLOWS = pa.schema(
    [
        pa.field("code", pa.string(), nullable=False),
        pa.field("year", pa.int16(), nullable=False),
        pa.field("exporter", pa.int16(), nullable=False),
        pa.field("importer", pa.int16(), nullable=False),
        pa.field("value_usd", pa.int64(), nullable=False),
        pa.field("quantity_kg", pa.int64()),
    ]
)
TITLES = pa.schema(
    [
        pa.field("code", pa.string(), nullable=False),
        pa.field("description", pa.string(), nullable=False),
        pa.field("has_flows", pa.bool_(), nullable=False),
    ]
)


def build(packages: Packages, folder: Path, say: Say) -> list[Built]:
    """Write the flows and the product titles; return what the manifest says of them."""
    with packages.sqlite(GEOPOLRISK, MEMBER) as (connection, origin):
        say("baci_hs92: reading flows")
        flows = _flows(connection)
        titles = _titles(connection, set(flows["code"].unique().to_pylist()))
    _check(flows, titles)
    say("baci_hs92: writing")
    write_parquet(
        flows,
        folder / "baci_hs92.parquet",
        row_group_size=ROW_GROUP,
        dictionary=["code", "exporter", "importer", "year"],
    )
    write_parquet(titles, folder / "baci_products.parquet")
    countries = {*flows["exporter"].unique().to_pylist(), *flows["importer"].unique().to_pylist()}
    coverage = {
        "years": [YEARS[0], YEARS[-1]],
        "codes": CODES,
        "countries": len(countries),
        "null_quantities": NULL_QUANTITIES,
    }
    return [
        Built(
            file="baci_hs92.parquet",
            source=SOURCE,
            title={
                "en": "Bilateral trade in 74 mineral and metal products (HS 1992), 1995–2024",
                "nb": "Bilateral handel med 74 mineral- og metallprodukter (HS 1992), 1995–2024",
            },
            origin=origin,
            rows=flows.num_rows,
            coverage=coverage,
            cleaning=[
                "Codes stored as integers are written as six-digit text with leading zeros.",
                "Values are text in thousand USD; read as decimals and rounded half to even to "
                "whole USD, never through binary floating point.",
                "Quantities are text in tonnes; rounded the same way to whole kg. Null stays null "
                "(61,682 rows); it is not zero.",
                "The sender column (i) is the exporter and j the importer; the package's own view "
                "names them the other way round.",
                "Padding around texts is trimmed. Sorted by code, year, importer, exporter.",
            ],
            schema=FLOWS,
            units={"value_usd": "USD", "quantity_kg": "kg", "year": "year"},
        ),
        Built(
            file="baci_products.parquet",
            source=SOURCE,
            title={
                "en": "Product titles of HS 1992 as BACI prints them",
                "nb": "Produkttitler i HS 1992 slik BACI skriver dem",
            },
            origin=origin,
            rows=titles.num_rows,
            coverage={"codes": PRODUCTS, "codes_with_flows": CODES},
            cleaning=[
                "Padding trimmed; the code 9999AA is no number and is kept as text. "
                "has_flows marks the codes that occur in baci_hs92.parquet.",
            ],
            schema=TITLES,
        ),
    ]


def thousandths(text: str) -> int:
    """Return 1000 times a decimal text as an integer, rounded half to even."""
    return int((Decimal(text) * 1000).to_integral_value(rounding=ROUND_HALF_EVEN))


def _code(value: object) -> str:
    return f"{value:06d}" if isinstance(value, int) else str(value).strip().zfill(6)


def _flows(connection: sqlite3.Connection) -> pa.Table:
    names: dict[object, str] = {}
    columns: dict[str, list[object]] = {name: [] for name in FLOWS.names}
    code, year, exporter, importer, value, quantity = (columns[name].append for name in FLOWS.names)
    for k, t, i, j, v, q in connection.execute("SELECT k, t, i, j, v, q FROM baci_trade"):
        if k not in names:
            names[k] = _code(k)
        code(names[k])
        year(int(t))
        exporter(int(i))
        importer(int(j))
        value(thousandths(v))
        quantity(None if q is None or not q.strip() else thousandths(q))
    table = pa.table(columns, schema=FLOWS)
    order = [(name, "ascending") for name in ("code", "year", "importer", "exporter")]
    return table.sort_by(order)


def _titles(connection: sqlite3.Connection, used: set[str]) -> pa.Table:
    query = "SELECT code, description FROM product_codes_HS92_V202401b"
    rows = sorted((str(code).strip(), clean_text(text)) for code, text in connection.execute(query))
    return pa.table(
        {
            "code": [code for code, _ in rows],
            "description": [text for _, text in rows],
            "has_flows": [code in used for code, _ in rows],
        },
        schema=TITLES,
    )


def _check(flows: pa.Table, titles: pa.Table) -> None:
    found = {
        "rows": (flows.num_rows, ROWS),
        "null quantities": (flows["quantity_kg"].null_count, NULL_QUANTITIES),
        "codes": (len(flows["code"].unique()), CODES),
        "years": (sorted(flows["year"].unique().to_pylist()), list(YEARS)),
        "products": (titles.num_rows, PRODUCTS),
        "codes with a title": (sum(titles["has_flows"].to_pylist()), CODES),
        "distinct flows": (
            flows.group_by(["code", "year", "importer", "exporter"]).aggregate([]).num_rows,
            ROWS,
        ),
    }
    wrong = [
        f"{what}: {got}, expected {want}" for what, (got, want) in found.items() if got != want
    ]
    if min(flows["value_usd"].to_pylist()) < 1:
        wrong.append("a positive value was rounded to nothing")
    if wrong:
        raise SnapshotError("BACI is not what the recipe expects: " + "; ".join(wrong))
