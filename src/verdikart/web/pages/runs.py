"""New mappings: the form, the queue with its progress, one run, and what lies saved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.reports.voice import Voice
from verdikart.web import tokens
from verdikart.web.ask import Ask, address
from verdikart.web.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Fragment,
    Note,
    Page,
    Prose,
    Section,
    Table,
)
from verdikart.web.pages.run_form import new
from verdikart.web.runs import Run
from verdikart.web.values import plain
from verdikart.web.visit import Visit

SHOWN = 10  # runs on the page of all


def runs(ask: Ask) -> Page:
    """The page ``/runs``."""
    say, visit = ask.say, _visit(ask)
    form = list(new(ask, visit))
    if not ask.saved.name:
        text = say(
            "No mapping has been made here yet, or the current one is gone. Make the first: Norway "
            "in the latest year is filled in below."
        )
        form.insert(0, Note(text, "info", say("There is no mapping to show")))
    sections = [
        Section("new-mapping", say("What to map"), tuple(form)),
        Section("saved", say("Saved mappings"), _saved(ask)),
    ]
    if known := visit.queue.runs():
        blocks = (_states(ask, known[:SHOWN], "queue"),)
        sections.insert(0, Section("queue", say("Being made"), blocks))
    return Page(
        say("New mapping"),
        tuple(sections),
        say(
            "Choose a home, a year and limits. The mapping is made in the background, in half a "
            "minute or so, and then lies beside the others and can be compared with them."
        ),
        sources=(),
        main="saved-mappings",
        status=400 if visit.faults else 200,
    )


def run(ask: Ask) -> Page:
    """The page ``/runs/{run}``. Raises :class:`UnknownName`."""
    say = ask.say
    found = _visit(ask).queue.get(ask.ids["run"])
    facts = [
        (say("Asked at"), _time(found.asked)),
        (say("Begun at"), _time(found.begun)),
        (say("Ended at"), _time(found.ended)),
        (say("Time used"), _seconds(found.seconds, ask.voice)),
    ]
    changes = tuple(
        (plain(words.parameter(key, ask.lang), small=key), plain(value, _value(key, value, ask)))
        for key, _, value in (text.partition("=") for text in found.wanted.changes)
    )
    headings = (Column("parameter", say("Limit or choice")), Column("value", say("Value")))
    log = Table(
        "log",
        say("Steps of the run"),
        (Column("step", say("Step")), Column("begun", say("Begun at"))),
        tuple((plain(step, _step(step, ask.voice)), _time(when)) for step, when in found.steps),
        empty=say("No step has begun."),
    )
    return Page(
        say("Run: {title}", title=_title(found, ask)),
        (
            Section(
                "run",
                say("State"),
                (_states(ask, [found], "run", alone=True), Facts(tuple(facts)), log),
            ),
            Section(
                "asked",
                say("What was asked"),
                (
                    Table(
                        "changes",
                        say("Limits and choices that were changed"),
                        headings,
                        changes,
                        empty=say("None: all have their defaults."),
                    ),
                ),
            ),
        ),
        crumbs=((say("New mapping"), ask.url("runs")),),
        sources=(),
        main="log",
    )


def _value(key: str, text: str, ask: Ask) -> str:
    """A parameter's value as its kind is written."""
    if text in ("yes", "no"):
        return words.setting(key, text == "yes", ask.voice)
    try:
        return words.setting(key, float(text), ask.voice)
    except ValueError:
        return words.setting(key, text, ask.voice)


def _visit(ask: Ask) -> Visit:
    visit: Visit = ask.server
    return visit


def _title(run: Run, ask: Ask) -> str:
    return f"{name('home', run.wanted.home, ask.lang)} {run.wanted.year}"


def _states(ask: Ask, shown: list[Run], anchor: str, *, alone: bool = False) -> Fragment:
    """How runs stand, with what can be done to each; it asks again while any is not over."""
    visit = _visit(ask)
    active = any(not run.over for run in shown)
    rows = [_state(ask, run, visit, alone=alone) for run in shown]
    content: dict[str, Any] = {
        "active": active,
        "address": ask.url(ask.path),
        "anchor": anchor,
        "runs": rows,
        "said": "; ".join(f"{row['title']}: {row['said']}" for row in rows[:3]),
        "token": visit.token() if active and visit.may_map else "",
        "token_name": tokens.FIELD,
    }
    keys = ("id", "title", "state", "text", "bar", "error", "result")
    return Fragment(
        "run_states.html.j2", content, [{key: row[key] for key in keys} for row in rows]
    )


def _state(ask: Ask, run: Run, visit: Visit, *, alone: bool) -> dict[str, Any]:
    say, title = ask.say, _title(run, ask)
    text = _text(run, visit.queue.place(run), ask)
    again = {"home": run.wanted.home, "year": str(run.wanted.year)}
    again |= {key: value for key, _, value in (c.partition("=") for c in run.wanted.changes)}
    links = []
    if run.result:
        links.append((say("Open the mapping"), address(ask.lang, run.result)))
        if ask.saved.name and ask.saved.name != run.result:
            both = {"a": ask.saved.name, "b": run.result}
            links.append((say("Compare with the one in view"), ask.url("compare", **both)))
    if run.over and visit.may_map:
        links.append((say("Run again, with changes if need be"), ask.url("runs", **again)))
    return {
        "id": run.run_id,
        "title": title,
        "href": "" if alone else ask.url(f"runs/{run.run_id}"),
        "state": run.state,
        "tag": _tag(run, ask.voice),
        "text": text,
        "said": text if run.state == "running" else _tag(run, ask.voice).text,
        "bar": round(100 * run.fraction) if run.state == "running" else None,
        "error": run.error,
        "result": run.result or None,
        "links": links,
        "cancel": "" if run.over or not visit.may_map else ask.url(f"runs/{run.run_id}/cancel"),
    }


def _tag(run: Run, voice: Voice) -> Tag:
    return {
        "queued": Tag(voice.say("waiting"), "doubt"),
        "running": Tag(voice.say("being made"), "doubt"),
        "done": Tag(voice.say("done"), "ally"),
        "failed": Tag(voice.say("failed"), "risk"),
        "cancelled": Tag(voice.say("cancelled"), "plain"),
    }[run.state]


def _text(run: Run, place: int, ask: Ask) -> str:
    """How a run stands, in a sentence."""
    say = ask.say
    if run.state == "queued":
        return say("Number {place} in the queue, the one being made counted.", place=place)
    if run.state == "running":
        if not run.steps:
            return say("Starting.")
        step = _step(run.steps[-1][0], ask.voice)
        return say("Step {number} of {of}: {step}.", number=len(run.steps), of=run.of, step=step)
    if run.state == "done":
        return say("Made in {seconds} seconds.", seconds=_seconds(run.seconds, ask.voice).text)
    if run.state == "failed":
        return say("It could not be made; nothing was left half-written.")
    return say("Cancelled; nothing was left half-written.")


def _step(step: str, voice: Voice) -> str:
    """A step of the mapping in words."""
    say = voice.say
    return {
        "read": say("reading the trade of the home, its allies and the world"),
        "lists": say("lists of critical materials"),
        "links": say("links between materials, sectors and technologies"),
        "vulnerabilities": say("vulnerabilities of the home and of its allies"),
        "position": say("the home’s position in the supply of others"),
        "evidence": say("evidence behind each verdict"),
        "findings": say("findings"),
        "chains": say("value chains: stages, bottlenecks, exposure"),
        "criticality": say("criticality by the EU method"),
        "tables": say("writing the tables"),
        "page": say("writing the report page"),
    }.get(step, step)


def _time(when: float | None) -> Cell:
    if when is None:
        return Cell("–", None)
    local = datetime.fromtimestamp(when).astimezone()
    return Cell(local.strftime("%H:%M:%S"), local.isoformat(timespec="seconds"))


def _seconds(seconds: float | None, voice: Voice) -> Cell:
    return Cell("–", None) if seconds is None else plain(round(seconds), voice.number(seconds))


def _saved(ask: Ask) -> tuple[Block, ...]:
    say = ask.say
    rows = []
    for entry in ask.shelf.entries():
        to = address(ask.lang, "current" if entry.is_current else entry.name)
        tags = (Tag(say("current"), "ally"),) if entry.is_current else ()
        compare = Cell("–", None)
        if ask.saved.name and entry.name != ask.saved.name:
            href = ask.url("compare", a=ask.saved.name, b=entry.name)
            compare = Cell(say("compare with the one in view"), entry.name, href=href)
        title = name("home", entry.home, ask.lang)
        home = Cell(title, entry.home, href=to, tags=tags)
        rows.append(
            (
                home,
                plain(entry.year, str(entry.year)),
                plain(entry.name, code=True),
                plain(entry.version),
                compare,
            )
        )
    columns = (
        Column("home", say("Home")),
        Column("year", say("Year"), number=True),
        Column("name", say("Name")),
        Column("version", say("Made by verdikart")),
        Column("compare", say("Compare")),
    )
    table = Table(
        "saved-mappings",
        say("Mappings in the folder"),
        columns,
        tuple(rows),
        empty=say("None yet."),
    )
    broken = ask.shelf.broken()
    if not broken:
        return (table,)
    text = say(
        "Not whole, and left out: {names}. They were stopped half-written or altered; they can be removed.",
        names=", ".join(broken),
    )
    return table, Prose((text,))
