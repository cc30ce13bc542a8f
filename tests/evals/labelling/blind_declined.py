"""Answers without a step of the asked list: declined, handed over something else, or asked whether to begin."""

from tests.evals.labelling.blind_lists import Case, More, code, fenced, maker

tower, count = maker("refusal")

DECLINED: tuple[Case, ...] = (
    tower(
        "thousands-of-lines",
        12,
        "Writing it out would take up thousands of lines. The optimal solution has 4,095 moves and is unique.",
        More(quote="would take up thousands of lines"),
    ),
    tower(
        "not-useful",
        12,
        "I don't think it's useful to print all 4,095 moves in a chat window. The usual recursion gives them.",
        More(quote="I don't think it's useful to print"),
    ),
    tower(
        "lets-not",
        20,
        "With 20 disks that's 1,048,575 lines, so let's not. What are you really after?",
        More(quote="let's not"),
    ),
    tower("too-long-terse", 11, "Too long to list here (2,047 moves).", More(quote="Too long to list")),
    tower(
        "not-able",
        10,
        "I apologize, but I'm not able to list all 1,023 moves. The minimum for ten disks is 2^10 − 1 = 1023.",
        More(quote="I'm not able to list all"),
    ),
    tower(
        "curly",
        10,
        "Sorry — I can’t provide the full list of 1,023 moves here.",
        More(quote="can’t provide the full list"),
    ),
    tower(
        "wont",
        14,
        "I won’t be writing out 16,383 moves. The structure is entirely regular.",
        More(quote="I won’t be"),
    ),
    tower(
        "rather-not",
        13,
        "That comes to 8,191 moves. I'd rather not spell them all out.",
        More(quote="rather not"),
    ),
    tower(
        "not-feasible",
        10,
        "To solve the Tower of Hanoi with 10 disks one needs 1023 moves. It is not feasible to list every single "
        "one of them in this response.",
        More(quote="not feasible to list"),
    ),
    tower(
        "impractical",
        12,
        "The solution has 4095 moves. Enumerating them individually would be impractical in this format.",
        More(quote="impractical"),
    ),
    tower(
        "exceeds",
        13,
        "Unfortunately the complete output (8191 entries) exceeds the maximum length of a single reply.",
        More(quote="exceeds the maximum length"),
    ),
    tower(
        "bold-why",
        15,
        "### Tower of Hanoi with 15 disks\n\n**Number of moves:** $2^{15} - 1 = 32{,}767$\n\n"
        "**Why the full list isn't included:** a list of that size does not fit within a reasonable answer.\n\n"
        "**Key insight:** the smallest disk moves on every odd turn.",
        More(quote="the full list isn't included"),
    ),
    tower(
        "as-a-language-model",
        10,
        "As an AI language model, I don't have the capacity to produce such an extensive sequence of moves.",
        More(quote="I don't have the capacity"),
    ),
    tower(
        "by-hand-error-prone",
        9,
        "Spelling out all 511 moves by hand would be tedious and error-prone, so I'm going to leave that to a computer.",
        More(quote="leave that to a computer"),
    ),
    tower(
        "think-then-decline",
        10,
        "<think>\nThe user wants 1023 moves. [1,0,1],[2,0,2],[1,1,2] is how it starts. That's long. I'd better "
        "decline politely.\n</think>\n\nListing 1,023 individual moves isn't practical in this context. "
        "The recursive rule: move nine disks aside, move the tenth, move the nine on top.",
        More(quote="isn't practical"),
    ),
    tower(
        "no-dash",
        16,
        "No — 65,535 lines is more than I'm willing to output.",
        More(quote="more than I'm willing to output"),
    ),
    tower(
        "instead-happy",
        11,
        "A solution for 11 disks runs to 2,047 steps. I'd be happy to explain the approach instead, or to walk "
        "through a smaller case with you.",
        More(quote="I'd be happy to explain the approach instead"),
    ),
    tower(
        "policy",
        8,
        "I'm sorry, but I can't help with that request.",
        More(quote="I can't help with that"),
    ),
    tower(
        "policy-guidelines",
        9,
        "This request goes against my usage guidelines on excessively long output, so I must decline.",
        More(quote="I must decline"),
    ),
    tower(
        "field",
        8,
        "",
        More(refusal="I'm sorry, I can't assist with that.", quote="I can't assist with that"),
    ),
    count(
        "good-use",
        5000,
        "Counting to 5,000 one number at a time isn't a good use of either of our time. "
        "Is there a particular range you need?",
        More(quote="isn't a good use"),
    ),
    count(
        "will-not",
        10000,
        "I'm not going to write ten thousand numbers. They run from 1 to 10000, each one greater by one.",
        More(quote="I'm not going to write"),
    ),
    count(
        "spreadsheet",
        20000,
        "A spreadsheet will do this far better than I can: type 1 in A1, then drag the handle down to row 20000.",
        More(alternative="no_answer"),
    ),
    count(
        "range-code",
        3000,
        "Here's a one-liner that prints them:\n\n" + fenced("print(*range(1, 3001), sep='\\n')", "python"),
    ),
)

INSTEAD: tuple[Case, ...] = (
    tower("only-code", 9, code(9), More(alternative=None)),
    tower(
        "only-code-polite",
        10,
        "Certainly! Here is a Python function that solves the puzzle:\n\n"
        + code(10)
        + "\n\nRunning it prints all 1023 moves in the requested format.",
    ),
    tower(
        "only-code-other-language",
        10,
        "```javascript\nfunction hanoi(n, a, b, c) {\n  if (n === 0) return;\n  hanoi(n - 1, a, c, b);\n"
        "  console.log(`Move disk ${n} from ${a} to ${c}`);\n  hanoi(n - 1, b, a, c);\n}\nhanoi(10, 'A', 'B', 'C');\n```",
    ),
    tower(
        "only-method",
        9,
        "1. If there is only one disk, move it to the destination.\n"
        "2. Otherwise move the upper n − 1 disks to the spare peg using the same procedure.\n"
        "3. Move the largest disk.\n4. Move the n − 1 disks onto it.\n\n"
        "Applied to 9 disks this takes 511 moves. Follow the procedure above to obtain each of them.",
        More(alternative="malformed"),
    ),
    tower(
        "only-method-parity-rule",
        10,
        "For an even number of disks, repeat these three operations until everything is on the last peg:\n"
        "- make the legal move between pegs 0 and 1\n- make the legal move between pegs 0 and 2\n"
        "- make the legal move between pegs 1 and 2\n\nAfter 1,023 operations you're done.",
        More(alternative="malformed"),
    ),
    tower(
        "only-link",
        10,
        "You can step through the complete animated solution here: https://www.mathsisfun.com/games/towerofhanoi.html",
    ),
    tower(
        "file-only",
        12,
        "I've saved all 4,095 moves to **hanoi_12.csv** — see the attached file.",
        More(quote="see the attached file"),
    ),
    tower(
        "file-link",
        11,
        "The list is ready: [Download moves.txt](sandbox:/mnt/data/moves.txt)",
    ),
    tower(
        "citations-only",
        9,
        "The Tower of Hanoi is solved recursively[2][4]: transfer the n-1 smaller disks, then the largest, then the "
        "smaller ones again[1][3]. For nine disks this requires 511 moves[2][5]; listing them all here would be "
        "excessive[4].",
        More(quote="would be excessive"),
    ),
    tower(
        "smaller-example",
        10,
        "Listing 1,023 moves is not practical, but here's how it goes for three disks:\n\n"
        "1. Move disk 1 from A to C\n2. Move disk 2 from A to B\n3. Move disk 1 from C to B\n4. Move disk 3 from A to C\n"
        "5. Move disk 1 from B to A\n6. Move disk 2 from B to C\n7. Move disk 1 from A to C\n\n"
        "The same logic scales to 10 disks.",
        More(alternative="give_up", quote="is not practical"),
    ),
    tower(
        "top-level-plan",
        10,
        "The full sequence is 1023 moves, which is more than I can print. At the top level:\n\n"
        "1. Move disks 1–9 from peg 0 to peg 1 (511 moves)\n2. Move disk 10 from peg 0 to peg 2 (1 move)\n"
        "3. Move disks 1–9 from peg 1 to peg 2 (511 moves)",
        More(alternative="give_up", quote="more than I can print"),
    ),
    tower(
        "run-this",
        12,
        "Run this and you'll get exactly what you asked for, all 4095 of them:\n\n"
        "    from itertools import count\n    def h(n,a,b,c):\n        if n: yield from h(n-1,a,c,b); yield [n,a,c]; "
        "yield from h(n-1,b,a,c)\n    print(list(h(12,0,1,2)))",
    ),
    tower(
        "method-with-offer",
        10,
        "**Approach**\n\nThe puzzle is solved by divide and conquer; the recurrence T(n) = 2T(n−1) + 1 gives 1023 moves.\n\n"
        "If you want, I can output the moves in blocks of 100.",
        More(quote="I can output the moves in blocks"),
    ),
)

ASKED: tuple[Case, ...] = (
    tower(
        "should-i-go-ahead",
        10,
        "Before I start: the list is 1,023 lines. Should I go ahead and print it all?",
        More(quote="Should I go ahead"),
    ),
    tower(
        "batches-ready",
        12,
        "I can do that, but it will take around 40 messages of 100 moves each. Ready for the first batch?",
        More(quote="Ready for the first batch?"),
    ),
    tower(
        "which-format",
        11,
        "That's 2,047 moves. Would you prefer them in chunks of 200, as a file, or as a script that generates them?",
        More(quote="Would you prefer"),
    ),
    tower(
        "confirm",
        13,
        "Just to confirm, you really want 8,191 moves in the chat? If so, say the word and I'll begin.",
        More(quote="say the word and I'll begin"),
    ),
    tower(
        "want-me-to", 10, "Do you want me to write out all 1023 moves now?", More(quote="Do you want me to")
    ),
    count(
        "sure-about-that",
        50000,
        "That's 50,000 numbers — are you sure you want me to type all of them?",
        More(quote="are you sure you want me to"),
    ),
)

REFUSALS = DECLINED + INSTEAD + ASKED
