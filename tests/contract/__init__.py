"""The contract suite: what every puzzle must keep, as checks that take a puzzle and raise `AssertionError`.

It runs over all puzzles of the registry in `tests/tasks/contract/test_contract.py`. For a puzzle in a file of
your own::

    python -m tests.contract path/to/puzzle.py
"""

from collections.abc import Callable

from tasks import AnyPuzzle
from tests.contract import choosing, prompting, reading, ruling, solving

Check = Callable[[AnyPuzzle], None]

CHECKS: tuple[Check, ...] = (
    choosing.what_it_is_is_told,
    choosing.nonsense_is_refused,
    choosing.the_same_seed_gives_the_same,
    solving.the_solution_solves_and_no_part_of_it_does,
    ruling.options_are_what_step_accepts,
    ruling.what_a_form_leaves_out_is_implied,
    ruling.advance_agrees_with_step,
    ruling.traces_go_on_after_a_wrong_item,
    solving.nothing_is_shorter,
    solving.without_a_solution_there_is_none,
    solving.the_solution_can_be_begun_anywhere,
    solving.states_are_those_of_the_steps,
    solving.distances_are_exact,
    solving.the_longest_solution_is_listed_step_by_step,
    choosing.more_is_longer,
    prompting.prompts_are_whole,
    prompting.prompts_give_nothing_away,
    prompting.worked_examples_are_right,
    prompting.states_are_told_apart,
    prompting.wrong_turns_are_told_apart,
    reading.forms_are_sound,
    reading.pieces_are_one_answer,
    reading.answers_are_read_back,
    reading.what_programs_return_is_read_back,
    reading.answers_are_labelled_solved,
    reading.wrong_steps_are_found,
    reading.parts_are_no_answers,
    reading.hostile_text_is_read_in_no_time,
)


def check_puzzle(puzzle: AnyPuzzle) -> None:
    """Run every check over a puzzle.

    Raises:
        AssertionError: the first part of the contract that it does not keep.
    """
    for check in CHECKS:
        check(puzzle)
