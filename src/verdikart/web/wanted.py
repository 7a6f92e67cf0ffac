"""What a reader asks to have mapped: read from a form or a program, checked, told field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.reference.entities import Country, Group, GroupMember
from verdikart.reference.homes import home
from verdikart.reference.i18n import Lang
from verdikart.reference.load import load
from verdikart.reports.voice import Voice

LONGEST = 40  # characters of a value
SINGLE = ("country", "territory")  # kinds of country that can be a home of today
# The least and the most that a mapping can make sense of; no more is let through to it.
BOUNDS: dict[str, tuple[float, float]] = {
    "share_threshold": (0, 1),
    "hhi_threshold": (0, 1),
    "cdi2_threshold": (0, 10),
    "cdi3_threshold": (0, 100),
    "world_hhi_threshold": (0, 1),
    "floor": (0, 1e9),
    "borderline_points": (0, 1),
    "persistence_years": (1, 30),
    "persistence_needed": (1, 30),
    "position_floor": (0, 1),
    "alternative_floor": (0, 1),
    "sr_threshold": (0, 20),
    "ei_threshold": (0, 20),
    "world_weight": (0, 1),
    "preferential": (0, 2),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mapping to be made. ``changes``: parameters that differ from their defaults, NAME=VALUE."""

    home: str
    year: int
    changes: tuple[str, ...]
    make_current: bool
    lang: Lang


class WantedError(UsageProblem):
    """What was asked cannot be mapped. ``faults``: what is wrong, by field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("; ".join(f"{name}: {text}" for name, text in faults.items()))


def years() -> tuple[int, ...]:
    """Years that can be mapped, the latest first."""
    from verdikart.mapping.catalogue import source_years

    return tuple(reversed(source_years("baci_hs92")))


def defaults() -> dict[str, bool | int | float | str]:
    """Every parameter and choice with its default."""
    from verdikart.mapping.settings import plain, settings

    return plain(*settings([]))


def words_of(name: str) -> tuple[str, ...]:
    """The values of a parameter that has a few words for them; none of any other."""
    from verdikart.mapping.settings import WORDS

    return WORDS.get(name, ())


def homes(lang: Lang) -> list[tuple[str, str]]:
    """Homes to choose among, id and name: Norway, the groups, then every other by name."""
    voice = Voice(lang)
    lands = [(c.iso3, voice.country(c.iso3)) for c in load(Country) if c.kind in SINGLE]
    ordered = sorted(lands, key=lambda land: _sorting(land[1]))
    first = [land for land in lands if land[0] == "NOR"]
    groups = []
    for group in load(Group):
        groups.append((group.group_id, home(group.group_id).name(lang)))
        if any(m.group_id == group.group_id and m.iso3 == "NOR" for m in load(GroupMember)):
            without = f"{group.group_id}_EX_NOR"
            groups.append((without, home(without).name(lang)))
    return [*first, *groups, *(land for land in ordered if land[0] != "NOR")]


def _sorting(text: str) -> str:
    """Bokmål order: æ, ø and å after z."""
    return text.casefold().translate(str.maketrans("æøå", "{|}"))


def read(given: Mapping[str, str], lang: Lang) -> Wanted:
    """What is asked for by fields of text; a field left out has its default.

    Raises :class:`WantedError` with every fault at once.
    """
    voice, faults = Voice(lang), {}
    home_id = given.get("home", "").strip() or "NOR"
    try:
        if len(home_id) > LONGEST:
            raise UsageProblem(f"home is longer than {LONGEST} characters")
        home(home_id)
    except UnknownName as error:
        faults["home"] = voice.say("No home has this name.") + _near(error, voice)
    except UsageProblem as error:
        faults["home"] = str(error)
    known = years()
    text = given.get("year", "").strip() or str(known[0])
    if not (text.isascii() and text.isdigit() and len(text) == 4 and int(text) in known):
        faults["year"] = voice.say(
            "Choose a year from {first} to {last}.", first=known[-1], last=known[0]
        )
    elif not faults and (said := _gone(home_id, int(text))):
        faults["home"] = said
    changes = []
    for name, default in defaults().items():
        value = given.get(name, "").strip()
        if not value:
            continue
        said, change = _change(name, value, default, voice)
        if said:
            faults[name] = said
        elif change:
            changes.append(change)
    if faults:
        raise WantedError(faults)
    chosen = given.get("make_current", "").casefold() in ("1", "yes", "true")
    return Wanted(home_id, int(text), tuple(changes), chosen, lang)


def _near(error: UnknownName, voice: Voice) -> str:
    if not error.nearest:
        return ""
    return " " + voice.say("Nearest: {names}.", names=", ".join(error.nearest))


def _gone(home_id: str, year: int) -> str:
    from verdikart.mapping.catalogue import check_time

    try:
        check_time(home_id, year)
    except UsageProblem as error:
        return str(error)
    return ""


def _change(
    name: str, value: str, default: bool | float | str, voice: Voice
) -> tuple[str, str | None]:
    """What is wrong with a parameter's value, and the change it is; None where it is the default."""
    from verdikart.mapping.settings import plain, settings

    if words_of(name):
        if value not in words_of(name):
            return voice.say("Choose one of: {words}.", words=", ".join(words_of(name))), None
    elif isinstance(default, bool):
        value = {"1": "yes", "0": "no"}.get(value, value)
        if value.casefold() not in ("yes", "no", "true", "false"):
            return voice.say("Choose yes or no."), None
    else:
        low, high = BOUNDS[name]
        value = value.replace(",", ".").replace("\u00a0", "")
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        whole = isinstance(default, int)
        if len(value) > LONGEST or not low <= number <= high or (whole and number % 1):
            kind = (
                voice.say("Write a whole number from {low} to {high}.")
                if whole
                else voice.say("Write a number from {low} to {high}.")
            )
            return kind.format(low=voice.number(low), high=voice.number(high)), None
    text = f"{name}={value}"
    return "", None if plain(*settings([text]))[name] == default else text


__all__ = ["BOUNDS", "Wanted", "WantedError", "defaults", "homes", "read", "words_of", "years"]
