"""The benchmarks of the Critical Raw Materials Act in the report, and circularity as a lever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from verdikart.reference.texts import reason_text
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Block,
    Cell,
    Chart,
    Column,
    Section,
    Series,
    Table,
    Tone,
)

Row = dict[str, Any]
UNSEEN: Final = "not_computable"
COUNTED: Final[tuple[tuple[str, Tone], ...]] = (
    ("met", "ally"),
    ("borderline", "other"),
    ("not_met", "risk"),
    ("open", "doubt"),
    (UNSEEN, "quiet"),
)
SHOWN: Final = 8


def goals(draft: Draft) -> Iterator[Section]:
    """Benchmarks counted and stage by stage; what more recycling would do."""
    rows = draft.saved.own("tracker_summary")
    title = draft.say("Benchmarks for 2030")
    if not rows:
        text = draft.say("The mapping has no benchmarks for this home.")
        yield Section("benchmarks", title, (parts.prose(draft, text),))
    else:
        asked = draft.say(
            "The Critical Raw Materials Act asks the Union for at least 10% extraction, 40% "
            "processing and 25% recycling of what it consumes of strategic raw materials by "
            "2030, and at most 65% from one country. For others than the Union they are "
            "corresponding benchmarks."
        )
        blocks: list[Block] = [_chart(draft, rows), parts.prose(draft, asked, detail=True)]
        read = [r for r in draft.saved.own("tracker") if r["verdict"] != UNSEEN and r["strategic"]]
        if read:
            blocks.append(_stages(draft, read))
        yield Section("benchmarks", title, tuple(blocks))
    yield from _circularity(draft)


def benchmark(draft: Draft, row: Row) -> str:
    """A benchmark with what it asks: the target is the Act's own number."""
    sign = draft.say("at least {share}") if row["at_least"] else draft.say("at most {share}")
    named = words.word("benchmark", row["benchmark"], draft.lang)
    return f"{named}, {sign.format(share=draft.voice.percent(row['target'], 0))}"


def _chart(draft: Draft, rows: Sequence[Row]) -> Chart:
    """Strategic materials by benchmark and verdict, as parts of a bar."""
    labels = tuple(parts.capital(benchmark(draft, row)) for row in rows)
    heads = [draft.head("tracker_summary", column) for column, _ in COUNTED]
    series = []
    for head, (column, tone) in zip(heads, COUNTED, strict=True):
        figures = tuple(draft.figure(row, column) for row in rows)
        values = tuple(figure.raw for figure in figures)
        series.append(Series(head.title, values, (tone,), figures))
    title = draft.say("Strategic materials by benchmark")
    body = [
        (Cell(label, row["benchmark"]), *(draft.cell(row, column) for column, _ in COUNTED))
        for label, row in zip(labels, rows, strict=True)
    ]
    twin = draft.table(
        "benchmarks", title, (Column("benchmark", draft.say("Benchmark"), width=2.5), *heads), body
    )
    alt = draft.statement(
        "Bars in parts, one a benchmark: how many strategic materials meet it, miss it, lie on the "
        "limit, are open or cannot be computed. Of {label}: {met} meet it and {missed} do not.",
        label=labels[0],
        met=series[0].figures[0] or "–",
        missed=series[2].figures[0] or "–",
    )
    return Chart(
        "benchmarks-chart",
        title,
        alt.text,
        "stacked",
        labels,
        tuple(series),
        "count",
        draft.say("Number of strategic materials"),
        twin,
        notes=twin.notes,
    )


def _stages(draft: Draft, rows: Sequence[Row]) -> Table:
    heads = (
        Column("material", draft.say("Material"), width=2.2),
        draft.head("tracker", "benchmark", width=1.4),
        draft.head("tracker", "share"),
        draft.head("tracker", "verdict", width=1.2),
        Column("why", draft.say("How the share was found"), width=3),
    )
    body = [
        (
            Cell(draft.voice.name(row), row["material_id"], small=_good(draft, row)),
            draft.named(row, "benchmark"),
            draft.cell(row, "share"),
            draft.cell(row, "verdict"),
            Cell(reason_text(row["share_reason"], draft.lang) if row["share_reason"] else "–"),
        )
        for row in rows
    ]
    title = draft.say("Stages of strategic materials where the share or its bounds could be read")
    return draft.table("benchmark-stages", title, heads, body, detail=True)


def _good(draft: Draft, row: Row) -> str:
    """The good that a row is about, where it is not the material by another word."""
    good = parts.product(draft, row) if row["products"] else ""
    return "" if good == draft.voice.name(row) else good


def _circularity(draft: Draft) -> Iterator[Section]:
    """What would change if more were recycled; the reasons where nothing can be computed."""
    rows = draft.saved.own("circularity")
    if not rows:
        return
    home = draft.saved.home
    found = [r for r in rows if r["gain_t"] is not None or r["dependency_after"] is not None]
    every = draft.statement(
        "{every} levers were looked at: {raised} materials recycled up to the benchmark, {scrap} flows "
        "of scrap kept at home and {streams} side streams put to use.",
        every=draft.counted("circularity", home=home),
        raised=draft.counted("circularity", home=home, lever="raise_rate"),
        scrap=draft.counted("circularity", home=home, lever="keep_scrap"),
        streams=draft.counted("circularity", home=home, lever="side_stream"),
    )
    blocks: list[Block] = []
    if found:
        found.sort(key=lambda r: -(r["gain_t"] or 0.0))
        blocks += [parts.prose(draft, every), _levers(draft, found[:SHOWN])]
    else:
        none = draft.say(
            "None of them can be computed on the data of the mapping. That is a gap, and no sign that "
            "recycling does not matter."
        )
        blocks += [parts.prose(draft, every, none, detail=True)]
    blocks.append(_reasons(draft, [r for r in rows if r not in found]))
    title = draft.say("Circularity as a lever")
    yield Section("circularity", title, tuple(blocks), level=2)


def _levers(draft: Draft, rows: Sequence[Row]) -> Table:
    heads = (
        Column("material", draft.say("Material"), width=1.8),
        draft.head("circularity", "lever", width=1.6),
        draft.head("circularity", "rate"),
        draft.head("circularity", "gain_t"),
        draft.head("circularity", "dependency_before"),
        draft.head("circularity", "dependency_after"),
    )
    body = [
        (
            Cell(draft.voice.name(row), row["material_id"]),
            draft.named(row, "lever"),
            *(
                draft.cell(row, column)
                for column in ("rate", "gain_t", "dependency_before", "dependency_after")
            ),
        )
        for row in rows
    ]
    title = draft.say("Levers that can be computed")
    return draft.table("circularity", title, heads, body)


def _reasons(draft: Draft, rows: Sequence[Row]) -> Table:
    found = Counter((row["lever"], row["reason"]) for row in rows if row["reason"])
    heads = (
        draft.head("circularity", "lever", width=1.6),
        Column("reason", draft.say("Why it cannot be computed"), width=4),
        Column("count", draft.say("Count"), "count", number=True),
    )
    body = []
    for (lever, reason), _ in found.most_common():
        figure = draft.counted("circularity", home=draft.saved.home, lever=lever, reason=reason)
        body.append(
            (
                Cell(words.word("lever", lever, draft.lang), lever),
                Cell(reason_text(reason, draft.lang), reason),
                parts.of_figure(figure),
            )
        )
    title = draft.say("Levers that cannot be computed, by reason")
    return draft.table("circularity-reasons", title, heads, body, detail=True)
