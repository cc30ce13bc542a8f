"""Describing how two specs of one run differ."""

import json
from collections.abc import Iterator
from typing import Any

from evals.record.run import Manifest
from evals.text import clip


def changes(before: Manifest, after: Manifest) -> Iterator[str]:
    """Yield the differences that affect the trials, or how they are asked."""
    asked, asks = before.spec.get("asked", {}), after.spec["asked"]
    for name in sorted({*asked, *asks}):
        if _key(asked.get(name)) != _key(asks.get(name)):
            yield f"{name}: {_difference(asked.get(name), asks.get(name))}"
    if before.shard != after.shard:
        yield f"shard: was {before.shard or 'the whole'}, is {after.shard or 'the whole'}"
    yield from versions(before, puzzles=after.puzzles, arms=after.arms)
    if before.prompts != after.prompts:
        yield f"the words of all prompts were version {before.prompts} and are version {after.prompts}"
    for name in sorted(set(before.puzzle_files) & set(after.puzzle_files)):
        if before.puzzle_files[name] != after.puzzle_files[name]:
            yield f"the file of puzzle {name!r} is another"


def versions(before: Manifest, *, puzzles: dict[str, int], arms: dict[str, int]) -> Iterator[str]:
    """Yield the puzzles and arms whose version in the run differs from these."""
    for what, old, new in (("puzzle", before.puzzles, puzzles), ("arm", before.arms, arms)):
        for name in sorted(set(old) & set(new)):
            if old[name] != new[name]:
                yield f"{what} {name!r} was version {old[name]} and is version {new[name]}"


def _difference(old: Any, new: Any) -> str:
    if not (isinstance(old, list) and isinstance(new, list)):
        return f"was {_brief(old)}, is {_brief(new)}"
    known, wanted = {_key(item) for item in old}, {_key(item) for item in new}
    removed = ", ".join(_brief(item) for item in old if _key(item) not in wanted)
    added = ", ".join(_brief(item) for item in new if _key(item) not in known)
    return "; ".join(f"{what} {items}" for what, items in (("removed", removed), ("added", added)) if items)


def _key(value: Any) -> str:
    # The order within lists affects no trial, so the key ignores it, but for that of a variant's shots.
    return json.dumps(_unordered(value), sort_keys=True)


def _unordered(value: Any) -> Any:
    if isinstance(value, list):
        return sorted({_key(item) for item in value})
    if isinstance(value, dict):
        return {name: item if name == "shots" else _unordered(item) for name, item in value.items()}
    return value


def _brief(value: Any) -> str:
    """Return the value as clipped JSON, without its empty fields."""
    if isinstance(value, dict):
        value = {name: item for name, item in value.items() if item not in (None, [], {})}
    return clip(json.dumps(value), 160)
