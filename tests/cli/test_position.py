"""verdikart position and verdikart facilities, run as a user runs them."""

from __future__ import annotations

import csv
import io


def test_position_of_a_chain(verdikart):
    answer = verdikart(
        "position", "--chain", "titanium", "--year", "2024", "--format", "json"
    ).json()
    assert {"home", "year", "on", "roles", "functions", "patterns", "reverse"} == set(answer)
    slag = next(r for r in answer["roles"] if r["product"] == "titanium_slag")
    assert slag["role_nb"] == "bearbeider importert råvare"
    assert slag["depth"] == "deep"


def test_position_in_bokmaal(verdikart):
    answer = verdikart("position", "--table", "reverse", "--country", "DEU", "--lang", "nb")
    assert answer.code == 0, answer.err
    assert "Hvem er avhengig av Norge" in answer.out
    assert "Tyskland" in answer.out
    assert "buyer" not in answer.out


def test_wrong_names_are_usage_errors(verdikart):
    answer = verdikart("position", "--chain", "titan")
    assert answer.code == 2
    assert "titanium" in answer.err
    answer = verdikart("facilities", "--region", "Viken")
    assert answer.code == 2
    assert "Østfold" in answer.err


def test_facilities_searched_and_matched(verdikart):
    answer = verdikart("facilities", "--search", "nikelverk", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert {r["producer"].split(" (")[0] for r in rows} == {"Glencore Nikkelverk"}
    assert rows[0]["feed_countries"] == "CAN"
    answer = verdikart("facilities", "--match", "titanium_pigment", "--lang", "nb")
    assert answer.code == 0, answer.err
    assert "hvorfor det passer" in " ".join(answer.out.split())
    assert "Titanslagg går inn i" in " ".join(answer.out.split())
