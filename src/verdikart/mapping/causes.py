"""What can have moved a figure: of all that differs between two mappings, what it rests on.

A mapping is made of a year, vintages of data, parameters, reference tables and a version of the
code. A new price list moves no share, and a threshold moves a verdict and not the number beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from verdikart.mapping.bindings import COUNT
from verdikart.mapping.provenance import TABLES_OF, files_of, sources_of, states
from verdikart.mapping.saved import AT, Saved

Row = dict[str, Any]
Kind = Literal["period", "data", "parameter", "code", "reference"]

# Tables that are drawn from reference tables alone: a new year or new data do not move them.
STATIC: Final[dict[str, frozenset[str]]] = {
    "lists": frozenset(("lists", "list_entries")),
    "list_overlap": frozenset(("lists", "list_entries", "materials")),
    "materials": frozenset(("materials", "lists", "list_entries")),
    "links": frozenset(("material_technologies", "product_technologies", "technologies")),
    "chain_edges": frozenset(("chain_edges", "chains")),
    "chain_functions": frozenset(("chain_functions",)),
    "facilities": frozenset(("facilities",)),
}
# What every figure of trade goes through: which code a good is in, and who belongs to whom.
OF_TRADE: Final = frozenset(
    (
        *("product_codes", "products", "product_materials", "groups", "group_members"),
        *("regional_trade", "trade_headings_2024", "code_validity", "nomenclatures"),
    )
)
OF_CHAINS: Final = frozenset(
    (
        *("chains", "chain_edges", "chain_membership", "chain_functions", "side_streams"),
        *("substitutes", "lead_times", "trade_measures", "facilities", "actors", "specialisations"),
    )
)
OF_SCORES: Final = frozenset(
    (
        *("eu_assessment_2023", "eu_use_shares_2023", "governance_wgi", "published_shares"),
        *("trade_measures", "nace_sectors", "study_links", "production_series", "groups"),
    )
)
OF_OPPORTUNITIES: Final = frozenset(("opportunity_bands", "barriers", "tariffs", "facilities"))

# First words of a table's name → reference tables behind it, beside those of trade.
FAMILIES: Final[dict[str, frozenset[str]]] = {
    "chain": OF_CHAINS,
    "circularity": OF_CHAINS,
    "tracker": OF_CHAINS | {"facts", "lists", "production_series", "norway_statistics"},
    "trade_patterns": OF_CHAINS,
    "reverse_dependency": OF_CHAINS,
    "roles": frozenset(("facilities", "norway_statistics")),
    "positions": frozenset(("facilities",)),
    "claims": frozenset(("claims",)),
    "opportunit": OF_CHAINS | OF_OPPORTUNITIES,
    "markets": OF_OPPORTUNITIES,
    "diversification": OF_OPPORTUNITIES,
    "criticality": OF_SCORES,
    "method": OF_SCORES | {"geopolrisk_materials", "lists", "list_entries"},
    "crosswalk": OF_SCORES | {"study_links"},
    "material_horizons": OF_SCORES | OF_CHAINS,
    "horizon": OF_SCORES | OF_CHAINS,
}
# Tables that hold scores beside other measures, so that every parameter may reach them.
BESIDE: Final = ("method", "crosswalk", "material_horizons", "chain_horizons", "horizon")
OF_METHOD: Final = frozenset(
    (
        *("sr_threshold", "ei_threshold", "world_weight", "preferential", "governance"),
        *("trade_parameter", "recycling", "substitution", "supply"),
    )
)
# Parameters that a verdict is drawn with, and that move no number of the method's own.
LIMITS: Final = frozenset(("sr_threshold", "ei_threshold"))
# Parameters that enter numbers of trade; all others of trade draw verdicts and choose rows.
IN_NUMBERS: Final = frozenset(("bloc", "cdi3_exports"))
IN_NAMED: Final = frozenset(("cdi2", "cdi3", "geodep"))


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that differs and that a figure rests on; ``name`` is empty for year and code."""

    kind: Kind
    name: str
    then: Any
    now: Any


def causes(
    made: Mapping[str, Any], saved: Saved, table: str, column: str, row: Row | None
) -> tuple[Cause, ...]:
    """What differs between the mapping that a record was made from and ``saved``, and can have moved
    a figure. ``made``: the record; ``row``: the figure's row now, None where it has none.
    """
    return tuple(_causes(made, saved, table, column, row))


def _causes(
    made: Mapping[str, Any], saved: Saved, table: str, column: str, row: Row | None
) -> Iterator[Cause]:
    static = STATIC.get(table)
    if static is None and made["year"] != saved.year:
        yield Cause("period", "", made["year"], saved.year)
    before, after = made["states"], states(saved)
    changed = {
        key: (before.get(key), after.get(key))
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    }
    sources = sources_of(saved, row or {AT: f"{table}/0"}, column)
    if static is None:
        yield from _data(changed, sources)
        for key, (then, now) in changed.items():
            kind, _, name = key.partition(":")
            if kind == "parameter" and _reaches(name, table, column, row):
                yield Cause("parameter", name, then, now)
    read = static or _read(table, column, sources)
    for key, (then, now) in changed.items():
        kind, _, name = key.partition(":")
        if kind == "reference" and name in read:
            yield Cause("reference", name, str(then)[:12], str(now)[:12])
    version = str(saved.manifest["code"]["version"])
    if made["version"] != version:
        yield Cause("code", "", made["version"], version)


def _data(changed: Mapping[str, tuple[Any, Any]], sources: tuple[str, ...]) -> Iterator[Cause]:
    """New vintages of the sources, and files of theirs with other contents under the same vintage."""
    for source in sources:
        if f"vintage:{source}" in changed:
            yield Cause("data", source, *changed[f"vintage:{source}"])
            continue
        for name in files_of(source):
            if f"snapshot:{name}" in changed:
                then, now = (str(state)[:12] for state in changed[f"snapshot:{name}"])
                yield Cause("data", source, then, now)


def _reaches(parameter: str, table: str, column: str, row: Row | None) -> bool:
    """Whether a parameter can move a column."""
    held = None if row is None or column == COUNT else row.get(column)
    number = isinstance(held, (int, float)) and not isinstance(held, bool)
    if table.startswith("criticality"):
        drawn = not number or column.startswith("chance_")
        return parameter in OF_METHOD - LIMITS or (drawn and parameter in {*LIMITS, "floor"})
    if table.startswith(BESIDE):
        return True
    if parameter in OF_METHOD:
        return False
    if table in ("supply", "figures", "assessments") and row is None and column != COUNT:
        return False  # whether a good or a supplier is there at all is for the data to say
    if table in ("supply", "figures", "assessments", "positions", "inputs", "partners") and number:
        if column.startswith("over_"):
            return parameter == "share_threshold"
        return parameter in IN_NUMBERS and column in IN_NAMED
    return True


def _read(table: str, column: str, sources: tuple[str, ...]) -> frozenset[str]:
    """Reference tables that a figure of a table is drawn from."""
    found = OF_TRADE.union(*(TABLES_OF.get(source, ()) for source in sources))
    for start, names in FAMILIES.items():
        if table.startswith(start):
            found |= names
    if column.endswith("_nok"):
        found |= {"exchange_rates"}
    if column in ("top_supplier", "ally_share", "outcome", "verdict"):
        found |= {"groups", "group_members"}
    if "governance" in column or column == "risk":
        found |= {"governance_wgi"}
    return found


__all__ = ["Cause", "causes"]
