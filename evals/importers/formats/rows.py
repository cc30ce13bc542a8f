"""Any file of rows, of which a mapping says everything: JSON lines, or one JSON document that is a list."""

from collections.abc import Iterable, Iterator

from evals.importers import _files as files
from evals.importers._rows import Row, RowImporter
from evals.importers.importer import RecordedAnswer, Refused, Sample, Source


class RowsImporter(RowImporter):
    """Knows nothing of a row by itself."""

    name = "rows"
    summary = "any JSON lines or list of objects, with --mapping"
    rank = 9

    def recognises(self, sample: Sample) -> bool:  # noqa: ARG002 - it recognises none
        """Return False: it is taken where a mapping is given and nothing else fits."""
        return False

    def rows(self, source: Source) -> Iterator[tuple[int, Row | Refused]]:
        """Yield the objects of the file."""
        begun = files.sample(source.path)
        if begun.head.lstrip()[:1] == b"[" and not isinstance(begun.first, dict):
            return files.Document(source.path, ()).rows()
        return files.json_lines(source.path)

    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return nothing."""
        del line, row, source
        return ()


IMPORTER = RowsImporter()
