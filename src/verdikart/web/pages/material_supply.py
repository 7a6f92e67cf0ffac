"""Of one material: its stages, who supplies several homes, value against quantity, and time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from verdikart.mapping.material_rows import OPEN, Part, parts, severity
from verdikart.reference import homes
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.view import Key
from verdikart.web.blocks import Block, Cell, Chart, Column, Note, Point, Prose, Section, Table
from verdikart.web.pages.material_seen import Seen
from verdikart.web.values import cell, gap_text, heads, named, plain

Row = dict[str, Any]
MIXES = 4  # goods whose mixes are drawn; the others have theirs on the page of their step
NARROW = 320  # pixels of a bar on a telephone
LETTER = 6.4  # pixels of a letter
STAGE_COLUMNS = (
    "top_supplier",
    "top_share",
    "other_top_share",
    "ally_share",
    "hhi_value",
    "top_share_consumption",
    "value_nok",
    "quantity_t",
    "persistent",
)


def stages(seen: Seen) -> Section:
    """Every good that could be judged, worst first."""
    ask, say = seen.ask, seen.ask.say
    rows, codes = seen.stages.seen, {}
    body = []
    for row in rows:
        first = row["products"][0] if row["products"] else None
        said = [words.stage(row["stage"], ask.lang), row["subject"]]
        if row["shared_code"]:
            said.append(say("code shared with other goods"))
        tags = (words.outcome(row["outcome"], ask.lang), *words.flags(row, ask.lang))
        verdict = Cell(
            "", row["outcome"], tags=tags, small=words.word("basis", row["basis"], ask.lang)
        )
        for code in row["caveats"] or ():
            codes[code] = gap_text(code, ask.lang)
        body.append(
            (
                named(ask, row, href=seen.step(first), small=" · ".join(said)),
                verdict,
                *(cell(ask, row, c) for c in STAGE_COLUMNS),
                _caveats(seen, row),
            )
        )
    columns = (
        Column("good", say("Good and stage")),
        Column("outcome", say("Verdict"), wide=True),
        *heads(ask, "assessments", STAGE_COLUMNS),
        Column("caveats", say("Caveats"), wide=True),
    )
    table = Table(
        "stages-table",
        say("Stages of the material as {home} sees them, the worst first", home=seen.home),
        columns,
        tuple(body),
        notes=tuple(codes.values()),
        empty=say("None of its goods could be judged on the data there are."),
    )
    left = len(seen.stages.rows) - len(rows)
    blocks: list[Block] = [table]
    if left:
        blocks.append(
            Prose(
                (
                    say(
                        "Goods of the material that could not be judged: {count}. They stand under "
                        "“What we do not know”.",
                        count=left,
                    ),
                )
            )
        )
    return Section("stages", say("Stage by stage"), tuple(blocks))


def _caveats(seen: Seen, row: Row) -> Cell:
    codes = [*(row["caveats"] or ()), *([row["reason"]] if row["reason"] else [])]
    return Cell("; ".join(gap_text(c, seen.ask.lang) for c in codes) or seen.ask.say("none"), codes)


def mixes(seen: Seen) -> Section:
    """Who supplies the good, for the home and for others side by side: one chart a good."""
    ask, say, saved = seen.ask, seen.ask.say, seen.ask.saved
    goods: dict[tuple[str, str], list[Row]] = {}
    own: dict[tuple[str, str], Row] = {}
    for row in saved.rows("assessments"):
        if not (row["mix"] and row["outcome"] != OPEN and seen.kin & set(row["materials"])):
            continue
        key = (row["products"][0] if row["products"] else row["subject"], row["stage"])
        goods.setdefault(key, []).append(row)
        if row["home"] == saved.home:
            own.setdefault(key, row)
    order = sorted(goods, key=lambda k: (k not in own, severity(own.get(k, goods[k][0]))))
    found = [_mix(seen, n, goods[key], seen.of.mixes) for n, key in enumerate(order[:MIXES])]
    blocks: list[Block] = [b for b in found if b is not None]
    if blocks:
        blocks.insert(
            0,
            Prose(
                (
                    say(
                        "Each bar is a home’s supply of the good. Countries that are no allies of "
                        "that home "
                        "stand first, solid; allies follow, pale with a dashed edge. Trade inside "
                        "a home of "
                        "several countries is left out."
                    ),
                )
            ),
        )
    if rest := order[MIXES:]:
        links = tuple(
            (ask.voice.name(own.get(k, goods[k][0])), seen.step(k[0]))
            for k in rest
            if seen.step(k[0])
        )
        text = say(
            "Other goods with figures: {count}. The suppliers stand on the page of each step.",
            count=len(rest),
        )
        blocks.append(Note(text, "info", links=links))
    if not blocks:
        blocks.append(Prose((say("No supply of its goods is on record for any of the homes."),)))
    return Section("mixes", say("Who supplies whom"), tuple(blocks))


def _mix(
    seen: Seen, number: int, rows: Sequence[Row], supply: dict[str, list[Row]]
) -> Chart | None:
    ask, say = seen.ask, seen.ask.say
    bars, taken = [], set()
    for row in rows:
        if row["mix"] in taken or row["mix"] not in supply:
            continue
        taken.add(row["mix"])
        lines = supply[row["mix"]]
        where = row["home"] if row["basis"] == "own_imports" else lines[0]["home"]
        measure = _measure(lines)
        if measure:
            label = say("{home}, {year}", home=name("home", where, ask.lang), year=lines[0]["year"])
            bars.append(_Bar(label[:1].upper() + label[1:], row, lines, measure))
    if not bars:
        return None
    title = say(
        "Suppliers of {good}, {stage}",
        good=ask.voice.name(rows[0]),
        stage=words.stage(rows[0]["stage"], ask.lang),
    )
    return _chart(seen, f"mix-{number}", title, bars)


def _measure(lines: Sequence[Row]) -> str:
    return next((m for m in ("value_share", "quantity_share") if any(r[m] for r in lines)), "")


class _Bar:
    """A bar: its label, the assessment it belongs to, the mix's rows, and the share it goes by."""

    def __init__(self, label: str, row: Row, lines: Sequence[Row], measure: str) -> None:
        self.label, self.row, self.measure = label, row, measure
        home = row["home"]
        allies = homes.allies(homes.home(home), int(lines[0]["year"]))
        self.parts = parts(lines, allies, measure)
        self.source = lines[0]["source"]


def _chart(seen: Seen, chart_id: str, title: str, bars: Sequence[_Bar]) -> Chart:
    from verdikart.reports import charts, charts_material

    ask, say, voice = seen.ask, seen.ask.say, seen.ask.voice
    css = charts.Palette.css()
    rows, drawn, said, points, body = [], [], [], [], []
    for n, bar in enumerate(bars):
        key, start = f"{n:02}", 0.0
        allied = sum(p.share for p in bar.parts if p.allied)
        way = say("by value") if bar.measure == "value_share" else say("by quantity")
        detail = say("{way}; allies {share}", way=way, share=voice.percent(allied, 0))
        rows.append({"key": key, "label": bar.label, "detail": detail})
        spoken = []
        for part in bar.parts:
            who = _who(seen, part)
            share = voice.percent(part.share)
            kind = say("ally") if part.allied else say("no ally")
            text = f"{bar.label}: {who} {share}, {kind}"
            drawn.append(
                {
                    "key": key,
                    "start": round(start, 5),
                    "end": round(min(1.0, start + part.share), 5),
                    "allied": part.allied,
                    "name": _fits(who, part, voice.percent(part.share, 0)),
                    "text": text,
                }
            )
            start += part.share
            href = ask.url(f"countries/{part.partner}") if part.partner else ""
            points.append(Point(text, href))
            spoken.append((part.share, f"{who} {share}"))
            body.append(_twin(seen, bar, part, who, kind, href))
        first = sorted(spoken, reverse=True)[:3]
        with_allies = say("allies {share}", share=voice.percent(allied, 0))
        said.append(f"{bar.label}: {', '.join(text for _s, text in first)}; {with_allies}")
    spec = charts_material.mixes(rows, drawn, seen.limit, css)
    legend = (
        Key("■", css.risk, say("no ally of the home (solid)")),
        Key("□", css.ally, say("ally of the home (pale, dashed edge)")),
        Key("❘", css.limit, say("the limit, {limit}", limit=voice.percent(seen.limit, 0))),
    )
    columns = (
        Column("supplier", say("Supplier")),
        Column("home", say("Supplies")),
        Column("allied", say("Ally")),
        Column("share", say("Share"), number=True),
        *heads(ask, "supply", ("value", "quantity_t")),
    )
    sources = dict.fromkeys(words.source_title(bar.source, voice) for bar in bars)
    note = say("Source: {sources}.", sources="; ".join(sources))
    table = Table(f"{chart_id}-table", title, columns, tuple(body), notes=(note,))
    return Chart(
        chart_id, title, f"{title}. {'. '.join(said)}.", spec, table, legend, tuple(points)
    )


def _who(seen: Seen, part: Part) -> str:
    if part.partner:
        return seen.ask.voice.country(part.partner)
    if part.allied:
        return seen.ask.say("{count} other allies", count=part.count)
    return seen.ask.say("{count} others that are no allies", count=part.count)


def _fits(who: str, part: Part, share: str) -> str:
    """What a part of a bar has room for on a telephone: name and share, name, code or nothing."""
    room = part.share * NARROW - 8
    for text in (f"{who} {share}", who if part.partner else "", part.partner or ""):
        if text and len(text) * LETTER <= room:
            return text
    return ""


def _twin(seen: Seen, bar: _Bar, part: Part, who: str, kind: str, href: str) -> tuple[Cell, ...]:
    ask = seen.ask
    first = plain(part.partner or who, who, href)
    if part.row is None:
        share = Cell(ask.voice.percent(part.share), part.share, unit="share")
        nothing = Cell(ask.say("summed in the share"), None, "missing")
        return (first, plain(bar.label), plain(kind), share, nothing, nothing)
    row = part.row
    return (
        first,
        plain(bar.label),
        plain(kind),
        cell(ask, row, bar.measure),
        cell(ask, row, "value"),
        cell(ask, row, "quantity_t"),
    )


def quantity(seen: Seen) -> Section | None:
    """Whether value and tonnes name the same supplier."""
    ask, say = seen.ask, seen.ask.say
    rows = [
        r
        for r in seen.stages.seen
        if r["basis"] == "own_imports"
        and r["top_share_quantity"] is not None
        and r["top_share"] is not None
    ]
    title = say("Value against quantity")
    if not rows:
        return Section(
            "quantity",
            title,
            (
                Prose(
                    (
                        say(
                            "No good of the material has both value and tonnes, so the two cannot "
                            "be set against each other."
                        ),
                    )
                ),
            ),
        )
    differ = [r for r in rows if r["value_quantity_differ"]]
    text = (
        say(
            "The tests use value. In {count} of {all} goods, tonnes put another country first.",
            count=len(differ),
            all=len(rows),
        )
        if differ
        else say(
            "The tests use value. In all {all} goods with both, tonnes put the same country first.",
            all=len(rows),
        )
    )
    names = (
        "top_supplier",
        "top_share",
        "top_supplier_quantity",
        "top_share_quantity",
        "hhi_value",
        "hhi_quantity",
    )
    body = tuple(
        (
            named(
                ask,
                r,
                href=seen.step(r["products"][0] if r["products"] else None),
                small=words.stage(r["stage"], ask.lang),
            ),
            *(cell(ask, r, c) for c in names),
        )
        for r in rows
    )
    table = Table(
        "quantity-table",
        say("Largest supplier by value and by tonnes"),
        (Column("good", say("Good and stage")), *heads(ask, "assessments", names)),
        body,
    )
    blocks: list[Block] = [Prose((text,)), table]
    first = (differ or rows)[0]
    lines = seen.of.mixes.get(first["mix"], [])
    if lines and all(any(r[m] for r in lines) for m in ("value_share", "quantity_share")):
        bars = [
            _Bar(say("By value"), first, lines, "value_share"),
            _Bar(say("By tonnes"), first, lines, "quantity_share"),
        ]
        blocks.insert(
            1,
            _chart(
                seen,
                "quantity-chart",
                say("{good}: value against tonnes", good=ask.voice.name(first)),
                bars,
            ),
        )
    return Section("quantity", title, tuple(blocks))
