"""Text of slides: paragraphs, how high they stand, where they are cut, and their DrawingML.

Sizes are in points. Nothing is ever set smaller to fit: what does not fit goes on the next slide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from xml.sax.saxutils import escape, quoteattr

from verdikart.chains.text_fit import SLACK, wrap
from verdikart.chains.text_fit import width as wide
from verdikart.reports.document.model import Points, Statement
from verdikart.reports.voice import Voice

A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
P: Final = "http://schemas.openxmlformats.org/presentationml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NS: Final = f'xmlns:a="{A}" xmlns:p="{P}" xmlns:r="{R}"'

BODY, HEAD, TAIL, CELL, MARK = 16.0, 16.0, 12.0, 12.0, 10.0  # MARK: notes and footer
LEADING: Final = 1.22  # a line's height in its size, for Arial and its like
INDENT, STEP = 18.0, 14.0
LOCALES: Final = {"nb": "nb-NO", "en": "en-GB"}
Role = Literal["plain", "point", "number", "action", "head"]
HARD: Final = {0xA0: ":", 0x202F: ":"}  # as wide as a hard space, and no place to break
BULLETS: Final = {"point": "•", "action": "→"}


def lines(text: str, room: float, size: float, *, bold: bool = False) -> int:
    """How many lines a text takes, at least one; it is not broken at hard spaces."""
    return max(1, len(wrap(text.translate(HARD), max(room, size), size, bold=bold)))


def _mixed(runs: Sequence[Run], room: float) -> int:
    """How many lines runs of several sizes take."""
    count, used, word = 1, 0.0, 0.0
    for run in runs:
        size = run.size * (0.66 if run.raised else 1.0)
        for piece in run.text.translate(HARD).replace(" ", " \n").split("\n"):
            word += wide(piece, size, bold=run.bold) * SLACK
            if piece.endswith(" "):
                count, used = (count + 1, word) if used + word > room else (count, used + word)
                word = 0.0
    return count + (used + word > room)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text; ``raised`` for the marks of notes, ``quiet`` in a softer ink."""

    text: str
    size: float = BODY
    bold: bool = False
    quiet: bool = False
    raised: bool = False


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph; ``number`` of a numbered one; ``level`` 1 stands further in."""

    runs: tuple[Run, ...]
    role: Role = "plain"
    before: float = 8.0
    number: int = 0
    level: int = 0

    @property
    def text(self) -> str:
        """The paragraph as one text."""
        return "".join(run.text for run in self.runs)

    @property
    def indent(self) -> float:
        """How far in its lines begin."""
        hanging = INDENT if self.role in ("point", "number", "action") else 0.0
        return hanging + STEP * self.level

    def height(self, width: float, wider: float = 1.0) -> float:
        """Height with the space before it. ``wider``: of the font against Arial."""
        size = max(run.size for run in self.runs)
        room = (width - self.indent) / wider
        same = len({(run.size, run.bold) for run in self.runs if not run.raised}) == 1
        one = self.runs[0].bold
        count = lines(self.text, room, size, bold=one) if same else _mixed(self.runs, room)
        return self.before + LEADING * size * count


@dataclass(frozen=True, slots=True)
class Unit:
    """Paragraphs that stay on one slide, and the numbers of their notes."""

    paras: tuple[Para, ...]
    notes: tuple[int, ...] = ()
    usual: str = ""  # who stands behind its unmarked statements
    adviser: str = ""  # who stands behind its recommendations, where they do not say so

    def height(self, width: float, wider: float = 1.0) -> float:
        """Height of all its paragraphs."""
        return sum(para.height(width, wider) for para in self.paras)

    @property
    def heads(self) -> bool:
        """Whether it is a heading, which never stands last."""
        return all(para.role == "head" for para in self.paras)


def heading(text: str) -> Unit:
    """A heading inside a slide."""
    return Unit((Para((Run(text, HEAD, bold=True),), "head", 12.0),))


def plain(text: str) -> Unit:
    """A sentence of no statement."""
    return Unit((Para((Run(text),)),))


def stated(
    statements: Iterable[Statement], voice: Voice, adviser: str, points: Points | None = None
) -> list[Unit]:
    """Statements as points; what a finding calls for stays with it, as an arrow further in.

    ``adviser``: who stands behind recommendations; only another is named with each.
    """
    found: list[Unit] = []
    number = 0
    for statement in statements:
        action = statement.kind == "recommendation"
        number += not action
        role: Role = "action" if action else "number" if points and points.ordered else "point"
        if points is None and not action:
            role = "plain"
        inside = action and bool(found)
        para = Para(
            tuple(_runs(statement, voice, adviser)),
            role,
            3.0 if inside else 8.0,
            number,
            int(inside),
        )
        usual = statement.owner if statement.kind == "computed" else ""
        advised = adviser if action and statement.owner == adviser else ""
        if inside:
            last = found[-1]
            notes = tuple(dict.fromkeys((*last.notes, *statement.notes)))
            found[-1] = Unit((*last.paras, para), notes, last.usual, last.adviser or advised)
        else:
            found.append(Unit((para,), statement.notes, usual, advised))
    return found


def _runs(statement: Statement, voice: Voice, adviser: str) -> Iterable[Run]:
    action = statement.kind == "recommendation"
    if action:
        yield Run(voice.say("Recommendation") + ": ", bold=True)
    yield Run(statement.text, bold=action)
    if statement.notes:
        yield Run(marks(statement.notes), raised=True)
    if action and statement.owner != adviser:
        yield Run(f" – {statement.owner}", TAIL, quiet=True)
    elif statement.kind == "expert":
        said = voice.say("expert judgement: {owner}", owner=statement.owner)
        yield Run(f" – {said}", TAIL, quiet=True)


def marks(notes: Sequence[int]) -> str:
    """The marks of notes as they stand behind a sentence."""
    return "\u00a0" + ",\u00a0".join(map(str, notes))


def cut(unit: Unit, width: float, room: float, wider: float = 1.0) -> list[Unit]:
    """A unit in pieces that fit: by paragraphs, and a paragraph that is too high by its words."""
    if unit.height(width, wider) <= room:
        return [unit]
    pieces: list[Unit] = []
    for para in unit.paras:
        for part in _parts(para, width, room, wider):
            held = replace(unit, paras=(*pieces[-1].paras, part)) if pieces else None
            if held is not None and held.height(width, wider) <= room:
                pieces[-1] = held
            else:
                pieces.append(replace(unit, paras=(part,)))
    return pieces


def _parts(para: Para, width: float, room: float, wider: float) -> list[Para]:
    """A paragraph in parts that fit, each with the runs that its words come from."""
    found: list[Para] = []
    words = [
        replace(run, text=word)
        for run in para.runs
        for word in run.text.replace(" ", " \n").split("\n")
    ]
    held: list[Run] = []
    for word in words:
        if held and replace(para, runs=(*held, word)).height(width, wider) > room:
            found.append(replace(para, runs=tuple(held)))
            held = []
        held.append(word)
    return [*found, replace(para, runs=tuple(held))] if held else found


def pages(units: Sequence[Unit], width: float, room: float, wider: float = 1.0) -> list[list[Unit]]:
    """Units on the fewest slides, about as much on each, in order."""
    whole = _filled(units, width, room, wider)
    if len(whole) < 2:
        return whole
    low, high = max(unit.height(width, wider) for unit in units), room
    while high - low > 8:
        middle = (low + high) / 2
        if len(_filled(units, width, middle, wider)) > len(whole):
            low = middle
        else:
            high = middle
    return _filled(units, width, high, wider)


def _filled(units: Iterable[Unit], width: float, room: float, wider: float) -> list[list[Unit]]:
    """A heading goes with what it heads, and is said again after a break."""
    found: list[list[Unit]] = [[]]
    head: Unit | None = None
    for whole in units:
        if whole.heads:
            head = whole
            found[-1].append(whole)
            continue
        above = head.height(width, wider) if head else 0.0
        for unit in cut(whole, width, room - above, wider):
            if _high([*found[-1], unit], width, wider) > room:
                carried: list[Unit] = []
                while found[-1] and found[-1][-1].heads:
                    carried.insert(0, found[-1].pop())
                found.append(carried or ([head] if head else []))
            found[-1].append(unit)
    return [page for page in found if page]


def _high(units: Iterable[Unit], width: float, wider: float) -> float:
    return sum(unit.height(width, wider) for unit in units)


def xml(para: Para, lang: str) -> str:
    """A paragraph as DrawingML, with every property that its measure rests on."""
    left, hanging = para.indent, INDENT if para.role in ("point", "number", "action") else 0.0
    place = f'marL="{round(left * 12700)}" indent="{round(-hanging * 12700)}" algn="l"'
    if para.role == "number":
        sign = f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod" startAt="{para.number}"/>'
    elif para.role in BULLETS:
        sign = f'<a:buFont typeface="Arial"/><a:buChar char="{BULLETS[para.role]}"/>'
    else:
        sign = "<a:buNone/>"
    spacing = (
        '<a:lnSpc><a:spcPct val="100000"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="{round(para.before * 100)}"/></a:spcBef>'
        '<a:spcAft><a:spcPts val="0"/></a:spcAft>'
    )
    runs = "".join(_run(run, lang, head=para.role == "head") for run in para.runs)
    return f"<a:p><a:pPr {place}>{spacing}{sign}</a:pPr>{runs}</a:p>"


def _run(run: Run, lang: str, *, head: bool) -> str:
    ink = "tx2" if head else "tx1"
    soft = '<a:lumMod val="75000"/><a:lumOff val="25000"/>' if run.quiet else ""
    raised = ' baseline="30000"' if run.raised else ""
    return (
        f'<a:r><a:rPr lang={quoteattr(LOCALES[lang])} sz="{round(run.size * 100)}" '
        f'b="{int(run.bold)}"{raised} dirty="0"><a:solidFill><a:schemeClr val="{ink}">{soft}'
        f"</a:schemeClr></a:solidFill></a:rPr><a:t>{escape(run.text)}</a:t></a:r>"
    )
