"""Documents of a real mapping, a document that is hard to set, and LibreOffice to look at them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from verdikart.mapping.audience import Marks
from verdikart.mapping.saved import Saved, Shelf
from verdikart.reports.content import catalogue, parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Cell,
    Chart,
    Column,
    Document,
    Paragraph,
    Points,
    Section,
    Series,
)

SOFFICE = shutil.which("soffice")
PDFTOPPM = shutil.which("pdftoppm")
Make = Callable[..., Document]
LONG = {
    "nb": "Høytemperaturlegeringer av nikkel og kobolt for gassturbiner og romfartskomponenter",
    "en": "High-temperature alloys of nickel and cobalt for gas turbines and aerospace components",
}


@pytest.fixture(scope="session")
def shelf(saved_out) -> Shelf:
    """The shelf with the mappings of Norway 2023 and 2024."""
    return Shelf(saved_out)


@pytest.fixture(scope="session")
def saved(shelf) -> Saved:
    """The mapping of Norway 2024."""
    return shelf.open("current")


@pytest.fixture(scope="session")
def document(saved, shelf) -> Make:
    """Builds a document: ``document("material", ["nickel"], lang="nb", marks=(…))``."""

    def make(template="whole", about=(), lang="en", audience="public", marks=(), **more):
        draft = Draft(saved, lang, audience, Marks(saved, tuple(marks)), **more)
        return catalogue.build(draft, template, tuple(about), shelf)

    return make


@pytest.fixture(scope="session")
def hard(saved) -> Make:
    """A document that is hard to set: long names, 80 rows, one row, nothing, every kind of chart."""

    def make(lang="nb", audience="public") -> Document:
        draft = Draft(saved, lang, audience)
        name = LONG[lang]
        rows = saved.own("assessments")[:80]
        many = parts.goods(draft, "many", f"{name} ({len(rows)})", rows)
        one = parts.goods(draft, "one", name, rows[:1])
        none = parts.goods(draft, "none", name, ())
        wide = draft.table(
            "wide",
            name,
            [Column(f"c{n}", f"{name[:24]} {n}", number=n > 0) for n in range(9)],
            [[Cell(name, name), *(Cell(f"{n * 1234567}", n * 1234567) for n in range(8))]] * 3,
        )
        said = draft.stated([f"{name}: {name.lower()}, {name.lower()}."])
        many_said = tuple(draft.stated([f"{n}. {name}."]) for n in range(1, 16))
        charts = [_chart(kind, name, one) for kind in ("bar", "stacked", "line", "scatter")]
        sections = (
            Section("long", f"{name} – {name.lower()}", (Paragraph((said,) * 6),)),
            Section("points", name, (Points(many_said, name), Points((), name, empty="–"))),
            Section("tables", name, (many, one, none, wide)),
            Section("charts", name, tuple(charts)),
            Section(
                "drawings", name, (parts.diagram(draft, "aluminium"), parts.diagram(draft, "ree"))
            ),
            Section("nothing", name, ()),
        )
        return draft.finish("material", ("nickel",), f"{name}: {name.lower()}", name, sections)

    return make


def _chart(kind, name, table) -> Chart:
    years = tuple(str(year) for year in range(1995, 2025))
    categories = years if kind == "line" else tuple(f"{name} {n}" for n in range(1, 11))
    values = tuple(
        None if n == 3 else (n + 1) / (len(categories) + 1) for n in range(len(categories))
    )
    halves = tuple(v and v / 2 for v in values)
    series = {
        "bar": (Series(name, values, ("risk", *("ally",) * (len(values) - 1))),),
        "stacked": (Series(name, halves, ("risk",)), Series(f"{name} 2", halves, ("ally",))),
        "line": (Series(name, values, ("risk",)), Series(f"{name} 2", halves, ("quiet",))),
        "scatter": (Series(name, values, ("risk",), xs=tuple(v and 10 * v for v in values)),),
    }[kind]
    return Chart(
        f"chart-{kind}",
        f"{name}: {kind}",
        f"{name}.",
        kind,
        categories,
        series,
        "share",
        name,
        table,
        x_axis=name if kind == "scatter" else "",
        x_unit="score" if kind == "scatter" else "",
        limit=0.65,
        limit_text="65 %",
    )


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """Turns a file into PDF and pictures with LibreOffice: ``office(path) -> [PNG of each page]``."""
    if SOFFICE is None or PDFTOPPM is None:
        pytest.skip("LibreOffice or poppler is not installed: nothing was rendered")
    home = tmp_path_factory.mktemp("office")

    def render(path: Path, dpi: int = 50) -> list[Path]:
        out = tmp_path_factory.mktemp("rendered")
        profile = f"-env:UserInstallation=file://{home}"
        asked = [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", str(out)]
        done = subprocess.run(
            [*asked, str(path)],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
            env={**os.environ, "HOME": str(home)},
        )
        made = out / f"{path.stem}.pdf"
        assert made.is_file(), done.stderr
        subprocess.run([PDFTOPPM, "-r", str(dpi), "-png", str(made), str(out / "p")], check=True)
        return sorted(out.glob("p*.png"))

    return render
