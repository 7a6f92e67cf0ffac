"""What holds for verdicts of chains, whatever the chain: alternatives help, joint needs do not."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from verdikart.chains.concentration import Plant, largest_group, largest_plant
from verdikart.chains.graph import ChainGraph, Need, Route, needs
from verdikart.chains.reach import Entry, aside, necessary, reach_of, upstream
from verdikart.chains.verdicts import (
    SEVERITY,
    bottlenecks,
    chain_verdict,
    judged,
    mean,
    narrows,
    over_ends,
)
from verdikart.indicators.assessment import Range
from verdikart.reference.entities import Product
from verdikart.reference.value_chains import Chain, ChainEdge

settings.register_profile("chains", max_examples=100, deadline=None, derandomize=True)
settings.load_profile("chains")

TINY = 1e-9
CHAIN = Chain("c", "C", "C", "shallow", False, "", "")
MADE, BOUGHT, UNSEEN = Entry(True, False), Entry(False, True), Entry(None, None)
COUNTS = ("vulnerable", "allied", "sound", "open")
STAGES = ("extraction", "processing", "component")


def edge(source, target, choice="", route="", share=None, relation="main input"):
    return ChainEdge(
        f"{source}-{target}-{route}", source, target, (), (), "", relation, choice, route, share,
        None, None, "", None, None, None, "", "", "", "", "high", "none", "test",
    )  # fmt: skip


def graph(edges):
    names = dict.fromkeys(p for e in edges for p in (e.input_product, e.output_product))
    products = {p: Product(p, "processing", p, p) for p in names}
    return ChainGraph(CHAIN, tuple(edges), products)


@st.composite
def chains(draw):
    """Products p0 … pn with edges from lower to higher, some of them routes of a choice."""
    size = draw(st.integers(2, 6))
    edges = []
    for target in range(1, size):
        sources = draw(st.lists(st.integers(0, target - 1), min_size=1, max_size=3, unique=True))
        choice = "way" if len(sources) > 1 and draw(st.booleans()) else ""
        known = choice and draw(st.booleans())
        for n, source in enumerate(sources):
            share = 1 / len(sources) if known else None
            edges.append(edge(f"p{source}", f"p{target}", choice, f"r{n}" if choice else "", share))
    return edges


def setting(draw, found):
    """Entries and counts of every product of a chain."""
    entries = {p: draw(st.sampled_from([MADE, BOUGHT, UNSEEN])) for p in found}
    return entries, {p: draw(st.sampled_from(COUNTS)) for p in found}


def verdict(edges, entries, counts):
    chain = graph(edges)
    found = reach_of(necessary(chain), entries, aside(chain))
    steps = list(found.needs)
    stages = [judged(found, counts, [p for p in steps if _stage(p) == s]) for s in STAGES]
    return chain_verdict(judged(found, counts, steps), stages)


def _stage(product):
    return STAGES[int(product[1:]) % len(STAGES)]


@given(chains(), st.data())
def test_the_order_of_edges_is_irrelevant(edges, data):
    entries, counts = setting(data.draw, graph(edges).products)
    mixed = data.draw(st.permutations(edges))
    assert verdict(edges, entries, counts) == verdict(mixed, entries, counts)
    risks = {p: Range.exact(float(n)) for n, p in enumerate(sorted(entries))}
    found = [
        bottlenecks(narrows(reach_of(necessary(graph(e)), entries, aside(graph(e))), risks))
        for e in (edges, mixed)
    ]
    assert [r.product_id for r in found[0]] == [r.product_id for r in found[1]]


@given(chains(), st.data())
def test_a_sound_alternative_never_worsens_a_verdict(edges, data):
    entries, counts = setting(data.draw, graph(edges).products)
    target = data.draw(st.sampled_from([e.output_product for e in edges]))
    before = verdict(edges, entries, counts)
    # One more way to make the target, beside all it is made of now.
    into = [e for e in edges if e.output_product == target]
    if len({e.choice for e in into}) > 1 or any(e.route_share is not None for e in into):
        return
    rows = [
        e if e.output_product != target else replace(e, choice="way", route=e.route or "as now")
        for e in edges
    ]
    rows.append(edge("p9", target, "way", "new"))
    counts, entries = counts | {"p9": "sound"}, entries | {"p9": MADE}
    after = verdict(rows, entries, counts)
    assert SEVERITY.index(after) <= SEVERITY.index(before)


@given(chains(), st.data())
def test_a_vulnerable_joint_need_never_improves_a_verdict(edges, data):
    entries, counts = setting(data.draw, graph(edges).products)
    target = data.draw(st.sampled_from([e.output_product for e in edges]))
    before = verdict(edges, entries, counts)
    rows = [*edges, edge("p9", target)]
    after = verdict(rows, entries | {"p9": BOUGHT}, counts | {"p9": "vulnerable"})
    assert SEVERITY.index(after) >= SEVERITY.index(before)
    needed = reach_of(necessary(graph(edges)), entries, aside(graph(edges)))
    if target in needed.sure:
        assert after == "vulnerable"


@given(chains(), st.data())
def test_learning_what_was_open_stays_within_the_bounds(edges, data):
    chain = graph(edges)
    entries, counts = setting(data.draw, chain.products)
    found = reach_of(necessary(chain), entries, aside(chain))
    unsure = [p for p, c in counts.items() if c == "open"]
    if not unsure:
        return
    learnt = counts | {unsure[0]: data.draw(st.sampled_from(["vulnerable", "sound"]))}
    before, after = (judged(found, c, list(counts)).part for c in (counts, learnt))
    assert before.low - TINY <= after.low
    assert after.high <= before.high + TINY


@given(chains(), st.data())
def test_a_step_alone_brings_no_more_than_all_together(edges, data):
    chain = graph(edges)
    entries, _ = setting(data.draw, chain.products)
    found = reach_of(necessary(chain), entries, aside(chain))
    risks = {p: Range.exact(data.draw(st.floats(0, 10))) for p in chain.products}
    whole = over_ends(found, risks)
    for row in narrows(found, risks):
        assert row.product_id in upstream(found.needs, found.sure | found.possible)
        assert row.risk.low <= whole.low + TINY
        assert row.risk.high <= whole.high + TINY


shares = st.lists(st.floats(0.01, 1), min_size=1, max_size=4)
number = st.floats(0, 1)


@given(shares, st.data())
def test_the_mean_of_known_shares_lies_in_its_bounds(weights, data):
    known = [w / sum(weights) for w in weights]
    rows = [(Range.exact(w), Range.exact(data.draw(number))) for w in known]
    found = mean(rows, 1.0)
    by_hand = sum(w * r.value for w, (_, r) in zip(known, rows, strict=True))
    assert abs(found.value - by_hand) < 1e-6
    assert found.low - TINY <= found.value <= found.high + TINY
    open_rows = [(Range.unknown(), r) for _, r in rows]
    wide = mean(open_rows, 1.0)
    assert abs(wide.low - min(r.value for _, r in rows)) < TINY
    assert abs(wide.high - max(r.value for _, r in rows)) < TINY


plant = st.builds(
    Plant,
    st.sampled_from(["a", "b", "c", "d"]),
    st.sampled_from(["X", "Y", ""]),
    st.one_of(st.floats(1, 1e6).map(Range.exact), st.just(Range.unknown(0.0, float("inf")))),
)


@given(st.lists(plant, min_size=1, max_size=6), st.data())
def test_a_capacity_that_becomes_known_stays_within_the_bounds(plants, data):
    learnt = [
        replace(
            row,
            capacity=Range.exact(row.capacity.value or data.draw(st.floats(1, 1e6))),
            group=row.group or data.draw(st.sampled_from(["X", "Y", "Z"])),
        )
        for row in plants
    ]
    for largest in (largest_plant, largest_group):
        before, after = largest(plants).share, largest(learnt).share
        assert after.value is not None
        assert before.low - TINY <= after.value <= before.high + TINY
        assert 0 <= before.low <= before.high <= 1 + TINY


def test_one_route_of_a_choice_is_the_whole_need():
    found = needs([edge("a", "b", "way", "only")])
    assert found == (Need("way", (Route("only", Range.exact(1.0), found[0].routes[0].edges),)),)
