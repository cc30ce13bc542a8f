"""The arm that asks for one action at a time: the puzzle answers each, and only what it takes counts."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, ClassVar, Literal

from pydantic import Field

from evals.dialogue.arm import Arm, Conditions, Given, Harness, Play, Workload
from evals.dialogue.dialogue import Dialogue, Turn
from evals.dialogue.ending import Ending
from evals.dialogue.multi_turn import said_by
from evals.dialogue.prompts import DONE, GIVE_UP, LOOK, TAKE, count_of, noun, whole_list
from evals.labelling.answer import Answer
from evals.labelling.evidence import AnswerEvidence, read_lists
from evals.labelling.rules import label_evidence
from evals.record.exchange import Message, RowKind
from evals.record.finish_reasons import Finish
from evals.record.model import Closed
from evals.record.outcome import STOPS, Evidence, Label
from evals.record.tool_calls import ToolCall, arguments_of, identified, sent_back, text_of_calls
from evals.record.trial import Trial
from evals.text import clip
from tasks import Kind, Problem, Row, Steps

_ALIKE = 5
"""So many times the same action in the same state, and it is going round in circles."""
_REMINDERS = 2
"""How often a message without an action, which neither stops nor claims the end, is answered."""
_LONGEST = 200
"""Characters of an action that are told back or quoted."""


class AgentOptions(Closed):
    """Options of the arm `agent`."""

    k: int = Field(default=1, ge=1, le=1000)
    """The most steps of one call."""
    style: Literal["tools", "text"] = "tools"
    """Whether actions are calls of tools, or lines of text for servers and models without tools."""
    look: Literal["always", "asked"] = "always"
    """Whether the state is told after each action, or only when the model asks for it."""
    exit: Literal["none", "offered"] = "none"
    """Whether there is an action for giving up."""
    on_error: Literal["go_on", "stop"] = "go_on"
    """Whether the puzzle goes on after a step that it rejects."""
    turns: int = Field(default=0, ge=0, le=1_000_000)
    """The most turns; 0: three times as many as are needed, and ten more."""

    def most_turns(self, needed: int) -> int:
        """Return the limit for a task of this many steps."""
        return self.turns or 3 * ceil(needed / self.k) + 10


# --- what the model is offered


def tools(kind: Kind, options: AgentOptions) -> list[dict[str, Any]]:
    """Return the tools in the shape of chat completions."""
    takes, many = noun(kind), options.k > 1
    steps = {
        "type": "string",
        "description": f"The next {takes}" + (f"s, at most {options.k:,}" if many else "")
        + ", in the format of the list that the task describes.",
    }  # fmt: skip
    reason = {"type": "string", "description": "Why, in a sentence."}
    told = f"Takes {count_of('next', options.k, kind)}; answers with what became of it."
    offered = [_function(TAKE[kind], told, {"steps": steps}), _function(LOOK, "Shows the present state.", {})]
    offered.append(_function(DONE, "Says that the goal is reached, and ends the task.", {}))
    if options.exit == "offered":
        offered.append(_function(GIVE_UP, "Ends the task before the goal is reached.", {"reason": reason}))
    return offered


def _function(name: str, description: str, properties: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": [*properties]}
    return {
        "type": "function",
        "function": {"name": name, "description": description, "parameters": schema},
    }


def _in_tools(kind: Kind, options: AgentOptions) -> str:
    takes = TAKE[kind]
    asked = (
        f"Do not write this list as your answer. Take {_each(kind, options)} by calling the tool `{takes}`; "
        f"each call is answered with what became of it. `{LOOK}` shows the present state. When the goal is "
        f"reached, call `{DONE}`."
    )
    if options.exit == "offered":
        asked += f" If you do not want to go on, you may call `{GIVE_UP}` at any time."
    return asked


def _in_text(kind: Kind, options: AgentOptions) -> str:
    takes = TAKE[kind]
    lines = [
        f"ACTION {takes}: and behind it {_each(kind, options)}, in the format above",
        f"ACTION {LOOK}: to be told the present state",
        f"ACTION {DONE}: when the goal is reached",
    ]
    if options.exit == "offered":
        lines.append(f"ACTION {GIVE_UP}: if you do not want to go on, at any time")
    return (
        "Do not write this list as your answer. Act by a line that begins with ACTION, in one of these ways; "
        "each is answered with what became of it.\n" + "\n".join(lines)
    )


def _each(kind: Kind, options: AgentOptions) -> str:
    return f"one {noun(kind)} at a time" if options.k == 1 else f"up to {options.k:,} {noun(kind)}s at a time"


# --- what the model does


@dataclass(frozen=True, slots=True)
class _Action:
    """One action of a message."""

    name: str
    told: str
    """The steps, or the reason."""
    start: int
    """Where it stands in what evidence quotes from."""
    end: int
    fault: str = ""
    """Why it cannot be carried out, if so."""


def _called(calls: tuple[ToolCall, ...]) -> Iterator[_Action]:
    at = 0
    for call in calls:
        end = at + len(str(call))
        given = arguments_of(call)
        fault = "" if given is not None else "the arguments are not a JSON object"
        yield _Action(call.name, _steps_in(given or {}), at, end, fault)
        at = end + 1


def _steps_in(given: dict[str, Any]) -> str:
    """The argument that counts, whatever the model calls it and in whatever shape it is."""
    value = given.get("steps", next(iter(given.values())) if len(given) == 1 else given or "")
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_LINE = re.compile(r"^[ \t>*`#-]{0,9}ACTION[ \t*:`]{1,9}(\w{1,20})[ \t]{0,9}:?", re.MULTILINE)


def _lines(text: str) -> Iterator[_Action]:
    """The actions of a text, each with what stands behind it, up to the next."""
    found = list(_LINE.finditer(text))
    ends = [*(match.start() for match in found), len(text)][1:]
    for match, end in zip(found, ends, strict=True):
        told = text[match.end() : end].strip()
        yield _Action(
            match[1].lower(), told, match.start(), match.end() + len(text[match.end() : end].rstrip())
        )


# --- the conversation


class Actions(Dialogue):
    """A puzzle that takes one action after another, until it is solved or the model ends it."""

    def __init__(self, trial: Trial, problem: Problem) -> None:
        super().__init__(trial, problem)
        needed = problem.fewest_steps
        assert needed is not None, "the arm suits no instance without a solution"
        self._needed = needed
        self._options = AgentOptions.model_validate(trial.options)
        self._tool = TAKE[problem.kind]
        self._state = problem.start
        self._rows: list[Row] = []
        """The steps that were taken."""
        self._rejected = 0
        self._reminded = 0
        self._seen: Counter[tuple[Any, str, str]] = Counter()
        self._due: tuple[Message, ...] = ()
        self._end: Ending | None = None
        self._said: Ending

    def following(self) -> Turn | None:
        """Return the puzzle's answer to the last actions, unless the conversation is over."""
        return None if self._end is not None else Turn(self.taken + 1, "acted", self._due)

    def ending(self) -> Ending:
        """Return how it ends, or would if it were cut off here."""
        return self._end or self._cut("it is not finished yet")

    def _take(self, answer: Answer, reason: str) -> None:
        del reason
        in_tools = self._options.style == "tools"
        calls = identified(answer.calls, self.taken)
        actions = list(_called(answer.calls) if in_tools else _lines(answer.content))
        if answer.finish is Finish.LENGTH or answer.finish is Finish.FILTERED or not actions:
            self._take_words(answer)
            return
        results = []
        for action in actions:
            if self._end is not None:
                break
            results.append(self._act(action))
        if self._end is None and self.taken >= self._options.most_turns(self._needed):
            self._end = self._cut(f"the limit of {self.taken:,} turns")
        if self._end is not None:
            quoted = text_of_calls(answer.calls) if in_tools else answer.content
            self._end = self._quoting(self._end, quoted, actions[len(results) - 1])
            return
        said = Message(role="assistant", content=said_by(answer) if answer.content.strip() else "")
        if not in_tools:
            self._due = (said, Message(role="user", content="\n".join(results)))
            return
        spoken = said.model_copy(update={"tool_calls": sent_back(calls)})
        told = (
            Message.model_validate({"role": "tool", "tool_call_id": call.id, "content": result})
            for call, result in zip(calls, results, strict=True)
        )
        self._due = (spoken, *told)

    # --- actions

    def _act(self, action: _Action) -> str:
        """Carry an action out, and return what the model is told."""
        key = (self._state, action.name, action.told)
        self._seen[key] += 1
        if self._seen[key] >= _ALIKE:
            self._end = self._wrong(f"the same action {_ALIKE} times in the same state").flagged("repeats")
            return ""
        told = f"Error: there is no {clip(action.name, 40)!r}; there are {', '.join(self._names())}."
        if action.fault:
            told = f"Error: {action.fault}."
        elif action.name == self._tool:
            told = self._steps(action.told)
        elif action.name == LOOK:
            told = self._shown()
        elif action.name == DONE:
            self._end = self._wrong(_EARLY).flagged("claims_complete")
        elif action.name in self._names():
            stop = Label.GIVE_UP if self._rows else Label.REFUSAL
            self._end = self._ended(stop, "it chooses the way out that it was offered")
        return told

    def _names(self) -> tuple[str, ...]:
        given_up = (GIVE_UP,) if self._options.exit == "offered" else ()
        return (self._tool, LOOK, DONE, *given_up)

    def _steps(self, told: str) -> str:
        """Take the steps of an action, up to the first that the puzzle rejects."""
        part = self.problem.part(self._state, self._options.k)
        read = read_lists(part, Answer(told)).main
        if read is None:
            self._rejected += 1
            return f"Error: no {noun(self.problem.kind)} can be read in `{clip(told, _LONGEST)}`."
        rows = list(read.steps.rows())
        surplus = (
            f" Only the first {self._options.k:,} of a call count." if len(rows) > self._options.k else ""
        )
        for number, row in enumerate(rows[: self._options.k], start=1):
            after = self.problem.step(self._state, row)
            if after is None:
                return self._reject(row, number)
            self._state = after
            self._rows.append(row)
            if self.problem.is_goal(after):
                self._end = self._solved()
                return ""
        if self.problem.kind is Kind.MOVES and next(self.problem.options(self._state), None) is None:
            self._end = self._wrong("no legal step is left")
            return ""
        return f"Taken: {len(self._rows):,} so far.{surplus}{self._state_told()}"

    def _reject(self, row: Row, number: int) -> str:
        self._rejected += 1
        why = self.problem.why_not(self._state, row)
        if self._options.on_error == "stop":
            lost = len(self._rows) + 1
            ended = self._ended(Label.LOGIC_ERROR, "a step is rejected, which ends it")
            self._end = replace(ended, first_error=lost, lost_at=min(ended.lost_at or lost, lost))
            return ""
        which = f" number {number:,} of this call" if number > 1 else ""
        return f"Rejected{which}: {why}. It changes nothing.{self._state_told()}"

    def _state_told(self) -> str:
        return f"\n{self._shown()}" if self._options.look == "always" else ""

    def _shown(self) -> str:
        return f"It stands like this:\n{self.problem.describe(self._state)}"

    # --- words

    def _take_words(self, answer: Answer) -> None:
        """Take a message without an action: it stops, claims the end, is cut, or is reminded."""
        left = self.problem.distance(self._state) or max(1, self._needed - len(self._rows))
        rest = self.problem.resumed(self._state, left) if self._rows else self.problem
        evidence = AnswerEvidence(rest, answer)
        said = Ending.of(label_evidence(evidence), self.taken)
        tried = evidence.any_steps or said.label is Label.MALFORMED
        claims = evidence.claims_whole >= _SURE and not tried
        match said.label:
            case Label.REFUSAL | Label.GIVE_UP:
                stop = Label.GIVE_UP if self._rows else Label.REFUSAL
                self._end = self._as_said(said, stop, said.reason)
            case Label.TRUNCATED | Label.FILTERED:
                self._end = self._as_said(said, said.label, said.reason)
            case _ if claims:
                wrong = self._wrong(_EARLY)
                self._end = replace(
                    wrong, evidence=said.evidence, probability=said.probability, confident=said.confident
                ).flagged("claims_complete")
            case _ if self._reminded < _REMINDERS:
                self._remind(answer)
            case Label.NO_ANSWER:
                self._end = self._as_said(said, Label.NO_ANSWER, "asked to act, it does not")
            case _:
                why = "its steps stand in a message, where the puzzle does not take them"
                self._end = self._as_said(said, Label.MALFORMED, why)

    def _remind(self, answer: Answer) -> None:
        self._reminded += 1
        ways = ", ".join(f"`{name}`" for name in self._names())
        lacks = "calls no tool" if self._options.style == "tools" else "has no line that begins with ACTION"
        asked = f"This message {lacks}, so that nothing has changed. Please go on with one of {ways}."
        self._due = (
            Message(role="assistant", content=said_by(answer)),
            Message(role="user", content=asked),
        )

    # --- endings

    def _ended(self, label: Label, reason: str) -> Ending:
        """Return an ending with the numbers as they stand."""
        steps = Steps.of(self._rows, self.problem.width)
        lost = None if label is Label.SOLVED else self.problem.lost_at(steps, len(self._rows))
        rejected = f"; {self._rejected:,} rejected" if self._rejected else ""
        ending = Ending(
            label=label,
            reason=f"{reason} ({len(self._rows):,} of {self._needed:,} steps taken{rejected})",
            written=len(self._rows),
            right=len(self._rows),
            lost_at=lost,
        )
        return ending.flagged("off_course") if lost is not None else ending

    def _solved(self) -> Ending:
        return self._ended(Label.SOLVED, "the steps that were taken end at the goal")

    def _wrong(self, reason: str) -> Ending:
        ended = self._ended(Label.LOGIC_ERROR, reason)
        return replace(ended, lost_at=ended.lost_at or max(1, min(len(self._rows), self._needed)))

    def _cut(self, reason: str) -> Ending:
        return self._ended(Label.TRUNCATED, reason)

    def _as_said(self, said: Ending, label: Label, reason: str) -> Ending:
        ended = self._ended(label, reason)
        return replace(ended, evidence=said.evidence, probability=said.probability, confident=said.confident)

    def _quoting(self, ending: Ending, text: str, action: _Action) -> Ending:
        """Return the ending with the action that brought it, if it is not the instrument's."""
        if ending.label in (Label.SOLVED, Label.TRUNCATED):
            return ending
        shows = "stop" if ending.label in STOPS else "first_error"
        end = min(action.end, action.start + _LONGEST)
        place = Evidence(
            turn=self.taken,
            field="tool_calls" if self._options.style == "tools" else "content",
            start=action.start,
            end=end,
            quote=text[action.start : end],
            shows=shows,
        )
        return replace(ending, evidence=(place,))


_SURE = 0.5
_EARLY = "it says that it is done before the goal"


class AgentArm(Arm):
    """Asks for actions, and answers them."""

    name = "agent"
    version = 2
    summary = "one action at a time, with tools (k steps a call; style: tools or text; look; exit; on_error)"
    options = AgentOptions
    solvable_only = True
    ends_with: ClassVar[RowKind] = RowKind.END
    play = Play.ACTIONS

    def prompt(self, problem: Problem, options: Given) -> tuple[str, ...]:
        """Return the prompt of `list`, then how to act."""
        chosen = AgentOptions.model_validate(options)
        acting = _in_tools if chosen.style == "tools" else _in_text
        return (*whole_list(problem), acting(problem.kind, chosen))

    def conditions(self, options: Given) -> Conditions:
        """Return how actions are written, and whether giving up is one."""
        chosen = AgentOptions.model_validate(options)
        return Conditions(way_out=chosen.exit == "offered", harness=Harness(chosen.style))

    def fields(self, problem: Problem, options: Given) -> dict[str, Any]:
        """Return the tools."""
        chosen = AgentOptions.model_validate(options)
        return {"tools": tools(problem.kind, chosen)} if chosen.style == "tools" else {}

    def dialogue(self, trial: Trial, problem: Problem) -> Dialogue:
        """Return a conversation of actions and what became of them."""
        return Actions(trial, problem)

    def workload(self, problem: Problem, options: Given, whole: Workload) -> Workload:
        """Return as many turns as a solution needs, each with half of the conversation before it."""
        requests = ceil((problem.fewest_steps or 1) / AgentOptions.model_validate(options).k)
        answer = ceil(whole.answer_characters / requests) + _CALL
        told = _CALL + len(problem.describe(problem.start))
        return Workload(requests, whole.prompt_characters + requests * (answer + told) // 2, answer)


_CALL = 60
"""Characters around the steps of a call, and around what is told of it."""
ARM = AgentArm()
