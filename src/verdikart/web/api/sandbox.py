"""The sandbox: other limits, thresholds, weights and inputs, and what then enters or leaves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from verdikart.mapping import limits, sandbox_rows, sandbox_saved
from verdikart.mapping.saved import AT, Saved
from verdikart.reference.i18n import Lang
from verdikart.web.api import common, models
from verdikart.web.api.common import HomeName, Token, Tongue
from verdikart.web.api.mappings import OF

Row = dict[str, Any]
router = common.router("sandbox")
KEPT = ("mix", "subject", "products", "materials", "flags", "caveats")


def _number(about: str, low: float, high: float, shown: float) -> Any:  # noqa: ANN401 - a declaration
    return Query(
        description=f"{about} The mapping's own if left out.", ge=low, le=high, examples=[shown]
    )


def _switch(about: str) -> Any:  # noqa: ANN401 - a parameter's declaration
    return Query(description=f"{about} The mapping's own if left out.", examples=[True])


Edit = Annotated[
    str, StringConstraints(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9_@.:%,=+-]+$")
]


@router.get(
    "/mappings/{mapping}/sandbox",
    response_model=models.Sandbox,
    responses=common.example(
        {
            "mapping": OF,
            "tests": {
                "home": "NOR",
                "limits_before": {"share": 0.65, "hhi": 0.4, "floor": 1000000},
                "limits_after": {"share": 0.5, "hhi": 0.4, "floor": 1000000},
                "before": {"vulnerable": 60},
                "after": {"vulnerable": 71},
                "moved": [
                    {
                        "at": "assessments/3",
                        "mix": "NOR/2024/baci_hs92/HS92:253090/import",
                        "before": "not_concentrated",
                        "after": "vulnerable",
                    }
                ],
            },
            "list": {
                "home": "NOR",
                "year": 2024,
                "scores": "recomputed",
                "summary": "nothing changes (5 → 5 of 45 on the list)",
                "choices_before": {"sr_threshold": 1.0},
                "choices_after": {"sr_threshold": 1.0},
                "changes": [],
                "counts": {"units": 45, "before": 5, "after": 5},
                "enters": [],
                "leaves": [],
                "becomes_undetermined": [],
                "settles_on": [],
                "settles_off": [],
                "materials": [],
                "sweep": None,
            },
        },
        "What enters and what leaves",
    ),
)
def sandbox(
    request: Request,
    mapping: Token,
    edits: Annotated[
        list[Edit],
        Query(
            alias="set",
            description="One input: `MATERIAL[@STAGE].INPUT[.KEY]=VALUE`. May be repeated.",
            max_length=16,
            default_factory=list,
            examples=[["governance.CHN=4"]],
        ),
    ],
    home: HomeName = None,
    share: Annotated[
        float | None, _number("Limit for the share of one supplier (0–1).", 0, 1, 0.5)
    ] = None,
    hhi: Annotated[float | None, _number("Limit for concentration (0–1).", 0, 1, 0.3)] = None,
    floor: Annotated[
        float | None, _number("Floor for small flows, USD or EUR a year.", 0, 1e12, 500_000)
    ] = None,
    basis: Annotated[
        Literal["home", "study"],
        Query(
            description="Whose inputs the list is scored from: the mapping's or the EU study's.",
            examples=["home"],
        ),
    ] = "home",
    sr_threshold: Annotated[
        float | None, _number("Supply risk that counts as critical.", 0, 10, 1.2)
    ] = None,
    ei_threshold: Annotated[
        float | None, _number("Economic importance that does.", 0, 10, 2.8)
    ] = None,
    world_weight: Annotated[
        float | None, _number("Weight of world supply at full import.", 0, 1, 0.5)
    ] = None,
    preferential: Annotated[
        float | None, _number("Trade parameter inside the own trade area.", 0.5, 2, 0.8)
    ] = None,
    governance: Annotated[bool | None, _switch("Whether governance counts.")] = None,
    trade_parameter: Annotated[bool | None, _switch("Whether trade limits count.")] = None,
    recycling: Annotated[bool | None, _switch("Whether recycling relieves.")] = None,
    substitution: Annotated[bool | None, _switch("Whether substitution relieves.")] = None,
    supply: Annotated[
        Literal["as_assessed", "GS", "EU"] | None,
        Query(
            description="World supply alone (GS), the home's alone (EU), or as assessed.",
            examples=["as_assessed"],
        ),
    ] = None,
    lang: Tongue = "en",
) -> Response:
    """Which goods pass another supply test, and which materials another list of critical ones.

    Nothing is saved; the address carries everything that was set.
    """
    saved = common.shelf(request).open(mapping)
    chosen: Row = {
        "sr_threshold": sr_threshold,
        "ei_threshold": ei_threshold,
        "world_weight": world_weight,
        "preferential": preferential,
        "governance": governance,
        "trade_parameter": trade_parameter,
        "recycling": recycling,
        "substitution": substitution,
        "supply": supply,
    }

    def build() -> Row:
        usual = limits.Limits.of(saved.parameters)
        tried = limits.Limits(
            usual.share if share is None else share,
            usual.hhi if hhi is None else hhi,
            usual.floor if floor is None else floor,
        )
        return {
            "mapping": common.about(saved),
            "tests": _tests(saved, common.home_of(saved, home), usual, tried),
            "list": _list(saved, basis, chosen, edits, lang),
        }

    return common.lasting(request, saved.name, build)


def _tests(saved: Saved, home: str, usual: limits.Limits, tried: limits.Limits) -> Row:
    found = limits.judged(saved.own("assessments", home), tried)
    counts: dict[str, dict[str, int]] = {"before": {}, "after": {}}
    for item in found:
        for side, outcome in (("before", item.before), ("after", item.after)):
            counts[side][outcome] = counts[side].get(outcome, 0) + 1
    return {
        "home": home,
        "limits_before": asdict(usual),
        "limits_after": asdict(tried),
        **counts,
        "moved": [
            {
                AT: item.row[AT],
                **{name: item.row[name] for name in KEPT},
                "before": item.before,
                "after": item.after,
            }
            for item in found
            if item.moved
        ],
    }


def _list(
    saved: Saved, basis: sandbox_saved.Basis, chosen: Row, edits: list[str], lang: Lang
) -> Row:
    asked = sandbox_saved.start(saved, basis)
    base = asdict(asked.base)
    held = {name: base[name] if value is None else value for name, value in chosen.items()}
    result = sandbox_saved.tried(
        asked, [f"{name}={_written(value)}" for name, value in held.items()], edits
    )
    return sandbox_rows.document(result, lang, home=asked.home, year=asked.year)


def _written(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
