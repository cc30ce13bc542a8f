"""The thread that keeps an index up to date while the viewer is open."""

import sqlite3
import sys
import threading
import traceback
from dataclasses import dataclass

from evals.run_index import RunIndex
from tasks import CantwontError

_PAUSE = 1.0
"""Seconds between two looks at the files."""
_SLICE = 0.5
"""Seconds for which answers are labelled before the files are looked at again."""
_AFTER_AN_ERROR = 5.0


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far the thread is."""

    ready: bool = False
    """Whether all runs were read once."""
    done: int = 0
    total: int = 0
    labelling: bool = False
    """Whether answers wait for their labels."""
    error: str = ""
    """Why nothing is kept up to date; empty if it is."""


class Keeper:
    """Keeps an index up to date from `start` to `stop`."""

    def __init__(self, index: RunIndex) -> None:
        self._index = index
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="index", daemon=True)
        self.progress = IndexProgress()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, whatever it is doing: what it has not finished is read again next time."""
        self._stopping.set()
        while self._thread.is_alive():
            self._index.interrupt()
            self._thread.join(0.1)

    def _work(self) -> None:
        while not self._stopping.is_set():
            pause = _PAUSE
            try:
                self._once()
                if self.progress.labelling:
                    continue
            except (CantwontError, OSError, sqlite3.Error) as error:
                self.progress = IndexProgress(ready=self.progress.ready, error=str(error))
                pause = _AFTER_AN_ERROR
            except Exception as error:  # a slip of ours must not leave an old page that looks new
                if not self._stopping.is_set():
                    traceback.print_exc(file=sys.stderr)
                self.progress = IndexProgress(ready=self.progress.ready, error=repr(error))
                pause = _AFTER_AN_ERROR
            self._stopping.wait(pause)

    def _once(self) -> None:
        ready = self.progress.ready

        def tell(done: int, total: int) -> None:
            self.progress = IndexProgress(ready, done, total)

        self._index.refresh(tell)
        more = self._index.label(_SLICE)
        self.progress = IndexProgress(ready=True, labelling=more)
