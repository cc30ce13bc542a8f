"""What a run was asked with is one entry as long as it stays the same, and changes stand after it."""

from evals.record.provenance import (
    MOST_FINGERPRINTS,
    Checkout,
    ModelFile,
    Provenance,
    ServerFacts,
    with_facts,
    with_fingerprint,
)

FILE = ModelFile(name="m.gguf", bytes=9, modified="2026-01-01T00:00:00+00:00")
HASHED = FILE.model_copy(update={"sha256": "ab" * 32})


def facts(at: str = "2026", **more: object) -> ServerFacts:
    return ServerFacts.model_validate({"at": at, "software": "llama.cpp", "version": "b1", **more})


def test_the_same_again_is_no_new_entry() -> None:
    known = with_facts((), facts())
    assert with_facts(known, facts("2027")) == known == (facts(),)


def test_what_was_not_known_before_is_filled_in() -> None:
    """Also a hash that was ready later; one that is known is not forgotten."""
    known = with_facts((facts(file=FILE),), facts("2027", file=HASHED))
    assert known == (facts(file=HASHED),)
    assert with_facts(known, facts("2028", file=FILE)) == known
    assert with_facts(known, ServerFacts(at="2028", digest="d")) == (facts(file=HASHED, digest="d"),)


def test_what_has_changed_stands_in_an_entry_of_its_own() -> None:
    before, upgraded = facts(fingerprints=("f1",)), facts("2027", version="b2")
    assert with_facts((before,), upgraded) == (before, upgraded)
    other = facts("2027", file=HASHED.model_copy(update={"modified": "2026-02-02T00:00:00+00:00"}))
    assert with_facts((facts(file=HASHED),), other) == (facts(file=HASHED), other)


def test_fingerprints_are_kept_in_their_order_and_not_without_end() -> None:
    known = with_fingerprint((), "f0", "2026")
    assert known == (ServerFacts(at="2026", fingerprints=("f0",)),)
    for number in (1, 0, 2):
        known = with_fingerprint(known, f"f{number}", "2027")
    assert known == (ServerFacts(at="2026", fingerprints=("f0", "f1", "f2")),)
    for number in range(100):
        known = with_fingerprint(known, f"f{number}", "2027")
    assert len(known[0].fingerprints) == MOST_FINGERPRINTS
    assert len(with_fingerprint((facts(), facts("2027")), "f", "2028")[0].fingerprints) == 0


def test_in_words() -> None:
    asked = Provenance(at="2026", python="CPython 3.12.1", platform="Linux", packages={"httpx": "1.0"})
    assert asked.describe() == "CPython 3.12.1, Linux, httpx 1.0"
    for dirty, told in ((True, " with changes"), (False, ""), (None, ", perhaps with changes")):
        checkout = Checkout(commit="0123456789abcdef" * 2 + "01234567", dirty=dirty)
        within = asked.model_copy(update={"git": checkout})
        assert within.describe() == f"CPython 3.12.1, Linux, httpx 1.0, git 0123456789ab{told}"
        assert not within.is_like(asked)
    assert asked.is_like(asked.model_copy(update={"at": "2027"}))
    said = facts(file=HASHED, digest="sha256:d", header="llama.cpp", fingerprints=("f1", "f2", "f3"))
    assert said.describe() == (
        "llama.cpp b1, digest sha256:d, file m.gguf (sha256 abababababab), "
        "fingerprint f1 at first, 2 more later"
    )
    alone = ServerFacts(at="2026", header="uvicorn", fingerprints=("f1",))
    assert alone.describe() == "server uvicorn, fingerprint f1"
    assert ServerFacts(at="2026").describe() == ""


def test_how_many_fingerprints_are_kept() -> None:
    """Ten; and the first twelve digits of what is long are shown."""
    known = with_fingerprint((), "f", "2026")
    for number in range(20):
        known = with_fingerprint(known, str(number), "2027")
    assert known[0].fingerprints == ("f", *map(str, range(9)))
    said = ServerFacts(at="2026", digest="0123456789abcdef", file=FILE, fingerprints=("f", "g"))
    assert said.describe() == "digest 0123456789ab, file m.gguf, fingerprint f at first, 1 more later"
    assert facts(header="nginx").describe() == "llama.cpp b1, server nginx"


def test_a_file_that_was_read_on_another_machine_is_the_same() -> None:
    """As long as nothing else of it differs; a hash that differs is another file, and so is another name."""
    bare = ServerFacts(at="2027", file=FILE)
    assert with_facts((facts(file=HASHED), facts(file=HASHED, version="b2")), bare)[1].file == HASHED
    for other in (
        HASHED.model_copy(update={"sha256": "cd" * 32}),
        FILE.model_copy(update={"name": "n.gguf"}),
    ):
        assert len(with_facts((facts(file=HASHED),), ServerFacts(at="2027", file=other))) == 2
    first = (facts(), facts("2027", version="b2"))
    assert with_facts(first, ServerFacts(at="2028", header="h")) == (
        first[0],
        facts("2027", version="b2", header="h"),
    )
    assert with_fingerprint(first, "f", "2028")[1].fingerprints == ("f",)
