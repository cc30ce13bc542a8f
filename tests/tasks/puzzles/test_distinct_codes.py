"""Distinct codes."""

import pytest

from tasks import BadInstance, BadParameter, Problem, given_problem
from tests.contract.given import check_given
from tests.tasks.forms.item_answers import LAYOUTS, labelled, lines, numbered, problem, solved, written

KNOWN, INSTANCE = problem("distinct_codes", size=30)
CODES = written(KNOWN, INSTANCE, solved(KNOWN, INSTANCE))
GIVEN = {"codes": 4, "digits": 3, "sums": {"B": 12, "K": 5}, "place": 2}


def _sum(code: str) -> str:
    digits = [char for char in code if char.isdecimal()]
    return f"{' + '.join(digits)} = {sum(map(int, digits))}"


def _off(code: str) -> str:
    """A code whose digits add up to another number."""
    return f"{code[:-2]}{(int(code[-2]) + 1) % 10}{code[-1]}"


def test_instances_never_change() -> None:
    """This seed gives this rule and these codes, on every machine and for ever."""
    known, instance = problem("distinct_codes", 0, size=5)
    assert instance.canonical == "distinct_codes/size=5/seed=0"
    assert "A: 25\nC: 21\nG: 18\nM: 19\nQ: 26\nT: 24\nV: 20\nY: 27\n" in known.prompt(instance).rules
    assert written(known, instance, solved(known, instance)) == [
        "411G57",
        "470C37",
        "641V45",
        "743Q75",
        "309V53",
    ]


def test_any_codes_that_fit_will_do() -> None:
    """They follow from the words of the prompt alone, in any order; each is right only once."""
    rules = KNOWN.prompt(INSTANCE).rules
    sums = {line[0]: int(line[3:]) for line in rules.split("\n") if line[1:2] == ":"}
    place = int(rules.split("character ")[1].split(" ")[0]) - 1
    mine = [row for row, _ in zip(KNOWN.options(INSTANCE, (0, frozenset())), range(3_000), strict=False)]
    for code in written(KNOWN, INSTANCE, mine[::100]):
        digits = [int(char) for char in code if char.isdecimal()]
        assert (len(code), len(digits), sum(digits)) == (6, 5, sums[code[place]])
    texts = written(KNOWN, INSTANCE, mine[-30:])
    assert labelled(KNOWN, INSTANCE, lines(texts)).label == "solved"
    assert not {*texts} & {*CODES}


def test_no_code_comes_of_another_by_counting() -> None:
    """Two codes that fit differ in two places or more."""
    known, instance = problem("distinct_codes", 2, size=3, digits=2)
    codes = written(known, instance, list(known.options(instance, known.start(instance))))
    for code in codes:
        alike = (sum(a != b for a, b in zip(code, other, strict=True)) for other in codes if other != code)
        assert min(alike) >= 2


@pytest.mark.parametrize("digits", [2, 3, 4, 5])
def test_many_more_fit_than_are_asked_for(digits: int) -> None:
    """Whatever the size, so that nobody is forced to find the last ones; of more there is no instance."""
    most = {2: 5, 3: 40, 4: 400, 5: 5_000}[digits]
    _, instance = problem("distinct_codes", size=most, digits=digits)
    start = KNOWN.start(instance)
    assert sum(1 for _ in KNOWN.options(instance, start)) > 3 * most
    with pytest.raises(BadParameter, match=f"at most {most:,}|up to|from 1 to {most}"):
        KNOWN.generate({"size": most + 1, "digits": digits})


@pytest.mark.parametrize(
    "text",
    [
        *(layout(CODES) for layout in LAYOUTS.values()),
        lines([code.lower() for code in CODES]),
        lines([f"{code}: {_sum(code)} ✓" for code in CODES]),
        lines([f"{at}. {code} ({_sum(code)})" for at, code in enumerate(CODES, 1)]),
        lines([f"| {at} | {code} | {_sum(code)} | yes |" for at, code in enumerate(CODES, 1)]),
        lines([f"{at}. {code}{' → ' + _sum(code) if at % 3 else ''}" for at, code in enumerate(CODES, 1)]),
        lines([" ".join(CODES[at : at + 5]) for at in range(0, 30, 5)]),
        numbered(CODES).replace(CODES[8], f"{_off(CODES[8])}, no, that is one too much. {CODES[8]}"),
        f"A first try: {CODES[3]} gives {_sum(CODES[3])}.\n\nFinal list:\n\n{lines(CODES)}",
        f"{lines(CODES)}\n\nCheck:\n" + lines([f"- {code}: {_sum(code)}" for code in CODES[::9]]),
    ],
)
def test_solved(text: str) -> None:
    """Numbers, sums, remarks and checks around the codes are none."""
    assert labelled(KNOWN, INSTANCE, text).label == "solved"


@pytest.mark.parametrize(
    ("text", "label", "first_error"),
    [
        (numbered([*CODES[:6], _off(CODES[6]), *CODES[7:]]), "logic_error", 7),
        (lines([*CODES[:16], CODES[3], *CODES[17:]]), "logic_error", 17),
        (lines([*CODES[:4], CODES[4][:-1], *CODES[5:]]), "logic_error", 5),
        (lines(CODES[:-5]), "logic_error", None),
        (lines([*CODES, CODES[0]]), "logic_error", 31),
        (f"{lines(CODES[:10])}\n... (20 more codes)", "give_up", None),
        (f"{', '.join(CODES[:10])}, and so on.", "give_up", None),
        ("Writing 30 different codes by hand is too much; I won't list them all.", "refusal", None),
    ],
)
def test_not_solved(text: str, label: str, first_error: int | None) -> None:
    """A sum that is wrong, a code that comes again, one of another shape, and answers that stop."""
    verdict = labelled(KNOWN, INSTANCE, text)
    assert (verdict.label, verdict.first_error) == (label, first_error)


def test_what_is_wrong_is_told() -> None:
    """In words, for each part of the rule."""
    known = given_problem("distinct_codes", GIVEN | {"also": "odd"})

    def why(code: str, before: str = "") -> str:
        rows = [
            row for text in (before, code) if text for row in known.read(f"{text}\n").found[0].steps.rows()
        ]
        state = known.start if len(rows) == 1 else known.recover(known.start, rows[0])
        return known.why_not(state, rows[-1])

    assert why("4B71") == "the code is right"
    assert why("4B71", before="4B71") == "4B71 has been written before"
    assert why("4B72") == "the digits of 4B72 add up to 13, not to 12"
    assert why("4B62") == "4B62 breaks this rule: The last digit of a code must be odd."
    assert why("4C71") == "C is none of the letters that a code can have"
    assert why("B471") == "B471 has another shape than a code"


def test_given_whole() -> None:
    """With sums, a place and a rule of its own; what cannot be is an error that says so."""
    whole = check_given("distinct_codes", GIVEN)
    assert check_given("distinct_codes", GIVEN | {"also": "any"}).canonical == whole.canonical
    assert isinstance(whole, Problem)
    for change, told in (
        ({"codes": 4_000}, "'codes' is 4000, but only"),
        ({"sums": {"b": 3}}, "'sums' must have single letters from A to Z, not 'b'"),
        ({"sums": {"B": 28}}, "'sums' must have whole numbers from 0 to 27, not 28 for 'B'"),
        ({"also": "prime"}, "'also' must be one of"),
        ({"fewest_steps": 5}, "'fewest_steps' is 5"),
    ):
        with pytest.raises(BadInstance, match=told):
            given_problem("distinct_codes", GIVEN | change)
