"""The shapes of answers on what stands behind every mapping."""

from __future__ import annotations

from verdikart.web.api.models import Shape


class Threshold(Shape):
    """A limit in use, the flag it sets, and its source."""

    value: float
    flag: str
    source: str


class Indicator(Shape):
    """An indicator of the registry."""

    id: str
    name_en: str
    name_nb: str
    definition_en: str
    definition_nb: str
    formula: str
    unit: str
    direction: str
    source: str
    argument: str | None
    thresholds: list[Threshold]
    caveats_en: list[str]
    caveats_nb: list[str]


class Indicators(Shape):
    """The registry."""

    indicators: list[Indicator]


class Term(Shape):
    """A term of the glossary."""

    id: str
    term_en: str
    term_nb: str
    definition_en: str
    definition_nb: str
    source: str


class Glossary(Shape):
    """The glossary."""

    terms: list[Term]


class Source(Shape):
    """A data source: what it covers, its limits and its licence."""

    id: str
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


class Sources(Shape):
    """The data sources."""

    sources: list[Source]


class MaterialList(Shape):
    """A published list of critical or strategic materials, and its purpose."""

    id: str
    issuer: str
    title_en: str
    title_nb: str
    year: int
    published: str | None
    valid_from: str | None
    valid_to: str | None
    supersedes: str | None
    purpose_en: str
    purpose_nb: str
    legal_basis: str
    kind: str
    status: str
    materials: list[str]


class Lists(Shape):
    """The published lists."""

    lists: list[MaterialList]
