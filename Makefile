# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors

.DEFAULT_GOAL := help
.PHONY: help demo test lint pages slow soak fuzz audit bench clean

PYTHON ?= python3
PYTEST_ARGS ?=
FUZZ_ARGS ?= --seconds 30
SOAK_ARGS ?=
BENCH_ARGS ?=
RUN := .venv/bin/python -m
export PYTHON

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

DEMO_TRUST := .venv/demo-trust
VERIFY := printf '%s\n' 001090000000 | .venv/bin/cccd verify --access - --trust $(DEMO_TRUST)

demo: ## set up, then verify a simulated card, and a clone of it
	@scripts/setup demo
	@.venv/bin/cccd simulate trust $(DEMO_TRUST) >/dev/null
	@echo "== the genuine card =="
	@$(VERIFY) --simulate cccd
	@echo
	@echo "== a clone of it: every file is genuine, the keys are not there =="
	@$(VERIFY) --simulate cccd:clone-without-keys; [ $$? -eq 1 ]

test: ## set up with the PC/SC service, then check and test everything but the slow tests
	@scripts/setup test
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	scripts/run_tests $(PYTEST_ARGS)

lint: ## style and types alone
	@scripts/setup demo
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy

pages: ## make anew what is made from the code: messages, pages of the documents, manual page, the README's output
	@scripts/setup demo
	for each in compile_messages report_page fault_matrix man_page readme_output; do .venv/bin/python scripts/$$each || exit 1; done

slow: ## the tests that take minutes
	@scripts/setup test
	CCCD_HYPOTHESIS=thorough $(RUN) pytest -m slow $(PYTEST_ARGS)

soak: ## 10,000 visits in one process and 1,000 through the PC/SC service: no leak, no wrong verdict
	@scripts/setup test
	PYTHONPATH=.:simulators $(RUN) tests.soak $(SOAK_ARGS)

audit: ## known weaknesses: bandit over the code, pip-audit over what is installed
	@scripts/setup demo
	@.venv/bin/python -c 'import bandit, pip_audit' 2>/dev/null || $(RUN) pip install --quiet --editable '.[audit]'
	.venv/bin/python scripts/audit

fuzz: ## look for bytes that break a parser, 30 seconds each
	@scripts/setup demo
	@.venv/bin/python -c 'import atheris' 2>/dev/null || $(RUN) pip install --quiet --editable '.[fuzz]'
	$(RUN) fuzz.run $(FUZZ_ARGS)

bench: ## what things cost, as ratios
	@scripts/setup demo
	$(RUN) bench $(BENCH_ARGS)

clean: ## remove what the other targets made
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find cccd_reader simulators tests scripts fuzz bench -name __pycache__ -type d -prune -exec rm -rf {} +
