"""The self-contained page of a mapping: one file, two languages, nothing fetched.

The language switch is two radio buttons and a style sheet, so it works without scripts; the
scripts only draw the charts, each of which has a table twin. A content security policy in the
page forbids every request.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from verdikart.mapping.run import Mapping
from verdikart.reference.i18n import LANGS, Lang
from verdikart.reports import (
    benchmarks,
    chain_drawing,
    chains,
    charts,
    criticality,
    eu_list,
    exposure,
    horizons,
    inputs,
    methods,
    norway,
    opening,
    outlook,
    registers,
    standing,
    studies,
    supply,
    unknown,
)
from verdikart.reports.view import Section
from verdikart.reports.voice import Voice

HERE = Path(__file__).parent
SECTIONS: tuple[Callable[[Mapping, Voice], Section | None], ...] = (
    opening.steps,
    supply.vulnerabilities,
    standing.positions,
    inputs.inputs,
    supply.value_against_quantity,
    criticality.criticality,
    eu_list.eu_list,
    methods.methods,
    studies.studies,
    horizons.horizons,
    chains.chains,
    exposure.exposure,
    benchmarks.tracker,
    norway.norway,
    outlook.opportunities,
    outlook.diversification,
    benchmarks.circularity,
    standing.claims,
    supply.others,
    registers.lists,
    registers.sectors,
    unknown.unknown,
    unknown.sources,
)


def render(mapping: Mapping, lang: Lang = "en") -> str:
    """The page as HTML; ``lang`` is the language shown at first. Equal input gives equal text."""
    with charts.unchecked():
        halves = [half(mapping, code) for code in LANGS]
    template = _environment().get_template("page.html.j2")
    html: str = template.render(
        first=lang,
        halves=halves,
        title=next(h["title"] for h in halves if h["lang"] == lang),
        css="".join(map(_template, ("palette.css", "page.css"))) + chain_drawing.style(),
        script=_template("page.js"),
        libraries=_libraries(),
        locales=json.dumps({code: charts.locale(code) for code in LANGS}, sort_keys=True),
    )
    return html


def _template(name: str) -> str:
    return (HERE / "templates" / name).read_text(encoding="utf-8")


def half(mapping: Mapping, lang: Lang) -> dict[str, Any]:
    """Everything one language shows; a section whose tables the mapping lacks is left out."""
    voice = Voice(lang)
    return {
        "lang": lang,
        "_": voice.say,
        **opening.opening(mapping, voice),
        "sections": [s for build in SECTIONS if (s := build(mapping, voice)) is not None],
    }


def write(mapping: Mapping, path: Path, lang: Lang = "en") -> Path:
    """Write the page to ``path`` (a folder gets ``index.html``), at once or not at all."""
    target = path / "index.html" if path.is_dir() else path
    target.parent.mkdir(parents=True, exist_ok=True)
    text = render(mapping, lang)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=target.parent, prefix=".page-", delete=False
    ) as file:
        file.write(text)
    Path(file.name).chmod(0o644)
    os.replace(file.name, target)  # noqa: PTH105 - the one atomic rename
    return target


@cache
def _environment() -> Any:  # noqa: ANN401 - jinja2 is imported on first use
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _libraries() -> tuple[str, ...]:
    """Vega, Vega-Lite and Vega-Embed as they stand inside a script element."""
    order = json.loads((HERE / "assets" / "assets.json").read_text(encoding="utf-8"))["load_order"]
    found = []
    for name in order:
        text = (HERE / "assets" / name).read_text(encoding="utf-8")
        text = re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE)
        found.append(text.replace("</script", "<\\/script").replace("<!--", "<\\!--").strip())
    return tuple(found)
