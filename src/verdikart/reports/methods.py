"""Methods side by side: each material's rank and verdict by every method, and how far they agree."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.methods import METHODS
from verdikart.mapping.run import Mapping
from verdikart.mapping.statements import home_name
from verdikart.reports import charts, scores, words
from verdikart.reports.scores import CSS
from verdikart.reports.view import Block, Cell, ChartView, Head, Key, Section, Table
from verdikart.reports.voice import DASH, Notes, Voice

Row = dict[str, Any]
YES, NO = "●", "○"


def methods(m: Mapping, voice: Voice) -> Section:
    """The methods, their agreement as a matrix, and the materials."""
    say, rows = voice.say, m.tables["methods"]
    names = [name for name in METHODS if rows and name in rows[0]]
    home = home_name(m.home, voice.lang)
    seen = [r for r in rows if r["eu2023"] is not None]
    rest = [r for r in rows if r["eu2023"] is None]
    apart = [r for r in seen if r["driver"] not in ("in_agreement", "not_computed")]
    first = say("Materials with a supply risk seen from {home}, by every method", home=home)
    second = say("Other materials, by every method")
    blocks = (
        Block(say("The methods"), table=_what(rows, names, voice)),
        Block(
            say("Material by material"),
            texts=(
                say(
                    "A number is the rank, 1 the riskiest; under it stands the method’s own value. "
                    "{yes} critical by the method’s own verdict, {no} not; no mark: no verdict. A "
                    "dash: the method says nothing, and the letter gives the reason. Beside them: "
                    "how many of the verdicts say critical, and the share of the verdicts that the "
                    "majority holds. The driver is "
                    "the part of {home}’s assessment that, when changed, brings the material nearest "
                    "to its place in the other methods.",
                    yes=YES,
                    no=NO,
                    home=home,
                ),
            ),
            table=_table("methods-own", first, seen, names, voice),
            rest=_table("methods-other", second, rest, names, voice) if rest else None,
            label=say(
                "Show the {count} materials without a value seen from {home}",
                count=len(rest),
                home=home,
            ),
        ),
    )
    mute = [METHODS[n].name.in_(voice.lang) for n in names if not _judges(rows, n)]
    lead = say(
        "{methods} methods on {materials} materials. For {apart} of the {seen} materials with a value "
        "seen from {home}, the place differs by a tenth of the list or more from the mean of the other "
        "methods.",
        methods=len(names),
        materials=len(rows),
        apart=len(apart),
        seen=len(seen),
        home=home,
    )
    if mute:
        lead += " " + say(
            "No verdict, since the method has no threshold: {names}.", names=voice.join(mute)
        )
    return Section(
        "methods",
        say("Methods side by side"),
        "blocks.html.j2",
        {
            "lead": lead,
            "notes": (scores.period((), voice),),
            "chart": _chart(m.tables["method_agreement"], names, voice),
            "blocks": blocks,
        },
    )


def _judges(rows: list[Row], name: str) -> bool:
    return any(r[f"{name}_verdict"] is not None for r in rows)


def _what(rows: list[Row], names: list[str], voice: Voice) -> Table:
    """What each method is: its value, its verdict, and how much it covers."""
    say = voice.say
    body = []
    for name in names:
        method = METHODS[name]
        critical = sum(r[f"{name}_verdict"] is True for r in rows)
        judged = sum(r[f"{name}_verdict"] is not None for r in rows)
        body.append(
            (
                Cell(method.name.in_(voice.lang), small=words.short_method(name, voice.lang)),
                Cell(words.method_value(name, voice.lang)),
                Cell(method.verdict.in_(voice.lang)),
                Cell(voice.number(sum(r[f"{name}_rank"] is not None for r in rows))),
                Cell(voice.number(judged) if judged else say("none")),
                Cell(voice.number(critical) if judged else say("no verdict")),
            )
        )
    heads = (
        Head(say("Method")),
        Head(say("Its value")),
        Head(say("Its verdict: critical when")),
        Head(say("Materials ranked"), number=True),
        Head(say("Materials judged"), number=True),
        Head(say("of these critical"), number=True),
    )
    return Table("methods-what", say("The methods and their verdicts"), heads, tuple(body))


def _table(table_id: str, caption: str, rows: list[Row], names: list[str], voice: Voice) -> Table:
    say, notes = voice.say, Notes(voice)
    body = []
    for row in rows:
        cells = [Cell(voice.name(row))]
        cells += [_standing(row, name, notes, voice) for name in names]
        cells.append(
            Cell(
                say("{part} of {whole}", part=row["critical_verdicts"], whole=row["verdicts"]),
                small=voice.percent(row["agreement"], 0),
            )
        )
        cells.append(Cell(words.word("driver", row["driver"], voice.lang)))
        body.append(tuple(cells))
    heads = (
        Head(say("Material")),
        *(Head(words.short_method(name, voice.lang), number=True) for name in names),
        Head(say("Critical by; with the majority"), number=True),
        Head(say("Driver of the difference"), wide=True),
    )
    return Table(table_id, caption, heads, tuple(body), tuple(notes.listed))


def _standing(row: Row, name: str, notes: Notes, voice: Voice) -> Cell:
    mark = {True: f" {YES}", False: f" {NO}", None: ""}[row[f"{name}_verdict"]]
    if row[name] is None:
        reason = row[f"{name}_reason"] or "missing_input"
        return Cell(f"{DASH}{mark}", mark=notes.reason(reason))
    return Cell(f"{row[f'{name}_rank']}{mark}", small=voice.number(row[name], 2))


def _chart(pairs: list[Row], names: list[str], voice: Voice) -> ChartView:
    """Upper half: Kendall's τ-b; lower half: share of the verdicts that are the same."""
    say, lang = voice.say, voice.lang
    short = {name: words.short_method(name, lang) for name in names}
    cells = []
    for row in pairs:
        one, other = row["method"], row["other"]
        tau, same = row["kendall_tau"], row["same_verdict"]
        pair = f"{short[one]} – {short[other]}"
        cells.append(
            {
                "row": short[one],
                "column": short[other],
                "count": voice.number(tau, 2),
                "level": _level(tau),
                "text": say(
                    "{pair}: τ-b {tau} over {count} materials",
                    pair=pair,
                    tau=voice.number(tau, 2),
                    count=row["ranked"],
                ),
            }
        )
        cells.append(
            {
                "row": short[other],
                "column": short[one],
                "count": voice.percent(same, 0),
                "level": _level(same),
                "text": say(
                    "{pair}: same verdict {share} of {count} materials",
                    pair=pair,
                    share=voice.percent(same, 0),
                    count=row["judged"],
                ),
            }
        )
    chart = charts.heat(cells, [short[n] for n in names], CSS)
    title = say("How far the methods agree: order above the diagonal, verdicts below")
    known = [r for r in pairs if r["kendall_tau"] is not None]
    said = sorted(known, key=lambda r: -r["kendall_tau"])
    ends = [
        f"{short[r['method']]} – {short[r['other']]} {voice.number(r['kendall_tau'], 2)}"
        for r in (said[0], said[-1])
    ]
    summary = say(
        "{title}. Kendall’s τ-b of {count} pairs; most alike: {most}; least: {least}.",
        title=title,
        count=len(known),
        most=ends[0],
        least=ends[1],
    )
    legend = (
        Key(
            "◥",
            CSS.ink,
            say("Kendall’s τ-b of the ranks: 1 same order, 0 no relation, −1 reversed"),
        ),
        Key("◣", CSS.ink, say("share of the materials judged by both that get the same verdict")),
        *(
            Key("■", getattr(CSS, f"heat{n}"), text)
            for n, text in enumerate(
                (
                    say("below {high}", high=voice.number(0.2, 1)),
                    *(say("from {low}", low=voice.number(0.2 * n, 1)) for n in range(1, 5)),
                )
            )
        ),
        Key("–", CSS.ink, say("no verdicts to compare")),
    )
    return ChartView(
        "methods-chart",
        title,
        summary,
        charts.specification(chart, CSS),
        legend,
        _pairs(pairs, short, voice),
    )


def _level(value: float | None) -> int:
    return 0 if value is None else max(0, min(4, int(5 * value + 1e-9)))


def _pairs(pairs: list[Row], short: dict[str, str], voice: Voice) -> Table:
    say = voice.say
    body = tuple(
        (
            Cell(f"{short[r['method']]} – {short[r['other']]}"),
            Cell(voice.number(r["kendall_tau"], 2)),
            Cell(voice.number(r["ranked"])),
            Cell(voice.percent(r["same_verdict"], 0) if r["judged"] else say("no verdicts")),
            Cell(voice.number(r["judged"])),
        )
        for r in pairs
    )
    heads = (
        Head(say("Pair of methods")),
        Head(say("Kendall’s τ-b"), number=True),
        Head(say("Ranked by both"), number=True),
        Head(say("Same verdict"), number=True),
        Head(say("Judged by both"), number=True),
    )
    return Table("agreement-table", say("Agreement of the methods, pair by pair"), heads, body)
