"""Who reads. One machine has one reader; accounts and roles take this place when they come."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader: a name for the log, and whether mappings may be made."""

    name: str = "local"
    may_map: bool = True


LOCAL = Reader()
READONLY = Reader("reader", may_map=False)
