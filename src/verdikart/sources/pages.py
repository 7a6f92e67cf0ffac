"""Small answers of a provider: the link on its page, and what its interface says of itself in JSON."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import unquote, urljoin

from verdikart.reference.feeds import Feed
from verdikart.sources.model import Piece, SourceProblem
from verdikart.sources.transport import Client


def linked(feed: Feed, client: Client, name: str) -> str:
    """The address of the first link on the feed's page whose file name matches ``name``.

    Raises SourceProblem where there is none, with what to do by hand.
    """
    page = client.get(Piece("page.html", feed.endpoint, "html")).decode("utf-8", "replace")
    for found in re.findall(r"""href\s*=\s*["']([^"']+)["']""", page):
        address = unescape(found)
        if re.fullmatch(name, unquote(address.partition("?")[0]).rpartition("/")[2], re.IGNORECASE):
            return urljoin(feed.endpoint, address)
    raise SourceProblem(
        f"{feed.source_id}: {feed.endpoint} no longer links to the file looked for; find it in a browser "
        f"and use `verdikart data add FILE --as {feed.source_id}`"
    )


def told(client: Client, piece: Piece) -> Any:  # noqa: ANN401 - JSON
    """A small answer in JSON. Raises SourceProblem where it is cut short or something else."""
    body = client.get(piece)
    try:
        return json.loads(body)
    except ValueError as error:
        raise SourceProblem(
            f"{client.feed.source_id}: {client.address(piece)}: the answer is cut short or no JSON ({error}); "
            "run the same command again"
        ) from error
