"""Brønnøysund's register of entities: searches by industry, or the whole register as CSV.

``option`` is ``enheter`` (entities) or ``underenheter`` (their establishments). A search answers in
HAL pages (``_embedded``, ``page``) and gives its first 10,000 entities only, so wider questions need
the download, a gzipped CSV whose columns are the JSON's names with points. What the register does
not say is kept apart: a number of employees from 1 to 4 is withheld (``harRegistrertAntallAnsatte``
is true and the number is absent), and an entity without that mark has none registered.

Industry codes went from SN2007 to SN2025 and no row says which of the two it has, so both are named.
A search on a code of the other standard finds nothing and is no error to the service.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from verdikart.core.errors import Problem, Problems, UsageProblem
from verdikart.reference.feeds import Feed
from verdikart.sources.delimited import Field, delimited, head
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

SIZE = 1_000
WINDOW = 10_000
PLACES = ("forretningsadresse", "beliggenhetsadresse")
NEEDED = ("organisasjonsnummer", "navn", "naeringskode1.kode", "harRegistrertAntallAnsatte")
FIELDS = (
    *NEEDED, "organisasjonsform.kode", "organisasjonsform.beskrivelse", "naeringskode1.beskrivelse",
    "naeringskode2.kode", "naeringskode3.kode", "antallAnsatte", "overordnetEnhet", "erIKonsern",
    "registreringsdatoEnhetsregisteret", "stiftelsesdato", "oppstartsdato", "nedleggelsesdato",
    "konkurs", "underAvvikling", "hjemmeside",
    *(f"{place}.{part}" for place in PLACES
      for part in ("kommunenummer", "kommune", "poststed", "landkode")),
)  # fmt: skip
COLUMNS = (
    Column("orgnr", "VARCHAR", "key"),
    Column("name", "VARCHAR"),
    Column("form", "VARCHAR"),
    Column("form_text", "VARCHAR"),
    Column("nace1", "VARCHAR"),
    Column("nace1_text", "VARCHAR"),
    Column("nace2", "VARCHAR"),
    Column("nace3", "VARCHAR"),
    Column("nace_nomenclature", "VARCHAR"),
    Column("municipality_code", "VARCHAR"),
    Column("municipality", "VARCHAR"),
    Column("postal_place", "VARCHAR"),
    Column("country", "VARCHAR"),
    Column("employees", "INTEGER", "measure", "persons"),
    Column("employees_low", "INTEGER", "measure", "persons"),
    Column("employees_high", "INTEGER", "measure", "persons"),
    Column("employees_registered", "BOOLEAN"),
    Column("status_code", "VARCHAR"),
    Column("parent_orgnr", "VARCHAR"),
    Column("in_group", "BOOLEAN"),
    Column("registered", "DATE"),
    Column("founded", "DATE"),
    Column("closed", "DATE"),
    Column("bankrupt", "BOOLEAN"),
    Column("winding_up", "BOOLEAN"),
    Column("website", "VARCHAR"),
)


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:
    """Pages of each code asked for; without codes the whole register."""
    if ask.years or ask.release or ask.countries:
        raise UsageProblem(
            f"{feed.source_id} holds what is registered today: leave --years, --countries and "
            "--release out"
        )
    base = f"{feed.endpoint.rstrip('/')}/{feed.option}"
    if not ask.codes:
        return [Piece(f"{feed.option}_alle.csv.gz", f"{base}/lastned/csv")]
    pieces = []
    for code in dict.fromkeys(ask.codes):
        query = (("naeringskode", code), ("size", str(SIZE)))
        answer = client.get(Piece(f"{code}.json", base, "json", (*query, ("page", "0"))))
        total = _total(feed, answer)
        if total > WINDOW:
            raise UsageProblem(
                f"{feed.source_id}: {code} has {total} entities and a search gives {WINDOW}; ask for "
                "finer codes, or leave --codes out for the whole register"
            )
        if not total:
            raise UsageProblem(
                f"{feed.source_id}: no entity has the industry code {code}; codes have five digits "
                "(24.420) and changed from SN2007 to SN2025: look the code up in Klass"
            )
        pieces += [
            Piece(
                f"{feed.option}-{code}-{page:02}.json", base, "json", (*query, ("page", str(page)))
            )
            for page in range(-(-total // SIZE))
        ]
    return pieces


def _total(feed: Feed, answer: bytes) -> int:
    try:
        return int(json.loads(answer)["page"]["totalElements"])
    except (ValueError, KeyError, TypeError) as error:
        raise SourceProblem(
            f"{feed.source_id}: the answer has no number of entities ({error!r}); the service may "
            "have changed: fetch the CSV in a browser and use `verdikart data add`"
        ) from error


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:  # noqa: ARG001
    """``companies`` from pages, from a list in JSON, or from the download, gzipped or not."""
    remedy = f"fetch it again: `verdikart fetch {feed.source_id}`"
    problems: list[Problem] = []
    selects: list[str] = []
    found: list[dict[str, str | None]] = []
    searches: dict[str, list[int]] = {}
    for file in files:
        try:
            path = _plain(file, bench, remedy)
            with path.open("rb") as stream:
                start = stream.read(64).lstrip(b"\xef\xbb\xbf \r\n")[:1]
            if start in (b"{", b"["):
                found += _entities(file, path, searches, feed, remedy)
            else:
                selects.append(_csv(file, path, bench, remedy))
        except Problems as error:
            problems += error.problems
    if not problems:
        problems = [
            Problem(f"search for {code}", f"{sum(pages[1:])} entities came of {pages[0]}: the register "
                    "changed between the pages, or a page is missing", remedy=remedy)
            for code, pages in searches.items() if sum(pages[1:]) != pages[0]
        ]  # fmt: skip
    if problems:
        raise Problems(problems)
    if found:
        selects.append(_listed(found, bench))
    bench.con.execute(f"CREATE TEMP TABLE brreg AS {' UNION ALL BY NAME '.join(selects)}")
    _checked(bench, ", ".join(f.name for f in files), remedy)
    table = Table(COLUMNS, [("", _sql(feed.option))], ("orgnr",))
    return Loaded({"companies": table}, "", (
        Note("Employees from 1 to 4 are withheld by the register: employees is empty, 1 and 4 are the "
        "bounds. Where none are registered the number is unknown, not zero."),
        Note("The register does not say whether an industry code is of SN2007 or SN2025."),
    ))  # fmt: skip


def _plain(file: RawFile, bench: Workbench, remedy: str) -> Path:
    """The file, unpacked where it is gzipped."""
    with file.path.open("rb") as stream:
        if stream.read(2) != b"\x1f\x8b":
            return file.path
    target = bench.folder / Path(file.name).with_suffix("").name
    try:
        with gzip.open(file.path) as packed, target.open("wb") as plain:
            shutil.copyfileobj(packed, plain, 1 << 20)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Problems(
            [Problem(file.name, f"the archive is cut short or corrupt ({error})", remedy=remedy)]
        ) from error
    return target


def _entities(
    file: RawFile, path: Path, searches: dict[str, list[int]], feed: Feed, remedy: str
) -> list[dict[str, str | None]]:
    try:
        content = json.loads(path.read_bytes())
    except ValueError as error:
        fault = f"the JSON is cut short or corrupt ({error})"
        raise Problems([Problem(file.name, fault, remedy=remedy)]) from error
    if isinstance(content, dict):
        entities = content.get("_embedded", {}).get(feed.option)
        total = content.get("page", {}).get("totalElements")
        if entities is None or total is None:
            raise Problems([Problem(file.name, f"holds no page of {feed.option} (there are "
                                    f"{', '.join(content)})", remedy=remedy)])  # fmt: skip
        asked = re.search(r"naeringskode=([^&]+)", file.address)
        searches.setdefault(asked[1] if asked else file.name, [total]).append(len(entities))
    else:
        entities = content
    flat = [_flat(entity) for entity in entities]
    missing = {name for entity in flat for name in NEEDED if name not in entity}
    # An entity may have no industry; the names are missing where no entity has them.
    gone = [name for name in sorted(missing) if not any(name in entity for entity in flat)]
    if gone:
        raise Problems([Problem(file.name, f"no entity has {name}", column=name, remedy=remedy)
                        for name in gone])  # fmt: skip
    return flat


def _flat(entity: Mapping[str, Any], before: str = "") -> dict[str, str | None]:
    out: dict[str, str | None] = {}
    for name, value in entity.items():
        if isinstance(value, dict):
            out |= _flat(value, f"{before}{name}.")
        elif before + name in FIELDS:
            out[before + name] = str(value).lower() if isinstance(value, bool) else str(value)
    return out


def _listed(found: Sequence[dict[str, str | None]], bench: Workbench) -> str:
    import pyarrow as pa

    schema = pa.schema([(name, pa.string()) for name in FIELDS])
    bench.con.register("brreg_pages", pa.Table.from_pylist(list(found), schema))
    return "SELECT * FROM brreg_pages"


def _csv(file: RawFile, path: Path, bench: Workbench, remedy: str) -> str:
    separator = ","
    names = head(path, file.name, "utf-8", separator, remedy)
    if len(names) == 1 and ";" in names[0]:
        separator = ";"
        names = head(path, file.name, "utf-8", separator, remedy)
    fields = {
        name: Field(required=name == "organisasjonsnummer")
        for name in FIELDS
        if name in names or name in NEEDED
    }
    return delimited(bench.con, path, file.name, fields, separator=separator, remedy=remedy)


def _checked(bench: Workbench, name: str, remedy: str) -> None:
    """Raise Problems for numbers that are none: cut, read as a figure, or with a wrong digit."""
    digits = " + ".join(
        f"{weight} * substr(n, {at}, 1)::INTEGER" for at, weight in enumerate((3, 2, 7, 6, 5, 4, 3, 2), 1)
    )  # fmt: skip
    right = f"(11 - ({digits}) % 11) % 11 = substr(n, 9, 1)::INTEGER"
    wrong = bench.con.execute(
        f"SELECT n, count(*) OVER () FROM (SELECT coalesce(organisasjonsnummer, '') AS n FROM brreg) "  # noqa: S608
        f"WHERE NOT (CASE WHEN regexp_full_match(n, '\\d{{9}}') THEN {right} ELSE false END) LIMIT 10"
    ).fetchall()
    if wrong:
        more = wrong[0][1] - len(wrong)
        raise Problems([
            *(Problem(name, "is no organisation number (nine digits, the last a check digit)",
                      column="organisasjonsnummer", value=n,
                      remedy=f"a spreadsheet may have changed it; {remedy}") for n, _ in wrong),
            *([Problem(name, f"and {more} more")] if more else []),
        ])  # fmt: skip


def _sql(option: str) -> str:
    place = PLACES[option == "underenheter"]

    def col(name: str, kind: str = "VARCHAR") -> str:
        return f"TRY_CAST(nullif({_of(name)}, '') AS {kind})"

    def _of(name: str) -> str:
        # A download may lack a column that was added or dropped; then it is empty.
        return f"""columns_of."{name}\""""

    def flag(name: str) -> str:
        return f"CASE lower({_of(name)}) WHEN 'true' THEN true WHEN 'j' THEN true WHEN 'false' THEN false WHEN 'n' THEN false END"  # noqa: E501

    known = flag("harRegistrertAntallAnsatte")
    hidden = f"({known} AND {col('antallAnsatte', 'INTEGER')} IS NULL)"
    shape = ", ".join(f'NULL::VARCHAR AS "{name}"' for name in FIELDS)
    return f"""
    WITH columns_of AS (
        SELECT * FROM (SELECT {shape} WHERE false) UNION ALL BY NAME SELECT DISTINCT * FROM brreg
    )
    SELECT {_of("organisasjonsnummer")} AS orgnr, {_of("navn")} AS name,
        {col("organisasjonsform.kode")} AS form, {col("organisasjonsform.beskrivelse")} AS form_text,
        {col("naeringskode1.kode")} AS nace1, {col("naeringskode1.beskrivelse")} AS nace1_text,
        {col("naeringskode2.kode")} AS nace2, {col("naeringskode3.kode")} AS nace3,
        'SN2007 or SN2025' AS nace_nomenclature,
        {col(f"{place}.kommunenummer")} AS municipality_code, {col(f"{place}.kommune")} AS municipality,
        {col(f"{place}.poststed")} AS postal_place, {col(f"{place}.landkode")} AS country,
        {col("antallAnsatte", "INTEGER")} AS employees,
        CASE WHEN {hidden} THEN 1 ELSE {col("antallAnsatte", "INTEGER")} END AS employees_low,
        CASE WHEN {hidden} THEN 4 ELSE {col("antallAnsatte", "INTEGER")} END AS employees_high,
        {known} AS employees_registered,
        CASE WHEN {hidden} THEN 'suppressed' WHEN {col("antallAnsatte", "INTEGER")} = 0 THEN 'zero'
             WHEN {col("antallAnsatte", "INTEGER")} IS NULL THEN 'missing' ELSE 'ok' END AS status_code,
        {col("overordnetEnhet")} AS parent_orgnr, {flag("erIKonsern")} AS in_group,
        {col("registreringsdatoEnhetsregisteret", "DATE")} AS registered,
        coalesce({col("stiftelsesdato", "DATE")}, {col("oppstartsdato", "DATE")}) AS founded,
        {col("nedleggelsesdato", "DATE")} AS closed,
        {flag("konkurs")} AS bankrupt, {flag("underAvvikling")} AS winding_up,
        {col("hjemmeside")} AS website
    FROM columns_of
    """  # noqa: S608 - names are constants of this module
