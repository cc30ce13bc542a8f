"""Creates or continues a run from a spec, and asks the trials that it lacks."""

import asyncio
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from evals.client.secrets import key_of, secret_headers
from evals.errors import RunError, SpecChanged
from evals.plan.list_prices import prices_of
from evals.plan.remaining import Survey
from evals.plan.spec import Spec
from evals.record.exchange import RowKind
from evals.record.exchange_log import Recorder
from evals.record.manifest_changes import changes
from evals.record.price import RecordedPrice, recorded_prices
from evals.record.run import IMPORTED, Manifest, RunDirectory, now
from evals.replay.finish import OutcomeCollector
from evals.running.scheduler import ask_all
from evals.running.summary import Progress, Summary
from evals.sandbox.sandbox import check_sandbox
from evals.trust.run_puzzles import load_needed


def make_or_continue(spec: Spec, path: Path, *, extend: bool = False) -> RunDirectory:
    """Return the run of this spec at this path: a new one, or the one begun there earlier.

    Args:
        spec: what to ask.
        path: the run directory.
        extend: let a changed spec add trials to an existing run.

    Raises:
        EndpointError: a model cannot be asked: unknown endpoint, or no key.
        RunError: the directory cannot be used, or programs are asked for and the sandbox does not work.
        SpecChanged: the existing run has another spec or other prompts, and `extend` is not set.
        UntrustedPuzzle: the existing run needs a puzzle file that this spec does not name, and the user does
            not trust.
    """
    manifest = _manifest(spec, path)
    if not RunDirectory.is_at(path):
        return RunDirectory.create(path, _priced(manifest, spec, {}))
    run = RunDirectory.open(path)
    before = run.manifest
    if IMPORTED in before.spec:
        raise SpecChanged(
            f"the run at {str(path)!r} holds imported answers: name another directory with --out"
        )
    changed = list(changes(before, manifest))
    if changed and not extend:
        raise SpecChanged(
            f"the run at {str(path)!r} was made otherwise ({'; '.join(changed)}): "
            "name another directory with --out for a new run, or add trials to this one with --extend"
        )
    load_needed([run], without=manifest.puzzle_files)
    moved = {
        **before.spec,
        "puzzle_paths": {**before.spec.get("puzzle_paths", {}), **manifest.spec["puzzle_paths"]},
    }
    goes_on = before.model_copy(update={"spec": moved})
    kept = _priced(_extended(before, manifest) if changed else goes_on, spec, recorded_prices(run))
    if kept != before:
        run.save(kept)
    return run


def _priced(manifest: Manifest, spec: Spec, recorded: Mapping[str, RecordedPrice]) -> Manifest:
    """Return the manifest with the prices that are known."""
    prices = prices_of(spec.models_at(), spec.prices, recorded)
    if not prices:
        return manifest
    stored = {who: price.stored() for who, price in prices.items()}
    return manifest.model_copy(update={"spec": {**manifest.spec, "prices": stored}})


def _manifest(spec: Spec, path: Path) -> Manifest:
    models = spec.models_at()
    for at in models:
        key_of(at.endpoint)
        secret_headers(at.endpoint)
    if any(chosen.arm.ends_with is RowKind.RESULT for chosen in spec.arm_choices()):
        check_sandbox()
    puzzles, arms, files = spec.versions()
    return Manifest(
        name=spec.name,
        created=now(),
        cantwont=version("cantwont"),
        spec=spec.stored(models, path),
        puzzles=puzzles,
        puzzle_files=files,
        arms=arms,
        shard=spec.shard if spec.shard.of > 1 else None,
    )


def _extended(before: Manifest, after: Manifest) -> Manifest:
    """Return the new manifest, merged with what the old one says about the trials already recorded."""
    replaced = before.model_dump(mode="json", include={"cantwont", "spec", "puzzles", "puzzle_files", "arms"})
    both = ("endpoints", "puzzle_paths")
    return after.model_copy(
        update={
            "created": before.created,
            "puzzles": before.puzzles | after.puzzles,
            "puzzle_files": before.puzzle_files | after.puzzle_files,
            "arms": before.arms | after.arms,
            "adaptations": before.adaptations,
            "contexts": before.contexts,
            "provenance": before.provenance,
            "servers": before.servers,
            "spec": after.spec | {name: {**before.spec.get(name, {}), **after.spec[name]} for name in both},
            "extensions": [*before.extensions, {"at": now(), "replaced": replaced}],
        }
    )


def ask(
    spec: Spec, surveyed: Survey, recorder: Recorder, progress: Progress, gathered: OutcomeCollector
) -> Summary:
    """Ask the trials that the run lacks, and collect their outcomes.

    An interrupt stops it at once; what was recorded is kept, and asking again continues from there.
    """
    with _seldom_collected(), _lack_told():
        return asyncio.run(ask_all(spec, surveyed, recorder, progress, gathered))


@contextmanager
def _lack_told() -> Iterator[None]:
    """Raise `RunError` where no thread is to be had, which Python says in these words alone."""
    try:
        yield
    except RuntimeError as error:
        if str(error) != "can't start new thread":
            raise
        raise RunError(
            "no thread can be started: end other programs, or raise the limit on processes (ulimit -u); "
            "everything recorded is kept, and the same command goes on from there"
        ) from None


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Collect garbage rarely: a run creates few cycles, and each collection scans all that it keeps alive."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
