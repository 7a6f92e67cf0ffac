"""What is hidden in a home's trade: known suppressions, heading residuals, unnamed partners, gaps."""

from __future__ import annotations

from collections.abc import Sequence

from verdikart.core.figure import MixId, Status
from verdikart.indicators.hidden import bounds, gaps_in_series, residual
from verdikart.indicators.mix import Amount
from verdikart.mapping import catalogue, trade_sources
from verdikart.mapping.library import REGISTER
from verdikart.mapping.quality_rows import PAIRS, Question, Row, cited, figure, good, texts
from verdikart.reference.figures import TradeHeading
from verdikart.reference.load import load
from verdikart.reference.quality import KnownSuppression

HEADINGS = ("baci_hs17", 2024)  # what the heading totals at hand are of
FORMULA = "Σmᵢ²/(M+U)² … ((m₁+U)²+Σ₂mᵢ²)/(M+U)²"
OPEN = "0 … 1: the size of what is hidden is not known"


def rows(asked: Question, *, any_year: bool) -> list[Row]:
    """All kinds of hidden figures of a home's flow; ``any_year`` shows gaps of every year."""
    return [
        *_known(asked, any_year=any_year),
        *_headings(asked),
        *_unnamed(asked),
        *_gaps(asked, any_year=any_year),
    ]


def _asked(asked: Question, subject: str) -> bool:
    """Whether a code, or a heading of it, was asked for."""
    return not asked.codes or any(c.startswith(subject) or subject == c for c in asked.codes)


def _known(asked: Question, *, any_year: bool) -> list[Row]:
    """The suppressions on record; a size holds for the year it is of."""
    found = []
    for known in load(KnownSuppression):
        subject = f"{known.nomenclature}:{known.code}" if known.nomenclature else known.code
        if known.home != asked.home or known.flow != asked.flow or not _asked(asked, subject):
            continue
        row = _row(asked, subject, f"{known.certainty}_suppression")
        sized = known.amount is not None and (any_year or known.amount_year == asked.year)
        row["year"] = known.amount_year if sized else asked.year
        visible = _visible(asked, known.nomenclature, known.code)
        size = known.amount - sum(visible or ()) if sized and known.amount is not None else None
        row["hides"] = known.hides
        _figures(row, visible, size, known.currency or "USD")
        row["status"] = str(Status.SUPPRESSED)
        row["formula"] = FORMULA if size is not None else OPEN
        row["source"] = known.source
        row["confidence"] = known.confidence
        row.update(texts([]))
        row["text_en"], row["text_nb"] = known.evidence_en, known.evidence_nb
        found.append(row)
    return found


def _visible(asked: Question, nomenclature: str, code: str) -> list[Amount] | None:
    """The visible suppliers' amounts of a code, or of all codes of a heading; None if not embedded."""
    source = next((s for s, n in trade_sources.NOMENCLATURE.items() if n == nomenclature), None)
    if source is None or asked.year not in catalogue.source_years(source):
        return None
    if source != PAIRS and asked.home not in trade_sources.regional_homes(source):
        return None
    embedded = False
    by_partner: dict[str, Amount] = {}
    for held in catalogue.source_codes(source):
        if held == code or (len(code) == 4 and held.startswith(code) and len(held) > 4):
            identity = MixId(asked.home, asked.year, source, f"{nomenclature}:{held}", asked.flow)
            mix = asked.library.find(identity)
            embedded = True
            for iso3, amount in mix.amounts("value").known if mix else ():
                by_partner[iso3] = by_partner.get(iso3, 0) + amount
    return list(by_partner.values()) if embedded else None


def _headings(asked: Question) -> list[Row]:
    """Headings whose total holds more than the embedded codes under it."""
    source, year = HEADINGS
    if asked.home != REGISTER or asked.year != year:
        return []
    found = []
    for heading in load(TradeHeading):
        subject = f"{heading.nomenclature}:{heading.heading}"
        if not _asked(asked, subject):
            continue
        total = heading.imports_usd if asked.flow == "import" else heading.exports_usd
        visible = _visible(asked, heading.nomenclature, heading.heading)
        left = residual(total, visible or ())
        row = _row(asked, subject, "heading_residual")
        size = left.value if isinstance(left.value, (int, float)) else None
        # Parts are rounded one by one: they may exceed the total by some dollars.
        _figures(row, visible, size if size is not None else 0, "USD")
        row["status"] = str(Status.ESTIMATED)
        row["formula"] = f"U = heading − Σ embedded codes; {FORMULA}"
        row["source"] = cited(source)
        row["confidence"] = "high"
        reasons = ["heading_not_split"] if size else []
        row.update(texts([*reasons, left.reason or ""]))
        row["text_en"] = f"{_sentence(heading.note_en)} {row['text_en']}".strip()
        row["text_nb"] = f"{_sentence(heading.note_nb)} {row['text_nb']}".strip()
        found.append(row)
    return found


def _unnamed(asked: Question) -> list[Row]:
    """Codes with supply from partners that are no country."""
    found = []
    for subject in asked.subjects:
        identity = MixId(asked.home, asked.year, asked.source, subject, asked.flow)
        mix = asked.library.find(identity)
        if mix is None or mix.declared_total is not None:
            continue
        amounts = mix.amounts("value")
        if not amounts.residual:
            continue
        row = _row(asked, subject, "unnamed_partner")
        _figures(row, amounts.numbers, amounts.residual, mix.value_unit or "")
        row["status"] = str(Status.ESTIMATED)
        row["formula"] = FORMULA
        row["source"] = cited(asked.source)
        row["confidence"] = "high"
        row.update(texts(["unspecified_partners"]))
        found.append(row)
    return found


def _gaps(asked: Question, *, any_year: bool) -> list[Row]:
    """Years without a flow between two years with one above the floor."""
    home = asked.library.home(asked.home)
    if asked.source != PAIRS or home is None:
        return []
    years = catalogue.source_years(PAIRS)
    floor = asked.library.parameters.floor
    series = trade_sources.yearly_values(home, years, asked.flow)
    found = []
    for subject in asked.subjects:
        own = series.get(subject.partition(":")[2], {})
        for year in gaps_in_series(years, [own.get(year) for year in years], floor):
            if not any_year and year != asked.year:
                continue
            row = _row(asked, subject, "gap_in_series")
            row["year"] = year
            _figures(row, None, None, "USD", Status.MISSING)
            row["status"] = str(Status.MISSING)
            row["formula"] = (
                f"no flow in the year, ≥ m USD in the years before and after; m = {floor}"
            )
            row["source"] = cited(PAIRS)
            row["confidence"] = "low"
            row.update(texts(["gap_in_series"]))
            found.append(row)
    return found


def _sentence(note: str) -> str:
    return f"{note[:1].upper()}{note[1:]}."


def _row(asked: Question, subject: str, kind: str) -> Row:
    return {
        "home": asked.home,
        "year": asked.year,
        "flow": asked.flow,
        **good(subject),
        "kind": kind,
        "hides": None,
    }


def _figures(
    row: Row,
    visible: Sequence[Amount] | None,
    hidden: Amount | None,
    unit: str,
    unsized: Status = Status.SUPPRESSED,
) -> None:
    """What is seen, what is not, and what both leave of the concentration."""
    told = bounds(visible or (), hidden)
    row["value_unit"] = unit
    seen = None if visible is None else told.visible
    figure(row, "visible", seen, reason=None if seen is not None else "not_in_embedded_data")
    known = hidden is not None
    figure(
        row,
        "hidden",
        hidden,
        status=None if known else unsized,
        reason=None if known else "hidden_size_unknown",
    )
    figure(row, "hidden_share", told.hidden_share if visible is not None else None)
    for name, value, low, high in (
        ("hhi", told.hhi, told.hhi_low, told.hhi_high),
        ("top_share", told.top_share, told.top_share_low, told.top_share_high),
    ):
        status = unsized if not known and value is not None else None
        figure(row, name, value, (low, high), status=status)
