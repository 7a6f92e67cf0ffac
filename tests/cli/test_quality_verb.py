"""verdikart quality, as a user runs it."""

from __future__ import annotations

import csv
import io


def test_mirror_as_json(verdikart):
    rows = verdikart(
        "quality", "mirror", "--home", "EU27", "--code", "HS17:750210", "--format", "json"
    ).json()
    by_sources = {(r["first_source"], r["second_source"]): r for r in rows}
    nickel = by_sources["baci_hs17", "comext_cn8"]
    assert round(nickel["share_first"], 3) == 0.423
    assert nickel["share_first_low"] < nickel["share_second"] < nickel["share_first_high"]
    assert {"formula", "source", "status" if "status" in nickel else "formula"} <= nickel.keys()


def test_transit_in_bokmaal(verdikart):
    answer = verdikart(
        "quality", "transit", "--by", "partner", "--code", "HS92:251110", "--lang", "nb"
    )
    assert answer.code == 0, answer.err
    assert "Nederland" in answer.out
    assert "ikke kjent" in answer.out  # the sign wraps: not a known producer
    assert "sannsynlig" in answer.out


def test_confidential_as_csv(verdikart):
    answer = verdikart("quality", "confidential", "--flow", "export", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    withheld = next(row for row in rows if row["code"] == "99999999")
    assert (withheld["hidden"], withheld["year"]) == ("55000000000", "2023")


def test_growth_as_a_table_prints_the_whole_formula(verdikart):
    answer = verdikart(
        "quality", "growth", "--from", "2020", "--year", "2023", "--code", "HS92:760110"
    )
    assert answer.code == 0, answer.err
    assert "-751.7" in answer.out
    assert "[ln e₁/e₀ + ln Q₁/Q₀" in answer.out


def test_unit_values_and_quantities(verdikart):
    answer = verdikart("quality", "unit-values", "--by", "product", "--limit", "3")
    assert answer.code == 0, answer.err
    assert "more (--limit" in answer.out
    rows = verdikart("quality", "quantities", "--by", "partner", "--format", "json").json()
    assert {row["unmeasured_share_status"] for row in rows} <= {"ok", "zero"}


def test_an_unknown_table_view_ends_with_2(verdikart):
    answer = verdikart("quality", "mirror", "--by", "country")
    assert answer.code == 2
    assert "product, partner, flow" in answer.err


def test_transit_is_asked_of_imports_alone(verdikart):
    # A customer that makes no aluminium uses it; that it makes none is no sign of transit.
    answer = verdikart("quality", "transit", "--flow", "export")
    assert answer.code == 2
    assert "--flow" in answer.err


def test_tables_name_units_formulas_in_the_language_and_the_sources_of_every_row(verdikart):
    transit = verdikart(
        "quality", "transit", "--code", "HS92:251110", "--by", "partner", "--lang", "nb"
    ).out
    assert "millioner USD" in transit
    assert "tegn som er sett" in transit
    assert "0,00" not in transit
    assert "<0,01" in transit
    hidden = verdikart("quality", "confidential").out
    assert "table 08801" in hidden
    assert "BACI HS17 V202601, heading 2818" in hidden
    assert "U = heading − Σ embedded codes" in hidden
    growth = verdikart("quality", "growth", "--limit", "3", "--lang", "nb").out
    assert growth.index("… og ") < growth.index("formel:")


def test_a_table_of_several_sources_names_the_source_of_every_amount(verdikart):
    # Palladium is compared between two editions of BACI, nickel between BACI and Comext.
    shown = verdikart("quality", "mirror", "--by", "flow", "--home", "EU27").out
    assert "413.49 USD FOB baci_hs92" in shown
    assert "756.72 EUR CIF comext_cn8" in shown
    assert "1,125.8 USD" in verdikart("quality", "confidential").out
