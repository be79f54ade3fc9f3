# Tập Huấn. On a bare machine: python3 (3.11 or newer, with venv) and make. `make help` lists what can be made.
PYTHON ?= python3
BIN := .venv/bin
CODE := lms courses certificates cms tests manage.py
DEPLOYED := BASE_URL=https://tap-huan.example ALLOWED_HOSTS=tap-huan.example DATA_DIR=var/check STATIC_COLLECTED=0
LOCKED := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
ON_SQLITE := env -u TEST_DATABASE_URL -u TEST_BROKER_URL -u TEST_CACHE_URL
HERE := -n 2 -m "not services and not browser"

.PHONY: help venv dev setup run test check pytest bench prove fmt words lock notices
.DEFAULT_GOAL := help

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F'\t' '{ printf "  make %-8s %s\n", $$1, $$2 }'

venv:
	@$(PYTHON) -c 'import sys; sys.exit("Tap Huan needs Python 3.11 or newer; this one is %d.%d." % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) lms/operate/install.py

dev: venv
	@$(PYTHON) lms/operate/install.py dev

setup: venv  ## .venv, database, translations, static files, the real data
	@$(BIN)/python manage.py setup

run: venv  ## the whole system with its demonstration on http://127.0.0.1:8000 (PORT, DATA_DIR)
	@exec $(BIN)/python manage.py serve --demo

test: check pytest  ## all set-up, every check, every test that needs no server

check: dev  ## style, storeys, types, templates, migrations, deployment settings
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/djhtml --check templates
	$(DEPLOYED) $(BIN)/python manage.py makemigrations --check --dry-run
	$(DEPLOYED) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/mypy $(CODE)

pytest: dev
	$(ON_SQLITE) $(BIN)/python -m pytest $(HERE)
	@if [ -n "$$TEST_DATABASE_URL$$TEST_BROKER_URL" ]; then $(BIN)/python -m pytest $(HERE); fi

bench: dev  ## CPU milliseconds per request and certificates per second, against the budgets
	@$(BIN)/python manage.py bench
	@if [ -z "$$DATABASE_URL" ]; then $(BIN)/python manage.py bench --scale; fi

prove: dev  ## kill -9 in the middle, 200 for 30 seats: nothing lost, nothing twice
	@$(BIN)/python manage.py prove

fmt: dev  ## put code and templates in order
	$(BIN)/ruff format --quiet . && $(BIN)/ruff check --fix --quiet . && $(BIN)/djhtml templates

words: dev  ## collect the message ids for the translators
	@$(BIN)/python manage.py words

lock: dev  ## renew the locks, hashes and all, without any address
	for part in requirements requirements-dev requirements-scale requirements-uv; do \
	  $(BIN)/uv pip compile $(LOCKED) $$part.in --output-file $$part.lock || exit 1; done

notices: dev  ## THIRD_PARTY.md from the packages' own words
	@$(BIN)/python manage.py notices
