"""What an error is to a reader: a status, a code, a sentence, a way on. Never an internal."""

from __future__ import annotations

from dataclasses import dataclass

from verdikart.core.errors import DataProblem, UnknownName, UsageProblem, VerdikartError
from verdikart.mapping.saved import GoneError
from verdikart.reference.i18n import Lang, translator


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as it is told. ``nearest`` are ids that resemble an unknown one of a ``kind``."""

    status: int
    code: str
    message: str
    nearest: tuple[str, ...] = ()
    kind: str = ""

    @property
    def json(self) -> dict[str, object]:
        """The one shape of every error."""
        found: dict[str, object] = {
            "status": self.status,
            "code": self.code,
            "message": self.message,
        }
        if self.nearest:
            found["nearest"] = list(self.nearest)
        return {"error": found}


class NotFoundError(UsageProblem):
    """Nothing stands at an address."""


class BusyError(UsageProblem):
    """The server has as much to do as it takes on."""


class ForbiddenError(UsageProblem):
    """The reader may not do this, or the form was not this server's own."""


def fault(error: Exception) -> Fault:
    """The fault that an error is."""
    if isinstance(error, UnknownName):
        return Fault(404, "unknown_name", str(error), tuple(error.nearest), error.kind)
    if isinstance(error, NotFoundError):
        return Fault(404, "not_found", str(error))
    if isinstance(error, ForbiddenError):
        return Fault(403, "forbidden", str(error))
    if isinstance(error, BusyError):
        return Fault(429, "busy", str(error))
    if isinstance(error, GoneError):
        return Fault(503, "mapping_unavailable", str(error))
    if isinstance(error, DataProblem):
        return Fault(422, "data_problem", str(error))
    if isinstance(error, (UsageProblem, VerdikartError)):
        return Fault(400, "usage", str(error))
    return Fault(500, "internal", "the server could not answer; its log says why")


def headline(status: int, lang: Lang) -> str:
    """A heading for a page that tells of a fault."""
    _ = translator(lang)
    return {
        400: _("The question cannot be read"),
        403: _("That is not allowed"),
        404: _("There is no such page"),
        405: _("That cannot be done here"),
        422: _("The data cannot answer this"),
        429: _("The server is busy"),
        503: _("There is no mapping to show"),
    }.get(status, _("Something went wrong"))
