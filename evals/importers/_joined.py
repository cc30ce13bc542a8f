"""Rows of one file by a key, for another file whose rows name them: kept on disk, whatever their number."""

import json
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import Any, Self

from evals.importers._tables import NumberTable


class KeyedRows:
    """Rows that are looked up by their key. Of several with the same key, the first is found.

    Use it in a `with` statement.
    """

    def __init__(self) -> None:
        self._file = TemporaryFile(buffering=1 << 20)  # noqa: SIM115 - closed by `__exit__`
        self._places = NumberTable()
        self._end = 0
        self._written = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def add(self, key: str, row: dict[str, Any] | bytes) -> None:
        """Keep a row: parsed, or as the line of JSON that it is."""
        if self._places.put(key, self._end) is not None:
            return
        data = row if isinstance(row, bytes) else json.dumps(row, separators=(",", ":")).encode("ascii")
        self._file.write(data + b"\n")
        self._end += len(data) + 1
        self._written = False

    def update(self, rows: Iterable[tuple[str, dict[str, Any] | bytes]]) -> None:
        """Keep all of these."""
        for key, row in rows:
            self.add(key, row)

    def get(self, key: str) -> dict[str, Any] | None:
        """Return the row of a key; `None` if there is none."""
        place = self._places.get(key)
        if place is None:
            return None
        if not self._written:
            self._file.flush()
            self._written = True
        self._file.seek(place)
        row: dict[str, Any] = json.loads(self._file.readline())
        return row
