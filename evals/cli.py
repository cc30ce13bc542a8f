"""The command `cantwont`."""

# ruff: noqa: PLC0415 - heavy modules are imported inside the commands, so that `--help` is quick

import os
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from evals import _options
from evals._options import many, one

app = typer.Typer(
    name="cantwont",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,  # drawing frames around the help takes longer than all the rest
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Can't or won't? Ask models for long answers, replay each on a simulator, and tell refusals, "
    "give-ups and logic errors apart.",
)
tasks_app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
    help="List the puzzles, or show one's prompt and solution.\n\nExample: cantwont tasks",
)
app.add_typer(tasks_app, name="tasks")


def main() -> None:
    """Run the command; bad input ends in one line and a fitting exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app()
    except Exception as error:
        from evals._speech import Exit, fail
        from tasks import CantwontError

        if not isinstance(error, CantwontError):
            raise
        fail(str(error), Exit.BAD_INPUT)


@app.command()
def demo(out: Annotated[Path, typer.Option(help="The run directory.")] = Path("runs/demo")) -> None:
    """Ask three simulated models over HTTP and compare them: the whole product, offline, in a minute.

    Example: cantwont demo
    """
    from evals._carrying import carry_out
    from evals._speech import console, say
    from evals.demo import NEXT, NOTE, demo_spec
    from evals.simulated.server import serve_in_thread
    from reports.demonstration import demonstration
    from reports.report import Format, Report

    say(NOTE)
    with serve_in_thread() as base_url:
        made = carry_out(demo_spec(base_url), out)
    report = Report.of([made])
    page = out / "report.html"
    report.write(Format.HTML, page)
    console().print(demonstration(report.rows))
    say(f"\nThe run is in {out}, the report in {page}.\n\n{NEXT}")


@app.command()
def run(  # noqa: PLR0913 - one parameter an option
    *,
    spec: _options.SpecFile = None,
    model: _options.Models = None,
    puzzle: _options.Puzzles = None,
    steps: _options.Steps = None,
    arm: _options.Arms = None,
    repeats: _options.Repeats = None,
    instances: _options.Instances = None,
    seed: _options.Seed = None,
    max_tokens: _options.MaxTokens = None,
    temperature: _options.Temperature = None,
    reasoning_effort: _options.Effort = None,
    concurrency: _options.Concurrency = None,
    max_retries: _options.Retries = None,
    sim: _options.Simulated = None,
    extend: _options.Extend = False,
    judge: _options.Judge = None,
    out: _options.Out = None,
) -> None:
    """Ask models, and record every answer; on a directory that is there, go on where it stopped.

    Example: cantwont run --model ollama/llama3.2 --puzzle hanoi:3-6 --repeats 2 --out runs/first
    """
    from evals._carrying import carry_out
    from evals._speech import say
    from evals.judging import judge_at
    from evals.spec import Spec, puzzle_choices, simulated_at

    what = {"models": model, "puzzles": puzzle_choices(puzzle, instances, steps), "arms": arm, "seed": seed}
    how = {"repeats": repeats, "concurrency": concurrency, "max_retries": max_retries}
    where = {"endpoints": simulated_at(sim)}
    sampling = {"max_tokens": max_tokens, "temperature": temperature, "reasoning_effort": reasoning_effort}
    loaded = Spec.load(spec, what | how | where, sampling)
    path = out or Path("runs") / loaded.name
    reader = judge_at(judge, loaded.endpoints) if judge is not None else None
    carry_out(loaded, path, extend=extend, judge=reader)
    say(f"Next: cantwont report {path}")


@app.command()
def replay(
    run: _options.RunDirectory,
    update: Annotated[bool, typer.Option("--update", help="Write the outcomes of today.")] = False,
    judge: _options.Judge = None,
) -> None:
    """Derive all outcomes again from the recorded answers: no network, no key, unless a judge is named.

    It ends with exit code 1 where they differ from those stored, unless they are written.

    Example: cantwont replay runs/demo
    """
    from evals._speech import Exit, say
    from evals.finishing import finish
    from evals.replaying import replay, upgrades
    from evals.runs import open_runs

    [found] = open_runs([run])
    hearing = None
    if judge is not None:
        from evals.judging import judge_at, judge_run

        hearing = judge_run(found, judge_at(judge, {}))
        say(*hearing.in_words())
    say(*(f"note: {upgrade}" for upgrade in upgrades(found)))
    compared = replay(found)
    say(*compared.in_words())
    if update:
        finish(found)
        say(f"written: {run / 'outcomes.jsonl'}")
    if hearing is not None:
        from evals._carrying import unheard

        unheard(hearing)
    if not update and compared.stored is not None and not compared.same:
        raise typer.Exit(Exit.CHECK_FAILED)


@app.command()
def show(
    run: _options.RunDirectory,
    trial: Annotated[str, typer.Argument(help="A trial's id, or its beginning.", show_default=False)],
    prompt: Annotated[bool, typer.Option("--prompt", help="Also what was asked.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Leave nothing out.")] = False,
) -> None:
    """Show one trial: how it ended, and its answer with the evidence and the first error marked.

    Of long lists the middle is left out.

    Example: cantwont show runs/demo 3f2a --prompt
    """
    from evals._speech import console
    from evals.runs import open_runs
    from evals.showing import find, shown

    [found] = open_runs([run])
    for part in shown(find(found, trial), prompt=prompt, full=full):
        console().print(part, soft_wrap=True)


@app.command()
def agree(
    run: _options.RunDirectory,
    labels: Annotated[Path, typer.Argument(help="JSON lines with id and label.", show_default=False)],
    fail_under: Annotated[float | None, _options.share("Exit with 1 where they agree less often.")] = None,
) -> None:
    """Compare a run's labels with those of a human reader: agreement, kappa, and what they differ about.

    Example: cantwont agree runs/first labels.jsonl --fail-under 0.95
    """
    from evals._speech import Exit, console, say
    from evals.agreement import compare
    from evals.agreement_words import in_words
    from evals.human_labels import read_labels
    from evals.runs import open_runs, outcomes_of

    given = read_labels(labels)
    [found] = open_runs([run])
    compared = compare(outcomes_of(found), given)
    for part in in_words(compared):
        console().print(part, soft_wrap=True)
    if fail_under is not None and compared.agreement.share < fail_under:
        say(f"\nthe agreement, {compared.agreement.share:.4f}, is below {fail_under:g}")
        raise typer.Exit(Exit.CHECK_FAILED)


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


@app.command("import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="JSON lines, plain or gzipped.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The run directory to make.", show_default=False)],
    arm: Annotated[list[str] | None, many("VARIANT=ARM: which arm a prompt variant is.")] = None,
) -> None:
    """Make a run of answers recorded elsewhere; replay and report work on it like on any other.

    Example: cantwont import answers.jsonl.gz --out runs/recorded --arm neutral=list
    """
    from evals._speech import say
    from evals.importing import arms_of, import_run

    count = import_run(files, out, arms_of(arm or ()))
    say(f"{count:,} answers recorded in {out}\nNext: cantwont report {out}")


@app.command()
def simulate(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 lets the system choose.", min=0, max=65535)] = 8123,
    latency: Annotated[float, typer.Option(help="Seconds before each answer.", min=0)] = 0.0,
    key_variable: Annotated[str | None, one("Demand the key in this environment variable.")] = None,
) -> None:
    """Serve the simulated respondents over the OpenAI protocol until Ctrl-C.

    Example: cantwont simulate --port 8123
    """
    from evals._speech import say
    from evals.errors import EndpointError
    from evals.simulated.respondents import NAMED
    from evals.simulated.server import serve

    def announce(base_url: str) -> None:
        names = ", ".join(f"sim/{respondent.name}" for respondent in NAMED)
        example = f"cantwont run --sim {base_url} --model sim/tired --puzzle hanoi:3-8 --out runs/tired"
        say(f"Listening on {base_url} (Ctrl-C ends it). Models: {names}", f"Try: {example}")

    key = os.environ.get(key_variable) if key_variable else None
    if key_variable and not key:
        raise EndpointError(f"the environment variable {key_variable!r} is empty: put the key there")
    serve(host, port, announce=announce, key=key, latency=latency)


@tasks_app.callback()
def list_tasks(context: typer.Context) -> None:
    """List the puzzles with their sizes and steps, or show one's prompt and solution.

    Example: cantwont tasks
    """
    if context.invoked_subcommand is None:
        from evals._speech import console
        from evals.catalogue import catalogue

        console().print(catalogue())


@tasks_app.command("show")
def show_task(
    name: Annotated[str, typer.Argument(help="A puzzle.", show_default=False)],
    size: Annotated[int | None, one("Its size; without one, its parameters are listed.")] = None,
    parameter: Annotated[list[str] | None, many("NAME=VALUE, another parameter.")] = None,
    seed: Annotated[int, typer.Option(help="Draws the instance.")] = 0,
    arm: Annotated[str, typer.Option(help="How it is asked.")] = "list",
) -> None:
    """Show the prompt of one instance and its shortest solution, as a model should write it.

    Example: cantwont tasks show hanoi --size 4 --arm insist
    """
    from evals._speech import say, write
    from evals.catalogue import example, parameters

    if size is None:
        say(*parameters(name))
        return
    write(example(name, size, parameter or (), seed, arm))


if __name__ == "__main__":
    main()
