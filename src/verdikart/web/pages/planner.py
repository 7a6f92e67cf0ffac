"""The diversification planner: who else could deliver a good, at which cost, and why not."""

from __future__ import annotations

from functools import cache
from typing import Any

from verdikart.core.errors import DataProblem, UnknownName, UsageProblem
from verdikart.mapping import planning
from verdikart.mapping.planning import Planner, Question
from verdikart.reference import countries
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Block,
    Cell,
    Column,
    Field,
    Form,
    Note,
    Page,
    Section,
    Table,
)
from verdikart.web.faults import BusyError
from verdikart.web.pages.plan_answer import answer
from verdikart.web.values import cell, head

Row = dict[str, Any]
LATEST = 2045
MOST_COUNTRIES = 20
SUPPLIERS = 12  # suppliers that can be ticked


@cache
def planner_of_server() -> Planner:
    """The one planner of the process: its views and plans are shared by all readers."""
    return Planner()


def planner(ask: Ask) -> Page:
    """The page ``/opportunities/planner``."""
    say = ask.say
    goods = _goods(ask)
    good = ask.query.text("good")
    if good and good not in goods:
        raise UsageProblem(f"good is {good[:40]!r}; choose one of the page's list")
    question, faults = _question(ask)
    sections = [_form(ask, goods, good, question, faults)]
    if good and not faults:
        sections += _answer(ask, goods, good, question)
    sections.append(_saved(ask))
    lead = say(
        "Who else could deliver, at which extra cost, so that no supplier has more than a share you "
        "choose? The plan is the cheapest that keeps to your limits; where there is none, the page says why."
    )
    crumbs = ((say("Opportunities"), ask.url("opportunities")),)
    return Page(
        say("Diversification planner"),
        tuple(sections),
        lead,
        crumbs=crumbs,
        main="plan-shares" if any(s.anchor == "suppliers" for s in sections) else "plans",
    )


def _goods(ask: Ask) -> dict[str, str]:
    """Codes that can be asked for and their names: the saved plans' first, then all imports by name."""
    voice = ask.voice
    first = [r for r in ask.saved.own("diversification") if r["subject"]]
    rest = [
        r
        for r in ask.saved.own("assessments")
        if r["basis"] == "own_imports" and ":" in r["subject"]
    ]
    rest.sort(key=voice.name)
    return {r["subject"]: f"{voice.name(r)} ({r['subject']})" for r in (*first, *rest)}


def _question(ask: Ask) -> tuple[Question, dict[str, str]]:
    """What is asked, and what is wrong with it by field."""
    query, faults = ask.query, {}
    threshold = ask.saved.parameters["share_threshold"]
    lists: dict[str, tuple[str, ...]] = {}
    for field, usual in (("exclude", ""), ("avoid", ",".join(planning.AVOID))):
        texts = query.items.get(field)
        text = ",".join(texts) if texts is not None else usual
        codes = []
        for part in (p.strip() for p in text.split(",")):
            try:
                codes += [countries.resolve(part).iso3] if part else []
            except UnknownName:
                faults[field] = ask.say(
                    "{text}: no such country. Write a name, or the code of three letters as in CHN.",
                    text=part[:40],
                )
        if len(codes) > MOST_COUNTRIES:
            faults[field] = ask.say("At most {count} countries.", count=MOST_COUNTRIES)
        lists[field] = () if field in faults else tuple(dict.fromkeys(codes))
    allies = query.number("allies_min", 0, 100, -1)
    question = Question(
        target=query.number("target", 100 * planning.LEAST_TARGET, 100, 100 * threshold) / 100,
        by=query.whole("by", ask.saved.year, LATEST, max(2030, ask.saved.year)),
        base=query.choice("base", planning.BASES, "imports"),
        spare=query.number("spare", 0, 100, 100 * planning.SPARE) / 100,
        allies_min=None if allies < 0 else allies / 100,
        exclude=lists["exclude"],
        capped="others" if query.flag("others_only") else "all",
        switching=query.number("switching", 0, 100, 100 * planning.SWITCHING) / 100,
        avoid=lists["avoid"],
    )
    return question, faults


def _form(
    ask: Ask, goods: dict[str, str], good: str, asked: Question, faults: dict[str, str]
) -> Section:
    say = ask.say

    def part(name: str, label: str, share: float | None, hint: str = "", low: float = 0) -> Field:
        value = "" if share is None else f"{100 * share:.6g}"
        return Field(name, label, "number", value, (), low, 100, 1, hint)

    years = tuple((str(y), str(y)) for y in range(ask.saved.year, LATEST + 1))
    mixes = [r["mix"] for r in ask.saved.own("assessments") if r["subject"] == good]
    bought = [
        r for r in ask.saved.rows("supply") if r["mix"] in mixes and r["part"] == "identified"
    ]
    bought = sorted(bought, key=lambda r: -(r["value_share"] or 0))[:SUPPLIERS]
    chosen = [*(r["partner"] for r in bought), *asked.exclude]
    tick = tuple((c, ask.voice.country(c)) for c in dict.fromkeys(chosen))
    texts = ask.query.items.get("avoid")
    fields = (
        Field("good", say("Good"), "select", good, (("", say("choose a good")), *goods.items())),
        part(
            "target",
            say("Largest share of one supplier, per cent"),
            asked.target,
            low=100 * planning.LEAST_TARGET,
        ),
        part(
            "spare",
            say("Spare, per cent"),
            asked.spare,
            say(
                "Part of what a country sells to others that it could send here instead: an assumption."
            ),
        ),
        Field(
            "by",
            say("By the year"),
            "select",
            str(asked.by),
            years,
            hint=say("New plants must run by then."),
        ),
        part(
            "allies_min",
            say("At least from allies, per cent"),
            asked.allies_min,
            say("Empty: no such limit."),
        ),
        part("switching", say("Cost of a change, per cent of the price"), asked.switching),
        Field(
            "base",
            say("Shares of"),
            "select",
            asked.base,
            (("imports", say("imports")), ("consumption", say("apparent consumption"))),
        ),
        Field(
            "avoid",
            say("Buy no more than today from"),
            "text",
            ",".join(texts) if texts is not None else ", ".join(asked.avoid),
            hint=say("Countries by name or code, with commas between."),
            error=faults.get("avoid", ""),
        ),
        Field(
            "others_only",
            say("The largest share is a limit for non-allies only"),
            "flag",
            asked.capped == "others",
        ),
        *(
            (
                Field(
                    "exclude",
                    say("Buy nothing from"),
                    "checks",
                    asked.exclude,
                    tick,
                    error=faults.get("exclude", ""),
                ),
            )
            if tick
            else ()
        ),
    )
    form = Form(
        "plan",
        fields,
        say("Plan"),
        reset=ask.url("opportunities/planner", good=good),
        title=say("What is asked"),
    )
    blocks: list[Block] = [form]
    blocks += [Note(text, "danger") for text in faults.values()]
    return Section("question", say("The question"), tuple(blocks))


def _answer(ask: Ask, goods: dict[str, str], good: str, asked: Question) -> list[Section]:
    say = ask.say
    title = say("The plan")
    try:
        found = planner_of_server().plans(ask.saved, good, asked)
    except DataProblem as error:
        return [Section("plan", title, (Note(str(error), "warning"),))]
    if found is None:
        raise BusyError("other plans are being computed; try again in a little while")
    sections = []
    for plan in found:
        sections += answer(ask, goods[good], plan, title)
    return sections


def _saved(ask: Ask) -> Section:
    say = ask.say
    rows = ask.saved.own("diversification")
    title = say("Plans saved with the mapping")
    columns = (
        Column("name", say("Good")),
        head(ask, "diversification", "status"),
        *(
            head(ask, "diversification", c)
            for c in (
                "top_supplier_before",
                "top_share_before",
                "top_share_after",
                "moved",
                "extra_cost_nok",
            )
        ),
        Column("text", say("In words"), wide=True),
    )
    body = tuple(
        (
            Cell(
                ask.voice.name(r),
                r["subject"],
                href=ask.url("opportunities/planner", good=r["subject"]),
                small=r["subject"],
            ),
            Cell(
                words.word("plan_status", r["status"], ask.lang)
                if r["status"] != "not_computable"
                else say("not computable"),
                r["status"],
            ),
            *(
                cell(ask, r, c)
                for c in (
                    "top_supplier_before",
                    "top_share_before",
                    "top_share_after",
                    "moved",
                    "extra_cost_nok",
                )
            ),
            Cell(ask.voice.of(r, "text"), ask.voice.of(r, "text")),
        )
        for r in rows
    )
    note = say(
        "For the sharpest vulnerabilities, with the mapping’s threshold as the largest share and "
        "default assumptions."
    )
    table = Table(
        "plans",
        say("Plans of the mapping, good by good"),
        columns,
        body,
        (note,),
        say("The mapping was made without plans. Choose a good above, or make a new mapping."),
    )
    return Section("saved", title, (table,))
