PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# kept compiled, whatever the environment says: a process starts in half of the time
export PYTHONDONTWRITEBYTECODE :=
# what must be reached whole by tests of its own
COVERED := $(addprefix tests/,terms wire link fault check ledger)

.DEFAULT_GOAL := help
.PHONY: help setup demo test check campaign bench kernel-bench clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt -e '.[test]'
	@touch $@

setup: $(VENV)/.ready  ## make the virtual environment in .venv

demo: setup  ## run all suites on the emulated bench, ends with the verdict and where the report is
	$(BIN)/pos-harness run

test: setup check  ## run every check and every test of the harness
	$(BIN)/python -m pytest -q -n 3 --cov --cov-report=term:skip-covered $(COVERED)
	$(BIN)/python -m pytest -q -n 5 --dist worksteal $(addprefix --ignore=,$(COVERED))

check: setup  ## lint, format, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict harness
	$(BIN)/python -m pytest -q tests/test_layers.py

bench: setup  ## measure speeds: a table, and reports/bench.json
	$(BIN)/python -m bench

campaign: setup  ## every cut of every settlement, and whole days with each seeded defect (long)
	$(BIN)/python -m pytest -q -n 2 tests/campaign/every_settlement_cut.py
	$(BIN)/python -m bench.campaign

kernel-bench: setup  ## boot a Linux with simulated chips and USB devices, and run the port tests in it
	$(BIN)/python -m kernel_bench

clean:  ## remove the environment, caches and all reports
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .cache
	find reports -mindepth 1 ! -name README.md -delete
