"""What Norway does at each stage of each chain, beside what Sweden and Finland have."""

from __future__ import annotations

from collections import Counter
from typing import Any

from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Field, Form, Note, Prose, Section, Table
from verdikart.web.pages.position_links import carried, chosen, plants, sentence
from verdikart.web.values import cell, head, heads, named

Row = dict[str, Any]
STAGES = ("extraction", "processing", "semi-manufacture", "component", "scrap")
# The strongest first: a cell of the matrix is headed by the first that any of its steps has.
ROLES = (
    "extractor",
    "processor_own_feed",
    "processor_imported_feed",
    "recycler",
    "transit",
    "deposit_only",
    "unknown",
    "absent",
)
LEVELS = {
    "extractor": 3,
    "processor_own_feed": 3,
    "processor_imported_feed": 2,
    "recycler": 2,
    "transit": 1,
    "deposit_only": 1,
}
COUNTRIES = ("nor", "swe", "fin")
HAS = ("yes", "stage_only")


def section(ask: Ask) -> Section:
    """The matrix of roles, the three countries, and one chain step by step."""
    say, rows = ask.say, ask.saved.rows("chain_roles")
    title = say("Norway’s role at each stage")
    if not rows:
        note = Note(
            say("This mapping was made without the chains. Make a new one to get the roles.")
        )
        return Section("roles", title, (note,))
    chains = {r["chain"]: ask.voice.of(r, "chain") for r in rows}
    asked, field = chosen(ask, "roles", chains, say("Step by step in"))
    every = ask.query.flag("every")
    form = Form(
        "roles-filter",
        (
            field,
            Field("every", say("Also the chains that are mapped shallowly"), "flag", every),
            *carried(ask, ("roles", "every")),
        ),
        say("Show"),
        title=say("Choose a chain"),
        reset=ask.here(roles=None, every=None),
    )
    lead = say(
        "A role says what Norway does: mines, processes its own or imported raw material, recycles, "
        "passes goods on, or has a deposit only. It says nothing of whom Norway depends on. A cell "
        "names the strongest role at the stage and how many of its steps have a Norwegian plant."
    )
    kept = rows if every else [r for r in rows if r["depth"] == "deep"]
    blocks: list[Block] = [Prose((lead,)), form]
    if asked:
        blocks.append(_steps(ask, asked, [r for r in rows if r["chain"] == asked]))
    blocks += [_matrix(ask, kept), _nordic(ask, kept)]
    return Section("roles", title, tuple(blocks))


def _by_chain(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda r: r["depth"] != "deep"):
        found.setdefault(row["chain"], []).append(row)
    return found


def _matrix(ask: Ask, rows: list[Row]) -> Table:
    say = ask.say
    columns = (
        Column("chain", say("Value chain")),
        *(Column(s, sentence(name("stage", s, ask.lang))) for s in STAGES),
    )
    body = tuple(
        (
            _chain(ask, chain, held),
            *(_role(ask, [r for r in held if r["stage"] == s]) for s in STAGES),
        )
        for chain, held in _by_chain(rows).items()
    )
    return Table(
        "roles-table",
        say("Norway’s strongest role by chain and stage"),
        columns,
        body,
        matrix=True,
        notes=(
            say("The darker the cell, the more is done in Norway; a dash: no step of that stage."),
        ),
    )


def _chain(ask: Ask, chain: str, held: list[Row]) -> Cell:
    depth = words.word("chain_depth", held[0]["depth"], ask.lang)
    return Cell(ask.voice.of(held[0], "chain"), chain, href=ask.url(f"chains/{chain}"), small=depth)


def _role(ask: Ask, held: list[Row]) -> Cell:
    if not held:
        return Cell("–", None)
    counted = Counter(r["role"] for r in held)
    first = next(role for role in ROLES if counted[role])
    working = sum(1 for r in held if r["plant_ids"])
    small = ask.say("{count} of {total} steps", count=working, total=len(held))
    return Cell(words.word("role", first, ask.lang), first, small=small, level=LEVELS.get(first, 0))


def _nordic(ask: Ask, rows: list[Row]) -> Table:
    """Steps on record in each of the three countries, and what none of them has."""
    say, voice = ask.say, ask.voice
    columns = (
        Column("chain", say("Value chain")),
        Column("steps", say("Steps"), number=True),
        *(Column(c, voice.country(c.upper()), number=True) for c in COUNTRIES),
        Column("none", say("None of the three"), number=True),
        Column("lacking", say("Which"), wide=True),
        Column("unknown", say("Not known"), number=True),
    )
    body = []
    for chain, held in _by_chain(rows).items():
        lacking = [r for r in held if r["missing"] == "yes"]
        counts = [sum(r[f"{c}_state"] in HAS for r in held) for c in COUNTRIES]
        unknown = sum(r["missing"] == "unknown" for r in held)
        body.append(
            (
                Cell(
                    voice.of(held[0], "chain"),
                    chain,
                    href=ask.here(roles=chain) + "#steps-of-chain-caption",
                ),
                *(Cell(voice.number(n), n) for n in (len(held), *counts, len(lacking))),
                Cell(
                    ", ".join(voice.name(r) for r in lacking) or "–",
                    [r["product"] for r in lacking],
                ),
                Cell(voice.number(unknown), unknown),
            )
        )
    return Table(
        "nordic",
        say("Norway, Sweden and Finland: steps on record"),
        columns,
        tuple(body),
        notes=(
            say(
                "Counted are steps with production on record, and those whose stage alone is on "
                "record. Plants are known for Norway only; for Sweden and Finland the evidence is "
                "statistics of mining and of the European study, so that much is not known."
            ),
        ),
        folded=say("Norway, Sweden and Finland compared"),
    )


def _steps(ask: Ask, chain: str, rows: list[Row]) -> Table:
    say = ask.say
    columns = (
        Column("step", say("Step")),
        *heads(ask, "chain_roles", ("stage", "role")),
        Column("plants", say("Plants in Norway")),
        *heads(
            ask,
            "chain_roles",
            tuple(f"{c}_{what}" for c in COUNTRIES for what in ("state", "exports")),
        ),
        head(ask, "chain_roles", "missing"),
    )
    body = tuple(
        (
            named(ask, r, href=ask.url(f"chains/{chain}/{r['product']}")),
            *(cell(ask, r, c, why=False) for c in ("stage", "role")),
            plants(ask, r["plant_ids"] or (), r["plants"] or (), r["product"]),
            *(
                cell(ask, r, f"{c}_{what}", why=what == "exports")
                for c in COUNTRIES
                for what in ("state", "exports")
            ),
            cell(ask, r, "missing", why=False),
        )
        for r in rows
    )
    caption = say(
        "{chain}: steps in Norway, Sweden and Finland", chain=name("chain", chain, ask.lang)
    )
    return Table("steps-of-chain", caption, columns, body)
