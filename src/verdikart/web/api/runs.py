"""New mappings for programs: ask for one, follow it, stop it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from verdikart.core.errors import UnknownName
from verdikart.web import tokens
from verdikart.web.api import common
from verdikart.web.api.common import JSON, PREFIX
from verdikart.web.api.models import Shape
from verdikart.web.faults import ForbiddenError
from verdikart.web.runs import Queue, Run
from verdikart.web.wanted import defaults, read

Row = dict[str, Any]
router = common.router("runs")
Value = bool | float | Annotated[str, StringConstraints(max_length=40)]


class Asked(BaseModel):
    """A mapping to be made."""

    model_config = ConfigDict(extra="forbid")

    home: str = Field("NOR", max_length=20, description="ISO3 country or group, such as EU27.")
    year: int | None = Field(
        None, ge=1900, le=2100, description="The latest in the trade data unless given."
    )
    parameters: dict[Annotated[str, StringConstraints(max_length=40)], Value] = Field(
        default_factory=dict, max_length=40, description="Limits and choices to change, by name."
    )
    make_current: bool = Field(False, description="Whether addresses without a name then show it.")
    lang: Literal["nb", "en"] = Field("nb", description="Language in which its report opens.")


class Step(Shape):
    """A step of the run that has begun."""

    step: str
    begun: str


class RunAnswer(Shape):
    """How a run stands. Times are UTC."""

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    home: str
    year: int
    changes: list[str] = Field(description="Parameters that differ from their defaults.")
    place: int = Field(ge=0, description="Place in the queue; 0 where it does not wait.")
    fraction: float = Field(ge=0, le=1, description="Steps behind it.")
    steps: list[Step]
    asked: str
    begun: str | None
    ended: str | None
    result: str | None = Field(description="Name of the saved mapping, once there is one.")
    error: str | None
    address: str


class RunsAnswer(Shape):
    """Every run that the server remembers, the newest first."""

    runs: list[RunAnswer]
    most_waiting: int


EXAMPLE = {
    "id": "5f0a9c3e7b21",
    "state": "running",
    "home": "NOR",
    "year": 2024,
    "changes": ["share_threshold=0.5"],
    "place": 0,
    "fraction": 0.64,
    "steps": [{"step": "read", "begun": "2026-01-01T12:00:01Z"}],
    "asked": "2026-01-01T12:00:00Z",
    "begun": "2026-01-01T12:00:00Z",
    "ended": None,
    "result": None,
    "error": None,
    "address": f"{PREFIX}/runs/5f0a9c3e7b21",
}
RunId = Annotated[
    str,
    Path(description="Id of the run.", pattern="^[0-9a-f]{12}$", examples=["5f0a9c3e7b21"]),
]
ACCEPTED: dict[int | str, Row] = {
    202: {
        "description": "Taken into the queue",
        "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
        "content": {JSON: {"example": EXAMPLE}},
    }
}
STOPPED: dict[int | str, Row] = {
    200: {"description": "How it stands now", "content": {JSON: {"example": EXAMPLE}}}
}


@router.get(
    "/runs",
    response_model=RunsAnswer,
    responses=common.example({"runs": [EXAMPLE], "most_waiting": 10}),
)
def runs(request: Request) -> Response:
    """Runs of this server, the newest first."""
    queue = common.state(request).queue
    body = {"runs": [_row(queue, run) for run in queue.runs()], "most_waiting": queue.most}
    return common.fresh(request, body)


@router.get("/runs/{run_id}", response_model=RunAnswer, responses=common.example(EXAMPLE))
def run_state(request: Request, run_id: RunId) -> Response:
    """How a run stands."""
    queue = common.state(request).queue
    return common.fresh(request, _row(queue, queue.get(run_id)))


@router.post("/runs", status_code=202, response_model=RunAnswer, responses=ACCEPTED)
def start_run(request: Request, asked: Asked) -> Response:
    """Ask for a new mapping. It waits for its turn; follow it at its Location."""
    queue = _allowed(request)
    if request.headers.get("content-type", "").partition(";")[0].strip() != JSON:
        raise HTTPException(415, f"send the question as {JSON}")
    known = defaults()
    for name in asked.parameters:
        if name not in known:
            raise UnknownName("parameter", name, list(known), ", ".join(known))
    given = {name: _text(value) for name, value in asked.parameters.items()}
    given |= {"home": asked.home, "make_current": _text(asked.make_current)}
    if asked.year is not None:
        given["year"] = str(asked.year)
    run = queue.submit(replace(read(given, "en"), lang=asked.lang))
    headers = {"location": f"{PREFIX}/runs/{run.run_id}", "cache-control": "no-store"}
    return Response(common.written(_row(queue, run)), 202, headers, JSON)


@router.delete("/runs/{run_id}", response_model=RunAnswer, responses=STOPPED)
def stop_run(request: Request, run_id: RunId) -> Response:
    """Stop a run; one that is over stays as it is."""
    queue = _allowed(request)
    body = common.written(_row(queue, queue.cancel(run_id)))
    return Response(body, 200, {"cache-control": "no-store"}, JSON)


def _allowed(request: Request) -> Queue:
    """The queue, where this reader may use it and no other site's page is asking."""
    state = common.state(request)
    if not state.reader.may_map:
        raise ForbiddenError("this server makes no mappings (it was started with --read-only)")
    tokens.check_origin(request.headers)
    return state.queue


def _text(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else f"{value:.12g}"


def _row(queue: Queue, run: Run) -> Row:
    return {
        "id": run.run_id,
        "state": run.state,
        "home": run.wanted.home,
        "year": run.wanted.year,
        "changes": list(run.wanted.changes),
        "place": queue.place(run),
        "fraction": round(run.fraction, 3),
        "steps": [{"step": step, "begun": _time(when)} for step, when in run.steps],
        "asked": _time(run.asked),
        "begun": _time(run.begun),
        "ended": _time(run.ended),
        "result": run.result or None,
        "error": run.error or None,
        "address": f"{PREFIX}/runs/{run.run_id}",
    }


def _time(when: float | None) -> str | None:
    return None if when is None else f"{datetime.fromtimestamp(when, UTC):%Y-%m-%dT%H:%M:%SZ}"
