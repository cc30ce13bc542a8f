"""What the command says of the sandbox; it refuses to ask where walls are demanded and lacking."""

from pathlib import Path

import pytest

from evals.sandbox import sandbox
from evals.sandbox.walls import Wall
from tests.program import complaint, done, inside

_CHILD = """\
import json, sys
sys.stdin.readline()
print(json.dumps({"end": "printed", "text": "[1]\\n", "seconds": 0, "version": "1", "walls": WALLS}))
"""


def _stand(walls: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox round which these walls stand."""
    child = tmp_path / "child.py"
    child.write_text(_CHILD.replace("WALLS", repr(walls)))
    monkeypatch.setattr(sandbox, "_CHILD", child)


def test_the_doctor_looks_at_the_sandbox_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a model, and with an exit code for CI."""
    _stand([wall.value for wall in Wall], tmp_path, monkeypatch)
    assert "the wall landlock-files stands" in done(inside("doctor", "--sandbox", cwd=tmp_path))
    _stand([], tmp_path, monkeypatch)
    lacking = inside("doctor", "--sandbox", cwd=tmp_path)
    assert lacking.returncode == 1
    assert "the wall landlock-files is lacking" in lacking.stdout
    assert "only the interpreter keeps files" in lacking.stdout


def test_the_doctor_must_know_what_to_look_at(tmp_path: Path) -> None:
    told = complaint(inside("doctor", cwd=tmp_path), 2)
    assert "name a model, or give --sandbox" in told


def test_walls_that_are_demanded_and_lacking_end_a_run_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing listens at the address: it would be told if anything were asked."""
    _stand([], tmp_path, monkeypatch)
    out = tmp_path / "out"
    what = ("--model", "http://127.0.0.1:9/v1#m", "--puzzle", "hanoi:3", "--arm", "code", "--out", out)
    told = complaint(inside("run", *what, "--require-sandbox", cwd=tmp_path), 2)
    assert "only the interpreter keeps files" in told
    assert "leave out --require-sandbox" in told
    assert not out.exists()
