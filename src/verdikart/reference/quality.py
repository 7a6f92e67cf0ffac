"""Records of what trade statistics hide or bend: hubs, known suppressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from verdikart.reference.entities import Record


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TradeHub(Record):
    """A country that much trade only passes through, and why."""

    TABLE: ClassVar[str] = "trade_hubs"

    iso3: str
    kind: str
    reason_en: str
    reason_nb: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class KnownSuppression(Record):
    """A figure that is withheld, or suspected to be, with the evidence.

    ``hides``: ``partner`` (the total is shown, suppliers are not), ``code`` (nothing is shown under
    the code). ``amount``: size of what is hidden where a source states it, in ``currency`` for
    ``amount_year``.
    """

    TABLE: ClassVar[str] = "known_suppressions"

    suppression_id: str
    home: str
    flow: str
    nomenclature: str
    code: str
    from_year: int | None
    to_year: int | None
    hides: str
    certainty: str
    evidence_en: str
    evidence_nb: str
    amount: int | None
    currency: str
    amount_year: int | None
    source: str
    confidence: str
