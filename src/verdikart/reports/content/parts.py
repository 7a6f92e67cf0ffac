"""Parts that several templates share: findings by use, suppliers drawn, goods and plants as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from verdikart.mapping import saved_chains
from verdikart.mapping.material_rows import severity
from verdikart.mapping.saved import Saved
from verdikart.mapping.statements import told
from verdikart.reference import homes, names
from verdikart.reference.entities import ProductMaterial
from verdikart.reference.load import by_key
from verdikart.reports import values, words
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Cell,
    Chart,
    Column,
    Diagram,
    Figure,
    Paragraph,
    Points,
    Series,
    Statement,
    Table,
    Tone,
    Use,
)

Row = dict[str, Any]
NAMED: Final = 8  # suppliers with a bar of their own
USES: Final[tuple[Use, ...]] = ("instruments", "allied_cooperation", "contingency")


def use_title(draft: Draft, use: Use) -> str:
    """The heading of a group of findings: what they are to be used for."""
    return {
        "instruments": draft.say("Targeted instruments"),
        "allied_cooperation": draft.say("Cooperation with allies"),
        "contingency": draft.say("Contingency planning"),
        "": draft.say("Other findings"),
    }[use]


def product(draft: Draft, row: Row) -> str:
    """The name of the good that a row of assessments, positions or findings is about.

    A row on a whole stage of a material, ``manganese@processing``, has the material's name: what is
    known of the stage is known of none of its goods. A code of several materials is named by the
    good of the material that the document is of.
    """
    material, stage, _ = row["subject"].partition("@")
    if stage:
        return names.name("material", material, draft.lang)
    if row["products"]:
        made = by_key(ProductMaterial)
        own = (p for p in row["products"] if (p, draft.material) in made)
        return names.name("product", next(own, row["products"][0]), draft.lang)
    return draft.voice.name(row)


def seen_at(draft: Draft, row: Row) -> str:
    """A row's stage; where it rests on no imports, on what it does, beneath its name."""
    basis = {
        "world_supply": draft.say("world supply"),
        "eu_sourcing": draft.say("EU sourcing as published"),
    }.get(row["basis"], "")
    return "; ".join(part for part in (words.stage(row["stage"], draft.lang), basis) if part)


def inside(name: str) -> str:
    """A name inside a sentence; an abbreviation keeps its capitals."""
    first, _, _ = name.partition(" ")
    return name if any(c.isupper() for c in first[1:]) else name[:1].lower() + name[1:]


def interval(draft: Draft, row: Row, column: str) -> Figure:
    """A figure written as the bounds that it lies between; as itself where it has none."""
    low, high = row.get(f"{column}_low"), row.get(f"{column}_high")
    about = draft.about(row, column)
    text = values.interval(low, high, about, row, draft.voice, None)
    return draft.figure(row, column, text=text)


def word(draft: Draft, row: Row, column: str, *, small: str = "") -> Cell:
    """A name or an id that may be withheld; a dash where there is none."""
    return draft.cell(row, column, small=small) if row[column] else Cell("–")


def partner(draft: Draft, row: Row) -> Figure:
    """The counterpart of a finding by name."""
    return draft.figure(row, "partner", text=draft.voice.of(row, "partner"))


def capital(text: str) -> str:
    """A text with a capital first letter."""
    return text[:1].upper() + text[1:]


def twin(
    draft: Draft,
    table_id: str,
    title: str,
    labels: Sequence[str],
    head: Column,
    cells: Sequence[Cell],
) -> Table:
    """A chart of one series as a table: ``labels`` are the first heading and the rows' names."""
    heads = (Column("label", labels[0], width=3), head)
    body = [(Cell(name, name), cell) for name, cell in zip(labels[1:], cells, strict=True)]
    return draft.table(table_id, title, heads, body)


def bars(
    draft: Draft,
    chart_id: str,
    alt: Statement,
    labels: Sequence[str],
    figures: Sequence[Figure],
    tones: Sequence[Tone],
    table: Table,
    axis: str,
    *,
    name: str = "",
    unit: str = "share",
    limited: bool = False,
    key: Mapping[Tone, str] | None = None,
) -> Chart:
    """One series of figures as lying bars, the first on top; ``table`` says the same in rows.

    ``axis``: what is measured, which the series is called too unless it has a ``name``. ``limited``:
    with a line at the share above which the mapping calls a supply concentrated. ``key``: what the
    tones mean.
    """
    meant = key_of(key or {}, tones)
    limit = draft.saved.parameters["share_threshold"] if limited else None
    return Chart(
        chart_id,
        table.title,
        seen(draft, alt.text, meant),
        "bar",
        tuple(labels),
        (Series(name or axis, tuple(f.raw for f in figures), tuple(tones), tuple(figures)),),
        unit,
        axis,
        table,
        limit=limit,
        limit_text=""
        if limit is None
        else draft.say("limit {share}", share=draft.voice.percent(limit, 0)),
        notes=table.notes,
        key=meant,
    )


def key_of(key: Mapping[Tone, str], tones: Iterable[Tone]) -> tuple[tuple[Tone, str], ...]:
    """What the tones mean that are there, in the key's order."""
    there = frozenset(tones)
    return tuple((tone, text) for tone, text in key.items() if tone in there)


def seen(draft: Draft, alt: str, key: Sequence[tuple[Tone, str]]) -> str:
    """An alternative text, with what the colours mean after it."""
    if not key:
        return alt
    called = {
        "risk": draft.say("red"),
        "ally": draft.say("blue"),
        "other": draft.say("orange"),
        "doubt": draft.say("purple"),
        "quiet": draft.say("grey"),
    }
    said = "; ".join(f"{called[tone]}: {inside(text)}" for tone, text in key)
    return f"{alt} {draft.say('Colours: {key}.', key=said)}"


def allied(draft: Draft, *, limited: bool = False) -> dict[Tone, str]:
    """What the tones of countries mean; ``limited``: the share of those that are no allies counts."""
    if not limited:
        return {"ally": draft.say("Ally"), "other": draft.say("Not an ally")}
    return {
        "ally": draft.say("Ally"),
        "risk": draft.say("Not an ally, above the limit"),
        "other": draft.say("Not an ally, below the limit"),
    }


def prose(draft: Draft, *said: str | Statement, detail: bool = False) -> Paragraph:
    """One paragraph of statements, and of sentences that rest on no figure."""
    made = tuple(draft.stated([s]) if isinstance(s, str) else s for s in said)
    return Paragraph(made, detail)


def finding(draft: Draft, row: Row) -> tuple[Statement, Statement]:
    """A finding as what was computed, and what it calls for."""
    parts = told(row, draft.lang)
    bound = [draft.figure(row, name) for name in ("partner_share", "at_stake_nok", "at_stake_t")]
    said = draft.figure(row, "text")  # the sentence has more numbers than those three
    return (
        draft.stated([parts.body], use=row["use"], bound=[*bound, said]),
        draft.stated([parts.action], kind="recommendation", use=row["use"], bound=bound),
    )


def findings_by_use(
    draft: Draft,
    rows: Sequence[Row],
    said: Callable[[Draft, Row], tuple[Statement, Statement]] = finding,
) -> list[Points]:
    """Findings with their actions, grouped by use; a group without any is left out.

    ``said``: how a finding is worded, with what it calls for.
    """
    found = []
    for use in USES:
        statements = [s for row in rows if row["use"] == use for s in said(draft, row)]
        if statements:
            found.append(Points(tuple(statements), use_title(draft, use)))
    return found


def mix_rows(saved: Saved, mix: str | None) -> list[Row]:
    """Identified partners of a supply mix, the largest by value first."""
    rows = [
        r
        for r in saved.rows("supply")
        if r["mix"] == mix and r["part"] == "identified" and r["value_share"] is not None
    ]
    return sorted(rows, key=lambda r: (-r["value_share"], r["partner"]))


def suppliers(draft: Draft, assessment: Row) -> Chart | None:
    """The suppliers of an assessed good as bars, the largest first; None where no mix is saved."""
    rows = mix_rows(draft.saved, assessment["mix"])
    if not rows:
        return None
    name = product(draft, assessment)
    home = names.name("home", assessment["home"], draft.lang)
    allies = homes.allies(homes.home(assessment["home"]), assessment["year"])
    shown = rows[:NAMED]
    figures = [draft.figure(row, "value_share") for row in shown]
    limit = draft.saved.parameters["share_threshold"]
    tones: list[Tone] = [
        "ally" if r["partner"] in allies else "risk" if (r["value_share"] or 0) > limit else "other"
        for r in shown
    ]
    countries = tuple(draft.voice.country(r["partner"]) for r in shown)
    title = draft.say(
        "{name}: who supplies {home}, {year}", name=name, home=home, year=str(assessment["year"])
    )
    first = draft.statement(
        "{country} has {share} of the imports of {name} by value; {count} suppliers are shown.",
        country=countries[0],
        share=figures[0],
        name=inside(name),
        count=str(len(shown)),
    )
    table = draft.table(
        f"suppliers-{slug(assessment['subject'])}",
        title,
        (
            draft.head("supply", "partner", title=draft.say("Supplier"), width=2),
            draft.head("supply", "value_share"),
            draft.head("supply", "quantity_share"),
            draft.head("supply", "alignment", width=1.5),
        ),
        [
            (
                draft.named(row, "partner"),
                draft.cell(row, "value_share"),
                draft.cell(row, "quantity_share"),
                draft.named(row, "alignment"),
            )
            for row in shown
        ],
    )
    return bars(
        draft,
        f"{table.table_id}-chart",
        first,
        countries,
        figures,
        tones,
        table,
        draft.say("Share of imports by value"),
        limited=True,
        key=allied(draft, limited=True),
    )


def goods(
    draft: Draft, table_id: str, title: str, rows: Iterable[Row], detail: bool = False
) -> Table:
    """Assessed goods, the worst first: verdict, largest supplier, shares, value."""
    ordered = sorted(rows, key=severity)
    heads = (
        Column("good", draft.say("Good and stage"), width=2.6),
        draft.head("assessments", "outcome", width=1.5),
        draft.head("assessments", "top_supplier", width=1.3),
        draft.head("assessments", "top_share"),
        draft.head("assessments", "hhi_value"),
        draft.head("assessments", "ally_share"),
        draft.head("assessments", "value_nok"),
    )
    body = [
        (
            Cell(product(draft, row), row["subject"], small=seen_at(draft, row)),
            Cell(words.outcome(row["outcome"], draft.lang).text, row["outcome"]),
            draft.cell(row, "top_supplier"),
            draft.cell(row, "top_share"),
            draft.cell(row, "hhi_value"),
            draft.cell(row, "ally_share"),
            draft.cell(row, "value_nok"),
        )
        for row in ordered
    ]
    caveats = [n for row in ordered for code in row["caveats"] or () for n in draft.reason(code)]
    return draft.table(
        table_id, title, heads, body, notes=tuple(dict.fromkeys(caveats)), detail=detail
    )


def plants(draft: Draft, table_id: str, title: str, rows: Sequence[Row]) -> Table:
    """Norwegian plants, projects and deposits of the register."""
    heads = (
        draft.head("facilities", "producer", width=2),
        Column("product", draft.say("Product"), width=2),
        draft.head("facilities", "status", width=1.2),
        draft.head("facilities", "place", width=1.3),
        draft.head("facilities", "capacity"),
    )
    body = [
        (
            Cell(row["producer"], row["producer"]),
            draft.named(row, "name"),
            draft.named(row, "status"),
            Cell(row["place"] or "–", row["place"]),
            draft.cell(row, "capacity"),
        )
        for row in rows
    ]
    empty = draft.say("No plant, project or deposit is in the register.")
    return draft.table(table_id, title, heads, body, empty=empty)


def diagram(draft: Draft, chain_id: str, home: str | None = None) -> Diagram:
    """A chain drawn for a home, with its steps as a table."""
    from verdikart.reports.chain_labels import lay, said

    saved, voice = draft.saved, draft.voice
    row = saved_chains.chain_row(saved, chain_id, home)
    steps = [r for r in saved.own("chain_steps", home) if r["chain"] == chain_id]
    drawn = lay(saved_chains.saved_graph(saved, chain_id), steps, voice)
    title = draft.say("The value chain for {name}", name=inside(voice.name(row)))
    heads = (
        Column("step", draft.say("Step"), width=2.6),
        draft.head("chain_steps", "stage", width=1.2),
        draft.head("chain_steps", "counts_as", width=1.5),
        draft.head("chain_steps", "top_other", width=1.3),
        draft.head("chain_steps", "top_other_share"),
        draft.head("chain_steps", "value_nok"),
    )
    body = [
        (
            Cell(voice.name(step), step["product"]),
            draft.named(step, "stage"),
            draft.named(step, "counts_as"),
            draft.cell(step, "top_other"),
            draft.cell(step, "top_other_share"),
            draft.cell(step, "value_nok"),
        )
        for step in steps
    ]
    table = draft.table(
        f"steps-{slug(chain_id)}", draft.say("Step by step"), heads, body, detail=True
    )
    return Diagram(
        f"chain-{slug(chain_id)}",
        title,
        said(voice.name(row), drawn, voice),
        drawn,
        table,
        table.notes,
    )


def slug(text: str) -> str:
    """A text as a part of an id."""
    return "".join(c if c.isalnum() else "-" for c in text.lower()).strip("-")


def of_figure(figure: Figure) -> Cell:
    """A figure as a cell: a number of rows, or a word of its own."""
    return Cell(figure.text, figure.raw, figure.status, figure=figure)
