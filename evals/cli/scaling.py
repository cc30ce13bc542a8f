"""Commands for runs that outgrow one machine: `merge`, and `batch` with its own."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.cli import options

if TYPE_CHECKING:
    from evals.plan.spec import Spec

app = typer.Typer()
batch = typer.Typer(
    short_help="Ask by files of requests, in OpenAI's batch format.",
    help="Ask by files of requests, in OpenAI's batch format: submit them to a provider and fetch the "
    "results, or write files for a machine without a network and read its results."
    "\n\nExample: cantwont batch submit study.toml runs/study batches",
    no_args_is_help=True,
)

SpecFile = Annotated[Path, typer.Argument(help="A spec: a TOML file, or a shipped one.", show_default=False)]
Run = Annotated[Path, typer.Argument(help="The run directory.", show_default=False)]
Batches = Annotated[Path, typer.Argument(help="The folder of the batches.", show_default=False)]


@app.command(short_help="One run of the shards of a spec.")
def merge(
    shards: Annotated[
        list[Path],
        typer.Argument(
            help="Run directories of shards, or folders of them.", show_default=False, parser=options.run_path
        ),
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


@app.command(short_help="Outcomes as Parquet, or their counts, for big reports.")
def compact(
    runs: Annotated[
        list[Path],
        typer.Argument(
            help="Run directories, or folders that hold some.", show_default=False, parser=options.run_path
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder to make.", show_default=False)],
    counts: Annotated[
        bool, typer.Option("--counts", help="The counts that all measures are made of, and no outcomes.")
    ] = False,
    name: Annotated[
        str | None, options.one("The run's name.", "its folder's; of a shard, that above")
    ] = None,
    trust_puzzle: options.TrustedHashes = None,
) -> None:
    """Write the outcomes of runs as Parquet, by puzzle, with a memory that does not grow with their number.

    `cantwont report` takes such folders in place of runs, and joins those of several machines: DuckDB makes
    of them the one table that all measures are made of. It needs the extra `many`.

    Example: cantwont compact runs/study --out study-outcomes
    """
    from evals.cli.console import say
    from evals.replay.open_runs import open_runs
    from evals.replay.run_list import expanded
    from reports.compacted import compact as compacted

    made = compacted(open_runs(expanded(runs), trust_puzzle or ()), out, counts=counts, name=name)
    trials = sum(run.trials for run in made.runs)
    of = "1 run" if len(made.runs) == 1 else f"{len(made.runs)} runs"
    say(f"{trials:,} outcomes of {of} written to {out}", f"Next: cantwont report {out}")


@app.command(short_help="A run copied whole, from or to an address.")
def copy(
    source: Annotated[str, typer.Argument(help="A run directory, or its address.", show_default=False)],
    target: Annotated[str, typer.Argument(help="Where to copy it.", show_default=False)],
) -> None:
    """Copy a run whole: to an address such as s3://bucket/run, from one, or from folder to folder.

    Commands that only read runs take such addresses themselves.

    Example: cantwont copy runs/first s3://bucket/runs/first
    """
    from evals.cli.console import say
    from evals.replay.remote_runs import copy as copied

    say(copied(source, target))


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


@batch.command(short_help="Submit the next requests of a run to the provider's batch endpoint.")
def submit(spec: SpecFile, run: Run, folder: Batches) -> None:
    """Write the next request of every trial that is not over, upload the files, and create a batch of each.

    An interrupted command goes on where it was, and creates no batch twice. The limits of the spec hold
    before anything is sent.

    Example: cantwont batch submit study.toml runs/study batches
    """
    from evals.cli.console import say
    from evals.running.run import make_or_continue
    from evals.scale.submitted import submit as submitted

    loaded = _loaded(spec)
    submitted(loaded, make_or_continue(loaded, run), folder, say)
    say(f"Next: cantwont batch fetch {spec} {run} {folder}")


@batch.command(short_help="How far the submitted batches are.")
def status(spec: SpecFile, folder: Batches) -> None:
    """Ask the provider how far the batches are.

    Example: cantwont batch status study.toml batches
    """
    from evals.cli.console import say
    from evals.scale.submitted import status as asked

    found = asked(_loaded(spec), folder)
    say(*(each.describe() + (", fetched" if each.fetched else "") for each in found))
    if not found:
        say(f"nothing is submitted from {str(folder)!r}")


@batch.command(short_help="The results of the batches that have ended, into the record of a run.")
def fetch(
    spec: SpecFile,
    run: Run,
    folder: Batches,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until all batches have ended.")] = False,
    every: Annotated[
        float, typer.Option("--every", min=1, help="Seconds from one look to the next.", metavar="<float>")
    ] = 60,
) -> None:
    """Fetch the results of the batches that have ended, take them into the record, and derive the labels.

    Failed and expired requests are recorded as attempts, and are in the next batch again.

    Example: cantwont batch fetch study.toml runs/study batches --wait
    """
    import time

    from evals.cli.console import Exit, fail, say
    from evals.replay.finish import describe_tallies, finish
    from evals.running.run import make_or_continue
    from evals.scale.submitted import fetch as fetched

    loaded = _loaded(spec)
    found = make_or_continue(loaded, run)
    try:
        while True:
            got = fetched(loaded, found, folder)
            if got.batches:
                say(f"{got.batches:,} batches fetched", *got.taken.describe())
            say(*(f"refused as a whole: {each.describe()}" for each in got.refused))
            if not (wait and got.waiting):
                break
            time.sleep(every)
    except KeyboardInterrupt:
        fail("interrupted; what was fetched is recorded, and the same command goes on", Exit.INTERRUPTED)
    say(*describe_tallies(finish(found)))
    if got.waiting:
        say(f"{got.waiting:,} batches have not ended: cantwont batch fetch {spec} {run} {folder}")
    elif got.taken.left:
        say(f"Next: cantwont batch submit {spec} {run} {folder}")
    else:
        say(f"Next: cantwont report {run}")


def _loaded(spec: Path) -> "Spec":
    from evals.plan.flags import found_spec
    from evals.plan.spec import Spec

    return Spec.load(found_spec(spec), {}, {})
