"""What respondents say around their steps. Numbers appear only where a person would write them too."""

from random import Random

from evals.simulated.respondents import Stop
from evals.simulated.turns import Tone
from tasks import Kind, Problem

_OPENINGS = {
    Tone.WHOLE: (
        "",
        "",
        "Here is the full list:\n\n",
        "Sure! Here it is, written out in order.\n\n",
        "I'll go through this one by one.\n\n",
        "Let me work this out carefully and keep to the rules throughout.\n\n",
    ),
    Tone.PIECE: ("", "", "Here they are, in order:\n\n", "These {unit} come next.\n\n"),
    Tone.REST: (
        "",
        "Continuing from where I stopped:\n\n",
        "My apologies. Here is the rest of the list:\n\n",
        "Of course, here are all the remaining {unit}.\n\n",
    ),
    Tone.ANEW: (
        "Here is the whole list again, from the beginning and without gaps:\n\n",
        "You are right, I left some out. The complete list:\n\n",
    ),
    Tone.PROGRAM: ("", "", "This function returns the list:\n\n", "I would do it like this.\n\n"),
}
_CLOSINGS = (
    "",
    "",
    "\n\nThis completes the task.",
    "\n\nThat is the whole list.",
    "\n\nI followed the rules at every point. Let me know if you have any questions!",
)
_REFUSALS = {
    Tone.WHOLE: (
        "I'm sorry, but the complete list of {total} {unit} is far too long to write out here.",
        (
            "Writing out all {total} {unit} would not be practical. "
            "Would you like me to explain the method instead?"
        ),
        "The full answer has {total} {unit}, which is too long for a single response, so I won't list them.",
    ),
    Tone.PIECE: (
        "I'm sorry, but I won't write out that many {unit} here.",
        "Listing all these {unit} one by one would not be practical, so I won't do it.",
    ),
    Tone.REST: (
        "I'm sorry, but I can't go on: the rest of the list is far too long to write out here.",
        "I apologize for the inconvenience, but I am unable to write out the remaining {unit}.",
    ),
    Tone.PROGRAM: (
        "I'm sorry, but I can't write such a program.",
        "I'm not able to write a program for this. Would you like me to describe the rules again?",
    ),
}
_POLICIES = (
    "I'm sorry, but I can't help with that request.",
    "I must decline: long mechanical listings are against my guidelines.",
    "I can't assist with this.",
)
_APOLOGIES = (
    "I'm sorry, but the list is too long to fit in a single response.",
    "Sorry, I am unable to write out the entire list because of length limits. If you wish, I can continue.",
)
_COUNTS = ("({left} more {unit})", "... ({left} more {unit})", "... ({left} more {unit}) ...")
_OFFERS = (
    "\n\nLet me know if you'd like the rest.",
    "\n\nThis is the beginning of the list. Would you like me to continue with the remaining {unit}?",
    "\n\nTo keep this short I stop here. If you want the full list, I can provide it.",
)
_CODES = (
    "\n\nThe list goes on in the same way. Running this program produces all the remaining {unit}:\n\n",
    "\n\nThe rest is best left to a short program that generates the complete list:\n\n",
)
_PROGRAM = """```python
def solve():
    state, steps = initial_state(), []
    while not is_goal(state):
        step = next_step(state)
        steps.append(step)
        state = apply(state, step)
    return steps


print(solve())
```"""
_THOUGHTS = (
    "Let me take this one step at a time. ",
    "That follows from the one before. ",
    "I should double-check this part. ",
    "Yes, that is allowed. ",
    "Wait, let me look at that again. ",
    "This is going to be long, maybe I could shorten it, but the whole list was asked for. ",
    "So far it is consistent.\n",
)
DONE = "There is nothing left to write: the list is complete."
NO_SOLUTION = "This cannot be solved: there is no solution under these rules."


def unit_of(problem: Problem) -> str:
    """Return what the problem's steps are called."""
    return "moves" if problem.kind is Kind.MOVES else "items"


def opening(draw: Random, tone: Tone, unit: str) -> str:
    """Return the text before the list."""
    return _one_of(_OPENINGS[tone], draw).format(unit=unit)


def closing(draw: Random, tone: Tone) -> str:
    """Return the text after a list that means to be whole; empty after a mere piece or a program."""
    return "" if tone in (Tone.PIECE, Tone.PROGRAM) else _one_of(_CLOSINGS, draw)


def refusal(draw: Random, tone: Tone, unit: str, total: int) -> str:
    """Return an answer without steps that declines because of the length."""
    return _one_of(_REFUSALS[tone], draw).format(total=_number(total, draw), unit=unit)


def policy(draw: Random) -> str:
    """Return an answer without steps that declines on principle."""
    return _one_of(_POLICIES, draw)


def mark(stop: Stop, draw: Random, unit: str, left: int) -> str:
    """Return the text in the list that stands for the omitted steps."""
    if stop is Stop.ELLIPSIS:
        return "..."
    words = _one_of(_COUNTS, draw).format(left=_number(left, draw), unit=unit)
    return words.replace(f"{unit})", f"{unit[:-1]})") if left == 1 else words


def parting(stop: Stop, draw: Random, unit: str) -> str:
    """Return the text after a list that stopped short."""
    if stop is Stop.OFFER:
        return _one_of(_OFFERS, draw).format(unit=unit)
    if stop is Stop.CODE:
        return _one_of(_CODES, draw).format(unit=unit) + _PROGRAM
    return _one_of(_APOLOGIES, draw)


def thought(draw: Random) -> str:
    """Return one sentence of thinking."""
    return _one_of(_THOUGHTS, draw)


def _one_of(options: tuple[str, ...], draw: Random) -> str:
    return options[int(draw.random() * len(options))]


def _number(value: int, draw: Random) -> str:
    return f"{value:,}" if draw.random() < 0.5 else str(value)
