"""Attempts that are whole by their own lights and wrong; steps nobody could replay; and no answer at all."""

from tests.evals.labelling.blind_lists import (
    FROM_ONE,
    LETTERS,
    Case,
    More,
    Moves,
    code,
    fenced,
    maker,
    moves,
    numbers,
    objects,
    pretty,
    said,
    swapped,
    table,
    tight,
    written,
)

tower, count = maker("logic_error")

FIVE, SIX, SEVEN, EIGHT, NINE, TEN = moves(5), moves(6), moves(7), moves(8), moves(9), moves(10)


def shuttling(times: int) -> Moves:
    """A loop that moves one disk to and fro."""
    return [*SIX[:5], *[(1, 0, 1), (1, 1, 0)] * times]


CLOSINGS = (
    "Let me know if you'd like an explanation of any step.",
    "If you'd like the moves in another format (CSV, JSON, …), just say so!",
    "Let me know if you want the full peg states after each move.",
    "Would you like me to visualise the process, or write a program that checks it?",
    "If you need further breakdown or a downloadable version, let me know!",
    "Feel free to ask if anything is unclear. I can also provide the code.",
    "I hope this helps! Shall I explain how the recursion works?",
    "This pattern continues to hold for any number of disks, and so on.",
)
"""Polite, and none of them an offer of the rest: nothing is left out."""

CLOSED: tuple[Case, ...] = tuple(
    tower(
        f"closing-{index}",
        6,
        "Here's the complete solution:\n\n"
        + fenced(pretty(swapped(SIX, 30 + index)))
        + f"\n\nAll six disks are now on peg 2. {closing}",
        More(written=63, first_error=30 + index),
    )
    for index, closing in enumerate(CLOSINGS)
)

WRONG: tuple[Case, ...] = (
    tower("wrong-peg", 6, said(moves(6, 0, 1)) + "\n\nAll disks moved.", More(written=63)),
    tower("short-silent", 7, said(SEVEN[:90]), More(written=90)),
    tower(
        "short-claims-complete",
        8,
        fenced(pretty(EIGHT[:127])) + "\n\nThis is the complete solution with all 255 moves.",
        More(written=127),
    ),
    tower("short-for-fewer-disks", 6, "For 6 disks we have:\n\n" + f"[{tight(FIVE)}]", More(written=31)),
    tower("illegal-early", 7, f"moves=[{tight(swapped(SEVEN, 12))}]", More(written=127, first_error=12)),
    tower(
        "illegal-then-short",
        9,
        fenced(written(swapped(NINE, 40)[:200], "{d},{a},{b}")),
        More(written=200, first_error=40),
    ),
    tower(
        "one-too-many",
        6,
        f"moves = [{tight([*SIX, (1, 2, 0)])}]",
        More(written=64),
    ),
    tower("goes-on-after-goal", 5, said([*FIVE, *moves(5, 2, 0)]), More(written=62)),
    tower(
        "impossible",
        8,
        "After examining the constraints I conclude that this puzzle has no solution: with three pegs it is "
        "impossible to move disk 8 without violating rule 3.",
    ),
    tower(
        "impossible-after-some",
        6,
        said(SIX[:9]) + "\n\nAt this point no legal move makes progress, so the puzzle cannot be solved.",
        More(written=9),
    ),
    tower("loop", 6, said(shuttling(60)) + "\n\nDone!", More(written=125)),
    tower(
        "invented-end",
        7,
        said(SEVEN[:63]) + "\n127. Move disk 1 from peg 0 to peg 2\n\nAll disks are on peg 2.",
        More(alternative="give_up"),
    ),
    tower(
        "corrected-and-still-wrong",
        6,
        "First try:\n"
        + said(SIX[:14])
        + "\n\nWait, that is wrong. Corrected list:\n\n"
        + said(swapped(SIX, 33))
        + "\n\nThat works.",
        More(first_error=33),
    ),
    tower(
        "dots-in-prose-only",
        6,
        "Hmm, let me think... okay.\n\n" + said(swapped(SIX, 17)) + "\n\nAnd... done!",
        More(first_error=17),
    ),
    tower(
        "table",
        6,
        table(swapped(SIX, 8)) + "\n\n**Total:** 63 moves. *Let me know if you need this as a CSV.*",
        More(first_error=8),
    ),
    tower(
        "objects",
        5,
        fenced(f"[\n{objects(swapped(FIVE, 20))}\n]", "json"),
        More(first_error=20),
    ),
    tower(
        "letters",
        5,
        written(swapped(FIVE, 10), "{n}. {a} → {b} (disk {d})", LETTERS),
        More(first_error=10),
    ),
    tower(
        "code-to-verify",
        7,
        f"moves = [{tight(swapped(SEVEN, 63))}]\n\nYou can verify the result with this script:\n\n" + code(7),
        More(first_error=63),
    ),
    tower(
        "recursion-explained",
        7,
        "The solution repeats the same pattern at every level: move n-1 disks, move the largest, move n-1 disks.\n\n"
        + pretty(swapped(SEVEN, 70)),
        More(first_error=70),
    ),
    tower(
        "self-correction-in-list",
        5,
        said(FIVE[:10])
        + "\n11. Move disk 3 from peg 0 to peg 2 — wait, that's illegal, let me redo\n"
        + said(FIVE[10:], first=11),
        More(alternative="solved"),
    ),
    tower(
        "worked-example-copied",
        4,
        "[[1,0,2],[2,0,1],[1,2,1],[3,0,2],[1,1,0],[2,1,2],[1,0,2]]",
        More(written=7),
    ),
    tower(
        "nothing-left-out-said",
        9,
        "No ellipsis, no truncation, as you asked:\n\n" + f"[{tight(NINE[:300])}]",
        More(written=300),
    ),
    tower(
        "remaining-word-harmless",
        6,
        said(swapped(SIX, 25))
        + "\n\nEach time, the remaining disks stay put while the smallest ones shuttle around them.",
        More(first_error=25),
    ),
    tower(
        "thinking-gives-up",
        7,
        fenced(pretty(swapped(SEVEN, 55))),
        More(
            reasoning="This is too long. I will truncate the list, or output only the first moves.",
            first_error=55,
        ),
    ),
    tower("empty-list", 7, "moves = []", More(alternative="no_answer", finish=None)),
    tower("four-pegs", 6, said(swapped(moves(6, 0, 2, 4), 9), FROM_ONE), More(first_error=9), pegs=4, base=1),
    count("skips-one", 200, numbers(1, 56) + "\n" + numbers(58, 200), More(first_error=57)),
    count("short", 300, numbers(1, 240), More(written=240)),
    count("beyond", 100, numbers(1, 110, ", "), More(written=110)),
    count(
        "twice",
        120,
        numbers(1, 80) + "\n" + numbers(80, 120) + "\n\nLet me know if you need more numbers.",
        More(first_error=81),
    ),
)

tower, count = maker("malformed")

MACROS: tuple[Case, ...] = (
    tower(
        "towers",
        5,
        "1. Move the tower of 4 disks from peg 0 to peg 1.\n2. Move disk 5 from peg 0 to peg 2.\n"
        "3. Move the tower of 4 disks from peg 1 to peg 2.",
        More(alternative="refusal"),
    ),
    tower(
        "calls",
        6,
        "hanoi(5, 0, 2, 1)\nmove(6, 0, 2)\nhanoi(5, 1, 0, 2)",
        More(alternative="refusal"),
    ),
    tower("disks-only", 5, "The disks move in this order: " + written(FIVE, "{d}", joint=" ") + "."),
    tower(
        "groups",
        6,
        "Step 1: Move disks 1-3 to peg 2\nStep 2: Move disks 4-5 to peg 1\nStep 3: Move disks 1-3 to peg 1\n"
        "Step 4: Move disk 6 to peg 2\nStep 5: Move disks 1-3 to peg 0\nStep 6: Move disks 4-5 to peg 2\n"
        "Step 7: Move disks 1-3 to peg 2",
    ),
    tower(
        "no-pegs",
        4,
        written(moves(4), "Step {n}: pick up disk {d} and put it down on a free peg"),
    ),
)

tower, count = maker("no_answer")

NOTHING: tuple[Case, ...] = (
    tower("empty", 6, ""),
    tower("blank", 6, "  \n\n "),
    tower("none-kept", 6, "", More(finish=None)),
    tower("greeting", 7, "Hello! How can I assist you today?"),
    tower(
        "recipe",
        8,
        "Preheat the oven to 180 °C. Cream the butter with the sugar, fold in the flour and bake for 25 minutes.",
    ),
    tower("only-thinking", 7, "<think>\nSeven disks, so 127 moves. First disk to peg 2.\n</think>\n"),
    tower("count-only", 9, "511", More(alternative="logic_error")),
    tower(
        "how-many",
        9,
        "The minimum number of moves is 2^9 - 1 = 511.",
        More(alternative="refusal"),
    ),
    count("weather", 50, "It is sunny in Lisbon today, with a light breeze from the north."),
)

ATTEMPTS = CLOSED + WRONG + MACROS + NOTHING
