"""A correct answer of a million counted numbers, no two lines alike: the memory of reading and walking it.

Goal: at most 200 bytes a step beyond the text, as for moves that repeat (see `million_moves`).
"""

from benchmarks.million_moves import best, peak
from tasks import Problem, puzzle

_STEPS = 1_000_000


def main() -> None:
    counting = puzzle("counting")
    instance = counting.generate({"size": _STEPS})
    text = "".join(counting.format(instance, counting.solution(instance)))

    def ours() -> None:
        (item,) = Problem(counting, instance).lists(Problem(counting, instance).read(text))
        assert item.solves
        assert len(item.steps) == _STEPS

    print(f"read and walked in {best(ours):.2f} s")
    print(f"{peak(ours) / _STEPS:.0f} bytes a step beyond the text (goal: at most 200)")


if __name__ == "__main__":
    main()
