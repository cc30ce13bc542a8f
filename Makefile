# `make demo` and `make test` do all the set-up themselves: Python 3.11 or newer and make are enough.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(shell command -v uv 2>/dev/null)
READY  := $(VENV)/.ready
TOOLS  := .venv-tools

.PHONY: demo test test-slow test-servers test-interop test-browser test-scale suites check bench train train-check fuzz attacks crash mutants wheel sbom site pin clean

demo: $(READY)
	$(BIN)/cantwont demo

test: $(READY)
	$(BIN)/pytest -m "not slow" --numprocesses auto --maxprocesses 4 --dist loadfile

# The rest of them, which start whole processes or compute for long. Every push runs both.
test-slow: $(READY)
	$(BIN)/pytest -m slow --numprocesses auto --maxprocesses 4 --dist loadfile

# Against servers of others, in environments of their own: docs/test-servers.md.
test-servers: $(READY)
	$(BIN)/python -m pytest tests_servers

# With the tools of others, in environments of their own: docs/harnesses.md.
test-interop: $(READY)
	$(BIN)/python -m pytest tests_interop

# The viewer in a browser, from an environment of its own: docs/view.md.
test-browser: $(READY)
	$(BIN)/python -m pytest tests_browser

# A real Ray cluster and a real S3 server, from an environment of their own: docs/scale.md.
test-scale: $(READY)
	$(BIN)/python -m pytest tests_scale

# All that takes long: each has environments of its own, or trains for minutes.
suites: test-servers test-interop test-browser test-scale train-check attacks crash mutants

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m benchmarks

# What sentences do, learnt from tests/acts/sentences: the weights, and the page that says how good they are.
train: $(READY)
	$(BIN)/python -m tests.acts --train --report

# Whether training again, from the sentences on, gives the weights that are shipped.
train-check: $(READY)
	$(BIN)/python -m tests.acts --check

# Hostile files, given to every command: ten minutes.
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz --seconds 600 --seed $${SEED:-0}

# Attacked from outside, other attacks for each SEED, and a table of what came of it: ten minutes. docs/attacks.md.
attacks: $(READY)
	$(BIN)/python -m tests_attacks --seed $${SEED:-0}

# Killed, out of power, out of disk, raced, at odd times: what a run loses, 520 rounds of it. docs/records.md.
crash: $(READY)
	$(BIN)/python -m tests_crash --rounds 40

# Whether the tests notice a slip: small changes of modules, held against the tests beside each. docs/mutants.md.
mutants: $(READY)
	$(BIN)/python -m tests_mutants

# Built, installed into an empty environment, and tried there.
wheel: $(READY)
	.ci/wheel

# What an installation of cantwont consists of, as CycloneDX JSON: SECURITY.md.
sbom: $(READY) $(TOOLS)/.ready
	@mkdir -p dist
	$(TOOLS)/bin/python .ci/sbom.py $(VENV) --out dist/cantwont.cdx.json

# The documentation as a site in build/site/html, with the gallery of example reports.
site: $(READY) $(TOOLS)/.ready
	$(BIN)/python docs/site/build.py build/site
	$(TOOLS)/bin/zensical build --strict --config-file build/site/zensical.toml

# After a change of constraints.txt: the hashes of its versions.
pin: $(TOOLS)/.ready
	.ci/pin

clean:
	rm -rf $(VENV) $(TOOLS)

# Only files whose hash stands in hashes.txt are installed, and only packages that stand there.
$(READY): pyproject.toml hashes.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "cantwont needs Python 3.11 or newer; $(PYTHON) is older. Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
ifneq ($(UV),)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes --requirement hashes.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement hashes.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	@touch $@

# The maintainers' tools, in an environment of their own.
$(TOOLS)/.ready: .ci/tools.txt
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .ci/tools.txt
	@touch $@
