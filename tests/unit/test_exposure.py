"""Exposure: the sparse network against dense solutions, chains against sums by hand, real chains."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from verdikart.chains.exposure import HIGH, LOW, VALUE, Line, Supply, Tracing, passed_on
from verdikart.chains.graph import ChainGraph
from verdikart.chains.line_weights import added, weights
from verdikart.chains.network import Network, origins, solve
from verdikart.core.errors import UnknownName
from verdikart.indicators.assessment import Range
from verdikart.mapping import chain_exposure, exposure_rows, exposure_supply, sector_exposure
from verdikart.mapping.chain_view import view
from verdikart.mapping.money import dollars
from verdikart.reference.entities import Product
from verdikart.reference.homes import home
from verdikart.reference.value_chains import Chain, ChainEdge

A, B, C = 0, 1, 2


def edge(source: str, target: str, coefficient: float | None, **more: object) -> ChainEdge:
    """An edge with a coefficient in t/t and whatever else is given."""
    fields: dict[str, object] = dict.fromkeys(ChainEdge.__slots__, "")
    fields |= {"input_materials": (), "output_materials": (), "relation": "main input"}
    fields |= {"route_share": None, "route_low": None, "route_high": None}
    fields |= {"edge_id": f"{source}>{target}", "input_product": source, "output_product": target}
    fields |= {"coefficient": coefficient, "coef_low": None, "coef_high": None, "coef_unit": "t/t"}
    return ChainEdge(**(fields | more))


def graph(*edges: ChainEdge) -> ChainGraph:
    names = {p for e in edges for p in (e.input_product, e.output_product)}
    products = {n: Product(n, "processing", n, n) for n in names}
    return ChainGraph(Chain("test", "test", "test", "deep", False, "", ""), edges, products)


def supply(own: list[float], bought: list[list[float]], makers: list[bool] | None = None) -> Supply:
    able = np.array(makers or [True] * len(own))
    return Supply(csr_matrix(np.array(bought)), np.array([own] * 3), able)


def line(product: str, sellers: list[float], own: float = 0.0, at: int = A) -> Line:
    return Line(product, np.array(sellers), Range.exact(own), np.eye(len(sellers))[at])


# Metal is worth 100; it takes 2 t of ore at 20, so its maker adds 60 of the 100.
METAL = graph(edge("ore", "metal", 2.0), edge("metal", "part", 1.0))
PRICES = {"ore": Range.exact(20.0), "metal": Range.exact(100.0)}
SUPPLIES = {
    # B digs a quarter of its own ore and buys the rest from C; C digs all it uses.
    "ore": supply([0.0, 0.25, 1.0], [[0, 0, 1], [0, 0, 1], [0, 0, 0]]),
    "metal": supply([0.0, 1.0, 1.0], [[0, 1, 0], [0, 0, 0], [0, 0, 0]]),
}


def test_the_two_sector_textbook_case():
    # Miller and Blair (2009), chapter 2: x = L f.
    coefficients = csr_matrix([[0.15, 0.25], [0.20, 0.05]])
    for block in (1, 2):
        inverse = solve(coefficients, block, np.eye(2))
        assert inverse == pytest.approx(np.array([[1.2541, 0.3300], [0.2640, 1.1221]]), abs=5e-5)
        output = solve(coefficients, block, np.array([[600.0], [1500.0]]))
        assert output.ravel() == pytest.approx([1247.52, 1841.58], abs=0.05)


def _random_network(seed: int, countries: int = 5, sectors: int = 4) -> Network:
    rng = np.random.default_rng(seed)
    nodes = countries * sectors
    flows = rng.random((nodes, nodes)) * (rng.random((nodes, nodes)) < 0.4)
    bought = flows.sum(axis=0) * (1 + 0.05 * rng.random(nodes))
    output = bought / rng.uniform(0.3, 0.9, nodes)
    names = tuple(f"C{k}" for k in range(countries)), tuple(f"S{k}" for k in range(sectors))
    return Network(*names, csr_matrix(flows), output, bought)


@pytest.mark.parametrize("seed", range(5))
def test_look_through_equals_the_dense_solution(seed):
    network = _random_network(seed)
    buyers = np.zeros((20, 2))
    buyers[0, 0] = 1
    buyers[4:8, 1] = 1
    found = origins(network, buyers)
    flows = network.flows.toarray()
    technical = flows / network.output
    inverse = np.linalg.inv(np.eye(20) - technical)
    unlisted = (network.bought - flows.sum(axis=0)) / network.output
    added = (1 - technical.sum(axis=0) - unlisted)[:, None] * (inverse @ flows @ buyers)
    spent = network.bought @ buyers
    assert found.spent == pytest.approx(spent, abs=1e-9)
    dense = added.reshape(5, 4, 2).sum(axis=1) / spent
    assert found.look_through == pytest.approx(dense, abs=1e-9)
    needed = (inverse @ flows @ buyers).reshape(5, 4, 2).sum(axis=1)
    assert found.gross == pytest.approx(needed / needed.sum(axis=0), abs=1e-9)
    for shares, rest in (
        (found.face, found.face_unlisted),
        (found.look_through, found.look_through_unlisted),
    ):
        assert shares.sum(axis=0) + rest == pytest.approx(1.0, abs=1e-9)
    assert found.hidden == pytest.approx(found.look_through - found.face)


def test_a_country_that_buys_nothing_abroad_is_not_exposed():
    flows = csr_matrix(np.kron(np.eye(3), np.full((2, 2), 1.0)))
    network = Network(("X", "Y", "Z"), ("S", "T"), flows, np.full(6, 5.0), np.full(6, 2.0))
    buyers = np.zeros((6, 1))
    buyers[:2] = 1
    found = origins(network, buyers)
    assert found.face.ravel() == pytest.approx([1, 0, 0], abs=1e-12)
    assert found.look_through.ravel() == pytest.approx([1, 0, 0], abs=1e-12)


def test_a_network_without_solution_says_so():
    with pytest.raises(ValueError, match="does not settle"):
        solve(csr_matrix([[0.0, 1.2], [1.1, 0.0]]), 1, np.eye(2))


def test_a_line_is_split_between_seller_and_those_behind():
    found = Tracing(METAL, 3, SUPPLIES, PRICES).follow([line("metal", [0, 1, 0])])
    assert found.face[VALUE, 0] == pytest.approx([0, 1, 0])
    # B adds 0.6 and digs a quarter of ore worth 0.4; C has the rest.
    assert found.direct[VALUE, 0] == pytest.approx([0, 0.6, 0])
    assert found.total[VALUE, 0] == pytest.approx([0, 0.7, 0.3])
    assert found.indirect[VALUE, 0] == pytest.approx([0, 0.1, 0.3])
    assert found.total[LOW] == pytest.approx(found.total[HIGH])
    # Mass balance: what enters ore is the coefficient times the price ratio, 2 × 20 / 100.
    assert found.stages["ore"].sum() == pytest.approx(0.4)
    assert found.unknown == pytest.approx([0.0])


def test_a_chain_at_home_has_no_exposure():
    home_only = {p: supply([1.0] * 3, np.zeros((3, 3)).tolist()) for p in ("ore", "metal")}
    found = Tracing(METAL, 3, home_only, PRICES).follow([line("metal", [0, 0, 0], own=1.0)])
    assert found.total[:, 0] == pytest.approx(np.array([[1, 0, 0]] * 3))


def test_an_edge_that_nothing_goes_through_changes_nothing():
    more = graph(*METAL.edges, edge("salt", "metal", 0.0))
    lines = [line("metal", [0, 0.5, 0.5])]
    plain = Tracing(METAL, 3, SUPPLIES, PRICES).follow(lines)
    with_it = Tracing(more, 3, SUPPLIES, PRICES).follow(lines)
    assert with_it.total == pytest.approx(plain.total)


def test_an_unknown_coefficient_is_an_interval_and_not_zero():
    unknown = graph(edge("ore", "metal", None))
    found = Tracing(unknown, 3, SUPPLIES, PRICES).follow([line("metal", [0, 1, 0])])
    # All in the metal or all in the ore, and between them an even split.
    assert found.total[LOW, 0] == pytest.approx([0, 0.25, 0])
    assert found.total[HIGH, 0, C] == pytest.approx(0.75)
    assert found.total[VALUE, 0] == pytest.approx([0, 0.625, 0.375])
    # Energy of unknown worth stays with the maker, and its interval is as open.
    side = graph(edge("ore", "metal", None, relation="energy"))
    found = Tracing(side, 3, SUPPLIES, PRICES).follow([line("metal", [0, 1, 0])])
    assert found.total[VALUE, 0] == pytest.approx([0, 1, 0])
    assert found.total[HIGH, 0, C] == pytest.approx(0.75)


def test_an_unknown_supplier_is_unknown_and_never_shared_out():
    gone = SUPPLIES | {"ore": supply([0.0, 0.0, 0.0], [[0, 0, 0], [0, 0, 0.5], [0, 0, 0]])}
    found = Tracing(METAL, 3, gone, PRICES).follow([line("metal", [0, 1, 0])])
    assert found.total[VALUE, 0] == pytest.approx([0, 0.6, 0.2])
    assert found.unknown == pytest.approx([0.2])
    assert found.total[HIGH, 0] == pytest.approx([0.2, 0.8, 0.4])


def test_alternatives_count_by_their_share_and_unknown_shares_stay_open():
    def routes(share: float | None) -> ChainGraph:
        first = edge("ore", "metal", 2.0, choice="feed", route="ore", route_share=share)
        other = None if share is None else 1 - share
        return graph(
            first, edge("scrap", "metal", 1.0, choice="feed", route="s", route_share=other)
        )

    prices = PRICES | {"scrap": Range.exact(50.0)}
    supplies = SUPPLIES | {"scrap": supply([1.0] * 3, np.zeros((3, 3)).tolist())}
    buy = [line("metal", [0, 1, 0])]
    found = Tracing(routes(0.5), 3, supplies, prices).follow(buy)
    # Half by ore (0.4 of value, three quarters of it from C), half by scrap of the maker's own.
    assert found.total[VALUE, 0, C] == pytest.approx(0.5 * 0.4 * 0.75)
    found = Tracing(routes(None), 3, supplies, prices).follow(buy)
    assert found.total[LOW, 0, C] == 0
    assert found.total[HIGH, 0, C] == pytest.approx(0.3)


def test_what_a_country_that_makes_none_sells_it_bought():
    bought = csr_matrix(np.array([[0, 1.0, 0], [0.5, 0, 0.5], [0, 0, 0]]))
    makers = np.array([False, False, True])
    # A and B sell to each other: half of each round reaches C, the rest is on its way.
    found = passed_on(bought, makers, 2).toarray()
    assert found[A] == pytest.approx([0, 0, 0.5])
    assert found[B] == pytest.approx([0, 0, 0.75])
    assert passed_on(bought, makers, 60).toarray()[A, C] == pytest.approx(1, abs=1e-4)


def test_lines_are_weighed_by_value_and_unknown_worth_keeps_them_open():
    found = weights([Range.exact(30.0), Range.exact(10.0)])
    assert found == pytest.approx(np.array([[0.75, 0.25]] * 3))
    found = weights([Range.exact(30.0), Range(None, 0.0, 10.0, "unknown")])
    assert found[LOW] == pytest.approx([0.75, 0.0])
    assert found[HIGH] == pytest.approx([1.0, 0.25])
    assert found[VALUE, 0] == 1
    assert np.isnan(found[VALUE, 1])
    assert weights([Range.unknown(0.0, float("inf"))]) == pytest.approx(np.ones((3, 1)))


@pytest.mark.parametrize(
    ("made", "floor", "maker", "bought", "sold", "wanted"),
    [
        (100.0, False, True, 100.0, 50.0, (1 / 3, 0.5, 2 / 3)),
        (100.0, True, True, 100.0, 50.0, (1 / 3, 0.5, 1.0)),
        (100.0, False, True, 0.0, 50.0, (1.0, 1.0, 1.0)),
        (0.0, False, True, 10.0, 0.0, (0.0, 0.0, 0.0)),
        (float("nan"), False, False, 10.0, 90.0, (0.0, 0.0, 0.0)),
        (float("nan"), False, True, 30.0, 10.0, (0.0, 0.25, 1.0)),
        (float("nan"), False, True, 10.0, 30.0, (0.0, 1.0, 1.0)),
        (float("nan"), False, True, 0.0, 0.0, (0.0, None, 1.0)),
    ],
)
def test_own_making_as_a_share_of_what_is_used(made, floor, maker, bought, sold, wanted):
    found = exposure_supply.own_share(made, floor, maker, bought, sold)
    assert (found.low, found.value, found.high) == pytest.approx(wanted)


@pytest.fixture(scope="module")
def norway():
    return view("NOR")


def test_china_stands_behind_norwegian_magnesium(norway):
    found = chain_exposure.ChainExposure(norway, norway.graphs["magnesium"], "aluminium_alloys")
    rows = {r["country"]: r for r in exposure_rows.target_rows(found)}
    assert rows["CHN"]["total"] > 0.85
    # Nobody smelts magnesium in the Netherlands: what it sells, it bought.
    assert rows["NLD"]["face"] > 0.02
    assert rows["NLD"]["total"] < 0.005
    assert sum(r["total"] for r in rows.values()) == pytest.approx(1)
    assert sum(r["face"] for r in rows.values()) == pytest.approx(1)


@pytest.mark.parametrize("home_id", ["NOR", "EU27"])
def test_every_chain_conserves_what_it_traces(norway, home_id):
    seen = view(home_id, library=norway.library)
    found = exposure_rows.tables(seen)
    assert {r["chain_id"] for r in found["chain_exposure"]} >= {"ree", "manganese", "nickel"}
    sums: dict[tuple[object, ...], float] = {}
    for table, key in (("chain_exposure", ()), ("chain_exposure_lines", ("edge_id",))):
        for row in found[table]:
            assert row["depth"] in ("deep", "shallow")
            if row["total"] is None:
                continue
            at = (table, row["chain_id"], row["product_id"], *(row[k] for k in key))
            sums[at] = sums.get(at, 0.0) + row["total"]
            if row["country"] != "UNKNOWN":
                assert row["total"] == pytest.approx(row["direct"] + row["indirect"], abs=1e-9)
                assert row["total_low"] <= row["total"] + 1e-9
                assert row["total"] <= row["total_high"] + 1e-9
    assert len(sums) > 100
    assert list(sums.values()) == pytest.approx([1] * len(sums), abs=1e-6)


def test_alumina_is_not_taken_for_aluminium(norway):
    # The embedded data hold no trade in alumina, and metal statistics say nothing of it.
    found = chain_exposure.ChainExposure(norway, norway.graphs["aluminium"], "primary_aluminium")
    rows = [r for r in exposure_rows.line_rows(found) if r["input_id"] == "alumina"]
    unknown = next(r for r in rows if r["country"] == "UNKNOWN")
    assert unknown["total"] == pytest.approx(1)
    assert rows[0]["source"] is None
    assert "BRA" in rows[0]["recorded_origins"]


def test_imports_in_euros_are_no_dollars(norway):
    union = view("EU27", 2024, norway.library)
    rows = exposure_rows.line_rows(
        chain_exposure.ChainExposure(union, union.graphs["fertiliser"], "npk")
    )
    found = next(r for r in rows if r["source"] == "comext_cn8")
    row = next(r for r in union.rows(found["input_id"]) if r.basis == "own_imports")
    assert row.evidence.mix.value_unit == "EUR"
    assert found["imports_usd"] == pytest.approx(
        dollars(float(row.evidence.mix.total("value")), "EUR", 2024)
    )


def _with_nothing(graph, target):
    """The chain with an input of coefficient 0 more."""
    into = graph.into(target)
    spare = next(
        n.product_id
        for n in graph.nodes
        if not graph.into(n.product_id) and n.product_id not in {e.input_product for e in into}
    )
    none = dataclasses.replace(
        into[0], edge_id="E000", input_product=spare, relation="main input", choice="", route="",
        coefficient=0.0, coef_low=None, coef_high=None,
    )  # fmt: skip
    return dataclasses.replace(graph, edges=(*graph.edges, none))


@pytest.mark.parametrize(
    ("chain", "target"),
    [
        ("carbon", "titanium_slag"),
        ("carbon", "primary_aluminium"),
        ("aluminium", "aluminium_rolled"),
    ],
)
def test_an_input_of_which_nothing_is_used_changes_no_row(norway, chain, target):
    plain = norway.graphs[chain]
    before, after = (
        chain_exposure.ChainExposure(norway, graph, target)
        for graph in (plain, _with_nothing(plain, target))
    )
    assert exposure_rows.target_rows(after) == exposure_rows.target_rows(before)
    assert exposure_rows.line_rows(after) == exposure_rows.line_rows(before)


def test_an_own_share_that_is_unknown_is_not_zero(norway):
    # No embedded source has calcined petroleum coke: its home row spans 0-1 and has no value.
    found = chain_exposure.ChainExposure(norway, norway.graphs["aluminium"], "prebaked_anodes")
    row = next(
        r for r in exposure_rows.line_rows(found)
        if r["input_id"] == "petcoke_calcined" and r["country"] == "NOR"
    )  # fmt: skip
    assert (row["face_low"], row["face_high"]) == (0.0, 1.0)
    assert row["face"] is None
    assert row["face_reason"] == "exposure_own_share_unknown"
    assert (row["total"], row["hidden"], row["total_status"]) == (None, None, "not_computable")


def test_a_line_without_a_value_has_bounds_and_is_not_shared_among_others():
    unknown = Line("metal", np.array([0, 1.0, 0]), Range.unknown(), np.eye(3)[A])
    found = Tracing(METAL, 3, SUPPLIES, PRICES).follow([unknown, line("metal", [0, 1, 0])])
    assert np.isnan(found.face[VALUE, 0]).all()
    assert np.isnan(found.total[VALUE, 0]).all()
    assert found.total[HIGH, 0, :C] == pytest.approx([0.6, 0.7])  # all is made in A, or in B
    assert found.unknown == pytest.approx([1.0, 0.0])
    both = added(weights([Range.exact(30.0), Range.exact(10.0)]), found.total)
    assert both[VALUE] == pytest.approx(0.25 * found.total[VALUE, 1])
    alone = added(weights([Range.exact(30.0), Range.exact(0.0)]), found.total)
    assert np.isnan(alone[VALUE]).all()
    assert not np.isnan(alone[[LOW, HIGH]]).any()


def test_flows_without_a_weight_are_not_weightless():
    # Finland buys 31 % of its sulphur by value without tonnes; alone and among all it uses the same.
    k = exposure_supply.at()["FIN"]
    among_all = exposure_supply.supply("sulphur", 2024).own[1, k]
    _, own, _, _ = exposure_supply.seen_by("sulphur", 2024, ("FIN",))
    assert own.value == pytest.approx(among_all)


def test_what_plants_are_known_to_be_fed_with_is_the_line_of_their_good(norway):
    # Tyssedal's ilmenite is from Senegal, Fredrikstad's from Tellnes; the register says so of both.
    found = chain_exposure.ChainExposure(norway, norway.graphs["titanium"])
    rows = {
        (r["product_id"], r["country"]): r
        for r in exposure_rows.line_rows(found)
        if r["input_id"] == "ilmenite_rutile"
    }
    slag, pigment = rows["titanium_slag", "NOR"], rows["titanium_pigment", "NOR"]
    assert (slag["face"], pigment["face"]) == (0, 1)
    assert rows["titanium_slag", "SEN"]["face"] > 0.99
    for row in (slag, pigment):
        # The register is no measurement: the bounds are those of the statistics.
        assert (row["face_low"], row["face_high"]) == (0, 1)
        assert "exposure_register_feed" in row["caveats"]
    # Some of quartz is the home's own by the register, so it says nothing of how much.
    assert chain_exposure.registered_share("high_purity_quartz", "silica_sand", 2024) is None
    # Countries of a plant are of its first feed: nitric acid is not from Morocco.
    assert chain_exposure.registered_share("npk", "nitric_acid", 2024) is None


def test_sector_rows_sum_to_one_and_canada_feeds_norwegian_metal():
    rows = sector_exposure.rows_of(home("NOR"))
    for name in ("face", "look_through", "gross_look_through"):
        sums: dict[str, float] = {}
        for row in rows:
            if row["country"] is not None:
                sums[row["sector_id"]] = sums.get(row["sector_id"], 0.0) + row[name]
        assert len(sums) > 45
        assert list(sums.values()) == pytest.approx([1] * len(sums), abs=1e-9)
    metals = {r["country"]: r for r in rows if r["sector_id"] == "C24B"}
    # Nickel matte: a quarter of what the industry buys comes from Canada.
    assert metals["CAN"]["face"] == pytest.approx(0.243, abs=0.001)
    assert metals["USA"]["hidden"] > 0.05
    last = rows[-1]
    assert last["sector_id"] == "FINAL_DEMAND"
    assert last["look_through_reason"] == "icio_no_final_demand"


def test_a_bloc_is_one_row_and_a_home_outside_the_table_is_told():
    rows = sector_exposure.rows_of(home("EU27"))
    assert {"EU27"} <= {r["country"] for r in rows}
    assert "DEU" not in {r["country"] for r in rows}
    with pytest.raises(UnknownName, match="input-output"):
        sector_exposure.members_of(home("ALB"))
