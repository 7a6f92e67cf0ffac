"""What changed between two mappings of a home, split over four causes that sum to the change.

Each saved mapping holds its criticality inputs. They are scored again for every combination of
{period, data revision, method, reference tables} taken from A or from B, and the change in score,
rank and verdict is divided by Shapley values. Method: docs/methods/compare.md.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from verdikart.core.errors import DataProblem, UnknownName, UsageProblem
from verdikart.indicators.assessment import SMALL
from verdikart.mapping import attribution, save
from verdikart.mapping.combine import CAUSES, Cause, Combiner, Side
from verdikart.mapping.inputs_table import TABLE, Inputs, rebuild
from verdikart.reference.entities import Material
from verdikart.reference.load import by_key

Row = dict[str, Any]
# Rows that name the mapping, are told of by name, or enter no score.
UNSCORED = ("mapping", "choice", "note", "feed_for")
HASH = 16  # digits of a content hash that name a folder


@dataclass(frozen=True, slots=True)
class Saved:
    """One saved mapping: where it lies, its manifest, its inputs as rows and as a whole."""

    folder: Path
    manifest: Row
    rows: list[Row]
    inputs: Inputs
    materials: frozenset[str]

    @property
    def name(self) -> str:
        """The content hash as the folder carries it."""
        return str(self.manifest["content_hash"])[:HASH]

    @property
    def about(self) -> Row:
        """What the mapping is of, as plain values."""
        return {
            "folder": str(self.folder),
            "content_hash": self.manifest["content_hash"],
            "home": self.manifest["home"],
            "year": self.manifest["year"],
            "code": self.manifest["code"]["version"],
            "materials": len(self.inputs.materials),
        }


def find(asked: str, out: Path) -> Path:
    """The folder of a mapping: a path, the first digits of a content hash, or ``current``.

    Raises :class:`UsageProblem` naming the mappings there are.
    """
    path = Path(asked)
    if (path / "manifest.json").is_file():
        return path
    if (path / save.POINTER).is_file():
        return save.current(path)
    if asked == save.POINTER:
        return save.current(out)
    known = {p.parent.name: p.parent for p in sorted(out.glob("*/manifest.json"))}
    fitting = [name for name in known if asked and name.startswith(asked)]
    if len(fitting) == 1:
        return known[fitting[0]]
    listed = [f"{name} ({_label(folder)})" for name, folder in known.items()]
    if fitting:
        several = ", ".join(text for text in listed if text.startswith(asked))
        raise UsageProblem(f"{asked!r} begins several mappings: {several}; give more digits")
    held = ", ".join(listed) or f"none in {out}; make one with 'verdikart map --out {out}'"
    raise UnknownName("mapping", asked, list(known), held)


def _label(folder: Path) -> str:
    described = _manifest(folder)
    return f"{described['home']} {described['year']}"


def _manifest(folder: Path) -> Row:
    path = folder / "manifest.json"
    try:
        described: Row = json.loads(path.read_text(encoding="utf-8"))
        if not {"home", "year", "content_hash", "code", "snapshot", "vintages"} <= set(described):
            raise ValueError("a key is lacking")
    except (OSError, ValueError, TypeError) as error:
        raise DataProblem(f"{path}: cannot be read ({error}); run 'verdikart map' anew") from error
    return described


def read(folder: Path) -> Saved:
    """Read one saved mapping. Raises :class:`DataProblem` where it lacks its inputs."""
    described = _manifest(folder)
    if not (folder / "tables" / f"{TABLE}.parquet").is_file():
        again = f"verdikart map --home {described['home']} --year {described['year']}"
        raise DataProblem(f"{folder}: holds no table {TABLE}, so it cannot be compared; '{again}'")
    tables = save.read_tables(folder, [TABLE])
    listed = folder / "tables" / "materials.parquet"
    known = save.read_tables(folder, ["materials"])["materials"] if listed.is_file() else []
    names = frozenset(str(row["material"]) for row in known)
    return Saved(folder, described, tables[TABLE], rebuild(tables[TABLE]), names)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A and B, what differs between them, one row a material. ``data_cause`` is the cause that
    differences in data figures are counted with.
    """

    a: Saved
    b: Saved
    identical: bool
    data_cause: Cause
    differences: list[Row]
    materials: list[Row]

    @property
    def verdicts(self) -> list[Row]:
        """Materials whose verdict changes."""
        return [row for row in self.materials if row["verdict_change"]]


def compare(a: Saved, b: Saved) -> Comparison:
    """Compare two mappings of one home. Raises :class:`UsageProblem` for different homes."""
    one, other = a.manifest["home"], b.manifest["home"]
    if one != other:
        raise UsageProblem(
            f"{a.name} is of {one} and {b.name} of {other}; compare two mappings of one home: "
            f"'verdikart map --home {one} --year {b.manifest['year']}' makes the other"
        )
    revised = any(a.manifest[k] != b.manifest[k] for k in ("snapshot", "vintages"))
    recoded = a.manifest["code"] != b.manifest["code"] or _limits(a) != _limits(b)
    combiner = Combiner(Side(a.inputs), Side(b.inputs), revised, recoded, _only(a, b))
    differences = _differences(a, b, combiner)
    rows = [
        {"material_id": row["material_id"], **_names(row["material_id"]), **row}
        for row in attribution.rows(combiner, _live(combiner, differences))
    ]
    same = a.manifest["content_hash"] == b.manifest["content_hash"]
    return Comparison(a, b, same, combiner.data_cause, differences, rows)


def _names(material: str) -> Row:
    known = by_key(Material).get(material)
    pair = (known.name_en, known.name_nb) if known else (material, material)
    return dict(zip(("name_en", "name_nb"), pair, strict=True))


def check_materials(found: Comparison, asked: Sequence[str]) -> frozenset[str]:
    """The materials asked for. Raises :class:`UnknownName` for one that neither mapping has."""
    names = {r["material_id"]: (r["name_en"], r["name_nb"]) for r in found.materials}
    for material in asked:
        if material not in names:
            raise UnknownName("material", material, names, "those of the two mappings")
    return frozenset(asked)


def _limits(saved: Saved) -> Row:
    """Parameters that shape the inputs themselves, such as the small-flow floor."""
    choices = asdict(saved.inputs.choices)
    known = saved.manifest.get("parameters", {})
    return {name: value for name, value in known.items() if name not in choices}


def _only(a: Saved, b: Saved) -> dict[str, Cause]:
    """Materials in one mapping only, and the cause. One that the other's list of materials does
    not have was added to the tables; else it came or went with the trade figures.
    """
    held = [{m.material for m in s.inputs.materials} for s in (a, b)]
    found: dict[str, Cause] = {}
    for name in sorted(held[0] ^ held[1]):
        lacking = b if name in held[0] else a
        known = name in lacking.materials or not lacking.materials
        if known and a.inputs.year != b.inputs.year:
            found[name] = "period"
        elif known and a.manifest["snapshot"] != b.manifest["snapshot"]:
            found[name] = "data"
        elif known and (a.manifest["code"] != b.manifest["code"] or _limits(a) != _limits(b)):
            found[name] = "method"
        else:
            found[name] = "reference"
    return found


def _differences(a: Saved, b: Saved, combiner: Combiner) -> list[Row]:
    """What the two were made of, where it differs: from the manifests, then from the inputs."""
    found: list[Row] = []

    def tell(kind: str, name: str, old: object, new: object, cause: Cause | None) -> None:
        if old != new:
            found.append({"kind": kind, "name": name, "a": old, "b": new, "cause": cause})

    tell("year", "year", a.manifest["year"], b.manifest["year"], "period")
    tell("code", "version", a.manifest["code"]["version"], b.manifest["code"]["version"], "method")
    chosen = [asdict(side.inputs.choices) for side in (a, b)]
    of: tuple[tuple[str, str, Cause, int | None], ...] = (
        ("vintage", "vintages", "data", None),
        ("data_file", "snapshot", "data", 12),
        ("reference_table", "reference", "reference", 12),
        ("parameter", "parameters", "method", None),
    )
    for kind, key, cause, size in of:
        old, new = a.manifest.get(key, {}), b.manifest.get(key, {})
        for name in dict.fromkeys((*old, *new)):
            was, now = (_short(side.get(name), size) for side in (old, new))
            if kind != "parameter" or name not in chosen[0]:
                tell(kind, name, was, now, cause)
    for name in chosen[0]:
        tell("choice", name, chosen[0][name], chosen[1][name], "method")
    old, new = (side.manifest.get("tables", {}) for side in (a, b))
    for name in dict.fromkeys((*old, *new)):
        was, now = (_short(side.get(name, {}).get("sha256"), 12) for side in (old, new))
        tell("table", name, was, now, None)
    found += _stages(combiner)
    found += _changed_inputs(a.rows, b.rows, combiner.data_cause, combiner.moved)
    return found


def _short(value: object, size: int | None) -> object:
    return value[:size] if isinstance(value, str) and size else value


def _stages(combiner: Combiner) -> list[Row]:
    """How many stages of the materials in both are in A only and in B only, by what moves them."""
    counts: dict[Cause, list[int]] = {}
    sides = (combiner.a, combiner.b)
    for name in combiner.a.stages.keys() & combiner.b.stages.keys():
        for place, (one, other) in enumerate((sides, sides[::-1])):
            for key in one.stages[name].keys() - other.stages[name].keys():
                traded = key in one.traded(name)
                cause = combiner.data_cause if traded else combiner.stage_cause(name, key)
                if traded and combiner.moved:
                    cause = "period"
                counts.setdefault(cause, [0, 0])[place] += 1
    return [
        {"kind": "input", "name": "stage", "a": counts[c][0], "b": counts[c][1], "cause": c}
        for c in CAUSES
        if c in counts
    ]


def _changed_inputs(
    old: Sequence[Row], new: Sequence[Row], data_cause: Cause, moved: bool
) -> list[Row]:
    """How many rows of each input are in A only and in B only, of the stages that both have.

    A supplier's trade parameter stands in the row of its share, and is a reference table's all
    the same; it is counted where both have the supplier.
    """
    causes: dict[str, Cause] = {
        "data": data_cause,
        "reference": "reference",
        "choice": "method",
        "year": "period",
    }
    shared = {_stage(row) for row in old} & {_stage(row) for row in new}
    compared = [[r for r in rows if _stage(r) in shared and _scored(r)] for rows in (old, new)]
    counts = [Counter(map(_values, rows)) for rows in compared]
    found: dict[tuple[str, str], list[int]] = {}
    for side, only in enumerate((counts[0] - counts[1], counts[1] - counts[0])):
        for row, count in only.items():
            found.setdefault((str(row[0]), str(row[1])), [0, 0])[side] += count
    for name in ("trade_parameter", "preferential"):
        held = [
            {_supplier(row): row[name] for row in rows if row[name] is not None}
            for rows in compared
        ]
        changed = sum(held[1].get(key, value) != value for key, value in held[0].items())
        # The trade area is dated, so between two years it is the period's.
        layer = "year" if moved and name == "preferential" else "reference"
        if changed:
            found[layer, name] = [changed, changed]
    return [
        {"kind": "input", "name": name, "a": pair[0], "b": pair[1], "cause": causes[layer]}
        for (layer, name), pair in sorted(found.items())
    ]


def _scored(row: Row) -> bool:
    """Whether a row enters a score; of the notes only that of a small flow does."""
    return row["input"] not in UNSCORED and (row["input"] != "stage_note" or row["text"] == SMALL)


def _stage(row: Row) -> tuple[object, ...]:
    return (row["material_id"], row["stage"], row["subject"])


def _values(row: Row) -> tuple[object, ...]:
    apart = ("layer", "input", "trade_parameter", "preferential")
    return (row["layer"], row["input"], *(v for k, v in row.items() if k not in apart))


def _supplier(row: Row) -> tuple[object, ...]:
    return (*_stage(row), row["input"], row["key"])


def _live(combiner: Combiner, differences: Sequence[Row]) -> tuple[Cause, ...]:
    """Causes for which anything differs; the others can change no score and get exactly 0."""
    named = {row["cause"] for row in differences} | set(combiner.only.values())
    if combiner.data_cause in named:
        named.add("reference")  # other suppliers carry trade parameters of their own
    return tuple(cause for cause in CAUSES if cause in named)


def summary(found: Comparison, rows: Sequence[Row] | None = None) -> Row:
    """The comparison as one JSON-ready object, with all materials or some of its rows."""
    keys = ("material_id", "name_en", "name_nb", "verdict_change", "verdict_causes")
    told = found.materials if rows is None else rows
    return {
        "home": found.a.about["home"],
        "a": found.a.about,
        "b": found.b.about,
        "identical": found.identical,
        "data_cause": found.data_cause,
        "differences": found.differences,
        "verdicts": [{key: row[key] for key in keys} for row in told if row["verdict_change"]],
        "materials": list(told),
    }
