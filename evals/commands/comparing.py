"""Commands that measure and compare: `report`."""

# ruff: noqa: PLC0415 - heavy modules are imported inside the commands, so that `--help` is quick

from pathlib import Path
from typing import Annotated, Literal

import typer

from evals.commands._options import one

app = typer.Typer()


@app.command()
def report(
    runs: Annotated[list[Path], typer.Argument(help="Run directories.", show_default=False)],
    format: Annotated[Literal["html", "md", "csv"], typer.Option(help="What to write.")] = "html",  # noqa: A002
    out: Annotated[Path | None, one("The file; - for standard output.", "report.* in the first run")] = None,
) -> None:
    """Show the comparison of one or more runs, and write it as a page or table.

    Example: cantwont report runs/demo --format md --out -
    """
    from evals._speech import console, say, write
    from evals.runs import open_runs
    from reports.report import Format, Report

    shown, written = Report.of(open_runs(runs)), Format(format)
    if str(out) == "-":
        write([shown.text(written)])
        return
    shown.print(console())
    target = out or runs[0] / f"report.{format}"
    shown.write(written, target)
    say(f"\nwritten: {target}")
