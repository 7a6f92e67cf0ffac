"""The shapes of answers, for the description of the interface. Answers are written from rows.

A figure is a plain number or null; beside ``x`` stand ``x_status`` and, where they exist, ``x_low``,
``x_high`` and ``x_reason``. Rows are open: which columns a table has is told by its columns.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["ok", "zero", "missing", "suppressed", "estimated", "not_computable"]
Value = float | int | str | bool | None


class Shape(BaseModel):
    """An answer with these keys alone."""

    model_config = ConfigDict(extra="forbid")


class Open(BaseModel):
    """An answer with these keys and others."""

    model_config = ConfigDict(extra="allow")


class ErrorBody(Shape):
    """What went wrong, and the way on."""

    status: int = Field(description="The status of the answer.", ge=400, le=599)
    code: str = Field(description="A word for programs, such as unknown_name.")
    message: str = Field(description="A sentence for people, with the remedy.")
    nearest: list[str] = Field(
        default_factory=list, description="Ids that resemble an unknown one."
    )


class ErrorAnswer(Shape):
    """The one shape of every error."""

    error: ErrorBody


class Health(Shape):
    """Whether the server answers, and has something to answer with."""

    status: Literal["ok"]
    version: str
    mappings: int = Field(ge=0, description="Whole mappings on the shelf.")


class Index(Shape):
    """Where to begin."""

    name: str
    version: str
    licence: str
    description: str
    links: dict[str, str]


class Of(Shape):
    """The mapping that an answer is of."""

    name: str
    home: str
    year: int


class Links(Shape):
    """Addresses of the pages beside this one."""

    next: str | None
    prev: str | None


class Row(Open):
    """A row of a saved table; ``at`` is its address, ``table/number``."""

    at: str


class Entry(Shape):
    """A saved mapping."""

    name: str
    home: str
    year: int
    version: str = Field(description="Version of the program that made it.")
    current: bool
    href: str


class Mappings(Shape):
    """The saved mappings, the current one first."""

    mappings: list[Entry]


class TableHash(Shape):
    """Rows of a table and the hash of its canonical text."""

    rows: int
    sha256: str


class Manifest(Shape):
    """What was asked, of which data, by which code, and the hash of the answer."""

    name: str
    home: str
    year: int
    homes: list[str] = Field(description="Homes that the mapping has assessments of.")
    content_hash: str
    parameters: dict[str, Value]
    code: dict[str, str]
    vintages: dict[str, str]
    snapshot: dict[str, str]
    reference: dict[str, str]
    tables: dict[str, TableHash]


class Column(Shape):
    """A column as the dictionary tells of it; empty texts where it only qualifies another."""

    column: str
    of: str = Field(description="The column that this one belongs to; itself for most.")
    part: str = Field(description="What it adds to that: status, low, high, reason, en, nb.")
    kind: str
    vocabulary: str
    indicator: str
    formula: str
    name_en: str
    name_nb: str
    definition_en: str
    definition_nb: str


class TableEntry(Shape):
    """A table of a mapping."""

    table: str
    rows: int
    name_en: str
    name_nb: str
    definition_en: str
    definition_nb: str
    href: str


class Tables(Shape):
    """The tables of a mapping."""

    mapping: Of
    tables: list[TableEntry]


class TableColumns(Shape):
    """The columns of a table."""

    mapping: Of
    table: str
    columns: list[Column]


class Rows(Shape):
    """A page of a table's rows."""

    mapping: Of
    table: str
    total: int
    limit: int
    offset: int
    links: Links
    columns: list[str]
    rows: list[Row]


class Plant(Open):
    """A plant of the register."""

    id: str
    producer: str | None


class View(Open):
    """Everything a mapping says of one id; assessments and positions name their figures."""

    mapping: Of
    kind: Literal["material", "product", "country", "sector"]
    id: str
    name: str


class MaterialView(View):
    """A material: lists, stages, scores, mixes of every home, plants, findings."""

    material_kind: str
    lists: list[str] | None
    products: list[dict[str, Any]]
    criticality: Row | None
    criticality_eu: Row | None
    methods: Row | None
    horizons: Row | None
    assessments: list[Row]
    positions: list[Row]
    plants: list[Plant]
    links: list[Row]
    findings: list[Row]
    measures: list[dict[str, Any]]


class ProductView(View):
    """A product: codes, role, plants, mixes of every home."""

    stage: str
    materials: list[str]
    codes: dict[str, list[str]]
    feeds: list[str]
    role: str | None
    plants: list[Plant]
    assessments: list[Row]
    positions: list[Row]
    gap: Row | None


class CountryView(View):
    """A partner: what comes from there, what goes there."""

    alignment: list[str]
    imports_from: list[Row]
    exports_to: list[Row]
    largest_supplier_of: list[Row]
    findings: list[Row]


class SectorView(View):
    """A strategic sector: its materials, technologies and exposed mixes."""

    in_scope: bool
    materials: list[str]
    technologies: list[str]
    links: list[Row]
    assessments: list[Row]


class ChainView(Shape):
    """A value chain as a home sees it: the rows of every table on it."""

    mapping: Of
    chain: str
    home: str
    summary: Row
    stages: list[Row]
    steps: list[Row]
    edges: list[Row]
    exposure: list[Row]
    roles: list[Row]
    functions: list[Row]
    horizons: list[Row]
    tracker: list[Row]
    plants: list[Row]


class Figure(Shape):
    """A figure: its id is its question. ``reason`` is a code of the reasons."""

    id: str
    home: str
    year: int
    source: str
    subject: str
    flow: str
    indicator: str
    argument: str | None
    value: Value
    unit: str | None
    status: Status
    low: float | None
    high: float | None
    reason: str | None
    href: str


class Figures(Shape):
    """A page of figures."""

    mapping: Of
    total: int
    limit: int
    offset: int
    links: Links
    figures: list[Figure]


class Card(Open):
    """Why this number: of a figure its derivation, of a table's cell what was saved with it."""

    mapping: Of
    kind: Literal["figure", "cell"]
    reference: str
    citation: str
    recompute: list[str]


class Limits(Shape):
    """Limits of the supply tests."""

    share: float
    hhi: float
    floor: float


class Tests(Shape):
    """Goods by verdict before and after, and those whose verdict changes."""

    home: str
    limits_before: Limits
    limits_after: Limits
    before: dict[str, int]
    after: dict[str, int]
    moved: list[Row]


class Scored(Open):
    """The list of critical materials before and after."""

    home: str
    year: int
    summary: str
    choices_before: dict[str, Value]
    choices_after: dict[str, Value]
    counts: dict[str, int]
    enters: list[str]
    leaves: list[str]
    becomes_undetermined: list[str]
    settles_on: list[str]
    settles_off: list[str]
    materials: list[dict[str, Any]]


class Sandbox(Shape):
    """What other limits, thresholds and inputs change."""

    mapping: Of
    tests: Tests
    list: Scored


class Hit(Shape):
    """A thing that was found; ``near``: met through a mistyping. ``page`` is for people."""

    kind: str
    id: str
    name: str
    detail: str
    near: bool
    score: float
    page: str
    href: str | None


class Search(Shape):
    """Hits, the best first, and what the query may have meant where nothing met it."""

    mapping: Of
    query: str
    meant: str | None
    total: int
    hits: list[Hit]


class Side(Shape):
    """One of two mappings that are compared."""

    name: str
    content_hash: str
    home: str
    year: int
    code: str
    materials: int


class Comparison(Shape):
    """What changed from mapping a to mapping b, split over its causes, which sum to the change."""

    home: str
    a: Side
    b: Side
    identical: bool
    data_cause: str
    differences: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    materials: list[dict[str, Any]]
