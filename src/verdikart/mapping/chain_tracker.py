"""The tracker: each home held against the benchmarks of the Critical Raw Materials Act, by stage.

The benchmarks bind the Union: 10, 40 and 25 per cent for strategic raw materials in aggregate, 65
per cent for each. For any other home the same share is a *corresponding benchmark*, and for
materials that are not strategic it is a comparison only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from verdikart.chains.benchmarks import BENCHMARKS, Benchmark, Verdict, together, verdict
from verdikart.chains.graph import ChainGraph
from verdikart.core.errors import UnknownName
from verdikart.mapping import chain_view, eu_study, stage_sources
from verdikart.mapping import tracker_readings as readings
from verdikart.mapping.assess import scope_materials
from verdikart.mapping.chain_graphs import check_chain
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.library import Library, materials_of
from verdikart.mapping.links import products_of
from verdikart.mapping.lists import standings
from verdikart.mapping.tracker_readings import UNION, Reading
from verdikart.reference.entities import Material
from verdikart.reference.i18n import LANGS, Lang, number, percent, translator
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text

Row = dict[str, Any]
STAGES = ("extraction", "processing")


def tables(view: ChainView) -> dict[str, list[Row]]:
    """Tables ``tracker`` (one row a material, benchmark and good) and ``tracker_summary``."""
    found = rows(view)
    return {"tracker": found, "tracker_summary": summary(view, found)}


def rows(view: ChainView, materials: Iterable[str] | None = None) -> list[Row]:
    """The tracker of the view's home; ``materials``: only these (default: all in scope)."""
    wanted = None if materials is None else set(materials)
    chains = chains_of(view)
    found: list[Row] = []
    for material in scope_materials():
        if wanted is not None and material not in wanted:
            continue
        for benchmark, stage, reading in _readings(view, material):
            found.append(_row(view, material, stage, benchmark, reading, chains))
    return found


def ask(
    library: Library,
    homes: Sequence[str],
    year: int | None = None,
    chain: str | None = None,
    benchmark: str | None = None,
    *,
    every: bool = False,
) -> list[Row]:
    """The tracker of several homes: strategic materials, or ``every`` one in scope.

    Raises :class:`UnknownName` for an unknown name.
    """
    views = [chain_view.view(home, year, library) for home in homes]
    graph = None if chain is None else check_chain(chain)
    wanted = None if benchmark is None else check_stage(benchmark)
    held = scope_materials() if graph is None else materials_in(graph) & {*scope_materials()}
    materials = [m for m in held if every or strategic(m)]
    if graph is None:
        first = views[0].year - library.parameters.persistence_years + 1
        years = range(first, views[0].year + 1)
        library.read_all(list(dict.fromkeys([*homes, "WORLD"])), years)
    found = [row for view in views for row in rows(view, materials)]
    return [row for row in found if wanted in (None, row["benchmark"])]


def materials_in(graph: ChainGraph) -> frozenset[str]:
    """Materials that a chain's goods are a primary form of."""
    return frozenset(m for product in graph.nodes for m in materials_of(product.product_id))


def check_stage(asked: str) -> str:
    """A benchmark's id. Raises :class:`UnknownName` with those there are."""
    if asked not in BENCHMARKS:
        raise UnknownName("benchmark", asked, tuple(BENCHMARKS), ", ".join(BENCHMARKS))
    return asked


def chains_of(view: ChainView) -> dict[str, list[ChainGraph]]:
    """Chains by the materials that their goods are a primary form of."""
    found: dict[str, list[ChainGraph]] = {}
    for graph in view.graphs.values():
        for material in materials_in(graph):
            found.setdefault(material, []).append(graph)
    return found


@cache
def strategic(material: str) -> bool:
    """Whether a material is on Annex I, by name or through its group."""
    return standings()[material].strategic in ("by_name", "by_group")


def _readings(view: ChainView, material: str) -> Iterable[tuple[Benchmark, str, Reading]]:
    for stage in STAGES:
        domestic, single = _of_stage(view, material, stage)
        for reading in domestic:
            yield BENCHMARKS[stage], stage, reading
        for reading in single:
            yield BENCHMARKS["single_country"], stage, reading
    yield BENCHMARKS["recycling"], "recycling", readings.recycling(view.home, material)


def _of_stage(
    view: ChainView, material: str, stage: str
) -> tuple[Sequence[Reading], Sequence[Reading]]:
    """Own part and largest supplier: the study's for the Union where it has them, else by good."""
    row = eu_study.by_material().get(material) if view.home == UNION else None
    own = readings.union_domestic(view.library, row, stage) if row else None
    largest = readings.union_single(view.library, material, stage) if row else None
    if own and largest and own.share is not None and largest.share is not None:
        return [own], [largest]
    goods = [p.product_id for p in products_of(material) if p.stage == stage]
    judged = {r.subject: r for good in goods for r in view.rows(good)}
    traded = [r for r in judged.values() if r.basis == "own_imports"]
    domestic = [readings.trade_domestic(r, material, stage) for r in traded]
    single = [readings.trade_single(r, material, stage) for r in traded]
    if goods and not traded:
        reasons = [r.reason for r in judged.values() if r.basis == "none" and r.reason]
        why = reasons[0] if reasons else "not_in_embedded_data"
        subject = stage_sources.subject(material, stage)
        domestic = single = [Reading(None, why, "", "", "", subject, tuple(goods))]
    if own and own.share is not None:
        domestic = [own]
    if largest and (largest.share is not None or (domestic and not single)):
        single = [largest]
    return domestic, single


def standing(home: str, benchmark: Benchmark, material: str) -> str:
    """What the benchmark is to a home and material."""
    if not strategic(material):
        return "outside"
    if home != UNION:
        return "corresponding"
    return "binding_in_aggregate" if benchmark.at_least else "binding"


def _row(
    view: ChainView,
    material: str,
    stage: str,
    benchmark: Benchmark,
    reading: Reading,
    chains: dict[str, list[ChainGraph]],
) -> Row:
    known = by_key(Material)[material]
    share = reading.share
    # The house marks as borderline what lies close to the 65 per cent limit; the other three are
    # judged by the interval alone.
    margin = 0.0 if benchmark.at_least else view.library.parameters.borderline_points
    result = verdict(share, benchmark, margin)
    graphs = chains.get(material, [])
    return {
        "home": view.home,
        "year": view.year,
        "benchmark": benchmark.benchmark_id,
        "stage": stage,
        "material_id": material,
        "name_en": known.name_en,
        "name_nb": known.name_nb,
        "strategic": strategic(material),
        "standing": standing(view.home, benchmark, material),
        "subject": reading.subject,
        "products": list(reading.products),
        "supplier": reading.supplier,
        "share": None if share is None else share.value,
        "share_status": str(reading.stands),
        "share_low": None if share is None else share.low,
        "share_high": None if share is None else share.high,
        "share_reason": reading.reason,
        "target": benchmark.target,
        "at_least": benchmark.at_least,
        "verdict": result,
        "formula": reading.formula or None,
        "inputs": "; ".join(f"{k}={_shown(v)}" for k, v in reading.inputs.items()) or None,
        "source": reading.source or None,
        "period": reading.period or None,
        "article": benchmark.article,
        "chain_ids": [g.chain_id for g in graphs],
        "depths": [g.depth for g in graphs],
        **{f"text_{lang}": text(benchmark, reading, result, lang) for lang in LANGS},
    }


def _shown(value: float | str | None) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def text(benchmark: Benchmark, reading: Reading, result: Verdict, lang: Lang) -> str:
    """The verdict as a sentence."""
    _ = translator(lang)
    if result == "not_computable":
        because = reason_text(reading.reason or "not_in_embedded_data", lang)
        return _("Not computable because: {reason}").format(reason=because)
    limit = percent(benchmark.target, lang, 0)
    line = (
        _("{share} against at least {limit}")
        if benchmark.at_least
        else _("{share} against at most {limit}")
    )
    share = reading.share
    told = line.format(
        share="–" if share is None else interval(share.value, share.low, share.high, lang),
        limit=limit,
    )
    return told if reading.reason is None else f"{told}. {reason_text(reading.reason, lang)}"


def interval(value: float | None, low: float, high: float, lang: Lang) -> str:
    """A share with its bounds where they read differently: ``42% [34–51%]``."""
    least, most = number(100 * low, lang), number(100 * high, lang)
    bounds = percent(high, lang, 0)
    if least != most:
        bounds = f"{least}–{bounds}"
    if value is None or least == most:
        return bounds
    return f"{percent(value, lang, 0)} [{bounds}]"


def combined(rows_of_one: Sequence[Row]) -> Verdict:
    """One verdict of a material and benchmark from its rows."""
    benchmark = BENCHMARKS[rows_of_one[0]["benchmark"]]
    return together((row["verdict"] for row in rows_of_one), benchmark)


def summary(view: ChainView, found: Sequence[Row]) -> list[Row]:
    """How many strategic materials keep each benchmark, counted.

    The regulation sets the first three for strategic materials in aggregate; tonnes of unlike
    materials are not added here, so the aggregate itself is not computable. Members of a group are
    counted, the group beside them is not.
    """
    alone = [
        r for r in found if r["strategic"] and by_key(Material)[r["material_id"]].kind != "group"
    ]
    held = []
    for benchmark in BENCHMARKS.values():
        by_material: dict[str, list[Row]] = {}
        for row in alone:
            if row["benchmark"] == benchmark.benchmark_id:
                by_material.setdefault(row["material_id"], []).append(row)
        counts = Counter(combined(group) for group in by_material.values())
        held.append(
            {
                "home": view.home,
                "year": view.year,
                "benchmark": benchmark.benchmark_id,
                "target": benchmark.target,
                "at_least": benchmark.at_least,
                "standing": _aggregate_standing(view.home, benchmark),
                "materials": len(by_material),
                **{
                    name: counts.get(name, 0)
                    for name in ("met", "not_met", "borderline", "open", "not_computable")
                },
                "aggregate": None,
                "aggregate_status": "not_computable",
                "aggregate_reason": "unlike_materials" if benchmark.at_least else None,
            }
        )
    return held


def _aggregate_standing(home: str, benchmark: Benchmark) -> str:
    if home != UNION:
        return "corresponding"
    return "binding_in_aggregate" if benchmark.at_least else "binding"
