"""Search across everything that has a page: both languages, codes, and typing errors forgiven.

The words of all names form one vocabulary. A word of the query meets a word of it exactly, as
its beginning, inside it (Norwegian writes compounds as one word), or within a few mistypings; an
entry is a hit where every word of the query meets one of its words. A whole name that is, or
begins with, the query comes first; then words met from their beginning, then inside, then amiss.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from verdikart.core.errors import UsageProblem
from verdikart.mapping.saved import Saved
from verdikart.mapping.search_entries import KINDS, Entry, Pages, entries
from verdikart.reference.i18n import fold

LONGEST: Final = 100  # characters of a query that are read
MOST_WORDS: Final = 8
HELD: Final = 6  # indexes kept
EXACT, PREFIX, INSIDE = 1.0, 0.8, 0.6
CODE: Final = re.compile(
    r"(?:hs|cn|kn)?\s*(?:(?:hs|cn|kn)?\d{2,4}\s*:)?\s*(\d[\d.\s]*)", re.IGNORECASE
)
WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found. ``score`` orders hits; ``near``: met only through a mistyping."""

    entry: Entry
    score: float
    near: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits, best first, and what the query may have meant where nothing met it as it stands."""

    query: str
    hits: tuple[Hit, ...]
    total: int
    meant: str = ""

    def groups(self) -> dict[str, list[Hit]]:
        """Hits by kind, the kind with the best hit first."""
        found: dict[str, list[Hit]] = {}
        for hit in self.hits:
            found.setdefault(hit.entry.kind, []).append(hit)
        return found


@dataclass(frozen=True, slots=True)
class Index:
    """Entries, and for each word of their names the entries that have it."""

    entries: tuple[Entry, ...]
    whole: tuple[tuple[str, ...], ...]  # folded names of each entry
    words: tuple[str, ...]  # sorted
    shown: dict[str, str]  # folded word → as it was first written
    own: frozenset[str]  # words of the names as the index's language has them
    places: dict[str, tuple[int, ...]]
    codes: tuple[tuple[str, int], ...] = field(default=())  # sorted


def build(found: Sequence[Entry]) -> Index:
    """Make the index of some entries."""
    places: dict[str, dict[int, None]] = defaultdict(dict)
    shown: dict[str, str] = {}
    whole, codes = [], []
    for number, entry in enumerate(found):
        names = tuple(dict.fromkeys(" ".join(WORD.findall(fold(n))) for n in entry.names))
        whole.append(names)
        for text in entry.names:
            for word in WORD.findall(text.casefold()):
                folded = fold(word)
                places[folded][number] = None
                shown.setdefault(folded, word)
        codes += [(code, number) for code in entry.codes]
    return Index(
        tuple(found),
        tuple(whole),
        tuple(sorted(places)),
        shown,
        frozenset(word for entry in found for word in WORD.findall(fold(entry.name))),
        {word: tuple(numbers) for word, numbers in places.items()},
        tuple(sorted(codes)),
    )


_KEPT: OrderedDict[tuple[str, str, Pages], Index] = OrderedDict()
_LOCK = Lock()


def index(saved: Saved, lang: str, pages: Pages = Pages()) -> Index:  # noqa: B008 - it is frozen
    """The index of a mapping in a language; made once and kept."""
    key = (saved.name, lang, pages)
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    made = build(entries(saved, lang, pages))
    with _LOCK:
        _KEPT[key] = made
        while len(_KEPT) > HELD:
            _KEPT.popitem(last=False)
    return made


def search(known: Index, query: str, most: int = 60) -> Answer:
    """Find a query's hits, the best ``most`` of them.

    Raises :class:`UsageProblem` where the package that forgives typing errors is not installed.
    """
    text = query.strip()[:LONGEST]
    code = CODE.fullmatch(text)
    digits = re.sub(r"\D", "", code.group(1)) if code else ""
    scored = _by_code(known, digits) if len(digits) > 1 else {}
    asked = WORD.findall(fold(text))[:MOST_WORDS]
    met = [_met(known, word) for word in asked]
    if asked:
        for number, (score, near) in _all_words(known, met, " ".join(asked)).items():
            if number not in scored or score > scored[number][0]:
                scored[number] = (score, near)
    order = sorted(scored, key=lambda n: (-scored[n][0], *_tie(known.entries[n])))
    hits = tuple(Hit(known.entries[n], *scored[n]) for n in order[:most])
    sure = any(not hit.near for hit in hits)
    return Answer(text, hits, len(order), "" if sure else _meant(known, asked, met))


def _tie(entry: Entry) -> tuple[int, int, str]:
    """Kinds in their own order, then the shorter name."""
    return KINDS.index(entry.kind), len(entry.name), entry.name


def _by_code(known: Index, digits: str) -> dict[int, tuple[float, bool]]:
    """Codes that are, or begin with, some digits; also the six digits of a longer code."""
    found: dict[int, tuple[float, bool]] = {}
    for wanted, score in ((digits, 3.0), (digits[:6], 2.5)):
        start = bisect_left(known.codes, (wanted, 0))
        for code, number in known.codes[start:]:
            if not code.startswith(wanted):
                break
            found.setdefault(number, (score + (code == wanted), False))
    return found


Met = dict[str, tuple[float, bool]]


def _met(known: Index, word: str) -> Met:
    """Words of the vocabulary that a word of the query meets, how well, and whether amiss."""
    found: Met = {}
    start = bisect_left(known.words, word)
    for other in known.words[start:]:
        if not other.startswith(word):
            break
        found[other] = (EXACT if other == word else PREFIX, False)
    if len(word) > 3:
        for other in known.words:
            if word in other and other not in found:
                found[other] = (INSIDE, False)
    for other, distance in _near(known, word, bool(found)):
        found.setdefault(other, (max(0.2, 0.5 - 0.1 * distance), True))
    return found


def _near(known: Index, word: str, strict: bool) -> list[tuple[str, int]]:
    """Words within a few mistypings, one more where nothing meets the word as it stands."""
    if len(word) < 4 or word.isdigit():
        return []
    try:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract
    except ImportError as error:
        raise UsageProblem(
            "searching needs the package rapidfuzz; install it with: pip install 'verdikart[web]'"
        ) from error
    allowed = (1 if len(word) < 9 else 2) + (0 if strict or len(word) < 6 else 1)
    found: dict[str, int] = {}
    # Where nothing meets the word, its end may not have been typed yet.
    for length in (None,) if strict else (None, len(word)):
        choices = {other: other[:length] for other in known.words}
        alike = extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=12)
        for _, distance, other in alike:
            found.setdefault(other, int(distance))
    return list(found.items())


def _all_words(known: Index, met: Sequence[Met], asked: str) -> dict[int, tuple[float, bool]]:
    """Entries that every word of the query meets, with the mean of how well; whole names first."""
    total: dict[int, list[tuple[float, bool]]] | None = None
    for words in met:
        best: dict[int, tuple[float, bool]] = {}
        for word, quality in words.items():
            for number in known.places[word]:
                if number not in best or quality[0] > best[number][0]:
                    best[number] = quality
        if total is None:
            total = {number: [quality] for number, quality in best.items()}
        else:
            total = {n: [*kept, best[n]] for n, kept in total.items() if n in best}
    found = {}
    for number, qualities in (total or {}).items():
        score = sum(q for q, _ in qualities) / len(qualities)
        near = any(amiss for _, amiss in qualities)
        names = known.whole[number]
        if asked in names:
            score += 2
        elif any(name.startswith(asked) for name in names):
            score += 1
        found[number] = (score, near)
    return found


def _meant(known: Index, asked: Sequence[str], met: Sequence[Met]) -> str:
    """The query with each mistyped word as it may have been meant; empty where none is near."""
    words = []
    for near in met:
        if not near:
            return ""
        best = max(near, key=lambda w: (near[w][0], w in known.own, len(known.places[w]), w))
        words.append(known.shown[best])
    text = " ".join(words)
    return text if fold(text) != " ".join(asked) else ""


__all__ = ["Answer", "Hit", "Index", "Pages", "build", "fold", "index", "search"]
