"""Suppressed cells of a table that keeps its marks, such as Norwegian foreign trade as fetched."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from verdikart.core.errors import Problem, Problems
from verdikart.core.figure import Status
from verdikart.indicators.hidden import Cell, coverage
from verdikart.mapping.quality_rows import Question, Row, figure, good, texts
from verdikart.store import tabular

COLUMNS = ("code", "year", "flow", "partner", "value", "status_code")
WHOLE = "WORLD"  # the partner of a published total over all partners
SUM_OF_SUPPRESSED = "99999999"
FORMULA = "Σmᵢ²/(M+U)² … ((m₁+U)²+Σ₂mᵢ²)/(M+U)², U = total − Σ shown"


def rows(asked: Question, path: Path, *, any_year: bool) -> list[Row]:
    """One row for each code and year with cells withheld; ``any_year`` shows all years.

    The file has the columns :data:`COLUMNS`, ``nomenclature`` if the code lacks it, and
    ``currency``. A row of partner ``WORLD`` is the published total of its code and year; the code
    99999999 is the sum of what is withheld, shown with its size.
    """
    header, table = tabular.read(path)
    lacking = [name for name in COLUMNS if name not in header]
    if lacking:
        text = f"lacks the column(s) {', '.join(lacking)}"
        raise Problems(
            [Problem(path.name, text, remedy=f"give it the columns {', '.join(COLUMNS)}")]
        )
    grouped: dict[tuple[str, int], list[Cell]] = defaultdict(list)
    totals: dict[tuple[str, int], int] = {}
    unit = ""
    problems = []
    for number, values in enumerate(table, 2):
        row = dict(zip(header, values, strict=True))
        if row["flow"] != asked.flow or (not any_year and int(row["year"]) != asked.year):
            continue
        if row["status_code"] not in (*Status, "provisional"):
            remedy = f"write one of {', '.join(Status)}"
            text, seen = "is no status", str(row["status_code"])
            problems.append(Problem(path.name, text, number, "status_code", seen, remedy))
            continue
        code = str(row["code"])
        subject = code if ":" in code else f"{row.get('nomenclature') or ''}:{code}".lstrip(":")
        value = None if row["value"] is None else round(float(row["value"]))
        unit = str(row.get("currency") or unit)
        if row["partner"] == WHOLE and value is not None:
            totals[subject, int(row["year"])] = value
            continue
        ok = row["status_code"] == "provisional"
        status = Status.OK if ok else Status(row["status_code"])
        cell = Cell(subject, int(row["year"]), str(row["partner"] or "–"), value, status)
        grouped[subject, int(row["year"])].append(cell)
    if problems:
        raise Problems(problems)
    made = [
        _row(asked, path, subject, year, cells, totals.get((subject, year)), unit)
        for (subject, year), cells in sorted(grouped.items())
        if not asked.codes or subject in asked.codes
    ]
    return [one for one in made if one is not None]


def _row(
    asked: Question,
    path: Path,
    subject: str,
    year: int,
    cells: list[Cell],
    total: int | None,
    unit: str,
) -> Row | None:
    """A row where something is withheld, or where what is withheld elsewhere is summed."""
    told = coverage(cells, total)
    summed = subject.endswith(SUM_OF_SUPPRESSED)
    if not told.suppressed and not summed:
        return None
    row: Row = {"home": asked.home, "year": year, "flow": asked.flow, **good(subject)}
    row["kind"] = "sum_of_suppressed" if summed else "suppressed_cells"
    row["hides"] = "code" if summed else "partner"
    row["cells_shown"], row["cells_suppressed"] = told.shown, told.suppressed
    row["cells_missing"] = told.missing
    row["value_unit"] = unit
    seen = told.bounds
    size = seen.visible if summed else seen.hidden
    figure(row, "visible", None if summed else seen.visible)
    figure(
        row,
        "hidden",
        size,
        status=None if size is not None else Status.SUPPRESSED,
        reason=None if size is not None else "hidden_size_unknown",
    )
    figure(row, "hidden_share", None if summed else seen.hidden_share)
    if not summed:
        status = Status.SUPPRESSED if size is None else None
        figure(row, "hhi", seen.hhi, (seen.hhi_low, seen.hhi_high), status=status)
        bounds = (seen.top_share_low, seen.top_share_high)
        figure(row, "top_share", seen.top_share, bounds, status=status)
    else:
        figure(row, "hhi", None)
        figure(row, "top_share", None)
    row["status"] = str(Status.SUPPRESSED)
    row["formula"], row["source"], row["confidence"] = FORMULA, path.name, "high"
    row.update(texts([row["kind"]]))
    return row
