"""A diversification plan on its page: in words, shares before and after, moves, what limits cost."""

from __future__ import annotations

from typing import Any

from verdikart.mapping import planning
from verdikart.mapping.saved import AT, only
from verdikart.mapping.statements import upper_first
from verdikart.reports import words
from verdikart.reports.charts import Palette, specification, unchecked
from verdikart.reports.view import Key
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Block,
    Cell,
    Chart,
    Column,
    Facts,
    Note,
    Point,
    Prose,
    Section,
    Table,
)
from verdikart.web.values import cell, gap_text, head

Row = dict[str, Any]
DRAWN = 10
SEEN = 0.01  # share from which a supplier that the plan leaves alone is shown


def answer(ask: Ask, label: str, plan: Row, title: str) -> list[Section]:
    """The sections that a plan is shown in; ``label`` names the good."""
    say = ask.say
    tone = {"reached": "success", "met": "success", "unreachable": "warning"}
    status = upper_first(words.word("plan_status", plan["status"], ask.lang))
    if plan["status"] == "not_computable":
        status = say("No plan can be computed")
    blocks: list[Block] = [Note(plan[f"text_{ask.lang}"], tone.get(plan["status"], "info"), status)]
    blocks += [_data_note(ask)] if planning.other_data(ask.saved) else []
    if plan["shares"]:
        blocks.append(_facts(ask, plan))
    notes = [gap_text(code, ask.lang) for code in plan["notes"]]
    for column, text in (
        (
            "clipped_prices",
            say("Prices kept within a third and three times the usual: {names}.", names="{names}"),
        ),
        ("borrowed_prices", say("Without a price of their own: {names}.", names="{names}")),
        (
            "not_producers",
            say(
                "Not known to produce the good, so nothing is moved there: {names}.",
                names="{names}",
            ),
        ),
    ):
        if plan[column]:
            names = ask.voice.join([ask.voice.country(c) for c in plan[column]])
            notes.append(text.format(names=names))
    left = [item.partition(":") for item in plan["left_out"]]
    plants = {p["record_id"]: p["producer"] for p in ask.saved.rows("facilities")}
    notes += [
        say(
            "{plant} is not counted: {reason}",
            plant=plants.get(r, r),
            reason=gap_text(why, ask.lang),
        )
        for r, _, why in left
    ]
    if notes:
        blocks.append(Prose(tuple(notes)))
    sections = [Section("plan", title, tuple(blocks))]
    if plan["shares"]:
        sections.append(_suppliers(ask, label, plan))
    if plan["moves"]:
        sections.append(_moves(ask, plan))
    if any(s["saves_usd"] > 0 for s in plan["shadow_prices"]):
        sections.append(_shadows(ask, plan))
    return [*sections, _again(ask, plan)]


def _data_note(ask: Ask) -> Note:
    """That the plan stands on other data than the mapping."""
    sources = ask.saved.manifest["vintages"]
    told = [
        f"{words.source_title(n, ask.voice) if n in sources else n}: {old or '–'} → {new or '–'}"
        for n, old, new in planning.other_data(ask.saved)
    ]
    text = ask.say(
        "The data installed here are not those the mapping was made of, so the plan need not agree "
        "with it: {list}.",
        list="; ".join(told[:6]),
    )
    return Note(text, "warning", ask.say("Other data than the mapping’s"))


def _figure(ask: Ask, plan: Row, column: str) -> Cell:
    """A figure of a plan, with the card of the saved plan where it is the very same."""
    stored = _stored(ask, plan)
    row = stored if stored is not None else {**plan, AT: "diversification/0"}
    return cell(ask, row, column, why=stored is not None)


def _stored(ask: Ask, plan: Row) -> Row | None:
    """The saved plan that was asked the same and answered the same."""
    asked = ("subject", "target", "by", "base", "spare", "allies_min", "exclude", "capped")
    same = (*asked, "switching", "avoid", "status", "moved", "extra_cost_usd")
    rows = only(ask.saved.own("diversification"), subject=plan["subject"])
    return next((r for r in rows if all(r[c] == plan[c] for c in same)), None)


FIGURES = (
    "top_supplier_before",
    "top_share_before",
    "top_supplier_after",
    "top_share_after",
    "ally_share_before",
    "ally_share_after",
    "base_amount",
    "moved",
    "extra_cost_nok",
    "extra_cost_usd",
    "lowest_share",
    "spare_needed",
)


def _term(ask: Ask, column: str) -> str:
    about = head(ask, "diversification", column)
    return f"{about.title}, {about.unit}" if about.unit else about.title


def _facts(ask: Ask, plan: Row) -> Facts:
    shown = [c for c in FIGURES if plan[c] is not None]
    return Facts(tuple((_term(ask, c), _figure(ask, plan, c)) for c in shown))


def _place(ask: Ask, place: str) -> str:
    """A country by name, or a plant of the register."""
    if len(place) == 3:
        return ask.voice.country(place)
    plants = {p["record_id"]: p["producer"] for p in ask.saved.rows("facilities")}
    return str(plants.get(place, place))


def _suppliers(ask: Ask, label: str, plan: Row) -> Section:
    from verdikart.reports.charts_opportunity import before_after

    say, voice = ask.say, ask.voice
    moved = {m["to"] for m in plan["moves"]} | {m["from"] for m in plan["moves"]}
    shown = [s for s in plan["shares"] if s["before"] >= SEEN or s["iso3"] in moved]
    rows, points, body = [], [], []
    for share in shown:
        about = voice.country(share["iso3"])
        before, after = share["before"], share["after"]
        text = (
            say(
                "{name}: {before} before, {after} after",
                name=about,
                before=voice.percent(before),
                after=voice.percent(after),
            )
            if after is not None
            else say("{name}: {before} today", name=about, before=voice.percent(before))
        )
        href = ask.url(f"countries/{share['iso3']}")
        rows.append(
            {"key": share["iso3"], "label": about, "before": before, "after": after, "text": text}
        )
        points.append(Point(text, href))
        change = None if after is None else after - before
        body.append(
            (
                Cell(about, share["iso3"], href=href),
                Cell(voice.percent(before), before, unit="share"),
                Cell(voice.percent(after), after, unit="share")
                if after is not None
                else Cell(say("no plan"), None, "not_computable"),
                Cell(_points(ask, change), change) if change is not None else Cell("–", None),
            )
        )
    top = max(plan["shares"], key=lambda s: s["before"])
    summary = say(
        "Suppliers of {good}: {name} has {before} today",
        good=label,
        name=voice.country(top["iso3"]),
        before=voice.percent(top["before"]),
    ) + (
        say(" and {after} by the plan.", after=voice.percent(top["after"]))
        if top["after"] is not None
        else "."
    )
    palette = Palette.css()
    with unchecked():
        spec = specification(before_after(rows[:DRAWN], plan["target"], palette), palette)
    columns = (
        Column("supplier", say("Supplier")),
        Column("before", say("Share before"), True),
        Column("after", say("Share after"), True),
        Column("change", say("Percentage points"), True),
    )
    table = Table("plan-shares", say("Shares before and after"), columns, tuple(body))
    legend = (
        Key("○", palette.soft, say("before")),
        Key("■", palette.ally, say("after")),
        Key("┆", palette.limit, say("largest share allowed")),
    )
    title = say("Suppliers before and after")
    chart = Chart("plan-chart", title, summary, spec, table, legend, tuple(points[:DRAWN]))
    return Section("suppliers", say("Suppliers"), (chart,))


def _points(ask: Ask, change: float) -> str:
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return sign + ask.voice.number(abs(100 * change), 1)


def _moves(ask: Ask, plan: Row) -> Section:
    say, voice = ask.say, ask.voice
    unit = say("tonnes") if plan["unit"] == "t" else "USD"
    columns = (
        Column("from", say("From")),
        Column("to", say("To")),
        Column("amount", say("Moved a year"), True, unit=unit),
        Column("unit_cost_usd", say("Extra cost per unit"), True, unit=f"USD/{plan['unit']}"),
        Column("cost_nok", say("Extra cost a year"), True, unit=say("NOK million")),
    )
    body = tuple(
        (
            Cell(_place(ask, m["from"]), m["from"], href=ask.url(f"countries/{m['from']}")),
            Cell(
                _place(ask, m["to"]),
                m["to"],
                href=ask.url(f"countries/{m['to']}")
                if len(m["to"]) == 3
                else ask.url("position/register", q=_place(ask, m["to"])),
            ),
            Cell(voice.tonnes(m["amount"]), m["amount"], unit=plan["unit"]),
            Cell(
                voice.number(m["unit_cost_usd"], 2), m["unit_cost_usd"], unit=f"USD/{plan['unit']}"
            ),
            Cell(voice.millions(m["cost_nok"]), m["cost_nok"], unit="NOK")
            if m["cost_nok"] is not None
            else Cell(say("not known"), None, "missing"),
        )
        for m in plan["moves"]
    )
    note = say("No saving is counted where a new supplier is cheaper: prices differ by grade.")
    table = Table("plan-moves", say("What is moved"), columns, body, (note,))
    return Section("moves", say("What is moved"), (table,))


def _shadows(ask: Ask, plan: Row) -> Section:
    """What each limit costs, dearest first, in words."""
    say, voice = ask.say, ask.voice
    lines = []
    for shadow in sorted(plan["shadow_prices"], key=lambda s: -s["saves_usd"]):
        saves, of = shadow["saves_usd"], shadow["of"]
        if saves <= 0:
            continue
        by_point = of is None
        whom = _place(ask, of) if of else ""
        text = {
            "target": say("the largest share allowed") + (f", {whom}" if whom else ""),
            "spare": say("what suppliers can spare") + (f", {whom}" if whom else ""),
            "allies_min": say("the least share from allies"),
            "barred": say("nothing from {name}", name=whom),
            "supplier": say("what {name} can spare", name=whom),
            "capacity": say("capacity of {name}", name=whom),
        }.get(shadow["limit"], shadow["limit"])
        step = (
            say("one percentage point")
            if by_point
            else say("one tonne")
            if plan["unit"] == "t"
            else say("one dollar")
        )
        if of is not None and shadow["limit"] in ("target", "spare", "allies_min"):
            step = say("one percentage point")
        worth = saves / 100 if step == say("one percentage point") else saves
        lines.append(
            (
                Cell(upper_first(text), shadow["limit"]),
                Cell(step, step),
                Cell(voice.number(worth, 2 if worth < 100 else 0), worth, unit="USD"),
            )
        )
    columns = (
        Column("limit", say("Limit")),
        Column("step", say("Eased by")),
        Column("saves_usd", say("Saves a year"), True, unit="USD"),
    )
    note = say("These hold for small steps alone: a larger one meets the next limit.")
    table = Table("plan-limits", say("What each limit costs"), columns, tuple(lines), (note,))
    return Section("limits", say("What each limit costs"), (table,))


def _again(ask: Ask, plan: Row) -> Section:
    say = ask.say
    text = say(
        "A plan minimises the yearly cost of the moves under the limits; amounts are those of the trade "
        "in {year}. Unit values are not offers, and contracts, grades and approval are not in the data.",
        year=plan["year"],
    )
    parts = [f"verdikart diversify {plan['subject']} --home {plan['home']} --year {plan['year']}"]
    parts.append(
        f"--target {plan['target']:g} --by {plan['by']} --base {plan['base']} --spare {plan['spare']:g}"
    )
    parts.append(f"--switching {plan['switching']:g}")
    if plan["allies_min"] is not None:
        parts.append(f"--allies-min {plan['allies_min']:g}")
    if plan["exclude"]:
        parts.append(f"--exclude {','.join(plan['exclude'])}")
    parts.append(f"--avoid '{','.join(plan['avoid'])}'")
    if plan["capped"] == "others":
        parts.append("--others-only")
    facts = Facts(
        (
            (say("Formula"), Cell(plan["formula"], plan["formula"], code=True)),
            (say("The same in a terminal"), Cell(" ".join(parts), " ".join(parts), code=True)),
        )
    )
    return Section("method", say("How the plan is made"), (Prose((text,)), facts))
