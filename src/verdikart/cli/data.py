"""verdikart data: the embedded data — what there is, of which licence, and whether it is whole.

The verbs on fetched data stand in :mod:`verdikart.cli.data_vintages`.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from verdikart.cli.options import FormatOption, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_rows

LIST_HELP = """Embedded data and reference tables: source, licence, vintage, coverage, hash.

Example: verdikart data list
"""
VERIFY_HELP = """Check every embedded file and every vintage against its hash, and every reference table.

Example: verdikart data verify
"""


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    from verdikart.cli import data_vintages

    group = typer.Typer(
        help="Data: the embedded ones, sources that can be fetched, vintages.", no_args_is_help=True
    )
    group.command("list", help=LIST_HELP)(list_data)
    group.command("verify", help=VERIFY_HELP)(verify_data)
    data_vintages.register(group)
    app.add_typer(group, name="data")


def list_data(
    tables: Annotated[
        bool, typer.Option("--tables", help="List the reference tables too.")
    ] = False,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Show the manifest."""
    from verdikart.store.snapshot import manifest

    tongue = language(lang)
    rows: list[dict[str, Any]] = [
        {
            "file": entry.file,
            "source": entry.source_id,
            "title": entry.title[tongue],
            "vintage": entry.vintage,
            "licence": entry.licence,
            "rows": entry.rows,
            "bytes": entry.bytes,
            "coverage": "; ".join(f"{k}: {_span(v)}" for k, v in entry.coverage.items()),
            "sha256": entry.sha256,
        }
        for entry in manifest().files
    ]
    if tables:
        rows += _table_rows(tongue)
    if fmt is Format.TABLE:
        from verdikart.cli.tables import plain_table

        shown = ("file", "source", "vintage", "licence", "rows", "coverage", "sha256")
        plain_table(
            "",
            [{k: str(r[k])[:12] if k == "sha256" else r[k] for k in shown} for r in rows],
            tongue,
        )
    else:
        emit_rows(rows, fmt, output)


def _span(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return f"{value[0]}–{value[-1]}" if len(value) > 1 else str(value[0])
    return str(value)


def _table_rows(lang: str) -> list[dict[str, Any]]:
    import hashlib

    from verdikart.reference.load import load, meta, path
    from verdikart.reference.records import TABLES

    return [
        {
            "file": f"{name}.csv",
            "source": meta(name)["source"],
            "title": meta(name)["title"][lang],
            "vintage": str(meta(name)["vintage"]),
            "licence": meta(name)["licence"],
            "rows": len(load(record)),
            "bytes": path(name).stat().st_size,
            "coverage": "",
            "sha256": hashlib.sha256(path(name).read_bytes()).hexdigest(),
        }
        for name, record in TABLES.items()
    ]


def verify_data(
    fmt: FormatOption = Format.TABLE, output: OutputOption = None, lang: LangOption = None
) -> None:
    """Check files and tables; exit code 1 where anything is wrong."""
    from rich.progress import Progress

    from verdikart.reference.validate import validate
    from verdikart.store import vintages
    from verdikart.store.snapshot import verify

    tongue = language(lang)
    with Progress(transient=True, disable=fmt is not Format.TABLE) as bar:
        task = bar.add_task("verify", total=None)
        results = verify(
            lambda done, total, file: bar.update(
                task, completed=done, total=total, description=file
            )
        )
        results += vintages.verify(progress=lambda name: bar.update(task, description=name))
    problems = validate()
    rows: list[dict[str, Any]] = [
        {
            "file": r.file,
            "status": r.status,
            "expected_sha256": r.expected_sha256,
            "actual_sha256": r.actual_sha256,
            "remedy": r.remedy,
        }
        for r in results
    ]
    rows += [
        {
            "file": p.file,
            "status": "problem",
            "expected_sha256": None,
            "actual_sha256": None,
            "remedy": str(p),
        }
        for p in problems
    ]
    if fmt is Format.TABLE:
        from verdikart.cli.tables import plain_table

        shown = ("file", "status", "expected_sha256", "remedy")
        plain_table(
            "",
            [
                {k: (r[k] or "")[:16] if k == "expected_sha256" else r[k] for k in shown}
                for r in rows
            ],
            tongue,
        )
    else:
        emit_rows(rows, fmt, output)
    bad = [r for r in rows if r["status"] != "ok"]
    for row in bad:
        typer.echo(
            f"{row['file']}: {row['status']}; expected sha256 {row['expected_sha256']}; {row['remedy']}",
            err=True,
        )
    if bad:
        raise typer.Exit(1)
