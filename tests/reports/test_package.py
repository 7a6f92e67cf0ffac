"""The data package: valid by its standards, the mapping's own numbers in every file, nothing withheld in it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import warnings
import zipfile
from itertools import product
from math import prod
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from verdikart.core.errors import UsageProblem
from verdikart.mapping.audience import Mark, Marks
from verdikart.mapping.bindings import bind
from verdikart.reference.i18n import translations
from verdikart.reports.formats import package
from verdikart.reports.produce import produce

EU = "http://publications.europa.eu/resource/authority"
SMALL = ("headline", "lists", "list-overlap", "chains", "chain-stages", "positions", "statements")


@pytest.fixture(scope="module")
def written(document, saved, tmp_path_factory):
    """Writes a package as a folder once: ``written("material", "nickel", "nb")``."""
    made: dict[tuple[str, ...], Path] = {}

    def write(template, about, lang) -> Path:
        key = (template, about, lang)
        if key not in made:
            made[key] = tmp_path_factory.mktemp("package") / "out"
            of = document(template, [about] if about else [], lang=lang)
            package.write(of, made[key], saved, Marks(saved), None)
        return made[key]

    return write


@pytest.fixture(scope="module")
def whole(written) -> Path:
    return written("whole", "", "en")


def described(folder: Path) -> dict:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def validate(path: Path):
    import frictionless

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return frictionless.validate(str(path))


# The standard's own validator


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_package_of_a_material_is_valid(written, lang):
    report = validate(written("material", "nickel", lang) / "datapackage.json")
    assert report.valid, report.flatten(["name", "fieldName", "type", "note"])[:5]
    assert len(report.tasks) >= 30


def test_tables_of_a_whole_mapping_are_valid_with_their_keys(whole):
    held = described(whole)
    by_name = {r["name"]: r for r in held["resources"]}
    steps = by_name["chain-steps"]["schema"]
    assert steps["primaryKey"] == ["home", "chain", "product"]
    assert steps["foreignKeys"][0]["reference"]["resource"] == "chains"
    assert "primaryKey" not in by_name["criticality-inputs"]["schema"]
    kept = {*SMALL, *(f"{name}.nb" for name in SMALL), *(f"{name}.parquet" for name in SMALL)}
    held["resources"] = [r for r in held["resources"] if r["name"] in kept]
    part = whole / "part.json"
    part.write_text(json.dumps(held), encoding="utf-8")
    report = validate(part)
    part.unlink()
    assert report.valid, report.flatten(["name", "fieldName", "type", "note"])[:5]
    assert len(report.tasks) == len(kept)


def test_the_validator_would_see_another_number(document, saved, tmp_path):
    folder = tmp_path / "out"
    package.write(document("material", ["nickel"]), folder, saved, Marks(saved), None)
    path = folder / "csv" / "goods.csv"
    path.write_bytes(path.read_bytes().replace(b",ok,", b",of,", 1))
    types = {kind for (kind,) in validate(folder / "datapackage.json").flatten(["type"])}
    assert types >= {"hash-count", "constraint-error"}


def test_every_file_is_described_with_its_size_and_hash(whole):
    held = described(whole)
    assert "created" not in held
    named = {r["path"]: r for r in held["resources"]}
    files = {p.relative_to(whole).as_posix() for p in whole.rglob("*") if p.is_file()}
    assert files - set(named) == {"README.md", "CITATION.cff", "datapackage.json", "dcat.jsonld"}
    for path, resource in named.items():
        data = (whole / path).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert resource["title"]


# The same numbers everywhere


def read_csv(path: Path, schema: dict) -> dict[str, list]:
    """Columns of a CSV file by name, read as its schema says."""
    norwegian = path.parent.name == "csv-nb"
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") == norwegian
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    head, *rows = csv.reader(text, delimiter=";" if norwegian else ",")
    assert head == [field["name"] for field in schema["fields"]]
    columns = zip(*rows, strict=True) if rows else ([] for _ in head)
    return {
        field["name"]: read_column(field, column, norwegian)
        for field, column in zip(schema["fields"], columns, strict=True)
    }


def read_column(field: dict, texts, norwegian: bool) -> list:
    point = field.get("decimalChar", ".")
    if field["type"] == "number":
        assert point == ("," if norwegian else ".")
        assert not norwegian or not any("." in text for text in texts)
    read = {
        "integer": int,
        "number": lambda text: float(text.replace(point, ".")),
        "boolean": {"true": True, "false": False}.__getitem__,
        "string": lambda text: text,
        "object": json.loads,
    }[field["type"]]
    if "listSeparator" in field:
        read = lambda text: text.split(field["listSeparator"])  # noqa: E731
    return [read(text) if text else None for text in texts]


def as_read(value, norwegian: bool):
    """A value of the mapping as a CSV file can hold it: nothing, no text and no parts are one."""
    if isinstance(value, list):
        texts = [str(part) for part in value]
        if norwegian and value and isinstance(value[0], float):
            texts = [text.replace(".", ",") for text in texts]
        return None if texts in ([], [""]) else texts
    if isinstance(value, dict):
        return {name: part for name, part in value.items() if part is not None}
    return None if value == "" else value


def test_csv_norwegian_csv_and_parquet_hold_the_mapping(whole, saved):
    schemas = {r["path"]: r.get("schema") for r in described(whole)["resources"]}
    seen = 0
    for table in saved.table_names:
        rows = saved.rows(table)
        if not rows:
            continue
        stem = table.replace("_", "-")
        held = pq.read_table(whole / "parquet" / f"{stem}.parquet")
        assert tuple(held.column_names) == saved.columns(table)
        for name in held.column_names:
            assert held[name].to_pylist() == [row[name] for row in rows], (table, name)
        for folder in ("csv", "csv-nb"):
            path = f"{folder}/{stem}.csv"
            for name, values in read_csv(whole / path, schemas[path]).items():
                own = [as_read(row[name], folder == "csv-nb") for row in rows]
                assert values == own, (path, name)
                seen += len(own)
    assert seen > 500_000


def test_tables_of_a_document_hold_its_figures(written, document):
    folder = written("material", "nickel", "nb")
    made = document("material", ["nickel"], lang="nb")
    table = next(t for t in made.tables if t.table_id == "goods")
    rows = pq.read_table(folder / "parquet" / "goods.parquet").to_pylist()
    places = {column.key: place for place, column in enumerate(table.columns)}
    assert [r["top_share"] for r in rows] == [row[places["top_share"]].raw for row in table.rows]
    assert [r["good_text"] for r in rows] == [row[places["good"]].text for row in table.rows]
    assert all(r["top_share_status"] for r in rows)
    said = pq.read_table(folder / "parquet" / "statements.parquet").to_pylist()
    assert [r["text"] for r in said] == [s.text for s in made.statements]
    assert [r["figures"] for r in said] == [
        [str(f.binding) for f in s.figures] for s in made.statements
    ]


# JSON-stat 2.0


def check_cube(cube: dict) -> dict[tuple[str, ...], float | None]:
    """The rules of https://json-stat.org/full/ that a dataset must keep; values by categories."""
    assert cube["version"] == "2.0"
    assert cube["class"] == "dataset"
    assert cube["label"]
    assert cube["source"]
    ids, size = cube["id"], cube["size"]
    assert len(ids) == len(size) == len(set(ids))
    assert set(cube["dimension"]) == set(ids)
    for name, length in zip(ids, size, strict=True):
        dimension = cube["dimension"][name]
        index, label = dimension["category"]["index"], dimension["category"]["label"]
        assert dimension["label"]
        assert sorted(index.values()) == list(range(length))
        assert set(index) == set(label)
        assert all(label.values())
    roles = [name for names in cube["role"].values() for name in names]
    assert set(roles) <= set(ids)
    assert len(roles) == len(set(roles))
    metric = cube["dimension"][cube["role"]["metric"][0]]["category"]
    assert set(metric["unit"]) == set(metric["index"])
    count = prod(size)
    value = cube["value"]
    if isinstance(value, list):
        assert len(value) == count
        value = {str(place): v for place, v in enumerate(value) if v is not None}
    assert all(0 <= int(place) < count for place in (*value, *cube["status"]))
    assert all(isinstance(v, (int, float)) for v in value.values())
    known = {*cube["extension"]["statusLabel"]}
    assert set(cube["status"].values()) <= known
    for place, status in cube["status"].items():
        # A figure that the source withholds may still have a part that is known.
        assert status not in ("missing", "not_computable") or place not in value, (place, status)
    keys = [sorted(d["category"]["index"], key=d["category"]["index"].get) for d in
            (cube["dimension"][name] for name in ids)]  # fmt: skip
    return {key: value.get(str(place)) for place, key in enumerate(product(*keys))}


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("headline", ("home",)),
        ("assessments", ("home", "subject", "basis")),
        ("supply", ("home", "subject", "partner")),
        ("positions", ("home", "other", "subject", "basis")),
        ("criticality", ("home", "material_id", "basis")),
        ("sector_exposure", ("home", "sector_id", "country")),
        ("tracker_summary", ("home", "benchmark", "standing")),
    ],
)
def test_a_cube_keeps_the_rules_and_holds_the_mapping(whole, saved, table, keys):
    path = whole / "json-stat" / f"{table.replace('_', '-')}.json"
    cube = json.loads(path.read_text(encoding="utf-8"))
    held = check_cube(cube)
    rows = [r for r in saved.rows(table) if all(r[k] is not None for k in keys)]
    if table == "supply":
        rows = [r for r in rows if r["flow"] == "import" and r["part"] == "identified"]
    year = next(iter(cube["dimension"]["year"]["category"]["index"]))
    indicators = cube["dimension"]["indicator"]["category"]["index"]
    bounds = {"value": "", "low": "_low", "high": "_high"} if "bound" in cube["id"] else {"": ""}
    filled = 0
    for row in rows:
        for indicator in indicators:
            for bound, suffix in bounds.items():
                key = (year, *(row[k] for k in keys), indicator, *([bound] if bound else []))
                assert held[key] == row.get(f"{indicator}{suffix}"), key
                filled += held[key] is not None
    assert filled == sum(value is not None for value in held.values()) > 20


# DCAT-AP-NO 2


@pytest.mark.parametrize(("audience", "access"), [("public", "PUBLIC"), ("internal", "NON_PUBLIC")])
def test_the_description_has_what_the_profile_asks_for(document, saved, tmp_path, audience, access):
    folder = tmp_path / "out"
    made = document("material", ["nickel"], lang="nb", audience=audience)
    package.write(made, folder, saved, Marks(saved), None)
    held = json.loads((folder / "dcat.jsonld").read_text(encoding="utf-8"))
    assert all(isinstance(value, str) for value in held["@context"].values())
    (dataset,) = held["@graph"]
    for each in (dataset, *dataset["dct:source"]):
        assert each["@type"] == "dcat:Dataset"
        for name in ("dct:title", "dct:description"):
            assert {text["@language"] for text in each[name]} == {"nb", "en"}
            assert all(text["@value"] for text in each[name])
        assert each["dct:identifier"]
        assert each["dct:publisher"]["@type"] == "foaf:Agent"
        assert each["dct:publisher"]["foaf:name"]
        assert [theme["@id"] for theme in each["dcat:theme"]] == [f"{EU}/data-theme/ECON"]
    assert dataset["dct:accessRights"]["@id"] == f"{EU}/access-right/{access}"
    assert dataset["dct:language"]["@id"] == f"{EU}/language/NOB"
    assert [place["@id"] for place in dataset["dct:spatial"]] == [f"{EU}/country/NOR"]
    assert dataset["dct:temporal"]["dcat:startDate"]["@value"] == f"{saved.year}-01-01"
    assert {word["@language"] for word in dataset["dcat:keyword"]} == {"nb", "en"}
    assert len(dataset["dct:source"]) == len(made.sources)
    files = {r["path"] for r in described(folder)["resources"]}
    assert {d["dcat:accessURL"]["@id"] for d in dataset["dcat:distribution"]} == files
    for each in dataset["dcat:distribution"]:
        data = (folder / each["dcat:accessURL"]["@id"]).read_bytes()
        assert each["dcat:byteSize"] == {"@value": str(len(data)), "@type": "xsd:decimal"}
        checksum = each["spdx:checksum"]["spdx:checksumValue"]["@value"]
        assert checksum == hashlib.sha1(data, usedforsecurity=False).hexdigest()
        assert each["dct:license"]["@id"] == f"{EU}/licence/CC_BY_4_0"
        assert each["dct:format"]["skos:inScheme"]["@id"] == f"{EU}/file-type"
        assert each["dcat:mediaType"]["@id"].startswith("https://www.iana.org/assignments/")


# Papers, and one language


@pytest.mark.parametrize(("lang", "name"), [("nb", "LESMEG.md"), ("en", "README.md")])
def test_the_text_to_read_first_drops_nothing(written, document, lang, name):
    folder = written("material", "nickel", lang)
    made = document("material", ["nickel"], lang=lang)
    text = (folder / name).read_text(encoding="utf-8")
    for term, said in made.scope:
        assert f"{term}: {said}" in text
    for note in made.notes:
        assert " ".join(note.text.split()) in text
    for line in made.sources:
        assert line.licence in text
        assert line.citation in text
    for term in made.terms:
        assert term.term in text
    assert made.footer in text
    if lang == "nb":
        told = text + (folder / "CITATION.cff").read_text(encoding="utf-8")
        told += (folder / "datapackage.json").read_text(encoding="utf-8")
        told = " ".join(told.split())
        for line in made.sources:  # a work is cited as its publisher has it
            told = told.replace(line.citation, "")
        pairs = {m: t for m, t in translations("nb").items() if len(m) > 12 and m != t}
        assert not [m for m, t in pairs.items() if m in told and m not in t and "{" not in m]


# Withheld figures


def test_a_withheld_figure_is_null_and_suppressed_in_every_file(document, saved, tmp_path):
    row = next(r for r in saved.own("assessments") if r["subject"] == "HS92:260200" and r["mix"])
    marks = [
        Mark(f"{row['mix']}/top_share", "internal"),
        Mark(str(bind(saved, row, "quantity_t")), "internal"),
    ]
    made = document("whole", marks=marks)
    folder = tmp_path / "out"
    package.write(made, folder, saved, Marks(saved, tuple(marks)), None)
    schemas = {r["path"]: r.get("schema") for r in described(folder)["resources"]}
    where = {"home": row["home"], "subject": row["subject"], "basis": row["basis"]}
    for path in ("csv/assessments.csv", "csv-nb/assessments.csv"):
        read = read_csv(folder / path, schemas[path])
        rows = [dict(zip(read, cells, strict=True)) for cells in zip(*read.values(), strict=True)]
        (own,) = (r for r in rows if all(r[k] == v for k, v in where.items()))
        assert own["top_share"] is None
        assert own["top_share_status"] == "suppressed"
        assert own["quantity_t"] is None
        assert own["quantity_t_status"] == "suppressed"
    rows = pq.read_table(folder / "parquet" / "assessments.parquet").to_pylist()
    (own,) = (r for r in rows if all(r[k] == v for k, v in where.items()))
    assert (own["top_share"], own["top_share_status"]) == (None, "suppressed")
    cube = json.loads((folder / "json-stat" / "assessments.json").read_text(encoding="utf-8"))
    held = check_cube(cube)
    year = str(saved.year)
    for indicator in ("top_share", "quantity_t"):
        key = (year, *where.values(), indicator, "value")
        assert held[key] is None
        assert cube["status"][str(list(held).index(key))] == "suppressed"
    told = repr(row["top_share"])
    for file in folder.rglob("*"):
        if file.suffix in (".csv", ".json", ".jsonld", ".md"):
            text = file.read_text(encoding="utf-8")
            assert told not in text
            assert told.replace(".", ",") not in text


# Files and folders


def test_the_same_mapping_gives_the_same_bytes_and_the_folder_is_the_zip(
    document, saved, written, tmp_path
):
    paths = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for path in paths:
        package.write(document("material", ["nickel"], lang="nb"), path, saved, Marks(saved), None)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    folder = written("material", "nickel", "nb")
    with zipfile.ZipFile(paths[0]) as archive:
        assert archive.namelist() == sorted(archive.namelist())
        held = {name: archive.read(name) for name in archive.namelist()}
    assert held == {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_a_package_takes_the_place_of_an_earlier_one_and_of_nothing_else(document, saved, tmp_path):
    made = document("material", ["nickel"])
    out = tmp_path / "data"
    assert produce(made, "package", out, saved, Marks(saved)) == out
    (out / "csv" / "old.csv").write_text("", encoding="utf-8")
    produce(made, "package", out, saved, Marks(saved))
    assert (out / "README.md").is_file()
    assert not (out / "csv" / "old.csv").exists()
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageProblem, match="other files"):
        produce(made, "package", other, saved, Marks(saved))
    with pytest.raises(UsageProblem, match="does not exist"):
        produce(made, "package", tmp_path / "no" / "data.zip", saved, Marks(saved))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "mine"]
    assert [p.name for p in other.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_hard_tables_are_valid(hard, saved, tmp_path, lang):
    made = hard(lang)
    folder = tmp_path / "out"
    package.write(made, folder, saved, Marks(saved), None)
    report = validate(folder / "datapackage.json")
    assert report.valid, report.flatten(["name", "fieldName", "type", "note"])[:5]
    names = [r["name"] for r in described(folder)["resources"]]
    assert len(names) == len(set(names))
    assert len(pq.read_table(folder / "parquet" / "many.parquet")) == 80
    assert len(pq.read_table(folder / "parquet" / "none.parquet")) == 0
