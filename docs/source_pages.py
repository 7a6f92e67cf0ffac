"""The part of docs/sources.md that is written from the registry: one section a source."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import groupby
from pathlib import Path

from verdikart.reference.entities import Source
from verdikart.reference.feeds import Feed
from verdikart.reference.load import by_key, load

PAGE = Path(__file__).with_name("sources.md")
MARK = "<!-- Written by docs/generate.py from the registry; change the tables sources and feeds. -->\n"


def filled(text: str) -> str:
    """The page with its generated part made anew."""
    return text[: text.index(MARK)] + MARK + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    feeds = sorted(load(Feed), key=lambda feed: (by_key(Source)[feed.source_id].provider, feed.adapter))
    yield "\n| source | provider | licence | new edition | key |"
    yield "|---|---|---|---|---|"
    for feed in feeds:
        source = by_key(Source)[feed.source_id]
        key = f"`{feed.credentials}`{' (optional)' if feed.key_optional else ''}" if feed.credentials else "–"
        yield (
            f"| [`{feed.source_id}`](#{feed.source_id}) | {source.provider} | {source.licence} | "
            f"{feed.rhythm} | {key} |"
        )
    for provider, family in groupby(feeds, key=lambda feed: by_key(Source)[feed.source_id].provider):
        yield f"\n## {provider}"
        for adapter, own in groupby(family, key=lambda feed: feed.adapter):
            doc = (import_module(f"verdikart.sources.adapters.{adapter}").__doc__ or "").strip()
            yield f"\n{doc}"
            for feed in own:
                yield from _section(feed)


def _section(feed: Feed) -> Iterator[str]:
    source = by_key(Source)[feed.source_id]
    yield f"\n### {feed.source_id}\n\n**{source.title_en}** · *{source.title_nb}*\n"
    yield f"- Covers: {source.coverage_en}. *{source.coverage_nb}.*"
    yield f"- Limits: {source.limits_en}. *{source.limits_nb}.*"
    yield f"- Licence: {source.licence} ({source.licence_url})"
    yield f"- Cite as: {source.citation}"
    yield f"- Fetch: `verdikart fetch {feed.source_id}`; tables {', '.join(f'`{t}`' for t in feed.tables)}"
    yield f"- Address: {source.address} · asked at `{feed.endpoint}`" + (
        f" · archive `{feed.archive_address}`" if feed.archive_address else ""
    )
    rate = f"; at most {feed.per_minute} requests a minute" if feed.per_minute else ""
    size = f"; about {feed.megabytes:g} MB" if feed.megabytes else ""
    yield f"- New edition: {feed.rhythm}; said to be due after {feed.due_days} days{rate}{size}"
    if feed.credentials:
        yield f"- Key: `{feed.credentials}`, from {feed.key_address or source.address}"
    if feed.note_en:
        yield f"- {feed.note_en}. *{feed.note_nb}.*"
    yield f"- How sure: {feed.confidence}"
