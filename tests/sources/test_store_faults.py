"""What is found wrong in the store, and what killed or racing processes leave there."""

import json
import shutil
from dataclasses import replace

import pytest
from baci_files import HEAD, PATH, ROWS, baci, packed, rows
from provider import Answer

from verdikart.core.errors import DataProblem, Problems, UnknownName, UsageProblem
from verdikart.sources.delimited import Field, delimited
from verdikart.sources.model import Ask, Piece, SourceProblem
from verdikart.store import fetching
from verdikart.store.depot import JOURNAL
from verdikart.store.diff import diff
from verdikart.store.fetching import add, fetch, planned, rebuild
from verdikart.store.vintages import drop, sweep, verify, vintage, vintages


def added(feed, place, tmp_path, text=ROWS, release="202601", **ask):
    path = tmp_path / f"BACI_HS92_V{release}.zip"
    path.write_bytes(baci(text, release=release))
    return add(feed("baci_hs92"), [path], Ask(**ask), place)


def raw_names(place):
    return sorted(path.name for path in place.raw.glob("*/*"))


SPOILT = {
    "empty": lambda path: path.write_text(""),
    "no object": lambda path: path.write_text("[]"),
    "a field missing": lambda path: path.write_text('{"schema_version": 2}'),
    "another version": lambda path: path.write_text('{"schema_version": 99}'),
    "missing": lambda path: path.unlink(),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_manifest_is_told_stops_nobody_else_and_can_be_dropped(feed, place, tmp_path, how):
    good = added(feed, place, tmp_path, release="202501")
    bad = added(feed, place, tmp_path)
    SPOILT[how](bad.folder / "manifest.json")
    with pytest.raises(DataProblem, match=f"verdikart data drop {bad.id}"):
        vintage("baci_hs92", place)
    assert [r.file for r in verify(place) if not r.ok] == [f"{bad.id}/manifest.json"]
    other = replaced(feed, place, tmp_path)
    assert [v.id for v in vintages("baci_hs17", place)] == [other.id]
    assert bad.raw[0].sha256 in raw_names(place), "nobody knows what it needs"
    assert drop(bad.id, place) > bad.raw[0].bytes
    assert [v.id for v in vintages("baci_hs92", place)] == [good.id]
    assert bad.raw[0].sha256 not in raw_names(place)


def replaced(feed, place, tmp_path):
    """A vintage of another source."""
    path = tmp_path / "BACI_HS17_V202601.zip"
    path.write_bytes(packed({"BACI_HS17_Y2023_V202601.csv": HEAD + ROWS}))
    return add(feed("baci_hs17"), [path], Ask(), place)


@pytest.mark.parametrize(
    "asked", ["*@V202601", "", "@V202601", "baci_hs92@", "../vintages@x", "/x"]
)
def test_a_vintage_is_named_whole_or_not_at_all(feed, place, tmp_path, asked):
    added(feed, place, tmp_path)
    for ask in (vintage, drop):
        with pytest.raises(UnknownName, match="baci_hs92@V202601"):
            ask(asked, place)


def test_a_rebuild_that_was_killed_while_it_changed_places_is_undone(feed, place, tmp_path):
    made = added(feed, place, tmp_path)
    # As it is between the two renames: the old one away, the new one not yet in its place.
    made.folder.rename(made.folder.with_name(f".old-{made.name}"))
    (made.folder.parent / ".new-abc").mkdir()
    added(feed, place, tmp_path, release="202501")
    assert rows(vintage(made.id, place)) == rows(made)
    assert [p.name for p in made.folder.parent.glob(".*")] == []
    # As it is after both: the old one is superfluous.
    shutil.copytree(made.folder, made.folder.with_name(f".old-{made.name}"))
    rebuild(made.id, place)
    assert [p.name for p in made.folder.parent.glob(".*")] == []


def test_raw_files_that_nothing_needs_are_swept_away(feed, place, tmp_path):
    made = added(feed, place, tmp_path)
    # A killed load: the raw file is here and no vintage of it; a killed copy: half of a file.
    for name in ("ab/" + "ab" * 32, "cd/.new-x/copy"):
        left = place.raw / name
        left.parent.mkdir(parents=True, exist_ok=True)
        left.write_bytes(b"x")
    mine = place.raw / "ef" / ("ef" * 32)
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_bytes(b"y")
    journal = place.parts / "wmd" / JOURNAL
    journal.parent.mkdir(parents=True)
    journal.write_text(json.dumps({"GET x": {"sha256": mine.name}}))
    with place.changing():
        sweep(place)
    assert raw_names(place) == sorted([made.raw[0].sha256, mine.name]), "a fetch under way needs it"


def test_a_fetch_under_way_keeps_its_raw_file_when_the_vintage_of_it_is_dropped(
    provider, feed, client, place, tmp_path, monkeypatch
):
    made = added(feed, place, tmp_path)
    provider.on(PATH, Answer(baci()))
    loading = fetching.load

    def dropped_meanwhile(*arguments, **named):
        drop(made.id, place)
        return loading(*arguments, **named)

    monkeypatch.setattr(fetching, "load", dropped_meanwhile)
    with client(feed("baci_hs92")) as one:
        again = fetch(one.feed, Ask(), place, one)
    assert rows(again) == rows(vintage("baci_hs92", place))
    assert len(raw_names(place)) == 1


def test_every_question_to_the_same_files_is_a_vintage_of_its_own(feed, place, tmp_path):
    made = [
        added(feed, place, tmp_path, codes=codes).id for codes in ((), ("010121",), ("280469",))
    ]
    assert len(set(made)) == 3
    assert added(feed, place, tmp_path, codes=("280469",)).id == made[2]


def test_the_newest_of_one_day_is_the_one_loaded_last(feed, place, tmp_path):
    for release in ("202601", "202401", "202501"):
        last = added(feed, place, tmp_path, release=release)
    assert vintage("baci_hs92", place).id == last.id
    rebuild("baci_hs92@V202601", place)
    assert vintage("baci_hs92", place).id == last.id


def test_a_faulty_file_leaves_no_raw_file_of_it(feed, place, tmp_path):
    with pytest.raises(Problems):
        added(feed, place, tmp_path, "2023,x,752,10121,1,1\n")
    assert raw_names(place) == []


def test_an_unfinished_fetch_is_finished_offline(provider, feed, client, place, monkeypatch):
    provider.on(PATH, Answer(baci()))

    def broken(*_arguments, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, client(feed("baci_hs92")) as one:
        patch.setattr(fetching, "load", broken)
        with pytest.raises(KeyboardInterrupt):
            fetch(one.feed, Ask(), place, one)
    asked = len(provider.asked)
    with client(feed("baci_hs92"), offline=True) as one:
        (plan,) = planned(one.feed, Ask(), place, one)
        assert plan.here
        made = fetch(one.feed, Ask(), place, one)
        assert len(rows(made)) == 2
        with pytest.raises(SourceProblem, match="leave --offline out"):
            fetch(one.feed, Ask(years=(2023,)), place, one)
    assert len(provider.asked) == asked


def two_editions(feed, place, tmp_path):
    return added(feed, place, tmp_path, release="202501"), added(feed, place, tmp_path)


def test_a_measure_that_one_table_has_is_no_fault_of_the_others(feed, place, tmp_path):
    found = {d.table: d for d in diff(*two_editions(feed, place, tmp_path), measure="quantity_kg")}
    assert found["flows"].measure == "quantity_kg"
    assert found["flows"].sum_after == 500
    assert found["products"].measure is None
    with pytest.raises(UsageProblem, match="no measure mass; it has value_usd, quantity_kg"):
        diff(*(vintage(f"baci_hs92@V{r}", place) for r in (202501, 202601)), measure="mass")


def test_a_corrupt_file_is_told_by_a_comparison(feed, place, tmp_path):
    before, after = two_editions(feed, place, tmp_path)
    path = after.files("flows")[0]
    path.chmod(0o644)
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(DataProblem, match="data rebuild"):
        diff(before, after)


def test_tables_without_a_common_key_are_not_paired(feed, place, tmp_path):
    pair = two_editions(feed, place, tmp_path)
    bare = [
        replace(v, tables=tuple(replace(t, columns=t.columns[4:]) for t in v.tables)) for v in pair
    ]
    with pytest.raises(UsageProblem, match="no key column"):
        diff(*bare, table="flows")


@pytest.mark.parametrize("header", ["t,i,j,k,v,q,,", "t,i,j,k,v,q,note,note", "t,i,j,k,v,q,T,V"])
def test_columns_that_nobody_asks_for_may_be_called_anything(feed, place, tmp_path, header):
    path = tmp_path / "BACI_HS92_Y2023_V202601.csv"
    path.write_text(f"{header}\n" + "".join(f"{line},x,y\n" for line in ROWS.splitlines()))
    assert len(rows(add(feed("baci_hs92"), [path], Ask(), place))) == 2


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("t,i,j,k,v,q,v\n2023,579,752,10121,1,1,1\n", "the column v stands twice"),
        (f"t,i,j,k,v,q,{'x' * 200000}\n", "cannot be read as a table"),
    ],
)
def test_a_header_that_cannot_be_read_is_told(feed, place, tmp_path, text, part):
    path = tmp_path / "BACI_HS92_Y2023_V202601.csv"
    path.write_text(text)
    with pytest.raises(Problems, match=part):
        add(feed("baci_hs92"), [path], Ask(), place)


def test_words_of_no_number_are_no_figures(tmp_path):
    import duckdb

    path = tmp_path / "x.csv"
    path.write_text("a\nnan\n1\ninf\n1e999\n")
    with pytest.raises(Problems) as caught:
        delimited(duckdb.connect(), path, "x.csv", {"a": Field("DOUBLE")}, remedy="look")
    assert [p.row for p in caught.value.problems] == [2, 4, 5]


def test_an_archive_packed_in_an_unknown_way_is_told(feed, place, tmp_path):
    whole = bytearray(baci())
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        whole[whole.find(mark) + at] = 9  # Deflate64, as other programs pack large files
    path = tmp_path / "BACI_HS92_V202601.zip"
    path.write_bytes(bytes(whole))
    with pytest.raises(Problems, match="packed in a way that cannot be read"):
        add(feed("baci_hs92"), [path], Ask(), place)


def test_a_year_that_stands_twice_is_told_and_names_lead_nowhere(feed, place, tmp_path):
    name = "BACI_HS92_Y2023_V202601.csv"
    path = tmp_path / "BACI_HS92_V202601.zip"
    path.write_bytes(packed({f"../../{name}": HEAD + ROWS}))
    assert len(rows(add(feed("baci_hs92"), [path], Ask(), place))) == 2
    assert not list(tmp_path.rglob(name))
    path.write_bytes(packed({f"a/{name}": HEAD + ROWS, f"b/{name}": HEAD + ROWS}))
    with pytest.raises(Problems, match=f"2023 stands twice: a/{name} and b/{name}"):
        add(feed("baci_hs92"), [path], Ask(), place)


def test_a_spoilt_cache_of_answers_is_begun_anew(provider, feed, client, tmp_path):
    (tmp_path / "http.sqlite").write_text("garbage " * 1000)
    provider.on("/m", Answer(b"{}"))
    with client(feed("baci_hs92"), cache=tmp_path) as one:
        assert one.get(Piece("m", f"{provider.base}/m", "json")) == b"{}"
