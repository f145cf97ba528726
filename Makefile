.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help
help: ## show this help
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/stamp: pyproject.toml requirements.lock requirements-node.lock hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit("Pledge needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(PIP) install -q --no-deps --require-hashes -r requirements.lock
	@command -v npm > /dev/null || $(PIP) install -q --no-deps --require-hashes -r requirements-node.lock
	$(PIP) install -q --no-deps --no-build-isolation -e .
	$(PIP) check -q
	@touch $@

.PHONY: assets
assets: .venv/stamp
	@$(BIN)/python hatch_build.py > /dev/null

.PHONY: run
run: assets ## serve the invented demo county on http://127.0.0.1:8000 and print a sign-in for each role
	PLEDGE_DATABASE_URL=$${PLEDGE_DATABASE_URL:-sqlite:///var/demo.sqlite} $(BIN)/pledge serve --demo --port $(PORT)

.PHONY: tools
tools: .venv/stamp
	@$(BIN)/python tests/support/tools.py

.PHONY: lint
lint: .venv/stamp ## ruff, mypy strict, who may call whom, and what the documents name
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/support/docs.py

.PHONY: test
test: assets tools lint ## every check and every test, on SQLite and on PostgreSQL
	$(BIN)/pledge questionnaires check
	$(BIN)/python tests/suites.py

.PHONY: bench
bench: assets tools ## print every figure with its goal, and with its peers in the same run; say which goals are missed
	$(BIN)/python tests/benchmarks/run.py

.PHONY: soak
soak: assets tools ## the long tests: the same code with full numbers
	$(BIN)/pytest -m soak --soak
	$(BIN)/pytest -m soak --soak --database postgres

.PHONY: mutate
mutate: assets ## change the rules a little, everywhere, and say what no test notices (RULES="scoring places")
	$(BIN)/python tests/mutation/run.py $(RULES)

.PHONY: screenshots
screenshots: assets tools ## take the README's screenshots from the demo county
	$(BIN)/python docs/screenshots.py
