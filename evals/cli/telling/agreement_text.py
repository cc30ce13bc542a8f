"""Formats the agreement of a run with a human reader for the terminal."""

from collections import Counter
from collections.abc import Iterable, Iterator

from rich import box
from rich.table import Table
from rich.text import Text

from evals.record.outcome import Evidence, Label
from evals.second_reader.agreement import Agreement, Compared, LabelPair
from evals.text import clip, number_of, printable

_NAMED = 5
"""Maximum number of ids that are listed."""
_LONGEST = 240
"""Characters of a quote or a note that are shown."""


def describe_agreement(compared: Compared) -> Iterator[Text | Table]:
    """Yield the whole report, piece by piece; text from others is made safe to print."""
    yield from _counts(compared)
    yield Text("\nHuman label (rows) by the rule's (columns):\n")
    yield confusion(compared.rows)
    yield Text()
    yield from _figures(compared)
    found = compared.disagreements
    yield Text(f"\n{number_of(len(found), 'disagreement')}{':' if found else ''}")
    for row in found:
        yield Text("\n").join([Text(), *_disagreement(row)])


def confusion(rows: Iterable[LabelPair]) -> Table:
    """Return a table of how often each of the human's first labels met each of the rule's."""
    counts = Counter(row.pair for row in rows)
    by_human: Counter[Label] = Counter()
    by_rule: Counter[Label] = Counter()
    for pair, count in counts.items():
        by_human[pair.human] += count
        by_rule[pair.rule] += count
    cells = {(pair.human, pair.rule): count for pair, count in counts.items()}
    columns = [label for label in Label if by_rule[label]]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("")
    for label in columns:
        table.add_column(Text(label.replace("_", "\n")), justify="right", no_wrap=True)
    table.add_column(Text("all"), justify="right", no_wrap=True)
    for human in (label for label in Label if by_human[label]):
        drawn = [_cell(cells.get((human, rule), 0), same=human is rule) for rule in columns]
        table.add_row(Text(human), *drawn, Text(f"{by_human[human]:,}", style="dim"))
    totals = [Text(f"{by_rule[label]:,}", style="dim") for label in columns]
    table.add_row(Text("all"), *totals, Text(f"{counts.total():,}", style="dim"), style="dim")
    return table


def _cell(count: int, *, same: bool) -> Text:
    return Text(f"{count:,}" if count else "·", style="bold" if same else "")


def _counts(compared: Compared) -> Iterator[Text]:
    yield Text(f"{number_of(len(compared.rows), 'trial')} with a human label")
    if compared.unlabelled:
        yield Text(f"{number_of(compared.unlabelled, 'trial')} without one")
    if compared.lacking:
        names = [printable(repr(clip(name, 80))) for name in compared.lacking[:_NAMED]]
        rest = len(compared.lacking) - len(names)
        more = f" and {rest:,} more" if rest else ""
        lacking = number_of(len(compared.lacking), "label")
        yield Text(f"{lacking} for trials that the run lacks: {', '.join(names)}{more}")


def _figures(compared: Compared) -> Iterator[Text]:
    by_alternative = compared.agreement.agreed - compared.strict.agreed
    yield _figure("all rows", compared.agreement)
    if compared.drawn:
        drawn = Compared(tuple(compared.drawn), (), 0)
        yield _figure("random rows alone", drawn.agreement)
    if any(row.human.alternative is not None for row in compared.rows):
        told = "An alternative that the rule chose counts as the human's label, in kappa too"
        yield Text(f"{told}: {by_alternative:,} of those agreed.")
        yield _figure("first label alone", compared.strict)


def _figure(what: str, agreement: Agreement) -> Text:
    kappa = "not defined" if agreement.kappa is None else f"{agreement.kappa:.2f}"
    low, high = agreement.interval.low, agreement.interval.high
    figure = f"{_percent(agreement.share)} % ({agreement.agreed:,} of {agreement.total:,})"
    return Text(
        f"{what}: agreement {figure}, 95 % interval {_percent(low)} to {_percent(high)} %, kappa {kappa}"
    )


def _percent(share: float) -> str:
    """Format with one decimal; only exactly 1 is 100.0, and only exactly 0 is 0.0."""
    rounded = f"{100 * share:.1f}"
    if rounded == "100.0" and share < 1:
        return "99.9"
    return "0.1" if rounded == "0.0" and share > 0 else rounded


def _disagreement(row: LabelPair) -> Iterator[Text]:
    human, outcome = row.human, row.outcome
    yield Text(printable(outcome.trial), style="bold")
    other = f" (or {human.alternative})" if human.alternative is not None else ""
    illegal = human.first_illegal_move
    yield _line("human", f"{human.label}{other}", "" if illegal is None else f"illegal step {illegal + 1:,}")
    unsure = "" if outcome.confident else " (not sure)"
    error = "" if outcome.first_error is None else f"illegal step {outcome.first_error:,}"
    yield _line("rule", f"{outcome.label}{unsure}: {outcome.reason}", error)
    if outcome.judge_label is not None:
        yield _line("judge", outcome.judge_label)
    for evidence in outcome.evidence:
        yield _line(evidence.shows.replace("_", " "), f"{place(evidence)}: {quoted(evidence.quote)}")
    if human.note:
        yield _line("note", clip(human.note, _LONGEST))
    if human.tags:
        yield _line("tags", clip(", ".join(human.tags), _LONGEST))


def place(evidence: Evidence) -> str:
    """Describe the position of a piece of evidence."""
    return f"turn {evidence.turn}, {evidence.field}, {evidence.start:,} to {evidence.end:,}"


def quoted(quote: str) -> str:
    """Return a quote, clipped and in quotation marks."""
    return f"“{clip(quote, _LONGEST)}”"


def _line(what: str, *told: str) -> Text:
    return Text(f"  {printable(what):<12} {printable('; '.join(filter(None, told)))}")
