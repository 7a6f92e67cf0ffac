"""Tables of substitutes, lead times, barriers, bands, border terms and side streams: what they say."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from verdikart.reference.entities import Country, Group, Product, Word
from verdikart.reference.load import by_key, load
from verdikart.reference.validate import validate
from verdikart.reference.value_chains import (
    Barrier,
    LeadTime,
    OpportunityBand,
    SideStream,
    Specialisation,
    Substitute,
    Tariff,
    TradeMeasure,
)

MINE = (
    "substitutes", "lead_times", "trade_measures", "barriers", "opportunity_bands",
    "specialisations", "tariffs", "side_streams",
)  # fmt: skip
SOURCED = (Substitute, LeadTime, Barrier, OpportunityBand, Specialisation, Tariff, SideStream)
MEMORY = "memory, unverified"


def words(vocabulary):
    return {row.term for row in load(Word) if row.vocabulary == vocabulary}


def test_the_tables_are_sound():
    assert not [p for p in validate() if p.file.removesuffix(".csv") in MINE]


@pytest.mark.parametrize("record", SOURCED)
def test_what_is_from_memory_says_so_and_what_would_confirm_it(record):
    for row in load(record):
        assert row.source
        remembered = "from memory" in row.source
        if row.confidence == MEMORY:
            assert remembered or "trade_measures" in row.source or "from memory" in row.source
            continue
        # A source that is read says where; a part from memory lowers confidence.
        assert not (remembered and row.confidence == "high"), row


@pytest.mark.parametrize("record", SOURCED)
def test_no_source_tells_where_it_was_read_on_a_machine(record):
    for row in load(record):
        assert not re.search(r"seed|/work|\.\./|shared", row.source), row.source


def test_lines_of_documents_exist():
    """A row that names a strategy document names its lines too."""
    named = [
        r.source for r in load(Barrier) if re.search(r"strategy_2023|prosess21|manufact", r.source)
    ]
    assert len(named) > 30
    assert all(re.search(r"lines? \d+", source) for source in named)


def test_substitutes_name_an_input_other_than_themselves():
    for row in load(Substitute):
        assert row.substitute_product != row.input_product
        assert not (row.use_product and row.use_technology), "one use a row"
    counts = Counter(bool(row.performance_loss and row.readiness) for row in load(Substitute))
    assert counts[True] > 70
    assert any(row.same_origin == "" for row in load(Substitute)), "unknown stays empty"


@pytest.mark.parametrize(
    ("product", "substitute"),
    [
        ("graphite_spherical", "synthetic_graphite"),
        ("cathode_material", "lfp_cathode"),
        ("permanent_magnets", "ferrite_magnets"),
        ("copper_wire", "aluminium_wire"),
        ("titanium_slag", "ilmenite_rutile"),
        ("potassium_chloride", "potassium_sulphate"),
    ],
)
def test_known_pairs(product, substitute):
    rows = [r for r in load(Substitute) if r.input_product == product]
    assert substitute in {r.substitute_product for r in rows}


def test_lead_times_run_forward_between_named_events():
    for row in load(LeadTime):
        assert 0 <= row.years_low <= row.years_high <= 25
        assert row.start_en != row.end_en
        if row.product_id and row.kind not in ("qualification", "grid_connection"):
            assert by_key(Product)[row.product_id].stage == row.stage
    rows = by_key(LeadTime)
    assert rows["mine_world"].years_low == rows["mine_world"].years_high == 16.5
    assert rows["mine_permit_eu"].years_high == 27 / 12
    assert rows["plant_permit_eu"].years_high == 15 / 12
    assert {row.kind for row in load(LeadTime)} == words("lead_time_kind")


def test_measures_are_read_as_goods_of_their_materials():
    rows = by_key(TradeMeasure)
    assert rows["2029-01-01_GAB"].product_ids == ("manganese_ore",)
    assert not rows["2023-12-21_CHN"].product_ids, "a ban on technology holds no goods"
    safeguard = rows["2025-11-18_EU27"].product_ids
    assert "silicon_metal" not in safeguard
    assert len(safeguard) == 6
    assert {"graphite_flake", "graphite_spherical"} <= {*rows["2023-12-01_CHN"].product_ids}


def test_the_safeguard_is_a_barrier_and_a_border_term_alike():
    safeguard = {*by_key(TradeMeasure)["2025-11-18_EU27"].product_ids}
    hindered = {
        r.product_id for r in load(Barrier) if r.kind == "market_access" and r.region == "EU27"
    }
    taxed = {r.product_id for r in load(Tariff) if r.kind == "safeguard"}
    assert hindered == taxed == safeguard


def test_regions_and_markets_are_known():
    known = {*by_key(Country), *by_key(Group), "WORLD"}
    assert {r.market for r in load(Tariff)} <= known
    assert {r.region for r in load(LeadTime)} <= known
    counties = {r.region for r in load(Barrier)} - known
    assert counties <= {"Finnmark", "Rogaland", "Telemark", "Troms", "Vestland", "Østfold"}


def test_free_is_zero_and_unknown_is_empty():
    for row in load(Tariff):
        if row.kind == "free":
            assert row.rate_pct == 0
    assert any(row.rate_pct is None for row in load(Tariff))


def test_every_band_is_one_of_its_kind_and_some_are_low():
    bands = Counter(row.band for row in load(OpportunityBand))
    assert set(bands) == {"low", "medium", "high"}
    assert all("judged" in row.source for row in load(OpportunityBand))


def test_side_streams_have_both_bounds_or_none():
    for row in load(SideStream):
        assert (row.low is None) == (row.high is None)
        assert row.low is None or (row.low <= row.high and row.unit)
    assert not any("red mud" in row.name_en.lower() for row in load(SideStream)), "none in Norway"


def test_files_end_lines_plainly():
    for name in MINE:
        folder = Path(__file__).parents[2] / "src/verdikart/reference/tables"
        assert b"\r" not in (folder / f"{name}.csv").read_bytes()
