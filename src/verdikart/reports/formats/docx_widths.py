"""Widths of a table's columns: by their shares, then as low as the table gets without broken words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from verdikart.chains.text_fit import SLACK, VOWELS, width
from verdikart.reports.document.model import Column, Table
from verdikart.reports.formats.docx_xml import SOFT, ZERO_WIDTH

SIZE: Final = 8.5  # points, as the style of table text has
SMALL: Final = 7.0  # of a second line
TWIPS: Final = 20  # a point
PADDING: Final = 200  # left and right in a cell, with a little over, in twentieths of a point
WHOLE: Final = 16  # letters up to which a value stays in one line
WORD: Final = 11  # and a word that stands for one
BREAKING: Final = 1.15  # of the room: how much more a table may ask for before its paper is turned
STEPS: Final = (900, 300, 100)  # how much width is moved at a time from one column to another
SAMPLE: Final = 120  # rows that are measured
LEAST: Final = 4  # letters on each side of a break in a word
LONG: Final = 11  # letters from which a word may be broken
# Second parts of long words, where a break reads best.
JOINTS: Final = re.compile(
    "(?<=.{4})(?=konsentrasjon|konsentrat|avhengighet|risiko|fordeling|andel|register|restriksjon|"
    "indeks|terskel|område|preferanse|kritisk|indikator|magnet|temperatur|legering|komponent|"
    "leverandør|produksjon|parameter|innsats|industri|gjenvinning|revisjon|tabell|isation|ability|"
    "fication)",
    re.IGNORECASE,
)


def heading(column: Column) -> str:
    """A column's heading with its unit."""
    return f"{column.title} ({column.unit})" if column.unit else column.title


def lies(table: Table, room: float) -> bool:
    """Whether a table is set on the paper's long side, since its words are too long for the short."""
    return sum(_least(table, _joined)) > BREAKING * room


def softener(table: Table, room: float) -> Callable[[str], str]:
    """What marks where long words of a table may be broken, so that it fits into the room."""
    return _joined if sum(_least(table, _joined)) <= room else _finely


def widths(table: Table, room: int, stretch: float = 1.0) -> list[int]:
    """Widths of the columns, all in twentieths of a point, ``room`` in sum.

    ``stretch``: how much wider the type may be than the type that texts are measured in.

    None is narrower than its longest word where that can be. The shares of the columns are where
    the search begins; width then moves to where it saves lines.
    """
    made = _fitted(table, room / stretch)
    parts = [int(part * room / made.sum()) for part in made]
    parts[0] += room - sum(parts)
    return parts


def _fitted(table: Table, room: float) -> npt.NDArray[np.float64]:
    """Widths whose sum has to be brought to the room yet."""
    least = np.array(_least(table, softener(table, room)))
    most = np.maximum(least, _most(table))
    if least.sum() >= room or most.sum() <= room:
        return least if least.sum() >= room else most
    shares = np.array([column.width for column in table.columns])
    low, high = 0.0, room / shares.min()
    for _ in range(40):  # the one measure at which the columns fill the room, found by halving
        measure = (low + high) / 2
        made = np.minimum(np.maximum(measure * shares, least), most)
        low, high = (measure, high) if made.sum() < room else (low, measure)
    return _lowered(table, made, least)


def _lowered(
    table: Table, start: npt.NDArray[np.float64], least: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Move width between columns as long as rows get lower by it."""
    texts = np.array(
        [[_extent(f"{c.text}") for c in row] for row in table.rows[:SAMPLE]], dtype=float
    )
    smalls = np.array([[_extent(c.small) for c in row] for row in table.rows[:SAMPLE]], dtype=float)

    def lines(place: int, wide: float) -> npt.NDArray[np.float64]:
        """Lines of a column's cells, words taken to fill nine tenths of a line."""
        inside = max(wide - PADDING, 1.0)
        text, small = texts[:, place], smalls[:, place] * SMALL / SIZE
        return np.where(text <= inside, 1, np.ceil(text / inside / 0.9)) + np.where(
            small == 0, 0, np.where(small <= inside, 1, np.ceil(small / inside / 0.9))
        )

    made = start.copy()
    held = np.stack([lines(n, wide) for n, wide in enumerate(made)], axis=1)
    for step in STEPS:
        while True:
            best, move = float(held.max(axis=1).sum()), None
            for giver in range(len(made)):
                if made[giver] - step < least[giver]:
                    continue
                less = lines(giver, made[giver] - step)
                for taker in range(len(made)):
                    if taker == giver:
                        continue
                    tried = held.copy()
                    tried[:, giver], tried[:, taker] = less, lines(taker, made[taker] + step)
                    height = float(tried.max(axis=1).sum())
                    if height < best:
                        best, move = height, (giver, taker, tried)
            if move is None:
                break
            giver, taker, held = move
            made[giver] -= step
            made[taker] += step
    return made


def _extent(text: str) -> float:
    return width(text, SIZE) * SLACK * TWIPS if text else 0.0


def _most(table: Table) -> list[float]:
    """What each column would use for its longest text in one line, its heading in two."""
    found = []
    for place, column in enumerate(table.columns):
        head = width(heading(column), SIZE, bold=True) * 0.6 * SLACK * TWIPS
        cells = [row[place] for row in table.rows]
        texts = max((_extent(cell.text) for cell in cells), default=0.0)
        smalls = max((_extent(cell.small) for cell in cells), default=0.0) * SMALL / SIZE
        found.append(max(head, texts, smalls) + PADDING)
    return found


def _least(table: Table, soften: Callable[[str], str]) -> list[float]:
    """What each column needs for its longest unbreakable part, in twentieths of a point."""
    found = []
    for place, column in enumerate(table.columns):
        head = _longest(heading(column), soften, SIZE, bold=True)
        cells = [row[place] for row in table.rows]
        texts = (_longest(text, soften, SIZE) for text in {cell.text for cell in cells})
        smalls = (_longest(text, soften, SMALL) for text in {cell.small for cell in cells})
        found.append(max(head, *texts, *smalls, 0.0) * TWIPS + PADDING)
    return found


def _longest(text: str, soften: Callable[[str], str], size: float, *, bold: bool = False) -> float:
    """The widest part of a text that is never broken, in points. Values are not broken at all."""
    if not bold and len(text) <= (WHOLE if any(c.isdigit() for c in text) else WORD):
        return width(text, size) * SLACK
    words = re.split(rf"[ \n{ZERO_WIDTH}]|(?<=[-–])(?=\w)", soften(text))
    parts = [part for word in words for part in word.split(SOFT)]
    return max(width(part, size, bold=bold) for part in parts) * SLACK


def _joined(text: str) -> str:
    """A text whose long words may be broken where two words meet."""
    slashed = re.sub(r"(?<=[^\W\d_]{4}/)(?=[^\W\d_]{4})", ZERO_WIDTH, text)
    return re.sub(rf"[^\W\d_]{{{LONG},}}", lambda found: JOINTS.sub(SOFT, found.group()), slashed)


def _finely(text: str) -> str:
    """A text whose long words may be broken where two words meet, or else before a syllable."""
    return re.sub(
        rf"[^\W\d_]{{{LONG + 1},}}", lambda found: _syllables(found.group()), _joined(text)
    )


def _syllables(word: str) -> str:
    cuts = [0]
    for cut in range(LEAST, len(word) - LEAST + 1):
        onset = word[cut].lower() not in VOWELS and word[cut + 1].lower() in VOWELS
        if onset and cut - cuts[-1] >= LEAST:
            cuts.append(cut)
    return SOFT.join(word[a:b] for a, b in zip(cuts, [*cuts[1:], None], strict=True))


__all__ = ["heading", "lies", "softener", "widths"]
