# Everything a developer or a bank does begins here. GNU make and a POSIX shell; works in a path with spaces.
#
#   make run      open the bank (a demonstration on its first start)      make check   quick: 3 minutes
#   make test     everything, both databases, a real browser              make proof   as long as it takes
#   make words    bring the message catalogues up to date                 make lock    lock the requirements anew
#   make bench    how fast, beside a peer                                 make env     the environment alone
#   make bundle   one file for a machine without a network

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
STAMPS := $(VENV)/stamps
WORKERS ?= 2
PYTEST := $(PY) -m pytest
# Python keeps what it compiled, whatever the caller's shell says: the tests start some hundred processes.
export PYTHONDONTWRITEBYTECODE :=
# Wheels only, checked against the hashes of the lock; nothing is resolved, nothing is built.
INSTALL := $(PY) -m pip install --quiet --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all:

.DELETE_ON_ERROR:
.PHONY: bundle run env check style types contracts house unit test test-sqlite test-postgres needs proof proof-kill proof-histories proof-rejudge proof-survive proof-attack guards lock words bench clean proof-recovery

# ---- running ----

run: $(STAMPS)/core
	@exec $(VENV)/bin/yinuo run $(ARGS)

# ---- the environment; a second time does nothing ----

env: $(STAMPS)/dev

$(PY):
	@"$(PYTHON)" -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; say make PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	@"$(PYTHON)" -m venv $(VENV) || { echo "no virtual environment could be made; on Debian: apt-get install python3-venv"; rm -rf $(VENV); exit 2; }

# The command is three lines of shell, so that nothing has to be built or installed for it.
$(VENV)/bin/yinuo: Makefile | $(PY)
	@printf '%s\n' '#!/bin/sh' 'here=$$(cd "$$(dirname "$$0")/../.." && pwd)' \
	  'PYTHONPATH="$$here$${PYTHONPATH:+:$$PYTHONPATH}" exec "$$here/$(VENV)/bin/python" -m yinuo "$$@"' > $@
	@chmod +x $@

$(STAMPS)/core: requirements/core.txt $(VENV)/bin/yinuo | $(PY)
	@echo "Installing what Yinuo needs (once)…"
	@$(INSTALL) -r requirements/core.txt
	@echo "Python packages: $$(grep -c == requirements/core.txt) locked in requirements/core.txt, installed in $(VENV)"
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/core
	@echo "Installing what checking and testing need (once)…"
	@$(INSTALL) -r requirements/dev.txt
	@echo "Python packages: $$(grep -c == requirements/dev.txt) locked in requirements/dev.txt, installed in $(VENV)"
	@touch $@

# ---- three tiers ----

check: style types contracts unit

style: $(STAMPS)/dev
	@mkdir -p build
	@$(PY) -m ruff format --check --quiet . || { echo "make style: run .venv/bin/ruff format ."; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m bandit --quiet --recursive --configfile pyproject.toml yinuo 2> build/bandit.log || { cat build/bandit.log; exit 1; }

types: $(STAMPS)/dev
	@$(PY) -m mypy

contracts: $(STAMPS)/dev
	@$(VENV)/bin/lint-imports

unit: $(STAMPS)/dev
	@YINUO_TEST_DB=sqlite $(PYTEST) -n $(WORKERS) -m "not browser and not proof and not postgres"

# Both databases are tried even when the first fails; what each said is kept in build/.
test: $(STAMPS)/dev needs style types contracts
	@mkdir -p build && rm -f build/test-*.log build/failed
	@$(MAKE) --no-print-directory test-sqlite || touch build/failed
	@$(MAKE) --no-print-directory test-postgres || touch build/failed
	@$(PY) -m tests.guards --quick > build/test-guards.log 2>&1 || touch build/failed; cat build/test-guards.log
	@echo; for log in build/test-*.log; do echo "$$log: $$(tail -n 1 "$$log")"; done; test ! -e build/failed

# SQLite walks one story in the browser; PostgreSQL, on which a bank runs, walks all journeys.
test-sqlite: $(STAMPS)/dev
	@mkdir -p build; echo "== SQLite"; { YINUO_TEST_DB=sqlite YINUO_MUTATIONS=1000 YINUO_JOURNEYS=short $(PYTEST) -n $(WORKERS) --dist loadgroup -m "not proof and not postgres" $(ARGS); echo $$? > build/status; } 2>&1 | tee build/test-sqlite.log; exit $$(cat build/status)

# What no database could change is not repeated.
test-postgres: $(STAMPS)/dev
	@mkdir -p build; echo "== PostgreSQL"; { YINUO_TEST_DB=postgres YINUO_TEST_ONLY_DB=1 $(PYTEST) -n $(WORKERS) --dist loadgroup -m "not proof" $(ARGS); echo $$? > build/status; } 2>&1 | tee build/test-postgres.log; exit $$(cat build/status)

# Debian packages the tests need: installed where we may, named where we may not (status 2).
needs:
	@"$(PYTHON)" tests/needs.py

proof: $(STAMPS)/dev needs guards proof-kill proof-histories proof-rejudge proof-survive proof-attack proof-recovery

# Forty SIGKILLs while complaints come in; the result is docs/proof/kill.json.
proof-kill: $(STAMPS)/dev needs
	@$(PY) -m tests.proof.kill $(ARGS)

# A hundred thousand random lives of a complaint; the result is docs/proof/histories.json.
proof-histories: $(STAMPS)/dev needs
	@$(PY) -m tests.proof.histories $(ARGS)

# A million clocks follow a calendar, through a SIGKILL; the result is docs/proof/rejudge.json.
proof-rejudge: $(STAMPS)/dev needs
	@$(PY) -m tests.proof.rejudge $(ARGS)

# Killed, the database lost, the disk full, the clock set back, everything twice; the result is docs/proof/survive.json.
proof-survive: $(STAMPS)/dev needs
	@$(PY) -m tests.proof.survive $(ARGS)

# Attackers on loopback as every role, and against a build with holes; the result is docs/proof/attack.json. ARGS=--short
# for a first look. sqlmap and wapiti live in build/attackers, never beside the program.
proof-attack: $(STAMPS)/dev needs
	@$(PY) -m tests.attack $(ARGS)

# The machine is lost with its disk: how much is lost, how long until a page answers; the result is docs/proof/recovery.json.
proof-recovery: $(STAMPS)/dev needs
	@$(PY) -m tests.proof.recovery $(ARGS)

# Every guard taken out once; the result is docs/proof/guards.json. Goes on where it was stopped.
guards: $(STAMPS)/dev needs
	@$(PY) -m tests.proof.guards $(ARGS)

# ---- keeping house ----

words: $(STAMPS)/dev needs
	@$(PY) -m tests.architecture.messages

# uv resolves; it lives in a folder of its own and is no requirement of ours.
lock:
	@test -x build/uv/bin/uv || { "$(PYTHON)" -m venv build/uv && build/uv/bin/python -m pip install --quiet uv; }
	@for each in core dev attack; do build/uv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	  requirements/$$each.in -o requirements/$$each.txt || exit 1; done

# Ten minutes on a quiet machine; ARGS=--big for an hour with a million cases.
bench: $(STAMPS)/dev needs
	@$(PY) -m bench $(ARGS)

# Everything for a machine without a network, in build/: program, libraries, units, documents, bill of materials.
bundle: $(STAMPS)/dev
	@$(PY) -m deploy.bundle $(ARGS)

clean:
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
