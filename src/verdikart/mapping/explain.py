"""Why this number: the derivation of any figure, down to the source rows, recomputed from its id."""

from __future__ import annotations

from typing import Any

from verdikart.core.errors import UsageProblem
from verdikart.core.figure import FigureId, MixId
from verdikart.core.registry import REGISTRY
from verdikart.mapping import catalogue, trade_sources
from verdikart.mapping.criticality import scored
from verdikart.mapping.library import Library, as_figure, goods_of
from verdikart.mapping.questions import supply_mix
from verdikart.reference.countries import iso3_of_baci
from verdikart.reference.entities import Source
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text
from verdikart.store import engine

Row = dict[str, Any]
SCORED = ("supply_risk", "economic_importance")


def explain(library: Library, text: str, lang: str = "en") -> Row:
    """The derivation card of one figure.

    Raises for an id that does not parse or names something unknown. Keys: ``figure`` (value, unit,
    status, bounds, reason), ``indicator`` (definition, formula, thresholds, caveats), ``inputs``
    (what the formula was filled with), ``mix`` (the supply mix), ``source_rows`` (the rows of the
    source behind it), ``source`` (vintage, licence, citation), ``recompute`` (commands).
    """
    figure_id = FigureId.parse(text)
    entry = REGISTRY.get(figure_id.indicator)
    identity = catalogue.check(figure_id.mix, library.custom)
    if figure_id.argument and entry.id == "ally_share":
        catalogue.check_home(figure_id.argument, library.custom)
    elif figure_id.argument and entry.argument and entry.id not in SCORED:
        catalogue.check_country(figure_id.argument)
    if figure_id.argument and not entry.argument:
        raise UsageProblem(f"{entry.id} takes no argument, so drop ':{figure_id.argument}'")
    if entry.argument and "optional" not in entry.argument and not figure_id.argument:
        example = "manganese" if entry.id in SCORED else "NOR"
        raise UsageProblem(f"{entry.id} needs a {entry.argument}: {entry.id}:{example}")
    figure_id = FigureId(identity, figure_id.indicator, figure_id.argument)
    asked = figure_id
    if entry.id in SCORED:
        figure_id, evidence = scored(library, figure_id)
    else:
        evidence = library.evidence(identity)
    answer = library.answer(figure_id, evidence)
    figure = as_figure(asked, answer, evidence.mix)
    source = by_key(Source)[identity.source]
    reason = figure.reason
    return {
        "figure": {
            "id": figure.id,
            "value": figure.value,
            "unit": figure.unit,
            "status": str(figure.status),
            "low": figure.low,
            "high": figure.high,
            "reason": reason,
            "reason_text": reason_text(reason, lang) if reason else None,
        },
        "indicator": {
            "id": entry.id,
            "name": entry.name.in_(lang),
            "definition": entry.definition.in_(lang),
            "formula": entry.formula,
            "direction": entry.direction,
            "method_source": entry.source,
            "thresholds": [
                {"value": t.value, "flag": t.flag, "source": t.source} for t in entry.thresholds
            ],
            "caveats": [caveat.in_(lang) for caveat in entry.caveats],
        },
        "inputs": dict(answer.inputs),
        "goods": [
            {"product": p.product_id, "name": p.name(lang)} for p in goods_of(identity.subject)
        ],
        "mix": supply_mix(library, identity, lang),
        "source_rows": source_rows(library, identity),
        "source": {
            "id": source.source_id,
            "title": source.title_nb if lang == "nb" else source.title_en,
            "provider": source.provider,
            "vintage": catalogue.vintage_of(source.source_id),
            "licence": source.licence,
            "citation": source.citation,
            "limits": source.limits_nb if lang == "nb" else source.limits_en,
        },
        "recompute": [f"verdikart explain {figure.id}", _mix_command(identity)],
    }


def _mix_command(identity: MixId) -> str:
    if "@" in identity.subject:
        material, _, stage = identity.subject.partition("@")
        asked = f"--material {material} --stage {stage}"
    else:
        asked = f"--product {identity.subject} --flow {identity.flow}"
    return (
        f"verdikart mix --home {identity.home} {asked} --year {identity.year} "
        f"--source {identity.source}"
    )


def source_rows(library: Library, identity: MixId) -> list[Row]:
    """Rows of the source as they stand there, largest first: flow by flow for bilateral trade."""
    if identity.source == "baci_hs92":
        return _flows(library, identity)
    mix = library.mix(identity)
    unit = mix.value_unit or mix.quantity_unit
    return [
        {
            "partner": s.iso3,
            "value": s.value if mix.value_unit else s.quantity,
            "unit": unit,
            "quantity_kg": s.quantity if mix.value_unit else None,
        }
        for s in (*mix.suppliers, *mix.unspecified, *([mix.intra] if mix.intra else []))
    ]


def _flows(library: Library, identity: MixId) -> list[Row]:
    home = library.home(identity.home)
    side = "importer" if identity.flow == "import" else "exporter"
    where = "code = ? AND year = ?"
    parameters: list[Any] = [identity.subject.partition(":")[2], identity.year]
    if home is not None:
        numbers = trade_sources.numbers_of(home, identity.year)
        where += f" AND {side} IN ({', '.join('?' * len(numbers))})"
        parameters += numbers
    columns = "exporter, importer, value_usd, quantity_kg"
    query = f"SELECT {columns} FROM {{file}} WHERE {where} ORDER BY 3 DESC, 1, 2"  # noqa: S608
    return [
        {
            "exporter": iso3_of_baci(exporter),
            "importer": iso3_of_baci(importer),
            "value": value,
            "unit": "USD",
            "quantity_kg": quantity,
        }
        for exporter, importer, value, quantity in engine.rows(
            query, "baci_hs92.parquet", parameters
        )
    ]
