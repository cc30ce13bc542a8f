"""Describe in plain words how trials ended, with each number taken from the table."""

from dataclasses import dataclass

from evals.record.outcome import INSTRUMENT, Label
from reports.tables.rendering import LABEL_WORDS, number, percent
from reports.tables.rows import TableRow


@dataclass(frozen=True, slots=True)
class _Ending:
    """A way to fail, and its wording for one trial and for several."""

    labels: tuple[str, ...]
    one: str
    many: str
    chosen: bool = False


_ENDINGS = (
    _Ending(("refusal", "give_up"), "stopped by choice", "stopped by choice", chosen=True),
    _Ending(("logic_error",), "was wrong", "were wrong"),
    _Ending(("malformed",), "could not be replayed", "could not be replayed"),
    _Ending(("no_answer",), "was no answer", "were no answer"),
)


def sentence(row: TableRow) -> str:
    """Describe a row: `55 % solved of 60; of its 27 failures 90 % stopped by choice (…), 10 % …`, etc."""
    answered, solved = row.count("answered"), row.count("solved")
    if answered == 0:
        return f"nothing to judge. {_uncounted(row)}".strip()
    if solved == answered:
        told = f"solved all {number(answered)}."
    else:
        share = f"{percent(solved / answered)} solved" if solved else "none solved"
        told = f"{share} of {number(answered)}; {_failures(row, answered - solved)}."
    return " ".join(part for part in (told, _first_error(row), _uncounted(row)) if part)


def _failures(row: TableRow, failures: int) -> str:
    told = []
    for ending in _ENDINGS:
        count = row.count(*ending.labels)
        more = _stops(row) if ending.chosen else ""
        if count == failures == 1:
            return f"its one failure {ending.one}{more}"
        if count == failures:
            return f"all its {number(failures)} failures {ending.many}{more}"
        if count:
            # Percentages of a few would suggest a precision that is not there.
            share = percent(count / failures) if failures >= 20 else number(count)
            told.append(f"{share} {ending.one if count == 1 and failures < 20 else ending.many}{more}")
    return f"of its {number(failures)} failures {', '.join(told)}"


def _stops(row: TableRow) -> str:
    """Describe how far it had come when it stopped, and how often it had already gone wrong."""
    after, wrong = row.values["stopped_after"], row.count("give_up_wrong")
    told = []
    if after is not None:
        told.append(f"typically after {_steps(after)}" if after else "typically before the first step")
    if wrong:
        told.append(_already_wrong(wrong, row.count("refusal", "give_up")))
    return f" ({'; '.join(told)})" if told else ""


def _first_error(row: TableRow) -> str:
    right = row.values["right_before_error"]
    if right is None:
        return ""
    where = f"typically came after {_steps(right, 'right ')}" if right else "typically was the very first"
    return f"Where a step was illegal, it {where}."


def _steps(count: float, what: str = "") -> str:
    return f"{number(count)} {what}step{'' if count == 1 else 's'}"


def _uncounted(row: TableRow) -> str:
    """Describe what the instrument lost, and how much of that had already gone wrong."""
    told = []
    for label in (label for label in Label if label in INSTRUMENT):
        count = row.count(str(label))
        wrong = row.count("truncated_wrong") if label is Label.TRUNCATED else 0
        more = f" ({_already_wrong(wrong, count)})" if wrong else ""
        if count:
            told.append(f"{number(count)} {LABEL_WORDS[str(label)]}{more}")
    return f"Not counted: {', '.join(told)}." if told else ""


def _already_wrong(wrong: int, of: int) -> str:
    if wrong == of:
        return "already wrong" if of == 1 else f"all {number(of)} already wrong"
    return f"{number(wrong)} of these {number(of)} already wrong"
