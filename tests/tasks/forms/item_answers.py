"""Answers to puzzles of items, in the manner of real ones, for the tests of those puzzles."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evals.labelling.answer import Answer
from evals.labelling.rules import LabelResult, label
from evals.record.outcome import Label
from tasks import AnyInstance, AnyPuzzle, Problem, Row, puzzle

WRONG = 7
"""Which item is the wrong one, counted from 1."""


def problem(name: str, seed: int = 1, **parameters: int | str) -> tuple[AnyPuzzle, AnyInstance]:
    """A puzzle and one of its instances."""
    known = puzzle(name)
    return known, known.generate(parameters, seed)


def solved(known: AnyPuzzle, instance: AnyInstance) -> list[Row]:
    """All the right items."""
    return list(known.solution(instance))


def gone_wrong(known: AnyPuzzle, instance: AnyInstance) -> list[Row]:
    """The right items up to `WRONG`, a wrong one there, and what follows from it."""
    state: Any = known.state_after(instance, WRONG - 1)
    right, *later = solved(known, instance)[WRONG - 1 :]
    wrong = next(row for row in later if row != right)
    state = known.recover(instance, state, wrong)
    rows = [*solved(known, instance)[: WRONG - 1], wrong]
    while (following := next(known.options(instance, state), None)) is not None:
        state = known.step(instance, state, following)
        rows.append(following)
    return rows


def written(known: AnyPuzzle, instance: AnyInstance, rows: list[Row]) -> list[str]:
    """Each item as the prompt asks for it."""
    return ["".join(known.format(instance, [row])) for row in rows]


def labelled(known: AnyPuzzle, instance: AnyInstance, text: str, finish: str | None = "stop") -> LabelResult:
    """The verdict on an answer."""
    return label(Problem(known, instance), Answer(text, finish_reason=finish))


def lines(items: list[str]) -> str:
    """As asked."""
    return "\n".join(items)


def numbered(items: list[str], mark: str = ".") -> str:
    """Each with its number."""
    return "\n".join(f"{number}{mark} {item}" for number, item in enumerate(items, start=1))


LAYOUTS: dict[str, Callable[[list[str]], str]] = {
    "lines": lines,
    "opened and closed": lambda items: (
        f"Here is the complete list:\n\n{lines(items)}\n\nThis completes the task."
    ),
    "fenced": lambda items: (
        f"```\n{lines(items)}\n```\n\nLet me know if you'd like me to explain any of this!"
    ),
    "windows lines": lambda items: "\r\n".join(items) + "\r\n",
    "paragraphs": "\n\n".join,
    "numbered": numbered,
    "bracketed numbers": lambda items: numbered(items, ")"),
    "steps": lambda items: "\n".join(f"Step {at}: {item}" for at, item in enumerate(items, start=1)),
    "bold": lambda items: "\n".join(f"{at}. **{item}**" for at, item in enumerate(items, start=1)),
    "bullets": lambda items: "\n".join(f"- {item}" for item in items),
    "code marks": lambda items: "\n".join(f"`{item}`" for item in items),
    "remarks": lambda items: "\n".join(f"{item} (item {at})" for at, item in enumerate(items, start=1)),
    "table": lambda items: (
        "| # | item |\n|---|---|\n"
        + "\n".join(f"| {at} | {item} |" for at, item in enumerate(items, start=1))
    ),
    "sentence": lambda items: f"The answer is: {', '.join(items)}.",
    "wrapped": lambda items: ",\n".join(", ".join(items[at : at + 6]) for at in range(0, len(items), 6)),
    "json": lambda items: '["' + '", "'.join(items) + '"]',
    "indented json": lambda items: '[\n  "' + '",\n  "'.join(items) + '"\n]',
    "list": lambda items: f"answer = [{', '.join(items)}]",
    "chain": " -> ".join,
    "blocks": lambda items: "\n\n".join(
        f"**Items {at + 1}-{at + 10}:**\n{lines(items[at : at + 10])}" for at in range(0, len(items), 10)
    ),
}
"""Ways in which answers lay out a list, none of which matters."""


@dataclass(frozen=True, slots=True)
class Ending:
    """An answer that is not simply the whole list, and what it is."""

    name: str
    label: Label
    text: str
    finish: str | None = "stop"
    first_error: int | None = None


def endings(known: AnyPuzzle, instance: AnyInstance) -> list[Ending]:
    """The ways in which answers end, each made for this instance."""
    items = written(known, instance, solved(known, instance))
    wrong = written(known, instance, gone_wrong(known, instance))
    total, some = len(items), items[:12]
    return [
        *_stopped(some, wrong[:12], items[-1], total),
        *_unwritten(total),
        Ending("silently short", Label.LOGIC_ERROR, lines(items[:-5])),
        Ending(
            "silently short, numbered", Label.LOGIC_ERROR, f"Here it is:\n\n{numbered(items[:-5])}\n\nDone."
        ),
        Ending("one too many", Label.LOGIC_ERROR, lines([*items, items[-1]]), first_error=total + 1),
        Ending("cut", Label.TRUNCATED, f"{lines(some)}\n", "length"),
        Ending("cut before an item", Label.TRUNCATED, f"{numbered(some)}\n13.", "length"),
        Ending("cut after an error", Label.TRUNCATED, f"{lines(wrong[:12])}\n", "length", WRONG),
        Ending("empty", Label.NO_ANSWER, ""),
        Ending(
            "abandoned in thinking, then whole",
            Label.SOLVED,
            f"<think>\n{', '.join(some)} and so on, it is too long to list.\n</think>\n{lines(items)}",
        ),
        Ending(
            "draft, then whole",
            Label.SOLVED,
            f"{lines(wrong[:12])}\n\nWait, that is wrong. Here is the corrected full list:\n\n{lines(items)}",
        ),
        Ending(
            "last item named again", Label.SOLVED, f"{numbered(items)}\n\nThe final state is {items[-1]}."
        ),
        Ending(
            "question repeated",
            Label.SOLVED,
            f"{known.prompt(instance).rules}\n\nAnswer:\n\n{numbered(items)}",
        ),
    ]


def _stopped(some: list[str], wrong: list[str], last: str, total: int) -> list[Ending]:
    program = "```python\ndef solve():\n    items = [1, 2]\n    return items\n```"
    return [
        Ending("ellipsis", Label.GIVE_UP, f"{lines(some)}\n… (and so on until {total})\n{last}"),
        Ending("ellipsis in a line", Label.GIVE_UP, f"{', '.join(some)}, ..., {last}"),
        Ending("ellipsis at the end", Label.GIVE_UP, f"{numbered(some)}\n... (continue until item {total})"),
        Ending("count", Label.GIVE_UP, f"{lines(some)}\n({total - 12} more items)"),
        Ending("offer", Label.GIVE_UP, f"{lines(some)}\n\nLet me know if you'd like me to continue."),
        Ending("part", Label.GIVE_UP, f"Here are the first 12 items:\n\n{numbered(some)}\n\nShall I go on?"),
        Ending(
            "offer after an error",
            Label.GIVE_UP,
            f"{lines(wrong)}\n\nWould you like me to continue with the rest?",
            first_error=WRONG,
        ),
        Ending(
            "program for the rest",
            Label.GIVE_UP,
            f"{lines(some)}\n\nA short program that generates the complete list is best:\n\n{program}",
        ),
    ]


def _unwritten(total: int) -> list[Ending]:
    program = "```python\ndef solve():\n    items = [1, 2]\n    return items\n```"
    return [
        Ending(
            "too long", Label.REFUSAL, f"I'm sorry, but the list of {total} items is too long to write out."
        ),
        Ending(
            "impractical",
            Label.REFUSAL,
            "Writing out all 1,024 items would not be practical. Would you like the method instead?",
        ),
        Ending(
            "facts in place of items",
            Label.REFUSAL,
            f"- Number of items: {total}\n- Total: {total}\n\nThat is too long to list in one answer.",
        ),
        Ending(
            "program",
            Label.REFUSAL,
            f"Running this code will generate the full list:\n\n{program}",
        ),
        Ending("policy", Label.REFUSAL, "I can't assist with that request."),
    ]
