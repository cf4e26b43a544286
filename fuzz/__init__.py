# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""Fuzzing of everything that parses hostile bytes. `targets/` holds a module a parser; `run.py` runs them with atheris.

The same targets, seeds and mutations serve the tests in `tests/fuzz`, which need no atheris.
"""
