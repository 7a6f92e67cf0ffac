"""What a mapping says of every material, gathered once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from verdikart.mapping.lists import MAGNET_EARTHS, MAGNET_EARTHS_MEMBERS, entries
from verdikart.mapping.material_rows import Stages, chains_of, stages
from verdikart.mapping.saved import Saved

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What a mapping says of every material, by material."""

    stages: dict[str, Stages]
    chains: dict[str, tuple[str, ...]]
    scored: dict[str, Row]
    published: dict[str, Row]
    horizons: dict[str, Row]
    mixes: dict[str, list[Row]]

    def worst(self, material: str) -> Row | None:
        """The stage that a reader must act on first."""
        found = self.stages.get(material)
        return found.rows[0] if found and found.rows else None


_KNOWN: WeakKeyDictionary[Saved, Known] = WeakKeyDictionary()


def known(saved: Saved) -> Known:
    """What a mapping says of each material, as seen from its home; gathered once a mapping."""
    found = _KNOWN.get(saved)
    if found is None:
        spelt = {MAGNET_EARTHS: [e.material_id for e in entries()[MAGNET_EARTHS_MEMBERS]]}
        mixes: dict[str, list[Row]] = defaultdict(list)
        for row in saved.rows("supply"):
            mixes[row["mix"]].append(row)
        _KNOWN[saved] = found = Known(
            stages(saved.own("assessments"), saved.rows("materials"), spelt),
            chains_of(saved.own("chain_steps")),
            {r["material_id"]: r for r in saved.own("criticality")},
            {r["material_id"]: r for r in saved.rows("criticality_eu")},
            {r["material"]: r for r in saved.own("material_horizons")},
            dict(mixes),
        )
    return found
