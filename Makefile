# Needs only Python >= 3.11 and make; everything else is set up in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
JOBS ?= 2
SEED ?= 1
CASES ?= 10000
# Such as --no-compile: quicker where what is installed is used but once.
PIP_OPTIONS ?=
# A file is one process's, for its fixtures; in the order of tests/conftest.py, the longest first.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# A file for each dependency, and for what the newest and the lowest versions have broken before.
SMOKE := tests/config/test_validation.py tests/config/test_value.py tests/stats tests/people/test_table.py tests/symptoms/test_trajectory.py \
	tests/experiment/test_store.py \
	tests/figures/test_figure_style.py tests/figures/test_figure_side_by_side.py \
	tests/test_cli_population.py \
	tests/test_cli.py::test_a_comparison_leaves_tables_manifest_and_figures
# Other packages may warn of each other there; where all are pinned a warning is an error.
SMOKE_TEST := -m pytest -q -W default -p no:cacheprovider $(SMOKE)

COMPILED := tests/test_compiled.py tests/test_clock.py tests/regression tests/clinic/test_clinic.py \
	tests/clinic/test_invariants.py tests/clinic/test_random_clinics.py tests/verification/test_littles_law.py

.PHONY: run test long fast test-fast compiled pure coverage sweep lowest newest images notebooks answers bench controls warmup enough clinics futures fuzz kills goes-on mutants verify docs lint format clean

run: $(READY)  ## the booster study: six policies, two years, table and figures under results/
	$(BIN)/ketasim compare scenarios/boosters.toml --jobs $(JOBS)

# The tests start Python hundreds of times: what it compiles is kept, whatever the shell says.
test test-fast coverage sweep: export PYTHONDONTWRITEBYTECODE :=

test: $(READY)  ## all tests that run in minutes
	$(PYTEST)

long: $(READY)  ## the tests that are too long for every submission (a minute)
	$(PYTEST) -m slow

fast: $(READY)  ## compile what a run spends its time in (needs a C compiler; two minutes); `make pure` undoes it
	KETASIM_COMPILED=1 $(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	$(BIN)/ketasim --version

test-fast: $(READY)  ## all tests (or TESTS), of the compiled build: fails where any module is not
	KETASIM_COMPILED=1 $(PYTEST) $(TESTS)

# In a copy, so that nothing of this folder waits for it.
compiled: $(READY)  ## compile in a folder of its own, .compiled, and run there the tests that tell most (needs a C compiler)
	rm -rf .compiled && mkdir .compiled
	git ls-files -z | tar --null --files-from=- --create --file=- | tar --extract --file=- --directory=.compiled
	cd .compiled && KETASIM_COMPILED=1 ../$(BIN)/python setup.py --quiet build_ext --inplace
	cd .compiled && KETASIM_COMPILED=1 PYTHONPATH=$(CURDIR)/.compiled ../$(BIN)/python -m pytest -q -p no:cacheprovider $(COMPILED)
	rm -rf .compiled

pure:  ## remove what was compiled: Python runs the sources again
	find sim -name "*.so" -delete -o -name "*.pyd" -delete
	rm -rf build

coverage: $(READY)  ## how much of sim the tests enter, the least first (twice as long as the tests)
	$(PYTEST) --cov --cov-fail-under 96

sweep: $(READY)  ## the same with other random cases and another order of sets: make sweep SEED=7
	PYTHONHASHSEED=$(SEED) $(PYTEST) \
		--hypothesis-profile sweep --hypothesis-seed $(SEED)

lowest:  ## the tests that tell most, with the lowest versions promised (Python 3.11 or 3.12)
	$(PYTHON) -m venv --clear .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet --no-compile --constraint constraints-lowest.txt --editable . pytest hypothesis
	.venv-lowest/bin/python $(SMOKE_TEST)

newest:  ## the same with the newest versions there are
	$(PYTHON) -m venv --clear .venv-newest
	.venv-newest/bin/python -m pip install --quiet --no-compile --editable . pytest hypothesis
	.venv-newest/bin/python $(SMOKE_TEST)

lint: $(READY)  ## style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY)  ## speed against an idiomatic plain SimPy model, in one run
	$(BIN)/python benchmarks/bench.py

controls: $(READY)  ## two hundred small studies told with controls: bias and coverage (minutes)
	$(BIN)/python benchmarks/controls.py --jobs $(JOBS)

warmup: $(READY)  ## does the warm-up that is found leave no bias, and how often is it refused (minutes)
	$(BIN)/python benchmarks/warm_up.py --jobs $(JOBS)

enough: $(READY)  ## does --until keep its word, and does best find the best (half an hour)
	$(BIN)/python benchmarks/enough.py --jobs $(JOBS)
	$(BIN)/python benchmarks/choosing.py --jobs $(JOBS)

images: $(READY)  ## pictures and tables of README and docs (an hour; one: make images ONLY=booking)
	$(BIN)/python benchmarks/images.py $(ONLY)

notebooks: $(READY)  ## run the notebooks and keep what they show (five minutes)
	$(BIN)/python benchmarks/notebooks.py

answers: $(READY)  ## the numbers of docs/planner_questions.md (minutes)
	$(BIN)/python benchmarks/answers.py

mutants: $(READY)  ## how many small faults the tests find in policy, clinic and outcomes (minutes)
	$(BIN)/python benchmarks/mutants.py

fuzz: $(READY)  ## ten thousand spoilt inputs (half an hour)
	$(BIN)/python tests/fuzz/fuzzer.py --cases $(CASES) --seed $(SEED)

kills: $(READY)  ## commands killed at random moments, and what they leave (ten minutes; Linux)
	$(BIN)/python benchmarks/kills.py

goes-on: $(READY)  ## one study killed twenty times, and on a full disk: what is lost or done twice (minutes; Linux)
	$(BIN)/python benchmarks/goes_on.py

clinics: $(READY)  ## two hundred random clinics, their records read by a checker (minutes)
	$(BIN)/python tests/clinic/random_clinics.py --clinics 200 --seed $(SEED)

futures: $(READY)  ## a hundred random scenarios with changes: the same history up to them (minutes)
	$(BIN)/python tests/model/histories.py --scenarios 100 --seed $(SEED)

verify: $(READY)  ## known answers of queueing theory at full size (minutes)
	$(BIN)/ketasim verify --jobs $(JOBS)

docs: $(READY)  ## the pages as a site that works offline: docs/_build/html (minutes)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[docs]"
	$(BIN)/python -m sphinx --builder html --fail-on-warning --keep-going --quiet \
		--doctree-dir docs/_build/doctrees docs docs/_build/html
	@echo "The pages: docs/_build/html/index.html"

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ketasim needs Python 3.11 or newer; try: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet $(PIP_OPTIONS) --constraint constraints.txt --editable ".[dev]"
	touch $(READY)

clean: pure
	rm -rf docs/_build docs/files docs/reference docs/figures
	rm -rf $(VENV) .venv-* .compiled build dist *.egg-info .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
