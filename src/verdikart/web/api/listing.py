"""Pages of a table's rows: the parameters that every listing takes, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import StringConstraints
from starlette.requests import Request

from verdikart.mapping.saved import Saved
from verdikart.web.api import common
from verdikart.web.api.rows import chosen, filtered, ordered, part, picked

Row = dict[str, Any]
Limit = Annotated[int, Query(description="Rows on a page.", ge=1, le=1000, examples=[10])]
Offset = Annotated[int, Query(description="Rows to pass over.", ge=0, le=10_000_000, examples=[0])]
Where = Annotated[
    list[
        Annotated[str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_]+:[^\x00-\x1f]*$")]
    ],
    Query(
        description="Only rows whose column is this value: `column:value`. May be repeated; all "
        "must hold. A list is met by one of its parts, `column:` by rows without a value.",
        max_length=16,
        default_factory=list,
        examples=[[]],
    ),
]
Columns = Annotated[
    list[Annotated[str, StringConstraints(max_length=1000, pattern=r"^[A-Za-z0-9_,]*$")]],
    Query(
        description="Only these columns, with commas between; all if left out.",
        max_length=8,
        default_factory=list,
        examples=[["name_en,name_nb"]],
    ),
]
Sort = Annotated[
    str,
    Query(
        description="Order by a column, downwards with a minus before it; missing values last.",
        max_length=80,
        pattern=r"^-?[A-Za-z0-9_]*$",
        examples=["name_en"],
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """How a listing is asked for."""

    where: Sequence[str]
    columns: Sequence[str]
    sort: str
    limit: int
    offset: int


async def _asked(
    where: Where, columns: Columns, sort: Sort = "", limit: Limit = 100, offset: Offset = 0
) -> Asked:
    return Asked(where, columns, sort, limit, offset)


Listing = Annotated[Asked, Depends(_asked)]


def page(
    request: Request, saved: Saved, table: str, rows: Sequence[Row], asked: Asked
) -> tuple[Row, common.Headers]:
    """Some of a table's rows as they are asked for: the answer, and its header ``Link``."""
    known = saved.columns(table)
    names = chosen(asked.columns, known)
    found = part(
        request,
        ordered(filtered(rows, asked.where, known), asked.sort, known),
        asked.limit,
        asked.offset,
    )
    body = {
        "mapping": common.about(saved),
        "table": table,
        **found.about,
        "columns": names,
        "rows": [picked(row, names) for row in found.rows],
    }
    return body, found.headers
