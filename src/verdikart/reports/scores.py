"""What the sections on criticality share: scores with intervals, verdicts, the caveat of the period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from verdikart.mapping import eu_study
from verdikart.mapping.run import Mapping
from verdikart.reference.load import load
from verdikart.reference.texts import reason_text
from verdikart.reference.value_chains import TradeMeasure
from verdikart.reports import charts, words
from verdikart.reports.view import Cell, Head, Table, Tag
from verdikart.reports.voice import DASH, Notes, Voice

Row = dict[str, Any]
CSS = charts.Palette.css()
SCALE = 10.0  # both scores of the EU method are indices from 0 to 10
PERIOD = "trade_parameter_2016_2020"
TONES = {"critical": "risk", "net_exporter": "ally", "undetermined": "doubt", "small": "doubt"}


def span(low: float | None, high: float | None, voice: Voice, decimals: int = 2) -> str:
    """An interval; empty where there is none or it is a point."""
    if low is None or high is None:
        return ""
    one, other = voice.number(low, decimals), voice.number(high, decimals)
    return "" if one == other else f"{one}–{other}"


def score(row: Row, name: str, notes: Notes, voice: Voice) -> Cell:
    """A score over its interval; without a value the interval and the reason why."""
    low, high, value = row.get(f"{name}_low"), row.get(f"{name}_high"), row[name]
    if value is not None:
        return Cell(voice.number(value, 2), small=span(low, high, voice))
    mark = notes.reason(row.get(f"{name}_reason") or "missing_input")
    if low == 0 and high is not None and high >= SCALE:
        return Cell(DASH, small=span(low, high, voice, 0), mark=mark)
    return Cell(DASH, small=span(low, high, voice), mark=mark)


def verdict(row: Row, voice: Voice) -> tuple[Tag, ...]:
    """The verdict in a word, and whether it is clear; an open one is neither clear nor not."""
    code = row["verdict"]
    tags = [Tag(words.word("criticality", code, voice.lang), TONES.get(code, "plain"))]
    if code in ("critical", "not_critical") and row["sureness"]:
        tone = "doubt" if row["sureness"] == "borderline" else "plain"
        tags.append(Tag(words.word("sureness", row["sureness"], voice.lang), tone))
    return tuple(tags)


def chance(row: Row, voice: Voice) -> str:
    """The chance of being critical; in brackets where it rests on inputs drawn from nothing.

    A net exporter and a small flow have none.
    """
    if row["chance_critical"] is None:
        return voice.say("not given")
    text = voice.percent(row["chance_critical"], 0)
    drawn = row["sureness"] == "undetermined" or row["verdict"] == "undetermined"
    return f"({text})" if drawn else text


def rank(row: Row, voice: Voice) -> Cell:
    """The rank over the interval it lies in in nine of ten draws."""
    return Cell(voice.number(row["rank"]), small=rank_interval(row))


def rank_interval(row: Row) -> str:
    """Where the rank lies in nine of ten draws."""
    low, high = row["rank_low"], row["rank_high"]
    if low is None:
        return DASH
    return str(low) if low == high else f"{low}–{high}"


def counts(rows: Iterable[Row]) -> Counter[str]:
    """Materials by verdict; ``borderline`` among the critical."""
    found = Counter(str(r["verdict"]) for r in rows)
    found["borderline"] = sum(
        r["verdict"] == "critical" and r["sureness"] == "borderline" for r in rows
    )
    return found


def in_words(m: Mapping, voice: Voice) -> str:
    """How many of the materials are critical, are not, are exported or are left open."""
    rows = m.tables["criticality"]
    by = counts(rows)
    return voice.say(
        "{critical} of {all} materials are critical ({borderline} of them borderline), {clear} are "
        "not, {exporter} are exported net, {small} are small flows without a verdict, and for {open} "
        "an input is lacking.",
        critical=by["critical"],
        all=len(rows),
        borderline=by["borderline"],
        clear=by["not_critical"],
        exporter=by["net_exporter"],
        small=by["small"],
        open=by["undetermined"],
    )


def units(rows: Sequence[Row]) -> list[Row]:
    """Rows that are ranked: a group stands for its members."""
    inside = {member for group in eu_study.members_of().values() for member in group}
    return [r for r in rows if r["material_id"] not in inside]


def period(rows: Sequence[Row], voice: Voice) -> str:
    """How old the trade parameter is, and which materials were hit by restrictions since."""
    text = reason_text(PERIOD, voice.lang)
    names = [plain_name(r, voice) for r in rows if r["measures_since"]]
    if not names:
        return text
    return f"{text} " + voice.say(
        "Export restrictions that came later or are announced concern: {names}.",
        names=voice.join(names),
    )


def plain_name(row: Row, voice: Voice) -> str:
    """A material's name inside a sentence, without what stands in brackets."""
    name = voice.name(row).split(" (")[0]
    return name if name.isupper() or name[1:2].isupper() else name[:1].lower() + name[1:]


def measures(rows: Sequence[Row], voice: Voice) -> Table:
    """The restrictions that came after the period of the trade parameter."""
    say, nb = voice.say, voice.lang == "nb"
    hit: dict[str, list[str]] = {}
    for row in rows:
        for measure in row["measures_since"]:
            hit.setdefault(measure, []).append(voice.name(row))
    body = []
    for line in sorted(load(TradeMeasure), key=lambda r: (r.from_date, r.measure_id)):
        if line.measure_id not in hit:
            continue
        upto = line.to_date.isoformat() if line.to_date else ""
        body.append(
            (
                Cell(line.description_nb if nb else line.description_en),
                Cell(line.from_date.isoformat(), small=say("to {day}", day=upto) if upto else ""),
                Cell(voice.country(line.imposed_by) if line.imposed_by != "EU27" else "EU"),
                Cell(words.word("measure", line.measure, voice.lang)),
                Cell(", ".join(hit[line.measure_id])),
                Cell(words.confidence(line.confidence, voice.lang)),
            )
        )
    heads = (
        Head(say("Restriction")),
        Head(say("From")),
        Head(say("By")),
        Head(say("Kind")),
        Head(say("Materials of the table")),
        Head(say("How well checked")),
    )
    caption = say("Export restrictions after 2020 on materials of the table")
    return Table("measures-table", caption, heads, tuple(body))


def split(table: Table, shown: int) -> tuple[Table, Table | None]:
    """The first rows and the rest; the notes stay with the part that uses them."""
    if len(table.rows) <= shown:
        return table, None
    first, rest = table.rows[:shown], table.rows[shown:]
    tail = replace(
        table, table_id=f"{table.table_id}-rest", rows=rest, notes=_used(rest, table.notes)
    )
    return replace(table, rows=first, notes=_used(first, table.notes)), tail


def _used(
    rows: tuple[tuple[Cell, ...], ...], notes: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    marks = {mark for row in rows for cell in row for mark in cell.mark.split()}
    return tuple(note for note in notes if note[0] in marks)


def listed(names: Iterable[str], voice: Voice) -> str:
    """Words of inputs, each once; ``nothing`` where there are none."""
    found = dict.fromkeys(names)
    return ", ".join(found) if found else voice.say("nothing")
