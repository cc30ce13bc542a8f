"""The sections after the horizons: asking differently, budgets and cost, comparisons, and certainty."""

from collections.abc import Iterator

from reports.analyses.all_measures import Measured
from reports.analyses.sensitivity import OutcomeReading
from reports.charts import shares, spending
from reports.charts.looks import looks_of
from reports.page.section import Section, few, titled
from reports.page.trait_section import trait_section
from reports.tables.rendering import is_missing
from reports.tables.views import (
    Column,
    Record,
    counted,
    lengths,
    points,
    rounded,
    shared,
    value,
    word,
    worded,
)
from reports.words.paragraphs import words


def sections(measured: Measured) -> Iterator[Section | None]:
    """Yield the sections in order; `None` if there is nothing to show."""
    yield _recovery(measured)
    yield _nudges(measured)
    yield trait_section(measured)
    yield _budgets(measured)
    yield _costs(measured)
    yield _inference(measured)
    yield _pairs(measured)
    yield _sensitivity(measured)
    yield _repeats(measured)


def _recovery(measured: Measured) -> Section | None:
    table = measured.recovery
    if table.empty:
        return None
    drawn, more = few(shares.recovery_figures(table))
    told = (*words("recovery"), *more)
    shown = titled("Recovered by asking otherwise", table, "loss", shares.RECOVERY)
    return Section("recovery", "What asking another way solved", told, drawn, (shown,), short="Recovery")


def _nudges(measured: Measured) -> Section | None:
    table = measured.nudged
    if table.empty:
        return None
    columns = (
        worded("first", "its list was"),
        counted("stops"),
        counted("instances"),
        shared("recovered", "solved at last", "low", "high"),
        counted("cut", "left out as cut"),
    )
    shown = titled("Nudged", table, "first", columns)
    return Section("nudges", "Nudges", words("nudges"), (), (shown,))


def _budgets(measured: Measured) -> Section | None:
    table = shares.budgets(measured.costs)
    if table.empty:
        return None
    drawn, more = few(shares.budget_figures(table, looks_of(measured.tabulated["model"].unique())))
    shown = titled("By budget", table, "trials", shares.BUDGET)
    return Section("budgets", "Budgets", (*words("budgets"), *more), drawn, (shown,))


def _costs(measured: Measured) -> Section | None:
    table = measured.costs
    if table.empty:
        return None
    columns = [
        counted("trials"),
        counted("solved"),
        counted("completion_tokens", "tokens"),
        counted("tokens_unknown", "usage unknown"),
        counted("tokens_per_solved", "tokens a solved task"),
        counted("tokens_per_solved_step", "tokens a solved step"),
    ]
    if table["cost"].notna().any():
        currencies = table["currency"][table["cost"].notna()].unique()
        in_one = f", {currencies[0]}" if len(currencies) == 1 and not is_missing(currencies[0]) else ""
        columns += [
            counted("cost", f"cost{in_one}"),
            counted("cost_per_solved", f"cost a solved task{in_one}"),
            counted("cost_per_solved_step", f"cost a solved step{in_one}"),
        ]
        if len(currencies) > 1:
            columns.append(worded("currency"))
    tables = [titled("Cost", table, "trials", columns)]
    if not measured.affordable.empty:
        prices = (
            Column("a solved task costs at most", _price),
            counted("steps", "longest task, steps"),
            Column("where it costs", lambda record: _money(record, "cost")),
            counted("solved"),
            counted("trials"),
            counted("next_steps", "next length asked"),
        )
        tables.append(titled("The length that a price pays for", measured.affordable, "unit", prices))
    return Section("costs", "Cost", words("costs"), (), tuple(tables))


def _price(record: Record) -> str:
    return f"{_money(record, 'price')} {word(record, 'unit')}"


def _money(record: Record, name: str) -> str:
    found = value(record, name)
    return "" if found is None else rounded(found)


def _inference(measured: Measured) -> Section | None:
    table = measured.budgets
    if table.empty:
        return None
    drawn, more = few(spending.figures(table, looks_of(measured.tabulated["model"].unique())))
    return Section(
        "spending", "Success within a token budget", (*words("spending"), *more), drawn, short="Tokens"
    )


def _pairs(measured: Measured) -> Section | None:
    table = measured.pairs
    if table.empty:
        return None
    columns = (
        worded("measure"),
        shared("a", "first"),
        shared("b", "second"),
        points("difference", "difference, points", "low", "high"),
        Column("p (Holm)", lambda record: _p(record["p_holm"])),
        counted("instances"),
        worded("reason", "why no interval"),
        worded("differs", "sampling differs in"),
    )
    tables = [titled("Differences", table, "measure", columns)]
    known = measured.ratios[measured.ratios["ratio"].notna()]
    if not known.empty:
        ratio = (
            counted("estimate_a", "first, steps"),
            counted("estimate_b", "second, steps"),
            lengths("ratio", "ratio", "low", "high"),
        )
        tables.append(titled("Ratios of horizons", known, "estimate_a", ratio))
    return Section("pairs", "Model against model", words("pairs"), (), tuple(tables), short="Pairs")


def _p(p: object) -> str:
    if is_missing(p) or not isinstance(p, float):
        return ""
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def _sensitivity(measured: Measured) -> Section | None:
    table = measured.sensitivity
    if table.empty:
        return None
    moved = table[(table["reading"] == str(OutcomeReading.LABELLED)) | (table["changed"].fillna(1) > 0)]
    columns = (
        worded("reading"),
        counted("changed", "trials changed"),
        lengths("estimate", "steps", "low", "high"),
        worded("beyond"),
        counted("doublings"),
        worded("reason", "why no number"),
    )
    told = words("sensitivity") + _audited(measured)
    shown = titled("Sensitivity", moved, "reading", columns)
    return Section("sensitivity", "Sensitivity", told, (), (shown,))


def _audited(measured: Measured) -> tuple[str, ...]:
    """Return what is known about the error of the labels."""
    audit = measured.audit
    if audit is None:
        return words("unaudited")
    lacking = audit.lacking()
    return words(
        "audit_lacking" if lacking else "audited",
        stops=audit.stops,
        stops_found=audit.stops_found,
        others=audit.others,
        others_taken=audit.others_taken,
        lacking=lacking,
    )


def _repeats(measured: Measured) -> Section | None:
    table = measured.repeats[measured.repeats["pass_at_k"].notna()]
    if table.empty or table["k"].max() < 2:
        return None
    columns = (
        counted("k"),
        shared("pass_at_k", "pass@k"),
        shared("pass_all_k", "pass^k"),
        counted("instances"),
    )
    shown = titled("Repeats", table.drop(columns="size"), "k", columns)
    return Section("repeats", "Repeats", words("repeats"), (), (shown,))
