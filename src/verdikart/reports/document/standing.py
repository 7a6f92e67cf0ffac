"""What stands on every document, whatever it is of: scope, footer, and what its mapping was made of."""

from __future__ import annotations

from dataclasses import dataclass

from verdikart.mapping.audience import Level
from verdikart.mapping.provenance import states
from verdikart.mapping.saved import Saved
from verdikart.reference import names
from verdikart.reference.entities import StrategicSector
from verdikart.reference.load import load
from verdikart.reports import words
from verdikart.reports.voice import Voice


@dataclass(frozen=True, slots=True)
class Standing:
    """``scope``: term and text, said once in front. ``states``: ``kind:name`` and value, in order."""

    scope: tuple[tuple[str, str], ...]
    footer: str
    states: tuple[tuple[str, str], ...]


def of(saved: Saved, voice: Voice, audience: Level, signed: str) -> Standing:
    """What stands on a document of a mapping. ``signed``: empty for a draft."""
    say, lang = voice.say, voice.lang
    home = names.name("home", saved.home, lang)
    sectors = [s.name(lang).lower() for s in load(StrategicSector) if s.default_scope]
    others = [names.name("home", h, lang) for h in saved.homes if h != saved.home]
    readers = words.word("audience", audience, lang)
    made = say(
        "{name}, made with verdikart {version}",
        name=saved.name,
        version=saved.manifest["code"]["version"],
    )
    scope = (
        (say("Sectors"), voice.join(sectors)),
        (say("Seen from"), home),
        *(((say("For comparison"), voice.join(others)),) if others else ()),
        (say("Year"), str(saved.year)),
        (say("Audience"), readers),
        (say("Mapping"), made),
        (say("Sign-off"), signed or say("Draft, not signed off")),
    )
    mapping = say("mapping {name}", name=saved.name[:8])
    footer = " · ".join((f"{home} {saved.year}", ", ".join(sectors), mapping, readers))
    return Standing(scope, footer, tuple(sorted(states(saved).items())))


__all__ = ["Standing", "of"]
