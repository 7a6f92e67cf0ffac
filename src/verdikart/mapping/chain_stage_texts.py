"""Why a step, stage or chain is what it is, in a sentence of either language."""

from __future__ import annotations

from collections.abc import Iterable

from verdikart.chains.verdicts import NARROW, Result
from verdikart.indicators.criticality import TEN
from verdikart.mapping.chain_context import Context
from verdikart.mapping.chain_stages import ChainResult
from verdikart.mapping.chain_steps import Step
from verdikart.reference.entities import Country, Stage, Word
from verdikart.reference.i18n import Lang, number, percent, translator
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text

NAMED = 3  # names in a sentence before the rest is counted
NEXT = 2  # steps named after the bottleneck
SPREAD = 0.15  # a supplier with less than this share is none to name


def step_text(step: Step, reason: str | None, lang: Lang) -> str:
    """A step's supply in words: its verdict, its largest supplier, and why it counts otherwise."""
    _ = translator(lang)
    row = step.row
    parts = [_word("outcome", row.outcome, lang)]
    top, share = (
        row.answers[n].value if row.answers else None for n in ("top_supplier", "top_share")
    )
    if isinstance(top, str) and isinstance(share, float):
        shares = {"share": percent(share, lang, 0), "country": _country(top, lang)}
        parts.append(_("{share} from {country}").format(**shares))
        parts.append(_word("basis", row.basis, lang))
    text = ", ".join(parts)
    more = [reason_text(reason, lang)] if reason else []
    if step.fed_from:
        names = ", ".join(_country(country, lang) for country in step.fed_from)
        text_fed = _("By the plant register it comes from {countries}, which gives no verdict.")
        more.append(text_fed.format(countries=names))
    return _sentence(text, *more)


def verdict_text(found: ChainResult, lang: Lang) -> str:
    """The chain's verdict with what it stands on and how deep the chain is described."""
    _ = translator(lang)
    word = _word("chain_depth", found.graph.chain.depth, lang)
    depth = _("Depth of the chain: {depth}.").format(depth=word)
    return " ".join([stage_text(found, found.whole, lang), *_bounds(found, lang), depth])


def _bounds(found: ChainResult, lang: Lang) -> list[str]:
    """Steps whose figures are bounds alone, with the risk that these leave room for."""
    _ = translator(lang)
    names = []
    for product, reason in found.reasons.items():
        step = found.steps[product]
        if reason != "suspected_suppression" or step.risk.high < NARROW:
            continue
        known = {"product": _inline(step, lang), "risk": number(step.risk.high, lang, 0)}
        text = _("{product}, of which only bounds are known (supply risk up to {risk})")
        if step.row.other_top:
            text = _(
                "{product}, of which only bounds are known (supply risk up to {risk}; on paper "
                "{share} from {country})"
            )
            country, share = step.row.other_top
            known |= {"share": percent(share, lang, 0), "country": _country(country, lang)}
        names.append(text.format(**known))
    return [_("May be worse: {names}.").format(names="; ".join(names))] if names else []


def stage_text(found: ChainResult, result: Result, lang: Lang) -> str:
    """A verdict over some steps with the steps behind it."""
    _ = translator(lang)
    bad, unsure = (_products(found, p, lang) for p in (result.vulnerable_steps, result.open_steps))
    if result.verdict == "vulnerable":
        text = _("Vulnerable at {names}.").format(names=bad)
        if not result.open_steps:
            return text
        more = _("Not decided at {n} of the other needed steps.").format(n=len(result.open_steps))
        return f"{text} {more}"
    if result.verdict == "open":
        sentences = []
        if result.vulnerable_steps:
            text = _("vulnerable at {names}, but other routes exist or the need is not sure")
            sentences.append(text.format(names=bad))
        if result.open_steps:
            text = _("not decided at {n} of the needed steps: {names}")
            sentences.append(text.format(n=len(result.open_steps), names=unsure))
        return _sentence(_("Open"), *sentences)
    if result.verdict == "concentrated_allied":
        return _("Not vulnerable: concentrated, but on allies.")
    if result.verdict == "not_concentrated":
        return _("Not vulnerable: no needed step depends on one supplier.")
    return _("The home has no need of it on record.")


def bottleneck_text(found: ChainResult, allies: frozenset[str], lang: Lang) -> str:
    """The bottleneck with its reasons, its ties and how far it holds."""
    _ = translator(lang)
    step = found.bottleneck
    unseen = len(found.counts) - len(found.seen)
    held = {"unseen": unseen, "needed": len(found.counts)}
    if step is None:
        if not found.counts:
            return _("None: the home has no need of the chain on record.")
        text = _("None: no step that is seen reaches a supply risk of 1.")
        if unseen:
            text = _(
                "None can be named: {unseen} of {needed} needed steps have no own supply on record, "
                "and none of the others reaches a supply risk of 1."
            ).format(**held)
        return _sentence(text, *_highest(found, lang), *_world(found, lang))
    parts = [_where(step, lang), *_imports(step, lang), _ally(step, allies, lang)]
    parts += _beside(found.context[step.product.product_id], lang)
    sentences = ["; ".join(parts)]
    first, *ties = found.bottlenecks
    if ties:
        names = _products(found, [row.product_id for row in ties], lang)
        sentences.append(_("As high a risk within 5 per cent: {names}.").format(names=names))
    sentences += _next(found, lang)
    if first.risk.low < step.risk.low:
        text = _("It counts in part: other routes exist, and their shares are not known.")
        sentences.append(text)
    if found.risk.value is None:
        text = _(
            "This holds among what is seen: {unseen} of {needed} needed steps have no own supply "
            "on record."
        )
        sentences.append(text.format(**held) if unseen else _("Others are open and may be worse."))
    return _sentence(*sentences)


def _highest(found: ChainResult, lang: Lang) -> list[str]:
    """The step with most risk among those seen, where no step is a bottleneck."""
    _ = translator(lang)
    seen = (p for p in found.seen if found.counts[p] != "sound" or found.reasons[p] is None)
    rows = [found.steps[p] for p in seen if found.steps[p].risk.low > 0]
    if not rows:
        return []
    worst = max(rows, key=lambda step: (step.risk.low, step.product.product_id))
    return [_("Highest among them: {step}.").format(step=_where(worst, lang))]


def _where(step: Step, lang: Lang) -> str:
    _ = translator(lang)
    names = {
        "stage": by_key(Stage)[step.product.stage].name(lang),
        "product": step.product.name(lang),
    }
    if step.row.other_top is None:
        return _("{stage}: {product}").format(**names)
    country, share = step.row.other_top
    if share < SPREAD:
        return _("{stage}: {product}, whose suppliers are allied or spread").format(**names)
    return _("{stage}: {product}, {share} from {country}").format(
        **names, share=percent(share, lang, 0), country=_country(country, lang)
    )


def _imports(step: Step, lang: Lang) -> list[str]:
    """The value of a step's imports, where they are the home's own."""
    _ = translator(lang)
    mix = step.row.evidence.mix if step.row.evidence else None
    if step.row.basis != "own_imports" or mix is None or not mix.total("value"):
        return []
    millions = float(mix.total("value") or 0) / 1e6
    amount = _("{millions} million {currency}").format(
        millions=number(millions, lang, 1 if millions < TEN else 0), currency=mix.value_unit
    )
    if step.shared_code:
        return [_("imports for {amount} under a code of several goods").format(amount=amount)]
    return [_("imports for {amount}").format(amount=amount)]


def _next(found: ChainResult, lang: Lang) -> list[str]:
    """The steps over the threshold after the bottleneck, and riskier ones set behind it."""
    _ = translator(lang)
    first, *rows = found.narrows
    rest = [row for row in rows if row not in found.bottlenecks]
    shown = rest[:NEXT] + [row for row in rest[NEXT:] if row.risk.low > first.risk.low]
    names = []
    for row in shown:
        step = found.steps[row.product_id]
        notes = _imports(step, lang)
        if row.replaceable:
            notes.append(_("set behind, for a substitute of little loss is in use"))
        name = _inline(step, lang)
        names.append(f"{name} ({', '.join(notes)})" if notes else name)
    if not names:
        return []
    return [_("Next over the threshold: {names}.").format(names="; ".join(names))]


def _ally(step: Step, allies: frozenset[str], lang: Lang) -> str:
    _ = translator(lang)
    found = step.largest_of(allies)
    if found is None:
        return _("nothing from allies")
    return _("largest ally: {country}, {share}").format(
        share=percent(found[1], lang, 0), country=_country(found[0], lang)
    )


def _beside(context: Context, lang: Lang) -> list[str]:
    _ = translator(lang)
    parts = []
    years = context.lead_years
    if years is None:
        parts.append(_("no lead time on record"))
    else:
        row = context.lead_times[0]
        low, high = (number(y, lang, 0 if y == int(y) else 1) for y in years)
        span = {
            "years": low if low == high else f"{low}–{high}",
            "start": row.start_nb if lang == "nb" else row.start_en,
            "end": row.end_nb if lang == "nb" else row.end_en,
        }
        parts.append(_("new supply takes {years} years ({start} to {end})").format(**span))
    kept = len(context.substitutes)
    text = _("substitutes on record for its uses in the chain: {n}")
    text = text if kept else _("no substitute on record for its uses in the chain")
    parts.append(text.format(n=kept))
    held = context.measures_of("against_supply")
    if held:
        parts.append(_("export measures in force on suppliers: {n}").format(n=len(held)))
    return parts


def _world(found: ChainResult, lang: Lang) -> list[str]:
    """The most concentrated world supply among needed steps without own supply."""
    _ = translator(lang)
    step = worst_in_world(found)
    if step is None or step.row.other_top is None or step.row.other_top[1] < SPREAD:
        return []
    country, share = step.row.other_top
    text = _("In world supply {product} stands out: {share} from {country}.")
    names = {"product": _inline(step, lang), "country": _country(country, lang)}
    return [text.format(share=percent(share, lang, 0), **names)]


def worst_in_world(found: ChainResult) -> Step | None:
    """The needed step with the highest risk among those that only world supply shows."""
    rows = [
        found.steps[p]
        for p, reason in found.reasons.items()
        if reason == "world_supply_only" and found.steps[p].row.other_top
    ]
    return max(rows, key=lambda s: (s.risk.low, s.product.product_id), default=None)


def _products(found: ChainResult, ids: Iterable[str], lang: Lang) -> str:
    _ = translator(lang)
    names = [_inline(found.steps[p], lang) for p in ids]
    text = "; ".join(names[:NAMED])
    if len(names) <= NAMED:
        return text
    return _("{names} and {n} more").format(names=text, n=len(names) - NAMED)


def _inline(step: Step, lang: Lang) -> str:
    """A product's name within a sentence; abbreviations keep their capitals."""
    name = step.product.name(lang)
    plain = name.split()[0][1:].islower()
    return name[0].lower() + name[1:] if plain else name


def _country(iso3: str, lang: Lang) -> str:
    found = by_key(Country).get(iso3)
    return found.name(lang) if found else iso3


def _word(vocabulary: str, term: str, lang: Lang) -> str:
    return by_key(Word)[vocabulary, term].name(lang)


def _sentence(*parts: str) -> str:
    """Sentences after one another, each with a capital and a full stop."""
    return " ".join(f"{p[0].upper()}{p[1:].removesuffix('.')}." for p in parts)
