"""The folder that an export makes: whole or not at all, with names that a stranger cannot choose."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from evals.errors import ExportFailed
from evals.record import jsonl
from evals.record.files import is_vacant, unfinished_folder

_MOST_OPEN = 64
_UNPORTABLE = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|data)(?:\.|$)", re.IGNORECASE)
_LONGEST = 80


class Folder:
    """The files of an export, written piece by piece under names relative to the folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._open: OrderedDict[str, IO[bytes]] = OrderedDict()
        self._made: set[str] = set()

    def append(self, name: str, data: bytes) -> None:
        """Append to a file; few are open at a time, however many there are."""
        file = self._open.pop(name, None)
        if file is None:
            if len(self._open) >= _MOST_OPEN:
                self._open.popitem(last=False)[1].close()
            path = self.place(name)
            file = path.open("ab" if name in self._made else "xb")
            self._made.add(name)
        self._open[name] = file
        file.write(data)

    def append_row(self, name: str, row: Mapping[str, Any]) -> None:
        """Append a line of JSON, in ASCII."""
        self.append(name, jsonl.encode(row))

    def place(self, name: str) -> Path:
        """Return where a file stands, with the folders above it made."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def close(self) -> None:
        """Write out what is held."""
        while self._open:
            self._open.popitem()[1].close()


def encodable(value: Any) -> Any:
    """Return plain JSON with lone surrogates spelled out, for readers that want texts to be UTF-8."""
    match value:
        case str():
            try:
                value.encode()
            except UnicodeEncodeError:
                return value.encode("utf-8", "backslashreplace").decode()
            return value
        case dict():
            return {encodable(name): encodable(each) for name, each in value.items()}
        case list() | tuple():
            return [encodable(each) for each in value]
    return value


def portable(text: str) -> str:
    """Return a name for a file or folder that is as like the text as every system allows.

    Different texts have different names: one that had to be changed ends with a hash.
    """
    name = _UNPORTABLE.sub("_", text).strip("._-")[:_LONGEST].rstrip("._-")
    if name and name == text and not _RESERVED.match(name):
        return name
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{name}-{mark}" if name and not _RESERVED.match(name) else f"x{name}-{mark}"


@contextmanager
def made_whole(out: Path) -> Iterator[Folder]:
    """Make a folder that stands at `out` once all of it is written; raises `ExportFailed`."""
    try:
        if not is_vacant(out):
            raise ExportFailed(f"there is something at {str(out)!r} already: name another folder with --out")
        with unfinished_folder(out, ".export.") as beside:
            folder = Folder(beside / "made")
            folder.path.mkdir()
            try:
                yield folder
                folder.close()
            except BaseException:
                with suppress(OSError):  # what could not be written before cannot be now
                    folder.close()
                raise
            folder.path.rename(out)
    except OSError as error:
        raise ExportFailed(f"cannot make a folder at {str(out)!r}: {error.strerror or error}") from None
