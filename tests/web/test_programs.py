"""The interface for programs, asked over HTTP and held against the saved tables."""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator
from tests.web.conftest import Server

from verdikart.web.api import document
from verdikart.web.api.rows import plain
from verdikart.web.app import create

API = "/api/v1"
NOW = f"{API}/mappings/current"
HHI = "NOR/2024/baci_hs92/HS92:260200/import/hhi_value"
DOCS = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture(scope="module")
def tables(saved_out):
    """Rows of the current mapping's tables as they were saved."""
    folder = saved_out / (saved_out / "current").read_text().strip()
    return lambda name: pq.read_table(folder / "tables" / f"{name}.parquet").to_pylist()


def operations():
    """Path, method and description of every operation."""
    for path, found in document()["paths"].items():
        for method, operation in found.items():
            yield path, method, operation


# A run is no lasting thing: its example is nobody's, and its tests are elsewhere.
PASSING = f"{API}/runs/{{run_id}}"
READS = [(path, told) for path, method, told in operations() if method == "get" and path != PASSING]


def examples(parameter):
    """What the description gives as examples of a parameter."""
    schema = parameter["schema"]
    found = [e["value"] for e in parameter.get("examples", {}).values()]
    found += [parameter["example"]] if "example" in parameter else []
    return found + schema.get("examples", [])


def faults(body, schema):
    """Where an answer breaks its schema."""
    whole = {**schema, "components": document()["components"]}
    return [e.message for e in Draft202012Validator(whole).iter_errors(body)]


@pytest.mark.parametrize(("path", "told"), READS, ids=[p for p, _ in READS])
def test_examples_are_answered_as_described(client, path, told):
    """Each example of each parameter gives 200 and a body of the shape that is described."""
    answer = told["responses"]["200"]["content"]["application/json"]
    assert faults(answer["example"], answer["schema"]) == []
    parameters = told.get("parameters", [])
    shown = {p["name"]: examples(p) for p in parameters}
    assert all(shown.values()), f"without an example: {[n for n, e in shown.items() if not e]}"
    needed = {p["name"]: shown[p["name"]][0] for p in parameters if p["required"]}
    asked = [needed] + [{**needed, name: value} for name in shown for value in shown[name]]
    for values in asked:
        address = path
        for p in parameters:
            if p["in"] == "path":
                address = address.replace(f"{{{p['name']}}}", quote(str(values[p["name"]]), "/:@"))
        query = {p["name"]: values.get(p["name"]) for p in parameters if p["in"] == "query"}
        found = client.get(address, params={k: v for k, v in query.items() if v is not None})
        assert found.status_code == 200, (values, found.text)
        assert found.headers["content-type"] == "application/json"
        assert faults(found.json(), answer["schema"]) == []


def test_every_text_in_a_question_is_bounded():
    """Each text has a pattern or a list of values, and a length, so that nothing grows."""
    loose = []
    for path, _, told in operations():
        for p in told.get("parameters", []):
            kinds = [p["schema"], *p["schema"].get("anyOf", []), p["schema"].get("items", {})]
            for kind in kinds:
                if kind.get("type") == "string" and "enum" not in kind:
                    pattern = kind.get("pattern", "*")
                    bound = "maxLength" in kind or not re.search(r"[+*]", pattern)
                    loose += [] if bound and "pattern" in kind else [(path, p["name"])]
                if kind.get("type") == "array" and "maxItems" not in kind:
                    loose.append((path, p["name"]))
    assert loose == []


def test_every_path_stands_in_the_documentation():
    """docs/api.md names each path."""
    text = DOCS.read_text(encoding="utf-8")
    assert [p for p, _, _ in operations() if f"`{p}" not in text and f" {p}`" not in text] == []


def test_the_description_names_errors_licence_and_tags():
    """Every operation can meet every error, in one shape; every tag is explained."""
    found = document()
    assert found["openapi"].startswith("3.1")
    assert found["info"]["license"]["identifier"]
    explained = {tag["name"] for tag in found["tags"]}
    for path, _, told in operations():
        assert {"400", "404", "405", "413", "414", "421", "422", "429", "503"} <= set(
            told["responses"]
        ), path
        assert set(told["tags"]) <= explained
        assert told["description"]
    shape = {"$ref": "#/components/schemas/ErrorAnswer"}
    for response in found["components"]["responses"].values():
        content = response["content"]["application/json"]
        assert content["schema"] == shape
        assert faults(content["example"], shape) == []


def test_an_unchanged_answer_is_304_and_head_has_no_body(client):
    """ETag and If-None-Match; compression; no header that lets other origins in."""
    first = client.get(f"{NOW}/materials/magnesium", headers={"origin": "http://evil.example"})
    tag = first.headers["etag"]
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["cache-control"] == "private, no-cache"
    assert not [name for name in first.headers if name.startswith("access-control")]
    again = client.get(f"{NOW}/materials/magnesium", headers={"if-none-match": f'"x", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = client.get(f"{NOW}/materials/nickel", headers={"if-none-match": tag})
    assert other.status_code == 200
    head = client.head(f"{NOW}/materials/magnesium")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)
    bare = client.get(f"{NOW}/materials/magnesium", headers={"accept-encoding": "identity"})
    assert bare.json() == first.json()


def test_pages_hold_every_row_once(client, tables):
    """Following the header Link from the first page one meets each row once, as it was saved."""
    saved, met, address = tables("supply"), [], f"{NOW}/tables/supply?limit=1000"
    while address:
        found = client.get(address)
        body = found.json()
        assert body["total"] == len(saved)
        met += body["rows"]
        address = found.links.get("next", {}).get("url")
        assert address == body["links"]["next"]
    assert [row["at"] for row in met] == [f"supply/{n}" for n in range(len(saved))]
    assert [{k: v for k, v in row.items() if k != "at"} for row in met] == saved
    last = client.get(f"{NOW}/tables/supply?limit=1000&offset=8000")
    assert last.links["prev"]["url"] == f"{NOW}/tables/supply?limit=1000&offset=7000"
    beyond = client.get(f"{NOW}/tables/supply?offset=9999999").json()
    assert (beyond["rows"], beyond["total"]) == ([], len(saved))


def test_rows_are_filtered_sorted_and_cut(client, tables):
    """where, columns and sort give what the saved rows give; Norway's magnesium is China's."""
    found = client.get(
        f"{NOW}/tables/assessments",
        params={
            "where": ["home:NOR", "materials:magnesium", "outcome:vulnerable"],
            "columns": "subject,top_supplier,top_share",
            "sort": "-top_share",
        },
    ).json()
    kept = [
        r
        for r in tables("assessments")
        if r["home"] == "NOR" and "magnesium" in r["materials"] and r["outcome"] == "vulnerable"
    ]
    assert found["total"] == len(kept) > 0
    shares = [row["top_share"] for row in found["rows"]]
    assert shares == sorted((r["top_share"] for r in kept), reverse=True)
    metal = next(r for r in found["rows"] if r["subject"] == "HS17:810411")
    assert metal.keys() == {"at", "subject", "top_supplier", "top_share"}
    assert metal["top_supplier"] == "CHN"
    assert metal["top_share"] == pytest.approx(0.9, abs=0.05)
    gaps = client.get(f"{NOW}/tables/assessments?where=top_share:&sort=top_share&limit=1000").json()
    assert gaps["total"] == sum(r["top_share"] is None for r in tables("assessments"))
    rising = client.get(f"{NOW}/tables/assessments?sort=top_share&limit=1000&offset=400").json()
    assert rising["rows"][-1]["top_share"] is None  # missing is last, whichever way
    flags = client.get(f"{NOW}/tables/materials?where=in_scope:true&limit=1000").json()
    assert flags["total"] == sum(r["in_scope"] is True for r in tables("materials"))


def test_figures_are_the_saved_ones_and_recompute(client, tables):
    """The list gives the saved value; the card recomputes the same from its id."""
    saved = {r["id"]: r for r in tables("figures")}
    found = client.get(f"{NOW}/figures", params={"home": "NOR", "indicator": "hhi_value"}).json()
    assert found["total"] == sum(
        r["home"] == "NOR" and r["indicator"] == "hhi_value" for r in saved.values()
    )
    for figure in found["figures"]:
        row = saved[figure["id"]]
        assert (figure["value"], figure["status"]) == (row["value"], row["status"])
    named = client.get(f"{NOW}/figures?indicator=top_supplier&limit=3").json()["figures"]
    assert [f["value"] for f in named] == [saved[f["id"]]["text"] for f in named]
    card = client.get(found["figures"][0]["href"]).json()
    shown = card["figure"]["value"]
    assert shown == pytest.approx(found["figures"][0]["value"], rel=1e-9)
    assert card["indicator"]["formula"]
    assert card["source"]["licence"]
    assert card["recompute"][0].startswith("verdikart explain")
    cell = client.get(f"{NOW}/figures/assessments/0/top_share").json()
    assert cell["value"] == tables("assessments")[0]["top_share"]


def test_views_speak_the_language_and_the_home_that_were_asked_for(client, tables):
    """Names follow lang; a chain's rows follow home."""
    names = [
        client.get(f"{NOW}/materials/silver", params={"lang": lang}).json()["name"]
        for lang in ("en", "nb")
    ]
    assert names == ["Silver", "Sølv"]
    for home in ("NOR", "EU27"):
        chain = client.get(f"{NOW}/chains/nickel", params={"home": home}).json()
        steps = [r for r in tables("chain_steps") if r["chain"] == "nickel" and r["home"] == home]
        assert len(chain["steps"]) == len(steps) > 0
        assert chain["summary"]["verdict"] == next(
            r["verdict"] for r in tables("chains") if (r["chain"], r["home"]) == ("nickel", home)
        )


def test_the_sandbox_changes_nothing_until_something_is_changed(client):
    """At the mapping's own limits no verdict moves; at another limit some do."""
    usual = client.get(f"{NOW}/sandbox").json()
    assert usual["tests"]["moved"] == []
    assert usual["list"]["changes"] == []
    assert usual["list"]["enters"] == usual["list"]["leaves"] == []
    tried = client.get(f"{NOW}/sandbox?share=0.5&sr_threshold=2").json()
    assert tried["tests"]["after"]["vulnerable"] > tried["tests"]["before"]["vulnerable"]
    assert {row["after"] for row in tried["tests"]["moved"]} >= {"vulnerable"}
    assert tried["list"]["choices_after"]["sr_threshold"] == 2
    assert set(tried["list"]["leaves"]) == {
        row["material"] for row in tried["list"]["materials"] if row["move"] == "leaves"
    }
    assert tried["list"]["counts"]["after"] < tried["list"]["counts"]["before"]


def test_two_mappings_are_compared(client):
    """The parts of a change sum to it."""
    current, other = client.get(f"{API}/mappings").json()["mappings"]
    assert (current["current"], current["year"], other["year"]) == (True, 2024, 2023)
    found = client.get(f"{API}/compare", params={"a": other["name"], "b": "current"}).json()
    assert (found["a"]["year"], found["b"]["year"], found["identical"]) == (2023, 2024, False)
    moved = [r for r in found["materials"] if r["supply_risk_change"]]
    assert moved
    for row in moved:
        parts = [row[f"supply_risk_{c}"] for c in ("period", "data", "method", "reference")]
        assert sum(parts) == pytest.approx(row["supply_risk_change"])


def test_a_mistyped_word_is_found(client):
    """Search forgives, in both languages, and leads on."""
    for word, lang in (("magnesum", "en"), ("magnesum", "nb")):
        hit = client.get(f"{API}/search", params={"q": word, "lang": lang}).json()["hits"][0]
        assert (hit["kind"], hit["id"]) == ("material", "magnesium")
        assert client.get(hit["href"]).json()["id"] == "magnesium"


REFUSED = {
    "an unknown parameter": ("GET", f"{NOW}/materials?limt=3", {}, 400, "usage"),
    "a column of lists": ("GET", f"{NOW}/tables/assessments?sort=materials", {}, 400, "usage"),
    "a figure's id cut short": ("GET", f"{NOW}/figures/NOR/2024/wmd/x", {}, 400, "usage"),
    "an edit of nothing": ("GET", f"{NOW}/sandbox?set=x", {}, 400, "usage"),
    "an unknown mapping": ("GET", f"{API}/mappings/0123456789abcdef", {}, 404, "unknown_name"),
    "an unknown table": ("GET", f"{NOW}/tables/passwd", {}, 404, "unknown_name"),
    "an unknown column": ("GET", f"{NOW}/tables/supply?where=x:1", {}, 404, "unknown_name"),
    "an unknown material": ("GET", f"{NOW}/materials/magnesum", {}, 404, "unknown_name"),
    "an unknown chain": ("GET", f"{NOW}/chains/nikel", {}, 404, "unknown_name"),
    "another home": ("GET", f"{NOW}/chains?home=USA", {}, 404, "unknown_name"),
    "an unknown indicator": ("GET", f"{API}/indicators/hhi", {}, 404, "unknown_name"),
    "nowhere": ("GET", f"{API}/nothing/here", {}, 404, "not_found"),
    "a write": ("POST", f"{NOW}/materials", {}, 405, "method_not_allowed"),
    "a preflight": ("OPTIONS", f"{NOW}/materials", {}, 405, "method_not_allowed"),
    "a trace": ("TRACE", f"{API}/health", {}, 405, "method_not_allowed"),
    "a large body": ("POST", f"{API}/health", {"content-length": "99999"}, 413, "refused"),
    "a long address": ("GET", f"{API}/search?q={'x' * 5000}", {}, 414, "refused"),
    "another host": ("GET", f"{API}/health", {"host": "evil.example"}, 421, "refused"),
    "too large a page": ("GET", f"{NOW}/tables/supply?limit=1001", {}, 422, "validation"),
    "a word for a number": ("GET", f"{NOW}/tables/supply?offset=x", {}, 422, "validation"),
    "a number that is none": ("GET", f"{NOW}/sandbox?share=nan", {}, 422, "validation"),
    "a third language": ("GET", f"{NOW}/materials/zinc?lang=de", {}, 422, "validation"),
    "another folder": ("GET", f"{API}/mappings/..%2f..%2fetc%2fpasswd", {}, 404, "not_found"),
    "a file as table": ("GET", f"{NOW}/tables/%2e%2e%5cmanifest.json", {}, 422, "validation"),
    "a query in a name": ("GET", f"{NOW}/materials/zinc'%20OR%201=1--", {}, 422, "validation"),
    "a template": ("GET", f"{NOW}/materials/{{{{7*7}}}}", {}, 422, "validation"),
    "a nought": ("GET", f"{NOW}/materials/zinc%00", {}, 400, "refused"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_every_refusal_has_the_one_shape(client, what):
    """Status and code are right, the shape is the described one, and no internal shows."""
    method, address, headers, status, code = REFUSED[what]
    content = b"x" * 99_999 if "content-length" in headers else None
    found = client.request(method, address, headers=headers, content=content)
    assert found.status_code == status, found.text
    body = found.json()
    assert faults(body, {"$ref": "#/components/schemas/ErrorAnswer"}) == []
    assert (body["error"]["status"], body["error"]["code"]) == (status, code)
    assert not re.search(r"Traceback|\.py|/tmp|/work|parquet", found.text)
    if status == 405:
        assert set(found.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_a_wrong_method_is_told_every_right_one(client):
    """An address with several routes names the methods of all."""
    assert client.put(f"{API}/runs").headers["allow"] == "GET, HEAD, POST"
    assert client.post(f"{API}/runs/5f0a9c3e7b21").headers["allow"] == "DELETE, GET, HEAD"


def test_the_nearest_names_are_given(client):
    """A slip of the pen is shown the way."""
    assert client.get(f"{NOW}/materials/nikkel").json()["error"]["nearest"] == ["nickel"]


def test_no_path_of_the_machine_gets_out(client, saved_out):
    """Neither manifest nor comparison tells where the files lie."""
    for address in (NOW, f"{API}/compare?a=current&b=current", f"{API}/mappings", f"{API}/health"):
        assert str(saved_out) not in client.get(address).text


def test_a_missing_or_half_mapping_is_503_and_the_rest_lives_on(saved_out, tmp_path):
    """Without a mapping, and with one whose tables are gone."""
    import httpx

    with Server(create(tmp_path)) as server, httpx.Client(base_url=server.address) as asked:
        none = asked.get(NOW)
        assert (none.status_code, none.json()["error"]["code"]) == (503, "mapping_unavailable")
        assert asked.get(f"{API}/health").json()["mappings"] == 0
        name = (saved_out / "current").read_text().strip()
        shutil.copytree(saved_out / name, tmp_path / name)
        (tmp_path / "current").write_text(name)
        assert asked.get(f"{NOW}/materials").status_code == 200
        shutil.rmtree(tmp_path / name / "tables")
        half = asked.get(f"{NOW}/tables/assessments")
        assert (half.status_code, half.json()["error"]["code"]) == (503, "mapping_unavailable")
        assert str(tmp_path) not in half.text
        shutil.rmtree(tmp_path / name)
        assert asked.get(f"{NOW}/materials").status_code == 503
        assert asked.get(f"{API}/mappings/{name}").status_code == 404


def test_no_number_is_nan():
    """What is no number becomes null before it is written."""
    told = plain({"@": "t/0", "x": math.nan, "y": [math.inf, 1.5], "z": {"n": -math.inf}})
    assert told == {"at": "t/0", "x": None, "y": [None, 1.5], "z": {"n": None}}
    json.dumps(told, allow_nan=False)
