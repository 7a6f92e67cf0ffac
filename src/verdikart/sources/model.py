"""What passes between the registry, the adapters, the transport and the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from verdikart.core.errors import DataProblem
from verdikart.reference.feeds import Feed
from verdikart.sources.notes import Note

if TYPE_CHECKING:
    import duckdb

    from verdikart.sources.transport import Client

Kind = Literal["zip", "csv", "json", "xml", "xlsx", "xls", "html", "any"]
Role = Literal["key", "measure", "note"]


class SourceProblem(DataProblem):
    """A provider did not answer, or with something else than its format (exit code 1)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a user asks of a feed; an empty tuple asks for all, or for the feed's own default."""

    years: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-3
    release: str = ""  # the provider's name of an edition; empty: its newest


@dataclass(frozen=True, slots=True)
class Piece:
    """One request, whose answer is kept as one raw file.

    ``name`` is the file's name, unique within a fetch. ``secret_headers`` carry a key: the transport
    adds them, and nothing keeps or prints them. ``accept``: statuses above 399 whose answer is kept
    as it is, for a provider that says so that there is nothing.
    """

    name: str
    url: str
    kind: Kind = "any"
    params: tuple[tuple[str, str], ...] = ()
    method: Literal["GET", "POST"] = "GET"
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    bytes: int | None = None  # as far as known before it is fetched
    accept: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RawFile:
    """A raw file as it came, with the hash that is its name in the store."""

    name: str
    path: Path
    sha256: str
    bytes: int
    address: str  # without keys; the file's own name where it was added by hand
    retrieved: str  # ISO date
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a typed table. ``key`` columns name a row; ``measure`` columns are figures."""

    name: str
    type: str  # DuckDB's name of the type
    role: Role = "note"
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A typed table to be: SQL for the workbench's connection, whose result is cast to ``columns``.

    ``parts`` are (label, SQL), one Parquet file each; they are asked for one after another, so an
    iterator may unpack a file when its turn comes and delete it at the next. A table of one file has
    one part with an empty label. Rows of a file are sorted by ``order``.
    """

    columns: tuple[Column, ...]
    parts: Iterable[tuple[str, str]]
    order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an adapter made of the raw files of one fetch.

    ``release`` is the provider's own name of the edition, or empty; ``notes`` tell what
    was left out or is known to be odd, and are kept in the manifest.
    """

    tables: Mapping[str, Table]
    release: str = ""
    notes: tuple[Note, ...] = ()


@dataclass(slots=True)
class Workbench:
    """What an adapter reads with: a DuckDB connection of its own and a folder that is thrown away."""

    con: duckdb.DuckDBPyConnection
    folder: Path


class Adapter(Protocol):
    """A module of :mod:`verdikart.sources.adapters`.

    One whose provider may answer with the number of a job instead of data also has
    ``follow(feed, piece, path, client) -> Piece | None``: it looks at the file that came, waits for
    the job and returns where its data are; None where the file is the data.
    """

    def plan(self, feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:
        """Say what to fetch; may ask the provider for its metadata through ``client.get``."""

    def read(self, feed: Feed, files: Sequence[RawFile], ask: Ask, bench: Workbench) -> Loaded:
        """Check the raw files and describe their typed tables. Raises Problems with every fault.

        ``files`` come from a fetch or were added by hand, so they are told apart by what is in them
        and by their names as the provider gives them, not by the names of pieces alone.
        """
