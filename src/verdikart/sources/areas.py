"""Codes that Eurostat and UN Comtrade give countries and other areas, as ids of ``countries.csv``.

Trade with no country, or with one that is not told, keeps its own id: it is no country's trade and
must not be left out of a total. Sources: the geonomenclature of the Union for its trade statistics
(Regulation (EU) 2020/1470) and UN Comtrade's list of partner areas, both from memory, unverified,
but for the codes of "not specified" trade, checked against customs code lists that print them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from verdikart.reference.entities import Country
from verdikart.reference.load import load
from verdikart.sources.notes import Note

if TYPE_CHECKING:
    import duckdb

Kind = Literal["country", "provisions", "unspecified", "confidential", "total", "unknown"]


class Area(NamedTuple):
    """``area``: an id of ``countries.csv``; None for a total. A code that is not known is nowhere."""

    area: str | None
    kind: Kind


UNSPECIFIED = "_899"
PROVISIONS = "_837"
# What the Union's trade statistics call otherwise than ISO 3166.
EUROSTAT = {
    "EL": "GRC",
    "UK": "GBR",
    "XI": "GBR",  # Northern Ireland, apart since 2021
    "XU": "GBR",  # the United Kingdom without it
    "XS": "SRB",
    "XM": "MNE",  # both before they had a code of their own
    "XK": "XKX",
    "XC": "ESP",  # Ceuta
    "XL": "ESP",  # Melilla
    "CS": "SCG",
    "YU": "YUG",
    "AN": "ANT",
    "DD": "DDR",
    "SU": "SUN",
    "TP": "TLS",
    "ZR": "COD",
}
# Q and a letter: no country, or one that is kept secret.
EUROSTAT_NOWHERE: dict[str, Area] = {
    "QP": Area(UNSPECIFIED, "unspecified"),  # high seas
    "QQ": Area(PROVISIONS, "provisions"),
    "QR": Area(PROVISIONS, "provisions"),
    "QS": Area(PROVISIONS, "provisions"),
    "QU": Area(UNSPECIFIED, "unspecified"),
    "QV": Area(UNSPECIFIED, "unspecified"),
    "QW": Area(UNSPECIFIED, "unspecified"),
    "QX": Area(UNSPECIFIED, "confidential"),
    "QY": Area(UNSPECIFIED, "confidential"),
    "QZ": Area(UNSPECIFIED, "confidential"),
}
# UN Comtrade's groups, which repeat what stands under their countries.
COMTRADE_TOTALS = ("0", "97", "975")


@cache
def eurostat(code: str) -> Area:
    """The area of a code of Comext or Prodcom. Codes of more than two letters are totals."""
    code = code.upper()
    if len(code) > 2 or code in ("EU", "EA"):
        return Area(None, "total")
    if code in EUROSTAT_NOWHERE:
        return EUROSTAT_NOWHERE[code]
    iso3 = EUROSTAT.get(code) or _by_iso2().get(code)
    return Area(iso3, "country") if iso3 else Area(UNSPECIFIED, "unknown")


@cache
def comtrade(code: str) -> Area:
    """The area of a number of UN Comtrade, which is M49 but for five countries."""
    if code in COMTRADE_TOTALS:
        return Area(None, "total")
    iso3 = _by_number().get(int(code)) if code.isdigit() else None
    if iso3 is None:
        return Area(UNSPECIFIED, "unknown")
    return Area(iso3, "unspecified" if iso3.startswith("_") else "country")


def comtrade_number(iso3: str) -> str:
    """The number under which UN Comtrade keeps a country."""
    numbers = [number for number, found in _by_number().items() if found == iso3]
    return str(numbers[0])


def register(con: duckdb.DuckDBPyConnection, select: str, area_of: Callable[[str], Area]) -> None:
    """Make a view ``areas`` (area_code, area, kind) of the codes that ``select`` gives."""
    import pyarrow as pa

    codes = [code for (code,) in con.execute(f"{select} ORDER BY 1").fetchall()]
    areas = [area_of(code) for code in codes]
    names = ("area_code", "area", "kind")
    columns = (codes, [a.area for a in areas], [a.kind for a in areas])
    con.register(
        "areas",
        pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)}),
    )


def unknown(con: duckdb.DuckDBPyConnection) -> tuple[Note, ...]:
    """A note on codes of the view ``areas`` that no list here has, if there are any."""
    found = con.execute("SELECT area_code FROM areas WHERE kind = 'unknown' ORDER BY 1").fetchall()
    codes = ", ".join(code for (code,) in found)
    told = Note("Area codes that no list here has, kept as unknown origin: {codes}.", codes=codes)
    return (told,) if codes else ()


@cache
def _by_iso2() -> dict[str, str]:
    return {row.iso2: row.iso3 for row in load(Country) if row.iso2}


@cache
def _by_number() -> dict[int, str]:
    """Comtrade's own numbers (699 India, 842 United States), which BACI uses too, then ISO's."""
    rows = load(Country)
    own = {row.baci_code: row.iso3 for row in rows if row.baci_code is not None}
    iso = {row.iso_numeric: row.iso3 for row in rows if row.iso_numeric is not None}
    return {**own, **{number: iso3 for number, iso3 in iso.items() if number not in own}}
