"""The steps from one edition of a nomenclature to another, and the families of codes.

Routes:

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

from verdikart.core.errors import DataProblem, Problem, Problems, UnknownName, UsageProblem
from verdikart.indicators.conversion import (
    METHODS,
    Chain,
    Code,
    Family,
    Method,
    Step,
    Weights,
    families,
    weigh,
)
from verdikart.mapping.editions import INDUSTRIES, changes, in_force, lives, revisions, year_of
from verdikart.reference.load import by_key, load, load_where
from verdikart.reference.nomenclature import (
    CnCpa,
    HsCode,
    HsIndustry,
    HsRelation,
    NaceClass,
)

ONE = Fraction(1)
CPA_YEAR = 2021


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


def assumptions(
    method: str, reference: Mapping[Code, int] | None, cpa: Path | None, cpa_year: int
) -> Assumptions:
    """Assumptions as asked for. Raises for an unknown method of weights."""
    for known in METHODS:
        if method == known:
            return Assumptions(known, reference, cpa, cpa_year)
    raise UnknownName("method of weights", method, METHODS, ", ".join(METHODS))


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
    rows = changes().get(max(begin, end), ())
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
            for y, rows in changes().items()
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
