"""Norway's place in the chains: functions, the Nordic three, patterns of trade, who depends on it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from verdikart.mapping.chain_graphs import DEEP
from verdikart.mapping.run import Mapping
from verdikart.reports import scores, words
from verdikart.reports.view import Block, Cell, Head, Section, Table, Tag
from verdikart.reports.voice import DASH, Notes, Voice

Row = dict[str, Any]
SHOWN, NAMED = 12, 3
FUNCTIONS = ("mining", "processing", "specialisation", "recycling")
NORDIC3 = ("nor", "swe", "fin")
HAS = "yes"
TONES = {"operating": "ally", "project": "doubt"}


def norway(m: Mapping, voice: Voice) -> Section | None:
    """Norway in every deep chain; None where the mapping has no roles."""
    t = m.tables
    if not t.get("chain_roles"):
        return None
    say = voice.say
    blocks = [Block(say("What Norway has in each deep chain"), table=_functions(t, voice))]
    blocks.append(Block(say("Norway, Sweden and Finland together"), table=_nordic(t, voice)))
    for title, table in (
        (say("From import to export"), _patterns(t.get("trade_patterns", []), voice)),
        (say("Who depends on Norway"), _buyers(t.get("reverse_dependency", []), voice)),
    ):
        if table.rows:
            first, rest = scores.split(table, SHOWN)
            label = say("Show the other {count}", count=len(table.rows) - SHOWN)
            blocks.append(Block(title, table=first, rest=rest, label=label))
    return Section(
        "norway",
        say("Norway’s place in the chains"),
        "blocks.html.j2",
        {
            "lead": say(
                "A role is what Norway does at a step: mine, process its own or imported raw material, "
                "recycle, pass on, or hold a deposit. It says nothing of dependence, which is judged by "
                "itself. Plants are those of the register as it was last looked over."
            ),
            "notes": (),
            "chart": None,
            "blocks": tuple(blocks),
        },
    )


def _functions(t: dict[str, list[Row]], voice: Voice) -> Table:
    say = voice.say
    held: dict[str, dict[str, Row]] = {}
    for row in t.get("chain_functions", []):
        if row["depth"] == DEEP:
            held.setdefault(row["chain"], {})[row["function"]] = row
    body = []
    for rows in held.values():
        one = next(iter(rows.values()))
        cells = [_function(rows.get(f), voice) for f in FUNCTIONS]
        body.append((Cell(voice.of(one, "chain")), *cells))
    heads = (
        Head(say("Value chain")),
        *(
            Head(words.word("chain_function", f, voice.lang).capitalize(), wide=True)
            for f in FUNCTIONS
        ),
    )
    caption = say("Functions of the deep chains in Norway")
    return Table("norway-functions", caption, heads, tuple(body))


def _function(row: Row | None, voice: Voice) -> Cell:
    if row is None:
        return Cell(DASH)
    tag = Tag(voice.of(row, "state"), TONES.get(row["state"], "plain"))
    return Cell("", tags=(tag,), small=voice.of(row, "note"))


def _nordic(t: dict[str, list[Row]], voice: Voice) -> Table:
    """How many steps of a chain each of the three has, and which none has."""
    say = voice.say
    chains: dict[str, list[Row]] = {}
    for row in t["chain_roles"]:
        if row["depth"] == DEEP:
            chains.setdefault(row["chain"], []).append(row)
    body = []
    for rows in chains.values():
        counts = [sum(r[f"{c}_state"] == HAS for r in rows) for c in NORDIC3]
        lacking = [voice.name(r) for r in rows if r["missing"] == "yes"]
        unknown = sum(r["missing"] == "unknown" for r in rows)
        names = ", ".join(lacking[:NAMED]) + (" …" if len(lacking) > NAMED else "")
        body.append(
            (
                Cell(voice.of(rows[0], "chain"), small=say("{count} steps", count=len(rows))),
                *(Cell(voice.number(n)) for n in counts),
                Cell(voice.number(len(lacking)), small=names),
                Cell(voice.number(unknown)),
            )
        )
    heads = (
        Head(say("Value chain")),
        Head(voice.country("NOR"), number=True),
        Head(voice.country("SWE"), number=True),
        Head(voice.country("FIN"), number=True),
        Head(say("None of the three"), wide=True),
        Head(say("Not known"), number=True),
    )
    caption = say("Steps on record in each of the three countries")
    return Table("norway-nordic", caption, heads, tuple(body))


def _patterns(rows: list[Row], voice: Voice) -> Table:
    """Goods that Norway makes: where the raw material comes from, and where the good goes."""
    say, notes = voice.say, Notes(voice)
    goods: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        goods.setdefault(row["product"], {}).setdefault(row["flow"], []).append(row)
    body = []
    for flows in goods.values():
        exports = _first(flows.get("export", []))
        if not exports:
            continue
        one = exports[0]
        body.append(
            (
                exports[0]["value"] or 0,
                (
                    Cell(voice.name(one), small=voice.of(one, "role")),
                    Cell(_listed(one["plants"])),
                    Cell(_from(_first(flows.get("feed", [])), voice) or DASH),
                    Cell(
                        voice.of(one, "country"),
                        small=voice.percent(one["share"], 0),
                        mark="" if one["share"] is not None else notes.reason(one["share_reason"]),
                    ),
                ),
            )
        )
    body.sort(key=lambda pair: -pair[0])
    heads = (
        Head(say("Good and role")),
        Head(say("Plants"), wide=True),
        Head(say("Raw material and its largest origin"), wide=True),
        Head(say("Largest destination")),
    )
    caption = say("Goods made in Norway, the largest exports first")
    return Table("norway-patterns", caption, heads, tuple(c for _, c in body), tuple(notes.listed))


def _first(rows: list[Row]) -> list[Row]:
    """The largest country of each good, where its share is known; else the country on record."""
    best: dict[str, Row] = {}
    for row in rows:
        if row["country"] and (row["rank"] or 1) == 1:
            best.setdefault(row["good"], row)
    return list(best.values())


def _from(rows: list[Row], voice: Voice) -> str:
    parts = []
    for row in rows:
        share = f" {voice.percent(row['share'], 0)}" if row["share"] is not None else ""
        parts.append(f"{voice.of(row, 'good')}: {voice.of(row, 'country')}{share}")
    return "; ".join(parts)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def _buyers(rows: list[Row], voice: Voice) -> Table:
    """Single countries first by how much of their supply is Norwegian."""
    say, notes = voice.say, Notes(voice)
    known = [r for r in rows if r["supplier_share"] is not None]
    best: dict[str, Row] = {}
    for row in sorted(known, key=lambda r: -r["supplier_share"]):
        best.setdefault(row["subject"], row)
    names = Counter(voice.name(r) for r in best.values())
    body = []
    for row in best.values():
        stage = words.stage(row["stage"], voice.lang)
        code = f" · {row['subject'].replace(':', ' ')}" if names[voice.name(row)] > 1 else ""
        after = [
            f"{name} {voice.percent(share, 0)}"
            for name, share in zip(
                row[f"next_suppliers_{voice.lang}"], row["next_shares"], strict=False
            )
        ]
        body.append(
            (
                Cell(voice.name(row), small=stage + code),
                Cell(voice.of(row, "buyer")),
                Cell(voice.percent(row["supplier_share"], 0), small=voice.of(row, "denominator")),
                Cell("; ".join(after[:2]) or DASH),
                Cell(
                    voice.percent(row["buyer_share_of_exports"], 0),
                    mark=""
                    if row["buyer_share_of_exports"] is not None
                    else notes.reason("missing_input"),
                ),
            )
        )
    heads = (
        Head(say("Good and stage")),
        Head(say("Buyer that depends most")),
        Head(say("Norway’s share"), number=True),
        Head(say("Next suppliers"), wide=True),
        Head(say("Buyer’s share of Norway’s exports"), number=True),
    )
    caption = say("If Norway stopped: the buyer of each good with the largest Norwegian share")
    return Table("norway-buyers", caption, heads, tuple(body), tuple(notes.listed))
