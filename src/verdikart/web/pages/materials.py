"""All materials, the most vulnerable first: a table to search, filter, order and cut to columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from verdikart.mapping.material_rows import SEVERITY, severity
from verdikart.reference.names import name
from verdikart.reports import scores, words
from verdikart.web import fields
from verdikart.web.ask import Ask
from verdikart.web.blocks import Column, Field, Form, Page, Section, Table
from verdikart.web.listing import listing, sortable
from verdikart.web.pages.materials_columns import DEFAULT, MORE, keys, name_cell
from verdikart.web.pages.materials_columns import columns as columns_of
from verdikart.web.pages.materials_known import Known, known

Row = dict[str, Any]
SUPPLEMENT = "NORWEGIAN_SUPPLEMENT"
FILTERS = ("q", "list", "sector", "stage", "verdict", "all")
# Lists that a reader here asks for first; the others follow by name.
FIRST_LISTS = ("EU_CRMA_ANNEX_II", "EU_CRMA_ANNEX_I", "NATO_DCRM_2024", SUPPLEMENT)


def materials(ask: Ask) -> Page:
    """The page ``/materials``."""
    say, query = ask.say, ask.query
    every = ask.saved.rows("materials")
    of = known(ask.saved)
    outside = query.flag("all")
    scope = [r for r in every if r["in_scope"] or outside]
    chosen, forms = _filters(ask, of, every)
    rows = [r for r in scope if chosen(r)]
    columns = query.several("cols", (*DEFAULT, *MORE)) or list(DEFAULT)
    every_key = keys(ask, of)
    sorts = {k: every_key[k] for k in ("vulnerable", "name", *columns) if k in every_key}
    found = listing(
        ask,
        rows,
        search=("material", "name_en", "name_nb"),
        sorts=sorts,
        default="vulnerable",
        per_page=150,
    )
    made = columns_of(ask, of)
    heads = sortable((Column("name", say("Material")), *(made[c][0] for c in columns)), sorts)
    body = tuple(
        (name_cell(ask, of, row), *(made[c][1](row) for c in columns)) for row in found.rows
    )
    home = name("home", ask.saved.home, ask.lang)
    caption = say(
        "{shown} of {all} materials shown, seen from {home}",
        shown=found.pager.total if found.pager else len(found.rows),
        all=len(every),
        home=home,
    )
    if found.sorted_by == "vulnerable":
        caption = say("{text}, the most vulnerable first", text=caption)
    table = Table(
        "materials",
        caption,
        heads,
        body,
        notes=_notes(ask, outside),
        empty=say("No material meets the search and the filters. Take a filter away, or reset."),
        pager=found.pager,
        sorted_by=found.sorted_by,
        sort_links=found.sort_links,
    )
    options = tuple((c, made[c][0].title) for c in (*DEFAULT, *MORE))
    form = Form(
        "filter",
        (
            Field("q", say("Search"), "search", query.text("q")),
            *forms,
            Field("all", say("Also materials outside the scope"), "flag", outside),
            *fields.carried(ask, FILTERS),
        ),
        say("Show"),
        reset=ask.url("materials"),
    )
    choice = Form(
        "columns",
        (
            Field("cols", say("Columns"), "checks", columns, options),
            *fields.carried(ask, ("cols",)),
        ),
        say("Show these columns"),
        folded=say("Choose columns ({count} of {all} shown)", count=len(columns), all=len(options)),
    )
    return Page(
        say("Materials"),
        (Section("list", "", (form, choice, table)),),
        lead=_lead(ask, of, [r for r in every if r["in_scope"]], home),
        main="materials",
        wide=True,
    )


def _lead(ask: Ask, of: Known, scope: Sequence[Row], home: str) -> str:
    say = ask.say
    own = [r for r in scope if not of.stages[r["material"]].through]
    hit = [r for r in own if (w := of.worst(r["material"])) and w["outcome"] == "vulnerable"]
    blind = [r for r in own if not of.stages[r["material"]].seen]
    first = min(hit, key=lambda r: severity(of.worst(r["material"]) or r), default=None)
    lead = say(
        "Of {scope} materials in scope, {home} is vulnerable in {hit}: at some stage supply is "
        "concentrated, and the largest supplier is no ally. {lent} are seen only through their "
        "group or members, and for {blind} no stage could be judged on the data there are.",
        scope=len(scope),
        lent=len(scope) - len(own),
        home=home,
        hit=len(hit),
        blind=len(blind),
    )
    if first is None:
        return lead
    worst = of.worst(first["material"]) or {}
    return f"{lead} " + say(
        "The most is at stake in {name}: {share} from {country}.",
        name=scores.plain_name(first, ask.voice),
        share=ask.voice.percent(worst["other_top_share"]),
        country=ask.voice.country(worst["other_top"]),
    )


def _notes(ask: Ask, outside: bool) -> tuple[str, ...]:
    say = ask.say
    notes = [
        say(
            "The verdict is that of the worst stage; under it stand the stage and the good. Order: "
            "vulnerable first, by the value that comes from the largest supplier that is no ally; "
            "then what has bounds only or suspected transit, what is concentrated with an ally, "
            "small flows, what is not concentrated, and last what could not be judged."
        ),
        say(
            "Where a material has no flows of its own, the row shows its members or its group, "
            "and says so."
        ),
    ]
    if not outside:
        notes.append(
            say(
                "Materials outside the scope (on no EU or NATO list, nor in the Norwegian "
                "supplement) are left out."
            )
        )
    return tuple(notes)


def _filters(
    ask: Ask, of: Known, every: Sequence[Row]
) -> tuple[Callable[[Row], bool], tuple[Field, ...]]:
    """Whether a row is asked for, and the fields that ask for it."""
    say, lang = ask.say, ask.lang
    held = {one for r in every for one in r["lists"] or ()}
    titles = {
        **{i: words.short_list(i, lang) for i in sorted(held)},
        "NATO_DCRM_2024": say("NATO"),
        SUPPLEMENT: say("Norwegian supplement"),
    }
    for row in ask.saved.rows("lists"):
        if titles.get(row["list"]) == row["list"]:
            titles[row["list"]] = f"{ask.voice.of(row, 'title')} ({row['year']})"
    order = [i for i in FIRST_LISTS if i in titles]
    order += sorted((i for i in titles if i not in order), key=lambda i: titles[i])
    sectors = sorted({s for r in every for s in r["sectors"] or ()})
    seen = [row for found in of.stages.values() for row in found.rows]
    levels = list(dict.fromkeys(r["stage"] for r in sorted(seen, key=lambda r: r["stage"])))
    outcomes = [o for o in SEVERITY if any(r["outcome"] == o for r in seen)]
    asked = (
        fields.choice(ask, "list", say("On the list"), {i: titles[i] for i in order}),
        fields.choice(ask, "sector", say("Sector"), {s: name("sector", s, lang) for s in sectors}),
        fields.choice(ask, "stage", say("Stage"), {s: words.stage(s, lang) for s in levels}),
        fields.choice(
            ask,
            "verdict",
            say("Verdict at some stage"),
            {o: words.outcome(o, lang).text for o in outcomes},
        ),
    )
    wanted, sector, stage, verdict = (field.value for field in asked)

    def chosen(row: Row) -> bool:
        if wanted == SUPPLEMENT and not row["norwegian_supplement"]:
            return False
        if wanted and wanted != SUPPLEMENT and wanted not in (row["lists"] or ()):
            return False
        if sector and sector not in (row["sectors"] or ()):
            return False
        rows = of.stages[row["material"]].rows
        return not (stage or verdict) or any(
            (not stage or r["stage"] == stage) and (not verdict or r["outcome"] == verdict)
            for r in rows
        )

    return chosen, asked
