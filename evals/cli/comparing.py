"""Commands that measure and compare: `report`, `compare` and `calibrate`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evals.cli import options
from evals.cli.options import many, one

if TYPE_CHECKING:
    from reports.measures import Audit

app = typer.Typer()

_TABLES = (
    "comparison, trials, counts, sizes, horizons, trend, stops, steps, hazards, independence, course, "
    "verdicts, recovery, nudged, traits, costs, budgets, affordable, pairs, ratios, sensitivity or repeats"
)


@app.command(short_help="The comparison of one or more runs, as a page or table.")
def report(  # noqa: PLR0913, PLR0917 - its options
    runs: Annotated[
        list[Path],
        typer.Argument(
            help="Run directories, folders that hold some, or folders of `cantwont compact`.",
            show_default=False,
            parser=options.run_path,
        ),
    ],
    format: Annotated[  # noqa: A002
        Literal["html", "md", "csv", "parquet", "json"], typer.Option(help="What to write.")
    ] = "html",
    out: Annotated[
        Path | None, one("The file; - for standard output.", "report.* in the run, or beside several")
    ] = None,
    table: Annotated[
        str | None, one(f"For csv, parquet and json, which table: {_TABLES}.", "comparison")
    ] = None,
    figures: Annotated[Path | None, one("A directory for each figure as SVG and PNG.")] = None,
    pushed: Annotated[
        str | None,
        one("The arm that pushes, for the verdicts.", "insist, or the variant that the spec says pushes"),
    ] = None,
    audit: Annotated[
        str | None,
        one("A reader's findings, A,a,B,b: of A stops a were labelled so, of B other failures b."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            help="The most transcripts on the page.  [default: all]",
            show_default=False,
            min=0,
            metavar="<int>",
        ),
    ] = None,
    released: Annotated[Path | None, one("A TOML file of release dates by model, for the trend.")] = None,
    trust_puzzle: options.TrustedHashes = None,
) -> None:
    """Show the comparison of one or more runs, and write it as a page or table.

    Example: cantwont report runs/demo --format md --out -
    """
    from evals.cli.console import console, say, working, write
    from evals.errors import RunError
    from evals.replay.open_runs import open_runs
    from evals.replay.run_list import expanded
    from reports.analyses.all_measures import TABLES
    from reports.analyses.trend import read_released
    from reports.compacted import Compacted
    from reports.report import Format, Report, Wanted
    from tasks import close_to

    if table is not None and format in ("html", "md"):
        raise RunError(
            f"--table {table!r} goes with --format csv, json or parquet; html and md show all tables"
        )
    if table not in (None, *TABLES):
        raise RunError(
            f"unknown table {table!r}{close_to(str(table), TABLES)}; known are {', '.join(TABLES)}"
        )
    wanted = Wanted(pushed, _audit(audit), limit, None if released is None else read_released(released))
    compacted = [path for path in runs if Compacted.is_at(path)]
    if compacted and len(compacted) < len(runs):
        raise RunError("give runs, or folders of `cantwont compact`, not both: compact the runs, too")
    found = compacted or expanded(runs)
    written, which = Format(format), table or "comparison"
    target = out or _beside(runs, found) / f"report.{format}"
    if out is not None and str(out) != "-":
        _check_place(target)
    with working("reading"):
        if compacted:
            shown = Report.of_compacted([Compacted.open(path) for path in found], wanted)
        else:
            shown = Report.of(open_runs(found, trust_puzzle or ()), wanted)
    if figures is not None:
        with working("drawing"):
            count = shown.save_figures(figures)
    if str(out) == "-":
        with working("writing"):
            text = shown.text(written, which)
        write([text], is_json=format == "json")
        return
    with working("measuring"):
        shown.measured  # noqa: B018 - kept from here on
    shown.print(console())
    with working("writing"):
        shown.write(written, target, which)
    say(f"\nwritten: {target}")
    if figures is not None:
        say(f"written: {count} figures in {figures}, each as SVG and PNG")


def _check_place(target: Path) -> None:
    """Raise `RunError` if a file cannot stand there, before the work is done."""
    from evals.errors import RunError

    if not target.parent.is_dir():
        what = "no folder" if target.parent.exists() else "not there"
        raise RunError(
            f"cannot write {str(target)!r}: {str(target.parent)!r} is {what}; name another with --out"
        )


def _beside(given: list[Path], found: list[Path]) -> Path:
    """Return the folder of a report: the run, or what holds several, whose own reports stay as they are."""
    from evals.replay.remote_runs import is_fetched

    if any(map(is_fetched, found)):
        return Path()
    if len(found) == 1 or len(given) == 1:
        return found[0] if len(found) == 1 else given[0]
    shared = os.path.commonpath([path.parent.absolute() for path in found])
    return Path(shared if any(path.is_absolute() for path in found) else os.path.relpath(shared))


def _audit(text: str | None) -> "Audit | None":
    """Parse `A,a,B,b` into counts; raises `RunError`."""
    from evals.errors import RunError
    from reports.measures import Audit

    if text is None:
        return None
    parts = text.split(",")
    if len(parts) != 4 or not all(part.strip().isascii() and part.strip().isdigit() for part in parts):
        raise RunError(f"--audit {text!r}: write four counts, as in 120,112,90,6")
    stops, found, others, taken = (int(part) for part in parts)
    if found > stops or taken > others:
        raise RunError(f"--audit {text!r}: the second is at most the first, and the fourth the third")
    return Audit(stops, found, others, taken)


@app.command(short_help="What changed from one run to another.")
def compare(  # noqa: PLR0913 - its options
    first: options.RunDirectory,
    second: options.RunDirectory,
    *,
    model_a: Annotated[str | None, one("The model of the first, where it has several.")] = None,
    model_b: Annotated[str | None, one("The model of the second.")] = None,
    format: Annotated[  # noqa: A002
        Literal["text", "html", "md", "json"],
        typer.Option(help="What to write, with --out or to the terminal."),
    ] = "text",
    out: Annotated[Path | None, one("The file of html, md or json.", "standard output")] = None,
    junit: Annotated[Path | None, one("A JUnit file: a share that got clearly worse is a failure.")] = None,
    fail_on_regression: Annotated[
        bool, typer.Option("--fail-on-regression", help="Exit 1 where something got clearly worse.")
    ] = False,
    trust_puzzle: options.TrustedHashes = None,
) -> None:
    """Tell what changed from one run to another: two models, or two dates of one. The conclusion comes first.

    Example: cantwont compare runs/may runs/june --fail-on-regression
    """
    from evals.cli.console import Exit, say, working
    from evals.cli.telling.junit import write_comparison_junit
    from evals.errors import RunError
    from evals.replay.open_runs import open_runs
    from reports.analyses.run_comparison import compare as compared
    from reports.comparison import ComparisonFormat, comparison_file
    from reports.report import Report, pushed_in
    from reports.words.run_comparison import comparison_text, describe_comparison

    if out is not None and format == "text":
        raise RunError(f"--out {str(out)!r} goes with --format html, md or json")
    with working("comparing"):
        runs = open_runs([first, second], trust_puzzle or ())
        a, b = (Report.of([run]).rows for run in runs)
        if str(a["run"].iloc[0]) == str(b["run"].iloc[0]):
            a, b = a.assign(run=str(first)), b.assign(run=str(second))
        found = compared(a, b, model_a, model_b, pushed=(pushed_in(runs[:1]), pushed_in(runs[1:])))
    if format == "text":
        say(*describe_comparison(found))
    else:
        _put(comparison_file(found, ComparisonFormat(format)), out, is_json=format == "json")
    if junit is not None:
        told = comparison_text(found)
        write_comparison_junit(junit, told.runs, told.cases)
    if fail_on_regression and found.regressed:
        raise typer.Exit(Exit.CHECK_FAILED)


def _put(text: str, out: Path | None, *, is_json: bool) -> None:
    """Write a text to a file, or to standard output; raises `RunError` if that fails."""
    from evals.cli.console import say, write
    from evals.errors import RunError
    from reports.tables.escape import write_utf8

    if out is None:
        write([text], is_json=is_json)
        return
    try:
        write_utf8(out, text)
    except OSError as error:
        raise RunError(
            f"cannot write {str(out)!r}: {error.strerror or error}; name another with --out"
        ) from None
    say(f"written: {out}")


@app.command(short_help="Hold the measures against respondents of known truth.")
def calibrate(  # noqa: PLR0913, PLR0917 - its options
    studies: Annotated[
        int, typer.Option(help="Simulated studies a scenario and design.", min=1, metavar="<int>")
    ] = 200,
    scenario: Annotated[list[str] | None, many("Only this one.")] = None,
    only: Annotated[
        Literal["horizons", "verdicts", "compare", "recovery", "traits"] | None,
        one("Only this group of scenarios."),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(
            help="Number of processes.  [default: one a processor]",
            min=1,
            show_default=False,
            metavar="<int>",
        ),
    ] = None,
    out: Annotated[Path | None, one("A Markdown file for the table.")] = None,
    seed: Annotated[int, typer.Option(help="Draws the respondents.")] = 0,
) -> None:
    """Measure simulated respondents of known will and ability, and hold what is printed against the truth.

    Exits 1 where an interval that must cover the truth does so too seldom, or too many claims are false.

    Example: cantwont calibrate --studies 50 --scenario start
    """
    from rich.console import Console

    from evals.cli.console import Exit, say
    from reports.calibration import ScenarioGroup
    from reports.calibration import calibrate as calibrated

    with Console(stderr=True).status("calibrating") as status:
        found = calibrated(
            studies,
            scenario,
            seed,
            only=None if only is None else ScenarioGroup(only),
            workers=processes or os.cpu_count() or 1,
            progress=lambda what, done, of: status.update(f"{done:,} of {of:,} parts done, the last {what}"),
        )
    say(found.to_markdown())
    if out is not None:
        _put(found.to_markdown(), out, is_json=False)
    if not found.passed:
        raise typer.Exit(Exit.CHECK_FAILED)
