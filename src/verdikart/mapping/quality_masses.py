"""Missing masses and odd unit values in a home's flows, and what they do to concentration by mass."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from verdikart.core.figure import Status
from verdikart.indicators.unit_values import (
    Flow,
    Limits,
    Spread,
    Tested,
    effect,
    missing,
    score_flows,
    spreads,
)
from verdikart.mapping.quality_rows import (
    Question,
    Row,
    cited,
    country,
    figure,
    good,
    home_flows,
    pairs_only,
    texts,
    world_flows,
)

SHARE = "Σ value of flows without kg / Σ value"
SCORE = "(ln u − median ln u) / (1.4826 · MAD), u = value/kg, by code, year and size of flow"
EFFECT = "Σqᵢ²/(Σqᵢ)²: as told; without outlier flows; with value / median u in their place"


def missing_rows(asked: Question, by: str) -> list[Row]:
    """Share of value without mass, by ``product`` or ``partner``, for codes with flows."""
    pairs_only(asked)
    grouped: dict[str, list[Flow]] = defaultdict(list)
    for subject in asked.subjects:
        for flow in home_flows(asked, subject):
            partner = flow.exporter if asked.flow == "import" else flow.importer
            grouped[subject if by == "product" else partner].append(flow)
    rows = []
    for key, flows in sorted(grouped.items()):
        found = missing(flows)
        row: Row = {"home": asked.home, "year": asked.year, "flow": asked.flow}
        row.update(good(key) if by == "product" else country(key))
        row["flows"], row["unmeasured_flows"] = found.flows, found.unmeasured_flows
        figure(row, "value", found.value)
        figure(row, "unmeasured_value", found.unmeasured_value)
        row["value_unit"] = "USD"
        figure(row, "unmeasured_share", found.value_share)
        kilograms = found.quantity
        lacking = found.unmeasured_flows > 0
        figure(
            row,
            "quantity_t",
            None if kilograms is None else float(kilograms) / 1000,
            (None if kilograms is None else float(kilograms) / 1000, None)
            if lacking
            else (None, None),
            status=Status.ESTIMATED if lacking and kilograms is not None else None,
            reason="missing_quantity" if lacking else None,
        )
        row["status"] = str(Status.ESTIMATED if lacking else Status.OK)
        row["formula"], row["source"] = SHARE, cited(asked.source)
        row.update(texts(["missing_quantity"] if lacking else []))
        rows.append(row)
    return rows


@cache
def _spreads(code: str, year: int, limits: Limits) -> tuple[Spread | None, ...]:
    return tuple(spreads(world_flows(code, year), limits))


def _tested(asked: Question, subject: str, limits: Limits) -> list[Tested]:
    known = _spreads(subject.partition(":")[2], asked.year, limits)
    return score_flows(home_flows(asked, subject), limits, known)


def outlier_rows(asked: Question, limits: Limits) -> list[Row]:
    """One row for each flow of the home whose unit value is an outlier, largest value first."""
    pairs_only(asked)
    rows = []
    for subject in asked.subjects:
        for one in _tested(asked, subject, limits):
            if not one.outlier or one.flow.quantity is None or one.expected is None:
                continue
            row: Row = {"home": asked.home, "year": asked.year, "flow": asked.flow, **good(subject)}
            row["exporter"], row["importer"] = one.flow.exporter, one.flow.importer
            figure(row, "value", one.flow.value)
            row["value_unit"] = "USD"
            figure(row, "quantity_t", one.flow.quantity / 1000, status=Status.ESTIMATED)
            figure(row, "unit_value", one.unit_value)
            figure(row, "median_unit_value", one.centre)
            row["unit_value_unit"] = "USD/t"
            figure(row, "score", one.score)
            row["compared_with"] = one.compared_with
            low, high = (one.low or 0.0) / 1000, (one.high or 0.0) / 1000
            expected = one.expected / 1000
            figure(row, "expected_quantity_t", expected, (low, high), status=Status.ESTIMATED)
            row["status"] = str(Status.ESTIMATED)
            row["formula"], row["source"] = SCORE, cited(asked.source)
            heavy = (one.score or 0.0) < 0
            row.update(texts(["unit_value_low" if heavy else "unit_value_high"]))
            rows.append(row)
    return sorted(rows, key=lambda r: (-r["value"], r["code"], r["exporter"], r["importer"]))


def effect_rows(asked: Question, limits: Limits) -> list[Row]:
    """One row for each code with flows: concentration by mass with and without its outliers."""
    pairs_only(asked)
    rows = []
    partner = "exporter" if asked.flow == "import" else "importer"
    for subject in asked.subjects:
        tested = _tested(asked, subject, limits)
        if not tested:
            continue
        found, lacking = effect(tested, partner), missing([t.flow for t in tested])
        row: Row = {"home": asked.home, "year": asked.year, "flow": asked.flow, **good(subject)}
        row["flows"], row["outliers"] = len(tested), found.outliers
        untested = not any(t.compared_with for t in tested)
        figure(row, "outlier_value_share", None if untested else found.outlier_value_share)
        reasons = ["unit_value_untested"] if untested else []
        reasons += ["unit_value_outliers"] if found.outliers else []
        reasons += ["missing_quantity"] if lacking.unmeasured_flows else []
        values = [found.hhi_told, found.hhi_without, found.hhi_expected]
        seen = [v for v in values if v is not None]
        apart = bool(found.outliers or lacking.unmeasured_flows) and bool(seen)
        bounds = (min(seen), max(seen)) if apart else (None, None)
        status = Status.ESTIMATED if apart else None
        reason = reasons[0] if reasons else None
        figure(row, "hhi_quantity", found.hhi_told, bounds, status=status, reason=reason)
        figure(row, "hhi_quantity_without", found.hhi_without)
        figure(row, "hhi_quantity_expected", found.hhi_expected, status=status)
        row["top_partner"] = found.largest_told
        row["top_partner_without"] = found.largest_without
        row["top_partner_expected"] = found.largest_expected
        row["status"] = str(status or Status.OK)
        row["formula"], row["source"] = EFFECT, cited(asked.source)
        row.update(texts(reasons))
        rows.append(row)
    return rows
