"""The faults that every provider has, tried on an adapter through a whole fetch.

A test module describes its provider once as a :class:`Case` and runs :func:`check` for each of
:data:`FAULTS`::

    @pytest.mark.parametrize("fault", FAULTS)
    def test_a_fault_leaves_nothing_half(fault, provider, feed, client, place):
        check(fault, CASE, provider, feed, client, place)

After each fault: the earlier vintage is as it was, nothing half-loaded lies beside it, the message
names a remedy, and the same command passes once the provider is well again.
"""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256

import pytest
from provider import Answer, Asked

from verdikart.core.errors import DataProblem
from verdikart.sources.model import Ask
from verdikart.store.fetching import fetch
from verdikart.store.vintages import vintages

BUSY = ("429", "500", "503")
BROKEN = ("truncated", "column", "encoding", "html", "refused")
FAULTS = (*BUSY, "cut", *BROKEN, "revised")
REMEDIES = ("verdikart fetch", "verdikart data add", "the same command")
PAGE = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Back soon</body></html>"

Good = Answer | Callable[[Asked], Answer]


def plain(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """``within`` of a provider whose answer is the text itself."""
    return change(body)


def zipped(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """``within`` of a provider that packs its text: every member is changed."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return packed({name: change(archive.read(name)) for name in archive.namelist()})


@dataclass(frozen=True)
class Case:
    """How one provider answers when all is well, and what in its answer can go wrong.

    ``good`` answers at ``path``, where the data are asked for (all pages or chunks, in a function
    of the request where there are several); ``also`` holds the routes of metadata, which stay
    well. ``column``: a name in the text that the adapter cannot do without; where the message
    calls it otherwise, ``told``. ``revise``: text → other text of the same length or not, by which
    a figure of ``table`` changes. ``within`` changes the text inside an answer. ``without`` names
    faults that this provider cannot have, such as an encoding of a binary file.
    """

    source_id: str
    path: str
    good: Good
    column: bytes
    revise: tuple[bytes, bytes]
    table: str
    told: str = ""
    ask: Ask = field(default_factory=Ask)
    also: dict[str, Good] = field(default_factory=dict)
    within: Callable[[bytes, Callable[[bytes], bytes]], bytes] = plain
    without: tuple[str, ...] = ()


def check(fault: str, case: Case, provider, feed, client, place) -> None:
    """Fetch well, then with the fault, then well again; see the module."""
    if fault in case.without:
        pytest.skip(f"{case.source_id} cannot have it")

    def fetched():
        with client(feed(case.source_id)) as one:
            return fetch(one.feed, case.ask, place, one)

    def serve(*answers: Good) -> None:
        for path, answer in case.also.items():
            provider.on(path, answer)
        provider.on(case.path, *answers)

    if fault in BUSY:
        serve(Answer(b"busy", int(fault), {"Retry-After": "0"}), case.good)
        assert rows(fetched(), case.table)
        return
    if fault == "cut":
        serve(_changed(case.good, _cut), case.good)
        assert rows(fetched(), case.table)
        return
    serve(case.good)
    first = fetched()
    before = (rows(first, case.table), _state(first))
    if fault == "revised":
        old, new = case.revise
        serve(_inside(case, lambda text: text.replace(old, new)))
        second = fetched()
        assert second.id != first.id
        assert rows(second, case.table) != before[0]
    elif fault == "encoding":
        serve(_inside(case, lambda text: text.decode().encode("utf-16")))
        _told_or_same(fetched, case, before[0])
    else:
        serve(_broken(fault, case))
        message = _told(fetched)
        if fault == "column":
            assert (case.told or case.column.decode()) in message
        assert [v.id for v in vintages(case.source_id, place)] == [first.id]
        serve(_inside(case, lambda text: text.replace(*case.revise)))
        assert fetched().id != first.id, "the broken answer must not be taken again"
    assert (rows(first, case.table), _state(first)) == before
    assert not list(place.vintages.glob("*/.new-*"))


def rows(vintage, table):
    """The rows of a vintage's table, sorted."""
    import duckdb

    files = [str(f) for f in vintage.files(table)]
    return duckdb.sql(f"SELECT * FROM read_parquet({files}) ORDER BY ALL").fetchall()


def unique(vintage, table) -> bool:
    """Whether the key columns of a table name its rows."""
    import duckdb

    files = [str(f) for f in vintage.files(table)]
    keys = ", ".join(vintage.table(table).keys())
    found = duckdb.sql(f"SELECT {keys} FROM read_parquet({files}) GROUP BY ALL HAVING count(*) > 1")
    return not found.fetchall()


def packed(files: dict[str, str | bytes]) -> bytes:
    """A zip of files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def _told(fetched) -> str:
    with pytest.raises(DataProblem) as caught:
        fetched()
    message = str(caught.value)
    assert any(remedy in message for remedy in REMEDIES), message
    return message


def _told_or_same(fetched, case: Case, good) -> None:
    """A format that says its encoding may be read in another one, but then rightly."""
    try:
        found = fetched()
    except DataProblem as error:
        message = str(error)
    else:
        assert rows(found, case.table) == good
        return
    assert any(remedy in message for remedy in REMEDIES), message


def _broken(fault: str, case: Case) -> Good:
    if fault == "html":
        return Answer(PAGE, kind="text/html")
    if fault == "refused":
        return Answer(b'{"message": "no such thing"}', 404, kind="application/json")
    if fault == "column":
        return _inside(case, lambda text: text.replace(case.column, b"X" + case.column[::-1]))
    return _changed(case.good, _truncated)


def _truncated(answer: Answer) -> Answer:
    """Half of it, ending shortly after the start of a row."""
    half = len(answer.body) // 2
    row = answer.body.rfind(b"\n", 0, half)
    return replace(answer, body=answer.body[: row + 3 if row > half // 2 else half])


def _cut(answer: Answer) -> Answer:
    return replace(answer, cut=len(answer.body) // 3)


def _inside(case: Case, change: Callable[[bytes], bytes]) -> Good:
    return _changed(
        case.good, lambda answer: replace(answer, body=case.within(answer.body, change))
    )


def _changed(good: Good, change: Callable[[Answer], Answer]) -> Good:
    if isinstance(good, Answer):
        return change(good)
    return lambda asked: change(good(asked))


def _state(vintage) -> dict[str, str]:
    return {
        str(path): sha256(path.read_bytes()).hexdigest()
        for path in sorted(vintage.folder.rglob("*"))
        if path.is_file()
    }
