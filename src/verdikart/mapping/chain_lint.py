"""Lints the chains of the package and those of an analyst's files; loads the latter when sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from verdikart.chains.graph import ChainGraph
from verdikart.chains.lint import Draft, Finding, Knowledge, lint
from verdikart.core.errors import DataProblem
from verdikart.mapping import chain_files, chain_graphs
from verdikart.mapping.chain_view import ChainView
from verdikart.reference.entities import CodeValidity, Nomenclature, Stage
from verdikart.reference.i18n import Lang, translator
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import ChainEdge, ChainFault, ChainFunction

Row = dict[str, Any]
TABLES = "chain_edges.csv"


@cache
def _floors() -> dict[tuple[str, str], float]:
    """Least input per output where stoichiometry gives it."""
    return {
        (e.input_product, e.output_product): e.coef_low
        for e in load(ChainEdge)
        if e.coef_basis.startswith("stoich") and e.coef_low is not None
    }


@cache
def _revisions() -> dict[str, tuple[str, ...]]:
    names = [n.nomenclature for n in load(Nomenclature) if n.nomenclature.startswith("HS")]
    return {row.code: tuple(n for n in names if row.exists_in(n)) for row in load(CodeValidity)}


def knowledge(chain_id: str, covered: frozenset[str] | None = None) -> Knowledge:
    """What the tables know that a chain is checked against."""
    stages = {s.stage_id: s.order for s in sorted(load(Stage), key=lambda s: s.order)}
    said = frozenset(f.function for f in load(ChainFunction) if f.chain_id == chain_id)
    return Knowledge(stages, _revisions(), _floors(), covered, said)


def draft_of(graph: ChainGraph) -> Draft:
    """A chain of the package as a draft; its products' codes are checked with the tables."""
    return Draft(graph.chain, graph.edges, graph.products)


def covered(view: ChainView, products: Sequence[str]) -> frozenset[str]:
    """Products that an embedded source shows for the view's home."""
    return frozenset(p for p in products if view.rows(p)[0].basis != "none")


def lint_chain(chain_id: str, view: ChainView | None = None) -> list[Finding]:
    """All findings of a chain of the package; ghosts only where a view is given."""
    graph = chain_graphs.check_chain(chain_id)
    return _linted(draft_of(graph), view)


def _linted(draft: Draft, view: ChainView | None) -> list[Finding]:
    seen = None
    if view is not None:
        used = {p for e in draft.edges for p in (e.input_product, e.output_product)}
        seen = covered(view, sorted(p for p in used if p in draft.products and p not in draft.own))
        seen |= {p for p in draft.own if draft.codes.get(p)}
    return lint(draft, knowledge(draft.chain.chain_id, seen))


def lint_file(file: Path, view: ChainView | None = None) -> tuple[Draft | None, list[Finding]]:
    """All faults of a file, those of reading it and those of the chain, by line.

    Notes on what the file takes over from a known chain are left to that chain's own lint.
    """
    draft, faults = chain_files.read(file)
    if draft is not None:
        severity = {name: row.severity for name, row in by_key(ChainFault).items()}
        found = _linted(draft, view)
        faults += [f for f in found if severity[f.fault] != "note" or f.subject in draft.lines]
    return draft, sorted(faults, key=lambda f: f.line or 0)


def load_file(file: Path) -> ChainGraph:
    """The chain of a file. Raises :class:`DataProblem` with every error in it; nothing is loaded then."""
    draft, faults = lint_file(file)
    errors = [f for f in faults if by_key(ChainFault)[f.fault].severity == "error"]
    if draft is None or errors:
        lines = "\n".join(f"  • {text_of(file.name, f, 'en')}" for f in errors)
        raise DataProblem(
            f"{file.name}: {len(errors)} fault(s), nothing is loaded:\n{lines}\n"
            f"See them in full with: verdikart chain lint {file.name}"
        )
    return ChainGraph(draft.chain, draft.edges, draft.products, draft.codes)


def with_files(files: Sequence[Path]) -> Mapping[str, ChainGraph]:
    """The chains of the package with those of some files; a file's chain replaces one of its id."""
    return {**chain_graphs.graphs(), **{g.chain_id: g for g in map(load_file, files)}}


def rows(file: str, findings: Sequence[Finding]) -> list[Row]:
    """Findings as flat rows with texts in both languages."""
    return [_row(file, finding) for finding in findings]


def _row(file: str, finding: Finding) -> Row:
    known = by_key(ChainFault)[finding.fault]
    return {
        "file": file,
        "line": finding.line,
        "severity": known.severity,
        "fault": finding.fault,
        "subject": finding.subject,
        "text_en": known.text_en.format_map(finding.values),
        "text_nb": known.text_nb.format_map(finding.values),
        "remedy_en": known.remedy_en.format_map(finding.values),
        "remedy_nb": known.remedy_nb.format_map(finding.values),
    }


def text_of(file: str, finding: Finding, lang: Lang) -> str:
    """A finding in one line: place, fault and remedy."""
    row = _row(file, finding)
    _ = translator(lang)
    where = _("{file}, line {line}").format(**row) if row["line"] else file
    return f"{where}: {row[f'text_{lang}']} — {row[f'remedy_{lang}']}"
