"""Records of things: materials, products, codes, lists, countries, places, words.

Each class is the schema of one table: its fields are the columns, in order, and their
annotations the types. Empty cells are ``None`` where the type allows it, else ``""`` or ``()``.
Columns that end in ``_en`` and ``_nb`` hold the same text in English and in bokmål.
"""

from __future__ import annotations

from dataclasses import Field, dataclass
from datetime import date
from typing import Any, ClassVar


class Record:
    """Gives all records equality, hash and repr by their fields.

    Written once here because generating them for forty classes would double the import time.
    """

    __slots__: tuple[str, ...] = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    TABLE: ClassVar[str]

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        pairs = zip(self.__slots__, self._values(), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"


class Named(Record):
    """Gives records with ``name_en`` and ``name_nb`` one way to ask for a name."""

    __slots__ = ()
    name_en: str
    name_nb: str

    def name(self, lang: str = "en") -> str:
        """Return the bokmål name for ``"nb"``, the English one for any other language."""
        return self.name_nb if lang == "nb" else self.name_en


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Material(Named):
    """A raw material, a group of them, or a member of a group."""

    TABLE: ClassVar[str] = "materials"

    material_id: str
    name_en: str
    name_nb: str
    kind: str
    parent_id: str | None
    norwegian_supplement: bool
    supplement_reason_en: str
    supplement_reason_nb: str
    supplement_source: str
    note: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MaterialList(Record):
    """A published list of critical, strategic or defence-critical materials, and its purpose."""

    TABLE: ClassVar[str] = "lists"

    list_id: str
    issuer: str
    title_en: str
    title_nb: str
    year: int
    published: date | None
    valid_from: date | None
    valid_to: date | None
    supersedes: str | None
    purpose_en: str
    purpose_nb: str
    legal_basis: str
    kind: str
    status: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ListEntry(Record):
    """One printed item of a list, and the material it is read as."""

    TABLE: ClassVar[str] = "list_entries"

    list_id: str
    ordinal: int
    material_id: str
    as_printed: str
    grade_note: str
    status: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Product(Named):
    """A node of a value chain: a good at one stage."""

    TABLE: ClassVar[str] = "products"

    product_id: str
    stage: str
    name_en: str
    name_nb: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ProductMaterial(Record):
    """A material that a product is made of, carries along, or holds inside a component."""

    TABLE: ClassVar[str] = "product_materials"

    product_id: str
    material_id: str
    relation: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ProductCode(Record):
    """A six-digit code that trades a product, in one revision of the Harmonized System."""

    TABLE: ClassVar[str] = "product_codes"

    product_id: str
    nomenclature: str
    code: str
    scope: str
    scope_note: str
    relation_to_hs22: str
    confidence: str
    description: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CodeValidity(Record):
    """In which revisions of the Harmonized System a code exists."""

    TABLE: ClassVar[str] = "code_validity"

    code: str
    hs92: bool
    hs96: bool
    hs02: bool
    hs07: bool
    hs12: bool
    hs17: bool
    hs22: bool
    first_revision: str
    last_revision: str
    description_first: str
    description_last: str

    def exists_in(self, nomenclature: str) -> bool:
        """Tell whether the code exists in ``nomenclature`` (``"HS92"`` to ``"HS22"``)."""
        return bool(getattr(self, nomenclature.lower(), False))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Stage(Named):
    """A stage of a value chain, in the order of the flow."""

    TABLE: ClassVar[str] = "stages"

    stage_id: str
    order: int
    name_en: str
    name_nb: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Nomenclature(Named):
    """A goods nomenclature and the years it was the current one."""

    TABLE: ClassVar[str] = "nomenclatures"

    nomenclature: str
    digits: int
    valid_from: int
    valid_to: int | None
    name_en: str
    name_nb: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class StrategicSector(Named):
    """A sector of society the mapping is asked about."""

    TABLE: ClassVar[str] = "strategic_sectors"

    strategic_sector: str
    name_en: str
    name_nb: str
    default_scope: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sector(Named):
    """A sector of the JRC foresight study, and the strategic sector it falls under."""

    TABLE: ClassVar[str] = "sectors"

    sector_id: str
    name_en: str
    name_nb: str
    strategic_sector: str
    default_scope: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Technology(Named):
    """A technology that needs materials."""

    TABLE: ClassVar[str] = "technologies"

    technology_id: str
    name_en: str
    name_nb: str
    group: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MaterialTechnology(Record):
    """How a technology in a sector uses a material."""

    TABLE: ClassVar[str] = "material_technologies"

    material_id: str
    technology_id: str
    sector_id: str
    use_stage: str
    function: str
    importance: str
    importance_basis: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Country(Named):
    """A country, territory, historic aggregate or unspecified area."""

    TABLE: ClassVar[str] = "countries"

    iso3: str
    iso2: str
    iso_numeric: int | None
    baci_code: int | None
    name_en: str
    name_nb: str
    kind: str
    successors: tuple[str, ...]
    until: int | None
    trade_within: str | None
    note: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Group(Named):
    """A group of countries."""

    TABLE: ClassVar[str] = "groups"

    group_id: str
    name_en: str
    name_nb: str
    description_en: str
    description_nb: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class GroupMember(Record):
    """A membership; years are inclusive, ``None`` is without limit."""

    TABLE: ClassVar[str] = "group_members"

    group_id: str
    iso3: str
    from_year: int | None
    to_year: int | None
    status: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Source(Record):
    """A data source: what it covers, its limits, licence and precedence (1 counts first)."""

    TABLE: ClassVar[str] = "sources"

    source_id: str
    kind: str
    provider: str
    title_en: str
    title_nb: str
    licence: str
    licence_url: str
    vintage: str
    first_year: int | None
    last_year: int | None
    coverage_en: str
    coverage_nb: str
    limits_en: str
    limits_nb: str
    citation: str
    address: str
    embedded: bool
    precedence: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Note(Record):
    """The text behind a ``note_code``."""

    TABLE: ClassVar[str] = "notes"

    note_code: str
    text_en: str
    text_nb: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reason(Record):
    """The text behind the reason of a figure that is missing, bounded or not computable."""

    TABLE: ClassVar[str] = "reasons"

    reason: str
    text_en: str
    text_nb: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Term(Record):
    """A term of the glossary with its source, or the mark that it is our own."""

    TABLE: ClassVar[str] = "glossary"

    term_id: str
    term_en: str
    term_nb: str
    definition_en: str
    definition_nb: str
    source: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Word(Named):
    """A value of a small vocabulary used by other tables, with its names."""

    TABLE: ClassVar[str] = "vocabularies"

    vocabulary: str
    term: str
    name_en: str
    name_nb: str
