"""CEPII BACI: one zip for each revision of the Harmonized System, one CSV a year in it.

Columns of the CSV: t year, i exporter, j importer, k code, v thousand current USD, q tonnes (``NA``
where unknown). The newest edition is found by asking for the names that CEPII gives them:
``V<year>01``, with ``b`` for a corrected one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from verdikart.core.errors import Problem, Problems, UsageProblem
from verdikart.reference.feeds import Feed
from verdikart.sources.archives import members, unpack
from verdikart.sources.delimited import Field, delimited
from verdikart.sources.model import (
    Ask,
    Column,
    Loaded,
    Piece,
    RawFile,
    SourceProblem,
    Table,
    Workbench,
)
from verdikart.sources.notes import Note
from verdikart.sources.transport import Client

NA = ("", "NA")
FIELDS = {
    "t": Field("SMALLINT", required=True),
    "i": Field("SMALLINT", required=True),
    "j": Field("SMALLINT", required=True),
    "k": Field("VARCHAR", required=True),
    "v": Field("DECIMAL(18, 3)", required=True),
    "q": Field("DECIMAL(18, 3)", nulls=NA),
}
FLOWS = (
    Column("code", "VARCHAR", "key"),
    Column("year", "SMALLINT", "key"),
    Column("exporter", "SMALLINT", "key"),
    Column("importer", "SMALLINT", "key"),
    Column("value_usd", "BIGINT", "measure", "USD"),
    Column("quantity_kg", "BIGINT", "measure", "kg"),
)
PRODUCTS = (Column("code", "VARCHAR", "key"), Column("description", "VARCHAR"))
COUNTRIES = (
    Column("number", "SMALLINT", "key"),
    Column("name", "VARCHAR"),
    Column("iso2", "VARCHAR"),
    Column("iso3", "VARCHAR"),
)
MEMBER = r"BACI_(HS\d\d)_Y(\d{4})_V(\w+)\.csv"
YEARS_BACK = 3


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:
    """One archive; ``ask.release`` names an older edition, which lies in CEPII's archive."""
    if ask.release:
        release = ask.release.removeprefix("V")
        pieces = [_piece(feed, base, release) for base in (feed.endpoint, feed.archive_address)]
        for piece in pieces:
            if client.found(piece)[0]:
                return [piece]
        return pieces[:1]
    this = date.today().year  # noqa: DTZ011 - editions are named by the year
    names = [f"{y}01{b}" for y in range(this, this - YEARS_BACK, -1) for b in ("b", "")]
    for name in names:
        piece = _piece(feed, feed.endpoint, name)
        here, size = client.found(piece)
        if here:
            return [Piece(piece.name, piece.url, piece.kind, bytes=size)]
    raise SourceProblem(
        f"{feed.source_id}: {feed.endpoint} gives none of the editions V{names[-1]} to V{names[0]}, or "
        "cannot be reached; check the connection, name one with --release, or "
        "fetch the zip in a browser and use `verdikart data add`"
    )


def _piece(feed: Feed, base: str, release: str) -> Piece:
    name = f"BACI_{feed.option}_V{release}.zip"
    return Piece(name, f"{base.rstrip('/')}/{name}", "zip")


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """Typed flows, products and countries of a zip, or of its CSV files added by hand."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    found, problems = _years(files, remedy)
    problems += [
        Problem(name, f"is of {hs}, and {feed.source_id} is {feed.option}",
                remedy=f"add it as baci_{hs.lower()}")
        for _, name, hs, _ in found.values() if hs != feed.option
    ]  # fmt: skip
    releases = sorted({release for *_, release in found.values()})
    if len(releases) > 1:
        problems.append(
            Problem(
                ", ".join(f.name for f in files),
                f"editions {', '.join(releases)} are mixed",
                remedy="load one edition at a time: each is a vintage of its own",
            )
        )
    if problems:
        raise Problems(problems)
    years = [year for year in sorted(found) if not ask.years or year in ask.years]
    if not found:
        raise Problems([Problem(f.name, "holds no BACI_HSnn_Yyyyy_Vnnnnnn.csv", remedy=remedy)
                        for f in files])  # fmt: skip
    if not years:
        raise UsageProblem(
            f"{feed.source_id} V{releases[0]} has none of the years asked for; it has "
            f"{min(found)}–{max(found)}"
        )

    def parts() -> Iterator[tuple[str, str]]:
        for year in years:
            file, member, _, _ = found[year]
            path = file.path if member == file.name else unpack(file, member, bench.folder, remedy)
            yield str(year), _flows(path, member, year, ask, bench, remedy)
            if path != file.path:
                path.unlink()

    tables = {"flows": Table(FLOWS, parts(), ("code", "importer", "exporter"))}
    tables |= _lists(files, bench, remedy)
    return Loaded(
        tables,
        f"V{releases[0]}",
        (
            Note(
                "Values are in thousand USD with three decimals and are kept as whole USD; tonnes as whole kg."
            ),
            Note(
                "BACI reconciles both reports of a flow; each revision and edition is reconciled by itself."
            ),
        ),
    )


def _years(
    files: Sequence[RawFile], remedy: str
) -> tuple[dict[int, tuple[RawFile, str, str, str]], list[Problem]]:
    """Year → (file, member, nomenclature, edition); and years that stand in two files."""
    import re

    found: dict[int, tuple[RawFile, str, str, str]] = {}
    problems = []
    for file in files:
        named = re.fullmatch(MEMBER, file.name)
        inside = members(file, MEMBER, remedy) if file.name.endswith(".zip") else {}
        for member, match in ({file.name: named} if named else inside).items():
            year = int(match[2])
            if year in found:
                told = f"{year} stands twice: {found[year][1]} and {member}"
                problems.append(Problem(file.name, told, remedy="add one file of each year"))
            found[year] = (file, member, match[1], match[3])
    return found, problems


def _flows(path: Path, member: str, year: int, ask: Ask, bench: Workbench, remedy: str) -> str:
    rows = delimited(bench.con, path, member, FIELDS, remedy=remedy)
    other = bench.con.execute(f"SELECT count(*) FROM ({rows}) WHERE t <> {year}").fetchall()[0][0]  # noqa: S608
    if other:
        raise Problems([Problem(member, f"{other} rows are of another year than {year}", column="t",
                                remedy=remedy)])  # fmt: skip
    wanted = ", ".join("'" + code + "'" for code in ask.codes)
    where = f" WHERE lpad(k, 6, '0') IN ({wanted})" if wanted else ""
    return (
        # Some packers of the files drop the leading zero of a code.
        "SELECT lpad(k, 6, '0') AS code, t AS year, i AS exporter, j AS importer, "  # noqa: S608
        f"round(v * 1000)::BIGINT AS value_usd, round(q * 1000)::BIGINT AS quantity_kg FROM ({rows}){where}"
    )


def _lists(files: Sequence[RawFile], bench: Workbench, remedy: str) -> dict[str, Table]:
    """The lists of codes and countries, where the files hold them."""
    tables = {}
    shapes = {
        "products": (r"product_codes_.*\.csv", {"code": Field(required=True), "description": Field()},
                     "SELECT lpad(code, 6, '0') AS code, description", PRODUCTS, "code"),
        "countries": (r"country_codes_.*\.csv",
                      {"country_code": Field("SMALLINT", required=True), "country_name": Field(),
                       "country_iso2": Field(), "country_iso3": Field()},
                      "SELECT country_code AS number, country_name AS name, country_iso2 AS iso2, "
                      "country_iso3 AS iso3", COUNTRIES, "number"),
    }  # fmt: skip
    import re

    for table, (pattern, fields, select, columns, order) in shapes.items():
        for file in files:
            if re.fullmatch(pattern, file.name):
                member, path = file.name, file.path
            elif file.name.endswith(".zip") and (named := members(file, pattern, remedy)):
                member = next(iter(named))
                path = unpack(file, member, bench.folder, remedy)
            else:
                continue
            rows = delimited(bench.con, path, member, fields, remedy=remedy)
            tables[table] = Table(columns, [("", f"{select} FROM ({rows})")], (order,))
            break
    return tables
