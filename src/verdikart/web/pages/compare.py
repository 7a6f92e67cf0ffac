"""Compare: what changed between two mappings, and why."""

from __future__ import annotations

from functools import cache
from typing import Any

from verdikart.core.errors import DataProblem
from verdikart.mapping.changes import Changed, Changes, before
from verdikart.mapping.saved import Entry, Saved
from verdikart.reference.names import name
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Field, Form, Links, Note, Page, Prose, Section
from verdikart.web.pages import compare_parts, compare_scores
from verdikart.web.pages.compare_scores import cause_name
from verdikart.web.render import mapping_label

Row = dict[str, Any]


@cache
def changed_of_server() -> Changed:
    """The comparisons that the process keeps, shared by all readers."""
    return Changed()


def compare(ask: Ask) -> Page:
    """The page ``/compare``; ``a`` and ``b`` are names of mappings."""
    say = ask.say
    entries = {e.name: e for e in ask.shelf.entries()}
    after = entries[_open(ask, "b", ask.saved).name]
    usual = before(list(entries.values()), after)
    title = say("Compare")
    if not ask.query.text("a") and usual is None:
        return Page(title, (_choose(ask, entries, None, after), _alone(ask, after)), sources=())
    first = _open(ask, "a", ask.shelf.open(usual.name) if usual else ask.saved)
    a, b = entries[first.name], after
    choice = _choose(ask, entries, a, b)
    if a.home != b.home:
        return Page(title, (choice, _homes(ask, a, b)), sources=())
    if a.name == b.name:
        return Page(title, (choice, _same(ask, a)), sources=())
    try:
        found = changed_of_server().between(first, ask.shelf.open(b.name))
    except DataProblem as error:
        told = Section("changes", "", (Note(str(error), "warning"),))
        return Page(title, (choice, told), sources=())
    sections = [
        choice,
        compare_scores.verdicts(ask, found),
        compare_scores.scores(ask, found),
        compare_parts.made_of(ask, found),
        compare_parts.headline(ask, found),
        compare_parts.assessments(ask, found),
        compare_parts.chains(ask, found),
        _method(ask, found),
    ]
    return Page(title, tuple(sections), _lead(ask, found), main="scores")


def _open(ask: Ask, field: str, usual: Saved) -> Saved:
    """The mapping that the address names. Raises :class:`UnknownName` for one that is not there."""
    token = ask.query.text(field)
    return ask.shelf.open(token) if token else usual


def label(ask: Ask, entry: Entry) -> str:
    """A mapping as the page names it: home, year and the first digits of its name."""
    return mapping_label(entry, ask.voice)


def _choose(ask: Ask, entries: dict[str, Entry], a: Entry | None, b: Entry) -> Section:
    say = ask.say
    options = tuple((e.name, label(ask, e)) for e in entries.values())
    form = Form(
        "pair",
        (
            Field("a", say("Before (A)"), "select", a.name if a else "", options),
            Field("b", say("After (B)"), "select", b.name, options),
        ),
        say("Compare"),
        title=say("Which two"),
        reset=ask.url("compare"),
    )
    blocks: list[Block] = [form]
    if a is not None and a.name != b.name:
        turned = ask.url("compare", a=b.name, b=a.name)
        blocks.append(Links(((say("Turn around: B before A"), turned, ""),)))
    return Section("pair-section", say("Two mappings"), tuple(blocks))


def _alone(ask: Ask, entry: Entry) -> Section:
    say = ask.say
    text = say(
        "{mapping} is the only mapping of {home}, so there is nothing to compare it with. Make another "
        "with a different year or other parameters.",
        mapping=label(ask, entry),
        home=name("home", entry.home, ask.lang),
    )
    note = Note(
        text, title=say("One mapping alone"), links=((say("New mapping"), ask.url("runs")),)
    )
    return Section("none", say("What changed"), (note,))


def _homes(ask: Ask, a: Entry, b: Entry) -> Section:
    say = ask.say
    text = say(
        "A is of {one} and B of {other}. A change can be split over its causes only within one home: "
        "two homes buy different goods from different countries, and nothing has changed from the one "
        "to the other. Choose two mappings of the same home; several homes side by side stand on the "
        "page of each material.",
        one=name("home", a.home, ask.lang),
        other=name("home", b.home, ask.lang),
    )
    entries = ask.shelf.entries()
    links = []
    for entry in (a, b):
        other = before(entries, entry)
        if other:
            about = say("Compare {a} with {b}", a=label(ask, other), b=label(ask, entry))
            links.append((about, ask.url("compare", a=other.name, b=entry.name)))
        else:
            links.append(
                (
                    say("Make another mapping of {home}", home=name("home", entry.home, ask.lang)),
                    ask.url("runs"),
                )
            )
    links.append((say("Materials"), ask.url("materials")))
    note = Note(text, "warning", say("Two homes cannot be compared so"), tuple(links))
    return Section("homes", say("What changed"), (note,))


def _same(ask: Ask, entry: Entry) -> Section:
    say = ask.say
    text = say(
        "A and B are the same mapping, {name}, so the two are identical.", name=label(ask, entry)
    )
    return Section("same", say("What changed"), (Note(text, title=say("Identical")),))


def _lead(ask: Ask, found: Changes) -> str:
    """What changed in words: verdicts, scores, and the cause that carries most of them."""
    say, voice = ask.say, ask.voice
    rows = found.scores.materials
    if found.scores.identical:
        return say("The two mappings are identical.")
    head = say(
        "From {a} to {b}:",
        a=f"{name('home', found.a.home, ask.lang)} {found.a.year}",
        b=f"{name('home', found.b.home, ask.lang)} {found.b.year}",
    )
    said = []
    for kind, text in (("enters", say("newly critical:")), ("leaves", say("no longer critical:"))):
        names = [voice.name(r) for r in rows if r["verdict_change"] == kind]
        if names:
            said.append(f"{text} {voice.join(names)}")
    if not said:
        said.append(say("no material becomes critical or ceases to be"))
    moved = [r for r in rows if abs(r["supply_risk_change"] or 0) > compare_scores.NEAR]
    said.append(say("{count} of {all} supply risks change", count=len(moved), all=len(rows)))
    text = f"{head} {'; '.join(said)}."
    totals = {c: sum(abs(r[f"supply_risk_{c}"] or 0) for r in moved) for c in compare_scores.CAUSES}
    whole = sum(totals.values())
    if whole:
        top = max(totals, key=lambda c: totals[c])
        text += " " + say(
            "{cause} carries {share} of the changes in supply risk.",
            cause=cause_name(ask, top, first=True),
            share=voice.percent(totals[top] / whole, 0),
        )
    return text


def _method(ask: Ask, found: Changes) -> Section:
    say = ask.say
    texts = [
        say(
            "Scores are computed for every combination of the four causes taken from A or from B. The "
            "part of a cause is its contribution averaged over all orders (Shapley), so the parts sum to "
            "the change and no order has to be chosen."
        ),
        say(
            "New period: the year asked about. Data revision: another vintage of the same figures. "
            "Method: parameters, choices and the version of the code. Reference tables: published shares, "
            "recycling, end uses, governance and trade parameters."
        ),
    ]
    notes = {note for row in found.scores.materials for note in row["notes"]}
    if "period_in_one_vintage" in notes:
        texts.append(
            say("A vintage that does not hold a period takes that period’s figures from the other.")
        )
    if "reliance_of_other_vintage" in notes:
        texts.append(
            say("Import reliance and own production are those of the mapping made for the period.")
        )
    line = f"verdikart compare {found.a.name} {found.b.name}"
    texts.append(say("The same in a terminal: {line}", line=line))
    return Section("method", say("How changes are split"), (Prose(tuple(texts)),))
