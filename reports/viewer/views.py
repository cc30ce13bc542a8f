"""What each page of the viewer shows, as plain values for its template."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from evals.record.outcome import Label, Outcome
from evals.record.price import money
from evals.run_index import RunIndex, RunSummary, Sort, TrialFilter, TrialRow
from evals.second_reader.human_labels import BadLabels, HumanLabel
from evals.second_reader.reader_labels import LABELS, ReaderLabels
from evals.text import duration, printable
from reports.page.conversations import Conversation, conversation
from reports.page.transcripts import TranscriptEntry, entry
from reports.viewer.asked import BLIND_SORTS, PAGE, ViewQuery, query, whole_number
from reports.viewer.bars import LabelBar, tables
from reports.viewer.keeper import IndexProgress, Keeper
from reports.viewer.searching import SearchResult, search
from tasks import CantwontError

RUNS_OF_A_PAGE = 200
_KNOWN_UNREAD = frozenset(
    {"steps needed", "turns", "tokens of the answer", "tokens of reasoning", "max tokens", "finish reason"}
    | {"repeat", "trial", "options"}
)
"""What is told of an answer that somebody labels without seeing our label: nothing that was read in it."""
_SORT_WORDS = {
    Sort.ASKED: "by task",
    Sort.LABEL: "by label",
    Sort.SHUFFLED: "shuffled",
    Sort.LEAST_STEPS: "fewest steps written first",
    Sort.MOST_STEPS: "most steps written first",
    Sort.LOST_EARLY: "went wrong earliest first",
    Sort.SHORTEST: "shortest answer first",
    Sort.LONGEST: "longest answer first",
}
_ORDER = [str(label) for label in Label]
_CHOICES = [(label, label.replace("_", " ")) for label in _ORDER if label != Label.ERROR]
"""The labels that a reader can give: without a reply there is nothing to read."""


class NotFound(CantwontError):
    """There is nothing at an address."""


@dataclass(frozen=True, slots=True)
class Views:
    """The pages of an index."""

    index: RunIndex
    keeper: Keeper | None
    may_write: bool

    # --- lists

    def runs(self, start: int = 0) -> dict[str, Any]:
        """Return a page of the list of runs."""
        found = self.index.runs()
        shown = found[start : start + RUNS_OF_A_PAGE]
        return {
            "runs": [(run, LabelBar.of(run.labels)) for run in shown],
            "total": len(found),
            "start": start,
            "page": RUNS_OF_A_PAGE,
            "is_live": not self.progress.ready or any(run.running for run in shown),
        }

    def run(self, token: str, asked: ViewQuery, *, blind: bool) -> dict[str, Any]:
        """Return one run with its trials."""
        run = self._run(token)
        shown = self.trials(replace(asked, run=(token,)), blind=blind)
        return {
            **shown,
            **self.live(token, blind=blind),
            "tables": tables(run, self.index.ended(run)),
            "several": False,
            "labels_file": LABELS,
        }

    def live(self, token: str, *, blind: bool) -> dict[str, Any]:
        """Return what changes of a run while it goes on."""
        run = self._run(token)
        spent = self.index.spent(run)
        now = self.index.running_now(run)
        waiting = self.index.unlabelled(run)
        facts: list[tuple[str, str]] = []
        if run.running:
            facts += [
                ("answers in the last minute", f"{now.answers_a_minute:,}"),
                ("last answer", "none yet" if now.last is None else f"{duration(now.last)} ago"),
                ("seconds an answer", _seconds(now.typical, now.longest)),
                ("conversations begun", f"{now.begun:,}"),
                ("waiting after a failed request", f"{now.waiting:,}"),
                ("failed requests in the last minute", f"{now.failed_a_minute:,}"),
            ]
        return {
            "run": run,
            "bar": LabelBar.of(run.labels),
            "is_live": run.running or bool(waiting),
            "facts": facts,
            "waiting": waiting,
            "error": now.error if run.running else "",
            "tokens": f"{spent.prompt_tokens:,} of prompts, {spent.completion_tokens:,} of answers",
            "cost": "" if spent.cost is None or not run.trials else money(spent.cost, spent.currency),
            "newest": [] if blind else self.index.newest(run, 8) if run.running or waiting else [],
        }

    def trials(self, given: ViewQuery, *, blind: bool) -> dict[str, Any]:
        """Return a page of trials, of one run or of all."""
        asked = given.blinded() if blind else given
        runs = self._by_id()
        chosen = [run.id for run in runs.values() if run.token in asked.run]
        if len(chosen) < len(asked.run):
            raise NotFound("there is no such run any more")
        wanted = asked.wanted(chosen)
        hits, searched = {}, None
        if asked.searches:
            searched = self._search(asked, runs, wanted, asked.start, PAGE)
            hits = {hit.row.id: hit for hit in searched.hits}
            rows = [(hit.place, hit.row) for hit in searched.hits]
            total = searched.total
        else:
            page = self.index.page(wanted, asked.sort, asked.start, PAGE)
            rows = [(asked.start + place, row) for place, row in enumerate(page.rows)]
            total = page.total
        facets = self.index.facets(TrialFilter(tuple(chosen)))
        labelled = {run: self._labels_of(runs.get(run)) for run in {row.run for _, row in rows}}
        return {
            "asked": asked,
            "rows": [
                (place, row, runs[row.run], labelled[row.run].get(row.trial))
                for place, row in rows
                if row.run in runs
            ],
            "hits": hits,
            "searched": searched,
            "total": total,
            "facets": facets,
            "several": len(chosen) != 1,
            "sorts": {sort: words for sort, words in _SORT_WORDS.items() if not blind or sort in BLIND_SORTS},
            "page": PAGE,
            "all_runs": list(runs.values()),
        }

    # --- one trial

    def trial(
        self, token: str, trial: str, asked: ViewQuery, place: int | None, *, blind: bool
    ) -> dict[str, Any]:
        """Return one transcript, with the trials before and after it in the list that it was opened from."""
        run = self._run(token)
        row = self._row(run, trial)
        shown = self._shown(run, row, blind=blind)
        problem, given = "", None
        try:
            given = ReaderLabels(run.path).all().get(shown["id"])
        except CantwontError as error:
            problem = str(error)
        before, after = self._beside(asked.blinded() if blind else asked, place)
        return {
            **shown,
            "asked": asked,
            "place": place,
            "before": before,
            "after": after,
            "given": given,
            "problem": problem,
            "labels": [
                (str(label), str(label).replace("_", " ")) for label in Label if label is not Label.ERROR
            ],
        }

    def _shown(self, run: RunSummary, row: TrialRow, *, blind: bool) -> dict[str, Any]:
        outcome = self.index.outcome(run, row)
        missing = ""
        said: Conversation | None = None
        try:
            said = conversation(row.trial, self.index.exchanges(run, row))
        except CantwontError as error:
            missing = str(error)
        shown = _entry(outcome, said, blind=blind)
        return {"run": run, "row": row, "id": outcome.trial, "entry": shown, "missing": missing}

    def answers(self, token: str, trial: str) -> str:
        """Return all that was asked and answered in a trial, whole, as text."""
        run = self._run(token)
        row = self._row(run, trial)
        said = conversation(row.trial, self.index.exchanges(run, row))
        parts: list[str] = []
        for turn in said.turns:
            told = {
                "asked": turn.asked,
                "thinking": turn.thinking,
                "answer": turn.answer,
                "calls": turn.calls,
            }
            parts += (f"--- turn {turn.number}, {name}\n{text}\n" for name, text in told.items() if text)
        return printable("\n".join(parts) or "No answer is recorded.\n", keep="\n\t")

    def _beside(self, asked: ViewQuery, place: int | None) -> tuple[str, str]:
        """Return the addresses of the trials before and after one in its list; empty where there is none."""
        if place is None:
            return "", ""
        runs = self._by_id()
        chosen = [run.id for run in runs.values() if run.token in asked.run]
        if asked.searches:
            return "", self._following(asked, runs, asked.wanted(chosen), place + 1)
        start = max(0, place - 1)
        page = self.index.page(asked.wanted(chosen), asked.sort, start, 3)
        found = {start + at: row for at, row in enumerate(page.rows)}

        def address(at: int) -> str:
            row = found.get(at)
            return trial_address(runs[row.run], row, asked, at) if row is not None and row.run in runs else ""

        return (address(place - 1) if place else ""), address(place + 1)

    def _following(
        self, asked: ViewQuery, runs: dict[int, RunSummary], wanted: TrialFilter, start: int
    ) -> str:
        """Return the address of the first trial that a search finds soon; empty if it finds none."""
        for hit in self._search(asked, runs, wanted, start, 1).hits:
            if hit.row.run in runs:
                return trial_address(runs[hit.row.run], hit.row, asked, hit.place)
        return ""

    def _search(
        self, asked: ViewQuery, runs: dict[int, RunSummary], wanted: TrialFilter, start: int, most: int
    ) -> SearchResult:
        given: dict[int, dict[str, HumanLabel]] = {}

        def fits(row: TrialRow) -> bool:
            if row.run not in given:
                given[row.run] = self._labels_of(runs.get(row.run))
            label = given[row.run].get(row.trial)
            match asked.yours:
                case "none":
                    return label is None
                case "given":
                    return label is not None
                case "other":
                    return label is not None and row.label not in (label.label, label.alternative)
            return True

        return search(
            self.index, runs, wanted, asked.sort, words=asked.text, fits=fits, start=start, most=most
        )

    def put_label(self, token: str, trial: str, label: str, note: str) -> None:
        """Keep a reader's label; an empty one takes it away."""
        run = self._run(token)
        id_ = self.index.outcome(run, self._row(run, trial)).trial
        if label and label not in tuple(Label):
            raise BadLabels(f"{label[:50]!r} is no label")
        if note and not label:
            raise BadLabels("a note is kept with a label: choose one")
        ReaderLabels(run.path).put(id_, Label(label) if label else None, note.replace("\r\n", "\n").strip())

    # --- two runs

    def compare(self, given: Mapping[str, str], runs: list[str], *, blind: bool) -> dict[str, Any]:
        """Return two runs side by side, or the choice of two."""
        all_runs = list(self._by_id().values())
        if len(runs) < 2:
            return {"all_runs": all_runs, "chosen": runs, "pairs": None}
        first, second = (self._run(token) for token in runs[:2])
        models = (given.get("model_a") or None, given.get("model_b") or None)
        labels = (None, None) if blind else (given.get("label_a") or None, given.get("label_b") or None)
        different = bool(given.get("different")) and not blind
        start = whole_number(given.get("start") or "0", "start")
        pairs = self.index.paired(
            first, second, models, different=different, labels=labels, offset=start, limit=PAGE
        )
        names = sorted(
            {label for pair in pairs.labels for label in pair}, key=[str(label) for label in Label].index
        )
        kept = {"model_a": models[0] or "", "model_b": models[1] or "", "different": "1" if different else ""}
        kept |= {"label_a": labels[0] or "", "label_b": labels[1] or ""}

        def address(**changes: object) -> str:
            values = kept | {"start": ""} | {name: str(value) for name, value in changes.items()}
            pieces: list[tuple[str, object]] = [("run", first.token), ("run", second.token)]
            return query([*pieces, *((name, value) for name, value in values.items() if value)])

        return {
            "all_runs": all_runs,
            "chosen": runs,
            "first": first,
            "second": second,
            "pairs": pairs,
            "models": models,
            "wanted": labels,
            "different": different,
            "start": start,
            "page": PAGE,
            "names": names,
            "address": address,
            "agree": sum(count for (a, b), count in pairs.labels.items() if a == b),
            "all_pairs": sum(pairs.labels.values()),
        }

    def pair(
        self, tokens: tuple[str, str], trials: tuple[str, str], back: str, *, blind: bool
    ) -> dict[str, Any]:
        """Return two transcripts side by side."""
        shown = []
        for token, trial in zip(tokens, trials, strict=True):
            run = self._run(token)
            shown.append(self._shown(run, self._row(run, trial), blind=blind))
        return {"sides": shown, "back": back}

    # --- shared

    @property
    def progress(self) -> IndexProgress:
        """How far the index is."""
        return IndexProgress(ready=True) if self.keeper is None else self.keeper.progress

    def _run(self, token: str) -> RunSummary:
        run = self.index.run(token)
        if run is None:
            raise NotFound("there is no such run, or not any more")
        return run

    def _row(self, run: RunSummary, trial: str) -> TrialRow:
        row = self.index.trial(run, trial)
        if row is None:
            raise NotFound(f"there is no trial {trial[:50]!r} in the run {run.name!r} yet, or not any more")
        return row

    def _by_id(self) -> dict[int, RunSummary]:
        return self.index.runs_by_number()

    def _labels_of(self, run: RunSummary | None) -> dict[str, HumanLabel]:
        try:
            return {} if run is None else ReaderLabels(run.path).all()
        except CantwontError:
            return {}  # each of its trials says why


def trial_address(run: RunSummary, row: TrialRow, asked: ViewQuery, place: int | None) -> str:
    """Return the address of a transcript that remembers the list it was opened from."""
    told = asked.query(start=0)
    pairs: dict[str, object] = {"trial": row.trial} | ({} if place is None else {"at": place})
    return f"/runs/{run.token}/trial{query(pairs)}{told.replace('?', '&', 1)}"


def _entry(outcome: Outcome, said: Conversation | None, *, blind: bool) -> TranscriptEntry:
    if not blind:
        return entry(outcome, said)
    nothing: dict[str, Any] = {"reason": "", "evidence": (), "by_turn": (), "flags": (), "judge_label": None}
    hidden = outcome.model_copy(update={**nothing, "confident": True})
    made = entry(hidden, said)
    return {**made, "numbers": [pair for pair in made["numbers"] if pair[0] in _KNOWN_UNREAD]}


def _seconds(typical: float | None, longest: float | None) -> str:
    if typical is None or longest is None:
        return "not known yet"
    return f"{duration(typical)} typically, at most {duration(longest)}"
