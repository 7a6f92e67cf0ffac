"""Which columns of a dataset stand on its sheet, in which order, and what their cells say.

What is a number stays one. Whatever has a name stands by that name, in the document's language, so that
a reader can filter on it; the sheet of codes leads back to the ids of the data package. Left out is
what says nothing here: the other language, a status that is ``ok`` in every row, empty bounds, a name
that stands beside already. A formula that is the same in every row stands among the definitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from verdikart.reference.columns import LANGUAGES
from verdikart.reports import values, words
from verdikart.reports.document.datasets import Dataset, Field
from verdikart.reports.formats.workbook_looks import Looks, code
from verdikart.reports.formats.workbook_rows import RowSheet, serial, value_of
from verdikart.reports.voice import Voice

QUALIFIERS: Final = ("status", "low", "high", "unit", "reason", "formula", "detail")
SPOKEN: Final = frozenset(
    ["word", "reason", "country", "home", "material", "product", "stage", "sector", "chain"]
)
WIDEST: Final = 46
LONG: Final = 150  # characters of a text that is sentences
NUMBER_WIDTH: Final = 11
NARROW: Final = ("share", "index", "score", "year", "rank")
SAMPLE: Final = 300  # rows that a column's width is taken from
Codes = dict[tuple[str, str, str], tuple[str, str]]  # vocabulary and code → heading and word


@dataclass
class Shown:
    """A column as it stands on a sheet. ``constant``: what every row would say, if it is left out."""

    own: Field
    heading: str
    raws: Sequence[Any]
    units: Sequence[str] = ()
    constant: str = ""
    texts: list[str] = field(default_factory=list)

    @cached_property
    def number(self) -> bool:
        """Whether its cells are numbers."""
        held = [raw for raw in self.raws if raw is not None]
        return bool(held) and all(
            isinstance(raw, (int, float)) and not isinstance(raw, bool) for raw in held
        )

    @cached_property
    def width(self) -> float:
        """Characters wide: for its longest word, and for most of its texts."""
        longest = max(map(len, self.heading.replace("-", "- ").split()), default=8)
        least = 4 + 1.15 * longest  # bold, with room for the filter's arrow
        if self.number and self.own.kind not in NARROW:
            largest = max(abs(raw) for raw in self.raws if raw is not None)
            return max(least, NUMBER_WIDTH, len(f"{largest:,.0f}") + 3)
        if self.number:
            return max(least, NUMBER_WIDTH)
        lengths = sorted(len(text) for text in self.texts[:SAMPLE])
        usual = lengths[len(lengths) * 9 // 10] if lengths else 0
        widest = WIDEST if usual < LONG else 2 * WIDEST
        return min(widest, max(least, usual + 2, NUMBER_WIDTH))

    def ends(self, sheet: RowSheet, looks: Looks, voice: Voice) -> list[str]:
        """Its cells for :meth:`RowSheet.fill`."""
        if self.number and self.units:
            return self._amounts(sheet, looks, voice)
        if self.number:
            form = looks.number(code(self.own.kind, "", voice.lang))
            return sheet.numbers(self.raws, form)
        ends = sheet.texts(self.texts, looks.text, looks.quoted)
        if self.own.kind == "date":
            days = [serial(str(raw)) for raw in self.raws]
            for place, end in enumerate(sheet.numbers(days, looks.day)):
                ends[place] = end or ends[place]
        return ends

    def _amounts(self, sheet: RowSheet, looks: Looks, voice: Voice) -> list[str]:
        """Numbers, each formatted by the unit that its row has."""
        forms = {unit: code(self.own.kind, unit, voice.lang) for unit in dict.fromkeys(self.units)}
        ends = [""] * len(self.raws)
        for chosen in dict.fromkeys(forms.values()):
            kept = [
                raw if forms[unit] == chosen else None
                for raw, unit in zip(self.raws, self.units, strict=True)
            ]
            for place, end in enumerate(sheet.numbers(kept, looks.number(chosen))):
                ends[place] = end or ends[place]
        return ends


def shown(dataset: Dataset, voice: Voice, codes: Codes) -> tuple[list[Shown], list[Shown]]:
    """The columns of a dataset's sheet, and those left out that are the same in every row.

    ``codes`` is filled with the words that stand for codes.
    """
    raws = dict(zip((f.key for f in dataset.fields), _columns(dataset), strict=True))
    fields = {f.key: f for f in dataset.fields}
    kept: list[Shown] = []
    constant: list[Shown] = []
    for own in _ordered(dataset.fields, voice):
        held = raws[own.key]
        if own.part in QUALIFIERS and not any(map(value_of, held)):
            continue
        if own.part == "status" and all(raw in (None, "ok") for raw in held):
            continue
        column = Shown(own, _heading(own, voice), held)
        if own.part == "text":
            _remember(codes, fields[own.of].kind, column.heading, raws[own.of], held)
        if own.kind == "formula" or own.part == "formula":
            said = {str(raw) for raw in held if value_of(raw)}
            if len(said) == 1:
                constant.append(replace(column, constant=said.pop()))
                continue
        if column.number:
            column.units = _units(own, raws, len(held))
        else:
            column.texts = _texts(column, voice, codes)
        kept.append(column)
    kept = list(_once(kept))
    _tell_apart(kept)
    return kept, constant


def _columns(dataset: Dataset) -> list[tuple[Any, ...]]:
    return list(zip(*dataset.rows, strict=True)) or [()] * len(dataset.fields)


def _ordered(fields: Sequence[Field], voice: Voice) -> Iterator[Field]:
    """The row's name first, then each column with what qualifies it; one language, no twin ids."""
    named = {f.of for f in fields if f.part == "text"}
    other = tuple(lang for lang in LANGUAGES if lang != voice.lang)
    own = [
        f for f in fields if f.part not in other and f.part not in QUALIFIERS and f.key not in named
    ]
    own.sort(key=lambda f: f.key != f"name_{voice.lang}")
    held = {(f.of, f.part): f for f in fields}
    placed: set[str] = set()
    for f in own:
        stem = f.of if f.part == "text" else f.key
        yield f
        for part in QUALIFIERS:
            if (stem, part) in held:
                placed.add(held[stem, part].key)
                yield held[stem, part]
    # A qualifier of a text in two languages has no column of its own to follow.
    yield from (f for f in fields if f.part in QUALIFIERS and f.key not in placed)


def _heading(own: Field, voice: Voice) -> str:
    """The heading with the unit; a share is written in per cent, so that its unit says itself."""
    title = own.about.name(voice.lang) if own.about and own.part in LANGUAGES else own.title
    if not own.unit or own.kind == "share" or own.unit.casefold() in title.casefold().split():
        return title
    return f"{title} ({own.unit})"


def _units(own: Field, raws: dict[str, tuple[Any, ...]], count: int) -> Sequence[str]:
    """The unit of each row of an amount; nothing for what is no amount."""
    if own.kind not in values.WITH_UNIT:
        return ()
    column = own.about.unit_column if own.about else f"{own.of or own.key}_unit"
    return ["" if unit is None else str(unit) for unit in raws.get(column, (None,) * count)]


def _texts(column: Shown, voice: Voice, codes: Codes) -> list[str]:
    """The column's cells as texts, each different one worked out once."""
    say = _speaker(column, voice, codes)
    raws = column.raws
    kinds = {type(raw) for raw in raws}
    if dict in kinds:
        raws = [None if raw is None else _plain(raw) for raw in raws]
    elif list in kinds:
        raws = [tuple(raw) if isinstance(raw, list) else raw for raw in raws]
    known = {raw: "" if raw is None else say(raw) for raw in dict.fromkeys(raws)}
    return [known[raw] for raw in raws]


def _speaker(column: Shown, voice: Voice, codes: Codes) -> Callable[[Any], str]:
    """How a column's values are said."""
    own, about = column.own, column.own.about
    if own.part in ("status", "unit", "reason"):
        said = {
            "status": lambda raw: words.word("status", raw, voice.lang),
            "unit": lambda raw: words.word("unit", raw, voice.lang),
            "reason": lambda raw: values.gap_text(raw, voice.lang),
        }[own.part]
        return _noted(said, codes, own.part, column.heading)
    if own.kind == "flag":
        return _noted(lambda raw: voice.say("yes" if raw else "no"), codes, "flag", column.heading)
    if about is None or own.part in (*LANGUAGES, *QUALIFIERS):
        return _plain
    kind = about.items or about.kind
    if about.kind == "unit":
        return _noted(
            lambda raw: words.word("unit", raw, voice.lang), codes, "unit", column.heading
        )
    if kind == "date":
        return lambda raw: voice.day(raw) if str(raw)[:1].isdigit() else str(raw)
    one = replace(about, kind=kind, items="")
    if kind in SPOKEN:
        vocabulary = about.vocabulary or kind
        part = _noted(
            lambda raw: values.written(raw, one, {}, voice), codes, vocabulary, column.heading
        )
    elif kind in values.NUMBERS:
        part = lambda raw: values.written(raw, one, {}, voice)  # noqa: E731 - as the others
    else:
        part = _plain
    return lambda raw: "; ".join(map(part, raw)) if isinstance(raw, tuple) else part(raw)


def _plain(raw: Any) -> str:  # noqa: ANN401 - any cell
    if isinstance(raw, (list, tuple)):
        return "; ".join(map(str, raw))
    if isinstance(raw, dict):
        return "; ".join(f"{name}={value}" for name, value in raw.items() if value_of(value))
    return str(raw)


def _noted(
    say: Callable[[Any], str], codes: Codes, vocabulary: str, heading: str
) -> Callable[[Any], str]:
    """The same, with each word kept beside its code."""

    def said(raw: Any) -> str:  # noqa: ANN401 - any cell
        text = say(raw)
        if text != raw:
            code_of = str(raw).lower() if isinstance(raw, bool) else str(raw)
            codes.setdefault((vocabulary, code_of, ""), (heading, text))
        return text

    return said


def _remember(
    codes: Codes, kind: str, heading: str, raws: Sequence[Any], texts: Sequence[Any]
) -> None:
    """Keep the words of a document's column, whose cells are written already."""
    for raw, text in zip(raws, texts, strict=True):
        if isinstance(raw, str) and text and text != raw:
            codes.setdefault((kind, raw, text), (heading, text))


def _once(columns: Sequence[Shown]) -> Iterator[Shown]:
    """Without the texts in one language that a column of names beside them says in every row."""
    spoken = [c.texts for c in columns if not c.own.part and c.texts]
    for column in columns:
        if column.own.part in LANGUAGES and any(column.texts == other for other in spoken):
            continue
        yield column


def _tell_apart(columns: Sequence[Shown]) -> None:
    """No two headings of a sheet are the same."""
    met: set[str] = set()
    for column in columns:
        if column.heading.casefold() in met:
            column.heading = f"{column.heading} [{column.own.key}]"
        met.add(column.heading.casefold())


__all__ = ["Codes", "Shown", "shown"]
