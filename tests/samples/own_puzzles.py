"""Puzzle files of a user's own that leave a mark when they are executed, and a run of one."""

import shutil
from pathlib import Path

from evals.simulated.server import serve_in_thread
from tests.program import done, inside

_CODE = """
from dataclasses import dataclass
from typing import ClassVar

from tasks import integer
from tasks.puzzles.counting import Counting

with open({file!r}, "a") as file:
    file.write({mark!r} + "\\n")


@dataclass(frozen=True, slots=True)
class MyParameters:
    size: int = integer("how many", minimum=1, maximum=100_000)
    first: int = integer("the first", minimum=0, maximum=9, default=1)


class Mine(Counting):
    name: ClassVar[str] = {name!r}

    @property
    def parameters(self) -> type[MyParameters]:
        return MyParameters


PUZZLE = Mine()
"""


def marking(folder: Path, mark: str = "executed", name: str = "mine") -> str:
    """A puzzle's code that notes in this folder that it is executed."""
    return _CODE.format(file=str(folder / "marks"), mark=mark, name=name)


def marks(folder: Path) -> list[str]:
    """What was executed."""
    file = folder / "marks"
    return file.read_text().splitlines() if file.exists() else []


def own_run(folder: Path, *, sizes: str = "3", state: Path | None = None) -> Path:
    """Make `mine.py`, `mine.toml` and the run `runs/mine` in this folder, as their owner does."""
    (folder / "mine.py").write_text(marking(folder))
    (folder / "mine.toml").write_text(
        'models = ["sim/steady"]\n[[puzzles]]\nname = "counting"\nsizes = [3]\n'
        f'[[puzzles]]\nname = "mine"\nfile = "mine.py"\nsizes = [{sizes}]\n'
    )
    changes = {} if state is None else {"XDG_STATE_HOME": str(state)}
    with serve_in_thread() as base_url:
        command = ("run", "--spec", "mine.toml", "--sim", base_url, "--out", "runs/mine")
        done(inside(*command, cwd=folder, **changes))
    return folder / "runs" / "mine"


def unmarked(folder: Path) -> None:
    """Forget what was executed."""
    (folder / "marks").unlink(missing_ok=True)


def sent_to(folder: Path, elsewhere: Path) -> Path:
    """A copy of the owner's folder, as somebody else gets it."""
    unmarked(folder)
    return shutil.copytree(folder, elsewhere)
