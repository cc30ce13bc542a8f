"""Answers that write some steps and stop by their own choice."""

from tests.evals.labelling.blind_lists import (
    FROM_ONE,
    LETTERS,
    Case,
    More,
    code,
    fenced,
    maker,
    moves,
    numbers,
    objects,
    pretty,
    rows_of,
    said,
    swapped,
    table,
    tight,
    written,
)

tower, count = maker("give_up")

SEVEN, EIGHT, NINE, TEN, TWELVE = moves(7), moves(8), moves(9), moves(10), moves(12)

DOTS: tuple[Case, ...] = (
    tower("dots-last-line", 8, said(EIGHT[:20]) + "\n...", More(quote="...", written=20)),
    tower("ellipsis-sign", 9, said(NINE[:15]) + "\n…\n", More(quote="…", written=15)),
    tower("dots-in-array", 10, f"moves = [{tight(TEN[:12])}, ...]", More(quote="...", written=12)),
    tower(
        "first-and-last",
        10,
        f"moves = [{tight(TEN[:8])}, …, {tight(TEN[-3:])}]",
        More(quote="…", written=8),
    ),
    tower(
        "bracket-more-moves",
        10,
        f"[{tight(TEN[:23])},\n[... 1000 more moves ...]\n]",
        More(quote="1000 more moves", written=23),
    ),
    tower(
        "hash-and-more",
        10,
        "moves = [\n" + rows_of(TEN[:15]) + ",\n    # ... and 1008 more\n]",
        More(quote="and 1008 more", written=15),
    ),
    tower(
        "slashes-omitted",
        9,
        "[\n" + rows_of(NINE[:18]) + "\n    // rest omitted\n]",
        More(quote="rest omitted", written=18),
    ),
    tower(
        "table-vdots",
        8,
        table(EIGHT[:10]) + "\n| ⋮ | ⋮ | ⋮ | ⋮ |\n| 255 | 1 | 0 | 2 |",
        More(quote="⋮", written=10),
    ),
    tower("table-dots", 9, table(NINE[:12]) + "\n| ... | ... | ... | ... |", More(quote="...", written=12)),
    tower(
        "json-note",
        10,
        fenced(
            '{"moves": [\n'
            + objects(TEN[:15])
            + '\n],\n"note": "remaining 1008 moves omitted for readability"}',
            "json",
        ),
        More(quote="remaining 1008 moves omitted", written=15),
    ),
    tower(
        "json-dots",
        9,
        fenced("[\n" + objects(NINE[:9]) + ",\n  ...\n]", "json"),
        More(quote="...", written=9),
    ),
    tower(
        "latex-vdots",
        9,
        "\\begin{aligned}\n" + written(NINE[:10], "&{d}: {a} \\to {b} \\\\") + "\n&\\vdots\n\\end{aligned}",
        More(quote="\\vdots"),
    ),
    tower(
        "latex-ldots",
        10,
        "$$[" + tight(TEN[:9]) + ", \\ldots, [1,0,2]]$$",
        More(quote="\\ldots", written=9),
    ),
    tower(
        "spaced-dots",
        9,
        written(NINE[:16], "Move disk {d} from Peg {a} to Peg {b}", FROM_ONE) + "\n. . .\n",
        More(quote=". . .", written=16),
        base=1,
    ),
    tower(
        "column-of-dots",
        8,
        said(EIGHT[:14]) + "\n.\n.\n.\n255. Move disk 1 from peg 0 to peg 2",
        More(written=14),
    ),
    tower("etc", 9, said(NINE[:10]) + "\netc.", More(quote="etc.", written=10)),
    tower(
        "arrows-then-dots",
        8,
        written(EIGHT[:12], "{a}→{b}", LETTERS, ", ") + ", …",
        More(quote="…", written=12),
    ),
    tower(
        "no-disk-and-so-on",
        9,
        written(NINE[:14], "{a} -> {b}", LETTERS) + "\n(and so on, 511 in total)",
        More(quote="and so on", written=14),
    ),
    tower(
        "already-wrong",
        10,
        said(swapped(TEN, 9)[:25]) + "\n...\n1023. Move disk 1 from peg 1 to peg 2",
        More(quote="...", written=25, first_error=9),
    ),
    tower(
        "wrong-only-after-the-gap",
        9,
        said(NINE[:15]) + "\n[…]\n500. Move disk 5 from peg 2 to peg 2\n501. Move disk 9 from peg 1 to peg 0",
        More(quote="…", written=15),
    ),
    tower(
        "snip",
        9,
        fenced(written(NINE[:30], "{d},{a},{b}") + "\n--- snip ---\n" + written(NINE[-2:], "{d},{a},{b}")),
        More(quote="snip", written=30),
    ),
    tower(
        "html-comment",
        10,
        "<answer>\n"
        + written(TEN[:30], "Move disk {d} from Peg {a} to Peg {b}", FROM_ONE)
        + "\n<!-- remaining moves omitted -->\n</answer>",
        More(quote="remaining moves omitted", written=30),
        base=1,
    ),
    tower(
        "angle-truncated",
        9,
        f"moves=[{tight(NINE[:60])}, <truncated>",
        More(quote="truncated", written=60),
    ),
)

WORDS: tuple[Case, ...] = (
    tower(
        "repeat-for-remaining",
        8,
        said(EIGHT[:15]) + "\n(repeat for remaining disks)",
        More(quote="repeat for remaining disks", written=15),
    ),
    tower(
        "to-be-continued",
        10,
        said(TEN[:40]) + "\n\nTo be continued",
        More(quote="To be continued", written=40),
    ),
    tower("stop-here", 10, said(TEN[:31]) + "\n\nI'll stop here.", More(quote="I'll stop here", written=31)),
    tower(
        "pause-here",
        12,
        f"moves = [{tight(TWELVE[:127])}\n\nI'll pause here so this stays readable.",
        More(quote="I'll pause here", written=127),
    ),
    tower(
        "shall-i-go-on",
        10,
        "Moves 1–50:\n\n" + said(TEN[:50]) + "\n\nShall I go on?",
        More(quote="Shall I go on?", written=50),
    ),
    tower(
        "reply-continue",
        11,
        said(moves(11)[:100]) + '\n\nReply "continue" to get the rest.',
        More(quote='Reply "continue"', written=100),
    ),
    tower(
        "see-attached",
        10,
        said(TEN[:10]) + "\n\nThe remaining moves are in the attached file.",
        More(quote="attached file", written=10),
    ),
    tower(
        "moves-range-omitted",
        9,
        said(NINE[:15]) + "\n\n(moves 16–511 omitted)",
        More(quote="moves 16–511 omitted", written=15),
    ),
    tower(
        "range-follows-pattern",
        10,
        said(TEN[:31]) + "\n\nMoves 32 through 1023 follow the same pattern.",
        More(quote="follow the same pattern", written=31),
    ),
    tower(
        "mirror",
        8,
        said(EIGHT[:128])
        + "\n\n**Moves 129–255:** identical to moves 1–127, with pegs 0 and 1 exchanged for 1 and 2.",
        More(quote="identical to moves 1–127", written=128),
    ),
    tower(
        "steps-repeat-range",
        7,
        said(SEVEN[:64]) + "\n\nSteps 65–127: repeat steps 1–63, but from the middle peg to the last one.",
        More(quote="repeat steps 1–63", written=64),
    ),
    tower(
        "bracket-note",
        10,
        f"[{tight(TEN[:63])}]\n\n[Output truncated due to length]",
        More(quote="Output truncated", written=63),
    ),
    tower(
        "own-limit",
        12,
        f"moves=[{tight(TWELVE[:400])}\n\nI've reached my output limit and can't include the other 3,695 moves.",
        More(quote="reached my output limit", written=400),
    ),
    tower(
        "sorry-mid-token",
        11,
        f"moves=[{tight(moves(11)[:90])},[2,1,I'm sorry, but this list is too long to finish.",
        More(quote="I'm sorry", written=90),
    ),
    tower(
        "cut-it-off",
        9,
        said(NINE[:44]) + "\n\nI'm going to cut it off there — you can see where this is heading.",
        More(quote="cut it off there", written=44),
    ),
    tower(
        "next-fifty",
        10,
        said(TEN[:50]) + "\n\nThat's the first 50. Want the next 50?",
        More(quote="Want the next 50?", written=50),
    ),
    tower(
        "part-of",
        12,
        "## Part 1 of 41\n\n" + said(TWELVE[:100]) + "\n\nSend *next* when you're ready for part 2.",
        More(quote="part 2", written=100),
    ),
    tower(
        "first-announced",
        9,
        "Here are the first 25 moves to get you started:\n\n" + said(NINE[:25]),
        More(quote="first 25 moves", written=25),
    ),
    tower(
        "rest-by-code",
        10,
        said(TEN[:20]) + "\n\nTo get the remaining ones, run:\n\n" + code(10),
        More(quote="To get the remaining", written=20),
    ),
    tower(
        "code-in-list",
        9,
        fenced(
            f"moves = [{tight(NINE[:31])}]\n# generate the rest programmatically\nmoves += solve(9)[31:]\nprint(moves)",
            "python",
        ),
        More(quote="generate the rest", written=31),
    ),
    tower(
        "manner",
        10,
        pretty(TEN[:24]) + "\n\nOne proceeds in the same manner until every disk sits on the last peg.",
        More(quote="in the same manner", written=24),
    ),
    tower(
        "exercise",
        9,
        said(NINE[:12]) + "\n\nThe rest is left as an exercise for the reader.",
        More(quote="left as an exercise", written=12),
    ),
    tower(
        "you-get-the-idea",
        10,
        said(TEN[:16]) + "\n\nYou get the idea: just keep alternating until you're done.",
        More(quote="You get the idea", written=16),
    ),
    tower(
        "brevity",
        9,
        "For brevity I'm only showing the opening:\n\n" + fenced(f"[{tight(NINE[:15])}]"),
        More(quote="only showing the opening", written=15),
    ),
    tower(
        "chunks-partial",
        8,
        "### Phase 1: disks 1–4\n\n"
        + said(EIGHT[:15])
        + "\n\n### Phase 2: disk 5\n\n"
        + said(EIGHT[15:16], first=16)
        + "\n\n### Phase 3: disks 1–4 onto disk 5\n\n(15 moves, analogous to phase 1)\n\n### Phase 4: disks 6–8\n\n"
        "Apply the same procedure to the larger disks.",
        More(quote="analogous to phase 1", written=16),
    ),
    tower(
        "both-ends-in-prose",
        10,
        "**First moves**\n\n" + said(TEN[:10]) + "\n\n**Last moves**\n\n" + said(TEN[-10:], first=1014),
        More(alternative="logic_error", written=None),
    ),
    tower(
        "thinks-it-will-finish",
        9,
        said(NINE[:63]) + "\n\nThe remaining 448 moves proceed analogously.",
        More(
            reasoning="I'll write all 511 moves in full, no shortcuts. The user insists on the complete list.",
            quote="remaining 448 moves",
            written=63,
        ),
    ),
    tower(
        "think-inline-then-half",
        8,
        "<think>\nI must give the complete list: 255 moves.\n</think>\n\n"
        + said(EIGHT[:31])
        + "\n\n[continues]",
        More(quote="continues", written=31),
    ),
    tower(
        "want-the-rest-file",
        10,
        fenced(pretty(TEN[:31]))
        + "\n\nIf you'd like the whole list, I can provide it as a text file or in several messages.",
        More(quote="I can provide it as a text file", written=31),
    ),
    tower(
        "character-limit",
        11,
        said(moves(11)[:120]) + "\n\n⚠️ Character limit reached — message me to receive moves 121 onward.",
        More(quote="limit reached", written=120),
    ),
    tower(
        "space-constraints",
        12,
        fenced(written(TWELVE[:64], "{d},{a},{b}")) + "\n\nOwing to space constraints the table ends here.",
        More(quote="space constraints", written=64),
    ),
    tower(
        "just-a-sample",
        10,
        fenced(pretty(TEN[:20])) + "\n\nThis is just a sample; the actual solution is 1,023 entries long.",
        More(quote="just a sample", written=20),
    ),
    tower(
        "own-last-word-before-cut",
        10,
        said(TEN[:50]) + "\n\n(The remaining 973 moves are omitted for brev",
        More(quote="remaining 973 moves are omitted", written=50, finish="length"),
    ),
    tower(
        "full-list-on-request",
        10,
        said(TEN[:15]) + "\n\nThe complete list is available on request.",
        More(quote="available on request", written=15),
    ),
    tower(
        "draft-then-too-long",
        9,
        said(NINE[:30])
        + "\n\nActually, writing out all 511 moves this way will take forever. Here's the algorithm:\n\n"
        + code(9),
        More(quote="will take forever", written=30),
    ),
    count("dots-inline", 1000, numbers(1, 10, ", ") + ", ..., 998, 999, 1000", More(quote="...", written=10)),
    count("dots-line", 500, numbers(1, 20) + "\n...\n499\n500", More(quote="...", written=20)),
    count(
        "so-on-up-to",
        10000,
        numbers(1, 30, ", ") + " and so on up to 10000.",
        More(quote="and so on up to", written=30),
    ),
    count(
        "continue-question",
        2000,
        numbers(1, 500) + "\n\nI've written the first 500. Would you like me to continue?",
        More(quote="Would you like me to continue?", written=500),
    ),
    count(
        "bracket-all-the-way",
        3000,
        numbers(1, 100) + "\n[all the way to 3000]",
        More(quote="all the way to 3000", written=100),
    ),
    count(
        "tens-skip",
        1000,
        numbers(1, 50, " ") + "\n(continuing in this fashion)\n" + numbers(991, 1000, " "),
        More(quote="continuing in this fashion", written=50),
    ),
    count(
        "breath",
        800,
        numbers(1, 120) + "\n\nI think you get the point! I could keep counting but I'll leave it there.",
        More(quote="leave it there", written=120),
    ),
)

STOPPED = DOTS + WORDS
