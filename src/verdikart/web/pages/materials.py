"""All materials, the most vulnerable first: a table to search, filter, order and cut to columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from verdikart.mapping.lists import MAGNET_EARTHS, MAGNET_EARTHS_MEMBERS, entries
from verdikart.mapping.material_rows import SEVERITY, Stages, chains_of, severity, stages
from verdikart.mapping.saved import Saved
from verdikart.reference.names import name
from verdikart.reports import scores, words
from verdikart.reports.view import Tag
from verdikart.web.ask import Ask
from verdikart.web.blocks import Cell, Column, Field, Form, Page, Section, Table
from verdikart.web.listing import listing, sortable
from verdikart.web.values import cell, head, plain

Row = dict[str, Any]
Key = Callable[[Row], Any]
SUPPLEMENT = "NORWEGIAN_SUPPLEMENT"
# Lists that a reader here asks for first; the others follow by name.
FIRST_LISTS = ("EU_CRMA_ANNEX_II", "EU_CRMA_ANNEX_I", "NATO_DCRM_2024", SUPPLEMENT)
DEFAULT = (
    "verdict",
    "supplier",
    "supply_risk",
    "economic_importance",
    "criticality",
    "lists",
    "sectors",
    "chains",
)
MORE = (
    "value",
    "quantity",
    "top_share",
    "hhi",
    "ally_share",
    "chance",
    "short",
    "long",
    "goods",
    "published",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What a mapping says of every material, by material."""

    stages: dict[str, Stages]
    chains: dict[str, tuple[str, ...]]
    scored: dict[str, Row]
    published: dict[str, Row]
    horizons: dict[str, Row]
    mixes: dict[str, list[Row]]

    def worst(self, material: str) -> Row | None:
        """The stage that a reader must act on first."""
        found = self.stages.get(material)
        return found.rows[0] if found and found.rows else None


_KNOWN: WeakKeyDictionary[Saved, Known] = WeakKeyDictionary()


def known(saved: Saved) -> Known:
    """What a mapping says of each material, as seen from its home; gathered once a mapping."""
    found = _KNOWN.get(saved)
    if found is None:
        spelt = {MAGNET_EARTHS: [e.material_id for e in entries()[MAGNET_EARTHS_MEMBERS]]}
        mixes: dict[str, list[Row]] = defaultdict(list)
        for row in saved.rows("supply"):
            mixes[row["mix"]].append(row)
        _KNOWN[saved] = found = Known(
            stages(saved.own("assessments"), saved.rows("materials"), spelt),
            chains_of(saved.own("chain_steps")),
            {r["material_id"]: r for r in saved.own("criticality")},
            {r["material_id"]: r for r in saved.rows("criticality_eu")},
            {r["material"]: r for r in saved.own("material_horizons")},
            dict(mixes),
        )
    return found


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
    keys = _keys(ask, of)
    sorts = {"vulnerable": keys["vulnerable"], "name": keys["name"]}
    sorts |= {c: keys[c] for c in columns if c in keys}
    found = listing(
        ask,
        rows,
        search=("material", "name_en", "name_nb"),
        sorts=sorts,
        default="vulnerable",
        per_page=150,
    )
    made = _columns(ask, of)
    heads = sortable((Column("name", say("Material")), *(made[c][0] for c in columns)), sorts)
    body = tuple((_name(ask, of, row), *(made[c][1](row) for c in columns)) for row in found.rows)
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
            *_kept(ask, "cols", "sort"),
        ),
        say("Show"),
        reset=ask.url("materials"),
    )
    choice = Form(
        "columns",
        (
            Field("cols", say("Columns"), "checks", columns, options),
            *_kept(ask, "q", "list", "sector", "stage", "verdict", "all", "sort"),
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


def _kept(ask: Ask, *names: str) -> list[Field]:
    """What the address holds beside a form's own fields, so that sending the form keeps it."""
    items = ask.query.items
    return [Field(n, "", "hidden", value) for n in names for value in items.get(n, ()) if value]


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
    say, query, lang = ask.say, ask.query, ask.lang
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
    wanted = query.choice("list", order)
    sector = query.choice("sector", sectors)
    stage = query.choice("stage", levels)
    verdict = query.choice("verdict", outcomes)

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

    every_one = ("", say("all"))
    fields = (
        Field(
            "list",
            say("On the list"),
            "select",
            wanted,
            (every_one, *((i, titles[i]) for i in order)),
        ),
        Field(
            "sector",
            say("Sector"),
            "select",
            sector,
            (every_one, *((s, name("sector", s, lang)) for s in sectors)),
        ),
        Field(
            "stage",
            say("Stage"),
            "select",
            stage,
            (every_one, *((s, words.stage(s, lang)) for s in levels)),
        ),
        Field(
            "verdict",
            say("Verdict at some stage"),
            "select",
            verdict,
            (every_one, *((o, words.outcome(o, lang).text) for o in outcomes)),
        ),
    )
    return chosen, fields


def _keys(ask: Ask, of: Known) -> dict[str, Key]:
    def stage(column: str) -> Key:
        return lambda r: (of.worst(r["material"]) or {}).get(column)

    def held(rows: dict[str, Row], column: str) -> Key:
        return lambda r: rows.get(r["material"], {}).get(column)

    return {
        "vulnerable": lambda r: _urgency(of, r, ask.voice.name(r)),
        "name": lambda r: ask.voice.name(r).casefold(),
        "verdict": lambda r: (
            SEVERITY.index(w["outcome"]) if (w := of.worst(r["material"])) else None
        ),
        "supplier": stage("other_top_share"),
        "top_share": stage("top_share"),
        "hhi": stage("hhi_value"),
        "ally_share": stage("ally_share"),
        "value": stage("value_nok"),
        "quantity": stage("quantity_t"),
        "supply_risk": held(of.scored, "supply_risk"),
        "economic_importance": held(of.scored, "economic_importance"),
        "criticality": held(of.scored, "rank"),
        "chance": held(of.scored, "chance_critical"),
        "short": held(of.horizons, "short_rank"),
        "long": held(of.horizons, "long_rank"),
        "published": held(of.published, "published_supply_risk"),
        "sectors": lambda r: len(r["sectors"] or ()),
        "chains": lambda r: len(of.chains.get(r["material"], ())),
        "goods": lambda r: len(of.stages[r["material"]].rows),
    }


def _urgency(of: Known, row: Row, said: str) -> tuple[Any, ...]:
    """Sort key: the worst stage, a material with goods of its own before those seen through it."""
    worst = of.worst(row["material"])
    found = severity(worst) if worst else (len(SEVERITY), 0.0, 0.0, "")
    return (*found, bool(of.stages[row["material"]].through), said)


def _name(ask: Ask, of: Known, row: Row) -> Cell:
    said = [words.word("material_kind", row["kind"], ask.lang)] if row["kind"] != "material" else []
    through = of.stages[row["material"]].through
    if through:
        names = [
            scores.plain_name(
                {"name_nb": name("material", m, "nb"), "name_en": name("material", m, "en")},
                ask.voice,
            )
            for m in through
        ]
        said.append(ask.say("shown through {names}", names=ask.voice.join(names[:3])))
    text = ask.voice.name(row)
    return Cell(text, text, href=ask.url(f"materials/{row['material']}"), small="; ".join(said))


def list_tags(ask: Ask, row: Row) -> tuple[Tag, ...]:
    """The lists that count here, as labels."""
    say, held = ask.say, ("by_name", "by_group")
    tags = []
    if row["eu_strategic"] in held:
        tags.append(Tag(say("EU strategic"), "list"))
    if row["eu_critical"] in held:
        tags.append(Tag(say("EU critical"), "list"))
    if row["nato"] in held:
        tags.append(Tag(say("NATO"), "list"))
    if row["norwegian_supplement"]:
        tags.append(Tag(say("Norwegian supplement"), "list"))
    return tuple(tags)


def _lists(ask: Ask, row: Row) -> Cell:
    tags = list_tags(ask, row)
    counted = {"EU_CRMA_ANNEX_I", "EU_CRMA_ANNEX_II", "NATO_DCRM_2024"}
    others = len([i for i in row["lists"] or () if i not in counted])
    small = ask.say("{count} other lists", count=others) if others else ""
    text = "" if tags else ask.say("none that counts here")
    return Cell(text, list(row["lists"] or ()), small=small, tags=tags)


def verdict_cell(ask: Ask, row: Row | None, good: bool = True) -> Cell:
    """A stage's verdict in a word, under it the stage and the good."""
    if row is None:
        return Cell(ask.say("no goods on record"), None, "missing")
    small = words.stage(row["stage"], ask.lang)
    small += f": {ask.voice.name(row)}" if good else ""
    return Cell("", row["outcome"], tags=(words.outcome(row["outcome"], ask.lang),), small=small)


def supplier_cell(ask: Ask, row: Row | None) -> Cell:
    """The largest supplier that is no ally and its share, linked to the share's card."""
    if row is None or row["outcome"] == "not_computable":
        return Cell(ask.say("not known"), None, "missing")
    if row["other_top_share"] is None:
        return Cell(ask.say("none seen"), None)
    share = cell(ask, row, "other_top_share")
    text = f"{ask.voice.country(row['other_top'])} {share.text}"
    return Cell(text, share.raw, share.status, share.low, share.high, share.unit, share.why)


def _columns(ask: Ask, of: Known) -> dict[str, tuple[Column, Callable[[Row], Cell]]]:
    """Every column that can be chosen: its heading, and the cell of a material."""
    say = ask.say

    def stage(column: str) -> Callable[[Row], Cell]:
        def made(row: Row) -> Cell:
            found = of.worst(row["material"])
            if found is None or found["outcome"] == "not_computable":
                return Cell(say("not known"), None, "missing")
            return cell(ask, found, column)

        return made

    def held(rows: dict[str, Row], column: str, lack: str) -> Callable[[Row], Cell]:
        def made(row: Row) -> Cell:
            found = rows.get(row["material"])
            return cell(ask, found, column) if found else Cell(lack, None, "missing")

        return made

    def critical(row: Row) -> Cell:
        found = of.scored.get(row["material"])
        if found is None:
            return Cell(say("not scored"), None, "missing")
        return Cell("", found["verdict"], tags=scores.verdict(found, ask.voice))

    def counted(number: Callable[[Row], int]) -> Callable[[Row], Cell]:
        return lambda row: plain(number(row))

    unscored = say("not scored")
    return {
        "lists": (Column("lists", say("Lists")), lambda r: _lists(ask, r)),
        "verdict": (
            Column("verdict", say("Worst stage"), wide=True),
            lambda r: verdict_cell(ask, of.worst(r["material"])),
        ),
        "supplier": (
            Column("supplier", say("Largest supplier that is no ally"), number=True),
            lambda r: supplier_cell(ask, of.worst(r["material"])),
        ),
        "supply_risk": (
            head(ask, "criticality", "supply_risk"),
            held(of.scored, "supply_risk", unscored),
        ),
        "economic_importance": (
            head(ask, "criticality", "economic_importance"),
            held(of.scored, "economic_importance", unscored),
        ),
        "criticality": (Column("criticality", say("EU method, seen from the home")), critical),
        "sectors": (
            Column("sectors", say("Sectors"), number=True),
            counted(lambda r: len(r["sectors"] or ())),
        ),
        "chains": (
            Column("chains", say("Value chains"), number=True),
            counted(lambda r: len(of.chains.get(r["material"], ()))),
        ),
        "value": (head(ask, "assessments", "value_nok"), stage("value_nok")),
        "quantity": (head(ask, "assessments", "quantity_t"), stage("quantity_t")),
        "top_share": (head(ask, "assessments", "top_share"), stage("top_share")),
        "hhi": (head(ask, "assessments", "hhi_value"), stage("hhi_value")),
        "ally_share": (head(ask, "assessments", "ally_share"), stage("ally_share")),
        "chance": (
            head(ask, "criticality", "chance_critical"),
            held(of.scored, "chance_critical", unscored),
        ),
        "short": (head(ask, "material_horizons", "short"), held(of.horizons, "short", unscored)),
        "long": (head(ask, "material_horizons", "long"), held(of.horizons, "long", unscored)),
        "goods": (
            Column("goods", say("Goods assessed, of all"), number=True),
            lambda r: plain(
                len(of.stages[r["material"]].rows),
                say(
                    "{seen} of {all}",
                    seen=len(of.stages[r["material"]].seen),
                    all=len(of.stages[r["material"]].rows),
                ),
            ),
        ),
        "published": (
            head(ask, "criticality_eu", "published_supply_risk"),
            held(of.published, "published_supply_risk", say("not in the study")),
        ),
    }


__all__ = ["Known", "known", "list_tags", "materials", "supplier_cell", "verdict_cell"]
