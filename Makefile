# make serve   everything the page needs, then the page at http://localhost:3000/www/
# make site    the same as a folder for any static host, dist/site/
# make wheels  onnxruntime for Pyodide, and the painter\'s Python half, in dist/
# make check   the daily round: lint, types, and the shared tests on CPython
# make test    everything that is checked: lint, types, tests, and the shared tests inside Pyodide
# make test-with-data   only the tests that need the data folder ../shared
#
# All may be interrupted and run again: a step counts as done only by a stamp written after it.

PYTHON ?= python3
PORT ?= 3000
# Processes that run tests beside one another: on two cores three, as tests also wait.
WORKERS ?= 3
BIN := .venv/bin

# Checkpoints that lie beside the project are used unless the caller names others.
ifneq ($(wildcard ../shared/weights),)
export FNS_CHECKPOINTS ?= ../shared/weights
endif

.PHONY: serve site wheels check test test-with-data setup runtime models lint shared pytest lint-and-pyodide clean
.NOTPARALLEL:

serve: prerequisites-serve setup runtime models
	@$(BIN)/python -c 'import socket; socket.create_server(("", $(PORT)))' 2>/dev/null || \
	    { echo "error: port $(PORT) is taken; stop what uses it, or choose another: make serve PORT=3001" >&2; exit 1; }
	@echo "The page: http://localhost:$(PORT)/www/   (Ctrl+C stops it)"
	@exec $(BIN)/python -m http.server $(PORT)

site: prerequisites-serve setup runtime models
	$(BIN)/python -m build site

wheels: prerequisites-serve setup runtime
	$(BIN)/python -m build wheels

check: prerequisites-check setup lint shared

test: prerequisites-test setup runtime models lint-and-pyodide pytest

test-with-data: prerequisites-test setup runtime models
	$(BIN)/pytest -m data --require-data

.PHONY: prerequisites-serve prerequisites-check prerequisites-test
prerequisites-serve prerequisites-check prerequisites-test: prerequisites-%:
	@build/prerequisites.sh $* $(PYTHON)

setup: .venv/installed node_modules/installed

.venv/installed: requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@

node_modules/installed: package.json package-lock.json
	npm ci --silent
	@touch $@

runtime: setup
	$(BIN)/python -m build runtime

models: setup
	$(BIN)/python -m build models

LINT := $(BIN)/ruff check && $(BIN)/ruff format --check --quiet && $(BIN)/mypy && npm run --silent check

lint: setup
	$(LINT)

shared: setup
	$(BIN)/pytest tests/shared

# A file's tests stay together, in the order of the files: those with a browser, which come last, share one a worker.
# Where a test hung, and its process was ended, the run ends: xdist goes on by halves, and may wait for ever.
pytest: runtime models
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0

# Each keeps one core busy: together they take no longer than one of them.
lint-and-pyodide: runtime
	@{ $(LINT); } & lint=$$!; $(BIN)/pytest --run-in-pyodide; inside=$$?; wait $$lint && exit $$inside

clean:
	rm -rf .venv node_modules www/vendor .cache models/*.onnx models/*.npz models/*.webp models/manifest.json models/ops
