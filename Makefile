PYTHON ?= python3
BIN := .venv/bin
NAME ?= Mira
SEED ?= 68
TESTERS ?= 2
PORTRAITS ?= ../shared/data/portraits/images

.PHONY: help env faces demo test test-quick lint docs stub format bench portrait clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

env: .venv/all ## make the environment in .venv, with everything that development needs

faces: .venv/faces ## make the environment in .venv, with what `ganima data align` needs

demo: .venv/base ## create a character in out/demo (NAME=…, SEED=…)
	$(BIN)/ganima create --out out/demo --name "$(NAME)" --seed $(SEED) --force

test: .venv/all ## run all tests
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadscope

test-quick: .venv/all ## run the tests that need no models and no other processes, in a minute or two
	$(BIN)/python -m pytest -n $(TESTERS) --dist loadscope -m "not slow"

lint: .venv/all ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports

docs: .venv/all ## build the documentation in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

stub: .venv/all ## write src/ganima/__init__.pyi anew, after a request has changed
	$(BIN)/python docs/generate/stub.py

format: .venv/all ## put the code into the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/all ## measure speed, each figure beside the machine's own limit
	$(BIN)/python benchmarks/bench.py

portrait: .venv/faces ## train the bundled model anew, from the folder PORTRAITS=…
	$(BIN)/python -m recipes.portrait.train "$(PORTRAITS)" --out runs/portrait

clean: ## remove the environment, the caches and out/ (trained runs stay)
	rm -rf .venv out site build dist .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment is made anew only when the packages that it should hold have changed.
.venv/base: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ganima needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --editable . --constraint constraints.txt
	@touch $@

.venv/faces: .venv/base
	$(BIN)/python -m pip install --editable '.[faces]' --constraint constraints.txt
	@touch $@

.venv/all: .venv/base
	$(BIN)/python -m pip install --editable '.[dev,docs,faces,onnx,tensorboard,video]' --constraint constraints.txt
	@touch $@
