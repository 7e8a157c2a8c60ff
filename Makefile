# Everything here needs only Python 3.11 or later, make, and a package index; .venv is made once.

PYTHON ?= python3
BIN := .venv/bin
SEEDS ?= 20
MEMBERS ?= 41
MINUTES ?= 0
WORKERS ?= 2
RUNS ?= 100000
PIP := $(BIN)/pip --quiet --disable-pip-version-check
UV_COMPILE := $(BIN)/uv --quiet pip compile pyproject.toml --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help demo test kernels bench simulate fuzz lint format docs lock clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

.venv/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Evenhand needs Python 3.11 or later; say make PYTHON=...")'
	@test -x $(BIN)/pip || { rm -rf .venv && $(PYTHON) -m venv .venv && test -x $(BIN)/pip; } || { rm -rf .venv; \
		echo "No environment could be made. Install venv for your Python (Debian, Ubuntu: apt-get install" \
		"python3-venv; elsewhere it comes with Python), then say make again, or make PYTHON=... with one that has it." >&2; \
		exit 1; }
	$(PIP) install --requirement requirements.lock
	$(PIP) install --no-deps --editable .
	touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	$(PIP) install --requirement requirements-dev.lock
	touch $@

demo: .venv/run.stamp ## Three members on this machine; ONCE=1 runs through and exits
	$(BIN)/evenhand demo $(if $(ONCE),--once)

test: lint kernels ## Lint, types, floors, then every test with coverage
	@rm -f .coverage .coverage.* coverage.json
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term --cov-report=json:coverage.json --cov-fail-under=95
	@$(BIN)/python -m tools.coverage_rooms coverage.json

kernels: .venv/dev.stamp ## Compile the matcher's kernels, once for every process of the tests
	$(BIN)/python -c 'from evenhand.matching.build import warm_alone; warm_alone()'

bench: .venv/dev.stamp ## Measure; writes bench/results.json
	$(BIN)/python -m benchmarks

simulate: .venv/dev.stamp ## The simulated coalition: SEEDS=20 MEMBERS=41 MINUTES=0 (all)
	$(BIN)/python -m tests.world.simulate --seeds $(SEEDS) --members $(MEMBERS) --minutes $(MINUTES)

fuzz: .venv/dev.stamp ## Fuzz every parser with Atheris: RUNS=100000 each; the corpus stays in .fuzz
	$(PIP) install 'atheris>=3'
	@for target in $${TARGETS:-$$($(BIN)/python -m tests.fuzz.run --list)}; do echo "== $$target"; \
		$(BIN)/python -m tests.fuzz.run $$target --seed .fuzz/$$target || exit 1; \
		$(BIN)/python -m tests.fuzz.run $$target -runs=$(RUNS) -verbosity=0 -print_final_stats=1 \
		-artifact_prefix=.fuzz/ .fuzz/$$target || exit 1; done

lint: .venv/dev.stamp ## Ruff, mypy and the floors
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/dev.stamp ## Let ruff repair what it can
	$(BIN)/ruff check --fix .

docs: .venv/dev.stamp ## Build docs/_build/html; a warning is an error
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html

lock: .venv/dev.stamp ## Resolve requirements*.lock again
	$(PIP) install uv
	$(UV_COMPILE) --upgrade --output-file requirements.lock
	$(UV_COMPILE) --upgrade --extra dev --extra docs --extra arrow --constraint requirements.lock --output-file requirements-dev.lock

clean: ## Remove what was built, the environment too
	rm -rf .venv build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf .coverage .coverage.* coverage.json htmlcov demo-data .fuzz
