# Needs only Python >= 3.11 and make; everything else is set up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
JOBS ?= 2

.PHONY: run test bench fuzz mutants verify lint format clean

run: $(READY)  ## the booster study: six policies, two years, table and figures under results/
	$(BIN)/ketasim compare scenarios/boosters.toml --jobs $(JOBS)

test: $(READY)  ## all tests that run in minutes
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lint: $(READY)  ## style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)  ## speed against an idiomatic plain SimPy model, in one run
	$(BIN)/python benchmarks/bench.py

mutants: $(READY)  ## how many small faults the tests find in policy, clinic and outcomes (minutes)
	$(BIN)/python benchmarks/mutants.py
fuzz: $(READY)  ## ten thousand spoilt inputs (half an hour)
	$(BIN)/python tests/fuzz/fuzzer.py --cases 10000 --seed 1

verify: $(READY)  ## known answers of queueing theory at full size (minutes)
	$(BIN)/ketasim verify --jobs $(JOBS)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ketasim needs Python 3.11 or newer; try: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $(READY)

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
