"""Saved mappings and the rows of their tables."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from verdikart.core.errors import UnknownName
from verdikart.reference import columns as dictionary
from verdikart.web.api import common, models
from verdikart.web.api.common import PREFIX, Token
from verdikart.web.api.listing import Listing, page

Row = dict[str, Any]
TOLD = ("parameters", "code", "vintages", "snapshot", "reference", "tables")
OF = {"name": "05be4b82974903b2", "home": "NOR", "year": 2024}
TableName = Annotated[
    str,
    Path(
        description="Name of a table of the mapping.",
        max_length=60,
        pattern=common.WORD,
        examples=["assessments"],
    ),
]
router = common.router("mappings")


@router.get(
    "/mappings",
    response_model=models.Mappings,
    responses=common.example(
        {
            "mappings": [
                {
                    **OF,
                    "version": "0.1.0",
                    "current": True,
                    "href": "/api/v1/mappings/05be4b82974903b2",
                }
            ]
        }
    ),
)
def mappings(request: Request) -> Response:
    """The saved mappings, the current one first."""
    entries = [
        {
            "name": e.name,
            "home": e.home,
            "year": e.year,
            "version": e.version,
            "current": e.is_current,
            "href": f"{PREFIX}/mappings/{e.name}",
        }
        for e in common.shelf(request).entries()
    ]
    return common.fresh(request, {"mappings": entries})


@router.get(
    "/mappings/{mapping}",
    response_model=models.Manifest,
    responses=common.example(
        {
            **OF,
            "homes": ["NOR", "EU27"],
            "content_hash": "05be4b82974903b20aabaea9c678bb18b66f05271555e337402587ad1d447864",
            "parameters": {"share_threshold": 0.65, "floor": 1000000, "bloc": None},
            "code": {"name": "verdikart", "version": "0.1.0"},
            "vintages": {"wmd": "2026"},
            "snapshot": {},
            "reference": {},
            "tables": {"headline": {"rows": 4, "sha256": "9f2c"}},
        }
    ),
)
def manifest(request: Request, mapping: Token) -> Response:
    """What a mapping was made of: home, year, parameters, code, and hashes of data and tables."""
    saved = common.shelf(request).open(mapping)
    held = saved.manifest

    def build() -> Row:
        return {
            **common.about(saved),
            "homes": list(saved.homes),
            "content_hash": held["content_hash"],
            **{name: held.get(name, {}) for name in TOLD},
        }

    return common.lasting(request, saved.name, build)


@router.get(
    "/mappings/{mapping}/tables",
    response_model=models.Tables,
    responses=common.example(
        {
            "mapping": OF,
            "tables": [
                {
                    "table": "headline",
                    "rows": 4,
                    "name_en": "counts",
                    "name_nb": "antall",
                    "definition_en": "One row a home: how many goods are vulnerable.",
                    "definition_nb": "Én rad per hjemland: hvor mange varer som er sårbare.",
                    "href": "/api/v1/mappings/current/tables/headline",
                }
            ],
        }
    ),
)
def tables(request: Request, mapping: Token) -> Response:
    """The tables of a mapping, with what a row of each is."""
    saved = common.shelf(request).open(mapping)

    def build() -> Row:
        return {
            "mapping": common.about(saved),
            "tables": [
                {
                    "table": name,
                    "rows": held["rows"],
                    **_texts(name, ""),
                    "href": f"{PREFIX}/mappings/{mapping}/tables/{name}",
                }
                for name, held in saved.manifest["tables"].items()
            ],
        }

    return common.lasting(request, saved.name, build)


def _texts(table: str, column: str) -> Row:
    """Names and definitions from the dictionary; the bare name for what an older table has."""
    try:
        found = dictionary.describe(table, column)
    except UnknownName:
        bare = column or table
        return {"name_en": bare, "name_nb": bare, "definition_en": "", "definition_nb": ""}
    return {
        "name_en": found.name_en,
        "name_nb": found.name_nb,
        "definition_en": found.definition_en,
        "definition_nb": found.definition_nb,
    }


@router.get(
    "/mappings/{mapping}/tables/{table}/columns",
    response_model=models.TableColumns,
    responses=common.example(
        {
            "mapping": OF,
            "table": "assessments",
            "columns": [
                {
                    "column": "top_share_low",
                    "of": "top_share",
                    "part": "low",
                    "kind": "share",
                    "vocabulary": "",
                    "indicator": "top_share",
                    "formula": "",
                    "name_en": "largest supplier’s share",
                    "name_nb": "største leverandørs andel",
                    "definition_en": "",
                    "definition_nb": "",
                }
            ],
        }
    ),
)
def columns(request: Request, mapping: Token, table: TableName) -> Response:
    """The columns of a table with names, kinds and definitions in both languages."""
    saved = common.shelf(request).open(mapping)

    def build() -> Row:
        known = saved.columns(table)
        return {
            "mapping": common.about(saved),
            "table": table,
            "columns": [_column(table, name, known) for name in known],
        }

    return common.lasting(request, saved.name, build)


def _column(table: str, name: str, known: tuple[str, ...]) -> Row:
    of, qualifier = dictionary.base(table, name, known)
    told = {"column": name, "of": of, "part": qualifier}
    try:
        found = dictionary.describe(table, of)
    except UnknownName:
        told |= dict.fromkeys(("kind", "vocabulary", "indicator", "formula"), "")
    else:
        told |= {
            "kind": found.kind,
            "vocabulary": found.vocabulary,
            "indicator": found.indicator,
            "formula": found.formula,
        }
    return told | _texts(table, of)


@router.get(
    "/mappings/{mapping}/tables/{table}",
    response_model=models.Rows,
    responses=common.paged(
        {
            "mapping": OF,
            "table": "assessments",
            "total": 331,
            "limit": 1,
            "offset": 0,
            "links": {
                "next": "/api/v1/mappings/current/tables/assessments?limit=1&offset=1",
                "prev": None,
            },
            "columns": ["subject", "top_share", "top_share_status"],
            "rows": [
                {
                    "at": "assessments/0",
                    "subject": "HS92:260200",
                    "top_share": 0.62,
                    "top_share_status": "ok",
                }
            ],
        }
    ),
)
def rows(request: Request, mapping: Token, table: TableName, asked: Listing) -> Response:
    """Rows of a table: chosen by the values of columns, sorted, a page at a time."""
    saved = common.shelf(request).open(mapping)
    return common.lasting(
        request, saved.name, lambda: page(request, saved, table, saved.rows(table), asked)
    )
