"""JSON-stat 2.0 as PxWebApi gives it: checked, and laid out as one row a cell.

The members used: ``id``, ``size``, ``dimension`` (category index, label, unit), ``role``, ``value``
(a list, or an object of the cells that have one) and ``status``, which holds the mark of a cell by
its number. Cells stand in row-major order. A document without ``value`` is metadata.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

from verdikart.core.errors import Problem, Problems
from verdikart.sources.model import RawFile

if TYPE_CHECKING:
    import pyarrow as pa

# Statistics Norway's marks; those of the last line were in use until 2021.
MARKS = {
    ":": "suppressed", "..": "missing", ".": "not_applicable",
    "...": "missing", "-": "zero", "*": "provisional",
}  # fmt: skip
_PERIOD = re.compile(r"(\d{4})(?:[MKQ](\d{1,2})|[UW]\d{1,2}|H\d)?")
RESERVED = {"year", "quarter", "month", "unit", "value", "status", "status_code"}


@dataclass(frozen=True)
class Cube:
    """A document: its dimensions with their categories, and the cells where it has any."""

    file: RawFile
    content: Mapping[str, Any]

    @property
    def ids(self) -> list[str]:
        """Ids of the dimensions, slowest first."""
        return list(self.content["id"])

    @cached_property
    def codes(self) -> dict[str, list[str]]:
        """Dimension → codes in the order of the cells."""
        return {name: _codes(self.content["dimension"][name]["category"]) for name in self.ids}

    def labels(self, dimension: str) -> dict[str, str]:
        """Code → text of a dimension's categories, in the document's language."""
        return dict(self.content["dimension"][dimension]["category"].get("label", {}))

    def notes_of(self, dimension: str) -> dict[str, str]:
        """Code → footnotes of a dimension's categories."""
        found = self.content["dimension"][dimension]["category"].get("note", {})
        return {code: " ".join(texts) for code, texts in found.items()}

    def units(self, dimension: str) -> dict[str, str]:
        """Code → unit, of the dimension of what is measured."""
        found = self.content["dimension"][dimension]["category"].get("unit", {})
        return {code: str(unit.get("base", "")) for code, unit in found.items()}

    def role(self, name: str) -> str:
        """The dimension of a role (``time``, ``metric``, ``geo``); empty where none has it."""
        found = self.content.get("role", {}).get(name) or [""]
        return str(found[0])

    @property
    def language(self) -> str:
        """``nb`` or ``en``, as the document says of itself."""
        said = self.content.get("extension", {}).get("px", {}).get("language", "no")
        return "en" if said == "en" else "nb"

    @property
    def updated(self) -> str:
        """When the provider last changed the table."""
        return str(self.content.get("updated", ""))

    @property
    def has_cells(self) -> bool:
        """Whether it holds data, and not only metadata."""
        return "value" in self.content


def parse(file: RawFile, remedy: str) -> Cube:
    """Read and check a document. Raises Problems with every fault of its structure."""
    try:
        content = json.loads(file.path.read_bytes())
    except UnicodeDecodeError as error:
        raise _problem(file, f"the text is not UTF-8 ({error.reason})", remedy) from error
    except ValueError as error:
        raise _problem(file, f"the JSON is cut short or corrupt ({error})", remedy) from error
    faults = _faults(content)
    if faults:
        raise Problems([Problem(file.name, fault, remedy=remedy) for fault in faults])
    return Cube(file, content)


def _faults(content: object) -> list[str]:
    if not isinstance(content, dict) or content.get("class", "dataset") != "dataset":
        return ["is no JSON-stat 2.0 dataset"]
    missing = [key for key in ("id", "size", "dimension") if key not in content]
    if missing:
        return [f"is no JSON-stat 2.0 dataset: {', '.join(missing)} missing"]
    faults = [
        f"the dimension {name} is named in id and is not described; described are "
        f"{', '.join(content['dimension'])}"
        for name in content["id"]
        if "category" not in content["dimension"].get(name, {})
    ]
    if faults:
        return faults
    for name, size in zip(content["id"], content["size"], strict=False):
        found = len(_codes(content["dimension"][name]["category"]))
        if found != size:
            faults.append(f"the dimension {name} has {found} categories and its size is {size}")
    cells = prod(content["size"])
    value = content.get("value")
    if isinstance(value, list) and len(value) != cells:
        faults.append(f"{len(value)} values are there, and the dimensions make {cells} cells")
    return faults


def period(code: str) -> tuple[int | None, int | None, int | None]:
    """(year, quarter, month) of a period's code; None where it is of another kind."""
    found = _PERIOD.fullmatch(code)
    if not found:
        return None, None, None
    part = int(found[2]) if found[2] else None
    monthly = code[4:5] == "M"
    return int(found[1]), None if monthly else part, part if monthly else None


def column(name: str) -> str:
    """The column of a dimension: its own id, unless a column of figures is called so."""
    return f"{name}_code" if name.casefold() in RESERVED else name


def arrow(cube: Cube, texts: Mapping[str, Cube]) -> pa.Table:
    """One row a cell: code and texts of each dimension, period, unit, value, mark and its meaning.

    ``texts`` are documents by language whose labels are used. Raises ValueError where a value is no
    number.
    """
    import numpy as np
    import pyarrow as pa

    sizes = [len(cube.codes[name]) for name in cube.ids]
    count = prod(sizes)
    out: dict[str, Any] = {}
    stride = count
    time, metric = cube.role("time"), cube.role("metric")
    for name, size in zip(cube.ids, sizes, strict=True):
        stride //= max(size, 1)
        at = pa.array((np.arange(count) // max(stride, 1)) % max(size, 1), pa.int32())
        codes = cube.codes[name]

        def spread(values: Sequence[Any], kind: pa.DataType, at: pa.Array = at) -> pa.Array:
            if kind != pa.string():
                return pa.array(values, kind).take(at)
            return pa.array(values, kind).dictionary_encode().take(at)

        out[column(name)] = spread(codes, pa.string())
        if name == time:
            for part, key in enumerate(("year", "quarter", "month")):
                out[key] = spread([period(code)[part] for code in codes], pa.int16())
            continue
        for language in ("en", "nb"):
            of = texts.get(language, cube if cube.language == language else None)
            labels = of.labels(name) if of and name in of.ids else {}
            out[f"{column(name)}_{language}"] = spread([labels.get(c) for c in codes], pa.string())
        if name == metric:
            # The Norwegian unit where both are there: the provider's own.
            units = (texts.get("nb") or cube).units(name) or cube.units(name)
            out["unit"] = spread([units.get(code) for code in codes], pa.string())
    out.setdefault("unit", pa.nulls(count, pa.string()))
    out |= _figures(cube, count)
    return pa.table(out)


def _figures(cube: Cube, count: int) -> dict[str, pa.Array]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    value, marks = cube.content["value"], cube.content.get("status") or {}
    if isinstance(value, dict):
        value = [value.get(str(at)) for at in range(count)]
    if isinstance(marks, str):
        marks = dict.fromkeys(range(count), marks)
    elif isinstance(marks, list):
        marks = dict(enumerate(marks))
    by_cell = {int(at): mark for at, mark in marks.items() if mark}
    value = list(value)
    for at, mark in by_cell.items():
        if MARKS.get(mark) in ("suppressed", "missing", "not_applicable"):
            value[at] = None
        elif mark == "-" and value[at] is None:  # the mark of nothing, in older tables
            value[at] = 0
    try:
        figures = pa.array(value, pa.float64())
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise ValueError(str(error)) from error
    kinds = sorted(set(by_cell.values()))
    of = np.full(count, -1, np.int32)
    for at, mark in by_cell.items():
        of[at] = kinds.index(mark)
    marked = pa.array(of, mask=of < 0)
    plain = pc.if_else(
        pc.is_null(figures), "missing", pc.if_else(pc.equal(figures, 0), "zero", "ok")
    )
    meanings = pa.array([MARKS.get(mark) for mark in kinds], pa.string()).take(marked)
    return {
        "value": figures,
        "status": pa.DictionaryArray.from_arrays(marked, pa.array(kinds, pa.string())),
        "status_code": pc.coalesce(meanings, plain),
    }


def strange(cube: Cube) -> set[str]:
    """Marks that are none of Statistics Norway's."""
    marks = cube.content.get("status") or {}
    found = {marks} if isinstance(marks, str) else set(
        marks.values() if isinstance(marks, dict) else marks
    )  # fmt: skip
    return {str(mark) for mark in found if mark} - set(MARKS)


def _codes(category: Mapping[str, Any]) -> list[str]:
    """Codes in order; a list, an object of code → place, or one category that has only a label."""
    index = category.get("index")
    if index is None:
        return list(category.get("label", {}))
    return sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)


def _problem(file: RawFile, fault: str, remedy: str) -> Problems:
    return Problems([Problem(file.name, fault, remedy=remedy)])
