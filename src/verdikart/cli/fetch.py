"""verdikart fetch: get a source from its provider and load it as a vintage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from verdikart.cli.options import FormatOption, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_rows
from verdikart.core.errors import UsageProblem

if TYPE_CHECKING:
    from verdikart.sources.model import Ask
    from verdikart.store.vintages import Vintage

HELP = """Fetch a source from its provider and load it as a vintage beside the others.

What is cut off or killed goes on where it was when the same command is run again. Keys are read
from the environment or the keyring and kept nowhere else. Proxies: HTTPS_PROXY.

Examples:

  verdikart data sources

  verdikart fetch baci_hs17 --dry-run

  verdikart fetch ssb_08801 --years 2022-2024
"""
YearsOption = Annotated[
    str | None, typer.Option("--years", help="Years, such as 2024, 2020-2024 or 2015,2020.")
]
CodesOption = Annotated[
    str | None, typer.Option("--codes", help="Codes of goods, separated by commas (where it applies).")
]  # fmt: skip
CountriesOption = Annotated[
    str | None, typer.Option("--countries", help="ISO3 codes, separated by commas (where it applies).")
]  # fmt: skip
ReleaseOption = Annotated[
    str | None, typer.Option("--release", help="The provider's edition, such as V202501 (default: newest).")
]  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("fetch", help=HELP)(fetch)


def fetch(
    source: Annotated[str, typer.Argument(help="Source id, as `verdikart data sources` lists.")],
    years: YearsOption = None,
    codes: CodesOption = None,
    countries: CountriesOption = None,
    release: ReleaseOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be fetched and how large it is.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: use what an unfinished fetch has here.")
    ] = False,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Fetch and load, or say what would be fetched."""
    from verdikart.cli.fetch_view import Bars, show_plan, show_vintage
    from verdikart.sources.transport import Client
    from verdikart.store import fetching
    from verdikart.store.depot import depot

    tongue = language(lang)
    feed = fetching.feed_of(source)
    asked = ask(years, codes, countries, release)
    place = depot()
    with (
        Bars(tongue) as bars,
        Client(
            feed, offline=offline, cache=place.root / "cache", progress=bars.bytes, tell=bars.tell
        ) as client,
    ):
        if dry_run:
            plan = fetching.planned(feed, asked, place, client)
        else:
            made = fetching.fetch(feed, asked, place, client, on_piece=bars.piece, step=bars.step)
    if dry_run:
        rows = [
            {"piece": p.piece.name, "address": p.address, "bytes": p.bytes, "here": p.here}
            for p in plan
        ]
        if fmt is Format.TABLE:
            show_plan(plan, feed, tongue)
        else:
            emit_rows(rows, fmt, output)
        return
    if fmt is Format.TABLE:
        show_vintage(made, tongue)
    else:
        emit_rows(vintage_rows(made), fmt, output)


def vintage_rows(made: Vintage) -> list[dict[str, Any]]:
    """One row a table of a vintage."""
    from verdikart.reference.i18n import LANGS

    return [
        {
            "vintage": made.id,
            "source": made.source_id,
            "release": made.release,
            "retrieved": made.retrieved,
            "table": table.name,
            "rows": table.rows,
            "files": len(table.files),
            "bytes": sum(f.bytes for f in table.files),
            "corrections": sum(c.table == table.name for c in made.corrections),
            **{f"notes_{lang}": [note.said(lang) for note in made.notes] for lang in LANGS},
        }
        for table in made.tables
    ]


def ask(years: str | None, codes: str | None, countries: str | None, release: str | None) -> Ask:
    """The question of the options. Raises UsageProblem where one cannot be read."""
    from verdikart.sources.model import Ask

    return Ask(
        _years(years) if years else (),
        _listed(codes),
        tuple(c.upper() for c in _listed(countries)),
        release or "",
    )


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _years(text: str) -> tuple[int, ...]:
    found: set[int] = set()
    for part in _listed(text):
        first, dash, last = part.partition("-")
        if not (
            first.isdigit()
            and len(first) == 4
            and (not dash or (len(last) == 4 and last.isdigit()))
        ):
            raise UsageProblem(f"--years {text}: write 2024, 2020-2024 or 2015,2020")
        if dash and int(last) < int(first):
            raise UsageProblem(f"--years {text}: {last} comes before {first}")
        found |= set(range(int(first), int(last or first) + 1))
    return tuple(sorted(found))
