"""The small changes that mutants are made of: cosmic-ray's, less those nothing could notice, and a few more.

Imported by the Python of the environment of `requirements.txt` alone.
"""

from collections.abc import Iterable, Iterator

import parso  # type: ignore[import-not-found]
from cosmic_ray.operators import (  # type: ignore[import-not-found]
    binary_operator_replacement,
    boolean_replacer,
    break_continue,
    comparison_operator_replacement,
    number_replacer,
    remove_decorator,
    unary_operator_replacement,
    zero_iteration_for_loop,
)
from cosmic_ray.operators.operator import Operator  # type: ignore[import-not-found]
from parso.python.tree import Keyword, Name  # type: ignore[import-not-found]
from parso.tree import NodeOrLeaf  # type: ignore[import-not-found]

Span = tuple[tuple[int, int], tuple[int, int]]

_ORDERED = ("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE")
_NUMBERS = ("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod")
_SETS = ("BitOr", "BitAnd", "BitXor", "Sub")
_SWAPPED = {"any": "all", "all": "any", "min": "max", "max": "min"}


class _DropStatement(Operator):  # type: ignore[misc]
    """Leaves out a statement whose only point is its effect: a call, a raise, a change of an object."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Span]:
        if node.type == "simple_stmt" and _is_for_effect(node.children[0]):
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node: NodeOrLeaf, _: int) -> NodeOrLeaf:
        dropped = node.children[0]
        node.children[0] = Keyword("pass", dropped.start_pos, dropped.get_first_leaf().prefix)
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class _SwapNames(Operator):  # type: ignore[misc]
    """`any` for `all`, `min` for `max`, and the other way round."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Span]:
        if isinstance(node, Name) and node.value in _SWAPPED and node.get_previous_leaf() != ".":
            yield node.start_pos, node.end_pos

    def mutate(self, node: NodeOrLeaf, _: int) -> NodeOrLeaf:
        node.value = _SWAPPED[node.value]
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class _ReplaceIn(Operator):  # type: ignore[misc]
    """`in` for `not in`, and the other way round; not the `in` of a loop."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Span]:
        if node.type == "comparison" and _words(node.children[1]) in ("in", "not in"):
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: NodeOrLeaf, _: int) -> NodeOrLeaf:
        said = node.children[1]
        other = " in" if _words(said) == "not in" else " not in"
        node.children[1] = Keyword(other, said.start_pos)
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


class _CatchNothing(Operator):  # type: ignore[misc]
    """Takes what an `except` names away; cosmic-ray's own does not know names with a dot."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Span]:
        if node.type == "except_clause":
            yield node.start_pos, node.end_pos

    def mutate(self, node: NodeOrLeaf, _: int) -> NodeOrLeaf:
        node.children[1] = Keyword(" ()", node.children[1].start_pos)
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


def _words(node: NodeOrLeaf) -> str:
    return " ".join(node.get_code().split())


def _is_for_effect(node: NodeOrLeaf) -> bool:
    """Whether a statement is a call, a raise or a deletion, or changes what has a name already."""
    if node.type in ("raise_stmt", "del_stmt"):
        return True
    if node.type in ("atom_expr", "power", "await"):
        last = node.children[-1]
        return bool(last.type == "trailer" and last.children[0] == "(")
    if node.type != "expr_stmt" or node.children[1].type == "annassign":
        return False
    return node.children[1] != "=" or node.children[0].type in ("atom_expr", "power")


def _of(operators: Iterable[type[Operator]], kind: str, names: tuple[str, ...]) -> list[type[Operator]]:
    """Those that put one of some signs for another of them."""
    wanted = {f"{kind}_{one}_{other}" for one in names for other in names if one != other}
    return [operator for operator in operators if operator.__name__ in wanted]


def chosen() -> list[Operator]:
    """One of each operator.

    Not taken of cosmic-ray's: a comparison of values by identity, which for most small values is the same;
    arithmetic on sets and set operations on numbers, which fail at once whatever the tests say.
    """
    comparing = list(comparison_operator_replacement.operators())
    counting = list(binary_operator_replacement.operators())
    kinds = [
        *_of(comparing, "ReplaceComparisonOperator", _ORDERED),
        *_of(comparing, "ReplaceComparisonOperator", ("Is", "IsNot")),
        *_of(counting, "ReplaceBinaryOperator", _NUMBERS),
        *(one for one in _of(counting, "ReplaceBinaryOperator", _SETS) if "_Sub_" not in one.__name__),
        *unary_operator_replacement.operators(),
        boolean_replacer.ReplaceTrueWithFalse,
        boolean_replacer.ReplaceFalseWithTrue,
        boolean_replacer.ReplaceAndWithOr,
        boolean_replacer.ReplaceOrWithAnd,
        boolean_replacer.AddNot,
        break_continue.ReplaceBreakWithContinue,
        break_continue.ReplaceContinueWithBreak,
        number_replacer.NumberReplacer,
        remove_decorator.RemoveDecorator,
        zero_iteration_for_loop.ZeroIterationForLoop,
        _DropStatement,
        _SwapNames,
        _ReplaceIn,
        _CatchNothing,
    ]
    return [kind() for kind in kinds]


def tree(source: str) -> NodeOrLeaf:
    """The text as a tree that can be changed and written again."""
    return parso.parse(source)
