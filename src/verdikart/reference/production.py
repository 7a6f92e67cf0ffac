"""Statistics of world production: what their series count, how they differ, how they spell countries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from verdikart.reference.entities import Record


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CountrySpelling(Record):
    """A provider's name of a country that is neither of the names in ``countries.csv``."""

    TABLE: ClassVar[str] = "country_spellings"

    spelling: str
    iso3: str
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ProductionMatch(Record):
    """The series of a source for a material at a stage, and what one unit of it is in tonnes.

    ``series`` are the source's own names, which are added up: a series of World Mining Data;
    ``commodity | detail`` of the USGS; ``commodity | sub-commodity`` of the BGS. ``basis`` says what is
    weighed; figures are compared only where ``comparable`` says that the bases are the same thing.
    """

    TABLE: ClassVar[str] = "production_matches"

    material_id: str
    stage: str
    source: str
    series: tuple[str, ...]
    basis_en: str
    basis_nb: str
    tonnes: float
    comparable: bool
    evidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ProductionNote(Record):
    """A difference between the statistics of one material, with the document that says so.

    ``aspect``: basis, scope, estimates, coverage or years. An empty ``material_id`` is every material.
    """

    TABLE: ClassVar[str] = "production_notes"

    note_id: str
    material_id: str | None
    stage: str | None
    aspect: str
    text_en: str
    text_nb: str
    evidence: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WorldOutput(Record):
    """A metal or ore of figure 3.1 of the Norwegian minerals strategy, as printed, and its BGS series.

    ``part``: iron, industrial (metals), or technology (and precious metals). ``tonnes`` is the printed
    figure. ``series`` are added up and each is ``commodity | sub-commodity``; empty: the figure's basis
    cannot be told from a series.
    """

    TABLE: ClassVar[str] = "world_output"

    entry: str
    part: str
    name_en: str
    name_nb: str
    printed: str
    tonnes: float
    series: tuple[str, ...]
    note_en: str
    note_nb: str
