# The two commands a new user needs are `make demo` and `make test`. Each does its own set-up.
# On Windows without make: see README.md, "Without make".

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8501
# Two processes: one for all that needs a Neo4j server, one for the rest.
PYTEST_OPTIONS ?= --numprocesses 2 --dist loadgroup
SOURCES := pyproject.toml README.md $(shell find lineage ingest fixtures/okcupid fixtures/face-recognition -type f -not -path "*/__pycache__/*")

.PHONY: demo test lint bench neo4j clean

demo: $(VENV)/.installed  ## load the demo and open the explorer at 127.0.0.1
	$(BIN)/lineage demo --port $(PORT) $(DEMO_OPTIONS)

test: $(VENV)/.installed-test lint  ## check and test the installed wheel
	$(BIN)/pytest $(PYTEST_OPTIONS)

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate --quiet lineage ingest

bench: $(VENV)/.installed-test  ## measure; prints one JSON line a goal
	$(BIN)/python -m bench

neo4j: $(VENV)/.installed  ## start a local Neo4j server with the demo in it
	$(BIN)/python tools/neo4j_server.py --http

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Lineage needs Python 3.11 or newer; name one with: make PYTHON=python3.12 demo")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python $(SOURCES)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check .
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) .build build dist
