"""The comparison's other parts: what the two were made of, counts, and verdicts that turned."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from verdikart.mapping.changes import Changes, Pair
from verdikart.reference.names import name
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Section, Table
from verdikart.web.pages.compare_scores import cause_name
from verdikart.web.values import cell, head

Row = dict[str, Any]
COUNTS = ("assessed", "over_65", "not_allied", "above_floor", "not_imported", "not_computable")
MOST = 60


def sides(ask: Ask, found: Changes) -> tuple[Ask, Ask]:
    """The request as if it were of A and of B, so that a figure's card is its own mapping's."""
    return (
        replace(ask, saved=found.a, token=found.a.name),
        replace(ask, saved=found.b, token=found.b.name),
    )


def made_of(ask: Ask, found: Changes) -> Section:
    """Year, code, vintages, parameters, tables and inputs that differ."""
    say = ask.say
    kinds = {
        "year": say("Year"),
        "code": say("Version of the code"),
        "vintage": say("Vintage of data"),
        "data_file": say("Data file"),
        "reference_table": say("Reference table"),
        "parameter": say("Parameter"),
        "choice": say("Choice of the EU method"),
        "input": say("Input rows found in one only"),
    }
    rows = [r for r in found.scores.differences if r["kind"] in kinds]
    body = tuple(
        (
            Cell(kinds[r["kind"]], r["kind"]),
            Cell(_thing(ask, r), r["name"]),
            _plain(ask, r["a"], r),
            _plain(ask, r["b"], r),
            Cell(cause_name(ask, r["cause"]) if r["cause"] else "–", r["cause"]),
        )
        for r in rows
    )
    columns = (
        Column("kind", say("What")),
        Column("name", say("Name")),
        Column("a", "A"),
        Column("b", "B"),
        Column("cause", say("Counts with")),
    )
    tables = [r["name"] for r in found.scores.differences if r["kind"] == "table"]
    notes = [
        say("Files and tables are shown by the first digits of their hash."),
        say(
            "An input row is a share, a flow or a factor of the scores; the numbers count rows that only "
            "A or only B has."
        ),
    ]
    if tables:
        notes.append(say("{count} tables of the mapping differ in content.", count=len(tables)))
    table = Table(
        "differences",
        say("What the two were made of, where it differs"),
        columns,
        body,
        tuple(notes) if rows else (),
        say("Nothing that the mappings were made of differs."),
    )
    return Section("made-of", say("What differs between the two"), (table,))


def _thing(ask: Ask, row: Row) -> str:
    kind, what = row["kind"], str(row["name"])
    if kind in ("year", "code"):
        return "–"
    if kind == "vintage":
        return words.source_title(what, ask.voice)
    if kind in ("parameter", "choice"):
        return words.parameter(what, ask.lang)
    return what


def _plain(ask: Ask, value: object, row: Row) -> Cell:
    if value is None:
        return Cell(ask.say("not there"), None, "missing")
    if row["kind"] in ("parameter", "choice"):
        return Cell(words.setting(str(row["name"]), value, ask.voice), _raw(value))
    return Cell(str(value), _raw(value), code=row["kind"] in ("data_file", "reference_table"))


def _raw(value: object) -> float | int | str | bool:
    return value if isinstance(value, (float, int, str, bool)) else str(value)


def headline(ask: Ask, found: Changes) -> Section:
    """The counts that the mappings open with."""
    say = ask.say
    title = say("Counts")
    columns = (
        Column("count", say("Of the home’s own assessments")),
        Column("a", "A", True),
        Column("b", "B", True),
        Column("change", say("Change"), True),
    )
    old, new = found.headline
    body = []
    if old is not None and new is not None:
        one, other = sides(ask, found)
        for column in COUNTS:
            change = new[column] - old[column]
            sign = "+" if change > 0 else "−" if change < 0 else ""
            body.append(
                (
                    Cell(head(ask, "headline", column).title, column),
                    cell(one, old, column),
                    cell(other, new, column),
                    Cell(f"{sign}{abs(change)}", change),
                )
            )
    empty = say("One of the mappings has no counts.")
    table = Table("counts", say("Counts of the mapping"), columns, tuple(body), empty=empty)
    return Section("counts-section", title, (table,))


def assessments(ask: Ask, found: Changes) -> Section:
    """Inputs whose outcome is another in B than in A."""
    say = ask.say
    one, other = sides(ask, found)
    columns = (
        Column("name", say("Input")),
        Column("outcome_a", say("Outcome in A")),
        Column("outcome_b", say("Outcome in B")),
        Column("top_share_a", say("Largest share in A"), True),
        Column("top_share_b", say("Largest share in B"), True),
        Column("value_nok_a", say("Value in A"), True, unit=say("NOK million")),
        Column("value_nok_b", say("Value in B"), True, unit=say("NOK million")),
    )
    pairs = found.assessments
    body = tuple(
        (
            _input(ask, pair),
            *(_outcome(ask, row) for row in pair),
            *(_share(side, row) for side, row in zip((one, other), pair, strict=True)),
            *(
                _figure(side, row, "value_nok")
                for side, row in zip((one, other), pair, strict=True)
            ),
        )
        for pair in pairs[:MOST]
    )
    notes = [
        say("Those that are vulnerable in B come first, then those that were in A."),
        say(
            "Not every source holds every year: where a good is seen through another code in B than in "
            "A, both codes stand under its name, and the new outcome may come from that alone."
        ),
    ]
    if len(pairs) > MOST:
        notes.append(say("{count} more are left out here.", count=len(pairs) - MOST))
    table = Table(
        "assessments",
        say("Inputs whose outcome changes"),
        columns,
        body,
        tuple(notes) if pairs else (),
        say("No input changes its outcome."),
    )
    return Section("assessments-section", say("Outcomes of inputs"), (table,))


def _either(pair: Pair) -> Row:
    row = pair[1] or pair[0]
    if row is None:
        raise ValueError("a pair without rows")
    return row


def _input(ask: Ask, pair: Pair) -> Cell:
    row = _either(pair)
    material = row["materials"][0] if row["materials"] else ""
    href = ask.url(f"materials/{material}") if material else ""
    small = row["subject"] if ":" in row["subject"] else words.stage(row["stage"], ask.lang)
    if pair[0] and pair[1] and pair[0]["subject"] != pair[1]["subject"]:
        small = f"A: {pair[0]['subject']}, B: {pair[1]['subject']}"
    return Cell(ask.voice.name(row), row["subject"], href=href, small=small)


def _outcome(ask: Ask, row: Row | None) -> Cell:
    if row is None:
        return Cell(ask.say("not assessed"), None, "missing")
    return Cell("", row["outcome"], tags=(words.outcome(row["outcome"], ask.lang),))


def _share(ask: Ask, row: Row | None) -> Cell:
    supplier = ask.voice.country(row["top_supplier"]) if row and row["top_supplier"] else ""
    found = _figure(ask, row, "top_share")
    small = "; ".join(part for part in (found.small, supplier) if part)
    return replace(found, small=small)


def _figure(ask: Ask, row: Row | None, column: str) -> Cell:
    if row is None:
        return Cell("–", None, "missing")
    return cell(ask, row, column)


def chains(ask: Ask, found: Changes) -> Section:
    """Chains whose verdict is another in B than in A."""
    say = ask.say
    one, other = sides(ask, found)
    columns = (
        Column("chain", say("Value chain")),
        Column("depth", say("Depth of the chain")),
        Column("verdict_a", say("Verdict in A")),
        Column("verdict_b", say("Verdict in B")),
        Column("bottleneck_a", say("Bottleneck in A")),
        Column("bottleneck_b", say("Bottleneck in B")),
    )
    body = []
    for pair in found.chains:
        row = _either(pair)
        chain = row["chain"]
        body.append(
            (
                Cell(ask.voice.name(row), chain, href=ask.url(f"chains/{chain}")),
                Cell(words.word("chain_depth", row["depth"], ask.lang), row["depth"]),
                *(_verdict(side, row) for side, row in zip((one, other), pair, strict=True)),
                *(_bottleneck(side, row) for side, row in zip((one, other), pair, strict=True)),
            )
        )
    none = [say("{count} chains were compared.", count=len(found.b.own("chains")))]
    table = Table(
        "chains",
        say("Chains whose verdict changes"),
        columns,
        tuple(body),
        tuple(none) if found.b.own("chains") else (),
        say("No value chain changes its verdict."),
    )
    return Section("chains-section", say("Value chains"), (table,))


def _verdict(ask: Ask, row: Row | None) -> Cell:
    if row is None:
        return Cell(ask.say("not assessed"), None, "missing")
    text = words.word("chain_verdict", row["verdict"], ask.lang)
    return Cell(text, row["verdict"], href=ask.url(f"chains/{row['chain']}"))


def _bottleneck(ask: Ask, row: Row | None) -> Cell:
    if row is None or row["bottleneck_product"] is None:
        return Cell(ask.say("none can be named"), None)
    product = row["bottleneck_product"]
    href = ask.url(f"chains/{row['chain']}/{product}")
    small = ask.voice.country(row["bottleneck_supplier"]) if row["bottleneck_supplier"] else ""
    return Cell(name("product", product, ask.lang), product, href=href, small=small)
