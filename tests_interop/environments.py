"""Environments of their own for the tools of others, kept where CANTWONT_SCRATCH names a folder."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent
_PATIENCE = 1800
"""Seconds for an installation."""
_LONGEST = 300
"""Seconds for a command."""
_NOTHING: Mapping[str, str] = MappingProxyType({})
_QUIET = {
    "NO_PROXY": "127.0.0.1",
    "INSPECT_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that is installed."""

    programs: Path
    """The folder of its programs."""

    def run(
        self, *command: str | Path, cwd: Path, changes: Mapping[str, str] = _NOTHING
    ) -> subprocess.CompletedProcess[str]:
        """Run one of its programs to its end, with these changes to our environment."""
        kept = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
        path = f"{self.programs}{os.pathsep}{kept.get('PATH', '')}"
        return subprocess.run(
            [str(self.programs / command[0]), *map(str, command[1:])],
            cwd=cwd,
            env=kept | _QUIET | {"PATH": path, "HOME": str(cwd), **changes},
            capture_output=True,
            encoding="utf-8",
            timeout=_LONGEST,
            check=False,
        )

    def done(self, *command: str | Path, cwd: Path, changes: Mapping[str, str] = _NOTHING) -> str:
        """Do the same, and return what it printed; whatever went wrong is an assertion that shows it."""
        ended = self.run(*command, cwd=cwd, changes=changes)
        assert ended.returncode == 0, f"{command}\n{ended.stdout[-3000:]}\n{ended.stderr[-3000:]}"
        return ended.stdout


def python_tool(name: str, folder: Path, *, options: Sequence[str] = (), ours: bool = True) -> Tool:
    """Return the tool of `requirements-NAME.txt`; skips the test where it cannot be installed here.

    Args:
        name: The tool's.
        folder: Where environments are kept if nothing names another.
        options: Of pip.
        ours: Whether cantwont stands beside it, as a checkout.
    """
    wanted = HERE / f"requirements-{name}.txt"
    known = [wanted.read_bytes(), *([_project()] if ours else [])]
    made = _scratch(folder) / f"{name}-{hashlib.sha256(b''.join(known)).hexdigest()[:12]}"
    programs, ready = made / "bin", made / "ready"
    if not ready.exists():
        pip = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
        steps = [
            [sys.executable, "-m", "venv", "--clear", str(made)],
            [*pip, *options, "--requirement", str(wanted)],
        ]
        if ours:
            steps.append([*pip, "--no-build-isolation", "--editable", str(ROOT)])
        _install(name, steps)
        ready.touch()
    return Tool(programs)


def node_tool(name: str, release: str, folder: Path) -> Tool:
    """Return a tool of npm's; skips the test where it cannot be installed here."""
    if shutil.which("npm") is None:
        pytest.skip(f"{name} needs npm, which is not here")
    made = _scratch(folder) / f"{name}-{release}"
    programs, ready = made / "node_modules" / ".bin", made / "ready"
    if not ready.exists():
        made.mkdir(parents=True, exist_ok=True)
        (made / "package.json").write_text(json.dumps({"name": "scratch", "private": True}))
        _install(name, [["npm", "install", "--prefix", str(made), "--silent", f"{name}@{release}"]])
        ready.touch()
    return Tool(programs)


def _project() -> bytes:
    """Return what an installation of ours hangs on: dependencies and entry points."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return json.dumps(project, sort_keys=True).encode()


def _scratch(folder: Path) -> Path:
    named = os.environ.get("CANTWONT_SCRATCH")
    return Path(named).resolve() if named else folder


def _install(name: str, steps: Sequence[Sequence[str]]) -> None:
    for step in steps:
        try:
            ended = subprocess.run(step, capture_output=True, text=True, timeout=_PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            pytest.skip(f"{name} is not installed within {_PATIENCE} s")
        if ended.returncode:
            lines = [line for line in ended.stderr.splitlines() if line and not line.startswith("WARNING")]
            pytest.skip(f"{name} cannot be installed here: {' '.join(lines[-3:])[:300]}")
