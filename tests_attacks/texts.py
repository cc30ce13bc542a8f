"""Texts that were made to be slow to read, for everything that reads what models and servers have written.

Many texts are tried short, and the slowest of each reader at 1 and 2 MB, by time of the processor.
"""

import gc
import json
import os
import resource
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing.connection import Connection
from random import Random

from tasks import Problem, problem, puzzle, puzzles, size_nearest
from tests_attacks.command import FORKS
from tests_attacks.outcome import GOAL, Harm, Outcome

SHORT = 60_000
_MOST = 10.0
"""Seconds of the processor a megabyte, after which a text is not read any further."""
_ASIDE = 3.0
"""The same, whatever the length."""
_GROWTH = 3.0
"""How much longer twice the text may take; twice is what is meant."""
_AGAIN = 2
"""How often a text that took too long is tried again: the least time is its own."""
_STEPS = 20

PIECES = (
    *("1", "0", "23", "999999999", "1.5", "-1", "\u0661", "\u4e09", "\u2460", "\u2082", "one", "twelve"),
    *("IV", "zw\u00f6lf"),
    *("a", "A", "peg A", "disk 3", "Move disk 1 from A to C", "R _ B", "moves = ", "solve", "state"),
    "step 12",
    *(" ", "\n", "\n\n", "\t", "\r\n", "\u00a0", "\u200b", "\u2028", "\u3000", "  - ", "1. ", "* ", "> "),
    *("# ", "| ", "|---|"),
    *(",", ", ", ";", ":", "->", "\u2192", "=>", " to ", "\u3001", "\u060c", "/", "\\", "\\\\", "=", "=="),
    *("+", "_", "^", "&", "%"),
    *("[", "]", "[[", "]]", "], [", "(", ")", "((", "{", "}", "<", ">", "\u3010", "\u300c", "\u201c", "'"),
    *('"', "`", "```", "```python\n"),
    *("$", "$$", "\\(", "\\[", "\\frac{1}{2}", "\\text{a}", "\\begin{aligned}", "&amp;", "&#49;", "&lt;"),
    *("<b>", "</b>", "<br>", "<td>"),
    *("<think>", "</think>", "<|end|>", "<|channel|>", "[INST]", "<!--", "-->", "<answer>", "**", "__"),
    *("~~", "***", "\u2026", "..."),
    *("and so on", "the pattern continues", "etc. ", "(omitted)", "I won't. ", "It is impossible. ", "no "),
    *("not ", "Final answer: "),
    *("Step 1: ", "def f(): ", "return [", "import x\n", "# ", "for i in ", "lambda: ", "a=1;", "\u0130"),
    *("e\u0301", "\U0001f468\u200d", "\u202e"),
)


@dataclass(frozen=True, slots=True)
class Made:
    """How a text is made, of any length."""

    way: str
    pieces: tuple[str, ...]

    def text(self, size: int) -> str:
        """Return it, with so many characters."""
        first, *rest = self.pieces
        unit = "".join(self.pieces)
        match self.way:
            case "again":
                return (unit * (size // len(unit) + 1))[:size]
            case "nested":
                half, end = size // 2, "".join(rest) or first[::-1]
                return (first * (half // len(first) + 1))[:half] + (end * (half // len(end) + 1))[:half]
            case "begun":
                body = "".join(rest) or first
                return f"```\n{first}" + (body * (size // len(body) + 1))[:size]
            case "ended":
                body = "".join(rest) or first
                return (body * (size // len(body) + 1))[:size] + f"{first}!"
            case "numbered":
                return self._numbered(size)
            case _:  # "uneven"
                return self._uneven(size)

    def _numbered(self, size: int) -> str:
        parts, length = [], 0
        for at, piece in enumerate(cycle(self.pieces), 1):
            parts.append(f"{piece}{at}")
            length += len(parts[-1])
            if length >= size:
                return "".join(parts)
        return ""

    def _uneven(self, size: int) -> str:
        """Runs of each piece, of growing lengths."""
        parts, length = [], 0
        for at, piece in enumerate(cycle(self.pieces)):
            parts.append(piece * (1 + at * at % 997))
            length += len(parts[-1])
            if length >= size:
                return "".join(parts)[:size]
        return ""


WAYS = ("again", "again", "again", "nested", "begun", "ended", "numbered", "uneven")


def drawn(draw: Random, own: Sequence[str]) -> Made:
    """Draw a text, of pieces in general and of a reader's own."""
    pieces = [
        draw.choice(own) if own and draw.random() < 0.4 else draw.choice(PIECES)
        for _ in range(draw.randint(1, 5))
    ]
    return Made(draw.choice(WAYS), tuple(pieces))


# --- readers


def own_pieces(reader: str) -> list[str]:
    """Return what a reader knows: for a puzzle, parts of a solution as the prompt asks for it."""
    kind, _, name = reader.partition(" ")
    if kind != "puzzle":
        return list(_OWN.get(reader, ()))
    asked = _problem(name)
    text = "".join(islice(asked.puzzle.format(asked.instance, asked.solution()), 400))
    lines = text.split("\n")
    words = [word for word in text.replace(",", " , ").split(" ") if word]
    return [text[:200], text[:40], text[-40:], *lines[:3], *(f"{line}\n" for line in lines[:3]), *words[:6]]


_OWN: dict[str, tuple[str, ...]] = {
    "programs": (
        *("```python\ndef solve():\n    return f()\n```\n", "```\n", "~~~python\n", "def solve():\n"),
        *("    return a\n", "class A:\n"),
        *("f'{a}'", "f'{f\"{a}\"}'", "@a\n", "if a: b\n", "else:\n", "'''", '"""', "a = b\n", "import a\n"),
        "x: int = 1\n",
        *("async ", "await ", "*a, ", "**a, ", "lambda a: ", "not ", "a if b else ", "[a for a in b]"),
        *("\\\n", "\x0c", ">>> a\n"),
    ),
    "keys": (
        *("://", "a@", "http://a:b@", "sk-", "Bearer ", "%41", "%25", "\\u0041", "\\\\", "&#65;", "&amp;"),
        *("c2st", "736b2d"),
    ),
    "server's words": (
        *("try again in ", "retry after ", "1m2s", "1.5s ", '"retryDelay": "'),
        *("maximum context length is ", " tokens", "exceeds "),
        *('"x-ratelimit-reset":', '"retry-after" : ', "Unsupported parameter: '", "content_filter"),
        *("quota", "prompt", "8192 "),
    ),
    "judgements": ('{"label": "', '"refusal"', '"quote": "', "```json\n", "{", "}", '\\"', "label: "),
    "statements": (
        *("(:init ", "(on a b) ", "and ", "the red block is on top of ", "My goal is ", "[STATEMENT]\n"),
        *("blocks_world "),
    ),
    "what is shown": (
        *("\x1b[31m", "\u202e", "::", "##[", "=", "|", "<", "http://a.b/", "](", "\ud800", "\x00"),
    ),
}


_PUZZLES = tuple(puzzles())
"""Those that ship: other areas may load files of strangers later."""


def readers() -> list[str]:
    """Return the names of all readers."""
    return [*(f"puzzle {name}" for name in _PUZZLES), *_OWN]


def _problem(name: str) -> Problem:
    return problem(name, {"size": size_nearest(puzzle(name), _STEPS, {})}, 0)


def reader(name: str) -> Callable[[str], object]:
    """Return a reader by its name."""
    from evals.client import provider_errors, rate_limits  # noqa: PLC0415
    from evals.client.masking import Masker  # noqa: PLC0415
    from evals.endpoints import mask  # noqa: PLC0415
    from evals.importers._statements import read_statement  # noqa: PLC0415
    from evals.key_shapes import unkeyed  # noqa: PLC0415
    from evals.labelling.answer import Answer  # noqa: PLC0415
    from evals.labelling.rules import label  # noqa: PLC0415
    from evals.sandbox.find_program import find_program  # noqa: PLC0415
    from evals.second_reader.judgement import read_judgement  # noqa: PLC0415
    from evals.text import markdown_cell, printable, seconds_in  # noqa: PLC0415

    kind, _, rest = name.partition(" ")
    if kind == "puzzle":
        asked = _problem(rest)
        label(asked, Answer("1", finish_reason="stop"))
        return lambda text: label(asked, Answer(text, finish_reason="stop"))
    masker = Masker(["sk-0123456789abcdefghij", "user:sk-0123456789"])

    def words(text: str) -> object:
        rate_limits.wanted({}, text, 0.0)
        provider_errors.is_overflow(text, 100)
        provider_errors.context_named(text)
        provider_errors.is_filtered(text)
        provider_errors.is_spent(text)
        return list(provider_errors.refused_parameters(text, ("temperature", "max_tokens", "stream")))

    def statement(text: str) -> object:
        try:
            return read_statement(text)
        except Exception as error:
            return error

    others: dict[str, Callable[[str], object]] = {
        "programs": find_program,
        "keys": lambda text: (mask(masker.mask(text)), unkeyed(text)),
        "server's words": words,
        "judgements": lambda text: read_judgement(text, text),
        "statements": statement,
        "what is shown": lambda text: (printable(text), markdown_cell(text), seconds_in(text)),
    }
    return others[name]


# --- measuring


def _measure(pipe: Connection, name: str, texts: Sequence[Made], size: int) -> None:
    """In a fork: read the texts, and tell after each how long it took."""
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    read = reader(name)
    read("1, 0, 2\n")
    gc.disable()
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # ends the process, also within a regular expression
    for made in texts:
        text = made.text(size)
        signal.setitimer(signal.ITIMER_PROF, _ASIDE + _MOST * len(text) / 1e6)
        begun = time.process_time()
        try:
            read(text)
            fault = ""
        except BaseException as error:
            fault = repr(error)[:500]
        took = time.process_time() - begun
        signal.setitimer(signal.ITIMER_PROF, 0)
        pipe.send_bytes(json.dumps([took / len(text) * 1e6, fault]).encode())
        gc.collect()
    pipe.send_bytes(b"null")
    os._exit(0)


def measured(name: str, texts: Sequence[Made], size: int, found: Outcome) -> list[float]:
    """Return the seconds a megabyte that each text takes; notes texts at which a reader hangs or breaks."""
    costs: list[float] = []
    while len(costs) < len(texts):
        receiving, sending = FORKS.Pipe(duplex=False)
        left = texts[len(costs) :]
        process = FORKS.Process(target=_measure, args=(sending, name, left, size), daemon=True)
        process.start()
        sending.close()
        try:
            while (told := json.loads(receiving.recv_bytes())) is not None:
                cost, fault = told
                costs.append(cost)
                harm = Harm.TRACEBACK if fault else None
                found.note(harm, f"{name}: {texts[len(costs) - 1]!r} at {size:,} characters: {fault}")
        except EOFError:
            found.note(Harm.HANG, f"{name}: {texts[len(costs)]!r} at {size:,} characters")
            costs.append(_MOST)
        finally:
            process.kill()
            process.join()
            receiving.close()
    return costs


def screen(name: str, draw: Random, times: int, found: Outcome) -> list[Made]:
    """Return texts, those first that take a reader longest."""
    own = own_pieces(name)
    texts = [drawn(draw, own) for _ in range(times)]
    costs = measured(name, texts, SHORT, found)
    return [text for _, text in sorted(zip(costs, texts, strict=True), key=lambda pair: -pair[0])]


def hold(name: str, texts: Sequence[Made], sizes: tuple[int, int], found: Outcome) -> None:
    """Read texts at two lengths, and note the time that each takes."""
    aside = Outcome(found.area)
    for made in texts:
        both: list[list[float]] = []
        for _ in range(1 + _AGAIN):
            both.append([measured(name, [made], size, aside)[0] for size in sizes])
            costs = [min(column) for column in zip(*both, strict=True)]
            if max(costs) <= GOAL and costs[1] * 2 <= costs[0] * _GROWTH + 0.5:
                break
        taken = [cost * size / 1e6 for cost, size in zip(costs, sizes, strict=True)]
        grown = (taken[1] - taken[0]) / (sizes[1] - sizes[0]) * 1e6  # without what every text takes
        told = f"{name}: {made!r}, {taken[0]:.2f} and {taken[1]:.2f} s at {sizes} characters"
        found.measured(max(*costs, grown), told)
        if costs[1] * 2 > costs[0] * _GROWTH + 0.5:
            found.harms[Harm.OTHER] += 1
            found.told.append(f"{name}: {made!r} takes {costs[0]:.2f} and {costs[1]:.2f} s a MB at {sizes}")
    found.harms += aside.harms
    found.told += aside.told
