"""One code explained: what it became, step by step, from one nomenclature to another."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from verdikart.core.errors import UsageProblem
from verdikart.indicators.conversion import (
    UNATTRIBUTED,
    Chain,
    Code,
    Weights,
)
from verdikart.mapping import editions, nomenclature
from verdikart.mapping.nomenclature import Assumptions
from verdikart.reference.i18n import LANGS, translator
from verdikart.reference.load import load_where
from verdikart.reference.nomenclature import HsIndustry, HsRelation

Row = dict[str, Any]
SHOWN = 60  # codes of a family that are listed; the count is always given


def explain(code: str, source: str, target: str, assumed: Assumptions) -> Row:
    """What a code became, step by step, with weights, wording and family. Raises for a bad code."""
    item = (source, code)
    wrong = editions.fault(item)
    if wrong:
        raise UsageProblem(f"{source}:{code} {wrong[0]} — {wrong[1]}")
    chain = nomenclature.chain(source, target, assumed)
    path = list(chain.path(item))
    names = [source, *(step.target for step in chain.steps)]
    steps = [
        row
        for (old, new), at in zip(pairwise(names), path, strict=False)
        for row in _step_rows(chain, old, new, at, assumed)
    ]
    targets = [_target_row(target, c, w, len(path[-1])) for c, w in path[-1].items()]
    found: Row = {
        "code": code,
        "from": source,
        "to": target,
        "description": editions.description(item),
        "method": method_of(assumed),
        "converted": path[-1].keys() != {code},
        "certain": len(path[-1]) == 1,
        "steps": steps,
        "targets": targets,
        "family": _family(item, source, target),
    }
    alone = _alone(path, source, target, assumed)
    return found | {f"text_{lang}": _told(found, alone, lang) for lang in LANGS}


def _alone(path: list[Weights], source: str, target: str, assumed: Assumptions) -> bool | None:
    """Whether nothing else goes into what the code became; None where no table leads back."""
    leads_back = target not in editions.INDUSTRIES and bool(editions.year_of(source)) == bool(
        editions.year_of(target)
    )
    if not leads_back:
        return None
    back = nomenclature.chain(target, source, assumed)
    return all(
        back.weights((target, code)).keys() == path[0].keys()
        for code in path[-1]
        if code != UNATTRIBUTED
    )


def method_of(assumed: Assumptions) -> str:
    """The method of the weights as results name it."""
    return "reference" if assumed.reference else assumed.method


def _step_rows(
    chain: Chain, old: str, new: str, at: Iterable[str], assumed: Assumptions
) -> list[Row]:
    """One row per source and target code of a step; steps that change nothing are left out."""
    (step,) = (s for s in chain.steps if (s.source, s.target) == (old, new))
    rows = []
    for source in at:
        for target, weight in step.weights(source).items():
            if target == source and weight == 1 and editions.year_of(new):
                continue
            rows.append(
                {
                    "from": old,
                    "from_code": source or None,
                    "to": new,
                    "to_code": target or None,
                    "weight": float(weight),
                    "kind": _kind(old, source, new, target),
                    "basis": _basis(old, source, new, assumed),
                    "description": editions.description((new, target)),
                }
            )
    return rows


def _kind(old: str, source: str, new: str, target: str) -> str | None:
    """Relationship as published, newer codes against older; None where none is published."""
    order = editions.revisions()
    if old not in order or new not in order:
        return None
    newer = new if order.index(new) > order.index(old) else old
    pair = (target, source) if newer == new else (source, target)
    found = (r for r in load_where(HsRelation, "new_code", pair[0]) if r.newer == newer)
    return next((r.kind for r in found if r.old_code == pair[1]), None)


def _basis(old: str, source: str, new: str, assumed: Assumptions) -> str:
    """What a step rests on: a published table, the first six digits, or a derived table."""
    if new == "CPA" or (
        new == "NACE2" and editions.year_of(old) and nomenclature.official(source, assumed)
    ):
        return "cn_cpa"
    if new == "NACE2":
        rows = load_where(HsIndustry, "code", source[:6])
        return rows[0].basis if rows else "none"
    if editions.year_of(old) and not editions.year_of(new):
        return "digits"
    return "published"


def _target_row(edition: str, code: str, weight: Any, count: int) -> Row:  # noqa: ANN401
    return {
        "code": code or None,
        "nomenclature": edition,
        "description": editions.description((edition, code)) if code else "",
        "weight": float(weight),
        "weight_low": 1.0 if count == 1 else 0.0,
        "weight_high": 1.0,
        "weight_status": "ok" if count == 1 else "estimated",
        "attributed": code != UNATTRIBUTED,
    }


def _family(item: Code, source: str, target: str) -> Row | None:
    """The family of a code over the span; None where the span leaves the nomenclature."""
    if target in editions.INDUSTRIES or bool(editions.year_of(source)) != bool(
        editions.year_of(target)
    ):
        return None
    family = nomenclature.family_of(item, source, target)
    return {
        "family": family.family_id,
        "codes": [f"{e}:{c}" for e, c in family.codes[:SHOWN]],
        "codes_count": len(family.codes),
    }


def _told(found: Row, alone: bool | None, lang: str) -> str:
    _ = translator("nb" if lang == "nb" else "en")
    told = {"code": found["code"], "source": found["from"], "target": found["to"]}
    count = len(found["targets"])
    if not found["converted"] and alone:
        return _("{source}:{code} is unchanged in {target}.").format(**told)
    first = found["targets"][0]["code"]
    if count == 1 and first is None:
        return _("{source}:{code} has no successor in {target}: unattributed.").format(**told)
    if count == 1 and alone:
        return _("{source}:{code} is {target}:{first}.").format(first=first, **told)
    if count == 1 and alone is None:
        return _("{source}:{code} belongs to {target}:{first}.").format(first=first, **told)
    if count == 1:
        return _(
            "All of {source}:{code} goes into {target}:{first}, which holds goods of other codes too."
        ).format(first=first, **told)
    return _(
        "{source}:{code} is divided among {count} codes of {target}. No published table says how "
        "much goes where: weights are an assumption, and each part can be anything from nothing to "
        "all."
    ).format(count=count, **told)
