"""A mapping on a fetched vintage in the place of the embedded data; the verbs on fetched data."""

import csv
import io
import json
import shutil
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from verdikart.cli.app import build
from verdikart.mapping.cards import cell_card, citation
from verdikart.mapping.saved import Shelf
from verdikart.web.ask import Ask
from verdikart.web.pages.material import material

OWN = Path(__file__).parents[2] / "examples" / "own_table"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A depot with two editions of BACI HS92: as embedded, and a fuller one that differs."""
    folder = tmp_path_factory.mktemp("fetched")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VERDIKART_HOME", str(folder / "depot"))
        patch.delenv("VERDIKART_VINTAGES", raising=False)
        for release in ("202501", "202601"):
            path = folder / f"BACI_HS92_V{release}.zip"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for year in (2022, 2023, 2024):
                    text = flows(year, full=release == "202601")
                    archive.writestr(f"BACI_HS92_Y{year}_V{release}.csv", text)
            run("data", "add", str(path), "--as", "baci_hs92")
        run("data", "add", f"{OWN}/stocks.csv", "--as", f"{OWN}/stocks.yaml")
    return folder / "depot"


@pytest.fixture(autouse=True)
def _depot(home, monkeypatch):
    monkeypatch.setenv("VERDIKART_HOME", str(home))
    monkeypatch.delenv("VERDIKART_VINTAGES", raising=False)


def flows(year, *, full):
    """The embedded flows as BACI writes them; ``full`` adds silicon and 4,000 other codes."""
    from verdikart.store import engine

    rows = engine.rows(
        "SELECT year, exporter, importer, code, value_usd, quantity_kg FROM {file} WHERE year = ?",
        "baci_hs92.parquet",
        [year],
    )
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow("tijkvq")
    for t, i, j, k, v, q in rows:
        write.writerow(
            [t, i, j, int(k), f"{v / 1000:.3f}", "NA" if q is None else f"{q / 1000:.3f}"]
        )
    if full:
        write.writerow([year, 579, 276, 280469, 500000, 200000])
        write.writerow([year, 156, 276, 280469, 250000, 125000])
        for number in range(4000):
            write.writerow([year, 579 if number % 2 else 276, 752, 990000 + number, 100, "NA"])
    return out.getvalue()


def run(*arguments, code=0):
    found = CliRunner().invoke(build(arguments[0]), list(arguments))
    assert found.exit_code == code, (found.output, found.exception)
    return found.output


def test_what_is_here_is_listed_with_its_state():
    rows = json.loads(run("data", "status", "--format", "json"))
    by = {row["source"]: row for row in rows}
    assert by["baci_hs92"]["vintage"] in ("baci_hs92@V202501", "baci_hs92@V202601")
    assert by["baci_hs92"]["vintages"] == 2
    assert by["baci_hs92"]["state"] == "fresh"
    assert by["baci_hs22"]["state"] == "not_here"
    assert "V20" in run("data", "status", "--lang", "nb")
    assert "fersk" in run("data", "status", "--lang", "nb")


def test_a_vintage_that_cannot_be_read_is_said_and_hides_no_other(home, tmp_path, monkeypatch):
    copy = tmp_path / "depot"
    shutil.copytree(home, copy)
    monkeypatch.setenv("VERDIKART_HOME", str(copy))
    (own,) = (copy / "vintages" / "own_stocks").iterdir()
    (own / "manifest.json").write_text("{", encoding="utf-8")
    older = copy / "vintages" / "baci_hs92" / "V202501" / "manifest.json"
    older.write_text(older.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    rows = json.loads(run("data", "status", "--format", "json"))
    by = {row["source"]: row for row in rows}
    assert by["baci_hs92"]["vintage"] == "baci_hs92@V202601"
    assert by["baci_hs92"]["state"] == by["own_stocks"]["state"] == "damaged"
    assert by["own_stocks"]["vintage"] is None
    for source in ("baci_hs92", "own_stocks"):
        (fault,) = by[source]["damaged"]
        assert f"verdikart data drop {source}@" in fault
    assert by["wmd"]["damaged"] == []
    text = " ".join(run("data", "status", "--lang", "nb").split())
    assert "kan ikke leses" in text
    assert "baci_hs92@V202601" in text


def test_two_editions_are_compared_and_what_moved_is_named():
    found = json.loads(
        run("data", "diff", "baci_hs92@V202501", "baci_hs92@V202601", "--format", "json")
    )[0]
    assert (found["added"], found["removed"], found["revised"]) == (3 * 4002, 0, 0)
    top = found["moved"][0]
    assert (top["by"], top["value"], top["change"]) == ("code", "280469", 3 * 750_000_000)
    text = run("data", "diff", "baci_hs92@V202501", "baci_hs92@V202601", "--lang", "nb")
    assert "12\xa0006 rader lagt til" in text.replace("\u202f", "\xa0")


def test_a_mapping_uses_the_vintage_and_names_it(verdikart, home, tmp_path):
    env = {"VERDIKART_HOME": str(home)}
    chosen = ("--vintage", "baci_hs92@V202601", "--vintage", "own_stocks")
    asked = ("map", *chosen, "--out", str(tmp_path / "out"))
    summary = verdikart(*asked, "--format", "json", env=env).json()
    folder = Path(summary["folder"])
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["vintages"]["baci_hs92"].startswith("baci_hs92@V202601")
    assert summary["year"] == 2024
    figures = {r["id"]: r for r in pq.read_table(folder / "tables" / "figures.parquet").to_pylist()}
    silicon = "2024/baci_hs92/HS92:280469"
    assert figures[f"NATO_EX_NOR/{silicon}/import/value:NOR"]["value"] == 500_000_000
    assert manifest["vintages"]["own_stocks"].startswith("own_stocks@")
    own = pq.read_table(folder / "tables" / "own_figures.parquet").to_pylist()
    assert {r["material"]: (r["own_value"], r["own_value_status"]) for r in own} == {
        "nickel": (1200.5, "ok"),
        "cobalt": (None, "suppressed"),
        "manganese": (None, "missing"),
    }
    shelf = Shelf(tmp_path / "out")
    texts = {"nickel": "1\u00a0200,5\u00a0t", "cobalt": "holdt tilbake", "zinc": None}
    for key, text in texts.items():
        page = material(Ask(shelf.open("current"), shelf, "nb", "current", "", {"material": key}))
        (table,) = next(s for s in page.sections if s.anchor == "own").blocks
        assert [row[3].text for row in table.rows] == ([text] if text else [])
    # The card of an own figure names the table it comes from, and how it is made again.
    saved = shelf.open("current")
    number = [row["material"] for row in own].index("nickel")
    card = cell_card(saved, f"own_figures/{number}/own_value", "nb")
    (source,) = card["sources"]
    assert source["text"].startswith("Beredskapslagre")
    assert source["vintage"].startswith("own_stocks@")
    cited = citation(saved, f"own_figures/{number}/own_value", 1200.5)
    assert cited.endswith(
        "= 1200.5. Emergency stocks (made-up figures); verdikart contributors; CC0-1.0."
    )
    (again,) = card["recompute"]
    assert again.startswith("verdikart map --home NOR --year 2024 --vintage baci_hs92@V202601")
    assert " --vintage own_stocks@" in again
    assert "fetched" not in again
    # Explained later, from the same vintage if that is chosen: advantage needs every product.
    env |= {"VERDIKART_VINTAGES": "baci_hs92@V202601"}
    named = ("explain", f"NOR/{silicon}/export/rca", "--format", "json")
    told = verdikart(*named, env=env).json()
    assert told["mix"]["vintage"].startswith("baci_hs92@V202601")
    assert told["figure"]["status"] == "ok"
    assert told["figure"]["value"] > 1


def test_an_unknown_vintage_is_refused_before_anything_is_done(verdikart, home, tmp_path):
    asked = ("map", "--vintage", "baci_hs92@V1", "--out", str(tmp_path / "o"))
    done = verdikart(*asked, env={"VERDIKART_HOME": str(home)})
    assert done.code == 2
    assert "V202601" in done.err
    assert not (tmp_path / "o").exists()


def test_a_vintage_is_dropped_after_asking():
    runner = CliRunner()
    said = runner.invoke(build("data"), ["data", "drop", "baci_hs92@V202501"], input="n\n")
    assert said.exit_code == 1
    run("data", "drop", "baci_hs92@V202501", "--yes")
    rows = json.loads(run("data", "status", "--format", "json"))
    assert {r["source"]: r["vintages"] for r in rows}["baci_hs92"] == 1


def test_a_source_is_fetched_from_a_mirror_after_a_look_at_the_plan(verdikart, tmp_path):
    mirror = tmp_path / "mirror"
    folder = mirror / "www.cepii.fr" / "DATA_DOWNLOAD" / "baci" / "data"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "BACI_HS22_V202601.zip", "w") as archive:
        archive.writestr("BACI_HS22_Y2023_V202601.csv", "t,i,j,k,v,q\n2023,579,752,280469,5,1\n")
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=mirror)
    )
    server.RequestHandlerClass.log_message = lambda *_: None
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    env = {
        "VERDIKART_HOME": str(tmp_path / "depot"),
        "VERDIKART_MIRROR": f"http://127.0.0.1:{server.server_address[1]}",
    }
    try:
        asked = ("fetch", "baci_hs22", "--release", "V202601", "--format", "json")
        plan = verdikart(*asked, "--dry-run", env=env).json()
        assert plan[0]["address"].startswith("https://www.cepii.fr/")
        assert (plan[0]["bytes"] > 100, plan[0]["here"]) == (True, False)
        assert not (tmp_path / "depot" / "vintages").exists()
        made = verdikart(*asked, env=env).json()
        assert [(r["vintage"], r["rows"]) for r in made] == [("baci_hs22@V202601", 1)]
    finally:
        server.shutdown()
        server.server_close()


def test_a_source_that_is_none_names_the_nearest(verdikart):
    done = verdikart("fetch", "baci_hs23")
    assert done.code == 2
    assert "baci_hs22" in done.err
