"""Commands for runs that outgrow one machine: `merge`, `batch write` and `batch read`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from evals.plan.spec import Spec

app = typer.Typer()
batch = typer.Typer(
    short_help="Ask by files of requests, in OpenAI's batch format.",
    help="Ask by files of requests, in OpenAI's batch format: write them, have them answered, and read the "
    "results.\n\nExample: cantwont batch write study.toml runs/study batches",
    no_args_is_help=True,
)

SpecFile = Annotated[Path, typer.Argument(help="A spec: a TOML file, or a shipped one.", show_default=False)]
Run = Annotated[Path, typer.Argument(help="The run directory.", show_default=False)]


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


@batch.command("write", short_help="The next requests of a run, as files.")
def write_(
    spec: SpecFile,
    run: Run,
    folder: Annotated[Path, typer.Argument(help="Where to write the files.", show_default=False)],
) -> None:
    """Write the next request of every trial that is not over, in files of one model each.

    For OpenAI's batch endpoint, `vllm run-batch`, and whatever reads the same format. The run is made if it
    is not there. Conversations of several turns go in rounds.

    Example: cantwont batch write study.toml runs/study batches
    """
    from evals.cli.console import say
    from evals.running.run import make_or_continue
    from evals.scale.batches import write_requests

    loaded = _loaded(spec)
    say(*write_requests(loaded, make_or_continue(loaded, run), folder).describe())


@batch.command("read", short_help="Results of batches, into the record of a run.")
def read_(
    spec: SpecFile,
    run: Run,
    files: Annotated[list[Path], typer.Argument(help="Files of results.", show_default=False)],
) -> None:
    """Take files of results into the record, in any order and as often as one likes, and derive the labels.

    Failed and expired requests are recorded as attempts, and are in the next batch again.

    Example: cantwont batch read study.toml runs/study results.jsonl
    """
    from evals.cli.console import say
    from evals.replay.finish import describe_tallies, finish
    from evals.running.run import make_or_continue
    from evals.scale.batches import read_results

    loaded = _loaded(spec)
    found = make_or_continue(loaded, run)
    taken = read_results(loaded, found, files)
    say(*taken.describe(), *describe_tallies(finish(found)))
    say(f"Next: cantwont batch write {spec} {run} FOLDER" if taken.left else f"Next: cantwont report {run}")


def _loaded(spec: Path) -> "Spec":
    from evals.plan.flags import found_spec
    from evals.plan.spec import Spec

    return Spec.load(found_spec(spec), {}, {})
