"""Pages of the BGS's interface, made of rows."""

import json

import duckdb
from provider import Answer
from shared_data import DATA

SHARED = DATA / "production"
REAL = SHARED / "bgs_world_mineral_statistics_production_14groups.parquet"
EDITION = SHARED / "bgs_via_premise_2012_2021_metals.parquet"
# The edition's names of series → those of the interface: commodity, sub-commodity, kilograms.
SERIES = {
    "Aluminium, primary": ("aluminium, primary", None),
    "Chromium ores and concentrate": ("chromium ores and concentrates", None),
    "Cobalt, mine": ("cobalt, mine", None),
    "Cobalt, refined": ("cobalt, refined", None),
    "Copper, mine": ("copper, mine", None),
    "Gold, mine": ("gold, mine", None),
    "Iron, ore": ("iron ore", None),
    "Lead, mine": ("lead, mine", None),
    "Magnesium metal, ore": ("magnesium metal, primary", None),
    "Manganese, ore": ("manganese ore", None),
    "Molybdenum, mine": ("molybdenum, mine", None),
    "Nickel, mine": ("nickel, mine", None),
    "Palladium": ("platinum group metals, mine", "Palladium"),
    "Platinum": ("platinum group metals, mine", "Platinum"),
    "REE oxides": ("rare earth oxides", None),
    "Silver, mine": ("silver, mine", None),
    "Tin, mine": ("tin, mine", None),
    "Tungsten, mine": ("tungsten, mine", None),
    "Vanadium, mine": ("vanadium, mine", None),
    "Zinc, mine": ("zinc, mine", None),
}
KILOGRAMS = ("Gold, mine", "Palladium", "Platinum", "Silver, mine")


def feature(commodity, country, year, quantity, sub=None, code="", unit="tonnes (metric)", **more):
    return {
        "type": "Feature",
        "geometry": None,
        "id": f"{commodity}/{sub}/{country}/{year}",
        "properties": {
            "bgs_commodity_trans": commodity,
            "bgs_sub_commodity_trans": sub,
            "bgs_statistic_type_trans": "Production",
            "country_trans": country,
            "country_iso3_code": code,
            "year": f"{year}-01-01T00:00:00Z",
            "quantity": quantity,
            "units": unit,
            "yearbook_table_trans": f"Production of {commodity}",
            "data_precision_description": "Normal Value",
            "concat_table_notes_text": None,
            "concat_figure_notes_text": None,
            **more,
        },
    }


def collection(features, matched=None, more=False, indent=None):
    """One page as text."""
    links = [{"rel": "self", "href": "x"}, *([{"rel": "next", "href": "x"}] if more else [])]
    content = {
        "type": "FeatureCollection",
        "features": features,
        "numberMatched": len(features) if matched is None else matched,
        "numberReturned": len(features),
        "links": links,
        "timeStamp": "2026-11-20T10:00:00Z",
    }
    return json.dumps(content, indent=indent).encode()


def served(features):
    """A route that gives pages of what is asked for."""

    def answer(asked):
        commodity = asked.query.get("bgs_commodity_trans", [None])[0]
        assert asked.query["bgs_statistic_type_trans"] == ["Production"]
        found = [f for f in features if commodity in (None, f["properties"]["bgs_commodity_trans"])]
        start, limit = int(asked.query.get("offset", ["0"])[0]), int(asked.query["limit"][0])
        page = found[start : start + limit]
        body = collection(page, len(found), start + limit < len(found), indent=0)
        return Answer(body, kind="application/geo+json")

    return answer


def real(where="true"):
    """Features of the extract of fourteen groups."""
    query = (
        "SELECT bgs_commodity_trans, country_trans, year, quantity, bgs_sub_commodity_trans, "
        "country_iso3_code, units, concat_figure_notes_text, concat_table_notes_text "
        f"FROM '{REAL}' WHERE {where} ORDER BY ALL"
    )
    return [
        feature(*r[:7], concat_figure_notes_text=r[7], concat_table_notes_text=r[8])
        for r in duckdb.sql(query).fetchall()
    ]


def edition(where="year = 2021"):
    """Features of the edition that has 2012 to 2021, of the series that stand once a country."""
    query = f"SELECT trim(Metal), trim(Country), year, sum(t) FROM '{EDITION}' WHERE {where} GROUP BY ALL"
    return [
        feature(
            commodity, country, year, t, sub, unit="kilograms" if metal in KILOGRAMS else "tonnes"
        )
        for metal, country, year, t in sorted(duckdb.sql(query).fetchall())
        if metal in SERIES
        for commodity, sub in [SERIES[metal]]
    ]
