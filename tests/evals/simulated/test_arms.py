"""Every arm is answered according to the respondent's known truth: texts, labels as read, and rates."""

import hashlib
from collections.abc import Iterator
from itertools import chain

import pytest

from evals.record.model import Scalar
from evals.record.outcome import Label
from evals.simulated.answers import answer
from evals.simulated.decisions import Call, Manner
from evals.simulated.respondents import NAMED, Miss, Respondent, Stop
from evals.simulated.turns import Tone
from tasks import Problem, puzzle, puzzles, size_nearest
from tests.evals.simulated.planned_labels import MIXED, NOT_READ, STOPS, Asked, given, planned

BY_NAME = {respondent.name: respondent for respondent in NAMED}
ARMS: list[tuple[str, dict[str, Scalar]]] = [
    ("list", {}),
    ("insist", {}),
    ("nudge", {"k": 2}),
    ("chunked", {"p": 4}),
    ("chunked", {"p": 4, "on_error": "go_on"}),
    ("chunked", {"p": 4, "state": "restated"}),
    ("window", {"m": 10, "where": "late"}),
    ("agent", {"k": 4, "style": "text"}),
]
HANOI = puzzle("hanoi")
FIVE = HANOI.generate({"size": 5})
SOLUTION = list(HANOI.solution(FIVE))


def asked(respondent: Respondent, arm: str, repeat: int = 0, **options: Scalar) -> Asked:
    return Asked(respondent, "hanoi", 5, arm, options, repeat)


def several(respondent: Respondent, arm: str, count: int = 20, **options: Scalar) -> Iterator[Asked]:
    return (Asked(respondent, "hanoi", 5, arm, options, repeat) for repeat in range(count))


def rows_in(text: str) -> list[tuple[int, ...]]:
    numbers = text.replace("[", " ").replace("]", " ").replace(",", " ").split()
    digits = [int(word) for word in numbers if word.isdecimal()]
    return [tuple(digits[at : at + 3]) for at in range(0, len(digits), 3)]


def agree(told: Label, plan: Label) -> bool:
    """A notation of one's own may be read as no answer at all."""
    return told is plan or (plan is NOT_READ and told is Label.NO_ANSWER)


# --- what is read is what was planned


@pytest.mark.parametrize(("arm", "options"), ARMS)
@pytest.mark.parametrize("respondent", NAMED, ids=lambda respondent: respondent.name)
def test_named_respondents_are_given_the_planned_labels(
    respondent: Respondent, arm: str, options: dict[str, Scalar]
) -> None:
    """By the labelling of any other model's answers, in conversations held as with any other model."""
    for name, size in (("hanoi", 5), ("counting", 40), ("river_crossing", 12)):
        for repeat in range(3):
            trial = Asked(respondent, name, size, arm, options, repeat)
            assert agree(given(trial).label, planned(trial)), trial


@pytest.mark.parametrize("name", sorted(puzzles()))
def test_every_puzzle_is_answered_in_every_arm(name: str) -> None:
    """Parts of a list are written as the puzzle formats them, and are read again."""
    size = size_nearest(puzzle(name), 20, {})
    for arm, options in ARMS:
        for repeat in range(6):
            trial = Asked(MIXED, name, size, arm, options, repeat)
            assert agree(given(trial).label, planned(trial)), trial


@pytest.mark.parametrize(
    ("name", "size"), [("hanoi", 10), ("counting", 60), ("river_crossing", 5), ("fizzbuzz", 16)]
)
def test_right_programs_run_in_the_sandbox(name: str, size: int) -> None:
    """Worked out or as a literal, of triples, integers, strings or lists of strings."""
    assert given(Asked(Respondent("coder"), name, size, "code")).label is Label.SOLVED


@pytest.mark.parametrize(
    ("respondent", "label"),
    [
        (Respondent("x", codes=0.0, misses={Miss.BUG: 1}), Label.LOGIC_ERROR),
        (Respondent("x", codes=0.0, misses={Miss.CRASH: 1}), Label.LOGIC_ERROR),
        (Respondent("x", codes=0.0, misses={Miss.DECLINE: 1}), Label.REFUSAL),
        (Respondent("x", codes=0.0, misses={Miss.LIST: 1}), Label.MALFORMED),
        (Respondent("x", codes=0.0, misses={Miss.LIST: 1}, willing_50=1e-9), Label.REFUSAL),
        (Respondent("x", refuses=1.0), Label.REFUSAL),
        (Respondent("x", empty=1.0), Label.NO_ANSWER),
        (Respondent("x", malformed=1.0), Label.MALFORMED),
    ],
)
def test_what_stands_for_a_right_program_is_labelled_as_planned(respondent: Respondent, label: Label) -> None:
    """A wrong list, an exception, a decline, a list in place of the program."""
    for trial in several(respondent, "code", 2):
        assert given(trial).label is planned(trial) is label


# --- nudges


def test_who_yields_writes_what_was_missing() -> None:
    """The steps of both turns are the list, whatever was said around them."""
    respondent = Respondent("x", willing_50=1e-9, stops={Stop.OFFER: 1}, yields=1.0)
    for trial in several(respondent, "nudge"):
        written = trial.part().plan.written
        assert rows_in(trial.says(1)) == SOLUTION[:written]
        assert rows_in(trial.says(2)) == SOLUTION[written:]


def test_who_rewrites_begins_anew() -> None:
    """The whole list stands in the second answer."""
    respondent = Respondent("x", willing_50=1e-9, stops={Stop.OFFER: 1}, yields=1.0, rewrites=1.0)
    for trial in several(respondent, "nudge"):
        assert rows_in(trial.says(2)) == SOLUTION
        assert trial.part(2).tone is Tone.ANEW
        assert given(trial).label is Label.SOLVED


def test_who_does_not_yield_writes_a_few_more_steps_or_apologises() -> None:
    """Never the last one, however often it is nudged."""
    never = Respondent("x", willing_50=1e-9, stops={Stop.OFFER: 2, Stop.REFUSAL: 1}, stops_after=4)
    said_nothing = 0
    for trial in several(never, "nudge"):
        parts = [trial.part(turn) for turn in range(1, 15)]
        assert [part.first for part in parts[1:]] == [part.reached for part in parts[:-1]]
        assert parts[-1].reached < 31
        for turn, part in enumerate(parts, 1):
            if part.plan.stop is Stop.OFFER:
                assert rows_in(trial.says(turn)) == SOLUTION[part.first : part.reached]
        said_nothing += sum(part.plan.written == 0 for part in parts)
    assert said_nothing > 20


def test_nudges_mend_no_error() -> None:
    """One plan of errors for the list: what was wrong before stays so, what comes after errs as it would."""
    respondent = Respondent("x", willing_50=1e-9, error_at={9: 1.0}, yields=1.0, rewrites=0.5)
    for trial in several(respondent, "nudge"):
        assert trial.part().plan.wrong == 9
        ending = given(trial)
        assert (ending.label, ending.first_error) == (Label.LOGIC_ERROR, 9)


def test_a_policy_yields_to_nobody() -> None:
    """Nor does an answer that was whole change when it is nudged all the same."""
    assert {planned(trial) for trial in several(Respondent("x", refuses=1.0, yields=1.0), "nudge")} == {
        Label.REFUSAL
    }
    trial = asked(Respondent("x"), "nudge")
    assert rows_in(trial.says(3)) == SOLUTION


# --- chunks


def test_parts_make_the_list() -> None:
    """Each as long as asked, the last as long as is left; then there is nothing more to write."""
    trial = asked(Respondent("x"), "chunked", p=8)
    parts = [rows_in(trial.says(turn)) for turn in range(1, 6)]
    assert [len(part) for part in parts] == [8, 8, 8, 7, 0]
    assert list(chain(*parts)) == SOLUTION
    assert trial.part(99).plan.manner is Manner.DONE


@pytest.mark.parametrize(
    ("respondent", "sizes"),
    [
        (Respondent("x", short_parts=1.0), [4, 4, 4, 4, 4, 4, 4, 3]),
        (Respondent("x", long_parts=1.0), [12, 12, 7]),
    ],
)
def test_parts_may_be_too_short_or_too_long(respondent: Respondent, sizes: list[int]) -> None:
    """Half as long or half as long again; the list is solved all the same."""
    trial = asked(respondent, "chunked", p=8)
    assert [trial.part(turn).count for turn in range(1, len(sizes) + 1)] == sizes
    ending = given(trial)
    assert (ending.label, len(ending.by_turn)) == (Label.SOLVED, len(sizes))


def test_after_an_error_it_goes_on_as_it_believes_or_as_it_is_told() -> None:
    """By its own state behind the part that it wrote; where the state is restated, before the wrong step."""
    respondent = Respondent("x", error_at={11: 1.0}, restated_effect=0.0)
    own = asked(respondent, "chunked", p=8, on_error="go_on")
    assert [own.part(turn).first for turn in (1, 2, 3, 4)] == [0, 8, 16, 24]
    assert (given(own).label, given(own).first_error) == (Label.LOGIC_ERROR, 11)
    erring = Respondent("x", error_at={3: 1.0})
    told = asked(erring, "chunked", p=8, state="restated", on_error="go_on")
    assert [told.part(turn).first for turn in (1, 2, 3)] == [0, 2, 2]
    assert rows_in(told.says(1))[:2] == SOLUTION[:2]
    restated = asked(respondent, "chunked", p=8, state="restated")
    assert given(restated).label is Label.SOLVED


def test_errors_and_stops_of_a_part_are_its_own() -> None:
    """It stops as in a task of p steps; later parts stop by tiring, which no other arm knows."""
    short = Respondent("x", willing_50=16, willing_slope=50)
    assert given(asked(short, "chunked", p=8)).label is Label.SOLVED
    assert given(asked(short, "list")).label in STOPS
    tiring = Respondent("x", tires=1.0)
    for trial in several(tiring, "chunked", p=8):
        ending = given(trial)
        assert (ending.label, len(ending.by_turn)) == (Label.GIVE_UP, 2)
        assert given(asked(tiring, "list", trial.repeat)).label is Label.SOLVED


# --- windows, and all that was there before


def test_a_window_is_answered_from_its_place() -> None:
    """The next steps from the state shown, and as many as asked for."""
    trial = asked(Respondent("x"), "window", where="middle", m=9)
    assert rows_in(trial.says()) == SOLUTION[11:20]


ANSWERS = {
    "steady": "8f8f31a5f98981e4",
    "tired": "0556856e6837b279",
    "careless": "b5936b195a1c0b36",
    "stumbler": "aa2a78b6bef7db6c",
    "thinker": "d53e32fca1ebc3db",
    "muser": "5fa8628484177f7d",
    "refuser": "db8886bc85b603e4",
    "scribbler": "b8b7b9c57c19be88",
    "silent": "9e132485d5107211",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_lists_are_answered_as_ever(name: str) -> None:
    """Byte for byte, in the arms that ask once for the whole list; runs on record can be asked again."""
    told = hashlib.sha256()
    for which, size in (("hanoi", 3), ("hanoi", 7), ("counting", 1), ("counting", 200)):
        maker = puzzle(which)
        made = maker.generate({"size": size})
        for arm in ("list", "insist", "algorithm", "unheard-of"):
            for turn in (1, 2):
                for number in range(10):
                    said = answer(BY_NAME[name], Problem(maker, made), Call(f"trial {number}", turn, arm))
                    told.update("\0".join(["".join(said.reasoning), "".join(said.content), ""]).encode())
    assert told.hexdigest()[:16] == ANSWERS[name]


# --- actions


def test_who_takes_a_way_out_does_so_where_it_is_offered_alone() -> None:
    """By the action, in either style, after some steps or before any; else it acts to the end."""
    leaving = Respondent("x", leaves=1.0)
    for style in ("tools", "text"):
        for trial in several(leaving, "agent", 3, k=4, style=style, exit="offered"):
            said = answer(leaving, trial.problem, trial.call(9))
            told = said.calls[0][0] if style == "tools" else "".join(said.content)
            assert told.removeprefix("ACTION ").startswith("give_up")
        trial = asked(leaving, "agent", k=4, style=style)
        assert [trial.part(turn).count for turn in (1, 8)] == [4, 3]
    for trial in several(leaving, "agent", 4, k=4, style="text", exit="offered"):
        assert given(trial).label is planned(trial)
        assert planned(trial) in STOPS


def test_the_method_and_the_harness_change_errors_alone() -> None:
    """Who errs at once without the method or without tools is right with them, and goes on in all."""
    planless = Respondent("x", error_rate=1.0, method_effect=0)
    assert given(asked(planless, "algorithm")).label is Label.SOLVED
    assert given(asked(planless, "list")).label is Label.LOGIC_ERROR
    caller = Respondent("x", error_rate=1.0, tools_effect=0)
    assert planned(asked(caller, "agent", k=8)) is Label.SOLVED
    assert given(asked(caller, "agent", k=8, style="text")).label is Label.LOGIC_ERROR
