"""Bad input: what was asked, the nearest valid names, what is available, exit code 2."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import verdikart.store.snapshot as snapshot


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["map", "--home", "NRO"], ["'NRO'", "NOR", "EU27", "NATO_EX_NOR"]),
        (["map", "--home", "Norway"], ["'Norway'", "NOR"]),
        (["map", "--year", "2031"], ["2031", "1995–2024"]),
        (["mix", "--product", "HS92:260201"], ["260201", "260200", "74 codes"]),
        (["mix", "--product", "260200"], ["without its revision", "HS92:260200"]),
        (["mix", "--product", "HS93:260200"], ["'HS93'", "HS92"]),
        (["mix", "--product", "HS92:280469"], ["exists", "baci_full"]),
        (["mix", "--product", "HS92:811230", "--year", "2024"], ["811230", "2024", "1995–2016"]),
        (["mix", "--product", "HS17:280469", "--home", "SWE"], ["NORDIC", "baci_hs92"]),
        (["mix", "--product", "HS92:260200", "--flow", "imprt"], ["'imprt'", "import"]),
        (["mix", "--product", "HS92:260200", "--source", "bacci"], ["'bacci'", "baci_hs92"]),
        (["mix", "--material", "silikon", "--stage", "processing"], ["'silikon'", "silicon_metal"]),
        (["mix", "--material", "nickel", "--stage", "procesing"], ["'procesing'", "processing"]),
        (["mix", "--material", "nickel", "--stage", "processing"], ["nickel@extraction"]),
        (["mix"], ["--product", "--material"]),
        (["dependency", "--home", "EU28"], ["'EU28'", "EU27"]),
        (["dependency", "--year", "1990"], ["1990", "1995–2024"]),
        (["show", "material", "nikkel"], ["'nikkel'", "nickel"]),
        (["show", "country", "Kina"], ["'Kina'", "CHN"]),
        (["show", "sektor", "defence"], ["'sektor'", "sector"]),
        (["show", "sector", "defense"], ["'defense'", "defence"]),
        (["explain", "NOR/2024/baci_hs92/HS92:260200/import"], ["HOME/YEAR/SOURCE"]),
        (["explain", "NOR/2024/baci_hs92/HS92:260200/import/hhi"], ["'hhi'", "hhi_value"]),
        (["explain", "NOR/2024/baci_hs92/HS92:260200/import/value:SEV"], ["'SEV'", "SWE"]),
        (["lists", "diff", "EU_2020", "EU_CRMA_ANNEX_II"], ["'EU_2020'", "EU_CRM_2020"]),
        (["indicators", "hhi"], ["'hhi'", "hhi_value"]),
        (["map", "--lang", "sv"], ["'sv'", "nb, en"]),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else "",
)
def test_the_message_helps_and_the_exit_code_is_2(verdikart, args, words):
    answer = verdikart(*args)
    assert answer.code == 2, (answer.out, answer.err)
    assert "Traceback" not in answer.err
    assert not answer.out
    for word in words:
        assert word in answer.err, answer.err


def test_three_materials_one_unknown_fails_as_a_whole(verdikart):
    args = ["mix", "--stage", "extraction", "--source", "wmd"]
    for name in ("nickel", "nikel", "cobalt"):
        args += ["--material", name]
    whole = verdikart(*args, "--format", "json")
    assert whole.code == 2
    assert not whole.out
    assert "nickel" in whole.err
    part = verdikart(*args, "--format", "json", "--keep-going")
    assert part.code == 1
    answer = json.loads(part.out)
    assert [m["subject"] for m in answer["mixes"]] == ["nickel@extraction", "cobalt@extraction"]
    assert answer["failed"][0]["asked"] == "nikel@extraction"


def test_show_with_one_unknown_id_fails_as_a_whole(verdikart, result):
    args = ["show", "material", "nickel", "kobolt", "zinc", "--mapping", str(result[0])]
    whole = verdikart(*args, "--format", "json")
    assert whole.code == 2
    assert "cobalt" in whole.err
    part = verdikart(*args, "--format", "json", "--keep-going")
    assert part.code == 1
    answer = json.loads(part.out)
    assert [r["id"] for r in answer["results"]] == ["nickel", "zinc"]
    assert answer["failed"][0]["asked"] == "kobolt"


@pytest.fixture
def broken(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A copy of the embedded data, and the environment that makes a command use it."""
    data = tmp_path / "data"
    shutil.copytree(snapshot.data_dir(), data)
    return data, {"VERDIKART_DATA_DIR": str(data)}


@pytest.mark.parametrize("fault", ["missing", "cut", "altered"])
def test_a_broken_data_file_is_named_with_its_hash_and_the_remedy(verdikart, broken, fault):
    data, env = broken
    file = data / "baci_hs92.parquet"
    expected = snapshot.entry("baci_hs92.parquet").sha256
    if fault == "missing":
        file.unlink()
    elif fault == "cut":
        file.write_bytes(file.read_bytes()[:100_000])
    else:
        content = bytearray(file.read_bytes())
        content[5_000_000:5_000_400] = bytes(400)
        file.write_bytes(content)
    for args in (["mix", "--product", "HS92:260200"], ["data", "verify"]):
        answer = verdikart(*args, env=env)
        assert answer.code == 1
        assert "baci_hs92.parquet" in answer.err
        assert expected in answer.err
        assert "make snapshot" in answer.err
        assert "Traceback" not in answer.err


def test_a_faulty_homes_file_lists_every_fault(verdikart, tmp_path):
    file = tmp_path / "homes.yaml"
    file.write_text(
        "homes:\n  BALTIC:\n    name_en: Baltics\n    members: [EST, LVX]\n", encoding="utf-8"
    )
    answer = verdikart(
        "mix", "--product", "HS92:260200", "--home", "BALTIC", "--homes-file", str(file)
    )
    assert answer.code in (1, 2)
    assert "homes.yaml" in answer.err
    assert "LVX" in answer.err
    assert "name_nb" in answer.err


def test_a_home_of_ones_own(verdikart, tmp_path):
    file = tmp_path / "homes.yaml"
    file.write_text(
        "homes:\n  BALTIC:\n    name_en: Baltics\n    name_nb: Baltikum\n"
        "    members: [EST, LVA, LTU]\n",
        encoding="utf-8",
    )
    args = ["--product", "HS92:270112", "--homes-file", str(file), "--format", "json"]
    answer = verdikart("mix", "--home", "BALTIC", *args).json()
    assert {"EST", "LVA", "LTU"}.isdisjoint({s["iso3"] for s in answer["suppliers"]})
    assert answer["total_value"] > 0
