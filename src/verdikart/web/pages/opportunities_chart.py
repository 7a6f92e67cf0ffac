"""The intervals of opportunities as charts: ranks from best to worst, scores from lowest to highest."""

from __future__ import annotations

from verdikart.mapping.reweigh import Weighed
from verdikart.reports.charts import Palette
from verdikart.reports.view import Key
from verdikart.reports.voice import short
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Chart, Column, Point, Table


def state(asked: dict[str, float]) -> dict[str, str]:
    """Weights as they stand in an address."""
    return {f"w_{n}": f"{value:g}" for n, value in asked.items()}


def page_of(ask: Ask, w: Weighed, asked: dict[str, float]) -> str:
    """The address of an opportunity at the same weights."""
    return ask.url(f"opportunities/{w.row['chain_id']}/{w.row['product_id']}", **state(asked))


def chart(
    ask: Ask, top: list[Weighed], asked: dict[str, float], count: int, summary: str, by_rank: bool
) -> Chart:
    """Intervals of some opportunities, of rank or of score; ``count`` is how many are ranked."""
    from verdikart.reports.charts_opportunity import interval_specification

    say, voice = ask.say, ask.voice
    rows, points, body = [], [], []
    for w in top:
        about = voice.name(w.row)
        low, middle, high = (
            (w.best, w.place, w.worst) if by_rank else (w.score.low, w.score.middle, w.score.high)
        )
        written = [voice.number(v, 0 if by_rank else 2) for v in (low, middle, high)]
        text = (
            say(
                "{name}: number {place}, could be {low} to {high}",
                name=about,
                place=written[1],
                low=written[0],
                high=written[2],
            )
            if by_rank
            else say(
                "{name}: score {middle}, from {low} to {high}",
                name=about,
                middle=written[1],
                low=written[0],
                high=written[2],
            )
        )
        label = f"{w.place}. {short(about)}"
        rows.append(
            {"key": f"{w.place:06}", "label": label, "start": low, "end": high}
            | {"middle": middle, "text": text}
        )
        points.append(Point(text, page_of(ask, w, asked)))
        named_cell = Cell(about, about, href=page_of(ask, w, asked))
        body.append(
            (named_cell, *(Cell(t, v) for t, v in zip(written, (low, middle, high), strict=True)))
        )
    palette = Palette.css()
    domain = (1.0, float(max(count, 2))) if by_rank else (1 / 3, 1.0)
    spec = interval_specification(rows, domain, palette, ",.0f" if by_rank else ".2f")
    kind = "rank" if by_rank else "score"
    titles = (
        (say("Best rank"), say("Place"), say("Worst rank"))
        if by_rank
        else (say("Lowest score"), say("Middle"), say("Highest score"))
    )
    title = say("Rank from best to worst") if by_rank else say("Score from lowest to highest")
    columns = (
        Column("product", say("Product")),
        *(Column(k, t, True) for k, t in zip(("low", "middle", "high"), titles, strict=True)),
    )
    legend = (
        Key(
            "├─┤",
            palette.ally,
            say("from best to worst rank") if by_rank else say("from lowest to highest score"),
        ),
        Key(
            "◆",
            palette.ink,
            say("place by the middle of the score") if by_rank else say("middle of the score"),
        ),
    )
    twin = Table(f"{kind}-intervals", title, columns, tuple(body))
    return Chart(f"{kind}-chart", title, summary, spec, twin, legend, tuple(points))
