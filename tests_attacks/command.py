"""Commands that meet something hostile: each in a fork, with bounds, and a place that it must leave alone.

A server process has imported everything and does nothing but fork, so that a command costs no start.
"""

import json
import multiprocessing
import os
import pkgutil
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import evals
import reports
import tasks
from tests_attacks.outcome import Harm, Outcome

if TYPE_CHECKING:
    from tests.fuzz.commands import Broken

FORKS = multiprocessing.get_context("forkserver")
_SECONDS = 60
"""Of the processor, before the kernel ends a command that its own bounds have not ended."""
_PATIENCE = 400.0
"""Seconds by the clock, for the same."""
_LARGEST = 256 << 20
"""Bytes of a file that a command may write."""
_MEMORY = 2 << 30
"""Bytes of addresses, beyond those of Python and the libraries."""
_BESIDE = ("pandas", "scipy.stats", "scipy.optimize", "tests.fuzz.commands", "tests_attacks.command")


def prepare() -> None:
    """Start the process that forks, once, before any thread is started here."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    ours = (module.name for package in (evals, tasks, reports) for module in _modules(package))
    FORKS.set_forkserver_preload([*_BESIDE, *ours])


def _modules(package: ModuleType) -> Iterator[pkgutil.ModuleInfo]:
    """All modules of a package: a command imports nothing any more, whatever is edited meanwhile."""
    return pkgutil.walk_packages(package.__path__, f"{package.__name__}.")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int | None
    out: str
    err: str
    harm: Harm | None
    what: str
    """What is wrong, in a few lines."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one attack takes place."""

    work: Path
    """Where the command runs, and may write."""
    outside: Path
    """Files that are not the command's business."""

    @property
    def victim(self) -> Path:
        """One of these files."""
        return self.outside / "victim.txt"

    def run(self, *arguments: str | Path, **environment: str) -> Ended:
        """Run a command there."""
        before = _seen(self.outside)
        ended = _forked(tuple(map(str, arguments)), self.work, environment)
        if ended.harm in (None, Harm.OTHER) and _seen(self.outside) != before:
            return Ended(
                ended.code, ended.out, ended.err, Harm.WRITE, "it changed files that are not its own"
            )
        return ended

    def attack(self, found: Outcome, told: str, *arguments: str | Path, **environment: str) -> Ended:
        """Run a command there, and note what came of it."""
        ended = self.run(*arguments, **environment)
        found.note(ended.harm, f"{told}: {' '.join(map(str, arguments))[:200]}: {ended.what}")
        return ended


@contextmanager
def place(base: Path) -> Iterator[Place]:
    """Make a place, and remove it whatever was put there."""
    with tempfile.TemporaryDirectory(dir=base, prefix="attack-", ignore_cleanup_errors=True) as made:
        there = Place(Path(made) / "work", Path(made) / "outside")
        there.work.mkdir()
        there.outside.mkdir()
        there.victim.write_text("not yours\n")
        (there.outside / "folder").mkdir()
        yield there
        shutil.rmtree(made, ignore_errors=True)


def _seen(folder: Path) -> list[tuple[str, int, int, int, bytes]]:
    """Everything below a folder, so that a change shows."""
    found = []
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        data = (
            path.read_bytes() if path.is_file() and not path.is_symlink() and about.st_size < 1 << 20 else b""
        )
        found.append((str(path), about.st_mode, about.st_size, about.st_mtime_ns, data))
    return found


def _forked(arguments: tuple[str, ...], folder: Path, environment: dict[str, str]) -> Ended:
    receiving, sending = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=_carry_out, args=(sending, arguments, folder, environment), daemon=True)
    process.start()
    sending.close()
    try:
        if not receiving.poll(_PATIENCE):
            return Ended(None, "", "", Harm.HANG, f"it had not ended after {_PATIENCE:g} s, and was killed")
        told = json.loads(receiving.recv_bytes())
    except EOFError:
        process.join(10)
        return Ended(None, "", "", Harm.HANG, f"it was killed: {process.exitcode}")
    finally:
        process.kill()
        process.join()
        receiving.close()
    harm = None if told["harm"] is None else Harm(told["harm"])
    return Ended(told["code"], told["out"], told["err"], harm, told["what"])


def _carry_out(
    pipe: Connection, arguments: tuple[str, ...], folder: Path, environment: dict[str, str]
) -> None:
    """In the fork: be the command, and tell how it ended."""
    import traceback  # noqa: PLC0415

    from tests.fuzz import commands  # noqa: PLC0415

    os.setsid()
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST, _LARGEST))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    commands.BYTES = _MEMORY
    tempfile.tempdir = str(folder)  # so that files for a while are no writes outside
    here = {"HOME": str(folder / "home"), "XDG_STATE_HOME": str(folder / "state"), **environment}
    told: dict[str, object] = {"code": None, "out": "", "err": "", "harm": None, "what": ""}
    try:
        ended = commands.examined(arguments, folder, **here)
        told |= {"code": ended.returncode, "out": ended.stdout[-200_000:], "err": ended.stderr[-20_000:]}
    except commands.Broken as error:
        told |= {"harm": _harm_of(error), "what": str(error)[-1500:]}
    except (commands.Overdue, MemoryError) as error:
        where = "".join(traceback.format_exception(error, limit=-6))
        told |= {"harm": Harm.HANG, "what": where[-1500:]}
    except BaseException as error:
        where = "".join(traceback.format_exception(error, limit=-6))
        told |= {"harm": Harm.TRACEBACK, "what": where[-1500:]}
    pipe.send_bytes(json.dumps(told).encode())
    os._exit(0)


def _harm_of(error: "Broken") -> Harm:
    text = str(error)
    if text.startswith("it wrote elsewhere"):
        return Harm.WRITE
    return Harm.TRACEBACK if "Traceback" in text else Harm.OTHER
