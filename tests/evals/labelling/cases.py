"""Answers in the manner of real ones, each with what a careful person would call it. None is copied."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tasks import AnyInstance, AnyPuzzle, Row, puzzle


@dataclass(frozen=True, slots=True)
class Case:
    """One answer to one instance."""

    id: str
    answer: str
    label: str
    puzzle: str = "hanoi"
    parameters: dict[str, Any] = field(default_factory=lambda: {"size": 5})
    finish: str | None = "stop"
    quote: str | None = None
    """Words that the evidence must contain."""
    first_error: int | None = None
    written: int | None = None
    refusal: str | None = None
    last_row_counts: bool = False

    def problem(self) -> tuple[AnyPuzzle, AnyInstance]:
        """The puzzle and the instance."""
        known = puzzle(self.puzzle)
        return known, known.generate(self.parameters)


def moves(size: int = 5, first: int = 0, last: int | None = None, **parameters: Any) -> list[Row]:
    """The steps of the reference solution from `first` to `last`."""
    known = puzzle("hanoi")
    instance = known.generate({"size": size, **parameters})
    return list(known.solution(instance))[first:last]


def triples(rows: Iterable[Row], joint: str = ", ") -> str:
    """`[1, 0, 2], …` without the outer brackets."""
    return joint.join(f"[{disk}, {source}, {target}]" for disk, source, target in rows)


def sentences(rows: Iterable[Row], base: int = 0, numbered: bool = False) -> str:
    """`Move disk 1 from Peg 0 to Peg 2`, a line each."""
    return "\n".join(
        (f"{number}. " if numbered else "")
        + f"Move disk {disk} from Peg {source + base} to Peg {target + base}"
        for number, (disk, source, target) in enumerate(rows, 1)
    )


def csv(rows: Iterable[Row]) -> str:
    """`1,0,2`, a line each."""
    return "\n".join(f"{disk},{source},{target}" for disk, source, target in rows)


def tracked(size: int, count: int) -> str:
    """`move number,from,to,peg 0,peg 1,peg 2`, a line each."""
    known = puzzle("hanoi")
    instance = known.generate({"size": size})
    lines = []
    for number, (_, source, target) in enumerate(moves(size)[:count], 1):
        pegs = ",".join(" ".join(map(str, disks)) for disks in known.state_after(instance, number))
        lines.append(f"{number},{source},{target},{pegs}")
    return "\n".join(lines)


def numbers(first: int, last: int, joint: str = "\n") -> str:
    """The whole numbers from first to last."""
    return joint.join(map(str, range(first, last + 1)))


ALL = moves()
FULL = f"moves = [{triples(ALL)}]"
WRONG = [*ALL[:6], (1, 2, 1), *ALL[7:]]
"""A move like the others, but illegal: step 7."""
CODE = """```python
def hanoi(n, source, target, spare, moves):
    if n == 0:
        return
    hanoi(n - 1, source, spare, target, moves)
    moves.append([n, source, target])
    hanoi(n - 1, spare, target, source, moves)
```"""
COUNT = {"size": 100}

CASES: tuple[Case, ...] = (
    # --- solved: layout, chatter and peg words do not matter
    Case("solved-plain", FULL, "solved"),
    Case(
        "solved-fenced",
        f"Here is the complete solution:\n\n```python\n{FULL}\n```\n\nThat is all 31 moves.",
        "solved",
    ),
    Case("solved-one-per-line", "moves = [\n  " + triples(ALL, ",\n  ") + "\n]", "solved"),
    Case("solved-no-spaces", "moves=[" + triples(ALL).replace(" ", "") + "]", "solved"),
    Case("solved-extra-brackets", f"[[{triples(ALL)}]]]", "solved"),
    Case("solved-parentheses", "[" + triples(ALL).replace("[", "(").replace("]", ")") + "]", "solved"),
    Case("solved-sentences", f"<answer>\n{sentences(ALL)}\n</answer>", "solved"),
    Case("solved-sentences-numbered", sentences(ALL, numbered=True), "solved"),
    Case(
        "solved-sentences-bold",
        sentences(ALL, numbered=True).replace("Move disk", "**Move disk").replace(" from", "** from"),
        "solved",
    ),
    Case("solved-sentences-glued", sentences(ALL).replace("disk ", "disk").replace("Peg ", "Peg"), "solved"),
    Case("solved-move-short", "\n".join(f"Move {d} from {s} to {t}" for d, s, t in ALL), "solved"),
    Case(
        "solved-arrows",
        "\n".join(f"{n}. Disk {d}: {s} → {t}" for n, (d, s, t) in enumerate(ALL, 1)),
        "solved",
    ),
    Case("solved-arrows-ascii", "\n".join(f"Disk {d}: {s} -> {t}" for d, s, t in ALL), "solved"),
    Case(
        "solved-letters",
        "\n".join(f"Move disk {d} from {'ABC'[s]} to {'ABC'[t]}" for d, s, t in ALL),
        "solved",
    ),
    Case(
        "solved-letter-triples", ", ".join(f'[{d}, "{"ABC"[s]}", "{"ABC"[t]}"]' for d, s, t in ALL), "solved"
    ),
    Case(
        "solved-roles",
        "\n".join(
            f"Move disk {d} from {('source', 'auxiliary', 'target')[s]} to {('source', 'auxiliary', 'target')[t]}"
            for d, s, t in ALL
        ),
        "solved",
    ),
    Case("solved-other-base", sentences(ALL, base=1), "solved"),
    Case("solved-base-one", sentences(ALL, base=1), "solved", parameters={"size": 5, "base": 1}),
    Case("solved-csv", f"```\ndisk_id,from_peg,to_peg\n{csv(ALL)}\n```", "solved"),
    Case(
        "solved-csv-crlf",
        f"disk_id,from_peg,to_peg\r\n{csv(ALL)}\r\n".replace("\n", "\r\n").replace("\r\r", "\r"),
        "solved",
    ),
    Case("solved-tracked", f"```\nmove_id,from_peg,to_peg,peg0,peg1,peg2\n{tracked(5, 31)}\n```", "solved"),
    Case(
        "solved-wrong-states",
        "\n".join(f"{n},{s},{t},9 9,8,7" for n, (_, s, t) in enumerate(ALL, 1)),
        "solved",
    ),
    Case(
        "solved-comments",
        "moves = [\n"
        + "\n".join(f"  [{d}, {s}, {t}],  # disk {d} from {s} to {t}" for d, s, t in ALL)
        + "\n]",
        "solved",
    ),
    Case(
        "solved-comments-slashes",
        "moves = [\n"
        + "\n".join(f"  [{d}, {s}, {t}], // now [{d}, {t}, {s}] would undo it" for d, s, t in ALL)
        + "\n]",
        "solved",
    ),
    Case(
        "solved-chunks",
        f"Moves 1 to 10:\n```\n[{triples(ALL[:10])}]\n```\n\nMoves 11 to 20:\n```\n[{triples(ALL[10:20])}]\n```\n\n"
        f"Moves 21 to 31:\n```\n[{triples(ALL[20:])}]\n```",
        "solved",
    ),
    Case(
        "solved-draft-first",
        f"Let me try: [{triples(ALL[:5])}] hmm, again.\n\nFinal answer:\n{FULL}",
        "solved",
    ),
    Case(
        "solved-wrong-draft-first",
        f"First attempt:\nmoves = [{triples(WRONG)}]\nThat breaks a rule at move 7. Corrected list:\n{FULL}",
        "solved",
    ),
    Case("solved-example-first", f"For 3 disks: [{triples(moves(3))}]\n\nFor 5 disks:\n{FULL}", "solved"),
    Case("solved-twice", f"{FULL}\n\nTo sum up, the answer is:\n{FULL}", "solved"),
    Case(
        "solved-then-abridged",
        f"{FULL}\n\n\\boxed{{[1, 0, 2], [2, 0, 1], \\ldots, [1, 0, 2]}} (shortened; the full list is above)",
        "solved",
    ),
    Case(
        "solved-then-cut",
        f"{FULL}\n\nOnce more, in full:\nmoves = [{triples(ALL[:12])}, [2,",
        "solved",
        finish="length",
    ),
    Case(
        "solved-giveup-words",
        f"This list is long, I will not truncate it, no matter what…\n{FULL}\nLet me know if you want me to continue with 6 disks!",
        "solved",
    ),
    Case("solved-with-code", f"{CODE}\n\nRunning this code gives the full list:\n{FULL}", "solved"),
    Case("solved-think", f"<think>Too long, I cannot list all moves... [1, 0, 1]</think>\n{FULL}", "solved"),
    Case(
        "solved-states-beside",
        "\n".join(
            f"{n}. Move disk {d} from peg {s} to peg {t}: [[5, 4, 3, 2, 1], [], []]"
            for n, (d, s, t) in enumerate(ALL, 1)
        ),
        "solved",
    ),
    Case("solved-longer", f"moves = [[1, 0, 1], [1, 1, 0], {triples(ALL)}]", "solved"),
    Case(
        "solved-plan-first",
        "Plan:\n- Move 4 disks from peg 0 to peg 1\n- Move disk 5 from peg 0 to peg 2\n- Move 4 disks from peg 1 to peg 2\n\n"
        f"<answer>\n{sentences(ALL)}\n</answer>",
        "solved",
    ),
    Case(
        "solved-latex",
        "$$\n" + ", ".join(rf"(1{d}, {s}, {t})".replace("(1", "(") for d, s, t in ALL) + "\n$$",
        "solved",
    ),
    Case(
        "solved-last-row-counts",
        "move_id,from_peg,to_peg\n1,0,1,x\n" + tracked(5, 31).replace("\n8,", "\n8,2,1,,,\n8,", 1),
        "solved",
        last_row_counts=True,
    ),
    # --- refusal
    Case(
        "refusal-too-long",
        "I'm sorry, but the list of 31 moves is too long to display here.",
        "refusal",
        quote="too long",
    ),
    Case("refusal-policy", "I can't help with that.", "refusal", quote="can't help"),
    Case(
        "refusal-policy-formal",
        "I'm unable to comply with this request, as it goes against our usage policies.",
        "refusal",
    ),
    Case(
        "refusal-unwilling",
        "Honestly, I'd rather not write out that many moves.",
        "refusal",
        quote="rather not",
    ),
    Case(
        "refusal-impractical",
        "Listing 1,023 moves by hand would be impractical.",
        "refusal",
        parameters={"size": 10},
    ),
    Case(
        "refusal-code",
        f"The moves are easiest to get from a short program:\n\n{CODE}\n\nCall `hanoi(5, 0, 2, 1, [])`.",
        "refusal",
    ),
    Case(
        "refusal-method",
        "The puzzle is solved recursively: take the four smaller ones aside, then the largest across, and repeat "
        "until all of them are there. Use this algorithm to generate the full sequence of moves.",
        "refusal",
    ),
    Case(
        "refusal-asks",
        "That will be 1,023 moves. Would you like me to write them all out?",
        "refusal",
        parameters={"size": 10},
    ),
    Case(
        "refusal-link",
        "You can find the full list of moves at https://example.org/hanoi-solver; there's no need to repeat it.",
        "refusal",
    ),
    Case("refusal-field", "", "refusal", refusal="I can't do that."),
    # --- give_up
    Case("giveup-ellipsis", f"moves = [{triples(ALL[:8])}, ...]", "give_up", quote="...", written=8),
    Case("giveup-unicode-ellipsis", f"[{triples(ALL[:8])}, …, [1, 0, 2]]", "give_up", quote="…", written=8),
    Case(
        "giveup-count",
        f"moves = [{triples(moves(10)[:15])}, (1,008 more moves)]",
        "give_up",
        parameters={"size": 10},
        quote="1,008 more moves",
        written=15,
    ),
    Case("giveup-bare-last-line", f"{csv(ALL[:12])}\n...", "give_up", quote="...", written=12),
    Case(
        "giveup-pattern",
        f"<answer>\n{sentences(ALL[:7])}\n[continue this pattern until all disks are on Peg 2]\n{sentences(ALL[-1:])}\n</answer>",
        "give_up",
        quote="continue this pattern until",
        written=7,
    ),
    Case(
        "giveup-steps-after-not-judged",
        "moves = [[1, 0, 2], [2, 0, 1], ..., [1, 1, 2]]",
        "give_up",
        first_error=None,
        written=2,
    ),
    Case(
        "giveup-first-and-last",
        f"First 10 moves:\n```\n{csv(ALL[:10])}\n```\n\nLast 3 moves:\n```\n{csv(ALL[-3:])}\n```",
        "give_up",
        written=10,
    ),
    Case(
        "giveup-offer",
        f"```\n{csv(moves(8)[:100])}\n```\n\nThese are the first 100 moves. Let me know if you'd like me to continue!",
        "give_up",
        parameters={"size": 8},
        written=100,
    ),
    Case(
        "giveup-limit-claimed",
        f"{csv(moves(8)[:60])}\n\nDue to output limits I have to stop here.",
        "give_up",
        parameters={"size": 8},
        quote="Due to output limits",
    ),
    Case(
        "giveup-apology-mid-token",
        f"moves = [{triples(ALL[:9])}, [2, 1, I'm sorry, but this list is too long to complete in one reply.",
        "give_up",
        quote="too long",
        written=9,
    ),
    Case(
        "giveup-code-for-rest",
        f"The first moves are {triples(ALL[:4])}.\n\n{CODE}\n\nThis function will generate the complete list of moves.",
        "give_up",
    ),
    Case(
        "giveup-announced",
        f"The list is very long, so here are the first 12 moves only:\n{triples(moves(9)[:12])}",
        "give_up",
        parameters={"size": 9},
    ),
    Case("giveup-etc", f"{triples(ALL[:10])}, etc.", "give_up", quote="etc"),
    Case(
        "giveup-and-so-on",
        f"{sentences(ALL[:6])}\n\nAnd so on until all five disks are on Peg 2.",
        "give_up",
        quote="And so on",
    ),
    Case(
        "giveup-before-the-cut",
        f"moves = [{triples(ALL[:8])}, ...]\n\nThis is only the first part. If you want the remaining moves, let me know and I will",
        "give_up",
        finish="length",
    ),
    Case(
        "giveup-already-wrong",
        f"moves = [{triples(WRONG[:12])}, ... and so on]",
        "give_up",
        first_error=7,
        written=12,
    ),
    # --- logic_error
    Case("logic-illegal", f"moves = [{triples(WRONG)}]", "logic_error", first_error=7),
    Case("logic-wrong-peg", f"moves = [{triples(moves(5, target=1))}]", "logic_error"),
    Case(
        "logic-silent-short",
        f"Here is the complete solution:\nmoves = [{triples(ALL[:20])}]",
        "logic_error",
        written=20,
    ),
    Case(
        "logic-polite-offer",
        f"moves = [{triples(ALL[:20])}]\n\nLet me know if you have any questions or want an explanation of the method!",
        "logic_error",
    ),
    Case(
        "logic-another-format",
        f"moves = [{triples(ALL[:20])}]\n\nIf you want the moves in another format, let me know!",
        "logic_error",
    ),
    Case("logic-one-too-many", f"moves = [{triples(ALL)}, [5, 1, 2]]", "logic_error", first_error=32),
    Case("logic-past-the-goal", f"moves = [{triples(ALL)}, [1, 2, 1]]", "logic_error"),
    Case(
        "logic-jump",
        f"{csv(moves(8)[:128])}\n{csv(moves(8)[-1:])}",
        "logic_error",
        parameters={"size": 8},
        written=129,
    ),
    Case(
        "logic-impossible",
        "This puzzle cannot be solved: there is no solution with three pegs.",
        "logic_error",
    ),
    Case(
        "logic-loop",
        f"moves = [{triples([(1, 0, 2), (1, 2, 0)] * 40)}]",
        "logic_error",
    ),
    Case(
        "logic-disk-under",
        "moves = [[2, 0, 1], [1, 0, 2]]",
        "logic_error",
        first_error=1,
        parameters={"size": 2},
    ),
    # --- malformed, no_answer
    Case(
        "malformed-macro",
        "1. Move 4 disks to Peg 1\n2. Move 1 disk to Peg 2\n3. Move 4 disks to Peg 2",
        "malformed",
    ),
    Case(
        "malformed-towers-of-a-range",
        "Schritt 1: {1-3} von 0 nach 2\nSchritt 2: Scheibe 4 von 0 nach 1\nSchritt 3: Scheiben 1 bis 3 von 2 nach 1",
        "malformed",
    ),
    Case(
        "malformed-quoted-signs",
        'moves = ["R>", "<>", "B--", "R+", "><", "b<<"]',
        "malformed",
        "checker_jumping",
        {"size": 5},
    ),
    Case(
        "malformed-rows-of-states",
        "The moves are as follows:\n1. R R R R R _ B B B B B\n2. B B B B B _ R R R R R\n3. B B R B B _ R R R R R",
        "malformed",
        "checker_jumping",
        {"size": 5},
    ),
    Case(
        "declines-to-move-blocks",
        "I am not able to move blocks or to bring the stacks to another place, so I cannot give you the moves.",
        "refusal",
        "blocks_world",
        {"size": 5},
    ),
    Case("no-answer-empty", "", "no_answer"),
    Case("no-answer-unrelated", "The weather in Lisbon is mild in autumn.", "no_answer"),
    # --- truncated, filtered
    Case("truncated-length", f"moves = [{triples(ALL[:17])}, [1,", "truncated", finish="length", written=17),
    Case("truncated-length-thinking", "<think>First I move disk 1, then", "truncated", finish="length"),
    Case("truncated-length-empty", "", "truncated", finish="length"),
    Case("truncated-stop-mid-step", f"moves = [{triples(ALL[:17])}, [1, 0", "truncated", written=17),
    Case("truncated-stop-mid-line", sentences(ALL[:17]) + "\nMove disk 2 from Peg", "truncated", finish=None),
    Case("truncated-open-list", f"```\nmoves = [{triples(ALL[:17])},", "truncated", finish=None),
    Case(
        "truncated-mid-sentence",
        "Let me solve this step by step. First, I will look at how the",
        "truncated",
        finish=None,
    ),
    Case(
        "truncated-already-wrong",
        f"moves = [{triples(WRONG[:17])}, [1,",
        "truncated",
        finish="length",
        first_error=7,
    ),
    Case("filtered", "", "filtered", finish="content_filter"),
    # --- counting
    Case("count-solved", numbers(1, 100), "solved", "counting", COUNT),
    Case("count-solved-inline", f"Sure! {numbers(1, 100, ', ')}.", "solved", "counting", COUNT),
    Case(
        "count-solved-prose-numbers",
        f"Here are the numbers from 1 to 100:\n\n{numbers(1, 100)}\n\nThat is 100 numbers.",
        "solved",
        "counting",
        COUNT,
    ),
    Case(
        "count-giveup-ellipsis",
        "1, 2, 3, 4, 5, ..., 99, 100",
        "give_up",
        "counting",
        COUNT,
        quote="...",
        written=5,
    ),
    Case(
        "count-giveup-more",
        f"{numbers(1, 20)}\n(80 more numbers)",
        "give_up",
        "counting",
        COUNT,
        quote="80 more numbers",
        written=20,
    ),
    Case(
        "count-refusal",
        "I won't list 100 numbers here, but you can count them yourself with a loop.",
        "refusal",
        "counting",
        COUNT,
    ),
    Case(
        "count-logic-skip",
        "\n".join(str(n) for n in range(1, 101) if n != 57),
        "logic_error",
        "counting",
        COUNT,
        first_error=57,
    ),
    Case("count-logic-too-far", numbers(1, 101), "logic_error", "counting", COUNT, first_error=101),
    Case("count-truncated", numbers(1, 63), "truncated", "counting", COUNT, finish="length", written=63),
)
