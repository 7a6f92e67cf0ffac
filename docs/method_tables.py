"""Tables of the method pages, computed from the package: python docs/generate.py writes them.

A page holds each between ``<!-- table NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from verdikart.indicators.assessment import COMPLETE
from verdikart.indicators.concentration import hhi
from verdikart.indicators.criticality import economic_importance, shown
from verdikart.mapping import eu_study, lists, methods, stage_sources
from verdikart.mapping.assess import Assessment, assess
from verdikart.mapping.criticality import (
    Result,
    assess_home,
    material_rows,
    published_critical,
    stage_rows,
)
from verdikart.mapping.library import Library
from verdikart.mapping.method_values import VOTERS, production, votes
from verdikart.reference.entities import Material
from verdikart.reference.figures import EuUseShare
from verdikart.reference.load import by_key, load
from verdikart.reference.value_chains import TradeMeasure

METHODS = Path(__file__).with_name("methods")
BLOCK = re.compile(r"(<!-- table (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
Row = dict[str, Any]
GROUP_RATE = (
    "EoL-RIR printed for the individual element is the group value; SR of some members "
    "recomputes only with an element-specific rate"
)
EXAMPLES = ("magnesium", "tungsten", "niobium", "strontium")
# The two materials of the comparison page.
CASES = ("cobalt", "iron_ore")
# The goods of the Norwegian reading, in its order.
READING = (
    ("manganese", "HS92:260200"),
    ("magnesium", "HS17:810411"),
    ("lree", "HS92:280530"),
    ("strontium", "HS17:283692"),
    ("vanadium", "HS92:720292"),
    ("iron_ore", "HS92:260112"),
    ("coking_coal", "HS92:270112"),
    ("baryte", "HS92:251110"),
    ("zinc", "HS92:260800"),
    ("silicon_metal", "HS17:280469"),
    ("nickel", "HS17:750210"),
    ("cobalt", "HS92:810510"),
    ("titanium_minerals", "HS92:261400"),
    ("natural_graphite", "HS92:250410"),
    ("copper", "HS17:740311"),
    ("aluminium", "HS92:760110"),
    ("fluorspar", "HS92:252922"),
    ("phosphate_rock", "HS17:251010"),
)


@cache
def library() -> Library:
    """The embedded data."""
    return Library()


@cache
def result(home: str) -> Result:
    """A home's assessment with the default draws."""
    return assess_home(library(), home)


@cache
def materials(home: str) -> dict[str, Row]:
    """Rows of ``verdikart criticality`` by material."""
    return {row["material_id"]: row for row in material_rows(result(home))}


@cache
def stages(home: str) -> dict[tuple[str, str], Row]:
    """Rows of ``verdikart criticality --stages`` by material and subject."""
    return {(row["material_id"], row["subject"]): row for row in stage_rows(result(home))}


@cache
def comparison(home: str) -> methods.Comparison:
    """Rows of ``verdikart criticality --method all``."""
    return methods.compare_methods(library(), home, result=result(home))


@cache
def goods() -> dict[str, Assessment]:
    """Norway's assessed goods with flows, by subject."""
    return {
        row.subject: row
        for row in assess(library(), "NOR", 2024)
        if row.basis == "own_imports" and row.evidence is not None
    }


def name(material: str) -> str:
    """English name without what stands in brackets."""
    return by_key(Material)[material].name_en.partition(" (")[0]


def num(value: float | None, places: int = 2) -> str:
    """A number with fixed decimals, or a dash."""
    return "–" if value is None else f"{value:.{places}f}"


def span(row: Row, key: str) -> str:
    """Value and sure bounds."""
    return f"{num(row[key])} [{num(row[key + '_low'])}–{num(row[key + '_high'])}]"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def sr_examples() -> str:
    rows = []
    for material in EXAMPLES:
        row = materials("EU27")[material]
        rows.append(
            (
                name(material),
                row["stage"],
                row["supply_used"],
                num(row["hhi_global"], 3),
                num(row["hhi_home"], 3),
                num(row["import_reliance"]),
                num(row["eol_rir"]),
                num(row["si_sr"]),
                f"**{num(row['supply_risk'])}**",
                num(row["published_supply_risk"], 1),
            )
        )
    head = ("", "Stage", "Mode", "HHI_GS", "HHI_EU", "IR", "EoL-RIR", "SI_SR", "SR", "Published")
    return table(head, rows)


def tungsten_suppliers() -> str:
    supply = eu_study.supply("tungsten", "processing", "eu_sourcing")
    assert supply is not None
    known = eu_study.setting().governance
    terms = []
    for part in supply.parts:
        trade = 0.8 if part.preferential else part.trade
        terms.append((part, trade, part.share**2 * known[part.iso3] * trade))
    terms.sort(key=lambda t: -t[2])
    rows = [(p.iso3, num(p.share), num(known[p.iso3], 3), num(t, 1), num(x, 4)) for p, t, x in terms]
    rows.append(("sum", num(sum(p.share for p, _, _ in terms)), "", "", num(sum(x for *_, x in terms), 4)))
    return table(("Supplier", "S", "WGI", "t", "S²·WGI·t"), rows)


def tungsten_uses() -> str:
    added = eu_study.value_added()
    uses = [use for use in eu_study.uses("tungsten") if use.sector]
    rows = [
        (str(u.sector), num(u.share), f"{added[str(u.sector)].value:,.0f}", f"{u.share * added[str(u.sector)].value:,.0f}")
        for u in uses
    ]
    total = sum(u.share * added[str(u.sector)].value for u in uses)
    rows.append(("sum", num(sum(u.share for u in uses)), "", f"{total:,.0f}"))
    return table(("NACE division", "A", "Q, MEUR", "A·Q"), rows)


def study_rows() -> list[Row]:
    """Rows of the study at their assessed stage, groups left out, that have a published SR."""
    groups = eu_study.members_of()
    return [
        r
        for m, r in materials("EU27").items()
        if m not in groups and r["stage"] and r["within_0_1"] is not None
    ]


def _cause(row: Row) -> str:
    members = eu_study.members_of().get(row["material_id"])
    if members:
        apart = [name(m).lower() for m in members if materials("EU27")[m]["within_0_1"] is False]
        return f"mean of its members, of which {', '.join(apart)} do not recompute"
    parts = (row["cause"] or "").split("; ")
    text = "; ".join(parts).replace(GROUP_RATE, "(a)").replace("the transcription says", "one transcription says")
    return text or "not known"


def sr_not_recomputed() -> str:
    apart = [r for r in materials("EU27").values() if r["within_0_1"] is False]
    rows = [
        (
            name(r["material_id"]),
            r["stage"] or "group",
            num(r["published_supply_risk"], 1),
            num(r["supply_risk"]),
            _cause(r),
        )
        for r in sorted(apart, key=lambda r: (r["stage"] is None, r["material_id"]))
    ]
    return table(("", "Stage", "Published", "Recomputed", "Known cause"), rows)


def ei_rows() -> list[Row]:
    """EI of the materials whose printed use shares are complete; no SI_EI printed counts as 1."""
    setting = eu_study.setting()
    added = {sector: float(held.value or 0.0) for sector, held in setting.value_added.items()}
    found = []
    for inputs in eu_study.inputs():
        uses = [use for use in inputs.uses if use.sector]
        whole = sum(use.share for use in uses)
        published = eu_study.by_material()[inputs.material].economic_importance
        if inputs.members or published is None or not COMPLETE[0] <= whole + 1e-9 <= COMPLETE[1] + 2e-9:
            continue
        index = 1.0 if inputs.si_ei.value is None else inputs.si_ei.value
        shares, sums = [u.share for u in uses], [added[str(u.sector)] for u in uses]
        value = economic_importance(shares, sums, index, setting.scale)
        found.append({"material": inputs.material, "whole": whole, "published": published, "value": value})
    return found


def ei_close(row: Row) -> bool:
    """Within a tenth of the published EI, as printed numbers are compared."""
    return abs(round(row["value"], 2) - row["published"]) <= 0.1 + 1e-9


def ei_not_recomputed() -> str:
    rows = [
        (name(r["material"]), num(r["whole"]), num(r["published"], 1), num(r["value"]))
        for r in sorted(ei_rows(), key=lambda r: -abs(r["value"] - r["published"]))
        if not ei_close(r)
    ]
    return table(("", "Shares with a sector", "Published", "Recomputed"), rows)


def misprinted_sectors() -> str:
    held = eu_study.value_added()
    rows = [
        (name(r.material_id), str(r.application), str(r.nace2), f"{r.value_added_meur:,.0f}", f"{held[r.nace2].value:,.0f}")
        for r in load(EuUseShare)
        if r.nace2 and r.value_added_meur is not None and r.value_added_meur != held[r.nace2].value
    ]
    return table(("", "Use", "Division", "Printed, MEUR", "Used, MEUR"), rows)


def measures() -> str:
    rows = [
        (r.from_date.isoformat(), r.imposed_by, r.description_en, r.confidence)
        for r in sorted(load(TradeMeasure), key=lambda r: r.from_date)
        if r.from_date.year > stage_sources.PERIOD[1] and "export" in r.measure
    ]
    return table(("From", "By", "Measure", "Confidence"), rows)


def _suppliers(material: str, subject: str) -> str:
    score = result("NOR").scores[material]
    stage = next(s for s in score.stages if s.inputs.subject == subject)
    row = goods()[subject]
    assert row.evidence is not None
    amounts = row.evidence.mix.amounts("quantity")
    ranked = sorted(amounts.known, key=lambda pair: -pair[1])[:3]
    shares = [(iso3, float(q) / float(amounts.total)) for iso3, q in ranked]
    held = ", ".join(f"{iso3} {part:.0%}" for iso3, part in shares if part >= 0.005)
    whole = float(amounts.total) / 1000
    tonnes = f"{whole:,.0f}" if whole >= 10 else num(whole, 1)
    return f"{tonnes} t: {held}" + ("; hidden" if any(s.hidden for s in stage.inputs.home) else "")


def norway_inputs() -> str:
    rows = []
    for material, subject in READING:
        row = stages("NOR")[material, subject]
        exports = goods()[subject].evidence.exports  # type: ignore[union-attr]
        out = None if exports is None else exports.total("quantity")
        rows.append(
            (
                f"{name(material)} {subject}{' *' if row['assessed'] else ''}",
                _suppliers(material, subject),
                "0" if not out else f"{float(out) / 1000:,.0f}" if float(out) >= 1e4 else num(float(out) / 1000, 1),
                "net exporter" if row["net_exporter"] else num(row["import_reliance"]),
                num(row["hhi_global"]),
                num(row["hhi_home"]),
                num(row["eol_rir"]),
                num(row["si_sr"]),
                span(row, "supply_risk"),
            )
        )
    head = ("Good", "Imports 2024", "Exports, t", "IR", "HHI_GS", "HHI_home", "EoL-RIR", "SI_SR", "SR [sure bounds]")
    return table(head, rows)


def norway_verdicts() -> str:
    rows = []
    for material in dict.fromkeys(m for m, _ in READING):
        row = materials("NOR")[material]
        chance = row["chance_critical"]
        sr, ei = row["published_supply_risk"], row["published_economic_importance"]
        rows.append(
            (
                name(material),
                str(row["subject"]),
                span(row, "supply_risk"),
                span(row, "economic_importance"),
                row["verdict"].replace("_", " "),
                row["sureness"] or "–",
                "–" if chance is None else f"{chance:.0%}",
                "–" if sr is None else f"{num(sr, 1)} / {num(ei, 1)}",
            )
        )
    head = ("", "Stands for it", "SR", "EI", "Verdict", "Word", "Draws critical", "EU published SR / EI")
    return table(head, rows)


def why_open(row: Row) -> str:
    """Why a material has no verdict, the first cause that applies."""
    caveats, missing = row["caveats"], row["missing"]
    if "not_in_embedded_data" in caveats:
        return "a plant's feed without trade in the data"
    if "world_supply_only" in caveats:
        return "world supply alone: no home supply, no IR"
    if "suspected_suppression" in caveats:
        return "suppliers probably withheld"
    if "not_in_study" in caveats:
        return "not in the study: no recycling, substitution, uses"
    if "import_reliance" in missing:
        return "home production not known, so IR open"
    assert missing == ["use_shares"]
    return "SR known; uses not printed, so EI open"


def norway_all() -> str:
    words = {
        "critical": "critical",
        "not_critical": "not critical",
        "net_exporter": "net exporter",
        "small": "small flow",
        "undetermined": "undetermined",
    }
    found: dict[tuple[str, str], list[str]] = {}
    inside = {m for group in eu_study.members_of().values() for m in group}
    for material, row in materials("NOR").items():
        if material not in inside:
            why = why_open(row) if row["verdict"] == "undetermined" else row["sureness"] or ""
            found.setdefault((row["verdict"], why), []).append(name(material).lower())
    order = sorted(found, key=lambda key: (list(words).index(key[0]), -len(found[key]), key[1]))
    rows = [
        (words[v], why or "–", str(len(found[v, why])), "; ".join(sorted(found[v, why])))
        for v, why in order
    ]
    return table(("Verdict", "Word, or why open", "", "Materials"), rows)


def certainty() -> str:
    rows = []
    for home, material in (("EU27", "tungsten"), ("EU27", "coking_coal"), ("NOR", "manganese"), ("NOR", "iron_ore")):
        row = materials(home)[material]
        rows.append(
            (
                home,
                name(material),
                num(row["supply_risk"], 3),
                f"{num(row['supply_risk_low'])}–{num(row['supply_risk_high'])}",
                f"{num(row['sr_p05'])}–{num(row['sr_p95'])}",
                f"{num(row['ei_p05'])}–{num(row['ei_p95'])}",
                num(row["chance_critical"]),
                row["verdict"].replace("_", " "),
                row["sureness"] or "–",
                f"{row['rank']} ({row['rank_low']}–{row['rank_high']})",
            )
        )
    head = ("Home", "", "SR", "Sure bounds", "SR 5–95 %", "EI 5–95 %", "Chance critical", "Verdict", "Word", "Rank (5–95 %)")
    return table(head, rows)


def _sureness(home: str) -> Row:
    inside = {m for group in eu_study.members_of().values() for m in group} if home == "EU27" else set()
    found = [r for m, r in materials(home).items() if m not in inside]
    said = {w: sum(r["sureness"] == w for r in found) for w in ("clear", "borderline", "undetermined")}
    return said | {"none": sum(r["sureness"] is None for r in found), "all": len(found)}


def words() -> str:
    rows = [
        (home, *(str(_sureness(home)[w]) for w in ("clear", "borderline", "undetermined", "none", "all")))
        for home in ("EU27", "NOR")
    ]
    return table(("Home", "clear", "borderline", "undetermined", "none: net exporter or small", "units"), rows)


def dependency_cases() -> str:
    rows = []
    for subject in ("HS92:260200", "HS92:261400", "HS92:760110", "HS17:283692", "HS92:261710"):
        row = goods()[subject]
        mix = row.evidence.mix  # type: ignore[union-attr]
        values = [row.answers[f"cdi{i}"] for i in (1, 2, 3)]
        rows.append(
            (
                subject,
                str(row.answers["top_supplier"].value),
                f"{float(mix.total('value') or 0):,.0f}",
                *(
                    num(float(a.value)) if a.value is not None else f"– ({a.reason})"
                    for a in values
                ),
                str(
                    sum(
                        (a.value is not None and float(a.value) > limit) or a.reason == "zero_denominator"
                        for a, limit in zip(values, (0.4, 0.5, 1.0), strict=True)
                    )
                ),
            )
        )
    return table(("Code", "Largest", "Imports, USD", "CDI1", "CDI2", "CDI3", "Met"), rows)


def geodep_cases() -> str:
    rows = []
    for subject in ("HS17:810411", "HS92:260200", "HS92:261400", "HS92:251110"):
        row = goods()[subject]
        world = row.evidence.world  # type: ignore[union-attr]
        rows.append(
            (
                subject,
                num(float(row.answers["cdi1"].value)),  # type: ignore[arg-type]
                num(hhi(world.amounts("value").numbers) if world else None),
                num(float(row.answers["cdi3"].value)),  # type: ignore[arg-type]
                "yes" if row.answers["geodep"].value else "no",
            )
        )
    return table(("Code", "Import HHI", "World export HHI", "Imports / exports", "All met"), rows)


def production_cases() -> str:
    held = production(library(), 2024)
    rows = [
        (name(m), num(held[m].value), "yes" if held[m].verdict else "no", held[m].basis)
        for m in ("gallium", "magnesium", "tungsten", "cobalt", "nickel", "manganese", "silver", "hydrogen")
    ]
    return table(("", "HHI", "> 0.4", "Stage, source and year"), rows)


def voters() -> str:
    entries = lists.entries()
    rows = [
        (
            voter,
            ", ".join(f"`{n}`" for n in names),
            " + ".join(str(len(entries[n])) for n in names),
            str(sum(voter in votes(m) for m in by_key(Material))),
        )
        for voter, names in VOTERS.items()
    ]
    return table(("Vote", "Lists", "Items as printed", "Materials named, by name or group"), rows)


def ballots() -> str:
    rows = [
        (name(m), f"{len(votes(m))} of {len(VOTERS)}", ", ".join(v for v in VOTERS if v not in votes(m)) or "–")
        for m in ("natural_graphite", "manganese", "tungsten", "copper", "coking_coal", "helium", "feldspar")
    ]
    return table(("", "Votes", "Not named by"), rows)


def agreement() -> str:
    rows = [
        (
            f"`{r['method']}`",
            f"`{r['other']}`",
            str(r["ranked"]),
            num(r["kendall_tau"]),
            str(r["judged"]),
            num(r["same_verdict"]),
        )
        for r in comparison("NOR").agreement
    ]
    return table(("Method", "Other", "Ranked by both", "τ-b", "Judged by both", "Same verdict"), rows)


def cases() -> str:
    rows = []
    for material in CASES:
        row = next(r for r in comparison("NOR").rows if r["material_id"] == material)
        for method in methods.METHODS:
            verdict = row[f"{method}_verdict"]
            rank = row[f"{method}_rank"]
            rows.append(
                (
                    name(material),
                    f"`{method}`",
                    num(row[method]),
                    "–" if rank is None else f"{rank} of {row[f'{method}_of']}",
                    "–" if verdict is None else "yes" if verdict else "no",
                    row[f"{method}_basis"] or row[f"{method}_reason"] or "",
                )
            )
    return table(("", "Method", "Value", "Rank", "Verdict", "Rests on, or why not"), rows)


def drivers() -> str:
    rows = []
    for material in CASES:
        row = next(r for r in comparison("NOR").rows if r["material_id"] == material)
        gap = abs(row["place"] - row["place_elsewhere"])
        rows.append(
            (
                name(material),
                num(row["place"]),
                num(row["place_elsewhere"]),
                num(gap),
                f"`{row['driver']}`",
                num(row["driver_effect"]),
                f"{row['critical_verdicts']} of {row['verdicts']}",
                num(row["agreement"]),
            )
        )
    head = ("", "Place here", "Place elsewhere", "Gap", "Driver", "Closes", "Critical", "Unanimity")
    return table(head, rows)


def counts() -> Row:
    """Counts that the prose of the pages states."""
    inside = {m for group in eu_study.members_of().values() for m in group}
    units = {m: r for m, r in materials("EU27").items() if m not in inside}
    published = [m for m in units if published_critical(eu_study.by_material()[m])]
    annex = [m for m, r in units.items() if r["annex_ii"]]
    return {
        "units": len(units),
        "published": len(published),
        "annex_ii": len(annex),
        "strategic_only": sorted(m for m in annex if units[m]["critical_by"] == "strategic"),
        "stage_rows": len(study_rows()),
        "stage_close": sum(r["within_0_1"] for r in study_rows()),
        "ei_rows": len(ei_rows()),
        "ei_close": sum(ei_close(r) for r in ei_rows()),
        "flips": sorted(m for m, r in units.items() if r["flips"]),
        "recomputed": sum(
            shown(r["supply_risk"] or 0) >= 1.0 and shown(r["economic_importance"] or 0) >= 2.8
            for r in units.values()
        ),
    }


TABLES: dict[str, Callable[[], str]] = {
    f.__name__: f
    for f in (
        sr_examples,
        tungsten_suppliers,
        tungsten_uses,
        sr_not_recomputed,
        ei_not_recomputed,
        misprinted_sectors,
        measures,
        norway_inputs,
        norway_verdicts,
        norway_all,
        certainty,
        words,
        dependency_cases,
        geodep_cases,
        production_cases,
        voters,
        ballots,
        agreement,
        cases,
        drivers,
    )
}


def filled(text: str) -> str:
    """A page with its tables computed anew."""
    return BLOCK.sub(lambda m: f"{m[1]}{TABLES[m[2]]()}{m[3]}", text)


def pages() -> list[Path]:
    """Method pages that hold tables."""
    return [p for p in sorted(METHODS.glob("*.md")) if BLOCK.search(p.read_text(encoding="utf-8"))]
