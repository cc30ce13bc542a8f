"""The point of the product on one screen: two models of equal accuracy that fail for opposite reasons."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from evals.record.outcome import INSTRUMENT, STOPS, Label
from evals.text import clip, printable
from reports.analyses.verdicts import PLAIN, PUSHED, verdicts
from reports.measures import Axis, by_size, horizons_of
from reports.tables.rendering import percent
from reports.words.answer import by_length
from reports.words.horizons import half

_CLOSE = 0.1
"""Accuracies that differ by no more than this count as about equal."""


@dataclass(frozen=True, slots=True)
class _Share:
    """One model in one arm, over all puzzles."""

    model: str
    arm: str
    answered: int
    solved: int
    stopped: int
    wrong: int

    @property
    def accuracy(self) -> float:
        return self.solved / self.answered


def demonstration(rows: pd.DataFrame) -> Group:
    """Return the shares of each model and arm as a table, what they mean in words, and what is measured."""
    shares = list(_shares(rows))
    table = _table("arm", "model")
    for head in ("accuracy", "stopped by choice", "got it wrong"):
        table.add_column(head, justify="right", no_wrap=True)
    before = ""
    for share in shares:
        cells = (share.solved, share.stopped, share.wrong)
        table.add_row(
            Text("" if share.arm == before else share.arm),
            Text(clip(printable(share.model), 30), no_wrap=True, overflow="ellipsis"),
            *(f"{percent(count / share.answered)} ({count} of {share.answered})" for count in cells),
        )
        before = share.arm
    return Group(table, Text(), *(Text(told) for told in _told(shares)), Text(), _measured(rows, shares))


def _table(*heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1), pad_edge=False)
    for head in heads:
        table.add_column(head)
    return table


def _shares(rows: pd.DataFrame) -> Iterator[_Share]:
    """Yield arm by arm, with the models that solved most first."""
    answered = rows[~rows["label"].isin(list(map(str, INSTRUMENT)))]
    models = sorted(answered["model"].unique(), key=lambda model: -_solved(answered, model))
    for arm in (PLAIN, PUSHED):
        for model in models:
            part = answered.loc[(answered["arm"] == arm) & (answered["model"] == model), "label"]
            if len(part):
                yield _Share(
                    model=str(model),
                    arm=arm,
                    answered=len(part),
                    solved=int((part == "solved").sum()),
                    stopped=int(part.isin(list(map(str, STOPS))).sum()),
                    wrong=int((part == str(Label.LOGIC_ERROR)).sum()),
                )


def _solved(rows: pd.DataFrame, model: str) -> int:
    return int(((rows["model"] == model) & (rows["label"] == "solved")).sum())


def _measured(rows: pd.DataFrame, shares: list[_Share]) -> Table:
    """Return the two horizons of each model and puzzle in steps, and its verdicts by length."""
    plain = rows[rows["arm"] == PLAIN]
    found = horizons_of(by_size(plain), (Axis.WILLING, Axis.ABLE)).to_dict("records")
    judged = verdicts(rows).to_dict("records")
    table = _table("in steps", "stops half of the time", "right half of the time", "verdicts")
    for model in dict.fromkeys(share.model for share in shares):
        mine = [row for row in judged if row["model"] == model]
        for puzzle in dict.fromkeys(row["puzzle"] for row in mine):
            here = [row for row in found if (row["model"], row["puzzle"]) == (model, puzzle)]
            halves = {str(row["axis"]): half(row) for row in here}
            said = by_length([row for row in mine if row["puzzle"] == puzzle])
            about = f"{model}, {puzzle}"
            cells = (about, halves.get(Axis.WILLING, ""), halves.get(Axis.ABLE, ""), said)
            table.add_row(*(Text(printable(cell)) for cell in cells))
    return table


def _told(shares: list[_Share]) -> Iterator[str]:
    """Describe the two models whose accuracies are close but whose failures differ, if there are two."""
    plain = [share for share in shares if share.arm == PLAIN and share.solved < share.answered]
    stoppers = [share for share in plain if share.stopped > share.wrong]
    errers = [share for share in plain if share.wrong > share.stopped]
    pairs = [(abs(a.accuracy - b.accuracy), a, b) for a in stoppers for b in errers]
    if not pairs:
        return
    gap, stopper, errer = min(pairs, key=lambda pair: pair[0])
    if gap > _CLOSE:
        return
    yield (
        f"Asked for the list, {stopper.model!r} solves {percent(stopper.accuracy)} and {errer.model!r} "
        f"{percent(errer.accuracy)}: one number calls them equal. But {_of(stopper.stopped, stopper)} of "
        f"{stopper.model!r} are stops by its own choice, and {_of(errer.wrong, errer)} of {errer.model!r} "
        "are errors."
    )
    pushed = {share.model: share for share in shares if share.arm == PUSHED}
    if stopper.model in pushed and errer.model in pushed:
        yield (
            f"Told to write every single step (arm {PUSHED!r}), {stopper.model!r} solves "
            f"{percent(pushed[stopper.model].accuracy)}, and {errer.model!r} "
            f"{percent(pushed[errer.model].accuracy)}: it was will that one lacked, and skill the other."
        )


def _of(count: int, share: _Share) -> str:
    failures = share.answered - share.solved
    return f"all {failures} failures" if count == failures else f"{count} of the {failures} failures"
