"""Editions of the nomenclatures, which codes they have, and the steps from one to another.

An *edition* is a nomenclature at a point in time: ``HS92`` … ``HS22``, ``CN1988`` … ``CN2025``, and
the industries ``NACE2``, ``ISIC4`` and the products ``CPA``. Routes between them:

- HS to HS: through every revision between, by the United Nations' correlation tables;
- CN to CN: through every year between, by Eurostat's list of changes; what it does not list goes on
  unchanged;
- CN to HS: the first six digits, in the revision in force that year;
- CN to CPA: by way of CN 2021 and Eurostat's table (minerals and metals here; a whole table can be
  given as a file);
- to NACE: CN through the CPA category, or, where that table is silent, and for HS, through HS 2017,
  CPC and CPA (*derived*); to ISIC through NACE.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

from verdikart.core.errors import DataProblem, Problem, Problems, UsageProblem, nearest
from verdikart.indicators.conversion import (
    Chain,
    Code,
    Family,
    Method,
    Step,
    Weights,
    families,
    weigh,
)
from verdikart.reference.load import by_key, load, load_where
from verdikart.reference.nomenclature import (
    CnChange,
    CnCpa,
    HsCode,
    HsIndustry,
    HsRelation,
    NaceClass,
)
from verdikart.reference.records import Nomenclature

ONE = Fraction(1)
CPA_YEAR = 2021
INDUSTRIES = ("NACE2", "ISIC4", "CPA")
# Chapters that nomenclatures keep for their own purposes; the Harmonized System has no such codes.
OWN_CHAPTERS = ("98", "99")


@dataclass(frozen=True)
class Assumptions:
    """What a conversion assumes: the method of weights, reference amounts, a CN–CPA table."""

    method: Method = "equal"
    reference: Mapping[Code, int] | None = None
    cpa: Path | None = None
    cpa_year: int = CPA_YEAR

    def amounts(self, edition: str) -> dict[str, int] | None:
        """Reference amounts of an edition's codes; None where none is given."""
        given = self.reference or {}
        return {code: v for (name, code), v in given.items() if name == edition} or None


@cache
def revisions() -> tuple[str, ...]:
    """The revisions of the Harmonized System, oldest first."""
    held = sorted((n.valid_from, n.nomenclature) for n in load(Nomenclature) if n.digits == 6)
    return tuple(name for _, name in held)


@cache
def cn_years() -> tuple[int, int]:
    """First and last year of the Combined Nomenclature that the list of changes covers."""
    changed = [row.year for row in load(CnChange)]
    return min(changed) - 1, max(changed)


def in_force(year: int) -> str:
    """The revision of the Harmonized System in force in a year."""
    for row in load(Nomenclature):
        last = row.valid_to or year
        if row.digits == 6 and row.valid_from <= year <= last:
            return row.nomenclature
    raise UsageProblem(f"no revision of the Harmonized System is in force in {year}; first: 1988")


def edition(text: str, year: int | None = None) -> str:
    """Return the edition ``text`` names; ``HS`` and ``CN8`` are those of ``year``.

    Raises :class:`UsageProblem` for an unknown one, and for ``HS`` or ``CN8`` without a year.
    """
    name = text.strip().upper()
    if name in ("HS", "CN8", "CN"):
        if year is None:
            raise UsageProblem(f"{text} changes: say of which year (--years, or a column year)")
        return in_force(year) if name == "HS" else edition(f"CN{year}")
    if name in revisions() or name in INDUSTRIES:
        return name
    if name.startswith("CN") and name[2:].isdigit():
        first, last = cn_years()
        if first <= int(name[2:]) <= last:
            return name
        raise UsageProblem(f"{name}: the list of changes covers CN{first} to CN{last}")
    first, last = cn_years()
    known = [*revisions(), f"CN{first}", f"CN{last}", *INDUSTRIES]
    close = nearest(name, dict.fromkeys(known, ()), 3)
    hint = f"; nearest: {', '.join(close)}" if close else ""
    raise UsageProblem(
        f"unknown edition {text!r}{hint}; available: {', '.join(revisions())}, CN{first} to "
        f"CN{last}, HS or CN8 with a year, {', '.join(INDUSTRIES)}"
    )


def year_of(name: str) -> int | None:
    """The year of a CN edition; None for any other."""
    return int(name[2:]) if name.startswith("CN") else None


# Which codes there are


@cache
def lives() -> dict[str, tuple[tuple[int, int | None], ...]]:
    """CN8 code → the years it was in use, from the list of changes; None where it still is.

    Only codes that the list names; all others are taken to have been there throughout.
    """
    found: dict[str, list[tuple[int, int | None]]] = {}
    start: dict[str, int] = {}
    first, _ = cn_years()
    for year, rows in _changes().items():
        old, new = {o for o, _ in rows}, {n for _, n in rows}
        kept = {o for o, n in rows if o == n}
        for code in sorted(old - kept):
            found.setdefault(code, []).append((start.pop(code, first), year - 1))
        for code in sorted(kept):
            start.setdefault(code, first)
        for code in sorted(new - kept):
            start[code] = year
    for code, year in start.items():
        found.setdefault(code, []).append((year, None))
    return {code: tuple(spans) for code, spans in found.items()}


@cache
def _changes() -> dict[int, tuple[tuple[str, str], ...]]:
    grouped: dict[int, list[tuple[str, str]]] = {}
    for row in load(CnChange):
        grouped.setdefault(row.year, []).append((row.old_code, row.new_code))
    return {year: tuple(rows) for year, rows in sorted(grouped.items())}


def fault(item: Code) -> tuple[str, str] | None:
    """What is wrong with a code in its edition, and the remedy; None where nothing is."""
    name, code = item
    year = year_of(name)
    width = 8 if year else 6
    if not code.isdigit() or len(code) != width:
        remedy = f"write {width} digits"
        if code.isdigit() and len(code) == width - 1:
            remedy += f"; a leading zero may be lost: {code.zfill(width)}"
        elif code.isdigit() and len(code) == 8:
            remedy += ", or name the year of the CN8 code, e.g. CN2024"
        return f"is no code of {name}", remedy
    if code.startswith(OWN_CHAPTERS):
        return None
    return _cn_fault(code, year) if year else _hs_fault(name, code)


def _hs_fault(name: str, code: str) -> tuple[str, str] | None:
    known = by_key(HsCode)
    row = known.get(code)
    if row is None:
        near = [c for c in known if c[:4] == code[:4] and name in known[c].revisions][:5]
        remedy = f"{name} has {', '.join(near)}" if near else f"{name} has no heading {code[:4]}"
        return "is no code of any revision", remedy
    if name not in row.revisions:
        order = revisions()
        at = order.index(name)
        close = min(row.revisions, key=lambda r: abs(order.index(r) - at))
        return (
            f"is not valid in {name}; it is in {', '.join(row.revisions)}",
            f"nearest valid revision: {close}",
        )
    return None


def _cn_fault(code: str, year: int) -> tuple[str, str] | None:
    spans = lives().get(code)
    if spans is None:
        found = _hs_fault(in_force(year), code[:6])
        return (f"its first six digits: {code[:6]} {found[0]}", found[1]) if found else None
    if any(start <= year <= (end or year) for start, end in spans):
        return None
    text = ", ".join(f"{start}–{end or ''}" for start, end in spans)
    years = [y for start, end in spans for y in (start, end or cn_years()[1])]
    close = min(years, key=lambda y: abs(y - year))
    return f"is not valid in CN{year}; it is in {text}", f"nearest valid year: CN{close}"


def description(item: Code) -> str:
    """The wording of a code (English); a CN8 code has that of its heading of six digits."""
    name, code = item
    if name in ("NACE2", "ISIC4"):
        rows = {r.nace: r for r in load(NaceClass)}
        if name == "ISIC4":
            rows = {i: r for r in load(NaceClass) for i in r.isic4.split(";")}
        return rows[code].name_en if code in rows else ""
    row = by_key(HsCode).get(code[:6])
    return row.description if row else ""


# Steps


def route(source: str, target: str, cpa_year: int = CPA_YEAR) -> tuple[str, ...]:
    """Editions from one to the other, both included. Raises where there is no way."""
    if source in INDUSTRIES:
        raise UsageProblem(f"a conversion cannot begin in {source}: begin with HS or CN codes")
    begin, end = year_of(source), year_of(target)
    if target in INDUSTRIES:
        return _to_industry(source, target, cpa_year)
    if begin and end:
        step = 1 if end >= begin else -1
        return tuple(f"CN{year}" for year in range(begin, end + step, step))
    if begin:
        return (source, *route(in_force(begin), target))
    if end:
        raise UsageProblem(
            f"{source} cannot be converted to {target}: no published table divides a heading of six "
            "digits among its CN8 codes. Convert the CN8 side to HS instead"
        )
    order = revisions()
    first, last = order.index(source), order.index(target)
    step = 1 if last >= first else -1
    return tuple(order[i] for i in range(first, last + step, step))


def _to_industry(source: str, target: str, cpa_year: int) -> tuple[str, ...]:
    begin = year_of(source)
    if target == "CPA" and not begin:
        raise UsageProblem("CPA is reached from CN8 codes only; for HS codes ask for NACE2")
    by_way = route(source, f"CN{cpa_year}" if begin else "HS17")
    return (*by_way, "NACE2", "ISIC4") if target == "ISIC4" else (*by_way, target)


def chain(source: str, target: str, assumed: Assumptions) -> Chain:
    """The steps of a conversion, ready to use."""
    names = route(source, target, assumed.cpa_year)
    return Chain(tuple(_step(a, b, assumed) for a, b in pairwise(names)), source)


def _step(source: str, target: str, assumed: Assumptions) -> Step:
    if target in INDUSTRIES:
        return Step(source, target, _industry_lookup(source, target, assumed))
    method, amounts = assumed.method, assumed.amounts(target)
    if year_of(target):
        listed = _cn_pairs(source, target)
        # What the list of changes does not name goes on unchanged.
        return Step(
            source,
            target,
            lambda code: (
                weigh(listed[code], method, amounts)[code] if code in listed else {code: ONE}
            ),
        )
    if year_of(source):
        held = by_key(HsCode)
        return Step(
            source,
            target,
            lambda code: (
                {code[:6]: ONE} if code[:6] in held and target in held[code[:6]].revisions else {}
            ),
        )
    related = _hs_pairs(source, target)
    return Step(
        source,
        target,
        lambda code: weigh(related[code], method, amounts)[code] if code in related else {},
    )


Pairs = Mapping[str, Sequence[tuple[str, str, bool]]]


def _grouped(pairs: Iterable[tuple[str, str, bool]]) -> Pairs:
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for pair in pairs:
        found.setdefault(pair[0], []).append(pair)
    return found


@cache
def _cn_pairs(source: str, target: str) -> Pairs:
    """Pairs from one year's CN to the next or the one before, by source code."""
    begin, end = int(source[2:]), int(target[2:])
    rows = _changes().get(max(begin, end), ())
    return _grouped((o, n, False) if end > begin else (n, o, False) for o, n in rows)


@cache
def _hs_pairs(source: str, target: str) -> Pairs:
    """Pairs from one revision to the next or the one before, by source code."""
    forward = revisions().index(target) > revisions().index(source)
    related = load_where(HsRelation, "newer", target if forward else source)
    return _grouped(
        (r.old_code, r.new_code, r.principal) if forward else (r.new_code, r.old_code, r.principal)
        for r in related
    )


def _industry_lookup(source: str, target: str, assumed: Assumptions) -> Callable[[str], Weights]:
    if target == "ISIC4":
        isic = {row.nace: row.isic4 for row in load(NaceClass)}
        return lambda nace: {isic[nace]: ONE} if isic.get(nace) else {}
    by_hs = _grouped((row.code, row.nace, False) for row in load(HsIndustry))

    def derived(code: str) -> Weights:
        return weigh(by_hs[code[:6]])[code[:6]] if code[:6] in by_hs else {}

    if not year_of(source):
        return derived
    prefixes = cn_cpa(assumed.cpa)
    if target == "CPA":
        return lambda code: _by_prefix(code, prefixes)
    classes = {row.nace for row in load(NaceClass)}

    def nace(code: str) -> Weights:
        found = _by_prefix(code, prefixes)
        names = (c[:5] if c[:5] in classes or c[:2] not in classes else c[:2] for c in found)
        return weigh((code, name, False) for name in names).get(code) or derived(code)

    return nace


def _by_prefix(code: str, prefixes: Mapping[str, tuple[str, ...]]) -> Weights:
    for length in range(len(code), 1, -1):
        found = prefixes.get(code[:length])
        if found:
            return weigh((code, cpa, False) for cpa in found)[code]
    return {}


def official(code: str, assumed: Assumptions) -> bool:
    """Whether the CN–CPA table in use names a CN8 code (of the table's year)."""
    return bool(_by_prefix(code, cn_cpa(assumed.cpa)))


@cache
def cn_cpa(file: Path | None = None) -> dict[str, tuple[str, ...]]:
    """CN code or prefix → CPA categories: the table of the package, or a file of the same columns."""
    found: dict[str, tuple[str, ...]] = {}
    for prefix, cpa in _cpa_rows(file) if file else ((r.cn_prefix, r.cpa) for r in load(CnCpa)):
        found[prefix] = (*found.get(prefix, ()), cpa)
    return found


def _cpa_rows(file: Path) -> Iterator[tuple[str, str]]:
    """Rows of a user's table. Raises with every faulty row at once."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataProblem(f"{file}: cannot be read ({error}); save it as CSV in UTF-8") from error
    reader = csv.DictReader(text.splitlines())
    lacking = {"cn_prefix", "cpa"} - set(reader.fieldnames or ())
    if lacking:
        named = ", ".join(sorted(lacking))
        raise DataProblem(f"{file.name}: column {named} is missing; write cn_prefix,cpa")
    problems = []
    rows = []
    for number, row in enumerate(reader, start=2):
        prefix, cpa = (row["cn_prefix"] or "").replace(" ", ""), (row["cpa"] or "").strip()
        if not prefix.isdigit() or not 2 <= len(prefix) <= 8:
            remedy = "write two to eight digits"
            problems.append(
                Problem(file.name, "is no CN code", number, "cn_prefix", prefix, remedy)
            )
        if not cpa.replace(".", "").isdigit() or len(cpa) < 5:
            remedy = "write it as 24.10.12"
            problems.append(Problem(file.name, "is no CPA category", number, "cpa", cpa, remedy))
        rows.append((prefix, cpa))
    if problems:
        raise Problems(problems)
    yield from rows


# Families


@cache
def family_index(source: str, target: str) -> dict[Code, Family]:
    """Code → its family over the span from ``source`` to ``target``, both HS or both CN.

    A CN8 code is listed under the edition it entered in, or the first of the span.
    """
    names = route(source, target)
    begin, end = year_of(names[0]), year_of(names[-1])
    if bool(begin) != bool(end) or names[-1] in INDUSTRIES:
        raise UsageProblem("families span revisions of the HS, or years of the CN, not both")
    if begin and end:
        first, last = sorted((begin, end))
        editions = [f"CN{year}" for year in range(first, last + 1)]
        links = [
            ((_entered(o, y - 1, first), o), (_entered(n, y, first), n))
            for y, rows in _changes().items()
            if first < y <= last
            for o, n in rows
        ]
        found = families(links, editions)
    else:
        order = [name for name in revisions() if name in names]
        related = (r for name in order[1:] for r in load_where(HsRelation, "newer", name))
        pairs = [((r.older, r.old_code), (r.newer, r.new_code)) for r in related]
        alone = [(n, row.code) for row in load(HsCode) for n in row.revisions if n in order]
        found = families(pairs, order, alone)
    return {code: family for family in found for code in family.codes}


def _entered(code: str, year: int, first: int) -> str:
    """The edition under which a CN8 code of a year is listed in families that begin in ``first``."""
    starts = [s for s, end in lives().get(code, ()) if s <= year <= (end or year)]
    return f"CN{max([first, *starts])}"


def family_of(item: Code, source: str, target: str) -> Family:
    """The family of a code; one that never changed is a family of its own."""
    name, code = item
    year = year_of(name)
    if year:
        first = min(year_of(source) or year, year_of(target) or year)
        key = (_entered(code, year, first), code)
    else:
        key = item
    found = family_index(source, target).get(key)
    if found is None:
        (alone,) = families((), sorted((source, target)), (key,))
        return alone
    return found
