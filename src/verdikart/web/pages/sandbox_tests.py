"""The limits of the supply tests tried: which goods change their verdict."""

from __future__ import annotations

from verdikart.mapping import limits as limits_of
from verdikart.reference import names
from verdikart.reports import words
from verdikart.web import fields
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Block,
    Cell,
    Column,
    Field,
    Form,
    Prose,
    Table,
)
from verdikart.web.values import cell, head, named, plain

OWN = ("home", "share", "hhi", "floor")  # fields of the form


def tests(ask: Ask) -> tuple[Block, ...]:
    """The form, the verdicts before and after, and every good that changes its own."""
    say, voice, query = ask.say, ask.voice, ask.query
    usual = limits_of.Limits.of(ask.saved.parameters)
    home = query.choice("home", ask.saved.homes, ask.saved.home)
    chosen = limits_of.Limits(
        query.number("share", 0, 100, 100 * usual.share) / 100,
        query.number("hhi", 0, 1, usual.hhi),
        query.number("floor", 0, 1e12, usual.floor),
    )
    rows = ask.saved.own("assessments", home)
    found = limits_of.judged(rows, chosen)
    form = Form(
        "limits",
        (
            *fields.carried(ask, OWN),
            fields.home(ask, home, say("Seen from")),
            Field(
                "share",
                say("Limit for the share of one supplier, %"),
                "range",
                f"{100 * chosen.share:g}",
                low=20,
                high=95,
                step=1,
                hint=say("{usual} in the mapping", usual=voice.percent(usual.share, 0)),
            ),
            Field(
                "hhi",
                say("Limit for concentration (HHI)"),
                "range",
                f"{chosen.hhi:g}",
                low=0.1,
                high=0.9,
                step=0.05,
                hint=say("{usual} in the mapping", usual=voice.number(usual.hhi, 2)),
            ),
            Field(
                "floor",
                say("Floor for small flows, US dollars or euro a year"),
                "number",
                f"{chosen.floor:.0f}",
                low=0,
                step=1,
                hint=say("{usual} in the mapping", usual=voice.number(usual.floor)),
            ),
        ),
        say("Try it"),
        reset=ask.here(**dict.fromkeys(OWN)),
        title=say("Limits of the supply test"),
    )
    counted = [
        (
            words.outcome(code, ask.lang).text,
            sum(j.before == code for j in found),
            sum(j.after == code for j in found),
        )
        for code in ("vulnerable", "concentrated_allied", "not_concentrated", "small", "transit")
    ]
    counts = Table(
        "verdicts",
        say("Verdicts before and after, goods with figures"),
        (
            Column("verdict", say("Verdict")),
            Column("before", say("In the mapping"), number=True),
            Column("after", say("With these limits"), number=True),
        ),
        tuple(
            (plain(n), plain(b, voice.number(b)), plain(a, voice.number(a))) for n, b, a in counted
        ),
    )
    moved = [j for j in found if j.moved]
    vulnerable = counted[0]
    said = say(
        "{after} goods of {home} are vulnerable at a limit of {share} and an HHI of {hhi}; in the "
        "mapping {before}.",
        after=vulnerable[2],
        before=vulnerable[1],
        home=names.name("home", home, ask.lang),
        share=voice.percent(chosen.share, 0),
        hhi=voice.number(chosen.hhi, 2),
    )
    table = Table(
        "moved",
        say("Goods that change their verdict"),
        (
            Column("name", say("Good"), wide=True),
            Column("before", say("In the mapping")),
            Column("after", say("With these limits")),
            head(ask, "assessments", "top_supplier"),
            head(ask, "assessments", "top_share"),
            head(ask, "assessments", "hhi_value"),
            head(ask, "assessments", "value_nok"),
        ),
        tuple(_moved(ask, j) for j in sorted(moved, key=lambda j: -(j.row["value_nok"] or 0))),
        empty=say("No good changes its verdict."),
    )
    return (form, Prose((said,)), counts, table)


def _moved(ask: Ask, found: limits_of.Judged) -> tuple[Cell, ...]:
    row = found.row
    valued = row["value_unit"] is not None
    material = (row["materials"] or [""])[0]
    return (
        named(
            ask,
            row,
            href=ask.url(f"materials/{material}") if material else "",
            small=names.name("stage", row["stage"], ask.lang),
        ),
        Cell("", found.before, tags=(words.outcome(found.before, ask.lang),)),
        Cell("", found.after, tags=(words.outcome(found.after, ask.lang),)),
        cell(ask, row, "top_supplier" if valued else "top_supplier_quantity"),
        cell(ask, row, "top_share" if valued else "top_share_quantity"),
        cell(ask, row, "hhi_value" if valued else "hhi_quantity"),
        cell(ask, row, "value_nok"),
    )
