"""verdikart sandbox: other thresholds, choices and inputs, and who then stands on the list."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from verdikart.cli.options import (
    FormatOption,
    HomesFile,
    LangOption,
    OutputOption,
    language,
)
from verdikart.cli.output import Format, emit_json, emit_rows

if TYPE_CHECKING:
    from verdikart.indicators.assessment import Choices, MaterialInputs
    from verdikart.mapping.sandbox import Printed

EU = "EU27"
HELP = """Try other thresholds, choices or inputs: which materials enter the list of critical raw
materials, which leave it, and why; how far each is from flipping.

EU27 without --year is the EU study of 2023; other homes and years use the home's own trade.

\b
Examples:
verdikart sandbox --sr-threshold 1.2
verdikart sandbox --set silver.eol_rir=19% --set governance.CHN=4 --material silver
verdikart sandbox --inputs own.csv --sweep sr:0.5:2.0:0.1 --format csv
verdikart sandbox --published --ei-threshold 3.0 --lang nb
"""


class Side(StrEnum):
    """Which supply counts."""

    GS = "GS"
    EU = "EU"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("sandbox", help=HELP)(sandbox)


def sandbox(
    home: Annotated[str, typer.Option("--home", help="EU27, or any home: NOR, NORDIC …")] = EU,
    year: Annotated[
        int | None, typer.Option("--year", help="Year of the home's trade (default: latest).")
    ] = None,
    sr_threshold: Annotated[
        float, typer.Option("--sr-threshold", help="Supply risk that counts as critical.")
    ] = 1.0,
    ei_threshold: Annotated[
        float, typer.Option("--ei-threshold", help="Economic importance that does.")
    ] = 2.8,
    world_weight: Annotated[
        float, typer.Option("--world-weight", help="Weight of world supply at full import.")
    ] = 0.5,
    preferential: Annotated[
        float, typer.Option("--preferential", help="Trade parameter inside the own trade area.")
    ] = 0.8,
    no_governance: Annotated[
        bool, typer.Option("--no-governance", help="All suppliers alike, at 5 of 10.")
    ] = False,
    no_trade_parameter: Annotated[
        bool, typer.Option("--no-trade-parameter", help="Trade parameter 1 for all.")
    ] = False,
    no_recycling: Annotated[bool, typer.Option("--no-recycling", help="No relief for it.")] = False,
    no_substitution: Annotated[
        bool, typer.Option("--no-substitution", help="No relief for it, in SR and EI.")
    ] = False,
    supply: Annotated[
        Side | None,
        typer.Option("--supply", help="World supply alone (GS), or the home's alone (EU)."),
    ] = None,
    inputs: Annotated[
        Path | None, typer.Option("--inputs", help="CSV with inputs of your own.")
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help="One input: MATERIAL[@STAGE].INPUT[.KEY]=VALUE (repeatable)."),
    ] = None,
    published: Annotated[
        bool, typer.Option("--published", help="EU scores as published; thresholds alone change.")
    ] = False,
    published_ei: Annotated[
        bool, typer.Option("--published-ei", help="EI as published, SR recomputed (EU study).")
    ] = False,
    sweep: Annotated[
        str | None, typer.Option("--sweep", help="The list by threshold: sr|ei:FROM:TO:STEP.")
    ] = None,
    material: Annotated[
        list[str] | None, typer.Option("--material", help="Only this material (repeatable).")
    ] = None,
    fmt: FormatOption = Format.TABLE,
    output: OutputOption = None,
    lang: LangOption = None,
    homes_file: HomesFile = None,
) -> None:
    """Compare the list as it is with the list as changed."""
    from verdikart.indicators.assessment import Choices
    from verdikart.mapping import sandbox as engine
    from verdikart.mapping import sandbox_question as asking
    from verdikart.mapping import sandbox_rows

    tongue = language(lang)
    # A question that is wrong fails before anything is read.
    points = None if sweep is None else _thresholds(sweep)
    changed = Choices(
        sr_threshold,
        ei_threshold,
        world_weight,
        preferential,
        not no_governance,
        not no_trade_parameter,
        not no_recycling,
        not no_substitution,
        supply.value if supply else "as_assessed",
    )
    _check(changed)
    fixed = _fixed(home, year, published, published_ei)
    materials, setting, area, of = asking.inputs_of(home, year, homes_file)
    only = _materials(material or [], materials)
    edits = asking.edits_of(inputs, sets or [], materials, setting, area)
    printed = _printed(fixed, changed) if fixed else None
    result = engine.sandbox(
        materials, setting, Choices(), changed, edits, asking.lists_of(materials), printed=printed
    )
    curve = engine.sweep(result, points[0], points[1]) if points else None
    if fmt is Format.JSON:
        emit_json(sandbox_rows.document(result, tongue, only, curve, home=home, year=of))
    elif fmt is Format.TABLE:
        from verdikart.cli.sandbox_view import show

        show(result, tongue, home, of, only, curve)
    else:
        flat = sandbox_rows.rows(result, tongue, only)
        emit_rows(flat if curve is None else sandbox_rows.points(curve), fmt, output)


def _thresholds(text: str) -> tuple[Literal["sr", "ei"], list[float]]:
    from verdikart.core.errors import UsageProblem
    from verdikart.mapping.sandbox import steps

    which, *numbers = text.strip().lower().split(":")
    try:
        first, last, step = (float(number) for number in numbers)
    except ValueError:
        which = ""
    if which not in ("sr", "ei"):
        raise UsageProblem(
            f"--sweep is {text!r}; write sr or ei, FROM, TO and STEP: sr:0.5:2.0:0.1"
        )
    return cast("Literal['sr', 'ei']", which), steps(first, last, step)


def _check(choices: Choices) -> None:
    """Each choice within its range; nan is in none. All faults at once."""
    from verdikart.core.errors import UsageProblem
    from verdikart.mapping.sandbox_question import RANGES

    wrong = [
        f"--{name.replace('_', '-')} is {getattr(choices, name)}; it lies from {low:g} to {high:g}"
        for name, (low, high) in RANGES.items()
        if not low <= getattr(choices, name) <= high
    ]
    if wrong:
        raise UsageProblem("\n".join(wrong))


def _fixed(
    home: str, year: int | None, published: bool, published_ei: bool
) -> Literal["published", "published_ei"] | None:
    from verdikart.core.errors import UsageProblem

    if published and published_ei:
        raise UsageProblem("--published holds SR and EI, --published-ei EI alone; give one of them")
    if not (published or published_ei):
        return None
    if home != EU or year is not None:
        raise UsageProblem(
            "scores are published for EU27 in the study of 2023 only; leave out --year and "
            f"--home {home}, or recompute without --published"
        )
    return "published" if published else "published_ei"


def _materials(asked: Sequence[str], materials: Sequence[MaterialInputs]) -> tuple[str, ...]:
    from verdikart.core.errors import UnknownName
    from verdikart.reference.entities import Material
    from verdikart.reference.load import load

    held = {m.material for m in materials}
    for name in asked:
        if name not in held:
            names = {
                row.material_id: (row.name_en, row.name_nb)
                for row in load(Material)
                if row.material_id in held
            }
            raise UnknownName("material of this assessment", name, names)
    return tuple(asked)


def _printed(kind: Literal["published", "published_ei"], changed: Choices) -> Printed:
    from verdikart.core.errors import UsageProblem
    from verdikart.mapping import eu_study
    from verdikart.mapping.sandbox import Printed

    rows = eu_study.by_material().values()
    ei = {r.material_id: r.economic_importance for r in rows if r.economic_importance is not None}
    if kind == "published_ei":
        if not changed.substitution:
            raise UsageProblem(
                "--no-substitution changes EI too, which --published-ei holds; leave out one"
            )
        return Printed(ei)
    return Printed(ei, {r.material_id: r.supply_risk for r in rows if r.supply_risk is not None})
