"""What every card has: the inputs of its formula, how to cite it, and how to make it anew."""

from __future__ import annotations

from typing import Any

from verdikart.mapping import cards
from verdikart.reference import names
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Cell,
    Column,
    Fragment,
    Section,
    Table,
)
from verdikart.web.values import plain

Row = dict[str, Any]

# Inputs that are countries.
COUNTRIES = frozenset(("top_supplier", "partner", "exporter", "importer"))


def input_name(ask: Ask, name: str) -> str:
    """An input's name in words, where it has them."""
    say = ask.say
    return {
        "sum_of_squares": say("sum of the squared amounts"),
        "total": say("total"),
        "suppliers": say("number of suppliers"),
        "partners": say("number of partners"),
        "unspecified": say("from partners that are no country"),
        "top_supplier": say("largest supplier"),
        "top_amount": say("amount from the largest supplier"),
        "top_three": say("three largest suppliers"),
        "top_tonnes": say("tonnes from the largest supplier"),
        "partner": say("partner"),
        "amount": say("amount from the partner"),
        "allies_of": say("allies of"),
        "from_allies": say("amount from allies"),
        "hhi": say("concentration (HHI)"),
        "world_hhi": say("concentration of world exports (HHI)"),
        "extra_imports": say("imports from outside the bloc"),
        "intra_imports": say("imports from inside the bloc"),
        "exports": say("exports"),
        "denominator": say("exports that count"),
        "bloc": say("bloc"),
        "value": say("value"),
        "quantity_kg": say("quantity, kg"),
        "years": say("years"),
        "production_t": say("production, tonnes"),
        "imports_t": say("imports, tonnes"),
        "exports_t": say("exports, tonnes"),
        "supply_used": say("supply that counts"),
        "hhi_global": say("concentration of world supply"),
        "hhi_home": say("concentration of the home’s supply"),
        "global_terms": say("terms of world supply"),
        "home_terms": say("terms of the home’s supply"),
        "import_reliance": say("import reliance"),
        "import_reliance_origin": say("import reliance is"),
        "eol_rir": say("recycling rate (EOL-RIR)"),
        "eol_rir_origin": say("recycling rate is"),
        "si_sr": say("substitution index (SI_SR)"),
        "si_sr_origin": say("substitution index is"),
        "si_ei": say("substitution index (SI_EI)"),
        "industries": say("industries"),
    }.get(name, name.replace("_", " "))


def input_cell(ask: Ask, name: str, value: Any) -> Cell:  # noqa: ANN401 - any input
    """The value of an input; a country by its name."""
    voice = ask.voice
    if value is None:
        return plain(None, "–")
    if isinstance(value, bool):
        return plain(value, voice.say("yes") if value else voice.say("no"))
    if isinstance(value, (int, float)):
        return plain(value, voice.number(value, 0 if float(value).is_integer() else 4))
    text = str(value)
    return plain(text, names.name("country", text, ask.lang) if name in COUNTRIES else "")


def again(ask: Ask, reference: str, value: object, commands: list[str]) -> Section:
    """The line to cite it by, and the commands that make it anew."""
    say = ask.say
    citation = cards.citation(ask.saved, reference, value)
    return Section(
        "again",
        say("Cite and recompute"),
        (
            Fragment(
                "cite.html.j2",
                {"citation": citation, "commands": "\n".join(commands)},
                {"citation": citation, "recompute": commands},
            ),
        ),
    )


def inputs(ask: Ask, card: Row) -> tuple[Table, ...]:
    """The inputs of the formula by name; none where the card has none."""
    say = ask.say
    if not card["inputs"]:
        return ()
    heads = (
        Column("input", say("Input of the formula")),
        Column("value", say("Value"), wide=True),
    )
    rows = tuple(
        (plain(name, input_name(ask, name)), input_cell(ask, name, value))
        for name, value in card["inputs"].items()
    )
    return (Table("inputs", say("Inputs of the formula"), heads, rows),)
