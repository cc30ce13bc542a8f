"""Lists in other clothes, and words that mean something else than they do beside most lists."""

import pytest

from evals.labelling.answer import Answer
from evals.labelling.rules import LabelResult, label
from tasks import Problem, puzzle
from tests.evals.labelling.blind_lists import Moves, moves, said, swapped

HANOI = puzzle("hanoi")
SIX = moves(6)
PART = moves(10)[:20]


def labelled(text: str, size: int, name: str = "hanoi", **more: bool) -> LabelResult:
    known = puzzle(name)
    return label(Problem(known, known.generate({"size": size, **more})), Answer(text, finish_reason="stop"))


def batches(rows: Moves, size: int) -> str:
    """So many a time, with a remark between that elsewhere stands for steps."""
    parts = [str(rows[at : at + size]) for at in range(0, len(rows), size)]
    return "\n(continuing below…)\n\n".join(f"**Batch {at}**\n{part}" for at, part in enumerate(parts, 1))


def german(rows: Moves) -> str:
    return "\n".join(f"{at}. Scheibe {d} von Stab {a} nach Stab {b}" for at, (d, a, b) in enumerate(rows, 1))


@pytest.mark.parametrize(
    "text",
    [
        "$$[" + r",\ ".join(rf"[{d},\,{a},\,{b}]" for d, a, b in SIX) + "]$$",
        batches(SIX, 16),
        batches(SIX, 9),
        "\n".join(f"{at}: {d} {a}->{b}" for at, (d, a, b) in enumerate(SIX, 1)),
        "\n".join(f"{at}) {d} {a} → {b}" for at, (d, a, b) in enumerate(SIX, 1)),
        german(SIX),
        "\n".join(f"Mueve el disco {d} de la torre {a} a la torre {b}." for d, a, b in SIX),
        "\n".join(f"Déplacer le disque {d} de la tige {a} vers la tige {b}" for d, a, b in SIX),
    ],
)
def test_a_full_list_in_other_clothes_is_solved(text: str) -> None:
    """Formulas, batches that all are there, bare pairs with numbers, other languages."""
    assert labelled(text, 6).label == "solved"


@pytest.mark.parametrize(
    "text",
    [
        str(PART)[:-1] + ", <1003 more>]",
        str(PART[:15])[:-1] + f", <998 other ones left out>, {str(moves(10)[-10:])[1:]}",
        f"{german(PART)}\nusw.\n\nDie übrigen 1003 Züge ergeben sich analog.",
        f"{said(PART)}\n\nBy symmetry the second half mirrors the first, so I'm leaving it out.",
        f"{said(PART)}\n\nWhat comes after is a rerun and I won't retype it.",
        "\n".join(f"{at}: {d} {a}->{b}" for at, (d, a, b) in enumerate(PART, 1))
        + "\n21-1023: same scheme, pegs relabelled",
    ],
)
def test_an_abridged_list_is_a_stop(text: str) -> None:
    """Whatever brackets, languages or words it is abridged with."""
    assert labelled(text, 10).label == "give_up"


@pytest.mark.parametrize(
    "behind",
    [
        "That was fun… I nearly lost count...",
        "For brevity I added no comment to the moves.",
        "To save space, explanations are omitted.",
    ],
)
def test_pauses_and_other_omissions_are_no_stop(behind: str) -> None:
    """Dots behind a word are a pause in speech; comments are no steps."""
    assert labelled(f"{said(SIX[:-1])}\n\n{behind}", 6).label == "logic_error"
    assert labelled(f"{said(swapped(SIX, 9)[:-1])}\n\n{behind}", 6).label == "logic_error"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Copying a thousand moves would serve no purpose.", "refusal"),
        ("I have no practical way to write 1023 moves without a slip.", "refusal"),
        ("Hello! What would you like to do today?", "no_answer"),
        ("There is no legal sequence here, disk 10 can never leave.", "logic_error"),
    ],
)
def test_words_without_a_list(text: str, expected: str) -> None:
    """One's own limits are no property of the puzzle, and a greeting offers nothing."""
    assert labelled(text, 10).label == expected


@pytest.mark.parametrize(
    "text", ["There is no sequence that works.", "With this boat no sequence of crossings works."]
)
def test_a_right_impossible_is_solved(text: str) -> None:
    """However it is said that there is no way."""
    assert labelled(text, 6, "river_crossing", unsolvable=True).label == "solved"


@pytest.mark.parametrize(
    "program", ["for i in range(1, 501): print(i)", "for (let i = 1; i <= 500; i++) console.log(i)"]
)
def test_numbers_of_a_loop_are_no_steps(program: str) -> None:
    """A loop on one line hands over a program, and has no item of the list."""
    verdict = labelled(program, 500, "counting")
    assert (verdict.label, verdict.written) == ("refusal", 0)
