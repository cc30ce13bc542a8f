"""The file of weights behind `acts_of`, and how a sentence is scored with it.

The file is `MAGIC`, one byte `FORMAT`, the length of the head (4 bytes, little-endian), the head (JSON), and
the compressed body: for each feature in rising order 4 bytes that say how much its number is above the last
one's, then a byte for each column, column by column. `tests/acts/train.py` writes it.
"""

import hashlib
import json
import math
import struct
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, repeat

from evals.labelling.acts.features import features

MAGIC = b"ACTS"
FORMAT = 1
"""A reader refuses another."""
ZERO = 128
"""The byte of a weight of 0."""

_LANE = 4
"""Bytes that a column takes in a row, so that no sum of bytes over a sentence's features overflows."""
_BIG = 1 << 31
"""Added to each lane of a sum before it is taken apart, so that none is negative."""


@dataclass(frozen=True, slots=True)
class Model:
    """The weights of each feature that was seen in training.

    A feature's row holds its weight for each act, and the square of its idf (how rare it is: the logarithm of
    the inverse of the share of sentences that have it, plus 1). They stand `_LANE` bytes apart in one
    integer, so that one sum adds all columns.
    """

    head: dict[str, object]
    """What the file says of itself: how it was trained, and on which sentences."""
    scales: tuple[float, ...]
    """What one unit of each column is worth."""
    biases: tuple[float, ...]
    temperature: float
    """What the scores are divided by; chosen on sentences of authors that were held out."""
    rows: dict[int, int]

    @classmethod
    def load(cls, data: bytes) -> "Model":
        """Open a file.

        Raises:
            ValueError: it is damaged, or of another format.
        """
        if data[:5] != MAGIC + bytes([FORMAT]):
            raise ValueError("the weights of the acts model are damaged, or of another version")
        start = 9 + int.from_bytes(data[5:9], "little")
        head = json.loads(data[9:start])
        count, width = head["features"], len(head["scales"])
        body = zlib.decompress(data[start:])
        numbers = accumulate(struct.unpack_from(f"<{count}I", body))
        rows = dict(zip(numbers, _rows(body[4 * count :], count, width), strict=True))
        return cls(head, tuple(head["scales"]), tuple(head["biases"]), head["temperature"], rows)

    def scores(self, sentence: str) -> list[float]:
        """The logarithm of each act's odds, up to a constant."""
        width = len(self.scales)
        total = sum(map(self.rows.get, features(sentence), repeat(0)))
        lanes = (total + _each_lane(_BIG, width)).to_bytes(_LANE * width, "little")
        *sums, squares = (lane - _BIG for lane in struct.unpack(f"<{width}I", lanes))
        norm = math.sqrt(squares * self.scales[-1]) or 1.0
        return [
            (units * scale / norm + bias) / self.temperature
            for units, scale, bias in zip(sums, self.scales, self.biases, strict=False)
        ]

    def probabilities(self, sentence: str) -> list[float]:
        """Of each act, in the order in which `Act` lists them."""
        scores = self.scores(sentence)
        most = max(scores)
        odds = [math.exp(score - most) for score in scores]
        whole = sum(odds)
        return [part / whole for part in odds]


@cache
def _each_lane(value: int, width: int) -> int:
    """The integer with this value in each lane."""
    return sum(value << (8 * _LANE * lane) for lane in range(width))


def _rows(columns: bytes, count: int, width: int) -> list[int]:
    """Each feature's columns in one integer, the weights among them moved back to around 0."""
    step = _LANE * width
    spread = bytearray(step * count)
    for column in range(width):
        spread[column * _LANE :: step] = columns[column * count : (column + 1) * count]
    moved = _each_lane(ZERO, width - 1)
    return [
        int.from_bytes(spread[begin : begin + step], "little") - moved
        for begin in range(0, len(spread), step)
    ]


@cache
def shipped_bytes() -> bytes:
    """The file beside this module."""
    return (files(__package__) / "acts.bin").read_bytes()


@cache
def shipped_model() -> Model:
    """The model in that file; it is opened when a sentence is first asked about."""
    return Model.load(shipped_bytes())


@cache
def model_hash() -> str:
    """Return the SHA-256 of that file, in hexadecimal."""
    return hashlib.sha256(shipped_bytes()).hexdigest()
