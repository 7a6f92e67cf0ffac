"""Findings: what an assessment or a position means, in tonnes and kroner, and what to do with it.

A finding ends in an action and a use. Uses are those of the method: *instruments* (virkemidler),
*allied cooperation*, *contingency planning*.
"""

from __future__ import annotations

from dataclasses import dataclass

from verdikart.indicators.mix import Mix
from verdikart.mapping.assess import Assessment
from verdikart.mapping.money import Money, money
from verdikart.mapping.position import Position, weak_feeds

USES = {
    "get_the_figures": "contingency",
    "trace_the_origin": "contingency",
    "agree_with_allies": "allied_cooperation",
    "build_cover": "contingency",
    "secure_the_feed": "instruments",
    "bind_into_agreements": "allied_cooperation",
    "keep_capacity": "instruments",
}
ALTERNATIVES = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One ranked finding with its consequence, alternatives, action and use."""

    kind: str
    rank: int
    assessment: Assessment | None
    position: Position | None
    at_stake: Money
    at_stake_tonnes: float | None
    partner: str
    partner_share: float
    alternatives: tuple[tuple[str, float], ...]
    action: str
    weak_feeds: tuple[str, ...] = ()
    unseen_feeds: tuple[str, ...] = ()

    @property
    def use(self) -> str:
        """The use that the action belongs to."""
        return USES[self.action]


def tonnes(mix: Mix, iso3: str) -> float | None:
    """What one supplier delivers, in tonnes; None where the quantity is not known."""
    row = mix.supplier(iso3)
    if row is None or row.quantity is None or mix.quantity_unit != "kg":
        return None
    return float(row.quantity) / 1000


def vulnerability(row: Assessment, rank: int) -> Finding:
    """What stands to be lost if the largest supplier that is no ally stops, and who else exports."""
    evidence, verdict = row.evidence, row.verdict
    if evidence is None or verdict is None or row.other_top is None:
        raise ValueError(f"{row.subject} has no verdict to make a finding of")
    partner, share = row.other_top
    mix = evidence.mix
    supplier = mix.supplier(partner)
    lost = float(supplier.value) if supplier and supplier.value is not None else None
    floor = evidence.parameters.alternative_floor * (lost or 0.0)
    allied = [(iso3, value) for iso3, value in _allied_exporters(row, partner) if value >= floor]
    capacity = sum(value for _, value in allied)
    if row.outcome == "bounds_only":
        action = "get_the_figures"
    elif row.outcome == "transit":
        action = "trace_the_origin"
    elif lost is not None and capacity >= 2 * lost:
        action = "agree_with_allies"
    else:
        action = "build_cover"
    return Finding(
        "vulnerability",
        rank,
        row,
        None,
        money(lost, mix.value_unit, mix.id.year),
        tonnes(mix, partner),
        partner,
        share,
        tuple(allied[:ALTERNATIVES]),
        action,
    )


def _allied_exporters(row: Assessment, partner: str) -> list[tuple[str, float]]:
    """Allies that export the good to the world, with the value, largest first."""
    evidence = row.evidence
    if evidence is None or evidence.world is None:
        return []
    makers = evidence.producers
    own = evidence.members | {row.home}
    return [
        (iso3, float(value))
        for iso3, value in evidence.world.amounts("value").known
        if iso3 in (evidence.allies or frozenset()) - own
        and iso3 != partner
        # An ally that only passes the good on is no alternative where producers are known.
        and (not makers or iso3 in makers)
    ]


def strength(row: Position, rank: int, assessments: list[Assessment]) -> Finding:
    """What the other home would lose without the home, who stands next, and on what it rests."""
    mix = row.evidence.mix
    others = [(s.iso3, float(s.value)) for s in mix.suppliers if s.iso3 != row.home and s.value]
    feeds, unseen = weak_feeds(row, assessments)
    if feeds:
        action = "secure_the_feed"
    elif row.plants:
        action = "bind_into_agreements"
    else:
        action = "keep_capacity"
    return Finding(
        "position",
        rank,
        None,
        row,
        money(row.value, mix.value_unit, mix.id.year),
        tonnes(mix, row.home),
        row.other,
        row.share or 0.0,
        tuple(others[:ALTERNATIVES]),
        action,
        feeds,
        unseen,
    )
