"""The one error tree. A message says what, where, the nearest valid names, and the remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


class VerdikartError(Exception):
    """Base of every error raised on purpose; the command line prints it without a traceback."""

    exit_code = 1


class DataProblem(VerdikartError):
    """Data are missing, corrupt or contradict their own description (exit code 1)."""


class UsageProblem(VerdikartError):
    """The question names something that does not exist or cannot be asked (exit code 2)."""

    exit_code = 2


class UnknownName(UsageProblem):
    """An id that no table knows. Says what was asked, the nearest valid names, what is available.

    ``names`` maps each valid id to the names it is also known by, so that a search for
    ``"nickel"`` or ``"nikkel"`` finds the id.
    """

    def __init__(
        self,
        kind: str,
        asked: str,
        names: Iterable[str] | dict[str, Sequence[str]],
        available: str = "",
    ) -> None:
        known: dict[str, Sequence[str]] = (
            names if isinstance(names, dict) else dict.fromkeys(names, ())
        )
        self.kind = kind
        self.asked = asked
        self.nearest = nearest(asked, known)
        hint = f"; nearest: {', '.join(self.nearest)}" if self.nearest else ""
        tail = f"; available: {available}" if available else ""
        super().__init__(f"unknown {kind} {asked!r}{hint}{tail}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault found in a file: where it stands, what is wrong, how to mend it."""

    file: str
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    remedy: str = ""

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.column is not None:
            where += f", column {self.column}"
        shown = f" (value {self.value!r})" if self.value is not None else ""
        return f"{where}: {self.message}{shown}" + (f" — {self.remedy}" if self.remedy else "")


class Problems(DataProblem):
    """All faults of one or more files, collected and reported once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  • {problem}" for problem in self.problems)
        super().__init__(f"{len(self.problems)} problem(s) found:\n{lines}")


def nearest(asked: str, names: Mapping[str, Sequence[str]], count: int = 5) -> list[str]:
    """Return up to ``count`` ids whose id or other names resemble ``asked``, best first."""
    spelled: dict[str, str] = {}
    for name, others in names.items():
        for text in (name, *others):
            spelled.setdefault(text.casefold(), name)
    wanted = asked.casefold()
    close = get_close_matches(wanted, spelled, n=3 * count, cutoff=0.6)
    close += [text for text in sorted(spelled) if len(wanted) > 2 and wanted in text]
    ids = dict.fromkeys(spelled[text] for text in close)
    return list(ids)[:count]
