"""The labelled sentences of `sentences/`, by author."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "sentences"
KEPT_BACK: tuple[str, ...] = ("c3",)
"""Authors whose sentences are measured and never trained on."""


@dataclass(frozen=True)
class Sentence:
    """One sentence, and what a careful reader says that it does."""

    author: str
    text: str
    act: str
    language: str
    """ISO 639-1."""
    hard: bool
    """Its words are typical of another act."""


def authors() -> list[str]:
    """The authors that are trained on, in a stable order."""
    return sorted(file.stem for file in FOLDER.glob("*.jsonl") if file.stem not in KEPT_BACK)


def sentences(names: Iterable[str] | None = None) -> list[Sentence]:
    """The sentences of these authors; of all that are trained on by default."""
    found = []
    for name in authors() if names is None else names:
        for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found.append(Sentence(name, row["text"], row["act"], row["language"], row["hard"]))
    return found


def fingerprint(of: Iterable[Sentence]) -> str:
    """SHA-256 of texts and acts, in hexadecimal."""
    rows = [[sentence.author, sentence.text, sentence.act] for sentence in of]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
