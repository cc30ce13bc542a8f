"""What we write in the schema of Every Eval Ever passes its own validator."""

from pathlib import Path

from tests_interop.cases import exported
from tests_interop.environments import ROOT, Tool


def test_an_export_is_valid(every_eval_ever: Tool, tmp_path: Path) -> None:
    """Of a recorded run: with answers that were cut, several puzzles and two arms."""
    out = exported(tmp_path, ROOT / "examples" / "small-model", "every-eval-ever")
    command = ["python", "-m", "every_eval_ever", "validate", "data/*/*/*/*"]
    told = every_eval_ever.done(*command, cwd=out)
    assert "2 passed, 0 warning-only, 0 failed" in told
