"""Two vintages of a source compared: rows added, removed, revised, and where most was moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.core.sql import text_literal
from verdikart.store.engine import reader
from verdikart.store.vintages import TableEntry, Vintage

if TYPE_CHECKING:
    import duckdb

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """A product, partner, … with the sum of one measure in both vintages, over rows that differ or not."""

    by: str
    value: str
    before: float | None
    after: float | None
    rows: int  # rows of it that were added, removed or revised

    @property
    def change(self) -> float:
        """After less before; nothing counts as zero here."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """One table of two vintages. ``only`` names columns and parts that one of them lacks."""

    table: str
    measure: str | None
    rows_before: int
    rows_after: int
    added: int
    removed: int
    revised: int
    sum_before: float | None
    sum_after: float | None
    moved: tuple[Moved, ...]
    only: tuple[str, ...]

    @property
    def unchanged(self) -> int:
        """Rows that are the same in both."""
        return self.rows_before - self.removed - self.revised


def diff(
    before: Vintage,
    after: Vintage,
    *,
    table: str | None = None,
    measure: str | None = None,
    top: int = 10,
    step: Step = lambda _: None,
) -> list[Difference]:
    """Compare the tables that both have, or one of them.

    Rows are the same row by their key columns; revised where any measure differs. The sums are of
    ``measure`` (default: a table's first). Work is done part by part (a year at a time).
    """
    if before.source_id != after.source_id:
        raise UsageProblem(
            f"{before.id} and {after.id} are of two sources; a difference is of two vintages of one"
        )
    names = [table] if table else [t.name for t in before.tables if _has(after, t.name)]
    if not names:
        raise UsageProblem(f"{before.id} and {after.id} have no table in common")
    summed = {name: _measures(before, after, name) for name in names}
    if measure and not any(measure in of for of in summed.values()):
        every = dict.fromkeys(m for of in summed.values() for m in of)
        raise UsageProblem(
            f"{' and '.join(names)} has no measure {measure}; it has {', '.join(every) or 'none'}"
        )
    found = []
    for name in names:
        step(name)
        measures = summed[name]
        chosen = (
            measure if measure in measures else measures[0] if measures and not measure else None
        )
        with _reading(before, after):
            found.append(
                _table(before, after, before.table(name), after.table(name), measures, chosen, top)
            )
    return found


@contextmanager
def _reading(before: Vintage, after: Vintage) -> Iterator[None]:
    """Tell with its remedy what the engine says of a file that is corrupt or was dropped meanwhile."""
    import duckdb

    try:
        yield
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        raise DataProblem(
            f"a file of {before.id} or {after.id} cannot be read ({str(error).splitlines()[0]}); "
            "`verdikart data verify` says which, `verdikart data rebuild` makes it again"
        ) from error


def _measures(before: Vintage, after: Vintage, table: str) -> list[str]:
    return _common(before.table(table).measures(), after.table(table).measures())


def _common(one: list[str], other: list[str]) -> list[str]:
    return [name for name in one if name in other]


def _has(vintage: Vintage, name: str) -> bool:
    return any(table.name == name for table in vintage.tables)


def _table(
    before: Vintage,
    after: Vintage,
    old: TableEntry,
    new: TableEntry,
    measures: list[str],
    chosen: str | None,
    top: int,
) -> Difference:
    keys = _common(old.keys(), new.keys())
    if not keys:
        raise UsageProblem(
            f"{old.name} has no key column in both {before.id} and {after.id}, so its rows cannot be paired"
        )
    columns = {c.name for c in old.columns} ^ {c.name for c in new.columns}
    parts = _parts(before, old), _parts(after, new)
    con = reader()
    counts = [0, 0, 0]
    sums: dict[tuple[str, str], list[float | int | None]] = {}
    for label in sorted(parts[0].keys() | parts[1].keys()):
        _joined(
            con, parts[0].get(label), parts[1].get(label), keys, measures, (before, after), old.name
        )
        part = con.execute(
            "SELECT count(*) FILTER (WHERE how = 'added'), count(*) FILTER (WHERE how = 'removed'), "
            "count(*) FILTER (WHERE how = 'revised') FROM compared"
        ).fetchall()[0]
        counts = [have + more for have, more in zip(counts, part, strict=True)]
        _add_sums(con, sums, keys, chosen)
    moved = [Moved(by, value, *numbers) for (by, value), numbers in sums.items() if by]  # type: ignore[arg-type]
    ranked: list[Moved] = []
    for key in keys:
        own = [m for m in moved if m.by == key and m.rows]
        ranked += sorted(own, key=lambda m: (-abs(m.change), -m.rows, m.value))[:top]
    whole = sums.get(("", ""), [None, None, 0])
    lone = [f"column {name}" for name in sorted(columns)]
    lone += [f"part {label}" for label in sorted(parts[0].keys() ^ parts[1].keys())]
    return Difference(
        old.name, chosen, old.rows, new.rows, counts[0], counts[1], counts[2],
        whole[0], whole[1], tuple(ranked), tuple(lone),
    )  # fmt: skip


def _parts(vintage: Vintage, table: TableEntry) -> dict[str, str]:
    """Label of a part → its file."""
    return {
        path.stem.removeprefix(table.name).removeprefix("-"): str(path)
        for path in vintage.files(table.name)
    }


def _joined(
    con: duckdb.DuckDBPyConnection,
    old: str | None,
    new: str | None,
    keys: list[str],
    measures: list[str],
    vintages: tuple[Vintage, Vintage],
    name: str,
) -> None:
    """Make the table ``compared``: keys, measures of both as a_… and b_…, and how a row differs."""
    sides = [
        f"read_parquet({text_literal(path)})"
        if path
        else f"(SELECT * FROM read_parquet({text_literal(vintage.files(name)[0])}) LIMIT 0)"  # noqa: S608
        for path, vintage in zip((old, new), vintages, strict=True)
    ]
    # A null in a key is a value like any other: IS NOT DISTINCT FROM is a slow join, so marks are.
    on = " AND ".join(f"{_key('a', k)} = {_key('b', k)}" for k in keys)
    differ = " OR ".join(f'a."{m}" IS DISTINCT FROM b."{m}"' for m in measures) or "false"
    chosen = [f'coalesce(a."{k}", b."{k}") AS "{k}"' for k in keys]
    chosen += [f'{side}."{m}" AS "{side}_{m}"' for m in measures for side in "ab"]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE compared AS SELECT {', '.join(chosen)}, "  # noqa: S608
        "CASE WHEN a.here IS NULL THEN 'added' WHEN b.here IS NULL THEN 'removed' "
        f"WHEN {differ} THEN 'revised' ELSE 'same' END AS how "
        f"FROM (SELECT *, 1 AS here FROM {sides[0]}) a "
        f"FULL JOIN (SELECT *, 1 AS here FROM {sides[1]}) b ON {on}"
    )


def _key(side: str, name: str) -> str:
    return f'coalesce(CAST({side}."{name}" AS VARCHAR), chr(1))'


def _add_sums(
    con: duckdb.DuckDBPyConnection,
    sums: dict[tuple[str, str], list[float | int | None]],
    keys: list[str],
    measure: str | None,
) -> None:
    """Add a part's sums by each key column, and the whole under the empty name."""
    both = f'sum("a_{measure}"), sum("b_{measure}")' if measure else "NULL, NULL"
    for key in ["", *keys]:
        by = f'CAST("{key}" AS VARCHAR)' if key else "''"
        rows: list[tuple[Any, ...]] = con.execute(
            f"SELECT {by}, {both}, count(*) FILTER (WHERE how <> 'same') FROM compared GROUP BY 1"  # noqa: S608
        ).fetchall()
        for value, a, b, changed in rows:
            have = sums.setdefault((key, value if value is not None else ""), [None, None, 0])
            for place, more in ((0, a), (1, b), (2, changed)):
                if more is not None:
                    have[place] = (have[place] or 0) + more
