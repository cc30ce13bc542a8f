"""What a report holds, section by section: words, figures, and tables; the same for a page and for Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from evals.trials import INSTRUMENT
from reports import composition, curve_charts, horizon_chart, share_charts, verdict_table
from reports.figures import Figure
from reports.measured import Measured
from reports.rendering import Shown, shown
from reports.rows import read
from reports.sensitivity import Reading
from reports.views import counted, keys_of, lengths, points, rounded, shared, told_once, view, worded

MOST = 60
"""Figures of a kind on a page; the tables have all."""


@dataclass(frozen=True, slots=True)
class Titled:
    """A table under its caption."""

    caption: str
    shown: Shown
    same: str = ""
    """The keys that are the same in all its rows."""


@dataclass(frozen=True, slots=True)
class Section:
    """One stretch of the report."""

    name: str
    heading: str
    words: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    tables: tuple[Titled, ...] = ()
    legend: bool = False
    """Whether the colours of the bars are to be explained."""
    matrices: tuple[verdict_table.Matrix, ...] = field(default=())


def titled(caption: str, table: pd.DataFrame, before: str, shown: Shown) -> Titled:
    """A view of a table with what is the same in all its rows."""
    return Titled(caption, shown, told_once(table, before))


def sections(measured: Measured) -> list[Section]:
    """All that have something to show, in their order."""
    made = (
        _horizons(measured),
        _verdicts(measured),
        _composition(measured),
        _rates(measured),
        _decomposition(measured),
        _steps(measured),
        _recovery(measured),
        _nudges(measured),
        _budgets(measured),
        _costs(measured),
        _pairs(measured),
        _sensitivity(measured),
        _repeats(measured),
    )
    return [section for section in made if section is not None]


def figures(measured: Measured) -> list[Figure]:
    """All of the report."""
    return [figure for section in sections(measured) for figure in section.figures]


def _few(found: Sequence[Figure]) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
    """At most `MOST`, and the words that say so."""
    if len(found) <= MOST:
        return tuple(found), ()
    return tuple(found[:MOST]), (f"The first {MOST} of {len(found)} are drawn; the tables have all.",)


def _horizons(measured: Measured) -> Section | None:
    if measured.horizons.empty:
        return None
    drawn, more = _few(horizon_chart.figures(measured.horizons))
    words = (
        "The length of a task, in steps, at which a probability falls to one half, with its 95 % interval: "
        "willing_50 that it carries on to the end, able_50 that what it carries to the end is right, success_50 "
        "that it is solved. Above the diagonal a model would go on for longer than it is right; below it, it "
        "stops before its skill ends. A dashed line is a bracket between two sizes, an arrow an open end; the "
        "plain arm is filled, others are hollow. Nothing is extrapolated beyond the sizes asked.",
        "able_50 is about the lists that were carried through; beside it stand the bounds had all been carried "
        "on, of which nothing is assumed.",
        *more,
    )
    table = titled("Horizons in steps", measured.horizons, "axis", horizon_chart.table(measured.horizons))
    return Section("horizons", "Two horizons", words, drawn, (table,))


def _verdicts(measured: Measured) -> Section | None:
    table = measured.verdicts
    if table.empty:
        return None
    words = [
        f"By size, in steps. A claim is made only where its 90 % interval is clear of one half: it solves (✓); it "
        f"won't (⏸): fails by stopping, and solves when pushed (arm {measured.pushed}); it can't (✗): fails by "
        "error when pushed too; else it is unclear (?), with what is missing."
    ]
    if verdict_table.alone(table):
        words.append("Where a size has one instance, a verdict is about this instance only.")
    more = titled("What the verdicts rest on", table, "size", verdict_table.details(table))
    return Section("verdicts", "Verdicts", tuple(words), (), (more,), matrices=tuple(verdict_table.matrices(table)))


def _composition(measured: Measured) -> Section | None:
    compared = measured.comparison
    if compared.empty:
        return None
    drawn, more = _few(composition.figures(read(measured.counts)))
    words = (
        "Each bar is the answered trials of one size, small tasks first; the numbers in it count trials. Give-ups "
        "that were right so far stand apart from those that had already gone wrong. What the instrument lost (cut, "
        "filtered, unscorable, no reply) stands beside the bar: it is nobody's failure.",
        *more,
    )
    omit = ["solved", *map(str, INSTRUMENT), "truncated_wrong"]
    tables = [titled("How trials ended", compared, "trials", shown(compared, omit=omit))]
    lost = compared[compared["trials"] > compared["answered"]]
    if not lost.empty:
        kinds = [*map(str, INSTRUMENT), "truncated_wrong"]
        names = [*keys_of(compared, "trials"), "trials", "answered", *(kind for kind in compared if kind in kinds)]
        tables.append(titled("Lost to the instrument", lost, "trials", shown(lost[names])))
    return Section("endings", "How trials ended, by length", words, drawn, tuple(tables), legend=True)


def _rates(measured: Measured) -> Section | None:
    if measured.sizes.empty:
        return None
    drawn, more = _few(curve_charts.rate_figures(measured.sizes))
    words = (
        "By the length of the task: the probability that it carries on to the end (willing), that what it carries "
        "to the end is right (able), and that it is solved, with 95 % intervals. What was cut from outside is "
        "censored where it was cut, not counted as a failure. The grey band is where ability lies had it always "
        "carried on: all who stopped would have erred, or none (Peterson's bounds). Below: the trials (n), and "
        "those that came to the end. A point on fewer than five is hollow, one on fewer than three is not drawn.",
        *more,
    )
    columns = (*curve_charts.RATES, counted("stops_after", "stops after, median"), worded("able_reason", "why no number"))
    tables = [titled("Rates by length", measured.sizes, "size", view(measured.sizes, "size", columns))]
    stops = measured.stops
    columns = (
        counted("stops"),
        shared("stop_share", "of the trials"),
        counted("stops_after", "steps written, median"),
        counted("stops_after_10", "10 %"),
        counted("stops_after_90", "90 %"),
        shared("stops_share", "of the task, median"),
    )
    tables.append(titled("How far it had come when it stopped", stops, "stops", view(stops, "stops", columns)))
    return Section("rates", "Willing, able, solved", words, drawn, tuple(tables))


def _decomposition(measured: Measured) -> Section | None:
    if measured.sizes.empty:
        return None
    words = (
        "solved = willing × able holds by construction, so it is shown as a decomposition and not as evidence, in "
        "two orders, since a stop after an error belongs to both: will first (every stop is a stop), and ability "
        "first (a stop after an error is an error).",
        "Whether stopping hangs on having erred: how much likelier it stops after its first illegal step than "
        "before (hazard ratio by Cox regression within sizes). 1 is what independence gives; that the interval "
        "holds 1 proves nothing. Answers that left every shortest way with a legal step are counted as lost there "
        "unless enough of them still reach the goal.",
    )
    columns = (
        counted("steps"),
        shared("solved"),
        shared("willing"),
        shared("able"),
        shared("willing_clean", "willing, ability first"),
        shared("able_clean", "able, ability first"),
    )
    ratio = (
        counted("stops_before", "stops before"),
        counted("stops_after", "stops after"),
        lengths("hazard_ratio", "hazard ratio", "low", "high"),
        worded("reason", "why none"),
    )
    course = (counted("off_course"), counted("solved", "of these solved"), shared("share_high", "at most"))
    tables = (
        titled("Decomposition", measured.sizes, "size", view(measured.sizes, "size", columns)),
        titled("Stopping after an error", measured.independence, "stops_before", view(measured.independence, "stops_before", ratio)),
        titled("Off every shortest way", measured.course, "off_course", view(measured.course, "off_course", course)),
    )
    return Section("decomposition", "What success is made of", words, (), tables)


def _steps(measured: Measured) -> Section | None:
    drawn, more = _few(curve_charts.step_figures(measured.steps, measured.sizes)) if len(measured.steps) else ((), ())
    if not drawn:
        return None
    words = (
        "Within one size, never pooled over sizes: what the trials had come to after so many steps, at the size "
        "whose share of solved is nearest to one half. The black line is the probability of no fault so far while "
        "it keeps writing (Kaplan-Meier). Errors that cluster at one step stay visible.",
        *more,
    )
    return Section("steps", "Step by step", words, drawn)


def _recovery(measured: Measured) -> Section | None:
    table = measured.recovery
    if table.empty:
        return None
    words = (
        "Of the trials of the plain arm that were lost by stopping, on the same instances: the share that another "
        "way of asking solved (recovered), beside asking the same again, which helps too; net is the difference. "
        "The control is the same for logic errors, where no will was missing: where that is as large, another "
        "prompt helps, but it was not will that was missing.",
    )
    drawn, more = _few(share_charts.recovery_figures(table))
    shown = titled("Recovered by asking otherwise", table, "loss", view(table, "loss", share_charts.RECOVERY))
    return Section("recovery", "What asking otherwise recovers", (*words, *more), drawn, (shown,))


def _nudges(measured: Measured) -> Section | None:
    table = measured.nudged
    if table.empty:
        return None
    words = ("Told to go on within the same conversation, after it had stopped; by how its list stood at that time.",)
    columns = (
        worded("first", "its list was"),
        counted("stops"),
        counted("instances"),
        shared("recovered", "solved at last", "low", "high"),
        counted("cut", "left out as cut"),
    )
    return Section("nudges", "Nudges", words, (), (titled("Nudged", table, "first", view(table, "first", columns)),))


def _budgets(measured: Measured) -> Section | None:
    table = share_charts.budgets(measured.costs)
    if table.empty:
        return None
    words = ("The same trials under several budgets: the share solved against the tokens that an answer took.",)
    drawn, more = _few(share_charts.budget_figures(table))
    shown = titled("By budget", table, "trials", view(table, "trials", share_charts.BUDGET))
    return Section("budgets", "Budgets", (*words, *more), drawn, (shown,))


def _costs(measured: Measured) -> Section | None:
    table = measured.costs
    if table.empty:
        return None
    words = (
        "Tokens of the answers, thinking among them, and money where the spec has prices. What did not solve was "
        "paid for too. Trials whose usage is unknown are in no price.",
    )
    columns = [
        counted("trials"),
        counted("solved"),
        counted("completion_tokens", "tokens"),
        counted("tokens_unknown", "usage unknown"),
        counted("tokens_per_solved", "tokens a solved task"),
        counted("tokens_per_solved_step", "tokens a solved step"),
    ]
    if table["cost"].notna().any():
        columns += [
            counted("cost"),
            counted("cost_per_solved", "cost a solved task"),
            counted("cost_per_solved_step", "cost a solved step"),
        ]
    return Section("costs", "Cost", words, (), (titled("Cost", table, "trials", view(table, "trials", columns)),))


def _pairs(measured: Measured) -> Section | None:
    table = measured.pairs
    if table.empty:
        return None
    words = (
        "Model against model on the same instances: the difference of the shares solved, stopped by choice and "
        "gone wrong (first minus second), in points with its 95 % interval; p is corrected for all pairs of the "
        "same puzzle, arm and measure (Holm). Horizons are compared where both lie inside the sizes asked.",
    )
    columns = (
        shared("a", "first"),
        shared("b", "second"),
        points("difference", "difference, points", "low", "high"),
        _p("p_holm", "p (Holm)"),
        counted("instances"),
        worded("reason", "why no interval"),
        worded("differs", "sampling differs in"),
    )
    tables = [titled("Differences", table, "a", view(table, "a", columns))]
    known = measured.ratios[measured.ratios["ratio"].notna()]
    if not known.empty:
        ratio = (
            counted("estimate_a", "first, steps"),
            counted("estimate_b", "second, steps"),
            lengths("ratio", "ratio", "low", "high"),
        )
        tables.append(titled("Ratios of horizons", known, "estimate_a", view(known, "estimate_a", ratio)))
    return Section("pairs", "Model against model", words, (), tuple(tables))


def _p(name: str, title: str):  # type: ignore[no-untyped-def]
    column = counted(name, title)
    return type(column)(title, lambda record: _p_words(record[name]))


def _p_words(p: object) -> str:
    if not isinstance(p, float) or p != p:  # noqa: PLR0124 - NaN
        return ""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _sensitivity(measured: Measured) -> Section | None:
    table = measured.sensitivity
    if table.empty:
        return None
    moved = table[(table["reading"] == str(Reading.LABELLED)) | (table["changed"].fillna(1) > 0)]
    words = [
        "The same answers read otherwise; readings that change no trial of a model are left out. Doublings say by "
        "how much the horizon moves: +1 is twice as long."
    ]
    if measured.audit is None:
        words.append(_UNAUDITED)
    else:
        lacking = measured.audit.lacking()
        words.append(
            f"Of {measured.audit.stops:,} stops and {measured.audit.others:,} other failures that a reader drew at "
            f"random, the rules called {measured.audit.stops_found:,} and {measured.audit.others_taken:,} stops"
            + (f"; {lacking}, so label error is not propagated." if lacking else "; that is carried into the horizons.")
        )
    columns = (
        worded("axis"),
        worded("reading"),
        counted("changed", "trials changed"),
        lengths("estimate", "steps", "low", "high"),
        worded("beyond"),
        counted("doublings"),
        worded("reason", "why no number"),
    )
    shown = titled("Sensitivity", moved, "axis", view(moved, "axis", columns))
    return Section("sensitivity", "Sensitivity", tuple(words), (), (shown,))


_UNAUDITED = (
    "Label error is not propagated: what a reader finds of labels drawn at random (`cantwont agree`) can be given "
    "with --audit."
)


def _repeats(measured: Measured) -> Section | None:
    table = measured.repeats[measured.repeats["pass_at_k"].notna()]
    if table.empty or table["k"].max() < 2:
        return None
    words = ("Of k answers to one instance: that at least one solves it (pass@k), and that all do (pass^k); unbiased.",)
    columns = (
        counted("steps"),
        counted("k"),
        shared("pass_at_k", "pass@k"),
        shared("pass_all_k", "pass^k"),
        counted("instances"),
    )
    return Section("repeats", "Repeats", words, (), (titled("Repeats", table, "size", view(table, "size", columns)),))
