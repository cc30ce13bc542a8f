"""What CPython has and the sandbox lacks: exceptions that do not count against the model's program.

The sandbox is a young interpreter. A program that runs into one of its gaps is not wrong, so it is
`unscorable`. The tables were made by running several hundred small programs in both. Where a message is
ambiguous, the model gets the benefit of the doubt.
"""

import ast
import builtins
import collections
import importlib
import inspect
import io
import re
import sys
import types
from collections import Counter
from collections.abc import Callable

_OWN = re.compile(
    r"not yet support|not supported in this environment|not implemented with standard execution"
    r"|not supported by Monty|[Ii]nternal error in monty|Wildcard imports .{0,40} are not supported"
    r"|cannot suspend in this synchronous context|too large: |bytecode too large"
    r"|cannot reassign read-only module attribute"
)
"""Messages in which the sandbox reports its own limitations."""
_OWN_KINDS = re.compile(
    r"'typing\._SpecialForm' object is not|cannot create '\w+' instances|cannot convert '\w+' object to bytes"
)
"""Likewise, of messages that begin with the name of a type."""
_QUOTED = re.compile(r"'.*'|\".*\"", re.DOTALL)
"""What may be text of the program in a message."""
_TEXTS = frozenset({"KeyError", "AssertionError", "SystemExit", "StopIteration", "error", "JSONDecodeError"})
"""Exceptions whose message is nothing but text of the program, or may hold it without quotes."""
_COMPILER = re.compile(
    r"outside (?:loop|function)|not properly in loop|nonlocal|global declaration|duplicate argument"
    r"|starred expressions in assignment|future feature"
)
"""Syntax errors that CPython finds too, but only after parsing."""
_ASKS = frozenset({"input", "stdin"})
"""Reading user input fails in any Python that has no user."""
_SITE = frozenset({"exit", "quit", "copyright", "credits", "license"})
_MODULES = frozenset(
    {"bisect", "collections", "copy", "dataclasses", "datetime", "decimal", "functools", "itertools", "json"}
    | {"math", "os", "random", "re", "sys", "time", "typing"}
)
"""Modules of the sandbox whose contents are worth comparing with CPython's."""
_TYPES: dict[str, type] = {
    **{name: value for name, value in vars(builtins).items() if isinstance(value, type)},
    "Counter": collections.Counter,
    "defaultdict": collections.defaultdict,
    "deque": collections.deque,
    "function": types.FunctionType,
    "builtin_function_or_method": types.BuiltinFunctionType,
    "coroutine": types.CoroutineType,
    "NoneType": type(None),
    "_io.TextIOWrapper": io.TextIOWrapper,
}
_FILES = frozenset(
    {"OSError", "PermissionError", "FileNotFoundError", "IsADirectoryError", "NotADirectoryError"}
)
_DEEP = 900
"""Call depth at which CPython, whose limit is 1,000, would have failed as well."""
_IGNORED = frozenset(
    f"__{name}__"
    for name in [
        "lt",
        "le",
        "gt",
        "ge",
        "ne",
        "len",
        "bool",
        "new",
        "getattr",
        "getattribute",
        "setattr",
        "delattr",
        "reversed",
        "format",
        "bytes",
        "missing",
        "del",
        "iadd",
        "isub",
        "imul",
        "itruediv",
        "ifloordiv",
        "imod",
        "ipow",
        "iand",
        "ior",
        "ixor",
        "ilshift",
        "irshift",
        "init_subclass",
        "class_getitem",
    ]
)
"""Methods of a class that the sandbox never calls, some of them silently."""
_LAZY = frozenset({"map", "zip", "filter", "enumerate", "reversed"})


def ignored_method(tree: ast.Module | None) -> str | None:
    """Return a special method that the sandbox ignores, and that a class has which the program uses."""
    if tree is None:
        return None
    found = [
        (node, ignored)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and (ignored := _ignored(node)) is not None
    ]
    uses = _uses(tree) if found else Counter()
    return next((name for node, name in found if uses[node.name] > _uses(node)[node.name]), None)


def _ignored(node: ast.ClassDef) -> str | None:
    names = (member.name for member in node.body if isinstance(member, ast.FunctionDef))
    return next((name for name in names if name in _IGNORED), None)


def _uses(tree: ast.AST) -> Counter[str]:
    """Count how often each name is used."""
    return Counter(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )


def lacks_syntax(message: str, tree: ast.Module | None) -> bool:
    """Return whether a syntax error is the sandbox's alone, since CPython's parser accepts the code."""
    return tree is not None and _COMPILER.search(message) is None


def lacks(kind: str, message: str, depth: int, tree: ast.Module | None) -> str | None:
    """Return what the sandbox lacks, if that caused the exception; `None` if the program itself did.

    Args:
        kind: The name of the exception's type.
        message: Its text.
        depth: Number of frames in its traceback.
        tree: The program, if CPython's parser accepts it.
    """
    if kind not in _TEXTS and (_OWN.search(_QUOTED.sub("", message)) or _OWN_KINDS.match(message)):
        return re.sub(r".*not yet support(?:ed)? ", "", message)
    if kind in _FILES:
        return "files"
    rule = _RULES.get(kind)
    if rule is not None:
        return rule(message, tree)
    if kind == "RecursionError" and depth < _DEEP:
        return "calls nested through its built-in functions"
    return None


def _name(message: str, tree: ast.Module | None) -> str | None:  # noqa: ARG001 - one shape for all rules
    found = re.search(r"name '(\w+)' is not defined", message)
    if found is None or found[1] in _ASKS:
        return None
    return found[1] if hasattr(builtins, found[1]) or found[1] in _SITE else None


def _import(message: str, tree: ast.Module | None) -> str | None:  # noqa: ARG001 - one shape for all rules
    found = re.search(r"cannot import name '(\w+)' from '([\w.]+)'", message)
    if found is not None:
        name, module = found.groups()
        return f"{module}.{name}" if _module_has(module, name) else None
    missing = re.search(r"No module named '([\w.]+)'", message)
    return missing[1] if missing is not None else None


def _module_has(module: str, name: str) -> bool:
    if module not in _MODULES:
        return module.split(".", maxsplit=1)[0] in sys.stdlib_module_names
    return hasattr(importlib.import_module(module), name)


def _attribute(message: str, tree: ast.Module | None) -> str | None:
    module = re.search(r"module '([\w.]+)' has no attribute '(\w+)'", message)
    if module is not None:
        asks = module[2] in _ASKS
        return f"{module[1]}.{module[2]}" if not asks and _module_has(module[1], module[2]) else None
    found = re.search(r"(type object )?'([\w.]+)'(?: object)? has no attribute '(\w+)'", message)
    if found is None:
        return None
    of_class, owner, name = found.groups()
    if owner in _classes(tree):
        has = hasattr(_Plain if of_class else _Plain(), name)
    elif owner == "list" and name == "__next__":
        has = True
    elif "no __dict__ for setting" in message:
        has = owner in ("function", "module")
    else:
        has = owner not in _TYPES or hasattr(_TYPES[owner], name)
    return f"{owner}.{name}" if has else None


class _Plain:
    """A class with only the attributes that every class and every instance has."""


def _classes(tree: ast.Module | None) -> set[str]:
    return (
        {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        if tree is not None
        else set()
    )


def _operation(message: str, tree: ast.Module | None) -> str | None:
    """Iterators are lists in the sandbox, so `next` rejects them; and some keyword arguments are unknown."""
    nodes = list(ast.walk(tree)) if tree is not None else []
    keyword = re.search(r"(\w+)(?:\.\w+)*\(\) got an unexpected keyword argument '(\w+)'", message)
    if keyword is not None:
        own = tree is None or any(_names(node) == keyword[1] for node in nodes)
        return f"{keyword[1]}({keyword[2]}=)" if not own and _may_take(*keyword.groups()) else None
    if "'list' object is not an iterator" not in message:
        return None
    lazy = any(
        isinstance(node, ast.GeneratorExp)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _LAZY)
        for node in nodes
    )
    return "iterators" if lazy else None


def _names(node: ast.AST) -> str | None:
    """Return the name that a node defines or assigns."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Name(id=name, ctx=ast.Store()):
            return name
    return None


def _may_take(function: str, argument: str) -> bool:
    """Return whether CPython's function of this name, where it is known, takes the argument."""
    found = next(
        (getattr(of, function) for of in (builtins, list, dict, str, set) if hasattr(of, function)), None
    )
    try:
        parameters = inspect.signature(found).parameters if found is not None else None
    except (TypeError, ValueError):
        return True
    if parameters is None or any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
        return True
    return argument in parameters


_RULES: dict[str, Callable[[str, ast.Module | None], str | None]] = {
    "NameError": _name,
    "ImportError": _import,
    "ModuleNotFoundError": _import,
    "AttributeError": _attribute,
    "TypeError": _operation,
}
