"""What can be fetched, one row for each source that has an adapter; and what is corrected in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from verdikart.reference.entities import Record


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Feed(Record):
    """How a source of ``sources.csv`` is fetched.

    ``endpoint`` is the base address of requests, ``archive_address`` where older editions lie (the
    page for people stands in ``sources.csv``). ``rhythm`` is how often a new edition comes and ``due_days`` the
    age at which the newest here may be superseded. ``credentials`` names the environment variable
    and keyring entry of the key. ``per_minute`` is the most requests a minute; empty: no limit said.
    ``option`` is the adapter's own argument (a table number, a nomenclature).
    """

    TABLE: ClassVar[str] = "feeds"

    source_id: str
    adapter: str
    option: str
    format: str
    endpoint: str
    archive_address: str
    rhythm: str
    due_days: int
    credentials: str
    key_optional: bool
    key_address: str
    per_minute: int | None
    megabytes: float | None
    tables: tuple[str, ...]
    note_en: str
    note_nb: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DataCorrection(Record):
    """A figure of a source that is corrected when it is loaded, with the reason and the last day.

    ``row`` names the row as ``column=value`` of its key columns; ``before`` and ``after`` are the
    figures as text, empty for none.
    """

    TABLE: ClassVar[str] = "corrections"

    source_id: str
    table_name: str
    row: tuple[str, ...]
    column: str
    before: str
    after: str
    reason: str
    until: date | None
    evidence: str
