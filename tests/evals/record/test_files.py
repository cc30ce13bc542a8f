"""What people save with a byte order mark, or under a name that is too long, is read or named."""

import codecs
from pathlib import Path

import pytest

from evals.errors import RunError, SpecError
from evals.plan.spec_file import toml
from evals.record.exchange_log import Index, Recorder, exchanges
from evals.record.files import decoded, exists, text_of
from evals.record.run import RunDirectory
from evals.replay.replay import replay
from tests.evals.record.test_exchange_log import MANIFEST, exchange, record

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
