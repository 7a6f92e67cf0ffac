"""Words for the codes of a mapping: verdicts, flags, roles, importance, lists, parameters."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from typing import Any

from verdikart.reference.entities import Source, Stage, Word
from verdikart.reference.figures import Document
from verdikart.reference.i18n import Lang, translator
from verdikart.reference.load import by_key, load
from verdikart.reports.view import Tag
from verdikart.reports.voice import Voice


def outcome(code: str, lang: Lang) -> Tag:
    """A verdict in a word or two."""
    _ = translator(lang)
    return {
        "vulnerable": Tag(_("vulnerable"), "risk"),
        "concentrated_allied": Tag(_("concentrated, allied"), "ally"),
        "not_concentrated": Tag(_("not concentrated"), "plain"),
        "small": Tag(_("small flow, no verdict"), "doubt"),
        "bounds_only": Tag(_("bounds only, no verdict"), "doubt"),
        "transit": Tag(_("suspected transit, no verdict"), "doubt"),
        "not_imported": Tag(_("not imported"), "plain"),
        "not_computable": Tag(_("not computable"), "doubt"),
    }[code]


def flag(code: str, lang: Lang) -> Tag:
    """A flag of the verdict."""
    _ = translator(lang)
    known = {
        "concentrated": Tag(_("concentrated (HHI)"), "risk"),
        "over_65_imports": Tag(_("over 65% of imports"), "risk"),
        "over_65_consumption": Tag(_("over 65% of consumption"), "risk"),
        "cdi1": Tag("CDI1"),
        "cdi2": Tag("CDI2"),
        "cdi3": Tag("CDI3"),
        "persistent": Tag(_("persistent"), "risk"),
        "borderline": Tag(_("borderline"), "doubt"),
        "small": Tag(_("small flow"), "doubt"),
        "allied": Tag(_("largest supplier allied"), "ally"),
        "confidential": Tag(_("figures withheld"), "doubt"),
        "suspected_transit": Tag(_("suspected transit"), "doubt"),
    }
    return known.get(code) or Tag(code)


SHOWN_FLAGS = (
    "over_65_imports",
    "over_65_consumption",
    "concentrated",
    "persistent",
    "borderline",
    "small",
    "allied",
    "confidential",
)
# The outcome's own word makes this flag superfluous beside it.
SAID_BY_OUTCOME = {
    "small": "small",
    "bounds_only": "confidential",
    "transit": "suspected_transit",
    "concentrated_allied": "allied",
}


def flags(row: Dict[str, Any], lang: Lang) -> tuple[Tag, ...]:
    """Flags that a reader acts on, beside the outcome; the CDI flags stand in the saved tables.

    Where no verdict is given, a met test is named without the colour of a verdict; bounds meet none.
    """
    if row["outcome"] == "bounds_only":
        return ()
    said = SAID_BY_OUTCOME.get(row["outcome"])
    found = [flag(f, lang) for f in SHOWN_FLAGS if f in row["flags"] and f != said]
    if row["outcome"] in ("small", "transit"):
        found = [Tag(t.text) if t.tone == "risk" else t for t in found]
    if "suspected_transit" in row["caveats"] and said != "suspected_transit":
        found.append(flag("suspected_transit", lang))
    return tuple(found)


def role(code: str, lang: Lang) -> str:
    """A role at a stage."""
    _ = translator(lang)
    return {
        "extractor": _("extractor"),
        "processor_own_feed": _("processor of own raw material"),
        "processor_imported_feed": _("processor of imported raw material"),
        "recycler": _("recycler"),
        "transit": _("transit"),
        "deposit_only": _("deposit only"),
        "absent": _("absent"),
        "unknown": _("role not known"),
    }.get(code, code)


def stage(code: str, lang: Lang) -> str:
    """A stage of a chain, in running text."""
    found = by_key(Stage).get(code)
    return found.name(lang).lower() if found else code


def word(vocabulary: str, term: str, lang: Lang) -> str:
    """A value of a small vocabulary; the value itself where the vocabulary lacks it."""
    found = by_key(Word).get((vocabulary, term))
    return found.name(lang) if found else term


def short_method(code: str, lang: Lang) -> str:
    """A method's name, short enough for the edge of a matrix."""
    _ = translator(lang)
    return {
        "eu_published": _("EU study"),
        "eu2023": _("EU method, home"),
        "geopolrisk": _("GeoPolRisk"),
        "geopolrisk_corrected": _("GeoPolRisk, corr."),
        "cdi": _("EU dependency"),
        "geodep": _("GeoDep"),
        "production": _("World production"),
        "lists": _("Lists as votes"),
    }.get(code, code)


def method_value(code: str, lang: Lang) -> str:
    """What a method's value is."""
    _ = translator(lang)
    return {
        "eu_published": _("supply risk, 0 to 10"),
        "eu2023": _("supply risk, 0 to 10"),
        "geopolrisk": _("score"),
        "geopolrisk_corrected": _("score"),
        "cdi": _("CDI1: concentration of imports, 0 to 1"),
        "geodep": _("1 where all criteria are met, else 0"),
        "production": _("concentration (HHI), 0 to 1"),
        "lists": _("share of the issuers that name it"),
    }.get(code, code)


def confidence(status: str, lang: Lang) -> str:
    """How well a fact is checked: parts joined by semicolons, some about dates alone."""
    _ = translator(lang)
    parts = []
    for part in status.split("; "):
        if part.startswith("dates from "):
            parts.append(_("dates from memory, unverified"))
        else:
            parts.append(word("confidence", part, lang))
    return "; ".join(parts)


def coverage(code: str | None, lang: Lang) -> str:
    """How a list covers a material."""
    _ = translator(lang)
    words = {
        "by_name": _("by name"),
        "by_group": _("through its group"),
        "in_part": _("in part"),
        None: _("no"),
    }
    return words[code]


def short_list(list_id: str, lang: Lang) -> str:
    """A list's name, short enough for the edge of a matrix."""
    _ = translator(lang)
    return {
        "AU_DISR_2024": _("Australia 2024"),
        "CA_NRCAN_2024": _("Canada 2024"),
        "EU_CRMA_ANNEX_I": _("EU strategic"),
        "EU_CRMA_ANNEX_II": _("EU critical"),
        "JP_METI_ESPA_SUPPORT_2024": _("Japan, support"),
        "JP_METI_STOCKPILE_2020": _("Japan, stockpile"),
        "KR_MOTIE_2023": _("Korea 2023"),
        "NATO_DCRM_2024": _("NATO 2024"),
        "UK_2024_FULL_UNVERIFIED": _("UK 2024*"),
        "US_DOE_2023": _("USA energy 2023"),
        "US_USGS_2025": _("USA 2025"),
    }.get(list_id, list_id)


def group(code: str, lang: Lang) -> str:
    """A group of countries, as short as it is known by."""
    _ = translator(lang)
    return {"EEA": _("EEA"), "NORDIC": _("Nordic countries")}.get(code, code)


def provider(name: str, lang: Lang) -> str:
    """Who publishes a source or document."""
    _ = translator(lang)
    return {
        "European Commission": _("European Commission"),
        "Federal Ministry of Finance, Austria": _("Federal Ministry of Finance, Austria"),
        "Ministry of Trade, Industry and Fisheries": _("Ministry of Trade, Industry and Fisheries"),
        "Statistics Norway": _("Statistics Norway"),
        "World Bank": _("World Bank"),
    }.get(name, name)


def source_title(source_id: str | None, voice: Voice) -> str:
    """A source's title and provider; a dash where none is known."""
    source = by_key(Source).get(source_id or "")
    if source is None:
        return source_id or "–"
    title = source.title_nb if voice.lang == "nb" else source.title_en
    return f"{title} ({provider(source.provider, voice.lang)})"


def cited(text: str | None, lang: Lang) -> str:
    """A source as the tables give it, its documents by name instead of by id."""
    _, found = translator(lang), text or ""
    for document in load(Document):
        if document.document in found:
            name = (document.name_nb if lang == "nb" else "") or document.name_en
            found = found.replace(f"{document.document}, lines", f"{name}, {_('lines')}")
            found = found.replace(document.document, name)
    return found.removesuffix("; judged") + (_("; own judgement") if "; judged" in found else "")


def vintage(text: str, lang: Lang) -> str:
    """The release of a source; the few words in it are translated."""
    _ = translator(lang)
    known = {
        "(inferred)": _("(inferred)"),
        "data to": _("data to"),
        " edition": _(" edition"),
        ", fetched ": _(", fetched "),
    }
    for word_en, word in known.items():
        text = text.replace(word_en, word)
    return text


def parameter(name: str, lang: Lang) -> str:
    """What a parameter sets."""
    _ = translator(lang)
    return {
        "share_threshold": _("Limit for the share of one supplier"),
        "hhi_threshold": _("Limit for concentration (HHI and CDI1)"),
        "cdi2_threshold": _("Limit for CDI2"),
        "cdi3_threshold": _("Limit for CDI3"),
        "world_hhi_threshold": _("Limit for concentration of world supply (HHI)"),
        "floor": _("Floor for small flows, US dollars or euro a year"),
        "borderline_points": _("Borderline band around a limit, at least"),
        "persistence_years": _("Years looked at for persistence"),
        "persistence_needed": _("Years in which the test must be met"),
        "cdi3_exports": _("Exports in the denominator of CDI3"),
        "position_floor": _("Least share that counts as a position"),
        "alternative_floor": _("Least world export that makes an ally an alternative"),
        "bloc": _("Bloc counted as inside, beside the home"),
        "sr_threshold": _("Threshold of supply risk"),
        "ei_threshold": _("Threshold of economic importance"),
        "world_weight": _("Weight of world supply where everything is imported"),
        "preferential": _("Trade parameter inside the home’s trade area"),
        "governance": _("Suppliers weighted by governance"),
        "trade_parameter": _("Suppliers weighted by the trade parameter"),
        "recycling": _("Recycling taken off supply risk"),
        "substitution": _("Substitution taken off both scores"),
        "supply": _("Supply that counts in supply risk"),
    }.get(name, name)


SHARES = ("share_threshold", "borderline_points", "position_floor")


def setting(name: str, value: object, voice: Voice) -> str:
    """A parameter's value."""
    _ = translator(voice.lang)
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in SHARES and isinstance(value, float):
        return voice.percent(value, 0)
    if isinstance(value, (int, float)):
        return voice.number(value, 0 if float(value).is_integer() else 1)
    plain = {
        "all": _("all exports"),
        "extra": _("exports out of the bloc"),
        "as_assessed": _("as the assessment says"),
        "GS": _("world supply alone"),
        "EU": _("the home’s own supply alone"),
    }
    return plain.get(str(value), str(value))
