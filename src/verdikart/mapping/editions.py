"""Editions of the nomenclatures and which codes they have.

An *edition* is a nomenclature at a point in time: ``HS92`` … ``HS22``, ``CN1988`` … ``CN2025``, and
the industries ``NACE2``, ``ISIC4`` and the products ``CPA``.
"""

from __future__ import annotations

from functools import cache

from verdikart.core.errors import UsageProblem, nearest
from verdikart.indicators.conversion import (
    Code,
)
from verdikart.reference.entities import Nomenclature
from verdikart.reference.load import by_key, load
from verdikart.reference.nomenclature import (
    CnChange,
    HsCode,
    NaceClass,
)

INDUSTRIES = ("NACE2", "ISIC4", "CPA")
# Chapters that nomenclatures keep for their own purposes; the Harmonized System has no such codes.
OWN_CHAPTERS = ("98", "99")


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


def parse_years(text: str | None) -> tuple[int, int] | None:
    """``2012-2024`` or ``2012`` as first and last year; the first may be the later one."""
    if text is None:
        return None
    first, dash, last = text.replace("–", "-").partition("-")
    if not first.isdigit() or (dash and not last.isdigit()):
        raise UsageProblem(f"years {text!r} cannot be read; write 2024 or 2012-2024")
    return int(first), int(last or first)


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
    for year, rows in changes().items():
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
def changes() -> dict[int, tuple[tuple[str, str], ...]]:
    """Year → (old code, new code) of the changes to the CN that year."""
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
        near = [c for c in known if c[:4] == code[:4] and name in known[c].revisions]
        near = sorted(sorted(near, key=lambda c: abs(int(c) - int(code)))[:5])
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
    if name == "NACE2":
        found = by_key(NaceClass).get(code)
        return found.name_en if found else ""
    if name == "ISIC4":
        return next((r.isic4_name_en for r in load(NaceClass) if r.isic4 == code), "")
    if name == "CPA":
        return ""
    row = by_key(HsCode).get(code[:6])
    return row.description if row else ""
