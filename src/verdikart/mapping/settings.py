"""Parameters of a run written as NAME=VALUE, checked by name and kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from math import isfinite

from verdikart.core.errors import UnknownName, UsageProblem
from verdikart.indicators.assessment import Choices
from verdikart.indicators.evidence import Parameters

WORDS = {
    "cdi3_exports": ("all", "extra"),
    "supply": ("as_assessed", "GS", "EU"),
}
FLAGS = {"yes": True, "true": True, "no": False, "false": False}


def settings(texts: Sequence[str]) -> tuple[Parameters, Choices]:
    """The parameters of a mapping and of the EU method, with some of them changed.

    Raises :class:`UsageProblem` for an unknown name or a value of the wrong kind.
    """
    limits, choices = Parameters(), Choices()
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not value:
            raise UsageProblem(f"{text!r} sets nothing; write NAME=VALUE, e.g. sr_threshold=1.2")
        if name in _names(limits):
            limits = replace(limits, **{name: _read(name, value, getattr(limits, name))})  # type: ignore[arg-type]
        elif name in _names(choices):
            choices = replace(choices, **{name: _read(name, value, getattr(choices, name))})  # type: ignore[arg-type]
        else:
            known = [*_names(limits), *_names(choices)]
            raise UnknownName("parameter", name, known, ", ".join(known))
    return limits, choices


def plain(limits: Parameters, choices: Choices) -> dict[str, bool | int | float | str]:
    """Parameters and choices by name."""
    return {name: getattr(of, name) for of in (limits, choices) for name in _names(of)}


def _names(of: Parameters | Choices) -> list[str]:
    # The bloc is asked of single questions; a mapping has its homes.
    return [item.name for item in fields(of) if item.name != "bloc"]


def _read(name: str, text: str, default: object) -> bool | int | float | str:
    if name in WORDS:
        if text not in WORDS[name]:
            raise UnknownName(f"value of {name}", text, WORDS[name], ", ".join(WORDS[name]))
        return text
    if isinstance(default, bool):
        if text.casefold() not in FLAGS:
            raise UsageProblem(f"{name} is {text!r}; write yes or no")
        return FLAGS[text.casefold()]
    try:
        number = float(text)
    except ValueError:
        raise UsageProblem(f"{name} is {text!r}; write a number with a decimal point") from None
    if not isfinite(number) or number < 0:
        raise UsageProblem(f"{name} is {text}; write a number from 0")
    if isinstance(default, int):
        if not number.is_integer():
            raise UsageProblem(f"{name} is {text}; write a whole number")
        return int(number)
    return number
