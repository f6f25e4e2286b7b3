# One command each. `make` alone explains them.

PYTHON ?= $(shell command -v python3 || command -v python)
BIN := .venv/bin
UV := .tools/bin/uv
READY := .venv/.ready
FAST := not rasa and not stack and not slow

export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3
# Of the two hundred handoffs amid killed processes (docs/channels.md), so many whenever everything is tested.
export HANDOFFS ?= 40

.DEFAULT_GOAL := help
.PHONY: help run test check style types fast-1 fast-2 fast heard slow-1 slow-2 train lint bench clean
MAKEFLAGS += --no-print-directory

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' Makefile

run: $(READY) ## start the demo shop and print its addresses (ARGS="--no-train" and others: see attune up --help)
	@$(BIN)/attune up $(ARGS)

check: $(READY) ## the fast half, for every save: style, types, and the tests that need no Rasa
	@$(MAKE) -j4 -Otarget style types fast-1 fast-2

style:
	@$(BIN)/ruff check --quiet .

types:
	@$(BIN)/mypy --no-error-summary

# Two halves at once; the databases they make lie in memory where the machine has room for that.
fast-1: ROOMS := tests/[a-g]*/
fast-2: ROOMS := tests/[h-z]*/
fast-1 fast-2:
	@QUICK=1 PYTEST_DEBUG_TEMPROOT=$(wildcard /dev/shm) $(BIN)/python -m pytest -q -x -m "$(FAST)" $(ROOMS)

test: $(READY) ## everything, the fast things first; shows each part when it has ended, which takes a while
	@$(MAKE) -j2 -Otarget slow-1 slow-2

# Two lines of work, each taking most of one processor.
fast: style types
	@$(BIN)/python -m pytest -q -m "$(FAST)"
	@$(BIN)/attune lint
	@$(BIN)/attune check
	@$(BIN)/rasa data validate

heard: train
	@$(BIN)/rasa test core --model models/attune.tar.gz --stories tests/stories --out results/core --no-plot --fail-on-prediction-errors
	@$(BIN)/rasa test nlu --model models/attune.tar.gz --nlu tests/nlu --out results/nlu --no-plot
	@$(BIN)/python tools/require_f1.py results/nlu/intent_report.json 0.90

slow-1: WHICH := (rasa or slow) and not stack or takes
slow-1: fast train
slow-2: WHICH := stack and not takes
slow-2: heard
slow-1 slow-2:
	@$(BIN)/python -m pytest -m "$(WHICH)" --durations=15

train: $(READY) ## train the demo shop, if anything changed
	@$(BIN)/attune up --train-only

lint: $(READY) ## wordings and wiring: attune lint, attune check
	$(BIN)/attune lint
	$(BIN)/attune check

bench: $(READY) ## how well and how fast, beside its peers; takes most of an hour
	@for bench in bench/nlu.py bench/detection bench/lints bench/audit_ledger.py bench/planted.py bench/drift_report.py bench/quiet_years.py bench/wordings_on_trial.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

clean: ## take away everything made here: environment, tools, models, caches, conversations
	rm -rf .venv .tools .rasa models results var .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv reads .python-version and finds CPython 3.10 on this machine or fetches it.
$(READY): uv.lock pyproject.toml .python-version tools/bootstrap.py
	@$(if $(PYTHON),,$(error No python3 was found. Install any Python 3.8 or newer, then run this again))$(PYTHON) tools/bootstrap.py > /dev/null
	@$(UV) sync --frozen
	@touch $@
