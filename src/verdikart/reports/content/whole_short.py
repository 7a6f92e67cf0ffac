"""The report's first two parts: what there is to know in short, and what it calls for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from verdikart.mapping.chain_trade_pattern import HEADING_YEAR
from verdikart.mapping.statements import round_number
from verdikart.reference import names
from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Figure, Points, Section, Statement

Row = dict[str, Any]


def short(draft: Draft) -> Section:
    """Up to seven statements, each bound to its figures."""
    return Section("short", draft.say("In short"), (Points(tuple(_statements(draft))),))


def _statements(draft: Draft) -> Iterator[Statement]:
    saved = draft.saved
    for head in saved.own("headline")[:1]:
        yield headline(draft, head)
    found = of_kind(draft, "vulnerability")
    vulnerable = judged(draft)
    sharp = next((r for r in found if r["subject"] in vulnerable), None)
    if sharp is not None:
        yield sharpest(draft, sharp)
    for strong in of_kind(draft, "position")[:1]:
        yield strongest(draft, strong)
    if saved.own("criticality"):
        yield riskiest(draft)
    if saved.own("chains"):
        yield chained(draft)
    if saved.rows("gaps"):
        yield unknown(draft)
    if saved.rows("findings"):
        yield called(draft)


def of_kind(draft: Draft, kind: str) -> list[Row]:
    """Findings of a kind by rank."""
    rows = [r for r in draft.saved.rows("findings") if r["kind"] == kind]
    return sorted(rows, key=lambda r: r["rank"])


def headline(draft: Draft, head: Row) -> Statement:
    """How many goods hang on one country, as the table of headlines counts them."""
    home = names.name("home", head["home"], draft.lang)
    year = str(head["year"])
    if not head["assessed"]:
        return draft.statement(
            "{assessed} goods and stages could be judged for {home} in {year}: the data of the "
            "mapping do not reach this home.",
            home=home,
            year=year,
            assessed=draft.figure(head, "assessed"),
        )
    return draft.statement(
        "Of the {assessed} goods and stages that could be judged for {home} in {year}, {over} come "
        "for more than {limit} from one country: {foreign} of these from a country that is no ally, and "
        "{floor} of those above the floor for small flows.",
        assessed=draft.figure(head, "assessed"),
        home=home,
        year=year,
        over=draft.figure(head, "over_65"),
        limit=draft.voice.percent(draft.saved.parameters["share_threshold"], 0),
        foreign=draft.figure(head, "not_allied"),
        floor=draft.figure(head, "above_floor"),
    )


def tonnes(draft: Draft, row: Row, column: str) -> Figure:
    """A mass with its unit, rounded as in the findings."""
    raw = row.get(column)
    if raw is None:
        return draft.figure(row, column, text=draft.say("an amount not known"))
    text = draft.say("{tonnes} tonnes", tonnes=round_number(raw, draft.lang))
    return draft.figure(row, column, text=text)


def sharpest(draft: Draft, row: Row) -> Statement:
    """The vulnerability where most is at stake; that its share may lie under the limit is said."""
    limit = draft.saved.parameters["share_threshold"]
    below = row["partner_share"] is not None and row["partner_share"] < limit
    said = draft.statement(
        "Most is at stake in {good}: {share} of the imports by value come from {partner}, {tonnes} "
        "worth {value} a year.",
        good=parts.inside(parts.product(draft, row)),
        share=draft.figure(row, "partner_share"),
        partner=parts.partner(draft, row),
        tonnes=tonnes(draft, row, "at_stake_t"),
        value=draft.money(row, "at_stake_nok"),
    )
    if not below or any(figure.withheld for figure in said.figures):
        return said
    more = draft.say(
        "The share is below the limit of {limit}, but the supply is concentrated.",
        limit=draft.voice.percent(limit, 0),
    )
    return draft.stated([*said.runs, f" {more}"])


def strongest(draft: Draft, row: Row) -> Statement:
    """The position that weighs most."""
    return draft.statement(
        "The strongest position is {good}: {home} delivers {share} of what {other} imports from "
        "outside, {tonnes} worth {value} a year.",
        good=parts.inside(parts.product(draft, row)),
        home=names.name("home", draft.saved.home, draft.lang),
        share=draft.figure(row, "partner_share"),
        other=parts.partner(draft, row),
        tonnes=tonnes(draft, row, "at_stake_t"),
        value=draft.money(row, "at_stake_nok"),
    )


def riskiest(draft: Draft) -> Statement:
    """How many materials are critical, and which has most supply risk of them."""
    home = draft.saved.home
    critical = draft.counted("criticality", home=home, verdict="critical")
    every = draft.counted("criticality", home=home)
    rows = [
        r
        for r in draft.saved.own("criticality")
        if r["verdict"] == "critical" and r["supply_risk"] is not None
    ]
    undetermined = draft.counted("criticality", home=home, verdict="undetermined")
    if not rows:
        return draft.statement(
            "Critical by the EU’s method: {critical} of {every} materials, with {undetermined} "
            "undetermined.",
            critical=critical,
            every=every,
            undetermined=undetermined,
        )
    worst = max(rows, key=lambda r: r["supply_risk"])
    return draft.statement(
        "Critical by the EU’s method: {critical} of {every} materials, with {undetermined} undetermined. "
        "Of the critical ones {material} has the highest supply risk, {risk} (interval {interval}).",
        critical=critical,
        every=every,
        undetermined=undetermined,
        material=parts.inside(draft.voice.name(worst)),
        risk=draft.figure(worst, "supply_risk"),
        interval=parts.interval(draft, worst, "supply_risk"),
    )


def chained(draft: Draft) -> Statement:
    """How many value chains are vulnerable, and how many cannot be judged."""
    home = draft.saved.home
    return draft.statement(
        "Vulnerable value chains: {vulnerable} of {every}. Open: {open}, since steps that decide are not "
        "seen in the data; that is no all-clear.",
        vulnerable=draft.counted("chains", home=home, verdict="vulnerable"),
        every=draft.counted("chains", home=home),
        open=draft.counted("chains", home=home, verdict="open"),
    )


def unknown(draft: Draft) -> Statement:
    """How much could not be judged, and the largest known flow among it."""
    gaps = draft.counted("gaps")
    known = headings(draft)
    if not known:
        return draft.statement("{gaps} goods could not be judged on the data at hand.", gaps=gaps)
    largest = max(known, key=lambda r: r["heading_imports_usd"])
    return draft.statement(
        "{gaps} goods could not be judged on the data at hand. The heading with the largest known "
        "imports in {year} holds {good}: USD {millions} million.",
        gaps=gaps,
        year=str(HEADING_YEAR),
        good=parts.inside(draft.voice.name(largest)),
        millions=draft.figure(largest, "heading_imports_usd"),
    )


def headings(draft: Draft) -> list[Row]:
    """Gaps under a heading with known imports. The totals on record are Norway's and no other's."""
    if draft.saved.home != "NOR":
        return []
    return [r for r in draft.saved.rows("gaps") if r["heading_imports_usd"]]


def called(draft: Draft) -> Statement:
    """How many findings call for what."""
    return draft.statement(
        "Findings that call for action: {every}. For cooperation with allies {allies}, for contingency "
        "planning {cover}, for targeted instruments {instruments}.",
        every=draft.counted("findings"),
        allies=draft.counted("findings", use="allied_cooperation"),
        cover=draft.counted("findings", use="contingency"),
        instruments=draft.counted("findings", use="instruments"),
    )


def brief(draft: Draft, row: Row) -> tuple[Statement, Statement]:
    """A finding in one sentence with what it calls for; one that is no verdict is said in full."""
    full, action = parts.finding(draft, row)
    if row["kind"] == "position":
        said = draft.statement(
            "{name}: {home} delivers {share} of what {other} imports from outside, for {value}.",
            name=parts.product(draft, row),
            home=names.name("home", draft.saved.home, draft.lang),
            share=draft.figure(row, "partner_share"),
            other=parts.partner(draft, row),
            value=draft.money(row, "at_stake_nok"),
            use=row["use"],
        )
    elif row["subject"] in judged(draft):
        said = draft.statement(
            "{good}: {share} from {partner}, {value} a year at stake.",
            good=parts.product(draft, row),
            share=draft.figure(row, "partner_share"),
            partner=parts.partner(draft, row),
            value=draft.money(row, "at_stake_nok"),
            use=row["use"],
        )
    else:
        return full, action
    return said, action


def judged(draft: Draft) -> set[str]:
    """Subjects that the mapped home is judged to be vulnerable in."""
    return {r["subject"] for r in draft.saved.own("assessments") if r["outcome"] == "vulnerable"}


def in_words(draft: Draft, rows: list[Row]) -> Points:
    """Findings in full, with what must be known to read their figures rightly; for reading."""
    said = tuple(parts.finding(draft, row)[0] for row in rows)
    return Points(said, draft.say("The findings in words"), ordered=True, detail=True)


def actions(draft: Draft) -> Section:
    """Every finding with what it calls for, grouped by use."""
    title = draft.say("What it calls for")
    groups = parts.findings_by_use(draft, draft.saved.rows("findings"), brief)
    if groups:
        return Section("actions", title, tuple(groups))
    text = draft.say(
        "The mapping has no finding that calls for action: nothing is both large and concentrated "
        "on a country that is no ally, and no position stands out. What could not be judged stands "
        "under what is not known."
    )
    return Section("actions", title, (parts.prose(draft, text),))
