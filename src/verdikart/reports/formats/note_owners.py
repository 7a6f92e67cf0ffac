"""Who stands behind the statements of a note: said once for most, at the statement for the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from verdikart.reports.document.model import Document, Statement, StatementKind
from verdikart.reports.voice import Voice


@dataclass(frozen=True, slots=True)
class Owners:
    """``computed``: who stands behind most that is computed; ``advice``: behind most that is advised."""

    voice: Voice
    computed: str
    advice: str

    @classmethod
    def of(cls, document: Document) -> Owners:
        """The owners of a document; empty where it has no statement of the kind."""
        return cls(
            Voice(document.about.lang),
            _most(document, "computed"),
            _most(document, "recommendation"),
        )

    @property
    def reading(self) -> str:
        """Who stands behind statements that name nobody; empty where none is computed."""
        if not self.computed:
            return ""
        if not self.advice:
            return self.voice.say(
                "What says nothing else is computed: {owner}. Expert judgements and "
                "recommendations say who stands behind them.",
                owner=self.computed,
            )
        if self.advice == self.computed:
            return self.voice.say(
                "What says nothing else is computed, and recommendations follow from fixed rules: "
                "{owner}. Expert judgements say who stands behind them.",
                owner=self.computed,
            )
        return self.voice.say(
            "What says nothing else is computed: {owner}. Behind recommendations that name nobody "
            "stands {adviser}. Expert judgements say who stands behind them.",
            owner=self.computed,
            adviser=self.advice,
        )

    def tag(self, statement: Statement) -> str:
        """What kind a statement is and whose, where that is not what the note says of the rest."""
        owner = statement.owner
        if statement.kind == "expert":
            return self.voice.say("expert judgement: {owner}", owner=owner)
        if statement.kind == "recommendation":
            return "" if owner == self.advice else owner
        return "" if owner == self.computed else self.voice.say("computed: {owner}", owner=owner)


def _most(document: Document, kind: StatementKind) -> str:
    owners = Counter(s.owner for s in document.statements if s.kind == kind)
    return owners.most_common(1)[0][0] if owners else ""


__all__ = ["Owners"]
