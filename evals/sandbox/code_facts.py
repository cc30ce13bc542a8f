"""What a piece of code defines, needs and does, read off its syntax tree. Nothing here runs it."""

import ast
import builtins
from dataclasses import dataclass
from typing import Self

_BUILT_IN = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What is kept of a piece of code, whose tree may take a thousand times as many bytes as its text."""

    functions: frozenset[str]
    """The names of its top-level functions."""
    defined: frozenset[str]
    """The names that it binds at top level."""
    lacking: frozenset[str]
    """The names that it uses and never binds."""
    does_anything: bool
    """Whether it is more than values: a list of moves between fences also parses as Python."""
    says_code: bool
    """Whether text without fences is clearly code: single words of prose also parse as Python."""

    @classmethod
    def of(cls, tree: ast.Module) -> Self:
        """Return the facts of a tree."""
        used: set[str] = set()
        bound: set[str] = set()
        defined: set[str] = set()
        calls = prints = defines = False
        for statement in tree.body:
            # What a function or class binds within itself is bound, but not at top level.
            own: set[str] = set() if isinstance(statement, _SCOPES) else defined
            for node in ast.walk(statement):
                if isinstance(node, ast.Name):
                    if isinstance(node.ctx, ast.Load):
                        used.add(node.id)
                    elif isinstance(node.ctx, ast.Store):
                        own.add(node.id)
                elif isinstance(node, ast.Call):
                    calls = True
                    prints = prints or (isinstance(node.func, ast.Name) and node.func.id == "print")
                elif isinstance(node, _BINDING):
                    own.update(_bound(node))
                    defines = defines or isinstance(node, _FUNCTIONS)
            if own is not defined:
                bound |= own
                defined.update(_bound(statement))
        bound |= defined
        return cls(
            functions=frozenset(functions(tree)),
            defined=frozenset(defined),
            lacking=frozenset(used - bound - _BUILT_IN),
            does_anything=calls or defines,
            says_code=prints or defines,
        )


def functions(tree: ast.Module) -> dict[str, bool]:
    """Return the top-level functions of a program, and whether each can be called without arguments."""
    found: dict[str, bool] = {}
    for statement in tree.body:
        match statement:
            case ast.FunctionDef(name=name, args=arguments) | ast.AsyncFunctionDef(name=name, args=arguments):
                found[name] = _needs_none(arguments)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=arguments)):
                found[name] = _needs_none(arguments)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)) if other in found:
                found[name] = found[other]
            case _:
                pass
    return found


def _needs_none(arguments: ast.arguments) -> bool:
    positional = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return positional <= 0 and None not in arguments.kw_defaults


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef)
_BINDING = (*_SCOPES, ast.arg, ast.alias, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
"""Nodes besides names that may bind one."""


def _bound(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.arg(arg=name):
            return (name,)
        case ast.alias(name=name, asname=other):
            return (other or name.split(".")[0],)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
        case _:
            return ()
