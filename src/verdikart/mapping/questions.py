"""Single questions put to the library: one supply mix, the dependency table of a home."""

from __future__ import annotations

from typing import Any

from verdikart.core.figure import Answer, FigureId, MixId, Status
from verdikart.core.registry import REGISTRY
from verdikart.indicators.evidence import Evidence
from verdikart.indicators.mix import Mix, Supplier
from verdikart.indicators.verdict import judge
from verdikart.mapping import catalogue, trade_sources
from verdikart.mapping.library import Library, goods_of
from verdikart.reference import countries
from verdikart.reference.entities import Source
from verdikart.reference.homes import alignment
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text

MIX_FIGURES = (
    "hhi_value",
    "hhi_quantity",
    "top_supplier",
    "top_share",
    "top_supplier_quantity",
    "top_share_quantity",
    "cr3",
    "effective_suppliers",
    "hhi_governance",
    "ally_share",
    "unspecified_share",
)
DEPENDENCY_FIGURES = (
    "hhi_value",
    "hhi_quantity",
    "top_supplier",
    "top_share",
    "top_supplier_quantity",
    "top_share_quantity",
    "cdi1",
    "cdi2",
    "cdi3",
    "geodep",
    "persistent",
    "ally_share",
    "top_share_consumption",
    "net_import_reliance",
)


def supply_mix(library: Library, identity: MixId, lang: str = "en") -> dict[str, Any]:
    """Everything about one mix as a JSON-ready object; suppliers have the largest value first.

    Shares are of the identified supply; ``quantity_t`` is null where the quantity is not mass.
    """
    identity = catalogue.check(identity, library.custom)
    evidence = library.evidence(identity)
    mix = evidence.mix
    source = by_key(Source)[identity.source]
    verdict = judge(evidence)
    result: dict[str, Any] = {
        "id": str(identity),
        "home": identity.home,
        "year": identity.year,
        "source": identity.source,
        "vintage": catalogue.vintage_of(source.source_id),
        "licence": source.licence,
        "subject": identity.subject,
        "products": [p.product_id for p in goods_of(identity.subject)],
        "flow": identity.flow,
        "basis": mix.basis,
        "measure": mix.primary,
        "value_unit": mix.value_unit,
        "total_value": mix.total("value"),
        "total_quantity_t": _tonnes(mix, mix.total("quantity")),
        "intra_value": mix.intra.value if mix.intra else None,
        "suppliers": [_supplier(mix, s, identity.year, lang) for s in mix.suppliers],
        "unspecified": [_supplier(mix, s, identity.year, lang) for s in mix.unspecified],
    }
    for name in MIX_FIGURES:
        put(result, name, library.answer(FigureId(identity, name), evidence))
    result["flags"] = list(verdict.flags)
    caveats = dict.fromkeys((*verdict.caveats, *_reasons(result)))
    result["caveats"] = [{"id": c, "text": reason_text(c, lang)} for c in caveats]
    result["figures"] = {name: identity.figure(name) for name in MIX_FIGURES}
    return result


def put(row: dict[str, Any], name: str, answer: Answer) -> None:
    """Add a figure to a JSON row: the plain value, its status, bounds and reason where given."""
    row[name] = answer.value
    row[f"{name}_status"] = str(answer.status)
    if answer.low is not None or answer.high is not None:
        row[f"{name}_low"] = answer.low
        row[f"{name}_high"] = answer.high
    if answer.reason:
        row[f"{name}_reason"] = answer.reason


def _reasons(result: dict[str, Any]) -> list[str]:
    # Whose allies is a matter of the asker, not a flaw of the mix.
    found = (str(v) for k, v in result.items() if k.endswith("_reason") and v)
    return [reason for reason in found if reason != "viewpoint_needed"]


def _tonnes(mix: Mix, amount: float | None) -> float | None:
    return None if amount is None or mix.quantity_unit != "kg" else float(amount) / 1000


def _share(amount: float | None, total: float) -> float | None:
    return None if amount is None or not total else float(amount / total)


def _supplier(mix: Mix, row: Supplier, year: int, lang: str) -> dict[str, Any]:
    nowhere = row in mix.unspecified
    value_total, quantity_total = mix.amounts("value").total, mix.amounts("quantity").total
    return {
        "iso3": row.iso3,
        "name": countries.name(row.iso3, lang),
        "value": row.value,
        "value_unit": mix.value_unit,
        "quantity_t": _tonnes(mix, row.quantity),
        "value_share": None if nowhere else _share(row.value, value_total),
        "quantity_share": None if nowhere else _share(row.quantity, quantity_total),
        "alignment": [] if nowhere else list(alignment(row.iso3, year)),
    }


def dependency(
    library: Library, home: str, year: int, source: str = "baci_hs92"
) -> list[dict[str, Any]]:
    """One row for every code with flows in the source that year, mapped to a product or not.

    A code that the home does not import has a row with null figures and status ``missing``.
    """
    catalogue.check_source(source, catalogue.TRADE)
    catalogue.check_year(source, year)
    codes = [c for c, years in catalogue.source_codes(source).items() if year in years]
    nomenclature = trade_sources.NOMENCLATURE[source]
    first = MixId(home, year, source, f"{nomenclature}:{codes[0]}", "import")
    catalogue.check(first, library.custom)
    if source == "baci_hs92":
        span = catalogue.source_years(source)
        back = range(year - library.parameters.persistence_years + 1, year + 1)
        library.read_all([home], [y for y in back if y in span])
        library.read_all(["WORLD"], [year])
    return [dependency_row(library, home, year, source, f"{nomenclature}:{c}") for c in codes]


def dependency_row(
    library: Library, home: str, year: int, source: str, subject: str
) -> dict[str, Any]:
    """The dependency figures and flags of one code."""
    identity = MixId(home, year, source, subject, "import")
    evidence = library.evidence(identity)
    mix = evidence.mix
    total = mix.total("value")
    row: dict[str, Any] = {
        "id": str(identity),
        "product": subject,
        "products": [p.product_id for p in goods_of(subject)],
        "home": home,
        "year": year,
        "source": source,
        "imports_value": total,
        "imports_value_status": str(Status.MISSING if total is None else Status.OK),
        "imports_quantity_t": _tonnes(mix, mix.total("quantity")),
        "value_unit": mix.value_unit,
        "exports_value": _exports(evidence),
    }
    for name in DEPENDENCY_FIGURES:
        put(row, name, REGISTRY.get(name).compute(evidence))
    verdict = judge(evidence)
    row["flags"] = list(verdict.flags) if mix.suppliers else []
    row["caveats"] = list(verdict.caveats)
    row["outcome"] = verdict.outcome if mix.suppliers else "no_flows"
    return row


def _exports(evidence: Evidence) -> int | float | None:
    return evidence.exports.total("value") if evidence.exports else None
