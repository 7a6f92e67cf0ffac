"""Why this number? The card of any figure: of an indicator, recomputed; of a cell, as it was saved."""

from __future__ import annotations

from typing import Any

from verdikart.core.errors import UnknownName
from verdikart.mapping import cards
from verdikart.mapping.saved import AT
from verdikart.reference import columns as dictionary
from verdikart.reference import names
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Fragment,
    Links,
    Note,
    Page,
    Prose,
    Section,
    Table,
)
from verdikart.web.values import cell, gap, plain, written

Row = dict[str, Any]
MOST_ROWS = 60
UNITS = {"USD": "USD", "EUR": "EUR", "NOK": "NOK", "t": "t", "kg": "kg", "share": "", "index": ""}


def why(ask: Ask) -> Page:
    """The page ``/why/{reference}``: a figure's id, or ``table/row/column``."""
    reference = ask.ids["reference"]
    return _figure(ask, reference) if cards.is_figure(reference) else _cell(ask, reference)


# --- a figure of an indicator, recomputed -----------------------------------------------------


def _figure(ask: Ask, reference: str) -> Page:
    say, voice = ask.say, ask.voice
    card = cards.figure_card(ask.saved, reference, ask.lang)
    figure, indicator, source = card["figure"], card["indicator"], card["source"]
    home, year, _, subject, flow, _ = figure["id"].split("/", 5)
    shown = _figure_cell(ask, figure)
    goods = ", ".join(g["name"] for g in card["goods"]) or subject.replace(":", " ")
    facts = (
        (say("Value"), shown),
        (say("Status"), plain(words.word("status", figure["status"], ask.lang))),
        (say("Interval"), _interval(ask, figure)),
        (say("What it is of"), plain(goods, small=subject.replace(":", " "))),
        (say("Seen from"), plain(names.name("home", home, ask.lang), small=_flow(ask, flow))),
        (say("Year"), plain(int(year), year)),
    )
    first: list[Block] = [Facts(tuple(f for f in facts if f[1].text))]
    if figure["reason_text"]:
        first.append(Note(figure["reason_text"], "warning"))
    first += _against_saved(ask, card)
    return Page(
        f"{indicator['name']}: {goods}",
        (
            Section("value", "", tuple(first)),
            Section("formula", say("How it is computed"), _computed(ask, card)),
            Section("rows", say("The rows behind it"), _behind(ask, card)),
            Section(
                "source",
                say("Source"),
                (
                    Facts(
                        (
                            (say("Source"), plain(source["title"], small=source["provider"])),
                            (say("Vintage"), plain(words.vintage(source["vintage"], ask.lang))),
                            (say("Licence"), plain(source["licence"])),
                            (say("To cite it"), plain(source["citation"])),
                        )
                    ),
                    *((Prose((source["limits"],)),) if source["limits"] else ()),
                ),
            ),
            _again(ask, figure["id"], figure["value"], card["recompute"]),
        ),
        lead=indicator["definition"],
        tags=(),
        crumbs=((voice.say("Overview"), ask.url()),),
        sources=(source["id"],),
    )


def _figure_cell(ask: Ask, figure: Row) -> Cell:
    value, unit, voice = figure["value"], figure["unit"], ask.voice
    status = figure["status"]
    if value is None:
        return Cell(gap(status, voice), None, status, figure["low"], figure["high"], unit)
    return Cell(_amount(ask, value, unit), value, status, figure["low"], figure["high"], unit)


def _amount(ask: Ask, value: object, unit: str) -> str:
    """A value to the last digit that means something: a card is where one comes for them."""
    voice = ask.voice
    if isinstance(value, bool):
        return voice.say("yes") if value else voice.say("no")
    if isinstance(value, str):
        return voice.country(value) if unit == "country" else value
    if not isinstance(value, (int, float)):
        return ""
    if unit == "share":
        return voice.percent(value, 2)
    if float(value).is_integer():
        return f"{voice.number(value)} {UNITS.get(unit, '')}".strip()
    return f"{voice.number(value, 4 if abs(value) < 100 else 1)} {UNITS.get(unit, '')}".strip()


def _interval(ask: Ask, figure: Row) -> Cell:
    low, high = figure["low"], figure["high"]
    if low is None and high is None:
        return plain(None)
    ends = [_amount(ask, end, figure["unit"]) if end is not None else "…" for end in (low, high)]
    return plain([low, high], f"{ends[0]} – {ends[1]}")


def _flow(ask: Ask, flow: str) -> str:
    say = ask.say
    return {
        "import": say("imports"),
        "export": say("exports"),
        "production": say("production"),
        "supply": say("supply"),
    }.get(flow, flow)


def _against_saved(ask: Ask, card: Row) -> list[Block]:
    """The value as this mapping holds it, where it is another, and why that may be."""
    say, kept = ask.say, card.get("saved")
    found: list[Block] = []
    if card["differs"] == "code":
        found.append(
            Note(
                say(
                    "The mapping was made by another version of the program; the derivation below "
                    "is by the one that runs now."
                )
            )
        )
    elif card["differs"] == "data":
        found.append(
            Note(
                say(
                    "The mapping was made on other data than those installed now; the derivation "
                    "below is on the data of now."
                )
            )
        )
    if kept is not None and kept["value"] is not None:
        now = card["figure"]["value"]
        if isinstance(now, (int, float)) and abs(now - kept["value"]) > 1e-9 * max(1, abs(now)):
            text = say(
                "The mapping holds {value}.", value=_amount(ask, kept["value"], kept["unit"])
            )
            found.append(Note(text, "warning"))
    return found


def _computed(ask: Ask, card: Row) -> tuple[Block, ...]:
    say, indicator = ask.say, card["indicator"]
    lines = [(say("Formula"), plain(indicator["formula"], code=True))]
    if card["filled"]:
        value = _amount(ask, card["figure"]["value"], card["figure"]["unit"])
        lines.append((say("With its inputs"), plain(f"{card['filled']} = {value}", code=True)))
    lines.append((say("Method"), plain(indicator["method_source"])))
    lines += [
        (say("Limit"), plain(t["value"], _limit(ask, t["value"], indicator), small=t["source"]))
        for t in indicator["thresholds"]
    ]
    parts: list[Block] = [Facts(tuple(lines))]
    if card["inputs"]:
        rows = tuple(
            (plain(name, _input_name(ask, name)), _input(ask, value, _kind(name)))
            for name, value in card["inputs"].items()
        )
        heads = (Column("input", say("Input of the formula")), Column("value", say("Value"), wide=True))
        parts.append(Table("inputs", say("Inputs of the formula"), heads, rows))
    if indicator["caveats"]:
        parts.append(Prose(tuple(indicator["caveats"])))
    parts.append(
        Fragment(
            "way.html.j2",
            {
                "text": say("The indicator among the terms"),
                "href": ask.url(f"terms/{indicator['id']}"),
            },
        )
    )
    return tuple(parts)


def _limit(ask: Ask, value: float, indicator: Row) -> str:
    share = indicator["id"].endswith("share") or "share" in indicator["id"]
    return ask.voice.percent(value, 0) if share else ask.voice.number(value, 2)


def _input_name(ask: Ask, name: str) -> str:
    """An input's name in words, where it has them."""
    say = ask.say
    return {
        "sum_of_squares": say("sum of the squared amounts"),
        "total": say("total"),
        "suppliers": say("number of suppliers"),
        "partners": say("number of partners"),
        "unspecified": say("from partners that are no country"),
        "top_supplier": say("largest supplier"),
        "top_amount": say("amount from the largest supplier"),
        "top_three": say("three largest suppliers"),
        "top_tonnes": say("tonnes from the largest supplier"),
        "partner": say("partner"),
        "amount": say("amount from the partner"),
        "allies_of": say("allies of"),
        "from_allies": say("amount from allies"),
        "hhi": say("concentration (HHI)"),
        "world_hhi": say("concentration of world exports (HHI)"),
        "extra_imports": say("imports from outside the bloc"),
        "intra_imports": say("imports from inside the bloc"),
        "exports": say("exports"),
        "denominator": say("exports that count"),
        "bloc": say("bloc"),
        "value": say("value"),
        "quantity_kg": say("quantity, kg"),
        "years": say("years"),
        "production_t": say("production, tonnes"),
        "imports_t": say("imports, tonnes"),
        "exports_t": say("exports, tonnes"),
        "supply_used": say("supply that counts"),
        "hhi_global": say("concentration of world supply"),
        "hhi_home": say("concentration of the home’s supply"),
        "global_terms": say("terms of world supply"),
        "home_terms": say("terms of the home’s supply"),
        "import_reliance": say("import reliance"),
        "import_reliance_origin": say("import reliance is"),
        "eol_rir": say("recycling rate (EOL-RIR)"),
        "eol_rir_origin": say("recycling rate is"),
        "si_sr": say("substitution index (SI_SR)"),
        "si_sr_origin": say("substitution index is"),
        "si_ei": say("substitution index (SI_EI)"),
        "industries": say("industries"),
    }.get(name, name.replace("_", " "))


def _input(ask: Ask, value: Any, unit: str = "") -> Cell:  # noqa: ANN401 - any input
    if isinstance(value, bool) or value is None:
        return plain(value, "–" if value is None else _amount(ask, value, ""))
    if isinstance(value, (int, float)):
        whole = float(value).is_integer()
        return plain(value, ask.voice.number(value, 0 if whole else 4))
    text = str(value)
    if unit == "country":
        return plain(text, names.name("country", text, ask.lang))
    return plain(text)


COUNTRIES = frozenset(("top_supplier", "partner", "exporter", "importer"))


def _kind(name: str) -> str:
    return "country" if name in COUNTRIES else ""


def _behind(ask: Ask, card: Row) -> tuple[Block, ...]:
    """Suppliers with their shares, and the rows of the source as they stand there."""
    say, voice, mix = ask.say, ask.voice, card["mix"]
    blocks: list[Block] = []
    suppliers = mix["suppliers"]
    if suppliers:
        body = tuple(
            (
                plain(s["iso3"], s["name"], href=ask.url(f"countries/{s['iso3']}")),
                plain(s["value_share"], voice.percent(s["value_share"])),
                plain(s["quantity_share"], voice.percent(s["quantity_share"])),
                plain(s["value"], voice.number(s["value"]) if s["value"] is not None else "–"),
                plain(s["quantity_t"], voice.tonnes(s["quantity_t"])),
                plain(list(s["alignment"]), ", ".join(s["alignment"]) or "–"),
            )
            for s in suppliers[:MOST_ROWS]
        )
        heads = (
            Column("country", say("Country")),
            Column("value_share", say("Share by value"), number=True),
            Column("quantity_share", say("Share by quantity"), number=True),
            Column("value", say("Value"), number=True, unit=mix["value_unit"] or ""),
            Column("quantity_t", say("Quantity"), number=True, unit=say("tonnes")),
            Column("alignment", say("Belongs to")),
        )
        blocks.append(Table("mix", say("Who supplies how much"), heads, body, _cut(ask, suppliers)))
    rows = card["source_rows"]
    if rows:
        keys = list(rows[0])
        columns = tuple(
            Column(k, _input_name(ask, k), number=k in ("value", "quantity_kg")) for k in keys
        )
        table = Table(
            "source-rows",
            say("Rows of the source ({count})", count=len(rows)),
            columns,
            tuple(tuple(_input(ask, row[k], _kind(k)) for k in keys) for row in rows[:MOST_ROWS]),
            _cut(ask, rows),
            folded=say("Rows of the source, as they stand there ({count})", count=len(rows)),
        )
        blocks.append(table)
    return tuple(blocks) or (Prose((say("No rows: the source has no flow for this question."),)),)


def _cut(ask: Ask, rows: list[Row]) -> tuple[str, ...]:
    if len(rows) <= MOST_ROWS:
        return ()
    return (
        ask.say(
            "The {shown} largest of {total}; the command below gives all.",
            shown=MOST_ROWS,
            total=len(rows),
        ),
    )


# --- a cell of a table, as saved --------------------------------------------------------------


def _cell(ask: Ask, reference: str) -> Page:
    say, saved = ask.say, ask.saved
    card = cards.cell_card(saved, reference, ask.lang)
    row, about, column = card["row"], card["about"], card["column"]
    shown = cell(ask, row, column, why=False)
    of = identity(ask, row, card["table"])
    facts = [(say("Value"), shown), (say("Status"), plain(_status(ask, shown)))]
    facts += [(term, plain(text)) for term, text in of]
    first: list[Block] = [Facts(tuple(facts))]
    lines = []
    if card["formula"]:
        lines.append((say("Formula"), plain(card["formula"], code=True)))
    computed: list[Block] = [Facts(tuple(lines))] if lines else []
    if card["inputs"]:
        rows = tuple(
            (plain(k, _input_name(ask, k)), _input(ask, v, _kind(k)))
            for k, v in card["inputs"].items()
        )
        heads = (Column("input", say("Input of the formula")), Column("value", say("Value"), wide=True))
        computed.append(Table("inputs", say("Inputs of the formula"), heads, rows))
    computed.append(_whole_row(ask, card))
    links = [(name, ask.why(name), "") for name in card["figures"]]
    if row.get("mix"):
        links.append(
            (row["mix"], ask.why(f"{row['mix']}/hhi_value"), say("the supply mix behind it"))
        )
    definition = about.definition(ask.lang)
    sections = [
        Section("value", "", tuple(first)),
        Section("formula", say("How it is computed"), tuple(computed)),
        Section("source", say("Source"), _row_sources(ask, card, links)),
        _again(ask, f"{card['table']}/{card['number']}/{column}", shown.raw, card["recompute"]),
    ]
    title = about.name(ask.lang)
    name = next((text for term, text in of if term == say("Name")), "")
    return Page(
        f"{title}: {name}" if name else title,
        tuple(sections),
        lead=definition,
        crumbs=(
            (say("Data and sources"), ask.url("data")),
            (card["table"], ask.url(f"data/{card['table']}")),
        ),
        sources=tuple(s["id"] for s in card["sources"] if s["id"]) or None,
    )


def _status(ask: Ask, shown: Cell) -> str:
    return words.word("status", shown.status, ask.lang)


IDENTITY = ("chain", "material", "product", "country", "home", "stage", "sector")


def identity(ask: Ask, row: Row, table: str) -> list[tuple[str, str]]:
    """What the row is of: its name, and the ids in it, in words."""
    found = []
    if row.get(f"name_{ask.lang}"):
        found.append((ask.say("Name"), str(row[f"name_{ask.lang}"])))
    for column in row:
        if column == AT or row[column] in (None, "", []):
            continue
        try:
            about = dictionary.describe(table, column)
        except UnknownName:
            continue
        if about.kind in IDENTITY or about.kind == "year":
            text = written(row[column], about, row, ask.voice)
            if all(text != known for _, known in found):
                found.append((about.name(ask.lang), text))
    return found[:8]


def _whole_row(ask: Ask, card: Row) -> Table:
    """The row that the cell stands in: what it was computed beside."""
    say, row, table = ask.say, card["row"], card["table"]
    known = ask.saved.columns(table)
    body = []
    for column in known:
        stem, part = dictionary.base(table, column, known)
        if part and (part != ask.lang or f"{stem}_{ask.lang}" not in known):
            continue
        about = dictionary.describe(table, stem)
        if row.get(column) in (None, "", []) and f"{stem}_status" not in known:
            continue
        body.append((plain(stem, about.name(ask.lang), small=stem), cell(ask, row, stem)))
    return Table(
        "row",
        say("The whole row"),
        (Column("column", say("Column")), Column("value", say("Value"), wide=True)),
        tuple(body),
        folded=say("The whole row that it stands in"),
    )


def _row_sources(ask: Ask, card: Row, links: list[tuple[str, str, str]]) -> tuple[Block, ...]:
    say = ask.say
    facts = []
    for source in card["sources"]:
        record = source["record"]
        if record is None:
            facts.append((say("Source"), plain(source["text"])))
            continue
        facts += [
            (
                say("Source"),
                plain(words.source_title(source["id"], ask.voice), small=record.provider),
            ),
            (say("Vintage"), plain(words.vintage(str(source["vintage"]), ask.lang))),
            (say("Licence"), plain(record.licence)),
            (say("To cite it"), plain(record.citation)),
        ]
    blocks: list[Block] = []
    if facts:
        blocks.append(Facts(tuple(facts)))
    else:
        blocks.append(
            Prose(
                (
                    say(
                        "Computed from the sources at the foot of the page; the row names no single one."
                    ),
                )
            )
        )
    if card["caveats"]:
        blocks.append(Prose(tuple(card["caveats"])))
    if links:
        blocks.append(Links(tuple(links), say("Figures behind it")))
    return tuple(blocks)


# --- the end of every card ---------------------------------------------------------------------


def _again(ask: Ask, reference: str, value: object, commands: list[str]) -> Section:
    say = ask.say
    citation = cards.citation(ask.saved, reference, value)
    return Section(
        "again",
        say("Cite and recompute"),
        (
            Fragment(
                "cite.html.j2",
                {"citation": citation, "commands": "\n".join(commands)},
                {"citation": citation, "recompute": commands},
            ),
        ),
    )
