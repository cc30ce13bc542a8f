"""Commands that read what is recorded: `replay`, `shrink`, `show`, `agree`, `import` and `export`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evals.cli import options
from evals.cli.options import many, one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evals.record.run import RunDirectory
    from evals.replay.check import CheckResult
    from evals.running.judging import JudgeSummary

app = typer.Typer()


@app.command(short_help="Derive all labels again, and tell what differs.")
def replay(  # noqa: PLR0913 - one parameter an option
    runs: Annotated[
        list[Path],
        typer.Argument(help="Run directories.", show_default=False, parser=options.run_path),
    ],
    *,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 where something differs.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="The same, and where there is a note.")] = False,
    update: Annotated[bool, typer.Option("--update", help="Write the outcomes of today.")] = False,
    spec: Annotated[Path | None, one("Tell what this spec asks and the run has not recorded.")] = None,
    junit: Annotated[Path | None, one("Also write a JUnit file.")] = None,
    judge: options.Judge = None,
    on: options.OnCluster = None,
    trust_puzzle: options.TrustedHashes = None,
) -> None:
    """Derive all outcomes again from the recorded answers: no network, no key, unless a judge is named.

    Every outcome that differs from the one stored is told; in GitHub Actions it is annotated, too.

    Example: cantwont replay runs/demo --check
    """
    from evals.cli.console import Exit, say
    from evals.errors import SpecError
    from evals.replay.check import CheckResult
    from evals.replay.finish import finish
    from evals.replay.open_runs import open_runs

    if update and (check or strict):
        raise SpecError("--update accepts what --check and --strict would refuse: give one of them")
    found = open_runs(runs, trust_puzzle or ())
    summaries = _judged(found, judge) if judge is not None else []
    if on is None:
        checked = CheckResult.of(found)
    else:
        from evals.scale.on_ray import replay_on_ray

        checked = CheckResult(tuple(replay_on_ray(found)))
    if spec is not None:
        from evals.replay.check import with_spec

        checked = with_spec(checked, spec)
    say("\n".join(checked.describe()))
    say(*changed_verdicts_of(checked))
    failed = (check or strict) and checked.failed(strict=strict)
    _pass_on(checked, junit, failed=failed)
    for run in found if update else ():
        finish(run)
        say(f"written: {run.path / 'outcomes.jsonl'}")
    _unanswered(summaries)
    if failed:
        raise typer.Exit(Exit.CHECK_FAILED)


def changed_verdicts_of(checked: "CheckResult") -> "Iterator[str]":
    """Yield the verdicts that follow otherwise from the outcomes of today than from those stored."""
    runs = [run for run in checked.runs if run.changes]
    if not runs:
        return
    from reports.analyses.verdicts import changed_verdicts
    from reports.frame import frame
    from reports.report import pushed_in
    from reports.words.run_comparison import describe_changed_verdicts

    for replayed in runs:
        differ = {change.outcome.trial: change.stored for change in replayed.changes}
        stored = [differ.get(name, outcome) for name, outcome in replayed.outcomes.items()]
        before = [outcome for outcome in stored if outcome is not None]
        before += [one.stored for one in replayed.changes if one.derived is None and one.stored is not None]
        name = replayed.run.path.name
        after = frame(replayed.outcomes.values(), name)
        pushed = pushed_in([replayed.run])
        changed = changed_verdicts(frame(before, name), after, pushed=(pushed, pushed))
        yield from describe_changed_verdicts(changed)


def _judged(runs: "list[RunDirectory]", judge: str) -> "list[JudgeSummary]":
    from evals.cli.console import say
    from evals.running.judging import judge_at, judge_run

    summaries = [judge_run(run, judge_at(judge, {})) for run in runs]
    for summary in summaries:
        say(*summary.describe())
    return summaries


def _pass_on(checked: "CheckResult", junit: Path | None, *, failed: bool) -> None:
    """Write the JUnit file; in GitHub Actions, also write annotations and the summary."""
    from evals.cli.runner_commands import in_actions
    from evals.cli.telling.github_actions import annotate, write_summary

    if junit is not None:
        from evals.cli.telling.junit import write_junit

        write_junit(junit, checked)
    if in_actions():
        annotate(checked, failed=failed)
        write_summary(checked)


def _unanswered(summaries: "list[JudgeSummary]") -> None:
    """End the process if a judge has not replied about all outcomes."""
    for summary in summaries:
        from evals.cli.carry_out import unanswered

        unanswered(summary)


@app.command(short_help="Keep a few trials of each kind, to commit.")
def shrink(
    run: options.RunDirectory,
    out: Annotated[Path, typer.Option("--out", help="The run directory to make.", show_default=False)],
    keep: Annotated[
        int, typer.Option(help="Trials of each model, puzzle, arm, size and label.", min=1, metavar="<int>")
    ] = 1,
    gzip: Annotated[bool, typer.Option("--gzip", help="Write the exchanges gzipped.")] = False,
    trust_puzzle: options.TrustedHashes = None,
) -> None:
    """Make a run of a few trials of each kind, small enough to commit and replay in CI.

    What is kept hangs on how it ended, so a shrunk run says nothing about how often.

    Example: cantwont shrink runs/demo --out runs/ci --keep 2 --gzip
    """
    from evals.cli.console import say
    from evals.replay.open_runs import open_runs
    from evals.replay.shrink import shrink

    [found] = open_runs([run], trust_puzzle or ())
    shrunk = shrink(found, out, keep=keep, zipped=gzip)
    say(shrunk.describe(), f"Next: cantwont replay {out} --check")


@app.command(short_help="One trial, with its evidence marked; or which trials there are.")
def show(  # noqa: PLR0913 - one parameter an option
    run: options.RunDirectory,
    trial: Annotated[
        str | None, typer.Argument(help="A trial's id, or its beginning; without it, all are listed.")
    ] = None,
    *,
    label: Annotated[list[str] | None, many("Only trials with this label.")] = None,
    model: Annotated[list[str] | None, many("Only of models whose name holds this.")] = None,
    arm: Annotated[list[str] | None, many("Only of this arm.")] = None,
    puzzle: Annotated[list[str] | None, many("Only of this puzzle.")] = None,
    flag: Annotated[list[str] | None, many("Only with this flag.")] = None,
    unsure: Annotated[bool, typer.Option("--unsure", help="Only where the label is not sure.")] = False,
    following: Annotated[
        bool, typer.Option("--next", help="Show the first of these, or the first behind the trial named.")
    ] = False,
    prompt: Annotated[bool, typer.Option("--prompt", help="Also what was asked.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Leave nothing out.")] = False,
    trust_puzzle: options.TrustedHashes = None,
) -> None:
    """Show one trial: how it ended, and its answer with the evidence and the first error marked.

    Of long lists the middle is left out. Without a trial, list those that match.

    Example: cantwont show runs/demo 3bfe --prompt
    """
    from evals.cli.console import console, say
    from evals.cli.telling import show as telling
    from evals.replay.open_runs import open_runs, outcomes_of
    from evals.text import trial_count

    wanted = telling.TrialChoice(label or (), model or (), arm or (), puzzle or (), flag or (), unsure)
    wanted.check()
    [found] = open_runs([run], trust_puzzle or ())
    if trial is None or following:
        chosen = wanted.chosen(outcomes_of(found))
        if not following:
            console().print(telling.listed(chosen))
            say(f"{trial_count(len(chosen))}; show one with: cantwont show {run} ID")
            return
        trial = telling.following(chosen, trial)
    for part in telling.shown(telling.find(found, trial), prompt=prompt, full=full):
        console().print(part, soft_wrap=True)


@app.command(short_help="The labels beside those of a human reader.")
def agree(
    run: options.RunDirectory,
    labels: Annotated[Path, typer.Argument(help="JSON lines with id and label.", show_default=False)],
    fail_under: Annotated[float | None, options.share("Exit with 1 where they agree less often.")] = None,
    trust_puzzle: options.TrustedHashes = None,
) -> None:
    """Compare a run's labels with those of a human reader: agreement, kappa, and what they differ about.

    Example: cantwont agree runs/first labels.jsonl --fail-under 0.95
    """
    from evals.cli.console import Exit, console, say
    from evals.cli.telling.agreement_text import describe_agreement
    from evals.replay.open_runs import open_runs, outcomes_of
    from evals.second_reader.agreement import compare
    from evals.second_reader.human_labels import read_labels

    given = read_labels(labels)
    [found] = open_runs([run], trust_puzzle or ())
    compared = compare(outcomes_of(found), given)
    for part in describe_agreement(compared):
        console().print(part, soft_wrap=True)
    if fail_under is not None and compared.agreement.share < fail_under:
        say(f"\nthe agreement, {compared.agreement.share:.4f}, is below {fail_under:g}")
        raise typer.Exit(Exit.CHECK_FAILED)


@app.command("import", short_help="Make a run of answers recorded elsewhere.")
def import_(  # noqa: PLR0913 - one parameter an option
    files: Annotated[
        list[Path],
        typer.Argument(help="Logs of other tools, plain or gzipped.", show_default=False),
    ],
    *,
    out: Annotated[Path | None, one("The run directory to make.")] = None,
    arm: Annotated[list[str] | None, many("VARIANT=ARM: which arm a prompt variant is.")] = None,
    source: Annotated[
        str | None, typer.Option("--from", help="The files' format, if not by looking.", show_default=False)
    ] = None,
    mapping: Annotated[
        str | None, one("A TOML file that says which field holds what, or a shipped one.")
    ] = None,
    model: Annotated[str | None, one("The model of answers that name none.")] = None,
    refused: Annotated[Path | None, one("Also write all rows that are left out to this file.")] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Make nothing if a row is to be left out.")
    ] = False,
    lenient: Annotated[
        bool, typer.Option("--lenient", help="Leave faulty rows out of our own format, too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Make nothing: tell, and propose arms.")] = False,
) -> None:
    """Make a run of answers recorded elsewhere; replay and report work on it like on any other.

    Reads logs of Inspect, lm-evaluation-harness and promptfoo, OpenAI batches, chats, CSV and Parquet, and
    with a mapping any rows. What cannot be taken in is told line by line; the rest goes in.

    Example: cantwont import answers.jsonl.gz --out runs/recorded --arm neutral=list
    """
    from evals.cli.console import say
    from evals.cli.telling.importing import RefusedRows, arms_told, told_of
    from evals.errors import ImportFailed
    from evals.importers import RunMaker, arms_of, import_run, survey

    arms = arms_of(arm or ())
    found = None
    if mapping is not None:
        from evals.importers._mapping import FieldMapping

        found = FieldMapping.load(mapping)
    with RefusedRows(refused) as rows:
        maker = RunMaker(arms, model=model, lenient=lenient, strict=strict, tell=rows.tell)
        if dry_run:
            summary = survey(files, arms, maker=maker, name=source, mapping=found)
        elif out is None:
            raise ImportFailed(
                "--out is missing: name the run directory to make, or look first with --dry-run"
            )
        else:
            summary = import_run(files, out, arms, maker=maker, name=source, mapping=found)
    say(*told_of(summary, None if dry_run else out), *arms_told(summary, arm or (), whole=dry_run))
    if not dry_run:
        say(f"Next: cantwont report {out}")


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
