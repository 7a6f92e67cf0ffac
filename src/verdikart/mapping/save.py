"""Writes a mapping to ``OUT/<hash>/`` and swaps the pointer ``OUT/current`` last.

A kill at any moment leaves the previous result whole: files are written to a folder of their own,
renamed in one step, and only then named by the pointer. Hashes are over canonical rows (sorted,
12 significant digits), so they are equal on every machine; no clock and no path goes into them.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingOf
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.core.version import VERSION
from verdikart.reference.load import path as reference_path
from verdikart.reference.records import TABLES
from verdikart.store.snapshot import manifest

if TYPE_CHECKING:  # whoever only reads what was saved need not know how it is made
    from verdikart.mapping.run import Mapping

Row = dict[str, Any]
Rows = Sequence[MappingOf[str, Any]]
Columns = dict[str, list[Any]]
DEFAULT_OUT = Path("verdikart-result")
POINTER = "current"
PARTIAL = ".partial-"
SCHEMA = 1  # of the manifest


def figure_rows(mapping: Mapping) -> list[Row]:
    """Figures as flat rows: numbers in ``value``, codes such as a country in ``text``."""
    rows = []
    for figure in mapping.figures.values():
        home, year, source, subject, flow, indicator = figure.id.split("/")
        rows.append(
            {
                "id": figure.id,
                "home": home,
                "year": int(year),
                "source": source,
                "subject": subject,
                "flow": flow,
                "indicator": indicator,
                "value": figure.number,
                "text": figure.value if isinstance(figure.value, str) else None,
                "flag": figure.value if isinstance(figure.value, bool) else None,
                "unit": figure.unit,
                "status": str(figure.status),
                "low": figure.low,
                "high": figure.high,
                "reason": figure.reason,
            }
        )
    return rows


def all_tables(mapping: Mapping) -> dict[str, Rows]:
    """Every table of a mapping, the figures among them."""
    return {**mapping.tables, "figures": figure_rows(mapping)}


def all_columns(mapping: Mapping) -> dict[str, Columns]:
    """Every table as columns; kept with the mapping, which is not changed once it is made."""
    if mapping.columns is None:
        mapping.columns = {name: columns(rows) for name, rows in all_tables(mapping).items()}
    return mapping.columns


def columns(rows: Rows) -> Columns:
    """Rows as columns, in the order in which their keys first appear; None where a row has none."""
    names = dict.fromkeys(key for row in rows for key in row)
    return {name: [row.get(name) for row in rows] for name in names}


def canonical(held: Columns) -> str:
    """A table as one text that does not depend on machine, order or the last digits of a float."""
    names = sorted(held)
    lines = zip(*([_digits(value) for value in held[name]] for name in names), strict=True)
    return "\n".join([repr(names), *sorted(map("\t".join, lines))])


def _length(held: Columns) -> int:
    return len(next(iter(held.values()), []))


def _digits(value: Any) -> str:  # noqa: ANN401 - any cell
    return f"{value:.12g}" if type(value) is float else repr(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, MappingOf):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def describe(mapping: Mapping) -> dict[str, Any]:
    """The manifest: what was asked, of which data, by which code, and the hash of the answer."""
    tables = {
        name: {"rows": _length(held), "sha256": _sha(canonical(held))}
        for name, held in all_columns(mapping).items()
    }
    made_of = {
        "home": mapping.home,
        "year": mapping.year,
        "parameters": mapping.settings,
        "code": {"name": "verdikart", "version": VERSION},
        "vintages": mapping.vintages,
        "snapshot": {entry.file: entry.sha256 for entry in manifest().files},
        "reference": reference_hashes(),
        "tables": tables,
    }
    content = _sha(json.dumps(_plain(made_of), sort_keys=True, ensure_ascii=False))
    return {"schema": SCHEMA, "content_hash": content, **made_of}


@cache
def reference_hashes() -> dict[str, str]:
    """A hash of every reference table's lines, whatever their order or line ends."""
    return {
        name: _sha("\n".join(sorted(reference_path(name).read_text(encoding="utf-8").splitlines())))
        for name in TABLES
    }


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def result_folder(out: Path, mapping: Mapping, make_current: bool = True) -> Iterator[Path]:
    """A folder to write a result into, its manifest in it; it is moved when the block ends well.

    Its place is ``out`` and the first 16 digits of the content's hash. It becomes the current
    result too if asked, or where there is no current one.
    """
    described = describe(mapping)
    name = described["content_hash"][:16]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageProblem(
            f"cannot write to {out}: {error.strerror}; choose another --out"
        ) from error
    sweep(out)
    partial = out / f"{PARTIAL}{os.getpid()}"
    partial.mkdir(exist_ok=True)
    try:
        _write_text(partial / "manifest.json", json.dumps(described, ensure_ascii=False, indent=2))
        yield partial
        _publish(partial, out / name)
        if make_current or not (out / POINTER).exists():
            pointer = out / f"{PARTIAL}{os.getpid()}-pointer"
            _write_text(pointer, name + "\n")
            pointer.replace(out / POINTER)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def sweep(out: Path) -> None:
    """Remove what processes that were stopped left half-written."""
    for left in out.glob(f"{PARTIAL}*"):
        if not _alive(left.name.removeprefix(PARTIAL)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(text: str) -> bool:
    number = text.partition("-")[0]
    if not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return int(number) != os.getpid()


def _publish(partial: Path, final: Path) -> None:
    """Put the finished folder in its place.

    A folder of that name holds the same content, so its files are replaced one by one: it is
    whole at every moment, and only the page's first language can differ.
    """
    if not final.exists():
        partial.rename(final)
        return
    for file in sorted(p for p in partial.rglob("*") if p.is_file()):
        target = final / file.relative_to(partial)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def write_tables(mapping: Mapping, folder: Path) -> None:
    """Write every table as Parquet and CSV, and the data package that describes them."""
    target = folder / "tables"
    target.mkdir(exist_ok=True)
    resources = []
    for name, held in all_columns(mapping).items():
        table = arrow(held)
        pq.write_table(table, target / f"{name}.parquet", compression="zstd")
        _csv(held, target / f"{name}.csv")
        resources.append(_resource(name, table))
    package = {
        "name": "verdikart-mapping",
        "title": f"verdikart: {mapping.home} {mapping.year}",
        "version": VERSION,
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "sources": [{"title": f"{key} ({vintage})"} for key, vintage in mapping.vintages.items()],
        "resources": resources,
    }
    _write_text(folder / "datapackage.json", json.dumps(package, ensure_ascii=False, indent=2))


def arrow(held: Columns) -> pa.Table:
    """Columns as an Arrow table; whole numbers beside decimals become float64, empty ones text."""
    found = {}
    for name, values in held.items():
        kinds = _kinds(values)
        if kinds <= {int, float} and float in kinds:
            found[name] = pa.array(values, pa.float64())
        elif not kinds:
            found[name] = pa.array(values, pa.string())
        elif kinds <= {list, tuple}:
            parts = {type(part) for value in values if value for part in value}
            number = parts and parts <= {int, float}
            found[name] = pa.array(values, pa.list_(pa.float64() if number else pa.string()))
        else:
            found[name] = pa.array(values)
    return pa.table(found)


def _kinds(values: Sequence[object]) -> set[type]:
    return set(map(type, values)) - {type(None)}


def _csv(held: Columns, path: Path) -> None:
    # The writer itself turns None into an empty cell and numbers into their shortest text.
    shown = [
        values if not _kinds(values) & {bool, list, tuple} else list(map(_cell, values))
        for values in held.values()
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(held)
        writer.writerows(zip(*shown, strict=True))


def _cell(value: Any) -> Any:  # noqa: ANN401 - any cell
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ";".join(map(str, value))
    return value


def _resource(name: str, table: pa.Table) -> dict[str, Any]:
    kinds = {"bool": "boolean", "int64": "integer", "double": "number"}
    fields = [{"name": f.name, "type": kinds.get(str(f.type), "string")} for f in table.schema]
    return {
        "name": name.replace("_", "-"),
        "path": f"tables/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""]},
    }


def current(out: Path) -> Path:
    """The folder of the current result. Raises :class:`DataProblem` where there is none."""
    pointer = out / POINTER
    if not pointer.is_file():
        raise DataProblem(f"no mapping in {out}; make one with 'verdikart map --out {out}'")
    folder = out / pointer.read_text(encoding="utf-8").strip()
    if not (folder / "manifest.json").is_file():
        raise DataProblem(
            f"{pointer} names {folder.name}, which is not there; run 'verdikart map' anew"
        )
    return folder


def read_tables(folder: Path, names: Sequence[str]) -> dict[str, list[Row]]:
    """Read some tables of a saved mapping as rows."""
    found = {}
    for name in names:
        path = folder / "tables" / f"{name}.parquet"
        try:
            found[name] = pq.read_table(path).to_pylist()
        except (OSError, pa.ArrowInvalid) as error:
            raise DataProblem(
                f"{path}: cannot be read ({error}); run 'verdikart map' anew"
            ) from error
    return found


def fits(folder: Path, mapping_of: tuple[str, int | None]) -> bool:
    """Whether a saved mapping is of this home, year, code and data."""
    described = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    home, year = mapping_of
    return bool(
        described["home"] == home
        and (year is None or described["year"] == year)
        and described["code"]["version"] == VERSION
        and described["snapshot"] == {entry.file: entry.sha256 for entry in manifest().files}
    )


__all__ = [
    "DEFAULT_OUT",
    "all_tables",
    "current",
    "describe",
    "fits",
    "read_tables",
    "result_folder",
    "sweep",
    "write_tables",
]
