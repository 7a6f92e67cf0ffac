"""What the report cannot tell: goods without data, the largest known flows among them first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from verdikart.reports import words
from verdikart.reports.content.whole_short import unknown as said
from verdikart.reports.document.draft import Draft
from verdikart.reports.document.model import Cell, Column, Paragraph, Section

Row = dict[str, Any]
SHOWN: Final = 10


def unknown(draft: Draft) -> Iterator[Section]:
    """How much lacks data, and the headings with the largest known imports."""
    title = draft.say("What is not known")
    rows = [r for r in draft.saved.rows("gaps") if r["heading_imports_usd"]]
    rows.sort(key=lambda r: (-r["heading_imports_usd"], r["subject"]))
    heads = (
        Column("good", draft.say("Good"), width=2.0),
        draft.head("gaps", "reason", width=2.5),
        draft.head("gaps", "would_fill", title=draft.say("Source that would fill it"), width=1.5),
        draft.head("gaps", "heading_imports_usd"),
    )
    body = [
        (
            Cell(draft.voice.name(r), r["product"], small=str(r["heading"])),
            draft.named(r, "reason"),
            Cell(words.source_title(r["would_fill"], draft.voice), r["would_fill"]),
            draft.cell(r, "heading_imports_usd"),
        )
        for r in rows[:SHOWN]
    ]
    table = draft.table(
        "gaps", draft.say("Goods without data, the largest known flows"), heads, body
    )
    yield Section("unknown", title, (Paragraph((said(draft),)), table))
