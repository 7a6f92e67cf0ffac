"""Tables of amounts converted from one nomenclature to another.

Every converted figure says so (``converted``), names its steps and carries an interval. A code that
is not valid in its edition is never converted by its number: every faulty row is reported, with the
nearest revision that has the code.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from verdikart.core.errors import DataProblem, Problem, Problems, UsageProblem
from verdikart.indicators.conversion import (
    UNATTRIBUTED,
    Amount,
    Chain,
    Code,
    Converted,
    convert,
)
from verdikart.mapping import editions, nomenclature
from verdikart.mapping.conversion import SHOWN, method_of
from verdikart.mapping.nomenclature import Assumptions

Row = dict[str, Any]
# Names under which amounts are found without being asked for.
MEASURES = (
    "value",
    "value_usd",
    "value_eur",
    "value_kusd",
    "quantity",
    "quantity_kg",
    "quantity_t",
)


@dataclass(frozen=True)
class Table:
    """How to read a table: the columns of code and year, the measures, and what is asked."""

    source: str
    target: str
    years: tuple[int, int] | None = None
    code: str = "code"
    measures: tuple[str, ...] = ()
    families: bool = False
    keep_going: bool = False


@dataclass(frozen=True)
class _Line:
    """One row as read: where, its keys, its code, its scaled amounts."""

    number: int
    keys: tuple[str, ...]
    item: Code
    amounts: tuple[int | None, ...]


def convert_file(file: Path, table: Table, assumed: Assumptions) -> tuple[list[Row], list[Problem]]:
    """Converted rows, and the faults of rows that were kept as unattributed.

    Amounts are added up over rows of the same keys (all other columns) and target code. Raises
    :class:`Problems` with every faulty row, unless ``table.keep_going``.
    """
    records = _read(file)
    header = list(records[0]) if records else []
    measures = table.measures or tuple(name for name in MEASURES if name in header)
    lacking = [name for name in (table.code, *measures) if name not in header]
    if lacking or not measures:
        named = ", ".join(lacking) or f"an amount ({', '.join(MEASURES)})"
        raise DataProblem(
            f"{file.name}: column {named} is missing; it has {', '.join(header) or 'no rows'}. "
            "Name them with --code-column and --measure"
        )
    places, problems = _decimals(file, records, measures)
    kept = [n for n in header if n not in (table.code, "nomenclature", *measures)]
    lines, faults = [], []
    for row_number, record in enumerate(records, start=2):
        item, wrong = _item(file, row_number, record, table)
        if wrong:
            faults.append(wrong)
        amounts = tuple(_scaled(record[name], places[name]) for name in measures)
        lines.append(_Line(row_number, tuple(record[n] for n in kept), item, amounts))
    if problems or (faults and not table.keep_going):
        raise Problems([*problems, *faults])
    bad = {fault.row for fault in faults}
    rows = _family_rows if table.families else _converted_rows
    return rows(lines, bad, kept, measures, places, table, assumed), faults


def _read(file: Path) -> list[dict[str, str]]:
    if not file.is_file():
        raise DataProblem(f"no file {file}; check the name")
    if file.suffix == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            found = pq.read_table(file).to_pylist()
        except (OSError, pa.ArrowException) as error:
            raise DataProblem(f"{file}: cannot be read as Parquet ({error})") from error
        return [{k: "" if v is None else str(v) for k, v in row.items()} for row in found]
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataProblem(f"{file}: cannot be read ({error}); save it as CSV in UTF-8") from error
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter, restval="")
    return [{k: v or "" for k, v in row.items() if k is not None} for row in reader]


def _decimals(
    file: Path, records: Sequence[Mapping[str, str]], measures: Sequence[str]
) -> tuple[dict[str, int], list[Problem]]:
    """How many decimals each measure has at most, and the cells that are no numbers."""
    places, problems = dict.fromkeys(measures, 0), []
    for row_number, record in enumerate(records, start=2):
        for name in measures:
            try:
                exponent = Decimal(record[name] or "0").as_tuple().exponent
                places[name] = max(places[name], -int(exponent))
            except (InvalidOperation, ValueError):
                remedy = "write a number with a decimal point, or leave the cell empty = unknown"
                problems.append(
                    Problem(file.name, "is no number", row_number, name, record[name], remedy)
                )
    return places, problems


def _scaled(text: str, places: int) -> int | None:
    try:
        return int(Decimal(text).scaleb(places)) if text else None
    except InvalidOperation:
        return None


def _item(
    file: Path, row_number: int, record: Mapping[str, str], table: Table
) -> tuple[Code, Problem | None]:
    """The code of a row with its edition, and what is wrong with it."""
    code = record[table.code].replace(" ", "").replace(".", "")
    year = record.get("year", "")
    name = record.get("nomenclature") or table.source
    try:
        begin = table.years[0] if table.years else int(year) if year.isdigit() else None
        edition = editions.edition(name, begin)
    except UsageProblem as error:
        return ("", code), Problem(file.name, str(error), row_number, "nomenclature", name)
    wrong = editions.fault((edition, code))
    if wrong is None:
        return (edition, code), None
    shown = f"{edition}:{code}"
    return (edition, code), Problem(file.name, wrong[0], row_number, table.code, shown, wrong[1])


def _converted_rows(
    lines: Sequence[_Line],
    bad: set[int | None],
    kept: Sequence[str],
    measures: Sequence[str],
    places: Mapping[str, int],
    table: Table,
    assumed: Assumptions,
) -> list[Row]:
    end = table.years[1] if table.years else None
    target = editions.edition(table.target, end)
    chains: dict[str, Chain] = {}
    groups: dict[tuple[tuple[str, ...], str], list[_Line]] = {}
    for line in lines:
        groups.setdefault((line.keys, "" if line.number in bad else line.item[0]), []).append(line)
    rows = []
    for (keys, source), held in groups.items():
        if source and source not in chains:
            chains[source] = nomenclature.chain(source, target, assumed)
        steps = [source, *(s.target for s in chains[source].steps)] if source else []
        flows = [(line.item, line.amounts) for line in held]
        found = convert(flows, chains[source]) if source else _unattributed(flows, target)
        rows += [
            dict(zip(kept, keys, strict=True)) | _converted_row(c, steps, measures, places, assumed)
            for c in found
        ]
    return rows


def _unattributed(
    flows: Sequence[tuple[Code, Sequence[int | None]]], target: str
) -> tuple[Converted, ...]:
    """Rows with faulty codes, kept so that the total is."""
    columns = zip(*(amounts for _, amounts in flows), strict=True)
    amounts = []
    for column in columns:
        known = [a for a in column if a is not None]
        total = sum(known) if known else None
        amounts.append(Amount(total, total, total, len(column) - len(known)))
    return (
        Converted((target, UNATTRIBUTED), tuple(amounts), tuple(sorted({i for i, _ in flows}))),
    )


def _converted_row(
    found: Converted,
    steps: Sequence[str],
    measures: Sequence[str],
    places: Mapping[str, int],
    assumed: Assumptions,
) -> Row:
    edition, code = found.code
    row: Row = {
        "nomenclature": edition,
        "code": code or None,
        "attributed": code != UNATTRIBUTED,
        "converted": not found.certain or {c for _, c in found.sources} != {code},
        "steps": ">".join(steps),
        "method": method_of(assumed) if not found.certain else "none",
        "from_codes": [f"{e}:{c}" for e, c in found.sources],
    }
    for name, amount in zip(measures, found.amounts, strict=True):
        row |= _amount_cells(name, amount, places[name])
    return row


def _amount_cells(name: str, amount: Amount, places: int) -> Row:
    sure = amount.low == amount.high == amount.value and not amount.unknown
    status = "missing" if amount.value is None else "ok" if sure else "estimated"
    cells = {"": amount.value, "_low": amount.low, "_high": amount.high}
    return {f"{name}{end}": _unscaled(v, places) for end, v in cells.items()} | {
        f"{name}_status": status
    }


def _unscaled(amount: int | None, places: int) -> int | float | None:
    if amount is None or not places:
        return amount
    return float(Decimal(amount).scaleb(-places))


def _family_rows(
    lines: Sequence[_Line],
    bad: set[int | None],
    kept: Sequence[str],
    measures: Sequence[str],
    places: Mapping[str, int],
    table: Table,
    assumed: Assumptions,  # noqa: ARG001 - families assume nothing
) -> list[Row]:
    """Exact totals by family over the span from the table's first edition to the target."""
    end = table.years[1] if table.years else None
    target = editions.edition(table.target, end)
    order = {name: place for place, name in enumerate(editions.revisions())}
    held = {line.item[0] for line in lines if line.number not in bad}
    first = min(held, key=lambda name: order.get(name, editions.year_of(name) or 0), default=target)
    sums: dict[tuple[tuple[str, ...], str], list[_Line]] = {}
    members: dict[str, list[Code]] = {}
    for line in lines:
        name = ""
        own = line.item[1].startswith(editions.OWN_CHAPTERS) and len(line.item[1]) == 6
        if line.number not in bad and not own:
            family = nomenclature.family_of(line.item, first, target)
            name = family.family_id
            members[name] = list(family.codes)
        sums.setdefault((line.keys, name), []).append(line)
    rows = []
    for (keys, name), group in sums.items():
        (total,) = _unattributed([(line.item, line.amounts) for line in group], target)
        listed = members.get(name, [])
        row: Row = dict(zip(kept, keys, strict=True)) | {
            "family": name or None,
            "attributed": bool(name),
            "codes": [f"{e}:{c}" for e, c in listed[:SHOWN]],
            "codes_count": len(listed),
            "from_codes": [f"{e}:{c}" for e, c in total.sources],
        }
        for measure, amount in zip(measures, total.amounts, strict=True):
            row |= _amount_cells(measure, amount, places[measure])
        rows.append(row)
    return rows


def reference_amounts(file: Path) -> dict[Code, int]:
    """Reference flows for weights: columns nomenclature, code, value. Raises for every bad row."""
    found: dict[Code, int] = {}
    problems = []
    records = _read(file)
    lacking = {"nomenclature", "code", "value"} - set(records[0] if records else ())
    if lacking:
        named = ", ".join(sorted(lacking))
        raise DataProblem(f"{file.name}: column {named} is missing; write nomenclature,code,value")
    for row_number, record in enumerate(records, start=2):
        table = Table(record["nomenclature"], "")
        item, wrong = _item(file, row_number, record, table)
        amount = _scaled(record["value"], 3)
        if wrong:
            problems.append(wrong)
        elif amount is None or amount < 0:
            remedy = "write a number, 0 or more"
            problems.append(
                Problem(file.name, "is no amount", row_number, "value", record["value"], remedy)
            )
        else:
            found[item] = found.get(item, 0) + amount
    if problems:
        raise Problems(problems)
    return found
