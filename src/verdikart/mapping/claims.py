"""Quoted shares of Norway in EU supply beside what each denominator gives (inconsistency INC-08)."""

from __future__ import annotations

from typing import Any

from verdikart.core.figure import FigureId, MixId
from verdikart.mapping import stage_sources
from verdikart.mapping.assess import trade_subjects
from verdikart.mapping.library import Library, materials_of, same_good
from verdikart.mapping.questions import put
from verdikart.reference.entities import Product
from verdikart.reference.figures import Claim
from verdikart.reference.load import by_key, load

DENOMINATORS = {
    "supplier_share": ("extra-EU imports by value", "import utenfra til EU etter verdi"),
    "supplier_share_all": ("all EU imports by value", "all import til EU-landene etter verdi"),
    "supplier_share_quantity": ("extra-EU imports by tonnes", "import utenfra til EU etter tonn"),
    "sourcing": ("EU sourcing in the EU study 2023", "EUs tilførsel i EU-studien 2023"),
}


def claim_rows(library: Library, year: int) -> list[dict[str, Any]]:
    """One row a claim and denominator, computed from every embedded source that can."""
    rows: list[dict[str, Any]] = []
    for claim in load(Claim):
        head = {
            "claim": claim.claim_id,
            "material": claim.material_id,
            "product": claim.product_id,
            "claimed_low": claim.low_pct / 100,
            "claimed_high": claim.high_pct / 100 if claim.high_pct is not None else None,
            "claimed_of_en": claim.denominator_en,
            "claimed_of_nb": claim.denominator_nb,
            "document": claim.document,
            "note_en": claim.note_en or None,
            "note_nb": claim.note_nb or None,
        }
        rows += [head | found for found in _computed(library, claim, year)]
    return rows


def _computed(library: Library, claim: Claim, year: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    product = by_key(Product).get(claim.product_id or "")
    identities = trade_subjects(product, "EU27", year) if product else []
    for identity in identities:
        twins = [(identity.source, identity.subject), *same_good(identity.subject)]
        for source, subject in dict.fromkeys(twins):
            mix = MixId("EU27", year, source, subject, "import")
            names = ("supplier_share", "supplier_share_all", "supplier_share_quantity")
            found += [_row(library, FigureId(mix, name, "NOR"), name) for name in names]
    if product is not None:
        for material in materials_of(product.product_id):
            subject = stage_sources.subject(material, product.stage)
            if subject in stage_sources.subjects("eu_crm_2023", "EU27"):
                mix = MixId("EU27", stage_sources.PERIOD[1], "eu_crm_2023", subject, "supply")
                found.append(_row(library, FigureId(mix, "supplier_share", "NOR"), "sourcing"))
    return [row for row in found if row["share"] is not None] or [_nothing()]


def _row(library: Library, figure_id: FigureId, name: str) -> dict[str, Any]:
    row: dict[str, Any] = {"figure": str(figure_id), "source": figure_id.mix.source}
    row["of_en"], row["of_nb"] = DENOMINATORS[name]
    put(row, "share", library.answer(figure_id, library.context(figure_id.mix)))
    return row


def _nothing() -> dict[str, Any]:
    return {
        "figure": None,
        "source": None,
        "of_en": None,
        "of_nb": None,
        "share": None,
        "share_status": "not_computable",
        "share_reason": "not_in_embedded_data",
    }
