"""Tables ``chains``, ``chain_stages`` and ``chain_steps``, and the report of one chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isinf
from typing import Any

from verdikart.core.figure import Answer
from verdikart.indicators.assessment import Range
from verdikart.mapping import chain_stage_texts as texts
from verdikart.mapping.chain_context import Context, use_of
from verdikart.mapping.chain_stages import (
    ChainResult,
    entry_of,
    judge_one,
    need_of,
)
from verdikart.mapping.chain_steps import Step, Steps, capacity
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.money import money
from verdikart.reference.entities import Stage
from verdikart.reference.i18n import LANGS, Lang
from verdikart.reference.load import by_key
from verdikart.reference.value_chains import TradeMeasure

Row = dict[str, Any]
FIGURES = ("value", "top_share", "hhi_value", "hhi_quantity", "ally_share")
RULE = "docs/methods/chains.md"
RISK = "Σ s²·WGI over suppliers that are no ally, 0–10"
PART = "AND: max over joint needs; OR: Σ route share × part"


def tables(steps: Steps, judged: Sequence[ChainResult]) -> dict[str, list[Row]]:
    """Stage risk of a home's chains, as flat rows."""
    found: dict[str, list[Row]] = {"chains": [], "chain_stages": [], "chain_steps": []}
    for result in judged:
        for name, rows in _rows(steps, result).items():
            found[name] += rows
    return found


def chain_report(view: ChainView, chain_id: str) -> Row:
    """Everything of one chain: its row, its stages, its steps, and what stands beside each step.

    Raises :class:`UnknownName`.
    """
    steps = Steps(view)
    result = judge_one(steps, chain_id)
    rows = _rows(steps, result)
    beside = {p: _beside(result, p, found) for p, found in result.context.items()}
    return {
        "chain": rows["chains"][0],
        "stages": rows["chain_stages"],
        "steps": rows["chain_steps"],
        "beside": beside,
    }


def _rows(steps: Steps, result: ChainResult) -> dict[str, list[Row]]:
    view, chain = steps.view, result.graph.chain
    at = {"home": view.home, "year": view.year, "chain": chain.chain_id, "depth": chain.depth}
    return {
        "chains": [at | _chain(steps, result)],
        "chain_stages": [at | _stage(result, stage) for stage in result.stages],
        "chain_steps": [at | _step(steps, result, p) for p in result.steps],
    }


def _chain(steps: Steps, found: ChainResult) -> Row:
    chain = found.graph.chain
    worst = found.bottleneck
    first = found.bottlenecks[0] if found.bottlenecks else None
    world = texts.worst_in_world(found)
    return {
        "name_en": chain.name_en,
        "name_nb": chain.name_nb,
        "cross_cutting": chain.cross_cutting,
        "measures_on": steps.view.on.isoformat(),
        "verdict": found.verdict,
        "reason": found.whole.reason,
        **_texts("text", lambda lang: texts.verdict_text(found, lang)),
        **_range("part_at_risk", found.whole.part, found.whole.reason),
        "part_formula": PART,
        "steps": len(found.steps),
        "steps_needed": len(found.counts),
        "steps_seen": len(found.seen),
        "steps_open": len(found.whole.open_steps),
        "ghosts": list(found.ghosts),
        "vulnerable_steps": list(found.whole.vulnerable_steps),
        "open_steps": list(found.whole.open_steps),
        "norwegian_steps": [p for p, step in found.steps.items() if step.plants],
        **_range("risk", found.risk, "goods_unseen"),
        "risk_formula": RISK,
        "bottleneck_product": worst.product.product_id if worst else None,
        "bottleneck_stage": worst.product.stage if worst else None,
        "bottleneck_supplier": worst.row.other_top[0] if worst and worst.row.other_top else None,
        "bottleneck_share": worst.row.other_top[1] if worst and worst.row.other_top else None,
        "bottleneck_mix": str(worst.row.mix) if worst else None,
        **_range("bottleneck_risk", first.risk if first else None, "route_shares_unknown"),
        "bottleneck_ties": [row.product_id for row in found.bottlenecks[1:]],
        "over_threshold": [row.product_id for row in found.narrows],
        "replaceable": [row.product_id for row in found.narrows if row.replaceable],
        "bottleneck_sure": found.risk.value is not None and first is not None,
        **_texts("bottleneck", lambda lang: texts.bottleneck_text(found, steps.allies, lang)),
        "world_product": world.product.product_id if world else None,
        "world_supplier": world.row.other_top[0] if world and world.row.other_top else None,
        "world_share": world.row.other_top[1] if world and world.row.other_top else None,
        "rule": RULE,
    }


def _stage(found: ChainResult, stage: str) -> Row:
    result, named = found.stages[stage], by_key(Stage)[stage]
    mine = [p for p, step in found.steps.items() if step.product.stage == stage]
    worst = next((r.product_id for r in found.bottlenecks if r.product_id in mine), None)
    return {
        "stage": stage,
        "name_en": named.name_en,
        "name_nb": named.name_nb,
        "verdict": result.verdict,
        "reason": result.reason,
        **_texts("text", lambda lang: texts.stage_text(found, result, lang)),
        **_range("part_at_risk", result.part, result.reason),
        "part_formula": PART,
        "products": mine,
        "products_needed": [p for p in mine if p in found.counts],
        "vulnerable_steps": list(result.vulnerable_steps),
        "open_steps": list(result.open_steps),
        "ghosts": [p for p in mine if found.steps[p].ghost],
        "norwegian_steps": [p for p in mine if found.steps[p].plants],
        "bottleneck": worst is not None,
        "bottleneck_product": worst,
        "rule": RULE,
    }


def _step(steps: Steps, found: ChainResult, product_id: str) -> Row:
    step, beside = found.steps[product_id], found.context[product_id]
    product, row = step.product, step.row
    reason = found.reasons.get(product_id) or ("step_unseen" if step.ghost else None)
    answers = row.answers
    ally = step.largest_of(steps.allies)
    return {
        "product": product_id,
        "name_en": product.name_en,
        "name_nb": product.name_nb,
        "stage": product.stage,
        "materials": list(row.materials),
        "entry": entry_of(step),
        "need": need_of(found, product_id),
        "counts_as": found.counts.get(product_id),
        "reason": reason,
        **_texts("text", lambda lang: texts.step_text(step, reason, lang)),
        "ghost": step.ghost,
        "bottleneck": any(r.product_id == product_id for r in found.bottlenecks),
        "fed_by": _fed_by(found, product_id),
        "basis": row.basis,
        "outcome": row.outcome,
        "subject": row.subject,
        "mix": str(row.mix) if row.mix else None,
        "mixes": [str(r.mix) for r in step.rows if r.mix],
        "shared_code": step.shared_code,
        "codes_complete": step.complete,
        "net_exporter": step.net_exporter,
        "top_supplier": answers["top_supplier"].value if answers else None,
        "top_other": row.other_top[0] if row.other_top else None,
        "top_other_share": row.other_top[1] if row.other_top else None,
        "top_ally": ally[0] if ally else None,
        "top_ally_share": ally[1] if ally else None,
        **{k: v for name in FIGURES for k, v in _answer(name, answers.get(name), row.reason)},
        **_worth(step),
        **_range("risk", step.risk if not step.ghost else None, row.reason or "step_unseen"),
        "risk_formula": RISK,
        "would_fill": row.would_fill,
        "fed_from": list(step.fed_from),
        **_context(beside),
        **_plants(step),
    }


def _worth(step: Step) -> Row:
    mix = step.row.evidence.mix if step.row.evidence else None
    if mix is None or mix.value_unit is None:
        return {"value_unit": None, "value_nok": None}
    worth = money(float(mix.total("value") or 0), mix.value_unit, mix.id.year)
    return {"value_unit": mix.value_unit, "value_nok": worth.nok}


def _context(found: Context) -> Row:
    years = found.lead_years
    return {
        "hosts": [edge.input_product for edge in found.hosts],
        "by_product_only": found.by_product_only,
        "recycled_from": [edge.input_product for edge in found.recycled],
        **_range("recycling_rate", found.eol_rir, "not_assessed"),
        "substitutes": [row.substitute_id for row in found.substitutes],
        "substitutability": "recorded" if found.substitutes else "unknown",
        "lead_years_low": years[0] if years else None,
        "lead_years_high": years[1] if years else None,
        "lead_times": [row.lead_time_id for row in found.lead_times],
        "measures_against_supply": _ids(found.measures_of("against_supply")),
        "measures_against_exports": _ids(found.measures_of("against_exports")),
        "measures_own": _ids(found.measures_of("own")),
    }


def _ids(rows: Sequence[TradeMeasure]) -> list[str]:
    return [row.measure_id for row in rows]


def _plants(step: Step) -> Row:
    """Norwegian plants, and how much of Norwegian capacity the largest plant and group have."""
    found = capacity(step)
    line: Row = {
        "plants": [row.record_id for row in step.plants],
        "capacity_of": "NOR" if found else None,
        "capacity_unit": found.unit or None if found else None,
    }
    for name in ("plant", "group"):
        largest = None if found is None else found.plant if name == "plant" else found.group
        line[f"largest_{name}"] = largest.name if largest else None
        share = largest.share if largest else None
        line |= _range(f"largest_{name}_share", share, "capacity_unknown")
        over = None if largest is None else {True: "yes", False: "no", None: "open"}[largest.over]
        line[f"largest_{name}_over_65"] = over
    return line


def _fed_by(found: ChainResult, product_id: str) -> str:
    """Whether a step has joint inputs, inputs that are alternatives, both, or none."""
    needs = found.reach.needs[product_id]
    either = any(len(need.routes) > 1 for need in needs)
    joint = any(len(need.routes) == 1 for need in needs)
    return (
        "both" if either and joint else "alternatives" if either else "joint" if joint else "none"
    )


def _beside(result: ChainResult, product_id: str, found: Context) -> Row:
    """Records behind a step's lists, for whoever opens it."""
    return {
        "hosts": [
            {
                "product": e.input_product,
                "relation": e.relation,
                "coefficient": e.coefficient,
                "unit": e.coef_unit or None,
                "note": e.companion_note or None,
                "source": e.source,
            }
            for e in found.hosts
        ],
        "substitutes": [
            {
                "substitute": r.substitute_id,
                "use_product": r.use_product,
                "use_technology": r.use_technology,
                "use_en": use_of(r, "en"),
                "use_nb": use_of(r, "nb"),
                "name_en": r.substitute_en,
                "name_nb": r.substitute_nb,
                "performance_loss": r.performance_loss or None,
                "readiness": r.readiness or None,
                "same_origin": r.same_origin or None,
                "source": r.source,
                "confidence": r.confidence,
            }
            for r in found.substitutes
        ],
        "lead_times": [
            {
                "lead_time": r.lead_time_id,
                "kind": r.kind,
                "region": r.region,
                "years_low": r.years_low,
                "years_high": r.years_high,
                "start_en": r.start_en,
                "start_nb": r.start_nb,
                "end_en": r.end_en,
                "end_nb": r.end_nb,
                "source": r.source,
                "confidence": r.confidence,
            }
            for r in found.lead_times
        ],
        "measures": [
            {
                "measure": r.measure_id,
                "side": role,
                "kind": r.measure,
                "imposed_by": r.imposed_by,
                "from_date": r.from_date.isoformat(),
                "to_date": r.to_date.isoformat() if r.to_date else None,
                "text_en": r.description_en,
                "text_nb": r.description_nb,
                "confidence": r.confidence,
            }
            for r, role in found.measures
        ],
        "plants": [
            {
                "record": r.record_id,
                "producer": r.producer,
                "owner_group": r.owner_group or None,
                "place": r.place,
                "status": r.status,
                "capacity": r.capacity,
                "unit": r.capacity_unit or None,
                "as_of": r.as_of.isoformat() if r.as_of else None,
                "source": r.source,
            }
            for r in result.steps[product_id].plants
        ],
    }


def _texts(name: str, made: Callable[[Lang], str]) -> Row:
    return {f"{name}_{lang}": made(lang) for lang in LANGS}


def _answer(name: str, found: Answer | None, reason: str | None) -> list[tuple[str, Any]]:
    if found is None:
        return list(_range(name, None, reason).items())
    value = found.value if isinstance(found.value, (int, float)) else None
    rest = (str(found.status), found.low, found.high, found.reason)
    keys = ("status", "low", "high", "reason")
    return [(name, value), *((f"{name}_{k}", v) for k, v in zip(keys, rest, strict=True))]


def _range(name: str, found: Range | None, reason: str | None) -> Row:
    """A number with its bounds; ``reason`` where it has no value."""
    if found is None:
        status, value, low, high = "missing", None, None, None
    else:
        value, low, high = found.value, found.low, None if isinf(found.high) else found.high
        status = "not_computable" if value is None else "zero" if value == 0 else "ok"
    return {
        name: value,
        f"{name}_status": status,
        f"{name}_low": low,
        f"{name}_high": high,
        f"{name}_reason": reason if value is None else None,
    }
