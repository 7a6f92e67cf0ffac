"""What the tables on the quality of trade statistics share: the question, names, texts, flows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from verdikart.core.errors import UsageProblem
from verdikart.core.figure import Answer, Status
from verdikart.indicators.trade import Flow
from verdikart.indicators.unit_values import Flow as Measured
from verdikart.mapping import catalogue, trade_sources
from verdikart.mapping.library import Library, goods_of
from verdikart.mapping.questions import put
from verdikart.reference import countries
from verdikart.reference.countries import iso3_of_baci, unspecified
from verdikart.reference.entities import Country, Source
from verdikart.reference.load import by_key
from verdikart.reference.texts import reason_text
from verdikart.store import engine

Row = dict[str, Any]
PAIRS = "baci_hs92"  # the one embedded source with every pair of countries


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a home's flow in a year, by source, and the codes (none: all of the source)."""

    library: Library
    home: str
    year: int
    flow: Flow
    source: str
    codes: tuple[str, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        """The codes asked for that the source holds in the year, with their nomenclature."""
        named = trade_sources.NOMENCLATURE[self.source]
        held = [
            f"{named}:{code}"
            for code, years in catalogue.source_codes(self.source).items()
            if self.year in years
        ]
        return tuple(s for s in held if not self.codes or s in self.codes)


def question(
    library: Library,
    home: str,
    year: int | None,
    flow: str = "import",
    source: str | None = None,
    codes: Sequence[str] = (),
) -> Question:
    """Check every name. The source follows from the codes' nomenclature where it is not given."""
    from verdikart.core.figure import MixId

    if flow not in trade_sources.FLOWS:
        raise UsageProblem(f"unknown flow {flow!r}; available: {', '.join(trade_sources.FLOWS)}")
    if source is None:
        named = {catalogue.parse_code(code)[0] for code in codes}
        if len(named) > 1:
            raise UsageProblem(
                f"ask for codes of one nomenclature at a time, not {', '.join(named)}"
            )
        source = catalogue.default_source(named.pop()) if named else PAIRS
    catalogue.check_source(source, catalogue.TRADE)
    when = catalogue.source_years(source)[-1] if year is None else year
    catalogue.check_year(source, when)
    catalogue.check_home(home, library.custom)
    for code in codes:
        catalogue.check(MixId(home, when, source, code, flow), library.custom)
    asked = Question(library, home, when, "import" if flow == "import" else "export", source)
    if not codes:
        catalogue.check(MixId(home, when, source, asked.subjects[0], flow), library.custom)
        if source == PAIRS:
            library.read_year([home], when, (asked.flow,))  # one reading for all codes
        return asked
    return Question(library, home, when, asked.flow, source, tuple(codes))


def good(subject: str) -> Row:
    """The code, its goods and their names in both languages."""
    goods = goods_of(subject)
    return {
        "code": subject,
        "products": [p.product_id for p in goods],
        "name_en": "; ".join(p.name_en for p in goods),
        "name_nb": "; ".join(p.name_nb for p in goods),
    }


def country(iso3: str) -> Row:
    """A partner with its name in both languages; one that is no country of the table by its id."""
    known = iso3 in by_key(Country)
    names = [countries.name(iso3, lang) if known else iso3 for lang in ("en", "nb")]
    return {"partner": iso3, "name_en": names[0], "name_nb": names[1]}


def texts(codes: Iterable[str]) -> Row:
    """The sentences of reason codes in both languages."""
    found = list(dict.fromkeys(code for code in codes if code))
    return {
        "reasons": found,
        "text_en": " ".join(reason_text(code, "en") for code in found),
        "text_nb": " ".join(reason_text(code, "nb") for code in found),
    }


def figure(
    row: Row,
    name: str,
    value: float | None,
    bounds: tuple[float | None, float | None] = (None, None),
    *,
    status: Status | None = None,
    reason: str | None = None,
) -> None:
    """Add a figure with its status and bounds; without a value it is missing unless said otherwise."""
    if value is None:
        put(row, name, Answer.none(reason or "", status or Status.MISSING, *bounds))
        return
    put(row, name, Answer.of(value, *bounds, reason, status))


def cited(source: str) -> str:
    """A source with its vintage, as rows state it."""
    entry = by_key(Source)[source]
    return f"{source} ({entry.vintage})" if entry.vintage else source


@cache
def _world(year: int) -> dict[str, tuple[tuple[int, int, int, int | None], ...]]:
    """Every pair's flow in a year by code: exporter and importer number, value, kg or None."""
    flows = engine.year_flows(year)
    grouped: dict[str, list[tuple[int, int, int, int | None]]] = {}
    columns = (flows[c].tolist() for c in ("code", "exporter", "importer", "value", "quantity"))
    for code, exporter, importer, value, mass in zip(*columns, strict=True):
        known = None if mass != mass else int(mass)
        grouped.setdefault(f"{code:06d}", []).append((exporter, importer, int(value), known))
    return {code: tuple(rows) for code, rows in grouped.items()}


@cache
def world_flows(code: str, year: int) -> tuple[Measured, ...]:
    """Every flow between two countries of one HS92 code and year, partners that are none left out."""
    return tuple(
        Measured(name, other, value, mass)
        for exporter, importer, value, mass in _world(year).get(code, ())
        if not {name := iso3_of_baci(exporter), other := iso3_of_baci(importer)} & unspecified()
    )


def home_flows(asked: Question, subject: str) -> list[Measured]:
    """The home's flows of one HS92 code with partners outside it, one for each pair of countries."""
    home = asked.library.home(asked.home)
    flows = world_flows(subject.partition(":")[2], asked.year)
    if home is None:
        return list(flows)
    own = frozenset(home.members(asked.year))
    if asked.flow == "import":
        return [f for f in flows if f.importer in own and f.exporter not in own]
    return [f for f in flows if f.exporter in own and f.importer not in own]


def pairs_only(asked: Question) -> None:
    """Refuse a source that lacks flows between all pairs of countries."""
    if asked.source != PAIRS:
        raise UsageProblem(
            f"{asked.source} has no flows between all pairs of countries; ask for codes of "
            f"{trade_sources.NOMENCLATURE[PAIRS]} ({PAIRS})"
        )
