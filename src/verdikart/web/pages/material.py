"""One material: how vulnerable the home is, through which stage, from whom, how sure, and what is not known."""

from __future__ import annotations

from verdikart.core.errors import UnknownName
from verdikart.mapping.lists import standings
from verdikart.mapping.saved import only
from verdikart.reference.names import name
from verdikart.reports import scores, words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Facts, Note, Page, Prose, Section, Table
from verdikart.web.pages import (
    material_own,
    material_published,
    material_scores,
    material_supply,
    material_ties,
    material_ways,
    material_years,
)
from verdikart.web.pages.material_seen import Seen, answer, good_name
from verdikart.web.pages.materials_columns import list_tags
from verdikart.web.pages.materials_known import known
from verdikart.web.values import cell, gap_text, head, heads, named, plain

FIRST = ("EU_CRMA_ANNEX_I", "EU_CRMA_ANNEX_II", "NATO_DCRM_2024")


def material(ask: Ask) -> Page:
    """The page ``/materials/{material}``."""
    key = ask.ids["material"]
    rows = {r["material"]: r for r in ask.saved.rows("materials")}
    if key not in rows:
        names = {m: (r["name_en"], r["name_nb"]) for m, r in rows.items()}
        raise UnknownName("material", key, names, "materials of the mapping")
    seen = Seen(ask, key, rows[key], known(ask.saved))
    sections = (
        _short(seen),
        _what(seen, rows),
        material_supply.stages(seen),
        material_supply.mixes(seen),
        material_supply.quantity(seen),
        material_years.time(seen),
        material_scores.methods(seen),
        material_scores.uncertainty(seen),
        material_scores.horizons(seen),
        material_ties.uses(seen),
        material_ties.norway(seen),
        material_published.published(seen),
        material_own.own(seen),
        material_ways.measures(seen),
        material_ways.ways_out(seen),
        _gaps(seen),
    )
    return Page(
        ask.voice.name(rows[key]),
        tuple(s for s in sections if s is not None),
        lead=answer(seen),
        tags=list_tags(ask, rows[key]),
        crumbs=((ask.say("Materials"), ask.url("materials")),),
        main="stages-table",
    )


def _short(seen: Seen) -> Section:
    """The figures that matter most, and what the findings say to do."""
    ask, say, worst = seen.ask, seen.ask.say, seen.worst
    items: list[tuple[str, Cell]] = []
    if worst is not None and worst["outcome"] != "not_computable":
        verdict = words.outcome(worst["outcome"], ask.lang)
        said = plain(
            worst["outcome"],
            verdict.text,
            small=f"{words.stage(worst['stage'], ask.lang)}: {ask.voice.name(worst)}",
        )
        items.append((say("Worst stage"), said))
        for column in (
            "other_top",
            "other_top_share",
            "value_nok",
            "quantity_t",
            "hhi_value",
            "ally_share",
        ):
            about = head(ask, "assessments", column)
            title = f"{about.title}, {about.unit}" if about.unit else about.title
            items.append((title, cell(ask, worst, column)))
    scored = seen.of.scored.get(seen.key)
    if scored is not None:
        tags = scores.verdict(scored, ask.voice)
        items.append((say("EU method, seen from the home"), Cell("", scored["verdict"], tags=tags)))
        items += [
            (head(ask, "criticality", column).title, cell(ask, scored, column))
            for column in ("supply_risk", "economic_importance", "chance_critical")
        ]
    blocks: list[Block] = [Facts(tuple(items))] if items else []
    for finding in ask.saved.rows("findings"):
        if seen.key in finding["materials"]:
            title = (
                say(
                    "What the mapping finds: number {rank} among the sharpest vulnerabilities",
                    rank=finding["rank"],
                )
                if finding["kind"] == "vulnerability"
                else say(
                    "What the mapping finds: number {rank} among the strongest positions",
                    rank=finding["rank"],
                )
            )
            tone = "warning" if finding["kind"] == "vulnerability" else "info"
            blocks.append(Note(ask.voice.of(finding, "text"), tone, title))
    if not blocks:
        blocks.append(
            Prose(
                (
                    say(
                        "No figure of this material could be computed; the last part of the page "
                        "says what is lacking."
                    ),
                )
            )
        )
    return Section("short", say("In short"), tuple(blocks))


def _what(seen: Seen, rows: dict[str, dict[str, object]]) -> Section:
    """What it is, why it is looked at, and which lists name it for which purpose."""
    ask, say, row, voice = seen.ask, seen.ask.say, seen.row, seen.ask.voice
    texts = []
    group = row["parent"]
    inside = [m for m, r in rows.items() if r["parent"] == seen.key]
    if group:
        texts.append(
            say(
                "{name} is part of the group {group}.",
                name=voice.name(row),
                group=name("material", group, ask.lang),
            )
        )
    elif inside:
        names = [name("material", m, ask.lang) for m in inside]
        texts.append(
            say("{name} is a group: {names}.", name=voice.name(row), names=voice.join(names))
        )
    if row["norwegian_supplement"]:
        texts.append(
            say(
                "In scope through the Norwegian supplement: {reason}",
                reason=voice.of(row, "reason"),
            )
        )
    elif row["in_scope"]:
        texts.append(say("In scope because EU or NATO lists name it."))
    else:
        texts.append(
            say(
                "Outside the scope: on no EU or NATO list, nor in the Norwegian supplement. It is "
                "followed, and shown for completeness."
            )
        )
    short = [words.short_list(i, ask.lang) for i in FIRST if i in (row["lists"] or ())]
    held = standings()[seen.key].lists if seen.key in standings() else {}
    found = [r for r in ask.saved.rows("lists") if r["list"] in held]
    found.sort(
        key=lambda r: (
            not r["list"].startswith(("EU_CRMA", "NATO")),
            bool(r["valid_to"]),
            -r["year"],
        )
    )
    body = tuple(
        (
            named(ask, r, prefix="title", small=f"{r['issuer']}, {r['year']}"),
            plain(held[r["list"]], words.coverage(held[r["list"]], ask.lang)),
            plain(r["kind"], words.word("list_kind", r["kind"], ask.lang)),
            plain(voice.of(r, "purpose")),
        )
        for r in found
    )
    columns = (
        Column("list", say("List")),
        Column("coverage", say("Named")),
        head(ask, "lists", "kind"),
        Column("purpose", say("What the list is for"), wide=True),
    )
    table = Table(
        "lists",
        say("{count} lists name {name}", count=len(body), name=scores.plain_name(row, voice)),
        columns,
        body,
        notes=(say("Lists are made for different purposes and are never merged."),) if body else (),
        empty=say("No list in the package names it."),
        folded=say("Open the lists, how they name it and what each is for") if body else "",
    )
    if found:
        others = len(found) - len(short)
        named_by = [*short, *([say("{count} other lists", count=others)] if others else [])]
        texts.append(say("Named by: {names}.", names=voice.join(named_by)))
    ways = [
        (name("material", m, ask.lang), ask.url(f"materials/{m}"))
        for m in (*([group] if group else []), *inside)
    ]
    blocks: list[Block] = [Prose(tuple(texts)), table]
    if ways:
        blocks.append(
            Note(
                say("Figures of the group and its members stand on their own pages."),
                "info",
                links=tuple(ways),
            )
        )
    return Section("what", say("What it is and which lists name it"), tuple(blocks))


def _gaps(seen: Seen) -> Section:
    """What is not known: goods without figures, and inputs that the scores lack."""
    ask, say, saved = seen.ask, seen.ask.say, seen.ask.saved
    rows = [r for r in saved.rows("gaps") if seen.key in (r["materials"] or ())]
    body = tuple(
        (
            named(ask, r, href=seen.step(r["product"]), small=words.stage(r["stage"], ask.lang)),
            plain(r["reason"], gap_text(r["reason"], ask.lang)),
            plain(r["would_fill"], _source(seen, r["would_fill"])),
            cell(ask, r, "heading_imports_usd"),
        )
        for r in rows
    )
    columns = (
        Column("good", say("Good and stage")),
        Column("reason", say("Why it is not known"), wide=True),
        Column("would_fill", say("What would fill it"), wide=True),
        *heads(ask, "gaps", ("heading_imports_usd",)),
    )
    blocks: list[Block] = [
        Table(
            "gaps-table",
            say("{count} goods of the material that could not be judged", count=len(body)),
            columns,
            body,
            empty=say("Every good on record could be judged."),
        )
    ]
    lacks = [
        words.word("critical_input", part.partition(":")[0], ask.lang)
        for row in only(saved.own("criticality"), material_id=seen.key)
        for part in row["missing"] or ()
    ]
    if lacks:
        blocks.append(
            Prose(
                (
                    say(
                        "The scores of the EU method lack: {names}.",
                        names=scores.listed(lacks, ask.voice),
                    ),
                )
            )
        )
    return Section("gaps", say("What we do not know"), tuple(blocks))


def _source(seen: Seen, source_id: str | None) -> str:
    return words.source_title(source_id, seen.ask.voice) if source_id else seen.ask.say("not known")


__all__ = ["good_name", "material"]
