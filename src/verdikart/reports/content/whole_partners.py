"""Trade partners in the report: where most comes from, and in how many goods each is largest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from verdikart.mapping.bindings import rows_of
from verdikart.reference import homes, names
from verdikart.reports.content import parts
from verdikart.reports.document.draft import PARTNERS, Draft
from verdikart.reports.document.model import Chart, Section, Tone

Row = dict[str, Any]
DRAWN: Final = 8  # bars that a slide holds
LARGEST: Final = 10  # partner countries shown


def partners(draft: Draft) -> Iterator[Section]:
    """The countries that most comes from; in how many goods each is largest, and over the limit."""
    rows = [r for r in rows_of(draft.saved, PARTNERS) if r["imports_nok"]]
    if not rows:
        return
    rows.sort(key=lambda r: (-r["imports_nok"], r["country"]))
    shown = rows[:LARGEST]
    home = names.name("home", draft.saved.home, draft.lang)
    columns = ("imports_nok", "exports_nok", "imported_goods", "largest_of", "over_65_of")
    heads = (
        draft.head(PARTNERS, "country", width=1.8),
        *(draft.head(PARTNERS, column) for column in columns),
    )
    body = [
        (draft.named(row, "country"), *(draft.cell(row, column) for column in columns))
        for row in shown
    ]
    title = draft.say("Largest partners in the goods that could be judged")
    table = draft.table("partners", title, heads, body, detail=True)
    most = max(rows, key=lambda r: (r["over_65_of"], r["imports_nok"]))
    said = draft.statement(
        "By value most comes from {first}: {value}. No country delivers more than {limit} of more goods "
        "than {most}: {over} of the {largest} that it is the largest supplier of.",
        first=draft.voice.country(shown[0]["country"]),
        value=draft.money(shown[0], "imports_nok"),
        most=draft.voice.country(most["country"]),
        largest=draft.figure(most, "largest_of"),
        limit=draft.voice.percent(draft.saved.parameters["share_threshold"], 0),
        over=draft.figure(most, "over_65_of"),
    )
    yield Section(
        "partners",
        draft.say("Trade partners of {home}", home=home),
        (parts.prose(draft, said), _over(draft, rows), table),
        level=2,
    )


def _over(draft: Draft, rows: Sequence[Row]) -> Chart:
    """In how many goods a country is the largest supplier."""
    found = sorted(
        (r for r in rows if r["largest_of"]), key=lambda r: (-r["largest_of"], r["country"])
    )[:DRAWN]
    labels = tuple(draft.voice.country(row["country"]) for row in found)
    allies = homes.allies(homes.home(draft.saved.home), draft.saved.year)
    tones: tuple[Tone, ...] = tuple(
        "ally" if row["country"] in allies else "other" for row in found
    )
    title = draft.say("Goods in which a country is the largest supplier")
    columns = ("over_65_of", "largest_of")
    heads = [draft.head(PARTNERS, column) for column in columns]
    figures = tuple(draft.figure(row, "largest_of") for row in found)
    body = [
        (draft.named(row, "country"), *(draft.cell(row, column) for column in columns))
        for row in found
    ]
    table_heads = (draft.head(PARTNERS, "country", width=2), *heads)
    twin = draft.table("partners-drawn", title, table_heads, body)
    alt = draft.statement(
        "Bars, one a country: in how many goods it is the largest supplier. The first is {country} "
        "with {count}.",
        country=labels[0],
        count=figures[0],
    )
    return parts.bars(
        draft,
        "partners-chart",
        alt,
        labels,
        figures,
        tones,
        twin,
        draft.say("Number of goods"),
        name=heads[1].title,
        unit="count",
        key=parts.allied(draft),
    )
