"""Terms and method: indicators as they are registered, the glossary, stages, statuses and verdicts."""

from __future__ import annotations

from typing import Any

from verdikart.core.errors import UnknownName
from verdikart.core.registry import REGISTRY, Indicator
from verdikart.reference.columns import EVERY, describe
from verdikart.reference.columns import Column as Described
from verdikart.reference.entities import Stage, Term
from verdikart.reference.i18n import fold
from verdikart.reference.load import by_key, load
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import (
    Block,
    Cell,
    Column,
    Facts,
    Field,
    Form,
    Links,
    Note,
    Page,
    Prose,
    Section,
    Table,
)
from verdikart.web.pages.terms_words import kinds, statuses, verdicts

Row = dict[str, Any]
OWN = "own term / eget begrep"


def terms(ask: Ask) -> Page:
    """The page ``/terms``."""
    say = ask.say
    lead = say(
        "What the words and numbers mean, how each number is made, and where its limits come from. An "
        "indicator’s page has its formula and its caveats."
    )
    wanted = ask.query.text("q")
    form = Form(
        "filter",
        (Field("q", say("Search in terms and indicators"), "search", wanted),),
        say("Search"),
        reset=ask.url("terms"),
    )
    indicators = [i for i in REGISTRY.indicators.values() if _meets(wanted, *_indicator_texts(i))]
    words = sorted(load(Term), key=lambda t: fold(_term(t, ask.lang)))
    words = [t for t in words if _meets(wanted, *_term_texts(t))]
    sections = [
        Section("search", "", (form,)),
        Section("indicators", say("Indicators"), (_indicators(ask, indicators),)),
        Section("glossary", say("Terms"), (_glossary(ask, words),)),
    ]
    if not wanted:
        sections += [
            verdicts(ask),
            statuses(ask),
            Section("stages", say("Stages"), (_stages(ask),)),
            kinds(ask),
        ]
    return Page(
        say("Terms and method"), tuple(sections), lead=lead, sources=(), main="indicators-table"
    )


def _meets(wanted: str, *texts: str) -> bool:
    held = fold(" ".join(texts))
    return all(word in held for word in fold(wanted).split())


def _indicator_texts(entry: Indicator) -> tuple[str, ...]:
    texts = (entry.name, entry.definition)
    return (entry.id, *(part for text in texts for part in (text.en, text.nb)))


def _term_texts(term: Term) -> tuple[str, ...]:
    return (term.term_id, term.term_en, term.term_nb, term.definition_en, term.definition_nb)


def _term(term: Term, lang: str) -> str:
    return term.term_nb if lang == "nb" else term.term_en


def _definition(term: Term, lang: str) -> str:
    return term.definition_nb if lang == "nb" else term.definition_en


def _indicators(ask: Ask, found: list[Indicator]) -> Table:
    say = ask.say
    columns = (
        Column("indicator", say("Indicator")),
        Column("definition", say("What it says"), wide=True),
        Column("unit", say("Unit")),
        Column("direction", say("Reading")),
        Column("threshold", say("Threshold")),
    )
    body = tuple(
        (
            Cell(i.name.in_(ask.lang), i.id, href=ask.url(f"terms/{i.id}"), small=i.id),
            Cell(i.definition.in_(ask.lang)),
            Cell(unit(ask, i.unit), i.unit),
            Cell(_direction(ask, i.direction), i.direction),
            Cell(_limits(ask, i) or "–", [t.value for t in i.thresholds] or None),
        )
        for i in found
    )
    caption = say("The {count} indicators", count=len(body))
    return Table(
        "indicators-table", caption, columns, body, empty=say("No indicator meets the search.")
    )


def _limits(ask: Ask, entry: Indicator) -> str:
    return ", ".join(_limit(ask, entry, t.value) for t in entry.thresholds)


def _limit(ask: Ask, entry: Indicator, value: float) -> str:
    if entry.unit == "share":
        return ask.voice.percent(value, 0)
    return ask.voice.number(value, 0 if float(value).is_integer() else 1)


def unit(ask: Ask, code: str) -> str:
    """A unit of the vocabulary in words."""
    say = ask.say
    return {
        "share": say("share, 0 to 100%"),
        "ratio": say("ratio"),
        "index": say("index, 0 to 1"),
        "index_0_10": say("index, 0 to 10"),
        "count": say("count"),
        "country": say("country"),
        "flag": say("yes or no"),
        "t": say("tonnes"),
        "as the mix": say("as in the source"),
    }.get(code, code)


def _direction(ask: Ask, code: str) -> str:
    say = ask.say
    return {
        "higher is riskier": say("higher is riskier"),
        "lower is riskier": say("lower is riskier"),
        "neutral": say("neither way"),
    }[code]


def _glossary(ask: Ask, found: list[Term]) -> Table:
    say = ask.say
    other = "en" if ask.lang == "nb" else "nb"
    columns = (
        Column("term", say("Term")),
        Column("definition", say("Meaning"), wide=True),
        Column("other", say("In Norwegian") if other == "nb" else say("In English")),
        Column("source", say("From")),
    )
    body = tuple(
        (
            Cell(_term(t, ask.lang), t.term_id, href=ask.url(f"terms/{t.term_id}")),
            Cell(_definition(t, ask.lang)),
            Cell(_term(t, other), lang=other),
            _from(ask, t),
        )
        for t in found
    )
    caption = say("The {count} terms", count=len(body))
    return Table("glossary-table", caption, columns, body, empty=say("No term meets the search."))


def _from(ask: Ask, term: Term) -> Cell:
    if term.source == OWN:
        return Cell(ask.say("own term"), term.source)
    return Cell(term.source, term.source, lang="en")


def _stages(ask: Ask) -> Table:
    say = ask.say
    columns = (Column("stage", say("Stage")), Column("order", say("Order"), number=True))
    rows = sorted(load(Stage), key=lambda s: s.order)
    body = tuple((Cell(s.name(ask.lang), s.stage_id), Cell(str(s.order), s.order)) for s in rows)
    return Table(
        "stages-table", say("Stages of a value chain, in the order of the flow"), columns, body
    )


def indicator(ask: Ask) -> Page:
    """The page ``/terms/{indicator}``: an indicator, or a word of the glossary.

    Raises :class:`UnknownName` with the nearest of both.
    """
    key = ask.ids["indicator"]
    entry, word = REGISTRY.indicators.get(key), by_key(Term).get(key)
    crumbs = ((ask.say("Terms and method"), ask.url("terms")),)
    if entry is not None:
        title, sections = entry.name.in_(ask.lang), _entry(ask, entry)
        return Page(title, sections, lead=entry.definition.in_(ask.lang), crumbs=crumbs, sources=())
    if word is not None:
        facts = _word(ask, word)
        section = Section(
            "word", "", (facts, Links(((ask.say("All terms"), ask.url("terms"), ""),)))
        )
        lead = _definition(word, ask.lang)
        return Page(_term(word, ask.lang), (section,), lead=lead, crumbs=crumbs, sources=())
    names: dict[str, tuple[str, ...]] = {
        i.id: (i.name.en, i.name.nb) for i in REGISTRY.indicators.values()
    }
    names |= {t.term_id: (t.term_en, t.term_nb) for t in load(Term)}
    raise UnknownName("term or indicator", key, names, ask.say("see the page of terms"))


def _word(ask: Ask, word: Term) -> Facts:
    other = "en" if ask.lang == "nb" else "nb"
    title = ask.say("In Norwegian") if other == "nb" else ask.say("In English")
    return Facts(
        (
            (title, Cell(_term(word, other), lang=other)),
            (ask.say("From"), _from(ask, word)),
        )
    )


def _entry(ask: Ask, entry: Indicator) -> tuple[Section, ...]:
    say = ask.say
    facts = [
        (say("Formula"), Cell(entry.formula, entry.formula, code=True)),
        (say("Unit"), Cell(unit(ask, entry.unit), entry.unit)),
        (say("Reading"), Cell(_direction(ask, entry.direction), entry.direction)),
        (say("From"), Cell(entry.source, entry.source, lang="en")),
        (say("Id"), Cell(entry.id, entry.id, code=True)),
    ]
    if entry.argument:
        facts.append((say("Asked with"), Cell(entry.argument, entry.argument, lang="en")))
    sections = [
        Section("made", say("How it is made"), (Facts(tuple(facts)),)),
        Section("thresholds", say("Thresholds"), (_thresholds(ask, entry),)),
    ]
    if entry.caveats:
        caveats = Prose(tuple(c.in_(ask.lang) for c in entry.caveats))
        sections.append(Section("caveats", say("What it does not say"), (caveats,)))
    sections.append(Section("where", say("Where it stands"), _where(ask, entry)))
    return tuple(sections)


def _thresholds(ask: Ask, entry: Indicator) -> Block:
    say = ask.say
    if not entry.thresholds:
        return Note(say("It has no threshold, so it gives no verdict by itself."))
    columns = (
        Column("value", say("Threshold"), number=True),
        Column("flag", say("Sets the mark")),
        Column("source", say("From"), wide=True),
    )
    body = tuple(
        (
            Cell(_limit(ask, entry, t.value), t.value),
            Cell("", t.flag, tags=(Tag(t.flag),)) if t.flag else Cell("–"),
            Cell(t.source, t.source, lang="en"),
        )
        for t in entry.thresholds
    )
    return Table("thresholds-table", say("Thresholds and their source"), columns, body)


def _where(ask: Ask, entry: Indicator) -> tuple[Block, ...]:
    """The tables with a column of it, and the home's figures."""
    say, saved = ask.say, ask.saved
    columns = {
        "assessments" if c.table == EVERY else c.table: c
        for c in load(Described)
        if c.indicator == entry.id
    }
    held = saved.manifest["tables"]
    links = [
        (describe(name, "").name(ask.lang), ask.url(f"data/{name}"), column.name(ask.lang))
        for name, column in columns.items()
        if name in held and held[name]["rows"]
    ]
    count = sum(r["indicator"].partition(":")[0] == entry.id for r in saved.rows("figures"))
    links.append(
        (
            say("All figures of it in the mapping"),
            ask.url("data/figures", q=f"/{entry.id}"),
            say("{count} figures", count=ask.voice.number(count)),
        )
    )
    return (Links(tuple(links)),)
