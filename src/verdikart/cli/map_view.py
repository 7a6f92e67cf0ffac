"""The mapping on the terminal: the line that says it all, the steps, findings, inputs, gaps."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from verdikart.cli.chain_tables import print_chains
from verdikart.cli.tables import console, grid, share, word
from verdikart.mapping.lists import CRITICAL, MAGNET_EARTHS_MEMBERS, NATO, STRATEGIC
from verdikart.mapping.run import Mapping
from verdikart.mapping.statements import headline_text, home_name, round_number, upper_first
from verdikart.reference import countries
from verdikart.reference.entities import Source, StrategicSector
from verdikart.reference.figures import TradeHeading
from verdikart.reference.i18n import Lang, number, percent, tenths, translator
from verdikart.reference.load import by_key, load
from verdikart.reference.texts import reason_text

Row = dict[str, Any]
GAPS_SHOWN = 12


def print_mapping(mapping: Mapping, folder: Path, lang: Lang) -> None:
    """Print a mapping so that an analyst can read it."""
    _ = translator(lang)
    console.rule(style="dim")
    console.print(
        f"[bold]{headline_text(mapping.home, mapping.year, mapping.headlines[mapping.home], lang)}[/]"
    )
    sectors = [s.name(lang).lower() for s in load(StrategicSector) if s.default_scope]
    console.print(
        _(
            "Scope: {sectors}; materials on the EU or NATO lists and the Norwegian supplement; {sources}"
        ).format(sectors=", ".join(sectors), sources=_("embedded data only"))
    )
    _steps(mapping, lang)
    _findings(mapping, "vulnerability", _("The sharpest vulnerabilities"), lang)
    _findings(mapping, "position", _("The strongest positions"), lang)
    print_chains(mapping, lang)
    _inputs(mapping, lang)
    _gaps(mapping, lang)
    rates = {r["nok_rate_status"] for r in mapping.tables["findings"]} - {None}
    if any("unverified" in r for r in rates):
        console.print(
            _("Kroner at an annual average rate that has not been verified."), style="dim"
        )
    console.print(f"\n{_('Result')}: {folder}\n{_('Page')}: {folder / 'index.html'}")
    console.print(
        _("Why a number? verdikart explain ID · More: verdikart show material ID"), style="dim"
    )


def _steps(mapping: Mapping, lang: Lang) -> None:
    _ = translator(lang)
    tables = mapping.tables
    items = {row["list"]: row["items"] for row in tables["lists"]}
    scope = [row for row in tables["materials"] if row["in_scope"]]
    supplement = [row for row in tables["materials"] if row["norwegian_supplement"]]
    tied = {row["material"] for row in tables["links"] if row["in_scope"]}
    table = grid(_("The steps"), [("", "left"), ("", "left")])
    table.show_header = False
    table.add_row(
        _("1 Lists"),
        _(
            "{critical} critical, {strategic} strategic (EU), {nato} NATO items; {lists} lists side by side"
        ).format(
            critical=items[CRITICAL],
            strategic=items[STRATEGIC],
            nato=items[NATO],
            lists=len(items.keys() - {MAGNET_EARTHS_MEMBERS}),
        ),
    )
    table.add_row(
        _("2 Supplement"),
        _("{count} materials added for Norway, {scope} in scope, {tracked} merely tracked").format(
            count=len(supplement), scope=len(scope), tracked=len(tables["materials"]) - len(scope)
        ),
    )
    table.add_row(
        _("3 Links"),
        _(
            "{count} materials tied to the sectors in scope through {links} technologies and plants"
        ).format(count=len(tied), links=len({row["via"] for row in tables["links"]})),
    )
    for row in tables["headline"]:
        name = upper_first(home_name(row["home"], lang))
        text = _(
            "{name}: {assessed} assessed ({own} on own imports), {over} over 65%, "
            "{foreign} not allied, {large} above the floor"
        ).format(
            name=name,
            own=_own_imports(tables["assessments"], row["home"]),
            assessed=row["assessed"],
            over=row["over_65"],
            foreign=row["not_allied"],
            large=row["above_floor"],
        )
        table.add_row(_("4 Vulnerability") if row["home"] == mapping.home else "", text)
    led = {
        p["subject"]
        for p in tables["positions"]
        if p["supplier_rank"] == 1 and p["basis"] == "imports"
    }
    roles = Counter(
        row["role"] for row in tables["roles"] if row["role"] not in ("absent", "unknown")
    )
    table.add_row(
        _("5 Position"),
        _position_text(len(led), roles, bool(tables["positions"]), lang),
    )
    table.add_row(
        _("6 Evidence"),
        _("{rows} supplier rows and {figures} figures behind the verdicts").format(
            rows=number(len(tables["supply"]), lang), figures=number(len(mapping.figures), lang)
        ),
    )
    console.print(table)


def _own_imports(rows: list[Row], home: str) -> int:
    """Stages assessed on the home's own imports; the others stand on world or published supply."""
    without = ("not_computable", "not_imported", "bounds_only")
    return sum(
        r["home"] == home and r["basis"] == "own_imports" and r["outcome"] not in without
        for r in rows
    )


def _position_text(led: int, roles: Counter[str], placed: bool, lang: Lang) -> str:
    _ = translator(lang)
    if not placed:
        return _("not mapped: positions are asked of single countries")
    found = _("largest supplier of {count} goods to the EU, the Nordics or NATO").format(count=led)
    said = ", ".join(f"{word('role', r, lang)} {n}" for r, n in roles.most_common())
    return f"{found}; {said}" if said else found


def _findings(mapping: Mapping, kind: str, title: str, lang: Lang) -> None:
    rows = [row for row in mapping.tables["findings"] if row["kind"] == kind]
    console.print(f"[bold]{title}[/]\n")
    for row in rows:
        console.print(f"{row['rank']:>2}. {row[f'text_{lang}']}")
        console.print(f"    {row['figures'][0]}", style="dim", soft_wrap=True)
    console.print()


def _inputs(mapping: Mapping, lang: Lang) -> None:
    _ = translator(lang)
    columns = [
        ("#", "right"),
        (_("input"), "left"),
        (_("NOK million"), "right"),
        (_("tonnes"), "right"),
        (_("import share of use"), "right"),
        (_("largest"), "left"),
        (_("share"), "right"),
        (_("allies"), "right"),
        (_("verdict"), "left"),
    ]
    table = grid(_("Inputs ranked by imports"), columns)
    names = Counter(row[f"name_{lang}"] for row in mapping.tables["inputs"])
    for row in mapping.tables["inputs"]:
        nok = row["value_nok"]
        used = row["import_share_of_consumption"]
        shared = " *" if row["shared_code"] else ""
        table.add_row(
            str(row["rank"]),
            row[f"name_{lang}"]
            + (f" ({row['subject']})" if names[row[f"name_{lang}"]] > 1 else "")
            + shared,
            tenths(nok / 1e6, lang) if nok is not None else "–",
            round_number(row["quantity_t"], lang),
            percent(used, lang, 0) if used is not None else word("status", "not_computable", lang),
            countries.name(row["top_supplier"], lang) if row["top_supplier"] else "–",
            share(row, "top_share", lang),
            percent(row["ally_share"], lang, 0),
            word("outcome", row["outcome"], lang),
        )
    console.print(table)
    console.print(_("* the code is shared by several products"), style="dim")
    if any((row["import_share_of_consumption"] or 0) > 1 for row in mapping.tables["inputs"]):
        text = _("Over 100%: part of the imports are exported again, as they are or processed.")
        console.print(text, style="dim")


def _gaps(mapping: Mapping, lang: Lang) -> None:
    _ = translator(lang)
    rows = mapping.tables["gaps"]
    console.print(f"\n[bold]{_('What we do not know')}[/] ({len(rows)})")
    for code, count in Counter(row["reason"] for row in rows).most_common():
        console.print(f"• {count} × {reason_text(code, lang)}")
    headings = {f"{h.nomenclature}:{h.heading}": h for h in load(TradeHeading)}
    known = dict.fromkeys(row["heading"] for row in rows if row["heading"])
    console.print(_("All of them stand in the table gaps; these have known totals:"))
    for heading in list(known)[:GAPS_SHOWN]:
        row = headings[heading]
        names = [r[f"name_{lang}"] for r in rows if r["heading"] == heading]
        console.print(
            _(
                "• {heading} ({names}): imports {imports}, exports {exports} in 2024, "
                "suppliers not embedded; {source} would tell"
            ).format(
                heading=heading,
                names="; ".join(names[:3]) + (" …" if len(names) > 3 else ""),
                imports=_usd(row.imports_usd, lang),
                exports=_usd(row.exports_usd, lang),
                source=_source(
                    next(r["would_fill"] for r in rows if r["heading"] == heading), lang
                ),
            )
        )


def _source(source_id: str, lang: Lang) -> str:
    source = by_key(Source)[source_id]
    title = source.title_nb if lang == "nb" else source.title_en
    return f"{source.provider}, {title}"


def _usd(amount: int, lang: Lang) -> str:
    return translator(lang)("USD {amount} million").format(amount=number(amount / 1e6, lang, 1))
