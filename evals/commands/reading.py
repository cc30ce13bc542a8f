"""Commands that read what is recorded: `replay`, `show`, `agree` and `import`."""

# ruff: noqa: PLC0415 - heavy modules are imported inside the commands, so that `--help` is quick

from pathlib import Path
from typing import Annotated

import typer

from evals.commands import _options
from evals.commands._options import many

app = typer.Typer()


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
