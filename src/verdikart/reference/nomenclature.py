"""Records of codes and how they change: revisions of the HS, years of the CN, industries.

Large tables: read them where a conversion is asked for, never at the start of the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from verdikart.reference.entities import Record


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HsCode(Record):
    """A six-digit code, the revisions that have it, and its latest wording."""

    TABLE: ClassVar[str] = "hs_codes"

    code: str
    revisions: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HsRelation(Record):
    """Two codes of adjacent revisions that have goods in common.

    ``kind`` counts newer codes against older ones (n:1 is a split seen forwards in time).
    ``principal``: the United Nations' conversion table names this older code for the newer one.
    """

    TABLE: ClassVar[str] = "hs_relations"

    newer: str
    new_code: str
    older: str
    old_code: str
    kind: str
    principal: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CnChange(Record):
    """Goods of a CN8 code of the year before that are under another code from ``year`` on."""

    TABLE: ClassVar[str] = "cn_changes"

    year: int
    old_code: str
    new_code: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CnCpa(Record):
    """CPA category of the codes of one year's CN that begin with ``cn_prefix``."""

    TABLE: ClassVar[str] = "cn_cpa"

    cn_prefix: str
    cpa: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HsIndustry(Record):
    """A NACE class that makes goods of an HS 2017 code, and the products it goes by."""

    TABLE: ClassVar[str] = "hs_industries"

    code: str
    nace: str
    basis: str
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NaceClass(Record):
    """A NACE Rev. 2 class and the ISIC Rev. 4 class it belongs to."""

    TABLE: ClassVar[str] = "nace_classes"

    nace: str
    isic4: str
    name_en: str
    isic4_name_en: str
