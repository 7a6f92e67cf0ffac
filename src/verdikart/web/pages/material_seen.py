"""What the parts of a material's page share: its rows, links to steps, and the answer in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from verdikart.mapping.material_rows import Stages
from verdikart.mapping.saved_chains import chains_of
from verdikart.mapping.statements import upper_first
from verdikart.reference.names import name
from verdikart.reports import scores, words
from verdikart.web.ask import Ask
from verdikart.web.blocks import Block, Links
from verdikart.web.pages.materials_known import Known

Row = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """A material as the mapped home sees it."""

    ask: Ask
    key: str
    row: Row
    of: Known

    @cached_property
    def home(self) -> str:
        """The name of the mapped home."""
        return name("home", self.ask.saved.home, self.ask.lang)

    @cached_property
    def stages(self) -> Stages:
        """Its assessments, worst first."""
        return self.of.stages.get(self.key, Stages())

    @property
    def worst(self) -> Row | None:
        """The assessment that a reader must act on first."""
        return self.stages.rows[0] if self.stages.rows else None

    @property
    def limit(self) -> float:
        """The limit of the mapping for the share of one supplier."""
        return float(self.ask.saved.parameters.get("share_threshold", 0.65))

    @cached_property
    def kin(self) -> frozenset[str]:
        """The material, and those it is seen through."""
        return frozenset((self.key, *self.stages.through))

    @cached_property
    def steps(self) -> list[Row]:
        """Steps of chains that hold the material, as the home sees them."""
        return [r for r in self.ask.saved.own("chain_steps") if self.key in r["materials"]]

    @cached_property
    def _chains(self) -> dict[str, str]:
        """Product → this material's own chain where it is a step of it, else where it belongs."""
        return {
            product: self.key if self.key in chains else chains[0]
            for product, chains in chains_of(self.ask.saved).items()
        }

    def step(self, product: str | None) -> str:
        """The address of a good's step in a chain; empty where no chain has it."""
        chain = self._chains.get(product or "")
        return self.ask.url(f"chains/{chain}/{product}") if chain else ""


def near(seen: Seen, table: str) -> tuple[Block, ...]:
    """Ways to the groups and members that the table has rows on."""
    ask = seen.ask
    column = "material" if table == "material_horizons" else "material_id"
    have = {r[column] for r in ask.saved.own(table)}
    row = seen.row
    inside = [r["material"] for r in ask.saved.rows("materials") if r["parent"] == seen.key]
    kin = [m for m in (row["parent"], *inside) if m in have]
    if not kin:
        return ()
    ways = tuple((name("material", m, ask.lang), ask.url(f"materials/{m}"), "") for m in kin)
    return (Links(ways),)


def good_name(row: Row, lang: str) -> str:
    """A good's name inside a sentence."""
    text = str(row[f"name_{lang}"]).split(" (")[0]
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def answer(seen: Seen) -> str:
    """How vulnerable the home is, in one or two sentences."""
    say, voice = seen.ask.say, seen.ask.voice
    parts = []
    if seen.stages.through:
        names = [name("material", m, seen.ask.lang) for m in seen.stages.through]
        parts.append(
            say(
                "No good of its own has figures; seen through {names}:", names=voice.join(names[:3])
            )
        )
    parts.append(_stage(seen))
    scored = seen.of.scored.get(seen.key)
    if scored is not None:
        parts.append(
            say(
                "By the EU method, seen from {home}: {verdict}.",
                home=seen.home,
                verdict=", ".join(t.text for t in scores.verdict(scored, voice)),
            )
        )
    return " ".join(upper_first(part) for part in parts)


def _stage(seen: Seen) -> str:
    say, voice, row = seen.ask.say, seen.ask.voice, seen.worst
    if row is None:
        return say("No good of this material is on record, so nothing is known of its supply.")
    if row["outcome"] == "not_computable":
        return say(
            "Not known: none of the goods on record ({count}) could be judged on the data there are.",
            count=len(seen.stages.rows),
        )
    told = {
        "home": seen.home,
        "material": scores.plain_name(seen.row, voice),
        "good": good_name(row, seen.ask.lang),
        "share": voice.percent(
            row["other_top_share"] if row["outcome"] == "vulnerable" else row["top_share"]
        ),
        "country": voice.country(
            row["other_top"] if row["outcome"] == "vulnerable" else row["top_supplier"]
        ),
        "year": row["year"],
        "stage": words.stage(row["stage"], seen.ask.lang),
    }
    if row["basis"] == "world_supply":
        return _world(seen, row["outcome"], told)
    if row["outcome"] == "vulnerable":
        return say(
            "{home} is vulnerable: {share} of the imports of {good} by value came from {country} "
            "in {year}, and {country} is no ally.",
            **told,
        )
    if row["outcome"] == "concentrated_allied":
        return say(
            "Concentrated, but with allies: {share} of {home}’s imports of {good} by value came "
            "from {country} in {year}, which is an ally.",
            **told,
        )
    if row["outcome"] == "not_concentrated":
        return say(
            "Not vulnerable at the stages seen: the largest supplier of {good} to {home} is "
            "{country} with {share} of the imports by value in {year}.",
            **told,
        )
    if row["outcome"] == "small":
        return say(
            "Only small flows are seen, so no verdict is given. The largest supplier of {good} to "
            "{home} is {country} with {share} of the imports by value in {year}.",
            **told,
        )
    if row["outcome"] == "not_imported":
        return say("{home} imported no {good} in {year}.", **told)
    if row["outcome"] == "transit":
        return say(
            "{share} of {home}’s imports of {good} by value came from {country} in {year}, which "
            "is not known to produce it: the origin may be another country, and no verdict is "
            "given.",
            **told,
        )
    low, high = row.get("top_share_low"), row.get("top_share_high")
    return say(
        "Flows seem to be withheld, so only bounds are known: from {low} to {high} of {home}’s "
        "imports of {good} by value came from {country} in {year}.",
        **told,
        low=voice.percent(low, 0),
        high=voice.percent(high),
    )


def _world(seen: Seen, outcome: str, told: Row) -> str:
    say = seen.ask.say
    if outcome == "vulnerable":
        return say(
            "{home}’s own imports are not seen, but the world’s supply is vulnerable: {share} of "
            "{good} comes from {country}, which is no ally ({year}).",
            **told,
        )
    if outcome == "concentrated_allied":
        return say(
            "{home}’s own imports are not seen. The world’s supply of {good} is concentrated, but "
            "with an ally: {share} from {country} ({year}).",
            **told,
        )
    return say(
        "{home}’s own imports are not seen. The world’s supply of {good} is not concentrated: the "
        "largest is {country} with {share} ({year}).",
        **told,
    )
