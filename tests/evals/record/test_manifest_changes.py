"""How a run that is continued differs from what was asked before: only what affects its trials."""

from typing import Any

import pytest

from evals.record.manifest_changes import changes, versions
from evals.record.run import Manifest


def manifest(asked: dict[str, Any] | None = None, **fields: Any) -> Manifest:
    return Manifest(**{"created": "2026", "cantwont": "0", "spec": {"asked": asked or {}}, **fields})


def told(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return list(changes(manifest(before), manifest(after)))


def test_the_same_is_no_change() -> None:
    """Nor is another order of what is in a list, however deep, or of fields."""
    asked = {"repeats": 2, "models": ["a", "b"], "puzzles": [{"name": "hanoi", "sizes": [3, 5]}]}
    again = {"puzzles": [{"sizes": [5, 3], "name": "hanoi"}], "models": ["b", "a"], "repeats": 2}
    assert told(asked, asked) == told(asked, again) == []
    puzzles, arms = {"hanoi": 1}, {"list": 1}
    same = manifest(puzzles=puzzles, arms=arms, prompts=2, puzzle_files={"own": "00"})
    assert list(changes(same, same)) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"repeats": 2}, {"repeats": 3}, ["repeats: was 2, is 3"]),
        ({}, {"seed": 1}, ["seed: was null, is 1"]),
        ({"seed": 1}, {}, ["seed: was 1, is null"]),
        ({"models": ["a", "b"]}, {"models": ["b", "c"]}, ['models: removed "a"; added "c"']),
        ({"models": ["a"]}, {"models": ["a", "c", "d"]}, ['models: added "c", "d"']),
        ({"models": ["a", "b"]}, {"models": ["b"]}, ['models: removed "a"']),
        ({"models": "a"}, {"models": ["a"]}, ['models: was "a", is ["a"]']),
        ({"b": 1, "a": 1}, {"b": 2, "a": 2}, ["a: was 1, is 2", "b: was 1, is 2"]),
        (
            {"puzzles": [{"name": "hanoi", "names": None, "options": {}, "sizes": [3]}]},
            {"puzzles": [{"name": "hanoi", "names": None, "options": {}, "sizes": [4]}]},
            ['puzzles: removed {"name": "hanoi", "sizes": [3]}; added {"name": "hanoi", "sizes": [4]}'],
        ),
    ],
)
def test_what_is_asked_otherwise(before: dict[str, Any], after: dict[str, Any], expected: list[str]) -> None:
    """By name; of lists what went and what came."""
    assert told(before, after) == expected


def test_a_long_value_is_clipped() -> None:
    (line,) = told({"words": "a" * 10_000}, {"words": "b"})
    said = line.removeprefix("words: was ").removesuffix(', is "b"')
    assert (len(said), said[:3]) == (160, '"aa')


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2, 1)])
def test_versions_of_what_was_there_before(old: int, new: int) -> None:
    """Of puzzles and arms that both know; what is only new or only old has no other version."""
    before = manifest(puzzles={"hanoi": old, "gone": 1}, arms={"list": old, "code": 1})
    after = {"puzzles": {"hanoi": new, "new": 7}, "arms": {"list": new, "code": 1}}
    expected = [
        f"puzzle 'hanoi' was version {old} and is version {new}",
        f"arm 'list' was version {old} and is version {new}",
    ]
    assert list(versions(before, **after)) == expected
    assert list(changes(before, manifest(**after))) == expected


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2, 1)])
def test_the_words_of_all_prompts(old: int, new: int) -> None:
    assert list(changes(manifest(prompts=old), manifest(prompts=new))) == [
        f"the words of all prompts were version {old} and are version {new}"
    ]


def test_files_of_puzzles() -> None:
    before = manifest(puzzle_files={"own": "00", "same": "11", "gone": "22"})
    after = manifest(puzzle_files={"own": "01", "same": "11", "new": "33"})
    assert list(changes(before, after)) == ["the file of puzzle 'own' is another"]


def test_only_the_order_of_shots_matters() -> None:
    """Of a variant; not that of any other list, whatever its name."""
    for name, matters in (("names", False), ("shots", True), ("sizes", False)):
        before, after = ({"arms": [{"base": "list", name: shots}]} for shots in (["a", "b"], ["b", "a"]))
        assert bool(told(before, after)) is matters, name
