"""The terminal view of a check: what would read otherwise, by how much, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.markup import escape

from verdikart.cli.compare_view import cause_name
from verdikart.cli.report_check import shown
from verdikart.cli.tables import console
from verdikart.mapping.bindings import COUNT, parse
from verdikart.mapping.causes import Cause
from verdikart.mapping.moved import Moved
from verdikart.reference import countries
from verdikart.reference.columns import describe
from verdikart.reference.i18n import Lang, number, translator
from verdikart.reports import words
from verdikart.reports.document.check import Check, Sentence
from verdikart.reports.voice import Voice

Row = dict[str, Any]
TITLE = 78


def print_check(found: Check, lang: Lang, everything: bool) -> None:
    """Print a check in a language, which need not be that of the document."""
    _ = translator(lang)
    made, saved = found.made, found.against
    console.print(f"[bold]{escape(made['title'])}[/] ({escape(found.file)})")
    text = _("Made from the mapping {then} of {then_year}, held against {now} of {now_year}.")
    console.print(
        text.format(
            then=made["mapping"][:8],
            then_year=made["year"],
            now=saved.name[:8],
            now_year=saved.year,
        )
    )
    console.print(escape(made["signed"] or _("Draft, not signed off")))
    sentences = shown(found, everything)
    _counts(found, lang)
    for group, title in (
        ([s for s in sentences if s.seen and s.reads], _("Sentences that would read otherwise")),
        (
            [s for s in sentences if s.seen and not s.reads],
            _("Sentences whose words still stand, and that rest on figures that moved"),
        ),
        ([s for s in sentences if not s.seen], _("Sentences where only further digits moved")),
    ):
        if group:
            console.print(f"\n[bold]{title}[/]")
            for place, sentence in enumerate(group, start=1):
                _sentence(place, sentence, lang, everything)
    _edited(found, lang)
    _tables(found, lang, everything)
    if not found.earlier and (found.moved or any(t.seen for t in found.tables)):
        text = _(
            "The mapping {name} that it was made from is not beside the other, so the parts of scores and "
            "the amounts behind shares are not told."
        )
        console.print("\n• " + text.format(name=made["mapping"][:8]))


def _counts(found: Check, lang: Lang) -> None:
    """One line: how many figures came out how."""
    _ = translator(lang)
    outcomes = found.outcomes
    total = sum(outcomes.values())
    if not total:
        console.print(_("The document is bound to no figures."))
        return
    said = {
        "same": _("{count} unchanged"),
        "digits": _("{count} unchanged as written"),
        "moved": _("{count} moved"),
        "status": _("{count} known then or now only"),
        "gone": _("{count} no longer in the mapping"),
        "several": _("{count} no longer one figure"),
        "fixed": _("{count} of a named mapping"),
        "withheld": _("{count} withheld in the document"),
    }
    told = [text.format(count=outcomes[key]) for key, text in said.items() if outcomes[key]]
    text = _("{figures} figures: {told}.")
    console.print(text.format(figures=total, told=", ".join(told)))
    if not found.moved and not any(table.seen for table in found.tables):
        console.print(f"[bold]{_('Nothing that is written has moved.')}[/]")
        return
    reads = sum(s.reads for s in found.moved)
    text = _(
        "{count} of {all} bound sentences would read otherwise; {rest} more rest on what moved."
    )
    console.print(text.format(count=reads, all=len(found.sentences), rest=len(found.moved) - reads))


def _sentence(place: int, sentence: Sentence, lang: Lang, everything: bool) -> None:
    _ = translator(lang)
    console.print(f"\n{place}. {escape(sentence.text)}")
    if sentence.place == "edited":
        text = _("Edited by hand; the file now says: {text}")
        console.print("   " + escape(text.format(text=sentence.found)))
    elif sentence.place == "taken_out":
        console.print("   " + _("No longer in the file."))
    if sentence.lost:
        console.print("   → " + _("The mapping has nothing to write here now."))
    elif sentence.now:
        console.print("   → " + escape(sentence.now))
    listed = [f for f in sentence.figures if f.seen or (everything and f.outcome == "digits")]
    for figure in _once(listed):
        console.print("   • " + escape(_change(figure, lang)))
        for line in _behind(figure, lang):
            console.print("     " + escape(line))
    why = list(dict.fromkeys(cause for figure in listed for cause in figure.why))
    if any(figure.seen for figure in listed):
        console.print("   " + escape(_why(why, lang)))


def _once(figures: Sequence[Moved]) -> list[Moved]:
    """Figures to list: each once, without the sentence that the mapping saved, which stands above."""
    found = {(f.figure, f.then): f for f in figures if len(f.then) <= TITLE}
    return list(found.values())


def _change(figure: Moved, lang: Lang) -> str:
    """A figure then and now, with the difference in its own unit."""
    _ = translator(lang)
    name = _column(figure, lang)
    if figure.outcome == "gone":
        text = _("{name}: {then} → no longer in the mapping")
        said = text.format(name=name, then=figure.then)
        if figure.elsewhere:
            said += "; " + _("the good is seen through {code} now").format(code=figure.elsewhere)
        return said
    if figure.outcome == "several":
        return _("{name}: {then} → several figures now").format(name=name, then=figure.then)
    by = difference(figure, lang)
    return f"{name}: {figure.then} → {figure.now}" + (f" ({by})" if by else "")


def difference(figure: Moved, lang: Lang) -> str:
    """By how much a figure moved: percentage points, per cent, or its own unit."""
    _ = translator(lang)
    if figure.difference is None:
        return ""
    size, sign = abs(figure.difference), "+" if figure.difference > 0 else "−"
    if figure.measure == "units":
        whole = float(size).is_integer()
        return sign + _least(size, lang, 0 if whole else 2)
    text = _("{size} percentage points") if figure.measure == "points" else _("{size} per cent")
    return text.format(size=sign + _least(size, lang, 1))


def _least(size: float, lang: Lang, decimals: int) -> str:
    """A size that is not nothing is never written as nothing."""
    least = 10.0**-decimals
    if 0 < size < least / 2:
        return f"<{number(least, lang, decimals)}"
    return number(size, lang, decimals)


def _column(figure: Moved, lang: Lang) -> str:
    """What a figure is: the name of its column, or of the rows that are counted."""
    binding = parse(figure.figure)
    if binding.column == COUNT:
        of = [
            words.word(describe(binding.table, name).vocabulary, value, lang)
            for name, value in binding.where
            if name != "home"
        ]
        named = describe(binding.table, "").name(lang)
        text = translator(lang)("Number of: {things}")
        return text.format(things=", ".join([named, *of]))
    column = binding.column.removesuffix("_nb").removesuffix("_en")
    return describe(binding.table, column).name(lang)


def _behind(figure: Moved, lang: Lang) -> list[str]:
    """Parts of a score's change, and the amounts behind a share."""
    _ = translator(lang)
    lines = []
    if figure.parts:
        told = (
            f"{cause_name(cause, lang)} {'+' if part > 0 else '−'}{_least(abs(part), lang, 2)}"
            for cause, part in figure.parts.items()
        )
        lines.append(_("Parts by cause: {parts}").format(parts=", ".join(told)))
    held = figure.inputs
    if held is not None:
        voice = Voice(lang)
        text = _("{partner}: {then} of {all_then} then, {now} of {all_now} now (million {unit})")
        ends = [voice.millions(value) for value in (*held.then, *held.now)]
        lines.append(
            text.format(
                partner=countries.name(held.partner, lang),
                then=ends[0],
                all_then=ends[1],
                now=ends[2],
                all_now=ends[3],
                unit=held.unit,
            )
        )
    return lines


def _why(causes: Sequence[Cause], lang: Lang) -> str:
    """What differs between the mappings, of that which can touch the figures."""
    _ = translator(lang)
    if not causes:
        return _("Why: nothing that the document keeps of its mapping differs; look into the code.")
    return _("Why: {causes}").format(causes="; ".join(_cause(cause, lang) for cause in causes))


def _cause(cause: Cause, lang: Lang) -> str:
    _ = translator(lang)
    voice = Voice(lang)
    if cause.kind == "period":
        return _("new period, {then} → {now}").format(then=cause.then, now=cause.now)
    if cause.kind == "code":
        return _("code, version {then} → {now}").format(then=cause.then, now=cause.now)
    if cause.kind == "data":
        ends = [words.vintage(str(end or "–"), lang) for end in (cause.then, cause.now)]
        text = _("new vintage of {source}, {then} → {now}")
        source = words.source_title(cause.name, voice)
        return text.format(source=source, then=ends[0], now=ends[1])
    if cause.kind == "parameter":
        text = _("parameter: {name}, {then} → {now}")
        name = words.parameter(cause.name, lang)
        ends = [words.setting(cause.name, _value(end), voice) for end in (cause.then, cause.now)]
        return text.format(name=name, then=ends[0], now=ends[1])
    return _("reference table {name}").format(name=cause.name)


def _value(kept: object) -> object:
    """A parameter's value from the text that a record keeps of it."""
    known: dict[str, object] = {"None": None, "True": True, "False": False}
    text = str(kept)
    if text in known:
        return known[text]
    try:
        return float(text)
    except ValueError:
        return text


def _edited(found: Check, lang: Lang) -> None:
    """Sentences that somebody has rewritten or taken out."""
    _ = translator(lang)
    still = [s for s in found.edited if not s.seen]
    if still:
        console.print(f"\n[bold]{_('Edited by hand, figures unchanged')}[/]")
    for sentence in still:
        console.print(f"• {escape(sentence.text)}")
        gone = sentence.place == "taken_out"
        said = _("No longer in the file.") if gone else escape(sentence.found)
        console.print(f"  → {said}")


def _tables(found: Check, lang: Lang, everything: bool) -> None:
    """How many cells of each table moved, and which."""
    _ = translator(lang)
    tables = [t for t in found.tables if t.seen]
    if not tables:
        return
    console.print(f"\n[bold]{_('Tables and charts with cells that moved')}[/]")
    for table in tables:
        text = _("{title}: {moved} of {cells}")
        said = text.format(title=table.title, moved=len(table.seen), cells=len(table.cells))
        console.print("• " + escape(said))
        for cell in table.seen if everything else ():
            by = difference(cell.figure, lang)
            now = cell.figure.now or _("no longer in the mapping")
            line = f"{cell.row}, {cell.column}: {cell.figure.then} → {now}"
            console.print("    " + escape(line + (f" ({by})" if by else "")))
    if not everything:
        console.print("  " + _("--all lists the cells."))
