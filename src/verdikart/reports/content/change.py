"""What changed since an earlier mapping: verdicts, scores with their causes, shares, findings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from verdikart.core.errors import DataProblem, UsageProblem
from verdikart.mapping import compare
from verdikart.mapping.changes import Pair, before, changes
from verdikart.mapping.save import SCHEMA
from verdikart.mapping.saved import Entry, Saved, Shelf
from verdikart.reference import names
from verdikart.reports.content import change_rows, change_scores, parts
from verdikart.reports.content.change_sides import CAUSES, Sides, cause_name, either
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Document,
    Figure,
    Paragraph,
    Points,
    Section,
    Statement,
)

Row = dict[str, Any]


def build(draft: Draft, about: Sequence[str], shelf: Shelf) -> Document:
    """The changes from an earlier mapping to the draft's; ``about`` may name the earlier one.

    Raises :class:`UsageProblem` where there is none, where it is the same or of another home, and
    :class:`DataProblem` where it cannot be compared.
    """
    earlier = _earlier(draft.saved, about, shelf)
    sides = Sides(draft, draft.beside(earlier), changes(earlier, draft.saved))
    sections = (
        _short(sides),
        *change_scores.sections(sides),
        change_rows.goods(sides),
        change_rows.chains(sides),
        change_rows.shares(sides),
        change_rows.findings(sides),
        change_rows.alone(sides),
        change_scores.made_of(sides),
    )
    home = names.name("home", draft.saved.home, draft.lang)
    title = draft.say("{home}: change since the last mapping", home=home)
    subtitle = draft.say("From {then} to {now}", then=sides.then_name, now=sides.now_name)
    return draft.finish("change", about, title, subtitle, sections)


def _earlier(saved: Saved, about: Sequence[str], shelf: Shelf) -> Saved:
    """The mapping to hold this one against."""
    if about:
        folder = compare.find(about[0], shelf.out)
        found = Shelf(folder.parent).open(folder.name)
    else:
        version = str(saved.manifest["code"]["version"])
        now = Entry(saved.name, saved.home, saved.year, version, 0.0, False)
        entry = before(shelf.entries(), now)
        if entry is None:
            raise UsageProblem(
                f"{shelf.out} holds no other mapping of {saved.home}; make the earlier one with "
                f"'verdikart map --home {saved.home} --year {saved.year - 1} --out {shelf.out}', or "
                "name one with --about"
            )
        found = shelf.open(entry.name)
    if found.manifest["content_hash"] == saved.manifest["content_hash"]:
        raise UsageProblem(
            f"{found.name} is the mapping itself, so nothing has changed; name another with --about"
        )
    if found.manifest.get("schema") != SCHEMA:
        version = found.manifest["code"]["version"]
        raise DataProblem(
            f"{found.name} was made by verdikart {version}, whose tables differ; run 'verdikart map "
            f"--home {found.home} --year {found.year}' anew and use that result"
        )
    return found


def _short(sides: Sides) -> Section:
    draft = sides.now
    old, new = sides.found.headline
    statements: list[Statement] = []
    if old is not None and new is not None:
        statements += [
            _counts(sides.now, new, sides.now_name),
            _counts(sides.then, old, sides.then_name),
        ]
    statements += _turned(sides)
    statements += _critical(sides)
    statements.append(_carried(sides))
    title = draft.say("In short")
    return Section("short", title, (Points(tuple(statements)), Paragraph((_held(sides),))))


def _counts(draft: Draft, row: Row, name: str) -> Statement:
    return draft.statement(
        "{mapping}: {assessed} goods and stages could be assessed. {over} have more than {limit} from "
        "one country, {foreign} of these from one that is no ally, and {large} of those are above the "
        "floor for small flows.",
        mapping=name,
        assessed=draft.figure(row, "assessed"),
        over=draft.figure(row, "over_65"),
        limit=draft.voice.percent(draft.saved.parameters["share_threshold"], 0),
        foreign=draft.figure(row, "not_allied"),
        large=draft.figure(row, "above_floor"),
    )


def _turned(sides: Sides) -> list[Statement]:
    """Goods that become vulnerable and cease to be.

    Apart stand those judged in one mapping alone, and those judged by the world's supply in one and
    by own imports in the other: there nothing need have changed but what is seen.
    """
    draft = sides.now
    groups: dict[str, list[Pair]] = {}
    for pair in sides.found.assessments:
        then, now = (row["outcome"] if row else "not_computable" for row in pair)
        bases = {row["basis"] for row in pair if row and row["outcome"] != "not_computable"}
        if "vulnerable" in (then, now) and then != now and "world_supply" in bases:
            groups.setdefault("world_now" if now == "vulnerable" else "world", []).append(pair)
        elif now == "vulnerable":
            groups.setdefault("seen" if then == "not_computable" else "new", []).append(pair)
        elif then == "vulnerable":
            groups.setdefault("unseen" if now == "not_computable" else "gone", []).append(pair)
    messages = {
        "new": draft.say("Newly vulnerable: {names}."),
        "seen": draft.say("Vulnerable, and without figures of their own then: {names}."),
        "gone": draft.say("No longer vulnerable: {names}."),
        "unseen": draft.say("Vulnerable then, and not assessed now: {names}."),
        "world_now": draft.say(
            "Vulnerable now by the world’s supply, not judged so then: {names}."
        ),
        "world": draft.say("Vulnerable then by the world’s supply, not judged so now: {names}."),
    }
    found = []
    for group, message in messages.items():
        pairs = groups.get(group, [])
        if pairs:
            said = _listed([parts.inside(sides.good(either(pair))) for pair in pairs])
            bound = [f for pair in pairs for f in sides.figures(pair, "outcome")]
            found.append(draft.stated([message.format(names=said)], bound=bound))
    if not found:
        found.append(draft.stated([draft.say("No good becomes vulnerable or ceases to be.")]))
    return found


def _listed(names: Sequence[str]) -> str:
    """Names that may hold commas of their own."""
    return "; ".join(names)


def _critical(sides: Sides) -> list[Statement]:
    """Materials that become critical by the EU's method, and that cease to be."""
    draft = sides.now
    turned = {
        "enters": draft.say("Newly critical by the EU’s method: {names}."),
        "leaves": draft.say("No longer critical by the EU’s method: {names}."),
        "becomes_determined": draft.say("Now with a verdict by the EU’s method: {names}."),
        "becomes_undetermined": draft.say("No longer with a verdict by the EU’s method: {names}."),
    }
    found = []
    for kind, message in turned.items():
        rows = [r for r in sides.found.scores.verdicts if r["verdict_change"] == kind]
        if rows:
            said = _listed([parts.inside(draft.voice.name(r)) for r in rows])
            bound: list[Figure] = [f for r in rows for f in sides.scored(r, "verdict")]
            found.append(draft.stated([message.format(names=said)], bound=bound))
    return found


def _carried(sides: Sides) -> Statement:
    """How many supply risks moved, and which cause carries most of it."""
    draft = sides.now
    rows = sides.found.scores.materials
    moved = change_scores.moved(rows, "supply_risk")
    if not moved:
        return draft.stated([draft.say("No supply risk changes.")])
    totals = {c: sum(abs(r[f"supply_risk_{c}"] or 0.0) for r in moved) for c in CAUSES}
    top = max(totals, key=lambda cause: totals[cause])
    whole = sum(totals.values())
    if not whole:
        return draft.statement(
            "{count} of {all} supply risks change.", count=str(len(moved)), all=str(len(rows))
        )
    return draft.statement(
        "{count} of {all} supply risks change; the cause that carries most of it is {cause}, with "
        "{share} of the changes.",
        count=str(len(moved)),
        all=str(len(rows)),
        cause=cause_name(draft, top),
        share=draft.voice.percent(totals[top] / whole, 0),
    )


def _held(sides: Sides) -> Statement:
    """Which two are held against each other."""
    draft, a, b = sides.now, sides.then.saved, sides.now.saved
    return draft.statement(
        "Then is the mapping {then} of {then_year}, now is the mapping {now} of {now_year}.",
        then=a.name[:8],
        then_year=str(a.year),
        now=b.name[:8],
        now_year=str(b.year),
    )
