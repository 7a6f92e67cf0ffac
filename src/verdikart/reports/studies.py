"""Each finding beside the studies of the EU and allies: agrees, differs, not covered, and why."""

from __future__ import annotations

from collections import Counter
from typing import Any

from verdikart.mapping.run import Mapping
from verdikart.mapping.statements import home_name
from verdikart.reference.entities import Source
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text
from verdikart.reports import scores, words
from verdikart.reports.view import Block, Cell, Head, Section, Table, Tag
from verdikart.reports.voice import DASH, Notes, Voice

Row = dict[str, Any]
# What keeps the two apart whatever the relation is; a letter under the table says it.
ASIDE = frozenset(
    (
        "different_period",
        "study_average",
        "study_wider",
        "study_narrower",
        "shared_code",
        "study_includes_own_production",
        "study_of_us_imports",
        "study_weighs_governance",
        "study_value_doubtful",
    )
)
TONES = {"agrees": "ally", "differs": "risk", "not_covered": "doubt"}


def studies(m: Mapping, voice: Voice) -> Section:
    """The cross-walk: the ranked findings in full view, the others behind a click."""
    say, rows = voice.say, m.tables["crosswalk"]
    ranked = [r for r in rows if r["rank"] is not None]
    rest = [r for r in rows if r["rank"] is None]
    first = say("The sharpest vulnerabilities and strongest positions beside the studies")
    second = say("Other stages past a concentration test, beside the studies")
    block = Block(
        table=_table("studies-ranked", first, ranked, voice) if ranked else None,
        rest=_table("studies-other", second, rest, voice) if rest else None,
        label=say("Show the {count} comparisons of other stages", count=len(rest)),
    )
    by = Counter(r["relation"] for r in rows)
    goods = len({(r["kind"], r["subject"]) for r in rows})
    return Section(
        "studies",
        say("Beside the EU’s and allies’ studies"),
        "blocks.html.j2",
        {
            "lead": say(
                "{goods} findings give {rows} comparisons with the EU study of 2023 and the figures of "
                "the US Geological Survey on US imports: {agrees} agree, {differs} differ, and "
                "{open} are not covered by a study at the same stage.",
                goods=goods,
                rows=len(rows),
                agrees=by["agrees"],
                differs=by["differs"],
                open=by["not_covered"],
            ),
            "notes": (
                say(
                    "Only the same material at the same stage is compared, one measure at a time. To "
                    "differ is no fault of either: the EU’s suppliers of 2016–2020 and those of {home} "
                    "in {year} can both be right.",
                    home=home_name(m.home, voice.lang),
                    year=m.year,
                ),
                scores.period((), voice),
            ),
            "chart": None,
            "blocks": (block,),
        },
    )


def _table(table_id: str, caption: str, rows: list[Row], voice: Voice) -> Table:
    say, lang, notes = voice.say, voice.lang, Notes(voice)
    kinds = {"position": say("position"), "vulnerability": say("vulnerability")}
    body = []
    for row in rows:
        rank = f"{row['rank']}. " if row["rank"] is not None else ""
        told = [reason_text(r, lang) for r in row["reasons"] if r not in ASIDE]
        aside = [r for r in row["reasons"] if r in ASIDE]
        lacking = [_lacking(entry, notes, voice) for entry in row["lacking"]]
        body.append(
            (
                Cell(
                    f"{rank}{voice.name(row)}",
                    small=f"{kinds[row['kind']]} · {words.stage(row['stage'], lang)}",
                ),
                _ours(row, voice),
                _theirs(row, notes, voice),
                Cell(
                    "",
                    tags=(
                        Tag(
                            words.word("relation", row["relation"], lang),
                            TONES[row["relation"]],
                        ),
                    ),
                ),
                Cell(
                    " ".join(told) or say("See the letters."),
                    mark=notes.reasons(aside),
                    small="; ".join(dict.fromkeys(lacking)),
                ),
            )
        )
    heads = (
        Head(say("Finding, good and stage")),
        Head(say("Here"), wide=True),
        Head(say("In the study"), wide=True),
        Head(say("Relation")),
        Head(say("Why"), wide=True),
    )
    return Table(table_id, caption, heads, tuple(body), tuple(notes.listed))


def _ours(row: Row, voice: Voice) -> Cell:
    """Our own side: the share, or the verdict where judgements are compared."""
    say = voice.say
    when = f"{home_name(row['area'], voice.lang)} {row['year']}"
    share = voice.percent(row["value"])
    if row["indicator"] == "outcome":
        tag = words.outcome(row["outcome"], voice.lang)
        return Cell(f"{voice.country(row['partner'])} {share}", small=when, tags=(tag,))
    if row["low"] is not None and row["high"] is not None and row["low"] != row["high"]:
        share = say(
            "{share} ({low} to {high} by source and measure)",
            share=share,
            low=voice.percent(row["low"]),
            high=voice.percent(row["high"]),
        )
    return Cell(f"{voice.country(row['partner'])} {share}", small=when)


def _theirs(row: Row, notes: Notes, voice: Voice) -> Cell:
    """What the study says, also where it is not compared."""
    if row["study"] is None:
        return Cell(DASH, mark=notes.reason("study_lacks_material"))
    known = by_key(Source)[row["study"]]
    title = known.title_nb if voice.lang == "nb" else known.title_en
    period = (row["study_period"] or "").replace("-", "–")
    small = ", ".join(part for part in (title, period) if part)
    measure = words.word("study_indicator", row["study_indicator"], voice.lang)
    if row["study_value"] is None:
        return Cell(f"{measure}: {DASH}", small=small, mark=notes.reason("study_lacks_figure"))
    if row["study_unit"] == "index_0_10":
        return Cell(f"{measure}: {voice.number(row['study_value'], 2)}", small=small)
    who = voice.country(row["study_partner"]) if row["study_partner"] else ""
    return Cell(f"{measure}: {who} {voice.percent(row['study_value'], 0)}", small=small)


def _lacking(entry: str, notes: Notes, voice: Voice) -> str:
    """A study that is silent where another speaks: its name and the letter of the reason."""
    name, _, code = entry.partition(":")
    source = by_key(Source).get(name.partition("/")[0])
    title = (source.title_nb if voice.lang == "nb" else source.title_en) if source else name
    return voice.say("silent: {study} ({letter})", study=title, letter=notes.reason(code))
