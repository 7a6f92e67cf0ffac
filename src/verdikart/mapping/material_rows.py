"""A material's goods among saved rows: its own, else those of its group or members; worst first.

Pure functions over the rows of saved tables; nothing is computed anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
# Outcomes from the most to the least that a reader must act on; those without a verdict stand by
# what is known of the concentration.
SEVERITY = (
    "vulnerable",
    "bounds_only",
    "transit",
    "concentrated_allied",
    "small",
    "not_concentrated",
    "not_imported",
    "not_computable",
)
OPEN = "not_computable"
NAMED = 6  # suppliers of a mix that are named; the rest stand together


@dataclass(frozen=True, slots=True)
class Stages:
    """Assessments that tell of a material, worst first; ``through``: of which other materials."""

    rows: tuple[Row, ...] = ()
    through: tuple[str, ...] = ()

    @property
    def seen(self) -> tuple[Row, ...]:
        """Those that could be computed."""
        return tuple(row for row in self.rows if row["outcome"] != OPEN)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a mix from 0 to 1: one partner, or ``count`` of them together where it is None."""

    partner: str | None
    allied: bool
    share: float
    count: int = 1
    row: Row | None = field(default=None, compare=False)


def severity(row: Row) -> tuple[int, float, float, str]:
    """Sort key of an assessment: outcome, value at stake with a non-ally, its share, subject."""
    return (
        SEVERITY.index(row["outcome"]),
        -(row["sharpness"] or 0.0),
        -(row["other_top_share"] or 0.0),
        str(row["subject"]),
    )


def kin(materials: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """Material → its groups, nearest first. ``materials``: rows with ``material`` and ``parent``."""
    parent = {row["material"]: row["parent"] for row in materials}
    found = {}
    for material in parent:
        line: list[str] = []
        above = parent[material]
        while above and above not in line:
            line.append(above)
            above = parent.get(above)
        found[material] = tuple(line)
    return found


def stages(
    assessments: Sequence[Row], materials: Sequence[Row], spelt: Mapping[str, Collection[str]]
) -> dict[str, Stages]:
    """Material → its assessments, worst first.

    A material none of whose goods could be computed is told of by its members, else by its
    nearest group that has any. ``spelt``: members of an item that is no group of its own.
    """
    own: dict[str, list[Row]] = defaultdict(list)
    for row in assessments:
        for material in row["materials"]:
            own[material].append(row)
    above = kin(materials)
    found = {}
    for material, line in above.items():
        rows = own.get(material, [])
        if all(row["outcome"] == OPEN for row in rows):
            inside = [m for m in above if material in above[m] or m in spelt.get(material, ())]
            for others in (inside, *([group] for group in line)):
                lent = {
                    row["subject"]: (row, other)
                    for other in others
                    for row in own.get(other, ())
                    if row["outcome"] != OPEN
                }
                if lent:
                    through = tuple(dict.fromkeys(other for _row, other in lent.values()))
                    borrowed = [row for row, _other in lent.values()]
                    found[material] = Stages(_sorted([*borrowed, *rows]), through)
                    break
            else:
                found[material] = Stages(_sorted(rows))
        else:
            found[material] = Stages(_sorted(rows))
    return found


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=severity))


def parts(
    mix: Sequence[Row], allies: Collection[str], measure: str = "value_share", most: int = NAMED
) -> list[Part]:
    """A mix as parts: the largest partners by name, the rest together; non-allies first.

    ``mix``: rows of ``supply`` of one mix. ``measure``: the share to go by. What is not identified
    has no share and is left out.
    """
    known = [row for row in mix if row[measure] and row["part"] == "identified"]
    known.sort(key=lambda row: (-row[measure], row["partner"]))
    named = [Part(r["partner"], r["partner"] in allies, r[measure], row=r) for r in known[:most]]
    for allied in (False, True):
        rest = [r[measure] for r in known[most:] if (r["partner"] in allies) == allied]
        if rest:
            named.append(Part(None, allied, sum(rest), len(rest)))
    return sorted(named, key=lambda part: (part.allied, part.partner is None))


def chains_of(steps: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """Material → chains with a step that holds it. ``steps``: rows of ``chain_steps`` of one home."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in steps:
        for material in row["materials"]:
            found[material][row["chain"]] = None
    return {material: tuple(chains) for material, chains in found.items()}
