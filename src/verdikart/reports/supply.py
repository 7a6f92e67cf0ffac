"""What the home needs from others: sharpest vulnerabilities, ranked inputs, other homes."""

from __future__ import annotations

from typing import Any

from verdikart.mapping.assess import Assessment, sharpest
from verdikart.mapping.findings import Finding, vulnerability
from verdikart.mapping.run import Mapping
from verdikart.mapping.statements import (
    action_text,
    amount_text,
    home_name,
    product_name,
    use_text,
)
from verdikart.mapping.tables import finding_row
from verdikart.reports import charts, words
from verdikart.reports.opening import nok_note, tags_of_materials
from verdikart.reports.view import Cell, ChartView, FindingView, Head, Key, Section, Table
from verdikart.reports.voice import DASH, Notes, Voice, short

CSS = charts.Palette.css()
Row = dict[str, Any]
OTHER_HOMES_SHOWN = 5
PALE = 0.45


def card(
    row: Row, finding: Finding, name: str, voice: Voice, **more: tuple[Any, ...]
) -> FindingView:
    """A finding as a card: the name is the heading, the action stands apart from the text."""
    action, use = action_text(finding, voice.lang), use_text(finding.use, voice.lang)
    body = voice.of(row, "text").removeprefix(f"{name}: ")
    tail = f" {action} ({use})"
    if body.endswith(tail):
        body = body.removesuffix(tail)
    else:
        action = use = ""
    return FindingView(
        f"{finding.kind}-{finding.rank}",
        finding.rank,
        name,
        body[:1].upper() + body[1:],
        action,
        use,
        more.get("tags", ()),
        tuple(row["figures"]),
        more.get("facts", ()),
    )


def groups(voice: Voice) -> dict[str, tuple[str, str]]:
    """Group of suppliers → colour and meaning, in the order of the bar."""
    say = voice.say
    return {
        "top_other": (CSS.risk, say("largest supplier that is no ally")),
        "other": (CSS.other, say("other suppliers that are no allies")),
        "ally": (CSS.ally, say("allies")),
    }


def supplier_groups(row: Assessment) -> list[tuple[str, float]]:
    """Shares of the identified supply by group, in the order of the bar."""
    if row.evidence is None:
        return []
    amounts = row.evidence.mix.amounts(row.evidence.mix.primary)
    total = float(amounts.total)
    first = row.other_top[0] if row.other_top else None
    sums = {"top_other": 0.0, "other": 0.0, "ally": 0.0}
    for iso3, amount in amounts.known:
        ally = iso3 in (row.evidence.allies or ())
        group = "top_other" if iso3 == first else "ally" if ally else "other"
        sums[group] += float(amount) / total if total else 0.0
    return list(sums.items())


def _detail(finding: Finding, voice: Voice) -> str:
    amount = amount_text(finding.at_stake, finding.at_stake_tonnes, voice.lang)
    share = f"{voice.country(finding.partner)} {voice.percent(finding.partner_share)}"
    return f"{share} · {amount}"


def shares_chart(
    chart_id: str,
    findings: list[Finding],
    title: str,
    table: Table | None,
    m: Mapping,
    voice: Voice,
) -> ChartView:
    """Who supplies the goods of some findings: stacked shares with the limit."""
    meaning = groups(voice)
    rows, parts, said = [], [], []
    for finding in findings:
        if finding.assessment is None:
            continue
        key = f"{finding.rank:02}"
        product = product_name(finding.assessment.products[0], voice.lang)
        label = f"{finding.rank}. {short(product)}"
        detail = _detail(finding, voice)
        rows.append({"key": key, "label": label, "detail": detail})
        said.append(f"{label}: {detail}")
        start = 0.0
        for group, share in supplier_groups(finding.assessment):
            if share:
                text = f"{label}: {meaning[group][1]} {voice.percent(share)}"
                if group == "top_other":
                    text = f"{label}: {voice.country(finding.partner)} {voice.percent(share)}"
                parts.append(
                    {
                        "key": key,
                        "group": group,
                        "start": round(start, 6),
                        "end": round(start + share, 6),
                        "text": text,
                        "opacity": PALE if finding.assessment.outcome == "bounds_only" else 1,
                    }
                )
                start += share
    limit = m.parameters.share_threshold
    chart = charts.shares(rows, parts, limit, {g: c for g, (c, _t) in meaning.items()}, CSS)
    legend = [Key("■", colour, text) for colour, text in meaning.values()]
    legend.append(
        Key("❘", CSS.limit, voice.say("the limit, {limit}", limit=voice.percent(limit, 0)))
    )
    if any(p["opacity"] == PALE for p in parts):
        legend.append(Key("□", CSS.risk, voice.say("pale: bounds only, no verdict")))
    summary = f"{title}. {'; '.join(said)}."
    return ChartView(
        chart_id, title, summary, charts.specification(chart, CSS), tuple(legend), table
    )


def findings_table(
    table_id: str, caption: str, findings: list[Finding], rows: dict[str, Row], voice: Voice
) -> Table:
    """The numbers of some vulnerabilities, in a table."""
    say, notes = voice.say, Notes(voice)
    body = []
    for finding in findings:
        a = finding.assessment
        if a is None:
            continue
        row = rows[a.subject]
        shares = dict(supplier_groups(a))
        worth = finding.at_stake
        body.append(
            (
                Cell(
                    f"{finding.rank}. {voice.name(row)}",
                    small=words.stage(row["stage"], voice.lang),
                ),
                Cell(voice.country(finding.partner)),
                share_cell(row, finding.partner_share, notes, voice),
                Cell(voice.percent(shares["other"])),
                Cell(voice.percent(shares["ally"])),
                Cell(
                    voice.tonnes(finding.at_stake_tonnes),
                    mark=""
                    if finding.at_stake_tonnes is not None
                    else notes.reason("missing_quantity"),
                ),
                kroner(worth.nok, worth.amount, worth.currency, notes, voice),
                Cell("", tags=(words.outcome(a.outcome, voice.lang),)),
            )
        )
    heads = (
        Head(say("Good and stage")),
        Head(say("Largest supplier that is no ally")),
        Head(say("Its share of imports"), number=True),
        Head(say("Others that are no allies"), number=True),
        Head(say("Allies"), number=True),
        Head(say("At stake, tonnes"), number=True),
        Head(say("At stake, NOK million"), number=True),
        Head(say("Verdict")),
    )
    return Table(table_id, caption, heads, tuple(body), tuple(notes.listed))


def no_rate(voice: Voice) -> str:
    """Why an amount has no value in kroner."""
    return voice.say("The value or the year’s exchange rate is not known.")


def kroner(
    nok: float | None, amount: float | None, currency: str | None, notes: Notes, voice: Voice
) -> Cell:
    """An amount in million kroner, or why there is none and the amount in its own currency."""
    if nok is not None:
        return Cell(voice.millions(nok))
    own = ""
    if amount is not None:
        own = voice.say(
            "{millions} million {currency}", millions=voice.millions(amount), currency=currency
        )
    return Cell(DASH, small=own, mark=notes.text(no_rate(voice)))


def share_cell(row: Row, share: float | None, notes: Notes, voice: Voice) -> Cell:
    """A share by value; bounds in place of the value where flows seem to be withheld."""
    if row.get("top_share_status") == "suppressed":
        low, high = row.get("top_share_low"), row.get("top_share_high")
        text = voice.say("{low} to {high}", low=voice.percent(low, 0), high=voice.percent(high))
        return Cell(text, mark=notes.reason(row.get("top_share_reason")))
    return Cell(voice.percent(share), mark="" if share is not None else notes.reason(row["reason"]))


def vulnerabilities(m: Mapping, voice: Voice) -> Section:
    """The sharpest vulnerabilities: chart, table and one card each."""
    say = voice.say
    rows = {r["subject"]: r for r in m.tables["assessments"] if r["home"] == m.home}
    found = [f for f in m.findings if f.kind == "vulnerability"]
    lines = [r for r in m.tables["findings"] if r["kind"] == "vulnerability"]
    title = say("The sharpest vulnerabilities: who supplies, by value, {year}", year=m.year)
    table = findings_table(
        "vulnerabilities-table",
        say("The sharpest vulnerabilities of {home}", home=home_name(m.home, voice.lang)),
        found,
        rows,
        voice,
    )
    cards = []
    for line, finding in zip(lines, found, strict=True):
        row = rows[line["subject"]]
        tags = (
            words.outcome(row["outcome"], voice.lang),
            *words.flags(row, voice.lang),
            *tags_of_materials(m, row["materials"], voice),
        )
        cards.append(card(line, finding, voice.name(row), voice, tags=tags))
    chart = shares_chart("vulnerabilities-chart", found, title, table, m, voice) if found else None
    return Section(
        "vulnerabilities",
        say("The sharpest vulnerabilities"),
        "findings.html.j2",
        {
            "lead": say(
                "Ranked by the share of the largest supplier that is no ally times the value, above "
                "the floor and past a concentration test. What stands to be lost is given in tonnes "
                "and kroner, and each finding ends in what to do and what it is for."
            ),
            "note": nok_note(m, voice),
            "chart": chart,
            "cards": cards,
            "empty": say("No vulnerability above the floor was found."),
        },
    )


def others(m: Mapping, voice: Voice) -> Section:
    """The sharpest vulnerabilities of the other homes."""
    say = voice.say
    parts, names = [], []
    for home, judged in m.assessments.items():
        if home == m.home:
            continue
        rows = {r["subject"]: r for r in m.tables["assessments"] if r["home"] == home}
        top = sharpest(judged, OTHER_HOMES_SHOWN)
        found = [vulnerability(row, rank) for rank, row in enumerate(top, start=1)]
        name = home_name(home, voice.lang)
        names.append(name)
        title = say("{home}: who supplies, by value, {year}", home=name, year=m.year)
        table = findings_table(
            f"others-{home}-table",
            say("The sharpest vulnerabilities of {home}", home=name),
            found,
            rows,
            voice,
        )
        chart = (
            shares_chart(f"others-{home}-chart", found, title, table, m, voice) if found else None
        )
        listed = [finding_row(f) for f in found]
        cards = [
            card(line, f, voice.name(rows[line["subject"]]), voice)
            for line, f in zip(listed, found, strict=True)
        ]
        parts.append(
            {
                "name": name[:1].upper() + name[1:],
                "chart": chart,
                "cards": cards,
                "anchor": f"others-{home}-",
            }
        )
    return Section(
        "others",
        say("Vulnerabilities of {homes}", homes=voice.join(names)),
        "others.html.j2",
        {
            "lead": say(
                "The five sharpest of each. Trade inside the home is netted out, and allies are "
                "those of the home itself."
            ),
            "note": nok_note(m, voice),
            "parts": parts,
            "empty": say("No vulnerability above the floor was found."),
        },
    )


def value_against_quantity(m: Mapping, voice: Voice) -> Section:
    """Goods where the largest supplier by value is not the largest by tonnes."""
    say = voice.say
    differ = [r for r in m.tables["inputs"] if r["value_quantity_differ"]]
    large = [r for r in differ if "small" not in r["flags"]]
    rows = tuple(
        (
            Cell(voice.name(r), small=words.stage(r["stage"], voice.lang)),
            Cell(voice.country(r["top_supplier"])),
            Cell(voice.percent(r["top_share"])),
            Cell(voice.country(r["top_supplier_quantity"])),
            Cell(voice.percent(r["top_share_quantity"])),
            Cell("", tags=(words.outcome(r["outcome"], voice.lang),)),
        )
        for r in large
    )
    table = Table(
        "quantity-table",
        say("Goods above the floor where value and tonnes name different countries"),
        (
            Head(say("Good and stage")),
            Head(say("Largest by value")),
            Head(say("Share of value"), number=True),
            Head(say("Largest by tonnes")),
            Head(say("Share of tonnes"), number=True),
            Head(say("Verdict")),
        ),
        rows,
    )
    return Section(
        "quantity",
        say("Value against quantity"),
        "table.html.j2",
        {
            "lead": say(
                "The tests use value. In {large} goods above the floor, and in {small} small flows, "
                "tonnes put another country first.",
                large=len(large),
                small=len(differ) - len(large),
            ),
            "tables": (table,),
        },
    )
