"""Mirror gaps of a home's flows: two sources of the same flow, or both sides' reports from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from verdikart.core.errors import Problem, Problems
from verdikart.core.figure import MixId, Status
from verdikart.indicators.mirror import (
    Gap,
    Limits,
    Report,
    Side,
    Summary,
    compare,
    mix_interval,
    summary,
)
from verdikart.indicators.trade import Flow
from verdikart.mapping import catalogue, trade_sources
from verdikart.mapping.library import Library, same_good
from verdikart.mapping.money import dollars, money
from verdikart.mapping.quality_rows import Question, Row, cited, country, figure, good, texts
from verdikart.store import tabular

# Which source is told first; each later one is compared with every earlier one.
ORDER = ("baci_hs17", "baci_hs92", "comext_cn8")
# BACI takes freight out of import values; Comext's imports include it.
VALUATION = {"baci_hs17": "FOB", "baci_hs92": "FOB", "comext_cn8": "CIF"}
COLUMNS = (
    "code",
    "year",
    "exporter",
    "importer",
    "reporter_side",
    "value",
    "currency",
    "quantity",
    "valuation",
    "source",
)
FORMULA = "|a − b| / (a + b), b to the nearest of CIF/(1+freight) … CIF where one is CIF"
BOUNDS = "Σx²/(Σx)², x/Σx; lowest report ≤ xᵢ ≤ highest report"


@dataclass(frozen=True, slots=True)
class Compared:
    """The gaps of one good of a home, year and flow, and who told them."""

    subject: str
    year: int
    kind: str
    first: str
    second: str
    gaps: tuple[Gap, ...]


def two_sources(asked: Question, limits: Limits) -> list[Compared]:
    """Every pair of embedded sources that tells of the same good, home, year and flow."""
    found = []
    for place, source in enumerate(ORDER):
        if asked.year not in catalogue.source_years(source):
            continue
        for code in catalogue.source_codes(source):
            subject = f"{trade_sources.NOMENCLATURE[source]}:{code}"
            for other, twin in same_good(subject):
                named = {subject, twin}
                if other not in ORDER[place + 1 :] or (asked.codes and not named & {*asked.codes}):
                    continue
                told = [
                    _told(asked, MixId(asked.home, asked.year, s, c, asked.flow), subject)
                    for s, c in ((source, subject), (other, twin))
                ]
                if all(told):
                    gaps = tuple(compare(told[0], told[1], limits))
                    found.append(Compared(subject, asked.year, "two_sources", source, other, gaps))
    return sorted(found, key=lambda c: (c.subject, c.first, c.second))


def _told(asked: Question, identity: MixId, subject: str) -> list[Report]:
    """One source's reports of a home's flow, with the code of the comparison."""
    if identity.source != "baci_hs92" and identity.home not in trade_sources.regional_homes(
        identity.source
    ):
        return []
    mix = asked.library.find(identity)
    if mix is None:
        return []
    inward = identity.flow == "import"
    return [
        Report(
            subject,
            identity.year,
            s.iso3 if inward else identity.home,
            identity.home if inward else s.iso3,
            "importer" if inward else "exporter",
            s.value,
            mix.value_unit or "",
            None if s.quantity is None else int(s.quantity),
            VALUATION[identity.source],
            identity.source,
            dollars(s.value, mix.value_unit, identity.year),
            identity.subject,
        )
        for s in mix.suppliers
        if s.value is not None
    ]


def from_file(
    path: Path, library: Library, home: str, flow: Flow, limits: Limits
) -> list[Compared]:
    """Exporters' against importers' reports of a home's flows in a file of reports.

    CSV or Parquet with the columns :data:`COLUMNS`; all faults are raised at once.
    """
    asked = library.home(home)
    inward = flow == "import"
    kept = []
    for report in read_reports(path):
        own = asked.members(report.year) if asked else None
        here, there = (
            (report.importer, report.exporter) if inward else (report.exporter, report.importer)
        )
        if own is None or (here in own and there not in own):
            kept.append(report)
    kept.sort(key=lambda r: (r.code, r.year))
    found = []
    for (code, year), group in groupby(kept, key=lambda r: (r.code, r.year)):
        rows = list(group)
        sides = [[r for r in rows if r.reporter_side == side] for side in ("exporter", "importer")]
        sources = [", ".join(sorted({r.source for r in side})) for side in sides]
        gaps = tuple(compare(sides[0], sides[1], limits))
        found.append(Compared(code, year, "mirror", sources[0], sources[1], gaps))
    return found


def read_reports(path: Path) -> list[Report]:
    """Reports of a file. Raises :class:`Problems` with every fault and its remedy."""
    header, rows = tabular.read(path)
    lacking = [name for name in COLUMNS if name not in header]
    if lacking:
        remedy = f"give it the columns {', '.join(COLUMNS)}"
        text = f"lacks the column(s) {', '.join(lacking)}"
        raise Problems([Problem(path.name, text, remedy=remedy)])
    problems: list[Problem] = []
    found: list[Report] = []
    seen: set[tuple[object, ...]] = set()
    for number, cells in enumerate(rows, 2):
        row = dict(zip(header, cells, strict=True))
        for check, column, remedy in CHECKS:
            if not check(row[column]):
                problems.append(
                    Problem(path.name, "is not readable", number, column, str(row[column]), remedy)
                )
                break
        else:
            report = _report(row)
            key = (*report.key, report.reporter_side)
            if key in seen:
                remedy = "one row for each flow and side"
                text = "tells the same flow twice"
                problems.append(Problem(path.name, text, number, "code", report.code, remedy))
            seen.add(key)
            found.append(report)
    if problems:
        raise Problems(problems)
    return found


def _whole(cell: object) -> bool:
    text = str(cell)
    return text.removesuffix(".0").isdigit()


CHECKS: tuple[tuple[Callable[[object], bool], str, str], ...] = (
    (lambda c: ":" in str(c), "code", "write NOMENCLATURE:CODE, e.g. HS17:750210"),
    (_whole, "year", "write a year"),
    (lambda c: bool(c), "exporter", "write an ISO3 code"),
    (lambda c: bool(c), "importer", "write an ISO3 code"),
    (lambda c: c in ("exporter", "importer"), "reporter_side", "write exporter or importer"),
    (_whole, "value", "write a whole amount"),
    (lambda c: bool(c), "currency", "write USD, EUR or NOK"),
    (lambda c: c is None or _whole(c), "quantity", "write kilograms, or nothing where unknown"),
    (lambda c: c in (None, "", "FOB", "CIF"), "valuation", "write FOB, CIF or nothing"),
)


def _report(row: Row) -> Report:
    side: Side = "exporter" if row["reporter_side"] == "exporter" else "importer"
    value, year = int(float(row["value"])), int(float(row["year"]))
    return Report(
        str(row["code"]),
        year,
        str(row["exporter"]),
        str(row["importer"]),
        side,
        value,
        str(row["currency"]),
        None if row["quantity"] is None else int(float(row["quantity"])),
        str(row["valuation"] or ""),
        str(row["source"] or ""),
        dollars(value, row["currency"], year),
        str(row["code"]),
    )


def flow_rows(asked: Question, found: Iterable[Compared]) -> list[Row]:
    """One row for each flow, both reports side by side."""
    rows = []
    for one in found:
        for gap in one.gaps:
            row: Row = {
                "home": asked.home,
                "year": one.year,
                "flow": asked.flow,
                **good(one.subject),
                "exporter": gap.told.exporter,
                "importer": gap.told.importer,
                "kind": one.kind,
                "agreement": gap.agreement,
            }
            for name, report in (("first", gap.first), ("second", gap.second)):
                row[f"{name}_source"] = getattr(one, name)
                row[f"{name}_code"] = report.told_as if report else None
                figure(row, f"{name}_value", report.value if report else None)
                row[f"{name}_currency"] = report.currency if report else None
                row[f"{name}_valuation"] = report.valuation if report else None
                kilograms = report.quantity if report else None
                figure(row, f"{name}_quantity_t", None if kilograms is None else kilograms / 1000)
            status, reason = _rated(gap)
            alone = None if gap.gap is not None else f"report_{gap.agreement}"
            for name, value in (("difference", gap.difference), ("gap", gap.gap)):
                figure(
                    row,
                    name,
                    value,
                    status=status if alone is None else None,
                    reason=alone or reason,
                )
            row["value_low_usd"], row["value_high_usd"] = gap.low, gap.high
            sure = gap.agreement == "agrees" and status is None
            row["status"] = str(
                Status.OK if sure else Status.MISSING if alone else Status.ESTIMATED
            )
            _close(row, one, FORMULA, [reason or "", alone or ""])
            rows.append(row)
    return rows


def product_rows(asked: Question, found: Iterable[Compared]) -> list[Row]:
    """One row for each good: gaps taken together, and the interval they leave the mix."""
    side: Side = "exporter" if asked.flow == "import" else "importer"
    rows = []
    for one in found:
        total, mix = summary(one.gaps), mix_interval(one.gaps, side)
        rates = [_rated(gap) for gap in one.gaps]
        status, reason = next((r for r in rates if r[0]), (None, None))
        row: Row = {
            "home": asked.home,
            "year": one.year,
            "flow": asked.flow,
            **good(one.subject),
            "kind": one.kind,
            "flows": total.flows,
            "compared": total.compared,
            "agree": total.agree,
            "silent": total.silent,
            "no_report": total.no_report,
            "first_source": one.first,
            "second_source": one.second,
        }
        figure(row, "first_total_usd", total.first_total, status=_of(one, "first", status))
        figure(row, "second_total_usd", total.second_total, status=_of(one, "second", status))
        figure(row, "mean_gap", total.mean, status=status, reason=reason)
        figure(row, "median_gap", total.median, status=status, reason=reason)
        row["top_first"], row["top_second"] = mix.top, mix.top_second
        bounds = (mix.hhi_low, mix.hhi_high)
        figure(row, "hhi_first", mix.hhi_first, bounds, reason="reports_differ")
        figure(row, "hhi_second", mix.hhi_second, bounds, reason="reports_differ")
        bounds = (mix.share_low, mix.share_high)
        figure(row, "share_first", mix.share_first, bounds, reason="reports_differ")
        figure(row, "share_second", mix.share_second, bounds, reason="reports_differ")
        row["status"] = _settled(total, status)
        _close(row, one, BOUNDS, [reason or ""])
        rows.append(row)
    return rows


def partner_rows(asked: Question, found: Sequence[Compared]) -> list[Row]:
    """One row for each partner and pair of sources: how far its flows are apart, all goods."""
    rows = []
    side = "exporter" if asked.flow == "import" else "importer"
    pairs = sorted({(one.year, one.kind, one.first, one.second) for one in found})
    for year, kind, first, second in pairs:
        mine = [
            o for o in found if (o.year, o.kind, o.first, o.second) == (year, kind, first, second)
        ]
        gaps = [gap for one in mine for gap in one.gaps]
        for partner in sorted({getattr(gap.told, side) for gap in gaps}):
            own = [gap for gap in gaps if getattr(gap.told, side) == partner]
            total = summary(own)
            status, reason = next((r for g in own if (r := _rated(g))[0]), (None, None))
            row: Row = {
                "home": asked.home,
                "year": year,
                "flow": asked.flow,
                **country(partner),
                "kind": kind,
                "flows": total.flows,
                "compared": total.compared,
                "agree": total.agree,
                "silent": total.silent,
                "no_report": total.no_report,
                "first_source": first,
                "second_source": second,
            }
            figure(row, "first_total_usd", total.first_total, status=_of(mine[0], "first", status))
            figure(
                row, "second_total_usd", total.second_total, status=_of(mine[0], "second", status)
            )
            figure(row, "mean_gap", total.mean, status=status, reason=reason)
            figure(row, "median_gap", total.median, status=status, reason=reason)
            row["status"] = _settled(total, status)
            _close(row, mine[0], "Σ gap·(a+b) / Σ (a+b)", [reason or ""])
            rows.append(row)
    return rows


def _rated(gap: Gap) -> tuple[Status | None, str | None]:
    """A comparison across currencies rests on rates; an unverified rate makes it an estimate."""
    told = [r for r in (gap.first, gap.second) if r]
    if {r.currency for r in told} == {"USD"}:
        return None, None
    rates = {
        money(1.0, c, r.year).rate_status for r in told for c in {r.currency, "USD"} if c != "NOK"
    }
    if any(rate is None or not rate.startswith("verified") for rate in rates):
        return Status.ESTIMATED, "exchange_rate_unverified"
    return None, None


def _settled(total: Summary, status: Status | None) -> str:
    """Ok only where every flow has two reports that agree, and no rate is in doubt."""
    return str(Status.OK if total.agree == total.flows and status is None else Status.ESTIMATED)


def _of(one: Compared, which: str, status: Status | None) -> Status | None:
    """Totals in dollars as told need no rate."""
    told = [getattr(g, which) for g in one.gaps if getattr(g, which)]
    return None if all(r.currency == "USD" for r in told) else status


def _close(row: Row, one: Compared, formula: str, reasons: list[str]) -> None:
    row["formula"] = formula
    sources = [one.first, one.second]
    row["source"] = "; ".join(cited(s) if one.kind == "two_sources" else s for s in sources)
    row.update(texts(["two_sources", *reasons] if one.kind == "two_sources" else reasons))
