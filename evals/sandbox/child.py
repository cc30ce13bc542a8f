"""Runs one program of a model in a process of its own, which only `evals.sandbox.sandbox` starts.

It reads one request, a line, from standard input, confines itself, and writes one report to standard output.
The program runs in pydantic-monty, an interpreter without access to files, network, environment or processes,
which is itself a child process of this one. This file depends on nothing in the project but `walls.py` beside
it.
"""

import importlib.util
import json
import os
import resource
import sys
import sysconfig
import time
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pydantic_monty as monty

_BEFORE = """\
import json as _cantwont_json
from collections import deque as _cantwont_deque
_cantwont_isinstance, _cantwont_other = isinstance, TypeError
_cantwont_ordered = (list, tuple, range, _cantwont_deque)
_cantwont_inner = (list, tuple, range, _cantwont_deque, set, frozenset)
def _cantwont_plain(value, kinds):
    listed = _cantwont_isinstance(value, kinds)
    return [_cantwont_plain(item, _cantwont_inner) for item in value] if listed else value
def _cantwont_text(value):
    try:
        return _cantwont_json.dumps(value)
    except _cantwont_other:
        return _cantwont_json.dumps(_cantwont_plain(value, _cantwont_ordered))
"""
"""Executed first, so that a program that names its own list `list` breaks nothing.

A tuple or range counts as a list. A set has no order and is not a list of steps, but it may be one step.
"""
_CALL = "_cantwont_value = {call}()"
_HAND_OVER = "_cantwont_text(_cantwont_value)"
_PROGRAM = "<python-input-1>"
"""The interpreter's file name for the second piece of code that it is fed."""
_MESSAGE = 2_000
"""Characters kept of an exception's text."""
_BEGUN = b"\n"
"""Written before the program runs; to a reader of JSON it is nothing."""
_SLACK = 1 << 30
"""Address space, in bytes, for everything besides the program's own memory."""


class _Confined:
    """One program, from its start to its report."""

    def __init__(self, seconds: float, memory: int, output: int) -> None:
        self.seconds, self.memory, self.output = seconds, memory, output
        self.standing: Any = None
        self.printed: list[str] = []
        self.count = 0
        self.begun = False
        self.started = time.monotonic()

    def report(self, end: str, **facts: object) -> NoReturn:
        """Write the report and exit at once, without waiting for an interpreter that may hang."""
        seconds = round(time.monotonic() - self.started, 3)
        walls = self.standing.names if self.standing is not None else ()
        told = {"end": end, "seconds": seconds, "version": monty.__version__, "walls": walls, **facts}
        sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode())
        sys.stdout.buffer.flush()
        os._exit(0)

    def begin(self) -> None:
        """Tell that all stands ready: what follows may be the program's doing."""
        self.begun = True
        sys.stdout.buffer.write(_BEGUN)
        sys.stdout.buffer.flush()
        self.started = time.monotonic()

    def take(self, stream: str, text: str) -> None:
        """Keep what is printed. The interpreter itself would let a flood go on until its time is up."""
        if stream == "stdout":
            self.count += len(text)
            self.printed.append(text)
            if self.count > self.output:
                self.report("output")

    def run(self, code: str, call: str | None) -> NoReturn:
        """Run the program, and call the function if one is named."""
        limits: monty.ResourceLimits = {"max_feed_duration_secs": self.seconds, "max_memory": self.memory}
        policy: monty.OSPolicy = {"sleep": "zero", "random_start": {"seed": 0}}
        name = {"__name__": "__main__" if call is None else "answer"}
        with (
            monty.Monty(max_processes=1, binary_path=_interpreter()) as pool,
            pool.checkout(limits=limits, os_policy=policy, assert_message_annotations=False) as session,
        ):
            session.feed_run(_BEFORE)
            if self.standing is not None:
                self.standing.seal()
            self.begin()
            try:
                session.feed_run(code, inputs=name, print_callback=self.take)
                if call is None:
                    self.report("printed", text="".join(self.printed))
                self.printed.clear()
                session.feed_run(_CALL.format(call=call), print_callback=self.take)
            except monty.MontyError as error:
                self.failed(error)
            try:
                text = session.feed_run(_HAND_OVER)
            except monty.MontyError as error:
                self.failed(error, handing=True)
            if len(text) > self.output:
                self.report("output")
            self.report("returned", text=text, printed="".join(self.printed) if text == "null" else "")

    def failed(self, error: monty.MontyError, *, handing: bool = False) -> NoReturn:
        """Report how the program ended, or that it returned something that JSON cannot hold."""
        if isinstance(error, monty.MontyCrashedError):
            self.report("time" if error.timed_out else "crashed", message=str(error)[:_MESSAGE])
        if not isinstance(error, monty.MontySyntaxError | monty.MontyRuntimeError):
            self.report("crashed", message=str(error)[:_MESSAGE])
        kind, message = type(error.exception()).__name__, error.display("msg")[:_MESSAGE]
        frames = error.traceback()
        # Limits end a program from outside: the error has no line of its own, or its text names the limit.
        if kind == "TimeoutError" and not frames:
            self.report("time")
        own = [frame for frame in frames if frame.filename == _PROGRAM]
        line = own[-1].line if own else None
        if kind == "MemoryError" and not frames:
            self.report("memory")
        if kind == "MemoryError" and message.startswith("memory limit exceeded"):
            self.report("memory", kind=kind, message=message, line=line)
        end = "not_json" if handing else "raised"
        # A syntax error that the running program raises has a frame in a function or module.
        parsing = isinstance(error, monty.MontySyntaxError) and all(f.function_name is None for f in frames)
        running = any(frame.function_name is not None for frame in frames)
        facts = {"line": line, "depth": len(frames), "parsing": parsing, "running": running}
        self.report(end, kind=kind, message=message, **facts)


def _limit(seconds: float, memory: int) -> None:
    """Set limits of the operating system, in case the interpreter's own fail; unknown ones are skipped."""
    bounds = {
        "RLIMIT_AS": 2 * memory + _SLACK,
        "RLIMIT_CPU": int(3 * seconds) + 10,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
    }
    for name, bound in bounds.items():
        number = getattr(resource, name, None)
        if number is None:
            continue
        try:
            resource.setrlimit(number, (bound, bound))
        except (ValueError, OSError):  # macOS knows RLIMIT_AS and refuses to set it
            continue


def _interpreter() -> str:
    return str(Path(sysconfig.get_path("scripts"), "monty"))


def _walls() -> ModuleType:
    """Load the module beside this file; Python finds nothing there, being isolated."""
    spec = importlib.util.spec_from_file_location("walls", Path(__file__).with_name("walls.py"))
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def main() -> NoReturn:
    """Read the request, run it, and report."""
    walls = _walls()
    asked = json.loads(sys.stdin.buffer.readline())
    _limit(asked["seconds"], asked["memory"])
    confined = _Confined(asked["seconds"], asked["memory"], asked["output"])
    try:
        confined.standing = walls.put_up((_interpreter(), *walls.libraries()), lifeline=sys.stdin.fileno())
        confined.run(asked["code"], asked["call"])
    except Exception as error:
        end = "crashed" if confined.begun else "unstarted"
        confined.report(end, message=f"{type(error).__name__}: {error}"[:_MESSAGE])


if __name__ == "__main__":
    main()
