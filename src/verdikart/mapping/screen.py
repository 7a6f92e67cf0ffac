"""Screening of every importer and bloc × every product of a flow table, year by year.

Two sets: *concentration* (imports, HHI, largest supplier, with bounds) and *full* (also
governance-weighted HHI, CDI1–3, RCA, the 65 % flag). Method: ``docs/scale.md``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verdikart.core.errors import DataProblem, UnknownName, UsageProblem
from verdikart.indicators.screening import BLOCS, STATES
from verdikart.indicators.screening_sets import Screening
from verdikart.reference.entities import Country, Nomenclature
from verdikart.reference.figures import Governance
from verdikart.reference.homes import Home, home
from verdikart.reference.load import by_key, load
from verdikart.store.flow_engine import NAME, NUMBER, REAL, WHOLE, Engine, Small
from verdikart.store.flows import FlowTable, literal, open_table

Progress = Callable[[int, int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to screen: files, what they are called, the nomenclature of their codes, and for whom."""

    table: FlowTable
    source: str
    nomenclature: str
    years: tuple[int, ...]
    blocs: tuple[Home, ...]
    full: bool = False


def question(
    flows: Path | None,
    source: str,
    nomenclature: str,
    years: str | None,
    blocs: Sequence[str],
    *,
    full: bool = False,
    custom: Path | None = None,
) -> Asked:
    """Check what is asked: files of one's own, else ``SOURCE[@VINTAGE]``; ``years`` as ``2015-2024``.

    Raises UsageProblem or UnknownName for years, groups and sources that are not there.
    """
    groups = tuple(home(name, custom) for name in dict.fromkeys(blocs))
    for group in groups:
        if group.single:
            raise UsageProblem(f"{group.home_id} is a country: all countries are screened anyway")
    if flows is not None:
        known = by_key(Nomenclature)
        if nomenclature not in known:
            raise UnknownName("nomenclature", nomenclature, list(known), ", ".join(known))
        table, name, revision = open_table(flows), str(flows), nomenclature
    else:
        from verdikart.mapping.export_matrix import source_of

        found = source_of(source, None, nomenclature)
        table, name, revision = found.table, found.name, found.nomenclature
    return Asked(table, name, revision, _span(years, table), groups, full)


def _span(text: str | None, table: FlowTable) -> tuple[int, ...]:
    """The years meant; each must be in the table."""
    if text is None:
        return table.years[-1:]
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdigit() or (dash and not last.isdigit()):
            raise UsageProblem(f"--years {text!r}: write 2024, 2015-2024 or 2020,2024")
        found += range(int(first), int(last or first) + 1)
    if not found:
        raise UsageProblem(f"--years {text!r}: the first year comes first, as in 2015-2024")
    for year in found:
        table.of(year)
    return tuple(sorted(set(found)))


def is_country(home_id: str) -> bool:
    """Whether an id is a country's."""
    country = by_key(Country).get(home_id)
    return country is not None and country.kind != "unspecified"


def rows_of(
    asked: Asked, engine: Engine, home_id: str, floor: float, progress: Progress
) -> list[dict[str, Any]]:
    """Rows of one home with imports of at least ``floor`` USD, the most concentrated first."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="verdikart-screen-") as folder:
        files, _ = screen(asked, engine, Path(folder), progress)
        names = ", ".join(literal(file) for file in files)
        query = f"""FROM read_parquet([{names}]) WHERE home = ? AND imports_usd >= ?
            ORDER BY year DESC, hhi_value DESC NULLS LAST, imports_usd DESC, code"""
        with duckdb.connect(":memory:") as con:
            found = con.execute(query, [home_id, floor])
            keys = [column[0] for column in found.description]
            return [dict(zip(keys, row, strict=True)) for row in found.fetchall()]


def screen(
    asked: Asked, engine: Engine, out: Path, progress: Progress = lambda *_: None
) -> tuple[tuple[Path, ...], int]:
    """Write the rows of each year; return the files and the number of rows.

    ``out`` that ends with ``.parquet`` is one file; any other name is a folder with one file a year,
    which saves putting them together. Each file appears whole or not at all. ``progress`` is called
    after each year with the number done, the number of years and the year.
    """
    build = Screening(asked.full, len(asked.blocs))
    single = out.suffix == ".parquet"
    if out.suffix and not single and not out.is_dir():
        raise UsageProblem(f"{out.name}: name a file that ends with .parquet, or a folder")
    if single and len(asked.years) > 1:
        with tempfile.TemporaryDirectory(prefix=".screen-", dir=out.parent) as folder:
            parts, count = _years(asked, engine, build, Path(folder), progress)
            engine.join(parts, out)
        return (out,), count
    if single:
        count = _year(asked, engine, build, asked.years[0], out)
        progress(1, 1, asked.years[0])
        return (out,), count
    out.mkdir(parents=True, exist_ok=True)
    return _years(asked, engine, build, out, progress)


def _years(
    asked: Asked, engine: Engine, build: Screening, folder: Path, progress: Progress
) -> tuple[tuple[Path, ...], int]:
    files, count = [], 0
    for done, year in enumerate(asked.years, 1):
        files.append(folder / f"screen-{year}.parquet")
        count += _year(asked, engine, build, year, files[-1])
        progress(done, len(asked.years), year)
    return tuple(files), count


def _year(asked: Asked, engine: Engine, build: Screening, year: int, out: Path) -> int:
    files = asked.table.of(year)
    small = _side_tables(asked, year)
    listed = [row[0] for row in small["partners"].rows]
    unlisted = engine.unlisted(files, year, listed)
    if unlisted:
        raise DataProblem(
            f"{files[0]}: unknown country numbers {', '.join(map(str, unlisted[:10]))} in {year}; "
            "flow tables use BACI's (see docs/scale.md)"
        )
    return engine.run(build, small, files, year, out)


def _side_tables(asked: Asked, year: int) -> dict[str, Small]:
    """What expressions join: ranks follow ISO3, and areas that are no country have none."""
    scores: Mapping[str, float] = {}
    if asked.full:
        scores = {row.iso3: row.scaled_0_10 for row in load(Governance)}
    listed = sorted((c for c in load(Country) if c.baci_code), key=lambda c: c.iso3)
    ranks = {c.iso3: i for i, c in enumerate(c for c in listed if c.kind != "unspecified")}
    numbers = {c.iso3: c.baci_code for c in listed if c.baci_code is not None}
    inside = [
        [numbers[iso3] for iso3 in bloc.members(year) if iso3 in numbers] for bloc in asked.blocs
    ]
    members = [(BLOCS + i, number) for i, own in enumerate(inside) for number in own]
    sides = [
        (number, *(int(number in own) for own in inside))
        for number in sorted({number for _, number in members})
    ]
    about = (year, asked.source, asked.nomenclature)
    homes = [(c.baci_code, c.iso3, *about) for c in listed if c.iso3 in ranks]
    homes += [(BLOCS + i, bloc.home_id, *about) for i, bloc in enumerate(asked.blocs)]
    partners = [(c.baci_code, ranks.get(c.iso3), scores.get(c.iso3)) for c in listed]
    return {
        "partners": Small({"number": NUMBER, "rank": WHOLE, "score": REAL}, partners),
        "homes": Small(
            {"number": NUMBER, "home": NAME, "year": NUMBER, "source": NAME, "nomenclature": NAME},
            homes,
        ),
        "tops": Small({"rank": WHOLE, "top_supplier": NAME}, [(i, c) for c, i in ranks.items()]),
        "members": Small({"home": NUMBER, "number": NUMBER}, members),
        "sides": Small(
            {"number": NUMBER, **{f"bloc_{i}": WHOLE for i in range(len(inside))}}, sides
        ),
        "states": Small(
            {"state": WHOLE, "status": NAME, "reason": NAME},
            [(i, *state) for i, state in enumerate(STATES)],
        ),
    }
