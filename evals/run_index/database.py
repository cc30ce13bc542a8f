"""The database of an index: where it is kept, and its tables."""

import os
import sqlite3
from hashlib import blake2b, sha256
from pathlib import Path

from evals.errors import RunError
from evals.record.files import user_folder

LAYOUT = 1
"""Incremented when a table changes; an index of another layout is made anew."""

MOST = (1 << 63) - 1
"""The greatest number that a column holds; puzzles know greater ones."""

_TABLES = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,          -- what stands in an address
    path BLOB NOT NULL,                  -- from the folder
    name TEXT NOT NULL,                  -- the same, to be shown
    created TEXT NOT NULL DEFAULT '',
    planned INTEGER,                     -- trials that its spec asks
    running INTEGER NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '',    -- why it cannot be read, or not be labelled
    manifest TEXT NOT NULL DEFAULT '',   -- what the files were when they were read: inode, size, time
    outcomes TEXT NOT NULL DEFAULT '',
    record TEXT NOT NULL DEFAULT '',
    covered INTEGER NOT NULL DEFAULT 0,  -- bytes of the record that its outcomes follow from
    scanned INTEGER NOT NULL DEFAULT 0,  -- bytes of the record whose rows have a place here
    tail BLOB NOT NULL DEFAULT x'',      -- the last of these bytes
    labelled INTEGER NOT NULL DEFAULT 0  -- bytes of the record whose trials are labelled, here or there
);
-- Trials that agree in all by which they are filtered. There are few, so that counts are read from here.
CREATE TABLE cells (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    model TEXT NOT NULL,
    puzzle TEXT NOT NULL,
    arm TEXT NOT NULL,
    size INTEGER NOT NULL,
    steps INTEGER,
    budget TEXT NOT NULL,
    label TEXT NOT NULL,
    sure INTEGER NOT NULL,
    flags TEXT NOT NULL,                 -- each between spaces
    trials INTEGER NOT NULL DEFAULT 0,
    prompt_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER NOT NULL DEFAULT 0,
    completion_tokens INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX cells_run ON cells (run);
CREATE TABLE trials (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    cell INTEGER NOT NULL,
    key INTEGER NOT NULL,                -- a hash of the trial's id
    alike INTEGER NOT NULL,              -- a hash of what was asked, but not of whom
    trial TEXT NOT NULL,
    instance TEXT NOT NULL,
    repeat INTEGER NOT NULL,
    written INTEGER NOT NULL,
    right INTEGER NOT NULL,
    lost_at INTEGER NOT NULL,            -- the greatest number for trials that were never lost
    turns INTEGER NOT NULL,
    finish TEXT,
    prompt_tokens INTEGER,
    cached_tokens INTEGER,
    tokens INTEGER NOT NULL,             -- of the answer; -1 where they are not known
    start INTEGER,                       -- where its outcome stands in the file of outcomes
    outcome BLOB                         -- or the outcome itself, which no file holds yet
);
-- Rows of the records, by the trial that they are of, or whose judge they are of.
CREATE TABLE places (
    run INTEGER NOT NULL,
    start INTEGER NOT NULL,
    key INTEGER NOT NULL,
    judge INTEGER NOT NULL,
    PRIMARY KEY (run, start)
) WITHOUT ROWID;
-- Conversations that are not over.
CREATE TABLE begun (
    run INTEGER NOT NULL,
    key INTEGER NOT NULL,
    trial TEXT NOT NULL,
    turn INTEGER NOT NULL,
    error TEXT,
    at TEXT,
    PRIMARY KEY (run, key)
) WITHOUT ROWID;
"""

_INDICES = {
    "trials_key": "trials (run, key)",
    "trials_alike": "trials (run, alike, cell)",
    "trials_cell": "trials (cell)",
    "trials_shuffled": "trials (key, cell)",
    "trials_written": "trials (written, cell)",
    "trials_lost_at": "trials (lost_at, cell)",
    "trials_tokens": "trials (tokens, cell)",
    "places_key": "places (run, key)",
}


def index_path(folder: Path) -> Path:
    """Return where the index of a folder is kept: `$XDG_CACHE_HOME/cantwont/index`; raises `RunError`."""
    cache = user_folder("XDG_CACHE_HOME", ".cache")
    if cache is None:
        raise RunError("there is no home directory to keep an index of runs in: set XDG_CACHE_HOME")
    name = sha256(os.fsencode(folder.resolve())).hexdigest()[:24]
    return cache / "cantwont" / "index" / f"{name}.sqlite"


def connect(path: Path) -> sqlite3.Connection:
    """Open the database, made anew where it is missing, damaged or of another layout; raises `RunError`."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(2):
            try:
                return _opened(path)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                    raise
                remove(path)
        return _opened(path)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise RunError(
            f"cannot keep the index of the runs in {str(path)!r}: {why}; "
            "make that folder writable, or set XDG_CACHE_HOME"
        ) from None


def remove(path: Path) -> None:
    """Remove a database with the files that SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection:
    # Its own statements say where a transaction begins and ends.
    database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        [layout] = database.execute("PRAGMA user_version").fetchone()
        _check(layout)
        # All of it can be made again, so no write waits for the disk.
        database.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;"
            "PRAGMA cache_size = -12288; PRAGMA journal_size_limit = 1048576;"
        )
        if layout == 0:
            database.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version = {LAYOUT}; COMMIT")
        database.execute("SELECT count(*) FROM runs").fetchone()
    except BaseException:
        database.close()
        raise
    return database


def make_indices(database: sqlite3.Connection) -> None:
    """Make the indices by which trials are found in order, where they are not made yet.

    Many rows are put into a new database in half the time without them.
    """
    for name, on in _INDICES.items():
        database.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {on}")


def _check(layout: int) -> None:
    if layout not in (0, LAYOUT):
        raise sqlite3.DatabaseError(f"it has the layout {layout}")


def key_of(*texts: str) -> int:
    """Return a hash of texts that a column holds.

    Of the texts of a million trials, two have the same hash once in 36 million indices.
    """
    return key_of_bytes("\0".join(texts).encode("utf-8", "backslashreplace"))


def key_of_bytes(text: bytes) -> int:
    """Return the same of one text in UTF-8."""
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big", signed=True)


def column(text: str) -> str:
    """Return a text as a column holds it: a lone surrogate is escaped."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
