"""A report on one or more runs: measured once, printed to a terminal or written to files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Self

import pandas as pd
from rich.console import Console
from rich.text import Text

from evals.arms import arm_names
from evals.errors import RunError
from evals.plan.remaining import trials_of
from evals.plan.variants import recorded_push
from evals.record.outcome import Label, Outcome
from evals.record.price import RecordedPrice, recorded_prices
from evals.record.run import Manifest, RunDirectory
from evals.replay import derive
from evals.replay.open_runs import outcomes_of
from evals.text import markdown_cell, printable
from reports.analyses.all_measures import Measured
from reports.analyses.counts import comparison, labels
from reports.analyses.trend import Released
from reports.analyses.verdicts import PUSHED
from reports.charts.figure import save
from reports.compacted import Compacted, joined_tables
from reports.frame import frame
from reports.load import FrameFormat, names, to_json
from reports.load import write as write_table
from reports.measures import Audit
from reports.page.conversations import Conversation, conversation
from reports.page.overview import as_shown as overview_shown
from reports.page.overview import overview
from reports.page.page import LIMIT, page, write_page
from reports.page.sections import figures, sections
from reports.page.verdict_table import as_shown
from reports.tables.escape import write_utf8
from reports.tables.rendering import to_csv, to_markdown, to_terminal
from reports.words.answer import answer
from reports.words.headlines import abler, cautions, headlines
from reports.words.methods import Made, made, versions
from reports.words.paragraphs import words


class Format(StrEnum):
    """The format of a report: the HTML page, Markdown, or one of its tables as a data file."""

    HTML = "html"
    MARKDOWN = "md"
    CSV = FrameFormat.CSV
    PARQUET = FrameFormat.PARQUET
    JSON = FrameFormat.JSON


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of a report."""

    pushed: str | None = None
    """The arm that pushes, named before the run; if none is given, that of the runs' specs, else `insist`."""
    audit: Audit | None = None
    """What a reader found when checking the labels."""
    limit: int | None = None
    """Maximum number of transcripts on the page; `None`: all, or `LIMIT` of a page that is no file."""
    released: Released | None = None
    """Release dates of the models."""


@dataclass(frozen=True, slots=True)
class Reported:
    """One run of a report."""

    name: str
    manifest: Manifest
    prices: Mapping[str, RecordedPrice]
    answered: int
    """Trials with a reply."""
    asked: int | None
    """Trials of its spec; `None` if nobody knows."""


@dataclass(frozen=True)
class Report:
    """The outcomes of some runs, and the run directories that hold their texts."""

    runs: tuple[RunDirectory, ...]
    """Empty where the outcomes were compacted."""
    described: tuple[Reported, ...]
    outcomes: tuple[Outcome, ...]
    """A trial id that occurs in several runs becomes `run/trial` from the second run on."""
    rows: pd.DataFrame
    """The trials of `reports.frame`, or the table of `reports.tabulation`."""
    wanted: Wanted = Wanted()

    @classmethod
    def of_compacted(cls, folders: Sequence[Compacted], wanted: Wanted = Wanted()) -> Self:
        """Read compacted outcomes; there are no transcripts. Raises `RunError`."""
        rows = joined_tables(folders)
        described = []
        for run in (run for folder in folders for run in folder.runs):
            prices = recorded_prices(RunDirectory(Path(run.name), run.manifest))
            described.append(Reported(run.name, run.manifest, prices, run.answered, run.asked))
        return cls((), tuple(described), (), rows, _settled(wanted, described, rows))

    @classmethod
    def of(cls, runs: Sequence[RunDirectory], wanted: Wanted = Wanted()) -> Self:
        """Read the outcomes, or derive them again if they are stale; raises `RunError`."""
        outcomes: list[Outcome] = []
        frames: list[pd.DataFrame] = []
        seen: set[str] = set()
        for run, name in zip(runs, names(runs), strict=True):
            ours = [_named_apart(outcome, name, seen) for outcome in outcomes_of(run)]
            seen.update(outcome.trial for outcome in ours)
            outcomes += ours
            frames.append(frame(ours, name, recorded_prices(run)))
        if not outcomes:
            raise RunError(f"nothing is recorded in {', '.join(repr(str(run.path)) for run in runs)} yet")
        rows = pd.concat(frames, ignore_index=True)
        described = []
        for run, name, own in zip(runs, names(runs), frames, strict=True):
            answered = int((own["label"] != Label.ERROR).sum())
            prices = recorded_prices(run)
            described.append(Reported(name, run.manifest, prices, answered, trials_of(run)))
        return cls(tuple(runs), tuple(described), tuple(outcomes), rows, _settled(wanted, described, rows))

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes to put before everything else: simulated respondents, a shrunk run, an unfinished run."""
        return tuple(
            f"Run {printable(run.name)}: {told}" for run in self.described for told in _cautions(run)
        )

    def print(self, console: Console) -> None:
        """Print verdicts and horizons, the labels of each model and arm, and the shares made of them."""
        for note in self.notes:
            console.print(Text(note), soft_wrap=True)
        console.print(to_terminal(answer(self.measured)))
        console.print()
        whole = not console.is_terminal
        console.print(to_terminal(labels(self.rows), whole=whole))
        console.print()
        console.print(to_terminal(comparison(self.rows), whole=whole))

    @cached_property
    def measured(self) -> Measured:
        """All measures; raises `FrameError`."""
        return Measured.of(self.rows, self.wanted.pushed or PUSHED, self.wanted.audit, self.wanted.released)

    def page(self) -> str:
        """Return the HTML page."""
        told, limit = self._conversations(), LIMIT if self.wanted.limit is None else self.wanted.limit
        return page(self.measured, self.outcomes, told, self._title, self.notes, self._made(), limit)

    @property
    def _title(self) -> str:
        return f"cantwont: {', '.join(dict.fromkeys(run.name for run in self.described))}"

    def markdown(self) -> str:
        """Return the text and tables of the page as Markdown, plus the label counts; no transcripts."""
        return "\n".join(self._markdown(self.measured))

    def write(self, format: Format, path: Path, table: str = "comparison") -> None:  # noqa: A002
        """Write the page, the Markdown, or one table to a file; raises `RunError`."""
        if format not in (Format.HTML, Format.MARKDOWN):
            write_table(self.table(table), FrameFormat(format), path)
            return
        try:
            if format is Format.MARKDOWN:
                write_utf8(path, self.markdown())
            else:
                told, how, limit = self._conversations(), self._made(), self.wanted.limit
                write_page(path, self.measured, self.outcomes, told, self._title, self.notes, how, limit)
        except OSError as error:
            raise RunError(
                f"cannot write {str(path)!r}: {error.strerror or error}; name another file with --out"
            ) from None

    def text(self, format: Format, table: str = "comparison") -> str:  # noqa: A002
        """Return the same as text for standard output; raises `RunError` for a binary format."""
        match format:
            case Format.HTML:
                return self.page()
            case Format.MARKDOWN:
                return self.markdown()
            case Format.CSV:
                return to_csv(self.table(table))
            case Format.JSON:
                return to_json(self.table(table))
            case Format.PARQUET:
                raise RunError("the format 'parquet' is no text: name a file with --out")

    def table(self, name: str) -> pd.DataFrame:
        """Return one of the tables of `all_measures.TABLES`; no others are made for it than it needs."""
        table: pd.DataFrame = getattr(self.measured, name)
        return table

    def save_figures(self, directory: Path) -> int:
        """Write each figure as SVG and PNG, and return the number of figures; raises `RunError`."""
        return save(figures(self.measured), directory)

    def _markdown(self, measured: Measured) -> Iterator[str]:
        yield from (f"{markdown_cell(note)}\n" for note in self.notes)
        first = overview(measured, self._made())
        yield f"## The answer\n\n{markdown_cell('; '.join(first.facts))}\n"
        yield to_markdown(overview_shown(first))
        yield "## In words\n"
        yield from (f"{markdown_cell(told)}\n" for told in (*abler(measured), *cautions(measured)))
        for headline in headlines(measured):
            yield f"### {markdown_cell(headline.model)}\n"
            for told in headline.told:
                about = f"{told.about}: " if told.about else ""
                yield f"{markdown_cell(f'{about}{told.text} In counts: {told.counts}')}\n"
        yield f"## Labels\n\n{to_markdown(labels(self.rows))}"
        for section in sections(measured):
            yield f"## {section.heading}\n"
            yield from (f"{markdown_cell(told)}\n" for told in section.words)
            for matrix in section.matrices:
                yield f"{markdown_cell(matrix.puzzle)}\n\n{to_markdown(as_shown(matrix))}"
            for titled in section.tables:
                same = f" ({titled.same})" if titled.same else ""
                yield f"{markdown_cell(titled.caption + same)}\n\n{to_markdown(titled.shown)}"
        yield "## How this was made\n"
        yield from (f"{markdown_cell(told)}\n" for told in (*words("methods"), f"Read with {versions()}."))
        for run in self._made():
            facts = "".join(f"; {about} {fact}" for about, fact in run.facts)
            yield f"{markdown_cell(f'Run {run.run}: {run.with_versions}{facts}.')}\n"

    def _made(self) -> list[Made]:
        """Return how each run was made."""
        return [made(run.name, run.manifest, run.prices) for run in self.described]

    def _conversations(self) -> Iterable[Conversation]:
        """Yield the conversation of each trial, run by run, under the trial names used in `outcomes`."""
        seen: set[str] = set()
        for run, name in zip(self.runs, names(self.runs), strict=True):
            ours: set[str] = set()
            for trial, rows in derive.conversations(run):
                ours.add(trial.id)
                yield conversation(f"{name}/{trial.id}" if trial.id in seen else trial.id, rows)
            seen |= ours


def _settled(wanted: Wanted, described: Sequence[Reported], rows: pd.DataFrame) -> Wanted:
    """Return what is wanted, with the arm that pushes; raises `RunError` if nothing was asked in it."""
    arms = sorted(map(str, rows["arm"].unique()))
    if wanted.pushed is None:
        wanted = replace(wanted, pushed=pushed_in(described))
    if wanted.pushed not in (*arm_names(), *arms):
        raise RunError(
            f"no trial was asked in the arm {wanted.pushed!r} that --pushed names; "
            f"the arms are {', '.join(map(repr, arms))}"
        )
    return wanted


def pushed_in(runs: Iterable[RunDirectory | Reported]) -> str:
    """Return the arm that pushes by the runs' specs; `insist` if none says so. Raises `RunError`."""
    found = sorted({name for run in runs if (name := recorded_push(run.manifest)) is not None})
    if len(found) > 1:
        raise RunError(
            f"the runs' specs name several arms that push ({', '.join(map(repr, found))}): "
            "choose one with --pushed, or report the runs one by one"
        )
    return found[0] if found else PUSHED


def _cautions(run: Reported) -> Iterator[str]:
    """Yield what a reader must know about a run before its figures."""
    answered = run.answered
    if _is_simulated(run.manifest):
        yield "the respondents are simulated, and their truth is known."
    shrunk = any("shrunk" in extension for extension in run.manifest.extensions)
    if not shrunk and answered < (asked := run.asked or 0):
        yield f"it is not finished: {answered:,} of the {asked:,} trials of its spec have a reply."
    for extension in run.manifest.extensions:
        match extension:
            case {"shrunk": {"kept": int(kept), "of": int(total)}} if kept < total:
                yield (
                    f"it was shrunk to {kept:,} of {total:,} trials, chosen by how they ended: "
                    "its shares and horizons say nothing of the models; take them from the whole run."
                )


def _is_simulated(manifest: Manifest) -> bool:
    match manifest.spec:
        case {"endpoints": dict(endpoints)}:
            return any(isinstance(made, dict) and made.get("simulated") for made in endpoints.values())
    return False


def _named_apart(outcome: Outcome, run: str, seen: set[str]) -> Outcome:
    if outcome.trial not in seen:
        return outcome
    return outcome.model_copy(update={"trial": f"{run}/{outcome.trial}"})
