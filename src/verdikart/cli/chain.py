"""verdikart chain: the value chains — which there are, one in full, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from verdikart.cli.options import (
    ChainFiles,
    FormatOption,
    HomeOption,
    HomesFile,
    LangOption,
    OutputOption,
    language,
)
from verdikart.cli.output import Format, emit_json, emit_rows

Row = dict[str, Any]
HELP = """Value chains: list them, show one, check one for faults.

Examples: verdikart chain list · verdikart chain show nickel · verdikart chain lint my_chain.yaml
"""
LIST_HELP = """Every chain with its depth, size and stages; why the deep ones matter to Norway.

Example: verdikart chain list --format json
"""
SHOW_HELP = """One chain as a home sees it: verdict and bottleneck, stages, steps with their suppliers, and what
stands beside them: lead times, substitutes, trade measures, plants.

Examples: verdikart chain show nickel --lang nb · verdikart chain show ree --home EU27 --svg ree.svg
"""
LINT_HELP = """Find all faults of chains at once: of every chain of the package, of some (by id), or of files.

A file is YAML (one chain: id, name_en, name_nb, extends, remove, products, edges) or CSV (edges).
Exit code 1 where a chain has errors; warnings and notes leave it at 0.

Examples: verdikart chain lint · verdikart chain lint nickel zinc · verdikart chain lint my_chain.yaml
"""


def register(app: typer.Typer) -> None:
    """Add the verb and its parts."""
    group = typer.Typer(help=HELP, no_args_is_help=True)
    group.command("list", help=LIST_HELP)(list_)
    group.command("show", help=SHOW_HELP)(show)
    group.command("lint", help=LINT_HELP)(lint)
    app.add_typer(group, name="chain")


def list_(
    chain_files: ChainFiles = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """List the chains."""
    from verdikart.mapping.chain_lint import with_files
    from verdikart.mapping.chain_rows import chain_list

    rows = chain_list(with_files(chain_files or []))
    if fmt is not Format.TABLE:
        emit_rows(rows, fmt, output)
        return
    from verdikart.cli.chain_tables import list_table

    list_table(rows, language(lang))


def show(
    chain: Annotated[str, typer.Argument(help="Id of a chain, see 'verdikart chain list'.")],
    home: HomeOption = "NOR",
    year: Annotated[
        int | None, typer.Option("--year", help="Default: the latest in the trade data.")
    ] = None,
    chain_files: ChainFiles = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Draw it to this file.")] = None,
    homes_file: HomesFile = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Show one chain."""
    from verdikart.mapping.chain_lint import with_files
    from verdikart.mapping.chain_stage_rows import chain_report
    from verdikart.mapping.chain_view import view
    from verdikart.mapping.library import Library

    seen = view(home, year, Library(custom=homes_file), with_files(chain_files or []))
    found = chain_report(seen, chain)
    tongue = language(lang)
    if svg is not None:
        from verdikart.reports.chains import draw_alone

        svg.write_text(draw_alone(seen.graphs[chain], found, tongue), encoding="utf-8")
    if fmt is Format.JSON:
        emit_json(found)
    elif fmt is Format.TABLE:
        from verdikart.cli.chain_tables import show_tables

        show_tables(found, tongue)
    else:
        emit_rows(found["steps"], fmt, output)


def lint(
    names: Annotated[
        list[str] | None, typer.Argument(help="Chain ids or files; none: every chain.")
    ] = None,
    home: HomeOption = "NOR",
    homes_file: HomesFile = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Check chains; what no source covers for the home is noted as an unknown step."""
    from verdikart.mapping import chain_lint
    from verdikart.mapping.chain_graphs import graphs
    from verdikart.mapping.chain_view import view
    from verdikart.mapping.library import Library

    seen = view(home, library=Library(custom=homes_file))
    rows: list[Row] = []
    for name in names or list(graphs()):
        if is_file(name):
            _, found = chain_lint.lint_file(Path(name), seen)
            rows += chain_lint.rows(name, found)
        else:
            rows += chain_lint.rows(name, chain_lint.lint_chain(name, seen))
    if fmt is Format.JSON:
        emit_json(rows)
    elif fmt is Format.TABLE:
        from verdikart.cli.chain_tables import lint_table

        lint_table(rows, language(lang))
    else:
        emit_rows(rows, fmt, output)
    if any(row["severity"] == "error" for row in rows):
        raise typer.Exit(1)


def is_file(name: str) -> bool:
    """Whether an argument means a file rather than a chain's id."""
    return Path(name).suffix.lower() in (".yaml", ".yml", ".csv") or Path(name).is_file()
