"""The sections of a report; those with nothing to show are left out."""

from pandas import DataFrame

from evals.arms import arm_names
from evals.record.outcome import INSTRUMENT
from evals.text import clip
from reports.analyses.all_measures import Measured
from reports.analyses.verdicts import PLAIN, PUSHED, plain_of
from reports.charts import curves, hazards, horizons, outcome_bars, trend
from reports.charts.figure import Figure
from reports.charts.looks import looks_of
from reports.page import more_sections, verdict_table
from reports.page.ending_bars import bar_matrices
from reports.page.section import Section, Titled, few, titled
from reports.tables.rendering import shown
from reports.tables.rows import read
from reports.tables.views import counted, keys_of, lengths, shared, told_once, varied_keys, worded
from reports.words.paragraphs import words


def sections(measured: Measured) -> list[Section]:
    """Return all sections that have something to show, in order."""
    made = (
        _horizons(measured),
        _verdicts(measured),
        _composition(measured),
        _rates(measured),
        _trend(measured),
        _decomposition(measured),
        _steps(measured),
        _hazards(measured),
        *more_sections.sections(measured),
    )
    return [section for section in made if section is not None]


def figures(measured: Measured) -> list[Figure]:
    """Return all figures of the report; among them the bars, which the page has as tables."""
    drawn = [figure for section in sections(measured) for figure in section.figures]
    return [*drawn, *outcome_bars.figures(read(measured.counts))]


def _horizons(measured: Measured) -> Section | None:
    if measured.horizons.empty:
        return None
    drawn, more = few(horizons.figures(measured.horizons, looks_of(measured.tabulated["model"].unique())))
    same = told_once(measured.horizons, "axis")
    halves, surer = horizons.tables(measured.horizons)
    tables = [Titled("Horizons in steps", halves, same)]
    if surer is not None:
        tables.append(Titled("Horizons at 80 %, and what a solved step took", surer, same))
    told = (*words("horizons"), *more)
    return Section("horizons", "Willing against able", told, drawn, tuple(tables), short="Horizons")


def _trend(measured: Measured) -> Section | None:
    table = measured.trend
    if table.empty:
        return None
    drawn, more = few(trend.figures(measured.horizons, table, measured.released))
    undated = sorted(set(measured.horizons["model"].astype(str)) - set(measured.released))
    told = (*trend.sentences(table), *words("trend"), *more)
    if undated:
        told += words("undated", models=clip(", ".join(undated), 200))
    return Section("trend", "Trend", told, drawn, (titled("Doubling times", table, "axis", trend.TREND),))


def _verdicts(measured: Measured) -> Section | None:
    table = measured.verdicts
    if table.empty:
        return None
    told = words("verdicts", pushed=measured.pushed)
    if (plain := plain_of(measured.tabulated, measured.pushed)) != PLAIN:
        told += words("verdicts_of", plain=plain, pushed=measured.pushed)
    if table["this_instance"].any():
        told += words("this_instance")
    rests = titled("What the verdicts rest on", table, "size", verdict_table.details(table))
    matrices = tuple(verdict_table.matrices(table))
    return Section("verdicts", "Verdicts", told, (), (rests,), matrices)


def _composition(measured: Measured) -> Section | None:
    compared = measured.comparison
    if compared.empty:
        return None
    varied, same = varied_keys(compared, "trials"), told_once(compared, "trials")
    hidden = [name for name in keys_of(compared, "trials") if name not in varied]
    omit = [*hidden, "solved", *map(str, INSTRUMENT), "truncated_wrong"]
    tables = [Titled("How trials ended", shown(compared, omit=omit), same)]
    lost = compared[compared["trials"] > compared["answered"]]
    if not lost.empty:
        kinds = {*map(str, INSTRUMENT), "truncated_wrong"}
        names = [*varied, "trials", "answered", *(name for name in compared if name in kinds)]
        tables.append(Titled("Lost to the instrument", shown(lost[names]), same))
    return Section(
        "endings",
        "How trials ended, by length",
        (*words("endings"), *_without_role(measured.tabulated)),
        tables=tuple(tables),
        bars=tuple(bar_matrices(measured.counts)),
        short="Endings",
    )


def _without_role(trials: DataFrame) -> tuple[str, ...]:
    """Return what the report misses where arms are called as another tool called its prompts."""
    unknown = sorted(set(trials.loc[trials["base"].isna(), "arm"].astype(str)) - set(arm_names()))
    if not unknown:
        return ()
    return words("no_role", arms=clip(", ".join(unknown), 200), plain=PLAIN, pushed=PUSHED)


def _rates(measured: Measured) -> Section | None:
    if measured.sizes.empty:
        return None
    drawn, more = few(curves.rate_figures(measured.sizes))
    rates = (
        *curves.rate_columns(measured.sizes),
        counted("stops_after", "stops after, median"),
        worded("able_reason", "why no number"),
    )
    stops = (
        counted("stops"),
        shared("stop_share", "of the trials"),
        counted("stops_after", "steps written, median"),
        counted("stops_after_10", "10 %"),
        counted("stops_after_90", "90 %"),
        shared("stops_share", "of the task, median"),
    )
    tables = (
        titled("Rates by length", measured.sizes, "size", rates),
        titled("How far it had come when it stopped", measured.stops, "stops", stops),
    )
    return Section(
        "rates", "Willing, able, solved, by length", (*words("rates"), *more), drawn, tables, short="Curves"
    )


def _decomposition(measured: Measured) -> Section | None:
    if measured.sizes.empty:
        return None
    orders = (
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
    course = (
        counted("off_course", "left it"),
        counted("solved", "of these solved"),
        shared("share_high", "share, at most"),
    )
    tables = (
        titled("Decomposition", measured.sizes, "size", orders),
        titled("Stopping after an error", measured.independence, "stops_before", ratio),
        titled("Off every shortest way", measured.course, "off_course", course),
    )
    return Section(
        "decomposition", "What success is made of", words("decomposition"), (), tables, short="Success"
    )


def _steps(measured: Measured) -> Section | None:
    drawn, more = few(curves.step_figures(measured.steps, measured.sizes))
    return Section("steps", "Step by step", (*words("steps"), *more), drawn, short="Steps") if drawn else None


def _hazards(measured: Measured) -> Section | None:
    drawn, more = few(hazards.figures(measured.hazards))
    return (
        Section(
            "hazards", "Where in a list it stops and errs", (*words("hazards"), *more), drawn, short="Hazards"
        )
        if drawn
        else None
    )
