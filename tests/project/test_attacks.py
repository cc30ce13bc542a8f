"""The attacks from outside find what they look for: each kind of harm is noticed where it is done."""

import base64
import html
import json
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest

from tests_attacks import keys, programs, records, special, strangers, texts
from tests_attacks.outcome import GOAL, Harm, Outcome, table

KEY = "sk-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7"


@pytest.mark.parametrize("way", keys.WAYS)
def test_a_key_is_found_in_every_writing(way: str) -> None:
    """And under whatever the files of a run put round it."""
    searched, draw = keys.Searched(KEY), Random(way)
    written = keys.WAYS[way](draw, KEY)
    for around in (written, json.dumps({"a": written}), html.escape(written), f"x{written}y"):
        assert searched.stands_in(around), around
    assert not searched.stands_in(written.replace(written[2:-2], "***") if len(written) < 60 else "***")


def test_what_is_no_key_is_not_found() -> None:
    """Neither another one, nor a few characters of it."""
    searched = keys.Searched(KEY)
    other = "sk-zZ9yY8xX7wW6vV5uU4tT3sS2rR1"
    for text in (
        other,
        quote(other),
        base64.b64encode(other.encode()).decode(),
        KEY[:11],
        KEY[-11:],
        "1, 2, 3",
    ):
        assert not searched.stands_in(text)


def test_a_table_of_harms() -> None:
    """A row an area; one that has anything in it is not sound."""
    good, bad, slow = Outcome("good"), Outcome("bad"), Outcome("slow")
    good.note(None, "")
    good.measured(GOAL, "")
    bad.note(Harm.LEAK, "a key")
    slow.measured(GOAL + 0.1, "a text")
    assert [one.is_sound for one in (good, bad, slow)] == [True, False, False]
    assert (bad.told, len(slow.told)) == (["leaks: a key"], 1)
    lines = table([good, bad, slow]).splitlines()
    assert lines[2] == "| good | 2 | 0 | 0 | 0 | 0 | 0 | 0 | 2.0 |"
    assert lines[3] == "| bad | 1 | 0 | 0 | 0 | 0 | 1 | 0 |  |"


def test_the_same_seed_draws_the_same() -> None:
    """Another one others; and every text has its length, whatever it is made of."""
    made = [[texts.drawn(Random(seed), ["own"]) for _ in range(20)] for seed in ("a", "a", "b")]
    assert made[0] == made[1] != made[2]
    draws = [texts.drawn(draw, []) for draw in map(Random, range(200))]
    assert {one.way for one in draws} == set(texts.WAYS)
    assert all(900 <= len(one.text(1_000)) <= 1_300 for one in draws)
    assert programs.bursting(Random(1)) == programs.bursting(Random(1))


def test_there_are_more_attacks_than_are_tried() -> None:
    assert len(special.attacks()) > 1_000
    assert len(strangers.attacks()) > 600
    assert len(programs.NATIVE) > 40


def test_a_bent_file_is_another(tmp_path: Path) -> None:
    """Nearly always."""
    line = json.dumps({"kind": "reply", "turn": 1, "reply": {"choices": [{"message": {"content": "1"}}]}})
    changed = 0
    for seed in range(60):
        file = tmp_path / "exchanges.jsonl"
        file.write_text(f"{line}\n" * 3)
        assert records.bend(Random(seed), file).startswith("exchanges.jsonl")
        changed += file.read_bytes() != f"{line}\n".encode() * 3
    assert changed > 50
