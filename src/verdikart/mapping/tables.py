"""The mapping's tables: flat rows with ids, names in both languages, plain numbers and statuses."""

from __future__ import annotations

from typing import Any

from verdikart.core.figure import MixId
from verdikart.indicators.mix import Mix
from verdikart.mapping import links, lists, register
from verdikart.mapping.assess import FIGURES, Assessment
from verdikart.mapping.findings import Finding
from verdikart.mapping.library import codes_of
from verdikart.mapping.money import money
from verdikart.mapping.position import Position
from verdikart.mapping.questions import put
from verdikart.mapping.statements import finding_text, home_name
from verdikart.reference import countries
from verdikart.reference.entities import Material, Product
from verdikart.reference.figures import TradeHeading
from verdikart.reference.homes import alignment
from verdikart.reference.i18n import LANGS
from verdikart.reference.load import by_key, load

Row = dict[str, Any]
# Amounts have columns of their own, with kroner beside them.
ASSESSED = tuple(name for name in FIGURES if name not in ("value", "quantity", "unit_value"))
PLACED = ("supplier_share", "supplier_share_all", "supplier_share_quantity", "supplier_rank")


def _named(kind: type[Product | Material], key: str) -> Row:
    row = by_key(kind)[key]
    return {"name_en": row.name_en, "name_nb": row.name_nb}


def _pair(row_en: list[Row], row_nb: list[Row], columns: tuple[str, ...]) -> list[Row]:
    """Join two renderings of the same rows: the texts get a language suffix."""
    joined = []
    for en, nb in zip(row_en, row_nb, strict=True):
        row = {k: v for k, v in en.items() if k not in columns}
        for column in columns:
            row |= {f"{column}_en": en[column], f"{column}_nb": nb[column]}
        joined.append(row)
    return joined


def list_rows() -> list[Row]:
    """Reference lists with purpose and legal basis."""
    return _pair(lists.overview("en"), lists.overview("nb"), ("title", "purpose"))


def material_rows() -> list[Row]:
    """Every material with its flags, lists, supplement reason and sectors."""
    rows = _pair(lists.membership("en"), lists.membership("nb"), ("name", "reason"))
    return [row | {"sectors": list(links.sectors_of(row["material"]))} for row in rows]


def link_rows(materials: list[str]) -> list[Row]:
    """Materials × technologies and plants × strategic sectors."""
    columns = ("sector_name", "via_name")
    return _pair(links.link_rows(materials, "en"), links.link_rows(materials, "nb"), columns)


def assessment_row(row: Assessment) -> Row:
    """One assessed subject of a home; figures with ``_status`` and, where given, bounds and reason."""
    named = _named(Product, row.products[0]) if row.products else _named(Material, row.materials[0])
    verdict, evidence = row.verdict, row.evidence
    result: Row = {
        "home": row.home,
        "subject": row.subject,
        "basis": row.basis,
        **named,
        "products": list(row.products),
        "materials": list(row.materials),
        "stage": row.stage,
        "shared_code": len(row.products) > 1 and ":" in row.subject,
        "mix": str(row.mix) if row.mix else None,
        "source": row.mix.source if row.mix else None,
        "year": row.mix.year if row.mix else None,
        "outcome": row.outcome,
        "flags": list(verdict.flags) if verdict else [],
        "caveats": list(verdict.caveats) if verdict else [],
        "band": verdict.band if verdict else None,
        "sharpness": row.sharpness,
        "other_top": row.other_top[0] if row.other_top else None,
        "other_top_share": row.other_top[1] if row.other_top else None,
        # A share of what is withheld is a bound, as the mix's own figures are.
        "other_top_share_status": "missing"
        if row.other_top is None
        else "suppressed"
        if row.outcome == "bounds_only"
        else "ok",
        "reason": row.reason,
        "would_fill": row.would_fill,
    }
    if evidence is not None:
        mix = evidence.mix
        result |= _amounts(mix)
        for name in ASSESSED:
            put(result, name, row.answers[name])
        value, quantity = (
            row.answers["top_supplier"].value,
            row.answers["top_supplier_quantity"].value,
        )
        result["value_quantity_differ"] = None if quantity is None else value != quantity
        result["other_sources"] = [str(m.id) for m in evidence.other_sources]
    return result


def _amounts(mix: Mix) -> Row:
    total, mass = mix.total("value"), mix.total("quantity")
    worth = money(None if total is None else float(total), mix.value_unit, mix.id.year)
    return {
        "value": total,
        "value_unit": mix.value_unit,
        "value_nok": worth.nok,
        "nok_rate_status": worth.rate_status,
        "quantity_t": None if mass is None or mix.quantity_unit != "kg" else float(mass) / 1000,
    }


def position_row(place: Position) -> Row:
    """The home's part in another home's supply of one subject."""
    named = (
        _named(Product, place.products[0])
        if place.products
        else _named(Material, place.materials[0])
    )
    mix = place.evidence.mix
    supplier = mix.supplier(place.home)
    worth = money(place.value or None, mix.value_unit, mix.id.year)
    mass = supplier.quantity if supplier else None
    row: Row = {
        "home": place.home,
        "other": place.other,
        "subject": place.subject,
        "basis": place.basis,
        **named,
        "products": list(place.products),
        "materials": list(place.materials),
        "stage": place.stage,
        "mix": str(place.mix),
        "source": place.mix.source,
        "year": place.mix.year,
        "value": supplier.value if supplier else None,
        "value_unit": mix.value_unit,
        "value_nok": worth.nok,
        "nok_rate_status": worth.rate_status,
        "quantity_t": None if mass is None or mix.quantity_unit != "kg" else float(mass) / 1000,
        "role": place.role,
        "plants": list(place.plants),
        "feeds": list(place.feeds),
    }
    for name in PLACED:
        put(row, name, place.answers[name])
    return row


def role_rows(found: dict[str, str], year: int) -> list[Row]:
    """Norway's role for each product, with working plants, projects and deposits."""
    rows = []
    for product_id, role in found.items():
        product = by_key(Product)[product_id]
        rows.append(
            {
                "product": product_id,
                **_named(Product, product_id),
                "stage": product.stage,
                "role": role,
                "plants": [p.producer for p in register.working(product_id, year)],
                "planned": [p.producer for p in register.planned(product_id)],
            }
        )
    return rows


def supply_rows(
    judged: dict[str, list[Assessment]], placed: list[Position], home: str
) -> list[Row]:
    """Step 6: the mix behind every verdict, partner by partner, and the home's own exports."""
    seen: dict[MixId, Mix] = {}
    for rows in judged.values():
        for row in rows:
            if row.mix is not None and row.evidence is not None:
                seen[row.mix] = row.evidence.mix
                exports = row.evidence.exports
                if row.home == home and exports is not None and exports.suppliers:
                    seen[exports.id] = exports
    for place in placed:
        seen.setdefault(place.mix, place.evidence.mix)
    return [line for mix in seen.values() for line in _lines(mix)]


def _lines(mix: Mix) -> list[Row]:
    totals = {m: mix.amounts(m).total for m in ("value", "quantity")}
    rows = []
    parts = (("identified", mix.suppliers), ("unspecified", mix.unspecified))
    for part, suppliers in parts:
        for s in suppliers:
            kilos = mix.quantity_unit == "kg"
            named = part == "identified"
            rows.append(
                {
                    "mix": str(mix.id),
                    "home": mix.id.home,
                    "year": mix.id.year,
                    "source": mix.id.source,
                    "subject": mix.id.subject,
                    "flow": mix.id.flow,
                    "partner": s.iso3,
                    "part": part,
                    "value": s.value,
                    "value_unit": mix.value_unit,
                    "quantity_t": float(s.quantity) / 1000
                    if s.quantity is not None and kilos
                    else None,
                    "quantity": None if kilos else s.quantity,
                    "quantity_unit": None if kilos else mix.quantity_unit,
                    "value_share": _of(s.value, totals["value"]) if named else None,
                    "quantity_share": _of(s.quantity, totals["quantity"]) if named else None,
                    "alignment": list(alignment(s.iso3, mix.id.year)) if named else [],
                }
            )
    return rows


def _of(amount: float | None, total: float) -> float | None:
    return None if amount is None or not total else float(amount / total)


def finding_row(finding: Finding) -> Row:
    """A finding with its text in both languages and the figures it stands on."""
    subject = finding.assessment or finding.position
    if subject is None or subject.mix is None:
        raise ValueError("a finding stands on a mix")
    names = (
        ("top_share", "top_supplier", "value")
        if finding.assessment
        else ("supplier_share", "value")
    )
    argument = None if finding.assessment else subject.home
    row: Row = {
        "kind": finding.kind,
        "rank": finding.rank,
        "subject": subject.subject,
        "products": list(subject.products),
        "materials": list(subject.materials),
        "stage": subject.stage,
        "partner": finding.partner,
        "partner_share": finding.partner_share,
        "at_stake_value": finding.at_stake.amount,
        "at_stake_unit": finding.at_stake.currency,
        "at_stake_nok": finding.at_stake.nok,
        "nok_rate_status": finding.at_stake.rate_status,
        "at_stake_t": finding.at_stake_tonnes,
        "alternatives": [iso3 for iso3, _ in finding.alternatives],
        "weak_feeds": list(finding.weak_feeds),
        "unseen_feeds": list(finding.unseen_feeds),
        "action": finding.action,
        "use": finding.use,
        "figures": [subject.mix.figure(name, argument) for name in names],
    }
    for lang in LANGS:
        row[f"text_{lang}"] = finding_text(finding, lang)
        place = finding.partner
        row[f"partner_{lang}"] = (
            countries.name(place, lang)
            if finding.kind == "vulnerability"
            else home_name(place, lang)
        )
    return row


def input_rows(rows: list[Assessment]) -> list[Row]:
    """Inputs ranked by import value, with import share of consumption and concentration (R-049)."""
    own = [r for r in rows if r.basis == "own_imports" and r.computed]
    ranked = sorted(own, key=lambda r: -(r.answers["value"].value or 0))  # type: ignore[operator]
    result = []
    for rank, row in enumerate(ranked, start=1):
        line = {"rank": rank, **assessment_row(row)}
        consumption = row.answers["apparent_consumption"].value
        imported = line["quantity_t"]
        line["import_share_of_consumption"] = (
            imported / consumption
            if isinstance(consumption, (int, float)) and imported is not None
            else None
        )
        line["import_share_reason"] = row.answers["apparent_consumption"].reason
        result.append(line)
    return result


HEADINGS_OF = "NOR"  # whose trade the table of headings holds


def gap_rows(rows: list[Assessment]) -> list[Row]:
    """What we do not know: products without flows, with the heading's trade where one is on record."""
    headings = {row.heading: row for row in load(TradeHeading)}
    result = []
    for row in rows:
        if row.outcome not in ("not_computable", "bounds_only"):
            continue
        found = None
        if row.basis == "none" and row.home == HEADINGS_OF:
            codes = codes_of(row.products[0], "HS17")
            found = next((headings[c[:4]] for c in codes if c[:4] in headings), None)
        product = row.products[0]
        result.append(
            {
                "subject": row.subject,
                "product": product,
                **_named(Product, product),
                "materials": list(row.materials),
                "stage": row.stage,
                "reason": "suspected_suppression" if row.outcome == "bounds_only" else row.reason,
                "would_fill": row.would_fill
                or ("ssb_08801" if row.outcome == "bounds_only" else None),
                "heading": f"{found.nomenclature}:{found.heading}" if found else None,
                "heading_imports_usd": found.imports_usd if found else None,
                "heading_exports_usd": found.exports_usd if found else None,
            }
        )
    return sorted(result, key=lambda r: (-(r["heading_imports_usd"] or 0), r["subject"]))
