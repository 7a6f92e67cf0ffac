"""The scripts that rebuild the embedded data and the pinned scripts of the HTML page."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from verdikart.store import snapshot

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.snapshot import assets, build, download  # noqa: E402
from tools.snapshot.baci import thousandths  # noqa: E402
from tools.snapshot.manifest import clean_text  # noqa: E402

ASSETS = ROOT / "src" / "verdikart" / "reports" / "assets"


def _packages() -> Path | None:
    given = os.environ.get("VERDIKART_PACKAGES")
    places = [Path(given)] if given else []
    places += [ROOT / ".cache" / "packages", Path("/tmp/dl")]
    wanted = [package.file for package in download.DATA_PACKAGES]
    return next((d for d in places if all((d / name).is_file() for name in wanted)), None)


def test_rebuild_gives_the_same_bytes(tmp_path: Path) -> None:
    where = _packages()
    if where is None:
        pytest.skip("the packages are not here; set VERDIKART_PACKAGES or run `make snapshot`")
    said: list[str] = []
    packages = download.obtain(download.DATA_PACKAGES, tmp_path, said.append, where)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    build.build_into(fresh, packages, said.append)
    embedded = snapshot.data_dir()
    names = sorted(path.name for path in fresh.iterdir())
    assert names == sorted([*(item.file for item in snapshot.manifest().files), "manifest.json"])
    for name in names:
        assert (name, snapshot.sha256_of(fresh / name)) == (
            name,
            snapshot.sha256_of(embedded / name),
        )


def test_package_with_another_hash_is_refused(tmp_path: Path) -> None:
    (tmp_path / download.WORLD_ATLAS.file).write_bytes(b"not it")
    with pytest.raises(download.SnapshotError, match="is not the pinned world-atlas"):
        download.obtain([download.WORLD_ATLAS], tmp_path, lambda _: None, tmp_path)
    with pytest.raises(download.SnapshotError, match="is missing"):
        download.obtain([download.GEOPOLRISK], tmp_path, lambda _: None, tmp_path)


def test_failed_build_leaves_the_old_folder(tmp_path: Path) -> None:
    target = tmp_path / "data"
    target.mkdir()
    (target / "old").write_text("old")

    def fail() -> None:
        with build.swap_in(target) as fresh:
            (fresh / "new").write_text("half")
            raise download.SnapshotError("no")

    with pytest.raises(download.SnapshotError):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
    assert (target / "old").read_text() == "old"
    with build.swap_in(target) as fresh:
        (fresh / "new").write_text("whole")
    assert [path.name for path in target.iterdir()] == ["new"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("88.981", 88_981),
        ("16", 16_000),
        ("0.23399999999999999", 234),
        ("0.0005", 0),
        ("0.0015", 2),
        (" 12.5", 12_500),
        ("9007199254740993.001", 9_007_199_254_740_993_001),
    ],
)
def test_decimals_never_pass_through_floats(text: str, value: int) -> None:
    assert thousandths(text) == value


def test_text_is_trimmed_and_mojibake_undone() -> None:
    assert clean_text("  TÃ¼rkiye ") == "Türkiye"
    assert clean_text("Cote  d'Ivoire") == "Cote d'Ivoire"
    assert clean_text("SÃO") == "SÃO"


def test_page_scripts_match_their_pins() -> None:
    content = json.loads((ASSETS / "assets.json").read_text(encoding="utf-8"))
    assert content["load_order"] == ["vega.min.js", "vega-lite.min.js", "vega-embed.min.js"]
    for script, item in zip(assets.SCRIPTS, content["files"], strict=True):
        assert (item["file"], item["defines"]) == (script.file, script.defines)
        assert item["origin"]["package_sha256"] == script.package.sha256
        assert item["sha256"] == snapshot.sha256_of(ASSETS / script.file)
        assert item["bytes"] == (ASSETS / script.file).stat().st_size
        assert "Redistribution" in (ASSETS / item["licence_file"]).read_text(encoding="utf-8")


def test_page_scripts_are_classic_and_safe_to_place_inline() -> None:
    for script in assets.SCRIPTS:
        text = (ASSETS / script.file).read_text(encoding="utf-8")
        assert text.startswith("!function(")
        assert f".{script.defines}=" in text[:1000]
        assert "</script" not in text.lower()


def test_page_scripts_fit_altair() -> None:
    altair = pytest.importorskip("altair")
    versions = {script.package.name: script.package.version for script in assets.SCRIPTS}
    assert f"v{versions['vega-lite']}" == altair.SCHEMA_VERSION
    assert versions["vega"].split(".")[0] == altair.VEGA_VERSION
    assert versions["vega-embed"].split(".")[0] == altair.VEGAEMBED_VERSION
