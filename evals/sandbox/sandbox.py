"""The sandbox of the `code` arm: a model's program is run once, and its result is recorded and replayed.

The program runs in pydantic-monty, an interpreter without access to the host, in a process of its own that
the operating system limits (`evals.sandbox.child`) and walls in (`evals.sandbox.walls`), without environment.
CPython never runs it. What the sandbox cannot run or finish is a failure of the instrument, not of the model.
"""

import asyncio
import json
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import BoundedSemaphore, Timer
from typing import Any, Literal

from pydantic import BaseModel, Field

from evals.errors import NotStarted, RunError
from evals.record.model import Closed, Text
from evals.record.outcome import Label
from evals.sandbox.find_program import Program, find_program
from evals.sandbox.gaps import ignored_method, lacks, lacks_syntax
from evals.sandbox.raising import raises_itself
from evals.sandbox.walls import Wall, in_reach
from evals.text import clip, printable

_CHILD = Path(__file__).with_name("child.py")
_AT_ONCE = BoundedSemaphore(os.cpu_count() or 1)
"""The limit is in wall-clock seconds: more programs than processors would slow each other down."""
_IN_HAND = BoundedSemaphore(os.cpu_count() or 1)
"""The trees of programs that wait would fill the memory."""
_START = 60.0
"""Seconds allowed for everything but the program itself: startup, data transfer, a busy machine."""
_BEGUN = b"\n"
"""Written by the process before the program runs, and by nobody else as its first byte."""
_BYTES = 6
"""Maximum bytes per character of a report: a control character, escaped."""
_ERROR = 300
"""Characters kept of an error message."""


class Ended(StrEnum):
    """How a program ended."""

    RETURNED = "returned"
    """The function returned; `text` is the JSON of a list, the returned text, or nothing."""
    PRINTED = "printed"
    """`text` is everything printed by a script, or by a function that returned nothing."""
    RAISED = "raised"
    """The program raised an exception of its own."""
    SYNTAX_ERROR = "syntax_error"
    """The program is not valid Python."""
    RECURSION = "recursion"
    """The program nested calls deeper than the 1,000 that CPython allows too."""
    TIMED_OUT = "timed_out"
    MEMORY = "memory"
    OUTPUT_LIMIT = "output_limit"
    UNSUPPORTED = "unsupported"
    """The sandbox lacks something that CPython has; or the program needs a third-party package."""
    CRASHED = "crashed"
    """The sandbox itself failed."""


class SandboxLimits(Closed):
    """Limits of many times what a reference solution needs: 2^20 moves take about a second and 230 MB."""

    seconds: float = Field(default=10.0, gt=0)
    """Applies separately to the definitions, the call, and handing over the returned value."""
    memory: int = Field(default=256 << 20, gt=0)
    """Bytes for the program's own objects."""
    output: int = Field(default=64 << 20, gt=0)
    """Characters that the program may print or return."""


class SandboxResult(Closed):
    """The result of a program: recorded in the run, and never computed again."""

    ended: Ended
    call: str | None
    """The function that was called; `None` for a script."""
    text: Text | None = None
    """Its output: a list as JSON, or text. `None` if there was neither."""
    error: str | None = None
    """What went wrong, in one printable line: the exception, or what was returned instead of a list."""
    lacks: str | None = None
    """For `unsupported`: what the sandbox lacks, e.g. `heapq`."""
    line: int | None = None
    """The line of the program that raised."""
    seconds: float = 0.0
    limits: SandboxLimits = SandboxLimits()
    sandbox: str = ""
    """The interpreter and its version."""
    python: str = ""
    """The CPython version that determines what Python has."""
    walls: tuple[str, ...] | None = None
    """The operating system's walls that stood; `None` if it did not run, or in earlier versions' records."""

    @property
    def unwalled(self) -> bool:
        """Whether the program ran, and the walls left something in its reach but for the interpreter."""
        return self.walls is not None and in_reach(self.walls) != ()


@dataclass(frozen=True, slots=True)
class SandboxVerdict:
    """What a result means for the label of the answer."""

    label: Label | None
    """`None` if there is a list, or text that may hold one: replaying it decides."""
    reason: str
    """One sentence: the rule that decided."""
    detail: str = ""
    """The exception, or what is missing; of untrusted origin, made printable."""


class _Report(BaseModel):
    """The report of `evals.sandbox.child`: validated as untrusted input, since that runs hostile code."""

    end: Literal[
        "returned", "not_json", "printed", "raised", "time", "memory", "output", "crashed", "unstarted"
    ]
    seconds: float
    version: str = Field(max_length=40)
    text: str = ""
    printed: str = ""
    kind: str = ""
    message: str = ""
    line: int | None = None
    depth: int = 0
    parsing: bool = False
    running: bool = True
    """Whether the program had begun to run."""
    walls: tuple[Wall, ...] = ()


DEFAULT = SandboxLimits()


def run_program(program: Program, limits: SandboxLimits = DEFAULT) -> SandboxResult:
    """Run a program; returns a result whatever the program does.

    Blocks for up to three times `limits.seconds`; meant for `asyncio.to_thread`. Thread-safe: no more
    programs run at once than there are processors, and the others wait.

    Raises:
        NotStarted: The program has not run, and would not be to blame.
    """
    made = SandboxResult(
        ended=Ended.CRASHED,
        call=program.call,
        limits=limits,
        sandbox="pydantic-monty",
        python=platform.python_version(),
    )
    ignored = ignored_method(program.parsed.tree)
    if ignored is not None:
        return made.model_copy(update={"ended": Ended.UNSUPPORTED, "lacks": f"{ignored} of a class"})
    try:
        with _AT_ONCE:
            raw = _run(program, limits)
    except (OSError, RuntimeError) as error:  # RuntimeError: no thread is to be had
        raise _not_started(getattr(error, "strerror", None) or error) from None
    if not raw:
        raise _not_started("its process ended without a word")
    try:
        report = _Report.model_validate_json(raw)
        if report.end == "unstarted" and not raw.startswith(_BEGUN):
            raise _not_started(report.message)
        known = {
            "seconds": report.seconds,
            "sandbox": f"pydantic-monty {printable(report.version)}",
            "walls": tuple(map(str, report.walls)),
        }
        return made.model_copy(update=known | _read(report, program))
    except (ValueError, RecursionError):
        return made.model_copy(update={"error": "the sandbox ended without a report"})


def _not_started(why: object) -> NotStarted:
    return NotStarted(_clean(f"the sandbox does not start: {why}"))


def check_sandbox(*, walled: bool = False) -> tuple[str, ...]:
    """Check before a run that the sandbox works, and return the names of its walls.

    Args:
        walled: Whether the walls, too, must keep everything out of a program's reach.

    Raises:
        RunError: It does not.
    """
    try:
        result = run_program(Program.of("print([1])"))
    except NotStarted as error:
        raise _broken(str(error)) from None
    if result.text != "[1]\n":
        raise _broken(result.error or str(result.ended))
    standing = result.walls or ()
    if walled and result.unwalled:
        raise RunError(
            f"only the interpreter keeps {' and '.join(in_reach(standing))} from models' programs here: "
            "leave out --require-sandbox, or run where `cantwont doctor --sandbox` finds the walls"
        )
    return standing


def _broken(why: str) -> RunError:
    return RunError(
        f"the sandbox does not work here: {why!r}; install pydantic-monty again, or leave out `code`"
    )


def _run(program: Program, limits: SandboxLimits) -> bytes:
    """Start the process, send the program, read the report, and leave no process of the group behind."""
    request = json.dumps({"code": program.code, "call": program.call, **limits.model_dump()}).encode("ascii")
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
        [sys.executable, "-I", "-B", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={},
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    watch = Timer(3 * limits.seconds + _START, _kill, [process])
    watch.daemon = True
    try:
        watch.start()
        # The pipe stays open: where it closes, the process knows that we are gone.
        with suppress(BrokenPipeError):
            process.stdin.write(request + b"\n")
            process.stdin.flush()
        return process.stdout.read(_BYTES * limits.output + 65_536)
    finally:
        watch.cancel()
        _kill(process)
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.close()
        process.wait()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill the whole process group. The process is not yet reaped, so its id cannot have been reused."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


# --- what the report says


def _read(report: _Report, program: Program) -> dict[str, object]:
    match report.end:
        case "returned":
            return _returned(report)
        case "not_json":
            return {
                "ended": Ended.RETURNED,
                "error": _clean(f"what it returned is no list: {report.message}"),
            }
        case "raised":
            return {"line": report.line, "error": _error(report), **_raised(report, program)}
        case "printed":
            return {"ended": Ended.PRINTED, "text": report.text}
        case "memory" if report.kind and _raises_itself(report, program):
            return {"ended": Ended.RAISED, "line": report.line, "error": _error(report)}
        case end:
            return {"ended": _ENDS[end], "error": _clean(report.message) or None}


_ENDS = {
    "time": Ended.TIMED_OUT,
    "memory": Ended.MEMORY,
    "output": Ended.OUTPUT_LIMIT,
    "crashed": Ended.CRASHED,
    "unstarted": Ended.CRASHED,
}
_OTHERS = {"null": "nothing", "true": "a truth value", "false": "a truth value"}


def _returned(report: _Report) -> dict[str, object]:
    text = report.text
    if text.startswith("["):
        return {"ended": Ended.RETURNED, "text": text}
    if text.startswith('"'):
        return {"ended": Ended.RETURNED, "text": json.loads(text)}
    if text == "null" and report.printed.strip():
        return {"ended": Ended.PRINTED, "text": report.printed}
    what = _OTHERS.get(text, "a dictionary" if text.startswith("{") else "a number")
    return {"ended": Ended.RETURNED, "error": f"it returned {what}"}


def _raised(report: _Report, program: Program) -> dict[str, object]:
    tree = program.parsed.tree
    if report.parsing:
        if lacks_syntax(report.message, tree):
            return {"ended": Ended.UNSUPPORTED, "lacks": _clean(report.message)}
        return {"ended": Ended.SYNTAX_ERROR, "error": program.parsed.refused or _error(report)}
    if _raises_itself(report, program):
        return {"ended": Ended.RAISED}
    missing = lacks(report.kind, report.message, report.depth, tree)
    if missing is not None:
        return {"ended": Ended.UNSUPPORTED, "lacks": _clean(missing)}
    return {"ended": Ended.RECURSION if report.kind == "RecursionError" else Ended.RAISED}


def _raises_itself(report: _Report, program: Program) -> bool:
    line = report.line if report.running else None
    return raises_itself(report.kind, report.message, line, program.parsed.tree, program.code)


def _error(report: _Report) -> str:
    return _clean(f"{report.kind}: {report.message}" if report.message else report.kind)


def _clean(text: str) -> str:
    return clip(printable(text), _ERROR)


# --- what the result says


def text_of(result: SandboxResult) -> str:
    """Return the text in which `tasks.read` looks for the list; empty if the program gave no text."""
    return result.text or ""


_LIMITS = {
    Ended.TIMED_OUT: "it had not ended when its time was up",
    Ended.MEMORY: "it needs more memory than the sandbox gives",
    Ended.OUTPUT_LIMIT: "it gives more than the sandbox takes",
    Ended.UNSUPPORTED: "the sandbox lacks something that the program needs",
    Ended.CRASHED: "the sandbox failed",
}
_FAULTS = {
    Ended.RAISED: "the program raises an exception of its own",
    Ended.SYNTAX_ERROR: "the program is no Python",
    Ended.RECURSION: "the program calls itself deeper than Python allows",
    Ended.RETURNED: "the function returns no list",
}


def judge_of(result: SandboxResult | None) -> SandboxVerdict:
    """Return the label that a result implies by itself; `None` as label if the list must be replayed.

    Args:
        result: What the sandbox recorded; `None` for an answer without a program.
    """
    if result is None:
        return SandboxVerdict(Label.MALFORMED, "it has no program")
    if result.ended in _LIMITS:
        return SandboxVerdict(Label.UNSCORABLE, _LIMITS[result.ended], result.lacks or result.error or "")
    if result.text is not None and result.text.strip():
        return SandboxVerdict(None, "it gave a list or text")
    if result.ended is Ended.PRINTED:
        return SandboxVerdict(Label.MALFORMED, "it has no function to call, and prints nothing")
    return SandboxVerdict(Label.LOGIC_ERROR, _FAULTS[result.ended], result.error or "")


async def run_in_sandbox(text: str) -> dict[str, Any] | None:
    """Run the program of an answer; return the result to record, or `None` if it has no program.

    Raises:
        NotStarted: It has one, and that has not run.
    """
    result = await asyncio.to_thread(_run_found, text)
    if result is None:
        return None
    return result.model_dump(mode="json", exclude={"walls"} if result.walls is None else None)


def _run_found(text: str) -> SandboxResult | None:
    with _IN_HAND:
        program = find_program(text)
        return None if program is None else run_program(program)


def restored(result: Mapping[str, Any] | None) -> SandboxResult | None:
    """Return a result from its recorded form."""
    return None if result is None else SandboxResult.model_validate(result)
