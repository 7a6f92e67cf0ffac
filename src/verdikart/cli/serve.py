"""verdikart serve: the web application on this machine."""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from verdikart.cli.options import LangOption, language
from verdikart.core.errors import DataProblem, UsageProblem

HELP = """Serve the web application over saved mappings.

Listens on this machine alone unless --host says otherwise, and needs no net. Ctrl-C stops it.

Example: verdikart serve --open

For others to read: verdikart serve --host 0.0.0.0 --allow-host maps.example.no --read-only
"""


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("serve", help=HELP)(serve)


def serve(
    out: Annotated[
        Path | None, typer.Option("--out", help="Result folder (default verdikart-result).")
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 8765,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", help="A name to answer to; repeatable. See docs/cli.md."),
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="No new mappings from the pages.")
    ] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open the browser.")] = False,
    log: Annotated[
        bool, typer.Option("--log", help="A line on standard error for every request.")
    ] = False,
    lang: LangOption = None,
) -> None:
    """Check what can go wrong before anything is started, say where, and serve."""
    from verdikart.reference.i18n import translator

    tongue = language(lang)
    _ = translator(tongue)
    if out is not None and out == Path():
        raise UsageProblem("--out is empty or the current folder; name the folder of the results")
    try:
        from verdikart.web import server
        from verdikart.web.readers import LOCAL, READONLY
    except ModuleNotFoundError as error:
        raise DataProblem(
            f"the web application needs {error.name}, which is not installed; "
            "run 'make serve', or install with: pip install 'verdikart[web]'"
        ) from None
    from verdikart.mapping.save import DEFAULT_OUT

    folder = out or DEFAULT_OUT
    listening = server.listen(host, port)
    names = server.names(host, allow_host or [])
    if not server.is_loopback(host):
        warning = _(
            "WARNING: this is open to others. There are no accounts: whoever reaches {host} can "
            "read every mapping in {out}{start}. Names answered to: {names}."
        )
        start = "" if read_only else _(" and start new ones (--read-only forbids that)")
        said = warning.format(host=host, out=folder, start=start, names=", ".join(names))
        sys.stderr.write(f"\n!!! {said}\n\n")
    everywhere = host in ("0.0.0.0", "::")  # noqa: S104 - compared, not listened to
    shown = "127.0.0.1" if everywhere else server.bracketed(host)
    address = f"http://{shown}:{listening.getsockname()[1]}/{tongue}/current"
    sys.stdout.write(_("verdikart answers at {address} (Ctrl-C stops it)").format(address=address))
    sys.stdout.write("\n")
    sys.stdout.flush()
    if open_:
        webbrowser.open(address)
    server.serve(listening, folder, names, READONLY if read_only else LOCAL, log)
