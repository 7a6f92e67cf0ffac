"""Fills product_codes.csv for the revisions between those mapped by hand, and code_validity.csv.

Run ``python -m tools.reference.product_codes FOLDER`` after a change of the mapped revisions (HS92,
HS12 and later) and commit the difference; ``FOLDER`` as in ``tools.reference.nomenclature``.

The codes of a product in HS96, HS02 and HS07 are those that the correlation tables reach both
forwards from its HS92 codes and backwards from its HS12 codes. Scope, note and confidence are those
of the neighbour that the code is one-to-one with; where it is with neither, the codes that its goods
have in HS22 decide: all of them the product's, then exact; all of one of its materials, then shared;
else basket. Rows of other revisions stay as they are.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

from tools.reference.nomenclature import REVISIONS, TABLES, WORDINGS, revision_of, write

BETWEEN = ("HS96", "HS02", "HS07")
ANCHORS = ("HS12", "HS92")
SOURCE = (
    "UN Statistics Division HS descriptions; UN correlation tables HS2022 to HS1992, step by step"
)

Row = dict[str, str]
Links = dict[tuple[str, str], set[str]]


def table(name: str) -> list[Row]:
    """Rows of a table of the package."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


class Relations:
    """The correlation tables both ways."""

    def __init__(self) -> None:
        self.later: Links = defaultdict(set)
        self.earlier: Links = defaultdict(set)
        for row in table("hs_relations"):
            self.later[row["older"], row["old_code"]].add(row["new_code"])
            self.earlier[row["newer"], row["new_code"]].add(row["old_code"])

    def reach(self, codes: set[str], start: str, end: str) -> set[str]:
        """Codes of ``end`` that goods of some codes of ``start`` can be under."""
        here, there = REVISIONS.index(start), REVISIONS.index(end)
        links, step = (self.later, 1) if there > here else (self.earlier, -1)
        while here != there:
            codes = {c for code in codes for c in links[REVISIONS[here], code]}
            here += step
        return codes

    def twin(self, code: str, start: str, end: str) -> str | None:
        """The code of ``end`` that holds exactly the same goods; None where goods moved."""
        found = self.reach({code}, start, end)
        if len(found) == 1 and self.reach(found, end, start) == {code}:
            return found.pop()
        return None


def wordings(folder: Path) -> dict[tuple[str, str], str]:
    """(revision, code) → wording."""
    import pyarrow.parquet as pq

    found = {}
    for row in pq.read_table(folder / WORDINGS).to_pylist():
        place = revision_of(row["cls"])
        if place is not None:
            found[REVISIONS[place], row["code"]] = " ".join(row["desc"].split())
    return found


def filled(
    mapped: list[Row], relations: Relations, worded: dict[tuple[str, str], str]
) -> list[Row]:
    """All rows: those mapped by hand, and the ones between."""
    rows = [row for row in mapped if row["nomenclature"] not in BETWEEN]
    held: dict[str, dict[str, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    materials: dict[str, set[str]] = defaultdict(set)
    for row in table("product_materials"):
        if row["relation"] == "primary":
            materials[row["product_id"]].add(row["material_id"])
    of_code: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        held[row["product_id"]][row["nomenclature"]][row["code"]] = row
        if row["nomenclature"] == "HS22":
            of_code[row["code"]] |= materials[row["product_id"]]
    made = []
    for product, known in held.items():
        for revision in BETWEEN:
            ways = [relations.reach(set(known[a]), a, revision) for a in ANCHORS if known[a]]
            for code in set.intersection(*ways) if ways else ():
                like = _neighbour(code, revision, known, relations)
                shape = like or _judged(
                    code, revision, known, relations, materials[product], of_code
                )
                made.append(
                    {
                        "product_id": product,
                        "nomenclature": revision,
                        "code": code,
                        **{k: shape[k] for k in ("scope", "scope_note", "confidence")},
                        "relation_to_hs22": _relation(code, known, like),
                        "description": worded[revision, code],
                        "source": SOURCE,
                    }
                )
    return sorted(rows + made, key=lambda r: (r["product_id"], r["nomenclature"], r["code"]))


def _neighbour(
    code: str, revision: str, known: dict[str, dict[str, Row]], relations: Relations
) -> Row | None:
    for anchor in ANCHORS:
        twin = relations.twin(code, revision, anchor)
        if twin in known[anchor]:
            return known[anchor][twin]
    return None


def _relation(code: str, known: dict[str, dict[str, Row]], like: Row | None) -> str:
    if like is not None and like["relation_to_hs22"] == "override":
        return "override"
    return "same_code" if code in known["HS22"] else "recoded"


def _judged(
    code: str,
    revision: str,
    known: dict[str, dict[str, Row]],
    relations: Relations,
    materials: set[str],
    of_code: dict[str, set[str]],
) -> Row:
    others = sorted(relations.reach({code}, revision, "HS22") - set(known["HS22"]))
    if not others:
        exact = all(row["scope"] == "exact" for row in known["HS22"].values())
        scope, confidence = ("exact", "high") if exact else ("shared", "medium")
        return {"scope": scope, "scope_note": "", "confidence": confidence}
    same = all(materials & of_code[other] for other in others)
    listed = ",".join(others[:6]) + ("…" if len(others) > 6 else "")
    return {
        "scope": "shared" if same else "basket",
        "scope_note": f"also correlates to HS22 {listed}",
        "confidence": "medium" if same else "low",
    }


def validity(codes: set[str], worded: dict[tuple[str, str], str]) -> list[tuple[str, ...]]:
    """Rows of code_validity: those held, and the codes that the products now need."""
    rows = {row["code"]: tuple(row.values()) for row in table("code_validity")}
    for row in table("hs_codes"):
        if row["code"] in codes - rows.keys():
            held = row["revisions"].split(";")
            first, last = held[0], held[-1]
            flags = ["yes" if name in held else "no" for name in REVISIONS]
            texts = [worded.get((name, row["code"]), "") for name in (first, last)]
            rows[row["code"]] = (row["code"], *flags, first, last, *texts)
    return [rows[code] for code in sorted(rows)]


def main(arguments: list[str]) -> int:
    """Write both tables; print how many rows each has."""
    worded = wordings(Path(arguments[0]))
    mapped = table("product_codes")
    rows = filled(mapped, Relations(), worded)
    header = list(mapped[0])
    write("product_codes", ",".join(header), [tuple(row[k] for k in header) for row in rows])
    known = validity({row["code"] for row in rows}, worded)
    write("code_validity", ",".join(table("code_validity")[0]), known)
    print(f"product_codes: {len(rows)} rows; code_validity: {len(known)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
