"""Changed scores with their parts by cause, changed verdicts, and what the mappings were made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from verdikart.mapping.statements import upper_first
from verdikart.reports import words
from verdikart.reports.content import parts
from verdikart.reports.content.change_sides import CAUSES, Sides, cause_name, change
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import (
    Block,
    Cell,
    Chart,
    Column,
    Paragraph,
    Section,
    Series,
    Table,
    Tone,
)

Row = dict[str, Any]
MEASURES: Final = ("supply_risk", "economic_importance")
NEAR: Final = 1e-9  # a smaller change is arithmetic's own
DRAWN: Final = 15


def moved(rows: Sequence[Row], measure: str) -> list[Row]:
    """Materials whose score changes."""
    return [row for row in rows if abs(row[f"{measure}_change"] or 0.0) > NEAR]


def sections(sides: Sides) -> tuple[Section, ...]:
    """Verdicts that turn, and scores that change with their parts."""
    draft = sides.now
    blocks: list[Block] = [_verdicts(sides)]
    rows = [
        row
        for row in sides.found.scores.materials
        if any(moved([row], measure) for measure in MEASURES)
    ]
    drawn = [r for r in moved(rows, "supply_risk") if None not in _ends(r)]
    drawn = sorted(drawn, key=lambda r: -abs(r["supply_risk_change"]))[:DRAWN]
    if drawn:
        blocks.append(_chart(sides, drawn))
    blocks.append(_scores(sides, rows))
    return (
        Section(
            "scores", draft.say("Criticality: verdicts and scores that changed"), tuple(blocks)
        ),
    )


def _ends(row: Row) -> tuple[float | None, float | None]:
    return row["supply_risk_a"], row["supply_risk_b"]


def _verdicts(sides: Sides) -> Table:
    draft = sides.now
    kinds = {
        "enters": draft.say("becomes critical"),
        "leaves": draft.say("is no longer critical"),
        "becomes_undetermined": draft.say("becomes undetermined"),
        "becomes_determined": draft.say("becomes determined"),
    }

    def said(row: Row) -> str:
        return draft.named(row, "verdict").text

    heads = (
        Column("material", draft.say("Material"), width=1.6),
        Column("change", draft.say("Change"), width=1.5),
        Column("verdict_a", sides.head(draft.say("Verdict"), sides.then), width=1.3),
        Column("verdict_b", sides.head(draft.say("Verdict"), sides.now), width=1.3),
        Column("causes", draft.say("Carried by"), width=1.5),
    )
    body = [
        (
            Cell(draft.voice.name(row), row["material_id"]),
            Cell(kinds[row["verdict_change"]], row["verdict_change"]),
            *sides.worded(sides.scores(row), "verdict", said),
            Cell(_causes(draft, row) or "–", row["verdict_causes"]),
        )
        for row in sides.found.scores.verdicts
    ]
    return draft.table(
        "verdicts",
        draft.say("Materials whose verdict turned"),
        heads,
        body,
        empty=draft.say("No material changes its verdict."),
    )


def _causes(draft: Draft, row: Row) -> str:
    named = row["verdict_causes"] or row["change_causes"]
    return draft.voice.join([cause_name(draft, cause) for cause in named])


def _scores(sides: Sides, rows: Sequence[Row]) -> Table:
    draft = sides.now
    labels = {
        "supply_risk": draft.say("Supply risk"),
        "economic_importance": draft.say("Economic importance"),
    }
    still = [c for c in CAUSES if not any(row[f"{m}_{c}"] for row in rows for m in MEASURES)]
    causes = [c for c in CAUSES if c not in still]
    heads = (
        Column("material", draft.say("Material"), width=1.7),
        Column("measure", draft.say("Score"), width=1.5),
        Column("a", sides.then_name, "score", number=True),
        Column("b", sides.now_name, "score", number=True),
        Column("change", draft.say("Change"), "score", number=True),
        *(Column(c, upper_first(cause_name(draft, c)), "score", number=True) for c in causes),
    )
    body = []
    for row in rows:
        for measure in MEASURES:
            if not moved([row], measure):
                continue
            ends = sides.cells(sides.scores(row), measure)
            body.append(
                (
                    Cell(draft.voice.name(row), row["material_id"]),
                    Cell(labels[measure], measure),
                    *ends,
                    change(row[f"{measure}_change"], ends, draft),
                    *(change(row[f"{measure}_{c}"], ends, draft) for c in causes),
                )
            )
    notes = [
        draft.note(
            draft.say(
                "The parts sum to the change. Scores are computed for every combination of the four "
                "causes taken from then or from now; the part of a cause is its contribution averaged "
                "over all orders (Shapley). New period: the year asked about. Data revision: another "
                "vintage of the same figures. Method: parameters, choices and the version of the code. "
                "Reference tables: published shares, recycling, end uses, governance and trade "
                "parameters."
            )
        )
    ]
    if still and causes:
        text = draft.say(
            "Causes without a part in any of the changes are left out: {causes}.",
            causes=draft.voice.join([cause_name(draft, c) for c in still]),
        )
        notes.append(draft.note(text))
    lacking = [r for r in sides.found.scores.materials if "no_value_between" in _reasons(r)]
    if lacking:
        names = draft.voice.join([draft.voice.name(r) for r in lacking])
        text = draft.say("No parts, because a mix of the two has no score: {names}.", names=names)
        notes.append(draft.note(text))
    return draft.table(
        "scores",
        draft.say("Scores that changed, with their parts by cause"),
        heads,
        body,
        empty=draft.say("No score changes."),
        notes=notes if body else (),
    )


def _reasons(row: Row) -> tuple[str | None, ...]:
    return tuple(row[f"{measure}_reason"] for measure in MEASURES)


def _chart(sides: Sides, drawn: Sequence[Row]) -> Chart:
    """Supply risk then and now as points, with the threshold on both axes."""
    draft = sides.now
    pairs = [sides.scores(row) for row in drawn]
    cells = [sides.cells(pair, "supply_risk") for pair in pairs]
    limit = draft.saved.parameters["sr_threshold"]
    title = draft.say(
        "Supply risk, {then} and {now}: those that changed most",
        then=sides.then_name,
        now=sides.now_name,
    )
    top = draft.statement(
        "Supply risk of {name} goes from {then} to {now}; {count} materials are shown, those that "
        "changed most.",
        name=draft.voice.name(drawn[0]),
        then=_figure(cells[0][0]),
        now=_figure(cells[0][1]),
        count=str(len(drawn)),
    )
    heads = (
        Column("material", draft.say("Material"), width=1.8),
        Column("a", sides.then_name, "score", number=True),
        Column("b", sides.now_name, "score", number=True),
        Column("change", draft.say("Change"), "score", number=True),
    )
    body = [
        (
            Cell(draft.voice.name(row), row["material_id"]),
            *ends,
            change(row["supply_risk_change"], ends, draft),
        )
        for row, ends in zip(drawn, cells, strict=True)
    ]
    table = draft.table("risks", title, heads, body)
    # A point of which one end is withheld gives nothing away by the other.
    shown = [all(c.figure and not c.figure.withheld for c in ends) for ends in cells]
    measured = draft.say("Supply risk")
    tones = tuple(_tone(row, ok) for row, ok in zip(drawn, shown, strict=True))
    key = parts.key_of(
        {"risk": draft.say("Risk has risen"), "ally": draft.say("Risk has not risen")}, tones
    )
    return Chart(
        "risks-chart",
        title,
        parts.seen(draft, top.text, key),
        "scatter",
        tuple(draft.voice.name(row) for row in drawn),
        (
            Series(
                measured,
                tuple(e[1].raw if ok else None for e, ok in zip(cells, shown, strict=True)),
                tones,
                tuple(ends[1].figure for ends in cells),
                tuple(e[0].raw if ok else None for e, ok in zip(cells, shown, strict=True)),
            ),
        ),
        "score",
        sides.head(measured, sides.now),
        table,
        x_axis=sides.head(measured, sides.then),
        x_unit="score",
        limit=limit,
        limit_text=draft.say("limit {limit}", limit=draft.voice.number(limit, 1)),
        x_limit=limit,
        notes=table.notes,
        key=key,
    )


def _figure(cell: Cell) -> Any:  # noqa: ANN401 - a figure, or the text that stands for none
    return cell.figure or cell.text


def _tone(row: Row, shown: bool) -> Tone:
    if not shown:
        return "quiet"
    return "risk" if row["supply_risk_change"] > 0 else "ally"


def made_of(sides: Sides) -> Section:
    """Year, vintages, parameters, code and reference tables that differ."""
    draft = sides.now
    kinds = {
        "year": draft.say("Year"),
        "code": draft.say("Version of the code"),
        "vintage": draft.say("Vintage of data"),
        "data_file": draft.say("Data file"),
        "reference_table": draft.say("Reference table"),
        "parameter": draft.say("Parameter"),
        "choice": draft.say("Choice of the EU method"),
    }
    heads = (
        Column("kind", draft.say("What"), width=1.3),
        Column("name", draft.say("Name"), width=2.4),
        Column("a", sides.then_name, width=1.2),
        Column("b", sides.now_name, width=1.2),
        Column("cause", draft.say("Counts with"), width=1.2),
    )
    body = [
        (
            Cell(kinds[row["kind"]], row["kind"]),
            Cell(_thing(draft, row), row["name"]),
            _state(draft, row, row["a"]),
            _state(draft, row, row["b"]),
            Cell(cause_name(draft, row["cause"]) if row["cause"] else "–", row["cause"]),
        )
        for row in sides.found.scores.differences
        if row["kind"] in kinds
    ]
    tables = sum(row["kind"] == "table" for row in sides.found.scores.differences)
    table = draft.table(
        "differences",
        draft.say("What the two were made of, where it differs"),
        heads,
        body,
        empty=draft.say("Nothing that the mappings were made of differs."),
    )
    said = draft.say("{count} tables of the mapping differ in content.", count=tables)
    title = draft.say("What differs between the two")
    return Section("made-of", title, (table, Paragraph((draft.stated([said]),))))


def _thing(draft: Draft, row: Row) -> str:
    kind, name = row["kind"], str(row["name"])
    if kind in ("year", "code"):
        return "–"
    if kind == "vintage":
        return words.source_title(name, draft.voice)
    return words.parameter(name, draft.lang) if kind in ("parameter", "choice") else name


def _state(draft: Draft, row: Row, value: object) -> Cell:
    if row["kind"] in ("parameter", "choice"):
        return Cell(words.setting(str(row["name"]), value, draft.voice), value)
    if value is None:
        return Cell(draft.say("not there"), None, "missing")
    text = words.vintage(str(value), draft.lang) if row["kind"] == "vintage" else str(value)
    return Cell(text, value)


__all__ = ["made_of", "moved", "sections"]
