"""What is known of the length of an instance given whole: by search or formula, else from its record."""

from dataclasses import dataclass

from tasks.contract.given import FEWEST, SOLVABLE, Given
from tasks.contract.puzzle import NEVER


@dataclass(frozen=True, slots=True)
class Length:
    """The fewest steps, and whether there is a solution; each `None` if not known."""

    fewest: int | None
    solvable: bool | None

    @classmethod
    def of(cls, given: Given, found: int | None) -> "Length":
        """Return what is known. A record may name the length of a longer solution; the shortest one counts.

        Args:
            given: The record.
            found: The fewest steps, `NEVER` if there is no solution, `None` if it was not found out.

        Raises:
            BadInstance: The record says otherwise.
        """
        if found is None:
            return cls(given.fewest_steps, True if given.fewest_steps is not None else given.solvable)
        if found == NEVER:
            if given.fewest_steps is not None:
                given.fail(FEWEST, f"is {given.fewest_steps}, and there is no solution")
            if given.solvable:
                given.fail(SOLVABLE, "is true, and there is no solution")
            return cls(None, False)
        if given.fewest_steps is not None and given.fewest_steps < found:
            given.fail(FEWEST, f"is {given.fewest_steps}, and the shortest solution has {found} steps")
        if given.solvable is False:
            given.fail(SOLVABLE, f"is false, and there is a solution of {found} steps")
        return cls(found, True)
