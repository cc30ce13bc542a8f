"""Importers of files of rows: a mapping may say of any of them which field holds what."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from typing import Any

from evals.importers._files import json_lines
from evals.importers.importer import Importer, RecordedAnswer, Refused, Source

Row = dict[str, Any]


class RowImporter(Importer):
    """Reads rows, and what it knows of each; a mapping has the last word."""

    def answers(self, source: Source) -> Iterator[RecordedAnswer | Refused]:
        """Yield what the file holds."""
        mapping = source.mapping
        if mapping is None:
            for line, row in self.rows(source):
                if isinstance(row, Refused):
                    yield row
                else:
                    yield from self.read(line, row, source)
            return
        with mapping.over(self, source) as mapped:
            for line, row in mapped.rows():
                if isinstance(row, Refused):
                    yield row
                else:
                    yield from mapped.read(line, row)

    def rows(self, source: Source) -> Iterator[tuple[int, Row | Refused]]:
        """Yield the rows of the file with their numbers: the lines of JSON."""
        return json_lines(source.path)

    @abstractmethod
    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return the answers of one row."""
