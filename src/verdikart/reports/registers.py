"""Lists side by side, the Norwegian supplement, and materials by strategic sector."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from verdikart.mapping.run import Mapping
from verdikart.reference.entities import StrategicSector
from verdikart.reference.load import load
from verdikart.reports import charts, words
from verdikart.reports.opening import ALIAS_LIST
from verdikart.reports.supply import CSS
from verdikart.reports.view import Cell, ChartView, Head, Key, Section, Table, Tag
from verdikart.reports.voice import Voice

Row = dict[str, Any]
# Extracts of other lists and one-item additions crowd the drawing; the table has them all.
LEFT_OUT_KINDS = ("other", "support", "stockpile", "watch")
LEAST_ITEMS = 11


def lists(m: Mapping, voice: Voice) -> Section:
    """Reference lists: what they are, how they overlap, which flags each material carries."""
    say = voice.say
    in_scope = [r for r in m.tables["materials"] if r["in_scope"]]
    below = [
        voice.name(r).split(" (")[0].lower()
        for r in in_scope
        if r["eu_strategic"] and r["above_eu_thresholds"] is False
    ]
    lead = say(
        "The lists have different purposes and are never merged. Critical, strategic and above the "
        "EU thresholds are three separate flags."
    )
    if below:
        lead += " " + say(
            "Strategic without being above the thresholds: {names}.", names=voice.join(below)
        )
    return Section(
        "lists",
        say("Lists"),
        "lists.html.j2",
        {
            "lead": lead,
            "chart": _overlap_chart(m, voice),
            "lists": _lists_table(m, voice),
            "flags": _flags_table(in_scope, voice),
            "supplement": _supplement_table(m, voice),
        },
    )


def _lists_table(m: Mapping, voice: Voice) -> Table:
    say = voice.say
    heads = (
        Head(say("List")),
        Head(say("Items"), number=True),
        Head(say("Kind")),
        Head(say("Purpose")),
        Head(say("Legal basis (in English)") if voice.lang == "nb" else say("Legal basis")),
        Head(say("Valid")),
        Head(say("Checked")),
    )
    rows = []
    for row in m.tables["lists"]:
        span = say(
            "{first} to {last}",
            first=row["valid_from"] or "–",
            last=row["valid_to"] or say("today"),
        )
        rows.append(
            (
                Cell(voice.of(row, "title"), small=row["list"]),
                Cell(voice.number(row["items"])),
                Cell(words.word("list_kind", row["kind"], voice.lang)),
                Cell(voice.of(row, "purpose")),
                Cell(row["legal_basis"], lang="en"),
                Cell(span),
                Cell(words.confidence(row["status"], voice.lang)),
            )
        )
    caption = say("Reference lists with purpose, legal basis and validity")
    return Table("lists-table", caption, heads, tuple(rows))


def _overlap_chart(m: Mapping, voice: Voice) -> ChartView:
    say, lang = voice.say, voice.lang
    known = {r["list"]: r for r in m.tables["lists"]}
    overlap = {r["list"]: r for r in m.tables["list_overlap"]}
    shown = [
        i
        for i, r in known.items()
        if i in overlap
        and i != ALIAS_LIST
        and r["valid_to"] is None
        and r["kind"] not in LEFT_OUT_KINDS
        and r["items"] >= LEAST_ITEMS
    ]
    first = ("EU_CRMA_ANNEX_II", "EU_CRMA_ANNEX_I", "NATO_DCRM_2024")
    shown.sort(key=lambda i: (first.index(i) if i in first else len(first), i))
    order = [words.short_list(i, lang) for i in shown]
    cells = []
    for row_id in shown:
        for column_id in shown:
            count, items = overlap[row_id][column_id], overlap[row_id]["items"]
            row, column = words.short_list(row_id, lang), words.short_list(column_id, lang)
            text = say(
                "{count} of {items} items on “{row}” are covered by “{column}”",
                count=count,
                items=items,
                row=row,
                column=column,
            )
            level = min(4, int(5 * count / items)) if items else 0
            cells.append(
                {"row": row, "column": column, "count": count, "level": level, "text": text}
            )
    chart = charts.heat(cells, order, CSS)
    legend = tuple(
        Key("■", getattr(CSS, f"heat{n}"), text)
        for n, text in enumerate(
            (
                say("less than a fifth of the row’s items"),
                say("a fifth or more"),
                say("two fifths or more"),
                say("three fifths or more"),
                say("four fifths or more"),
            )
        )
    )
    legend += (Key("*", CSS.ink, say("names from memory, unverified")),)
    title = say("Overlap of lists in force: items of the row’s list that the column’s list covers")
    pairs = [c["text"] for c in cells if c["row"] == order[0] and c["column"] != order[0]]
    return ChartView(
        "overlap-chart",
        title,
        f"{title}. {'; '.join(pairs)}.",
        charts.specification(chart, CSS),
        legend,
        _overlap_table(m, voice),
    )


def _overlap_table(m: Mapping, voice: Voice) -> Table:
    ids = [r["list"] for r in m.tables["list_overlap"]]
    rows = []
    for row in m.tables["list_overlap"]:
        items = row["items"] or 1
        cells = [
            Cell(
                voice.number(row[i]),
                level=min(4, int(5 * row[i] / items)),
            )
            for i in ids
        ]
        rows.append((Cell(row["list"]), Cell(voice.number(row["items"])), *cells))
    heads = (
        Head(voice.say("List")),
        Head(voice.say("Items"), number=True),
        *(Head(i.replace("_", " "), number=True) for i in ids),
    )
    caption = voice.say(
        "Overlap of all lists: items of the row’s list that the column’s list covers"
    )
    return Table("overlap-table", caption, heads, tuple(rows), matrix=True)


def _flags_table(rows: list[Row], voice: Voice) -> Table:
    say, lang = voice.say, voice.lang
    above = {True: say("yes"), False: say("no"), None: say("not assessed")}
    body = []
    for row in sorted(rows, key=voice.name):
        counted = [i for i in row["lists"] if i != ALIAS_LIST]
        body.append(
            (
                Cell(voice.name(row)),
                _held(row["eu_critical"], lang),
                _held(row["eu_strategic"], lang),
                Cell(above[row["above_eu_thresholds"]]),
                _held(row["nato"], lang),
                Cell(say("yes") if row["norwegian_supplement"] else say("no")),
                Cell(voice.number(len(counted))),
            )
        )
    heads = (
        Head(say("Material")),
        Head(say("EU critical (Annex II)")),
        Head(say("EU strategic (Annex I)")),
        Head(say("Above the EU thresholds 2023")),
        Head(say("NATO defence-critical")),
        Head(say("Norwegian supplement")),
        Head(say("Lists that cover it"), number=True),
    )
    caption = say("Materials in scope: three flags that stay apart, and NATO’s")
    return Table("flags-table", caption, heads, tuple(body))


def _held(code: str | None, lang: Any) -> Cell:  # noqa: ANN401 - a language
    text = words.coverage(code, lang)
    return Cell("", tags=(Tag(text, "list"),)) if code else Cell(text)


def _supplement_table(m: Mapping, voice: Voice) -> Table:
    say = voice.say
    rows = tuple(
        (Cell(voice.name(r)), Cell(voice.of(r, "reason")))
        for r in sorted(m.tables["materials"], key=voice.name)
        if r["norwegian_supplement"]
    )
    caption = say("Materials added for Norway, each with its reason")
    return Table(
        "supplement-table", caption, (Head(say("Material")), Head(say("Why it is added"))), rows
    )


LEVELS = ("H", "M", "L")


def sectors(m: Mapping, voice: Voice) -> Section:
    """How many materials in scope each strategic sector leans on, and how heavily."""
    say, lang = voice.say, voice.lang
    known = list(load(StrategicSector))
    known.sort(key=lambda s: not s.default_scope)
    links: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in m.tables["links"]:
        links[row["material"], row["sector"]].append(row["importance"])
    best = {key: min(found, key=LEVELS.index) for key, found in links.items()}
    title = say("Materials in scope by strategic sector and highest importance of any link")
    meaning = {
        "H": (CSS.heat4, say("high")),
        "M": (CSS.heat3, say("medium")),
        "L": (CSS.heat2, say("low")),
    }
    bars, parts, said = [], [], []
    for sector in known:
        counts = {
            level: sum(
                1 for (_m, s), v in best.items() if s == sector.strategic_sector and v == level
            )
            for level in LEVELS
        }
        label = sector.name(lang) + ("" if sector.default_scope else say(" (outside the scope)"))
        words_of = ", ".join(f"{counts[v]} {meaning[v][1]}" for v in LEVELS)
        bars.append({"key": sector.strategic_sector, "label": f"{label}: {sum(counts.values())}"})
        said.append(f"{label}: {words_of}")
        start = 0
        for level in LEVELS:
            if counts[level]:
                end = start + counts[level]
                text = f"{label}: {counts[level]} {meaning[level][1]}"
                parts.append(
                    {
                        "key": sector.strategic_sector,
                        "group": level,
                        "start": start,
                        "end": end,
                        "text": text,
                    }
                )
                start = end
    most = max((sum(1 for _m, s in best if s == x.strategic_sector) for x in known), default=1)
    chart = charts.stacked_counts(bars, parts, {v: c for v, (c, _t) in meaning.items()}, most)
    legend = tuple(Key("■", c, t) for c, t in meaning.values())
    view = ChartView(
        "sectors-chart",
        title,
        f"{title}. {'; '.join(said)}.",
        charts.specification(chart, CSS),
        legend,
        _matrix(m, known, links, best, voice),
    )
    return Section(
        "sectors",
        say("Materials and strategic sectors"),
        "chart.html.j2",
        {
            "lead": say(
                "A material is tied to a sector through technologies that use it and Norwegian "
                "plants that make it. {count} of the {all} links are from memory, unverified.",
                count=voice.number(sum("memory" in r["confidence"] for r in m.tables["links"])),
                all=voice.number(len(m.tables["links"])),
            ),
            "chart": view,
        },
    )


def _matrix(
    m: Mapping,
    sectors_: list[StrategicSector],
    links: dict[tuple[str, str], list[str]],
    best: dict[tuple[str, str], str],
    voice: Voice,
) -> Table:
    say, lang = voice.say, voice.lang
    shade = {"H": 4, "M": 3, "L": 2}
    body = []
    for row in sorted((r for r in m.tables["materials"] if r["in_scope"]), key=voice.name):
        cells = [Cell(voice.name(row))]
        for sector in sectors_:
            key = (row["material"], sector.strategic_sector)
            if key in best:
                word = words.word("importance", best[key], lang)
                cells.append(Cell(f"{word} ({len(links[key])})", level=shade[best[key]]))
            else:
                cells.append(Cell(say("no link")))
        body.append(tuple(cells))
    heads = (Head(say("Material")), *(Head(s.name(lang)) for s in sectors_))
    caption = say("Materials by sector: highest importance, and in brackets how many links")
    return Table("sectors-table", caption, heads, tuple(body), matrix=True)
