"""Tables of one's own as rows of text, whatever their format; each row with where it stands."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
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
    try:
        return read[about.format](about, files)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        names = ", ".join(f.name for f in files)
        what = f"is not built as format: {about.format} is ({type(error).__name__}: {error})"
        remedy = "save it again, or check it with a validator of that format"
        raise Problems([Problem(names, what, remedy=remedy)]) from error


def _csv(about: Description, files: Sequence[RawFile]) -> tuple[str, Rows]:
    file = _one(files, (".csv", ".txt", ".tsv"), about.format)
    return file.name, _delimited(file.path.read_bytes(), file.name, about.separator, about.encoding)


def _delimited(content: bytes, name: str, separator: str, encoding: str) -> Rows:
    text = _text(content, name, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        return _cells(reader, text, name, separator)
    except csv.Error as error:
        what = f"cannot be read as a table ({error})"
        remedy = "check quotes, and whether the file is whole"
        raise Problems([Problem(name, what, reader.line_num, remedy=remedy)]) from None


def _cells(reader: Any, text: str, name: str, separator: str) -> Rows:  # noqa: ANN401 - csv's reader
    header = [cell.strip() for cell in next(reader, [])]
    if len(header) < 2:
        remedy = "check csv: {separator: …}"
        if ";" in text[:500] and separator != ";":
            remedy = "a semicolon separates its columns: write csv: {separator: ';'}"
        raise Problems([Problem(name, "has fewer than two columns", 1, remedy=remedy)])
    rows: Rows = []
    problems = [
        Problem(
            name, "stands twice in the header", 1, label, remedy="give each column its own name"
        )
        for label in sorted({label for label in header if label and header.count(label) > 1})
    ]
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
    values, status = content["value"], content.get("status") or {}
    cells = prod(sizes)
    if isinstance(values, list) and len(values) != cells:
        told = f"has {len(values)} values, and size says {cells}"
        problems.append(Problem(file.name, told, None, "value"))
    if problems:
        raise Problems(problems)
    # A table that gives values by position leaves out what it has not, which may be nearly all.
    sparse = isinstance(values, dict) and not isinstance(status, list)
    marked = status if isinstance(status, dict) else {}
    there = sorted(map(int, {**values, **marked})) if sparse else range(cells)
    rows: Rows = []
    for position in there:
        value = _at(values, position)
        mark = status if isinstance(status, str) else _at(status, position)
        text = "" if value is None else value if isinstance(value, str) else repr(value)
        cell = {**_cell(ids, axes, position), "value": text, STATUS: str(mark or "")}
        rows.append((position + 1, cell))
    return file.name, rows


def _cell(ids: Sequence[str], axes: Sequence[Sequence[str]], position: int) -> dict[str, str]:
    """The categories of a cell; the last dimension runs fastest."""
    found = {}
    for dimension, codes in zip(reversed(ids), reversed(axes), strict=True):
        position, place = divmod(position, len(codes))
        found[dimension] = codes[place]
    if position:
        raise ValueError("a position beyond the last cell")
    return found


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
    paths = resource.get("path", "")
    path = str(paths[0] if isinstance(paths, list) and len(paths) == 1 else paths).rpartition("/")[
        2
    ]
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
    for field in schema.get("fields", []) if isinstance(schema, dict) else []:
        if field.get("decimalChar", about.decimal) != about.decimal:
            remedy = f"write csv: {{decimal: {field['decimalChar']!r}}} in the description"
            what = f"has the decimal mark {field['decimalChar']}"
            raise Problems(
                [Problem(package.name, what, None, str(field.get("name")), remedy=remedy)]
            )
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
    except (UnicodeError, LookupError) as error:
        remedy = "save it as UTF-8, or write csv: {encoding: windows-1252} or what it is"
        raise Problems(
            [Problem(name, f"is not {encoding} text ({error})", remedy=remedy)]
        ) from None


def _at(values: Any, position: int) -> Any:  # noqa: ANN401 - any JSON value
    return values[position] if isinstance(values, list) else values.get(str(position))
