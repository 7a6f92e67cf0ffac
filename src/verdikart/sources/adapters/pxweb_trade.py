"""Statistics Norway's tables of goods (08801, 08799) in the shape of trade.

What each dimension is, is told by its categories: goods codes, countries, import and export, values
and quantities. Goods whose own code is confidential are summed in 99999999: that figure is the size
of what is suppressed, by country and year.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from verdikart.core.errors import Problem, Problems
from verdikart.core.sql import text_literals
from verdikart.reference.entities import Country, Nomenclature
from verdikart.reference.load import load
from verdikart.sources.adapters.pxweb_plan import GOODS, goods_of, partners
from verdikart.sources.adapters.pxweb_reader import Cube, column, period
from verdikart.sources.model import Column, Table, Workbench
from verdikart.sources.notes import Note

SUM_OF_SUPPRESSED = "99999999"
FLOWS = {"import": r"import|innførsel", "export": r"e(?:ks|x)port|utførsel"}
MEASURES = {
    "value": r"verdi|value",
    "first": r"mengde\s*1|quantity\s*1",
    "second": r"mengde\s*2|quantity\s*2",
}
# The units of a code's quantities in its text: M1=kg, M2=stk, M2=nei (none).
UNIT = {n: re.compile(rf"M{n}\s*[=:]\s*([^\s,;()]+)", re.IGNORECASE) for n in (1, 2)}
SCALES = {"kr": 1, "nok": 1, "1000 kr": 1000, "nok 1000": 1000, "1000 nok": 1000, "1000kr": 1000,
          "mill. kr": 1_000_000, "nok million": 1_000_000}  # fmt: skip


def trade(
    cubes: Sequence[Cube],
    texts: Mapping[str, Cube],
    paths: Sequence[str],
    bench: Workbench,
    remedy: str,
) -> tuple[Table, list[Note]]:
    """The table, one part a year, and what to know of it. Raises Problems where a dimension that
    trade needs is not there.
    """
    documents = [*texts.values()] or [*cubes]
    cube = texts.get("en") or documents[0]
    goods, partner = goods_of(cube.codes), partners(cube)
    flow, flows = _matched(documents, FLOWS)
    metric = cube.role("metric")
    measures = _measures(cube, metric)
    missing = [what for what, found in (("goods codes", goods), ("countries", partner),
                                        ("import and export", flow),
                                        ("values", measures.get("value", ""))) if not found]  # fmt: skip
    if missing:
        raise Problems(
            [Problem(cube.file.name, f"no dimension of {what} (there are {', '.join(cube.ids)})",
                     remedy=f"the table may have changed; {remedy}") for what in missing]
        )  # fmt: skip
    unit = cube.units(metric).get(measures["value"], "")
    scale = SCALES.get(re.sub(r"(?<=\d)[\s\u00a0](?=\d)", "", unit.casefold()).strip())
    if scale is None:
        raise Problems([Problem(cube.file.name, "the unit of values is not known", column=metric,
                                value=unit, remedy=remedy)])  # fmt: skip
    used = {code for one in cubes for code in one.codes[partner]}
    iso3 = {row.iso2: row.iso3 for row in load(Country)}
    left = _register(bench, documents, goods, flows, iso3)
    time = cube.role("time")
    periods = {code for one in cubes for code in one.codes[time]}
    years = sorted({year for code in periods if (year := period(code)[0])})
    monthly = any(period(code)[2] for code in periods)
    names = {"goods": goods, "partner": partner, "flow": flow, "metric": metric}
    table = Table(
        tuple(c for c in COLUMNS if c.name != "month" or monthly),
        [(str(year), _sql(paths, year, names, measures, scale, monthly)) for year in years],
        ("code", "partner_code"),
    )
    notes = [
        Note(
            "Code 99999999 holds the goods whose own code is confidential: its figures are the size of "
            "what is suppressed."
        ),
        Note(
            "A zero of Statistics Norway may be no trade or trade that is confidential; rows that are zero "
            "throughout are in the cells and not in the table of trade."
        ),
    ]
    if left:
        told = "Not goods codes, left out of the table of trade: {codes}"
        notes.append(Note(told, codes=", ".join(left)))
    unknown = sorted(used - set(iso3))
    if unknown:
        told = "Not countries of today, kept by the provider's code: {codes}"
        notes.append(Note(told, codes=", ".join(unknown)))
    return table, notes


COLUMNS = (
    Column("code", "VARCHAR", "key"),
    Column("code_valid_from", "SMALLINT", "key"),
    Column("nomenclature", "VARCHAR"),
    Column("hs6", "VARCHAR"),
    Column("hs_nomenclature", "VARCHAR"),
    Column("year", "SMALLINT", "key"),
    Column("month", "SMALLINT", "key"),
    Column("reporter", "VARCHAR"),
    Column("partner_code", "VARCHAR", "key"),
    Column("partner", "VARCHAR"),
    Column("flow", "VARCHAR", "key"),
    Column("value", "BIGINT", "measure", "NOK"),
    Column("currency", "VARCHAR"),
    Column("quantity_kg", "DOUBLE", "measure", "kg"),
    Column("supplementary_quantity", "DOUBLE", "measure"),
    Column("supplementary_unit", "VARCHAR"),
    Column("status", "VARCHAR"),
    Column("status_code", "VARCHAR"),
    Column("quantity_status", "VARCHAR"),
    Column("confidentiality", "VARCHAR"),
)


def _sql(
    paths: Sequence[str],
    year: int,
    names: Mapping[str, str],
    measures: Mapping[str, str],
    scale: int,
    monthly: bool,
) -> str:
    listed = text_literals(paths)
    col = {role: f'"{column(name)}"' for role, name in names.items()}
    of = {role: f"FILTER (WHERE {col['metric']} = '{measures.get(role, '')}')" for role in MEASURES}
    kept = "month" if monthly else "NULL::SMALLINT"
    return f"""
    WITH wide AS (
        SELECT {col["goods"]} AS goods, {col["partner"]} AS partner, {col["flow"]} AS flow,
            {kept} AS month,
            any_value(value) {of["value"]} AS v, any_value(value) {of["first"]} AS q,
            any_value(value) {of["second"]} AS s,
            any_value(status) {of["value"]} AS mark, any_value(status) {of["first"]} AS q_mark,
            any_value(status_code) {of["value"]} AS meaning
        FROM read_parquet([{listed}]) WHERE year = {year}
        GROUP BY ALL
        HAVING bool_or(value <> 0 OR status IS NOT NULL)
    )
    SELECT g.code, g.since AS code_valid_from, 'NO8' AS nomenclature, substr(g.code, 1, 6) AS hs6,
        '{_harmonized(year)}' AS hs_nomenclature, {year} AS year, month, 'NOR' AS reporter,
        w.partner AS partner_code, c.iso3 AS partner, f.flow,
        round(v * {scale})::BIGINT AS value, 'NOK' AS currency,
        CASE WHEN g.first = 'kg' THEN q END AS quantity_kg,
        CASE WHEN g.second IS NOT NULL THEN s END AS supplementary_quantity,
        g.second AS supplementary_unit, mark AS status, coalesce(meaning, 'missing') AS status_code,
        q_mark AS quantity_status,
        CASE WHEN g.code = '{SUM_OF_SUPPRESSED}' THEN 'sum_of_suppressed'
             WHEN mark = ':' OR q_mark = ':' THEN 'suppressed' END AS confidentiality
    FROM wide w JOIN px_goods g ON g.id = w.goods JOIN px_flows f ON f.id = w.flow
    LEFT JOIN px_countries c ON c.id = w.partner
    """  # noqa: S608 - names are those of the metadata, quoted


def _register(
    bench: Workbench,
    documents: Sequence[Cube],
    goods: str,
    flows: Mapping[str, str],
    iso3: Mapping[str, str],
) -> list[str]:
    """Codes with what they mean, as tables of the workbench; return those that are no goods codes."""
    import pyarrow as pa

    told: dict[str, str] = {}
    for one in documents:
        labels, notes = one.labels(goods), one.notes_of(goods)
        for code in one.codes[goods]:
            told[code] = f"{told.get(code, '')} {labels.get(code, '')} {notes.get(code, '')}"
    rows, left = [], []
    for code, text in told.items():
        named = GOODS.fullmatch(code)
        if named is None:  # a heading or a total among the codes
            left.append(code)
            continue
        first, second = (UNIT[n].search(text) for n in (1, 2))
        two = second[1] if second and second[1].casefold() not in ("nei", "no", "-") else None
        rows.append({"id": code, "code": named[1], "since": int(named[2]) if named[2] else 0,
                     "first": first[1].casefold() if first else "kg", "second": two})  # fmt: skip
    kinds = pa.schema([("id", pa.string()), ("code", pa.string()), ("since", pa.int16()),
                       ("first", pa.string()), ("second", pa.string())])  # fmt: skip
    bench.con.register("px_goods", pa.Table.from_pylist(rows, kinds))
    bench.con.register("px_flows", pa.table({"id": list(flows), "flow": list(flows.values())}))
    bench.con.register("px_countries", pa.table({"id": list(iso3), "iso3": list(iso3.values())}))
    return left


def _matched(documents: Sequence[Cube], words: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The dimension whose every category is one of ``words``, and code → word."""
    for name in documents[0].ids:
        found = {
            code: word
            for one in documents
            for code, text in one.labels(name).items()
            for word, pattern in words.items()
            if re.match(pattern, text.strip(), re.IGNORECASE)
        }
        if found and all(set(one.codes[name]) <= set(found) for one in documents):
            return name, found
    return "", {}


def _measures(cube: Cube, metric: str) -> dict[str, str]:
    """Role → code of what is measured, told by the code or its text."""
    if not metric:
        return {}
    texts = cube.labels(metric)
    return {
        role: code
        for role, pattern in MEASURES.items()
        for code in reversed(cube.codes[metric])
        if re.match(pattern, code, re.IGNORECASE) or re.match(pattern, texts.get(code, ""), re.IGNORECASE)
    }  # fmt: skip


def _harmonized(year: int) -> str:
    """The revision of the Harmonized System whose six digits the tariff of a year has."""
    found = [row for row in load(Nomenclature) if row.nomenclature.startswith("HS")]
    return max(
        (row for row in found if row.valid_from <= year),
        key=lambda row: row.valid_from,
        default=min(found, key=lambda row: row.valid_from),
    ).nomenclature
