"""Known ways that statistics of trade and production mislead, and what is done about each."""

from __future__ import annotations

from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Section, Table


def pitfalls(ask: Ask) -> Section:
    """The section ``pitfalls`` of the page ``/data``."""
    say = ask.say
    columns = (
        Column("what", say("What misleads")),
        Column("how", say("How it shows"), wide=True),
        Column("done", say("What is done about it"), wide=True),
    )
    body = tuple((Cell(what), Cell(how), Cell(done)) for what, how, done in _rows(ask))
    table = Table("pitfalls-table", say("Pitfalls and remedies"), columns, body)
    return Section("pitfalls", say("Known ways that statistics mislead"), (table,))


def _rows(ask: Ask) -> tuple[tuple[str, str, str], ...]:
    say = ask.say
    return (
        (
            say("Re-exports and transit"),
            say(
                "Goods are booked on the country they were sent from, which may only have passed them on."
            ),
            say(
                "A largest supplier that no table knows as a producer is marked as suspected transit and "
                "gets no verdict. Re-exports are not netted out."
            ),
        ),
        (
            say("Mirror gaps"),
            say("The exporter’s and the importer’s figures for the same flow differ."),
            say(
                "BACI reconciles both reports into one number, which differs from what each country "
                "prints. Where two sources answer, their gap widens the borderline band."
            ),
        ),
        (
            say("Confidential figures"),
            say(
                "Where few firms trade, figures are withheld, and a supplier vanishes or stands alone."
            ),
            say(
                "A pattern that looks withheld gets bounds and no verdict. Withholding that leaves no "
                "trace is not found."
            ),
        ),
        (
            say("Revised nomenclatures"),
            say("Codes are split, merged and ended, so a series can break or stop."),
            say(
                "Each code has its years of validity; a year after its end is unknown and never zero. "
                "Figures of two nomenclatures are never added."
            ),
        ),
        (
            say("Broad codes"),
            say("One code holds several goods: metal, scrap and powder together."),
            say(
                "The figure is of the code and names every product that shares it. It is not divided by "
                "guesswork."
            ),
        ),
        (
            say("Value is not tonnes"),
            say("About one flow in twenty has no quantity, and dear grades weigh little."),
            say(
                "Value and quantity stand side by side, and a largest supplier that changes with the "
                "measure is said. Unit values are not read as prices."
            ),
        ),
        (
            say("Zero or unknown"),
            say("An empty cell may be no trade, no report or a country outside the statistics."),
            say(
                "Missing, zero, withheld, estimated and not computable are five statuses with a look and "
                "a reason each."
            ),
        ),
        (
            say("The last year"),
            say("The newest year is provisional and is revised in the releases after."),
            say(
                "Every figure bears its vintage; two mappings can be compared, and the revision told apart."
            ),
        ),
        (
            say("World shares in place of own imports"),
            say(
                "For some goods only world production is known, which says nothing of who delivers here."
            ),
            say(
                "The basis stands beside each verdict, and such goods are not counted among those "
                "of a size that counts."
            ),
        ),
        (
            say("Content against gross weight"),
            say("Production is counted as ore, concentrate, oxide or contained metal."),
            say("Series on different bases are never added or set against each other."),
        ),
        (
            say("Kroner"),
            say("Trade is reported in dollars or euro."),
            say(
                "The annual average rate is used, and a rate that is not checked against its publisher is "
                "marked so."
            ),
        ),
    )
