"""The command `export`."""

from pathlib import Path
from typing import Annotated

import typer

from evals.cli import options

app = typer.Typer()

_TOOLS = "every-eval-ever, hf, inspect, lm-eval, promptfoo or verifiers."


@app.command(short_help="The labels of a run, for another tool.")
def export(
    run: options.RunDirectory,
    to: Annotated[str, typer.Option("--to", help=_TOOLS, show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The folder to make.", show_default=False)],
    trust_puzzle: options.TrustedHashes = None,
) -> None:
    """Write the labels of a run in the format of another tool: docs/exporting.md has a section for each.

    Where the run was imported from that tool, its own ids lead back to its rows.

    Example: cantwont export runs/first --to inspect --out scores
    """
    from evals.cli.console import say
    from evals.exporters import export_run, exporter
    from evals.replay.open_runs import open_runs
    from evals.text import printable, trial_count

    exporter(to)
    [found] = open_runs([run], trust_puzzle or ())
    made = export_run(found, to, out)
    say(f"{trial_count(made.trials)} written to {printable(str(out))}")
    if made.without_answer:
        say(f"{trial_count(made.without_answer)} without an answer left out")
    say(f"Next: {made.next_command}")
