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
  cantwont run --model ollama/llama3.2 --puzzle hanoi:3-7 --puzzle counting:16,64,256 --out runs/ollama
  cantwont run --model vllm/NAME --puzzle hanoi:3-7 --repeats 3 --out runs/vllm
  cantwont run --model openai/gpt-4.1-mini --puzzle hanoi:3-7 --max-tokens 16000 --out runs/openai
and compare: cantwont report runs/ollama runs/vllm"""


def demo_spec(base_url: str) -> Spec:
    """Return what the demonstration asks of a simulated server at this address."""
    return Spec(
        name="demo",
        models=tuple(f"sim/{name}" for name in RESPONDENTS),
        puzzles=(
            PuzzleChoice(name="hanoi", sizes=(3, 5, 7, 9)),
            PuzzleChoice(name="river_crossing", sizes=(6, 12, 24)),
            PuzzleChoice(name="running_sum", sizes=(16, 64, 256)),
            PuzzleChoice(name="counting", sizes=(15, 63, 255, 1023)),
        ),
        arms=("list", "insist"),
        repeats=5,
        sampling=Sampling(max_tokens=32_000),
        endpoints={"sim": EndpointSettings(base_url=base_url, simulated=True)},
    )
