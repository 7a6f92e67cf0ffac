"""Bilateral flows into mixes: blocs, members taken out, and mass that is not known."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import narwhals as nw
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verdikart.core.figure import MixId
from verdikart.indicators.mix import Mix, merged
from verdikart.indicators.trade import home_trade, mixes, summed, without_member, world_trade

YEARS = (2023, 2024)
COUNTRIES = tuple(range(1, 8))
NOWHERE = 7  # a number that names no country
NAMES = {n: f"C{n:02d}" for n in COUNTRIES}
SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("year", pa.int16()),
        ("exporter", pa.int16()),
        ("importer", pa.int16()),
        ("value", pa.int64()),
        ("quantity", pa.int64()),
    ]
)
few = settings(max_examples=25, deadline=None, derandomize=True)

flow_tables = st.dictionaries(
    st.tuples(
        st.sampled_from(["260200", "280469"]),
        st.sampled_from(YEARS),
        st.sampled_from(COUNTRIES),
        st.sampled_from(COUNTRIES[:-1]),
    ).filter(lambda key: key[2] != key[3]),
    st.tuples(st.integers(1, 10**12), st.one_of(st.none(), st.integers(1, 10**13))),
    max_size=40,
)
blocs = st.sets(st.sampled_from(COUNTRIES[:-1]), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def engine():
    with duckdb.connect(":memory:") as connection:
        yield connection


def lazy(connection, flows):
    rows = [(*key, *amount) for key, amount in flows.items()]
    columns = list(zip(*rows, strict=True)) if rows else [[]] * len(SCHEMA)
    table = pa.table(
        {field.name: list(column) for field, column in zip(SCHEMA, columns, strict=True)},
        schema=SCHEMA,
    )
    return nw.from_native(connection.from_arrow(table))


def asked(frame, flow="import", home="B"):
    return mixes(
        frame.to_native().fetchall(),
        name=lambda code, year: MixId(home, year, "baci_hs92", f"HS92:{code}", flow),
        country=NAMES.__getitem__,
        unspecified=frozenset({NAMES[NOWHERE]}),
        basis="",
    )


def bloc_mixes(connection, flows, members, flow="import"):
    dated = {year: sorted(members) for year in YEARS}
    return asked(home_trade(lazy(connection, flows), dated, flow), flow)


def direct(flows, members, flow="import"):
    """The same sums in plain Python: (code, year) → partner → [value, quantity, unmeasured]."""
    outside = defaultdict(dict)
    inside = defaultdict(list)
    for (code, year, exporter, importer), (value, quantity) in flows.items():
        ours, theirs = (importer, exporter) if flow == "import" else (exporter, importer)
        if ours not in members:
            continue
        if theirs in members:
            inside[code, year].append((value, quantity))
            continue
        row = outside[code, year].setdefault(theirs, [0, None, 0])
        row[0] += value
        if quantity is None:
            row[2] += value
        else:
            row[1] = (row[1] or 0) + quantity
    return outside, inside


def rows_of(mix):
    return {s.iso3: (s.value, s.quantity, s.unmeasured) for s in (*mix.suppliers, *mix.unspecified)}


@few
@given(flows=flow_tables, members=blocs, flow=st.sampled_from(["import", "export"]))
def test_a_bloc_equals_plain_sums_over_its_members(engine, flows, members, flow):
    found = bloc_mixes(engine, flows, members, flow)
    outside, inside = direct(flows, members, flow)
    assert set(found) == set(outside) | set(inside)
    for key, mix in found.items():
        expected = {NAMES[p]: tuple(row) for p, row in outside[key].items()}
        assert rows_of(mix) == expected
        own = inside[key]
        assert (mix.intra.value if mix.intra else 0) == sum(v for v, _ in own)
        weighed = [q for _, q in own if q is not None]
        assert (mix.intra.quantity if mix.intra else None) == (sum(weighed) if weighed else None)
        assert NAMES[NOWHERE] not in {s.iso3 for s in mix.suppliers}


@few
@given(flows=flow_tables, members=blocs)
def test_extra_plus_intra_is_the_sum_of_the_members_imports(engine, flows, members):
    bloc = bloc_mixes(engine, flows, members)
    single = [bloc_mixes(engine, flows, {member}) for member in members]
    for key in {k for mix in single for k in mix}:
        separate = sum(one[key].total("value") for one in single if key in one)
        together = (bloc[key].total("value") or 0) + (
            bloc[key].intra.value if bloc[key].intra else 0
        )
        assert together == separate


@few
@given(flows=flow_tables, members=blocs)
def test_no_member_is_ever_a_supplier(engine, flows, members):
    for mix in bloc_mixes(engine, flows, members).values():
        assert not {s.iso3 for s in mix.suppliers} & {NAMES[m] for m in members}


@few
@given(flows=flow_tables)
def test_a_bloc_of_everyone_imports_nothing(engine, flows):
    for mix in bloc_mixes(engine, flows, set(COUNTRIES)).values():
        assert mix.suppliers == ()
        assert mix.unspecified == ()
        assert mix.total("value") is None


@few
@given(flows=flow_tables, members=blocs)
def test_the_blocs_imports_are_the_others_exports_to_it(engine, flows, members):
    partner = max(set(COUNTRIES) - members)
    imports = bloc_mixes(engine, flows, members, "import")
    sold = bloc_mixes(engine, flows, {partner}, "export")
    for key, mix in imports.items():
        bought = rows_of(mix).get(NAMES[partner], (0,))[0]
        sales = rows_of(sold[key]) if key in sold else {}
        assert bought == sum(sales[NAMES[m]][0] for m in members if NAMES[m] in sales)


@few
@given(flows=flow_tables)
def test_membership_is_asked_year_by_year(engine, flows):
    dated = {2023: [1, 2], 2024: [1, 2, 3]}
    found = asked(home_trade(lazy(engine, flows), dated, "import"))
    for year, members in dated.items():
        outside, _ = direct(flows, set(members))
        for key in (k for k in found if k[1] == year):
            assert rows_of(found[key]) == {NAMES[p]: tuple(r) for p, r in outside[key].items()}


@few
@given(flows=flow_tables)
def test_the_world_exports_every_flow_once(engine, flows):
    found = asked(world_trade(lazy(engine, flows), list(YEARS)), "export", "WORLD")
    total = sum(mix.total("value") for mix in found.values())
    assert total == sum(value for value, _ in flows.values())


@few
@given(
    flows=flow_tables,
    members=blocs.filter(lambda m: len(m) > 1),
    flow=st.sampled_from(["import", "export"]),
)
def test_taking_out_a_member_equals_the_smaller_bloc(engine, flows, members, flow):
    member = min(members)
    rest = members - {member}
    opposite = "export" if flow == "import" else "import"
    whole = bloc_mixes(engine, flows, members, flow)
    same = bloc_mixes(engine, flows, {member}, flow)
    other = bloc_mixes(engine, flows, {member}, opposite)
    smaller = bloc_mixes(engine, flows, rest, flow)
    for key in set(whole) | set(smaller):
        name = MixId("B_EX", key[1], "baci_hs17", "HS17:260200", flow)

        def of(found, key=key, name=name):
            return found.get(key) or Mix(name, ())

        derived = without_member(
            of(whole), of(same), of(other),
            member=NAMES[member], members=frozenset(NAMES[m] for m in rest), name=name,
        )  # fmt: skip
        assert rows_of(derived) == rows_of(of(smaller))
        assert [s.iso3 for s in derived.suppliers] == [s.iso3 for s in of(smaller).suppliers]
        assert derived.intra is None


@few
@given(flows=flow_tables, members=blocs, chance=st.randoms(use_true_random=False))
def test_the_order_of_flows_changes_nothing(engine, flows, members, chance):
    shuffled = list(flows.items())
    chance.shuffle(shuffled)
    assert bloc_mixes(engine, flows, members) == bloc_mixes(engine, dict(shuffled), members)


def test_a_quantity_that_no_flow_has_stays_unknown(engine):
    flows = {
        ("260200", 2024, 2, 1): (10, None),
        ("260200", 2024, 3, 1): (10, None),
        ("260200", 2024, 3, 4): (10, 7),
    }
    mix = bloc_mixes(engine, flows, {1, 4})["260200", 2024]
    assert rows_of(mix) == {"C02": (10, None, 10), "C03": (20, 7, 10)}
    assert merged([], "INTRA") is None


@few
@given(flows=flow_tables, bloc=blocs, flow=st.sampled_from(["import", "export"]))
def test_summing_rows_directly_agrees_with_the_engine(engine, flows, bloc, flow):
    members = {year: sorted(bloc) for year in YEARS}
    rows = [(*key, *amount) for key, amount in flows.items()]
    planned = home_trade(lazy(engine, flows), members, flow).to_native().fetchall()
    assert sorted(summed(rows, members, flow), key=str) == sorted(map(tuple, planned), key=str)
    world = world_trade(lazy(engine, flows), YEARS).to_native().fetchall()
    assert sorted(summed(rows, None, "export"), key=str) == sorted(map(tuple, world), key=str)
