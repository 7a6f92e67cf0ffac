"""Search: everything that has a page, by kind, typing errors forgiven."""

from __future__ import annotations

from verdikart.mapping.search import Answer, Hit, Pages, index
from verdikart.mapping.search import search as find
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Field, Form, Links, Note, Page, Section, Table
from verdikart.web.routes import menu

MOST = 80
EXAMPLES = ("magnesium", "2602.00", "Kina", "Eramet", "flaskehals", "nikkel")
EXAMPLES_EN = ("magnesium", "2602.00", "China", "Eramet", "bottleneck", "nickel")


def search(ask: Ask) -> Page:
    """The page ``/search``; ``most`` bounds the hits, as the suggestions of the search field do."""
    say, query = ask.say, ask.query.text("q")
    most = ask.query.whole("most", 1, MOST, MOST)
    form = Form(
        "search-form",
        (
            Field(
                "q",
                say("Search for a material, good, trade code, country, plant or term"),
                "search",
                query,
                hint=say("Both languages; codes with or without dots; typing errors are forgiven."),
            ),
        ),
        say("Search"),
        action=ask.url("search"),
    )
    first = Section("ask", "", (form,))
    if not query:
        nothing = Answer("", (), 0)
        return Page(
            say("Search"), (first, _examples(ask), _twin(ask, nothing)), main="hits", sources=()
        )
    answer = find(index(ask.saved, ask.lang, pages()), query, most)
    sections = [
        Section(f"kind-{kind}", kind_name(ask, kind), (_links(ask, hits),))
        for kind, hits in answer.groups().items()
    ]
    notes = _notes(ask, answer)
    return Page(
        say("Search: {query}", query=query),
        (
            Section("ask", "", (form, *notes)),
            *sections,
            *(() if answer.total else (_examples(ask),)),
            _twin(ask, answer),
        ),
        lead=_lead(ask, answer),
        main="hits",
        sources=(),
    )


def pages() -> Pages:
    """The application's own pages, by their names in the menu."""
    both = zip(
        (link for _, links in menu("nb") for link in links),
        (link for _, links in menu("en") for link in links),
        strict=True,
    )
    return Pages(tuple((nb, en, path) for (nb, path), (en, _) in both))


def kind_name(ask: Ask, kind: str) -> str:
    """The heading of a kind of hits."""
    say = ask.say
    return {
        "material": say("Materials"),
        "product": say("Goods and steps of chains"),
        "code": say("Trade codes"),
        "country": say("Countries"),
        "chain": say("Value chains"),
        "sector": say("Sectors"),
        "technology": say("Technologies"),
        "plant": say("Plants and deposits"),
        "owner": say("Owners"),
        "term": say("Terms and indicators"),
        "table": say("Tables"),
        "page": say("Pages"),
    }[kind]


def _lead(ask: Ask, answer: Answer) -> str:
    if not answer.total:
        return ask.say("No hits for “{query}”.", query=answer.query)
    if len(answer.hits) < answer.total:
        return ask.say("{total} hits, the best {n} shown.", total=answer.total, n=len(answer.hits))
    if answer.total == 1:
        return ask.say("One hit.")
    return ask.say("{total} hits.", total=answer.total)


def _notes(ask: Ask, answer: Answer) -> list[Block]:
    if answer.meant:
        link = (answer.meant, ask.url("search", q=answer.meant))
        text = (
            ask.say("Nothing is spelt like that. What is shown is spelt nearly so.")
            if answer.total
            else ask.say("Nothing is spelt like that.")
        )
        asked = ask.say("Did you mean {text}?", text=answer.meant)
        return [Note(f"{asked} {text}", links=(link,))]
    if not answer.total:
        return [
            Note(
                ask.say(
                    "Try fewer words, another spelling, the English name, or the first four digits "
                    "of a trade code."
                )
            ),
        ]
    return []


def _examples(ask: Ask) -> Section:
    words = EXAMPLES if ask.lang == "nb" else EXAMPLES_EN
    links = Links(tuple((word, ask.url("search", q=word), "") for word in words))
    return Section("examples", ask.say("Examples"), (links,))


def address(ask: Ask, hit: Hit) -> str:
    """Where a hit leads."""
    return ask.url(hit.entry.path, **dict(hit.entry.query))


def _links(ask: Ask, hits: list[Hit]) -> Links:
    return Links(tuple((h.entry.name, address(ask, h), h.entry.detail) for h in hits))


def _twin(ask: Ask, answer: Answer) -> Section:
    """The hits as one table, behind a fold: what the CSV twin holds."""
    table = Table(
        "hits",
        ask.say("Hits"),
        (
            Column("name", ask.say("Name")),
            Column("kind", ask.say("Kind")),
            Column("detail", ask.say("What it is"), wide=True),
        ),
        tuple(
            (
                Cell(h.entry.name, h.entry.name, href=address(ask, h)),
                Cell(kind_name(ask, h.entry.kind), h.entry.kind),
                Cell(h.entry.detail, h.entry.detail),
            )
            for h in answer.hits
        ),
        empty=ask.say("No hits."),
        folded=ask.say("The hits as a table"),
    )
    return Section("table", "", (table,))
