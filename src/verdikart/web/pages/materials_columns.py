"""The columns of the table of materials: heading, cell of a material, and what it is sorted by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from verdikart.mapping.material_rows import SEVERITY, severity
from verdikart.reference.names import name
from verdikart.reports import scores, words
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column
from verdikart.web.pages.materials_known import Known
from verdikart.web.values import cell, head, plain

Row = dict[str, Any]
Key = Callable[[Row], Any]

DEFAULT = (
    "verdict",
    "supplier",
    "supply_risk",
    "economic_importance",
    "criticality",
    "lists",
    "sectors",
    "chains",
)

MORE = (
    "value",
    "quantity",
    "top_share",
    "hhi",
    "ally_share",
    "chance",
    "short",
    "long",
    "goods",
    "published",
)


def keys(ask: Ask, of: Known) -> dict[str, Key]:
    """What the table can be sorted by; a material without a value comes last."""

    def stage(column: str) -> Key:
        return lambda r: (of.worst(r["material"]) or {}).get(column)

    def held(rows: dict[str, Row], column: str) -> Key:
        return lambda r: rows.get(r["material"], {}).get(column)

    return {
        "vulnerable": lambda r: _urgency(of, r, ask.voice.name(r)),
        "name": lambda r: ask.voice.name(r).casefold(),
        "verdict": lambda r: (
            SEVERITY.index(w["outcome"]) if (w := of.worst(r["material"])) else None
        ),
        "supplier": stage("other_top_share"),
        "top_share": stage("top_share"),
        "hhi": stage("hhi_value"),
        "ally_share": stage("ally_share"),
        "value": stage("value_nok"),
        "quantity": stage("quantity_t"),
        "supply_risk": held(of.scored, "supply_risk"),
        "economic_importance": held(of.scored, "economic_importance"),
        "criticality": held(of.scored, "rank"),
        "chance": held(of.scored, "chance_critical"),
        "short": held(of.horizons, "short_rank"),
        "long": held(of.horizons, "long_rank"),
        "published": held(of.published, "published_supply_risk"),
        "sectors": lambda r: len(r["sectors"] or ()),
        "chains": lambda r: len(of.chains.get(r["material"], ())),
        "goods": lambda r: len(of.stages[r["material"]].rows),
    }


def _urgency(of: Known, row: Row, said: str) -> tuple[Any, ...]:
    """Sort key: the worst stage, a material with goods of its own before those seen through it."""
    worst = of.worst(row["material"])
    found = severity(worst) if worst else (len(SEVERITY), 0.0, 0.0, "")
    return (*found, bool(of.stages[row["material"]].through), said)


def name_cell(ask: Ask, of: Known, row: Row) -> Cell:
    """The material, its kind, and through which others it is seen."""
    said = [words.word("material_kind", row["kind"], ask.lang)] if row["kind"] != "material" else []
    through = of.stages[row["material"]].through
    if through:
        names = [
            scores.plain_name(
                {"name_nb": name("material", m, "nb"), "name_en": name("material", m, "en")},
                ask.voice,
            )
            for m in through
        ]
        said.append(ask.say("shown through {names}", names=ask.voice.join(names[:3])))
    text = ask.voice.name(row)
    return Cell(text, text, href=ask.url(f"materials/{row['material']}"), small="; ".join(said))


def list_tags(ask: Ask, row: Row) -> tuple[Tag, ...]:
    """The lists that count here, as labels."""
    say, held = ask.say, ("by_name", "by_group")
    tags = []
    if row["eu_strategic"] in held:
        tags.append(Tag(say("EU strategic"), "list"))
    if row["eu_critical"] in held:
        tags.append(Tag(say("EU critical"), "list"))
    if row["nato"] in held:
        tags.append(Tag(say("NATO"), "list"))
    if row["norwegian_supplement"]:
        tags.append(Tag(say("Norwegian supplement"), "list"))
    return tuple(tags)


def _lists(ask: Ask, row: Row) -> Cell:
    tags = list_tags(ask, row)
    counted = {"EU_CRMA_ANNEX_I", "EU_CRMA_ANNEX_II", "NATO_DCRM_2024"}
    others = len([i for i in row["lists"] or () if i not in counted])
    small = ask.say("{count} other lists", count=others) if others else ""
    text = "" if tags else ask.say("none that counts here")
    return Cell(text, list(row["lists"] or ()), small=small, tags=tags)


def verdict_cell(ask: Ask, row: Row | None, good: bool = True) -> Cell:
    """A stage's verdict in a word, under it the stage and the good."""
    if row is None:
        return Cell(ask.say("no goods on record"), None, "missing")
    small = words.stage(row["stage"], ask.lang)
    small += f": {ask.voice.name(row)}" if good else ""
    return Cell("", row["outcome"], tags=(words.outcome(row["outcome"], ask.lang),), small=small)


def supplier_cell(ask: Ask, row: Row | None) -> Cell:
    """The largest supplier that is no ally and its share, linked to the share's card."""
    if row is None or row["outcome"] == "not_computable":
        return Cell(ask.say("not known"), None, "missing")
    if row["other_top_share"] is None:
        return Cell(ask.say("none seen"), None)
    share = cell(ask, row, "other_top_share")
    text = f"{ask.voice.country(row['other_top'])} {share.text}"
    return Cell(text, share.raw, share.status, share.low, share.high, share.unit, share.why)


def columns(ask: Ask, of: Known) -> dict[str, tuple[Column, Callable[[Row], Cell]]]:
    """Every column that can be chosen: its heading, and the cell of a material."""
    say = ask.say

    def stage(column: str) -> Callable[[Row], Cell]:
        def made(row: Row) -> Cell:
            found = of.worst(row["material"])
            if found is None or found["outcome"] == "not_computable":
                return Cell(say("not known"), None, "missing")
            return cell(ask, found, column)

        return made

    def held(rows: dict[str, Row], column: str, lack: str) -> Callable[[Row], Cell]:
        def made(row: Row) -> Cell:
            found = rows.get(row["material"])
            return cell(ask, found, column) if found else Cell(lack, None, "missing")

        return made

    def critical(row: Row) -> Cell:
        found = of.scored.get(row["material"])
        if found is None:
            return Cell(say("not scored"), None, "missing")
        return Cell("", found["verdict"], tags=scores.verdict(found, ask.voice))

    def counted(number: Callable[[Row], int]) -> Callable[[Row], Cell]:
        return lambda row: plain(number(row))

    unscored = say("not scored")
    return {
        "lists": (Column("lists", say("Lists")), lambda r: _lists(ask, r)),
        "verdict": (
            Column("verdict", say("Worst stage"), wide=True),
            lambda r: verdict_cell(ask, of.worst(r["material"])),
        ),
        "supplier": (
            Column("supplier", say("Largest supplier that is no ally"), number=True),
            lambda r: supplier_cell(ask, of.worst(r["material"])),
        ),
        "supply_risk": (
            head(ask, "criticality", "supply_risk"),
            held(of.scored, "supply_risk", unscored),
        ),
        "economic_importance": (
            head(ask, "criticality", "economic_importance"),
            held(of.scored, "economic_importance", unscored),
        ),
        "criticality": (Column("criticality", say("EU method, seen from the home")), critical),
        "sectors": (
            Column("sectors", say("Sectors"), number=True),
            counted(lambda r: len(r["sectors"] or ())),
        ),
        "chains": (
            Column("chains", say("Value chains"), number=True),
            counted(lambda r: len(of.chains.get(r["material"], ()))),
        ),
        "value": (head(ask, "assessments", "value_nok"), stage("value_nok")),
        "quantity": (head(ask, "assessments", "quantity_t"), stage("quantity_t")),
        "top_share": (head(ask, "assessments", "top_share"), stage("top_share")),
        "hhi": (head(ask, "assessments", "hhi_value"), stage("hhi_value")),
        "ally_share": (head(ask, "assessments", "ally_share"), stage("ally_share")),
        "chance": (
            head(ask, "criticality", "chance_critical"),
            held(of.scored, "chance_critical", unscored),
        ),
        "short": (head(ask, "material_horizons", "short"), held(of.horizons, "short", unscored)),
        "long": (head(ask, "material_horizons", "long"), held(of.horizons, "long", unscored)),
        "goods": (
            Column("goods", say("Goods assessed, of all"), number=True),
            lambda r: plain(
                len(of.stages[r["material"]].rows),
                say(
                    "{seen} of {all}",
                    seen=len(of.stages[r["material"]].seen),
                    all=len(of.stages[r["material"]].rows),
                ),
            ),
        ),
        "published": (
            head(ask, "criticality_eu", "published_supply_risk"),
            held(of.published, "published_supply_risk", say("not in the study")),
        ),
    }
