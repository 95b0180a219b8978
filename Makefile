# make demo | run | test | check | faults | bench | help      (Python 3.11 to 3.13; everything else is installed into .venv)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_FLAGS ?=
# Tests wait more than they work: more of them than cores
PYTEST_FLAGS ?= -n 3

# Coverage doubles what a test costs. These would add next to nothing to it, and run without
PLAIN := long or postgresql or browser

.DEFAULT_GOAL := help
.PHONY: help demo run test check lint types contracts cover plain faults bench lock clean

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/.demo ## the whole bot in the browser: no token, no internet (DEMO_FLAGS="--port 9000 --no-browser")
	@$(BIN)/tickerbot demo $(DEMO_FLAGS)

run: $(VENV)/.run ## the bot, with the settings of .env
	@$(BIN)/tickerbot run

test: $(VENV)/.dev ## all tests; says by name what it skipped
	@$(BIN)/pytest -rfEs $(PYTEST_FLAGS)

check: $(VENV)/.dev lint types contracts cover plain ## what CI runs: lint, types, import contracts, tests with coverage

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

contracts: $(VENV)/.dev
	$(BIN)/lint-imports

cover: $(VENV)/.dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -rfEs $(PYTEST_FLAGS) -m "not ($(PLAIN))"
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --include='bot/domain/*' --fail-under=100
	$(BIN)/coverage report --fail-under=95

plain: $(VENV)/.dev
	$(BIN)/pytest -rfEs $(PYTEST_FLAGS) -m "$(PLAIN)"

faults: $(VENV)/.dev ## kills, cuts and a million chats, at length: about an hour (KILLS=50 for each database)
	KILLS=$${KILLS:-50} $(BIN)/pytest -rfEs -s tests/faults
	FULL=1 $(BIN)/pytest -rfEs -s -m long --ignore=tests/faults
	FULL=1 $(BIN)/pytest -rfEs -s $(addprefix tests/flow/test_,parser.py websub.py hostile_answers.py)

bench: $(VENV)/.dev ## how fast it is, as ratios in one run (BENCH="full_speed --quick" for some, or in short)
	$(BIN)/python -m benchmarks $(BENCH)

COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
  --no-config --upgrade pyproject.toml

lock: $(VENV)/.dev ## renews the lock files from pyproject.toml
	$(BIN)/pip install -q uv
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra demo -c requirements.lock -o requirements-demo.lock
	$(COMPILE) --extra dev -c requirements-demo.lock -o requirements-dev.lock

clean: ## removes the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*

# One environment; each stamp adds what its target needs. Editable: the code is used where it lies.
$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; assert (3, 11) <= sys.version_info[:2] <= (3, 13), "Python 3.11 to 3.13 is needed: make PYTHON=python3.12 …"'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/pip requirements.lock pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.demo: $(VENV)/bin/pip requirements-demo.lock pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-demo.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/pip requirements-dev.lock pyproject.toml
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@
