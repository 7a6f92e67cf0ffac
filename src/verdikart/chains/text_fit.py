"""Text measured and broken into lines without a font at hand.

Widths are those of Arial, which Helvetica and Liberation Sans share, in thousandths of the size.
Other sans-serif fonts differ by a few per cent, so texts are given that much room.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CLASSES = {
    191: "'′",
    222: "ijl’",
    260: "|",
    278: " !,./:;I[\\]ft·\u00a0\u00ad",
    333: "()-`r²³“”{}",
    355: '"',
    389: "*",
    500: "Jcksvxyz°₂₃^",
    556: "0123456789#$?L_abdeghnopquåéöüäñô–«»≥≤≈±µ",
    611: "FTZø+<=>~×−",
    667: "&ABEKPSVXYÅ",
    722: "CDHNRUw",
    778: "GOQØ",
    833: "Mm½",
    889: "%æ",
    1000: "WÆ—…→@",
}
WIDTHS = {char: width for width, chars in _CLASSES.items() for char in chars}
WIDEST = 1000
BOLD = 1.08
SLACK = 1.04  # room for a font that is a little wider
VOWELS = "aeiouyæøåéô"
LEAST_PART = 4  # letters that must stand on each side of a hyphen


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a line in the unit of ``size``."""
    thousandths = sum(WIDTHS.get(char, WIDEST) for char in text)
    return thousandths / 1000 * size * (BOLD if bold else 1.0)


@lru_cache(maxsize=8192)
def wrap(text: str, room: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """Break a text into lines of at most ``room``; long words are broken with a hyphen.

    Breaks at spaces and after hyphens, dashes and strokes. No word is ever left out.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if _fits((line + piece).rstrip(), room, size, bold):
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece
        while not _fits(line.rstrip(), room, size, bold):
            head, line = _break(line, room, size, bold)
            lines.append(head)
    if line.strip():
        lines.append(line.rstrip())
    return tuple(lines)


@lru_cache(maxsize=8192)
def balanced(text: str, room: float, size: float) -> tuple[str, ...]:
    """Wrap into as few lines as :func:`wrap`, none much shorter than the rest."""
    best = wrap(text, room, size)
    whole = [width(piece.rstrip(), size) * SLACK for piece in _pieces(text)]
    narrow = max(room / 2, *whole) if len(best) > 1 else room
    while narrow < room:
        lines = wrap(text, narrow, size)
        if len(lines) == len(best):
            return lines
        narrow += size / 2
    return best


def _fits(text: str, room: float, size: float, bold: bool) -> bool:
    return width(text, size, bold=bold) * SLACK <= room


def _pieces(text: str) -> list[str]:
    """Words with the space, hyphen or stroke that ends them; a stroke between digits ends none."""
    return re.findall(r"[^\s]+?(?:[-–](?=\w)|/(?=\D)|\s+|$)", text.strip())


def _break(word: str, room: float, size: float, bold: bool) -> tuple[str, str]:
    """Part of a word that fits, with a hyphen, and the rest; before a consonant where it can be."""
    most = next(
        n for n in range(len(word), 0, -1) if n == 1 or _fits(word[:n] + "-", room, size, bold)
    )
    most = min(most, max(1, len(word) - LEAST_PART))
    for cut in range(most, LEAST_PART - 1, -1):
        onset = word[cut].lower() not in VOWELS and word[cut + 1].lower() in VOWELS
        if onset and word[cut - 1].isalpha():
            return word[:cut] + "-", word[cut:]
    return word[:most] + "-", word[most:]
