"""Criticality as terminal tables."""

from __future__ import annotations

from typing import Any

from verdikart.cli.tables import console, grid, word
from verdikart.mapping.methods import METHODS
from verdikart.reference.entities import Stage
from verdikart.reference.i18n import Lang, number, percent, translator
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text

Row = dict[str, Any]


def scored(row: Row, name: str, lang: Lang) -> str:
    """A score with its interval; a dash and the interval where it has no value."""
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    text = number(row[name], lang, 2)
    if low is None or high is None or high - low < 0.005:
        return text
    return f"{text} [{number(low, lang, 1)}–{number(high, lang, 1)}]"


def materials_table(rows: list[Row], lang: Lang) -> None:
    """One line a material, the riskiest first."""
    _ = translator(lang)
    if not rows:
        console.print(_("No such material in the assessment of this home."))
        return
    first = rows[0]
    study = first["basis"] == "study"
    columns = [
        (_("rank"), "right"),
        (_("material"), "left"),
        (_("stage"), "left"),
        (_("supply risk"), "right"),
        (_("economic\nimportance"), "right"),
        (_("published"), "right") if study else (_("import\nreliance"), "right"),
        (_("verdict"), "left"),
        (_("chance of\ncritical"), "right"),
        (_("rank\ninterval"), "right"),
    ]
    title = " · ".join(
        (str(first["home"]), str(first["year"]), word("assessment_basis", first["basis"], lang))
    )
    table = grid(title, columns)
    for row in rows:
        table.add_row(
            str(row["rank"] or ""),
            row["name_nb" if lang == "nb" else "name_en"],
            _place(row, lang),
            scored(row, "supply_risk", lang),
            scored(row, "economic_importance", lang),
            _published(row, lang) if study else number(row["import_reliance"], lang, 2),
            _verdict(row, lang),
            _chance(row, lang),
            f"{row['rank_low']}–{row['rank_high']}" if row["rank_low"] else "",
        )
    console.print(table)
    _notes(rows, lang)


def _chance(row: Row, lang: Lang) -> str:
    """The chance of being critical; in brackets where it rests on inputs drawn from nothing."""
    chance = row["chance_critical"]
    if chance is None:
        return ""
    text = percent(chance, lang, 0)
    return f"({text})" if row["sureness"] == "undetermined" else text


def _place(row: Row, lang: Lang) -> str:
    stage = by_key(Stage)[row["stage"]].name(lang) if row["stage"] else ""
    subject = row["subject"] or ""
    if "world_supply_only" in row["caveats"]:
        stage += f" ({translator(lang)('world')})"
    return stage if "@" in subject or not subject else f"{stage} {subject}"


def _published(row: Row, lang: Lang) -> str:
    pair = (row["published_supply_risk"], row["published_economic_importance"])
    return " / ".join(number(value, lang, 1) for value in pair)


def _verdict(row: Row, lang: Lang) -> str:
    text = word("criticality", row["verdict"], lang)
    if row["sureness"] and row["verdict"] in ("critical", "not_critical"):
        text += f", {word('sureness', row['sureness'], lang)}"
    return text + (" ⚑" if row.get("flips") else "")


def _notes(rows: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    for row in rows:
        name = row["name_nb" if lang == "nb" else "name_en"]
        if row.get("flips"):
            console.print(
                _("⚑ {name}: published {published}, recomputed {value}. {cause}").format(
                    name=name,
                    published=number(row["published_supply_risk"], lang, 1),
                    value=number(row["supply_risk"], lang, 2),
                    cause=row["cause"] or "",
                )
            )
        for feed in row["feed"]:
            console.print(_("{name}: net exporter; its feed: {feed}").format(name=name, feed=feed))
    if len(rows) == 1:
        _alone(rows[0], lang)
    hit = [r for r in rows if r["measures_since"]]
    console.print(f"• {reason_text('trade_parameter_2016_2020', lang)}")
    if hit:
        names = ", ".join(r["name_nb" if lang == "nb" else "name_en"] for r in hit)
        console.print(_("• Measures since then concern: {names}").format(names=names))
    if any(r["borrowed"] for r in rows):
        console.print(f"• {reason_text('borrowed_eu_inputs', lang)}")


def _alone(row: Row, lang: Lang) -> None:
    """What one material's score was filled with."""
    _ = translator(lang)
    for key in ("supply_used", "hhi_global", "hhi_home", "import_reliance", "eol_rir", "si_sr"):
        value = row[key]
        shown = value if isinstance(value, str) else number(value, lang, 2)
        console.print(f"    {key} = {shown}")
    if row["missing"]:
        lacking = (word("critical_input", m.partition(":")[0], lang) for m in row["missing"])
        console.print(f"{_('not known')}: {', '.join(dict.fromkeys(lacking))}")
    for code in row["caveats"]:
        console.print(f"• {reason_text(code, lang)}")
    for name in ("supply_risk", "economic_importance"):
        if row.get(f"{name}_reason") and row[name] is None:
            console.print(f"• {reason_text(row[f'{name}_reason'], lang)}")
    if row["figure"]:
        console.print(f"[dim]verdikart explain {row['figure']}[/]")


def stages_table(rows: list[Row], lang: Lang) -> None:
    """Every stage of every material."""
    _ = translator(lang)
    columns = [
        (_("material"), "left"),
        (_("stage"), "left"),
        (_("supply risk"), "right"),
        ("HHI " + _("world"), "right"),
        ("HHI " + _("home"), "right"),
        (_("import reliance"), "right"),
        (_("feed for"), "left"),
        (_("not known"), "left"),
    ]
    first = rows[0] if rows else {"home": "", "year": ""}
    table = grid(f"{first['home']} · {first['year']}", columns)
    for row in rows:
        lacking = (word("critical_input", m.partition(":")[0], lang) for m in row["missing"])
        exporter = word("criticality", "net_exporter", lang) if row["net_exporter"] else ""
        table.add_row(
            ("● " if row["assessed"] else "  ") + row["material_id"],
            _place(row, lang),
            scored(row, "supply_risk", lang),
            number(row["hhi_global"], lang, 2),
            number(row["hhi_home"], lang, 2),
            exporter or number(row["import_reliance"], lang, 2),
            ", ".join(row["feed_for"]),
            ", ".join(dict.fromkeys(lacking)),
        )
    console.print(table)
    console.print(_("● stands for its material"))
    console.print(f"• {reason_text('trade_parameter_2016_2020', lang)}")


def methods_table(rows: list[Row], agreement: list[Row], home: str, lang: Lang) -> None:
    """Rank and verdict of every material by every method, then how far the methods agree."""
    _ = translator(lang)
    names = [name for name in METHODS if rows and name in rows[0]]
    columns = [
        (_("material"), "left"),
        *((METHODS[name].short.in_(lang), "right") for name in names),
    ]
    full = len(names) > 1
    if full:
        columns += [(_("critical"), "right"), (_("driver of\ndisagreement"), "left")]
    year = rows[0]["year"] if rows else ""
    title = f"{home} · {year} · " + _("rank by each method; ● critical by its verdict, ○ not")
    table = grid(title, columns)
    for row in rows:
        cells = [_standing(row, name) for name in names]
        if full:
            cells.append(f"{row['critical_verdicts']}/{row['verdicts']}")
            cells.append(word("driver", row["driver"], lang))
        table.add_row(row["name_nb" if lang == "nb" else "name_en"], *cells)
    console.print(table)
    console.print(_("· the method’s data do not cover it   – not computable"))
    for name in names:
        method = METHODS[name]
        said = f"{method.name.in_(lang)} · {_('verdict')}: {method.verdict.in_(lang)}"
        console.print(f"{method.short.in_(lang)}: {said}")
    if full:
        _agreement(agreement, lang)
    console.print(f"• {reason_text('trade_parameter_2016_2020', lang)}")


def _standing(row: Row, name: str) -> str:
    mark = {True: " ●", False: " ○", None: ""}[row[f"{name}_verdict"]]
    if row[f"{name}_rank"] is None:
        return ("·" if row[f"{name}_status"] == "missing" else "–") + mark
    return f"{row[f'{name}_rank']}{mark}"


def _agreement(agreement: list[Row], lang: Lang) -> None:
    _ = translator(lang)
    columns = [
        (_("methods"), "left"),
        ("Kendall τ-b", "right"),
        (_("ranked by both"), "right"),
        (_("same verdict"), "right"),
        (_("judged by both"), "right"),
    ]
    table = grid(_("How far the methods agree"), columns)
    for row in agreement:
        table.add_row(
            f"{METHODS[row['method']].short.in_(lang)} – {METHODS[row['other']].short.in_(lang)}",
            number(row["kendall_tau"], lang, 2),
            str(row["ranked"]),
            percent(row["same_verdict"], lang, 0),
            str(row["judged"]),
        )
    console.print(table)


def geopolrisk_table(rows: list[Row], lang: Lang) -> None:
    """GeoPolRisk of one home or several, the highest score first."""
    _ = translator(lang)
    columns = [
        (_("home"), "left"),
        (_("raw material"), "left"),
        (_("score"), "right"),
        ("HHI", "right"),
        (_("import risk"), "right"),
        (_("price\nkUSD/t"), "right"),
        ("CF\nkg Cu-eq/kg", "right"),
        (_("caveats"), "left"),
    ]
    first = rows[0] if rows else {"year": "", "form": ""}
    table = grid(f"GeoPolRisk · {first['form']} · {first['year']}", columns)
    for row in sorted(rows, key=lambda r: (r["score"] is None, -(r["score"] or 0.0))):
        shown = scored3(row, lang)
        table.add_row(
            row["home"],
            row["name"],
            shown,
            number(row["hhi"], lang, 3),
            number(row["import_risk"], lang, 3),
            number(row["price"], lang, 2),
            number(row["characterization_factor"], lang, 2),
            ", ".join(row["caveats"]),
        )
    console.print(table)
    codes = dict.fromkeys(code for row in rows for code in row["caveats"])
    for code in codes:
        console.print(f"• {code}: {reason_text(code, lang)}")


def scored3(row: Row, lang: Lang) -> str:
    """A GeoPolRisk score with its interval, or its status in words."""
    if row["score"] is None:
        text = word("status", str(row["score_status"]), lang)
    else:
        text = number(row["score"], lang, 4)
    low, high = row["score_low"], row["score_high"]
    if low is None or high is None or high - low < 0.0005:
        return text
    return f"{text} [{number(low, lang, 3)}–{number(high, lang, 3)}]"
