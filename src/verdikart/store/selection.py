"""Fetched vintages in the place of embedded files, by choice: ``VERDIKART_VINTAGES``.

The variable names vintages, separated by commas, such as ``baci_hs92@V202601,wmd@2026``. Each takes
the place of the embedded files of its source whose tables it has, for the whole process and those it
starts. A table must have the columns of the file it stands for.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.core.sql import text_literals
from verdikart.reference.entities import ProductCode
from verdikart.reference.i18n import LANGS
from verdikart.reference.load import load
from verdikart.store import snapshot
from verdikart.store.vintages import TableEntry, Vintage, vintage

CHOSEN = "VERDIKART_VINTAGES"
FLOWS = "baci_hs92.parquet"
TABLE_OF = {FLOWS: "flows"}  # an embedded file stands for the table of its own name but for these
OWN = "own_"  # what ids of the user's own tables begin with
RATES = "norges_bank"  # whose rates count before those embedded
_FETCHED = ", fetched "
ALL_CODES = 4_000  # codes with flows that a source of every product has at least, of some 5,000


@dataclass(frozen=True, slots=True)
class Swap:
    """A fetched table in the place of an embedded file. ``entry`` is what manifests say of it."""

    vintage: Vintage
    entry: snapshot.Entry
    files: tuple[Path, ...]
    codes: int | None  # codes with flows, of a table of flows


def choose(names: list[str]) -> None:
    """Use these vintages from now on. Raises for one that is not here or stands for nothing."""
    os.environ[CHOSEN] = ",".join(names)
    swaps()


def swaps() -> dict[str, Swap]:
    """Embedded file → what stands in its place."""
    return _swaps(os.environ.get(CHOSEN, ""))


def own_tables() -> list[Vintage]:
    """The chosen vintages that are tables of the user's own: they stand beside the other data."""
    return [v for v in _named(os.environ.get(CHOSEN, "")) if v.source_id.startswith(OWN)]


def own_rows() -> list[dict[str, Any]]:
    """Rows of the chosen tables of the user's own, with ``source``, ``vintage``, ``about_en``, ``about_nb``."""
    from verdikart.store.engine import parquet, reader

    found = []
    con = reader()
    for one in own_tables():
        rows = con.execute(
            f"SELECT * FROM {parquet(one.files('figures'))} ORDER BY ALL"  # noqa: S608
        )
        names = [column[0] for column in rows.description]
        about = {f"about_{lang}": one.notes[0].said(lang) for lang in LANGS}
        head = {"source": one.source_id, "vintage": one.name, **about}
        found += [{**head, **dict(zip(names, row, strict=True))} for row in rows.fetchall()]
    con.close()
    return found


def rates() -> list[tuple[str, int, float, str]]:
    """Annual average rates of a chosen vintage of Norges Bank: currency, year, NOK, source.

    Averages of a year that is not over are left out.
    """
    from verdikart.store.engine import parquet, reader

    found = []
    con = reader()
    for one in _named(os.environ.get(CHOSEN, "")):
        if one.source_id == RATES:
            found += con.execute(
                "SELECT currency, year, nok_per_unit, source "  # noqa: S608
                f"FROM {parquet(one.files('rates'))} WHERE status_code = 'ok' ORDER BY ALL"
            ).fetchall()
    con.close()
    return found


def _named(names: str) -> list[Vintage]:
    return [vintage(name) for name in filter(None, (part.strip() for part in names.split(",")))]


@cache
def _swaps(names: str) -> dict[str, Swap]:
    found: dict[str, Swap] = {}
    for one in _named(names):
        if one.source_id.startswith(OWN) or one.source_id == RATES:
            continue
        own = {
            entry.file: _swap(one, entry, one.table(table))
            for entry in snapshot.embedded().files
            for table in [TABLE_OF.get(entry.file, entry.file.removesuffix(".parquet"))]
            if entry.source_id == one.source_id and any(t.name == table for t in one.tables)
        }
        if not own:
            takes = sorted({e.source_id for e in snapshot.embedded().files if e.rows is not None})
            raise UsageProblem(
                f"{one.id} stands for no embedded data, so a mapping cannot use it; those that can are of "
                f"{', '.join(takes)}"
            )
        found |= own
    return found


def _swap(one: Vintage, entry: snapshot.Entry, table: TableEntry) -> Swap:
    have = [column.name for column in table.columns]
    want = [column.name for column in entry.columns]
    if have != want:
        raise DataProblem(
            f"{one.id}: the table {table.name} has the columns {', '.join(have)}, and {entry.file} has "
            f"{', '.join(want)}; `verdikart data rebuild {one.id}` makes it anew"
        )
    files = tuple(one.files(table.name))
    digest = hashlib.sha256("".join(sorted(f.sha256 for f in table.files)).encode()).hexdigest()
    coverage, codes = _coverage(files, have)
    return Swap(
        one,
        replace(
            entry,
            vintage=_told(one),
            retrieved=one.retrieved,
            sha256=digest,
            bytes=sum(f.bytes for f in table.files),
            rows=table.rows,
            coverage={**entry.coverage, **coverage},
        ),
        files,
        codes,
    )


def _coverage(files: tuple[Path, ...], columns: list[str]) -> tuple[dict[str, object], int | None]:
    from verdikart.store.engine import parquet, reader

    if "year" not in columns:
        return {}, None
    count = "count(DISTINCT code)" if "code" in columns else "NULL"
    con = reader()
    first, last, codes = con.execute(
        f"SELECT min(year), max(year), {count} FROM {parquet(files)}"  # noqa: S608
    ).fetchall()[0]
    con.close()
    known: dict[str, object] = {"years": [int(first), int(last)]}
    return ({**known, "codes": codes} if codes else known), codes


def relation(file: str) -> str | None:
    """SQL that stands for an embedded file, if a vintage does.

    Of flows only the codes that the reference tables know: a source of every product has seventy
    times as many.
    """
    swap = swaps().get(file)
    if swap is None:
        return None
    from verdikart.store.engine import parquet

    if file != FLOWS:
        return parquet(swap.files)
    codes = text_literals(sorted({r.code for r in load(ProductCode) if r.nomenclature == "HS92"}))
    return f"(SELECT * FROM {parquet(swap.files)} WHERE code IN ({codes}))"  # noqa: S608


@cache
def exports_of_all(year: int) -> dict[int, int]:
    """Exports of all products by country number, USD; empty where the flows in use are of some only."""
    from verdikart.store.engine import parquet, reader

    swap = swaps().get(FLOWS)
    if swap is None or (swap.codes or 0) < ALL_CODES:
        return {}
    con = reader()
    rows = con.execute(
        f"SELECT exporter, sum(value_usd)::BIGINT FROM {parquet(swap.files)} WHERE year = ? GROUP BY 1",  # noqa: S608
        [year],
    ).fetchall()
    con.close()
    return dict(rows)


def in_use() -> dict[str, str]:
    """Source → vintage, of what was chosen."""
    beside = {v.source_id: _told(v) for v in _named(os.environ.get(CHOSEN, ""))}
    return beside | {swap.vintage.source_id: swap.entry.vintage for swap in swaps().values()}


def fetched(named: Mapping[str, str]) -> list[str]:
    """Ids of the fetched vintages among those that a mapping's manifest names, as ``--vintage`` takes them."""
    return [
        text.partition(_FETCHED)[0]
        for source_id, text in named.items()
        if text.startswith(f"{source_id}@")
    ]


def _told(one: Vintage) -> str:
    """What manifests say of a fetched vintage."""
    return f"{one.id}{_FETCHED}{one.retrieved}"
