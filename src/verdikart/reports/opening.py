"""The page's opening: title, the line that says it all, what is in short, how to read, the steps."""

from __future__ import annotations

from collections import Counter
from typing import Any

from verdikart.mapping.run import Mapping
from verdikart.mapping.statements import headline_text, home_name
from verdikart.reference.entities import StrategicSector
from verdikart.reference.figures import ExchangeRate
from verdikart.reference.load import load
from verdikart.reports import chains, scores, words
from verdikart.reports.view import Cell, Head, Section, Table, Tag
from verdikart.reports.voice import Voice

ITEM_LISTS = ("EU_CRMA_ANNEX_II", "EU_CRMA_ANNEX_I", "NATO_DCRM_2024")
ALIAS_LIST = "EU_CRMA_ANNEX_I_REE_MEMBERS"


def title(m: Mapping, voice: Voice) -> str:
    """The page's title."""
    return voice.say(
        "Critical and strategic value chains: {home} {year}",
        home=home_name(m.home, voice.lang),
        year=m.year,
    )


def opening(m: Mapping, voice: Voice) -> dict[str, Any]:
    """What stands above the numbered sections."""
    sectors = [s.name(voice.lang).lower() for s in load(StrategicSector) if s.default_scope]
    homes = [home_name(h, voice.lang) for h in m.headlines if h != m.home]
    used = dict.fromkeys(str(r["source"]) for r in m.tables["assessments"] if r["source"])
    sources = [words.source_title(source_id, voice) for source_id in used]
    return {
        "title": title(m, voice),
        "headline": headline_text(m.home, m.year, m.headlines[m.home], voice.lang),
        "short": _in_short(m, voice),
        "scope": (
            (voice.say("Sectors"), voice.join(sectors)),
            (
                voice.say("Seen from"),
                voice.say(
                    "{home}, and for comparison {others}",
                    home=home_name(m.home, voice.lang),
                    others=voice.join(homes),
                ),
            ),
            (voice.say("Year"), str(m.year)),
            (voice.say("Sources"), "; ".join(sources)),
        ),
        "guide": guide(m, voice),
    }


def _in_short(m: Mapping, voice: Voice) -> list[tuple[str, str, str]]:
    """Up to five lines: sharpest, strongest, critical, chains, unknown; each with the section it comes from."""
    lines = []
    for kind, anchor in (("vulnerability", "vulnerabilities"), ("position", "positions")):
        rows = [r for r in m.findings if r.kind == kind][:3]
        parts = []
        for row in rows:
            subject = row.assessment or row.position
            if subject is None:
                continue
            name = voice.name(_named(m, row.kind, row.rank))
            where = (
                voice.country(row.partner)
                if kind == "vulnerability"
                else home_name(row.partner, voice.lang)
            )
            parts.append(
                voice.say(
                    "{name} ({share}, {where})",
                    name=name,
                    share=voice.percent(row.partner_share),
                    where=where,
                )
            )
        label = voice.say("Sharpest") if kind == "vulnerability" else voice.say("Strongest")
        if parts:
            lines.append((anchor, label, "; ".join(parts)))
    critical = [r for r in m.tables["criticality"] if r["verdict"] == "critical"]
    if critical:
        text = voice.say(
            "{critical} of {all} materials by the EU method; the riskiest: {names}",
            critical=len(critical),
            all=len(m.tables["criticality"]),
            names=voice.join([scores.plain_name(r, voice) for r in critical[:3]]),
        )
        lines.append(("criticality", voice.say("Critical"), text))
    chained = chains.in_short(m, voice)
    if chained:
        lines.append(("chains", voice.say("Value chains"), chained))
    gaps = m.tables["gaps"]
    if gaps:
        text = voice.say(
            "{count} goods could not be assessed on the embedded data",
            count=voice.number(len(gaps)),
        )
        totals = {g["heading"]: g for g in gaps if g["heading"]}
        largest = max(totals.values(), key=lambda g: g["heading_imports_usd"] or 0, default=None)
        if largest and largest["heading_imports_usd"]:
            text += voice.say(
                "; the heading with the largest known imports holds {name} ({millions} million USD)",
                name=voice.name(largest).lower(),
                millions=voice.millions(largest["heading_imports_usd"]),
            )
        lines.append(("unknown", voice.say("Unknown"), text))
    return lines


def _named(m: Mapping, kind: str, rank: int) -> dict[str, Any]:
    """The names of a finding's product."""
    finding = next(f for f in m.tables["findings"] if (f["kind"], f["rank"]) == (kind, rank))
    table = m.tables["assessments"] if kind == "vulnerability" else m.tables["positions"]
    return next(r for r in table if r["subject"] == finding["subject"])


def guide(m: Mapping, voice: Voice) -> tuple[tuple[str, str], ...]:
    """What the words on the page mean."""
    say, limits = voice.say, m.settings
    return (
        (
            say("Over 65%"),
            say(
                "More than {limit} comes from one country: of the imports by value, and where "
                "production is known also of apparent consumption. It is the EU’s benchmark for "
                "strategic raw materials; for other homes a corresponding benchmark.",
                limit=voice.percent(limits["share_threshold"], 0),
            ),
        ),
        (
            say("Concentrated"),
            say(
                "The squared shares of the suppliers add up to more than {limit} (HHI, from 0 to 1).",
                limit=voice.number(limits["hhi_threshold"], 1),
            ),
        ),
        (
            say("Allied"),
            say(
                "The supplier is in an alliance that the home is in: EU, EEA, NATO or the Nordic "
                "countries. An ally at 100% is concentrated and allied, and shown as both."
            ),
        ),
        (
            say("Small flow"),
            say(
                "Imports below {floor} million US dollars or euro a year. The figures are shown, "
                "no verdict is given.",
                floor=voice.number(limits["floor"] / 1e6),
            ),
        ),
        (
            say("Borderline"),
            say(
                "Within {points} points of the limit, or within the gap between sources.",
                points=voice.number(100 * limits["borderline_points"]),
            ),
        ),
        (
            say("Persistent"),
            say(
                "The test was met in {needed} of the last {years} years.",
                needed=limits["persistence_needed"],
                years=limits["persistence_years"],
            ),
        ),
        (
            say("Bounds only"),
            say(
                "Flows seem to be withheld in the published figures. What is shown is a bound; "
                "no verdict is given."
            ),
        ),
        (
            say("Suspected transit"),
            say(
                "The largest supplier is not known to produce the good, so the origin may be "
                "another country. No verdict is given on the country."
            ),
        ),
        (
            say("Bottleneck"),
            say(
                "The step of a value chain that alone brings most risk to what the home needs of it."
            ),
        ),
        (
            say("Unknown step"),
            say(
                "A step that a chain has but no data in the package show. It is drawn with dashes."
            ),
        ),
        (
            "–",
            say("Not known. It is never the same as zero; the letter beside it gives the reason."),
        ),
    )


def nok_note(m: Mapping, voice: Voice) -> str:
    """How kroner were found, and how sure the rate is."""
    rates = [r for r in load(ExchangeRate) if r.year == m.year]
    if not rates:
        return voice.say(
            "No exchange rate for {year} is on record, so kroner are unknown.", year=m.year
        )
    parts = [
        voice.say(
            "NOK {rate} per {currency} ({status})",
            rate=voice.number(r.nok_per_unit, 4),
            currency=r.currency,
            status=words.confidence(r.status, voice.lang),
        )
        for r in rates
    ]
    return voice.say(
        "Kroner are computed at the annual average for {year}: {rates}.",
        year=m.year,
        rates=voice.join(parts),
    )


def headlines(m: Mapping, voice: Voice) -> Table:
    """Counts of vulnerabilities, one row a home."""
    say = voice.say
    rows = [
        tuple(
            Cell(text)
            for text in (
                home_name(row["home"], voice.lang),
                *(
                    voice.number(row[c])
                    for c in (
                        "assessed",
                        "over_65",
                        "not_allied",
                        "above_floor",
                        "not_imported",
                        "not_computable",
                    )
                ),
            )
        )
        for row in m.tables["headline"]
    ]
    return Table(
        "headline",
        say("Stages assessed and found over 65%, by home, {year}", year=m.year),
        (
            Head(say("Home")),
            Head(say("Assessed"), number=True),
            Head(say("Over 65% from one country"), number=True),
            Head(say("of these not allied"), number=True),
            Head(say("of these above the floor"), number=True),
            Head(say("Not imported"), number=True),
            Head(say("Not computable"), number=True),
        ),
        tuple(rows),
    )


def steps(m: Mapping, voice: Voice) -> Section:
    """The summary, step by step."""
    say, t = voice.say, m.tables
    lists = {r["list"]: r for r in t["lists"]}
    items = [
        say("{count} {list}", count=lists[i]["items"], list=words.short_list(i, voice.lang))
        for i in ITEM_LISTS
        if i in lists
    ]
    scope = [r for r in t["materials"] if r["in_scope"]]
    added = [r for r in t["materials"] if r["norwegian_supplement"]]
    ties = {(r["material"], r["sector"]) for r in t["links"] if r["in_scope"]}
    head = m.headlines[m.home]
    strong = [f for f in t["findings"] if f["kind"] == "position"]
    roles = Counter(r["role"] for r in t["roles"])
    working = [(r, n) for r, n in roles.most_common() if r not in ("absent", "unknown")]
    mixes = {r["mix"] for r in t["supply"]}
    rows = (
        (
            say("Lists"),
            say("Items on the lists that count: {items}.", items=voice.join(items))
            + " "
            + say(
                "{count} lists stand side by side.", count=sum(1 for i in lists if i != ALIAS_LIST)
            ),
            "lists",
        ),
        (
            say("Norwegian supplement"),
            say(
                "{added} materials added, each with its reason; {scope} of {all} materials are in scope.",
                added=len(added),
                scope=len(scope),
                all=len(t["materials"]),
            ),
            "lists",
        ),
        (
            say("Links"),
            say(
                "{links} links between materials, technologies, plants and sectors; "
                "{ties} pairs of material and sector in scope.",
                links=voice.number(len(t["links"])),
                ties=voice.number(len(ties)),
            ),
            "sectors",
        ),
        (
            say("Vulnerabilities"),
            say(
                "{assessed} stages assessed, {over} over 65%, {foreign} of these not allied, "
                "{large} of these above the floor.",
                assessed=head.assessed,
                over=head.over_65,
                foreign=head.not_allied,
                large=head.above_floor,
            ),
            "vulnerabilities",
        ),
        (
            say("Position"),
            say(
                "{count} positions in the supply of others, {strong} of them set out here.",
                count=len({(r["subject"], r["other"]) for r in t["positions"]}),
                strong=len(strong),
            )
            + (
                " "
                + say(
                    "Roles: {roles}.",
                    roles=voice.join([f"{words.role(r, voice.lang)} {n}" for r, n in working]),
                )
                if working
                else ""
            ),
            "positions",
        ),
        (say("Criticality"), scores.in_words(m, voice), "criticality"),
        (
            say("Evidence"),
            say(
                "{lines} lines of supply in {mixes} supply mixes; {figures} figures, each with an id.",
                lines=voice.number(len(t["supply"])),
                mixes=voice.number(len(mixes)),
                figures=voice.number(len(m.figures)),
            ),
            "sources",
        ),
    )
    return Section(
        "summary",
        say("Summary, step by step"),
        "summary.html.j2",
        {"steps": rows, "table": headlines(m, voice)},
    )


def tags_of_materials(m: Mapping, materials: list[str], voice: Voice) -> tuple[Tag, ...]:
    """On which lists the materials of a finding stand."""
    known = {r["material"]: r for r in m.tables["materials"]}
    rows = [known[i] for i in materials if i in known]
    held = ("by_name", "by_group")
    found = []
    if any(r["eu_strategic"] in held for r in rows):
        found.append(Tag(voice.say("EU strategic"), "list"))
    elif any(r["eu_critical"] in held for r in rows):
        found.append(Tag(voice.say("EU critical"), "list"))
    if any(r["nato"] in held for r in rows):
        found.append(Tag(voice.say("NATO defence-critical"), "list"))
    if any(r["norwegian_supplement"] for r in rows):
        found.append(Tag(voice.say("Norwegian supplement"), "list"))
    return tuple(found)
