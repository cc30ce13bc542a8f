"""Tables of numbers, and rows by a key, for files of any size."""

from evals.importers._joined import KeyedRows
from evals.importers._tables import NumberTable


def test_numbers() -> None:
    """The first number of a key stays; counting goes on from it, through all growth."""
    table = NumberTable()
    assert [table.put(f"k{n}", n) for n in range(20_000)] == [None] * 20_000
    assert [table.put(f"k{n}", 0) for n in range(20_000)] == list(range(20_000))
    assert [table.get(f"k{n}") for n in (0, 19_999, 20_000)] == [0, 19_999, None]
    assert len(table) == 20_000
    assert [table.add(("m", 1)) for _ in range(4)] == [0, 1, 2, 3]


def test_keyed_rows() -> None:
    """Rows are found in any order, also between additions; of two with a key, the first."""
    with KeyedRows() as rows:
        rows.add("a", {"n": "ä\n"})
        rows.add("b", b'{"n": 2}')
        assert rows.get("b") == {"n": 2}
        rows.add("a", {"n": 3})
        rows.add("c", {"n": 4})
        assert (rows.get("a"), rows.get("c"), rows.get("d")) == ({"n": "ä\n"}, {"n": 4}, None)
        assert len(rows) == 3
