"""The command `plan`: what a spec can show, before anything is asked."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evals.cli import options

if TYPE_CHECKING:
    from evals.plan.spec import Spec

app = typer.Typer()

_ANY = "ollama/any"
"""Stands for the models of a spec that names none; nothing is asked of it."""


@app.command(short_help="What a spec can show, and what it costs; asks nothing.")
def plan(  # noqa: PLR0913 - one parameter an option
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
    sim: options.Simulated = None,
    studies: Annotated[
        int,
        typer.Option(help="Simulated studies of each respondent, for the horizons.", min=1, metavar="<int>"),
    ] = 20,
    tokens_per_second: Annotated[
        float,
        typer.Option(
            help="What all answers under way write together, for the time.", min=0.1, metavar="<float>"
        ),
    ] = 50.0,
    format: Annotated[Literal["text", "json"], typer.Option(help="What to write.")] = "text",  # noqa: A002
) -> None:
    """Say what a run with these options can show, puzzle by puzzle, and what it takes; nothing is asked.

    How likely verdicts are, how wide horizons, the smallest change that compare sees, tokens, time and money.

    Example: cantwont plan --spec quick
    """
    from evals.plan.flags import budgets, puzzle_choices, simulated_at
    from evals.plan.spec import Spec
    from evals.plan.spec_file import toml
    from evals.plan.starter import spec_to_ask

    file = spec_to_ask(spec, model, puzzle)
    if model is None and (file is None or "models" not in toml(file)):
        model = [_ANY]
    what = {"models": model, "puzzles": puzzle_choices(puzzle, instances, steps), "arms": arm, "seed": seed}
    how = {"budgets": budgets(budget), "repeats": repeats}
    where = {"endpoints": simulated_at(sim)}
    sampling = {"max_tokens": max_tokens, "temperature": temperature, "reasoning_effort": reasoning_effort}
    loaded = Spec.load(file, what | how | where, sampling)
    if system is not None:
        loaded = loaded.under_system(system)
    _tell(loaded, studies, tokens_per_second, is_json=format == "json")


def _tell(spec: "Spec", studies: int, tokens_per_second: float, *, is_json: bool) -> None:
    import json

    from evals.cli.carry_out import print_estimate
    from evals.cli.console import say, write
    from evals.plan.estimate import total
    from evals.plan.list_prices import prices_of
    from evals.plan.remaining import survey
    from evals.record.exchange_log import Index
    from reports.planning import SpecPlan, as_json, time_told, told

    prices = prices_of(spec.models_at(), spec.prices, {})
    estimates = survey(spec, Index(), prices).estimates
    found = SpecPlan.of(spec, estimates, studies)
    if is_json:
        plain = json.dumps(as_json(found, tokens_per_second), indent=2, ensure_ascii=False)
        write([plain, "\n"], is_json=True)
        return
    say(*told(found))
    print_estimate(estimates, prices)
    say(time_told(total(estimates).completion_tokens, tokens_per_second))


@app.command(short_help="A commented spec to begin with.")
def init(
    folder: Annotated[Path, typer.Argument(help="Where to write it.")] = Path(),
) -> None:
    """Write `cantwont.toml`, a commented spec, and its JSON schema for editors; `cantwont run` finds it.

    Example: cantwont init
    """
    from evals.cli.console import say
    from evals.plan.starter import write_starter

    for path in write_starter(folder):
        say(f"written: {path}")
    say("Next: name your model in it, then cantwont plan, and cantwont run")
