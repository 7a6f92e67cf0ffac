"""Tables of one's own as rows of text, whatever their format; each row with where it stands."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from verdikart.core.errors import Problem, Problems
from verdikart.sources.model import RawFile
from verdikart.sources.own_description import Description

Rows = list[tuple[int, dict[str, str]]]  # the row's number as a user counts, its cells by column
STATUS = "status"  # JSON-stat's marks of cells, as a column


def own_rows(about: Description, files: Sequence[RawFile]) -> tuple[str, Rows]:
    """The file that the rows are of, and the rows. Raises Problems for a file of another form."""
    read: dict[str, Callable[[Description, Sequence[RawFile]], tuple[str, Rows]]] = {
        "csv": _csv,
        "sdmx-csv": _csv,
        "json-stat": _json_stat,
        "frictionless": _frictionless,
    }
    return read[about.format](about, files)


def _csv(about: Description, files: Sequence[RawFile]) -> tuple[str, Rows]:
    file = _one(files, (".csv", ".txt", ".tsv"), about.format)
    return file.name, _delimited(file.path.read_bytes(), file.name, about.separator, about.encoding)


def _delimited(content: bytes, name: str, separator: str, encoding: str) -> Rows:
    text = _text(content, name, encoding)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    header = [cell.strip() for cell in next(reader, [])]
    if len(header) < 2:
        remedy = "check csv: {separator: …}"
        if ";" in text[:500] and separator != ";":
            remedy = "a semicolon separates its columns: write csv: {separator: ';'}"
        raise Problems([Problem(name, "has fewer than two columns", 1, remedy=remedy)])
    rows: Rows = []
    problems = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.append(
                Problem(name, f"has {len(cells)} cells, the header {len(header)}", reader.line_num,
                        remedy="check quotes, and whether the file is whole")
            )  # fmt: skip
            continue
        rows.append((reader.line_num, dict(zip(header, (c.strip() for c in cells), strict=True))))
    if problems:
        raise Problems(problems)
    return rows


def _json_stat(about: Description, files: Sequence[RawFile]) -> tuple[str, Rows]:
    """JSON-stat 2.0: a dataset, values in an array or by position, status likewise."""
    file = _one(files, (".json", ".json-stat", ".jsonstat"), about.format)
    content = _json(file)
    if content.get("class") != "dataset" or "value" not in content:
        remedy = "save one dataset as JSON-stat 2.0 (class: dataset)"
        raise Problems([Problem(file.name, "is no JSON-stat dataset", remedy=remedy)])
    ids, sizes = content["id"], content["size"]
    problems = []
    axes = []
    for dimension, size in zip(ids, sizes, strict=True):
        category = content["dimension"][dimension]["category"]
        index = category.get("index") or list(category.get("label", {}))
        codes = sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)
        if len(codes) != size:
            problems.append(
                Problem(
                    file.name, f"has {len(codes)} categories, and size says {size}", None, dimension
                )
            )
        axes.append(codes)
    values, status = content["value"], content.get("status", {})
    if isinstance(values, list) and len(values) != prod(sizes):
        told = f"has {len(values)} values, and size says {prod(sizes)}"
        problems.append(Problem(file.name, told, None, "value"))
    if problems:
        raise Problems(problems)
    rows: Rows = []
    for position, cell in enumerate(product(*axes)):
        value = _at(values, position)
        mark = status if isinstance(status, str) else _at(status, position)
        if value is None and mark is None and isinstance(values, dict):
            continue  # a sparse table leaves out what it has not
        rows.append(
            (
                position + 1,
                {**dict(zip(ids, cell, strict=True)), "value": "" if value is None else repr(value),
                 STATUS: str(mark or "")},
            )
        )  # fmt: skip
    return file.name, rows


def _frictionless(about: Description, files: Sequence[RawFile]) -> tuple[str, Rows]:
    """A data package with a tabular resource: its CSV, with dialect, encoding and missing values."""
    package = _one([f for f in files if f.name == "datapackage.json"], (".json",), about.format)
    resources = _json(package).get("resources", [])
    named = [r for r in resources if about.resource in ("", r.get("name"))]
    if len(named) != 1:
        names = ", ".join(str(r.get("name")) for r in resources)
        remedy = f"name one with resource: in the description; the package has {names}"
        raise Problems([Problem(package.name, "which resource is not clear", remedy=remedy)])
    resource = named[0]
    path = str(resource.get("path", "")).rpartition("/")[2]
    content = [f for f in files if f.name == path]
    if not content:
        raise Problems([Problem(package.name, f"its file {path} is not among those added",
                                remedy="add the folder with all its files")])  # fmt: skip
    dialect: Mapping[str, Any] = resource.get("dialect", {})
    dialect = dialect.get("csv", dialect)
    rows = _delimited(
        content[0].path.read_bytes(), path, str(dialect.get("delimiter", ",")),
        str(resource.get("encoding", "utf-8")),
    )  # fmt: skip
    schema = resource.get("schema", {})
    marks = schema.get("missingValues", [""]) if isinstance(schema, dict) else [""]
    empty = {mark if isinstance(mark, str) else mark["value"] for mark in marks}
    return path, [(n, {k: "" if v in empty else v for k, v in row.items()}) for n, row in rows]


def _one(files: Sequence[RawFile], ends: tuple[str, ...], form: str) -> RawFile:
    fitting = [f for f in files if f.name.lower().endswith(ends)]
    if len(fitting) != 1:
        names = ", ".join(f.name for f in files)
        raise Problems(
            [Problem(names, f"{len(fitting)} files fit format: {form}",
                     remedy=f"add one file that ends with {' or '.join(ends)}")]
        )  # fmt: skip
    return fitting[0]


def _json(file: RawFile) -> dict[str, Any]:
    try:
        content = json.loads(_text(file.path.read_bytes(), file.name, "utf-8"))
    except json.JSONDecodeError as error:
        raise Problems(
            [
                Problem(
                    file.name,
                    f"is not whole JSON ({error.msg})",
                    error.lineno,
                    remedy="save it again",
                )
            ]
        ) from None
    if not isinstance(content, dict):
        raise Problems([Problem(file.name, "holds no object", remedy="save it again")])
    return content


def _text(content: bytes, name: str, encoding: str) -> str:
    try:
        return content.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        remedy = "save it as UTF-8, or write csv: {encoding: windows-1252} or what it is"
        raise Problems(
            [Problem(name, f"is not {encoding} text ({error})", remedy=remedy)]
        ) from None


def _at(values: Any, position: int) -> Any:  # noqa: ANN401 - any JSON value
    return values[position] if isinstance(values, list) else values.get(str(position))
