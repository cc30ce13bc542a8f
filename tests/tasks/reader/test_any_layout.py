"""Steps in layouts that no form knows: what is meant is decided by the simulator, and what nobody can tell is not read."""

import json
import time
from collections.abc import Callable
from random import Random

import pytest

from tasks import Problem, StepList, Steps, canonical, problem
from tasks.contract.puzzle import ANY
from tasks.reader import any_layout
from tasks.reader.any_layout import _completed, _followed, _is_one_way, _running, _same, followed
from tasks.reader.any_layout import solves as readable
from tests.tasks.reader.alike import KEPT, reading

Told = Callable[[int, list[str]], str]


def lists(asked: Problem, text: str) -> list[StepList]:
    """The lists of the first reading that solves it, or of the text itself."""
    first = canonical(text)
    for read in (first, *first.alternatives()):
        found = asked.lists(asked.read(read.text))
        if any(item.solves for item in found):
            return found
    return asked.lists(asked.read(first.text))


def solves(asked: Problem, text: str) -> bool:
    return any(item.solves for item in lists(asked, text))


def solution(asked: Problem) -> list[list[str]]:
    """The cells of each step as the prompt's format has them."""
    listed = json.loads("".join(asked.format(asked.solution())).removeprefix("moves = "))
    return [[str(cell) for cell in step] for step in listed]


# --- disks on pegs

HANOI = problem("hanoi", {"size": 3})
SIZES = {
    "en": ("small", "medium", "large"),
    "est": ("smallest", "middle", "largest"),
    "de": ("kleine", "mittlere", "große"),
    "fr": ("petit", "moyen", "grand"),
    "es": ("pequeño", "mediano", "grande"),
    "it": ("piccolo", "medio", "grande"),
    "pt": ("pequeno", "médio", "grande"),
    "ru": ("маленький", "средний", "большой"),
    "zh": ("小", "中", "大"),
    "tr": ("küçük", "orta", "büyük"),
    "letters": ("S", "M", "L"),
    "abc": ("A", "B", "C"),
    "words": ("one", "two", "three"),
    "odd": ("tiny", "medium", "huge"),
}
PEGS = {
    "numbers": ("0", "1", "2"),
    "from one": ("1", "2", "3"),
    "abc": ("A", "B", "C"),
    "en": ("left", "middle", "right"),
    "centre": ("left", "centre", "right"),
    "de": ("linken", "mittleren", "rechten"),
    "fr": ("de gauche", "du milieu", "de droite"),
    "es": ("izquierda", "central", "derecha"),
    "it": ("sinistra", "centrale", "destra"),
    "ru": ("левого", "среднего", "правого"),
    "zh": ("左", "中", "右"),
    "roles": ("source", "auxiliary", "target"),
    "lmr": ("L", "M", "R"),
    "lcr": ("L", "C", "R"),
    "gmd": ("G", "M", "D"),
    "sat": ("S", "A", "T"),
    "xyz": ("X", "Y", "Z"),
    "ordinals": ("first", "second", "third"),
}


def hanoi(layout: str, sizes: str = "", pegs: str = "numbers", joint: str = "\n") -> str:
    """The right list for three disks in a layout with n, d, s, t."""
    steps = []
    for number, (disk, source, target) in enumerate(solution(HANOI), start=1):
        thing = SIZES[sizes][int(disk) - 1] if sizes else disk
        places = (PEGS[pegs][int(peg)] for peg in (source, target))
        steps.append(layout.format(n=number, d=thing, **dict(zip("st", places, strict=True))))
    return joint.join(steps)


@pytest.mark.parametrize(
    "text",
    [
        hanoi("{n}. Move the {d} disk from the {s} rod to the {t} rod.", "en", "en"),
        hanoi("{n}. Move the {d} disk from {s} to {t}.", "est", "abc"),
        hanoi("{n}. {d} disk: {s} to {t}", "en", "lmr"),
        hanoi("{d}: {s} to {t}", "en", "abc"),
        hanoi("({d}) {s} ⟶ {t}", "en", "lcr", "; "),
        hanoi("{n}. Die {d} Scheibe vom {s} Stab auf den {t} Stab legen.", "de", "de"),
        hanoi("{n}. Déplacer le {d} disque du piquet {s} vers le piquet {t}.", "fr", "fr"),
        hanoi("{n}) disque {d} : {s} vers {t}", "fr", "gmd"),
        hanoi("{n}. Mueve el disco {d} de la torre {s} a la torre {t}.", "es", "es"),
        hanoi("{n}. Sposta il disco {d} dal piolo di {s} al piolo di {t}", "it", "it"),
        hanoi("{n}. {d} диск с {s} стержня на {t}", "ru", "ru"),
        hanoi("{n}. 将{d}盘从{s}柱移到{t}柱", "zh", "zh"),
        hanoi("{n}. {d} diski {s} çubuğundan {t} çubuğuna taşı", "tr", "abc"),
        hanoi("{n}. disk {d} from {s} to {t}", "odd", "roles"),
        hanoi("{n}. {d} from {s} to {t}", "letters", "abc"),
        hanoi("{n}. Disk {d} goes from peg {s} to peg {t}", "abc", "numbers"),
        hanoi("{n}. Disk {d} is put from {s} on {t}", "abc", "xyz"),
        hanoi("{n}. Move disk {d} from the {s} peg to the {t} peg", "", "ordinals"),
        hanoi("{n}. Move disk {d} from peg {s} to peg {t}", "words", "from one"),
        hanoi("Take disk {d}, now on {s}, and set it on {t}!", "", "sat"),
        "The disks are called small (1), medium (2), large (3).\n\n"
        + hanoi("{n}. {d}: {s} → {t}", "en", "abc"),
    ],
)
def test_names_by_size_place_role_and_letter(text: str) -> None:
    """In several languages, with and without a legend."""
    assert solves(HANOI, text), text


def test_four_disks_have_other_names() -> None:
    """The ends are known; what is between is told by the moves."""
    asked = problem("hanoi", {"size": 4})
    for names in (
        ("smallest", "second smallest", "second largest", "largest"),
        ("tiny", "small", "medium", "large"),
        ("smallest", "2nd smallest", "3rd smallest", "largest"),
        ("small", "medium", "large", "huge"),
    ):
        told = [
            f"{n}. Move the {names[int(disk) - 1]} disk from {'ABC'[int(s)]} to {'ABC'[int(t)]}."
            for n, (disk, s, t) in enumerate(solution(asked), start=1)
        ]
        assert solves(asked, "\n".join(told)), names


@pytest.mark.parametrize(
    "text",
    [
        hanoi("{n}. Move disk {d} to peg {t}."),
        hanoi("{n}. Move the {d} disk to the {t} peg.", "est", "en"),
        hanoi("{n}) {d} → {t}", "", "abc"),
        hanoi("{n}. Le {d} disque va sur la tige {t}.", "fr", "abc"),
        hanoi("put disk {d} on {t}", "", "abc", ", then "),
        hanoi('{{"disk": {d}, "to": "{t}"}}', "", "abc", ", "),
    ],
)
def test_a_reader_knows_where_a_disk_is(text: str) -> None:
    """Only the goal of each move is told."""
    assert solves(HANOI, text), text


@pytest.mark.parametrize(
    "text",
    [
        "[" + hanoi('{{"from": {s}, "to": {t}, "disk": {d}}}', joint=", ") + "]",
        "[" + hanoi('{{"to": {t}, "disk": {d}, "from": {s}}}', joint=",\n") + "]",
        hanoi('{{\n  "from_peg": "{s}",\n  "to_peg": "{t}",\n  "ring": {d}\n}}', "", "abc", ",\n"),
        hanoi('{{"n": {n}, "target": {t}, "source": {s}, "disk_size": {d}}}', joint="\n"),
        hanoi("- to: {t}\n  from: {s}\n  disk: {d}"),
        hanoi("<move><disk>{d}</disk><from>{s}</from><to>{t}</to></move>", "", "abc"),
        hanoi("### Step {n}\nDisk: {d}\nFrom: {s}\nTo: {t}\n", "en", "abc"),
        "step,disk,from,to,remark\n" + hanoi("{n},{d},{s},{t},ok"),
        "step;from;to;disk;moves left\n" + hanoi("{n};{s};{t};{d};7", "", "abc"),
        "| # | From | To | Disk | Legal? |\n|--|--|--|--|--|\n" + hanoi("| {n} | {s} | {t} | {d} | yes |", "", "abc"),
        "<table><tr><th>disk</th><th>from</th><th>to</th></tr>"
        + hanoi("<tr><td>{d}</td><td>{s}</td><td>{t}</td></tr>", joint="") + "</table>",
    ],
)  # fmt: skip
def test_keys_and_columns_in_any_order(text: str) -> None:
    """Objects, tags, tables and lines of keys."""
    assert solves(HANOI, text), text


@pytest.mark.parametrize(
    "text",
    [
        hanoi("{d}:{s}-{t}", joint=", "),
        hanoi("{d}-{s}-{t}", joint=";"),
        hanoi("{d}{s}{t}", "", "abc", " "),
        hanoi("{s}{t}", "", "abc", ", "),
        hanoi("({d}, {s}→{t})", "", "abc", " "),
        hanoi("rod{s} => rod{t} [disk{d}]"),
        hanoi("First take disk {d} off peg {s} and lay it on peg {t}", "", "abc", ". Next, ") + ". Done.",
        hanoi("{n}: {d} ({s}->{t})", joint=" | "),
        ", and ".join(hanoi("{d}:{s}{t}", "", "abc", ", ").rsplit(", ", 1)),
        hanoi("$d_{{{d}}}: {s} \\rightarrow {t}$ \\\\", "", "abc"),
        hanoi("\\text{{disk }}{d}: P_{s} \\to P_{t}"),
        hanoi("d{d}: P{s} → P{t}").translate(str.maketrans("0123", "₀₁₂₃")),
        hanoi("{n}️⃣ Disk {d} ➡️ from {s} to {t}", "", "abc"),
        "Step: 1 2 3 4 5 6 7\nDisk: 1 2 1 3 1 2 1\nFrom: A A C A B B A\nTo: C B B C A C C",
        "| Disk | 1 | 2 | 1 | 3 | 1 | 2 | 1 |\n|--|--|--|--|--|--|--|--|\n| From | 0 | 0 | 2 | 0 | 1 | 1 | 0 |\n| To | 2 | 1 | 1 | 2 | 0 | 2 | 2 |",
        "First, move disk 1 from A to C.\nThen shift disk 2 from A to B.\nPut disk 1 from C on top, to B.\nNow the big one: "
        "disk 3 from A to C.\nAfter that, take disk 1 from B to A.\nMove disk 2 from B to C.\nFinally disk 1 from A to C.",
        hanoi("Step {n} - {d} goes from {s} to {t} (that was number {n} of 7)", "en", "en"),
    ],
)  # fmt: skip
def test_several_on_a_line_and_signs_and_other_layouts(text: str) -> None:
    """Whatever parts the names, and whatever is said beside them."""
    assert solves(HANOI, text), text


# --- other things that are moved


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("hanoi", {"size": 4}),
        ("hanoi_linear", {"size": 3}),
        ("hanoi_random", {"size": 4}),
        ("blocks_world", {"size": 5}),
        ("checker_jumping", {"size": 3}),
    ],
)
@pytest.mark.parametrize(
    "layout",
    [
        "{n}. {d} siirtyy paikasta {s} paikkaan {t}",
        "{n}. Przenieś {d} z {s} na {t}",
        "第{n}步：把{d}从{s}移到{t}",
        "({s}→{t}, {d})",
        "{d}:{s}-{t}",
        '{{"to": {t}, "piece": "{d}", "from": {s}, "n": {n}}}',
    ],
)
@pytest.mark.parametrize("joint", ["\n", "; "])
def test_things_that_go_from_place_to_place(
    name: str, parameters: dict[str, int], layout: str, joint: str
) -> None:
    """Disks, blocks and checkers are read in the same layouts."""
    asked = problem(name, parameters)
    told = (layout.format(n=n, d=d, s=s, t=t) for n, (d, s, t) in enumerate(solution(asked), start=1))
    text = joint.join(told)
    assert solves(asked, text), text


@pytest.mark.parametrize(
    "layout",
    [
        '{{"ring": {r}, "action": "{o}"}}',
        "{n},{r},{o}",
        "{n}. Ring {r} {de}",
        "{r}{arrow}",
        "Step {n}: {take} ring number {r} {o} the bar",
        "{o}-{r};",
        "{n}) {fr} l'anneau {r}",
    ],
)
@pytest.mark.parametrize("joint", ["\n", ", "])
def test_rings_go_off_and_on(layout: str, joint: str) -> None:
    """In signs and words of several languages."""
    asked = problem("chinese_rings", {"size": 4})
    words = {
        "off": {"de": "abnehmen", "arrow": "↓", "take": "Take", "fr": "enlever"},
        "on": {"de": "aufsetzen", "arrow": "↑", "take": "Put", "fr": "remettre"},
    }
    told = (layout.format(n=n, o=o, r=r, **words[o]) for n, (o, r) in enumerate(solution(asked), start=1))
    text = joint.join(told)
    assert solves(asked, text), text


# --- items

ITEMS = (
    ("counting", {"size": 16}),
    ("running_sum", {"size": 16}),
    ("fizzbuzz", {"size": 16}),
    ("gray_code", {"size": 4}),
    ("automaton", {"size": 16}),
    ("pointer_chase", {"size": 16}),
    ("copying", {"size": 16}),
)


def joined(joint: str) -> Callable[[list[str]], str]:
    return joint.join


def each(layout: str, joint: str = "\n") -> Callable[[list[str]], str]:
    return lambda items: joint.join(layout.format(n, item) for n, item in enumerate(items, start=1))


def last(word: str) -> Callable[[list[str]], str]:
    return lambda items: ", ".join(items[:-1]) + word + items[-1]


def typed(items: list[str]) -> list[int | str]:
    return [int(item) if item.isdecimal() and not item.startswith("0") else item for item in items]


@pytest.mark.parametrize(("name", "parameters"), ITEMS)
@pytest.mark.parametrize(
    "write",
    [
        *map(last, (", and ", " and ", " und ", ", et ", " y ", " & ", ", and finally ", " и ")),
        *map(joined, (" | ", " / ", " then ", "\t", "<br>", "\u00a0\n", "\u200b\n", "，", "、", "\r", "\u2028")),
        *map(each, ("<p>{1}</p>", "<item>{1}</item>", "({0}) {1}", "第{0}项：{1}", "Step {0} of 16: {1}")),
        *map(each, ("After step {0} we have {1}.", "{0};{1};ok", "{0}️⃣ {1}", "“{1}”,", "| {0} | {1} |")),
        each('{{"step": {0}, "value": "{1}"}}', ", "),
        each("<tr><td>{0}</td><td>{1}</td></tr>", ""),
        lambda items: json.dumps(typed(items)),
        lambda items: json.dumps({"answer": "\n".join(items)}),
        lambda items: json.dumps({"thoughts": "One by one.\nThere.", "answer": "\n".join(items)}, indent=1),
        "\\n".join,
        lambda items: "Answer: " + "\n".join(items),
        lambda items: "\n".join(items) + " - and that is all!",
        lambda items: "<answer>" + "\n".join(items) + "</answer>",
        lambda items: "<my_list>" + "\n".join(items) + "</my_list>",
        lambda items: "\ufeff" + "\n".join(items) + "<|eot_id|>",
        lambda items: "$$\\boxed{" + ", ".join(items) + "}$$",
        lambda items: "\n".join(items) + "\n\nOnce more:\n\n" + "\n".join(items),
        lambda items: "| " + " | ".join(map(str, range(1, 17))) + " |\n" + "|--" * 16 + "|\n| " + " | ".join(items) + " |",
    ],
)  # fmt: skip
def test_items_in_any_dress(name: str, parameters: dict[str, int], write: Callable[[list[str]], str]) -> None:
    """The first and the last item too, whatever shares their lines."""
    asked = problem(name, parameters)
    items = "".join(asked.format(asked.solution())).split("\n")
    text = write(items)
    assert solves(asked, text), text


def test_an_item_at_the_edge_is_found_where_it_stands() -> None:
    """Its place is known like that of any other."""
    asked = problem("counting", {"size": 6})
    text = "The numbers are: 1\n2\n3\n4\n5\n6 - done"
    (item,) = asked.lists(asked.read(text))
    assert [text[slice(*item.span(at))] for at in range(6)] == list("123456")
    assert (item.start, item.end) == (text.index("1"), text.index(" - "))


def test_a_wrong_last_item_stays_wrong() -> None:
    """Behind "and" there is an item, right or not."""
    asked = problem("counting", {"size": 5})
    (item,) = asked.lists(asked.read("1, 2, 3, 4, and 7"))
    assert (len(item.steps), item.advance.taken) == (5, 4)


# --- states


def states(asked: Problem) -> list[tuple[object, ...]]:
    state = asked.start
    drawn = [state]
    for row in asked.solution():
        state = asked.step(state, row)
        drawn.append(state)
    return drawn


@pytest.mark.parametrize(
    "draw",
    [
        lambda n, pegs: f"{n}. {[list(disks) for disks in pegs]}",
        lambda n, pegs: " | ".join(f"{c}: {', '.join(map(str, on)) or '-'}" for c, on in zip("ABC", pegs, strict=True)),
        lambda n, pegs: f"After move {n}:\n" + "\n".join(f"Peg {c}: {' '.join(map(str, on)) or 'empty'}" for c, on in enumerate(pegs)),
        lambda n, pegs: ", ".join(f"{c}: {list(on[::-1])}" for c, on in zip("ABC", pegs, strict=True)),
    ],
)  # fmt: skip
def test_towers_drawn_in_place_of_moves(draw: Callable[[int, object], str]) -> None:
    """A drawing after each move tells the move; where one is left out, that is an illegal one."""
    drawn = list(enumerate(states(HANOI)))
    for first in (0, 1):
        assert solves(HANOI, "\n\n".join(draw(n, state) for n, state in drawn[first:]))
    found = lists(HANOI, "\n\n".join(draw(n, state) for n, state in (*drawn[:4], *drawn[5:])))
    best = max(found, key=lambda item: len(item.steps))
    assert (best.solves, best.advance.taken) == (False, 3)


def test_moves_of_a_window_may_look_like_towers() -> None:
    """Three moves look like a drawing of three pegs, and of a window few steps are right."""
    window = problem("hanoi_random", {"size": 5}, 1).window(3, 8)
    assert window.read("moves = [[5, 1, 2], [1, 0, 1], [2, 0, 2]]").found


@pytest.mark.parametrize(
    "draw", [" ".join, str, lambda row: str(list(row)), lambda row: row.replace("_", ".")]
)
def test_rows_drawn_in_place_of_moves(draw: Callable[[str], str]) -> None:
    """Cells apart or together, in a list, with another sign for the empty one."""
    asked = problem("checker_jumping", {"size": 3})
    assert solves(asked, "\n".join(f"{n}) {draw(str(row))}" for n, row in enumerate(states(asked))))


# --- which list is the answer


def test_the_list_behind_final_answer_is_a_list_of_its_own() -> None:
    """What stands before it is a draft or a log, with an ellipsis or without."""
    right = "moves = [" + ", ".join(f"[{', '.join(step)}]" for step in solution(HANOI)) + "]"
    for heading in (
        "Final answer:",
        "**Final Answer**\n",
        "Réponse finale :",
        "Endgültige Antwort:",
        "最终答案：",
        "The full list is:",
    ):
        for draft in (
            "Tried [1, 0, 1]\nTried [1, 0, 2]\nTried [2, 0, 1]\n... (20 more) ...",
            "[1, 0, 2], [2, 0, 1], ...",
        ):
            found = HANOI.lists(HANOI.read(f"{draft}\n\n{heading} {right}"))
            assert found[-1].solves, heading
            assert found[-1].elided is None


def test_a_list_written_twice_is_solved() -> None:
    """In a form that is known, and in one that is not."""
    for text in (
        hanoi("[{d}, {s}, {t}]", joint=", "),
        hanoi("{d}/{s}/{t}"),
        hanoi("{d} sits on {s}, then {t}", "en", "en"),
    ):
        assert solves(HANOI, f"{text}\n\nTo repeat:\n\n{text}")
        assert solves(HANOI, f"{text}\n\n{text}")


# --- what is no list


@pytest.mark.parametrize(
    "text",
    [
        "Peg A: 3, 2, 1\nPeg B: 5, 4, 0\nPeg C: 1, 1, 1",
        "the legal move between A and B\nthe legal move between A and C\nthe legal move between B and C",
        "1. Move 2 disks from A to B\n2. Move 1 disks from A to C\n3. Move 2 disks from B to C",
        "1. Move the upper disks to the middle.\n2. Move the largest disk to the right.\n3. Move the others on top.",
        "For 1 disk it takes 1 move.\nFor 2 disks it takes 3 moves.\nFor 3 disks it takes 7 moves.",
        "1. It is long.\n2. It is dull.\n3. It is easy to program.\n4. I could be wrong.\n5. You know it.",
        "Step 1: read the rules\nStep 2: think\nStep 3: answer\nStep 4: check",
        "The formula is 2^3 - 1 = 7. With 64 disks it is 2^64 - 1.",
        "I will not write all 7 moves. The small disk goes left, the large one right.",
        "Block 1: {1-2} from 0 to 1\nBlock 2: {1-2} from 1 to 2\nBlock 3: {1-2} from 2 to 0\nBlock 4: {1-2} from 0 to 2",
    ],
)
def test_what_is_no_list_of_moves_is_not_read(text: str) -> None:
    """Lines alike that the rules make no sense of are prose."""
    assert not any(item.advance.taken >= 3 for item in lists(HANOI, text))
    assert not solves(HANOI, text)


@pytest.mark.parametrize(
    "text",
    [
        "1. It is long.\n2. It is dull.\n3. It is easy.\n4. I could be wrong.\n5. You know it.",
        "Step 1: read\nStep 2: think\nStep 3: write\nStep 4: check\nStep 5: stop",
        "Reasons: 1) length 2) boredom 3) limits 4) cost 5) use",
        "I could write 1, then 2, and so on up to 5.",
        "Counting to 5 takes 5 lines.",
    ],
)
def test_what_counts_something_else_is_no_list_of_numbers(text: str) -> None:
    """Running numbers of reasons are no items."""
    asked = problem("counting", {"size": 5})
    assert not solves(asked, text)


@pytest.mark.parametrize(
    "layout",
    ["{d}/{s}/{t}", "{n};{d};{s};{t}", "{d}:{s}-{t}, ", "{n}. {d}→{t}", "disk {d} leaves {s} for {t}"],
)
def test_a_wrong_step_stays_wrong(layout: str) -> None:
    """The simulator chooses the reading, and mends nothing."""
    rows = [tuple(map(int, step)) for step in solution(HANOI)]
    for at in range(3, 7):
        wrong = [*rows[:at], (3 if rows[at][0] != 3 else 2, rows[at][1], rows[at][2]), *rows[at + 1 :]]
        text = "\n".join(layout.format(n=n, d=d, s=s, t=t) for n, (d, s, t) in enumerate(wrong, start=1))
        found = lists(HANOI, text)
        assert not any(item.solves for item in found), text
        assert max((item.advance.taken for item in found), default=0) <= at, text


@pytest.mark.parametrize("seed", range(4))
def test_what_is_solved_is_what_a_reader_would_call_solved(seed: int) -> None:
    """Whatever goes wrong in a list, no layout makes it right."""
    rng = Random(seed)
    asked = problem("hanoi", {"size": 4})
    right = [tuple(map(int, step)) for step in solution(asked)]
    names = ("smallest", "second smallest", "second largest", "largest")
    layouts = (
        "{n}. The {D} disk goes from the {S} rod to the {T} rod.",
        "{D}: {a} to {b}",
        '{{"from": {s}, "to": {t}, "disk": {d}}}',
        "{n};{s};{t};{d};left",
        "第{n}步：把{d}从{a}移到{b}",
        "{d}{a}{b}",
        "rod{s} => rod{t} [disk{d}]",
    )
    for _ in range(40):
        rows = list(right)
        at, other = rng.randrange(15), rng.randrange(15)
        match rng.randrange(5):
            case 0:
                rows[at], rows[other] = rows[other], rows[at]
            case 1:
                del rows[at]
            case 2:
                rows[at] = rows[other]
            case 3:
                rows[at] = (rows[other][0], *rows[at][1:])
            case 4:
                rows[at] = (*rows[at][:2], rows[other][2])
        layout, sides = rng.choice(layouts), ("left", "middle", "right")
        told = [
            layout.format(n=n, d=d, s=s, t=t, a="ABC"[s], b="ABC"[t], D=names[d - 1], S=sides[s], T=sides[t])
            for n, (d, s, t) in enumerate(rows, start=1)
        ]
        text = rng.choice(("\n", "; ")).join(told)
        went = asked.advance(asked.start, Steps.of(rows, 3))
        assert solves(asked, text) == (went.taken == len(rows) and asked.is_goal(went.state)), text


def test_an_ambiguity_is_said_to_be_one() -> None:
    """Where two readings make as much sense and are not the same."""
    clear = problem("hanoi", {"size": 3})
    (item, *_) = clear.lists(clear.read(hanoi("{d}/{s}/{t}")))
    assert not item.found.ambiguous


@pytest.mark.parametrize(
    "unit",
    ["1 0 2 \n", "1\n2\n", "A A A A ", "1 2 3 4 x\n1 2 3 y\n", "\n \n1", "1 0 2 ...\n", "small to left ", "disk 1 to C. ",
     '{"a": 1},', "A: 1 | B: 2\n", "[[1],[2],", "1 -> ", "from A to B, ", "1,2,3,4,5,6,7,8\n", "R R _ B ", "and 1, and 2 "],
)  # fmt: skip
@pytest.mark.parametrize("name", ["hanoi", "checker_jumping", "chinese_rings", "running_sum"])
def test_hostile_text_is_read_in_time(unit: str, name: str) -> None:
    """However long the text, what is tried is limited."""
    asked = problem(name, {"size": 5})
    began = time.process_time()
    asked.read(unit * (50_000 // len(unit)))
    assert time.process_time() - began < 5


RECORDED = json.loads(KEPT.read_text(encoding="ascii"))


@pytest.mark.parametrize("part", range(16))
def test_what_is_alike_is_read_as_it_was(part: int) -> None:
    """Steps, runs and places. Where that is meant to change: `python -m tests.tasks.reader.alike`."""
    for name, size, text, _, _, expected in RECORDED[part::16]:
        assert reading(name, size, text) == expected, text


# --- what a reading is made of


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["1", "2", "3"], [1, 2, 3]),
        (["7", "8", "9", "10", "11"], [7, 8, 9, 10, 11]),
        (["0", "1"], [0, 1]),
        (["1", "2", "4"], None),
        (["1", "2", "3", "4", "5", "7"], None),
        (["3", "2", "1"], None),
        (["1", "1"], None),
        (["1", "x"], None),
        (["1", None], None),
        (["999999998", "999999999"], [999999998, 999999999]),
        (["999999999", "1000000000"], None),
        (["1"], [1]),
    ],
)
def test_what_counts(names: list[str | None], numbers: list[int] | None) -> None:
    """Each one more than the one before, of fewer than ten digits."""
    found = _running(names)
    assert (None if found is None else found.tolist()) == numbers


def test_columns_that_say_the_same() -> None:
    """One to one, also far behind."""
    letters = list("abcab" * 10)
    assert _same(letters, [{"a": "1", "b": "2", "c": "3"}[letter] for letter in letters])
    assert not _same(letters, [{"a": "1", "b": "2", "c": "2"}[letter] for letter in letters])
    assert not _same([{"a": "1", "b": "2", "c": "2"}[letter] for letter in letters], letters)
    assert not _same(letters, [*letters[:-1], "c"])
    assert not _same(["a", *letters], ["c", *letters])


@pytest.mark.parametrize(
    ("rows", "is_one"),
    [
        ([(1, 0, 2), (1, 2, 1), (1, 1, 0)], True),
        ([(1, 0, 2), (2, 2, 1), (3, 1, 0)], True),
        ([(1, 0, 2), (1, 1, 2), (1, 1, 0)], False),
        ([(1, 0, 2), (1, 2, 1), (1, 0, 1)], False),
        ([(1, 0, 2)], True),
    ],
)
def test_one_thing_on_its_way(rows: list[tuple[int, ...]], is_one: bool) -> None:
    """Each step begins where the last one ended."""
    assert _is_one_way(Steps.of(rows, 3)) is is_one
    assert not _is_one_way(Steps.of([row[1:] for row in rows], 2))


def test_how_long_steps_are_followed() -> None:
    """The longest stretch that is legal from the start, of as many as are tried; and whether one is a solution."""
    right, wrong = list(HANOI.solution()), (3, 2, 0)

    def told(*rows: tuple[int, ...], stretches: int = 24) -> tuple[bool, int]:
        return _followed(HANOI, Steps.of(rows, 3), stretches)

    assert told(*right) == (True, 7)
    assert told(*right[:4]) == (False, 4)
    assert told(wrong, *right) == (True, 7)
    assert told(*right[:3], wrong, *right[:5]) == (False, 5)
    assert told(*right[:5], wrong, *right[:3]) == (False, 5)
    assert told(*right, *right[:2]) == (True, 7)
    assert told(*[wrong] * 3, *right) == (True, 7)
    assert told(*[wrong] * 3, *right, stretches=3) == (False, 0)
    assert told(*[wrong] * 3, *right, stretches=4) == (True, 7)
    assert told(*[wrong] * 23, *right) == (True, 7)
    assert told(*[wrong] * 24, *right) == (False, 0)
    assert (followed(HANOI, Steps.of(right[:4], 3)), readable(HANOI, Steps.of(right, 3))) == (4, True)
    assert not readable(HANOI, Steps.of(right[:6], 3))


def completed(*rows: tuple[int, ...], asked: Problem = HANOI) -> list[tuple[int, ...]] | None:
    found = _completed(asked, Steps.of(rows, asked.width))
    return None if found is None else list(found.rows())


def test_what_a_step_does_not_tell() -> None:
    """The only thing or place that fits, in the state so far."""
    right = list(HANOI.solution())
    assert completed(*right) == right
    bare = [(ANY, source, target) for _, source, target in right]
    assert completed(*bare) == bare, "which the puzzle itself understands"
    assert completed(*[(disk, ANY, target) for disk, _, target in right]) == right
    assert completed((1, 0, ANY)) is None, "it may go to either"
    assert completed((1, ANY, 2), (2, ANY, 1), (1, ANY, 1), (3, ANY, 2)) == right[:4]
    assert completed(right[0], (2, ANY, 1)) == right[:2]


def test_names_of_which_nobody_knows_what_they_are() -> None:
    """They stand for what is moved first under them, and for nothing else."""
    right = list(HANOI.solution())
    named = {1: ANY - 1, 2: ANY - 2, 3: ANY - 3}
    assert completed(*[(named[disk], source, target) for disk, source, target in right]) == right
    swapped = [(named[1], 0, 2), (named[1], 0, 1)]
    found = completed(*swapped)
    assert found is not None
    assert found[0] == (1, 0, 2)
    assert found[1][0] == 1, "the name is that of the first disk, whatever is legal"
    assert HANOI.advance(HANOI.start, Steps.of(found, 3)).taken == 1


def test_a_list_that_begins_again() -> None:
    """Its steps are completed from the start anew; a step that nothing fits is filled in as it is likeliest."""
    right = list(HANOI.solution())
    bare = [(disk, ANY, target) for disk, _, target in right]
    assert completed(*bare, *bare) == [*right, *right]
    assert completed(*bare[:2], *bare) == [*right[:2], *right]
    assert completed(*bare[:2], (2, ANY, 1), *bare[:2]) == [*right[:2], (2, 1, 1), *right[:2]]
    short = bare[:2] * 30
    found = completed(*short)
    assert found is not None
    assert found[:50] == right[:2] * 25
    assert found[50:] == [(1, 2, 2), (2, 1, 1)] * 5
    told = completed((1, ANY, 2), (3, ANY, 2))
    assert told == [(1, 0, 2), (3, 0, 2)]


@pytest.mark.parametrize(
    ("between", "apart"),
    [
        ("\n", False),
        ("\n\n", True),
        ("\n \n", True),
        ("\nso it goes\n", True),
        ("\n...\n", True),
        (" ... ", True),
        ("; ", False),
    ],
)
def test_where_a_list_is_parted(between: str, apart: bool) -> None:
    """By blank lines and words; steps on one line by what stands for others alone."""
    text = hanoi("{d} siirtyy paikasta {s} paikkaan {t}", joint="#").split("#")
    found = reading("hanoi", 3, "\n".join(text[:4]) + between + "\n".join(text[4:]))
    if "\n" in between:
        assert found is not None
        assert len(found[1]) == (2 if apart else 1)
        assert [run[2:] for run in found[1]] == ([[0, 4], [4, 3]] if apart else [[0, 7]])


def test_long_texts_are_read_as_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the ways in which a window of them is read, in one of the first windows, and up to a bound."""
    rows = solution(problem("hanoi", {"size": 4}))
    lines = [
        f"{n:02}. {d} siirtyy paikasta {'ABC'[int(s)]} paikkaan {'ABC'[int(t)]}\n"
        for n, (d, s, t) in enumerate(rows, 1)
    ]
    text, line, prose = "".join(lines), len(lines[0]), "so it goes\n"
    whole = reading("hanoi", 4, text)
    assert whole is not None
    for most, count in ((12 * line, 12), (12 * line - 2, 11)):
        monkeypatch.setattr(any_layout, "_WINDOW", 10 * line)
        monkeypatch.setattr(any_layout, "_MOST_TEXT", most)
        found = reading("hanoi", 4, text + prose * 40)
        assert found is not None
        assert found[0] == ", ".join(whole[0].split(", ")[:count])
    monkeypatch.setattr(any_layout, "_MOST_TEXT", 10_000)
    for before, is_read in ((15 * line, True), (30 * line, False)):
        found = reading("hanoi", 4, (prose * 200)[:before] + "\n" + text + prose * 20)
        assert (found is not None) is is_read, before
    assert reading("hanoi", 4, prose * 100) is None
    monkeypatch.undo()
    assert (any_layout._WINDOW, any_layout._WINDOWS, any_layout._MOST_TEXT) == (16_000, 4, 200_000)
