"""Everything a home's criticality was computed from, as flat rows, and back again without loss.

Saved as ``tables/criticality_inputs`` of a mapping, so that the mapping can be scored again, whole
or with some of its inputs taken from another one. Each row carries its layer: ``data`` (trade,
production, input-output figures), ``reference`` (tables in the package) or ``choice``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from verdikart.core.errors import DataProblem
from verdikart.indicators.assessment import (
    Choices,
    MaterialInputs,
    Origin,
    Part,
    Range,
    Setting,
    StageInputs,
    Supply,
    Use,
)
from verdikart.indicators.criticality import SUPPLY_USED

Row = dict[str, Any]
Layer = Literal["data", "reference", "choice"]
TABLE = "criticality_inputs"
# Sources that are tables in the package; every other supply comes from the data files.
PUBLISHED = ("eu_crm_2023", "usgs_2026")
COLUMNS = (
    "layer",
    "material_id",
    "stage",
    "subject",
    "input",
    "key",
    "year",
    "value",
    "low",
    "high",
    "spread",
    "trade_parameter",
    "preferential",
    "flag",
    "origin",
    "mix",
    "text",
)


@dataclass(frozen=True, slots=True)
class Inputs:
    """A home's inputs in one year: all that its scores depend on."""

    home: str
    year: int
    materials: tuple[MaterialInputs, ...]
    setting: Setting
    choices: Choices


def supply_year(supply: Supply) -> int | None:
    """The year a supply is of: the second part of its mix id."""
    parts = supply.mix.split("/")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else None


def supply_layer(supply: Supply) -> Layer:
    """Published shares are tables in the package; other supplies come from the data files."""
    parts = supply.mix.split("/")
    return "reference" if len(parts) > 2 and parts[2] in PUBLISHED else "data"


def range_layer(found: Range, otherwise: Layer) -> Layer:
    """What an analyst sets is a choice, what is printed a reference; the rest as the caller says."""
    return {"analyst": "choice", "published": "reference"}.get(found.origin, otherwise)  # type: ignore[return-value]


def stage_layer(stage: StageInputs) -> Layer:
    """Whether a stage is there because of data: because of its home's supply."""
    return "data" if any(supply_layer(s) == "data" for s in stage.home) else "reference"


def value_layer(setting: Setting) -> Layer:
    """Value added is of the input-output data, unless it is the study's own."""
    layers = {range_layer(added, "data") for added in setting.value_added.values()}
    return "reference" if layers <= {"reference"} else "data"


def rows(
    home: str,
    year: int,
    materials: Sequence[MaterialInputs],
    setting: Setting,
    choices: Choices,
) -> list[Row]:
    """Inputs as flat rows, in an order that :func:`rebuild` relies on."""
    found = [_row("choice", "mapping", key=home, year=year)]
    for item in fields(choices):
        value = getattr(choices, item.name)
        text = value if isinstance(value, str) else None
        flag = value if isinstance(value, bool) else None
        number = value if text is None and flag is None else None
        found.append(_row("choice", "choice", key=item.name, value=number, flag=flag, text=text))
    low, high = setting.scale_bounds or (None, None)
    found.append(_row(value_layer(setting), "scale", value=setting.scale, low=low, high=high))
    for sector, added in setting.value_added.items():
        found.append(_range(range_layer(added, "data"), "value_added", added, key=sector))
    for name, table in (
        ("governance", setting.governance),
        ("governance_error", setting.governance_error),
    ):
        found += [_row("reference", name, key=iso3, value=score) for iso3, score in table.items()]
    for material in materials:
        found += _material(material)
    return found


def _row(layer: Layer, name: str, **cells: Any) -> Row:  # noqa: ANN401 - cells of any column
    return {**dict.fromkeys(COLUMNS), "layer": layer, "input": name, **cells}


def _range(layer: Layer, name: str, of: Range, **cells: Any) -> Row:  # noqa: ANN401
    return _row(layer, name, value=of.value, low=of.low, high=of.high, origin=of.origin, **cells)


def _material(inputs: MaterialInputs) -> list[Row]:
    named = {"material_id": inputs.material}
    found = [_row("reference", "assessed", text=inputs.assessed, **named)]
    found += [_row("reference", "member", key=name, **named) for name in inputs.members]
    found.append(_range(range_layer(inputs.si_ei, "reference"), "si_ei", inputs.si_ei, **named))
    if inputs.given_ei is not None:
        layer = range_layer(inputs.given_ei, "reference")
        found.append(_range(layer, "given_ei", inputs.given_ei, **named))
    found += [
        _row("reference", "use_share", key=u.sector, value=u.share, spread=u.spread, **named)
        for u in inputs.uses
    ]
    found += [_row("reference", "note", text=note, **named) for note in inputs.notes]
    for stage in inputs.stages:
        found += _stage(stage)
    return found


def _stage(stage: StageInputs) -> list[Row]:
    layer = stage_layer(stage)
    at = {"material_id": stage.material, "stage": stage.stage, "subject": stage.subject}
    found = [_row(layer, "supply_used", text=stage.supply_used, flag=stage.net_exporter, **at)]
    for name, of, otherwise in (
        ("import_reliance", stage.import_reliance, layer),
        ("eol_rir", stage.eol_rir, "reference"),
        ("si_sr", stage.si_sr, "reference"),
    ):
        found.append(_range(range_layer(of, otherwise), name, of, **at))
    found += [_row("reference", "feed_for", key=name, **at) for name in stage.feed_for]
    found += [_row(layer, "stage_note", text=note, **at) for note in stage.notes]
    if stage.world is not None:
        found += _supply("world", stage.world, at)
    for supply in stage.home:
        found += _supply("home", supply, at)
    return found


def _supply(which: str, supply: Supply, at: Row) -> list[Row]:
    layer = supply_layer(supply)
    of = {**at, "mix": supply.mix, "year": supply_year(supply)}
    head = {"value": supply.residual, "flag": supply.hidden, "text": supply.measure}
    return [
        _row(layer, f"{which}_supply", **of, **head),
        *(
            _row(
                layer,
                f"{which}_share",
                key=part.iso3,
                value=part.share,
                spread=part.spread,
                trade_parameter=part.trade,
                preferential=part.preferential,
                **of,
            )
            for part in supply.parts
        ),
    ]


@dataclass(slots=True)
class _Open:
    """A material or stage whose rows are being read."""

    head: Mapping[str, Any]
    rows: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    stages: list[_Open] = field(default_factory=list)
    supplies: list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]] = field(default_factory=list)

    def of(self, name: str) -> list[Mapping[str, Any]]:
        return self.rows.get(name, [])


def rebuild(table: Iterable[Mapping[str, Any]]) -> Inputs:
    """The inputs that the rows were made from. Raises :class:`DataProblem` for rows out of order."""
    top: dict[str, list[Mapping[str, Any]]] = {}
    materials: list[_Open] = []
    for row in table:
        name = row["input"]
        if row["material_id"] is None:
            top.setdefault(name, []).append(row)
        elif name == "assessed":
            materials.append(_Open(row))
        else:
            _place(row, materials)
    try:
        (head,) = top["mapping"]
        (scale,) = top["scale"]
        setting = Setting(
            {row["key"]: row["value"] for row in top.get("governance", [])},
            {row["key"]: row["value"] for row in top.get("governance_error", [])},
            {row["key"]: _as_range(row) for row in top.get("value_added", [])},
            scale["value"],
            None if scale["low"] is None else (scale["low"], scale["high"]),
        )
        return Inputs(
            head["key"],
            head["year"],
            tuple(map(_as_material, materials)),
            setting,
            _as_choices(top.get("choice", [])),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise _broken(f"a row is lacking or doubled ({error})") from error


def _broken(what: str) -> DataProblem:
    return DataProblem(f"table {TABLE}: {what}; run 'verdikart map' anew")


def _place(row: Mapping[str, Any], materials: list[_Open]) -> None:
    if not materials or materials[-1].head["material_id"] != row["material_id"]:
        raise _broken(f"{row['input']} of {row['material_id']} is not among that material's rows")
    here, name = materials[-1], row["input"]
    if row["subject"] is not None:
        if name == "supply_used":
            here.stages.append(_Open(row))
            return
        if not here.stages or here.stages[-1].head["subject"] != row["subject"]:
            raise _broken(f"{name} of {row['subject']} is not among that stage's rows")
        here = here.stages[-1]
    if name in ("world_supply", "home_supply"):
        here.supplies.append((row, []))
    elif name in ("world_share", "home_share"):
        if not here.supplies or here.supplies[-1][0]["mix"] != row["mix"]:
            raise _broken(f"{name} of {row['mix']} is not among that supply's rows")
        here.supplies[-1][1].append(row)
    else:
        here.rows.setdefault(name, []).append(row)


def _as_range(row: Mapping[str, Any]) -> Range:
    if row["origin"] not in get_args(Origin):
        raise ValueError(f"origin {row['origin']!r}")
    return Range(row["value"], row["low"], row["high"], row["origin"])


def _as_choices(table: Sequence[Mapping[str, Any]]) -> Choices:
    """A choice that the rows lack (saved before there was one) has its default."""
    known = {item.name for item in fields(Choices)}
    given = {}
    for row in table:
        if row["key"] not in known:
            raise ValueError(f"choice {row['key']!r} is of a later version")
        cells = (row["text"], row["flag"], row["value"])
        given[row["key"]] = next(cell for cell in cells if cell is not None)
    return Choices(**given)


def _as_material(opened: _Open) -> MaterialInputs:
    (index,) = opened.of("si_ei")
    given = [_as_range(row) for row in opened.of("given_ei")]
    return MaterialInputs(
        material=opened.head["material_id"],
        stages=tuple(map(_as_stage, opened.stages)),
        uses=tuple(Use(row["key"], row["value"], row["spread"]) for row in opened.of("use_share")),
        si_ei=_as_range(index),
        members=tuple(row["key"] for row in opened.of("member")),
        assessed=opened.head["text"],
        given_ei=given[0] if given else None,
        notes=tuple(row["text"] for row in opened.of("note")),
    )


def _as_stage(opened: _Open) -> StageInputs:
    head = opened.head
    if head["text"] not in SUPPLY_USED:
        raise ValueError(f"supply_used {head['text']!r}")
    (reliance,), (recycled,), (index,) = map(opened.of, ("import_reliance", "eol_rir", "si_sr"))
    world = [_as_supply(*pair) for pair in opened.supplies if pair[0]["input"] == "world_supply"]
    home = [_as_supply(*pair) for pair in opened.supplies if pair[0]["input"] == "home_supply"]
    return StageInputs(
        material=head["material_id"],
        stage=head["stage"],
        subject=head["subject"],
        supply_used=head["text"],
        world=world[0] if world else None,
        home=tuple(home),
        import_reliance=_as_range(reliance),
        eol_rir=_as_range(recycled),
        si_sr=_as_range(index),
        net_exporter=head["flag"],
        feed_for=tuple(row["key"] for row in opened.of("feed_for")),
        notes=tuple(row["text"] for row in opened.of("stage_note")),
    )


def _as_supply(head: Mapping[str, Any], shares: Sequence[Mapping[str, Any]]) -> Supply:
    parts = tuple(
        Part(row["key"], row["value"], row["spread"], row["trade_parameter"], row["preferential"])
        for row in shares
    )
    return Supply(head["mix"], parts, head["value"], head["flag"], head["text"])
