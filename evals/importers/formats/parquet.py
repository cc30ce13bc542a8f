"""Tables as Parquet, with the columns of a CSV file, or real lists and objects. Needs the extra `parquet`."""

from collections.abc import Iterable, Iterator

from evals.errors import ImportFailed
from evals.importers._rows import Row, RowImporter
from evals.importers.formats.csv import read_table_row
from evals.importers.importer import RecordedAnswer, Refused, Sample, Source

_BATCH = 256
"""Rows that are read at once."""


class ParquetImporter(RowImporter):
    """Reads a table batch by batch."""

    name = "parquet"
    summary = "Parquet with named columns (extra: parquet)"

    def recognises(self, sample: Sample) -> bool:
        """Return whether it begins with Parquet's mark."""
        return sample.head[:4] == b"PAR1"

    def rows(self, source: Source) -> Iterator[tuple[int, Row | Refused]]:
        """Yield the rows; a null is nothing."""
        try:
            from pyarrow import ArrowException  # noqa: PLC0415 - an extra
            from pyarrow.parquet import ParquetFile  # noqa: PLC0415
        except ImportError:
            raise ImportFailed(
                f"{str(source.path)!r} is Parquet, which the extra 'parquet' reads: "
                "pip install 'cantwont[parquet]'"
            ) from None
        number = 0
        try:
            with ParquetFile(source.path) as table:
                for batch in table.iter_batches(batch_size=_BATCH):
                    for row in batch.to_pylist():
                        number += 1
                        yield number, {name: cell for name, cell in row.items() if cell is not None}
        except (ArrowException, OSError, ValueError) as error:
            told = " ".join(str(error).split())[:300]
            raise ImportFailed(
                f"{str(source.path)!r} cannot be read as Parquet after row {number}: {told}"
            ) from None

    def read(self, line: int, row: Row, source: Source) -> Iterable[RecordedAnswer | Refused]:
        """Return the answer of one row."""
        return read_table_row(line, row, source)


IMPORTER = ParquetImporter()
