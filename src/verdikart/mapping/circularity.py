"""Circularity as a lever, home by home: scrap kept, recycling raised, side streams used.

Each row is one lever on one material. What cannot be put on one footing — a code that holds other
goods than scrap, a stream whose content is not known — is not computed, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from verdikart.chains import circularity as levers
from verdikart.chains.benchmarks import BENCHMARKS, largest_outside, verdict
from verdikart.indicators.assessment import Range, Supply
from verdikart.mapping import chain_view, eu_study, stage_sources
from verdikart.mapping import tracker_readings as readings
from verdikart.mapping.assess import Assessment, scope_materials
from verdikart.mapping.chain_graphs import check_chain
from verdikart.mapping.chain_tracker import materials_in
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import Library, goods_of, materials_of
from verdikart.mapping.tracker_readings import STUDY_PERIOD, UNION
from verdikart.reference import countries
from verdikart.reference.entities import Material
from verdikart.reference.homes import group_members
from verdikart.reference.i18n import LANGS, Lang, number, percent, translator
from verdikart.reference.load import by_key, load
from verdikart.reference.texts import reason_text
from verdikart.reference.value_chains import ChainEdge, SideStream

Row = dict[str, Any]
# Figures of a row; each has a status, and bounds where something is known.
FIGURES = ("amount_t", "gain_t", "rate", "dependency_before", "dependency_after")
SHARES = ("top_share_before", "top_share_after", "imports_displaced")
TARGET = BENCHMARKS["recycling"].target
HOST = "NOR"  # side streams are recorded for Norwegian plants
PER_OUTPUT = "input per unit of output"


def tables(view: ChainView) -> dict[str, list[Row]]:
    """Table ``circularity``."""
    return {"circularity": rows(view)}


def rows(view: ChainView, materials: Iterable[str] | None = None) -> list[Row]:
    """All levers of the view's home; ``materials``: only these (default: all in scope)."""
    wanted = set(scope_materials()) if materials is None else set(materials)
    found = []
    for material in (m for m in scope_materials() if m in wanted):
        found += [_raised(view, material), *_kept(view, material)]
    if view.home == HOST:
        found += list(_streams(view, wanted))
    return found


def ask(
    library: Library, homes: Sequence[str], year: int | None = None, chain: str | None = None
) -> list[Row]:
    """Levers of several homes. Raises :class:`UnknownName` for an unknown name."""
    materials = None if chain is None else materials_in(check_chain(chain))
    return [row for home in homes for row in rows(chain_view.view(home, year, library), materials)]


def _blank(view: ChainView, lever: str, material: str) -> Row:
    known = by_key(Material)[material]
    row: Row = {
        "home": view.home,
        "year": view.year,
        "lever": lever,
        "material_id": material,
        "name_en": known.name_en,
        "name_nb": known.name_nb,
        "stage": None,
        "from_product": None,
        "to_product": None,
        "stream_id": None,
        "edge_id": None,
    }
    for name in (*FIGURES, *SHARES):
        row |= {name: None, f"{name}_status": "not_computable"}
        row |= {f"{name}_low": None, f"{name}_high": None}
    return row | {
        "top_supplier": None,
        "target": TARGET,
        "verdict_before": "not_computable",
        "verdict_after": "not_computable",
        "reason": None,
        "formula": None,
        "inputs": None,
        "source": None,
        "period": None,
        "would_fill": None,
    }


def _put(row: Row, name: str, figure: Range | None) -> None:
    if figure is None:
        return
    row[name] = figure.value
    row[f"{name}_low"], row[f"{name}_high"] = figure.low, figure.high
    zero = figure.value == 0
    row[f"{name}_status"] = "not_computable" if figure.value is None else "zero" if zero else "ok"


def _told(row: Row) -> Row:
    return row | {f"text_{lang}": text(row, lang) for lang in LANGS}


def _raised(view: ChainView, material: str) -> Row:
    """Recycling raised to the benchmark; only the Union's rate and reliance are published."""
    row = _blank(view, "raise_rate", material)
    rate = readings.recycling(view.home, material)
    if rate.share is None:
        return _told(row | {"reason": rate.reason})
    study = eu_study.by_material()[material]
    stage = study.stage_assessed
    reliance = readings.net_reliance(study, stage)
    benchmark = BENCHMARKS["recycling"]
    row |= {"stage": stage, "source": eu_study.SOURCE, "period": STUDY_PERIOD}
    row["verdict_before"] = verdict(rate.share, benchmark)
    row["verdict_after"] = "met"
    _put(row, "rate", rate.share)
    if rate.share.low >= TARGET:
        return _told(row | {"reason": "rate_above_target"})
    if reliance is None:
        return _told(row | {"reason": "study_lacks_figure"})
    _put(row, "dependency_before", levers.reliance_of_input(reliance, rate.share))
    _put(row, "dependency_after", levers.reliance_at_rate(reliance, rate.share, TARGET))
    row["formula"] = "IR·(1 − r) → IR·(1 − r) − (t − r)"
    row["inputs"] = f"IR={reliance.value}; r={rate.share.value}; t={TARGET}"
    supply = eu_study.supply(material, stage, "eu_sourcing")
    if supply is not None and readings.refusal(view.library, material, stage) is None:
        _put_top(row, supply, rate.share)
    return _told(row)


def _put_top(row: Row, supply: Supply, rate: Range) -> None:
    """The largest third country's part of all input, before and after."""
    members = group_members(UNION, stage_sources.PERIOD[1])
    row["top_supplier"], top = largest_outside(supply.parts, members, supply.residual)
    if row["top_supplier"] is None:
        return
    others = sorted(
        (part for part in supply.parts if part.iso3 not in members), key=lambda p: -p.share
    )
    shares = [Range(p.share, max(0.0, p.share - p.spread), p.share + p.spread) for p in others]
    # What no supplier is named for may be the largest one's.
    first = Range(shares[0].value, shares[0].low, min(1.0, shares[0].high + supply.residual))
    _put(row, "top_share_before", levers.reliance_of_input(top, rate))
    _put(row, "top_share_after", levers.top_at_rate([first, *shares[1:]], rate, TARGET))


def _edges(view: ChainView, material: str) -> dict[tuple[str, str], ChainEdge]:
    """Recycling edges that give a good of the material, one for each scrap and good.

    Where routes differ in the scrap that they take (steel by furnace), the first by id of those
    that tell the yield, else the first.
    """
    found: dict[tuple[str, str], list[ChainEdge]] = {}
    for graph in view.graphs.values():
        for edge in graph.edges:
            if edge.relation == "recycling" and material in materials_of(edge.output_product):
                found.setdefault((edge.input_product, edge.output_product), []).append(edge)
    return {
        pair: min(edges, key=lambda e: (_scrap_per_tonne(e) is None, e.edge_id))
        for pair, edges in found.items()
    }


def _kept(view: ChainView, material: str) -> Iterator[Row]:
    """Scrap exports kept at home and turned into the good they are an input of."""
    for (scrap, good), edge in _edges(view, material).items():
        row = _blank(view, "keep_scrap", material)
        row |= {"from_product": scrap, "to_product": good, "edge_id": edge.edge_id}
        row["stage"] = view.product(good).stage
        yield _told(row | _scrap(view, row, edge))


def _scrap(view: ChainView, row: Row, edge: ChainEdge) -> Row:
    exports, reason = _exported(view, edge.input_product)
    if exports is None:
        filled = (r.would_fill for r in view.rows(edge.input_product))
        return {"reason": reason, "would_fill": next((f for f in filled if f), None)}
    _put(row, "amount_t", Range.exact(exports))
    factor = _scrap_per_tonne(edge)
    gain = levers.metal_from_scrap(exports, factor)
    _put(row, "gain_t", gain)
    row["reason"] = None if factor else "recovery_unknown"
    row["formula"] = "g = scrap / a; (M − g − X) / (P + M − X)"
    imported = next((r for r in view.rows(edge.output_product) if r.basis == "own_imports"), None)
    if imported is None or imported.evidence is None or imported.mix is None:
        return row | {"reason": "not_in_embedded_data"}
    amounts = [float(kg) / 1000 for _, kg in imported.evidence.mix.amounts("quantity").known]
    row |= {"source": imported.mix.source, "period": str(imported.mix.year)}
    if not amounts:
        return row | {"reason": "no_quantity_measure"}
    _put(row, "imports_displaced", levers.displaced(sum(amounts), gain))
    _put(row, "top_share_before", Range.exact(max(amounts) / sum(amounts)))
    _put(row, "top_share_after", levers.top_share_after(amounts, gain))
    row["top_supplier"] = imported.evidence.mix.amounts("quantity").known[0][0]
    _reliance(row, imported, gain)
    return row


def _reliance(row: Row, imported: Assessment, gain: Range) -> None:
    """Net import reliance of the good before and after, where it can be computed."""
    answer = imported.answers["net_import_reliance"]
    if not isinstance(answer.value, float):
        row["reason"] = row["reason"] or answer.reason
        return
    given = {name: float(value) for name, value in answer.inputs if isinstance(value, (int, float))}
    _put(row, "dependency_before", Range.exact(max(0.0, answer.value)))
    after = levers.reliance_after(
        given["production_t"], given["imports_t"], given["exports_t"], gain
    )
    _put(row, "dependency_after", after)
    row["inputs"] = "; ".join(f"{name}={value:.6g}" for name, value in given.items())


def _exported(view: ChainView, scrap: str) -> tuple[float | None, str | None]:
    """Tonnes of scrap that the home exports, or why they are not known."""
    judged = view.rows(scrap)
    traded = [r for r in judged if r.basis == "own_imports" and r.evidence is not None]
    if not traded:
        return None, next((r.reason for r in judged if r.reason), "not_in_embedded_data")
    row = traded[0]
    if any(good.product_id != scrap for good in goods_of(row.subject)):
        return None, "shared_code"
    exports = row.evidence.exports if row.evidence else None
    if exports is None:
        return None, "exports_unknown"
    total = exports.total("quantity")
    if total is None:
        return (0.0, None) if not exports.suppliers else (None, "no_quantity_measure")
    return float(total) / 1000, None


def _scrap_per_tonne(edge: ChainEdge) -> Range | None:
    """Tonnes of scrap to a tonne of metal, where the edge has such a coefficient.

    Less than a tonne means that other inputs give metal too, so it is no yield of the scrap.
    """
    if edge.coefficient is None or edge.coef_unit != "t/t" or edge.coef_meaning != PER_OUTPUT:
        return None
    low, high = edge.coef_low or edge.coefficient, edge.coef_high or edge.coefficient
    return Range(edge.coefficient, low, high) if low >= 1 else None


def _streams(view: ChainView, wanted: set[str]) -> Iterator[Row]:
    """Side streams: how much there is, and what it is of the imports of the same good."""
    for stream in load(SideStream):
        for material in stream.holds:
            if material in wanted:
                yield _told(_stream(view, stream, material))


def _stream(view: ChainView, stream: SideStream, material: str) -> Row:
    row = _blank(view, "side_stream", material)
    row |= {
        "stream_id": stream.stream_id,
        "from_product": stream.product_id,
        "source": stream.source,
        "period": stream.period or None,
    }
    if stream.low is None or stream.high is None or stream.unit != "t/y":
        return row | {"reason": "amount_unknown"}
    middle = stream.low if stream.low == stream.high else None
    amount = Range(middle, stream.low, stream.high)
    _put(row, "amount_t", amount)
    # Only a stream that is a good of the material itself can be set against imports of it.
    if stream.product_id is None or material not in materials_of(stream.product_id):
        return row | {"reason": "content_unknown"}
    traded = next((r for r in view.rows(stream.product_id) if r.basis == "own_imports"), None)
    if traded is None or traded.evidence is None:
        return row | {"reason": "not_in_embedded_data"}
    imports = traded.evidence.mix.total("quantity")
    if imports is None:
        return row | {"reason": "no_quantity_measure"}
    row["formula"] = "g / M"
    _put(row, "gain_t", amount)
    _put(row, "imports_displaced", levers.displaced(float(imports) / 1000, amount))
    return row


def text(row: Row, lang: Lang) -> str:
    """What the lever does, as a sentence."""
    _ = translator(lang)
    parts = []
    if row["dependency_after"] is not None:
        parts.append(
            _("Import reliance goes from {before} to {after}.").format(
                before=percent(row["dependency_before"], lang, 0),
                after=percent(row["dependency_after"], lang, 0),
            )
        )
    if row["top_share_after"] is not None:
        parts.append(
            _("{country} has the largest part, {before}; after, nobody has over {after}.").format(
                country=countries.name(row["top_supplier"], lang),
                before=percent(row["top_share_before"], lang, 0),
                after=percent(row["top_share_after"], lang, 0),
            )
        )
    if not parts and row["amount_t"] is not None:
        parts.append(_("{tonnes} t a year.").format(tonnes=number(row["amount_t"], lang)))
    if row["reason"]:
        parts.append(
            _("Not computable because: {reason}").format(reason=reason_text(row["reason"], lang))
            if not parts
            else reason_text(row["reason"], lang)
        )
    return " ".join(parts)
