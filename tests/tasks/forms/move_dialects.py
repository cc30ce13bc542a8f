"""How answers to puzzles of moves are written other than asked for: layouts of moves, by puzzle."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tasks import AnyInstance, AnyPuzzle, Row
from tasks.puzzles.river_crossing import text as people

Write = Callable[[list[Row]], str]


def numbered(steps: Sequence[str], lead: str = "{}. ", joint: str = "\n") -> str:
    """Steps with their numbers."""
    return joint.join(lead.format(number) + step for number, step in enumerate(steps, start=1))


# --- moves of a thing from one place to another


@dataclass(frozen=True, slots=True)
class Move:
    """One move in the words of its prompt; things and places as they stand in a list, quotes included."""

    thing: str
    source: str
    target: str

    @property
    def bare(self) -> tuple[str, str, str]:
        """Without quotes."""
        return self.thing.strip('"'), self.source.strip('"'), self.target.strip('"')


def moves(known: AnyPuzzle, instance: AnyInstance, rows: list[Row]) -> list[Move]:
    """The moves as the prompt's format has them."""
    listed = json.loads("".join(known.format(instance, rows)).removeprefix("moves = "))
    return [Move(*map(json.dumps, cells)) for cells in listed]


def taken_from_to(known: AnyPuzzle, instance: AnyInstance, noun: str, place: str) -> dict[str, Write]:
    """Layouts of `[thing, from, to]`, however the pegs, stacks or positions are called."""
    head = noun.capitalize()

    def each(form: str, joint: str = "\n", lead: str = "{}. ") -> Write:
        def write(rows: list[Row]) -> str:
            told = []
            for move in moves(known, instance, rows):
                thing, source, target = move.bare
                told.append(form.format(thing=thing, source=source, target=target, move=move))
            return numbered(told, lead, joint) if lead else joint.join(told)

        return write

    def framed(begin: str, write: Write, end: str = "") -> Write:
        return lambda rows: f"{begin}{write(rows)}{end}"

    sentence = f"ove {noun} {{thing}} from {place} {{source}} to {place} {{target}}"
    rows = each("{thing},{source},{target}", lead="")
    commented = each(
        f"  [{{move.thing}}, {{move.source}}, {{move.target}}],  # {noun} {{thing}}: {{source}} - {{target}}",
        lead="",
    )
    return {
        "sentences": each(f"M{sentence}."),
        "steps": each(f"m{sentence}", lead="Step {}: "),
        "bold": each(f"**M{sentence.replace(' from', '** from', 1)}"),
        "arrows": each(f"{head} {{thing}}: {place} {{source}} -> {place} {{target}}"),
        "bare arrows": each(f"{head} {{thing}}: {{source}} → {{target}}"),
        "rows": framed(f"{noun},from,to\n", rows),
        "table": framed(
            f"| # | {noun} | from | to |\n|---|---|---|---|\n",
            each("{thing} | {source} | {target} |", lead="| {} | "),
        ),
        "table without numbers": each("| {thing} | {source} | {target} |", lead=""),
        "objects": each(
            f'{{{{"{noun}": {{move.thing}}, "from": {{move.source}}, "to": {{move.target}}}}}}', ",\n", ""
        ),
        "pairs": each("{source} → {target}"),
        "commented": framed("moves = [\n", commented, "\n]"),
        "tuples": framed("[", each("({move.thing}, {move.source}, {move.target})", ", ", ""), "]"),
        "no quotes": framed("moves = [", each("[{thing}, {source}, {target}]", ", ", ""), "]"),
    }


# --- towers of disks

SIDES = ("left", "middle", "right")

TOWERS: dict[str, Write] = {
    "counted from one": lambda rows: f"moves = {[[d, a + 1, b + 1] for d, a, b in rows]}",
    "letters": lambda rows: numbered([f"Move disk {d} from {'ABCD'[a]} to {'ABCD'[b]}" for d, a, b in rows]),
    "rods": lambda rows: numbered([f"move disk {d} from rod {a} to rod {b}" for d, a, b in rows]),
    "without nouns": lambda rows: numbered([f"Move disk {d} from {a + 1} to {b + 1}" for d, a, b in rows]),
}
"""Of pegs counted from 0."""

SIDED: dict[str, Write] = {
    "sides": lambda rows: numbered(
        [f"Move disk {d} from the {SIDES[a]} peg to the {SIDES[b]} peg" for d, a, b in rows]
    )
}
"""Of three pegs in a row."""

# --- blocks on stacks


def block_name(block: int) -> str:
    return "ABCDEFGH"[block]


BLOCKS: dict[str, Write] = {
    "counted from one": lambda rows: f"moves = {[[block_name(x), a + 1, b + 1] for x, a, b in rows]}",
    "bold blocks": lambda rows: numbered(
        [f"Move **{block_name(x)}** from Stack {a} to Stack {b}" for x, a, b in rows]
    ),
    "onto": lambda rows: numbered(
        [f"Move {block_name(x)} from stack {a} onto stack {b}" for x, a, b in rows]
    ),
    "blocks and arrows": lambda rows: numbered([f"{block_name(x)}: {a} → {b}" for x, a, b in rows]),
    "bare": lambda rows: numbered([f"{block_name(x)} {a} -> {b}" for x, a, b in rows], "Step {}: "),
    "in brackets": lambda rows: numbered(
        [f"Move {block_name(x)} (stack {a} → stack {b})" for x, a, b in rows]
    ),
    "top of": lambda rows: numbered(
        [f"Move {block_name(x)} from stack {a} to the top of stack {b}" for x, a, b in rows]
    ),
}

# --- checkers

COLOURS, INITIALS = ("red", "blue"), "RB"
CHECKERS: dict[str, Write] = {
    "words": lambda rows: f"moves = {[[COLOURS[c], a, b] for c, a, b in rows]}",
    "capitals": lambda rows: f"moves = {[[COLOURS[c].upper(), a, b] for c, a, b in rows]}",
    "counted from one": lambda rows: f"moves = {[[INITIALS[c], a + 1, b + 1] for c, a, b in rows]}",
    "colours": lambda rows: numbered(
        [f"Move the {COLOURS[c]} checker from position {a} to position {b}." for c, a, b in rows]
    ),
    "verbs": lambda rows: numbered(
        [
            f"{COLOURS[c].capitalize()} {('slides', 'jumps')[abs(a - b) - 1]} from {a} to {b}"
            for c, a, b in rows
        ]
    ),
    "jumps over": lambda rows: "\n".join(
        f"- {INITIALS[c]} {'jumps over the other from' if abs(a - b) == 2 else 'moves'} {a} to {b}"
        for c, a, b in rows
    ),
    "initials and arrows": lambda rows: numbered([f"{INITIALS[c]}: {a} → {b}" for c, a, b in rows]),
    "bare": lambda rows: numbered([f"{INITIALS[c]} {a} -> {b}" for c, a, b in rows], "Step {}: "),
    "places first": lambda rows: numbered(
        [
            f"{INITIALS[c]} at {a} {('moves', 'jumps over the other')[abs(a - b) - 1]} to {b}"
            for c, a, b in rows
        ]
    ),
    "ways": lambda rows: numbered(
        [f"{INITIALS[c]} moves {('right', 'left')[c]} from {a} to {b}." for c, a, b in rows]
    ),
    "in one line": lambda rows: ", ".join(f"{INITIALS[c]}({a}→{b})" for c, a, b in rows),
    "numbered rows": lambda rows: numbered([f"{INITIALS[c]}, {a}, {b}" for c, a, b in rows]),
}

# --- rings

ON_OFF = ("off", "on")
DONE = ("Take off ring", "Put on ring")
RINGS: dict[str, Write] = {
    "sentences": lambda rows: numbered([f"{DONE[to]} {ring}." for to, ring in rows]),
    "steps": lambda rows: numbered([f"{DONE[to].lower()} {ring}" for to, ring in rows], "Step {}: "),
    "bold": lambda rows: numbered([f"**{DONE[to]} {ring}**" for to, ring in rows]),
    "remove": lambda rows: numbered([f"{('Remove', 'Put on')[to]} ring {ring}" for to, ring in rows]),
    "around": lambda rows: numbered([f"{('Take', 'Put')[to]} ring {ring} {ON_OFF[to]}" for to, ring in rows]),
    "ring first": lambda rows: numbered([f"Ring {ring} {ON_OFF[to]}" for to, ring in rows]),
    "arrows": lambda rows: "\n".join(f"- ring {ring} -> {ON_OFF[to]}" for to, ring in rows),
    "words": lambda rows: "\n".join(f"{ON_OFF[to]} {ring}" for to, ring in rows),
    "rows": lambda rows: "action,ring\n" + "\n".join(f"{ON_OFF[to]},{ring}" for to, ring in rows),
    "one line": lambda rows: ", ".join(f"{ON_OFF[to]} {ring}" for to, ring in rows),
    "table": lambda rows: (
        "| # | move | ring |\n|---|---|---|\n"
        + numbered([f"{ON_OFF[to]} | {ring} |" for to, ring in rows], "| {} | ")
    ),
    "rings alone": lambda rows: f"moves = [{', '.join(str(ring) for _, ring in rows)}]",
    "ring numbers named": lambda rows: f"[{', '.join(f'({ON_OFF[to]}, ring {ring})' for to, ring in rows)}]",
}

# --- crossings


def names_aboard(row: Row) -> list[str]:
    return [people.PLAIN.name(person) for person in people.people_in(row[0])]


def _all(row: Row, last: str = " and ") -> str:
    *names, end = names_aboard(row)
    return ", ".join(names) + (last if names else "") + end


def _listed(row: Row) -> str:
    return _all(row, ", ")


def _crosses(number: int, row: Row) -> str:
    one = len(names_aboard(row)) == 1
    if number % 2:
        return f"{_all(row)} cross{'es' if one else ''} to the right bank."
    return f"{_all(row)} return{'s' if one else ''} to the left bank."


def _ways(rows: list[Row], odd: str, even: str) -> list[tuple[Row, str]]:
    return [(row, odd if number % 2 else even) for number, row in enumerate(rows, start=1)]


LOWERED = str.maketrans({"_": None} | dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉", strict=True)))
CROSSINGS: dict[str, Write] = {
    "no quotes": lambda rows: f"[{', '.join(f'[{_listed(row)}]' for row in rows)}]",
    "tuples": lambda rows: f"moves = [{', '.join(f'({_listed(row)})' for row in rows)}]",
    "no underscores": lambda rows: f"moves = {[names_aboard(row) for row in rows]}".replace("_", ""),
    "formulas": lambda rows: numbered([f"${_listed(row)}$" for row in rows]),
    "sentences": lambda rows: numbered([_crosses(number, row) for number, row in enumerate(rows, 1)]),
    "orders": lambda rows: numbered([f"Send {_all(row)} across" for row in rows], "Step {}: "),
    "words": lambda rows: (
        numbered([f"{_all(row)} cross" for row in rows]).replace("A_", "Agent ").replace("a_", "Actor ")
    ),
    "subscripts": lambda rows: numbered([_listed(row).translate(LOWERED) for row in rows]),
    "bold": lambda rows: numbered([f"**{_all(row)}** cross" for row in rows]),
    "sets": lambda rows: f"${', '.join(f'{chr(92)}{{{_all(row)}{chr(92)}}}' for row in rows)}$",
    "one line": lambda rows: " ".join(_crosses(number, row) for number, row in enumerate(rows, 1)),
    "table": lambda rows: (
        "| Trip | Way | Boat |\n|---|---|---|\n"
        + numbered([f"{way} | {_listed(row)} |" for row, way in _ways(rows, "→", "←")], "| {} | ")
    ),
    "lines": lambda rows: "\n".join(map(_listed, rows)),
    "arrows": lambda rows: numbered([f"{way} {_all(row)}" for row, way in _ways(rows, "→", "←")]),
    "arrows behind": lambda rows: numbered(
        [f"{_all(row)} {way}" for row, way in _ways(rows, "->", "<-")], "Move {}: "
    ),
    "sides": lambda rows: numbered(
        [f"{_all(row)} ({way})" for row, way in _ways(rows, "left to right", "right to left")]
    ),
}
