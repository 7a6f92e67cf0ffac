"""verdikart indicators: the registry."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from verdikart.cli.options import FormatOption, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_rows

HELP = """Indicators with definition, formula, unit, thresholds and their sources.

Example: verdikart indicators hhi_value cdi3
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("indicators", help=HELP)(indicators)


def indicators(
    names: Annotated[list[str] | None, typer.Argument(help="Indicator ids (default: all).")] = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """List the registry, or the named indicators."""
    import verdikart.indicators  # noqa: F401  (registers)
    from verdikart.core.registry import REGISTRY

    tongue = language(lang)
    chosen = [REGISTRY.get(name) for name in names] if names else list(REGISTRY.indicators.values())
    rows: list[dict[str, Any]] = [
        {
            "id": i.id,
            "name": i.name.in_(tongue),
            "definition": i.definition.in_(tongue),
            "formula": i.formula,
            "unit": i.unit,
            "direction": i.direction,
            "thresholds": [f"{t.value} → {t.flag} ({t.source})" for t in i.thresholds],
            "caveats": [c.in_(tongue) for c in i.caveats],
            "argument": i.argument,
            "source": i.source,
        }
        for i in chosen
    ]
    if fmt is not Format.TABLE:
        emit_rows(rows, fmt, output)
        return
    from verdikart.cli.tables import console, plain_table

    if names:
        for row in rows:
            console.print(
                "\n".join(
                    f"[bold]{k}[/]: {', '.join(v) if isinstance(v, list) else v}"
                    for k, v in row.items()
                    if v
                )
            )
            console.print()
    else:
        plain_table(
            "", [{k: r[k] for k in ("id", "name", "formula", "unit")} for r in rows], tongue
        )
