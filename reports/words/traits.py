"""Sentences about traits."""

from collections.abc import Iterator

import pandas as pd

from reports.analyses.traits import Said
from reports.tables.rendering import percent
from reports.tables.views import Record, about, key_words, keys_of, value, word


def trait_sentences(table: pd.DataFrame) -> tuple[str, ...]:
    """Return one sentence per trait that is told."""
    told = table[table["says"].isin([str(Said.HELPS), str(Said.HURTS)])]
    keys = keys_of(table, "trait")
    return tuple(_sentence(record, keys) for record in told.to_dict("records"))


def compared(record: Record) -> str:
    """Return the two ways of asking, e.g. `insist against list`."""
    ways = []
    for side, other in ("ab", "ba"):
        options = [] if not word(record, f"options_{side}") else word(record, f"options_{side}").split(", ")
        same = record["arm_a"] == record["arm_b"]
        theirs = word(record, f"options_{other}").split(", ") if same else []
        telling = [option for option in options if option not in theirs]
        ways.append(" ".join([word(record, f"arm_{side}"), ", ".join(telling)]).strip())
    return " against ".join(ways)


def lacking(table: pd.DataFrame) -> tuple[str, ...]:
    """Return a sentence that names the traits for which arms are missing, and how to ask them."""
    missing = table[table["says"] == str(Said.MISSING)]
    asks = missing.groupby(["trait", "contrast"], sort=False)["ask"].unique()
    if asks.empty:
        return ()
    groups = len(table[keys_of(table, "trait")].drop_duplicates())
    whole = missing.groupby(["trait", "contrast"], sort=False).size() == groups
    named = [
        f"{trait}, {contrast} ({' or '.join(map(str, asks[trait, contrast]))})"
        + ("" if whole[trait, contrast] else ", of some")
        for trait, contrast in asks.index
    ]
    return (f"Not asked: {'; '.join(named)}. `--spec traits` asks all.",)


def _sentence(record: Record, keys: list[str]) -> str:
    shares = [percent(value(record, side) or 0.0) for side in "ab"]
    where = about(record, keys)
    which = "carried on" if record["measure"] == "willing" else "right"
    return (
        f"{key_words(record['model'])}{f', {where}' if where else ''}: {word(record, 'means')} "
        f"({compared(record)}: {which} {shares[0]} against {shares[1]})."
    )


def clear_first(told: tuple[str, ...], most: int) -> Iterator[str]:
    """Yield at most so many sentences, and how many more there are."""
    yield from told[:most]
    if len(told) > most:
        yield f"{len(told) - most:,} more stand in the table."
