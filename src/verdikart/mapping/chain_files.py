"""Reads an analyst's own chain from a YAML or CSV file, with the line of everything in it.

YAML holds one chain; ``extends`` takes over the edges of a known chain, ``remove`` drops some:

    id: silicon_anodes
    name_en: Silicon for anodes
    name_nb: Silisium til anoder
    extends: silicon
    products:
      - {id: silicon_powder, stage: semi-manufacture, name_en: Silicon powder,
         name_nb: Silisiumpulver, codes: [HS17:280469]}
    edges:
      - {input: silicon_metal, output: silicon_powder, relation: main input, process: milling,
         coefficient: 1.05, low: 1.0, high: 1.1, unit: t/t, source: own measurement}

CSV changes a known chain: it holds edges, one a row, with the columns of an edge; the file's name is
the chain's id, and all products must be known. An edge with the id of a known one replaces it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verdikart.chains.lint import Code, Draft, Finding
from verdikart.core.errors import nearest
from verdikart.mapping import chain_graphs
from verdikart.reference.entities import Product
from verdikart.reference.load import by_key
from verdikart.reference.value_chains import Chain, ChainEdge

CHAIN = ("id", "name_en", "name_nb", "depth", "why_en", "why_nb", "extends", "remove")
LISTS = ("products", "edges")
PRODUCT = ("id", "stage", "name_en", "name_nb", "codes", "traded")
NUMBERS = ("route_share", "route_low", "route_high", "coefficient", "low", "high")
TEXTS = ("relation", "process", "choice", "route", "unit", "basis", "source")
NEEDED = ("input", "output", "relation")
EDGE = ("id", *NEEDED[:2], *TEXTS, *NUMBERS)
LINE = "__line__"
ID = re.compile(r"[a-z][a-z0-9_]*")
MOST = 1e12  # beyond any coefficient; keeps infinity and nan out
Entry = dict[str, Any]


@dataclass(slots=True)
class _Reader:
    """One file on its way to a draft; ``faults`` collects what is wrong."""

    file: Path
    faults: list[Finding]

    def fault(self, name: str, line: int | None, **values: object) -> None:
        self.faults.append(
            Finding(name, self.file.name, line, {k: str(v) for k, v in values.items()})
        )


def read(file: Path) -> tuple[Draft | None, list[Finding]]:
    """Read a chain file; return the draft as far as it can be read, and all faults of reading.

    The draft is None only where the file holds no chain at all.
    """
    reader = _Reader(file, [])
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reader.fault("file_unreadable", None, detail=getattr(error, "strerror", None) or error)
        return None, reader.faults
    entry = _csv(reader, text) if file.suffix.lower() == ".csv" else _yaml(reader, text)
    return (None if entry is None else _draft(reader, entry)), reader.faults


def _yaml(reader: _Reader, text: str) -> Entry | None:
    """The document as dictionaries, each with its line under :data:`LINE`."""
    import yaml

    # The loader in C is ten times as fast; both make the same nodes.
    class Lines(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    def mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> Entry:
        found = loader.construct_mapping(node, deep=True)
        return {**{str(k): v for k, v in found.items()}, LINE: node.start_mark.line + 1}

    Lines.add_constructor("tag:yaml.org,2002:map", mapping)
    try:
        content: object = yaml.load(text, Loader=Lines)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        detail = getattr(error, "problem", None) or str(error).splitlines()[0]
        reader.fault("not_yaml", mark.line + 1 if mark else None, detail=detail)
        return None
    if not isinstance(content, dict):
        reader.fault("field_missing", 1, field="id", thing="chain")
        return None
    return content


def _csv(reader: _Reader, text: str) -> Entry:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    edges = []
    for row in rows:
        if None in row or None in row.values():
            reader.fault(
                "value_bad",
                rows.line_num,
                field="row",
                value=";".join(str(v) for v in row.values()),
                expected=f"{len(rows.fieldnames or ())} cells",
            )
            continue
        edges.append({k: v for k, v in row.items() if v != ""} | {LINE: rows.line_num})
    chain = reader.file.stem
    known = chain_graphs.graphs().get(chain)
    if known is None:
        reader.fault("csv_new_chain", 1, chain=chain)
        return {"id": chain, "name_en": chain, "name_nb": chain, LINE: 1, "edges": edges}
    names = {"name_en": known.chain.name_en, "name_nb": known.chain.name_nb}
    return {"id": chain, LINE: 1, **names, "extends": chain, "edges": edges}


def _draft(reader: _Reader, entry: Entry) -> Draft:
    line = entry[LINE]
    _fields(reader, entry, (*CHAIN, *LISTS), "chain")
    chain_id = str(entry.get("id") or "")
    if not chain_id:
        reader.fault("field_missing", line, field="id", thing="chain")
    elif not ID.fullmatch(chain_id):
        reader.fault("id_bad", line, id=chain_id)
    base = _base(reader, entry, line)
    chain = Chain(
        chain_id,
        str(entry.get("name_en") or ""),
        str(entry.get("name_nb") or ""),
        str(entry.get("depth") or "shallow"),
        False,
        str(entry.get("why_en") or ""),
        str(entry.get("why_nb") or ""),
    )
    if chain.depth not in ("deep", "shallow"):
        reader.fault("value_bad", line, field="depth", value=chain.depth, expected="deep, shallow")
    lines: dict[str, int] = {chain_id: line}
    own, codes, untraded = _products(reader, entry, lines)
    edges = {e.edge_id: e for e in base}
    edges |= {e.edge_id: e for e in _edges(reader, entry, lines)}
    products = {**by_key(Product), **own}
    return Draft(
        chain, tuple(edges.values()), products, tuple(own), codes, frozenset(untraded), lines
    )


def _base(reader: _Reader, entry: Entry, line: int) -> tuple[ChainEdge, ...]:
    """Edges of the chain that is extended, without those removed."""
    name = entry.get("extends")
    known = chain_graphs.graphs()
    if name and name not in known:
        names = {c: (g.chain.name_en, g.chain.name_nb) for c, g in known.items()}
        close = ", ".join(nearest(str(name), names, 3)) or ", ".join(known)
        reader.fault("value_bad", line, field="extends", value=name, expected=close)
    base = known[name].edges if name in known else ()
    removed = entry.get("remove") or []
    for edge_id in removed if isinstance(removed, list) else [removed]:
        if edge_id not in {e.edge_id for e in base}:
            reader.fault("edge_unknown", line, edge=edge_id, chain=name or "–")
    return tuple(e for e in base if e.edge_id not in removed)


def _entries(reader: _Reader, entry: Entry, name: str) -> list[Entry]:
    found = entry.get(name) or []
    if not isinstance(found, list):
        reader.fault("value_bad", entry[LINE], field=name, value=found, expected="a list")
        return []
    good = [row for row in found if isinstance(row, dict)]
    for row in found:
        if not isinstance(row, dict):
            what = "{input: …, output: …}" if name == "edges" else "{id: …, stage: …}"
            reader.fault("value_bad", entry[LINE], field=name, value=row, expected=what)
    return good


def _fields(reader: _Reader, entry: Entry, known: Sequence[str], thing: str) -> None:
    for name in entry.keys() - set(known) - {LINE}:
        words = ", ".join(known)
        reader.fault("field_unknown", entry[LINE], field=name, thing=thing, known=words)


def _products(
    reader: _Reader, entry: Entry, lines: dict[str, int]
) -> tuple[dict[str, Product], dict[str, tuple[Code, ...]], set[str]]:
    own: dict[str, Product] = {}
    codes: dict[str, tuple[Code, ...]] = {}
    untraded: set[str] = set()
    for row in _entries(reader, entry, "products"):
        line = row[LINE]
        _fields(reader, row, PRODUCT, "product")
        product_id = str(row.get("id") or "")
        if not product_id:
            reader.fault("field_missing", line, field="id", thing="product")
            continue
        if not ID.fullmatch(product_id):
            reader.fault("id_bad", line, id=product_id)
        if product_id in own or product_id in by_key(Product):
            reader.fault("id_twice", line, id=product_id)
            continue
        names = (str(row.get("name_en") or ""), str(row.get("name_nb") or ""))
        own[product_id] = Product(product_id, str(row.get("stage") or ""), *names)
        lines[product_id] = line
        codes[product_id] = tuple(_code(c) for c in _list(row.get("codes")))
        if row.get("traded") is False:
            untraded.add(product_id)
    return own, codes, untraded


def _list(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _code(value: object) -> Code:
    nomenclature, colon, code = str(value).partition(":")
    return (nomenclature.strip(), code.strip()) if colon else ("", str(value).strip())


def _edges(reader: _Reader, entry: Entry, lines: dict[str, int]) -> list[ChainEdge]:
    found: dict[str, ChainEdge] = {}
    for number, row in enumerate(_entries(reader, entry, "edges"), start=1):
        line = row[LINE]
        _fields(reader, row, EDGE, "edge")
        edge_id = str(row.get("id") or f"{entry.get('id')}_{number}")
        missing = [name for name in NEEDED if not row.get(name)]
        for name in missing:
            reader.fault("field_missing", line, field=name, thing=f"edge {edge_id}")
        if missing:
            continue
        if edge_id in found:
            reader.fault("id_twice", line, id=edge_id)
            continue
        lines[edge_id] = line
        found[edge_id] = _edge(edge_id, row, _numbers(reader, row, line))
    return list(found.values())


def _numbers(reader: _Reader, row: Entry, line: int) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name in NUMBERS:
        value = row.get(name)
        found[name] = None
        if value is None:
            continue
        fault = "share_bad" if name.startswith("route") else "number_bad"
        most = 1.0 if name.startswith("route") else MOST
        try:
            number = float(value)
        except (TypeError, ValueError):
            reader.fault(fault, line, field=name, value=value)
            continue
        if not 0 <= number <= most:
            reader.fault(fault, line, field=name, value=value)
            continue
        found[name] = number
    return found


def _edge(edge_id: str, row: Entry, numbers: Mapping[str, float | None]) -> ChainEdge:
    text = {name: str(row.get(name) or "") for name in TEXTS}
    known = numbers["coefficient"] is not None
    return ChainEdge(
        edge_id=edge_id,
        input_product=str(row["input"]),
        output_product=str(row["output"]),
        input_materials=(),
        output_materials=(),
        process=text["process"],
        relation=text["relation"],
        choice=text["choice"],
        route=text["route"],
        route_share=numbers["route_share"],
        route_low=numbers["route_low"],
        route_high=numbers["route_high"],
        route_source=text["source"],
        coefficient=numbers["coefficient"],
        coef_low=numbers["low"],
        coef_high=numbers["high"],
        coef_unit=text["unit"],
        coef_meaning="input per unit of output" if known else "",
        coef_basis=text["basis"],
        companion_note="",
        link_confidence="medium",
        coef_confidence="medium" if known else "none",
        source=text["source"],
    )
