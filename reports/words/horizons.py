"""A horizon in words: a number with its interval, a bracket, or the reason why there is no number."""

from reports.tables.views import Record, rounded, spread, value, word


def half(record: Record) -> str:
    """Describe a row of `horizons`, with remarks: `546 [408 to 770]`, `between 255 and 511`, `> 4,095`."""
    marks = ["not by length alone"] if poor(record) else []
    lapse = value(record, "lapse")
    if lapse:
        marks.append(f"{100 * lapse:.0f} % whatever the length")
    told = _number(record) or _outside(record) or _bracket(record) or "not estimable"
    return f"{told} ({', '.join(marks)})" if marks else told


def poor(record: Record) -> bool:
    """Return whether a curve was fitted that fits poorly."""
    return word(record, "poor_fit") == "True"


def crossing(record: Record) -> tuple[float | None, float | None]:
    """Return the lengths between which the rate crosses one half; `None` is an open end."""
    return value(record, "bracket_low"), value(record, "bracket_high")


def _number(record: Record) -> str:
    ends = value(record, "low"), value(record, "high")
    return spread(value(record, "estimate"), *ends, rounded, " [open]")


def _outside(record: Record) -> str:
    beyond = word(record, "beyond")
    if not beyond:
        return ""
    side, _, length = beyond.partition(" ")
    return f"{side} {rounded(float(length))}"


def _bracket(record: Record) -> str:
    low, high = crossing(record)
    if low is not None and high is not None:
        return f"between {rounded(low)} and {rounded(high)}"
    if low is not None:
        return f"above {rounded(low)}"
    return f"below {rounded(high)}" if high is not None else ""


def bounds(record: Record) -> str:
    """Describe the bounds of ability: `60 to 940`, `60 or more`; empty if there are no bounds."""
    low, high = value(record, "bound_low"), value(record, "bound_high")
    if low is not None and high is not None:
        return f"{rounded(low)} to {rounded(high)}"
    if low is not None:
        return f"{rounded(low)} or more"
    return f"{rounded(high)} or less" if high is not None else ""
