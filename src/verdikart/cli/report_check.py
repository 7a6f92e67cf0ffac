"""verdikart report check: a signed-off document held against a later mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from verdikart.cli.options import FormatOption, LangOption, OutputOption, language
from verdikart.cli.output import Format, emit_json, emit_rows

if TYPE_CHECKING:
    from verdikart.mapping.moved import Moved
    from verdikart.reports.document.check import CellMoved, Check, Sentence

Row = dict[str, Any]
MOVED = 3  # exit code of --strict where something moved
HELP = """Holds a signed-off note, deck or workbook against a mapping: each sentence whose figure
has moved since, by how much, how it would read now, and why.

FILE is as verdikart wrote it, or edited since in Word, PowerPoint or Excel; a sentence that was edited
by hand is told. Only digits beyond those that are written count as not moved; --all lists them too,
and the cells of tables, which are counted otherwise. Done is exit code 0, whatever moved; with
--strict it is 3 where something would read otherwise.

Examples: verdikart report check kartlegging.docx --against current

Against an older one, as a table of figures: verdikart report check note.pdf --against 90b1 --format csv
"""


def check(
    file: Annotated[Path, typer.Argument(help="A .docx, .pptx, .xlsx or .pdf made by report.")],
    against: Annotated[
        str,
        typer.Option(
            "--against", help="A result folder, first digits of a content hash, or current."
        ),
    ] = "current",
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", help="Folder that content hashes and 'current' are found in."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also cells of tables, and digits beyond those written.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 3 where something would read otherwise.")
    ] = False,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
) -> None:
    """Hold a document against a mapping; a file without figures, or of another home, is an error."""
    from verdikart.mapping import compare, save
    from verdikart.reports.document.check import check as held_against

    tongue = language(lang)
    found = held_against(file, compare.find(against, mapping or save.DEFAULT_OUT))
    if fmt is Format.JSON:
        emit_json(summary(found, everything))
    elif fmt is Format.TABLE:
        from verdikart.cli.report_check_view import print_check

        print_check(found, tongue, everything)
    else:
        emit_rows(list(_rows(found, everything)), fmt, output)
    if strict and (found.moved or any(table.seen for table in found.tables)):
        raise typer.Exit(MOVED)


def summary(found: Check, everything: bool = False) -> Row:
    """The check as one JSON-ready object; ``everything``: cells and unseen digits too."""
    made, saved = found.made, found.against
    return {
        "file": found.file,
        "title": made["title"],
        "template": made["template"],
        "about": made["about"],
        "lang": made["lang"],
        "audience": made["audience"],
        "signed": made["signed"],
        "made_from": {key: made[key] for key in ("mapping", "home", "year", "version")},
        "against": {
            "mapping": saved.name,
            "home": saved.home,
            "year": saved.year,
            "version": str(saved.manifest["code"]["version"]),
        },
        "earlier_at_hand": found.earlier,
        "figures": dict(sorted(found.outcomes.items())),
        "sentences": len(found.sentences),
        "moved": [_sentence(s, everything) for s in shown(found, everything)],
        "edited": [
            {"text": s.text, "place": s.place, "found": s.found, "moved": s.seen}
            for s in found.edited
        ],
        "tables": [
            {
                "table": table.table_id,
                "title": table.title,
                "cells": len(table.cells),
                "moved": len(table.seen),
                "moved_cells": [
                    {"row": c.row, "column": c.column, **_figure(c.figure)}
                    for c in table.cells
                    if everything and _listed(c.figure, everything)
                ],
            }
            for table in found.tables
            if table.cells
        ],
    }


def shown(found: Check, everything: bool) -> list[Sentence]:
    """Sentences to list: those that would read otherwise first, then those that rest on what moved."""
    rows = [s for s in found.sentences if s.seen or (everything and s.digits)]
    return sorted(rows, key=lambda s: (not s.seen, not s.reads))


def _listed(figure: Moved, everything: bool) -> bool:
    return figure.seen or (everything and figure.outcome == "digits")


def _sentence(sentence: Sentence, everything: bool) -> Row:
    return {
        "text": sentence.text,
        "kind": sentence.kind,
        "owner": sentence.owner,
        "reads_otherwise": sentence.reads,
        "now": sentence.now or None,
        "place": sentence.place,
        "found": sentence.found or None,
        "figures": [_figure(f) for f in sentence.figures if _listed(f, everything)],
    }


def _figure(figure: Moved) -> Row:
    held = figure.inputs
    return {
        "figure": figure.figure,
        "outcome": figure.outcome,
        "then": figure.then,
        "now": figure.now or None,
        "then_value": figure.then_value,
        "now_value": figure.now_value,
        "difference": figure.difference,
        "measure": figure.measure or None,
        "causes": [
            {"kind": c.kind, "name": c.name or None, "then": c.then, "now": c.now}
            for c in figure.why
        ],
        "parts": dict(figure.parts),
        "inputs": None
        if held is None
        else {
            "partner": held.partner,
            "unit": held.unit,
            "partner_then": held.then[0],
            "all_then": held.then[1],
            "partner_now": held.now[0],
            "all_now": held.now[1],
        },
        "seen_through": figure.elsewhere or None,
    }


def _rows(found: Check, everything: bool) -> Iterator[Row]:
    """One row a figure, flat."""
    for number, sentence in enumerate(found.sentences, start=1):
        for figure in sentence.figures:
            if _listed(figure, everything):
                yield _flat(
                    f"statement {number}", sentence.text, sentence.now, sentence.place, figure
                )
    for table in found.tables:
        for cell in table.cells:
            if everything and _listed(cell.figure, everything):
                yield _flat(table.title, _cell(cell), "", "", cell.figure)


def _cell(cell: CellMoved) -> str:
    return f"{cell.row}, {cell.column}"


def _flat(where: str, text: str, now: str, place: str, figure: Moved) -> Row:
    row = _figure(figure)
    held = row.pop("inputs") or {}
    causes = (" ".join(filter(None, (c.kind, c.name, f"{c.then} → {c.now}"))) for c in figure.why)
    parts: Iterable[str] = (f"{name} {part:+.6g}" for name, part in figure.parts.items())
    told = {key: row[key] if _plain(row[key]) else str(row[key]) for key in row}
    return {
        "where": where,
        "text": text,
        "text_now": now or None,
        "place": place or None,
        **told,
        "causes": "; ".join(causes),
        "parts": "; ".join(parts),
        **{key: held.get(key) for key in ("partner", "unit", "partner_then", "all_then")},
        **{key: held.get(key) for key in ("partner_now", "all_now")},
    }


def _plain(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float))
