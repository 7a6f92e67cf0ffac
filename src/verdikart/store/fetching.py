"""A fetch: plan, download what is not here yet, load. A killed one goes on where it was."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from verdikart.core.errors import DataProblem, Problems, UnknownName
from verdikart.reference.feeds import Feed
from verdikart.reference.load import by_key
from verdikart.sources.model import Ask, Piece, RawFile, SourceProblem
from verdikart.sources.transport import Client
from verdikart.store.depot import JOURNAL, Depot, writing
from verdikart.store.load import adapter_of, asked, load
from verdikart.store.vintages import Vintage, sweep, vintage

OWN_DUE = 365  # days after which a table of one's own is said to be old
CORRECTIONS = "corrections.csv"  # a fault of the table of corrections is none of the files
FRESH = timedelta(days=1)  # a piece of an unfinished fetch older than this is asked for again
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Planned:
    """A piece with its size, as far as the provider says, and whether it is here already."""

    piece: Piece
    address: str
    bytes: int | None
    here: bool


def feed_of(source_id: str) -> Feed:
    """The feed of a source; an unknown name lists the nearest."""
    feeds: dict[str, Feed] = by_key(Feed)
    if source_id.startswith("own_"):
        return own_feed(source_id)
    if source_id not in feeds:
        raise UnknownName("source to fetch", source_id, list(feeds), "see `verdikart data sources`")
    return feeds[source_id]


def own_feed(source_id: str) -> Feed:
    """What stands for a feed where the table is the user's own."""
    return Feed(
        source_id, "own_table", "", "csv", "", "", "irregular", OWN_DUE, "", True, "", None, None,
        ("figures",), "", "", "",
    )  # fmt: skip


def add_own(
    described: Path, paths: Sequence[Path], ask: Ask, place: Depot, step: Step = lambda _: None
) -> Vintage:
    """Load a table of the user's own that a YAML file describes; the description is kept with it."""
    from verdikart.sources.own_description import description

    try:
        text = described.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataProblem(
            f"{described}: cannot be read ({error}); it must be a YAML file in UTF-8"
        ) from None
    about = description(text, described.name)
    return add(own_feed(about.id), [described, *paths], ask, place, step)


def planned(feed: Feed, ask: Ask, place: Depot, client: Client) -> list[Planned]:
    """What a fetch would ask for, with sizes: nothing is downloaded but metadata."""
    journal = _Journal(place.parts / feed.source_id, place)
    found = []
    for piece in _plan(feed, ask, client, journal):
        here = journal.kept(piece, client.address(piece))
        size = here.bytes if here else None if client.offline else client.size(piece)
        found.append(Planned(piece, client.address(piece), size, here is not None))
    return found


def fetch(
    feed: Feed,
    ask: Ask,
    place: Depot,
    client: Client,
    *,
    on_piece: Callable[[int, int, Piece], None] = lambda *_: None,
    step: Step = lambda _: None,
) -> Vintage:
    """Fetch and load. Raises SourceProblem or Problems; what came so far is kept for the next try."""
    from filelock import FileLock, Timeout

    folder = place.parts / feed.source_id
    with writing(place.root):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise DataProblem(
            f"another verdikart is fetching {feed.source_id} now; wait for it to end"
        ) from None
    try:
        journal = _Journal(folder, place)
        pieces = _plan(feed, ask, client, journal)
        if not pieces:
            raise SourceProblem(
                f"{feed.source_id} has nothing of what was asked for; ask for other years, codes or "
                "countries"
            )
        journal.plan(ask, pieces)
        files = []
        for number, piece in enumerate(pieces, 1):
            on_piece(number, len(pieces), piece)
            files.append(_piece(feed, piece, journal, folder, place, client))
        day = min(f.retrieved for f in files)
        try:
            made = load(feed, files, ask, place, retrieved=day, step=step)
        except Problems as error:
            # A faulty answer must not be taken again; what came well of the others is kept.
            faulty = {problem.file for problem in error.problems} - {CORRECTIONS}
            bad = [f for f in files if f.name in faulty] or (files if faulty else [])
            journal.forget(bad)
            with place.changing():
                sweep(place)
            raise
        shutil.rmtree(folder, ignore_errors=True)
        return made
    finally:
        lock.release()


def _plan(feed: Feed, ask: Ask, client: Client, journal: _Journal) -> Sequence[Piece]:
    """What to ask for; offline, what the unfinished fetch of the same question was to ask for."""
    if not client.offline:
        return adapter_of(feed).plan(feed, ask, client)
    pieces = journal.planned(ask)
    if pieces is None:
        raise SourceProblem(
            f"{feed.source_id}: no unfinished fetch of this is here and --offline forbids asking for it; "
            "leave --offline out, or use `verdikart data add` with files"
        )
    return pieces


def _piece(
    feed: Feed, piece: Piece, journal: _Journal, folder: Path, place: Depot, client: Client
) -> RawFile:
    address = client.address(piece)
    kept = journal.kept(piece, address)
    if kept is not None:
        return kept
    with writing(folder):
        got = client.download(piece, folder)
        while (later := _follow(feed, piece, got.path, client)) is not None:
            got = client.download(later, folder)
    today = date.today().isoformat()  # noqa: DTZ011
    raw = RawFile(
        piece.name, place.raw_path(got.sha256), got.sha256, got.bytes, address, today, got.etag,
        got.last_modified,
    )  # fmt: skip
    journal.add(raw, piece)  # before it lies there: a raw file that no journal knows is swept away
    place.keep(got.path, got.sha256)
    return raw


def _follow(feed: Feed, piece: Piece, path: Path, client: Client) -> Piece | None:
    """Where the data are, if the answer only says that they are being prepared."""
    follow: Callable[[Feed, Piece, Path, Client], Piece | None] | None
    follow = getattr(adapter_of(feed), "follow", None)
    return follow(feed, piece, path, client) if follow else None


def add(
    feed: Feed, paths: Sequence[Path], ask: Ask, place: Depot, step: Step = lambda _: None
) -> Vintage:
    """Load files that were fetched by hand; they are copied into the depot as they are."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(p for p in path.rglob("*") if p.is_file() and p.name[0] != ".")
        elif path.is_file():
            files.append(path)
        else:
            raise DataProblem(f"{path}: no such file or folder")
    if not files:
        raise DataProblem(f"{', '.join(map(str, paths))}: no files in it")
    today = date.today().isoformat()  # noqa: DTZ011
    named = [(path, _hash(path)) for path in files]
    with place.changing():
        try:
            raw = [
                RawFile(
                    path.name,
                    _copied(path, sha256, place),
                    sha256,
                    path.stat().st_size,
                    path.name,
                    today,
                )
                for path, sha256 in named
            ]
            return load(feed, raw, ask, place, retrieved=today, step=step)
        except BaseException:
            sweep(place)
            raise


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copied(path: Path, sha256: str, place: Depot) -> Path:
    kept = place.raw_path(sha256)
    if not kept.is_file():
        with place.workplace(kept) as work:
            place.keep(Path(shutil.copyfile(path, work / "copy")), sha256)
    return kept


def rebuild(name: str, place: Depot, step: Step = lambda _: None) -> Vintage:
    """Make a vintage anew from its raw files, as after a change of the program or of corrections."""
    with place.changing():
        old = vintage(name, place)
        raw = [
            RawFile(r.name, place.raw_file(r.sha256, r.name), r.sha256, r.bytes, r.address, r.retrieved,
                    last_modified=r.last_modified)
            for r in old.raw
        ]  # fmt: skip
        ask = Ask(
            tuple(old.asked["years"]),
            tuple(old.asked["codes"]),
            tuple(old.asked["countries"]),
            old.asked["release"],
        )
        return load(
            feed_of(old.source_id), raw, ask, place, retrieved=old.retrieved, step=step, again=True
        )


class _Journal:
    """What an unfinished fetch has fetched so far, by the request that gave it."""

    def __init__(self, folder: Path, place: Depot) -> None:
        self._path = folder / JOURNAL
        self._plan = folder / "plan.json"
        self._place = place
        self._entries: dict[str, Any] = _content(self._path)

    def plan(self, ask: Ask, pieces: Sequence[Piece]) -> None:
        """Keep what a question asks for, without keys."""
        listed = [{k: v for k, v in asdict(p).items() if k != "secret_headers"} for p in pieces]
        _put(self._plan, {"ask": asked(ask), "pieces": listed})

    def planned(self, ask: Ask) -> list[Piece] | None:
        """The pieces that were kept of this question."""
        content = _content(self._plan)
        if content.get("ask") != asked(ask):
            return None
        return [
            Piece(**{**p, "params": tuple(map(tuple, p["params"])), "accept": tuple(p["accept"])})
            for p in content["pieces"]
        ]

    def kept(self, piece: Piece, address: str) -> RawFile | None:
        entry = self._entries.get(_request(piece, address))
        if entry is None:
            return None
        path = self._place.raw_path(entry["sha256"])
        old = date.today() - date.fromisoformat(entry["retrieved"]) > FRESH  # noqa: DTZ011
        return None if old or not path.is_file() else RawFile(**entry, path=path)

    def add(self, raw: RawFile, piece: Piece) -> None:
        entry = asdict(raw)
        del entry["path"]
        self._entries[_request(piece, raw.address)] = entry
        _put(self._path, self._entries)

    def forget(self, files: Sequence[RawFile]) -> None:
        gone = {file.sha256 for file in files}
        self._entries = {k: e for k, e in self._entries.items() if e["sha256"] not in gone}
        _put(self._path, self._entries)


def _content(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _put(path: Path, content: dict[str, Any]) -> None:
    beside = path.with_suffix(".new")
    with writing(path):
        beside.write_text(json.dumps(content, indent=1), encoding="utf-8")
        beside.replace(path)


def _request(piece: Piece, address: str) -> str:
    body = json.dumps(piece.body, sort_keys=True) if piece.body else ""
    return f"{piece.method} {address} {body} {piece.name}"
