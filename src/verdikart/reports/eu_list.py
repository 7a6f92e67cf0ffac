"""The EU study of 2023 recomputed: what agrees, which verdicts flip, and what does not recompute."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.criticality import WITHIN
from verdikart.mapping.run import Mapping
from verdikart.reference.i18n import translations
from verdikart.reports import scores, words
from verdikart.reports.view import Block, Cell, Head, Section, Table, Tag
from verdikart.reports.voice import DASH, Notes, Voice

Row = dict[str, Any]


def eu_list(m: Mapping, voice: Voice) -> Section:
    """Counts, flips, rows that do not recompute with their known cause, and every row."""
    say, rows = voice.say, m.tables["criticality_eu"]
    found = tally(rows)
    flips = [r for r in rows if r["flips"]]
    apart = [r for r in rows if r["within_0_1"] is False and not r["flips"]]
    blocks = [Block(table=_counts(rows, voice))]
    if flips:
        blocks.append(
            Block(
                say("Verdicts that flip"),
                texts=tuple(_flip(r, voice) for r in flips),
            )
        )
    if apart:
        caption = say("Rows whose supply risk does not recompute, with the known cause")
        table = _table("eu-apart", caption, apart, voice, causes=True)
        words_used = say(
            "EoL-RIR is the share of input that comes from end-of-life recycling, IR import "
            "reliance, GS world supply. The transcription is the digital copy of the study’s "
            "tables that is used here."
        )
        blocks.append(Block(say("What does not recompute"), texts=(words_used,), table=table))
    caption = say("The EU study of 2023 recomputed beside its published scores, every row")
    whole = _table("eu-all", caption, rows, voice)
    label = say("Show all {count} rows", count=len(rows))
    blocks.append(Block(say("Every row"), rest=whole, label=label))
    return Section(
        "eu-list",
        say("The EU list recomputed"),
        "blocks.html.j2",
        {
            "lead": say(
                "The scores of the EU study of 2023 are computed again from its printed tables. At "
                "the stage assessed, {within} of {stages} supply risks come within {limit} of the "
                "published one; every one that does not is shown with the known cause.",
                within=found["within"],
                stages=found["stages"],
                limit=voice.number(WITHIN, 1),
            ),
            "notes": [scores.period(scores.units(rows), voice)],
            "chart": None,
            "blocks": tuple(blocks),
        },
    )


def tally(rows: list[Row]) -> dict[str, int]:
    """Counts of the recomputed study, all from the rows; a group stands for its members."""
    units = scores.units(rows)
    stages = [r for r in rows if r["subject"] and r["within_0_1"] is not None]
    return {
        "stages": len(stages),
        "within": sum(r["within_0_1"] for r in stages),
        "units": len(units),
        "published": sum(bool(r["published_critical"]) for r in units),
        "recomputed": sum(bool(r["published_critical"]) != bool(r["flips"]) for r in units),
        "annex_ii": sum(r["annex_ii"] for r in units),
        "thresholds": sum(r["critical_by"] == "thresholds" for r in units),
        "strategic": sum(r["critical_by"] == "strategic" for r in units),
        "flips": sum(bool(r["flips"]) for r in units),
    }


def _counts(rows: list[Row], voice: Voice) -> Table:
    say, found = voice.say, tally(rows)
    names = [scores.plain_name(r, voice) for r in rows if r["critical_by"] == "strategic"]
    lines = (
        (
            say("Supply risk within 0.1 of the published one, at the stage assessed"),
            "within",
            "stages",
        ),
        (say("Critical by the published scores"), "published", "units"),
        (say("Critical by the recomputed scores"), "recomputed", "units"),
        (say("Verdicts that flip"), "flips", "units"),
        (say("On the EU’s list (Annex II)"), "annex_ii", "units"),
        (say("of these because the thresholds are reached"), "thresholds", "annex_ii"),
        (
            say("of these as strategic, below the thresholds: {names}", names=voice.join(names)),
            "strategic",
            "annex_ii",
        ),
    )
    body = tuple(
        (Cell(text), Cell(voice.number(found[part])), Cell(voice.number(found[whole])))
        for text, part, whole in lines
    )
    heads = (
        Head(say("What is counted")),
        Head(say("Count"), number=True),
        Head(say("of"), number=True),
    )
    caption = say("The EU study in counts; a group such as the platinum metals counts as one")
    return Table("eu-counts", caption, heads, body, narrow=True)


def _flip(row: Row, voice: Voice) -> str:
    say = voice.say
    ei = row["economic_importance"]
    old = words.word("criticality", _word(row["published_critical"]), voice.lang)
    new = words.word("criticality", _word(not row["published_critical"]), voice.lang)
    text = say(
        "{name}: published SR {published} and EI {published_ei}, {old}; recomputed SR {value} "
        "({span}) and EI {ei}, {new}, {sureness}.",
        name=voice.name(row),
        published=voice.number(row["published_supply_risk"], 1),
        published_ei=voice.number(row["published_economic_importance"], 1),
        value=voice.number(row["supply_risk"], 2),
        span=scores.span(row["supply_risk_low"], row["supply_risk_high"], voice),
        ei=voice.number(ei, 2),
        old=old,
        new=new,
        sureness=words.word("sureness", row["sureness"], voice.lang),
    )
    told, _lang = cause(row["cause"], voice)
    return f"{text} {say('Known cause: {cause}.', cause=told)}" if told else text


def _word(critical: bool | None) -> str:
    if critical is None:
        return "undetermined"
    return "critical" if critical else "not_critical"


def cause(text: str | None, voice: Voice) -> tuple[str, str]:
    """A known cause in the page's language, part by part, and its language where it is another."""
    if not text:
        return "", ""
    parts = [part.strip() for part in text.split("; ")]
    if voice.lang == "nb" and not all(part in translations("nb") for part in parts):
        return text, "en"
    return "; ".join(voice.say(part) for part in parts), ""


def _table(
    table_id: str, caption: str, rows: list[Row], voice: Voice, *, causes: bool = False
) -> Table:
    say, notes = voice.say, Notes(voice)
    body = []
    for row in rows:
        told, lang = cause(row["cause"], voice)
        stage = words.stage(row["stage"], voice.lang) if row["stage"] else say("mean of the group")
        cells = [
            Cell(voice.name(row), small=stage),
            Cell(voice.number(row["published_supply_risk"], 1)),
            scores.score(row, "supply_risk", notes, voice),
            Cell(voice.number(row["published_economic_importance"], 1)),
            scores.score(row, "economic_importance", notes, voice),
            Cell("", tags=scores.verdict(row, voice)),
        ]
        if causes:
            cells.append(
                Cell(
                    told or (DASH if row["subject"] else say("follows from its members")), lang=lang
                )
            )
        else:
            cells += [
                Cell(scores.chance(row, voice)),
                Cell(scores.rank_interval(row)),
                Cell("", tags=_listed(row, voice)),
            ]
        body.append(tuple(cells))
    heads = [
        Head(say("Material and stage")),
        Head(say("SR, published"), number=True),
        Head(say("SR, recomputed"), number=True),
        Head(say("EI, published"), number=True),
        Head(say("EI, recomputed"), number=True),
        Head(say("Verdict, recomputed")),
    ]
    if causes:
        heads.append(Head(say("Known cause"), wide=True))
    else:
        heads += [
            Head(say("Chance of critical"), number=True),
            Head(say("Rank interval"), number=True),
            Head(say("On the EU’s list")),
        ]
    return Table(table_id, caption, tuple(heads), tuple(body), tuple(notes.listed))


def _listed(row: Row, voice: Voice) -> tuple[Tag, ...]:
    if not row["annex_ii"]:
        return (Tag(voice.say("no")),)
    return (Tag(words.word("critical_by", row["critical_by"], voice.lang), "list"),)
