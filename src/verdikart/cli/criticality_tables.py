"""Criticality as terminal tables that fit their window."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from verdikart.cli.fitting import Column, broken, print_table
from verdikart.cli.tables import console, word
from verdikart.reference.entities import Material, Product, Stage
from verdikart.reference.i18n import Lang, number, percent, translator
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text

Row = dict[str, Any]
# Shares, rates and verdicts that rest on the trade parameter of the study.
WITH_TRADE_PARAMETER = frozenset({"eu2023", "eu_published"})


def scored(row: Row, name: str, lang: Lang) -> str:
    """A score with its interval; a dash and the interval where it has no value."""
    low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
    text = number(row[name], lang, 2)
    if low is None or high is None or high - low < 0.005:
        return text
    return f"{text} [{number(low, lang, 1)}–{number(high, lang, 1)}]"


def _supply_risk(row: Row, lang: Lang) -> str:
    """Supply risk; where it has no value, under it what it is by the world's supply alone."""
    text = scored(row, "supply_risk", lang)
    world = row.get("supply_risk_world_only")
    if row["supply_risk"] is not None or world is None:
        return text
    return f"{text}\n{translator(lang)('world')} {number(world, lang, 2)}"


def name_of(row: Row, lang: Lang) -> str:
    """A material's name."""
    return by_key(Material)[row["material_id"]].name(lang)


def good(subject: str, lang: Lang) -> str:
    """A product's name; a code as it is."""
    product = by_key(Product).get(subject)
    return product.name(lang) if product else subject


def _head(row: Row, lang: Lang) -> str:
    """Whose assessment, of when, from what."""
    if row["basis"] == "study":
        return f"{row['home']} · " + translator(lang)("EU study of 2023 (2016–2020), recomputed")
    return f"{row['home']} · {row['year']} · {word('assessment_basis', row['basis'], lang)}"


def covered(rows: list[Row], method: str) -> list[Row]:
    """The rows that the method's data cover."""
    return [row for row in rows if row.get(f"{method}_status") != "missing"]


def not_covered(held: list[Row], asked: Iterable[str], method: str, lang: Lang) -> None:
    """Name the materials asked for that the method does not cover; if all, those that it does."""
    from verdikart.mapping.methods import METHODS

    _ = translator(lang)
    asked = list(dict.fromkeys(asked))
    ids = {row["material_id"] for row in held if row["material_id"]}
    if not (lacking := [m for m in asked if m not in ids]):
        return
    called = METHODS[method].name.in_(lang) if method != "all" else _("The comparison of methods")
    names = ", ".join(name_of({"material_id": m}, lang) for m in lacking)
    console.print(_("{method} does not cover: {names}.").format(method=called, names=names))
    if lacking == asked:
        console.print(_("Materials that it covers: {names}").format(names=", ".join(sorted(ids))))


def materials_table(rows: list[Row], lang: Lang) -> None:
    """One line a material, the riskiest first."""
    _ = translator(lang)
    if rows[0]["basis"] == "study":
        third = Column(_("published"), [_published(row, lang) for row in rows], drop=3)
    else:
        reliance = [number(row["import_reliance"], lang, 2) for row in rows]
        third = Column(_("import\nreliance"), reliance, drop=2)
    risk = [_supply_risk(row, lang) for row in rows]
    importance = [scored(row, "economic_importance", lang) for row in rows]
    ranks = [f"{r['rank_low']}–{r['rank_high']}" if r["rank_low"] else "" for r in rows]
    chances = Column(_("chance of\ncritical"), [_chance(row, lang) for row in rows], drop=4)
    columns = [
        Column(_("rank"), [str(row["rank"] or "") for row in rows], drop=5),
        Column(_("material"), [name_of(row, lang) for row in rows], 16),
        Column(_("stage"), [_place(row, lang) for row in rows], 12, drop=3),
        Column(_("supply\nrisk"), risk, drop=7),
        Column(_("economic\nimportance"), importance, drop=6),
        third,
        Column(_("verdict"), [_verdict(row, lang) for row in rows], 14),
        chances,
        Column(_("rank\ninterval"), ranks, drop=1),
    ]
    shown = print_table(_head(rows[0], lang), columns, lang)
    unsure = chances in shown and any("(" in cell for cell in chances.cells)
    used = {
        _("[ ] bounds that the inputs allow"): any("[" in text for text in (*risk, *importance)),
        _("world: supply risk by the world’s supply alone"): any("\n" in text for text in risk),
        _("( ) chance that rests on inputs drawn from nothing"): unsure,
        _("⚑ verdict differs from the published one"): any(row.get("flips") for row in rows),
    }
    if any(used.values()):
        console.print(" · ".join(text for text, there in used.items() if there))
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
    return stage if "@" in subject or not subject else f"{stage} {good(subject, lang)}"


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
        name = name_of(row, lang)
        if row.get("flips"):
            console.print(
                _("⚑ {name}: published {published}, recomputed {value}. {cause}").format(
                    name=name,
                    published=number(row["published_supply_risk"], lang, 1),
                    value=number(row["supply_risk"], lang, 2),
                    cause=row["cause"] or "",
                )
            )
        if row["feed"]:
            text = _("{name}: net exporter; its feed: {feed}")
            console.print(text.format(name=name, feed=", ".join(_feeds(row, lang))))
    if len(rows) == 1:
        _alone(rows[0], lang)
    hit = [r for r in rows if r["measures_since"]]
    console.print(f"• {reason_text('trade_parameter_2016_2020', lang)}")
    if hit:
        names = ", ".join(name_of(r, lang) for r in hit)
        console.print(_("• Measures since then concern: {names}").format(names=names))
    if any(r["borrowed"] for r in rows):
        console.print(f"• {reason_text('borrowed_eu_inputs', lang)}")


def _feeds(row: Row, lang: Lang) -> list[str]:
    """A net exporter's feed with its supply risk."""
    lists = (row["feed_supply_risk"], row["feed_low"], row["feed_high"])
    found = []
    for subject, *texts in zip(row["feed"], *lists, strict=True):
        value, low, high = (number(float(t) if t else None, lang, 2) for t in texts)
        found.append(f"{good(subject, lang)} {value} [{low}–{high}]")
    return found


def _alone(row: Row, lang: Lang) -> None:
    """What one material's score was filled with."""
    _ = translator(lang)
    names = {
        "supply_used": _("supply that counts"),
        "hhi_global": _("HHI of the world (HHI_GS)"),
        "hhi_home": _("HHI of the home (HHI_home)"),
        "import_reliance": _("import reliance (IR)"),
        "eol_rir": word("critical_input", "eol_rir", lang),
        "si_sr": word("critical_input", "si_sr", lang),
    }
    for key, name in names.items():
        value = row[key]
        shown = value if isinstance(value, str) else number(value, lang, 2)
        console.print(f"    {name}: {shown}")
    if row["missing"]:
        console.print(f"{_('not known')}: {_lacking(row, lang)}")
    for code in row["caveats"]:
        console.print(f"• {reason_text(code, lang)}")
    for name in ("supply_risk", "economic_importance"):
        if row.get(f"{name}_reason") and row[name] is None:
            console.print(f"• {reason_text(row[f'{name}_reason'], lang)}")
    if row["figure"]:
        console.print(f"[dim]verdikart explain {row['figure']}[/]", soft_wrap=True)


def _lacking(row: Row, lang: Lang) -> str:
    """The inputs that a row lacks, each once."""
    words = (word("critical_input", m.partition(":")[0], lang) for m in row["missing"])
    return ", ".join(dict.fromkeys(words))


def stages_table(rows: list[Row], lang: Lang) -> None:
    """Every stage of every material."""
    _ = translator(lang)
    exporter = word("criticality", "net_exporter", lang)
    risk = [_supply_risk(row, lang) for row in rows]
    reliance = [
        exporter if row["net_exporter"] else number(row["import_reliance"], lang, 2) for row in rows
    ]
    feeds = [", ".join(good(subject, lang) for subject in row["feed_for"]) for row in rows]
    columns = [
        Column(
            _("material"),
            [("● " if row["assessed"] else "  ") + name_of(row, lang) for row in rows],
            18,
        ),
        Column(_("stage"), [_place(row, lang) for row in rows], 19),
        Column(_("supply\nrisk"), risk, drop=6),
        Column("HHI\n" + _("world"), [number(row["hhi_global"], lang, 2) for row in rows], drop=3),
        Column("HHI\n" + _("home"), [number(row["hhi_home"], lang, 2) for row in rows], drop=4),
        Column(_("import\nreliance"), reliance, drop=5),
        Column(_("feed for"), feeds, 14, drop=1),
        Column(_("not known"), [_lacking(row, lang) for row in rows], 18, drop=2),
    ]
    print_table(_head(rows[0], lang), columns, lang)
    used = {
        _("● stands for its material"): any(row["assessed"] for row in rows),
        _("[ ] bounds that the inputs allow"): any("[" in text for text in risk),
        _("world: supply risk by the world’s supply alone"): any("\n" in text for text in risk),
    }
    console.print(" · ".join(text for text, there in used.items() if there))
    console.print(f"• {reason_text('trade_parameter_2016_2020', lang)}")


def methods_table(rows: list[Row], agreement: list[Row], home: str, lang: Lang) -> None:
    """Rank and verdict of every material by every method, then how far the methods agree; by one
    method alone, in its order.
    """
    from verdikart.mapping.methods import METHODS

    _ = translator(lang)
    names = [name for name in METHODS if name in rows[0]]
    full = len(names) > 1
    if not full:
        rows = sorted(rows, key=lambda row: _by_rank(row, names[0], lang))
    # The study's and the home's own places stay longest.
    order = ["geopolrisk_corrected", "geodep", "production", "cdi", "geopolrisk", "lists"]
    order += ["eu_published", "eu2023"]
    marks = {name: [_standing(row, name) for row in rows] for name in names}
    columns = [Column(_("material"), [name_of(row, lang) for row in rows], 16)]
    for name in names:
        heading = broken(METHODS[name].short.in_(lang))
        columns.append(Column(heading, marks[name], drop=2 + order.index(name) if full else 0))
    if full:
        votes = [f"{row['critical_verdicts']}/{row['verdicts']}" for row in rows]
        drivers = [word("driver", row["driver"], lang) for row in rows]
        columns.append(Column(_("critical"), votes))
        columns.append(Column(_("driver of\ndisagreement"), drivers, 16, drop=1))
    about = _("rank by each method") if full else METHODS[names[0]].name.in_(lang)
    print_table(f"{home} · {rows[0]['year']} · {about}", columns, lang)
    shown = {cell for name in names for cell in marks[name]}
    used = {
        _("● critical by the method’s verdict"): any("●" in cell for cell in shown),
        _("○ not critical"): any("○" in cell for cell in shown),
        _("· the method’s data do not cover it"): any("·" in cell for cell in shown),
        _("– not computable"): any("–" in cell for cell in shown),
    }
    if any(used.values()):
        console.print("   ".join(text for text, there in used.items() if there))
    for name in names:
        method = METHODS[name]
        said = f"{method.name.in_(lang)} · {_('verdict')}: {method.verdict.in_(lang)}"
        console.print(f"{method.short.in_(lang)}: {said}")
    if full:
        _agreement(agreement, lang)
    if WITH_TRADE_PARAMETER & set(names):
        console.print(f"• {reason_text('trade_parameter_2016_2020', lang)}")


def _by_rank(row: Row, method: str, lang: Lang) -> tuple[bool, int, str]:
    rank = row[f"{method}_rank"]
    return rank is None, rank or 0, name_of(row, lang)


def _standing(row: Row, name: str) -> str:
    mark = {True: " ●", False: " ○", None: ""}[row[f"{name}_verdict"]]
    if row[f"{name}_rank"] is None:
        return ("·" if row[f"{name}_status"] == "missing" else "–") + mark
    return f"{row[f'{name}_rank']}{mark}"


def _agreement(agreement: list[Row], lang: Lang) -> None:
    from verdikart.mapping.methods import METHODS

    _ = translator(lang)
    pairs = [
        f"{METHODS[row['method']].short.in_(lang)} – {METHODS[row['other']].short.in_(lang)}"
        for row in agreement
    ]
    same = [percent(row["same_verdict"], lang, 0) for row in agreement]
    columns = [
        Column(_("methods"), pairs, 20),
        Column("Kendall\nτ-b", [number(row["kendall_tau"], lang, 2) for row in agreement]),
        Column(broken(_("ranked by both")), [str(row["ranked"]) for row in agreement]),
        Column(broken(_("same verdict")), same),
        Column(broken(_("judged by both")), [str(row["judged"]) for row in agreement]),
    ]
    print_table(_("How far the methods agree"), columns, lang)


def geopolrisk_table(rows: list[Row], lang: Lang) -> None:
    """GeoPolRisk of one home or several, the highest score first."""
    from verdikart.mapping.methods import METHODS

    _ = translator(lang)
    rows = sorted(rows, key=lambda r: (r["score"] is None, -(r["score"] or 0.0)))
    notes = list(dict.fromkeys(code for row in rows for code in row["caveats"]))
    numbers = {code: f"{place:>{len(str(len(notes)))}}" for place, code in enumerate(notes, 1)}
    caveats = [", ".join(sorted(numbers[c] for c in row["caveats"])) for row in rows]
    factor = [number(row["characterization_factor"], lang, 2) for row in rows]
    columns = [
        Column(_("home"), [row["home"] for row in rows], 4),
        Column(_("raw material"), [word("raw_material", row["name"], lang) for row in rows], 14),
        Column(_("score"), [scored3(row, lang) for row in rows]),
        Column("HHI", [number(row["hhi"], lang, 3) for row in rows], drop=4),
        Column(_("import\nrisk"), [number(row["import_risk"], lang, 3) for row in rows], drop=3),
        Column(_("price\nkUSD/t"), [number(row["price"], lang, 2) for row in rows], drop=1),
        Column("CF\nkg Cu-eq/kg", factor, drop=2),
        Column(_("caveats"), caveats, 9, drop=5),
    ]
    form = {"published": "geopolrisk", "corrected": "geopolrisk_corrected"}[rows[0]["form"]]
    print_table(f"{METHODS[form].name.in_(lang)} · {rows[0]['year']}", columns, lang)
    for code, place in numbers.items():
        console.print(f"{place}  {reason_text(code, lang)}")


def scored3(row: Row, lang: Lang) -> str:
    """A GeoPolRisk score with its interval; its status in words, and the interval under it."""
    if row["score"] is None:
        text = word("status", str(row["score_status"]), lang) + "\n"
    else:
        text = number(row["score"], lang, 4) + " "
    low, high = row["score_low"], row["score_high"]
    if low is None or high is None or high - low < 0.0005:
        return text.rstrip()
    return f"{text}[{number(low, lang, 3)}–{number(high, lang, 3)}]"
