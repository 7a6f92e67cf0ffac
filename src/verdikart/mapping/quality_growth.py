"""Growth of a home's trade between two years, split into volume, mix, price and exchange rate."""

from __future__ import annotations

from verdikart.core.errors import UsageProblem
from verdikart.core.figure import MixId, Status
from verdikart.indicators.growth import EFFECTS, Growth, Limits, Traded, split, total
from verdikart.indicators.mix import Mix
from verdikart.mapping import catalogue
from verdikart.mapping.money import money
from verdikart.mapping.quality_rows import Question, Row, cited, figure, good, texts

FORMULA = "Δ(e·Q·Σsᵢpᵢ) = Σᵢ L(vᵢ₁,vᵢ₀)·[ln e₁/e₀ + ln Q₁/Q₀ + ln sᵢ₁/sᵢ₀ + ln pᵢ₁/pᵢ₀], LMDI-I"
ALL = "ALL"


def rows(asked: Question, start: int, limits: Limits) -> list[Row]:
    """One row for each code with trade in either year, and their sum where there are several."""
    if start >= asked.year:
        raise UsageProblem(f"--from {start} is not before the year {asked.year}")
    catalogue.check_year(asked.source, start)
    found: list[tuple[str, Growth]] = []
    unit = ""
    if asked.source == "baci_hs92":
        asked.library.read_year([asked.home], start, (asked.flow,))
        asked.library.read_year([asked.home], asked.year, (asked.flow,))
    for subject in asked.subjects:
        mixes = [
            asked.library.find(MixId(asked.home, year, asked.source, subject, asked.flow))
            for year in (start, asked.year)
        ]
        unit = next((m.value_unit for m in mixes if m and m.value_unit), unit)
        if any(mixes):
            rates, status = _rates(unit, start, asked.year)
            told = [_traded(mix) for mix in mixes]
            found.append((subject, split(told[0], told[1], rates, status)))
    every = [_row(asked, start, subject, one, unit, limits) for subject, one in found]
    if len(found) > 1:
        every.append(_row(asked, start, ALL, total([one for _, one in found]), unit, limits))
    return every


def _traded(mix: Mix | None) -> dict[str, Traded]:
    if mix is None:
        return {}
    return {
        s.iso3: Traded(s.value, None if s.quantity is None else float(s.quantity), s.unmeasured)
        for s in (*mix.suppliers, *mix.unspecified)
        if s.value
    }


def _rates(unit: str, start: int, end: int) -> tuple[tuple[float, float] | None, Status]:
    """Kroner for one unit in both years; unverified rates make the effect an estimate."""
    found = [money(1.0, unit, year) for year in (start, end)]
    if any(m.nok is None for m in found):
        return None, Status.NOT_COMPUTABLE
    verified = all((m.rate_status or "").startswith("verified") for m in found)
    first, last = (m.nok or 0.0 for m in found)
    return (first, last), Status.OK if verified else Status.ESTIMATED


def _row(asked: Question, start: int, subject: str, one: Growth, unit: str, limits: Limits) -> Row:
    effects = {name: one.effect(name, limits) for name in EFFECTS}
    rated = one.rate is not Status.NOT_COMPUTABLE
    rates = [money(1.0, unit, year) for year in (start, asked.year)]
    row: Row = {
        "home": asked.home,
        "from_year": start,
        "year": asked.year,
        "flow": asked.flow,
        **(good(subject) if subject != ALL else {"code": ALL, "products": []}),
        "currency": "NOK" if rated else unit,
        "source_currency": unit,
        "rate_from": rates[0].nok,
        "rate_to": rates[1].nok,
    }
    if subject == ALL:
        row["name_en"], row["name_nb"] = "All codes", "Alle koder"
    loose = one.rate is Status.ESTIMATED
    status = Status.ESTIMATED if loose else None
    figure(row, "value_from", one.start, status=status)
    figure(row, "value_to", one.end, status=status)
    figure(row, "nominal_change", one.change, status=status)
    figure(row, "nominal_growth", one.change / one.start if one.start else None, status=status)
    reasons = []
    for name in EFFECTS:
        term = effects[name]
        figure(
            row,
            f"{name}_effect",
            term.value,
            (term.low, term.high),
            status=None if term.status is Status.OK else term.status,
            reason=term.reason,
        )
        reasons.append(term.reason or "")
        if term.value is not None and one.start:
            row[f"{name}_points"] = term.value / one.start
        else:
            row[f"{name}_points"] = None
    row["new_and_lost_partners"] = one.new_and_lost
    row["unsplit_change"] = one.unsplit
    figure(row, "unmeasured_share", one.unmeasured_share)
    worst = [effects[name].status for name in EFFECTS]
    order = (Status.NOT_COMPUTABLE, Status.ESTIMATED, Status.OK)
    row["status"] = str(next(s for s in order if s in worst))
    row["formula"] = FORMULA
    row["source"] = f"{cited(asked.source)}; exchange_rates"
    row.update(texts([*reasons, *(["unsplit_one_effect"] if one.lacking != (0.0, 0.0) else [])]))
    return row
