"""verdikart report: slides, note, workbook and data package from one saved mapping."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from verdikart.cli import report_check
from verdikart.cli.options import LangOption, language
from verdikart.reference.i18n import Lang

HELP = """Slides, note, workbook and data package from one saved mapping, and the check of a
signed-off document against a later one. No number differs between them.

Templates (--template): whole (the usual one), material, chain, partner, homes, change. Three are
about something: --about nickel, --about aluminium, --about DEU. For homes it picks some of the
mapping's, for change it names the earlier mapping; both do without.

Examples: verdikart report slides --lang nb --out kartlegging.pptx

One material as a note: verdikart report note --template material --about nickel --out nickel.pdf
"""
SHARED = """
The file is made beside its place and put there only when it is whole and holds no figure above
the audience."""
SLIDES = f"""A deck with native, editable charts, tables and chain drawings, speaker notes with sources
and alternative texts.

Example: verdikart report slides --out mapping.pptx

In your own design: verdikart report slides --design our-template.pptx --out mapping.pptx
{SHARED}"""
NOTE = f"""A note as Word (.docx) or tagged PDF (.pdf), by the name of --out.

Example: verdikart report note --template chain --about aluminium --out aluminium.docx
{SHARED}"""
WORKBOOK = f"""A workbook: one sheet a table, with definitions and sources.

Example: verdikart report workbook --lang nb --out kartlegging.xlsx
{SHARED}"""
PACKAGE = f"""A data package (.zip or a folder): CSV, Norwegian CSV, Parquet, JSON-stat, DCAT-AP-NO.

Example: verdikart report package --out mapping.zip
{SHARED}"""
DESIGN = """The house's own template file for slides, to change and to give back with --design.

Layouts are found by their names, as PowerPoint has them in English or in Norwegian: Title Slide,
Title and Content, Section Header and Title Only.

Example: verdikart report design --out house.pptx
"""
MappingOption = Annotated[
    str,
    typer.Option("--mapping", help="A result folder, first digits of a content hash, or current."),
]
TemplateOption = Annotated[
    str, typer.Option("--template", help="whole, material, chain, partner, homes or change.")
]
AboutOption = Annotated[
    list[str] | None,
    typer.Option("--about", help="Id that the template is about; repeatable for homes."),
]
AudienceOption = Annotated[
    str, typer.Option("--audience", help="public, group or internal: who may read it.")
]
MarksOption = Annotated[
    Path | None,
    typer.Option("--marks", help="CSV with figure, level, reason: what is not for everybody."),
]
OwnerOption = Annotated[
    str, typer.Option("--owner", help="Who stands behind the recommendations: name, organisation.")
]
SignOption = Annotated[
    str, typer.Option("--sign", help="Sign off: name of who does so; today's date is added.")
]
OutOption = Annotated[Path, typer.Option("--out", help="File to write.")]
DesignOption = Annotated[
    Path | None, typer.Option("--design", help="Your own template file to take the looks from.")
]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    group = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)
    group.command("slides", help=SLIDES)(_designed("slides"))
    group.command("note", help=NOTE)(_designed("note"))
    group.command("workbook", help=WORKBOOK)(_plain("workbook"))
    group.command("package", help=PACKAGE)(_plain("package"))
    group.command("design", help=DESIGN)(design)
    group.command("check", help=report_check.HELP)(report_check.check)
    app.add_typer(group, name="report", help=HELP)


def _designed(product: str) -> Callable[..., None]:
    """The command of a product that takes a design."""

    def command(
        out: OutOption,
        template: TemplateOption = "whole",
        about: AboutOption = None,
        mapping: MappingOption = "current",
        audience: AudienceOption = "public",
        marks: MarksOption = None,
        owner: OwnerOption = "",
        sign: SignOption = "",
        design: DesignOption = None,
        lang: LangOption = None,
    ) -> None:
        _make(product, out, template, about, mapping, audience, marks, owner, sign, design, lang)

    return command


def _plain(product: str) -> Callable[..., None]:
    """The command of a product of data, which has no looks to take from a design."""

    def command(
        out: OutOption,
        template: TemplateOption = "whole",
        about: AboutOption = None,
        mapping: MappingOption = "current",
        audience: AudienceOption = "public",
        marks: MarksOption = None,
        owner: OwnerOption = "",
        sign: SignOption = "",
        lang: LangOption = None,
    ) -> None:
        _make(product, out, template, about, mapping, audience, marks, owner, sign, None, lang)

    return command


def design(out: OutOption) -> None:
    """Write the template file."""
    from verdikart.reports.formats.slides_house import save

    typer.echo(str(save(out)))


def _make(
    product: str,
    out: Path,
    template: str,
    about: list[str] | None,
    mapping: str,
    audience: str,
    marks: Path | None,
    owner: str,
    sign: str,
    design: Path | None,
    lang: str | None,
) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from verdikart.reports.produce import STEPS, Order, make

    tongue = language(lang)
    order = Order(
        product,
        out,
        template,
        tuple(about or ()),
        tongue,
        audience,
        marks,
        owner,
        _signed(sign, tongue),
        design,
    )
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(STEPS))

        def tell(step: str, number: int, _total: int) -> None:
            bar.update(task, completed=number, description=_step(step, tongue))

        make(order, _find(mapping), tell)
    typer.echo(str(out))


def _step(step: str, lang: Lang) -> str:
    """What is being done, in words."""
    from verdikart.reference.i18n import translator

    _ = translator(lang)
    return {
        "document": _("building the document"),
        "check": _("looking for what the audience may not see"),
        "write": _("writing the file"),
        "read": _("reading the file as a stranger would"),
    }[step]


def _signed(name: str, lang: Lang) -> str:
    """Who signs off and when, in words; empty for a draft."""
    if not name:
        return ""
    from datetime import UTC, datetime

    from verdikart.reference.i18n import day, translator

    today = day(datetime.now(UTC).date().isoformat(), lang)
    return translator(lang)("Signed off by {name}, {day}").format(name=name, day=today)


def _find(mapping: str) -> Path:
    from verdikart.mapping import compare, save

    return compare.find(mapping, save.DEFAULT_OUT)
