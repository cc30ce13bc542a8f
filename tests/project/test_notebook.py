"""The example notebook: its cells run one after the other, and show what its text says."""

import json
from pathlib import Path
from typing import Any

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebook.ipynb"


def test_the_notebook_runs() -> None:
    """As a kernel would run it; it is committed without outputs."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    names: dict[str, Any] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)
    table = names["found"].set_index(["model", "arm", "axis"])
    assert table.loc[("tired", "list", "willing"), "estimate"] < 256
    assert names["given_up"].label == "give_up"
