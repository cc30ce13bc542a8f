"""One word for each model: what its verdicts by length come to, why, and what was seen, in a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from evals.record.outcome import INSTRUMENT, STOPS, Label
from reports.analyses.verdicts import MOST, PUSHED, Missing, Verdict
from reports.tables.rendering import number, percent
from reports.tables.views import Record, value, word
from reports.words.paragraphs import named

BOTH = "won't and can't"
"""A model that won't at some lengths or puzzles, and can't at others."""


@dataclass(frozen=True, slots=True)
class ModelVerdict:
    """The verdict on a model."""

    word: str
    """`solves`, `won't`, `can't`, `won't and can't` or `unclear`."""
    detail: str
    """From which length on, or what is missing."""


@dataclass(frozen=True, slots=True)
class EndingCounts:
    """How trials ended: the five parts of a bar, which add up to all of them."""

    solved: int
    stopped: int
    wrong: int
    neither: int
    """Unreadable or empty answers: nobody's choice, and no list that could be wrong."""
    cut: int
    """Lost to the instrument: cut, filtered, unscorable, no reply."""

    @classmethod
    def of(cls, rows: pd.DataFrame) -> "EndingCounts":
        """Count the labels of some rows of `reports.tabulation`."""
        found = rows["count"].groupby(rows["label"].astype(str)).sum()

        def count(*names: Label) -> int:
            return int(sum(found.get(str(name), 0) for name in names))

        return cls(
            count(Label.SOLVED),
            count(*STOPS),
            count(Label.LOGIC_ERROR),
            count(Label.MALFORMED, Label.NO_ANSWER),
            count(*INSTRUMENT),
        )

    @property
    def judged(self) -> int:
        """The number of trials that count for or against the model."""
        return self.solved + self.stopped + self.wrong + self.neither

    @property
    def failed(self) -> int:
        """The number of the model's failures."""
        return self.judged - self.solved


def overall(rows: Sequence[Record]) -> ModelVerdict:
    """Say what a model's rows of `reports.analyses.verdicts`, of all puzzles and lengths, come to."""
    by_word: dict[str, list[Record]] = {}
    for row in rows:
        by_word.setdefault(str(row["verdict"]), []).append(row)
    wont, cant, solves = (by_word.get(str(one), []) for one in (Verdict.WONT, Verdict.CANT, Verdict.SOLVES))
    puzzles = len({str(row["puzzle"]) for row in rows})
    if wont and cant:
        return ModelVerdict(BOTH, f"won't {_from(wont, puzzles)}, can't {_from(cant, puzzles)}")
    if wont or cant:
        return ModelVerdict(str(Verdict.WONT if wont else Verdict.CANT), _from(wont or cant, puzzles))
    unclear = by_word.get(str(Verdict.UNCLEAR), [])
    if solves and not unclear:
        return ModelVerdict(str(Verdict.SOLVES), f"all lengths, up to {_steps(max(map(_length, solves)))}")
    lacks = lacking(unclear)
    if solves:
        upto = f"solves {'' if puzzles == 1 else 'some, '}up to {_steps(max(map(_length, solves)))}"
        return ModelVerdict(str(Verdict.UNCLEAR), f"{upto}; else {lacks}")
    return ModelVerdict(str(Verdict.UNCLEAR), lacks)


def lacking(unclear: Sequence[Record]) -> str:
    """Say what most unclear rows lack, and how many instances would decide where that can be told."""
    if not unclear:
        return named("missing", str(Missing.NOT_ASKED))
    found = [word(row, "missing") for row in unclear]
    most = max(dict.fromkeys(found), key=found.count)
    needed = [
        value(row, "instances_needed") for row, what in zip(unclear, found, strict=True) if what == most
    ]
    known = [count for count in needed if count is not None]
    told = named("missing", most)
    if most != Missing.TOO_FEW or not known:
        return told
    return f"{told}, about {number(sorted(known)[len(known) // 2])} tries a length would decide"


def needed(row: Record) -> str:
    """Say how many instances, or repeats of the one that was asked, would decide a row with too few."""
    count = value(row, "instances_needed")
    of = "repeats" if word(row, "this_instance") == "True" else "instances"
    if count is None:
        return f"so near to one half that even {number(MOST)} {of} might not decide"
    return f"about {number(count)} {of} would decide"


def seen(plain: EndingCounts, pushed: EndingCounts | None, pushed_arm: str) -> str:
    """Say in a sentence or two how a model failed, and what pushing it changed."""
    if not plain.judged:
        return "Nothing to judge: every trial was cut or lost."
    if not plain.failed:
        return f"It solved all {number(plain.solved)}."
    first = f"{_failures(plain)}."
    if pushed is None or not pushed.judged:
        return (
            f"{first} It was not asked in the arm that pushes ({pushed_arm}): whether it could is not known."
        )
    told = (
        f"Told to write out every step (arm {pushed_arm})"
        if pushed_arm == PUSHED
        else f"Pushed (arm {pushed_arm})"
    )
    before, after = (percent(tally.solved / tally.judged) for tally in (plain, pushed))
    return f"{first} {told}, it solved {after} in place of {before}."


@dataclass(frozen=True, slots=True)
class VerdictSentence:
    """What is said of all models that have one verdict: words, the models, words."""

    verdict: str
    before: str
    models: tuple[tuple[str, str], ...]
    """Each with what was seen of it, if there is no verdict."""
    after: str


def answered(
    said: Mapping[str, ModelVerdict], seen: Mapping[str, EndingCounts]
) -> tuple[VerdictSentence, ...]:
    """Answer which models give up: for each verdict that some model has, which have it and what it means.

    Args:
        said: The verdict of each model, by its name.
        seen: How the trials of each ended, of which is told where there is no verdict.
    """
    made = []
    words = {name: _in_the_answer(one.word, seen[name]) for name, one in said.items()}
    for verdict in ANSWERS:
        names = [name for name, word_ in words.items() if word_ == verdict]
        if names:
            unclear = verdict == Verdict.UNCLEAR
            told = named("answer_many" if len(names) > 1 else "answer_one", verdict)
            before, _, after = told.partition("…")
            models = tuple((name, _shares(seen[name]) if unclear else "") for name in names)
            made.append(VerdictSentence(verdict, before.strip(), models, after.strip()))
    return tuple(made)


STOPPING = "can't, stopping"
"""A model that can't, as it still fails when pushed, and whose failures unpushed are mostly stops."""
ANSWERS = (
    *(str(Verdict.WONT), BOTH, STOPPING, str(Verdict.CANT)),
    *(str(Verdict.SOLVES), str(Verdict.UNCLEAR)),
)
"""What is said of models, in order."""


def _in_the_answer(verdict: str, tally: EndingCounts) -> str:
    return STOPPING if verdict == Verdict.CANT and tally.stopped > tally.wrong else verdict


def _shares(tally: EndingCounts) -> str:
    """Return the shares of the two ways to fail, where there are any."""
    parts = [
        f"{what} {percent(count / tally.judged)}"
        for what, count in (("stopped", tally.stopped), ("wrong", tally.wrong))
        if count
    ]
    return f"({', '.join(parts)})" if parts else ""


def _failures(tally: EndingCounts) -> str:
    """Say what the failures were: `All its 24 failures are stops by its own choice`."""
    kinds = [
        (count, words)
        for count, words in (
            (tally.stopped, "stops by its own choice" if tally.stopped != 1 else "a stop by its own choice"),
            (tally.wrong, "wrong lists" if tally.wrong != 1 else "a wrong list"),
            (
                tally.neither,
                "unreadable or empty answers" if tally.neither != 1 else "an unreadable or empty answer",
            ),
        )
        if count
    ]
    kinds.sort(key=lambda kind: -kind[0])
    if len(kinds) == 1:
        count, words = kinds[0]
        return (
            f"Its only failure is {words}" if count == 1 else f"All its {number(count)} failures are {words}"
        )
    parts = [f"{number(count)} {'are' if count != 1 else 'is'} {words}" for count, words in kinds]
    return f"Of its {number(tally.failed)} failures {_joined(parts)}"


def _from(rows: Sequence[Record], puzzles: int) -> str:
    told = f"from {_steps(min(map(_length, rows)))} on"
    names = sorted({str(row["puzzle"]) for row in rows})
    return (
        told
        if puzzles == 1
        else f"{told} ({', '.join(names) if len(names) < 3 else f'{len(names)} of {puzzles} puzzles'})"
    )


def _length(row: Record) -> float:
    return value(row, "steps") or 0.0


def _steps(count: float) -> str:
    return f"{number(count)} step{'' if count == 1 else 's'}"


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
