"""Accessibility: what a public body needs for its statement, with its own fields marked as such."""

from __future__ import annotations

from verdikart.core.version import VERSION
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Facts, Links, Note, Page, Prose, Section, Table

STATEMENTS = "https://uustatus.no"
AUTHORITY = "https://www.uutilsynet.no"


def accessibility(ask: Ask) -> Page:
    """The page ``/about/accessibility``."""
    say = ask.say
    lead = say(
        "verdikart is built to meet WCAG 2.1 at levels A and AA. A public body that offers it must publish "
        "a statement of its own; this page has what the statement needs."
    )
    sections = (
        Section("statement", say("For the statement"), (_note(ask), _fields(ask))),
        Section("rules", say("The rules"), (Prose(_rules(ask)),)),
        Section("tested", say("What is tested, and how"), (_tested(ask),)),
        Section("keyboard", say("By keyboard"), (_keys(ask),)),
        Section("shortcomings", say("Known shortcomings"), (_shortcomings(ask),)),
        Section(
            "report", say("Tell of a barrier, and complain"), (Prose(_report(ask)), _ways(ask))
        ),
    )
    crumbs = ((say("About verdikart"), ask.url("about")),)
    return Page(
        say("Accessibility"), sections, lead=lead, crumbs=crumbs, sources=(), main="tested-table"
    )


def _note(ask: Ask) -> Note:
    say = ask.say
    return Note(
        say(
            "This page is not itself the statement. In Norway a public body publishes it in the "
            "authority’s own solution, looks it over at least once a year, and links to it from "
            "every page. Fields marked as its own are for the body to fill in."
        ),
        links=((say("The authority’s solution for statements"), STATEMENTS),),
    )


def _fields(ask: Ask) -> Facts:
    """The fields of a statement: those that the program can answer, and those of the body."""
    say = ask.say
    own = Cell("", None, tags=(Tag(say("the body fills in"), "doubt"),))
    return Facts(
        (
            (say("Name of the solution"), Cell(f"verdikart {VERSION}")),
            (say("Kind of solution"), Cell(say("website, read in a browser"))),
            (say("Name and organisation number of the body"), own),
            (say("Address where it is offered"), own),
            (say("Who it is for, and about how many users"), own),
            (say("Standard"), Cell("WCAG 2.1 A, AA (EN 301 549)")),
            (
                say("Status"),
                Cell(say("in part in accordance, for the reasons under known shortcomings")),
            ),
            (
                say("How it was assessed"),
                Cell(say("the makers’ own tests, automatic and by hand; see below")),
            ),
            (say("Contact for accessibility, and its time to answer"), own),
            (say("Date of the statement and of the last review"), own),
            (say("Changes of one’s own: look, content, sign-in, link in the body’s pages"), own),
        )
    )


def _rules(ask: Ask) -> tuple[str, ...]:
    say = ask.say
    return (
        say(
            "The Regulation on universal design of ICT solutions (forskrift om universell utforming av "
            "informasjons- og kommunikasjonsteknologiske løsninger, FOR-2013-06-21-732) asks websites of "
            "public bodies to meet WCAG 2.1 at levels A and AA, with a few exceptions, and to have an "
            "accessibility statement. It carries out the EU’s Web Accessibility Directive "
            "(EU) 2016/2102."
        ),
        say(
            "The rules are cited from memory and are not checked against the text in force; confirm them "
            "with the authority before you publish."
        ),
    )


def _tested(ask: Ask) -> Table:
    say = ask.say
    rows = (
        (
            say("Rules that a machine can check"),
            "1.1.1, 1.3.1, 1.4.3, 2.4.2, 3.1.1, 4.1.2 …",
            say(
                "axe-core in Chromium on one address at least of every kind of page, in both languages, "
                "with every fold open: the rules of WCAG 2.0 and 2.1 A and AA and its advice on good "
                "practice. Of table rows with the same make-up it sees one. The build fails at any "
                "violation."
            ),
        ),
        (
            say("Keyboard"),
            "2.1.1, 2.1.2, 2.4.1, 2.4.3, 2.4.7",
            say(
                "Tests do whole tasks by keyboard alone: past the menu, search, sort, a slider, a card "
                "opened and closed, a chart, the drawing of a chain, the map, the menu of a telephone. "
                "Where they step with Tab they check that the focus is seen, that a card keeps it, and "
                "that it comes back."
            ),
        ),
        (
            say("Charts and drawings"),
            "1.1.1, 1.4.1, 1.4.11, 1.4.13",
            say(
                "Each has a name, a summary in words and, for charts, a table with the same numbers. "
                "Marks differ by shape or word as well as colour; this was looked over by hand."
            ),
        ),
        (
            say("Structure and names"),
            "1.3.1, 2.4.2, 2.4.4, 2.4.6, 3.1.2",
            say(
                "On the same addresses: headings without jumps, no two landmarks of one name, captions "
                "and heads in every table, no id met twice, no link without words, and titles that tell "
                "pages apart."
            ),
        ),
        (
            say("Contrast, zoom and text spacing"),
            "1.4.3, 1.4.4, 1.4.10, 1.4.12",
            say(
                "axe-core measures contrast in light and dark. At widths of 390 and 320 pixels (as at 400 "
                "per cent) no page scrolls sideways; wide tables and drawings scroll in a region of their "
                "own. The spacing of 1.4.12 and high contrast were tried by hand on the main kinds of "
                "page."
            ),
        ),
        (
            say("Without scripts, with less motion"),
            "2.2.1, 2.2.2, 2.3.1",
            say(
                "Every page is tested to hold its text, tables and forms without JavaScript; charts are "
                "then their tables. Nothing blinks, moves by itself or runs out of time, and the wish for "
                "less motion is respected."
            ),
        ),
        (
            say("Forms and messages"),
            "3.3.1, 3.3.2, 3.3.3, 4.1.3",
            say(
                "Fields have labels and tell what is wrong in words tied to the field. When an answer "
                "changes, the sentence that is new is told to screen readers; a run that is being made is "
                "told when it changes state, not each second. By hand and by tests."
            ),
        ),
    )
    columns = (
        Column("what", say("What")),
        Column("criteria", say("Success criteria of WCAG")),
        Column("how", say("How it is tested"), wide=True),
    )
    body = tuple((Cell(what), Cell(criteria), Cell(how)) for what, criteria, how in rows)
    return Table("tested-table", say("Tests of accessibility"), columns, body)


def _keys(ask: Ask) -> Table:
    say = ask.say
    rows = (
        ("/", say("go to the search field from anywhere")),
        ("Tab, Shift + Tab", say("to the next or former link, field, chart or table")),
        (
            "← ↑ → ↓",
            say(
                "in a chart: from mark to mark; in the drawing of a chain: along its lines; "
                "in a wide table: scroll"
            ),
        ),
        ("Enter", say("open the link, or the page behind a mark of a chart")),
        ("Esc", say("close the card of a number, suggestions, or the box at the pointer")),
    )
    columns = (Column("key", say("Key")), Column("does", say("What it does"), wide=True))
    body = tuple((Cell(key, key, code=True), Cell(does)) for key, does in rows)
    return Table("keys-table", say("Keys"), columns, body)


def _shortcomings(ask: Ask) -> Table:
    say = ask.say
    rows = (
        (
            say("Not tested by users of assistive technology"),
            say(
                "No test with people who use screen readers, magnifiers or speech control has been done, "
                "nor by an independent assessor."
            ),
        ),
        (
            say("Titles and citations in English"),
            say(
                "Names of sources, legal texts and notes of the register are in their own "
                "language, mostly English. Table cells are marked with it; some notes are not."
            ),
        ),
        (
            say("Dense tables and drawings"),
            say(
                "The large matrices and the largest chain drawings must be scrolled both ways at high zoom. "
                "The same content stands in simple tables beside."
            ),
        ),
        (
            say("The box that follows the pointer in a chart"),
            say(
                "It goes away with Esc, but the pointer cannot be moved onto it (1.4.13). What it says "
                "stands in the table of the chart and is told when the chart is walked by keyboard."
            ),
        ),
        (
            say("Messages on limits typed by hand"),
            say(
                "In the sandbox’s free text field, and on pages of faults, what is wrong is told in "
                "English and in the words of the command line; it is marked as English."
            ),
        ),
        (
            say("Difficult words"),
            say("The subject has many technical terms. They are explained under terms and method."),
        ),
    )
    columns = (Column("what", say("Shortcoming")), Column("how", say("What it means"), wide=True))
    body = tuple((Cell(what), Cell(how)) for what, how in rows)
    return Table("shortcomings-table", say("What lacks, as far as we know"), columns, body)


def _report(ask: Ask) -> tuple[str, ...]:
    say = ask.say
    return (
        say(
            "Tell the body that offers the pages first: it must answer, and can mend or give you the content "
            "in another form. Its contact stands in its own statement."
        ),
        say(
            "The supervisory authority in Norway is Tilsynet for universell utforming av ikt (the Authority "
            "for Universal Design of ICT), part of the Norwegian Digitalisation Agency. It takes tips "
            "about solutions that break the rules. Discrimination can be brought before "
            "Diskrimineringsnemnda (the Anti-Discrimination Tribunal)."
        ),
    )


def _ways(ask: Ask) -> Links:
    say = ask.say
    return Links(
        (
            (say("The supervisory authority"), AUTHORITY, say("leads out on the net")),
            (say("About verdikart"), ask.url("about"), ""),
        )
    )
