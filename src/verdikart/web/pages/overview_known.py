"""What the mapping does not know, and how fresh and how wide its data are."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from verdikart.reference.entities import Source
from verdikart.reference.load import by_key
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Links, Prose, Section, Table
from verdikart.web.values import gap_text, plain

Row = dict[str, Any]
NAMED = 3


def gaps(ask: Ask) -> Section:
    """Goods that could not be judged, by reason, with what would fill the gap."""
    say, rows = ask.say, ask.saved.rows("gaps")
    home = name("home", ask.saved.home, ask.lang)
    grouped: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["reason"], row["would_fill"]].append(row)
    columns = (
        Column("reason", say("Why not"), wide=True),
        Column("goods", say("Goods"), number=True),
        Column("examples", say("Among them")),
        Column("would_fill", say("Would be filled by")),
    )
    ordered = sorted(grouped.items(), key=lambda item: -len(item[1]))
    body = tuple(_gap(ask, reason, source, found) for (reason, source), found in ordered)
    text = say(
        "{count} goods in scope could not be judged for {home}. That they are not among the "
        "vulnerable says nothing of how exposed they are.",
        count=ask.voice.number(len(rows)),
        home=home,
    )
    blocks: list[Block] = [Prose((text,))] if rows else []
    blocks.append(
        Table(
            "gaps-table",
            say("Goods not judged, by reason"),
            columns,
            body,
            empty=say("Every good in scope could be judged."),
        )
    )
    blocks.append(
        Links(
            (
                (say("All of them, good by good"), ask.url("data/gaps"), ""),
                (say("Known ways that statistics mislead"), ask.url("data") + "#pitfalls", ""),
            )
        )
    )
    return Section("unknown", say("What we do not know"), tuple(blocks))


def _gap(ask: Ask, reason: str, source: str | None, rows: list[Row]) -> tuple[Cell, ...]:
    # The largest headings first: there a gap hides most.
    rows = sorted(rows, key=lambda r: -(r["heading_imports_usd"] or 0))
    examples = ", ".join(ask.voice.name(r) for r in rows[:NAMED])
    return (
        Cell(gap_text(reason, ask.lang), reason),
        plain(len(rows), ask.voice.number(len(rows)), ask.url("data/gaps", q=reason)),
        Cell(examples),
        Cell(
            words.source_title(source, ask.voice) if source else ask.say("no source known"), source
        ),
    )


def data(ask: Ask) -> Section:
    """Coverage by what the verdicts rest on, and the sources with their vintages."""
    say = ask.say
    blocks = (
        _coverage(ask),
        _sources(ask),
        Links(
            (
                (say("Data and sources"), ask.url("data"), say("licences, limits, downloads")),
                (say("Terms and method"), ask.url("terms"), ""),
            )
        ),
    )
    return Section("freshness", say("How fresh and how wide the data are"), blocks)


def _coverage(ask: Ask) -> Table:
    say = ask.say
    rows = ask.saved.own("assessments")
    counts = Counter(r["basis"] for r in rows)
    years: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row["year"] is not None:
            years[row["basis"]].add(row["year"])
    columns = (
        Column("basis", say("Judged on")),
        Column("goods", say("Goods and stages"), number=True),
        Column("share", say("Of all"), number=True),
        Column("years", say("Years of the data")),
    )
    body = tuple(
        (
            Cell(words.word("basis", basis, ask.lang), basis),
            plain(count, ask.voice.number(count), ask.url("data/assessments", q=basis)),
            plain(count / len(rows), ask.voice.percent(count / len(rows), 0)),
            Cell(", ".join(map(str, sorted(years[basis]))) or "–"),
        )
        for basis, count in counts.most_common()
    )
    return Table(
        "coverage",
        say("What the verdicts rest on"),
        columns,
        body,
        empty=say("This mapping judges no goods for its home."),
    )


def _sources(ask: Ask) -> Table:
    say, saved = ask.say, ask.saved
    used = Counter(r["source"] for r in saved.own("assessments") if r["source"])
    columns = (
        Column("source", say("Source")),
        Column("vintage", say("Vintage")),
        Column("years", say("Years covered")),
        Column("goods", say("Goods judged on it"), number=True),
    )
    known = by_key(Source)
    body = []
    for source_id, vintage in sorted(
        saved.manifest["vintages"].items(), key=lambda item: (-used[item[0]], item[0])
    ):
        source = known.get(source_id)
        span = _span(source) if source else "–"
        body.append(
            (
                Cell(
                    words.source_title(source_id, ask.voice),
                    source_id,
                    href=f"{ask.url('data')}#sources" if source else "",
                ),
                Cell(words.vintage(str(vintage), ask.lang), vintage),
                Cell(span),
                Cell(
                    ask.voice.number(used[source_id]) if used[source_id] else "–", used[source_id]
                ),
            )
        )
    return Table(
        "vintages",
        say("Sources of this mapping and their vintages"),
        columns,
        tuple(body),
        folded=say("The {count} sources and their vintages", count=len(body)),
    )


def _span(source: Source) -> str:
    first, last = source.first_year, source.last_year
    if first is None:
        return "–"
    return str(first) if first == last else f"{first}–{last or ''}"
