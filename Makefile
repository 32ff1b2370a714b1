# `make` sets up and starts the dashboard; `make test` sets up and runs every check.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin

# Whatever the environment says: two processes of tests and dozens of servers compile a module once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test pytest test-js snapshots lint fuzz bench load picture clean

run: $(VENV)/.installed
	$(BIN)/gatescope

# Lint beside the tests: mypy takes one core for most of a minute.
test: $(VENV)/.installed-test .mypy/gatescope node_modules/.installed
	$(MAKE) --no-print-directory --jobs 2 lint pytest

pytest: $(VENV)/.installed-test
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore tests/benchmarks

# The unit tests of the page's scripts, by the Node that Playwright brings.
test-js: $(VENV)/.installed-test
	$(BIN)/python -m tests.js.run

snapshots: $(VENV)/.installed-test
	$(BIN)/python -m tests.js.run --test-update-snapshots

lint: $(VENV)/.installed-test .mypy/gatescope node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	npx --no-install biome check --error-on-warnings
	npx --no-install tsc

# Four times the requests that `make test` makes up, and as many more as are asked for.
EXAMPLES ?= 100
fuzz: $(VENV)/.installed-test
	GATESCOPE_FUZZ_EXAMPLES=$(EXAMPLES) $(BIN)/pytest tests/test_fuzz.py

bench: $(VENV)/.installed-test
	$(BIN)/pytest tests/benchmarks

# Forty people on one server; `make load LOAD="--soak 20"` before a release.
load: $(VENV)/.installed-test
	$(BIN)/python -m tests.benchmarks.load $(LOAD)

picture: $(VENV)/.installed-test
	$(BIN)/python docs/take_picture.py

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-test: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $(VENV)/.installed $@

# What checks the page's scripts; nothing of it is served or installed.
node_modules/.installed: package.json package-lock.json .npmrc
	npm ci
	touch $@

# app/ under the name it installs as: an editable install hides it from mypy.
.mypy/gatescope:
	mkdir -p .mypy
	ln -sfn ../app $@

clean:
	rm -rf $(VENV) node_modules .mypy .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
