"""What could be done: opportunities with their factors, markets, and plans to spread supply."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.run import Mapping
from verdikart.reports import scores, words
from verdikart.reports.chains import chain_names, own
from verdikart.reports.view import Block, Cell, Head, Section, Table, Tag
from verdikart.reports.voice import DASH, Notes, Voice

Row = dict[str, Any]
SHOWN, MORE, OPENED = 10, 15, 15
LEVELS = {"low": 1, "medium": 2, "high": 3}
PLANS = {"reached": "ally", "met": "plain", "unreachable": "risk"}


def opportunities(m: Mapping, voice: Voice) -> Section | None:
    """Opportunities, the best of each good; None where the mapping has none."""
    rows = own(m, "opportunities")
    if not rows:
        return None
    say = voice.say
    best: dict[str, Row] = {}
    for row in rows:
        best.setdefault(row["product_id"], row)
    seen = [r for r in best.values() if r["gap_home"] is not None]
    unseen = [r for r in best.values() if r["gap_home"] is None]
    blocks = []
    for name, part, title in (
        ("seen", seen, say("Where trade shows what allies lack")),
        ("unseen", unseen, say("Ideas that no embedded trade shows")),
    ):
        if part:
            table = _ideas(
                f"opportunities-{name}", title, part[: SHOWN + MORE], chain_names(m, voice), voice
            )
            first, rest = scores.split(table, SHOWN)
            count = min(len(part) - SHOWN, MORE)
            blocks.append(
                Block(title, table=first, rest=rest, label=say("Show {count} more", count=count))
            )
    top = (seen or unseen)[:OPENED]
    blocks.append(Block(say("The factors opened"), table=_factors(top, voice)))
    sold = [r for r in own(m, "markets") if r["market"] and r["imports_usd"]]
    if sold:
        table = _markets(sold, voice)
        first, rest = scores.split(table, SHOWN)
        label = say("Show {count} more", count=len(table.rows) - SHOWN)
        blocks.append(Block(say("Possible markets"), table=first, rest=rest, label=label))
    return Section(
        "opportunities",
        say("Opportunities"),
        "blocks.html.j2",
        {
            "lead": say(
                "What allies lack, what Norway can do and what stands in the way, each in bands from low "
                "to high. A factor that is not known makes the score an interval and never zero, so "
                "an idea of which little is known stays on the list with a wide interval of rank. "
                "{count} steps of the deep chains are scored; the saved tables hold all of them.",
                count=len(rows),
            ),
            "notes": (
                say(
                    "Score = Π band^(weight / sum of weights), with low 1/3, medium 2/3 and high 1; "
                    "the weights can be changed with verdikart opportunity."
                ),
            ),
            "chart": None,
            "blocks": tuple(blocks),
        },
    )


def _ideas(
    table_id: str, caption: str, rows: list[Row], names: dict[str, str], voice: Voice
) -> Table:
    say = voice.say
    body = []
    for row in rows:
        chain = names[row["chain_id"]]
        ranks = f"{row['rank_best']}–{row['rank_worst']}"
        body.append(
            (
                Cell(voice.name(row), small=f"{chain} · {words.stage(row['stage'], voice.lang)}"),
                Cell(
                    scores.span(row["score_low"], row["score_high"], voice)
                    or voice.number(row["score"], 2),
                    small=say("rank {rank}", rank=ranks),
                ),
                Cell(voice.of(row, "text")),
                Cell(
                    _listed(
                        [words.word("opportunity_factor", f, voice.lang) for f in row["unknown"]]
                    )
                ),
            )
        )
    heads = (
        Head(say("Good and chain")),
        Head(say("Score"), number=True),
        Head(say("What it rests on"), wide=True),
        Head(say("Not known"), wide=True),
    )
    return Table(table_id, caption, heads, tuple(body))


def _listed(names: list[str]) -> str:
    return ", ".join(names) or DASH


def _heads_of_factors(voice: Voice) -> dict[str, str]:
    """Factors in short, in the order of their groups: gap, capability, feasibility."""
    say = voice.say
    return {
        "ally_size": say("Size of gap"),
        "ally_concentration": say("Concen\u00adtration"),
        "ally_persistence": say("Persis\u00adtence"),
        "plants": say("Plants"),
        "adjacent": say("Near goods"),
        "deposits": say("Deposits"),
        "side_streams": say("Side streams"),
        "skills": say("Skills"),
        "research_base": say("Research"),
        "barriers": say("Few barriers"),
        "lead_time": say("Short lead time"),
        "host_attractiveness": say("Host country"),
        "partner_priority": say("Partners’ wish"),
    }


def _factors(rows: list[Row], voice: Voice) -> Table:
    """Goods by factors, a band in each cell."""
    names = _heads_of_factors(voice)
    body = [(Cell(voice.name(row)), *(_band(row[f], voice) for f in names)) for row in rows]
    heads = (Head(voice.say("Good")), *(Head(name, number=True) for name in names.values()))
    caption = voice.say("Bands of the first opportunities; a dash is a question without meaning")
    return Table("opportunities-factors", caption, heads, tuple(body), matrix=True)


def _band(code: str, voice: Voice) -> Cell:
    if code == "not_applicable":
        return Cell(DASH)
    return Cell(words.word("band", code, voice.lang), level=LEVELS.get(code))


def _markets(rows: list[Row], voice: Voice) -> Table:
    """Of each good that Norway makes, the largest market outside the European Union."""
    say, notes = voice.say, Notes(voice)
    largest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda r: -r["imports_usd"]):
        if not row["in_eu"]:
            largest.setdefault(row["product_id"], row)
    body = [
        (
            Cell(voice.name(row), small=_kind_of_good(row, voice)),
            Cell(
                voice.country(row["market"]),
                tags=(Tag(say("allied"), "ally"),) if row["allied"] else (),
            ),
            Cell(voice.millions(row["imports_usd"])),
            Cell(
                voice.percent(row["norway_share"]),
                mark=""
                if row["norway_share"] is not None
                else notes.reason(row["reason"] or "missing_input"),
            ),
            Cell(voice.country(row["top_supplier"]), small=voice.percent(row["top_share"], 0)),
            Cell(voice.of(row, "tariff") or say("not known")),
            Cell(words.word("band", row["recycling_threat"] or "unknown", voice.lang)),
        )
        for row in largest.values()
    ]
    heads = (
        Head(say("Good and stage")),
        Head(say("Market")),
        Head(say("Its imports, million USD"), number=True),
        Head(say("Norway’s share"), number=True),
        Head(say("Largest supplier")),
        Head(say("Tariff on Norwegian goods"), wide=True),
        Head(say("Threat from recycling")),
    )
    caption = say("The largest market outside the EU for each good that Norway makes")
    return Table("opportunities-markets", caption, heads, tuple(body), tuple(notes.listed))


def _kind_of_good(row: Row, voice: Voice) -> str:
    stage = words.stage(row["stage"], voice.lang)
    if not row["specialisation"]:
        return stage
    return f"{stage} · {words.word('specialisation', row['specialisation'], voice.lang)}"


def diversification(m: Mapping, voice: Voice) -> Section | None:
    """Least-cost plans for the sharpest vulnerabilities; None where the mapping has none."""
    rows = own(m, "diversification")
    if not rows:
        return None
    say, notes = voice.say, Notes(voice)
    states = {
        "reached": say("can be reached"),
        "met": say("kept already"),
        "unreachable": say("cannot be reached"),
        "not_computable": say("not computable"),
    }
    body = []
    for row in rows:
        code = str(row["status"])
        name = voice.name(row)
        before, after = row["top_share_before"], row["top_share_after"]
        moved = None if row["unit"] != "t" else row["moved"]
        body.append(
            (
                Cell(name),
                Cell("", tags=(Tag(states.get(code) or str(code), PLANS.get(code, "doubt")),)),
                Cell(
                    _change(before, after, voice),
                    small=voice.country(row["top_supplier_before"]) if before is not None else "",
                    mark=notes.reason(row["reason"]),
                ),
                Cell(voice.tonnes(moved)),
                Cell(voice.millions(row["extra_cost_nok"])),
                Cell(_sentences(voice.of(row, "text"), name)),
            )
        )
    heads = (
        Head(say("Good")),
        Head(say("Under {share}", share=voice.percent(rows[0]["target"], 0))),
        Head(say("Largest share, before and after"), number=True),
        Head(say("Moved, tonnes a year"), number=True),
        Head(say("Extra cost, NOK million a year"), number=True),
        Head(say("In words"), wide=True),
    )
    caption = say("Plans for the sharpest vulnerabilities")
    table = Table("diversification-plans", caption, heads, tuple(body), tuple(notes.listed))
    return Section(
        "diversification",
        say("Spreading the supply"),
        "blocks.html.j2",
        {
            "lead": say(
                "The least costly set of suppliers that brings the largest share under the limit by "
                "{year}, where each can sell what it sells Norway now and {spare} of what it sells "
                "others. Aims, limits and exclusions can be changed with verdikart diversify.",
                year=rows[0]["by"],
                spare=voice.percent(rows[0]["spare"], 0),
            ),
            "notes": (),
            "chart": None,
            "blocks": (Block(table=table),),
        },
    )


def _change(before: float | None, after: float | None, voice: Voice) -> str:
    if before is None or after is None:
        return DASH
    one, other = voice.percent(before, 0), voice.percent(after, 0)
    return one if one == other else f"{one}\u00a0→\u00a0{other}"


def _sentences(text: str, name: str) -> str:
    """A text without the good's name, which stands in the first column."""
    rest = text.removeprefix(f"{name}: ")
    return rest[:1].upper() + rest[1:]
