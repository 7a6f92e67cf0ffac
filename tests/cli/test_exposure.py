"""verdikart exposure: both levels, both languages, its formats and refusals."""

from __future__ import annotations

import csv
import io

import pytest


def test_a_chain_in_json_has_targets_and_lines(verdikart):
    answer = verdikart("exposure", "--chain", "magnesium", "--format", "json").json()
    assert set(answer) == {"targets", "lines"}
    alloys = [r for r in answer["targets"] if r["product_id"] == "aluminium_alloys"]
    china = next(r for r in alloys if r["country"] == "CHN")
    assert china["total"] == pytest.approx(china["direct"] + china["indirect"])
    assert china["depth"] == "deep"
    assert china["inputs"][0].startswith("magnesium_metal=")
    assert {r["input_id"] for r in answer["lines"]} >= {"magnesium_metal"}


def test_the_table_speaks_bokmaal_and_tells_what_was_assumed(verdikart):
    answer = verdikart("exposure", "--chain", "magnesium", "--lang", "nb")
    assert answer.code == 0, answer.err
    assert "magnesium" not in answer.out.split()  # the chain's name, not its id
    for text in ("Kina", "ukjent opprinnelse", "skjult", "Den som selger en vare"):
        assert text in answer.out


def test_one_country_in_every_chain_as_csv(verdikart):
    answer = verdikart("exposure", "--country", "CHN", "--lines", "--format", "csv")
    assert answer.code == 0, answer.err
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert {r["country"] for r in rows} == {"CHN"}
    assert len({r["chain_id"] for r in rows}) > 20
    assert any(float(r["total"]) > 0.5 for r in rows if r["total"])


def test_sectors_of_a_bloc(verdikart):
    answer = verdikart(
        "exposure", "--sector", "C24B", "--home", "NORDIC", "--country", "CHN", "--format", "json"
    ).json()
    assert len(answer) == 1
    assert answer[0]["hidden"] == pytest.approx(answer[0]["look_through"] - answer[0]["face"])
    assert "icio_broad_sectors" in answer[0]["caveats"]


def test_refusals_name_what_there_is(verdikart):
    for asked, text in (
        (("--chain", "magnsium"), "magnesium"),
        (("--country", "KIN"), "unknown country"),
        (("--sector", "C24"), "C24B"),
        (("--level", "stage"), "chain, sector"),
        (("--sector", "C24B", "--chain", "ree"), "does not use --chain"),
        (("--level", "sector", "--home", "ALB"), "input-output table"),
    ):
        answer = verdikart("exposure", *asked)
        assert answer.code == 2
        assert text in answer.err
        assert "Traceback" not in answer.err
