"""The demonstration: three simulated respondents asked over real HTTP; two fail for opposite reasons."""

from evals.endpoints import EndpointSettings
from evals.plan.spec import PuzzleChoice, Spec
from evals.record.trial import Sampling

RESPONDENTS = ("steady", "tired", "careless")

NOTE = (
    "The three respondents are simulated: a server on this machine plays them, and their truth is known.\n"
    "'tired' never errs but stops on long tasks; 'careless' always finishes but errs; 'steady' seldom errs."
)
NEXT = """Next, ask a real model (each line is a whole command):
  cantwont plan --spec quick
  cantwont run --model ollama/llama3.2 --spec quick --out runs/ollama
  cantwont run --model vllm/NAME --spec quick --out runs/vllm
  cantwont run --model openai/gpt-4.1-mini --spec quick --max-tokens 16000 --out runs/openai
and compare: cantwont report runs/ollama runs/vllm"""


def demo_spec(base_url: str) -> Spec:
    """Return what the demonstration asks of a simulated server at this address."""
    return Spec(
        name="demo",
        models=tuple(f"sim/{name}" for name in RESPONDENTS),
        # Sizes a doubling apart on both sides of where two of them fail half of the time: docs/planning.md.
        puzzles=(
            PuzzleChoice(
                name="hanoi", sizes=(3, 4, 5, 6, 7, 8), parameters={"names": "renamed"}, instances=10
            ),
        ),
        arms=("list", "insist"),
        sampling=Sampling(max_tokens=32_000),
        endpoints={"sim": EndpointSettings(base_url=base_url, simulated=True)},
    )
