"""Steps 1 and 2: reference lists side by side, and the Norwegian supplement.

Lists are never merged. An entry can name a group (NATO's graphite), so a material stands on a
list by name, through its group, or in part (only some of its members are named). Critical and
strategic are separate flags, and both differ from meeting the EU thresholds.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from verdikart.core.errors import UnknownName
from verdikart.reference.entities import ListEntry, Material, MaterialList
from verdikart.reference.figures import EuAssessment
from verdikart.reference.load import by_key, load

CRITICAL = "EU_CRMA_ANNEX_II"
STRATEGIC = "EU_CRMA_ANNEX_I"
# Annex I names the rare earths for permanent magnets as one item; this list spells them out.
MAGNET_EARTHS = "rare_earth_elements_permanent_magnets"
MAGNET_EARTHS_MEMBERS = "EU_CRMA_ANNEX_I_REE_MEMBERS"
NATO = "NATO_DCRM_2024"
Coverage = Literal["by_name", "by_group", "in_part"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a material stands: three flags that stay apart, and each list with how it is covered."""

    material: Material
    critical: Coverage | None
    strategic: Coverage | None
    nato: Coverage | None
    above_thresholds: bool | None
    lists: dict[str, Coverage]

    @property
    def listed(self) -> bool:
        """On the EU lists or NATO's, by name or through its group."""
        return any(c in ("by_name", "by_group") for c in (self.critical, self.strategic, self.nato))

    @property
    def in_scope(self) -> bool:
        """Listed by the EU or NATO, or in the Norwegian supplement; others are merely tracked."""
        return self.listed or self.material.norwegian_supplement


@cache
def ancestors(material_id: str) -> tuple[str, ...]:
    """The groups a material belongs to, nearest first."""
    known = by_key(Material)
    found: list[str] = []
    parent = known[material_id].parent_id
    while parent and parent not in found:
        found.append(parent)
        parent = known[parent].parent_id
    return tuple(found)


@cache
def related(one: str, other: str) -> bool:
    """Whether two materials are the same, or one is a group that holds some of the other."""
    return any(
        a == b or a in ancestors(b) or b in ancestors(a) for a in _spelt(one) for b in _spelt(other)
    )


def _spelt(material_id: str) -> tuple[str, ...]:
    if material_id != MAGNET_EARTHS:
        return (material_id,)
    return (MAGNET_EARTHS, *(row.material_id for row in entries()[MAGNET_EARTHS_MEMBERS]))


@cache
def entries() -> dict[str, tuple[ListEntry, ...]]:
    """Entries by list, in the printed order."""
    grouped: dict[str, list[ListEntry]] = defaultdict(list)
    for row in load(ListEntry):
        grouped[row.list_id].append(row)
    return {key: tuple(sorted(rows, key=lambda r: r.ordinal)) for key, rows in grouped.items()}


def coverage(material_id: str, list_id: str) -> Coverage | None:
    """How a list covers a material, or None where it does not."""
    named = {row.material_id for row in entries()[list_id]}
    if list_id != MAGNET_EARTHS_MEMBERS and MAGNET_EARTHS in named:
        spelt = {row.material_id for row in entries()[MAGNET_EARTHS_MEMBERS]}
        if material_id in spelt:
            return "by_group"
        named |= spelt
    if material_id in named:
        return "by_name"
    if named & set(ancestors(material_id)):
        return "by_group"
    if any(material_id in ancestors(other) for other in named):
        return "in_part"
    return None


@cache
def standings() -> dict[str, Standing]:
    """Every material with its flags and lists."""
    assessed = _above_thresholds()
    found = {}
    for material in load(Material):
        held = {
            list_id: how
            for list_id in entries()
            if (how := coverage(material.material_id, list_id))
        }
        found[material.material_id] = Standing(
            material,
            held.get(CRITICAL),
            held.get(STRATEGIC),
            held.get(NATO),
            assessed.get(material.material_id),
            held,
        )
    return found


def _above_thresholds() -> dict[str, bool]:
    known: dict[str, bool] = {}
    for row in load(EuAssessment):
        known[row.material_id] = known.get(row.material_id, False) or row.meets_thresholds
    return known


def check_list(list_id: str) -> MaterialList:
    """Return a list by id. Raises :class:`UnknownName`."""
    known = by_key(MaterialList)
    if list_id not in known:
        names = {row.list_id: (row.title_en, row.title_nb) for row in load(MaterialList)}
        raise UnknownName("list", list_id, names, ", ".join(names))
    return known[list_id]


def overview(lang: str = "en") -> list[dict[str, Any]]:
    """One row a list: items, purpose, legal basis, validity."""
    return [
        {
            "list": row.list_id,
            "title": row.title_nb if lang == "nb" else row.title_en,
            "issuer": row.issuer,
            "year": row.year,
            "items": len(entries().get(row.list_id, ())),
            "kind": row.kind,
            "purpose": row.purpose_nb if lang == "nb" else row.purpose_en,
            "legal_basis": row.legal_basis,
            "valid_from": row.valid_from.isoformat() if row.valid_from else None,
            "valid_to": row.valid_to.isoformat() if row.valid_to else None,
            "supersedes": row.supersedes,
            "status": row.status,
        }
        for row in load(MaterialList)
    ]


def overlap() -> list[dict[str, Any]]:
    """Overlap matrix: how many items of the row's list the column's list covers, wholly or in part."""
    matrix = []
    for row_id, items in entries().items():
        row: dict[str, Any] = {"list": row_id, "items": len(items)}
        for column_id, others in entries().items():
            named = {o.material_id for o in others}
            row[column_id] = sum(any(related(i.material_id, o) for o in named) for i in items)
        matrix.append(row)
    return matrix


def membership(lang: str = "en") -> list[dict[str, Any]]:
    """One row a material: flags, supplement with its reason, and every list that covers it."""
    rows = []
    for standing in standings().values():
        material = standing.material
        reason = material.supplement_reason_nb if lang == "nb" else material.supplement_reason_en
        rows.append(
            {
                "material": material.material_id,
                "name": material.name_nb if lang == "nb" else material.name_en,
                "kind": material.kind,
                "parent": material.parent_id,
                "eu_critical": standing.critical,
                "eu_strategic": standing.strategic,
                "above_eu_thresholds": standing.above_thresholds,
                "nato": standing.nato,
                "norwegian_supplement": material.norwegian_supplement,
                "reason": reason or None,
                "in_scope": standing.in_scope,
                "lists": list(standing.lists),
            }
        )
    return rows


def diff(before: str, after: str, lang: str = "en") -> list[dict[str, Any]]:
    """What changed from one list to another: added, removed, regraded, regrouped, kept.

    ``regraded``: the same material under another grade or form; ``regrouped``: named alone in one
    list and through a group in the other.
    """
    check_list(before)
    check_list(after)
    old = {row.material_id: row for row in entries()[before]}
    new = {row.material_id: row for row in entries()[after]}
    rows = []
    for material_id in dict.fromkeys((*old, *new)):
        was, now = old.get(material_id), new.get(material_id)
        kin = now or next((r for m, r in new.items() if related(material_id, m)), None)
        origin = was or next((r for m, r in old.items() if related(material_id, m)), None)
        if was and now:
            change = "kept" if was.grade_note == now.grade_note else "regraded"
        elif was:
            change = "regrouped" if kin else "removed"
        else:
            change = "regrouped" if origin else "added"
        material = by_key(Material)[material_id]
        rows.append(
            {
                "material": material_id,
                "name": material.name_nb if lang == "nb" else material.name_en,
                "change": change,
                "before": origin.as_printed if origin else None,
                "after": kin.as_printed if kin else None,
            }
        )
    order = ("added", "removed", "regraded", "regrouped", "kept")
    return sorted(rows, key=lambda r: (order.index(str(r["change"])), str(r["material"])))
