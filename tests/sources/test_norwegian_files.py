"""Files added by hand with Norwegian numbers, marks and encodings."""

import pytest
from faults import rows
from hypothesis import given
from hypothesis import strategies as st

from verdikart.core.errors import Problems
from verdikart.sources.model import Ask
from verdikart.sources.norwegian import number, text_of
from verdikart.store.fetching import add
from verdikart.store.vintages import vintages

WIDE = (
    '"08799: Utenrikshandel med varer, etter varenummer, import/eksport, land, statistikkvariabel og måned"\n\n'
    '"varenummer";"import/eksport";"land";"Verdi (kr) 2026M01";"Verdi (kr) 2026M02";"Mengde 1 (M1) 2026M01";'
    '"Mengde 1 (M1) 2026M02"\n'
    '"25041000 - Grafitt";"Import";"CN - Kina";1 234 567;:;12,5;"1\u2009000"\n'
    '"28046900 - Silisium, over 99,99 %";"Import";"CI - Elfenbenskysten, øst for Ghana";..;0;-;.\n'
)


@pytest.mark.parametrize(("text", "told"), [
    ("1 234,5", 1234.5), ("1\u00a0234\u00a0567", 1234567.0), ("1\u2009234", 1234.0), ("1\u202f234,25", 1234.25),
    ("\u22121 000", -1000.0), ("0", 0.0), ("12.5", 12.5), ("1,234", 1.234), ("1.234,5", 1234.5),
    ("1,234.5", 1234.5), ("1.234.567", 1234567.0), (" 7 ", 7.0), ("", None), ("\u00a0", None), (",5", 0.5),
])  # fmt: skip
def test_a_number_as_norwegians_write_it(text, told):
    assert number(text) == told


@pytest.mark.parametrize(
    "text", ["12 34", "1 23,4", "1.23.456", "abc", "1 234 5", "12,34.5", "1-2", "2023M01"]
)
def test_what_is_no_number_is_not_read_as_one(text):
    with pytest.raises(ValueError, match=r"^.*$"):
        number(text)


@given(
    st.integers(-(10**9), 10**9), st.integers(0, 99), st.sampled_from(" \u00a0\u2007\u2009\u202f")
)
def test_numbers_come_back_as_they_were_written(whole, cents, space):
    written = f"{whole:,}".replace(",", space) + f",{cents:02}"
    sign = -1 if whole < 0 else 1
    assert number(written) == pytest.approx(whole + sign * cents / 100, abs=1e-9)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "iso-8859-1", "utf-16"])
def test_encodings_of_the_same_table(encoding, feed, place, tmp_path):
    path = tmp_path / "08799_20261122-101500.csv"
    text = WIDE if encoding.startswith("utf") else WIDE.replace("\u2009", "\u00a0")
    path.write_bytes(text.encode(encoding))
    found = add(feed("ssb_08799"), [path], Ask(), place)
    names = [c.name for c in found.table("cells").columns]
    table = [dict(zip(names, row, strict=True)) for row in rows(found, "cells")]
    assert unique_quoted(found)
    by_cell = {(r["varenummer"], r["contents"], r["month"]): r for r in table}
    one = by_cell["25041000", "Verdi (kr)", 1]
    assert (one["value"], one["year"], one["land"], one["land_text"]) == (
        1234567.0,
        2026,
        "CN",
        "Kina",
    )
    assert [(by_cell[key]["value"], by_cell[key]["status"], by_cell[key]["status_code"]) for key in (
        ("25041000", "Verdi (kr)", 2), ("28046900", "Verdi (kr)", 1), ("28046900", "Verdi (kr)", 2),
        ("28046900", "Mengde 1 (M1)", 1), ("28046900", "Mengde 1 (M1)", 2), ("25041000", "Mengde 1 (M1)", 2),
    )] == [(None, ":", "suppressed"), (None, "..", "missing"), (0.0, None, "zero"), (0.0, "-", "zero"),
           (None, ".", "not_applicable"), (1000.0, None, "ok")]  # fmt: skip
    assert by_cell["28046900", "Verdi (kr)", 1]["land_text"] == "Elfenbenskysten, øst for Ghana"
    assert any("was read as" in note for note in found.notes)


def unique_quoted(found):
    import duckdb

    files = [str(f) for f in found.files("cells")]
    keys = ", ".join(f'"{key}"' for key in list(found.table("cells").keys()))
    return not duckdb.sql(
        f"SELECT {keys} FROM read_parquet({files}) GROUP BY ALL HAVING count(*) > 1"
    ).fetchall()


def test_every_variable_in_front_and_commas(feed, place, tmp_path):
    path = tmp_path / "14091.csv"
    path.write_bytes(
        'produksjon og forbruk,statistikkvariabel,måned,value\n"Kraft, i alt","Kraft (MWh)",2026M01,12345.5\n'
        '"Kraft, i alt","Kraft (MWh)",2026M02,..\n'.encode("iso-8859-1")
    )
    found = add(feed("ssb_14091"), [path], Ask(), place)
    names = [c.name for c in found.table("cells").columns]
    table = [dict(zip(names, row, strict=True)) for row in rows(found, "cells")]
    assert [(r["produksjon og forbruk"], r["month"], r["value"], r["status_code"]) for r in table] == [
        ("Kraft, i alt", 1, 12345.5, "ok"), ("Kraft, i alt", 2, None, "missing")]  # fmt: skip


def test_faults_of_a_table_saved_by_hand_are_listed(feed, place, tmp_path):
    path = tmp_path / "tabell.csv"

    def told():
        with pytest.raises(Problems) as caught:
            add(feed("ssb_08799"), [path], Ask(), place)
        assert "verdikart fetch" in str(caught.value)
        assert vintages(None, place) == []
        return str(caught.value)

    path.write_text(WIDE.replace("1 234 567", "1 234 5").replace(";12,5;", ";ca. 12;"))
    message = told()
    assert "row 4, column Verdi (kr)" in message
    assert "(value '1 234 5')" in message
    assert "(value 'ca. 12')" in message
    path.write_text(WIDE[: WIDE.index(";0;-")])
    assert "row 5: has 4 cells and the head 7" in told()
    path.write_bytes(WIDE.encode().decode("windows-1252", "replace").encode())
    assert "letters æ, ø and å were lost" in told()
    path.write_bytes(b"PK\x03\x04\x00\x00")
    assert "is no text file" in told()
    path.write_bytes(WIDE.encode("windows-1252", "replace") + b"\x81")
    assert "neither UTF-8 nor Windows-1252 (byte 0x81)" in told()
    path.write_text("<!DOCTYPE html>\n<title>x</title>\n")
    assert "holds no table" in told()


def test_a_text_says_what_it_was_read_as(tmp_path):
    path = tmp_path / "x.txt"
    path.write_bytes("Blåbær\u2013".encode("windows-1252"))
    assert text_of(path, "x.txt", "") == ("Blåbær–", "windows-1252")
    path.write_bytes("Blåbær".encode())
    assert text_of(path, "x.txt", "") == ("Blåbær", "utf-8")
