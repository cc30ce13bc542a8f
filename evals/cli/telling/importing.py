"""What `cantwont import` tells: what went in, what did not and why, and which arms the variants may be."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self

import typer

from evals.errors import ImportFailed
from evals.importers import ImportSummary, Refused
from evals.importers._proposals import proposals, without_role
from evals.record.files import write
from evals.text import clip, number_of, printable

_TOLD = 20
"""Rows that cannot be taken in of which each is told."""


class RefusedRows:
    """Tells of rows that cannot be taken in: the first few on standard error, all of them in a file.

    Args:
        path: The file to make; `None` for none. It is made even if the import fails.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stack = ExitStack()
        self._file: IO[bytes] | None = None
        self._count = 0

    def __enter__(self) -> Self:
        if self._path is not None:
            self._file = self._stack.enter_context(TemporaryFile())
        return self

    def __exit__(self, *_: object) -> None:
        with self._stack:
            if self._path is None or self._file is None:
                return
            self._file.seek(0)
            try:
                write(self._path, iter(lambda: self._read(), b""))  # noqa: PLW0108
            except OSError as error:
                raise ImportFailed(f"cannot write {str(self._path)!r}: {error.strerror or error}") from None

    def _read(self) -> bytes:
        assert self._file is not None
        return self._file.read(1 << 20)

    def tell(self, file: Path, row: Refused) -> None:
        """Tell of one row."""
        self._count += 1
        if self._file is not None:
            told = {"file": str(file), "line": row.line, "reason": row.reason, "told": row.told}
            self._file.write(json.dumps(told).encode("ascii") + b"\n")
        if self._count <= _TOLD:
            typer.echo(printable(clip(f"{str(file)!r}, line {row.line}: {row.told}", 400)), err=True)
        elif self._count == _TOLD + 1:
            where = (
                f"all of them are in {str(self._path)!r}" if self._path else "--refused FILE keeps them all"
            )
            typer.echo(f"… and more: {where}", err=True)


def told_of(summary: ImportSummary, out: Path | None) -> list[str]:
    """Return the lines that say what an import came to; without `out`, what it would come to."""
    verb = f"recorded in {out}" if out is not None else "can be taken in"
    lines = [f"{number_of(summary.answers, 'answer')} {verb}"]
    if summary.refused:
        lines.append(f"{number_of(summary.refused.total(), 'row')} left out:")
        lines += [f"  {count:,}: {reason}" for reason, count in summary.refused.most_common()]
    for arm, count in sorted(summary.fitted.items()):
        lines.append(
            f"{number_of(count, 'conversation')} of several turns taken as arm {arm!r}: "
            "--arm VARIANT=ARM says else"
        )
    if summary.without_model:
        lines.append(
            f"{number_of(summary.without_model, 'answer')} without a model, taken as 'unnamed': "
            "--model NAME says it"
        )
    if summary.without_finish_reason:
        lines.append(
            f"{number_of(summary.without_finish_reason, 'answer')} without a finish reason: "
            "a cut shows in the text alone"
        )
    return lines


def arms_told(summary: ImportSummary, given: Sequence[str], *, whole: bool) -> list[str]:
    """Return what the variants may be, and the options that say so.

    Args:
        summary: What was met.
        given: The options that were given.
        whole: Whether to tell of all variants, or only that arms have no known role.
    """
    unknown = without_role(summary.variants)
    if not whole:
        if not unknown:
            return []
        names = clip(", ".join(map(repr, unknown)), 200)
        told = f"No known role: {names}. Recovery and verdicts compare arms of known role: "
        return [f"{told}--dry-run proposes one for each, --arm VARIANT=ARM gives it"]
    lines = ["Variants, and which arm each may be:"]
    flags = [f"--arm {pair}" for pair in given]
    for proposal in proposals(summary.variants):
        arm = proposal.arm or "?"
        lines.append(
            f"  {clip(proposal.variant, 60)}: {number_of(proposal.answers, 'answer')}, {arm} ({proposal.why})"
        )
        if proposal.flag is not None and summary.variants[proposal.variant].arm == proposal.variant:
            flags.append(proposal.flag)
    if flags:
        lines.append(f"To take them as that: {' '.join(flags)}")
    return lines
