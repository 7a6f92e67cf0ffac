"""What is here and how fresh it is: one line a source that can be fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from verdikart.reference.feeds import Feed
from verdikart.reference.load import load
from verdikart.store.depot import Depot
from verdikart.store.fetching import own_feed
from verdikart.store.vintages import Vintage, survey


@dataclass(frozen=True, slots=True)
class Standing:
    """A source and its newest vintage; ``state`` is not_here, fresh, due or damaged.

    ``damaged``: what is wrong with vintages that cannot be read, and the remedy.
    """

    feed: Feed
    newest: Vintage | None
    vintages: int
    age_days: int | None
    state: str
    damaged: tuple[str, ...] = ()

    @property
    def bytes(self) -> int:
        """Size of the newest vintage's tables."""
        return sum(f.bytes for t in self.newest.tables for f in t.files) if self.newest else 0


def standing(place: Depot, today: date | None = None) -> list[Standing]:
    """Every source that can be fetched. *Due*: older than its rhythm lets an edition be the newest."""
    day = today or date.today()  # noqa: DTZ011
    found, unread = survey(place)
    here: dict[str, list[Vintage]] = {}
    for one in found:
        here.setdefault(one.source_id, []).append(one)
    damaged: dict[str, list[str]] = {}
    for folder, problem in unread.items():
        damaged.setdefault(folder.parent.name, []).append(str(problem))
    lines = []
    mine = [
        own_feed(source_id)
        for source_id in sorted({*here, *damaged})
        if source_id.startswith("own_")
    ]
    for feed in (*load(Feed), *mine):
        own, faults = here.get(feed.source_id, []), damaged.get(feed.source_id, [])
        age = (day - date.fromisoformat(own[0].retrieved)).days if own else None
        state = "not_here" if age is None else "due" if age > feed.due_days else "fresh"
        lines.append(
            Standing(
                feed,
                own[0] if own else None,
                len(own),
                age,
                "damaged" if faults else state,
                tuple(faults),
            )
        )
    return lines
