"""What an answer says of the problem, or of itself: see `tasks._phrases`."""

from tasks._phrases._entry import Phrase, Shows
from tasks._phrases._parts import NOT_HERE, UNIT

CLAIMED: tuple[Phrase, ...] = (
    Phrase(
        Shows.IMPOSSIBLE,
        r"there (?:is|exists|can be) no (?:\w+ ){0,2}?(?:solution|way|sequence|series|order)\b(?! (?:i|we)\b)|(?:has|have|admits?) no (?:\w+ ){0,2}?solution\b|no (?:\w+ ){0,2}?(?:solution|sequence|way|series|order)"
        r"(?: of (?:moves|steps|crossings|trips))? (?:\w+ ){0,2}?(?:exists?|works?|succeeds?|is possible|can (?:work|succeed|exist|reach|get))\b|(?:is|are|be|it's) (?:\w+ )?(?:impossible|unsolvable|not solvable|"
        r"unachievable|infeasible) (?:to (?:solve|reach|complete)|under|with|given|because|for)|"
        r"(?:is|are|be|it's) (?:\w+ )?(?:impossible|unsolvable|not solvable)(?=[.,;:!\n]|\Z)|"
        r"(?:cannot|can't|can not) be (?:solved|done|reached|completed)\b" + NOT_HERE + r"|not possible to (?:solve|reach)\b",
        "This puzzle cannot be solved.",
    ),
    Phrase(
        Shows.IMPOSSIBLE,
        r"(?:goal|target|(?:order|arrangement|configuration|state|position|stack|final \w+|end \w+|puzzle|task|transfer|crossing))(?: \w+){0,3}? (?:(?:is|lies|remains|stays) (?:\w+ )?(?:out of reach|beyond reach|unreachable|unattainable|unobtainable)\b|"
        r"(?:can't|cannot|can not|can never|could never|couldn't|will never|won't ever|isn't able to) (?:\w+ )?be (?:reached|attained|achieved|accomplished|obtained|realized|realised|produced|met|made)\b" + NOT_HERE + r")",
        "So the goal is out of reach.",
    ),
    Phrase(
        Shows.COMPLETE,
        r"(?:complete|full|entire|whole|final|all \d[\d,]{0,9}) (?:\w+ ){0,3}?" + UNIT,
        "Here is the complete list of moves:",
    ),
)  # fmt: skip
