"""The command `merge`: one run of many shards."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command(short_help="One run of the shards of a spec.")
def merge(
    shards: Annotated[
        list[Path], typer.Argument(help="Run directories of shards, or folders of them.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", help="The run directory to make.", show_default=False)],
    partial: Annotated[
        bool, typer.Option("--partial", help="Merge what is there, where shards are missing or damaged.")
    ] = False,
) -> None:
    """Merge shards, asked with `cantwont run --shard`, into one run, and derive its outcomes.

    The shards must ask the same; every trial is held against the shard that it belongs to.

    Example: cantwont merge runs/study --out runs/whole
    """
    from evals.cli.console import say
    from evals.replay.finish import describe_tallies
    from evals.replay.run_list import expanded
    from evals.scale.merge import merge as merged

    made = merged(expanded(shards), out, partial=partial)
    say(*made.describe(), *describe_tallies(made.tallies), f"Next: cantwont report {out}")
