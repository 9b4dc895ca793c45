# make serve   everything the page needs, then the page at http://localhost:3000/www/
# make site    the same as a folder for any static host, dist/site/
# make test    everything that is checked: lint, types, tests, and the shared tests inside Pyodide
#
# All may be interrupted and run again: a step counts as done only by a stamp written after it.

PYTHON ?= python3
PORT ?= 3000
BIN := .venv/bin

# Checkpoints that lie beside the project are used unless the caller names others.
ifneq ($(wildcard ../shared/weights),)
export FNS_CHECKPOINTS ?= ../shared/weights
endif

.PHONY: serve site test setup runtime models lint pytest shared-in-pyodide clean
.NOTPARALLEL:

serve: prerequisites-serve setup runtime models
	@$(BIN)/python -c 'import socket; socket.create_server(("", $(PORT)))' 2>/dev/null || \
	    { echo "error: port $(PORT) is taken; stop what uses it, or choose another: make serve PORT=3001" >&2; exit 1; }
	@echo "The page: http://localhost:$(PORT)/www/   (Ctrl+C stops it)"
	@exec $(BIN)/python -m http.server $(PORT)

site: prerequisites-serve setup runtime models
	$(BIN)/python -m build site

test: prerequisites-test setup runtime models lint pytest shared-in-pyodide

.PHONY: prerequisites-serve prerequisites-test
prerequisites-serve prerequisites-test: prerequisites-%:
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

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	npm run --silent check

pytest: runtime models
	$(BIN)/pytest

shared-in-pyodide: runtime
	$(BIN)/pytest --run-in-pyodide

clean:
	rm -rf .venv node_modules www/vendor .cache models/*.onnx models/*.npz models/*.webp models/manifest.json models/ops
