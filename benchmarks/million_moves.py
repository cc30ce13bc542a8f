"""A correct answer of 2^20 - 1 Hanoi moves: reading and walking it against one bare `re.findall`.

Goal: at most 4 times the time of `findall` with three groups over the same text, and at most 200 bytes of
memory a move beyond the text. Times are processor time, both in one process; memory is what tracemalloc sees.
"""

import re
import time
import tracemalloc
from collections.abc import Callable

from tasks import Problem, puzzle

_TRIPLE = re.compile(r"\[(\d+), (\d+), (\d+)\]")
_ROUNDS = 3


def main() -> None:
    hanoi = puzzle("hanoi")
    instance = hanoi.generate({"size": 20})
    text = "".join(hanoi.format(instance, hanoi.solution(instance)))
    moves = 2**20 - 1

    def ours() -> None:
        (item,) = Problem(hanoi, instance).lists(Problem(hanoi, instance).read(text))
        assert item.solves
        assert len(item.steps) == moves

    def floor() -> None:
        assert len(_TRIPLE.findall(text)) == moves

    bare, took = best(floor), best(ours)
    print(f"findall {bare:.2f} s; read and walked {took:.2f} s; ratio {took / bare:.2f} (goal: at most 4)")
    print(f"{peak(ours) / moves:.0f} bytes a move beyond the text (goal: at most 200)")


def best(work: Callable[[], None]) -> float:
    """The shortest of a few runs, in seconds of processor time."""
    times = []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def peak(work: Callable[[], None]) -> int:
    """The most memory in use at once, in bytes."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


if __name__ == "__main__":
    main()
