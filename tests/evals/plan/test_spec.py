"""A spec says what is asked: each trial once, under an id that nothing else decides on."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.errors import SpecError
from evals.plan.flags import budgets, found_spec, puzzle_choices, shipped, simulated_at
from evals.plan.grid import problems
from evals.plan.grid import trials as grid
from evals.plan.spec import Spec
from evals.record.trial import Trial

FLAGS: dict[str, Any] = {"models": ["ollama/m"], "puzzles": [{"name": "hanoi", "sizes": [3, 4]}]}


def spec(**changes: Any) -> Spec:
    return Spec.load(None, FLAGS | changes, {})


def trials(asked: Spec) -> list[Trial]:
    return list(grid(asked, asked.models_at()))


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_flags_replace_fields(tmp_path: Path) -> None:
    """Options take the place of a file's fields one by one; sampling and endpoints are merged."""
    file = written(
        tmp_path / "spec.toml",
        'models = ["ollama/m"]\nrepeats = 2\nseed = 5\n'
        '[[puzzles]]\nname = "hanoi"\nsizes = [3]\n'
        "[sampling]\nmax_tokens = 100\ntemperature = 0.5\n"
        '[endpoints.mine]\nbase_url = "http://127.0.0.1:1/v1"\n',
    )
    flags = {"repeats": 3, "seed": None, "endpoints": simulated_at("http://127.0.0.1:2/v1")}
    loaded = Spec.load(file, flags, {"max_tokens": 200, "temperature": None})
    assert (loaded.repeats, loaded.seed) == (3, 5)
    assert (loaded.sampling.max_tokens, loaded.sampling.temperature) == (200, 0.5)
    assert set(loaded.endpoints) == {"mine", "sim"}
    assert loaded.endpoints["sim"].simulated


def test_every_combination_once() -> None:
    """Models x sizes x arms x repeats, however often the same is named, under different ids."""
    asked = spec(
        models=["ollama/m", "ollama/n", "ollama/m", "http://h:1/v1#m", "http://h:1/v1/#m"],
        puzzles=[
            {"name": "hanoi", "sizes": [3, 4, 3]},
            {"name": "hanoi", "sizes": [4], "parameters": {"pegs": 3}},
        ],
        arms=["list", "insist", "list"],
        repeats=2,
    )
    made = trials(asked)
    assert len(made) == 3 * 2 * 2 * 2
    assert len({trial.id for trial in made}) == len(made)


def test_ids_stay() -> None:
    """A trial's id hangs on nothing but the trial: these have been given out, and must stay."""
    ids = [trial.id for trial in trials(spec(arms=["list", "insist"], concurrency=3, max_retries=0))]
    assert ids == [trial.id for trial in trials(spec(arms=["list", "insist"]))]
    assert ids[0] == "656893472fa6c0bd2f71"


def test_seeds_share_no_instance() -> None:
    """Neighbouring seeds, and the instances of one seed, are all different problems."""
    puzzles = [{"name": "hanoi_random", "sizes": [6], "instances": 20}]
    seeds = [{made.canonical for made in problems(spec(puzzles=puzzles, seed=seed))} for seed in range(5)]
    assert len(set.union(*seeds)) == 100


def test_instances_only_where_seeds_matter() -> None:
    """A puzzle that has one problem a size is not asked it several times over."""
    puzzles = [{"name": "hanoi", "sizes": [3, 4], "instances": 5}]
    assert len(list(problems(spec(puzzles=puzzles)))) == 2


@pytest.mark.parametrize(
    ("given", "sizes"),
    [("hanoi:3", [3]), ("hanoi:3-5", [3, 4, 5]), ("hanoi:3-4,8", [3, 4, 8]), ("counting:16,64", [16, 64])],
)
def test_puzzle_choices(given: str, sizes: list[int]) -> None:
    """Sizes are written as numbers and ranges."""
    [chosen] = puzzle_choices([given], None) or []
    assert chosen["sizes"] == sizes


@pytest.mark.parametrize("given", ["hanoi", "hanoi:", "hanoi:x", "hanoi:3-", "hanoi:5-3", "hanoi:1-9999"])
def test_puzzle_choices_refused(given: str) -> None:
    """What is no list of sizes is named."""
    with pytest.raises(SpecError, match=given):
        puzzle_choices([given], None)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"models": []}, "field 'models'"),
        ({"arms": ["nope"]}, "unknown arm 'nope'; known are list"),
        ({"puzzles": [{"name": "hanoi", "sizes": []}]}, "needs 'sizes', 'steps' or 'instances_file'"),
        (
            {"puzzles": [{"name": "hanoi", "sizes": [3, 40]}]},
            "puzzle 'hanoi': parameter 'size' must be from 1",
        ),
        ({"puzzles": [{"name": "nope", "sizes": [3]}]}, "unknown puzzle 'nope'"),
        ({"puzzles": [{"name": "hanoi", "sizes": [3], "file": "no.py"}]}, "there is no puzzle file 'no.py'"),
        ({"name": "a/b"}, "field 'name'"),
        ({"concurrency": 0}, "field 'concurrency'"),
        ({"endpoints": {"mine": {"base_url": "nope"}}}, "field 'endpoints.mine.base_url'"),
    ],
)
def test_faults_are_named(fields: dict[str, Any], told: str) -> None:
    """The first fault is told in one line with its field."""
    with pytest.raises(SpecError) as caught:
        spec(**fields)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_stored_without_secrets(tmp_path: Path) -> None:
    """What run.json keeps has the address and the names of headers, and no value of one."""
    mine = {
        "base_url": "http://127.0.0.1:1/v1",
        "key_variable": "MY_KEY",
        "headers": {"X-Team": "secret-team"},
        "header_variables": {"X-More": "MORE"},
    }
    asked = spec(models=["mine/m"], endpoints={"mine": mine})
    stored = asked.stored(asked.models_at(), tmp_path)
    assert stored["endpoints"]["mine"]["base_url"] == mine["base_url"]
    assert stored["endpoints"]["mine"]["headers"] == ["X-More", "X-Team"]
    assert "secret-team" not in json.dumps(stored)


def test_sizes_by_steps() -> None:
    """Puzzles named with numbers of steps get the sizes nearest to them, and are stored with sizes."""
    flags = {"models": ["ollama/x"], "puzzles": puzzle_choices(["hanoi", "running_sum"], None, "16,64,256")}
    spec = Spec.load(None, flags, {})
    assert [chosen.sizes for chosen in spec.puzzles] == [(4, 6, 8), (16, 64, 256)]
    assert "steps" not in spec.asked()["puzzles"][0] or not spec.asked()["puzzles"][0]["steps"]


@pytest.mark.parametrize(
    ("puzzles", "steps", "told"),
    [
        (["hanoi:3"], "16", "the name alone"),
        (["hanoi"], "16-64", "write numbers of steps"),
        (None, "16", "goes with --puzzle"),
    ],
)
def test_steps_refused(puzzles: list[str] | None, steps: str, told: str) -> None:
    """What cannot be meant is told before anything is asked."""
    with pytest.raises(SpecError, match=told):
        puzzle_choices(puzzles, None, steps)


def test_sizes_and_steps_exclude_each_other() -> None:
    """A puzzle's sizes are chosen in one way."""
    flags = {"models": ["ollama/x"], "puzzles": [{"name": "hanoi", "sizes": [3], "steps": [7]}]}
    with pytest.raises(SpecError, match="one of them"):
        Spec.load(None, flags, {})


def test_budgets_are_a_factor() -> None:
    """The same instances are asked under every budget, and each is a trial of its own."""
    asked = spec(budgets=budgets(["1000", "4000", "low"]), sampling={"temperature": 0.5})
    made = trials(asked)
    assert len({trial.id for trial in made}) == len(made)
    chosen = [(trial.sampling.max_tokens, trial.sampling.reasoning_effort) for trial in made]
    assert set(chosen) == {(1000, None), (4000, None), (None, "low")}
    assert {trial.sampling.temperature for trial in made} == {0.5}
    assert len({chosen.count(budget) for budget in set(chosen)}) == 1


def test_arms_ask_the_same_instances() -> None:
    """Whatever the arms, options and repeats, they are paired by instance."""
    asked = spec(arms=["list", "window:m=4", "window:m=8", "code"], arm_repeats={"list": 2})
    by_arm: dict[str, list[str]] = {}
    for trial in trials(asked):
        by_arm.setdefault(f"{trial.arm}{trial.options}", []).append(str(trial.instance))
    listed = by_arm.pop("list{}")
    assert len(by_arm) == 3
    for instances in by_arm.values():
        assert sorted([*instances, *instances]) == sorted(listed)


def test_arms_written_twice_are_one() -> None:
    """Defaults that are spelt out make no arm of their own."""
    asked = spec(arms=["nudge", "nudge:k=3"])
    assert len(asked.arm_choices()) == 1


def test_no_steps_are_asked_of_what_has_no_solution() -> None:
    """A control without a solution is asked as a list, and not in windows, chunks or code."""
    puzzles = [{"name": "river_crossing", "sizes": [6], "parameters": {"unsolvable": True}}]
    asked = spec(puzzles=puzzles, arms=["list", "insist", "nudge", "chunked", "window", "code"])
    assert {trial.arm for trial in trials(asked)} == {"list", "insist"}


def test_repeats_of_no_arm() -> None:
    """Repeats of an arm that is not asked are a mistake."""
    with pytest.raises(SpecError, match="arm_repeats names 'code', which is not among the arms"):
        Spec.load(
            None,
            {"models": ["vllm/m"], "puzzles": [{"name": "hanoi", "sizes": [3]}], "arm_repeats": {"code": 2}},
            {},
        )


def test_shipped_specs() -> None:
    """The specs that come along can be run with a model and nothing else."""
    assert set(shipped()) == {"quick", "illusion", "prompts", "traits"}
    for name in shipped():
        asked = Spec.load(found_spec(Path(name)), {"models": ["ollama/m"]}, {})
        assert asked.name == name
        assert len(trials(asked)) >= 100


def test_a_spec_that_is_neither_there_nor_shipped() -> None:
    """The names there are are said; a path is left to the reader of files."""
    with pytest.raises(SpecError, match=r"there is no spec 'fast'.* illusion, prompts, quick, traits"):
        found_spec(Path("fast"))
    assert found_spec(Path("no/where.toml")) == Path("no/where.toml")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"models": "sim/tired", "repeats": "many", "foo": 1},
            (
                "field 'models': must be a list, not 'sim/tired'; "
                "field 'repeats': must be a whole number, not 'many'; field 'foo': there is no such field"
            ),
        ),
        (
            {"name": "a b/c"},
            "field 'name': must be of letters, digits and _ . + - alone, and begin with a letter,",
        ),
        ({"puzzles": [{"name": "hanoi", "sizes": "3"}]}, "field 'puzzles.0.sizes': must be a list, not '3'"),
        (
            {"puzzles": [{"name": "hanoi", "sizes": [1.5, "x"]}]},
            "field 'puzzles.0.sizes.0': must be a whole number, not 1.5; field 'puzzles.0.sizes.1': must",
        ),
        ({"arms": "list"}, "field 'arms': must be a list, not 'list'"),
        ({"prices": {"a/b": {"input": -1}}}, "field 'prices.a/b.input': must be at least 0.0, not -1; field"),
        (
            {"sampling": {"temperature": "hot", "max_tokens": 0}},
            "field 'sampling.max_tokens': must be at least 1",
        ),
    ],
)
def test_all_faults_are_told_in_plain_words(changes: dict[str, Any], told: str) -> None:
    """Each once, by the name of its field, in no library's words."""
    plain = {"models": ["sim/tired"], "puzzles": [{"name": "hanoi", "sizes": [3]}]}
    with pytest.raises(SpecError) as caught:
        Spec.load(None, plain | changes, {})
    said = str(caught.value)
    assert told in said
    assert "Input should" not in said


def test_many_faults_are_counted() -> None:
    """No line is longer than anyone reads."""
    with pytest.raises(SpecError, match=r"; and 4 more$"):
        Spec.load(None, {f"field{n}": n for n in range(7)}, {})
