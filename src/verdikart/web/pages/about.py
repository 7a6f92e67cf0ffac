"""About: what verdikart is, its method in seven steps, licence, citing, privacy, and how it is run."""

from __future__ import annotations

from verdikart.core.version import VERSION
from verdikart.reference.names import name
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Facts, Links, Page, Prose, Section, Table


def about(ask: Ask) -> Page:
    """The page ``/about``."""
    say = ask.say
    lead = say(
        "verdikart maps which critical and strategic value chains an economy stands in, where they are "
        "vulnerable, and where it has or can take a position. It is open software for analysts in "
        "ministries, industry and research."
    )
    sections = (
        Section("what", say("What it is, and what it is not"), (Prose(_what(ask)),)),
        Section("method", say("The method in seven steps"), (_method(ask),)),
        Section("cite", say("How to cite"), _cite(ask)),
        Section("licence", say("Licence"), (Prose(_licence(ask)),)),
        Section("privacy", say("Privacy"), (Prose(_privacy(ask)),)),
        Section("run", say("How to run it"), (_run(ask), Prose(_programs(ask)))),
        Section("more", say("More"), (_more(ask),)),
    )
    return Page(say("About verdikart"), sections, lead=lead, sources=(), main="steps-table")


def _what(ask: Ask) -> tuple[str, ...]:
    say = ask.say
    return (
        say(
            "It reads trade, production and published studies, and says for each good and stage who "
            "supplies it, how concentrated that is, who is behind, and what others get from the home. "
            "Norway is the default; any country, the EU, the Nordics, NATO or a bloc of your own works "
            "the same way."
        ),
        say(
            "Every number is a link to its own card: the formula with its inputs, the rows of the source, "
            "the licence, the reservations, and the command that computes it again."
        ),
        say(
            "A verdict is about concentration of direct supply in one year. It is no forecast, and says "
            "nothing of price or stocks. What is not concentrated is not therefore safe, and what could "
            "not be judged is not therefore harmless."
        ),
    )


def _method(ask: Ask) -> Table:
    say = ask.say
    steps = (
        (
            say("Reference lists"),
            say(
                "Start from the lists of the EU and NATO, and set those of other countries beside them."
            ),
            "materials",
        ),
        (
            say("Norwegian supplement"),
            say(
                "Add what Norwegian industry stands on and the lists leave out, each with its reason."
            ),
            "materials",
        ),
        (
            say("Link to use"),
            say(
                "Tie materials and goods to technologies, plants and the sectors that count: defence, "
                "energy and process industry."
            ),
            "sectors",
        ),
        (
            say("Find vulnerable stages"),
            say(
                "Ask of each stage whether over 65% comes from one country, whether it is an ally, and "
                "how large the flow is. Follow the chain from raw material to component."
            ),
            "chains",
        ),
        (
            say("Find the home’s position"),
            say(
                "Ask what others get from the home, in which role, and what they would lose without it."
            ),
            "position",
        ),
        (
            say("Rest it on evidence"),
            say("Put trade and production under every verdict, and say what is not known."),
            "data",
        ),
        (
            say("Act and repeat"),
            say(
                "Turn findings into measures and opportunities, and make the mapping again when the data "
                "change."
            ),
            "opportunities",
        ),
    )
    columns = (
        Column("step", say("Step")),
        Column("what", say("What is done"), wide=True),
        Column("see", say("See it")),
    )
    body = tuple(
        (
            Cell(f"{number}. {title}", number),
            Cell(text),
            Cell(_page(ask, path), path, href=ask.url(path)),
        )
        for number, (title, text, path) in enumerate(steps, start=1)
    )
    note = say(
        "The order of the steps follows the proposal of Prosess21 (2025); the words are our own."
    )
    return Table("steps-table", say("The seven steps"), columns, body, notes=(note,))


def _page(ask: Ask, path: str) -> str:
    say = ask.say
    return {
        "materials": say("Materials"),
        "sectors": say("Sectors and technologies"),
        "chains": say("Value chains"),
        "position": say("Position"),
        "data": say("Data and sources"),
        "opportunities": say("Opportunities"),
    }[path]


def _cite(ask: Ask) -> tuple[Prose | Facts, ...]:
    say, saved = ask.say, ask.saved
    home = name("home", saved.home, ask.lang)
    text = say(
        "verdikart {version}: mapping of {home} {year}, content hash {hash}. CC BY 4.0.",
        version=saved.manifest["code"]["version"],
        home=home,
        year=saved.year,
        hash=saved.name,
    )
    prose = Prose(
        (
            say(
                "Cite the mapping with its content hash, and the sources that the page names at its foot. "
                "The card of a number has a citation ready to copy."
            ),
        )
    )
    facts = Facts(
        (
            (say("This mapping"), Cell(text, text)),
            (say("Version of the program"), Cell(VERSION, VERSION)),
            (say("Content hash"), Cell(saved.manifest["content_hash"], code=True)),
        )
    )
    return (prose, facts)


def _licence(ask: Ask) -> tuple[str, ...]:
    say = ask.say
    return (
        say(
            "The program is under the Apache License 2.0. Its own tables and results are under CC BY 4.0."
        ),
        say(
            "The data of others keep their own terms. They stand at the foot of each page and under data "
            "and sources; where a term is not confirmed by the publisher, that is said."
        ),
    )


def _privacy(ask: Ask) -> tuple[str, ...]:
    say = ask.say
    return (
        say(
            "The pages are served from the machine they run on. Fonts, scripts, maps and data lie in the "
            "package; the browser asks no other machine for anything. Links to publishers’ pages are the "
            "only way out, and only when you follow one."
        ),
        say(
            "Reading sets no cookies, and nothing is measured or sent. The choices you make stand in the "
            "address, so that a link carries them. The server’s log has the time, the page and the "
            "answer’s status, without what you searched for."
        ),
    )


def _run(ask: Ask) -> Table:
    say = ask.say
    rows = (
        ("verdikart map", say("Map Norway on the embedded data.")),
        ("verdikart map --home EU27 --year 2024", say("Map another home or year.")),
        ("verdikart serve", say("Serve these pages on your own machine.")),
        ("verdikart explain FIGURE", say("Derive a figure again, down to the rows of the source.")),
        ("verdikart data verify", say("Check the embedded data against their hashes.")),
        ("verdikart --help", say("All commands, each with examples.")),
    )
    columns = (Column("command", say("Command")), Column("does", say("What it does"), wide=True))
    body = tuple((Cell(command, command, code=True), Cell(does)) for command, does in rows)
    return Table("commands-table", say("In a terminal"), columns, body)


def _programs(ask: Ask) -> tuple[str, ...]:
    say = ask.say
    return (
        say(
            "Programs can read the same at /api/v1, described in OpenAPI 3.1; every page has twins as "
            "JSON and CSV at its foot. In Python the library is: import verdikart."
        ),
    )


def _more(ask: Ask) -> Links:
    say = ask.say
    return Links(
        (
            (
                say("Data and sources"),
                ask.url("data"),
                say("vintages, licences, limits, downloads"),
            ),
            (say("Terms and method"), ask.url("terms"), say("formulas and thresholds")),
            (
                say("Accessibility"),
                ask.url("about/accessibility"),
                say("what is tested and what lacks"),
            ),
            (say("New mapping"), ask.url("runs"), say("another home, year or choice")),
            (say("Interface for programs"), "/api/v1/openapi.json", "OpenAPI 3.1"),
        )
    )
