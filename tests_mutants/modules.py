"""Which modules are tried, and which tests stand beside them."""

from pathlib import Path

GROUPS = {
    "labelling": ("evals/labelling/*.py",),
    "reading": ("tasks/reader/*.py",),
    "measures": ("reports/measures/*.py",),
    "verdicts": ("reports/analyses/verdicts.py", "reports/analyses/verdict_notes.py"),
    "record": ("evals/record/*.py",),
    "client": ("evals/client/*.py",),
}


def modules(root: Path, group: str) -> list[str]:
    """The modules of a group, by their paths in the tree; without those that only name a package."""
    found = [path for pattern in GROUPS[group] for path in sorted(root.glob(pattern))]
    return [str(path.relative_to(root)) for path in found if path.name != "__init__.py"]


def beside(root: Path, module: str) -> tuple[str, ...]:
    """The tests at the mirrored path: the folder of a module's package, or the files named after it."""
    folder = Path("tests", module).parent
    if (root / folder).is_dir():
        return (str(folder),)
    found = sorted((root / folder.parent).glob(f"test_{folder.name}*.py"))
    return tuple(str(path.relative_to(root)) for path in found)
