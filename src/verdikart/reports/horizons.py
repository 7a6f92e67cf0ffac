"""Two horizons: criticality in the short term and importance in the long run, never merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from verdikart.mapping.run import Mapping
from verdikart.reference.texts import reason_text
from verdikart.reports import scores, words
from verdikart.reports.criticality import good_name, subject_names
from verdikart.reports.view import Block, Cell, Head, Section, Table, Tag
from verdikart.reports.voice import DASH, Notes, Voice

Row = dict[str, Any]
Key = tuple[str, str]  # horizon and criterion
SHOWN = 15
HORIZONS = ("short", "long")


def horizons(m: Mapping, voice: Voice) -> Section:
    """Materials, chains, their criteria, and the cases where the two differ."""
    say, t = voice.say, m.tables
    materials, chains = t["material_horizons"], t["chain_horizons"]
    differ = t["horizon_differences"]
    names = subject_names(m, voice)
    blocks = []
    if differ:
        blocks.append(
            Block(say("Where chain and material differ"), table=_differences(differ, names, voice))
        )
    for kind, rows, title in (
        ("material", materials, say("Raw materials")),
        ("chain", chains, say("Value chains")),
    ):
        first, rest = scores.split(_table(m, kind, names, voice), SHOWN)
        label = say("Show the other {count}", count=len(rows) - SHOWN)
        blocks.append(Block(title, table=first, rest=rest, label=label))
        criteria = _criteria(kind, rows, t["horizon_criteria"], voice)
        blocks.append(Block(rest=criteria, label=say("Open the criteria")))
    when = materials[0]["measures_on"] if materials else ""
    return Section(
        "horizons",
        say("Two horizons"),
        "blocks.html.j2",
        {
            "lead": say(
                "Criticality in the short term is security of supply and economic vulnerability; "
                "long-term importance is what society and its security live on in the long run. They "
                "are two scores, never merged, and a raw material and a value chain are different "
                "objects: neither inherits from the other. {critical} of {materials} raw materials "
                "and {narrow} of {chains} chains are critical; in {differ} cases the two differ.",
                critical=sum(r["critical"] is True for r in materials),
                materials=len(materials),
                narrow=sum(r["critical"] is True for r in chains),
                chains=len(chains),
                differ=len(differ),
            ),
            "notes": (
                say(
                    "A score is the mean of its criteria, each from 0 to 1. A criterion without data "
                    "has bounds and no value, and the score is then a range: what is not known widens "
                    "it and never moves it. Ranks follow the lower bound, what is sure. A material is "
                    "critical when SR and EI both reach their thresholds, a chain when the supply risk "
                    "at its bottleneck does. What the home is a net exporter of is not critical to it, "
                    "and a small flow has no verdict. Restrictions are those in force on {day}.",
                    day=when,
                ),
                scores.period((), voice),
            ),
            "chart": None,
            "blocks": tuple(blocks),
        },
    )


def _flag(critical: bool | None, voice: Voice) -> Tag:
    code = {True: "critical", False: "not_critical", None: "undetermined"}[critical]
    return Tag(words.word("criticality", code, voice.lang), scores.TONES.get(code, "plain"))


def _score(row: Row, name: str, notes: Notes, voice: Voice) -> Cell:
    """A horizon's score, or the range that is left; letters for what it rests on."""
    marks = [words.word("horizon_mark", code, voice.lang) for code in row[f"{name}_marks"]]
    mark = notes.text(_sentence("; ".join(marks))) if marks else ""
    place = voice.say("rank {rank}", rank=row[f"{name}_rank"])
    if row[name] is not None:
        return Cell(voice.number(row[name], 2), small=place, mark=mark)
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    # A range that prints as one number is still known to two decimals.
    text = scores.span(low, high, voice) or voice.number(low, 2)
    return Cell(text, small=place, mark=mark)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _table(m: Mapping, kind: str, names: dict[str, str], voice: Voice) -> Table:
    say, notes, rows = voice.say, Notes(voice), m.tables[f"{kind}_horizons"]
    why = {
        r["material_id"]: (Tag(words.word("criticality", r["verdict"], voice.lang)),)
        for r in m.tables["criticality"]
        if r["verdict"] in ("net_exporter", "small")
    }
    body = []
    for row in sorted(rows, key=lambda r: r["short_rank"]):
        seen = say("{seen} of {goods} goods seen", seen=row["goods_seen"], goods=row["goods"])
        body.append(
            (
                Cell(voice.name(row), small=seen),
                _score(row, "short", notes, voice),
                _score(row, "long", notes, voice),
                Cell("", tags=(_flag(row["critical"], voice), *why.get(row.get("material"), ()))),
                _bottleneck(row, names, voice),
            )
        )
    heads = (
        Head(say("Raw material") if kind == "material" else say("Value chain")),
        Head(say("Criticality in the short term"), number=True),
        Head(say("Long-term importance"), number=True),
        Head(say("Verdict")),
        Head(
            say("Largest exposure to a non-ally")
            if kind == "material"
            else say("Bottleneck among the goods seen"),
            wide=True,
        ),
    )
    caption = (
        say("Raw materials on two horizons, by what is sure in the short term")
        if kind == "material"
        else say("Value chains on two horizons, by what is sure in the short term")
    )
    return Table(f"horizons-{kind}", caption, heads, tuple(body), tuple(notes.listed))


def _bottleneck(row: Row, names: dict[str, str], voice: Voice) -> Cell:
    if row["bottleneck_subject"] is None:
        return Cell(voice.say("none of its goods is seen"))
    good = good_name(row["bottleneck_subject"], names, voice) or row["bottleneck_subject"]
    stage = words.stage(row["bottleneck_stage"], voice.lang)
    where = f"{good}, {stage}"
    if row["bottleneck_supplier"] is None:
        return Cell(voice.say("no supplier outside the alliances is seen"), small=where)
    share = voice.percent(row["bottleneck_share"])
    return Cell(f"{voice.country(row['bottleneck_supplier'])} {share}", small=where)


def _criteria(kind: str, rows: list[Row], criteria: list[Row], voice: Voice) -> Table:
    """Every criterion of every object, from 0 to 1, shaded; ranges where there is no value."""
    say, notes = voice.say, Notes(voice)
    order: dict[Key, str] = {}
    cells: dict[str, dict[Key, Row]] = defaultdict(dict)
    for one in criteria:
        if one["kind"] == kind:
            key = (one["horizon"], one["criterion"])
            order[key] = voice.name(one)
            cells[one["object"]][key] = one
    left = _unknown(cells, order)
    columns = sorted((key for key in order if key not in left), key=_horizon)
    body = []
    for row in sorted(rows, key=voice.name):
        found = [_criterion(cells[row[kind]].get(c), notes, voice) for c in columns]
        body.append((Cell(voice.name(row)), *found))
    short = {"short": say("short"), "long": say("long")}
    heads = (
        Head(say("Raw material") if kind == "material" else say("Value chain")),
        *(Head(f"{order[c]} ({short[c[0]]})", number=True) for c in columns),
    )
    caption = (
        say("Criteria of the raw materials, each from 0 to 1; a range where there is no value")
        if kind == "material"
        else say("Criteria of the value chains, each from 0 to 1; a range where there is no value")
    )
    listed = list(notes.listed)
    for reason in dict.fromkeys(left.values()):
        said = [order[key] for key in left if left[key] == reason]
        text = say(
            "Left out, from 0 to 1 for every row: {names}. {reason}",
            names=voice.join(said),
            reason=reason_text(reason, voice.lang),
        )
        listed.append((DASH, text))
    return Table(f"criteria-{kind}", caption, heads, tuple(body), tuple(listed), matrix=True)


def _horizon(key: Key) -> int:
    return HORIZONS.index(key[0])


def _unknown(cells: dict[str, dict[Key, Row]], keys: Iterable[Key]) -> dict[Key, str]:
    """Criteria that nothing is known of for any object, for one and the same reason."""
    found = {}
    for key in keys:
        rows = [row[key] for row in cells.values() if key in row]
        reasons = {r["reason"] for r in rows}
        open_ = all(r["value"] is None and r["low"] == 0 and r["high"] == 1 for r in rows)
        if open_ and len(reasons) == 1 and None not in reasons:
            found[key] = str(reasons.pop())
    return found


def _criterion(row: Row | None, notes: Notes, voice: Voice) -> Cell:
    if row is None:
        return Cell(DASH, mark=notes.reason("missing_input"))
    if row["value"] is not None:
        level = min(4, int(5 * row["value"]))
        return Cell(voice.number(row["value"], 2), level=level)
    text = scores.span(row["low"], row["high"], voice)
    return Cell(text or DASH, mark=notes.reason(row["reason"] or "missing_input"))


def _differences(rows: list[Row], names: dict[str, str], voice: Voice) -> Table:
    say, notes = voice.say, Notes(voice)
    body = []
    for row in rows:
        where = _bottleneck(row, names, voice)
        body.append(
            (
                Cell(
                    say("{chain} chain", chain=row[f"chain_{voice.lang}"]),
                    small=say(
                        "{seen} of {goods} goods seen", seen=row["goods_seen"], goods=row["goods"]
                    ),
                ),
                Cell("", tags=(_flag(row["chain_critical"], voice),)),
                _risk(row, "chain_risk", notes, voice),
                where,
                Cell(row[f"material_{voice.lang}"]),
                Cell("", tags=(_flag(row["material_critical"], voice),)),
                _risk(row, "material_sr", notes, voice),
                _risk(row, "material_ei", notes, voice),
                Cell(words.word("chain_material", row["kind"], voice.lang)),
            )
        )
    heads = (
        Head(say("Value chain")),
        Head(say("Verdict on the chain")),
        Head(say("Supply risk at its bottleneck"), number=True),
        Head(say("Bottleneck among the goods seen"), wide=True),
        Head(say("Raw material")),
        Head(say("Verdict on the material")),
        Head(say("SR of the material"), number=True),
        Head(say("EI of the material"), number=True),
        Head(say("What differs"), wide=True),
    )
    caption = say("Value chains and raw materials that are judged unlike")
    return Table("horizons-differ", caption, heads, tuple(body), tuple(notes.listed))


def _risk(row: Row, name: str, notes: Notes, voice: Voice) -> Cell:
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if value is not None:
        return Cell(voice.number(value, 2), small=scores.span(low, high, voice))
    code = "goods_unseen" if name == "chain_risk" else "assessment_incomplete"
    return Cell(DASH, small=scores.span(low, high, voice), mark=notes.reason(code))
