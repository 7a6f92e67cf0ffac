"""UN Comtrade: annual trade by HS as reporters tell it, by API v1 or as bulk files.

``option`` of the feed: ``api`` asks ``/data/v1/get`` with a key (at most 100,000 rows an answer, 500
answers a day) or ``/public/v1/preview`` without (500 rows, one year, about one a second); ``bulk``
takes one gzipped table a reporter and year, which needs a premium key. A flow has at most one row a
partner when customs procedure, mode of transport and second partner are totals, so requests are
made small enough for the row limit, and an answer that still reaches it is refused.

The provider's own client (comtradeapicall) is not used: it puts the key into addresses, prints
errors instead of raising them, tries once and gives data frames instead of what came.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from verdikart.core.errors import UsageProblem
from verdikart.reference.entities import ProductCode
from verdikart.reference.feeds import Feed
from verdikart.reference.load import load
from verdikart.sources.adapters.comtrade_reader import read
from verdikart.sources.areas import comtrade_number
from verdikart.sources.chunks import Choice, split
from verdikart.sources.keys import key_of
from verdikart.sources.model import Ask, Piece, SourceProblem
from verdikart.sources.transport import Client

__all__ = ["plan", "read"]

FLOWS = ("M", "X", "RX")
PARTNERS = 260  # more than UN Comtrade has
LIMITS = {"data": 100_000, "preview": 500}
REQUESTS = 500  # a day
YEARS_BACK = 3
BYTES = 25_000  # a reporter's code and flow in JSON, roughly
REPORTERS = "files/v1/app/reference/Reporters.json"
HEADER = "Ocp-Apim-Subscription-Key"


def plan(feed: Feed, ask: Ask, client: Client) -> Sequence[Piece]:
    """Requests that each stay below the row limit, a year at a time."""
    key = key_of(feed)
    if feed.option == "bulk":
        return _bulk(feed, ask, client, {HEADER: key})
    mode = "data" if key else "preview"
    choice = {
        "reporterCode": _reporters(feed, ask, client),
        "flowCode": FLOWS,
        "cmdCode": ask.codes or _codes(),
    }
    parts = split(choice, LIMITS[mode] // PARTNERS)
    years = _years(ask)
    _affordable(feed, len(parts) * len(years), mode)
    return [
        _request(feed, mode, year, number, part, {HEADER: key} if key else {})
        for year in years
        for number, part in enumerate(parts, 1)
    ]


def _request(
    feed: Feed, mode: str, year: int, number: int, part: Choice, secret: dict[str, str]
) -> Piece:
    path = "data/v1/get" if mode == "data" else "public/v1/preview"
    params = {
        **{name: ",".join(values) for name, values in part.items()},
        "period": str(year),
        "partner2Code": "0",
        "customsCode": "C00",
        "motCode": "0",
        "maxRecords": str(LIMITS[mode]),
        "includeDesc": "false",
        "format": "JSON",
    }
    cells = len(part["reporterCode"]) * len(part["flowCode"]) * len(part["cmdCode"])
    return Piece(
        f"comtrade-{mode}-{year}-{number:04}.json",
        f"{feed.endpoint.rstrip('/')}/{path}/C/A/HS",
        "json",
        tuple(params.items()),
        secret_headers=secret,
        bytes=cells * BYTES,
    )


def _bulk(feed: Feed, ask: Ask, client: Client, secret: dict[str, str]) -> list[Piece]:
    """The files that the list of bulk files names, which must lie with the provider itself."""
    where = [("reporterCode", ",".join(map(comtrade_number, ask.countries)))] * bool(ask.countries)
    pieces = []
    for year in _years(ask):
        listing = Piece(
            f"list-{year}.json",
            f"{feed.endpoint.rstrip('/')}/bulk/v1/get/C/A/HS",
            "json",
            (*where, ("period", str(year))),
            secret_headers=secret,
        )
        for item in _json(feed, listing, client, "data"):
            url = str(item.get("fileUrl", ""))
            if urlsplit(url).netloc != urlsplit(feed.endpoint).netloc:
                raise SourceProblem(
                    f"{feed.source_id}: the list of files names {url or 'no address'}, which is not "
                    "the provider's, so the key is not sent there; fetch the file in a browser and "
                    "use `verdikart data add`"
                )
            name = (
                f"COMTRADE-FINAL-CA{int(item['reporterCode']):03}{item['period']}"
                f"{item['classificationCode']}.gz"
            )
            size = str(item.get("fileSize", ""))
            pieces.append(
                Piece(name, url, secret_headers=secret, bytes=int(size) if size.isdigit() else None)
            )
    return pieces


def _reporters(feed: Feed, ask: Ask, client: Client) -> Sequence[str]:
    if ask.countries:
        return [comtrade_number(iso3) for iso3 in ask.countries]
    listing = Piece("reporters.json", f"{feed.endpoint.rstrip('/')}/{REPORTERS}", "json")
    first = f"{min(_years(ask))}-01-01"
    return [
        str(item["reporterCode"])
        for item in _json(feed, listing, client, "results")
        if not item.get("isGroup") and str(item.get("entryExpiredDate") or "9999") >= first
    ]


def _json(feed: Feed, piece: Piece, client: Client, name: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(client.get(piece))[name]
        return [dict(item) for item in found]
    except (ValueError, KeyError, TypeError) as error:
        raise SourceProblem(
            f"{feed.source_id}: {client.address(piece)} does not hold a list {name!r} ({error}); the "
            "provider may have changed it: fetch files in a browser and use `verdikart data add`"
        ) from error


def _codes() -> tuple[str, ...]:
    """Every six-digit code that a product of ours has had, as reporters use different revisions."""
    return tuple(sorted({row.code for row in load(ProductCode) if row.nomenclature[:2] == "HS"}))


def _years(ask: Ask) -> tuple[int, ...]:
    this = date.today().year  # noqa: DTZ011 - the user's own day
    return ask.years or tuple(range(this - YEARS_BACK, this))


def _affordable(feed: Feed, requests: int, mode: str) -> None:
    if requests <= REQUESTS:
        return
    days = ceil(requests / REQUESTS)
    key = (
        f" set {feed.credentials} to a free key, which needs far fewer requests;"
        if mode == "preview"
        else ""
    )
    raise UsageProblem(
        f"{feed.source_id}: that would be {requests} requests, and the provider takes {REQUESTS} a day "
        f"({days} days);{key} ask for fewer with --codes, --countries or --years, or take bulk files"
    )
