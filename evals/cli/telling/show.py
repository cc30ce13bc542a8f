"""One trial as shown in the terminal: the prompt, how it ended, and the answer with its evidence marked.

All text from others is printed behind a margin, so that none of it can pass for our own output.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from rich.table import Table
from rich.text import Text

from evals.cli.telling.agreement_text import place, quoted
from evals.errors import RunError
from evals.labelling.answer import visible
from evals.labelling.excerpts import ExcerptPiece, abridged, stretches
from evals.record.completion import Completion, read_completion
from evals.record.exchange import Exchange, RowKind
from evals.record.outcome import Evidence, Label, Outcome
from evals.record.run import RunDirectory
from evals.record.tool_calls import text_of_calls
from evals.record.trial import Trial
from evals.replay import derive
from evals.second_reader.judgement import judged
from evals.text import clip, printable
from tasks import close_to

_MARGIN = "│ "
_KEPT = 3
_PROSE = 6_000
"""Maximum number of characters shown of a passage without steps in an answer."""
_THOUGHT = 800
"""Maximum number of characters shown of thinking, and of a broken stream."""
_NAMED = 5
_COMPARED = 5_000
"""Maximum number of ids that an unknown id is compared with."""


@dataclass(frozen=True, slots=True)
class RecordedTrial:
    """A trial with its recorded rows."""

    trial: Trial
    rows: Sequence[Exchange]


def find(run: RunDirectory, name: str) -> RecordedTrial:
    """Return the trial with this id, or the only one whose id begins with it; raises `RunError`."""
    ids: list[str] = []
    beginning: list[str] = []
    first: RecordedTrial | None = None
    for trial, rows in derive.conversations(run):
        if trial.id == name:
            return RecordedTrial(trial, rows)
        ids.append(trial.id)
        if trial.id.startswith(name):
            first = first or RecordedTrial(trial, rows)
            beginning.append(trial.id)
    if first is not None and len(beginning) == 1:
        return first
    where = f"the run at {str(run.path)!r}"
    if beginning:
        told = f"{len(beginning):,} trials of {where} have ids that begin with {name!r}"
        raise RunError(f"{told}: {_named(sorted(beginning))}; give more of the id")
    raise RunError(f"{where} has no trial {name!r}; {_close(ids, name)}")


@dataclass(frozen=True, slots=True)
class TrialChoice:
    """Which trials of a run to list; what is empty matches all."""

    labels: Sequence[str] = ()
    models: Sequence[str] = ()
    """Parts of their names, with the endpoint."""
    arms: Sequence[str] = ()
    puzzles: Sequence[str] = ()
    flags: Sequence[str] = ()
    unsure: bool = False
    """Only those whose label is not sure."""

    def check(self) -> None:
        """Raise `RunError` for a label that there is not."""
        for name in self.labels:
            if name not in {str(label) for label in Label}:
                raise RunError(f"unknown label {name!r}{close_to(name, Label)}; known are {', '.join(Label)}")

    def chosen(self, outcomes: Iterable[Outcome]) -> list[Outcome]:
        """Return the outcomes that match, in the order given."""
        return [outcome for outcome in outcomes if self._matches(outcome)]

    def _matches(self, outcome: Outcome) -> bool:
        return (
            (not self.labels or str(outcome.label) in self.labels)
            and (not self.models or any(name in outcome.who for name in self.models))
            and (not self.arms or outcome.arm in self.arms)
            and (not self.puzzles or outcome.puzzle in self.puzzles)
            and (not self.flags or not {*self.flags}.isdisjoint(outcome.flags))
            and not (self.unsure and outcome.confident)
        )


def following(outcomes: Sequence[Outcome], name: str | None) -> str:
    """Return the id of the first of these trials, or of the first behind another; raises `RunError`.

    Args:
        outcomes: In the order of the ids.
        name: The other one's id, or its beginning; it need not be among these.
    """
    for outcome in outcomes:
        if name is None or (outcome.trial > name and not outcome.trial.startswith(name)):
            return outcome.trial
    raise RunError("no trial matches" if name is None else f"no trial behind {name!r} matches")


def listed(outcomes: Sequence[Outcome]) -> Table:
    """Return a table of trials, one a line."""
    table = Table(box=None, pad_edge=False)
    for heading in ("trial", "model", "instance", "arm", "label", "flags"):
        table.add_column(heading, overflow="fold")
    table.add_column("steps", justify="right")
    for outcome in outcomes:
        options = ",".join(f"{key}={value}" for key, value in sorted(outcome.options.items()))
        arm = f"{outcome.arm}:{options}" if options else outcome.arm
        label = str(outcome.label) if outcome.confident else f"{outcome.label} (not sure)"
        steps = f"{outcome.written:,} of {'?' if outcome.steps is None else f'{outcome.steps:,}'}"
        told = (outcome.trial, outcome.who, outcome.instance, arm, label, " ".join(outcome.flags), steps)
        table.add_row(*(printable(clip(cell, 200)) for cell in told))
    return table


def _close(ids: Sequence[str], name: str) -> str:
    within = sorted(known for known in ids if name in known)
    if within:
        return f"ids that hold it: {_named(within)}"
    close = get_close_matches(name, ids[:_COMPARED], n=_NAMED)
    if close:
        return f"close to it: {_named(close)}"
    return f"it has {_named(ids)}" if ids else "it has none"


def _named(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return ", ".join(repr(clip(known, 100)) for known in ids[:_NAMED]) + more


def shown(conversation: RecordedTrial, *, prompt: bool = False, full: bool = False) -> Iterator[Text]:
    """Yield a trial, piece by piece; print each with `soft_wrap`.

    Args:
        conversation: the trial and its rows.
        prompt: also show what was asked.
        full: leave nothing out, however long it is.
    """
    trial, rows = conversation.trial, conversation.rows
    outcome = derive.outcome(trial, rows)
    yield from _head(trial, outcome)
    answered = dict(derive.texts(rows))
    yield from _judges(rows, answered.get(max(answered, default=0), ""))
    seen: set[int] = set()
    for row in rows:
        if row.judge is not None:
            continue
        if prompt and row.turn not in seen:
            for message in row.messages:
                yield _section(f"{message.role} (turn {row.turn}, sent because: {row.reason})")
                yield _body([ExcerptPiece(message.content)])
        seen.add(row.turn)
        if row.kind is RowKind.ATTEMPT:
            yield from _attempt(row, full=full)
        elif row.reply is not None:
            marks = [item for item in outcome.evidence if item.turn == row.turn]
            yield from _reply(trial, row.turn, read_completion(row.reply), marks, full=full)


# --- above the answer


def _head(trial: Trial, outcome: Outcome) -> Iterator[Text]:
    yield _line("trial", trial.id)
    yield _line("model", trial.who)
    needed = "without a solution" if outcome.steps is None else f"{outcome.steps:,} steps needed"
    yield _line("instance", f"{outcome.instance} ({needed})")
    options = "".join(f", {name}={value}" for name, value in sorted(trial.options.items()))
    yield _line("arm", f"{trial.arm}{options}; repeat {trial.repeat + 1}")
    sent = [f"{name} {json.dumps(value)}" for name, value in trial.sampling.body().items()]
    yield _line("sampling", ", ".join(sent) or "the endpoint's own")
    unsure = "" if outcome.confident else " (not sure)"
    yield _line("label", f"{outcome.label}{unsure}", style="bold")
    yield _line("reason", outcome.reason)
    yield _line("steps", ", ".join(_numbers(outcome)))
    yield _line("reply", ", ".join(_returned(outcome)))
    if outcome.flags:
        yield _line("flags", ", ".join(outcome.flags))
    for evidence in outcome.evidence:
        told = f"{evidence.shows.replace('_', ' ')} at {place(evidence)}: {quoted(evidence.quote)}"
        yield _line("evidence", told)


def _numbers(outcome: Outcome) -> Iterator[str]:
    yield f"{outcome.written:,} written"
    yield f"{outcome.right:,} right"
    yield "no illegal one" if outcome.first_error is None else f"first illegal {outcome.first_error:,}"
    if outcome.lost_at is not None:
        yield f"lost at {outcome.lost_at:,}"


def _returned(outcome: Outcome) -> Iterator[str]:
    yield f"turns {outcome.turns}"
    if outcome.finish_reason is not None:
        yield f"finish_reason {outcome.finish_reason}"
    for what in ("prompt", "completion", "reasoning"):
        tokens = getattr(outcome, f"{what}_tokens")
        if tokens is not None:
            yield f"{what} tokens {tokens:,}"


def _judges(rows: Iterable[Exchange], answer: str) -> Iterator[Text]:
    for item in judged(rows, answer):
        judgement = item.judgement
        if judgement.label is None:
            yield _line("judge", f"{item.by.who}: no verdict: its reply {judgement.fault}")
        else:
            quote = "" if judgement.quote is None else f": {quoted(judgement.quote)}"
            yield _line("judge", f"{item.by.who}: {judgement.label}{quote}")


def _line(what: str, told: str, *, style: str = "") -> Text:
    return Text.assemble((f"{what:<10}", "dim"), (printable(told), style))


# --- what was said


def _attempt(row: Exchange, *, full: bool) -> Iterator[Text]:
    status = "" if row.status is None else f", status {row.status}"
    yield _section(f"failed attempt (turn {row.turn}{status}): {row.error or 'unknown error'}")
    if row.partial:
        yield _body(abridged(row.partial, (), prose=None if full else _THOUGHT))


def _reply(
    trial: Trial, turn: int, said: Completion, marks: Sequence[Evidence], *, full: bool
) -> Iterator[Text]:
    thought = None if full else _THOUGHT
    for field, text in (("reasoning", said.reasoning), ("refusal", said.refusal)):
        if text:
            yield _section(f"{field} ({_extent(turn, text)})")
            yield _body(abridged(text, (), marks=_of(marks, field), prose=thought))
    if said.calls:
        calls = text_of_calls(said.calls)
        yield _section(f"calls of tools ({_extent(turn, calls)})")
        yield _body(abridged(calls, (), marks=_of(marks, "tool_calls"), prose=thought))
    if said.calls and not said.content:
        return
    content, within = said.content, _of(marks, "content")
    yield _section(f"answer ({_extent(turn, content)})")
    start, end, _ = visible(content)
    found = () if full else stretches(trial.instance.restore(), content, start, end)
    prose = None if full else _PROSE
    yield _body(
        [
            *abridged(content, (), prose=thought, end=start),
            *abridged(content, found, _KEPT, marks=within, prose=prose, start=start, end=end),
            *abridged(content, (), prose=thought, start=end),
        ]
    )


def _of(marks: Iterable[Evidence], field: str) -> list[Evidence]:
    return [mark for mark in marks if mark.field == field]


def _extent(turn: int, text: str) -> str:
    return f"turn {turn}, {len(text):,} characters"


def _section(title: str) -> Text:
    return Text(f"\n── {printable(title)}", style="bold")


def _body(pieces: Iterable[ExcerptPiece]) -> Text:
    """Format text from others with a margin on each line; evidence is marked, with or without colour."""
    body = Text(_MARGIN, no_wrap=True)
    for piece in pieces:
        text = printable(piece.text.replace("\r\n", "\n"), keep="\n\t").replace("\n", f"\n{_MARGIN}")
        if piece.folded:
            body.append(text, "dim")
        elif piece.shows:
            body.append(">>>", "bold red").append(text, "bold").append("<<<", "bold red")
            body.append(f" ({', '.join(piece.shows).replace('_', ' ')})", "red")
        else:
            body.append(text)
    return body
