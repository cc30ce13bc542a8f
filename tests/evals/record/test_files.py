"""What people save with a byte order mark is read; what is no file, or too much of one, is named at once."""

import codecs
import contextlib
import gzip
import io
import os
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evals.errors import CorruptRecord, ImportFailed, RunError, SpecError
from evals.importers import import_run
from evals.plan.spec_file import toml
from evals.record import exchange_log, files, jsonl
from evals.record.exchange_log import Index, Recorder, exchanges
from evals.record.files import (
    TooLong,
    bytes_of,
    decoded,
    discard_unfinished,
    exists,
    is_unfinished,
    is_vacant,
    lines_of,
    open_unlinked,
    opened,
    text_of,
    unfinished_folder,
    write,
)
from evals.record.run import RunDirectory, file_digest
from evals.replay.replay import replay
from tests import ROOT
from tests.evals.record.test_exchange_log import MANIFEST, exchange, record
from tests.program import complaint, inside

pytestmark = pytest.mark.slow

MARK = codecs.BOM_UTF8


def mark(*files: Path) -> None:
    for file in files:
        file.write_bytes(MARK + file.read_bytes())


def test_text_of(tmp_path: Path) -> None:
    """The mark is no part of the text, and all line ends are alike."""
    file = tmp_path / "text"
    file.write_bytes(MARK + "a\r\nb\rc\n\ufeffé".encode())
    assert text_of(file) == "a\nb\nc\n\ufeffé"
    for data in (b"\xff", MARK + b"\xe9"):
        with pytest.raises(ValueError, match="codec can't decode"):
            decoded(data)
    for encoding in ("utf-16-le", "utf-16-be"):
        with pytest.raises(ValueError, match="it is in UTF-16: save it as UTF-8"):
            decoded("\ufeff{}".encode(encoding))


def test_exists(tmp_path: Path) -> None:
    """Nothing has a name that is too long."""
    assert exists(tmp_path)
    assert not exists(tmp_path / "a")
    assert not exists(tmp_path / ("a" * 300))


def test_spec(tmp_path: Path) -> None:
    file = tmp_path / "spec.toml"
    file.write_bytes(MARK + b'name = "x"\r\n')
    assert toml(file) == {"name": "x"}
    file.write_bytes("\ufeffname = 'x'".encode("utf-16-le"))
    with pytest.raises(SpecError, match="is not TOML: it is in UTF-16: save it as UTF-8"):
        toml(file)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = " + "[" * 100_000, "is nested too deep"),
        ("a = " + "[" * 300 + "]" * 300, "is nested too deep"),
        (f"[a{'.a' * 300}]", "is nested too deep"),
        ("[sampling.extra]\nuntil = [2026-01-02]", "has the date or time 2026-01-02: write it as a string"),
        ("[sampling.extra]\nuntil = 01:02:03", "has the date or time 01:02:03: write it as a string"),
        ("seed = " + "9" * 5000, "is not TOML"),
    ],
    ids=["brackets", "lists", "tables", "date", "time", "number"],
)
def test_specs_that_are_none(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "spec.toml").write_text(text)
    with pytest.raises(SpecError, match=told):
        toml(tmp_path / "spec.toml")


def test_run(path: Path) -> None:
    """A run whose files an editor has marked is the same run."""
    mark(*(path / name for name in ("run.json", "exchanges.jsonl", "outcomes.jsonl")))
    assert replay(RunDirectory.open(path)).same


@pytest.mark.parametrize("torn", [b"", b'{"schema":1,"kind":'])
def test_marked_record_goes_on(torn: bytes, tmp_path: Path) -> None:
    """A marked record is continued where it stopped, its torn line removed."""
    run = RunDirectory.create(tmp_path / "run", MANIFEST)
    record(run, exchange("a"))
    file = run.path / "exchanges.jsonl"
    file.write_bytes(MARK + file.read_bytes() + torn)
    record(run, exchange("b"))
    assert [row.trial for row in exchanges(run)] == ["a", "b"]
    assert file.read_bytes().count(b"\n") == 2


def test_only_a_mark(tmp_path: Path) -> None:
    """A record of nothing but a mark is an empty one."""
    run = RunDirectory.create(tmp_path / "run", MANIFEST)
    (run.path / "exchanges.jsonl").write_bytes(MARK)
    assert len(Index.of(run)) == 0
    with Recorder(run) as recorder:
        recorder.append(exchange("a"))
    assert [row.trial for row in exchanges(run)] == ["a"]


def test_why_a_run_cannot_be_read(tmp_path: Path) -> None:
    """A name that is too long is not called a run that is missing."""
    with pytest.raises(RunError, match=r"cannot read the run at .*: File name too long"):
        RunDirectory.open(tmp_path / ("a" * 300))
    with pytest.raises(RunError, match="File name too long"):
        RunDirectory.is_at(tmp_path / ("a" * 300))
    assert not RunDirectory.is_at(tmp_path)


# --- what is no file


def fifo(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def bound_socket(path: Path) -> None:
    with contextlib.chdir(path.parent), socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)  # the whole path may be too long for one


def folder(path: Path) -> None:
    path.mkdir()


def nothing(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


KINDS = {
    fifo: "it is a named pipe, and must be a regular file",
    device: "it is a device, and must be a regular file",
    bound_socket: "it is a socket, and must be a regular file",
    folder: "Is a directory",
}


@pytest.mark.parametrize(("made", "told"), KINDS.items(), ids=[made.__name__ for made in KINDS])
def test_no_file(made: Callable[[Path], None], told: str, tmp_path: Path) -> None:
    """It is told at once what stands there; nobody waits for it, or reads on and on."""
    made(tmp_path / "a")
    for read in (opened, bytes_of, text_of, file_digest):
        with pytest.raises(OSError, match=told):
            read(tmp_path / "a")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(OSError, match=told):
        opened(tmp_path / "link")


@pytest.mark.parametrize("name", ["a\0b", "a\ud800"])
def test_no_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="no file can have that name"):
        opened(tmp_path / name)


def test_links_that_are_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "c").symlink_to("b")
    assert bytes_of(tmp_path / "c") == b"x"


COMMANDS = {
    "run.json": ["replay run", "report run", "show run a", "shrink run --out b", "run --spec spec --out run"],
    "exchanges.jsonl": ["replay run", "report run", "show run a", "shrink run --out b", "compare run run"],
    "outcomes.jsonl": ["replay run", "report run --format csv"],
    "labels": ["agree run labels"],
    "answers": ["import answers --out b"],
    "spec": ["run --spec spec", "replay run --spec spec", "doctor a/b --spec spec"],
    "key": ["run --spec keyed --out c"],
    "certificates": ["doctor mine/m --spec certified"],
}
SPEC = '[[puzzles]]\nname = "hanoi"\nsizes = [3]\n[endpoints.mine]\nbase_url = "http://127.0.0.1:9/v1"\n'


@pytest.mark.parametrize("made", [*KINDS, nothing], ids=lambda made: made.__name__)
@pytest.mark.parametrize("name", COMMANDS)
def test_commands(made: Callable[[Path], None], name: str, path: Path, tmp_path: Path) -> None:
    """Every command that would read it ends with one line."""
    (tmp_path / "keyed").write_text(f'models = ["mine/m"]\n{SPEC}key_file = "{tmp_path / "key"}"\n')
    (tmp_path / "certified").write_text(
        f'models = ["mine/m"]\n{SPEC}ca_file = "{tmp_path / "certificates"}"\n'
    )
    place = path / name if "." in name else tmp_path / name
    place.unlink(missing_ok=True)
    made(place)
    for command in COMMANDS[name]:
        begun = time.monotonic()
        ended = inside(*command.split(), cwd=tmp_path)
        assert time.monotonic() - begun < 15
        if (made is nothing and name in ("exchanges.jsonl", "outcomes.jsonl")) or name == "certificates":
            assert ended.returncode in (0, 1, 2)
            assert "Traceback" not in ended.stderr
        else:
            assert complaint(ended, 2)


def test_pipes_of_a_shell(tmp_path: Path) -> None:
    """What a shell puts in the place of a file is read, where it is the user who names the file."""
    reading, writing = os.pipe()
    os.write(writing, b"name = 'x'\n")
    os.close(writing)
    try:
        assert text_of(Path(f"/dev/fd/{reading}"), streams=True) == "name = 'x'\n"
        with pytest.raises(OSError, match="named pipe"):
            text_of(Path(f"/dev/fd/{reading}"))
    finally:
        os.close(reading)


def test_a_named_pipe_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read once somebody has written to it, and waited for a while."""
    monkeypatch.setattr(files, "_PATIENCE", 0.05)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match=r"it is a named pipe, and nobody has written to it for 0\.05 s"):
        opened(pipe, streams=True)
    writing = os.open(pipe, os.O_RDWR)
    os.write(writing, b"x = 1")
    with opened(pipe, streams=True) as file:
        os.close(writing)
        assert file.read() == b"x = 1"


def test_what_is_opened_is_read_as_any_file(tmp_path: Path) -> None:
    """No reader is told to come again later, and no child process has it; a stream may be a plain file."""
    (tmp_path / "a").write_bytes(b"x")
    for streams in (False, True):
        with opened(tmp_path / "a", streams=streams) as file:
            assert os.get_blocking(file.fileno())
            assert not os.get_inheritable(file.fileno())
    bound_socket(tmp_path / "b")
    with pytest.raises(OSError, match="it is a socket"):
        opened(tmp_path / "b", streams=True)


@pytest.mark.parametrize(("age", "left"), [(59.0, True), (60.0, False), (61.0, False)])
def test_what_nobody_writes_any_more_is_removed(
    age: float, left: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unfinished, other = tmp_path / f".cantwont-{'0' * 16}.new", tmp_path / "other"
    for file in (unfinished, other):
        file.touch()
        os.utime(file, (1000, 1000))
    monkeypatch.setattr("evals.record.files.time.time", lambda: 1000 + age)
    discard_unfinished(tmp_path, 60)
    assert (unfinished.exists(), other.exists()) == (left, True)


# --- what is too much


def test_largest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 2_000_001)
    assert len(bytes_of(tmp_path / "a", 2_000_001)) == 2_000_001
    with pytest.raises(OSError, match="it has more than 2 MB, the most that is read of it"):
        bytes_of(tmp_path / "a", 2_000_000)
    (tmp_path / "spec.toml").write_bytes(b"#" * 10_000_001)
    with pytest.raises(SpecError, match=r"cannot read spec '.*spec.toml': it has more than 10 MB"):
        toml(tmp_path / "spec.toml")


def test_largest_manifest(path: Path) -> None:
    with (path / "run.json").open("r+b") as file:
        file.truncate(65 << 20)
    with pytest.raises(RunError, match=r"cannot read the run at .*: it has more than 64 MB"):
        RunDirectory.open(path)


@pytest.mark.parametrize("ended", [True, False])
def test_longest_line(ended: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line at the limit is read, and one that is longer is named."""
    monkeypatch.setattr(files, "LONGEST_LINE", 3 << 20)
    end = b"\n" if ended else b""
    longest = b"x" * ((3 << 20) - len(end)) + end
    (tmp_path / "a").write_bytes(b"1\n" + longest)
    assert [line.data for line in jsonl.lines(tmp_path / "a")] == [b"1\n", longest]
    (tmp_path / "a").write_bytes(b"1\n" + b"x" + longest)
    with pytest.raises(CorruptRecord, match=r"a', line 2, has more than 3 MB, the most that a line may have"):
        list(jsonl.lines(tmp_path / "a"))
    (tmp_path / "a").write_bytes(b"x" + longest)
    with pytest.raises(ImportFailed, match=r"a', line 1, has more than 3 MB"):
        import_run([tmp_path / "a"], tmp_path / "run", {})


def test_most_nested(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of nothing but lists would fill the memory once it is parsed; in a text, brackets are cheap."""
    monkeypatch.setattr(jsonl, "_MOST_NESTED", 1000)
    (tmp_path / "a").write_bytes(b"[" + b"[]," * 998 + b"[]]\n" + b"[" + b"{}," * 999 + b"{}]\n")
    found = jsonl.lines(tmp_path / "a")
    assert next(found).is_whole()
    with pytest.raises(CorruptRecord, match=r"a', line 2, holds more than 1,000 lists and objects"):
        next(found)


def test_no_row_is_written_that_could_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunDirectory.create(tmp_path / "run", MANIFEST)
    monkeypatch.setattr(exchange_log, "LONGEST_LINE", 10_000)
    with Recorder(run) as recorder:
        with pytest.raises(RunError, match="turn 1 of trial 'a' is too long to be recorded"):
            recorder.append(exchange("a", content="x" * 10_000))
        recorder.append(exchange("b"))
    assert [row.trial for row in exchanges(run)] == ["b"]


BOMB = """
import resource, sys
from pathlib import Path
from evals.errors import CorruptRecord
from evals.record import jsonl
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for read in (jsonl.lines, jsonl.blocks):
    try:
        for _ in read(Path(sys.argv[1])):
            pass
    except CorruptRecord as error:
        print(error)
used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(used >> (30 if sys.platform == "darwin" else 20))
"""


def test_bomb(tmp_path: Path) -> None:
    """Gigabytes that were packed into a few megabytes are not unpacked."""
    part = gzip.compress(bytes(64 << 20))
    (tmp_path / "a.jsonl.gz").write_bytes(part * 20)
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", BOMB, str(tmp_path / "a.jsonl.gz")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    line, block_, gigabytes = done.stdout.splitlines()
    assert "line 1, has more than 256 MB" in line
    assert "cannot be unzipped (it has more than 500 times its size unpacked)" in block_
    assert int(gigabytes) == 0
    assert time.monotonic() - begun < 30


def test_an_unfinished_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b" / "c"
    with contextlib.suppress(KeyError), unfinished_folder(out, ".x.") as beside:
        (beside / "half").write_text("made")
        raise KeyError
    assert list(tmp_path.iterdir()) == []
    with unfinished_folder(out, ".x.") as beside:
        (beside / "whole").mkdir()
        (beside / "whole").rename(out)
    assert [found.name for found in out.parent.iterdir()] == ["c"]


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system has no /proc")
def test_files_of_the_kernel(tmp_path: Path) -> None:
    """They are said to be regular, and some of them have no end, or wait: none is read, linked or named."""
    (tmp_path / "link").symlink_to("/proc/self/environ")
    for path in (tmp_path / "link", Path("/proc/self/environ")):
        with pytest.raises(OSError, match="one of the kernel's, and must be a regular file"):
            opened(path)


# --- bounds, and what is written


def test_the_limits_that_are_promised(tmp_path: Path) -> None:
    """A line has at most 256 MB; a text at most 10, with a byte more it is refused."""
    assert (files.MEGABYTE, files.LONGEST_LINE) == (1_000_000, 256_000_000)
    assert str(TooLong(3)) == "has more than 256 MB, the most that a line may have"
    for size in (10_000_000, 10_000_001):
        with (tmp_path / str(size)).open("wb") as file:
            file.truncate(size)
    assert len(bytes_of(tmp_path / "10000000")) == 10_000_000
    with pytest.raises(OSError, match="it has more than 10 MB"):
        bytes_of(tmp_path / "10000001")


@pytest.mark.parametrize("ended", [True, False])
def test_lines_of_any_length(ended: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever part of one is read at once: shorter, as long, longer, and several times as long."""
    monkeypatch.setattr(files, "_BLOCK", 4)
    given = [b"x" * length + b"\n" for length in (*range(14), 3, 0, 7)] + [b"" if ended else b"12345678"]
    assert list(lines_of(io.BytesIO(b"".join(given)))) == [line for line in given if line]
    monkeypatch.setattr(files, "LONGEST_LINE", 10)
    for length, is_too_long in ((9, False), (10, True)):
        found = lines_of(io.BytesIO(b"a\nb\n" + b"x" * length + b"\n"))
        assert [next(found), next(found)] == [b"a\n", b"b\n"]
        if is_too_long:
            with pytest.raises(TooLong) as caught:
                next(found)
            assert caught.value.number == 3
        else:
            assert len(next(found)) == 10


def test_how_long_a_pipe_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three seconds; somebody who has opened and left it has written nothing."""
    os.mkfifo(tmp_path / "pipe")
    asked: list[float] = []

    def clock() -> float:
        if not asked:
            reading = os.open(tmp_path / "pipe", os.O_RDWR)
            os.close(os.open(tmp_path / "pipe", os.O_WRONLY))
            os.close(reading)
        asked.append(100.0 + max(0, len(asked) - 1))
        return asked[-1]

    monkeypatch.setattr(time, "monotonic", clock)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with pytest.raises(OSError, match=r"it is a named pipe, and nobody has written to it for 3 s"):
        opened(tmp_path / "pipe", streams=True)
    assert asked == [100.0, 100.0, 101.0, 102.0, 103.0]


@pytest.mark.parametrize(("age", "left"), [(3599.0, True), (3600.0, False)])
def test_when_a_writer_is_taken_for_dead(
    age: float, left: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an hour without a change. A link is as old as it is itself; what cannot be removed is left."""
    fresh, linked, folder = (tmp_path / f".cantwont-{digit * 16}.new" for digit in "123")
    fresh.touch()
    linked.symlink_to(tmp_path)
    folder.mkdir()
    for path in (fresh, linked, folder):
        os.utime(path, (1000, 1000), follow_symlinks=False)
    monkeypatch.setattr(time, "time", lambda: 1000 + age)
    discard_unfinished(tmp_path)
    assert (fresh.exists(), linked.is_symlink(), folder.exists()) == (left, left, True)


def test_names_of_unfinished_files() -> None:
    """Those of today and of earlier versions, and no others."""
    whole = f".cantwont-{'0a' * 8}.new"
    assert all(map(is_unfinished, (whole, ".run.json.new")))
    others = (
        whole[:-1],
        f"{whole}x",
        f"x{whole}",
        whole.replace("0a", "0", 1),
        whole.upper(),
        "run.json.new",
    )
    assert not any(map(is_unfinished, others))


@pytest.mark.parametrize("durable", [True, False])
def test_what_is_durable(durable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole file, and then its name; only where that is asked for, since it takes its time."""
    synced: list[tuple[bool, int]] = []

    def fsync(descriptor: int) -> None:
        held = os.fstat(descriptor)
        is_folder = stat.S_ISDIR(held.st_mode)
        synced.append((is_folder, (tmp_path / "a").stat().st_size if is_folder else held.st_size))

    monkeypatch.setattr(os, "fsync", fsync)
    (tmp_path / "a").write_bytes(b"before")
    write(tmp_path / "a", [b"ab", b"c"], durable=durable)
    assert synced == ([(False, 3), (True, 3)] if durable else [])
    assert (tmp_path / "a").read_bytes() == b"abc"


def test_what_fails_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise KeyError

    (tmp_path / "a").write_bytes(b"before")
    with pytest.raises(KeyError):
        write(tmp_path / "a", pieces())
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a", b"before")]


def test_who_may_read_what_is_written(tmp_path: Path) -> None:
    """Everybody whom the user's mask lets; or nobody else, where that is asked for."""
    before = os.umask(0)
    try:
        write(tmp_path / "a", [b"x"])
        write(tmp_path / "b", [b"x"], mode=0o600)
        os.close(open_unlinked(tmp_path / "c", os.O_RDWR))
    finally:
        os.umask(before)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "abc"] == [0o666, 0o600, 0o666]


def test_what_is_replaced(tmp_path: Path) -> None:
    """A file or a link; a folder is said to be one, and no pipe is replaced."""
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("file", "link", "new"):
        write(tmp_path / name, [name.encode()])
        assert bytes_of(tmp_path / name) == name.encode()
    for made, told in ((fifo, "named pipe"), (folder, "Is a directory"), (bound_socket, "a socket")):
        made(tmp_path / made.__name__)
        with pytest.raises(OSError, match=told):
            write(tmp_path / made.__name__, [b"x"])


def test_all_of_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However little the system takes at once."""
    plain = os.write
    monkeypatch.setattr(os, "write", lambda held, data: plain(held, data[:3]))
    with (tmp_path / "a").open("wb") as file:
        files.write_all(file.fileno(), b"")
        files.write_all(file.fileno(), b"0123456789")
    assert bytes_of(tmp_path / "a") == b"0123456789"


def test_what_is_changed_in_place_keeps_what_it_holds(tmp_path: Path) -> None:
    """It is made where it is missing; what is no file is refused, and nothing is left open."""
    for expected in (b"", b"x"):
        descriptor = open_unlinked(tmp_path / "a", os.O_RDWR | os.O_APPEND)
        assert os.read(descriptor, 9) == expected
        os.write(descriptor, b"x")
        os.close(descriptor)
    held = os.dup(0)
    os.close(held)
    for made, told in ((fifo, "named pipe"), (bound_socket, "socket"), (nothing, "symbolic link")):
        made(tmp_path / made.__name__)
        with pytest.raises(OSError, match=told):
            open_unlinked(tmp_path / made.__name__, os.O_RDWR)
    with pytest.raises(OSError, match="Is a directory"):
        open_unlinked(tmp_path, os.O_RDONLY)
    with pytest.raises(OSError, match="named pipe"):
        opened(tmp_path / "fifo")
    with pytest.raises(FileNotFoundError):
        open_unlinked(tmp_path / "no" / "folder", os.O_RDWR)
    again = os.dup(0)
    os.close(again)
    assert again == held, "the lowest number that is free"


def test_where_a_folder_can_be_put(tmp_path: Path) -> None:
    """Where nothing is, or an empty folder; not in the place of a link."""
    for name in ("empty", "full", "full/x"):
        (tmp_path / name).mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("empty")
    (tmp_path / "nowhere").symlink_to("gone")
    vacant = {
        name: is_vacant(tmp_path / name) for name in ("new", "empty", "full", "file", "link", "nowhere")
    }
    assert [name for name, is_one in vacant.items() if is_one] == ["new", "empty"]


def test_folders_that_were_there_are_left(tmp_path: Path) -> None:
    """Of those above an unfinished folder only what was made for it goes; it stands beside its place."""
    (tmp_path / "old").mkdir()
    with unfinished_folder(tmp_path / "old" / "new" / "out", ".x.") as made:
        assert (made.parent, made.name[:3]) == (tmp_path / "old" / "new", ".x.")
    assert [path.name for path in tmp_path.rglob("*")] == ["old"]


def test_terminals_and_plain_names(tmp_path: Path) -> None:
    """A terminal is a stream where it is named as one; a file of the kernel is none, whatever is allowed."""
    master, slave = os.openpty()
    try:
        opened(Path(f"/dev/fd/{slave}"), streams=True).close()
        with pytest.raises(OSError, match="it is a device"):
            opened(Path(f"/dev/fd/{slave}"))
        with pytest.raises(OSError, match="it is a device"):
            opened(Path(os.ttyname(slave)), streams=True)
    finally:
        os.close(master)
        os.close(slave)
    with pytest.raises(OSError, match="it is a device"):
        opened(Path("/dev/null"), streams=True)


def test_a_system_without_proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are read like any."""

    def missing(path: Path) -> Path:
        raise FileNotFoundError(str(path))

    (tmp_path / "a").write_bytes(b"x")
    monkeypatch.setattr(Path, "readlink", missing)
    assert bytes_of(tmp_path / "a") == b"x"
