"""Whatever stands in the files of a run, a command that opens it ends with one line that says where it is."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.record.run import RunDirectory
from evals.replay.replay import replay
from tests.program import complaint, done, inside

COMMANDS = [
    "replay run",
    "replay run --check",
    "replay run --update",
    "report run --format csv",
    "show run a",
    "compare run run",
    "shrink run --out shrunk",
    "agree run labels.jsonl",
]

Rows = list[dict[str, Any]]


def edited(file: Path, edit: Callable[[Rows], None]) -> None:
    """Change the lines of a file as plain values."""
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    edit(rows)
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def setting(number: int, *keys: str | int, value: object) -> Callable[[Rows], None]:
    def edit(rows: Rows) -> None:
        inner: Any = rows[number]
        for key in keys[:-1]:
            inner = inner[key]
        inner[keys[-1]] = value

    return edit


def deep(levels: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(levels):
        made = [made]
    return made


RESULT = {"ended": "returned", "call": "solve", "text": "[]"}


def after(**changes: object) -> Callable[[Rows], None]:
    """A row more after the first, like it but for these fields; without those that are `None`."""

    def edit(rows: Rows) -> None:
        made = {name: value for name, value in (rows[0] | changes).items() if value is not None}
        rows.insert(1, made)

    return edit


def before(**changes: object) -> Callable[[Rows], None]:
    def edit(rows: Rows) -> None:
        made = {name: value for name, value in (rows[0] | changes).items() if value is not None}
        rows.insert(0, made)

    return edit


ROWS: dict[str, tuple[Callable[[Rows], None], str]] = {
    "negative turn": (setting(0, "turn", value=-1), "line 1, field 'turn'"),
    "no turn": (setting(1, "turn", value=0), "line 2, field 'turn'"),
    "late turn": (setting(0, "turn", value=30_000_000_000), "line 1, field 'turn'"),
    "float turn": (setting(0, "turn", value=3e10), "line 1, field 'turn'"),
    "endless turn": (setting(0, "turn", value=1e30), "line 1, field 'turn'"),
    "result of a list": (
        before(kind="result", reply=None, result=RESULT),
        "line 1, field 'kind': arm 'list'",
    ),
    "result after a list": (after(kind="result", reply=None, result=RESULT), "line 2, goes on with trial"),
    "result of a result": (
        before(kind="result", reply=None, result={"ended": "somehow"}),
        "line 1, field 'kind': arm '",
    ),
    "second answer": (after(turn=2), "line 2, goes on with trial"),
    "other trial": (setting(0, "what", "id", value="other"), "line 1, field 'what.id'"),
    "unknown puzzle": (setting(0, "what", "instance", "puzzle", value="\0"), "line 1, field 'what.instance'"),
    "unknown parameter": (
        setting(0, "what", "instance", "parameters", value={"size": 3, "x": 1}),
        "line 1, field 'what.instance': unknown parameter 'x'",
    ),
    "huge size": (
        setting(0, "what", "instance", "parameters", "size", value=10**100),
        "line 1, field 'what.instance': parameter 'size'",
    ),
    "size in words": (
        setting(0, "what", "instance", "parameters", "size", value="3"),
        "line 1, field 'what.instance': parameter 'size'",
    ),
    "nested size": (
        setting(0, "what", "instance", "parameters", "size", value=[3]),
        "line 1, field 'what.instance.parameters.size",
    ),
    "negative repeat": (setting(0, "what", "repeat", value=-1), "line 1, field 'what.repeat'"),
    "huge repeat": (setting(0, "what", "repeat", value=10**30), "line 1, field 'what.repeat'"),
    "no options": (
        lambda rows: rows[0]["what"].update(arm="window", options={"m": "x"}),
        "line 1, field 'what.options.m'",
    ),
    "options of no use": (
        lambda rows: rows[0]["what"].update(arm="chunked", options={"p": 0}),
        "line 1, field 'what.options.p'",
    ),
    "no way to ask": (
        lambda rows: rows[0]["what"].update(
            arm="nudge",
            instance={
                "puzzle": "river_crossing",
                "version": 1,
                "parameters": {"size": 4, "boat": 2, "unsolvable": True},
            },
        ),
        "line 1, field 'what.",
    ),
    "no reply": (setting(0, "reply", value={}), "line 1, field 'reply'"),
    "deep reply": (setting(0, "reply", value={"a": deep(400)}), "line 1, has more than 150 levels"),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows(name: str, path: Path, tmp_path: Path) -> None:
    """A row that cannot be one of ours is named by its line and field."""
    edit, told = ROWS[name]
    edited(path / "exchanges.jsonl", edit)
    (tmp_path / "labels.jsonl").write_text('{"id": "a", "label": "refusal"}\n')
    for command in COMMANDS:
        said = complaint(inside(*command.split(), cwd=tmp_path), 2)
        assert f"run/exchanges.jsonl', {told}" in said


def test_results(tmp_path: Path, path: Path) -> None:
    """A result that no sandbox gave is named, too."""
    edited(path / "exchanges.jsonl", lambda rows: rows[0]["what"].update(arm="code"))
    edited(path / "exchanges.jsonl", after(kind="result", what=None, reply=None, result={"ended": "x"}))
    said = complaint(inside("replay", "run", cwd=tmp_path), 2)
    assert "exchanges.jsonl', line 2, field 'result.ended'" in said


def test_unknown_arms(path: Path, tmp_path: Path) -> None:
    """An arm of another tool is read as `list`, whatever it is called."""
    edited(path / "exchanges.jsonl", setting(0, "what", "arm", value="\x1b]0;\ud800"))
    edited(path / "exchanges.jsonl", setting(0, "what", "options", value={"p": 0, "": 1e300}))
    done(inside("replay", "run", "--update", cwd=tmp_path))
    done(inside("report", "run", "--format", "csv", cwd=tmp_path))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size", -1),
        ("steps", -7),
        ("written", 1 << 63),
        ("right", -1),
        ("first_error", 0),
        ("lost_at", -3),
        ("turns", -1),
        ("probability", 2),
        ("probability", float("nan")),
        ("prompt_tokens", -5),
        ("evidence", [{"turn": 1, "field": "content", "start": -1, "end": 2, "quote": "", "shows": "x"}]),
    ],
)
def test_outcomes(field: str, value: object, path: Path, tmp_path: Path) -> None:
    """So is an outcome that nobody can have derived."""
    edited(path / "outcomes.jsonl", setting(2, field, value=value))
    for command in ("replay run", "report run --format csv", "compare run run"):
        said = complaint(inside(*command.split(), cwd=tmp_path), 2)
        assert f"outcomes.jsonl', line 3, field '{field}" in said


MANIFESTS: dict[str, tuple[dict[str, Any], str]] = {
    "paths in a list": ({"puzzle_paths": ["a.py"]}, "'puzzle_paths' must be an object, not ['a.py']"),
    "path alone": ({"puzzle_paths": "a.py"}, "'puzzle_paths' must be an object, not 'a.py'"),
    "paths of nothing": ({"puzzle_paths": None}, "'puzzle_paths' must be an object, not None"),
    "path that is none": ({"puzzle_paths": {"a": 1}}, "'a' in 'puzzle_paths' must be a string, not 1"),
    "path with NUL": ({"puzzle_paths": {"a": "a\0.py"}}, "the path of puzzle 'a' in 'puzzle_paths' is none"),
    "path with a surrogate": ({"puzzle_paths": {"a": "\ud800"}}, "the path of puzzle 'a' in 'puzzle_paths'"),
    "endpoint in words": ({"endpoints": {"sim": "http://x"}}, "'sim' in 'endpoints' must be an object"),
    "endpoints in a list": ({"endpoints": [1]}, "'endpoints' must be an object"),
    "nothing asked": ({"asked": None}, "'asked' must be an object"),
    "prices in a list": ({"prices": [["sim/tired", 1]]}, "'prices' must be an object"),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_manifests(name: str, path: Path, tmp_path: Path) -> None:
    changes, told = MANIFESTS[name]
    manifest = json.loads((path / "run.json").read_text())
    manifest["spec"] |= changes
    (path / "run.json").write_text(json.dumps(manifest))
    (tmp_path / "labels.jsonl").write_text('{"id": "a", "label": "refusal"}\n')
    for command in [*COMMANDS, "run --model sim/tired --sim http://127.0.0.1:9 --puzzle hanoi:3 --out run"]:
        said = complaint(inside(*command.split(), cwd=tmp_path), 2)
        assert f"run.json', field 'spec': {told}" in said


@pytest.mark.parametrize(
    "price",
    [1, "1", [1], {}, {"input": -1, "output": 1}, {"input": 10**400, "output": 1}, {"input": "\ud800"}],
)
def test_prices(price: object, path: Path, tmp_path: Path) -> None:
    manifest = json.loads((path / "run.json").read_text())
    manifest["spec"]["prices"] = {"sim/tired": price}
    (path / "run.json").write_text(json.dumps(manifest))
    for command in ("report run --format csv", "report run", "compare run run"):
        said = complaint(inside(*command.split(), cwd=tmp_path), 2)
        assert "the price of 'sim/tired' in the run at 'run'" in said


@pytest.mark.parametrize("levels", [160, 900])
def test_deep_manifests(levels: int, path: Path, tmp_path: Path) -> None:
    """What is nested so deep that nobody could write it again is not read."""
    manifest = json.loads((path / "run.json").read_text())
    (path / "run.json").write_text(json.dumps(manifest | {"extensions": [{"a": deep(levels)}]}))
    assert "has more than 150 levels of nesting" in complaint(inside("replay", "run", cwd=tmp_path), 2)


def test_doubled_keys(path: Path) -> None:
    """A row whose trial is given twice is the same row to everybody, or refused."""
    file = path / "exchanges.jsonl"
    first, second, *rest = file.read_bytes().splitlines(keepends=True)
    named = json.loads(second)["trial"]
    changed = first.rstrip().removesuffix(b"}") + f',"trial":"{named}"}}\n'.encode()
    file.write_bytes(b"".join([changed, *rest]))
    run = RunDirectory.open(path)
    for processes in (1, 3):
        with pytest.raises(Exception, match=r"line 1, (has the field 'trial' twice|field 'what.id')"):
            replay(run, processes=processes)


def test_steps_beyond_tables(path: Path, tmp_path: Path) -> None:
    """A number of steps may be so large that a table cannot hold it, or its mean."""

    def edit(rows: Rows) -> None:
        for number, row in enumerate(rows[1:]):
            row["steps"] = ((1 << 63) - 1, (1 << 63) - 9, 10**30)[number % 3]

    edited(path / "outcomes.jsonl", edit)
    done(inside("report", "run", "--format", "csv", "--table", "sensitivity", cwd=tmp_path))


def test_steps_beyond_counting(tmp_path: Path) -> None:
    """No length is so large that dividing by it fails."""
    (tmp_path / "spec.toml").write_text(
        f'models = ["sim/tired"]\n[[puzzles]]\nname = "hanoi"\nsteps = [{"9" * 400}]\n'
    )
    command = "run --spec spec.toml --sim http://127.0.0.1:9/v1 --dry-run"
    assert "field 'puzzles.0.steps.0'" in complaint(inside(*command.split(), cwd=tmp_path), 2)


@pytest.mark.parametrize("changes", [{"instances": 10**12}, {"sizes": [3] * 300_000}])
def test_endless_specs(changes: dict[str, Any], path: Path, tmp_path: Path) -> None:
    """Nobody counts the trials of a spec that asks for more than anybody could."""
    manifest = json.loads((path / "run.json").read_text())
    manifest["spec"]["asked"]["puzzles"][0] |= changes
    (path / "run.json").write_text(json.dumps(manifest))
    begun = time.monotonic()
    done(inside("report", "run", "--format", "csv", cwd=tmp_path))
    assert time.monotonic() - begun < 20
