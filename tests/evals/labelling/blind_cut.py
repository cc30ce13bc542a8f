"""Answers that were cut from outside or filtered, and answers to the other puzzles."""

from tests.evals.labelling.blind_lists import (
    LETTERS,
    Case,
    More,
    case,
    code,
    formatted,
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

tower, count = maker("truncated")

SEVEN, EIGHT, NINE, TEN = moves(7), moves(8), moves(9), moves(10)
CUT = "length"

BROKEN: tuple[Case, ...] = (
    tower("at-a-step", 10, said(TEN[:400]), More(finish=CUT, written=400)),
    tower("in-a-token", 9, f"moves=[{tight(NINE[:200])},[1,0", More(finish=CUT, written=200)),
    tower("in-a-token-none", 8, f"moves=[{tight(EIGHT[:100])},[3,0,", More(finish=None, written=100)),
    tower("in-a-token-stop", 9, f"moves=[{tight(NINE[:333])},[2", More(written=333)),
    tower("in-a-word", 9, said(NINE[:77]) + "\n78. Move disk 2 from pe", More(finish=None, written=77)),
    tower("in-a-word-stop", 8, said(EIGHT[:120]) + "\n121. Move dis", More(written=120)),
    tower("in-a-row", 8, table(EIGHT[:60]) + "\n| 61 | 1 | 0", More(finish=None, written=60)),
    tower(
        "in-an-object", 8, "[\n" + objects(EIGHT[:41]) + ',\n  {"disk": 1, "fr', More(finish=CUT, written=41)
    ),
    tower("in-an-arrow", 8, written(EIGHT[:90], "{n}. {a} → {b}", LETTERS) + "\n91. A →", More(finish=None)),
    tower(
        "in-the-preamble",
        9,
        "I'll solve this with the recursive method. First, note that for nine disks we need to move the upper",
        More(finish=None, alternative="no_answer"),
    ),
    tower(
        "in-the-preamble-length",
        9,
        "Let's think about it. The general rule for moving n disks is that the upper n-1 disks must",
        More(finish=CUT),
    ),
    tower("trailing-comma", 9, f"moves = [{tight(NINE[:150])},", More(finish=None, written=150)),
    tower(
        "already-wrong",
        10,
        said(swapped(TEN, 33)[:300]),
        More(finish=CUT, written=300, first_error=33),
    ),
    tower("nothing-but-thinking", 10, "", More(finish=CUT, reasoning="Let me enumerate. " * 300)),
    tower(
        "unclosed-think",
        8,
        "<think>\nLet me write it out: [1,0,1], [2,0,2], [1,1,2], ... that is a lot. I could give code instead. Hmm, "
        "let me carefully go on: [3,0,1], [1,2,0], [2,2",
        More(finish=CUT),
    ),
    tower(
        "announced-a-part",
        12,
        "I'll write the first 1000 moves here.\n\n" + said(moves(12)[:260]) + "\n261. Move disk 1 from",
        More(finish=CUT, alternative="give_up", written=260),
    ),
    tower("in-the-code", 10, "Here's how:\n\n" + code(10)[:150], More(finish=CUT)),
    tower("loop-until-limit", 6, said([*moves(6)[:3], *[(1, 1, 2), (1, 2, 1)] * 400]), More(finish=CUT)),
    tower(
        "in-a-comment",
        8,
        f"[{tight(EIGHT[:31])},\n# now disk 6 goes to the tar",
        More(finish=None, written=31),
    ),
    tower(
        "polite-then-cut", 9, "Sure, here are all 511 moves.\n\n" + pretty(NINE[:80])[:-2], More(finish=CUT)
    ),
    count("lines", 5000, numbers(1, 3210), More(finish=CUT, written=3210)),
    count("commas", 5000, numbers(1, 1999, ", ") + ", ", More(finish=CUT, written=1999)),
)

tower, count = maker("filtered")

FILTERED: tuple[Case, ...] = (
    tower("empty", 7, "", More(finish="content_filter")),
    tower("partial", 8, said(EIGHT[:12]), More(finish="content_filter")),
    tower("words", 8, "I'm sorry, but I can't", More(finish="content_filter")),
)

LINEAR = {"size": 4}
GRAY = {"size": 6}
FIZZ = {"size": 100}
CHECKERS = {"size": 4}

OTHERS: tuple[Case, ...] = (
    case(
        "other-gray-solved",
        "gray_code",
        GRAY,
        "Here is the sequence:\n\n"
        + formatted("gray_code", GRAY)
        + "\n\nLet me know if you'd like the proof.",
        "solved",
        More(),
    ),
    case(
        "other-gray-stopped",
        "gray_code",
        GRAY,
        formatted("gray_code", GRAY, 20) + "\n...",
        "give_up",
        More(quote="..."),
    ),
    case(
        "other-linear-solved",
        "hanoi_linear",
        LINEAR,
        "**Solution**\n\n" + formatted("hanoi_linear", LINEAR) + "\n\nDone in 80 moves.",
        "solved",
        More(),
    ),
    case(
        "other-linear-stopped",
        "hanoi_linear",
        LINEAR,
        formatted("hanoi_linear", LINEAR, 30) + "\n\nI'll leave it at that; the rest works the same way.",
        "give_up",
        More(quote="the rest works the same way"),
    ),
    case(
        "other-fizz-solved",
        "fizzbuzz",
        FIZZ,
        "Sure!\n\n" + formatted("fizzbuzz", FIZZ),
        "solved",
        More(finish=None),
    ),
    case(
        "other-fizz-stopped",
        "fizzbuzz",
        FIZZ,
        formatted("fizzbuzz", FIZZ, 30) + "\n\n…and so on until 100.",
        "give_up",
        More(quote="and so on until 100"),
    ),
    case(
        "other-fizz-code",
        "fizzbuzz",
        FIZZ,
        '```python\nfor i in range(1, 101):\n    print("Fizz" * (i % 3 == 0) + "Buzz" * (i % 5 == 0) or i)\n```',
        "refusal",
        More(),
    ),
    case(
        "other-fizz-cut",
        "fizzbuzz",
        FIZZ,
        formatted("fizzbuzz", FIZZ, 63),
        "truncated",
        More(finish=CUT, written=63),
    ),
    case(
        "other-checkers-solved",
        "checker_jumping",
        CHECKERS,
        formatted("checker_jumping", CHECKERS),
        "solved",
        More(),
    ),
    case(
        "other-checkers-short",
        "checker_jumping",
        CHECKERS,
        formatted("checker_jumping", CHECKERS, 15) + "\n\nThis completes the exchange.",
        "logic_error",
        More(),
    ),
)

CUTS = BROKEN + FILTERED + OTHERS
