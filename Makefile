.DEFAULT_GOAL := help
PY := .venv/bin/python

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

setup:  ## set everything up, and stop
	./run --setup

run:  ## serve the demonstration
	./run

test:  ## every check and test, on both databases
	./test

lint:  ## ruff, mypy and the import contracts
	.venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports

bench:  ## the benchmarks; the table goes to docs/evidence/benchmarks.json
	.venv/bin/canteen bench --json > docs/evidence/benchmarks.json

faults:  ## the fault run; FULL=1 the full numbers, with PART=sqlite, postgresql or browser one part of them
	$(PY) -m pytest -q $(if $(FULL),-v tests/faults/full_numbers.py $(if $(PART),-k $(PART)),tests/faults)

pace:  ## how fast the till answers, into docs/evidence/pace.json
	$(PY) -m pytest -q tests/browser/pace_numbers.py

trial:  ## how long a trial of 60,000 meals takes, into docs/evidence/trial.json
	$(PY) -m pytest -q tests/settlement/trial_numbers.py

pictures:  ## the screenshots in docs/pictures, from the demonstration
	$(PY) -m pytest -q tests/browser/pictures.py

lock:  ## the lock files again, after a change of setup.cfg or package.json
	.venv/bin/uv pip compile setup.cfg --extra test --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -o requirements.lock
	npm install --package-lock-only --ignore-scripts && sed -i '/"resolved":/d' package-lock.json

.PHONY: help setup run test lint bench faults pace trial pictures lock
