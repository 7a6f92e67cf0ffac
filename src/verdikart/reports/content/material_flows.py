"""Where a material comes from and where it goes: suppliers, destinations, share of others' imports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from verdikart.mapping.bindings import FLOWS, rows_of
from verdikart.reference import homes, names
from verdikart.reference.entities import Source
from verdikart.reference.load import by_key
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Block,
    Cell,
    Chart,
    Column,
    Figure,
    Points,
    Section,
    Statement,
    Table,
    Tone,
)

Row = dict[str, Any]
DRAWN: Final = 2  # goods whose suppliers, or destinations, are drawn
NAMED: Final = 8  # destinations with a bar of their own
ALONE: Final = 0.99  # from here on one destination is all there is to say
SMALL: Final = "small"
NORWAY: Final = "NOR"  # whose plants the register has
LEAST: Final = 0.01  # of the largest export; what is less is not drawn
SHOWN: Final = 12  # rows of a table that a slide takes


def supply(draft: Draft, rows: Sequence[Row], through: Sequence[str]) -> Section:
    """Suppliers of the goods that could be judged, drawn where there are several, and a table."""
    title = draft.say("Where it comes from")
    blocks: list[Block] = []
    seen = [r for r in rows if r["outcome"] != "not_computable"]
    if not seen:
        text = draft.say("None of its goods could be judged on the data of this mapping.")
        return Section("supply", title, (parts.prose(draft, text),))
    if through:
        listed = draft.voice.join([names.name("material", m, draft.lang) for m in through])
        text = draft.say(
            "No good of its own could be judged; what follows is of {names}.", names=listed
        )
        blocks.append(parts.prose(draft, text))
    own = [r for r in seen if r["mix"] and r["basis"] == "own_imports"]
    # One supplier is a number and no picture.
    several = [r for r in own if len(parts.mix_rows(draft.saved, r["mix"])) > 1]
    several = [r for r in several if r["outcome"] != SMALL] or several[:1]
    charts = (parts.suppliers(draft, row) for row in several[:DRAWN])
    blocks += [chart for chart in charts if chart is not None]
    listed = draft.say("Goods and stages that could be judged")
    blocks.append(parts.goods(draft, "goods", listed, seen))
    return Section("supply", title, tuple(blocks))


def strongest(draft: Draft, material: str) -> Row | None:
    """The largest share that the home has of another's imports; None below the floor."""
    rows = [
        r
        for r in _positions(draft, material)
        if (r["supplier_share"] or 0) >= draft.saved.parameters["position_floor"]
    ]
    return rows[0] if rows else None


def delivered(draft: Draft, row: Row) -> Statement:
    """A position: the home's share of another home's imports, else of its supply as published."""
    if row["basis"] != "imports":
        return draft.statement(
            "{name}, {stage}: {share} of the supply of {other} comes from {home}, by the EU’s study of "
            "2023.",
            name=parts.product(draft, row),
            stage=words.stage(row["stage"], draft.lang),
            home=names.name("home", row["home"], draft.lang),
            other=names.name("home", row["other"], draft.lang),
            share=draft.figure(row, "supplier_share"),
        )
    return draft.statement(
        "{name}: {home} delivers {share} of what {other} imports from outside, for {value}.",
        name=parts.product(draft, row),
        home=names.name("home", row["home"], draft.lang),
        other=names.name("home", row["other"], draft.lang),
        share=draft.figure(row, "supplier_share"),
        value=draft.money(row),
    )


def _positions(draft: Draft, material: str) -> list[Row]:
    """The home's shares of others' imports, the largest first; then those of supply as published."""
    rows = [
        r
        for r in draft.saved.rows("positions")
        if material in (r["materials"] or ())
        and r["home"] == draft.saved.home
        and r["supplier_share"]
    ]
    return sorted(
        rows,
        key=lambda r: (r["basis"] != "imports", -r["supplier_share"], r["subject"], r["other"]),
    )


def position(draft: Draft, material: str) -> Section:
    """What others get from the home: share, destination, plants, and what documents claim."""
    rows = _positions(draft, material)
    home = names.name("home", draft.saved.home, draft.lang)
    blocks: list[Block] = []
    heads = (
        Column("good", draft.say("Good and stage"), width=2.5),
        draft.head("positions", "other", title=draft.say("Buyer"), width=1.6),
        draft.head("positions", "supplier_share", title=draft.say("Share of the buyer’s imports")),
        draft.head("positions", "supplier_rank"),
        draft.head("positions", "value_nok"),
    )
    body = [
        (
            Cell(parts.product(draft, r), r["subject"], small=parts.seen_at(draft, r)),
            draft.named(r, "other"),
            draft.cell(r, "supplier_share"),
            draft.cell(r, "supplier_rank"),
            draft.cell(r, "value_nok"),
        )
        for r in rows
    ]
    if rows:
        listed = draft.say("Share of others’ imports")
        blocks.append(draft.table("positions", listed, heads, body))
    else:
        text = draft.say("No delivery to the blocs compared with is on record.")
        blocks.append(parts.prose(draft, text))
    blocks += _destinations(draft, material)
    if NORWAY in homes.home(draft.saved.home).members(draft.saved.year):
        blocks.append(_plants(draft, material))
    title = draft.say("Position: what others get from {home}", home=home)
    return Section("position", title, (*blocks, *_claims(draft, material)))


def _plants(draft: Draft, material: str) -> Block:
    """The register's plants, those at work first."""
    held = [r for r in draft.saved.rows("facilities") if r["material"] == material]
    if not held:
        return parts.prose(draft, draft.say("No plant, project or deposit is in the register."))
    held.sort(key=lambda r: (r["status"] != "operating", -(r["capacity"] or 0), r["producer"]))
    listed = draft.say("Plants, projects and deposits")
    return replace(parts.plants(draft, "plants", listed, held), detail=len(held) > SHOWN)


def _destinations(draft: Draft, material: str) -> list[Chart]:
    """Where the home's largest exports of the material go."""
    goods = {
        r["subject"]: r
        for r in draft.saved.own("assessments")
        if material in (r["materials"] or ())
    }
    out: dict[str, list[Row]] = {}
    for row in rows_of(draft.saved, FLOWS):
        if row["flow"] == "export" and row["subject"] in goods and row["value_nok"]:
            out.setdefault(row["subject"], []).append(row)
    several = [
        subject
        for subject, rows in out.items()
        if len(rows) > 1 and max(r["value_share"] or 0 for r in rows) < ALONE
    ]
    worth = {subject: sum(r["value_nok"] for r in rows) for subject, rows in out.items()}
    floor = LEAST * max(worth.values(), default=0.0)
    several = sorted((s for s in several if worth[s] >= floor), key=lambda s: -worth[s])
    return [_destination(draft, goods[subject], out[subject]) for subject in several[:DRAWN]]


def _destination(draft: Draft, good: Row, rows: list[Row]) -> Chart:
    shown = sorted(rows, key=lambda r: (-(r["value_share"] or 0), r["country"]))[:NAMED]
    name = parts.product(draft, good)
    home = names.name("home", good["home"], draft.lang)
    allies = homes.allies(homes.home(good["home"]), good["year"])
    figures = tuple(draft.figure(row, "value_share") for row in shown)
    tones: tuple[Tone, ...] = tuple("ally" if r["country"] in allies else "other" for r in shown)
    countries = tuple(draft.voice.country(r["country"]) for r in shown)
    title = draft.say(
        "{name}: who gets the exports of {home}, {year}",
        name=name,
        home=home,
        year=str(good["year"]),
    )
    alt = draft.statement(
        "Longest bar: {country}, with {share} of the exports of {name} by value.",
        country=countries[0],
        share=figures[0],
        name=parts.inside(name),
    )
    axis = draft.say("Share of exports by value")
    place = f"destinations-{parts.slug(good['subject'])}"
    heads = (
        draft.head("flows", "country", title=draft.say("Destination"), width=2),
        draft.head("flows", "value_share", title=axis),
        draft.head("flows", "value_nok"),
        draft.head("flows", "quantity_t"),
    )
    body = [
        (
            draft.named(row, "country"),
            draft.cell(row, "value_share"),
            draft.cell(row, "value_nok"),
            draft.cell(row, "quantity_t"),
        )
        for row in shown
    ]
    table: Table = draft.table(place, title, heads, body)
    return parts.bars(
        draft,
        f"{place}-chart",
        alt,
        countries,
        figures,
        tones,
        table,
        axis,
        key=parts.allied(draft),
    )


def _claims(draft: Draft, material: str) -> list[Block]:
    """Shares that documents claim, each beside what is computed of a named whole."""
    rows = [r for r in draft.saved.rows("claims") if r["material"] == material]
    if not rows:
        return []
    claims: dict[str, list[Row]] = {}
    for row in rows:
        claims.setdefault(row["claim"], []).append(row)
    statements = [
        s for held in claims.values() for s in (_claimed(draft, held[0]), _held(draft, held))
    ]
    title = draft.say("What documents say of the share, and what is computed")
    return [Points(tuple(statements), title)]


def _claimed(draft: Draft, row: Row) -> Statement:
    """What a document says, as its own statement."""
    low, high = row["claimed_low"], row["claimed_high"]
    if low is None or high is None:
        message = (
            "{name}: more than {low} of {whole}."
            if high is None
            else "{name}: up to {high} of {whole}."
        )
    elif low == high:
        message = "{name}: {low} of {whole}."
    else:
        message = "{name}: from {low} to {high} of {whole}."
    return draft.statement(
        message,
        kind="expert",
        owner=words.cited(row["document"], draft.lang),
        name=names.name("product", row["product"], draft.lang),
        low=draft.figure(row, "claimed_low", decimals=0),
        high=draft.figure(row, "claimed_high", decimals=0),
        whole=draft.voice.of(row, "claimed_of"),
    )


def _whole(draft: Draft, row: Row) -> Iterator[str]:
    """What a share is of, and whose data count it where one is known: several may count the same."""
    yield draft.voice.of(row, "of")
    if row["source"]:
        yield words.provider(by_key(Source)[row["source"]].provider, draft.lang)


def _held(draft: Draft, rows: list[Row]) -> Statement:
    """The shares computed, each of its own whole, and what must be known to compare."""
    runs: list[str | Figure] = [draft.say("Computed: ")]
    for place, row in enumerate(rows):
        runs += [
            "; " if place else "",
            draft.figure(row, "share"),
            f" ({', '.join(_whole(draft, row))})",
        ]
    made = draft.stated([*runs, "."])
    notes = (draft.note(t) for t in dict.fromkeys(draft.voice.of(r, "note") for r in rows) if t)
    return replace(made, notes=tuple(dict.fromkeys((*made.notes, *notes))))
