"""Exposure along the chains as rows: targets × countries, and their input lines × countries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from verdikart.chains.exposure import SIDE, VALUE
from verdikart.chains.graph import KINDS
from verdikart.core.figure import Status
from verdikart.mapping import exposure_supply as sources
from verdikart.mapping.chain_exposure import FIGURES, Bought, ChainExposure
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.sector_exposure import OTHER, UNKNOWN, country_names
from verdikart.reference.load import load
from verdikart.reference.value_chains import Facility

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Row = dict[str, Any]
LEAST = 0.01
SHOWN, SHOWN_OF_LINE = 10, 5
CARRIERS = 3
FORMULA = "made = ω·maker + Σ w_i·used_i; used = d·made + (1−d)·Σ m_s·made_s; w_i = a_i·π_i/π"


def tables(view: ChainView) -> dict[str, list[Row]]:
    """``chain_exposure`` (targets) and ``chain_exposure_lines`` (their inputs) of a view's home."""
    found: dict[str, list[Row]] = {"chain_exposure": [], "chain_exposure_lines": []}
    if view.library.home(view.home) is None:
        return found
    for graph in view.graphs.values():
        exposure = ChainExposure(view, graph)
        found["chain_exposure"] += target_rows(exposure)
        found["chain_exposure_lines"] += line_rows(exposure)
    return found


def _head(exposure: ChainExposure, target: str) -> Row:
    product = exposure.graph.products[target]
    return {
        "chain_id": exposure.graph.chain_id,
        "chain_en": exposure.graph.chain.name_en,
        "chain_nb": exposure.graph.chain.name_nb,
        "depth": exposure.graph.chain.depth,
        "home": exposure.view.home,
        "year": exposure.view.year,
        "product_id": target,
        "name_en": product.name_en,
        "name_nb": product.name_nb,
    }


def target_rows(exposure: ChainExposure, keep: Collection[str] = ()) -> list[Row]:
    """Targets × countries: all lines of a target together, by value.

    Not computable where an input that is no reagent or energy has no known worth, unless it is the
    only one: what is left would not stand for the whole. The bounds then hold for any worth.
    """
    rows: list[Row] = []
    for target in exposure.targets:
        bought = exposure.bought(target)
        lacking = [b.edge.input_product for b in bought if b.worth.value is None]
        main = [b for b in bought if b.worth.value is None and KINDS[b.edge.relation] not in SIDE]
        alone = len(bought) == 1
        valued = alone or (not main and any(b.worth.value for b in bought))
        weight = exposure.weights(target)
        figures = dict(zip(FIGURES, exposure.added(target), strict=True))
        head = _head(exposure, target) | {
            "value_basis": "only_line" if alone else "value" if valued else None,
            "lines": len(bought),
            "lines_without_value": [] if alone else lacking,
        }
        caveats = _caveats(exposure, [b.line for b in bought])
        shares = [exposure.origins.total[VALUE, b.line] for b in bought]
        for row in _country_rows(exposure, figures, SHOWN, keep, valued=valued):
            carried = row.pop("at")
            parts = {
                b.edge.input_product: float(w * share[carried])
                for b, w, share in zip(bought, weight[VALUE], shares, strict=True)
                if valued and carried is not None and w > 0 and share[carried] > 0
            }
            rows.append(
                head | row | {"inputs": _largest(parts), "formula": FORMULA, "caveats": caveats}
            )
    return rows


def line_rows(exposure: ChainExposure, keep: Collection[str] = ()) -> list[Row]:
    """Targets × input lines × countries."""
    rows: list[Row] = []
    origins = exposure.origins
    for target in exposure.targets:
        weight = exposure.weights(target)
        for k, item in enumerate(exposure.bought(target)):
            head = _head(exposure, target) | _line_head(exposure, item)
            head |= _range("weight", *(float(x) for x in weight[:, k]))
            figures = {name: getattr(origins, name)[:, item.line] for name in FIGURES}
            caveats = _caveats(exposure, [item.line])
            for row in _country_rows(exposure, figures, SHOWN_OF_LINE, keep):
                at = row.pop("at")
                stages = {
                    p: float(s[item.line, at])
                    for p, s in origins.stages.items()
                    if at is not None and s[item.line, at] > 0
                }
                rows.append(
                    head
                    | row
                    | {"stages": _largest(stages), "formula": FORMULA, "caveats": caveats}
                )
    return rows


def _line_head(exposure: ChainExposure, item: Bought) -> Row:
    edge, seen = item.edge, exposure.lines[item.line]
    product = exposure.graph.products[edge.input_product]
    price = exposure.tracing.prices.get(edge.input_product)
    recorded = {
        c for f in load(Facility) if edge.input_product in f.feeds for c in f.feed_countries
    }
    return {
        "input_id": edge.input_product,
        "input_en": product.name_en,
        "input_nb": product.name_nb,
        "edge_id": edge.edge_id,
        "relation": edge.relation,
        "route": edge.route,
        "coefficient": edge.coefficient,
        "coef_unit": edge.coef_unit,
        "coef_confidence": edge.coef_confidence,
        "unit_value_usd_t": price.value if price else None,
        "source": seen.source or None,
        "imports_usd": seen.imports,
        "recorded_origins": sorted(recorded) if exposure.view.home == "NOR" else [],
        **_range("own_share", seen.line.own.low, seen.line.own.value, seen.line.own.high),
    }


def _range(name: str, low: float, value: float | None, high: float) -> Row:
    """A figure with bounds as JSON keys; nan is no value."""
    known = None if value is None or value != value else value
    status = Status.NOT_COMPUTABLE if known is None else Status.ESTIMATED
    if known is not None and high - low < 1e-9:
        status = Status.ZERO if known == 0 else Status.OK
    return {name: known, f"{name}_status": str(status), f"{name}_low": low, f"{name}_high": high}


def _largest(parts: dict[str, float]) -> list[str]:
    """The largest parts as ``product=share``."""
    ranked = sorted(parts.items(), key=lambda item: (-item[1], item[0]))
    return [f"{product}={share:.4f}" for product, share in ranked[:CARRIERS]]


def _caveats(exposure: ChainExposure, lines: Iterable[int]) -> list[str]:
    """Reason codes of what was assumed for some lines."""
    found: dict[str, None] = {"exposure_sellers_made": None}
    stages = exposure.origins.stages
    for k in lines:
        product, seen = exposure.products[k], exposure.lines[k]
        if not seen.source:
            found["exposure_no_supply"] = None
        elif seen.imports is not None and seen.imports < exposure.view.library.parameters.floor:
            found["below_floor"] = None
        if seen.registered:
            found["exposure_register_feed"] = None
        if sources.shared_code(product, exposure.view.year):
            found["exposure_shared_code"] = None
        passed = [p for p, amounts in stages.items() if (amounts[k] > 0).any()]
        parts = [part for p in passed for part in exposure.tracing.parts(p)]
        if any(part.assumed for part in parts):
            found["exposure_even_split"] = None
    return list(found)


def _country_rows(
    exposure: ChainExposure,
    figures: dict[str, Array],
    most: int,
    keep: Collection[str],
    *,
    valued: bool = True,
) -> Iterator[Row]:
    """One row a country of note or to ``keep``, home first, the rest summed, and what is unknown.

    ``at`` is the country's index, for what carries it; None where the row is no single country.
    """
    import numpy as np

    home, lands, inside = exposure.home, sources.lands(), exposure.inside
    total, face = figures["total"][VALUE], figures["face"][VALUE]
    size = (np.nan_to_num(total.clip(face)) * ~inside).round(9)
    ranked = (-size).argsort(kind="stable")[:most]
    shown = [int(k) for k in ranked if size[k] >= LEAST]
    shown += [at for c in keep if not inside[at := sources.at().get(c, 0)] and at not in shown]
    rest = ~inside
    rest[shown] = False
    groups: list[tuple[str, Any]] = [(home.home_id, inside.nonzero()[0])]
    groups += [(lands[k], [k]) for k in shown]
    groups += [(OTHER, rest)] if size[rest].sum() > 1e-9 else []
    for country, members in groups:
        row: Row = {"country": country, **country_names(country, home)}
        for name in FIGURES:
            layers = figures[name][:, members].sum(axis=1).clip(max=1.0)
            row |= _figure(name, layers, valued)
        row |= _hidden(row)
        single = country != OTHER and len(members) == 1
        row["at"] = int(members[0]) if single else None
        yield row
    row = {"country": UNKNOWN, **country_names(UNKNOWN, home)}
    for name in FIGURES:
        gone = 1 - np.nansum(figures[name][VALUE]) if name in ("face", "total") else None
        known = None if gone is None or not valued else float(max(0.0, gone))
        row[name] = known
        row[f"{name}_status"] = str(Status.OK if known is not None else Status.NOT_COMPUTABLE)
    yield row | _hidden(row) | {"at": None}


def _figure(name: str, layers: Array, valued: bool) -> Row:
    low, value, high = (float(x) for x in layers)
    if not valued:
        return _range(name, low, None, high) | {f"{name}_reason": "exposure_lines_without_value"}
    lacking = {f"{name}_reason": "exposure_own_share_unknown"} if value != value else {}
    return _range(name, low, value, high) | lacking


def _hidden(row: Row) -> Row:
    """Look-through less face value."""
    known = row["total"] is not None and row["face"] is not None
    hidden = row["total"] - row["face"] if known else None
    status = row["total_status"]
    # Nothing behind the trade is itself a figure: what is passed on is then less than nothing.
    if status == Status.ZERO and hidden:
        status = row["face_status"]
    return {"hidden": hidden, "hidden_status": str(status)}
