"""Suspected transit in a home's mixes: the signs of each supplier, and the mix without suspects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from verdikart.core.figure import MixId, Status
from verdikart.indicators.mix import Amount, Mix
from verdikart.indicators.transit import Limits, Suspicion, reassigned, suspicion
from verdikart.mapping.library import exact_code, makers, makers_by_source
from verdikart.mapping.quality_rows import (
    PAIRS,
    Question,
    Row,
    cited,
    figure,
    good,
    texts,
    world_flows,
)
from verdikart.reference.load import by_key
from verdikart.reference.quality import TradeHub

SCORE = "signs seen / signs that could be asked: not a producer, hub, imports ≥ p × exports; p = {limit}"
BOUNDS = "Σmᵢ²/M² … ((m₁+U)²+Σ₂mᵢ²)/M², U = the suspects' supply"


@dataclass(frozen=True, slots=True)
class Supplied:
    """One supplier of a mix with its signs and what the asking rested on."""

    iso3: str
    value: Amount
    suspicion: Suspicion
    imports: int | None
    exports: int | None


@cache
def _own_trade(code: str, year: int) -> dict[str, tuple[int, int]]:
    """Every country's imports and exports of one HS92 code and year, in USD."""
    found: dict[str, tuple[int, int]] = {}
    for flow in world_flows(code, year):
        inward, outward = found.get(flow.importer, (0, 0))
        found[flow.importer] = (inward + flow.value, outward)
        inward, outward = found.get(flow.exporter, (0, 0))
        found[flow.exporter] = (inward, outward + flow.value)
    return found


def suppliers(asked: Question, subject: str, limits: Limits) -> tuple[Mix | None, list[Supplied]]:
    """The suppliers of one code with their signs, largest first; None without a mix."""
    mix = asked.library.find(MixId(asked.home, asked.year, asked.source, subject, asked.flow))
    if mix is None:
        return None, []
    every = asked.source == PAIRS
    trade = _own_trade(subject.partition(":")[2], asked.year) if every else {}
    hubs = by_key(TradeHub)
    found = []
    for iso3, value in mix.amounts("value").known:
        inward, outward = trade.get(iso3, (0, 0)) if every else (None, None)
        signs = suspicion(
            iso3,
            producers=makers(subject, asked.year),
            complete=exact_code(subject),
            hubs=hubs,
            imports=inward,
            exports=outward,
            limits=limits,
        )
        found.append(Supplied(iso3, value, signs, inward, outward))
    return mix, found


def partner_rows(asked: Question, limits: Limits) -> list[Row]:
    """One row for each supplier with at least one sign."""
    rows = []
    for subject in asked.subjects:
        _, found = suppliers(asked, subject, limits)
        whole = sum(s.value for s in found)
        listed = makers_by_source(subject, asked.year)
        for one in found:
            signs = one.suspicion
            if not signs.signs:
                continue
            row: Row = _head(asked, subject)
            row["partner"] = one.iso3
            figure(row, "value", one.value)
            row["value_unit"] = "USD" if asked.source != "comext_cn8" else "EUR"
            figure(row, "share", one.value / whole if whole else None)
            row["level"] = signs.level
            figure(row, "score", signs.score)
            row["signs"] = list(signs.signs)
            row["not_a_producer"] = signs.not_a_producer
            row["hub"] = signs.hub
            row["passes_through"] = signs.passes_through
            figure(
                row,
                "imports_over_exports",
                signs.ratio,
                reason=None if one.imports is not None else "re_exports_unknown",
            )
            row["own_imports_usd"], row["own_exports_usd"] = one.imports, one.exports
            row["producer_lists"] = sorted(listed)
            row["producer_by"] = sorted(s for s, names in listed.items() if one.iso3 in names)
            row["status"] = str(Status.ESTIMATED)
            row["formula"] = SCORE.format(limit=limits.pass_through)
            row["source"] = _sources(asked, [*listed, *(["trade_hubs"] if signs.hub else [])])
            hub = by_key(TradeHub).get(one.iso3)
            row.update(texts([f"transit_{name}" for name in signs.signs]))
            if hub and signs.hub:
                row["text_en"] += f" {hub.reason_en}"
                row["text_nb"] += f" {hub.reason_nb}"
            row["hub_source"] = hub.source if hub else None
            row["hub_confidence"] = hub.confidence if hub else None
            rows.append(row)
    return rows


def product_rows(asked: Question, limits: Limits) -> list[Row]:
    """One row for each code with supply: what goes through suspects, and the mix without them."""
    rows = []
    for subject in asked.subjects:
        mix, found = suppliers(asked, subject, limits)
        if mix is None or not found:
            continue
        suspects = [s.iso3 for s in found if s.suspicion.suspect]
        result = reassigned(mix.amounts("value").known, suspects)
        row: Row = _head(asked, subject)
        figure(row, "value", result.total)
        row["value_unit"] = mix.value_unit
        row["suspects"] = suspects
        row["hubs"] = [s.iso3 for s in found if s.suspicion.hub]
        row["top_supplier"] = found[0].iso3
        row["top_level"] = found[0].suspicion.level
        unknown = not makers(subject, asked.year) or not exact_code(subject)
        figure(
            row,
            "suspected_share",
            float(result.suspected / result.total) if result.total else None,
            status=Status.ESTIMATED,
            reason="transit_producers_unknown" if unknown else None,
        )
        for name, value, low, high in (
            ("hhi", result.hhi, result.hhi_low, result.hhi_high),
            ("top_share", result.top_share, result.top_share_low, result.top_share_high),
        ):
            reason = "transit_share" if suspects else None
            status = Status.ESTIMATED if suspects else None
            figure(
                row,
                name,
                value,
                (low, high) if suspects else (None, None),
                status=status,
                reason=reason,
            )
        row["status"] = str(Status.ESTIMATED if suspects else Status.OK)
        row["formula"] = BOUNDS
        row["source"] = _sources(asked, [*makers_by_source(subject, asked.year), "trade_hubs"])
        reasons = ["transit_share"] if suspects else []
        row.update(texts([*reasons, *(["transit_producers_unknown"] if unknown else [])]))
        rows.append(row)
    return rows


def _head(asked: Question, subject: str) -> Row:
    return {"home": asked.home, "year": asked.year, "flow": asked.flow, **good(subject)}


def _sources(asked: Question, others: list[str]) -> str:
    named = [o if o in ("facilities", "trade_hubs") else cited(o) for o in sorted(others)]
    return "; ".join([cited(asked.source), *named])
