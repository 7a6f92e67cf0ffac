"""Diversification plans as rows and in words, for the verb and for the mapping's tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from verdikart.chains.planner import Problem
from verdikart.chains.planner_limits import Shortfall
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.money import money
from verdikart.mapping.statements import nok_text, product_name, round_number
from verdikart.mapping.supply_plans import Answered, ally_share, sharpest_answers
from verdikart.reference import countries
from verdikart.reference.entities import Product
from verdikart.reference.i18n import LANGS, Lang, percent, translator
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text

Row = dict[str, Any]
FORMULA = "min Σᵢⱼ yᵢⱼ (s + max(0, pⱼ − pᵢ))  so that  xᵢ ≤ target · base,  xᵢ ≤ bought + spare · elsewhere"


def tables(view: ChainView) -> dict[str, list[Row]]:
    """``diversification``: a plan for each of the home's sharpest vulnerabilities."""
    return {"diversification": [row(found, view) for found in sharpest_answers(view)]}


def row(found: Answered, view: ChainView) -> Row:
    """One plan as a flat row. Amounts are in ``unit``; shares 0–1; money in USD and kroner."""
    asked, problem, made = found.question, found.problem, found.plan
    named = by_key(Product).get(found.products[0]) if found.products else None
    result: Row = {
        "home": view.home,
        "year": view.year,
        "subject": found.identity.subject if found.identity else None,
        "products": list(found.products),
        "name_en": named.name_en if named else None,
        "name_nb": named.name_nb if named else None,
        "mix": str(found.identity) if found.identity else None,
        "source": found.identity.source if found.identity else None,
        "measure": found.measure,
        "unit": "t" if found.measure == "quantity" else "USD",
        "base": asked.base,
        "target": asked.target,
        "by": asked.by,
        "spare": asked.spare,
        "allies_min": asked.allies_min,
        "exclude": list(asked.exclude),
        "avoid": list(asked.avoid),
        "capped": asked.capped,
        "switching": asked.switching,
        "status": found.status,
        "reason": found.reason,
        "formula": FORMULA,
    }
    before, after = (made.before, made.after) if made else ({}, {})
    for name, held in (("before", before), ("after", after)):
        top = max(held, key=lambda iso3: held[iso3], default=None)
        result[f"top_supplier_{name}"] = top
        _figure(result, f"top_share_{name}", held[top] if top else None)
        share = ally_share(found, after=name == "after") if held else None
        _figure(result, f"ally_share_{name}", share)
    reached = made is not None and made.status != "unreachable"
    _figure(result, "base_amount", (problem.limits.base or problem.demand) if problem else None)
    _figure(result, "moved", made.moved if made and reached else None)
    _figure(result, "extra_cost_usd", made.cost if made and reached else None)
    worth = money(made.cost if made and reached else None, "USD", view.year)
    _figure(result, "extra_cost_nok", worth.nok)
    moves = made.moves if made else ()
    result["moves"] = [f"{m.source}>{m.to}:{m.amount:.0f}" for m in moves]
    saves = {s.limit: s.saves / 100 for s in made.shadows if s.of is None} if made else {}
    for limit in ("target", "spare", "allies_min"):
        value = saves.get(limit, 0.0) if made and reached else None
        _figure(result, f"point_of_{limit}_saves_usd", value)
    why = found.shortfall
    result["because"] = why.because if why else None
    _figure(result, "lowest_share", why.lowest_share if why else None, bool(why))
    _figure(result, "spare_needed", why.spare_needed if why else None, bool(why))
    result["binding"] = list(why.binding) if why else []
    result["clipped_prices"] = [n for n in found.clipped if n in _touched(found)]
    result["borrowed_prices"] = [n for n in found.borrowed if n in _touched(found)]
    result["not_producers"] = [n for n in found.transit if n in _touched(found)]
    result["left_out"] = [f"{record}:{why_not}" for record, why_not in found.left_out]
    result["notes"] = list(dict.fromkeys(found.notes))
    return result | {f"text_{lang}": text(found, view, lang) for lang in LANGS}


def _figure(result: Row, name: str, value: float | None, asked: bool = True) -> None:
    result[name] = value
    lacking = "not_computable" if asked else "missing"
    result[f"{name}_status"] = lacking if value is None else "ok" if value else "zero"


def _touched(found: Answered) -> set[str]:
    """Suppliers that the home buys from, or that the plan turns to."""
    problem = found.problem
    present = {s.name for s in problem.sources if s.present > 0} if problem else set()
    return present | ({m.to for m in found.plan.moves} if found.plan else set())


def details(found: Answered, view: ChainView) -> Row:
    """A plan with its moves, shares and shadow prices, for the verb's JSON."""
    made = found.plan
    moves = made.moves if made else ()
    held: Mapping[str, float] = made.before if made else {}
    names = {s for s, share in held.items() if share > 0} | {m.to for m in moves}
    after = made.after if made else {}
    return row(found, view) | {
        "moves": [
            {"from": m.source, "to": m.to, "amount": m.amount, "unit_cost_usd": m.unit_cost}
            for m in sorted(moves, key=lambda m: -m.amount)
        ],
        "shares": [
            {"iso3": n, "before": held.get(n, 0.0), "after": after.get(n)}
            for n in sorted(names & held.keys(), key=lambda n: (-held[n], n))
        ],
        "shadow_prices": [
            {"limit": s.limit, "of": s.of, "saves_usd": s.saves}
            for s in (made.shadows if made else ())
        ],
    }


def text(found: Answered, view: ChainView, lang: Lang) -> str:
    """A plan in two to five sentences."""
    _ = translator(lang)
    name = product_name(found.products[0], lang) if found.products else str(found.identity)
    made, problem = found.plan, found.problem
    if made is None or problem is None:
        why = reason_text(found.reason or "not_in_embedded_data", lang)
        return _("{name}: no plan can be computed. {reason}").format(name=name, reason=why)
    target, year = percent(found.question.target, lang, 0), str(found.question.by)
    top = max(made.before, key=lambda iso3: made.before[iso3])
    facts = {
        "name": name,
        "target": target,
        "year": year,
        "top": countries.name(top, lang),
        "before": percent(made.before[top], lang),
        "base": _base_words(found, lang),
    }
    if made.status == "met":
        return _("{name}: the limits are kept already. {top} has {before} {base}.").format(**facts)
    if found.shortfall is not None:
        head = _("{name}: {target} cannot be reached by {year}, because {because}")
        return head.format(**facts, because=_because(found.shortfall, problem, lang))
    cost = money(made.cost, "USD", view.year)
    to: dict[str, float] = {}
    for move in made.moves:
        to[move.to] = to.get(move.to, 0.0) + move.amount
    largest = sorted(to, key=lambda n: -to[n])[:3]
    unit = _("tonnes") if found.measure == "quantity" else "USD"
    said = [
        _("{name}: {top} goes from {before} to {after} {base}.").format(
            **facts, after=percent(made.after[top], lang)
        ),
        _(
            "{amount} {unit} a year must be moved, most to {names}, at an extra cost of {cost} a year."
        ).format(
            amount=round_number(made.moved, lang),
            unit=unit,
            names=", ".join(countries.name(n, lang) if len(n) == 3 else n for n in largest),
            cost=_cost(cost.nok, made.cost, lang),
        ),
    ]
    for limit, message in (
        ("target", _("One more point of allowed largest share would save {cost}.")),
        ("spare", _("One more point of spare capacity at suppliers would save {cost}.")),
        ("allies_min", _("One point less from allies would save {cost}.")),
    ):
        saves = next((s.saves / 100 for s in made.shadows if (s.limit, s.of) == (limit, None)), 0.0)
        if saves > 0:
            point = money(saves, "USD", view.year)
            said.append(message.format(cost=_cost(point.nok, saves, lang)))
    return " ".join(said)


def _cost(nok: float | None, usd: float, lang: Lang) -> str:
    _ = translator(lang)
    if nok is not None:
        return nok_text(nok, lang)
    return _("USD {amount} million").format(amount=round_number(usd / 1e6, lang))


def _base_words(found: Answered, lang: Lang) -> str:
    _ = translator(lang)
    if found.question.base == "consumption":
        return _("of apparent consumption by tonnes")
    by_mass = found.measure == "quantity"
    return _("of imports by tonnes") if by_mass else _("of imports by value")


def _because(why: Shortfall, problem: Problem, lang: Lang) -> str:
    """The limit in the way, the lowest share within reach, and what would do."""
    _ = translator(lang)
    spare = percent(problem.limits.spare, lang, 0)
    if why.because == "supply_short":
        lacking = percent(why.short / problem.demand, lang)
        said = [
            _("suppliers that may be bought from lack {share} of the need.").format(share=lacking)
        ]
    elif why.because == "allies_unreachable":
        best = percent(why.best_allies, lang)
        said = [_("allies can deliver {share} at most.").format(share=best)]
    else:
        said = [
            _("others can spare too little ({spare} of what they sell elsewhere).").format(
                spare=spare
            )
        ]
    if why.lowest_share is not None:
        lowest = percent(why.lowest_share, lang)
        said.append(_("The lowest share within reach is {share}.").format(share=lowest))
    if why.spare_needed is not None:
        needed = percent(why.spare_needed, lang)
        said.append(_("A spare of {share} would do.").format(share=needed))
    else:
        said.append(_("Not even all that others sell elsewhere would do."))
    return " ".join(said)
