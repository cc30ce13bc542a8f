"""The labels that a reader gives one by one: a file beside the record of a run, which `agree` reads."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.errors import RunError
from evals.record import jsonl
from evals.record.outcome import Label
from evals.second_reader.human_labels import BadLabels, HumanLabel, read_labels

LABELS = "labels.jsonl"
LONGEST_NOTE = 10_000
"""Characters."""
_CHANGING = threading.Lock()


class ReaderLabels:
    """The labels of a run that its readers gave; other fields of their lines are kept as they are."""

    def __init__(self, run: Path) -> None:
        self.path = run / LABELS

    def all(self) -> dict[str, HumanLabel]:
        """Return them by trial; raises `BadLabels` or `RunError` where the file cannot be read."""
        if not self.path.exists() or not self.path.stat().st_size:
            return {}
        return {label.id: label for label in read_labels(self.path)}

    def put(self, trial: str, label: Label | None, note: str = "") -> None:
        """Give a trial a label and a note, in place of earlier ones; without a label, take them away.

        Raises:
            BadLabels: The note is too long, or what stands in the file is no label.
            RunError: The file cannot be read or written.
        """
        if len(note) > LONGEST_NOTE:
            raise BadLabels(f"a note of {len(note):,} characters is too long: keep it below {LONGEST_NOTE:,}")
        with _CHANGING:
            self.all()  # nothing is written over a file that could not be read
            rows = list(self._rows())
            place = next((place for place, row in enumerate(rows) if row.get("id") == trial), len(rows))
            before = rows[place] if place < len(rows) else {}
            given = {"id": trial, "label": label, "note": note or None}
            kept = {name: value for name, value in (before | given).items() if name != "note" or value}
            rows[place : place + 1] = [] if label is None else [kept]
            if rows:
                jsonl.replace(self.path, map(jsonl.encode, rows))
            elif self.path.exists():
                self._remove()

    def _rows(self) -> Iterator[dict[str, Any]]:
        for line in jsonl.lines(self.path) if self.path.exists() else ():
            if line.data.strip():
                yield json.loads(line.data)

    def _remove(self) -> None:
        try:
            self.path.unlink()
        except OSError as error:
            raise RunError(f"cannot remove {str(self.path)!r}: {error.strerror or error}") from None
