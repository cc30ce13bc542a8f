"""Commands that find runs: `list`, `view` and `open`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.cli import options
from evals.cli.options import one

if TYPE_CHECKING:
    from collections.abc import Iterable

app = typer.Typer()


@app.command("list", short_help="The runs in a folder, and how their trials ended.")
def list_(
    folder: Annotated[Path, typer.Argument(help="A folder that holds runs.")] = Path("runs"),
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, for other programs.")] = False,
) -> None:
    """List the runs in a folder, three levels deep: what was asked, and how the trials ended.

    Example: cantwont list runs
    """
    import json

    from rich.table import Table

    from evals.cli.console import console, say, write
    from evals.replay.run_list import line_of, runs_below
    from evals.text import printable

    found = [line_of(path) for path in runs_below(folder)]
    if as_json:
        write((f"{json.dumps(line.plain())}\n" for line in found), is_json=True)
        return
    if not found:
        say(f"no run in {str(folder)!r}; `cantwont run` makes one")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("run", "created", "models", "arms", "puzzles"):
        table.add_column(heading, overflow="fold")
    for heading in ("trials", "solved", "stopped", "wrong", "unread", "cut"):
        table.add_column(heading, justify="right")
    table.add_column("state", overflow="fold")
    for line in found:
        counts = (line.trials, line.solved, line.stopped, line.wrong, line.unread, line.cut)
        names = (_some(line.models), _some(line.arms), _some(line.puzzles))
        told = (line.path, line.created[:16].replace("T", " "), *names, *(f"{count:,}" for count in counts))
        table.add_row(*map(printable, (*told, line.state)))
    console().print(table)


def _some(names: "Iterable[str]", most: int = 3) -> str:
    """The first few names, and how many there are besides."""
    known = list(names)
    return ", ".join(known[:most]) + (f" and {len(known) - most} more" if len(known) > most else "")


@app.command(short_help="Runs and transcripts in the browser, also while they go on.")
def view(
    folder: Annotated[Path, typer.Argument(help="A folder that holds runs, or a run.")] = Path("runs"),
    *,
    host: Annotated[
        str, typer.Option(help="Where to listen; elsewhere, nothing can be changed.")
    ] = "127.0.0.1",
    port: Annotated[int | None, one("The port.", "8765, or another that is free")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address.")] = False,
) -> None:
    """Serve runs, trials and transcripts to a browser on this machine, until Ctrl-C.

    It needs the extra `view`. Runs that go on are shown as they go on; no request leaves this machine.

    Example: cantwont view runs --port 8765
    """
    import webbrowser
    from importlib.util import find_spec

    from evals.cli.console import say
    from evals.errors import RunError

    missing = [name for name in ("starlette", "uvicorn") if find_spec(name) is None]
    if missing:
        raise RunError(
            f"`view` needs {' and '.join(missing)}, which come with the extra 'view' of cantwont: "
            f"install with `pip install {' '.join(missing)}`"
        )
    from reports.viewer.server import serve

    def opened(address: str) -> None:
        say(f"{folder} is shown at {address} (Ctrl-C ends it)")
        if not no_browser:
            webbrowser.open(address)

    serve(folder, host, port, opened)


@app.command("open", short_help="The report of a run, in the browser.")
def open_(run: options.RunDirectory) -> None:
    """Open the page that `cantwont report` wrote for a run, or for a folder of runs, in the browser.

    Example: cantwont open runs/demo
    """
    import webbrowser

    from evals.cli.console import say
    from evals.errors import RunError

    page = run if run.suffix == ".html" else run / "report.html"
    if not page.is_file():
        raise RunError(f"there is no page at {str(page)!r}: write it with `cantwont report {run}`")
    shown = webbrowser.open(page.resolve().as_uri())
    say(f"opened: {page}" if shown else f"no browser was found; the page is {page.resolve()}")
