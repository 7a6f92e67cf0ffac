"""A comparison of homes: who is exposed to what, what is shared, and what each gets from the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from verdikart.core.errors import UsageProblem
from verdikart.mapping.saved import Saved, Shelf
from verdikart.reference import names
from verdikart.reports import words
from verdikart.reports.content import homes_goods, homes_side, parts, whole_positions
from verdikart.reports.content.whole_goals import COUNTED, benchmark
from verdikart.reports.content.whole_short import actions, headline, of_kind
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Cell,
    Column,
    Document,
    Points,
    Section,
    Statement,
    Tone,
)

Row = dict[str, Any]
LEAST: Final = 2
HEADLINE: Final = ("assessed", "over_65", "not_allied", "above_floor", "not_computable")
# Verdicts of goods as parts of a bar; with those that have none they add up to what was judged.
GOODS: Final[tuple[tuple[str, Tone], ...]] = (
    ("vulnerable", "risk"),
    ("concentrated_allied", "ally"),
    ("not_concentrated", "other"),
    ("small", "doubt"),
    ("bounds_only", "doubt"),
    ("transit", "doubt"),
)


def known(saved: Saved) -> dict[str, tuple[str, ...]]:
    """Homes of a mapping with their names."""
    return {h: (names.name("home", h, "en"), names.name("home", h, "nb")) for h in saved.homes}


def build(draft: Draft, about: Sequence[str], _shelf: Shelf) -> Document:
    """The comparison of the homes named, or of all that the mapping holds.

    The mapped home stands first where only one is named. Raises :class:`UsageProblem` where there
    are not two to compare.
    """
    saved = draft.saved
    chosen = list(dict.fromkeys(about or saved.homes))
    if len(chosen) < LEAST and saved.home not in chosen:
        chosen.insert(0, saved.home)
    if len(chosen) < LEAST:
        held = ", ".join(saved.homes)
        raise UsageProblem(
            f"a comparison is of two homes at least, and this mapping holds {held}; "
            "name another with --about"
        )
    sections = (
        _short(draft, chosen),
        *_exposed(draft, chosen),
        *homes_goods.goods(draft, chosen),
        homes_side.chains(draft, chosen),
        *_needed(draft, chosen),
        *_goals(draft, chosen),
        *((actions(draft),) if saved.home in chosen else ()),
    )
    title = draft.say(
        "Homes compared: {names}", names=draft.voice.join(homes_side.named(draft, chosen))
    )
    subtitle = draft.say(
        "Vulnerabilities, value chains and benchmarks, {year}", year=str(saved.year)
    )
    return draft.finish("homes", about, title, subtitle, sections)


def _short(draft: Draft, homes: Sequence[str]) -> Section:
    rows = {row["home"]: row for row in draft.saved.rows("headline")}
    said = [headline(draft, rows[home]) for home in homes if home in rows]
    shared = homes_goods.joint(draft, homes)
    said += [shared] if shared else []
    said += [_chained(draft, home) for home in homes if draft.saved.own("chains", home)]
    empty = draft.say("The mapping holds no counts of these homes.")
    return Section("short", draft.say("In short"), (Points(tuple(said), empty=empty),))


def _chained(draft: Draft, home: str) -> Statement:
    return draft.statement(
        "Value chains of {home}: {vulnerable} of {every} vulnerable, {open} open.",
        home=names.name("home", home, draft.lang),
        vulnerable=draft.counted("chains", home=home, verdict="vulnerable"),
        every=draft.counted("chains", home=home),
        open=draft.counted("chains", home=home, verdict="open"),
    )


def _exposed(draft: Draft, homes: Sequence[str]) -> Iterator[Section]:
    """Verdicts of goods side by side, drawn and as counts."""
    rows = {row["home"]: row for row in draft.saved.rows("headline")}
    title = draft.say("Exposure side by side")
    heads = (
        Column("home", draft.say("Home"), width=2),
        *(draft.head("headline", column) for column in HEADLINE),
    )
    body = [
        (
            homes_side.home_cell(draft, home),
            *(draft.cell(rows[home], column) for column in HEADLINE),
        )
        for home in homes
        if home in rows
    ]
    counts = draft.table("headlines", draft.say("Goods and stages by concentration"), heads, body)
    text = draft.say(
        "An ally is a member of an alliance that the home is in. What is an ally to one home may be "
        "none to another, and a bloc’s trade within itself is no import."
    )
    chart = homes_side.stacked(
        draft,
        "verdicts",
        draft.say("Goods and stages by verdict"),
        homes,
        "assessments",
        "outcome",
        [(code, words.outcome(code, draft.lang).text, tone) for code, tone in GOODS],
    )
    yield Section("exposed", title, (parts.prose(draft, text), chart, counts))


def _needed(draft: Draft, homes: Sequence[str]) -> Iterator[Section]:
    """What the others get from the mapped home, where it is one of those compared."""
    saved = draft.saved
    rows = of_kind(draft, "position")
    if saved.home not in homes or not rows:
        return
    home = names.name("home", saved.home, draft.lang)
    title = draft.say("What the others get from {home}", home=home)
    text = draft.say(
        "Shares are of each area’s imports from outside, {home} not counted as a part of it.",
        home=home,
    )
    yield Section("needed", title, (parts.prose(draft, text), whole_positions.table(draft, rows)))


def _goals(draft: Draft, homes: Sequence[str]) -> Iterator[Section]:
    """The benchmarks of each home; binding for the Union alone."""
    rows = [r for r in draft.saved.rows("tracker_summary") if r["home"] in homes]
    if not rows:
        return
    text = draft.say(
        "The benchmarks bind the Union. For the others they are corresponding benchmarks, and for a "
        "home with few materials on record most of them cannot be computed."
    )
    ordered = sorted(rows, key=lambda r: (r["benchmark"], homes.index(r["home"])))
    heads = (
        Column("benchmark", draft.say("Benchmark"), width=2),
        Column("home", draft.say("Home"), width=1.5),
        draft.head("tracker_summary", "materials"),
        *(draft.head("tracker_summary", column) for column, _ in COUNTED),
    )
    body = [
        (
            Cell(parts.capital(benchmark(draft, row)), row["benchmark"]),
            homes_side.home_cell(draft, row["home"]),
            draft.cell(row, "materials"),
            *(draft.cell(row, column) for column, _ in COUNTED),
        )
        for row in ordered
    ]
    title = draft.say("Strategic materials by benchmark and home")
    table = draft.table("benchmarks", title, heads, body)
    yield Section("benchmarks", draft.say("Benchmarks for 2030"), (parts.prose(draft, text), table))
