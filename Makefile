# One door to every task. `make run` and `make test` do all set-up themselves.

# The first Python that is new enough; a name in PATH may be a stand-in that does not start.
PYTHON = $(or $(shell for name in python3.11 python3.12 python3.13 python3; do \
	"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 \
	&& echo "$$name" && break; done),python3)
SETUP = $(PYTHON) packaging/setup/bootstrap.py
PY = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run demo test check format moves coverage dictionary bench bench-exchange feeds simulate simulate-mutants kill-loop bad-links storm sample bundle clean setup-run setup-test setup-bundle

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: setup-run ## Set up, then try out the program: a county hub, stations and the window
	.venv/bin/stationapp tryout

demo: setup-run ## Set up, then play the try-out's story without a window
	QT_QPA_PLATFORM=offscreen .venv/bin/stationapp tryout

test: setup-test ## Set up, then run every test
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: setup-test ## Check form, style, types and layers, then run every test
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	MYPYPATH=packaging/setup $(PY) -m mypy packaging/setup packaging/*.py
	.venv/bin/lint-imports
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

format: setup-test ## Put every Python file into form
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

moves: setup-test ## Write docs/moves.md, docs/rules.md and docs/crossings.md from the code
	$(PY) packaging/docs/make_moves.py
	$(PY) packaging/docs/make_rules.py
	$(PY) packaging/docs/make_crossings.py

dictionary: setup-test ## Train the dictionary that packs short exchanges again, and measure it
	$(PY) packaging/dictionary/train.py
	$(PY) packaging/dictionary/train.py --measure

coverage: setup-test ## Write docs/coverage.md: where each mechanism of the sources is, and its test
	$(PY) packaging/docs/make_coverage.py

bench: setup-test ## Measure how quick the program is
	$(PY) tests/benchmarks/run.py

feeds: setup-test ## Let 8 writers race for 200,000 entries of mailboxes, with readers who check every step
	$(PY) tests/benchmarks/feeds.py

simulate: setup-test ## Simulate SEEDS counties on bad links, or one again: SEED=123
	PYTHONPATH=src:sync:tests $(PY) -m together.simulation $(or $(SEEDS),1000) $(or $(FIRST),0)

storm: setup-test ## Let 330 and 3,000 stations send all at once to a hub with SQLite and with PostgreSQL
	$(PY) tests/benchmarks/storm.py

kill-loop: setup-test ## Kill hub, PCs and database 500 times at random moments, and check that nothing is lost
	$(PY) tests/together/kill_loop.py --kills $(or $(KILLS),250)

bench-exchange: setup-test ## Measure the exchange beside another program's, on the same corpus
	$(PY) tests/benchmarks/bench_exchange.py

bad-links: setup-test ## Exchange over lines that lose packets, flap and crawl, as root in network namespaces; PROFILES=…
	PYTHONPATH=src:sync:tests $(PY) -m together.links $(PROFILES)
	PYTHONPATH=src:sync:tests $(PY) -m together.links.figures

simulate-mutants: setup-test ## Plant bugs in the protocol, one after the other, and let the simulation find each
	PYTHONPATH=src:sync:tests $(PY) -m together.simulation.hunting $(MUTANTS)

sample: setup-test ## Keep what today's layout writes, for the programs to come; OF=story for every move, in some minutes
	PYTHONPATH=src:sync:tests QT_QPA_PLATFORM=offscreen $(PY) -m upgrades.write_sample $(or $(OF),county)

bundle: setup-bundle ## Build the program as one folder for this kind of machine, and try it
	$(PY) -m PyInstaller --noconfirm --clean --log-level WARN --distpath dist --workpath build packaging/station.spec
	$(PY) packaging/smoke_test.py

clean: ## Remove what was built, and the Python environment
	rm -rf .venv .setup build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src sync tests packaging -name __pycache__ -type d -prune -exec rm -rf {} +

setup-run:
	@$(SETUP) run

setup-test:
	@$(SETUP) test

setup-bundle:
	@$(SETUP) bundle
