"""The register and Norway's position as terminal tables."""

from __future__ import annotations

from typing import Any

from verdikart.cli.tables import console, country_words, grid, share, word
from verdikart.mapping.statements import nok_text
from verdikart.reference.i18n import Lang, number, percent, translator
from verdikart.reference.texts import reason_text

Row = dict[str, Any]
MOST, FEW = 25, 3
FUNCTIONS = ("mining", "processing", "specialisation", "recycling")


def facilities_table(rows: list[Row], lang: Lang) -> None:
    """The register, or matches with their reasons."""
    _ = translator(lang)
    matched = bool(rows) and "match" in rows[0]
    if not rows:
        console.print(_("No row of the register fits."))
        return
    columns = [
        ("id", "left"),
        (_("plant"), "left"),
        (_("good"), "left"),
        (_("place"), "left"),
        (_("capacity"), "right"),
        (_("status"), "left"),
        (_("as of"), "left"),
        *(
            [(_("why it fits"), "left")]
            if matched
            else [(_("owner group"), "left"), (_("feed"), "left")]
        ),
    ]
    table = grid(_("Plants, mines, deposits and projects in Norway"), columns)
    for row in rows:
        table.add_row(
            row["record_id"],
            row["producer"],
            row[f"name_{lang}"],
            ", ".join(p for p in (row["place"], row["region"]) if p),
            _capacity(row, lang),
            " ".join(p for p in (row[f"status_{lang}"], row["status_date"]) if p),
            row["as_of"] or "–",
            *(
                [row[f"reason_{lang}"]]
                if matched
                else [row["owner_group"] or "–", _feed(row, lang)]
            ),
        )
    console.print(table)
    unsure = sum(row["confidence"] == "memory, unverified" for row in rows)
    if unsure:
        console.print(
            _("{count} rows are from memory and not checked against a source.").format(count=unsure)
        )


def _capacity(row: Row, lang: Lang) -> str:
    low, high = row["capacity_low"], row["capacity_high"]
    if row["capacity"] is not None:
        text = number(row["capacity"], lang)
    elif low is not None or high is not None:
        text = f"{number(low, lang)}–{number(high, lang) if high is not None else ''}"
    else:
        return "–"
    unit = row["capacity_unit"]
    return f"{text} {translator(lang)('t/y') if unit == 't/y' else unit}"


def _feed(row: Row, lang: Lang) -> str:
    origins = ", ".join(country_words(c, lang) for c in row["feed_countries"])
    how = row[f"sourcing_{lang}"] if row["sourcing"] != "unknown" else None
    return "; ".join(p for p in (how, origins) if p) or "–"


def functions_table(rows: list[Row], lang: Lang) -> None:
    """Chains by function: what Norway has."""
    _ = translator(lang)
    names = [word("chain_function", f, lang) for f in FUNCTIONS]
    columns = [(_("chain"), "left"), (_("depth"), "left"), *((n, "left") for n in names)]
    table = grid(_("What Norway has in each chain, by the plant register"), columns)
    by_chain: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_chain.setdefault(row["chain"], {})[row["function"]] = row
    for found in by_chain.values():
        if all(r["state"] == "not_recorded" for r in found.values()):
            continue
        first = next(iter(found.values()))
        table.add_row(
            first[f"chain_{lang}"],
            word("chain_depth", first["depth"], lang),
            *(found[f][f"state_{lang}"] if f in found else "–" for f in FUNCTIONS),
        )
    if table.row_count:
        console.print(table)


def roles_table(rows: list[Row], lang: Lang) -> None:
    """Norway's role at every step, and which Nordic country has the step."""
    _ = translator(lang)
    columns = [
        (_("chain"), "left"),
        (_("good"), "left"),
        (_("stage"), "left"),
        (_("role of Norway"), "left"),
        (_("plants"), "left"),
        (_("Norway"), "left"),
        (_("Sweden"), "left"),
        (_("Finland"), "left"),
        (_("missing in all"), "left"),
    ]
    table = grid(_("Roles and Nordic steps"), columns)
    for row in rows:
        table.add_row(
            f"{row[f'chain_{lang}']} ({word('chain_depth', row['depth'], lang)})",
            row[f"name_{lang}"],
            row[f"stage_{lang}"],
            row[f"role_{lang}"],
            ", ".join(dict.fromkeys(row["plants"] or row["planned"])) or "–",
            *(_state(row, c, lang) for c in ("nor", "swe", "fin")),
            word("nordic_missing", row["missing"], lang),
        )
    console.print(table)


def _state(row: Row, country: str, lang: Lang) -> str:
    text = word("nordic_step", row[f"{country}_state"], lang)
    basis = row[f"{country}_basis"]
    said = basis in (None, "facilities", "exports")
    return text if said else f"{text} ({word('step_basis', basis, lang)})"


def patterns_table(rows: list[Row], lang: Lang) -> None:
    """Import → process → export, one line a product and feed."""
    _ = translator(lang)
    columns = [
        (_("feed"), "left"),
        (_("from"), "left"),
        (_("plants"), "left"),
        (_("good"), "left"),
        (_("to"), "left"),
        (_("exports"), "right"),
    ]
    table = grid(_("From import through Norwegian plants to export"), columns)
    by_product: dict[str, list[Row]] = {}
    for row in rows:
        by_product.setdefault(row["product"], []).append(row)
    # The largest exports first; of those that no source has, the register's order.
    for found in sorted(by_product.values(), key=lambda rows: -_sold(rows)):
        sold = [r for r in found if r["flow"] == "export"]
        feeds: dict[str, list[Row]] = {}
        for row in found:
            if row["flow"] == "feed":
                feeds.setdefault(row["good"], []).append(row)
        first = found[0]
        for place, (_feed_id, origins) in enumerate(feeds.items() or [("", [])]):
            head = place == 0
            table.add_row(
                origins[0][f"good_{lang}"] if origins else "–",
                _shares(origins, lang),
                ", ".join(dict.fromkeys(first["plants"])) if head else "",
                f"{first[f'name_{lang}']} ({first[f'role_{lang}']})" if head else "",
                _shares(sold, lang) if head else "",
                _worth(sold, lang) if head else "",
            )
    console.print(table)


def _shares(rows: list[Row], lang: Lang) -> str:
    """The largest countries with their shares; those the register names have none."""
    named = [r for r in rows if r["country"]]
    parts = []
    for row in named[:FEW]:
        text = row[f"country_{lang}"]
        parts.append(
            f"{text} {percent(row['share'], lang, 0)}" if row["share"] is not None else text
        )
    # A heading's total has no country and can hold other goods: it is no figure of this good.
    parts += [
        f"{r[f'country_{lang}']} {nok_text(r['value_nok'], lang)}"
        for r in rows
        if r["share"] is None and r["value_nok"] is not None
    ]
    return ", ".join(parts) or "–"


def _worth(rows: list[Row], lang: Lang) -> str:
    total = _sold(rows)
    return nok_text(total, lang) if total else "–"


def _sold(rows: list[Row]) -> float:
    known = (r for r in rows if r["flow"] == "export" and r["share"] is not None)
    return sum(r["value_nok"] or 0.0 for r in known)


def reverse_table(rows: list[Row], lang: Lang) -> None:
    """Who depends on the supplier, largest deliveries first."""
    _ = translator(lang)
    if not rows:
        console.print(_("No delivery above the floors."))
        return
    columns = [
        (_("buyer"), "left"),
        (_("good"), "left"),
        (_("share"), "right"),
        (_("of all imports"), "right"),
        (_("of consumption"), "right"),
        (_("rank"), "right"),
        (_("value"), "right"),
        (_("next suppliers"), "left"),
        (_("others could cover"), "left"),
        (_("basis"), "left"),
    ]
    title = _("Who depends on {country}").format(country=country_words(rows[0]["supplier"], lang))
    table = grid(title, columns)
    codes: dict[str, set[str]] = {}
    for row in rows:
        codes.setdefault(_good(row, lang), set()).add(row["subject"])
    for row in _best(rows):
        good = _good(row, lang)
        # Goods of several codes are told apart by the code; published items are no codes.
        several = row["basis"] == "imports" and len(codes[good]) > 1
        table.add_row(
            row[f"buyer_{lang}"],
            f"{good} {row['subject']}" if several else good,
            share(row, "supplier_share", lang),
            percent(row["supplier_share_all"], lang),
            percent(row["share_of_consumption"], lang),
            str(row["supplier_rank"] or "–"),
            nok_text(row["value_nok"], lang) if row["value_nok"] is not None else "–",
            ", ".join(row[f"next_suppliers_{lang}"]) or "–",
            word("could_cover", row["could_cover"], lang),
            f"{word('dependence_basis', row['basis'], lang)} {row['period']}",
        )
    console.print(table)
    if len(rows) > len(_best(rows)):
        console.print(
            _("… and {count} more (--format json shows all)").format(
                count=len(rows) - len(_best(rows))
            )
        )
    console.print(
        _(
            "Share: of the buyer's imports from outside, or of US imports as published. Deliveries of at "
            "least 1 MUSD, or of 1 % and 0.1 MUSD."
        )
    )
    console.print(reason_text("spare_capacity_unknown", lang))


def _good(row: Row, lang: Lang) -> str:
    """The first good of a code, with how many others share the code."""
    name = row[f"name_{lang}"] or row["subject"]
    others = len(row["products"]) - 1
    return f"{name} (+{others})" if others > 0 else str(name)


def _best(rows: list[Row]) -> list[Row]:
    """The largest deliveries, and every published row."""
    traded = [r for r in rows if r["basis"] == "imports"]
    return traded[:MOST] + [r for r in rows if r["basis"] != "imports"]
