"""The parts of a sector's page: goods at risk, materials, technologies, industries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from verdikart.mapping.lists import related
from verdikart.mapping.partners import worst
from verdikart.reference.load import load
from verdikart.reference.names import name
from verdikart.reference.texts import reason_text
from verdikart.reference.value_chains import ProductTechnology
from verdikart.reports import words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Cell, Column, Note, Prose, Section, Table
from verdikart.web.listing import Key, Row, listing, sortable
from verdikart.web.pages.country_goods import Goods, verdict
from verdikart.web.values import cell, head, named

WEIGHTS = ("H", "M", "L")
# Industries of the inter-country input-output table that a strategic sector is seen through. An
# assignment of our own: the table's industries are wider than the sectors.
INDUSTRIES: Mapping[str, tuple[str, ...]] = {
    "defence": ("C25", "C301", "C302T309", "O"),
    "digital": ("C26", "J61", "J62_63"),
    "energy": ("B05", "B06", "C19", "C27", "D"),
    "food": ("A01", "A03", "C10T12"),
    "process_industry": ("B07", "C17_18", "C20", "C23", "C24A", "C24B"),
}
NO_COUNTRY = ("OTHER", "UNKNOWN")
NAMED = 4  # technologies named beside a material
COUNTRIES = 5  # countries shown for each industry


def goods_of(ask: Ask, rows: Sequence[Row]) -> Section:
    """Goods of the sector's materials that are vulnerable."""
    say, goods = ask.say, Goods(ask)
    table = Table(
        "goods-table",
        say("Vulnerable goods of the sector’s materials"),
        (
            Column("good", say("Good")),
            head(ask, "assessments", "materials"),
            head(ask, "assessments", "top_supplier"),
            head(ask, "assessments", "top_share"),
            head(ask, "assessments", "ally_share"),
            head(ask, "assessments", "value_nok"),
            head(ask, "assessments", "basis"),
        ),
        tuple(
            (
                goods.name(r["subject"]),
                cell(ask, r, "materials", why=False),
                cell(ask, r, "top_supplier", href=_country(ask, r["top_supplier"])),
                cell(ask, r, "top_share"),
                cell(ask, r, "ally_share"),
                cell(ask, r, "value_nok"),
                cell(ask, r, "basis", why=False),
            )
            for r in sorted(rows, key=lambda r: (-(r["value_nok"] or 0), r["subject"]))
        ),
        empty=say(
            "No good of the sector’s materials is judged vulnerable. Goods that cannot be judged "
            "are in the table of materials."
        ),
    )
    return Section("goods", say("Vulnerable goods"), (table,))


def _country(ask: Ask, iso3: str | None) -> str:
    return ask.url(f"countries/{iso3}") if iso3 else ""


def materials_of(
    ask: Ask, links: Sequence[Row], known_rows: Mapping[str, Sequence[Row]], only: str
) -> Section:
    """Materials tied to the sector: through what, how important, and how they are judged."""
    say = ask.say
    tied: dict[str, list[Row]] = defaultdict(list)
    for row in links:
        tied[row["material"]].append(row)
    known = {r["material"]: r for r in ask.saved.rows("materials")}
    scored = {r["material_id"]: r for r in ask.saved.own("criticality")}
    rows = [
        {
            "key": m,
            "name": ask.voice.name(known[m]),
            "weight": min((r["importance"] for r in held), key=WEIGHTS.index),
            "count": len({r["via"] for r in held}),
            "links": held,
            "risk": scored[m]["supply_risk"] if m in scored else None,
        }
        for m, held in tied.items()
        if not only or only not in tied or m == only
    ]
    keys: dict[str, Key] = {
        "name": lambda r: r["name"],
        "weight": lambda r: (WEIGHTS.index(r["weight"]), r["name"]),
        "count": lambda r: r["count"],
        "supply_risk": lambda r: r["risk"],
    }
    found = listing(ask, rows, sorts=keys, default="weight", prefix="m")
    columns = sortable(
        (
            Column("name", say("Material")),
            Column("verdict", say("Worst verdict")),
            head(ask, "criticality", "supply_risk"),
            Column("weight", say("Importance")),
            Column("count", say("Ties"), number=True),
            Column("via", say("Through"), wide=True),
        ),
        keys,
    )
    unscored = Cell(say("not scored"), None, "missing")
    table = Table(
        "materials-table",
        say("Materials tied to the sector"),
        columns,
        tuple(
            (
                Cell(r["name"], r["key"], href=ask.url(f"materials/{r['key']}")),
                worst_of(ask, r["key"], known_rows),
                cell(ask, scored[r["key"]], "supply_risk") if r["key"] in scored else unscored,
                Cell(words.word("importance", r["weight"], ask.lang), r["weight"]),
                Cell(str(r["count"]), r["count"]),
                _through(ask, r["links"]),
            )
            for r in found.rows
        ),
        empty=say("No material is tied to this sector in this mapping."),
        pager=found.pager,
        sorted_by=found.sorted_by,
        sort_links=found.sort_links,
    )
    return Section("materials", say("Materials"), (*_alone(ask, only in tied), table))


def _alone(ask: Ask, alone: bool) -> list[Block]:
    """Says that one row was picked out in the matrix, and how to see the others."""
    if not alone:
        return []
    return [
        Note(
            ask.say("Only one row is shown."),
            links=((ask.say("Show all rows"), ask.here(only=None)),),
        )
    ]


def judged(ask: Ask) -> dict[str, list[Row]]:
    """The home's assessments by material."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in ask.saved.own("assessments"):
        for material in row["materials"] or ():
            found[material].append(row)
    return found


def worst_of(ask: Ask, material: str, known: Mapping[str, Sequence[Row]]) -> Cell:
    """The worst verdict on a material's goods; where it has none, the group or member that has."""
    if row := worst(known.get(material, ())):
        return verdict(ask, row)
    near = next((m for m in sorted(known) if related(material, m)), "")
    if near:
        text = ask.say("see {name}", name=name("material", near, ask.lang).lower())
        return Cell(text, None, href=ask.url(f"materials/{near}"))
    return Cell(ask.say("not assessed"), None, "missing")


def _through(ask: Ask, links: Sequence[Row]) -> Cell:
    """Technologies by name, and plants by their number."""
    ranked = sorted(
        links, key=lambda r: (WEIGHTS.index(r["importance"]), ask.voice.of(r, "via_name"))
    )
    names = list(
        dict.fromkeys(ask.voice.of(r, "via_name") for r in ranked if r["via_kind"] == "technology")
    )
    plants = {r["via"] for r in links if r["via_kind"] == "plant"}
    if not names:
        return Cell(ask.say("{n} Norwegian plant records", n=len(plants)), sorted(plants))
    rest = [ask.say("and {n} more", n=len(names) - NAMED)] if len(names) > NAMED else []
    if plants:
        rest.append(ask.say("and {n} Norwegian plant records", n=len(plants)))
    return Cell(", ".join(names[:NAMED]), names, small=", ".join(rest))


def technologies_of(
    ask: Ask, links: Sequence[Row], known_rows: Mapping[str, Sequence[Row]], only: str
) -> Section:
    """Technologies of the sector: how many materials each needs, and which are vulnerable."""
    say, goods = ask.say, Goods(ask)
    used: dict[str, dict[str, str]] = defaultdict(dict)
    named_as: dict[str, Row] = {}
    for row in links:
        if row["via_kind"] == "technology":
            used[row["via"]][row["material"]] = row["importance"]
            named_as[row["via"]] = row
    weak = {m for m, rows in known_rows.items() if any(r["outcome"] == "vulnerable" for r in rows)}
    shown = {r["material"]: ask.voice.name(r) for r in ask.saved.rows("materials")}
    made: dict[str, list[str]] = defaultdict(list)
    for tie in load(ProductTechnology):
        made[tie.technology_id].append(tie.product_id)
    rows = sorted(
        (t for t in used if not only or only not in used or t == only),
        key=lambda t: (-len(weak & set(used[t])), -len(used[t]), t),
    )
    table = Table(
        "technologies-table",
        say("Technologies of the sector and the materials they need"),
        (
            Column("name", say("Technology")),
            Column("materials", say("Materials"), number=True),
            Column("high", say("Of high importance"), number=True),
            Column("vulnerable", say("With a vulnerable good"), wide=True),
            Column("products", say("Products that go into it"), number=True),
        ),
        tuple(
            (
                Cell(
                    ask.voice.of(named_as[t], "via_name"),
                    t,
                    href=ask.url("sectors", technology=t),
                ),
                Cell(str(len(used[t])), len(used[t]), href=ask.url("sectors", technology=t)),
                Cell(str(_high(used[t])), _high(used[t])),
                Cell(
                    ", ".join(shown[m] for m in sorted(weak & set(used[t]))) or say("none"),
                    sorted(weak & set(used[t])),
                ),
                _products(goods, made[t]),
            )
            for t in rows
        ),
        empty=say("No technology ties a material to this sector; Norwegian plants do."),
    )
    return Section("technologies", say("Technologies"), (*_alone(ask, only in used), table))


def _high(weights: Mapping[str, str]) -> int:
    return sum(weight == "H" for weight in weights.values())


def _products(goods: Goods, products: Sequence[str]) -> Cell:
    count = len(set(products))
    return Cell(str(count), count, href=goods.href(products[:1]) if count == 1 else "")


def industries(ask: Ask, sector: str) -> Section:
    """The sector through industries of the input-output table: who is behind their inputs."""
    say = ask.say
    rows = [
        r
        for r in ask.saved.own("sector_exposure")
        if r["sector_id"] in INDUSTRIES[sector]
        and r["country"] not in (*NO_COUNTRY, ask.saved.home)
    ]
    shown: list[Row] = []
    for industry in INDUSTRIES[sector]:
        held = [r for r in rows if r["sector_id"] == industry]
        shown += sorted(held, key=lambda r: -(r["look_through"] or 0))[:COUNTRIES]
    table = Table(
        "industries-table",
        say("Industries near the sector, and the countries that have added most to their inputs"),
        (
            Column("industry", say("Industry")),
            Column("country", say("Country")),
            head(ask, "sector_exposure", "face"),
            head(ask, "sector_exposure", "look_through"),
            head(ask, "sector_exposure", "hidden"),
            head(ask, "sector_exposure", "year"),
        ),
        tuple(
            (
                named(ask, r, small=r["sector_id"]),
                Cell(ask.voice.of(r, "country"), r["country"], href=_country(ask, r["country"])),
                cell(ask, r, "face"),
                cell(ask, r, "look_through"),
                cell(ask, r, "hidden"),
                cell(ask, r, "year", why=False),
            )
            for r in shown
        ),
        notes=tuple(
            reason_text(code, ask.lang)
            for code in dict.fromkeys(c for r in shown for c in r["caveats"] or ())
        ),
        empty=say("This mapping has no input-output figures for industries near the sector."),
    )
    text = say(
        "The input-output table has industries, not strategic sectors. These are the industries "
        "nearest to it; the assignment is our own, and each industry also holds much else."
    )
    return Section("industries", say("Industries and look-through"), (Prose((text,)), table))
