"""Figure 3.1 of the minerals strategy again: world output of metals and ores, from BGS series."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Any

from verdikart.core.errors import DataProblem
from verdikart.mapping.production_figures import bgs_where, editions, vintage_rows
from verdikart.reference.load import load
from verdikart.reference.production import WorldOutput
from verdikart.store.vintages import Vintage

Row = dict[str, Any]
YEAR = 2021  # the year of the edition 2017–2021 that the printed figures agree with
PARTS = ("iron", "industrial", "technology")


def world_output(year: int = YEAR, asked: Sequence[str] = ()) -> Row:
    """The entries of the figure as printed and as the BGS series give them, with sums and gaps.

    Raises DataProblem where no vintage of the BGS is here.
    """
    chosen = editions(asked)
    if "bgs" not in chosen:
        raise DataProblem(
            "figure 3.1 is rebuilt from the BGS, which is not embedded: `verdikart fetch bgs`, or "
            "`verdikart data add FILE --as bgs`"
        )
    one = chosen["bgs"]
    entries = [_entry(row, one, year) for row in load(WorldOutput)]
    entries.sort(key=lambda row: (PARTS.index(row["part"]), -row["printed_t"]))
    sums = [_sum(part, [row for row in entries if row["part"] == part]) for part in PARTS]
    iron, industrial, technology = sums
    return {
        "year": year,
        "vintage": one.id,
        "entries": entries,
        "sums": sums,
        "others_printed_t": industrial["printed_t"] + technology["printed_t"],
        "iron_share_printed": _share(
            iron["printed_t"], industrial["printed_t"] + technology["printed_t"]
        ),
        # Where an entry of the others has no series, its printed figure stands in for it.
        "iron_share_rebuilt": _share(
            iron["filled_t"], industrial["filled_t"] + technology["filled_t"]
        )
        if iron["reached"]
        else None,
        "iron_share_rebuilt_status": "ok" if iron["reached"] else "missing",
        "gaps": [row["entry"] for row in entries if row["rebuilt_t"] is None],
    }


def _entry(row: WorldOutput, one: Vintage, year: int) -> Row:
    tonnes, countries, estimated = None, 0, None
    if row.series:
        query = (
            "SELECT sum(tonnes), count(DISTINCT country), "  # noqa: S608
            "sum(tonnes) FILTER (WHERE status_code = 'estimated') FROM {file} "
            f"WHERE {bgs_where(row.series)} AND within IS NULL AND year = {int(year)}"
        )
        tonnes, countries, estimated = vintage_rows(one, "production", query)[0]
    reason = (
        None if tonnes is not None else "series_not_in_edition" if row.series else "basis_unknown"
    )
    return {
        "entry": row.entry,
        "part": row.part,
        "name_en": row.name_en,
        "name_nb": row.name_nb,
        "printed": row.printed,
        "printed_t": row.tonnes,
        "rebuilt_t": tonnes,
        "rebuilt_t_status": "missing" if tonnes is None else "estimated" if estimated else "ok",
        "rebuilt_t_reason": reason,
        "ratio": None if tonnes is None else tonnes / row.tonnes,
        "ratio_status": "missing" if tonnes is None else "ok",
        "countries": countries,
        "series": list(row.series),
        "note_en": row.note_en,
        "note_nb": row.note_nb,
    }


def _sum(part: str, rows: Sequence[Row]) -> Row:
    """Printed figures of a part; the same of the entries that are rebuilt; and what these give."""
    reached = [row for row in rows if row["rebuilt_t"] is not None]
    return {
        "part": part,
        "entries": len(rows),
        "reached": len(reached),
        "printed_t": fsum(row["printed_t"] for row in rows),
        "printed_of_reached_t": fsum(row["printed_t"] for row in reached),
        "rebuilt_t": fsum(row["rebuilt_t"] for row in reached) if reached else None,
        "rebuilt_t_status": "ok" if reached else "missing",
        "filled_t": fsum(row["rebuilt_t"] or row["printed_t"] for row in rows),
    }


def _share(iron: float, others: float) -> float:
    return iron / (iron + others)
