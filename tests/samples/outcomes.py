"""Outcomes made up for tests, and texts that nobody should print as they are."""

from evals.record.outcome import Evidence, Label, Outcome

HOSTILE = (
    "\x1b[31mred\x1b[0m \x9b31m \x07\r</script><script>alert(1)</script><img src=x onerror=alert(1)> "
    "[bold]x[/bold] [/] {{ 7*7 }} | `a` [b](c) \u202etxet\u202c \u200b\u2028\n=1+1"
)
"""Terminal escapes, markup of four languages, bidi overrides and line ends; no lone surrogate."""

FORMULAS = ("=cmd|' /C calc'!A0", "+1", "-1", "@x", "\t=1", "\r=1", "  =1", "\uff1d1")


def outcome(label: Label | str = Label.SOLVED, trial: str = "t", **changes: object) -> Outcome:
    """An outcome of `tired` at seven steps of `hanoi`, asked by `list`, with what a test wants otherwise."""
    plain: dict[str, object] = {
        "trial": trial,
        "model": "tired",
        "endpoint": "simulated",
        "puzzle": "hanoi",
        "instance": "hanoi/size=3/seed=0",
        "size": 3,
        "steps": 7,
        "arm": "list",
        "label": label,
        "reason": "the steps are a full solution",
        "turns": 0 if label == Label.ERROR else 1,
    }
    return Outcome.model_validate(plain | changes)


def several(**counts: int) -> list[Outcome]:
    """So many outcomes of each label, with trial ids of their own."""
    return [outcome(label, f"{label}-{index}") for label, count in counts.items() for index in range(count)]


def quote(text: str, words: str, shows: str = "decline") -> Evidence:
    """Evidence of these words at their first place in the text."""
    start = text.index(words)
    return Evidence(turn=1, field="content", start=start, end=start + len(words), quote=words, shows=shows)
