"""The benchmarks of the Critical Raw Materials Act stage by stage, and circularity as a lever."""

from __future__ import annotations

from collections import Counter
from typing import Any

from verdikart.mapping.run import Mapping
from verdikart.mapping.statements import home_name
from verdikart.reference.entities import Product
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text
from verdikart.reference.value_chains import SideStream
from verdikart.reports import scores, words
from verdikart.reports.chains import own
from verdikart.reports.exposure import span
from verdikart.reports.view import Block, Cell, Head, Section, Table, Tag
from verdikart.reports.voice import DASH, Notes, Voice

Row = dict[str, Any]
SHOWN, REASONS, GOODS = 12, 5, 2
TONES = {"not_met": "risk", "met": "ally", "borderline": "doubt", "open": "doubt"}


def tracker(m: Mapping, voice: Voice) -> Section | None:
    """Counts by benchmark, and every stage that could be read; None where there is no tracker."""
    rows = own(m, "tracker")
    if not rows:
        return None
    say = voice.say
    read = [r for r in rows if r["verdict"] != "not_computable"]
    first, rest = scores.split(_read(read, voice), SHOWN)
    label = say("Show the other {count}", count=len(read) - SHOWN)
    gone = [r["share_reason"] for r in rows if r["verdict"] == "not_computable"]
    return Section(
        "tracker",
        say("Benchmarks by stage"),
        "blocks.html.j2",
        {
            "lead": say(
                "The Critical Raw Materials Act asks the Union for at least 10% extraction, 40% "
                "processing and 25% recycling of what it consumes of strategic raw materials by "
                "2030, and at most 65% from one country. For others than the Union they are "
                "corresponding benchmarks."
            ),
            "notes": (),
            "chart": None,
            "blocks": (
                Block(table=_summary(m, voice)),
                Block(say("Stages that could be read"), table=first, rest=rest, label=label),
                Block(say("Why the others could not"), points=_why(gone, voice)),
            ),
        },
    )


def _summary(m: Mapping, voice: Voice) -> Table:
    say = voice.say
    columns = ("met", "not_met", "borderline", "open", "not_computable")
    body = []
    for row in m.tables["tracker_summary"]:
        sign = say("at least {share}") if row["at_least"] else say("at most {share}")
        body.append(
            (
                Cell(
                    words.word("benchmark", row["benchmark"], voice.lang),
                    small=sign.format(share=voice.percent(row["target"], 0)),
                ),
                Cell(home_name(row["home"], voice.lang)),
                Cell(words.word("benchmark_standing", row["standing"], voice.lang)),
                Cell(voice.number(row["materials"])),
                *(Cell(voice.number(row[c])) for c in columns),
            )
        )
    heads = (
        Head(say("Benchmark")),
        Head(say("Home")),
        Head(say("Standing")),
        Head(say("Strategic materials"), number=True),
        *(
            Head(words.word("benchmark_verdict", c, voice.lang).capitalize(), number=True)
            for c in columns
        ),
    )
    caption = say("Strategic materials by benchmark")
    return Table("tracker-summary", caption, heads, tuple(body))


def _read(rows: list[Row], voice: Voice) -> Table:
    say, notes = voice.say, Notes(voice)
    order = {"not_met": 0, "open": 1, "borderline": 2, "met": 3}
    body = []
    for row in sorted(rows, key=lambda r: (not r["strategic"], order[r["verdict"]])):
        low, high, value = row["share_low"], row["share_high"], row["share"]
        wide = low is not None and high is not None and high - low >= 0.005
        small = span(low, high, voice) if wide else ""
        code = row["verdict"]
        kind = f"{words.word('benchmark', row['benchmark'], voice.lang)}"
        if row["benchmark"] == "single_country" and row["supplier"]:
            kind += f" ({voice.country(row['supplier'])})"
        sign = "≥" if row["at_least"] else "≤"
        body.append(
            (
                Cell(
                    voice.name(row),
                    small=_form(row, voice),
                ),
                Cell(kind, small=f"{sign} {voice.percent(row['target'], 0)}"),
                Cell(
                    voice.percent(value, 0) if value is not None else DASH,
                    small=small,
                    mark=notes.reason(row["share_reason"]),
                ),
                Cell(
                    "",
                    tags=(
                        Tag(
                            words.word("benchmark_verdict", code, voice.lang),
                            TONES.get(code, "plain"),
                        ),
                    ),
                ),
                Cell(words.word("benchmark_standing", row["standing"], voice.lang)),
            )
        )
    heads = (
        Head(say("Raw material and stage")),
        Head(say("Benchmark")),
        Head(say("Share of consumption"), number=True),
        Head(say("Verdict")),
        Head(say("Standing")),
    )
    caption = say("Strategic materials first, those not met before the rest")
    return Table("tracker-read", caption, heads, tuple(body), tuple(notes.listed))


def _form(row: Row, voice: Voice) -> str:
    """The stage, and the goods that the figure is of."""
    goods = [by_key(Product)[p].name(voice.lang) for p in row["products"] or ()]
    stage = words.stage(row["stage"], voice.lang)
    return f"{stage}: {', '.join(goods[:GOODS])}" if goods else stage


def _why(reasons: list[str | None], voice: Voice) -> tuple[str, ...]:
    """The commonest reasons, with how many rows each holds."""
    counted = Counter(r for r in reasons if r)
    return tuple(
        f"{reason_text(code, voice.lang)} ({n})" for code, n in counted.most_common(REASONS)
    )


def circularity(m: Mapping, voice: Voice) -> Section | None:
    """Levers with an amount or a change that is known; None where there is no table."""
    rows = own(m, "circularity")
    if not rows:
        return None
    say = voice.say
    known = [r for r in rows if r["gain_t"] is not None or r["amount_t"] is not None]
    blocks = []
    if known:
        table = _levers(known, voice)
        first, rest = scores.split(table, SHOWN)
        label = say("Show the other {count}", count=len(known) - SHOWN)
        blocks.append(Block(table=first, rest=rest, label=label))
    gone = [r["reason"] for r in rows if r not in known]
    blocks.append(Block(say("Why the others could not"), points=_why(gone, voice)))
    return Section(
        "circularity",
        say("Circularity as a lever"),
        "blocks.html.j2",
        {
            "lead": say(
                "What would recycling, scrap that is now exported, and side streams change? Each lever "
                "is turned into tonnes and, where the flows are known, into dependence on imports and "
                "the share of the largest supplier. {known} of {all} levers have an amount.",
                known=len(known),
                all=len(rows),
            ),
            "notes": (),
            "chart": None,
            "blocks": tuple(blocks),
        },
    )


def _levers(rows: list[Row], voice: Voice) -> Table:
    """One row a stream or flow of scrap, with the materials it holds."""
    say = voice.say
    held: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        key = row["stream_id"] or row["from_product"] or row["material_id"]
        held.setdefault((row["lever"], key), []).append(row)
    body = []
    for (lever, _key), group in held.items():
        one = group[0]
        materials = ", ".join(dict.fromkeys(scores.plain_name(r, voice) for r in group))
        said = dict.fromkeys(voice.of(r, "text") for r in group)
        body.append(
            (
                Cell(_source(one, voice), small=words.word("lever", lever, voice.lang)),
                Cell(materials),
                Cell(voice.tonnes(one["amount_t"]), small=one["period"] or ""),
                _change(group, "dependency", voice),
                _change(group, "top_share", voice),
                Cell(" ".join(said)),
            )
        )
    heads = (
        Head(say("Stream and lever")),
        Head(say("Raw materials in it")),
        Head(say("Tonnes a year"), number=True),
        Head(say("Dependence on imports"), number=True),
        Head(say("Share of the largest supplier"), number=True),
        Head(say("In words"), wide=True),
    )
    # A column that nothing is known in says nothing.
    kept = [
        at
        for at, head in enumerate(heads)
        if at not in (3, 4) or any(row[at].text != DASH for row in body)
    ]
    caption = say("Levers with a known amount")
    return Table(
        "circularity-levers",
        caption,
        tuple(heads[at] for at in kept),
        tuple(tuple(row[at] for at in kept) for row in body),
    )


def _source(row: Row, voice: Voice) -> str:
    if row["stream_id"]:
        stream = by_key(SideStream)[row["stream_id"]]
        return stream.name_nb if voice.lang == "nb" else stream.name_en
    if row["from_product"]:
        return by_key(Product)[row["from_product"]].name(voice.lang)
    return voice.name(row)


def _change(rows: list[Row], name: str, voice: Voice) -> Cell:
    """The share before and after, of each material for which both are known."""
    known = [
        f"{voice.percent(r[f'{name}_before'])} → {voice.percent(r[f'{name}_after'])}"
        for r in rows
        if r[f"{name}_before"] is not None and r[f"{name}_after"] is not None
    ]
    return Cell("; ".join(dict.fromkeys(known)) or DASH)
