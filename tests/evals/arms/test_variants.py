"""Variants: texts of the user's own around what an arm asks, and all else as the arm has it."""

from dataclasses import replace
from inspect import isfunction
from typing import Any

import pytest

from evals.arms import arm, arm_names, chosen_arm, known_arm
from evals.dialogue.arm import Arm
from evals.dialogue.variant import Shot, VariantArm, VariantTexts, options_of, variant
from evals.labelling.answer import Answer
from evals.labelling.rules import label
from evals.record.exchange import Exchange, RowKind
from evals.record.outcome import Label, Outcome
from evals.record.trial import RecordedInstance, Sampling, Trial
from evals.replay.derive import opening, outcome
from evals.simulated.trial_headers import ARM, OPTIONS, describe
from tasks import Problem, problem

HANOI = problem("hanoi", {"size": 4})
SHOT = Shot(user="With 2 disks?", assistant="Sure.\nmoves = [[1, 0, 1], [2, 0, 2], [1, 1, 2]]")
WORDING = VariantTexts("Be thorough.", "A task for you:", "Take your time.", (SHOT,))


def trial_of(base: str, wording: VariantTexts = WORDING, name: str = "coach") -> tuple[Trial, Arm]:
    chosen = chosen_arm(base)
    made = Trial.make(
        model="m",
        endpoint="e",
        instance=RecordedInstance.of(HANOI),
        arm=name,
        options=options_of(chosen.arm, chosen.options, wording),
        sampling=Sampling(),
        repeat=0,
    )
    return made, variant(chosen.arm, name, wording)


def answered(content: str, base: str = "list", wording: VariantTexts = WORDING) -> Outcome:
    trial, worded = trial_of(base, wording)
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    row = Exchange(
        kind=RowKind.REPLY,
        trial=trial.id,
        turn=1,
        reason="start",
        what=trial,
        messages=opening(trial, worded).messages,
        reply={"choices": [choice]},
    )
    return outcome(trial, [row])


def test_the_texts_stand_around_the_prompt() -> None:
    trial, worded = trial_of("list")
    [plain] = arm("list").open(HANOI)
    assert [(message.role, message.content) for message in opening(trial, worded).messages] == [
        ("system", "Be thorough."),
        ("user", SHOT.user),
        ("assistant", SHOT.assistant),
        ("user", f"A task for you:\n\n{plain.content}\n\nTake your time."),
    ]


@pytest.mark.parametrize("name", arm_names())
def test_every_arm_can_be_varied(name: str) -> None:
    """The base never sees the options that a variant adds, and its messages are all there."""
    trial, worded = trial_of(name)
    read = known_arm("coach", trial.options)
    assert (worded.name, read.name, worded.version) == ("coach", "coach", arm(name).version)
    of_base = arm(name).asked
    for made in (worded, read):
        assert (made.ends_with, made.play, made.suits(HANOI)) == (arm(name).ends_with, arm(name).play, True)
        assert made.conditions(trial.options) == arm(name).conditions(trial.asked_as[1])
        assert made.options.model_validate(trial.options).model_dump() == trial.options
        assert made.asked(HANOI, trial.options).fewest_steps == of_base(HANOI, trial.asked_as[1]).fewest_steps
        assert made.fields(HANOI, trial.options) == arm(name).fields(HANOI, trial.asked_as[1])
        assert type(made.dialogue(trial, HANOI)) is type(arm(name).dialogue(_as_base(trial), HANOI))
    plain = arm(name).open(HANOI, trial.asked_as[1])
    assert plain[-1].content in opening(trial, worded).messages[-1].content
    assert opening(trial).messages == plain  # the trial alone does not hold the texts
    assert not {"base", "prompt"} & set(arm(name).options.model_fields)


def _as_base(trial: Trial) -> Trial:
    name, options = trial.asked_as
    return trial.model_copy(update={"arm": name, "options": options})


def test_nothing_of_an_arm_is_forgotten() -> None:
    """What an arm may override is passed on to the base."""
    methods = {name for name, made in vars(Arm).items() if isfunction(made)}
    assert methods <= set(vars(VariantArm))


def test_identity() -> None:
    """The texts tell trials apart, and nothing else of where they come from."""
    trial, _ = trial_of("nudge:k=2")
    assert trial.options == {"k": 2, "base": "nudge", "prompt": "6539824e71bc"}
    assert trial_of("nudge:k=2")[0].id == trial.id
    others = [replace(WORDING, after="Hurry."), replace(WORDING, shots=()), replace(WORDING, system="")]
    ids = {trial_of("nudge:k=2", other)[0].id for other in others}
    ids |= {trial_of("nudge:k=3")[0].id, trial_of("nudge:k=2", name="trainer")[0].id}
    assert len(ids | {trial.id}) == 6


def test_unknown_arms_without_a_base_are_lists() -> None:
    """As are those of other tools; a base that is not known, too."""
    assert known_arm("theirs", {"base": "nudge"}).name == "list"
    assert known_arm("theirs", {"base": "nowhere", "prompt": "0"}).play is arm("list").play
    assert known_arm("insist", {"base": "nudge", "prompt": "0"}) is arm("insist")


def test_simulated_models_are_told_the_base() -> None:
    headers = describe(trial_of("nudge:k=2")[0])
    assert (headers[ARM], headers[OPTIONS]) == ("nudge", '{"k": 2}')
    assert OPTIONS not in describe(trial_of("list")[0])


FULL = "".join(HANOI.format(HANOI.solution()))


@pytest.mark.parametrize(
    ("content", "found", "written"),
    [
        (SHOT.assistant, Label.NO_ANSWER, 0),
        ("moves = [[1, 0, 1], [2, 0, 2], [1, 1, 2]]", Label.NO_ANSWER, 0),
        (f"{SHOT.assistant}\n\nNow yours:\n{FULL}", Label.SOLVED, 15),
        (f"{SHOT.assistant}\n\nmoves = [[1, 0, 1], [2, 0, 2], ...]", Label.GIVE_UP, 2),
        ("moves = [[1, 0, 1], [2, 0, 2], [1, 1, 2], ...]", Label.GIVE_UP, 3),
    ],
)
def test_a_copied_shot_is_no_answer(content: str, found: Label, written: int) -> None:
    """Its steps are not the model's; a longer list that begins like it is."""
    got = answered(content)
    assert (got.label, got.written) == (found, written)
    assert answered(SHOT.assistant, wording=replace(WORDING, shots=())).written == 3


def test_a_shot_that_solves_the_task_may_be_given() -> None:
    shown = (f"Here it is: {FULL}",)
    assert label(HANOI, Answer(content=FULL, finish_reason="stop", shown=shown)).label is Label.SOLVED


@pytest.mark.parametrize("field", ["system", "before", "after", "shots"])
def test_repeated_texts_are_not_the_answer(field: str) -> None:
    """A model that says the texts of a variant again has not said them itself."""
    said = "I will not write out all of these moves, that is far too many."
    texts: dict[str, Any] = {
        field: (Shot(user="Can you?", assistant=said),) if field == "shots" else said,
    }
    content = f"{said}\n\n{FULL[: FULL.index(']') + 1]}]"
    assert answered(content, wording=VariantTexts(after="Hello.")).label is Label.GIVE_UP
    assert answered(content, wording=VariantTexts(**texts)).label is Label.LOGIC_ERROR


def test_a_system_message_of_the_base_stays() -> None:
    class Spoken(type(arm("list"))):  # type: ignore[misc]
        def open(self, problem: Problem, options: Any = None) -> Any:
            [asked] = super().open(problem, {})
            return asked.model_copy(update={"role": "system", "content": "Speak up."}), asked

    first, *_ = variant(Spoken(), "coach", VariantTexts("Be thorough.")).open(HANOI, {})
    assert (first.role, first.content) == ("system", "Be thorough.\n\nSpeak up.")
