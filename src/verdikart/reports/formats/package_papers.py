"""Papers of a data package: what it is called, the text to read first, and how to cite it."""

from __future__ import annotations

from collections.abc import Sequence

from verdikart.reference import names
from verdikart.reference.i18n import Lang
from verdikart.reports.content.catalogue import TEMPLATES
from verdikart.reports.document.model import Document
from verdikart.reports.formats.package_schema import LICENCE, File
from verdikart.reports.formats.package_tables import BAR
from verdikart.reports.voice import Voice

CONTRIBUTORS = "verdikart contributors"


def name(document: Document) -> str:
    """The package's name: what it is of and the mapping, in the letters that the standard takes."""
    about = document.about
    parts = ("verdikart", about.template, *about.about, about.home, str(about.year))
    text = "-".join((*parts, about.mapping[:8], about.lang)).lower().replace("_", "-")
    return "".join(c for c in text if c.isascii() and (c.isalnum() or c in "-."))


def title(document: Document, lang: Lang) -> str:
    """What the package is called in a language, whichever the document is in."""
    voice, about = Voice(lang), document.about
    takes = TEMPLATES[about.template].takes if about.template in TEMPLATES else ""
    said = {
        "whole": voice.say("critical and strategic value chains"),
        "material": voice.say("fact sheet of a material"),
        "chain": voice.say("a value chain"),
        "partner": voice.say("a partner country"),
        "homes": voice.say("homes compared"),
        "change": voice.say("change since another mapping"),
    }.get(about.template, about.template)
    named = ", ".join(names.name(takes, key, lang) for key in about.about)
    what = f"{named}: {said}" if named else said[:1].upper() + said[1:]
    home = names.name("home", about.home, lang)
    return voice.say("{what} ({home}, {year})", what=what, home=home, year=str(about.year))


def summary(document: Document, lang: Lang) -> str:
    """What the package holds, in two sentences, in a language."""
    return Voice(lang).say(
        "Tables of a mapping of critical and strategic value chains made with verdikart {version}, "
        "mapping {mapping}. Every figure has a status, and a figure that is not there is empty, "
        "never zero.",
        version=document.about.version,
        mapping=document.about.mapping,
    )


def keywords(lang: Lang) -> list[str]:
    """Keywords in a language."""
    voice = Voice(lang)
    return [
        voice.say("critical raw materials"),
        voice.say("value chains"),
        voice.say("supply risk"),
        voice.say("dependency"),
        voice.say("foreign trade"),
    ]


def citation(document: Document) -> str:
    """How the package is cited, as one line."""
    about = document.about
    return (
        f"{CONTRIBUTORS}: {title(document, about.lang)}. verdikart {about.version}, "
        f"{Voice(about.lang).say('mapping {name}', name=about.mapping)}. {LICENCE['name']}."
    )


def readme(document: Document, files: Sequence[File]) -> str:
    """The text to read first, as Markdown."""
    voice = Voice(document.about.lang)
    parts = [
        f"# {title(document, voice.lang)}",
        summary(document, voice.lang),
        _heading(voice.say("Scope"), [f"- {term}: {text}" for term, text in document.scope]),
        _heading(voice.say("What is in it"), _contents(files, voice)),
        _heading(voice.say("How to read it"), [f"- {line}" for line in _reading(voice)]),
        _heading(voice.say("How to cite"), [citation(document), "", voice.say(
            "Cite the sources behind a figure too; each is named below and in the table of sources."
        )]),
        _heading(voice.say("Licence"), _licences(document, voice)),
        _heading(
            voice.say("Notes and known limits"),
            [f"{note.number}. {_line(note.text)}" for note in document.notes],
        ),
        _heading(voice.say("Definitions"), _definitions(document)),
        document.footer,
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(title_: str, lines: Sequence[str]) -> str:
    return "\n".join((f"## {title_}", "", *lines)) if lines else ""


def _definitions(document: Document) -> list[str]:
    return [
        f"- **{term.term}**: {_line(term.definition)}"
        + (f" `{_line(term.formula)}`" if term.formula else "")
        for term in document.terms
    ]


def _line(text: str) -> str:
    return " ".join(text.split())


def _contents(files: Sequence[File], voice: Voice) -> list[str]:
    """One line a table, with the folders that hold it and the number of its rows."""
    held: dict[str, list[File]] = {}
    for file in files:
        held.setdefault(file.sheet.name if file.sheet else file.name, []).append(file)
    lines = [
        f"| {voice.say('Table')} | {voice.say('Title')} | {voice.say('Rows')} | {voice.say('Files')} |",
        "|---|---|---:|---|",
    ]
    for name_, group in held.items():
        sheet = group[0].sheet
        if sheet is None:
            continue
        links = ", ".join(f"[{file.kind}]({file.path})" for file in group)
        told = _line(sheet.dataset.title).replace("|", "\\|")
        rows = voice.number(len(sheet.dataset.rows))
        lines.append(f"| `{name_}` | {told} | {rows} | {links} |")
    return lines


def _reading(voice: Voice) -> list[str]:
    return [
        voice.say(
            "The folder csv has commas between cells and full stops in numbers; csv-nb has semicolons "
            "and decimal commas, so that Norwegian Excel opens it as numbers. Both are in UTF-8."
        ),
        voice.say("An empty cell is a figure that is not there; its status says why."),
        voice.say(
            "A list is one cell with {bar} between its parts; yes and no are true and false.",
            bar=BAR,
        ),
        voice.say(
            "Shares are between 0 and 1, money is whole kroner or dollars; the table of columns has "
            "each column’s unit, meaning and formula."
        ),
        voice.say(
            "A figure withheld for this audience is empty and has the status suppressed, in every file."
        ),
        voice.say(
            "The file datapackage.json describes every file, with types, keys and hashes; the file "
            "dcat.jsonld is the description for a data catalogue."
        ),
    ]


def _licences(document: Document, voice: Voice) -> list[str]:
    own = voice.say(
        "What verdikart itself adds is under {licence} ({address}). What it rests on keeps the "
        "licence of its publisher:",
        licence=LICENCE["name"],
        address=LICENCE["path"],
    )
    lines = [
        f"- {line.title}, {line.vintage}: {line.licence} ({line.licence_url}). {line.citation}"
        if line.vintage
        else f"- {line.title}: {line.licence} ({line.licence_url}). {line.citation}"
        for line in document.sources
    ]
    return [own, "", *lines] if lines else []


def cff(document: Document, package: str) -> str:
    """The package's ``CITATION.cff``."""
    import yaml

    held = {
        "cff-version": "1.2.0",
        "message": Voice(document.about.lang).say(
            "If you use these data, cite them, and cite the sources behind each figure."
        ),
        "type": "dataset",
        "title": title(document, document.about.lang),
        "version": document.about.version,
        "license": LICENCE["name"],
        "authors": [{"name": CONTRIBUTORS}],
        "identifiers": [{"type": "other", "value": f"urn:verdikart:package:{package}"}],
        "references": [
            {
                "type": "data",
                "title": line.title,
                "authors": [{"name": line.provider}],
                "version": line.vintage or "–",
                "url": line.address,
                "notes": line.citation,
            }
            for line in document.sources
        ],
    }
    if not held["references"]:
        del held["references"]
    text: str = yaml.safe_dump(held, allow_unicode=True, sort_keys=False, width=100)
    return text


__all__ = ["CONTRIBUTORS", "cff", "citation", "keywords", "name", "readme", "summary", "title"]
