"""What the blind cases are made of: real lists of moves, and the ways in which models write them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import tasks

Move = tuple[int, int, int]
Moves = list[Move]


@dataclass(frozen=True, slots=True)
class Case:
    """One answer, and the label that a reader gave it before the classifier was seen."""

    id: str
    puzzle: str
    parameters: Mapping[str, int | str]
    answer: str
    finish: str | None
    label: str
    alternative: str | None = None
    """A second label that can be argued for."""
    quote: str | None = None
    """Words that the evidence should include."""
    written: int | None = None
    first_error: int | None = None
    """Number of the first wrong step, from 1."""
    reasoning: str | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class More:
    """What only some cases say."""

    alternative: str | None = None
    quote: str | None = None
    written: int | None = None
    first_error: int | None = None
    reasoning: str | None = None
    refusal: str | None = None
    finish: str | None = "stop"


def case(  # noqa: PLR0917 - as many as a case has
    id: str,  # noqa: A002 - the name of the field
    puzzle: str,
    parameters: Mapping[str, int | str],
    answer: str,
    label: str,
    more: More,
) -> Case:
    return Case(
        id=id,
        puzzle=puzzle,
        parameters=parameters,
        answer=answer,
        label=label,
        finish=more.finish,
        alternative=more.alternative,
        quote=more.quote,
        written=more.written,
        first_error=more.first_error,
        reasoning=more.reasoning,
        refusal=more.refusal,
    )


Maker = Callable[..., Case]


def maker(label: str) -> tuple[Maker, Maker]:
    """Two functions that make cases of this label: for the tower, and for counting."""

    def tower(id: str, size: int, answer: str, more: More = More(), **given: int) -> Case:  # noqa: A002, B008, RUF100
        return case(f"{label}-{id}", "hanoi", {"size": size, **given}, answer, label, more)

    def count(id: str, size: int, answer: str, more: More = More(), **given: int) -> Case:  # noqa: A002, B008, RUF100
        return case(f"{label}-count-{id}", "counting", {"size": size, **given}, answer, label, more)

    return tower, count


def moves(size: int, start: int = 0, target: int = 2, pegs: int = 3) -> Moves:
    """The reference solution: (disk, from, to), pegs counted from 0."""
    hanoi = tasks.puzzle("hanoi")
    instance = hanoi.generate({"size": size, "start": start, "target": target, "pegs": pegs})
    return [(disk, source, onto) for disk, source, onto in hanoi.solution(instance)]


def formatted(puzzle: str, parameters: Mapping[str, int | str], count: int | None = None) -> str:
    """The first steps of the reference solution, as the puzzle's prompt asks for them."""
    about = tasks.puzzle(puzzle)
    instance = about.generate(parameters)
    rows = list(about.solution(instance))
    return "".join(about.format(instance, rows[:count]))


NUMBERS = "0123"
FROM_ONE = "1234"
LETTERS = "ABCD"
ROLES = ("source", "auxiliary", "target")


def written(
    rows: Iterable[Move], template: str, pegs: Sequence[str] = NUMBERS, joint: str = "\n", first: int = 1
) -> str:
    """Each move by the template: `n` its number, `d` its disk, `a` from, `b` to."""
    return joint.join(
        template.format(n=number, d=disk, a=pegs[source], b=pegs[onto])
        for number, (disk, source, onto) in enumerate(rows, first)
    )


def rows_of(
    rows: Iterable[Move], pegs: Sequence[str] = NUMBERS, a_line: int = 6, indent: str = "    "
) -> str:
    """`[1, 0, 2], [2, 0, 1],` a few on each line, without the outer brackets."""
    items = [f"[{disk}, {pegs[source]}, {pegs[onto]}]" for disk, source, onto in rows]
    lines = [", ".join(items[at : at + a_line]) for at in range(0, len(items), a_line)]
    return ",\n".join(indent + line for line in lines)


def pretty(rows: Iterable[Move], pegs: Sequence[str] = NUMBERS) -> str:
    """`moves = [` … `]` over several lines."""
    return f"moves = [\n{rows_of(rows, pegs)}\n]"


def tight(rows: Iterable[Move], pegs: Sequence[str] = NUMBERS) -> str:
    """`[1,0,2],[2,0,1]` without the outer brackets."""
    return written(rows, "[{d},{a},{b}]", pegs, ",")


def said(rows: Iterable[Move], pegs: Sequence[str] = NUMBERS, first: int = 1) -> str:
    """`1. Move disk 1 from peg 0 to peg 2`."""
    return written(rows, "{n}. Move disk {d} from peg {a} to peg {b}", pegs, first=first)


def table(rows: Iterable[Move], pegs: Sequence[str] = NUMBERS) -> str:
    """With running numbers."""
    return "| Move | Disk | From | To |\n|---|---|---|---|\n" + written(
        rows, "| {n} | {d} | {a} | {b} |", pegs
    )


def objects(rows: Iterable[Move], pegs: Sequence[str] = NUMBERS) -> str:
    """JSON objects without the outer brackets."""
    return written(rows, '  {{"disk": {d}, "from": {a}, "to": {b}}}', pegs, ",\n")


def swapped(rows: Moves, number: int) -> Moves:
    """With the move of this number, counted from 1, turned round, so that it is illegal there."""
    disk, source, onto = rows[number - 1]
    return [*rows[: number - 1], (disk, onto, source), *rows[number:]]


def numbers(first: int, last: int, joint: str = "\n") -> str:
    return joint.join(map(str, range(first, last + 1)))


def fenced(text: str, language: str = "") -> str:
    return f"```{language}\n{text}\n```"


CODE = """def hanoi(n, source, auxiliary, target, moves):
    if n == 0:
        return
    hanoi(n - 1, source, target, auxiliary, moves)
    moves.append([n, source, target])
    hanoi(n - 1, auxiliary, source, target, moves)

moves = []
hanoi(N, 0, 1, 2, moves)
print(moves)"""
"""As every model writes it; `N` is to be filled in."""


def code(size: int) -> str:
    return fenced(CODE.replace("N,", f"{size},"), "python")
