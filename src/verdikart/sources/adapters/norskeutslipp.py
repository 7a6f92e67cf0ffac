"""Miljødirektoratet's plants and their emissions: the map service, and exports of Norske utslipp.

Facilities come from layer 0 of the map service ``industri`` (ArcGIS REST, paged), or from the list
of companies with a permit saved by hand. Emissions exist only as the site's own Excel exports: one
component over facilities and years, or one facility over components (sheet ``Utslipp``). The site
answers an export within a session, so the component's page is asked for first.

Unverified: that a session is all that an export asks for, the numbers of components other than the
two below, whether a row above the head names the component, the values of ``Grunnlagsverdi``, what
``IT`` and other marks in place of a figure mean. Known from public code that reads the files: the
addresses, the headings, decimal commas in text cells, the fields of the map service.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from verdikart.core.errors import Problem, Problems, UsageProblem
from verdikart.reference.feeds import Feed
from verdikart.sources.adapters.norskeutslipp_reader import (
    COMPONENTS,
    EMISSIONS,
    FACILITIES,
    Rows,
    emitted,
    follows,
    grids,
    heading,
    mapped,
    permitted,
)
from verdikart.sources.model import Ask, Loaded, Piece, RawFile, SourceProblem, Table, Workbench
from verdikart.sources.notes import Note
from verdikart.sources.tabular import table
from verdikart.sources.transport import Client

LAYER = "arcgis/rest/services/industri/MapServer/0/query"
PAGE = 1_000
EXPORT = "Templates/NorskeUtslipp/Pages/exportTableData.aspx"
SHOWN = 10


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:
    """The map's facilities by pages, and the exports of the components asked for, by their numbers."""
    numbers = ask.codes or (feed.option,)
    unknown = [n for n in numbers if n not in COMPONENTS]
    if unknown or ask.release or ask.countries:
        raise UsageProblem(
            f"{feed.source_id}: --codes takes {', '.join(f'{n} ({t})' for n, t in COMPONENTS.items())}; for "
            "another component open its page, save its table as Excel and use `verdikart data add`"
        )
    url = f"{feed.archive_address.rstrip('/')}/{LAYER}"
    every = (("where", "1=1"), ("f", "json"))
    asked = Piece("count.json", url, "json", (*every, ("returnCountOnly", "true")))
    count = client.get(asked, fresh=True)
    found = re.search(rb'"count"\s*:\s*(\d+)', count)
    if not found:
        raise SourceProblem(
            f"{feed.source_id}: the map service does not say how many facilities it has; it may have "
            "changed: save the list of companies in a browser and use `verdikart data add`"
        )
    pieces = [
        Piece(f"industri-{at // PAGE:02}.json", url, "json",
              (*every, ("outFields", "*"), ("returnGeometry", "false"), ("orderByFields", "anlegg_id"),
               ("resultOffset", str(at)), ("resultRecordCount", str(PAGE))))
        for at in range(0, int(found[1]), PAGE)
    ]  # fmt: skip
    for n in numbers:
        _visit(feed, n, client)
        query = (
            ("PageID", n),
            ("ComponentType", "utslipp"),
            ("exportType", "temaexcel"),
            ("epslanguage", "no"),
        )
        pieces.append(
            Piece(f"norskeutslipp-{n}.xlsx", f"{feed.endpoint.rstrip('/')}/{EXPORT}", "xlsx", query)
        )
    return pieces


def _visit(feed: Feed, number_: str, client: Client) -> None:
    """Open the component's page, whose cookie the export is answered by.

    Asked afresh: answers kept between runs are asked for by a client of their own, with other cookies.
    """
    page = f"{feed.endpoint.rstrip('/')}/no/Komponenter/Utslipp/{COMPONENTS[number_]}/"
    query = (("ComponentType", "utslipp"), ("ComponentPageID", number_), ("SectorID", "600"))
    client.get(Piece("page.html", page, "html", query), fresh=True)


def read(feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
    """``facilities`` and ``emissions``, as far as the files hold them."""
    remedy = (
        f"fetch it again: `verdikart fetch {feed.source_id}`, or save it in a browser and use "
        "`verdikart data add`"
    )
    facilities, emissions = Rows(4, remedy), Rows(5, remedy)
    problems: list[Problem] = []
    notes = []
    for file in files:
        try:
            if file.name.casefold().endswith(".json"):
                facilities.add(file.name, mapped(file, remedy))
                continue
            notes += _sheets(file, facilities, emissions, ask, remedy)
        except Problems as error:
            problems += error.problems
    pages = [file for file in files if file.name.casefold().endswith(".json")]
    if pages and not problems and all(follows(file, remedy) for file in pages):
        problems.append(Problem(pages[-1].name, "says that more facilities follow, and no page has them",
                                remedy=remedy))  # fmt: skip
    problems += facilities.problems + emissions.problems
    if problems:
        more = len(problems) - SHOWN
        rest = [Problem(files[0].name, f"and {more} more")] if more > 0 else []
        raise Problems([*problems[:SHOWN], *rest])
    tables: dict[str, Table] = {}
    if facilities.found:
        rows = facilities.found.values()
        tables["facilities"] = table(bench, "nu_facilities", FACILITIES, rows, ("name",))
    if emissions.found:
        order = ("component", "facility", "year", "medium")
        rows = emissions.found.values()
        tables["emissions"] = table(bench, "nu_emissions", EMISSIONS, rows, order)
        absent = sorted(set(ask.years) - {row[2] for row in rows})
        if absent:
            years = ", ".join(map(str, absent))
            notes.append(Note("There are no emissions of {years}.", years=years))
    notes.append(
        Note("Facilities without a row have reported nothing of the component, which is not zero.")
    )
    return Loaded(tables, "", tuple(notes))


def _sheets(file: RawFile, facilities: Rows, emissions: Rows, ask: Ask, remedy: str) -> list[Note]:
    """Take the rows of a workbook or CSV; return notes on sheets that were left out."""
    notes = []
    known = False
    for sheet, grid in grids(file, remedy):
        head = heading(grid)
        if head is None:
            told = "{file}: {sheet} holds neither facilities nor emissions; left out."
            notes.append(Note(told, file=file.name, sheet=sheet))
            continue
        known = True
        name = f"{file.name}, {sheet}" if sheet else file.name
        if head.kind == "list":
            facilities.add(name, permitted(grid, head, name, remedy))
        else:
            rows = emitted(grid, head, name, file, remedy)
            emissions.add(name, (r for r in rows if not ask.years or r[1][2] in ask.years))
    if not known:
        raise Problems([Problem(file.name, "has no heading that is known (Virksomhet …, or Anleggsnavn, "
                                "År, Årlig utslipp til luft …)", remedy=remedy)])  # fmt: skip
    return notes
