"""The calls by which a process changes files below one folder, each with a fate of its own.

It replaces functions of `os` and `io`, so it sees what Python code of the process does; the processes that it
starts are not touched.
"""

import builtins
import io
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

_CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

LOCK = threading.RLock()
"""Held during each call."""


class Fate(Protocol):
    """Decides what becomes of each call."""

    def meet(self, kind: str, path: str, size: int) -> int:
        """Return how many of the bytes of a write get through (of any other call: 0); may raise `OSError`."""

    def cut(self) -> None:
        """Go on after a write of which not all bytes got through."""

    def done(self, kind: str, path: str, other: str) -> None:
        """Take note of a call that was carried out; `other` is the new name of what was renamed."""


class Disk:
    """Stands between the process and the files below a folder, from `__init__` to its end."""

    def __init__(self, folder: Path, fate: Fate) -> None:
        self._folder, self._fate = str(folder), fate
        self._paths: dict[int, str] = {}
        """By descriptor."""
        self._os: dict[str, Callable[..., Any]] = {
            name: getattr(os, name)
            for name in (
                "open",
                "close",
                "write",
                "fsync",
                "ftruncate",
                "replace",
                "rename",
                "unlink",
                "mkdir",
            )
        }
        for name in self._os:
            setattr(os, name, getattr(self, f"_{name}"))
        self._io_open = io.open
        io.open = builtins.open = self._opened

    def _is_ours(self, path: object) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - pathlib calls what is replaced here
        return name == self._folder or name.startswith(f"{self._folder}/")

    def _call(self, kind: str, path: object, work: Callable[[], Any], other: object = "") -> Any:
        name = os.fsdecode(path)  # type: ignore[arg-type]
        with LOCK:
            self._fate.meet(kind, name, 0)
            made = work()
            self._fate.done(kind, name, os.fsdecode(other))  # type: ignore[arg-type]
        return made

    def _open(self, path: Any, flags: int, mode: int = 0o777, **more: Any) -> int:
        real = self._os["open"]
        if not self._is_ours(path):
            return int(real(path, flags, mode, **more))
        is_temporary = bool(flags & getattr(os, "O_TMPFILE", 0) & ~os.O_DIRECTORY)
        name = f"{os.fsdecode(path)}/temporary" if is_temporary else os.fsdecode(path)
        fresh = is_temporary or (flags & os.O_CREAT and not os.path.lexists(name))
        with LOCK:
            if fresh:
                descriptor = self._call("create", name, lambda: real(path, flags, mode, **more))
            elif flags & _CHANGES:
                descriptor = self._call("open", name, lambda: real(path, flags, mode, **more))
            else:
                descriptor = real(path, flags, mode, **more)
            self._paths[descriptor] = name
        return int(descriptor)

    def _close(self, descriptor: int) -> None:
        self._paths.pop(descriptor, None)
        self._os["close"](descriptor)

    def _write(self, descriptor: int, data: Any) -> int:
        path = self._paths.get(descriptor)
        if path is None:
            return int(self._os["write"](descriptor, data))
        with LOCK:
            whole = memoryview(data).cast("B")
            passed = self._fate.meet("write", path, len(whole))
            written = int(self._os["write"](descriptor, whole[:passed])) if passed else 0
            if passed < len(whole):
                self._fate.cut()
            self._fate.done("write", path, "")
        return written

    def _fsync(self, descriptor: int) -> None:
        self._on_descriptor("sync", descriptor, lambda: self._os["fsync"](descriptor))

    def _ftruncate(self, descriptor: int, length: int) -> None:
        self._on_descriptor("truncate", descriptor, lambda: self._os["ftruncate"](descriptor, length))

    def _on_descriptor(self, kind: str, descriptor: int, work: Callable[[], Any]) -> None:
        path = self._paths.get(descriptor)
        if path is None:
            work()
        else:
            self._call(kind, path, work)

    def _replace(self, source: Any, target: Any, **more: Any) -> None:
        self._renamed("replace", source, target, more)

    def _rename(self, source: Any, target: Any, **more: Any) -> None:
        self._renamed("rename", source, target, more)

    def _renamed(self, name: str, source: Any, target: Any, more: dict[str, Any]) -> None:
        def work() -> None:
            self._os[name](source, target, **more)

        if self._is_ours(target):
            self._call("replace", source, work, target)
        else:
            work()

    def _unlink(self, path: Any, **more: Any) -> None:
        self._on_path("unlink", path, lambda: self._os["unlink"](path, **more))

    def _mkdir(self, path: Any, mode: int = 0o777, **more: Any) -> None:
        self._on_path("mkdir", path, lambda: self._os["mkdir"](path, mode, **more))

    def _on_path(self, kind: str, path: Any, work: Callable[[], Any]) -> None:
        if self._is_ours(path):
            self._call(kind, path, work)
        else:
            work()

    def _opened(self, file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **more: Any) -> Any:
        """Open a file like `open`; what is written to it passes through `os.write`."""
        ours = file in self._paths if isinstance(file, int) else self._is_ours(file)
        if not ours or not set(mode) & set("wax+"):
            if ours:
                self._paths.pop(file, None)  # closed without `os.close`
            return self._io_open(file, mode, buffering, *rest, **more)
        opener, closes = more.pop("opener", None), bool(more.pop("closefd", True))
        raw = _Raw(file, mode.replace("b", "").replace("t", ""), closes, opener, self._paths)
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, *rest, **more)


class _Raw(io.FileIO):
    """A file that is opened and written by the functions of `os`, as they are by then."""

    def __init__(
        self, file: Any, mode: str, closes: bool, opener: Callable[..., int] | None, paths: dict[int, str]
    ) -> None:
        if not isinstance(file, int) and opener is None:
            opener = _open
        super().__init__(file, mode, closes, opener)
        self._paths = paths

    def write(self, data: Any, /) -> int:
        return os.write(self.fileno(), data)

    def close(self) -> None:
        if not self.closed:
            self._paths.pop(self.fileno(), None)
        super().close()


def _open(path: str, flags: int) -> int:
    return os.open(path, flags, 0o666)
