# Pintail: `make run` starts it, `make test` proves it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
OWN := $(or $(PINTAIL_DB),data/pintail.duckdb)
DB ?= $(or $(if $(DEMO),,$(wildcard $(OWN))),data/demo.duckdb)

.DEFAULT_GOAL := help
.PHONY: help run test slow check lint types bench docs translations lock clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk 'BEGIN {FS = ":.*## "} {printf "  make %-14s %s\n", $$1, $$2}'

run: $(READY) ## set up and start: your company, or the demo (DEMO=1 always, DB=FILE another file)
	@$(BIN)/python app.py --db $(DB)$(if $(filter-out data/demo.duckdb,$(wildcard $(DB))),, --demo)

test: $(READY_DEV) ## set up and run the tests, without the slow ones
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/pytest -m "not slow" -n auto --dist loadfile

slow: $(READY_DEV) ## run the slow tests: kills, long property tests
	$(BIN)/pytest -m slow

check: lint types test ## lint, types and tests

lint: $(READY_DEV) ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY_DEV) ## types
	$(BIN)/mypy

bench: $(READY_DEV) ## speed against the bare engine, and with a hundred people
	$(BIN)/python -m benchmarks

docs: $(READY) ## write the data dictionary anew
	$(BIN)/python -m crm.dictionary > docs/data-dictionary.md

translations: $(READY_DEV) ## extract, merge and compile the catalogues
	$(BIN)/python -m crm.locale.update

lock: $(READY_DEV) ## pin everything below requirements.txt and requirements-dev.txt
	$(BIN)/uv pip compile -q --no-header --no-emit-index-url --no-annotate requirements.txt -o requirements.lock
	$(BIN)/uv pip compile -q --no-header --no-emit-index-url --no-annotate -c requirements.lock requirements-dev.txt -o requirements-dev.lock

clean: ## remove what set-up and caches made, but no data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Pintail needs Python 3.11 or newer: make PYTHON=python3.11 …") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(READY): $(VENV)/bin/python requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

$(READY_DEV): $(READY) requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	@touch $@
