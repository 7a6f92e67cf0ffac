# verdikart: every target sets up .venv itself when it is missing or out of date.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: help map serve report fetch test lint bench snapshot lock clean

help:  ## show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --no-deps -r requirements/base.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.web: requirements/web.txt $(VENV)/.base
	$(PIP) install --require-hashes --no-deps -r requirements/web.txt
	@touch $@

$(VENV)/.reports: requirements/reports.txt $(VENV)/.base
	$(PIP) install --require-hashes --no-deps -r requirements/reports.txt
	@touch $@

# Apache Spark from Python; it needs Java 17 beside it. Kept apart: half a gigabyte that few users want.
$(VENV)/.spark: requirements/spark.txt $(VENV)/.base
	$(PIP) install --require-hashes --no-deps -r requirements/spark.txt
	@touch $@

$(VENV)/.fetch: requirements/fetch.txt $(VENV)/.base
	$(PIP) install --require-hashes --no-deps -r requirements/fetch.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.web $(VENV)/.reports $(VENV)/.fetch
	$(PIP) install --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

map: $(VENV)/.base  ## run the mapping for Norway on the embedded data
	$(BIN)/verdikart map $(ARGS)

serve: $(VENV)/.web  ## serve the web application on this machine
	$(BIN)/verdikart serve $(ARGS)

report: $(VENV)/.reports  ## a report from the current mapping, such as ARGS="note --out note.pdf"
	$(BIN)/verdikart report $(ARGS)

fetch: $(VENV)/.fetch  ## fetch a source, such as ARGS="baci_hs17 --dry-run"
	$(BIN)/verdikart fetch $(ARGS)

test: $(VENV)/.dev lint  ## set up and pass the tests
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/.dev  ## style, types, layers, reference tables
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/.dev  ## measure time and memory
	$(BIN)/python benchmarks/run.py

snapshot: $(VENV)/.dev  ## rebuild the embedded data from the packages they come in
	$(BIN)/python -m tools.snapshot

lock: $(BIN)/python  ## resolve the dependencies anew (writes no registry addresses)
	$(PIP) install uv
	sh tools/lock.sh $(BIN)/uv

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache
