"""The scripts that rebuild the embedded data and the pinned scripts of the HTML page."""

from __future__ import annotations

import itertools
import json
import os
import re
import sys
from pathlib import Path

import pytest

from verdikart.store import snapshot

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.snapshot import assets, build, download, nordic  # noqa: E402
from tools.snapshot.baci import thousandths  # noqa: E402
from tools.snapshot.manifest import clean_text  # noqa: E402

CHARTS = ROOT / "src" / "verdikart" / "reports" / "assets"


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


@pytest.mark.parametrize("folder", assets.SETS, ids=lambda folder: folder.parts[2])
def test_assets_match_their_pins(folder: Path) -> None:
    pinned, folder = assets.SETS[folder], ROOT / folder
    content = json.loads((folder / "assets.json").read_text(encoding="utf-8"))
    assert content["load_order"] == [asset.file for asset in pinned if asset.defines]
    for asset, item in zip(pinned, content["files"], strict=True):
        assert (item["file"], item.get("defines")) == (asset.file, asset.defines)
        assert item["licence"] == asset.licence
        assert item["origin"]["version"] == asset.package.version
        assert item["origin"]["package_sha256"] == asset.package.sha256
        assert item["sha256"] == snapshot.sha256_of(folder / asset.file)
        assert item["bytes"] == (folder / asset.file).stat().st_size
        # Words of the terms each licence is known by.
        words = {
            "BSD-3-Clause": "Redistribution",
            "MIT": "Permission is hereby granted",
            "OFL-1.1": "OPEN FONT",
        }
        licence = (folder / item["licence_file"]).read_text(encoding="utf-8")
        assert words.get(asset.licence, "Zero-Clause BSD") in licence
    present = {path.name for path in folder.iterdir()} - {"assets.json"}
    assert present == {item[key] for item in content["files"] for key in ("file", "licence_file")}


def test_page_scripts_are_classic_and_safe_to_place_inline() -> None:
    for script in assets.CHARTS:
        text = (CHARTS / script.file).read_text(encoding="utf-8")
        assert text.startswith("!function(")
        assert f".{script.defines}=" in text[:1000]
        assert "</script" not in text.lower()


def test_styles_ask_for_nothing_from_elsewhere() -> None:
    for asset in assets.WEB:
        if asset.file.endswith(".css"):
            text = (ROOT / "src/verdikart/web/static/vendor" / asset.file).read_text("utf-8")
            assert "@import" not in text
            assert all(
                at.startswith(("data:", "#")) for at in re.findall(r"url\([\"']?([^)]+)", text)
            )


def test_theme_defines_what_the_styles_use() -> None:
    folder = ROOT / "src/verdikart/web/static/vendor"
    styles = (folder / "designsystemet.css").read_text(encoding="utf-8")
    theme = (folder / "designsystemet-theme.css").read_text(encoding="utf-8")
    defined = set(re.findall(r"(--ds-[\w-]+)\s*:", styles + theme))
    assert set(re.findall(r"var\((--ds-[\w-]+)\)", styles)) <= defined  # those without a fallback


def test_background_map_is_what_the_script_makes() -> None:
    atlas = json.loads(nordic.ATLAS.read_text(encoding="utf-8"))
    made = json.loads(json.dumps(nordic.outlines(atlas)))
    assert json.loads(nordic.TARGET.read_text(encoding="utf-8")) == made
    assert nordic.TARGET.stat().st_size < 120_000
    assert {"NOR", "SJM", "SWE", "FIN", "DNK"} <= set(made["areas"])


def test_background_map_puts_places_in_their_countries() -> None:
    areas = json.loads(nordic.TARGET.read_text(encoding="utf-8"))["areas"]
    places = {
        "NOR": [(10.4, 59.95), (25.0, 69.6)],  # west of Oslo, Karasjok
        "SJM": [(16.5, 78.3)],  # Spitsbergen
        "SWE": [(20.2, 67.8)],  # Kiruna
        "FIN": [(25.7, 66.4)],  # Rovaniemi
        "DNK": [(9.1, 56.2)],  # Jutland
        "RUS": [(33.5, 67.6)],  # Kola: its ring crosses the 180th meridian
    }
    for wanted, points in places.items():
        for point in points:
            assert [area for area, found in areas.items() if _within(point, found)] == [wanted]
    assert not [area for area, found in areas.items() if _within((3.0, 61.0), found)]  # the sea


def _within(point: tuple[float, float], polygons: list[list[list[list[float]]]]) -> bool:
    """Even-odd rule over all rings."""
    x, y = point
    odd = False
    for ring in (ring for polygon in polygons for ring in polygon):
        for (x1, y1), (x2, y2) in itertools.pairwise(ring):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                odd = not odd
    return odd


def test_thinning_keeps_ends_and_corners_and_drops_the_straight() -> None:
    line = [(0.0, 0.0), (1.0, 0.001), (2.0, 0.0), (2.0, 1.0)]
    assert nordic.thinned(line, 0.01) == [(0.0, 0.0), (2.0, 0.0), (2.0, 1.0)]


def test_page_scripts_fit_altair() -> None:
    altair = pytest.importorskip("altair")
    versions = {script.package.name: script.package.version for script in assets.CHARTS}
    assert f"v{versions['vega-lite']}" == altair.SCHEMA_VERSION
    assert versions["vega"].split(".")[0] == altair.VEGA_VERSION
    assert versions["vega-embed"].split(".")[0] == altair.VEGAEMBED_VERSION
