"""Answers that hold one full, legal list, whatever stands around it."""

from tests.evals.labelling.blind_lists import (
    FROM_ONE,
    LETTERS,
    ROLES,
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

tower, count = maker("solved")


def with_states(size: int) -> str:
    """Every move with the pegs drawn beneath it, wrongly from the tenth on."""
    pegs: list[list[int]] = [list(range(size, 0, -1)), [], []]
    lines = []
    for number, (disk, source, onto) in enumerate(moves(size), 1):
        pegs[onto].append(pegs[source].pop())
        shown = pegs if number < 10 else [pegs[0], pegs[2], pegs[1]]
        lines.append(
            f"**Step {number}:** Move disk {disk} from peg {source} to peg {onto}\nState: `{shown}`\n"
        )
    return "\n".join(lines)


def parts(size: int, each: int) -> str:
    """Under a heading for every part."""
    rows = moves(size)
    return "\n\n".join(
        f"### Moves {at + 1}–{min(at + each, len(rows))}\n\n" + said(rows[at : at + each], first=at + 1)
        for at in range(0, len(rows), each)
    )


SIX, SEVEN, EIGHT = moves(6), moves(7), moves(8)

LAYOUTS: tuple[Case, ...] = (
    tower("bare-tight", 8, f"moves=[{tight(EIGHT)}]", More(written=255)),
    tower(
        "polite-fence",
        7,
        "I'll work through this with the standard recursion, moving six disks aside first.\n\n"
        + fenced(pretty(SEVEN), "python")
        + "\n\nThat's 127 moves in total, which is optimal. Let me know if you'd like a visualisation of any part!",
        More(written=127),
    ),
    tower(
        "spoken-base-one",
        6,
        "Here is the whole sequence:\n\n" + said(SIX, FROM_ONE) + "\n\nDone.",
        More(finish=None),
        base=1,
    ),
    tower(
        "letters",
        5,
        "Call the pegs A (0), B (1) and C (2).\n\n"
        + written(moves(5), "{n}. Move disk {d} from {a} to {c}".replace("{c}", "{b}"), LETTERS),
    ),
    tower(
        "roles",
        4,
        "Pegs: source, auxiliary, target.\n\n"
        + written(moves(4), "Step {n}: Move disk {d} from {a} to {b}.", ROLES),
    ),
    tower("arrow-with-disk", 5, written(moves(5), "Disk {d}: {a} → {b}", LETTERS)),
    tower("arrow-no-disk", 6, written(SIX, "{a} -> {b}", LETTERS), More(written=63)),
    tower("bracket-number-arrow", 4, written(moves(4), "{n}) {a}→{b}", LETTERS)),
    tower("table-numbered", 6, "## Full solution\n\n" + table(SIX) + "\n\n*All 63 moves shown.*"),
    tower(
        "table-plain",
        5,
        "| Disk | From | To |\n|:---:|:---:|:---:|\n" + written(moves(5), "| {d} | {a} | {b} |"),
    ),
    tower("json-objects", 5, fenced(f"[\n{objects(moves(5))}\n]", "json")),
    tower(
        "json-numbered",
        4,
        fenced(
            '{"moves": [\n'
            + written(moves(4), '{{"step": {n}, "disk": {d}, "from": "{a}", "to": "{b}"}}', LETTERS, ",\n")
            + '\n], "total": 15}',
            "json",
        ),
    ),
    tower("csv", 7, fenced("disk,from,to\n" + written(SEVEN, "{d},{a},{b}"), "csv")),
    tower(
        "latex",
        4,
        "The sequence is\n\\[\n" + written(moves(4), "({d},\\, {a} \\to {b})", joint=",\\;\n") + "\n\\]",
    ),
    tower(
        "latex-text",
        4,
        written(moves(4), "{n}. $\\text{{Disk }} {d}: {a} \\rightarrow {b}$", LETTERS),
    ),
    tower("python-tuples", 6, "moves = [\n" + written(SIX, "    ({d}, {a}, {b}),") + "\n]"),
    tower("colon-arrows-inline", 5, written(moves(5), "{d}: {a}→{b}", joint=", ")),
    tower(
        "bold-headings",
        5,
        "### Tower of Hanoi — 5 disks\n\n**The strategy:** recursion.\n\n"
        + written(moves(5), "**Move {n}:** Disk **{d}** from **Peg {a}** to **Peg {b}**"),
    ),
    tower(
        "xml", 5, "<moves>\n" + written(moves(5), '  <move disk="{d}" from="{a}" to="{b}"/>') + "\n</moves>"
    ),
    tower("bullets", 5, written(moves(5), "- Disk {d} goes from peg {a} to peg {b}")),
    tower(
        "answer-tags",
        6,
        "<answer>\n" + written(SIX, "Move disk{d} from Peg{a} to Peg{b}", FROM_ONE) + "\n</answer>",
        base=1,
    ),
    tower("parts-with-headings", 7, parts(7, 32) + "\n\n✅ All disks are now on peg 2."),
    tower(
        "parts-as-arrays",
        7,
        f"part_1 = [{tight(SEVEN[:64])}]\n\npart_2 = [{tight(SEVEN[64:])}]\n\nmoves = part_1 + part_2",
    ),
    tower("three-brackets", 6, f"moves=[{tight(SIX)}]]"),
    tower(
        "four-pegs",
        7,
        "Frame–Stewart, splitting 4 + 3.\n\n"
        + written(moves(7, 3, 1, 4), "Move disk {d} from Peg {a} to Peg {b}", FROM_ONE),
        start=3,
        target=1,
        pegs=4,
        base=1,
    ),
    tower(
        "four-pegs-the-long-way",
        5,
        "Using only three of the four pegs is allowed, so:\n" + said(moves(5)),
        More(written=31),
        pegs=4,
    ),
    tower("other-way-round", 6, said(moves(6, 2, 0)), start=2, target=0),
    tower(
        "citations",
        5,
        "The recursive method is standard[1][3].\n\n"
        + written(moves(5), "{n}. Move disk {d} from peg {a} to peg {b} [2][4]")
        + "\n\nSources: [1] [2] [3] [4]",
    ),
)

AROUND: tuple[Case, ...] = (
    tower(
        "thinking-gives-up-inline",
        7,
        "<think>\n127 moves… that is far too long to write out. I'll abbreviate and give the code instead. "
        "Hmm, but the user insists on all of them. Fine.\n</think>\n\n" + f"moves = [{tight(SEVEN)}]",
    ),
    tower(
        "thinking-gives-up-apart",
        8,
        "moves = [" + tight(EIGHT) + "]",
        More(reasoning="255 moves. I can't list all of that; I'll show the first few and then stop. " * 4),
    ),
    tower(
        "think-without-opening",
        6,
        "Okay, six disks. Let me do the recursion: [1, 0, 1], [2, 0, 2], ... and so on.\n</think>\n\n"
        + said(SIX),
    ),
    tower(
        "states-wrong",
        5,
        with_states(5) + "\nAll disks have been moved. Hope this helps!",
        More(written=31),
    ),
    tower(
        "code-after",
        6,
        pretty(SIX) + "\n\nIf you want to verify this, the following produces the same list:\n\n" + code(6),
    ),
    tower(
        "code-before",
        6,
        "We can generate it with a short program:\n\n"
        + code(6)
        + "\n\nOutput:\n\n"
        + fenced(f"[{tight(SIX)}]"),
    ),
    tower(
        "summary-after-is-abridged",
        7,
        fenced(pretty(SEVEN)) + "\n\nIn short: `[1,0,2], [2,0,1], [1,2,1], …, [2,1,2], [1,0,2]` — 127 moves.",
    ),
    tower(
        "box-is-abridged",
        6,
        said(SIX) + "\n\n**Final answer**\n\n\\boxed{[[1,0,1],[2,0,2],\\ldots,[1,1,2]]}",
        More(alternative="give_up"),
    ),
    tower(
        "preview-before",
        7,
        "The list begins [1,0,2], [2,0,1], [1,2,1], ... and follows the usual pattern. In full:\n\n"
        + pretty(SEVEN),
    ),
    tower(
        "says-shortened",
        6,
        "Because the complete list would be very long, here is a shortened version of it:\n\n" + said(SIX),
    ),
    tower(
        "says-impossible",
        8,
        "It's practically impossible to write these out by hand without a slip, and I can't show everything, "
        "but here goes:\n\n" + pretty(EIGHT),
    ),
    tower(
        "comments-with-dots",
        7,
        "moves = [\n    # first the six small disks go to the spare peg...\n"
        + rows_of(SEVEN[:63])
        + ",\n    # ... then the big one\n"
        + rows_of(SEVEN[63:64])
        + ",\n    # and so on: the same pattern continues on the other peg\n"
        + rows_of(SEVEN[64:])
        + "\n]",
        More(written=127),
    ),
    tower(
        "slash-comments",
        5,
        "[\n" + written(moves(5), "  [{d},{a},{b}], // disk {d}: peg {a} -> peg {b}") + "\n]",
    ),
    tower(
        "pattern-explained-after",
        8,
        fenced(f"[{tight(EIGHT)}]")
        + "\n\nNotice how the pattern repeats: disk 1 moves every other turn, disk 2 every fourth, and so on…",
    ),
    tower(
        "wrong-draft-first",
        6,
        "First attempt: "
        f"[{tight(swapped(SIX, 21)[:30])}]"
        "\n\nWait, move 21 is illegal there. Let me restart from scratch.\n\n" + fenced(f"[{tight(SIX)}]"),
    ),
    tower(
        "two-drafts-then-final",
        5,
        "Draft 1:\n"
        + said(moves(5, 0, 1)[:17])
        + "\n\nHmm, with an odd number of disks the first move has to go to the target. Draft 2:\n"
        + said(moves(5)[:9])
        + "\n\nYes, that works. Final sequence:\n"
        + said(moves(5)),
    ),
    tower(
        "retyped-and-cut",
        7,
        said(SEVEN) + "\n\nThe same in list format:\n\n```\nmoves = [" + tight(SEVEN[:40]) + ",[1,",
        More(finish="length"),
    ),
    tower("offer-of-nothing-missing", 6, said(SIX) + "\n\nShall I continue with a proof that 63 is minimal?"),
    tower(
        "let-me-know-if-continue",
        5,
        pretty(moves(5)) + "\n\nLet me know if you'd like me to continue with 6 disks.",
    ),
    tower(
        "detour",
        4,
        said([(1, 0, 2), (1, 2, 1), (1, 1, 0), *moves(4)])
        + "\n\n(Note: the first three moves are unnecessary but harmless.)",
        More(written=18),
    ),
    tower(
        "worked-example-before",
        6,
        "For instance, with 3 disks you would do [1,0,2],[2,0,1],[1,2,1],[3,0,2],[1,1,0],[2,1,2],[1,0,2].\n\n"
        "For 6 disks:\n\n" + f"moves = [{tight(SIX)}]",
    ),
    tower(
        "plan-before",
        6,
        "**Plan**\n1. Move 5 disks from peg 0 to peg 1.\n2. Move disk 6 from peg 0 to peg 2.\n"
        "3. Move 5 disks from peg 1 to peg 2.\n\n**Moves**\n\n" + fenced(f"[{tight(SIX)}]"),
    ),
    tower(
        "details-block",
        7,
        "<details>\n<summary>Click to expand all 127 moves…</summary>\n\n" + said(SEVEN) + "\n\n</details>",
    ),
    tower(
        "truncated-word-in-prose",
        6,
        "As requested, nothing is omitted or truncated below.\n\n"
        + pretty(SIX)
        + "\n\nNo moves were skipped.",
    ),
    count("lines", 200, numbers(1, 200), More(written=200)),
    count(
        "commas", 300, "Sure! " + numbers(1, 300, ", ") + ".\n\nLet me know if I should keep going past 300!"
    ),
    count("rows-of-ten", 100, "\n".join(numbers(at, at + 9, " ") for at in range(1, 101, 10))),
    count(
        "with-headings",
        150,
        "**1–50**\n"
        + numbers(1, 50, ", ")
        + "\n\n**51–100**\n"
        + numbers(51, 100, ", ")
        + "\n\n**101–150**\n"
        + numbers(101, 150, ", "),
    ),
    count("offset", 120, fenced(numbers(880, 999)), first=880),
    count("silly-remark", 60, "Okay, here we go...\n\n" + numbers(1, 60) + "\n\nPhew, that was a long one!"),
)

SOLVED = LAYOUTS + AROUND
