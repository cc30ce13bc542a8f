"""Commands that ask models: `demo`, `run`, `doctor` and `simulate`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from evals.cli import options
from evals.cli.options import many, one

app = typer.Typer()


@app.command(short_help="Three simulated models, asked over HTTP and compared.")
def demo(out: Annotated[Path, typer.Option(help="The run directory.")] = Path("runs/demo")) -> None:
    """Ask three simulated models over HTTP and compare them: the whole product, offline, in a minute.

    Example: cantwont demo
    """
    from evals.cli.carry_out import carry_out
    from evals.cli.console import console, say
    from evals.cli.demo import NEXT, NOTE, demo_spec
    from evals.simulated.server import serve_in_thread
    from reports.report import Format, Report
    from reports.words.demo_summary import demonstration

    say(NOTE)
    with serve_in_thread() as base_url:
        made = carry_out(demo_spec(base_url), out)
    report = Report.of([made])
    page = out / "report.html"
    report.write(Format.HTML, page)
    console().print(demonstration(report.rows))
    say(f"\nThe run is in {out}, the report in {page}.\n\n{NEXT}")


@app.command(cls=options.RunCommand, short_help="Ask models, record every answer, derive the labels.")
def run(  # noqa: PLR0913 - one parameter an option
    *,
    spec: options.SpecFile = None,
    model: options.Models = None,
    puzzle: options.Puzzles = None,
    steps: options.Steps = None,
    arm: options.Arms = None,
    system: options.System = None,
    repeats: options.Repeats = None,
    instances: options.Instances = None,
    seed: options.Seed = None,
    budget: options.Budgets = None,
    max_tokens: options.MaxTokens = None,
    temperature: options.Temperature = None,
    reasoning_effort: options.Effort = None,
    concurrency: options.Concurrency = None,
    max_retries: options.Retries = None,
    no_retry_429: options.NoRetry429 = False,
    max_cost: options.MaxCost = None,
    max_tokens_total: options.MaxTokensTotal = None,
    deadline: options.Deadline = None,
    dry_run: options.DryRun = False,
    sim: options.Simulated = None,
    extend: options.Extend = False,
    judge: options.Judge = None,
    require_sandbox: options.RequireSandbox = False,
    shard: options.ShardOption = None,
    on: options.OnCluster = None,
    shards: options.Shards = None,
    out: options.Out = None,
) -> None:
    """Ask models, and record every answer; on a directory that is there, go on where it stopped.

    Example: cantwont run --model ollama/llama3.2 --puzzle hanoi:3-6 --repeats 2 --out runs/first
    """
    from evals.cli.carry_out import carry_out
    from evals.cli.carry_out import dry_run as only_estimate
    from evals.cli.console import say
    from evals.plan.asked_sizes import shows_nothing
    from evals.plan.flags import budgets, puzzle_choices, simulated_at
    from evals.plan.flags import shard as shard_of
    from evals.plan.spec import Spec
    from evals.plan.starter import spec_to_ask
    from evals.running.judging import judge_at

    what = {"models": model, "puzzles": puzzle_choices(puzzle, instances, steps), "arms": arm, "seed": seed}
    what["budgets"] = budgets(budget)
    how = {"repeats": repeats, "concurrency": concurrency, "max_retries": max_retries}
    how["retry_rate_limits"] = False if no_retry_429 else None
    limits = {"max_cost": max_cost, "max_tokens_total": max_tokens_total, "deadline": deadline}
    where = {"endpoints": simulated_at(sim)}
    sampling = {"max_tokens": max_tokens, "temperature": temperature, "reasoning_effort": reasoning_effort}
    file = spec_to_ask(spec, model, puzzle)
    loaded = Spec.load(file, what | how | where, sampling, limits)
    if system is not None:
        loaded = loaded.under_system(system)
    if (ours := shard_of(shard, os.environ)).of > 1:
        loaded = loaded.sharded(ours)
    path = out or Path("runs") / loaded.folder
    if ours.of > 1:
        path /= f"shard-{ours.number + 1:0{len(str(ours.of))}}-of-{ours.of}"
    if (nothing := shows_nothing(loaded)) is not None:
        say(f"Note: {nothing}.")
    if dry_run:
        only_estimate(loaded, path)
        return
    if require_sandbox:
        from evals.sandbox.sandbox import check_sandbox

        check_sandbox(walled=True)
    if on is not None:
        _check_cluster(shard=shard, judge=judge, extend=extend)
        from evals.cli.carry_out import carry_out_on_ray

        carry_out_on_ray(loaded, out or Path("runs") / loaded.folder, shards)
        return
    reader = judge_at(judge, loaded.endpoints) if judge is not None else None
    carry_out(loaded, path, extend=extend, judge=reader)
    if ours.of > 1:
        say(f"Next, when all {ours.of:,} shards are asked: cantwont merge {path.parent} --out RUN")
    else:
        say(f"Next: cantwont report {path}")


def _check_cluster(*, shard: str | None, judge: str | None, extend: bool) -> None:
    from evals.errors import SpecError

    for name, given in (("--shard", shard), ("--judge", judge), ("--extend", extend)):
        if given:
            raise SpecError(f"{name} does not go with --on ray, which asks all shards: leave one of them out")


@app.command(short_help="Serve simulated models over the OpenAI protocol.")
def simulate(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(help="The port; 0 lets the system choose.", min=0, max=65535, metavar="<int>")
    ] = 8123,
    latency: Annotated[
        float, typer.Option(help="Seconds before each answer.", min=0, metavar="<float>")
    ] = 0.0,
    key_variable: Annotated[str | None, one("Demand the key in this environment variable.")] = None,
    puzzle: Annotated[list[str] | None, many("A file with a puzzle of your own, to be played too.")] = None,
) -> None:
    """Serve the simulated respondents over the OpenAI protocol until Ctrl-C.

    Example: cantwont simulate --port 8123
    """
    from evals.cli.console import say
    from evals.cli.trusting import own_puzzle
    from evals.endpoints import check_variable
    from evals.errors import EndpointError
    from evals.simulated.respondents import NAMED
    from evals.simulated.server import serve

    for file in puzzle or ():
        own_puzzle(Path(file))

    def announce(base_url: str) -> None:
        names = ", ".join(f"sim/{respondent.name}" for respondent in NAMED)
        example = f"cantwont run --sim {base_url} --model sim/tired --puzzle hanoi:3-8 --out runs/tired"
        say(f"Listening on {base_url} (Ctrl-C ends it). Models: {names}", f"Try: {example}")

    if key_variable:
        try:
            check_variable(key_variable)
        except ValueError as error:
            raise EndpointError(f"--key-variable: {error}") from None
    key = os.environ.get(key_variable) if key_variable else None
    if key_variable and not key:
        raise EndpointError(f"the environment variable {key_variable!r} is empty: put the key there")
    serve(host, port, announce=announce, key=key, latency=latency)


@app.command(short_help="Check a model or the sandbox, and say what to fix.")
def doctor(
    model: Annotated[
        str | None, typer.Argument(help="endpoint/model, or http://host:port/v1#model.", show_default=False)
    ] = None,
    spec: Annotated[Path | None, one("A spec that defines the endpoint.")] = None,
    sim: options.Simulated = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Say which walls stand round models' programs here.")
    ] = False,
) -> None:
    """Check an endpoint and a model with one short request, or the sandbox, and say what to fix.

    Example: cantwont doctor ollama/llama3.2
    """
    from evals.cli.console import Exit, say
    from evals.endpoints import resolve
    from evals.errors import EndpointError
    from evals.plan.flags import found_spec, simulated_at
    from evals.plan.spec import endpoints_of
    from evals.running.doctor import doctor, examine_sandbox, is_sound

    if model is None and not sandbox:
        raise EndpointError("nothing to check: name a model, or give --sandbox")
    findings = examine_sandbox() if sandbox else []
    if model is not None:
        findings += doctor(resolve(model, endpoints_of(found_spec(spec), simulated_at(sim))))
    say(*(finding.describe() for finding in findings))
    if not is_sound(findings):
        raise typer.Exit(Exit.CHECK_FAILED)
