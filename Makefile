# The platform on this machine: `make up`, then `make test`. Needs Python 3.11 or later, and nothing else.
# Options of a command go in ARGS: make up ARGS=--empty

.DEFAULT_GOAL := help
.PHONY: help install up down test check clean

help:
	@echo "make up      installe et démarre toute la plateforme (Ctrl-C pour arrêter)"
	@echo "make down    arrête la plateforme"
	@echo "make test    passe tous les tests"
	@echo "make check   vérifie le style, les types et les flèches entre modules"
	@echo "make clean   enlève ce qui se réinstalle ; garde les données"

install:
	@PYTHON="$(PYTHON)" sh deploy/local/install.sh

up: install
	@.venv/bin/python -m deploy.local up $(ARGS)

down: install
	@.venv/bin/python -m deploy.local down

test: install
	.venv/bin/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: install
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy shared services deploy
	.venv/bin/lint-imports

clean:
	@if [ -x .venv/bin/milliard ]; then .venv/bin/python -m deploy.local down; fi
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis dist
	@echo "Les données restent dans var/."
