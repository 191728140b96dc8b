# `make demo` and `make test` set up everything they need; a second run installs nothing.
PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-slow lint unit bench bench-labels bench-probes bench-peers bench-survival screenshots example-study clean

demo: $(READY)
	$(BIN)/workbench demo

test: lint unit

# Four at once, also on two cores: many tests wait for a process that they started.
unit: $(READY)
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

# What takes half a minute or more a test; `make test` leaves it out.
test-slow: $(READY)
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder -m slow

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m benchmarks.ranks --write docs/benchmarks.md
	$(BIN)/python -m benchmarks.embedding --write docs/benchmarks.md
	$(BIN)/python -m benchmarks.decoding --write docs/benchmarks.md
	$(BIN)/python -m benchmarks.store --write docs/benchmarks.md
	$(BIN)/python -m benchmarks.keys --write docs/benchmarks.md
	$(BIN)/python -m benchmarks.clusters --write docs/benchmarks.md
	$(BIN)/python -m benchmarks.false_negatives --write docs/false-negatives.md

# How right the labelers are; DATA holds label_pairs and natural_failures, which are not kept here.
DATA ?= ../shared/data
bench-labels: $(READY)
	HF_HUB_OFFLINE=1 $(BIN)/python -m benchmarks.labels --data $(DATA) --write docs/labelers.md

# What a model does not see, and whether that helps to name the cause of a failure.
bench-probes: $(READY)
	HF_HUB_OFFLINE=1 $(BIN)/python -m benchmarks.probes --write docs/probes.md

# What random kills do to jobs.
bench-survival: $(READY)
	$(BIN)/python -m benchmarks.survival --write docs/survival.md

# What users would otherwise use, in an environment of its own; takes up to an hour.
bench-peers: $(PEERS)/.ready
	$(PEERS)/bin/python -m benchmarks.peers --write docs/benchmarks.md

$(PEERS)/.ready: $(READY) benchmarks/peers-requirements.txt
	$(BIN)/python -m benchmarks.peers_environment $(PEERS)
	@touch $@

screenshots: $(READY)
	TEXTUAL_COLOR_SYSTEM=truecolor $(BIN)/python -m docs.screenshots

# What the sample's models fail at, measured in a new workspace: about five minutes.
example-study: $(READY)
	HF_HUB_OFFLINE=1 $(BIN)/python -m docs.example_study

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3.11."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
	    || { rm -rf $(VENV); echo "Python cannot make environments here: apt install python3-venv."; exit 1; }
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) $(PEERS) build *.egg-info
