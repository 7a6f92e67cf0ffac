"""From steps to stages to a chain: what a home needs, what part of it is at risk, and where.

A step is a product of a chain. Upstream of what a home makes or takes in, joint needs are AND: the
worst counts. Routes of a choice are OR: each counts by its share of the output, and where shares
are not known the result is the interval that they leave. What is a need: :mod:`chains.reach`.

The same rule carries two numbers: the *part at risk* (0–1, a vulnerable step is 1) gives verdicts,
and the *risk* of the steps (Σ s²·WGI over suppliers that are no ally, 0–10) gives the bottleneck.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from verdikart.chains.graph import Need
from verdikart.chains.reach import WHOLE, Entry, Reach
from verdikart.indicators.assessment import Range
from verdikart.indicators.horizons import worst

Counts = Literal["vulnerable", "allied", "sound", "open"]
ChainVerdict = Literal[
    "vulnerable", "open", "concentrated_allied", "not_concentrated", "not_needed"
]
# A chain or stage is vulnerable where more than this part of it is, as a supplier's share is judged.
LIMIT = 0.65
OWN_SUPPLY = ("own_imports", "eu_sourcing")
NONE = Range.exact(0.0)
ROUNDING = 1e-9
NARROW = 1.0  # the EU method's threshold of supply risk: a step below it is no bottleneck
TIE = 0.05  # steps whose risk is within this part of the highest share the place


def standing(
    outcome: str, basis: str, entry: Entry, *, direct: bool, net_exporter: bool, complete: bool
) -> tuple[Counts, str | None]:
    """How a needed step counts, with the reason where its verdict alone does not say so.

    Only the home's own supply decides: world supply is nobody's imports. What a home makes and
    hardly imports, or exports more of than it imports, is sound. ``complete``: all codes are seen.
    Basis ``stage_share``: published shares of a whole stage that do not stand for this good.
    """
    if basis == "none":
        return "open", "step_unseen"
    if basis == "stage_share":
        return "open", "stage_share_only"
    if basis not in OWN_SUPPLY:
        return "open", "world_supply_only"
    if outcome in ("small", "not_imported"):
        if entry.made:
            return "sound", "own_plants"
        return "open", "below_floor" if outcome == "small" and direct else "through_suppliers"
    if outcome == "transit":
        return "open", "suspected_transit"
    if outcome == "bounds_only":
        return "open", "suspected_suppression"
    if net_exporter:
        return "sound", "net_exporter"
    if not direct:
        return "open", "through_suppliers"
    if outcome == "vulnerable":
        return "vulnerable", None
    if not complete:
        return "open", "codes_unseen"
    return ("allied" if outcome == "concentrated_allied" else "sound"), None


def reached(found: Reach, values: Mapping[str, Range], top: float) -> dict[str, Range]:
    """The number that reaches every needed product when every step has its own.

    Joint needs: the highest. Choices: the mean over routes, weighted by share. Steps without a
    number have 0; a route that is not on record has anything up to ``top``.
    """
    at: dict[str, Range] = {}
    for product, rows in found.needs.items():
        if product in found.needed:
            own = values.get(product, NONE)
            at[product] = _worst([own, *(_chosen(need, at, top) for need in rows)])
    return at


def over_ends(found: Reach, values: Mapping[str, Range], top: float = 0.0) -> Range:
    """The number at the worst end: sure ends bound it from below, possible ones from above."""
    at = reached(found, values, top)
    least = _worst([at[end] for end in found.sure])
    most = _worst([least, *(at[end] for end in found.possible)])
    return Range(most.value if most.value == least.value else None, least.low, most.high)


def _worst(parts: Sequence[Range]) -> Range:
    """The highest; most parts of most chains are nothing."""
    rows = [part for part in parts if part is not NONE]
    return worst(rows) if rows else NONE


def _chosen(need: Need, at: Mapping[str, Range], top: float) -> Range:
    routes = [
        (route.share, _worst([at[edge.input_product] for edge in route.edges]))
        for route in need.routes
    ]
    if len(routes) == 1 and routes[0][0] == WHOLE:
        return routes[0][1]
    if top == 0 and all(found is NONE for _, found in routes):
        return NONE
    return mean(routes, top)


def mean(routes: Sequence[tuple[Range, Range]], top: float) -> Range:
    """Mean of the routes' numbers, weighted by shares that add up to 1 within their bounds.

    What the shares cannot add up to is of a route not on record: anything from 0 to ``top``.
    """
    rows = list(routes)
    most = sum(share.high for share, _ in rows)
    if most < 1 - ROUNDING:
        rows.append((Range.exact(1 - most), Range.unknown(0.0, top)))
    low = _filled(sorted(((r.low, s.low, s.high) for s, r in rows)))
    high = _filled(sorted(((r.high, s.low, s.high) for s, r in rows), reverse=True))
    shares = [share.value for share, _ in rows]
    known = [found.value for _, found in rows]
    value: float | None = None
    if all(v is not None for v in shares) and all(v is not None for v in known):
        whole = sum(v or 0.0 for v in shares)
        sums = sum((s or 0.0) * (v or 0.0) for s, v in zip(shares, known, strict=True))
        value = min(high, max(low, sums / whole)) if whole > 0 else None
    elif high - low <= ROUNDING:
        value = high
    return Range(value, low, high)


def _filled(rows: Sequence[tuple[float, float, float]]) -> float:
    """Σ share·number with every share at its least and the rest given in the order of the rows."""
    least = sum(low for _, low, _ in rows)
    scale = 1 / least if least > 1 else 1.0
    rest = 1 - least * scale
    total = 0.0
    for number, low, high in rows:
        more = min(rest, max(0.0, high - low))
        rest -= more
        total += (low * scale + more) * number
    return total


@dataclass(frozen=True, slots=True)
class Result:
    """Verdict of a stage or chain. ``part``: part at risk; ``allied``: part in allied concentration
    or at risk; ``open_steps``: needed steps that no own supply decides.
    """

    verdict: ChainVerdict
    part: Range
    allied: Range
    vulnerable_steps: tuple[str, ...]
    open_steps: tuple[str, ...]

    @property
    def reason(self) -> str | None:
        """Why it is open."""
        if self.verdict != "open":
            return None
        return "steps_open" if self.open_steps else "route_shares_unknown"


def judged(found: Reach, counts: Mapping[str, Counts], steps: Collection[str]) -> Result:
    """The verdict over some steps of a chain, those of one stage or all of them.

    ``vulnerable``: more than 65 % depends on vulnerable steps, whatever is not known; ``open``: it
    may be so; ``concentrated_allied``: not so, but concentrated on an ally; ``not_needed``: the
    home needs none of them.
    """
    mine = [p for p in found.needs if p in found.needed and p in steps]
    part = over_ends(found, {p: _part(counts[p], ("vulnerable",)) for p in mine}, 1.0)
    allied = part
    if any(counts[p] == "allied" for p in mine):
        bad = ("vulnerable", "allied")
        allied = over_ends(found, {p: _part(counts[p], bad) for p in mine}, 1.0)
    at_risk = exceeds(part)
    verdict: ChainVerdict
    if not mine:
        verdict = "not_needed"
    elif at_risk:
        verdict = "vulnerable"
    elif at_risk is None:
        verdict = "open"
    else:
        verdict = "not_concentrated" if exceeds(allied) is False else "concentrated_allied"
    return Result(
        verdict,
        part,
        allied,
        tuple(p for p in mine if counts[p] == "vulnerable"),
        tuple(p for p in mine if counts[p] == "open"),
    )


def _part(counts: Counts, bad: Collection[str]) -> Range:
    if counts == "open":
        return Range.unknown()
    return WHOLE if counts in bad else NONE


def exceeds(part: Range, limit: float = LIMIT) -> bool | None:
    """Whether a part is above the limit; None where its bounds leave it open."""
    if part.low > limit:
        return True
    return False if part.high <= limit else None


SEVERITY: tuple[ChainVerdict, ...] = (
    "not_needed",
    "not_concentrated",
    "concentrated_allied",
    "open",
    "vulnerable",
)


def chain_verdict(whole: Result, stages: Collection[Result]) -> ChainVerdict:
    """A chain is what its worst stage is, or worse where routes of a choice fail at unlike stages.

    ``whole`` is the same rule over all steps at once; no material's verdict goes into it.
    """
    return max((whole.verdict, *(row.verdict for row in stages)), key=SEVERITY.index)


@dataclass(frozen=True, slots=True)
class Narrow:
    """A step by the risk that it alone brings to the ends of the chain. ``replaceable``: vulnerable,
    but in all its uses there a substitute of no or small loss is in use.
    """

    product_id: str
    risk: Range
    replaceable: bool = False


def narrows(
    found: Reach,
    risks: Mapping[str, Range],
    counts: Mapping[str, Counts] | None = None,
    replaceable: Collection[str] = (),
) -> tuple[Narrow, ...]:
    """The needed steps that reach the threshold of supply risk, by risk: what is sure first, then
    what is possible, then the id. Of the vulnerable ones those that are ``replaceable`` come last.
    """
    vulnerable = {p for p, counted in (counts or {}).items() if counted == "vulnerable"}
    rows = []
    for product, risk in risks.items():
        if risk.low >= NARROW and product in found.needed:
            alone = over_ends(found, {product: risk})
            if alone.high >= NARROW:
                rows.append(Narrow(product, alone, product in vulnerable & set(replaceable)))
    rows.sort(key=lambda row: (-row.risk.low, -row.risk.high, row.product_id))
    # The vulnerable ones change places among themselves; the sort keeps the order by risk.
    turned = iter(
        sorted((r for r in rows if r.product_id in vulnerable), key=lambda r: r.replaceable)
    )
    return tuple(next(turned) if row.product_id in vulnerable else row for row in rows)


def bottlenecks(rows: Sequence[Narrow]) -> tuple[Narrow, ...]:
    """The first of the narrow steps, with those of its kind that tie with it."""
    if not rows:
        return ()
    first, least = rows[0], 1 - TIE
    return tuple(
        row
        for row in rows
        if row.replaceable == first.replaceable
        and row.risk.low >= first.risk.low * least
        and row.risk.high >= first.risk.high * least
    )
