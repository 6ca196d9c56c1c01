# Everyday commands; `make help` lists them.
# the first interpreter that really runs and is new enough (a version manager may show names that do not)
PYTHON ?= $(shell for v in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$v -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$v && break; done)
BIN := .venv/bin
ROOMS := app tasks connectors mappings ledger sandbox
# Compiled files are kept, also where an image says otherwise: else each of the many processes that the demo and the
# tests start compiles some 800 files anew, which takes longer than all else that it does to start.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup demo test check fmt lock bench clean
help:   ## list these commands
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/'

setup: .venv/.ready ## make .venv with the cartbooks command (quick when nothing changed)
.venv/.ready: requirements.lock pyproject.toml Makefile
	@test -n "$(PYTHON)" || { echo "Cartbooks needs Python 3.11 or newer and found none. Install one, or name it: make setup PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is incomplete here. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@$(BIN)/uv pip install --quiet --require-hashes --python $(BIN)/python -r requirements.lock
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	@touch $@

demo: setup ## the whole way of 25 orders: sandbox store to sandbox books, live
	@$(BIN)/cartbooks demo

check: setup ## formatting, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## check, then every test with a real Redis; those that start real processes come last, and the tests of a file share its house
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not processes"
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m processes

fmt: setup ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: setup ## pin what pyproject.toml allows
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group dev --all-extras --no-header pyproject.toml -o requirements.lock

bench: setup ## count the calls that the work costs, time a change of stock, and see how a full look grows with the catalogue
	$(BIN)/python bench/calls.py
	$(BIN)/python bench/catalogue.py
	$(BIN)/python bench/stock.py
	$(BIN)/python bench/reconcile.py
	$(BIN)/python bench/backfill.py
	$(BIN)/python bench/latency.py
	$(BIN)/python bench/growth.py

clean: ## remove what the demo and the tests leave
	rm -rf .demo .pytest_cache .mypy_cache .ruff_cache
