# The platform on this machine: `make up`, then `make test`. Needs Python 3.11 or later, and nothing else.
# Options of a command go in ARGS: make up ARGS=--empty

.DEFAULT_GOAL := help

.PHONY: help install up down test test-compose check clean

# What is played again in containers: a member, a promise, a statement, money out …
JOURNEYS := tests/journeys/test_joining.py tests/journeys/test_money_in.py tests/journeys/test_money_out.py
# … and, with broker and database in containers alone, what stands on them.
CONNECTED := tests/shared/database tests/shared/inbox tests/shared/outbox tests/shared/runtime \
  tests/contracts/test_any_history.py tests/ledger/operations/test_post.py

help:
	@echo "make up      installe et démarre toute la plateforme (Ctrl-C pour arrêter)"
	@echo "make down    arrête la plateforme"
	@echo "make test    passe tous les tests"
	@echo "make test-compose  passe les tests qui demandent un moteur de conteneurs"
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

test-compose: install
	.venv/bin/pytest --in-containers $(or $(ARGS),tests/containers $(JOURNEYS))
	MILLIARD_TEST_BACKEND=containers .venv/bin/pytest $(CONNECTED)

check: install
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy shared services deploy
	.venv/bin/lint-imports

clean:
	@if [ -x .venv/bin/milliard ]; then .venv/bin/python -m deploy.local down; fi
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis dist
	@echo "Les données restent dans var/."
