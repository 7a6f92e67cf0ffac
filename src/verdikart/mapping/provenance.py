"""Which sources a row of a saved mapping rests on, and which of them are trade statistics."""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakKeyDictionary

from verdikart.mapping.cards import FURTHER
from verdikart.mapping.saved import AT, Saved
from verdikart.reference.entities import Source
from verdikart.reference.load import by_key
from verdikart.store.snapshot import manifest

Row = dict[str, Any]
MIXES: Final = ("mix", "bottleneck_mix", "gap_mix", "exports_mix", "figure")

# Sources of the tables whose rows name none: what their method reads.
OF_TABLE: Final[dict[str, tuple[str, ...]]] = {
    "chain_exposure": ("baci_hs92", "baci_hs17"),
    "chain_exposure_lines": ("baci_hs92", "baci_hs17"),
    "criticality": ("baci_hs92", "eu_crm_2023", "icio_2022", "wgi_2021"),
    "criticality_stages": ("baci_hs92", "eu_crm_2023", "wgi_2021"),
    "criticality_eu": ("eu_crm_2023", "wgi_2021"),
    "findings": ("baci_hs92", "baci_hs17"),
    "flows": ("baci_hs92", "baci_hs17"),
    "gaps": ("baci_hs17",),
    "sector_exposure": ("icio_2022",),
    "opportunities": ("baci_hs92", "baci_hs17"),
    "markets": ("baci_hs92", "baci_hs17"),
    "diversification": ("baci_hs92", "baci_hs17"),
    "tracker": ("baci_hs92", "wmd", "eu_crm_2023"),
    "material_horizons": ("baci_hs92", "eu_crm_2023", "icio_2022", "wgi_2021"),
    "chain_horizons": ("baci_hs92", "eu_crm_2023", "icio_2022", "wgi_2021"),
}

# Table whose rows sum up rows of another → that table, and the columns that the two share.
SUMS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "headline": ("assessments", ("home",)),
    "tracker_summary": ("tracker", ("home", "benchmark")),
    "chains": ("chain_steps", ("home", "chain")),
    "chain_stages": ("chain_steps", ("home", "chain", "stage")),
}

# Columns whose source is none of the list: their own words beside them say how far they are known.
UNSOURCED: Final = ("tariff_pct",)

# Source → reference tables that hold it, for sources that are no file of the snapshot.
TABLES_OF: Final[dict[str, tuple[str, ...]]] = {
    "baci_hs17": ("regional_trade", "trade_headings_2024"),
    "comext_cn8": ("regional_trade",),
    "eu_crm_2023": ("eu_assessment_2023", "eu_use_shares_2023", "published_shares"),
    "usgs_2026": ("usgs_2026",),
    "wgi_2021": ("governance_wgi",),
}

# Kind of state → the manifest's part that holds it, name by name.
STATES: Final = {
    "vintage": "vintages",
    "parameter": "parameters",
    "snapshot": "snapshot",
    "reference": "reference",
}


def states(saved: Saved) -> dict[str, str]:
    """What a mapping was made of, as documents keep it: ``kind:name`` → vintage, value or hash."""
    return {
        f"{kind}:{name}": str(value)
        for kind, part in STATES.items()
        for name, value in saved.manifest.get(part, {}).items()
    }


def sources_of(saved: Saved, row: Row, column: str = "") -> tuple[str, ...]:
    """Ids of the sources behind a row's cell, those that the mapping has a vintage of first."""
    if column in UNSOURCED:
        return ()
    table = row.get(AT, "").partition("/")[0]
    found = _named(row)
    if table in SUMS:
        found |= _summed(saved, row, table)
    elif not found:
        found = dict.fromkeys(OF_TABLE.get(table, ()))
    found |= dict.fromkeys(FURTHER.get(column, ()))
    vintages = saved.manifest["vintages"]
    return tuple(sorted(found, key=lambda name: name not in vintages))


def _named(row: Row) -> dict[str, None]:
    """Sources that a row itself names: as such, or as part of a mix's or a figure's id."""
    known = by_key(Source)
    named = [str(row[key]) for key in ("source", "specialisation_source") if row.get(key)]
    ids = [row.get(key) for key in MIXES]
    for key in ("mixes", "figures"):
        ids += row.get(key) or ()
    named += (part for name in ids if name for part in str(name).split("/")[2:3])
    return {name: None for name in named if name in known}


def _summed(saved: Saved, row: Row, table: str) -> dict[str, None]:
    """Sources of the rows that a row sums up."""
    of, keys = SUMS[table]
    held = _SUMMED.setdefault(saved, {})
    if table not in held:
        held[table] = {}
        for part in saved.rows(of):
            place = tuple(str(part[key]) for key in keys)
            held[table].setdefault(place, {}).update(_named(part))
    return held[table].get(tuple(str(row[key]) for key in keys), {})


_SUMMED: WeakKeyDictionary[Saved, dict[str, dict[tuple[str, ...], dict[str, None]]]] = (
    WeakKeyDictionary()
)


def of_trade(source_id: str) -> bool:
    """Whether a source is trade statistics."""
    found = by_key(Source).get(source_id)
    return found is not None and found.kind == "trade"


def files_of(source_id: str) -> tuple[str, ...]:
    """Files of the snapshot that hold a source."""
    return tuple(entry.file for entry in manifest().files if entry.source_id == source_id)


def hashes_of(saved: Saved, source_id: str) -> tuple[str, ...]:
    """``file sha256`` of what the mapping read of a source: its files, else its tables."""
    files, tables = saved.manifest.get("snapshot", {}), saved.manifest.get("reference", {})
    found = [f"{name} {files[name]}" for name in files_of(source_id) if name in files]
    named = (name for name in TABLES_OF.get(source_id, ()) if name in tables)
    return tuple(found or [f"{name}.csv {tables[name]}" for name in named])


__all__ = ["files_of", "hashes_of", "of_trade", "sources_of", "states"]
