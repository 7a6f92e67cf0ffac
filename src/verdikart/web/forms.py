"""The forms that change something: a new mapping, and its end. Each needs the token of its page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from anyio import to_thread
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from verdikart.core.errors import UsageProblem
from verdikart.reference.i18n import LANGS, Lang
from verdikart.web import tokens
from verdikart.web.app import State, changing
from verdikart.web.ask import LONGEST, address
from verdikart.web.faults import ForbiddenError, NotFoundError
from verdikart.web.visit import Visit
from verdikart.web.wanted import WantedError, read

KIND = "application/x-www-form-urlencoded"
MOST_FIELDS = 100


async def begin(request: Request) -> Response:
    """Put a mapping into the queue and show it; a form with faults is shown again with them."""
    tongue, given = await _given(request)
    token = request.path_params["token"]
    state: State = request.app.state.web
    try:
        run = state.queue.submit(read(given, tongue))
    except WantedError as error:
        visit = Visit(state.queue, True, request.cookies, given, error.faults)
        return await to_thread.run_sync(changing, request, tongue, token, "runs", visit)
    return RedirectResponse(address(tongue, token, f"runs/{run.run_id}"), 303)


async def cancel(request: Request) -> Response:
    """Stop a mapping, and show how it stands."""
    tongue, _ = await _given(request)
    state: State = request.app.state.web
    found = state.queue.cancel(request.path_params["run"])
    token = request.path_params["token"]
    return RedirectResponse(address(tongue, token, f"runs/{found.run_id}"), 303)


FORMS: tuple[tuple[str, Callable[[Request], Awaitable[Response]]], ...] = (
    ("/{lang}/{token}/runs", begin),
    ("/{lang}/{token}/runs/{run}/cancel", cancel),
)


async def _given(request: Request) -> tuple[Lang, dict[str, str]]:
    """The fields of a form of this server's own. Raises where it is not, or may not be sent."""
    lang = request.path_params["lang"]
    if lang not in LANGS:
        raise NotFoundError(f"no page here; languages: {', '.join(LANGS)}")
    state: State = request.app.state.web
    if not state.reader.may_map:
        raise ForbiddenError("this server makes no mappings (it was started with --read-only)")
    tokens.check_origin(request.headers)
    if request.headers.get("content-type", "").partition(";")[0].strip() != KIND:
        raise HTTPException(415, f"send the form as {KIND}")
    form: FormData = await request.form(max_fields=MOST_FIELDS, max_files=0)
    given = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    if any(len(value) > LONGEST for value in given.values()):
        raise UsageProblem(f"a field is longer than {LONGEST} characters")
    tokens.check(request.headers, request.cookies, given.pop(tokens.FIELD, ""))
    return ("nb" if lang == "nb" else "en"), given
