"""verdikart data sources|add|status|diff|drop|rebuild: what can be fetched and what is here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from verdikart.cli.fetch import (
    CodesOption,
    CountriesOption,
    ReleaseOption,
    YearsOption,
    ask,
    vintage_rows,
)
from verdikart.cli.options import FormatOption, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_json, emit_rows

SOURCES_HELP = """The sources that can be fetched: provider, licence, rhythm, size, key, address.

Example: verdikart data sources --format json
"""
ADD_HELP = """Load files that were fetched by hand, or a table of one's own described in YAML.

Files are checked as fetched ones are, kept as they are, and become a vintage of the source.

Examples:

  verdikart data add BACI_HS17_V202601.zip --as baci_hs17 --years 2020-2024

  verdikart data add stocks.csv --as stocks.yaml
"""
STATUS_HELP = """What is here, how old it is, and what is due for a new edition.

Example: verdikart data status
"""
DIFF_HELP = """Compare two vintages of a source: rows added, removed, revised; what moved most.

Example: verdikart data diff baci_hs17@V202501 baci_hs17@V202601
"""
DROP_HELP = """Delete a vintage, and the raw files that no other vintage was made of.

Example: verdikart data drop baci_hs17@V202501
"""
REBUILD_HELP = """Make a vintage anew from its raw files, after a change of the program or a correction.

Example: verdikart data rebuild baci_hs17@V202601
"""
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before it is done.")]


def register(group: typer.Typer) -> None:
    """Add the verbs to the group ``data``."""
    group.command("sources", help=SOURCES_HELP)(sources)
    group.command("status", help=STATUS_HELP)(status)
    group.command("add", help=ADD_HELP)(add)
    group.command("diff", help=DIFF_HELP)(diff)
    group.command("drop", help=DROP_HELP)(drop)
    group.command("rebuild", help=REBUILD_HELP)(rebuild)


def sources(
    fmt: FormatOption = Format.TABLE, output: OutputOption = None, lang: LangOption = None
) -> None:
    """Show the registry."""
    from verdikart.cli.data_view import show_sources
    from verdikart.reference.entities import Source
    from verdikart.reference.feeds import Feed
    from verdikart.reference.load import by_key, load

    tongue = language(lang)
    rows: list[dict[str, Any]] = []
    for feed in load(Feed):
        source = by_key(Source)[feed.source_id]
        nb = tongue == "nb"
        rows.append(
            {
                "source": feed.source_id,
                "provider": source.provider,
                "title": source.title_nb if nb else source.title_en,
                "licence": source.licence,
                "licence_url": source.licence_url,
                "rhythm": feed.rhythm,
                "due_days": feed.due_days,
                "key": feed.credentials or None,
                "key_optional": feed.key_optional if feed.credentials else None,
                "per_minute": feed.per_minute,
                "megabytes": feed.megabytes,
                "format": feed.format,
                "tables": list(feed.tables),
                "endpoint": feed.endpoint,
                "archive_address": feed.archive_address or None,
                "address": source.address,
                "coverage": source.coverage_nb if nb else source.coverage_en,
                "limits": source.limits_nb if nb else source.limits_en,
                "citation": source.citation,
                "note": (feed.note_nb if nb else feed.note_en) or None,
                "confidence": feed.confidence,
            }
        )
    if fmt is Format.TABLE:
        show_sources(rows, tongue)
    else:
        emit_rows(rows, fmt, output)


def status(
    fmt: FormatOption = Format.TABLE, output: OutputOption = None, lang: LangOption = None
) -> None:
    """Show what is here."""
    from verdikart.cli.data_view import show_status
    from verdikart.store.depot import depot
    from verdikart.store.status import standing

    tongue = language(lang)
    place = depot()
    lines = standing(place)
    if fmt is Format.TABLE:
        show_status(lines, place, tongue)
        return
    emit_rows(
        [
            {
                "source": line.feed.source_id,
                "state": line.state,
                "vintage": line.newest.id if line.newest else None,
                "retrieved": line.newest.retrieved if line.newest else None,
                "age_days": line.age_days,
                "due_days": line.feed.due_days,
                "rhythm": line.feed.rhythm,
                "vintages": line.vintages,
                "bytes": line.bytes if line.newest else None,
                "damaged": list(line.damaged),
            }
            for line in lines
        ],
        fmt,
        output,
    )


def add(
    files: Annotated[
        list[Path], typer.Argument(help="Files, or folders with nothing else in them.")
    ],
    source: Annotated[
        str, typer.Option("--as", help="Source id, or a YAML file that describes the table.")
    ],
    years: YearsOption = None,
    codes: CodesOption = None,
    countries: CountriesOption = None,
    release: ReleaseOption = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Load files."""
    from verdikart.cli.fetch_view import Bars, show_vintage
    from verdikart.store import fetching
    from verdikart.store.depot import depot

    tongue = language(lang)
    asked = ask(years, codes, countries, release)
    with Bars(tongue) as bars:
        if source.lower().endswith((".yaml", ".yml")):
            made = fetching.add_own(Path(source), files, asked, depot(), bars.step)
        else:
            made = fetching.add(fetching.feed_of(source), files, asked, depot(), bars.step)
    if fmt is Format.TABLE:
        show_vintage(made, tongue)
    else:
        emit_rows(vintage_rows(made), fmt, output)


def diff(
    before: Annotated[str, typer.Argument(help="SOURCE@VINTAGE, or SOURCE for its newest.")],
    after: Annotated[str, typer.Argument(help="SOURCE@VINTAGE, or SOURCE for its newest.")],
    table: Annotated[str | None, typer.Option("--table", help="One table alone.")] = None,
    measure: Annotated[
        str | None,
        typer.Option("--measure", help="The figure that is summed (default: the first)."),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="How many of each key are listed.")] = 10,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Compare two vintages."""
    from dataclasses import asdict

    from verdikart.cli.data_view import show_difference
    from verdikart.cli.fetch_view import Bars
    from verdikart.store import diff as differences
    from verdikart.store.vintages import vintage

    tongue = language(lang)
    with Bars(tongue) as bars:
        found = differences.diff(
            vintage(before), vintage(after), table=table, measure=measure, top=top, step=bars.step
        )
    if fmt is Format.TABLE:
        for one in found:
            show_difference(one, tongue)
    elif fmt is Format.JSON:
        emit_json(
            [
                {**asdict(one), "unchanged": one.unchanged,
                 "moved": [{**asdict(m), "change": m.change} for m in one.moved]}
                for one in found
            ]
        )  # fmt: skip
    else:
        rows = [
            {"table": one.table, "measure": one.measure, **asdict(m), "change": m.change}
            for one in found
            for m in one.moved
        ]
        emit_rows(rows, fmt, output)


def drop(
    vintage: Annotated[str, typer.Argument(help="SOURCE@VINTAGE.")],
    yes: YesOption = False,
    lang: LangOption = None,
) -> None:
    """Delete a vintage."""
    from verdikart.cli.fetch_view import size
    from verdikart.reference.i18n import translator
    from verdikart.store import vintages
    from verdikart.store.depot import depot

    tongue = language(lang)
    _ = translator(tongue)
    vintages.present(vintage, depot())
    if not yes:
        typer.confirm(
            _("Delete {vintage} and its raw files? They would have to be fetched again.").format(
                vintage=vintage
            ),
            abort=True,
        )
    freed = vintages.drop(vintage)
    said = _("{vintage} is deleted; {size} freed")
    typer.echo(said.format(vintage=vintage, size=size(freed, tongue)))


def rebuild(
    vintage: Annotated[str, typer.Argument(help="SOURCE@VINTAGE.")],
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Make a vintage anew."""
    from verdikart.cli.fetch_view import Bars, show_vintage
    from verdikart.store import fetching
    from verdikart.store.depot import depot

    tongue = language(lang)
    with Bars(tongue) as bars:
        made = fetching.rebuild(vintage, depot(), bars.step)
    if fmt is Format.TABLE:
        show_vintage(made, tongue)
    else:
        emit_rows(vintage_rows(made), fmt, output)
