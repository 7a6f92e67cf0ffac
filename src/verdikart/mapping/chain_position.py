"""Norway's place in the chains: the register, the role at every step, patterns and dependence.

Role and dependence are two things: a role says what Norway does with a good, not whose hands the
feed is in (:mod:`verdikart.mapping.chain_trade_pattern`) nor who depends on the result
(:mod:`verdikart.mapping.reverse_dependency`).
"""

from __future__ import annotations

from functools import cache
from typing import Any

from verdikart.chains.graph import ChainGraph
from verdikart.core.figure import MixId
from verdikart.indicators.mix import Mix
from verdikart.mapping import (
    catalogue,
    chain_trade_pattern,
    register,
    reverse_dependency,
    stage_sources,
)
from verdikart.mapping.assess import trade_subjects
from verdikart.mapping.chain_graphs import check_chain
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import Library, materials_of
from verdikart.mapping.links import products_of
from verdikart.mapping.position import role
from verdikart.reference.entities import Product, Stage
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import ChainFunction

Row = dict[str, Any]
NORDIC3 = ("NOR", "SWE", "FIN")
# Exports below this say nothing of making: goods pass through and small lots are resold.
EXPORTED = 1_000_000
MAKING = ("extractor", "processor_own_feed", "processor_imported_feed", "recycler")
FUNCTIONS = ("mining", "processing", "specialisation", "recycling")


def tables(view: ChainView) -> dict[str, list[Row]]:
    """All tables of position; those on the register and the Nordic countries are of any home."""
    # First, for it reads the flows of every country that the others ask for.
    dependence = reverse_dependency.reverse_dependency(view)
    return {
        "facilities": register.rows(register.plants()),
        "chain_roles": chain_roles(view),
        "chain_functions": chain_functions(view),
        "trade_patterns": chain_trade_pattern.trade_patterns(view),
        "reverse_dependency": dependence,
    }


def asked(
    view: ChainView, chain: str | None, product: str | None, country: str | None
) -> dict[str, list[Row]]:
    """Roles, functions, patterns and reverse dependency, of one chain, product or country if named.

    ``country`` limits patterns to flows with it and reverse dependency to it as the buyer.
    Raises :class:`UnknownName` for ids that no table knows.
    """
    if chain is not None:
        graph = check_chain(chain, view.graphs)
        view.graphs = {chain: graph}
    if product is not None and not any(
        p.product_id == product for g in view.graphs.values() for p in g.nodes
    ):
        catalogue.check_product(product)
    if country is not None:
        catalogue.check_home(country, view.library.custom)
    also = [country] if country not in (None, "WORLD", reverse_dependency.supplier_of(view)) else []
    dependence = reverse_dependency.reverse_dependency(view, also)
    return {
        "roles": [r for r in chain_roles(view) if product in (None, r["product"])],
        "functions": [
            r for r in chain_functions(view) if product is None or product in r["products"]
        ],
        "patterns": [
            r
            for r in chain_trade_pattern.trade_patterns(view)
            if product in (None, r["product"], r["good"]) and country in (None, r["country"])
        ],
        "reverse": [
            r
            for r in dependence
            if (product is None or product in r["products"])
            and country in (None, r["buyer"])
            and (chain is None or chain in r["chains"])
        ],
    }


def chain_roles(view: ChainView) -> list[Row]:
    """Norway's role at every step of every chain, and whether Norway, Sweden and Finland have it.

    ``<country>_state``: *yes* (a plant, or production of the good), *stage_only* (the material is
    produced at this stage and the good is not told apart), *exports_only* (exports over 1 MUSD and
    no record of making), *none_recorded*, *unknown* (no source covers the step). ``missing``: *yes*
    only where none is recorded in all three. Plants are those of the view's day; a good that is no
    form of a material (power, gas, finished goods) is outside the register unless it has a plant.
    """
    view.library.read_year(NORDIC3, view.year)
    held: dict[str, Row] = {}
    rows = []
    for graph in view.graphs.values():
        for product in graph.nodes:
            if product.product_id not in held:
                held[product.product_id] = _step(view, product)
            rows.append({**_chain(graph), **held[product.product_id]})
    return rows


def _chain(graph: ChainGraph) -> Row:
    chain = graph.chain
    return {
        "chain": chain.chain_id,
        "chain_en": chain.name_en,
        "chain_nb": chain.name_nb,
        "depth": chain.depth,
    }


def _step(view: ChainView, product: Product) -> Row:
    exports = {c: _exports(view.library, product, c, view.year) for c in NORDIC3}
    when = view.on.year
    plants = register.working(product.product_id, when)
    covered = bool(plants or materials_of(product.product_id))
    norway = role(product, when, (exports["NOR"] or 0) > EXPORTED) if covered else "unknown"
    names = register.term("role", norway)
    stage = by_key(Stage)[product.stage]
    row: Row = {
        "product": product.product_id,
        "name_en": product.name_en,
        "name_nb": product.name_nb,
        "stage": product.stage,
        "stage_en": stage.name_en,
        "stage_nb": stage.name_nb,
        "year": view.year,
        "role": norway,
        "role_en": names[0],
        "role_nb": names[1],
        "plants": [p.producer for p in plants],
        "plant_ids": [p.record_id for p in plants],
        "planned": [p.producer for p in register.planned(product.product_id)],
    }
    for country in NORDIC3:
        evidence = _evidence(country, product, view.year, exports[country])
        if country == "NOR" and plants:
            evidence = ("yes", "facilities", float(len(plants)), "plants", when)
        elif country == "NOR" and covered and evidence[0] == "unknown":
            evidence = ("none_recorded", "facilities", None, None, when)
        key = country.lower()
        row |= dict(
            zip(
                (f"{key}_{part}" for part in ("state", "basis", "amount", "unit", "year")),
                evidence,
                strict=True,
            )
        )
        row[f"{key}_exports"] = exports[country]
        row[f"{key}_exports_status"] = "missing" if exports[country] is None else "ok"
    states = [row[f"{c.lower()}_state"] for c in NORDIC3]
    row["nordic3"] = [c for c, s in zip(NORDIC3, states, strict=True) if s == "yes"]
    row["missing"] = (
        "no" if "yes" in states else "yes" if set(states) == {"none_recorded"} else "unknown"
    )
    return row


def _exports(library: Library, product: Product, country: str, year: int) -> float | None:
    """A country's exports of a product in USD; None where no embedded source covers its codes.

    A code shared by several products counts for each: the figure is an upper bound there.
    """
    identities = trade_subjects(product, country, year)
    if not identities:
        return None
    found = [library.find(MixId(country, year, i.source, i.subject, "export")) for i in identities]
    return float(sum(mix.total("value") or 0 for mix in found if mix is not None))


Evidence = tuple[str, str | None, float | None, str | None, int | None]


def _evidence(country: str, product: Product, year: int, exports: float | None) -> Evidence:
    """(state, basis, amount, unit, year) of one country's having a step."""
    best: Evidence | None = None
    covered = False
    for material in materials_of(product.product_id):
        subject = stage_sources.subject(material, product.stage)
        state = "yes" if _alone(material, product.stage) else "stage_only"
        produced, study = _makers(subject, year)
        if produced is not None and produced.suppliers:
            covered = True
            own = produced.supplier(country)
            if own is not None and own.quantity:
                mass = produced.quantity_unit == "kg"
                amount = float(own.quantity) / 1000 if mass else float(own.quantity)
                unit = "t" if mass else produced.quantity_unit
                return state, "wmd", amount, unit, produced.id.year
        own = study.supplier(country) if study else None
        if own is not None and own.quantity:
            best = (state, "eu_crm_2023", float(own.quantity), "percent", stage_sources.PERIOD[1])
    if best is not None:
        return best
    if exports is not None and exports > EXPORTED:
        return "exports_only", "exports", exports, "USD", year
    return (
        ("none_recorded", "wmd", None, None, year)
        if covered
        else ("unknown", None, None, None, None)
    )


@cache
def _alone(material_id: str, stage: str) -> bool:
    """Whether a material has only one good at a stage, so that production of the stage is its own."""
    return len([p for p in products_of(material_id) if p.stage == stage]) == 1


@cache
def _makers(subject: str, year: int) -> tuple[Mix | None, Mix | None]:
    """World production of a material-stage by country, and the EU study's shares of world supply."""
    last = min(year, stage_sources.production_years()[-1])
    return (
        stage_sources.production_mix(MixId("WORLD", last, "wmd", subject, "production")),
        stage_sources.published_mix(
            MixId("WORLD", stage_sources.PERIOD[1], "eu_crm_2023", subject, "supply")
        ),
    )


def chain_functions(view: ChainView) -> list[Row]:
    """Whether Norway mines, processes, specialises and recycles in each chain, by the register.

    ``state``: *operating*, *project*, *closed*, *unknown* (only plants whose status is not verified),
    *none* (the register has no row of the function's goods) or *not_recorded* (the chain's function
    has not been written down).
    """
    recorded = {(r.chain_id, r.function): r for r in load(ChainFunction)}
    rows = []
    for graph in view.graphs.values():
        for function in FUNCTIONS:
            found = recorded.get((graph.chain_id, function))
            plants = [p for g in found.product_ids for p in register.of_product(g)] if found else []
            state = register.state(plants, view.on.year) if found else "not_recorded"
            functions, states = (
                register.term("chain_function", function),
                register.term("function_state", state),
            )
            rows.append(
                {
                    **_chain(graph),
                    "function": function,
                    "function_en": functions[0],
                    "function_nb": functions[1],
                    "products": list(found.product_ids) if found else [],
                    "state": state,
                    "state_en": states[0],
                    "state_nb": states[1],
                    "plants": list(dict.fromkeys(p.producer for p in plants)),
                    "plant_ids": [p.record_id for p in plants],
                    "note_en": found.note_en if found else None,
                    "note_nb": found.note_nb if found else None,
                    "source": found.source if found else None,
                }
            )
    return rows
