"""Instances stay what they were, on every machine and Python, unless their puzzle's version rises."""

import json
import os
import subprocess
import sys
from dataclasses import asdict

import pytest

from tasks import puzzle, puzzles
from tests.golden import changed, everything, kept, now


@pytest.mark.parametrize("name", puzzles())
def test_instances_are_what_they_were(name: str) -> None:
    """The hashes of prompts, lengths, first steps and states are those in `golden/instances.json`."""
    before, after = kept().get(name), now(puzzle(name))
    assert before is not None, (
        f"{name!r} is not in golden/instances.json: write it with `python -m tests.golden`"
    )
    differ = changed(before, after)
    assert not differ or before.version != after.version, (
        f"an instance changed, {differ[0]!r}: raise `version` of {name!r} and regenerate with "
        "`python -m tests.golden`"
    )
    assert before == after, (
        f"{name!r} has other samples or another version: regenerate with `python -m tests.golden`"
    )


def test_instances_are_the_same_in_another_process() -> None:
    """Whatever order that process's sets and dictionaries of strings are in."""
    code = (
        "import json; from dataclasses import asdict; from tests.golden import everything; "
        "print(json.dumps({name: asdict(golden) for name, golden in everything().items()}))"
    )
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {name: asdict(golden) for name, golden in everything().items()}
