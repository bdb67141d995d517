# Two commands for a fresh machine with Python >= 3.11: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo demo-load test servers lint fitness bench bench-live bench-load bench-backfill bench-trend corpus clean

demo: $(VENV)/.package
	cd examples/shop && ../../$(BIN)/pytest --fitness
	cd examples/shop && ../../$(BIN)/python live.py

# The shop under work, for about three minutes.
demo-load: $(VENV)/.package
	$(BIN)/python -m pip install --quiet --editable '.[live,load,benchmark]'
	cd examples/shop && ../../$(BIN)/pytest --fitness --fitness-config=load.yaml

test: servers lint fitness
	$(BIN)/pytest -n auto

# What the tests of live systems run against, installed where this machine allows it.
servers:
	@tests/support/install_servers.sh

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

fitness: $(VENV)/.dev
	$(BIN)/pytest --fitness --fitness-strict

bench: $(VENV)/.dev
	$(BIN)/python benchmarks/speed.py

# Intervals of growth, simulated; two hundred live functions, and a dead source among them.
bench-live: $(VENV)/.dev servers
	$(BIN)/python benchmarks/elasticity.py
	$(BIN)/python benchmarks/live.py

# Against wrk (Debian's package of that name), against targets whose truth is known, and the shop.
bench-load: $(VENV)/.dev
	$(BIN)/python benchmarks/load.py
	$(BIN)/python benchmarks/growth_experiment.py
	$(BIN)/python benchmarks/shop_load.py

# Past commits against wily, in a virtual environment of its own.
bench-backfill: $(VENV)/.dev
	$(BIN)/python benchmarks/backfill.py

# False alarms, power, delay and cost of the trend detector, and of Apache Otava beside it.
bench-trend: $(VENV)/.dev
	$(BIN)/python benchmarks/trend.py

corpus: $(VENV)/.dev
	$(BIN)/python benchmarks/corpus.py

clean:
	rm -rf $(VENV) build .fitness examples/shop/.fitness

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.package: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[live]'
	@touch $@

$(VENV)/.dev: $(VENV)/.package
	$(BIN)/python -m pip install --quiet --group dev --editable '.[all]'
	@touch $@
