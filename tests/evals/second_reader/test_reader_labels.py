"""Labels that a reader gives one by one are what `agree` reads, beside those of others."""

import json
from pathlib import Path

import pytest

from evals.record.outcome import Label
from evals.second_reader.human_labels import BadLabels, read_labels
from evals.second_reader.reader_labels import ReaderLabels


def test_labels_are_put_changed_and_taken_away(tmp_path: Path) -> None:
    """Lines of others stay as they are, unknown fields too; without any label there is no file."""
    labels = ReaderLabels(tmp_path)
    assert labels.all() == {}
    labels.path.write_text('{"id": "a", "label": "solved", "note": "old", "by": "somebody"}\n')
    labels.put("b", Label.GIVE_UP, "stops: …\ud800")
    labels.put("a", Label.REFUSAL)
    assert [(one.id, one.label, one.note) for one in read_labels(labels.path)] == [
        ("a", Label.REFUSAL, None),
        ("b", Label.GIVE_UP, "stops: …\ud800"),
    ]
    assert json.loads(labels.path.read_text().splitlines()[0])["by"] == "somebody"
    for trial in ("a", "never", "b"):
        labels.put(trial, None)
    assert not labels.path.exists()


def test_nothing_is_written_over_what_cannot_be_read(tmp_path: Path) -> None:
    """Nor is a note kept that nobody would read."""
    labels = ReaderLabels(tmp_path)
    labels.path.write_text("not JSON\n")
    with pytest.raises(BadLabels, match="is not JSON"):
        labels.put("a", Label.SOLVED)
    assert labels.path.read_text() == "not JSON\n"
    with pytest.raises(BadLabels, match="too long"):
        labels.put("a", Label.SOLVED, "x" * 20_000)
