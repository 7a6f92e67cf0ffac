"""Figures of a mapping, and why each is what it is."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from verdikart.mapping import cards
from verdikart.mapping.saved import Saved
from verdikart.web.api import common, models
from verdikart.web.api.common import PREFIX, HomeName, Token, Tongue
from verdikart.web.api.listing import Limit, Offset
from verdikart.web.api.mappings import OF
from verdikart.web.api.rows import part

Row = dict[str, Any]
router = common.router("figures")
SHOWN = "NOR/2024/baci_hs92/HS92:260200/import/hhi_value"
IndicatorName = Annotated[
    str | None,
    Query(
        description="Only figures of this indicator, whatever their argument.",
        max_length=60,
        pattern=common.WORD,
        examples=["hhi_value"],
    ),
]
Subject = Annotated[
    str | None,
    Query(
        description="Only figures on this code (`HS92:260200`) or `material@stage`.",
        max_length=80,
        pattern=common.NAME,
        examples=["HS92:260200"],
    ),
]
Reference = Annotated[
    str,
    Path(
        description="A figure's id, HOME/YEAR/SOURCE/SUBJECT/FLOW/INDICATOR[:ARGUMENT], or a "
        "table's cell, TABLE/ROW/COLUMN.",
        max_length=200,
        pattern=r"^[A-Za-z0-9_.:@-]+(/[A-Za-z0-9_.:@-]+){2,5}$",
        examples=[SHOWN, "assessments/0/top_share"],
    ),
]


@router.get(
    "/mappings/{mapping}/figures",
    response_model=models.Figures,
    responses=common.paged(
        {
            "mapping": OF,
            "total": 1,
            "limit": 100,
            "offset": 0,
            "links": {"next": None, "prev": None},
            "figures": [
                {
                    "id": SHOWN,
                    "home": "NOR",
                    "year": 2024,
                    "source": "baci_hs92",
                    "subject": "HS92:260200",
                    "flow": "import",
                    "indicator": "hhi_value",
                    "argument": None,
                    "value": 0.41,
                    "unit": "index",
                    "status": "ok",
                    "low": None,
                    "high": None,
                    "reason": None,
                    "href": f"{PREFIX}/mappings/current/figures/{SHOWN}",
                }
            ],
        },
        "A page of figures",
    ),
)
def figures(
    request: Request,
    mapping: Token,
    home: HomeName = None,
    indicator: IndicatorName = None,
    subject: Subject = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """The figures of a mapping by home, indicator and subject, each with the way to its card."""
    saved = common.shelf(request).open(mapping)

    def build() -> tuple[Row, common.Headers]:
        rows = saved.rows("figures")
        if home is not None:
            rows = [r for r in rows if r["home"] == home]
        if indicator is not None:
            rows = [r for r in rows if r["indicator"].partition(":")[0] == indicator]
        if subject is not None:
            rows = [r for r in rows if r["subject"] == subject]
        found = part(request, rows, limit, offset)
        told = [_figure(row, mapping) for row in found.rows]
        return {"mapping": common.about(saved), **found.about, "figures": told}, found.headers

    return common.lasting(request, saved.name, build)


def _figure(row: Row, mapping: str) -> Row:
    """A saved row with its one value under one key."""
    indicator, _, argument = row["indicator"].partition(":")
    held = (row[name] for name in ("value", "text", "flag"))
    kept = ("id", "home", "year", "source", "subject", "flow")
    return {
        **{name: row[name] for name in kept},
        "indicator": indicator,
        "argument": argument or None,
        "value": next((value for value in held if value is not None), None),
        **{name: row[name] for name in ("unit", "status", "low", "high", "reason")},
        "href": f"{PREFIX}/mappings/{mapping}/figures/{row['id']}",
    }


@router.get(
    "/mappings/{mapping}/figures/{reference:path}",
    response_model=models.Card,
    responses=common.example(
        {
            "mapping": OF,
            "kind": "figure",
            "reference": SHOWN,
            "citation": f"verdikart 0.1.0, mapping 05be4b82974903b2 (NOR 2024): {SHOWN} = 0.41.",
            "recompute": [f"verdikart explain {SHOWN}"],
            "figure": {"id": SHOWN, "value": 0.41, "unit": "index", "status": "ok"},
        },
        "The card",
    ),
)
def why(request: Request, mapping: Token, reference: Reference, lang: Tongue = "en") -> Response:
    """Why this number: formula, inputs, source rows, licence, caveats, and how to recompute it."""
    saved = common.shelf(request).open(mapping)
    return common.lasting(request, saved.name, lambda: _card(saved, reference, lang))


def _card(saved: Saved, reference: str, lang: str) -> Row:
    told: Row = {"mapping": common.about(saved), "reference": reference}
    if cards.is_figure(reference):
        card = cards.figure_card(saved, reference, lang)
        value = card["figure"]["value"]
        return {**told, "kind": "figure", **_cited(saved, reference, value), **card}
    card = cards.cell_card(saved, reference, lang)
    row, column = card["row"], card["column"]
    value = row[column] if column in row else row.get(f"{column}_{lang}")
    return {**told, "kind": "cell", "value": value, **_cited(saved, reference, value), **card}


def _cited(saved: Saved, reference: str, value: object) -> Row:
    return {"citation": cards.citation(saved, reference, value)}
