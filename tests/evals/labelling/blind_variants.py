"""A second round, written after the first had been mended: the same meanings in other words, and their neighbours.

The neighbours are answers that use such words without stopping short, or stop short without saying so.
"""

from tests.evals.labelling.blind_lists import (
    LETTERS,
    Case,
    More,
    fenced,
    maker,
    moves,
    numbers,
    pretty,
    said,
    swapped,
    tight,
    written,
)

SIX, SEVEN, EIGHT, NINE, TEN = moves(6), moves(7), moves(8), moves(9), moves(10)

DECLINES = (
    "A listing like that would fill dozens of pages; the recurrence is T(n) = 2T(n-1) + 1.",
    "Typing this out would run to more than 30 screens, which helps nobody.",
    "I don't see much value in spelling out every single one of the 1,023 moves.",
    "It doesn't make sense to enumerate a thousand moves in chat.",
    "1,023 entries? Let's skip that.",
    "1,023 lines is a lot, so let's not do it line by line.",
    "The result surpasses the length I may produce in one message.",
    "Such a response goes beyond what I can output at once.",
    "All 1,023 moves aren't listed here.",
    "The complete sequence is not reproduced below because of its size.",
    "The whole thing won't fit into one message.",
    "I lack the space to put all of that here.",
    "I do not have enough tokens for 1,023 moves.",
    "That's a job better left to a script.",
    "This is best done by a computer: it is a purely mechanical sequence.",
    "Printing everything would be overkill.",
    "Writing all of it down seems pointless to me.",
    "That's more than one reply can hold comfortably — more than fits, in fact.",
    "This many moves is more than I'm comfortable producing.",
    "I'm not prepared to write out a thousand moves.",
    "Instead of listing a thousand moves, here is the idea: always move the smallest disk on odd turns.",
    "I can describe how the algorithm works instead.",
    "That would be a waste of tokens.",
    "Enumerating them isn't the best use of this space.",
    "Message limit reached.",
    "My output budget does not permit an answer of this size: the token limit prevents it.",
    "I'm afraid I must refrain from producing the entire list.",
    "No way I'm typing 1,023 moves.",
    "I'll skip the full listing and just tell you that it takes 1,023 moves.",
    "Generating the complete list is beyond the scope of this answer.",
)

tower, count = maker("refusal")

REFUSED: tuple[Case, ...] = (
    *(tower(f"again-{index}", 10, text) for index, text in enumerate(DECLINES)),
    tower(
        "again-link",
        9,
        "See the interactive solver at https://towersofhanoi.info/Animate.aspx for every move",
    ),
    tower("again-markdown-link", 9, "[Here is the full list of 511 moves.](https://pastebin.com/abc123)"),
    tower("again-file", 11, "Please find the solution in the accompanying spreadsheet."),
    tower("again-file-saved", 11, "Done! I wrote all 2047 moves to `solution.txt`."),
    tower("again-go-ahead", 11, "Give me the green light and I'll start writing the 2,047 moves."),
    tower("again-type-go", 11, "It's 2,047 moves long. Type 'go' if you really want me to."),
    tower(
        "again-blocks", 12, "If you'd like, I can send the solution in several messages of 500 moves each."
    ),
    tower(
        "again-plan",
        8,
        "255 moves is too much to write here. Roughly:\n- Transfer the 7 smaller disks to peg 1\n- Move disk 8 from peg 0 to "
        "peg 2\n- Transfer the 7 smaller disks to peg 2",
        More(alternative="give_up"),
    ),
    count("again-loop", 4000, "```python\nprint('\\n'.join(str(i) for i in range(1, 4001)))\n```"),
    count("again-seq", 4000, "On Linux, `seq 4000` does exactly this. I won't paste its output."),
)

tower, count = maker("give_up")

AFTER = (
    "I'll halt at this point.",
    "Stopping there for now.",
    "Let me cut this short.",
    "Respond with 'next' for moves 61 and up.",
    "Say continue and I'll send more.",
    "The other 963 moves are in the linked file.",
    "Moves 61–1023 are skipped.",
    "Lines 61 to 1023 not shown.",
    "Steps 61-1023 proceed identically.",
    "Moves 61 to 1023: same as before, mirrored.",
    "Phase 2 is the mirror image of phase 1.",
    "Then do the same thing with the remaining tower.",
    "Others follow the same way.",
    "The remainder unfolds in the same manner.",
    "I trust you can see where this is going.",
    "Rinse and repeat.",
    "The remaining ones are left for you to work out.",
    "Continued in the next message.",
    "This was merely an excerpt.",
    "Token budget exhausted, so the list ends here.",
    "Output limit hit.",
    "You can compute the rest with a short script.",
    "# append the remaining moves here",
    "The full 1,023 moves can be supplied upon request.",
    "Would you like the next 60?",
    "Ready for the second batch?",
    "Typing out all 1,023 moves would take ages, so here's the recursion instead.",
    "(rest elided)",
    "<rest of list truncated>",
    "--- 8< --- snip --- 8< ---",
    "and on and on until move 1023",
    "I could continue, but the principle should be clear by now.",
    "That should be enough to see the pattern.",
    "Hopefully these moves illustrate the idea; the list goes on for another 963 moves.",
)

STOPPED: tuple[Case, ...] = (
    *(
        tower(f"again-{index}", 10, said(TEN[:60]) + f"\n\n{text}", More(written=60))
        for index, text in enumerate(AFTER)
    ),
    tower(
        "again-inside",
        10,
        f"moves = [{tight(TEN[:9])}, /* 1013 entries elided */ {tight(TEN[-1:])}]",
        More(written=9),
    ),
    tower(
        "again-inside-skip",
        9,
        said(NINE[:15]) + "\n*(moves 16–510 skipped)*\n" + said(NINE[-1:], first=511),
        More(written=15),
    ),
    tower(
        "again-inside-snip",
        9,
        said(NINE[:15]) + "\n[...snip...]\n" + said(NINE[-2:], first=510),
        More(written=15),
    ),
    tower(
        "again-table",
        9,
        "| # | Disk | From | To |\n|--|--|--|--|\n"
        + written(NINE[:9], "| {n} | {d} | {a} | {b} |", LETTERS)
        + "\n| … | … | … | … |\n| 511 | 1 | A | C |",
        More(written=9),
    ),
    tower(
        "again-objects",
        9,
        '{"moves":[' + written(NINE[:11], '{{"disk":{d},"from":{a},"to":{b}}}', joint=",") + ',"..."]}',
        More(written=11),
    ),
    tower("again-before", 10, "I'll give just an excerpt:\n\n" + said(TEN[:30]), More(written=30)),
    tower(
        "again-pairs", 8, written(EIGHT[:21], "{n}. {a} → {b}", LETTERS) + "\n…\n255. A → C", More(written=21)
    ),
    count("again-way", 900, numbers(1, 40, ", ") + " … all the way up to 900!", More(written=40)),
    count("again-omitted", 900, numbers(1, 40) + "\n(numbers 41 to 899 omitted)\n900", More(written=40)),
)

tower, count = maker("logic_error")

HARMLESS = (
    "The puzzle is solved with the remaining disks in the right order.",
    "As you can see, each of the smaller disks follows the same rule.",
    "Let me know if you want the full peg states at every step.",
    "If you'd like, I can also share the complete code that generated this.",
    "A downloadable file is available if you prefer.",
    "Each disk ends up on peg 2; we stop there because the goal is reached.",
    "The list contains every move; nothing is omitted.",
    "Let me break it down: first the small disks, then the large one.",
    "Note that you can't move more than one disk at a time, and a larger disk can't go on a smaller one.",
    "Shall I visualise the moves, or explain why the minimum is what it is?",
    "I've kept the list short and simple to read.",
    "I did not truncate anything.",
    "Let's not forget that the last move puts disk 1 on top.",
    "This is the complete solution, with all moves shown.",
)
"""Behind a list that is short without saying so."""

SILENT: tuple[Case, ...] = (
    *(
        tower(
            f"again-{index}",
            8,
            fenced(pretty(EIGHT[: 120 + index])) + f"\n\n{text}",
            More(written=120 + index),
        )
        for index, text in enumerate(HARMLESS)
    ),
    tower(
        "again-headings",
        7,
        "## Moves 1–63: repeat for the six smaller disks\n\n"
        + said(SEVEN[:63])
        + "\n\n## Move 64: the largest\n\n"
        + said(SEVEN[63:64], first=64)
        + "\n\n## Moves 65–127: the same steps as moves 1–63, from the middle peg\n\n"
        + said(swapped(SEVEN, 90)[64:], first=65),
        More(written=127, first_error=90),
    ),
    tower(
        "again-narrated",
        5,
        "I'll go through it move by move.\n\n"
        + "\n\nNow we do the same thing again with the next disk.\n\n".join(
            said(swapped(moves(5), 29)[at : at + 8], first=at + 1) for at in range(0, 31, 8)
        ),
        More(first_error=29),
    ),
    tower(
        "again-stuck",
        6,
        said(SIX[:20])
        + "\n\nHmm, I can't make the next move because disk 3 is blocked, so this is not solvable.",
        More(written=20),
    ),
    tower(
        "again-disk-mislabelled",
        5,
        written([(1, a, b) for _, a, b in moves(5)], "Disk {d}: {a} → {b}", LETTERS),
        More(first_error=2),
    ),
    tower(
        "again-table-wrong",
        5,
        "| Disk | From | To |\n|---|---|---|\n" + written(swapped(moves(5), 7), "| {d} | {a} | {b} |"),
        More(first_error=7),
    ),
    tower("again-pairs-wrong", 5, written(swapped(moves(5), 9), "{a} -> {b}", LETTERS)),
    count(
        "again-claims",
        400,
        numbers(1, 350, ", ") + ".\n\nThere you have it: all the numbers from 1 to 400!",
        More(written=350),
    ),
)

tower, count = maker("solved")

WHOLE: tuple[Case, ...] = (
    tower(
        "again-table",
        5,
        "| Step | Disk | From | To | Pegs |\n|-|-|-|-|-|\n"
        + written(moves(5), "| {n} | Disk {d} | Peg {a} | Peg {b} | … |"),
    ),
    tower(
        "again-table-bold",
        5,
        "| # | Disk | Source | Target |\n|---|---|---|---|\n"
        + written(moves(5), "| **{n}** | {d} | {a} | {b} |", LETTERS),
    ),
    tower(
        "again-objects-lines",
        4,
        "[\n"
        + written(
            moves(4), '  {{\n    "disk": {d},\n    "from_peg": {a},\n    "to_peg": {b}\n  }}', joint=",\n"
        )
        + "\n]",
    ),
    tower(
        "again-objects-python",
        5,
        written(moves(5), "{{'move': {n}, 'disk': {d}, 'source': '{a}', 'target': '{b}'}}", LETTERS, ",\n"),
    ),
    tower("again-yaml", 4, "moves:\n" + written(moves(4), "  - disk: {d}\n    from: {a}\n    to: {b}")),
    tower("again-pairs-inline", 6, "Moves: " + written(SIX, "{a}→{b}", LETTERS, ", ")),
    tower("again-pairs-steps", 5, written(moves(5), "Step {n}: {a} → {b}", LETTERS)),
    tower("again-pairs-words", 5, written(moves(5), "{n}. Move from {a} to {b}", LETTERS)),
    tower("again-thing-last", 5, written(moves(5), "{n}. {a} -> {b} (disk {d})", LETTERS)),
    tower("again-thing-last-colon", 5, written(moves(5), "- Peg {a} → Peg {b}: disk {d}")),
    tower(
        "again-latex",
        4,
        "$$\\begin{array}{l}\n"
        + written(moves(4), "{n}.\\; {a} \\to {b} \\\\", LETTERS)
        + "\n\\end{array}$$",
    ),
    tower(
        "again-stop-words",
        6,
        "I'll stop at move 63, when everything is on peg 2.\n\n"
        + said(SIX)
        + "\n\nI'll stop here. Ready for the next puzzle?",
    ),
    tower(
        "again-likewise",
        7,
        said(SEVEN) + "\n\nThe second half mirrors the first; the same steps as moves 1–63 with other pegs.",
    ),
    tower(
        "again-plan-first",
        6,
        "hanoi(6, 0, 2) = hanoi(5, 0, 1), move(6, 0, 2), hanoi(5, 1, 2). Expanded:\n\n" + f"[{tight(SIX)}]",
    ),
    tower(
        "again-code-links",
        6,
        f"[{tight(SIX)}]\n\nSee https://en.wikipedia.org/wiki/Tower_of_Hanoi and solution.txt for more.",
    ),
)

tower, count = maker("truncated")

CUT: tuple[Case, ...] = (
    tower(
        "again-letter",
        8,
        written(EIGHT[:70], "{n}. Move disk {d} from {a} to {b}", LETTERS) + "\n71. Move disk 1 from B",
        More(finish=None, written=70),
    ),
    tower("again-pair", 8, written(EIGHT[:70], "{a} → {b}", LETTERS) + "\nC", More(finish=None, written=70)),
    tower(
        "again-object",
        8,
        "["
        + written(EIGHT[:30], '{{"disk": {d}, "from": {a}, "to": {b}}}', joint=", ")
        + ', {"disk": 3, "from"',
        More(finish=None, written=30),
    ),
    tower(
        "again-prose",
        8,
        "To solve this we follow the recursive strategy. Since 8 is even, the first move must go to the",
        More(finish=None, alternative="no_answer"),
    ),
    tower("again-step-word", 9, "Let me begin.\n\nStep", More(finish=None, alternative="no_answer")),
    tower(
        "again-thinking-length",
        9,
        "<think>The list has 511 moves. I can't print all of them, that would be too long. Let me",
        More(finish="length"),
    ),
    tower(
        "again-comment",
        8,
        "moves = [\n" + written(EIGHT[:31], "  [{d}, {a}, {b}],") + "\n  // moving the next disk acro",
        More(finish=None, written=31),
    ),
)

tower, count = maker("no_answer")

NOTHING: tuple[Case, ...] = (
    tower("again-dots", 6, "Hmm... I wonder what's for dinner tonight..."),
    tower("again-thanks", 6, "You're welcome! Have a great day."),
    tower("again-number", 8, "**255**", More(alternative="logic_error")),
    tower(
        "again-prompt-back",
        5,
        "There are three pegs and five disks. A larger disk may not be placed on top of a smaller disk.",
        More(alternative="malformed"),
    ),
)

tower, count = maker("malformed")

MACROS: tuple[Case, ...] = (
    tower(
        "again-towers",
        6,
        "- Shift the stack of 5 disks from A to B\n- Move disk 6 from A to C\n- Shift the stack of 5 disks from B to C",
        More(alternative="refusal"),
    ),
    tower(
        "again-calls",
        5,
        "1. solve(4, A, C, B)\n2. move(5, A, C)\n3. solve(4, B, A, C)",
        More(alternative="refusal"),
    ),
    tower("again-disks", 6, "1, 2, 1, 3, 1, 2, 1, 4, 1, 2, 1, 3, 1, 2, 1, 5"),
)

VARIANTS = (*REFUSED, *STOPPED, *SILENT, *WHOLE, *CUT, *NOTHING, *MACROS)
