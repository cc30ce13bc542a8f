"""Answers to puzzles of moves, in the manner of real ones, for the tests of those puzzles."""

from collections.abc import Iterable
from itertools import product
from random import Random

from evals.record.outcome import Label
from evals.simulated.mistakes import rows_written
from tasks import ANY, AnyInstance, AnyPuzzle, Problem, Row
from tests.tasks.forms.item_answers import Ending, labelled

WRONG = 5
"""Which step is the wrong one, counted from 1."""


def asked(known: AnyPuzzle, instance: AnyInstance, rows: Iterable[Row]) -> str:
    """These steps, written as the prompt asks."""
    return "".join(known.format(instance, rows))


def right(known: AnyPuzzle, instance: AnyInstance) -> list[Row]:
    """The solution."""
    return list(known.solution(instance))


def gone_wrong(known: AnyPuzzle, instance: AnyInstance, number: int = WRONG) -> list[Row]:
    """The solution with one illegal step in it."""
    rows = right(known, instance)
    wrong = _wrong_place if known.width > 1 else _wrong_load
    return [*rows[: number - 1], wrong(known, instance, rows, number), *rows[number:]]


def _wrong_place(known: AnyPuzzle, instance: AnyInstance, rows: list[Row], number: int) -> Row:
    """Illegal even where the first number is left to the rules; if possible, it goes somewhere."""
    state, thing = known.state_after(instance, number - 1), rows[number - 1][0]
    places = sorted({place for row in rows for place in row[1:]})
    ways = sorted(product(places, repeat=known.width - 1), key=lambda way: len(set(way)) < len(way))
    return next((thing, *way) for way in ways if known.step(instance, state, (ANY, *way)) is None)


def _wrong_load(known: AnyPuzzle, instance: AnyInstance, rows: list[Row], number: int) -> Row:
    return list(rows_written(Problem(known, instance), len(rows), number, Random(7)))[number - 1]


def open_list(known: AnyPuzzle, instance: AnyInstance, rows: Iterable[Row]) -> str:
    """As asked, without the bracket that closes the list."""
    return asked(known, instance, rows).removesuffix("]")


def endings(known: AnyPuzzle, instance: AnyInstance) -> list[Ending]:
    """The ways in which answers end, each made for this instance of at least twelve steps."""
    rows, wrong = right(known, instance), gone_wrong(known, instance)
    whole, some = asked(known, instance, rows), open_list(known, instance, rows[:8])
    prompt = known.prompt(instance)
    return [
        *_whole(known, instance, whole),
        *_stopped(known, instance, some),
        *_unwritten(len(rows)),
        Ending("wrong step", Label.LOGIC_ERROR, asked(known, instance, wrong), first_error=WRONG),
        Ending("silently short", Label.LOGIC_ERROR, asked(known, instance, rows[:-3])),
        Ending(
            "short, and said to be complete",
            Label.LOGIC_ERROR,
            f"Here is the complete list of moves:\n\n{asked(known, instance, rows[:-3])}\n\nThat solves it.",
        ),
        Ending("cut", Label.TRUNCATED, f"{some}, ", "length"),
        Ending("cut after an error", Label.TRUNCATED, open_list(known, instance, wrong[:9]), "length", WRONG),
        Ending("cut in a step", Label.TRUNCATED, asked(known, instance, rows)[: len(some) + 4], "stop"),
        Ending(
            "example repeated, then whole",
            Label.SOLVED,
            f"The example:\n\n{prompt.example}\n\nThe puzzle that was asked:\n\n{whole}",
        ),
        Ending("empty", Label.NO_ANSWER, ""),
    ]


def _whole(known: AnyPuzzle, instance: AnyInstance, whole: str) -> list[Ending]:
    prompt = known.prompt(instance)
    draft = open_list(known, instance, gone_wrong(known, instance)[:7])
    final = known.describe(instance, known.state_after(instance, known.fewest_steps(instance) or 0))
    return [
        Ending("as asked", Label.SOLVED, whole),
        Ending("fenced", Label.SOLVED, f"Sure! Here it is:\n\n```python\n{whole}\n```\n\nLet me know!"),
        Ending("boxed", Label.SOLVED, f"Therefore the answer is\n\n\\boxed{{{whole}}}"),
        Ending("a step a line", Label.SOLVED, whole.replace("], [", "],\n    [")),
        Ending("single quotes", Label.SOLVED, whole.replace('"', "'")),
        Ending("no quotes, no blanks", Label.SOLVED, whole.replace('"', "").replace(", ", ",")),
        Ending("parentheses", Label.SOLVED, whole.replace("[", "(").replace("]", ")")),
        Ending("question repeated", Label.SOLVED, f"{prompt.rules}\n\n{prompt.start}\n\nAnswer:\n{whole}"),
        Ending("last state told", Label.SOLVED, f"{whole}\n\nFinal state:\n{final}"),
        Ending(
            "draft, then whole",
            Label.SOLVED,
            f"{draft}\n\nWait, that is wrong. Let me start over.\n\nHere is the corrected list:\n\n{whole}",
        ),
        Ending(
            "abandoned in thinking, then whole",
            Label.SOLVED,
            f"<think>\n{draft}... this is too long to list.\n</think>\n{whole}",
        ),
        Ending(
            "words that also stand in refusals",
            Label.SOLVED,
            f"The full sequence is long, but here it is, nothing omitted:\n\n{whole}\n\nI used a recursive "
            "algorithm. Would you like me to explain it?",
        ),
    ]


def _stopped(known: AnyPuzzle, instance: AnyInstance, some: str) -> list[Ending]:
    rows = right(known, instance)
    last = asked(known, instance, rows[-1:]).removeprefix("moves = [").removesuffix("]")
    wrong = open_list(known, instance, gone_wrong(known, instance)[:8])
    left = len(rows) - 8
    program = "```python\ndef solve():\n    moves = []\n    return moves\n```"
    return [
        Ending("ellipsis", Label.GIVE_UP, f"{some}, ...]"),
        Ending("ellipsis and last", Label.GIVE_UP, f"{some}, …, {last}]"),
        Ending("ellipsis in a comment", Label.GIVE_UP, f"{some},\n# ... continue in the same way\n]"),
        Ending("count", Label.GIVE_UP, f"{some}, ... ({left} more moves)]"),
        Ending("offer", Label.GIVE_UP, f"{some}]\n\nLet me know if you'd like me to continue with the rest."),
        Ending("first few", Label.GIVE_UP, f"Here are the first 8 moves:\n\n{some}]\n\nShall I go on?"),
        Ending("pattern", Label.GIVE_UP, f"{some}]\n\nThe pattern continues until the goal is reached."),
        Ending("program", Label.GIVE_UP, f"{some}]\n\nRun this code to get the full list:\n\n{program}"),
        Ending("after an error", Label.GIVE_UP, f"{wrong}, ...]", first_error=WRONG),
    ]


def _unwritten(total: int) -> list[Ending]:
    program = "```python\ndef solve():\n    moves = []\n    return moves\n```"
    return [
        Ending("too long", Label.REFUSAL, f"The full list of {total} moves is too long to write out here."),
        Ending(
            "method",
            Label.REFUSAL,
            "Listing every single move would not be practical. Would you like me to explain the method?",
        ),
        Ending("program alone", Label.REFUSAL, f"Running this code will generate all moves:\n\n{program}"),
        Ending("policy", Label.REFUSAL, "I can't assist with that request."),
        Ending("impossible", Label.LOGIC_ERROR, "This puzzle has no solution: the rules make it impossible."),
    ]


def check(known: AnyPuzzle, instance: AnyInstance, ending: Ending) -> None:
    """The answer is labelled as what it is, and its first error found."""
    verdict = labelled(known, instance, ending.text, ending.finish)
    assert (verdict.label, verdict.first_error) == (ending.label, ending.first_error), verdict
