"""The legend of a chain's drawing on a slide: its entries, and how they stand in rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from verdikart.chains.drawing import Drawing
from verdikart.chains.text_fit import width as wide
from verdikart.reference.entities import Stage
from verdikart.reference.load import by_key
from verdikart.reports.formats.slides_chain_plan import View
from verdikart.reports.voice import Voice

LEGEND: Final = 9.0  # size of its text
ROW, SAMPLE, BETWEEN = 14.0, 24.0, 14.0  # of the legend: a row, what is drawn, between entries


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the legend: what is drawn, and what it means."""

    kind: str
    text: str


def legend(drawing: Drawing, view: View, voice: Voice) -> list[Entry]:
    """What a slide's drawing shows, and no more."""
    labels = [box.label for box in view.boxes]
    kinds = {wire.kind for wire in view.wires}
    badges = any(key.startswith("or:") for key in view.spots)
    shown = {
        "choice": badges,
        "plants": view.form != "names" and any(label.plants for label in labels),
        "planned": view.form != "names" and any(label.planned for label in labels),
        "ghost": any(label.ghost for label in labels),
        "bottleneck": any(label.bottleneck for label in labels),
    }
    found = [
        Entry(sample.kind, sample.text.text)
        for sample in drawing.legend
        if shown.get(sample.kind, sample.kind in kinds)
    ]
    if view.form != "full":
        stages = dict.fromkeys(label.stage for label in labels)
        found += [
            Entry(f"stage:{stage}", by_key(Stage)[stage].name(voice.lang)) for stage in stages
        ]
    if view.form == "names":
        said = {
            "risk": voice.say("vulnerable"),
            "ally": voice.say("concentrated, allied"),
            "plain": voice.say("sound, or not needed"),
            "doubt": voice.say("open, or no verdict"),
        }
        tones = {label.tone for label in labels}
        found += [Entry(f"tone:{tone}", text) for tone, text in said.items() if tone in tones]
    if view.before or view.after:
        found.append(Entry("chip", voice.say("links to steps on the other slides")))
    return found


def legend_rows(entries: list[Entry], width: float) -> list[list[tuple[Entry, float]]]:
    """Entries in rows, each with where it begins."""
    rows: list[list[tuple[Entry, float]]] = [[]]
    x = 0.0
    for entry in entries:
        needed = SAMPLE + wide(entry.text, LEGEND) * 1.08 + BETWEEN
        if x + needed > width and rows[-1]:
            rows.append([])
            x = 0.0
        rows[-1].append((entry, x))
        x += needed
    return rows if entries else []


def legend_height(rows: int) -> float:
    """Height of the legend with the space above it."""
    return rows * ROW + 8 if rows else 0.0
