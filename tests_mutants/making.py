"""Draws mutants of modules, and writes their texts.

Run by the Python of the environment of `requirements.txt`: a JSON request on standard input, mutants on
standard output, a line each.
"""

import ast
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random

from cosmic_ray.ast import ast_nodes  # type: ignore[import-not-found]
from cosmic_ray.mutating import mutate_code  # type: ignore[import-not-found]

sys.path.insert(0, str(Path(__file__).parent))

from operators import chosen, tree  # type: ignore[import-not-found]


def main() -> None:
    """Answer the request: for each module its path, its text, and how many mutants are wanted."""
    asked = json.load(sys.stdin)
    for path, source in asked["modules"].items():
        drawn = _drawn(source, Random(f"{asked['seed']}/{path}"))
        for _, (line, name, text) in zip(range(asked["sample"]), drawn, strict=False):
            sys.stdout.write(json.dumps({"path": path, "line": line, "operator": name, "text": text}) + "\n")


def _drawn(source: str, random: Random) -> Iterator[tuple[int, str, str]]:
    """Mutants in random order: first one at each place of the text, then a second at each that has one.

    By places, as an operator such as `+` has many changes and `and` has one.
    """
    operators, same = chosen(), _running(source)
    places: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    counts = [0] * len(operators)
    for node in ast_nodes(tree(source)):
        for number, operator in enumerate(operators):
            for start, _ in operator.mutation_positions(node):
                places[start].append((number, counts[number]))
                counts[number] += 1
    for changes in places.values():
        random.shuffle(changes)
    order = sorted(places)
    random.shuffle(order)
    while order:
        for place in order:
            # A change of nothing that runs is no mutant: the next one at this place stands in for it.
            while places[place]:
                number, occurrence = places[place].pop()
                text = mutate_code(source, operators[number], occurrence)
                if text is not None and _running(text) not in (same, None):
                    yield place[0], type(operators[number]).__name__.strip("_"), text
                    break
        order = [place for place in order if places[place]]


_SILENT = {
    "dataclass": ("frozen", "slots"),
    "ConfigDict": ("frozen",),
    "zip": ("strict",),
    "groupby": ("observed",),
}
"""What only forbids, only saves time, or is for columns of categories, of which we group none."""


_CACHES = ("cache", "lru_cache")


def _name(node: ast.expr) -> str:
    """The last word of what is called, or of what has a name."""
    of = node.func if isinstance(node, ast.Call) else node
    return of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""


class _Running(ast.NodeTransformer):
    """Takes out what is there for readers and mypy, or only forbids what nobody does."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        if silent := _SILENT.get(_name(node)):
            node.keywords = [one for one in node.keywords if one.arg not in silent]
        self.generic_visit(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns = None
        node.decorator_list = [one for one in node.decorator_list if _name(one) not in _CACHES]
        self.generic_visit(node)
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.arguments:
        # The signs between arguments, `*` and `/`, look like arithmetic to the operators.
        node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        node.defaults += [one for one in node.kw_defaults if one is not None]
        node.posonlyargs, node.kwonlyargs, node.kw_defaults = [], [], []
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.annotation = ast.Constant(None)
        self.generic_visit(node)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        node.returns = None
        self.generic_visit(node)
        return node


def _running(source: str) -> str | None:
    """What of a text runs; None where it is no Python."""
    try:
        return ast.dump(_Running().visit(ast.parse(source)))
    except SyntaxError:
        return None


if __name__ == "__main__":
    main()
