"""The method pages say what the package computes: tables whole, sentences by their numbers."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path

import pytest

from verdikart.indicators.assessment import Choices, score_all
from verdikart.indicators.criticality import economic_importance, reaches, supply_risk
from verdikart.mapping import catalogue, eu_study
from verdikart.mapping.industries import setting, value_added
from verdikart.mapping.method_values import VOTERS, production, votes
from verdikart.reference.figures import EuUseShare, NaceSector, PublishedShare
from verdikart.reference.load import load

ROOT = Path(__file__).parents[2]


def _module():
    path = ROOT / "docs/method_tables.py"
    spec = importlib.util.spec_from_file_location("method_tables", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tables = _module()


@cache
def page(name):
    """The page's text on one line, without bold marks and tables that are computed."""
    text = (ROOT / "docs/methods" / name).read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", tables.BLOCK.sub("", text).replace("**", ""))


def says(name, *sentences):
    lacking = [s for s in sentences if s not in page(name)]
    assert not lacking, f"{name} does not say: {lacking}"


def norway(material, subject=None):
    if subject is None:
        return tables.materials("NOR")[material]
    return tables.stages("NOR")[material, subject]


def flows(subject, measure="quantity"):
    """Imports and exports of Norway, tonnes or USD."""
    evidence = tables.goods()[subject].evidence
    unit = 1000 if measure == "quantity" else 1
    return tuple(float(m.total(measure) or 0) / unit for m in (evidence.mix, evidence.exports))


def part(subject, iso3):
    """Share of a supplier by tonnes, in per cent."""
    amounts = tables.goods()[subject].evidence.mix.amounts("quantity")
    return 100 * float(dict(amounts.known)[iso3]) / float(amounts.total)


def eu(material):
    return tables.materials("EU27")[material]


def stage(material, name):
    return next(s for s in tables.result("EU27").scores[material].stages if s.inputs.stage == name)


def share(material, at, scope, iso3, field="share_pct"):
    return next(
        getattr(row, field)
        for row in load(PublishedShare)
        if (row.material_id, row.stage, row.scope, row.iso3) == (material, at, scope, iso3)
    )


def comparison(material):
    return next(r for r in tables.comparison("NOR").rows if r["material_id"] == material)


@pytest.mark.parametrize("path", tables.pages(), ids=lambda path: path.name)
def test_tables_are_current(path):
    text = path.read_text(encoding="utf-8")
    assert tables.filled(text) == text, f"{path.name} is stale: run python docs/generate.py"


def test_every_table_stands_on_a_page_and_a_stale_one_is_seen():
    text = "".join(path.read_text(encoding="utf-8") for path in tables.pages())
    assert sorted(name for _, name, _ in tables.BLOCK.findall(text)) == sorted(tables.TABLES)
    wrong = text.replace("| **4.09** |", "| **4.19** |")
    assert wrong != text
    assert tables.filled(wrong) != wrong


def test_every_method_page_is_listed():
    listed = (ROOT / "docs/methods/README.md").read_text(encoding="utf-8")
    for path in (ROOT / "docs/methods").glob("*.md"):
        assert path.name == "README.md" or f"({path.name})" in listed


def test_worked_examples_of_supply_risk():
    rows = {m: eu(m) for m in tables.EXAMPLES}
    values = {}
    for material, row in rows.items():
        mode = row["supply_used"]
        values[material] = supply_risk(
            row["hhi_global"],
            row["hhi_home"],
            row["import_reliance"],
            row["eol_rir"],
            row["si_sr"],
            mode,
        )
        assert values[material] == pytest.approx(row["supply_risk"])
    assert [f"{values[m]:.2f}" for m in tables.EXAMPLES] == ["4.09", "1.20", "4.40", "2.55"]
    magnesium, tungsten = rows["magnesium"], rows["tungsten"]
    known = eu_study.setting().governance
    mixed = (magnesium["hhi_global"] + magnesium["hhi_home"]) / 2
    kept = (1 - tungsten["eol_rir"]) * tungsten["si_sr"]
    china = [share("magnesium", "processing", s, "CHN") for s in ("global_supply", "eu_sourcing")]
    spain = share("strontium", "extraction", "eu_sourcing", "ESP") / 100
    says(
        "eu2023.md",
        f"({magnesium['hhi_global']:.3f}·0.5 + {magnesium['hhi_home']:.3f}·0.5)·(1 − "
        f"{magnesium['eol_rir']:.2f})·{magnesium['si_sr']:.2f} = {mixed:.3f}·"
        f"{(1 - magnesium['eol_rir']) * magnesium['si_sr']:.4f} = {values['magnesium']:.2f}",
        f"{china[0] / 100:.3f}²·{known['CHN']:.3f} of HHI_GS",
        f"{china[1] / 100:.2f}²·{known['CHN']:.3f} = "
        f"{(china[1] / 100) ** 2 * known['CHN']:.3f} of HHI_EU",
        f"({tungsten['hhi_global']:.3f}·{tungsten['import_reliance'] / 2:.2f} + "
        f"{tungsten['hhi_home']:.3f}·{1 - tungsten['import_reliance'] / 2:.2f})·(1 − "
        f"{tungsten['eol_rir']:.2f})·{tungsten['si_sr']:.2f} = {values['tungsten'] / kept:.3f}·"
        f"{kept:.4f} = {values['tungsten']:.2f}",
        f"Extraction gives {stage('tungsten', 'extraction').sr.value:.2f}",
        f"{rows['niobium']['hhi_global']:.3f}·(1 − 0)·{rows['niobium']['si_sr']:.2f} = "
        f"{values['niobium']:.2f}",
        f"Spain {spain:.2f}²·{known['ESP']:.3f}·0.8 = {rows['strontium']['hhi_home']:.3f}; "
        f"{rows['strontium']['hhi_home']:.3f}·{rows['strontium']['si_sr']:.2f} = "
        f"{values['strontium']:.2f}. Published {rows['strontium']['published_supply_risk']}",
    )


def test_worked_example_of_economic_importance():
    row = next(m for m in eu_study.inputs() if m.material == "tungsten")
    uses = [use for use in row.uses if use.sector]
    base = eu_study.setting()
    added = [base.value_added[use.sector].value for use in uses]
    value = economic_importance([u.share for u in uses], added, row.si_ei.value, base.scale)
    assert value == pytest.approx(eu("tungsten")["economic_importance"])
    whole = sum(u.share * q for u, q in zip(uses, added, strict=True))
    says(
        "eu2023.md",
        f"{whole:,.0f}·{row.si_ei.value}·10 / {base.scale:,.0f} = {value:.2f} (published "
        f"{eu('tungsten')['published_economic_importance']})",
        f"{base.scale:,.0f} MEUR, C28 machinery",
    )


def test_counts():
    known = tables.counts()
    assert known["strategic_only"] == ["copper", "nickel"]
    assert known["flips"] == ["coking_coal", "silver"]
    assert known["recomputed"] == known["published"] == 32
    assert known["published"] + len(known["strategic_only"]) == known["annex_ii"] == 34
    apart = known["stage_rows"] - known["stage_close"]
    lines = tables.sr_not_recomputed().splitlines()[2:]
    assert len(lines) == apart + sum("| group |" in line for line in lines)
    assert len(tables.ei_not_recomputed().splitlines()) - 2 == known["ei_rows"] - known["ei_close"]
    assert len(tables.misprinted_sectors().splitlines()) - 2 == 5
    highest = max(row.supply_risk for row in eu_study.by_material().values() if row.supply_risk)
    says(
        "eu2023.md",
        f"{known['stage_close']} of the {known['stage_rows']} rows",
        f"{known['ei_close']} of the {known['ei_rows']} EI",
        f"Candidates (groups for their members) | {known['units']} |",
        f"Reach both thresholds by published scores | {known['published']} |",
        f"Annex II, critical raw materials | {known['annex_ii']} |",
        f"coking coal falls out ({eu('coking_coal')['supply_risk']:.2f}, published "
        f"{eu('coking_coal')['published_supply_risk']}) and silver comes in "
        f"({eu('silver')['supply_risk']:.2f}, published "
        f"{eu('silver')['published_supply_risk']}, and only because the printed recycling rate is "
        f"{100 * eu('silver')['eol_rir']:.0f} %). The count stays {known['recomputed']}",
        "Five rows of the digitised use table",
        f"the published ones reach {highest}",
    )


def test_the_readme_quotes_real_numbers():
    text = re.sub(r"\s+", " ", (ROOT / "README.md").read_text(encoding="utf-8"))
    known = tables.counts()
    assert f"{known['stage_close']} of {known['stage_rows']} supply risks within 0.1" in text
    scores = eu("manganese")["supply_risk"], norway("manganese")["supply_risk"]
    assert f"Manganese: {scores[0]:.2f} for the EU, {scores[1]:.2f} for Norway" in text


def test_thresholds_at_one_decimal():
    assert reaches(0.95, 1.0)
    assert not reaches(0.949, 1.0)
    says("eu2023.md", "so 0.95 reaches 1.0")


def test_norwegian_reading_of_net_exporters():
    known = eu_study.setting().governance
    silicon, cobalt = norway("silicon_metal"), norway("cobalt")
    into, out = flows("HS17:280469")
    nickel_in, nickel_out = flows("HS17:750210")
    flake_in, flake_out = flows("HS92:250410")
    titanium_in, titanium_out = flows("HS92:261400")
    titanium, copper = norway("titanium_minerals"), flows("HS17:740311")
    feeds = {m: float(norway(m)["feed_high"][0]) for m in ("silicon_metal", "nickel")}
    says(
        "eu2023.md",
        f"WGI·0.8, for Norway {known['NOR']:.2f}·0.8 = {known['NOR'] * 0.8:.2f}",
        f"{round(out, -3):,.0f} tonnes out, {round(into, -3):,.0f} in, of these "
        f"{part('HS17:280469', 'CHN'):.0f} % from China. SR {silicon['supply_risk']:.2f};",
        f"with t = 1 it is {silicon['supply_risk_without_preference']:.2f}. The EU's "
        f"{silicon['published_supply_risk']}",
        f"quartz, the feed, is embedded: 0–{feeds['silicon_metal']:.0f}.",
        f"{nickel_in:.0f} tonnes in, {round(nickel_out, -2):,.0f} out.",
        f"is embedded: 0–{feeds['nickel']:.2f}",
        f"buys {part('HS92:810510', 'CAN'):.1f} % from Canada",
        f"SR {cobalt['supply_risk']:.2f} is of Canada and Norway as suppliers; the bounds reach "
        f"{cobalt['supply_risk_high']:.2f}. World mining alone, mainly DR Congo, would give "
        f"{norway('cobalt', 'cobalt@extraction')['supply_risk_world_only']:.2f}",
        f"all {round(titanium_in, -4):,.0f} tonnes of import are Senegal's, while "
        f"{round(titanium_out, -3):,.0f} leave. SR is {titanium['supply_risk']:.2f}; "
        f"the bounds reach {titanium['supply_risk_high']:.2f}",
        f"flake {flake_out:,.0f} tonnes out, {flake_in:.0f} in; cathodes {copper[1]:,.0f} out, "
        f"{copper[0]:.0f} in",
    )
    for subject in ("HS92:250410", "HS17:740311"):
        assert flows(subject, "value")[0] < 1e6 < flows(subject, "value")[1]
    for material in (
        "silicon_metal",
        "nickel",
        "cobalt",
        "titanium_minerals",
        "natural_graphite",
        "copper",
    ):
        assert norway(material)["verdict"] == "net_exporter"
    assert norway("silicon_metal")["feed"][0] == "quartz_lump"
    assert norway("nickel")["feed"] == ["nickel_matte"]
    assert norway("cobalt")["feed"] == []
    assert part("HS92:261400", "SEN") == pytest.approx(100)
    assert share("cobalt", "extraction", "global_supply", "COD") > 50


def test_norwegian_reading_of_own_imports():
    baryte, ore, helium = norway("baryte"), norway("iron_ore"), norway("helium")
    bary = {u.application: u for u in load(EuUseShare) if u.material_id == "baryte"}
    drilling = next(u for name, u in bary.items() if "drilling" in name)
    filler = next(u for name, u in bary.items() if "Filler" in name)
    assert (drilling.nace2, filler.nace2) == ("C23", "C22")
    pellets, _ = flows("HS92:260112", "value")
    _, fines = flows("HS92:260111")
    manganese = part("HS92:260200", "ZAF") + part("HS92:260200", "GAB")
    magnesium = share("magnesium", "processing", "eu_sourcing", "CHN")
    says(
        "eu2023.md",
        f"world supply is spread (HHI {norway('manganese')['hhi_global']:.2f}); the risk lies in "
        f"own sourcing, {eu('manganese')['hhi_home']:.2f} in the EU and "
        f"{norway('manganese')['hhi_home']:.2f} in Norway, which buys {manganese:.0f} % of its ore",
        f"{part('HS17:810411', 'CHN'):.0f} % from China against {magnesium:.0f} % in the EU",
        f"{flows('HS92:280530')[0]:.0f} tonnes of metals, {part('HS92:280530', 'CHN'):.1f} % from",
        f"rest on {flows('HS92:720292')[0]:.0f} and {flows('HS17:283692')[0]:.0f} tonnes",
        f"{pellets / 1e6:.1f} million USD of pellets, {part('HS92:260112', 'UKR'):.0f} % from "
        f"Ukraine, stand for a material of which Norway exports {fines / 1e6:.1f} million tonnes",
        f"pellets, ore (HHI {ore['hhi_global']:.2f})",
        f"so {100 * ore['chance_critical']:.0f} % of the draws are critical",
        f"borderline ({100 * baryte['chance_critical']:.0f} % of the draws are critical): SR "
        f"{baryte['supply_risk']:.2f} is over the threshold",
        f"drilling fluids ({drilling.share_pct:.0f} %) under C23 and fillers "
        f"({filler.share_pct:.0f} %) under C22",
        f"EI {baryte['economic_importance']:.2f} says little",
        f"Sweden {part('HS92:260800', 'SWE'):.0f} %, Portugal {part('HS92:260800', 'PRT'):.0f} %",
        f"*Helium*: SR {helium['supply_risk']:.2f}",
    )
    words = {
        m: (norway(m)["verdict"], norway(m)["sureness"]) for m in ("baryte", "iron_ore", "zinc")
    }
    assert words == {
        "baryte": ("not_critical", "borderline"),
        "iron_ore": ("critical", "borderline"),
        "zinc": ("not_critical", "clear"),
    }
    for material in ("manganese", "magnesium", "lree", "vanadium", "strontium", "coking_coal"):
        assert (norway(material)["verdict"], norway(material)["sureness"]) == ("critical", "clear")
    assert "other_stage_exported" in ore["caveats"]


def test_norwegian_reading_of_what_is_open():
    niobium, titanium = norway("niobium"), norway("titanium_metal")
    fluorspar, rock = norway("fluorspar"), norway("phosphate_rock")
    world = [norway(m) for m in ("beryllium", "limestone_lime", "potash", "salt_chloralkali")]
    says(
        "eu2023.md",
        f"{fluorspar['supply_risk_low']:.2f}–{fluorspar['supply_risk_high']:.2f} leaves the threshold "
        f"open, although {100 * fluorspar['chance_critical']:.0f} % of the draws",
        f"withheld flows, so 0–{rock['supply_risk_high']:.2f}",
        f"*Niobium* ({niobium['supply_risk']:.2f})",
        f"*titanium metal* ({titanium['supply_risk']:.2f})",
        f"alone would give {world[0]['supply_risk_world_only']:.2f}, "
        f"{world[1]['supply_risk_world_only']:.2f} and {world[2]['supply_risk_world_only']:.2f}, and "
        "nothing for salt",
    )
    assert world[3]["supply_risk_world_only"] is None
    for row in (niobium, titanium, fluorspar, rock, norway("petroleum_coke"), *world):
        assert (row["verdict"], row["sureness"], row["rank"] is None) == (
            "undetermined",
            "undetermined",
            row["supply_risk"] is None,
        )
    for row in world:
        assert row["supply_risk"] is None
        assert row["figure"] is None
    assert "suspected_suppression" in rock["caveats"]
    assert "production_wider" in norway("aluminium")["caveats"]
    assert "not_in_study" in norway("petroleum_coke")["caveats"]


def test_norwegian_reading_of_economic_importance():
    base = setting(catalogue.check_home("NOR"), 2024)
    added = value_added(("NOR",))
    food = next(row for row in load(NaceSector) if row.nace2 == "C10")
    assert base.scale == max(r.value for s, r in added.items() if s.startswith("C"))
    assert base.scale == added["C10"].value
    widest = added["C10"].high
    # Food and beverages could each be half of the column; then metals are the largest.
    least = max([widest / 2, *(r.low for s, r in added.items() if s.startswith("C"))])
    aluminium, baryte = norway("aluminium"), norway("baryte")
    assert base.scale_bounds == pytest.approx((least, widest))
    says(
        "eu2023.md",
        f"is food, {base.scale:,.0f} MUSD",
        f"an assumed part ({food.share})",
        f"between {least:,.0f} (metals) and {widest:,.0f} (all of the column)",
        f"aluminium {aluminium['economic_importance']:.2f} may be "
        f"{aluminium['economic_importance_low']:.2f} to "
        f"{aluminium['economic_importance_high']:.2f}, and baryte's "
        f"{baryte['economic_importance']:.2f} reaches {baryte['economic_importance_high']:.2f}",
        f"Oil and gas is {added['B06'].value / base.scale:.0f} times the scale",
        f"EI {norway('limestone_lime')['economic_importance']:.1f} only because",
    )
    assert "above_scale" in norway("limestone_lime")["caveats"]


def test_norwegian_reading_of_small_flows():
    held = {
        "arsenic": "HS92:280480",
        "antimony": "HS92:261710",
        "tungsten": "HS92:810110",
        "bismuth": "HS92:810600",
        "lithium": "HS92:283691",
    }
    tonnes = {m: flows(subject)[0] for m, subject in held.items()}
    for material, subject in held.items():
        assert norway(material)["subject"] == subject
    small = [r for r in tables.materials("NOR").values() if r["verdict"] == "small"]
    assert len(small) == 12
    for row in small:
        assert "below_floor" in row["caveats"]
        assert (row["rank"], row["sureness"], row["chance_critical"]) == (None, None, None)
    says(
        "eu2023.md",
        "Twelve materials have neither verdict nor rank",
        f"arsenic rests on {1000 * tonnes['arsenic']:.0f} kg, antimony on "
        f"{1000 * tonnes['antimony']:.0f} kg, tungsten on {tonnes['tungsten']:.1f} tonnes, bismuth on "
        f"{tonnes['bismuth']:.0f} tonnes, lithium on {tonnes['lithium']:.0f} tonnes of carbonate",
        f"(bismuth {norway('bismuth')['supply_risk']:.2f})",
    )


def test_uncertainty_reads_its_own_table():
    tungsten, coal = eu("tungsten"), eu("coking_coal")
    own, fluorspar = norway("iron_ore"), norway("fluorspar")
    bounds = [f"{r['supply_risk_low']:.2f}–{r['supply_risk_high']:.2f}" for r in (tungsten, coal)]
    says(
        "uncertainty.md",
        f"SR {tungsten['supply_risk']:.3f}. The threshold is met from 0.95",
        f"{bounds[0]} nearly always stay above: {tungsten['chance_critical']:.2f} of the draws are "
        f"critical, *{tungsten['sureness']}*",
        f"Its rank {tungsten['rank']} may be {tungsten['rank_low']} to {tungsten['rank_high']}",
        f"SR {coal['supply_risk']:.3f} is printed 0.9 and misses; published "
        f"{coal['published_supply_risk']} meets. Bounds {bounds[1]} lie on both sides, and "
        f"{coal['chance_critical']:.2f} of the draws are critical: *{coal['sureness']}*",
        f"on {flows('HS92:260112')[0]:,.0f} tonnes of pellets: bounds {own['supply_risk_low']:.2f}–"
        f"{own['supply_risk_high']:.2f}",
        f"twice the EU's {100 * own['eol_rir']:.0f} %",
        f"*Critical* at the point, {own['chance_critical']:.2f} of the draws: *{own['sureness']}*",
        f"although {fluorspar['chance_critical']:.2f} of the draws are critical",
    )
    assert (fluorspar["verdict"], fluorspar["sureness"]) == ("undetermined", "undetermined")
    for row in tables.materials("NOR").values():
        if row["rank"] is not None:
            assert row["rank_low"] <= row["rank"] <= row["rank_high"]


def test_governance_error_and_defaults_are_as_described():
    from verdikart.indicators.assessment import SURE
    from verdikart.indicators.criticality import WORLD_WEIGHT
    from verdikart.indicators.montecarlo import CLEAR, Spread
    from verdikart.mapping.criticality import DRAWS, SEED
    from verdikart.mapping.home_inputs import MIRROR_SPREAD

    doubt = Spread()
    says(
        "uncertainty.md",
        f"{DRAWS:,} draws of all inputs",
        f"`--seed {SEED}`",
        f"{100 * MIRROR_SPREAD:.0f} % of share × (1 − share)",
        f"± {100 * doubt.threshold:.0f} %",
        f"{WORLD_WEIGHT} ± {doubt.world_weight}",
        f"at least {100 * CLEAR:.0f} % of the draws agree",
        f"within {SURE} errors",
    )


def test_other_methods():
    held = production(tables.library(), 2024)
    assert held["nickel"].verdict
    assert 0.4 < held["nickel"].value < 0.405
    antimony, _ = flows("HS92:261710", "value")
    hydrogen = share("hydrogen", "processing", "global_supply", "CHN")
    says("dependency.md", f"with {antimony:.0f} USD")
    says("production-concentration.md", f"{hydrogen} % of processing")
    says("production-concentration.md", f"Hydrogen is {held['hydrogen'].value:.2f}")
    says("lists.md", "Eight issuers' lists")
    assert len(VOTERS) == 8
    assert not any(name.startswith("UK") for names in VOTERS.values() for name in names)
    assert "NATO" in votes("synthetic_graphite")
    assert "NATO" in votes("natural_graphite")


def test_comparison_cases():
    cobalt, ore = (comparison(m) for m in tables.CASES)
    gaps = [abs(r["place"] - r["place_elsewhere"]) for r in (cobalt, ore)]
    assert (cobalt["driver"], ore["driver"]) == ("concentration_base", "stage")
    words = {3: "three", 5: "five", 10: "ten"}
    assert cobalt["eu2023_verdict"] is None
    assert comparison("lithium")["eu2023_rank"] is None
    says(
        "comparison.md",
        f"closes {cobalt['driver_effect']:.2f} of the gap of {gaps[0]:.2f}",
        f"{words[cobalt['critical_verdicts']]} of {words[cobalt['verdicts']]} say critical",
        f"{flows('HS92:260112')[0]:,.0f} tonnes of pellets from one supplier",
        f"closes {ore['driver_effect']:.2f} of the gap of {gaps[1]:.2f}",
    )
    pairs = {(r["method"], r["other"]): r for r in tables.comparison("NOR").agreement}
    same = {pair: r["same_verdict"] for pair, r in pairs.items() if r["same_verdict"] is not None}
    own = pairs["eu2023", "cdi"], pairs["eu_published", "eu2023"], pairs["eu2023", "production"]
    assert max(same, key=same.get) == ("eu2023", "cdi")
    assert own[2]["judged"] == pairs["eu2023", "lists"]["judged"]
    says(
        "comparison.md",
        f"judges {own[2]['judged']} of Norway's materials",
        f"({own[0]['same_verdict']:.2f}, but {words[own[0]['judged']]} materials)",
        f"agrees on {own[1]['same_verdict']:.2f} of {own[1]['judged']}",
    )
    materials = {r["material_id"] for r in tables.comparison("NOR").rows}
    assert "titanium_minerals" in materials
    assert "titanium" not in materials
    assert pairs["geopolrisk", "geopolrisk_corrected"]["kendall_tau"] == pytest.approx(1.0)
    assert abs(pairs["eu_published", "cdi"]["kendall_tau"]) < 0.1


def test_the_limits_name_what_is_not_printed():
    held = {row.material_id for row in load(EuUseShare)}
    rows = eu_study.by_material()
    text = re.sub(r"\s+", " ", (ROOT / "docs/limits.md").read_text(encoding="utf-8"))
    assert f"for {sum(m not in held for m in rows)} of {len(rows)} rows of the EU study" in text


def test_horizons_quote_the_scores():
    manganese, titanium = norway("manganese"), norway("titanium_minerals")
    says(
        "horizons.md",
        f"gives SR {manganese['supply_risk']:.2f} and EI {manganese['economic_importance']:.2f}",
        f"net exporter (SR {titanium['supply_risk']:.2f}, bounds {titanium['supply_risk_low']:.2f}–"
        f"{titanium['supply_risk_high']:.2f}; EI {titanium['economic_importance']:.1f})",
        f"net exporter (SR {norway('silicon_metal')['supply_risk']:.2f}; EI "
        f"{norway('silicon_metal')['economic_importance']:.1f})",
        f"vanadium: critical (SR {norway('vanadium')['supply_risk']:.1f})",
    )
    assert [norway(m)["verdict"] for m in ("cobalt", "feldspar")] == ["net_exporter"] * 2


def test_pure_function_and_page_agree_on_a_change():
    """The tables are not copies: another choice gives another score."""
    plain = score_all(eu_study.inputs(), eu_study.setting(), Choices())
    other = score_all(eu_study.inputs(), eu_study.setting(), Choices(recycling=False))
    assert plain["magnesium"].sr.value == pytest.approx(eu("magnesium")["supply_risk"])
    assert other["magnesium"].sr.value > plain["magnesium"].sr.value
