"""Mapping files: which field holds what, for formats that nobody has foreseen, and those that ship."""

from pathlib import Path
from typing import Any

import pytest

from evals.errors import ImportFailed
from evals.importers._mapping import FieldMapping, shipped
from evals.importers._statements import read_statement
from tests.evals.importers.samples import DECLINED, SOLVED, WRONG, Imported, document, lines_file

MAPPING = """
about = "A format of our own making."

[fields]
puzzle = "what.game"
model = "run[0].model"
variant = "style"
id = "key"
prompt = "asked"
answer = "run[0].said"
reasoning = "run[0].thought"
finish_reason = "run[0].end"
prompt_tokens = "run[0].in"
completion_tokens = "run[0].out"
temperature = "t"

[parameters]
size = "what.n"

[values.puzzle]
towers = "hanoi"

[values.finish_reason]
full = "length"

[values.variant]
"0" = "list"

[constants]
max_tokens = 64
"""


def row(**changes: Any) -> dict[str, Any]:
    ran = {"model": "m", "said": SOLVED, "thought": "Hm.", "end": "eos", "in": 5, "out": 9}
    return {
        "key": 7,
        "what": {"game": "towers", "n": 2},
        "style": 0,
        "asked": "Move.",
        "run": [ran],
        "t": 0.5,
    } | changes


def mapped(tmp_path: Path, text: str, *rows: object) -> Imported:
    (tmp_path / "mapping.toml").write_text(text)
    file = lines_file(tmp_path / "answers.jsonl", *rows)
    return Imported(tmp_path, file, mapping=str(tmp_path / "mapping.toml"))


def test_every_field(tmp_path: Path) -> None:
    """Paths, constants and tables of values fill the record."""
    made = mapped(tmp_path, MAPPING, row(), row(key=8, run=[{"said": WRONG, "end": "full"}]))
    first, second = made.outcomes
    assert (first.trial, first.model, first.arm, first.label) == ("7", "m", "list", "solved")
    assert (first.prompt_tokens, first.completion_tokens, first.max_tokens) == (5, 9, 64)
    assert (first.temperature, first.finish_reason) == (0.5, "eos")
    assert made.rows[0].completion.reasoning == "Hm."
    assert (second.label, second.model) == ("truncated", "unnamed")


def test_rows_that_it_cannot_read(tmp_path: Path) -> None:
    """A row without what the mapping names is told, and the rest goes in."""
    made = mapped(
        tmp_path,
        MAPPING,
        row(),
        row(key=2, run=[]),
        row(key=3, what={"game": "towers"}),
        row(key=4, what={"n": 2}),
        [1],
    )
    assert made.labels == ["solved"]
    assert dict(made.summary.refused) == {"no answer": 1, "no instance": 2, "no object": 1}


def test_on_top_of_a_known_format(tmp_path: Path) -> None:
    """It says only what an importer does not know: here, where the instance stands."""
    text = '[constants]\npuzzle = "hanoi"\n[parameters]\nsize = "n"\n'
    chat = {
        "messages": [{"role": "user", "content": "Move."}, {"role": "assistant", "content": SOLVED}],
        "n": 2,
    }
    made = mapped(tmp_path, text, chat, chat | {"n": "two"})
    assert made.labels == ["solved"]
    assert dict(made.summary.refused) == {"an instance that cannot be taken": 1}


def test_last_turn_only(tmp_path: Path) -> None:
    """The examples in a prompt are no answers: `turns = "last"`."""
    text = 'turns = "last"\n[fields]\nmessages = "messages"\n[constants]\npuzzle = "hanoi"\n'
    text += '[parameters]\nsize = "n"\n'
    said = [("user", "Move."), ("assistant", WRONG), ("user", "Move."), ("assistant", SOLVED)]
    messages = [{"role": role, "content": content} for role, content in said]
    made = mapped(tmp_path, text, {"messages": messages, "n": 2})
    assert made.labels == ["solved"]
    assert [message.role for message in made.rows[0].messages] == ["user", "assistant", "user"]


def test_rows_of_another_file(tmp_path: Path) -> None:
    """What a row does not hold may stand in another file, by a key."""
    (tmp_path / "mapping.toml").write_text(
        '[join]\non = "task"\nwith = "name"\n[fields]\nanswer = "said"\nid = "n"\nprompt = "joined.asked"\n'
        '[parameters]\nsize = "joined.size"\n[constants]\npuzzle = "hanoi"\n'
    )
    tasks = lines_file(
        tmp_path / "tasks.jsonl", {"name": "t1", "size": 2, "asked": "Move."}, {"name": "t2", "size": 3}
    )
    said = lines_file(
        tmp_path / "said.jsonl",
        {"n": 1, "task": "t2", "said": SOLVED},
        {"n": 2, "task": "t1", "said": SOLVED},
        {"n": 3, "task": "t9", "said": SOLVED},
    )
    made = Imported(tmp_path, tasks, said, mapping=str(tmp_path / "mapping.toml"))
    assert made.labels == ["logic_error", "solved"]
    assert dict(made.summary.refused) == {"no instance": 1}
    assert [message.content for message in made.rows[1].messages] == ["Move."]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[fields", "is not TOML"),
        ("[fieldz]\n", "unknown field 'fieldz'; known are"),
        ('[fields]\nanswr = "a"\n', "unknown field 'fields.answr'; known are answer,"),
        ("[fields]\nanswer = 7\n", "'fields.answer' must be a path such as 'a.b[0]', not 7"),
        ('[fields]\nanswer = "a["\n', "'fields.answer' is no path: 'a['; write a.b[0].c"),
        ('[fields]\nmodel = "a[*]"\n', "[*] stands only in the path of 'answer'"),
        ("[fields]\nanswer = []\n", "must have 1 to 20 paths"),
        ('turns = "some"\n', "'turns' must be 'all' or 'last', not 'some'"),
        ('reader = "x"\n', "'reader' must be 'planbench', not 'x'"),
        ("fields = 7\n", "'fields' must be a table"),
        ('[values]\nmodel = "x"\n', "'values.model' must be a table of values"),
        ("[join]\nrows = 7\n", "'join.rows' must be a text"),
    ],
)
def test_faulty_mappings(text: str, told: str, tmp_path: Path) -> None:
    """What a mapping says wrongly is named."""
    (tmp_path / "m.toml").write_text(text)
    with pytest.raises(ImportFailed) as caught:
        FieldMapping.load(str(tmp_path / "m.toml"))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_mapping(tmp_path: Path) -> None:
    """The complaint names those that come with cantwont."""
    with pytest.raises(ImportFailed, match=r"longcot, planbench, reasoning-gym come with cantwont"):
        FieldMapping.load(str(tmp_path / "none.toml"))


def test_shipped_mappings() -> None:
    """Each is valid, says what it was made from, and is chosen by a file's first words."""
    for name, path in shipped().items():
        assert "documentation" in path.read_text()
        assert FieldMapping.load(name).known_by


# --- reasoning-gym, written in its shape


def hanoi_metadata(**changes: Any) -> dict[str, Any]:
    return {"num_disks": 2, "num_pegs": 3, "start_peg": 1, "target_peg": 2, "auxiliary_pegs": [3]} | changes


SENTENCES = (
    "Move disk 1 from Peg 1 to Peg 3\nMove disk 2 from Peg 1 to Peg 2\nMove disk 1 from Peg 3 to Peg 2"
)


@pytest.mark.parametrize("named", [True, False])
def test_reasoning_gym(named: bool, tmp_path: Path) -> None:
    """Each completion is an answer; metadata may be an object, or text as Python writes it."""
    said = [f"<answer>{SENTENCES}</answer>", DECLINED]
    new: dict[str, Any] = {
        "question": "Solve.",
        "best_full_model_response": said[0],
        "metadata": hanoi_metadata(),
    }
    new["completions"] = [{"model_answer": "x", "full_model_response": text} for text in said]
    old: dict[str, Any] = {"question": "Solve.", "full_model_response": "Move disk 1 from Peg 1 to Peg 3"}
    other: dict[str, Any] = {"question": "Sort.", "full_model_response": "a", "metadata": {"words": []}}
    files = [
        document(
            tmp_path / "tower_of_hanoi.json",
            {"name": "tower_of_hanoi", "system_prompt": "S", "results": [new]},
        ),
        document(
            tmp_path / "old" / "tower_of_hanoi.json",
            {
                "dataset_name": "tower_of_hanoi",
                "model": "m",
                "results": [old | {"metadata": str(hanoi_metadata())}],
            },
        ),
        document(tmp_path / "word_sorting.json", {"name": "word_sorting", "results": [other]}),
    ]
    made = Imported(tmp_path, *files, mapping="reasoning-gym" if named else None)
    assert sorted(made.labels) == ["logic_error", "refusal", "solved"]
    assert dict(made.summary.refused) == {"no instance": 1}
    assert [message.role for message in made.rows[0].messages] == ["system", "user"]


# --- LongCoT, written in its shape


def question(name: str, start: list[list[int]], goal: list[list[int]]) -> dict[str, Any]:
    instance = {"initial_state": start, "goal_state": goal}
    return {"question_id": name, "domain": "logic", "prompt": "Solve.", "problem": {"instance": instance}}


def test_longcot(tmp_path: Path) -> None:
    """Responses find their questions in another file; other templates, and calls that failed, are told."""
    questions = [
        question("Hanoi_easy_1", [[2, 1], [], []], [[], [], [2, 1]]),
        question("BlocksWorld_easy_1", [[1, 2], [], []], [[], [], [2, 1]]),
        question("Sudoku_easy_1", [], []),
    ]
    answers = {
        "Hanoi_easy_1": f"solution = {SOLVED}",
        "BlocksWorld_easy_1": "solution = [[2, 0, 2], [1, 0, 2]]",
        "Sudoku_easy_1": "solution = []",
    }
    responses = [
        {
            "question_id": name,
            "successful": True,
            "response_text": said,
            "model": "m",
            "usage": {"output_tokens": 3},
        }
        for name, said in answers.items()
    ]
    failed = {"question_id": "Hanoi_easy_1", "successful": False, "errors": []}
    file = lines_file(tmp_path / "logic_easy_m.jsonl", *responses, failed)
    made = Imported(tmp_path, file, document(tmp_path / "easy.json", {"questions": questions}))
    assert {outcome.trial: str(outcome.label) for outcome in made.outcomes} == {
        "Hanoi_easy_1": "solved",
        "BlocksWorld_easy_1": "solved",
    }
    assert dict(made.summary.refused) == {"an instance that cannot be taken": 1, "successful is not True": 1}


# --- PlanBench, written in its shape

_FACTS = (
    "the orange block is clear, the yellow block is clear, the hand is empty, the orange block is on top of "
    "the blue block, the blue block is on the table and the yellow block is on the table"
)
_GOAL = "the blue block is on top of the yellow block"
_OTHER_FACTS = (
    "object a craves object b, harmony, planet object b, planet object c, province object a and "
    "province object c"
)
_OTHER_GOAL = "object b craves object c"
_RULES = """
    To perform Attack action, the following facts need to be true: Province object, Planet object, Harmony.
    Once Attack action is performed the following facts will be true: Pain object.
    To perform Succumb action, the following facts need to be true: Pain object.
    To perform Overcome action, the following needs to be true: Province other object, Pain object.
    To perform Feast action, the following needs to be true: Object Craves other object, Province object, \
Harmony.
"""
_WORDS = {
    "Attack": "1jpk", "Feast": "xptx", "Succumb": "9big", "Overcome": "2ijg", "Province": "aqcj",
    "Planet": "51nb", "Harmony": "3cov", "Pain": "gk5a", "Craves": "4DMF",
}  # fmt: skip


def statement(facts: str, goal: str, plan: str = "") -> str:
    end = f"\n{plan}\n[PLAN END]\n\n" if plan else ""
    return (
        f"[STATEMENT]\nAs initial conditions I have that, {facts}.\nMy goal is to have that {goal}.\n\n"
        f"My plan is as follows:\n\n[PLAN]{end}"
    )


def in_other_words(text: str) -> str:
    for word, other in _WORDS.items():
        text = text.replace(word, other).replace(word.lower(), other.lower())
    return text


PLAIN = statement(_FACTS.replace("yellow", "red"), "the red block is clear", "…") + statement(_FACTS, _GOAL)
MYSTERY = _RULES + statement(_OTHER_FACTS, _OTHER_GOAL)
PLAN = (
    "unstack the orange block from on top of the blue block\nput down the orange block\n"
    "pick up the blue block\nstack the blue block on top of the yellow block\n[PLAN END]"
)
OTHER_PLAN = (
    "feast object a from object b\nsuccumb object a\nattack object b\novercome object b from object c"
)


def test_planbench(tmp_path: Path) -> None:
    """The instance is read from the prompt, in plain words and in others; what asks for no plan is told."""
    said = [
        (PLAIN, PLAN),
        (MYSTERY, OTHER_PLAN),
        (in_other_words(MYSTERY), in_other_words(OTHER_PLAN)),
        (
            PLAIN,
            "unstack the orange block from on top of the blue block\n... and continue until the goal holds",
        ),
        (PLAIN, "(pick-up blue)\n(stack blue yellow)"),
        (f"{PLAIN}\n\n[VERIFICATION]", "The above plan is valid."),
        ("Drive the truck.", "drive truck"),
    ]
    instances = [
        {
            "instance_id": at,
            "query": query,
            "ground_truth_plan": "",
            "llm_raw_response": text,
            "llm_correct": False,
        }
        for at, (query, text) in enumerate(said)
    ]
    instances.append({"instance_id": 99, "query": PLAIN, "ground_truth_plan": ""})
    file = document(
        tmp_path / "blocksworld" / "gpt-4_chat" / "task_1_plan_generation.json",
        {"task": "task_1_plan_generation", "prompt_type": "oneshot", "domain": "b", "instances": instances},
    )
    other = document(tmp_path / "blocksworld" / "other" / "task_1_plan_generation.json", {
        "task": "task_1_plan_generation", "prompt_type": "oneshot", "instances": instances[:1], "engine": "e",
    })  # fmt: skip
    made = Imported(tmp_path, file, other)
    labels = {(outcome.trial, outcome.model): str(outcome.label) for outcome in made.outcomes}
    assert labels == {
        ("0", "gpt-4_chat"): "solved",
        ("1", "gpt-4_chat"): "solved",
        ("2", "gpt-4_chat"): "solved",
        ("3", "gpt-4_chat"): "give_up",
        ("4", "gpt-4_chat"): "logic_error",
        ("0/other/task_1_plan_generation.json/e/oneshot", "e"): "solved",
    }
    assert dict(made.summary.refused) == {"no instance": 2, "no answer": 1}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Hello.", "it has no statement"),
        ("As initial conditions I have that, x.", "its last statement has no goal"),
        (statement("the sky is blue", _GOAL), "its words for facts about blocks are not explained"),
        (statement(_FACTS, "the moon is full"), "'the moon is full' is no fact about blocks"),
        (statement(_FACTS, _GOAL) + "\n[VERIFICATION]", "what it asks for is no plan"),
        (_RULES + statement("object a loves object b", _OTHER_GOAL), "'object a loves object b' is no fact"),
    ],
)
def test_faulty_statements(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_statement(text)
