"""Output of a replay for GitHub Actions: annotations of the changes, and a summary on the step's page.

A model's text must not reach the runner as a workflow command: commands are stopped whenever something is
printed (see `evals.cli.runner_commands`), and in an annotation everything that could end it is escaped.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.cli.console import pass_on
from evals.cli.runner_commands import resume
from evals.errors import RunError
from evals.record.outcome_file import OUTCOMES
from evals.replay.check import CheckResult
from evals.replay.replay import Change, Replayed, trial_in_words
from evals.text import markdown_cell, printable

_MOST = 10
"""The number of annotations per level and step that the runner shows."""
_ROWS = 200
"""Maximum number of changes in the summary, whose page holds a megabyte."""


def annotate(checked: CheckResult, *, failed: bool) -> None:
    """Print the commands that annotate the changes: as errors if the check failed, else as warnings."""
    resume()
    pass_on(f"{command}\n" for command in _annotations(checked, "error" if failed else "warning"))


def _annotations(checked: CheckResult, level: str) -> Iterator[str]:
    told = [(run, change) for run in checked.runs for change in run.changes]
    shown = told if len(told) <= _MOST else told[: _MOST - 1]
    yield from (_change(level, run, change) for run, change in shown)
    if len(shown) < len(told):
        yield _command(level, f"and {len(told) - len(shown):,} more changed outcomes; see the step's summary")
    for run in checked.runs:
        if run.stored is None:
            yield _command(level, f"{run.run.path}: {run.summary()}")
        for note in run.notes:
            yield _command("warning", f"{run.run.path}: {note}")
    if checked.unrecorded is not None and checked.unrecorded.gaps:
        yield _command(level, "\n".join(checked.unrecorded.describe()), title="never recorded")


def write_summary(checked: CheckResult) -> None:
    """Append the summary to the page of this step, if the runner has named a file for it."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    text = "\n".join(_summary(checked)) + "\n"
    try:
        with Path(file).open("a", encoding="utf-8") as page:
            page.write(text)
    except OSError as error:
        raise RunError(f"cannot write the step's summary to {file!r}: {error.strerror or error}") from None


def _change(level: str, replayed: Replayed, change: Change) -> str:
    file = os.path.relpath(replayed.run.path / OUTCOMES, os.environ.get("GITHUB_WORKSPACE") or None)
    text = "\n".join([trial_in_words(change.outcome), *change.details()])
    return _command(level, text, title=change.brief, file=file, line=str(change.line))


def _command(level: str, text: str, **properties: str) -> str:
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level}{' ' + given if given else ''}::{_data(text)}"


def _data(text: str) -> str:
    return printable(text, keep="\n").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _summary(checked: CheckResult) -> Iterator[str]:
    yield "## cantwont replay\n"
    for run in checked.runs:
        yield f"**{_cell(str(run.run.path))}**: {_cell(run.summary())}\n"
        yield from (f"- note: {_cell(note)}" for note in run.notes)
        if run.changes:
            yield from _table(run.changes)
    if checked.unrecorded is not None:
        yield from (f"- {_cell(line.strip())}" for line in checked.unrecorded.describe())


def _table(changes: Sequence[Change]) -> Iterator[str]:
    yield "\n| trial | change | before and after |\n|---|---|---|"
    for change in changes[:_ROWS]:
        details = "<br>".join(map(_cell, change.details()))
        yield f"| {_cell(trial_in_words(change.outcome))} | {_cell(change.brief)} | {details} |"
    if len(changes) > _ROWS:
        yield f"\nand {len(changes) - _ROWS:,} more"
    yield ""


def _cell(text: str) -> str:
    """Escape text for a cell of a Markdown table: one line, no markup, no link."""
    return markdown_cell(text, links=False)
