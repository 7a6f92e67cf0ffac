"""One run of the seven steps (1–6): reference lists to findings, with every figure traceable."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from verdikart.chains.graph import ChainGraph
from verdikart.core.errors import UsageProblem
from verdikart.core.figure import Figure, FigureId
from verdikart.indicators.assessment import Choices
from verdikart.indicators.evidence import Parameters
from verdikart.mapping import catalogue, chain_tables, lists, tables
from verdikart.mapping.assess import (
    Assessment,
    Headline,
    assess,
    figure_of,
    headline,
    scope_materials,
    sharpest,
)
from verdikart.mapping.chain_graphs import graphs
from verdikart.mapping.chain_stages import judge_chains
from verdikart.mapping.chain_steps import Steps
from verdikart.mapping.chain_view import ChainView
from verdikart.mapping.claims import claim_rows
from verdikart.mapping.criticality_tables import criticality
from verdikart.mapping.findings import Finding, strength, vulnerability
from verdikart.mapping.library import Library, as_figure
from verdikart.mapping.own import own_figures
from verdikart.mapping.position import Position, others_of, positions, roles, strongest

ALLIED_HOMES = ("EU27", "NORDIC", "NATO")
STEPS = (
    "read",
    "lists",
    "links",
    "vulnerabilities",
    "position",
    "evidence",
    "findings",
    "chains",
    "criticality",
)
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Mapping:
    """A result: rows by table, figures by id, and what it was made of.

    ``tables`` holds flat JSON-ready rows with ids and names in both languages; the objects beside
    them are for whoever works in the same process (notebooks, pages, reports).
    """

    home: str
    year: int
    parameters: Parameters
    tables: dict[str, list[dict[str, Any]]]
    figures: dict[str, Figure]
    headlines: dict[str, Headline]
    vintages: dict[str, str]
    assessments: dict[str, list[Assessment]] = field(default_factory=dict)
    positions: list[Position] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    choices: Choices = field(default_factory=Choices)
    chains: MappingOf[str, ChainGraph] = field(default_factory=dict)
    # The tables as columns, made once for their hashes and their files.
    columns: dict[str, dict[str, list[Any]]] | None = field(default=None, repr=False, compare=False)

    @property
    def settings(self) -> dict[str, Any]:
        """Parameters and the choices of the EU method as plain values."""
        return {**asdict(self.parameters), **asdict(self.choices)}


def run(
    home: str = "NOR",
    year: int | None = None,
    parameters: Parameters | None = None,
    custom: Path | None = None,
    progress: Progress | None = None,
    choices: Choices | None = None,
    chains: MappingOf[str, ChainGraph] | None = None,
) -> Mapping:
    """Map one home in one year. Raises for an unknown home or a year without data.

    ``progress`` is called with the step's name, its number and the number of steps; ``choices``
    are those of the EU method; ``chains`` the value chains, those of the package where none are given.
    """

    def tell(step: str) -> None:
        if progress:
            progress(step, STEPS.index(step), len(STEPS))

    limits = parameters or Parameters()
    library = Library(limits, custom)
    catalogue.check_home(home, custom)
    if home == "WORLD":
        raise UsageProblem("the world is no home to map; name a country or a group")
    span = catalogue.source_years("baci_hs92")
    chosen = span[-1] if year is None else catalogue.check_year("baci_hs92", year)

    catalogue.check_time(home, chosen)
    tell("read")
    homes = list(dict.fromkeys((home, *ALLIED_HOMES)))
    back = [y for y in range(chosen - limits.persistence_years + 1, chosen + 1) if y in span]
    seen = [*homes, *others_of(library, home, chosen)]
    library.read_year([*seen, "WORLD"], chosen)
    for earlier in back[:-1]:  # persistence asks for imports alone
        library.read_year(seen, earlier, ("import",))

    tell("lists")
    result: dict[str, list[dict[str, Any]]] = {
        "lists": tables.list_rows(),
        "list_overlap": lists.overlap(),
        "materials": tables.material_rows(),
    }
    tell("links")
    result["links"] = tables.link_rows(list(scope_materials()))

    tell("vulnerabilities")
    judged = {h: assess(library, h, chosen) for h in homes}
    tell("position")
    placed = positions(library, home, chosen)
    tell("evidence")
    result["assessments"] = [tables.assessment_row(r) for rows in judged.values() for r in rows]
    result["positions"] = [tables.position_row(p) for p in placed]
    result["roles"] = tables.role_rows(roles(chosen, library, home), chosen)
    result["supply"] = tables.supply_rows(judged, placed, home)
    result["claims"] = claim_rows(library, chosen) if home == "NOR" else []
    tell("findings")
    found = [vulnerability(r, i) for i, r in enumerate(sharpest(judged[home]), start=1)]
    found += [strength(p, i, judged[home]) for i, p in enumerate(strongest(placed), start=1)]
    result["findings"] = [tables.finding_row(f) for f in found]
    result["inputs"] = tables.input_rows(judged[home])
    result["gaps"] = tables.gap_rows(judged[home])
    tell("chains")
    held = chains if chains is not None else graphs()
    steps = {
        h: Steps(ChainView(library, h, chosen, judged={h: rows}, graphs=held))
        for h, rows in judged.items()
    }
    chains_judged = judge_chains(steps[home])
    result |= chain_tables.tables(steps, home, chains_judged)
    if own := own_figures():
        result["own_figures"] = own
    tell("criticality")
    chosen_by = choices or Choices()
    critical = criticality(library, home, chosen, chosen_by, judged[home], placed, chains_judged)
    result |= critical.tables
    heads = {h: headline(rows) for h, rows in judged.items()}
    result["headline"] = [{"home": h, "year": chosen, **asdict(c)} for h, c in heads.items()]
    figures = dict(sorted((_figures(judged, placed) | critical.figures).items()))
    return Mapping(
        home,
        chosen,
        limits,
        result,
        figures,
        heads,
        catalogue.installed(),
        judged,
        placed,
        found,
        chosen_by,
        held,
    )


def _figures(judged: dict[str, list[Assessment]], placed: list[Position]) -> dict[str, Figure]:
    found: dict[str, Figure] = {}
    for rows in judged.values():
        for row in rows:
            if row.mix is not None and row.evidence is not None:
                for name, answer in row.answers.items():
                    figure_id = figure_of(row.mix, name, row.home)
                    found[str(figure_id)] = as_figure(figure_id, answer, row.evidence.mix)
    for place in placed:
        for name, answer in place.answers.items():
            figure_id = FigureId(place.mix, name, place.home)
            found[str(figure_id)] = as_figure(figure_id, answer, place.evidence.mix)
    return found
