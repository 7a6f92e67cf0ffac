"""What stands behind every mapping: indicators, terms, sources and published lists."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from verdikart.core.registry import REGISTRY, Indicator
from verdikart.mapping.lists import entries
from verdikart.reference.entities import MaterialList, Source, Term
from verdikart.reference.load import load
from verdikart.web.api import common
from verdikart.web.api import models_reference as models
from verdikart.web.api.common import named

Row = dict[str, Any]
router = common.router("reference")
SHOWN = {
    "id": "hhi_value",
    "name_en": "HHI by value",
    "name_nb": "HHI etter verdi",
    "definition_en": "Sum of squared shares.",
    "definition_nb": "Summen av kvadrerte andeler.",
    "formula": "Σ s²",
    "unit": "index",
    "direction": "higher is riskier",
    "source": "Herfindahl–Hirschman",
    "argument": None,
    "thresholds": [{"value": 0.4, "flag": "concentrated", "source": "European Commission (2021)"}],
    "caveats_en": [],
    "caveats_nb": [],
}


@router.get(
    "/indicators",
    response_model=models.Indicators,
    responses=common.example({"indicators": [SHOWN]}),
)
def indicators(request: Request) -> Response:
    """The registry: every indicator with definition, formula, thresholds and caveats."""
    return common.lasting(
        request, "", lambda: {"indicators": [_indicator(i) for i in REGISTRY.indicators.values()]}
    )


@router.get(
    "/indicators/{indicator}",
    response_model=models.Indicator,
    responses=common.example(SHOWN),
)
def indicator(
    request: Request, indicator: Annotated[str, named("indicator", "hhi_value")]
) -> Response:
    """One indicator."""
    return common.lasting(request, "", lambda: _indicator(REGISTRY.get(indicator)))


def _indicator(entry: Indicator) -> Row:
    return {
        "id": entry.id,
        "name_en": entry.name.en,
        "name_nb": entry.name.nb,
        "definition_en": entry.definition.en,
        "definition_nb": entry.definition.nb,
        "formula": entry.formula,
        "unit": entry.unit,
        "direction": entry.direction,
        "source": entry.source,
        "argument": entry.argument,
        "thresholds": [asdict(threshold) for threshold in entry.thresholds],
        "caveats_en": [caveat.en for caveat in entry.caveats],
        "caveats_nb": [caveat.nb for caveat in entry.caveats],
    }


@router.get(
    "/glossary",
    response_model=models.Glossary,
    responses=common.example(
        {
            "terms": [
                {
                    "id": "ally",
                    "term_en": "ally",
                    "term_nb": "alliert",
                    "definition_en": "A member of any of the home’s own alliances.",
                    "definition_nb": "Et medlem av en av landets egne allianser.",
                    "source": "own term / eget begrep",
                }
            ]
        }
    ),
)
def glossary(request: Request) -> Response:
    """Terms with their definitions in both languages."""
    return common.lasting(
        request, "", lambda: {"terms": [_with_id(t, "term_id") for t in load(Term)]}
    )


@router.get(
    "/sources",
    response_model=models.Sources,
    responses=common.example({"sources": []}),
)
def sources(request: Request) -> Response:
    """Data sources with vintage, coverage, limits, licence and citation."""
    return common.lasting(
        request, "", lambda: {"sources": [_with_id(s, "source_id") for s in load(Source)]}
    )


def _with_id(record: Any, key: str) -> Row:  # noqa: ANN401 - a record of any table
    row = asdict(record)
    return {"id": row.pop(key), **row}


@router.get(
    "/lists",
    response_model=models.Lists,
    responses=common.example({"lists": []}),
)
def lists(request: Request) -> Response:
    """Published lists of critical and strategic materials, each with its purpose and materials."""

    def build() -> Row:
        held = entries()
        return {
            "lists": [
                {
                    **_with_id(record, "list_id"),
                    "materials": [e.material_id for e in held.get(record.list_id, ())],
                }
                for record in load(MaterialList)
            ]
        }

    return common.lasting(request, "", build)
