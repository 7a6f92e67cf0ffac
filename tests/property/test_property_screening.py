"""Screening a whole table gives, home by home and code by code, what the mixes give one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from verdikart.core.figure import Answer, MixId
from verdikart.core.registry import REGISTRY
from verdikart.indicators import screening
from verdikart.indicators.evidence import Evidence, ExportTotals
from verdikart.indicators.mix import Mix
from verdikart.indicators.trade import Flow, Flows, mixes, summed
from verdikart.mapping.library import governance
from verdikart.mapping.screen import Asked, screen
from verdikart.mapping.trade_sources import numbers_of
from verdikart.reference.countries import iso3_of_baci, unspecified
from verdikart.reference.homes import Home, home
from verdikart.store.flow_engine import DuckEngine
from verdikart.store.flows import open_table

YEAR = 2024
# Norway, Sweden, Denmark, Germany, China, Australia; two without a governance score; two that are no country.
NUMBERS = (579, 752, 208, 276, 156, 36, 540, 258, 899, 838)
CODES = ("010101", "260200", "851712")
BLOCS = ("NORDIC", "EU27")
# A few values only, so that suppliers tie; one whose square is beyond whole numbers of 64 bits.
VALUES = st.sampled_from([None, 0, 1, 2, 1_000, 1_000, 999_999, 123_456_789, 90_000_000_000])

flow_rows = st.dictionaries(
    st.tuples(
        st.sampled_from(CODES), st.sampled_from(NUMBERS), st.sampled_from(NUMBERS)
    ).filter(lambda key: key[1] != key[2]),
    VALUES,
    min_size=1,
    max_size=40,
)  # fmt: skip


class Screen:
    """The two sets on one engine: it plans them once, as for the years of a table."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engines = {full: DuckEngine() for full in (False, True)}

    def __call__(self, rows: dict[tuple[str, int, int], int | None], full: bool) -> dict[Any, Any]:
        flows, out = self.folder / "flows.parquet", self.folder / "out.parquet"
        with duckdb.connect() as con:
            con.execute(
                "CREATE TABLE f (code VARCHAR, year SMALLINT, exporter SMALLINT, importer SMALLINT, "
                "value_usd BIGINT)"
            )
            con.executemany(
                "INSERT INTO f VALUES (?, ?, ?, ?, ?)",
                [(code, YEAR, i, j, value) for (code, i, j), value in rows.items()],
            )
            con.execute(f"COPY f TO '{flows}' (FORMAT parquet)")
            blocs = tuple(home(name) for name in BLOCS)
            asked = Asked(open_table(flows), "made up", "HS92", (YEAR,), blocs, full)
            screen(asked, self.engines[full], out)
            found = con.execute(f"FROM '{out}'")
            keys = [column[0] for column in found.description]
            return {
                (row["home"], row["code"]): row
                for row in (dict(zip(keys, cells, strict=True)) for cells in found.fetchall())
            }


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    made = Screen(tmp_path_factory.mktemp("screen"))
    yield made
    for engine in made.engines.values():
        engine.close()


def of_home(flows: list[Flows], who: Home | None, flow: Flow) -> dict[str, Mix]:
    members = None if who is None else {YEAR: numbers_of(who, YEAR)}
    rows = summed([f for f in flows if f[4]], members, flow)
    found = mixes(
        rows,
        name=lambda code, year: MixId("X", year, "made up", code, flow),
        country=iso3_of_baci,
        unspecified=frozenset(unspecified()),
        basis="",
    )
    return {code: mix for (code, _), mix in found.items()}


def evidences(flows: list[Flows]) -> Iterator[tuple[str, str, Evidence]]:
    """Home, code and evidence of every row that a screening of these flows has."""
    world = of_home(flows, None, "export")
    total = sum(int(f[4]) for f in flows if f[4])
    for name in [iso3_of_baci(n) for n in NUMBERS if n < 800] + list(BLOCS):
        who = home(name)
        bought, sold = of_home(flows, who, "import"), of_home(flows, who, "export")
        own = numbers_of(who, YEAR)
        exports = sum(int(f[4]) for f in flows if f[4] and f[2] in own)
        for code in CODES:
            if code in bought or code in sold:
                empty = Mix(MixId(name, YEAR, "made up", code, "import"), ())
                yield (
                    name,
                    code,
                    Evidence(
                        bought.get(code, empty),
                        exports=sold.get(code, empty),
                        world=world[code],
                        governance=governance(),
                        single_home=who.single,
                        all_products=ExportTotals(exports, total),
                    ),
                )


def same(row: dict[str, Any], name: str, answer: Answer, *, bounds: bool = True) -> None:
    where = f"{row['home']} {row['code']} {name}"
    value = row[name]
    if isinstance(answer.value, str) or answer.value is None or value is None:
        assert value == answer.value, where
    else:
        assert value == pytest.approx(float(answer.value), rel=1e-9, abs=0), where
    if f"{name}_status" in row:
        assert row[f"{name}_status"] == str(answer.status), where
    if f"{name}_reason" in row:
        assert row[f"{name}_reason"] == answer.reason, where
    if bounds:
        for end, limit in (("low", answer.low), ("high", answer.high)):
            got = row[f"{name}_{end}"]
            assert (got is None) == (limit is None), f"{where} {end}"
            assert limit is None or got == pytest.approx(limit, rel=1e-9), f"{where} {end}"


def ask(name: str, evidence: Evidence) -> Answer:
    return REGISTRY.get(name).compute(evidence)


SLOW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],  # shrinking a table takes minutes
)


@SLOW
@given(flow_rows)
def test_full_set_is_that_of_single_mixes(
    screened: Screen, rows: dict[tuple[str, int, int], int | None]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screening, "COMPLETE", 1)  # three codes stand for all products
        found = screened(rows, full=True)
    flows: list[Flows] = [(c, YEAR, i, j, v or 0, None) for (c, i, j), v in rows.items()]
    expected = {(name, code): evidence for name, code, evidence in evidences(flows)}
    assert set(found) == {
        # A bloc whose only flows are between its members has no row but for what it exports.
        key
        for key, evidence in expected.items()
    }
    for key, evidence in expected.items():
        row = found[key]
        for name in ("hhi_value", "top_share", "hhi_governance"):
            same(row, name, ask(name, evidence))
        for name in ("top_supplier", "cdi1", "cdi2", "cdi3", "rca"):
            same(row, name, ask(name, evidence), bounds=False)
        share = ask("top_share", evidence).value
        assert row["over_65_imports"] == (None if share is None else share > 0.65)
        assert row["imports_usd"] == evidence.mix.total("value")
        assert row["exports_usd"] == (
            (evidence.exports.total("value") or 0)
            + (evidence.exports.intra.value if evidence.exports.intra else 0)
        )


@SLOW
@given(flow_rows)
def test_concentration_set_is_that_of_single_mixes(
    screened: Screen, rows: dict[tuple[str, int, int], int | None]
) -> None:
    found = screened(rows, full=False)
    flows: list[Flows] = [(c, YEAR, i, j, v or 0, None) for (c, i, j), v in rows.items()]
    expected = {
        (name, code): evidence
        for name, code, evidence in evidences(flows)
        if evidence.mix.total("value")
    }
    assert set(found) == set(expected)
    for key, evidence in expected.items():
        row, mix = found[key], evidence.mix
        for name in ("hhi_value", "top_share"):
            same(row, name, ask(name, evidence))
        same(row, "top_supplier", ask("top_supplier", evidence), bounds=False)
        assert row["imports_usd"] == mix.total("value")
        assert row["unspecified_usd"] == mix.amounts("value").residual
        assert row["suppliers"] == len(mix.suppliers)
