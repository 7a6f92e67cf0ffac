"""Of one material: chains, technologies and sectors, what Norway has, trade measures, and ways out."""

from __future__ import annotations

from typing import Any

from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.reports.view import Tag
from verdikart.web.blocks import Block, Cell, Column, Section, Table
from verdikart.web.pages.material_seen import Seen
from verdikart.web.values import cell, heads, named, plain

Row = dict[str, Any]
COUNTS = {"vulnerable": "risk", "allied": "ally", "open": "doubt"}
NAMED = 4


def uses(seen: Seen) -> Section:
    """The chains it goes into with the standing of its steps, and the sectors with their technologies."""
    ask, say = seen.ask, seen.ask.say
    chains: dict[str, list[Row]] = {}
    for row in seen.steps:
        chains.setdefault(row["chain"], []).append(row)
    hit = {"vulnerable": 0, "open": 1, "allied": 2, "sound": 3}
    body = []
    order = sorted(
        chains.items(),
        key=lambda item: (
            item[0] != seen.key,
            min(hit.get(r["counts_as"], 4) for r in item[1]),
            name("chain", item[0], ask.lang),
        ),
    )
    for chain, rows in order:
        rows.sort(key=lambda r: (not r["bottleneck"], hit.get(r["counts_as"], 4), r["product"]))
        first = rows[0]
        standing = first["counts_as"]
        tags = [
            Tag(words.word("chain_counts", standing, ask.lang), COUNTS.get(standing, "plain"))
            if standing
            else Tag(words.word("chain_need", first["need"], ask.lang))
        ]
        if first["bottleneck"]:
            tags.append(Tag(say("bottleneck of the chain"), "risk"))
        body.append(
            (
                plain(
                    chain,
                    name("chain", chain, ask.lang),
                    ask.url(f"chains/{chain}"),
                    small=words.word("chain_depth", first["depth"], ask.lang),
                ),
                plain(
                    first["product"],
                    ask.voice.name(first),
                    ask.url(f"chains/{chain}/{first['product']}"),
                    small=words.stage(first["stage"], ask.lang),
                ),
                Cell("", standing, tags=tuple(tags)),
                cell(
                    ask,
                    first,
                    "top_other_share",
                    small=ask.voice.country(first["top_other"]) if first["top_other"] else "",
                ),
                cell(ask, first, "risk"),
                _others(seen, rows[1:]),
            )
        )
    columns = (
        Column("chain", say("Value chain")),
        Column("step", say("Its worst step with the material")),
        Column("counts", say("Standing")),
        Column("share", say("From the largest supplier that is no ally"), number=True),
        *heads(ask, "chain_steps", ("risk",)),
        Column("others", say("Other steps with the material"), wide=True),
    )
    table = Table(
        "chains",
        say(
            "{count} value chains hold the material, as {home} sees them",
            count=len(body),
            home=seen.home,
        ),
        columns,
        tuple(body),
        empty=say("No value chain in the package holds it."),
    )
    return Section("uses", say("Where the material goes"), (table, _sectors(seen)))


def _others(seen: Seen, rows: list[Row]) -> Cell:
    ask = seen.ask
    if not rows:
        return Cell(ask.say("none"), [])
    names = [ask.voice.name(r).split(" (")[0] for r in rows[:NAMED]]
    if len(rows) > NAMED:
        names.append(ask.say("{count} more", count=len(rows) - NAMED))
    return Cell(", ".join(names), [r["product"] for r in rows])


def _sectors(seen: Seen) -> Block:
    ask, say = seen.ask, seen.ask.say
    sectors: dict[str, list[Row]] = {}
    for row in ask.saved.rows("links"):
        if row["material"] == seen.key:
            sectors.setdefault(row["sector"], []).append(row)
    rank = {"H": 0, "M": 1, "L": 2}
    body = []
    for sector, rows in sorted(
        sectors.items(), key=lambda item: (not any(r["in_scope"] for r in item[1]), item[0])
    ):
        rows.sort(key=lambda r: (rank.get(r["importance"], 3), r["via"]))
        weights = [r["importance"] for r in rows if r["importance"]]
        told = []
        for row in rows:
            text = ask.voice.of(row, "via_name")
            if row["importance"]:
                text += f" ({words.word('importance', row['importance'], ask.lang)})"
            if row["inherited_from"]:
                text += " " + say(
                    "through {group}", group=name("material", row["inherited_from"], ask.lang)
                )
            told.append(text)
        sure = dict.fromkeys(
            words.confidence(r["confidence"], ask.lang) for r in rows if r["confidence"]
        )
        body.append(
            (
                plain(
                    sector,
                    ask.voice.of(rows[0], "sector_name"),
                    ask.url(f"sectors/{sector}"),
                    small="" if rows[0]["in_scope"] else say("outside the scope"),
                ),
                plain(
                    min(weights, key=lambda w: rank.get(w, 3)) if weights else "",
                    words.word("importance", min(weights, key=lambda w: rank.get(w, 3)), ask.lang)
                    if weights
                    else say("not stated"),
                ),
                Cell("; ".join(told), [r["via"] for r in rows]),
                plain(", ".join(sure)),
            )
        )
    columns = (
        Column("sector", say("Sector")),
        Column("importance", say("Importance, at most")),
        Column("via", say("Through which technologies and plants"), wide=True),
        Column("confidence", say("How well checked"), wide=True),
    )
    caption = say("{count} strategic sectors are tied to it", count=len(body))
    return Table(
        "sectors",
        caption,
        columns,
        tuple(body),
        empty=say("No strategic sector is tied to it on record."),
    )


def norway(seen: Seen) -> Section:
    """Plants, mines and deposits on record, and what others get from the home."""
    ask, say = seen.ask, seen.ask.say
    rows = [r for r in ask.saved.rows("facilities") if r["material"] == seen.key]
    rows.sort(key=lambda r: (r["status"] != "operating", r["status"], r["producer"]))
    body = tuple(
        (
            plain(
                r["record_id"],
                r["producer"],
                ask.url("position/register", q=r["producer"]),
                small=", ".join(p for p in (r["place"], r["region"]) if p),
            ),
            plain(
                r["product"],
                ask.voice.name(r) if r["name_en"] else say("not known"),
                seen.step(r["product"]),
            ),
            plain(r["kind"], ask.voice.of(r, "kind")),
            plain(
                r["status"],
                ask.voice.of(r, "status"),
                small=ask.voice.day(str(r["status_date"] or "")),
            ),
            cell(ask, r, "capacity"),
            cell(ask, r, "production", small=r["production_period"] or ""),
            Cell(
                words.cited(r["source"], ask.lang),
                r["source"],
                small=words.confidence(r["confidence"], ask.lang) if r["confidence"] else "",
                lang="en",
            ),
        )
        for r in rows
    )
    columns = (
        Column("producer", say("Plant or deposit")),
        Column("good", say("Good")),
        Column("kind", say("Kind")),
        Column("status", say("Status")),
        *heads(ask, "facilities", ("capacity", "production")),
        Column("source", say("Source"), wide=True),
    )
    plants = Table(
        "plants",
        say("{count} plants, mines and deposits in Norway", count=len(body)),
        columns,
        body,
        empty=say("None is on record in the capability register."),
    )
    held = [
        r
        for r in ask.saved.rows("positions")
        if seen.key in r["materials"] and r["supplier_share"] is not None
    ]
    held.sort(key=lambda r: -r["supplier_share"])
    names = ("supplier_share", "supplier_rank", "value_nok", "quantity_t")
    strength = Table(
        "positions",
        say("What others get from {home}", home=seen.home),
        (
            Column("good", say("Good and stage")),
            Column("other", say("Buyer")),
            Column("role", say("Role")),
            *heads(ask, "positions", names),
        ),
        tuple(
            (
                named(
                    ask,
                    r,
                    href=seen.step(r["products"][0] if r["products"] else None),
                    small=words.stage(r["stage"], ask.lang),
                ),
                plain(r["other"], name("home", r["other"], ask.lang)),
                plain(
                    r["role"] or "",
                    words.role(r["role"], ask.lang) if r["role"] else say("not known"),
                ),
                *(cell(ask, r, c) for c in names),
            )
            for r in held
        ),
        empty=say(
            "No delivery of it from {home} to the homes compared with is on record.", home=seen.home
        ),
    )
    return Section(
        "norway",
        say("Plants in Norway, and what others need from us")
        if ask.saved.home == "NOR"
        else say("Plants in Norway, and what others get from {home}", home=seen.home),
        (plants, strength),
    )
