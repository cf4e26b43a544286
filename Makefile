# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors

.DEFAULT_GOAL := help
.PHONY: help demo test lint slow clean

PYTHON ?= python3
PYTEST_ARGS ?=
RUN := .venv/bin/python -m
export PYTHON

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

demo: ## set up, then read a simulated card
	@scripts/setup demo
	@printf '%s\n' 001090000000 | .venv/bin/cccd read --simulate cccd --access -

test: ## set up with the PC/SC service, then check and test everything but the slow tests
	@scripts/setup test
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) pytest --numprocesses auto --dist loadgroup $(PYTEST_ARGS)

lint: ## style and types alone
	@scripts/setup demo
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

slow: ## the tests that take minutes
	@scripts/setup test
	$(RUN) pytest -m slow $(PYTEST_ARGS)

clean: ## remove what the other targets made
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find cccd_reader simulators tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
