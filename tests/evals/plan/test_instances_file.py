"""Instances given whole in a spec: in a file of their own, or in the spec itself."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.errors import SpecError
from evals.plan.grid import problems, trials
from evals.plan.spec import Spec
from evals.record.trial import RecordedInstance

ONE = {"start": [[2, 1], [], []], "goal": [[], [], [2, 1]]}
OTHER = {"start": [[1], [2], []], "goal": [[], [], [2, 1]]}


def _spec(folder: Path, lines: Sequence[str], more: str = "") -> Spec:
    (folder / "mine.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "spec.toml").write_text(
        'models = ["sim/sage"]\n[endpoints.sim]\nbase_url = "http://h/v1"\n'
        f'[[puzzles]]\nname = "hanoi"\ninstances_file = "mine.jsonl"\n{more}'
    )
    return Spec.load(folder / "spec.toml", {}, {})


def test_each_line_is_an_instance(tmp_path: Path) -> None:
    lines = [json.dumps(ONE), "", json.dumps({"instance": OTHER, "note": "mine"}), json.dumps(ONE)]
    spec = _spec(tmp_path, lines)
    asked = list(problems(spec))
    assert [problem.fewest_steps for problem in asked] == [3, 2], "the same instance is asked once"
    made = list(trials(spec, spec.models_at()))
    assert len({trial.id for trial in made}) == 2
    for trial, problem in zip(made, asked, strict=True):
        assert trial.instance.data is not None
        stored = RecordedInstance.model_validate(trial.instance.model_dump(mode="json"))
        assert stored.restore() == problem


def test_what_is_asked_is_told_by_its_hash(tmp_path: Path) -> None:
    first = _spec(tmp_path, [json.dumps(ONE)]).asked()
    assert first["puzzles"][0]["given"]["count"] == 1
    assert "mine.jsonl" not in json.dumps(first)
    assert first == _spec(tmp_path, [json.dumps(dict(reversed(ONE.items())))]).asked()
    assert first != _spec(tmp_path, [json.dumps(OTHER)]).asked()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2: is not JSON"),
        ("[1, 2]", "line 2: must be a JSON object, not [1, 2]"),
        ('{"start": [[1], [], []]}', "line 2: hanoi: field 'goal'"),
        ('{"stare": 1}', "line 2: hanoi: unknown field 'stare'"),
        ("[" * 100_000, "line 2: "),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(SpecError) as raised:
        _spec(tmp_path, [json.dumps(ONE), line])
    assert told in str(raised.value)
    assert "mine.jsonl" in str(raised.value)


def test_an_empty_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="is empty"):
        _spec(tmp_path, [""])


@pytest.mark.parametrize(
    "more", ["sizes = [3]\n", "steps = [7]\n", "instances = 2\n", "[puzzles.parameters]\npegs = 3\n"]
)
def test_it_takes_the_place_of_sizes(tmp_path: Path, more: str) -> None:
    with pytest.raises(SpecError, match=r"one of them|is given whole"):
        _spec(tmp_path, [json.dumps(ONE)], more)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="instances file: cannot read"):
        Spec.load(
            None,
            {
                "models": ["sim/m"],
                "endpoints": {"sim": {"base_url": "http://h/v1"}},
                "puzzles": [{"name": "hanoi", "instances_file": str(tmp_path / "no.jsonl")}],
            },
            {},
        )
