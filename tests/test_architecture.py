# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The house's rules, applied to every module: layers, sizes, public names, and what must not be written.

The layout stands here as data; the rules themselves are in `tests/support/house_rules.py`, and each is shown below to
find what it looks for.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import cccd_reader
import cccd_reader.cli
from tests.support import house_rules as rules
from tests.support.house_rules import Module
from tests.support.reference import REPOSITORY

LAYERS = (
    ("cccd_reader.errors", "cccd_reader.access_keys"),
    ("cccd_reader.storage",),
    ("cccd_reader.crypto",),
    ("cccd_reader.apdu",),
    ("cccd_reader.capabilities",),
    ("cccd_reader.lds",),
    ("cccd_reader.vietnam",),
    ("cccd_reader.pki",),
    ("cccd_reader.protocols",),
    ("cccd_reader.transport",),
    ("cccd_reader.watchlist",),
    ("cccd_reader.inspection",),
    ("cccd_reader.photo_cache",),
    ("cccd_reader.scanners",),
    ("cccd_reader.counter",),
    ("cccd_reader.doctor",),
    ("cccd_reader.messages", "cccd_reader.render"),
    ("cccd_reader.__init__",),
    ("cccd_simulators",),
    ("cccd_reader.cli",),
)
"""Lowest first. The public names of `cccd_reader` stand above the library and below the command line."""

OUTSIDE = {
    "cccd_reader.crypto": {"cryptography", "Crypto"},
    "cccd_reader.lds": {"asn1crypto", "PIL"},
    "cccd_reader.pki": {"asn1crypto", "cryptography"},
    "cccd_reader.transport": {"serial"},
    "cccd_reader.transport.pcsc": {"smartcard"},
    "cccd_reader.scanners": {"serial", "PIL", "zxingcpp"},
    "cccd_reader.doctor.gather_software": {"PIL"},
    "cccd_reader.render": {"rich", "jinja2", "babel"},
    "cccd_reader.cli": {"click", "rich"},
    "cccd_simulators": {"asn1crypto", "cryptography", "Crypto", "PIL"},
}
"""Which outside libraries a part may import; a part that is not named may import none."""

DISTRIBUTIONS = {
    "smartcard": "pyscard",
    "serial": "pyserial",
    "PIL": "Pillow",
    "Crypto": "pycryptodome",
    "zxingcpp": "zxing-cpp",
}
"""Where the name to import is not the name to install."""

MODULE_LINES, FUNCTION_LINES, PARAMETERS = 400, 30, 5

LONG_FUNCTIONS: dict[str, int] = {}
"""The functions that may be longer, as "module:function" and their lines: exact, so that the list can only shrink."""

MANY_PARAMETERS: dict[str, int] = {}
"""The functions that may take more, in the same form."""

PUBLIC_NAMES: list[str] = [
    "AccessDenied",
    "AccessKey",
    "Can",
    "CardChanged",
    "CardError",
    "CardRemoved",
    "CccdError",
    "Check",
    "Evidence",
    "MalformedData",
    "MrzKey",
    "NoCard",
    "NoReader",
    "Outcome",
    "Patience",
    "Pin",
    "Policy",
    "Puk",
    "ReadOptions",
    "ReaderBusy",
    "Reading",
    "Reason",
    "Rejected",
    "Report",
    "SecureMessagingError",
    "ServiceUnavailable",
    "StatusError",
    "TransportError",
    "TrustStore",
    "Unsupported",
    "VerdictKind",
    "list_readers",
    "open_card",
    "parse_access",
    "read",
    "verify",
]
"""What an integrator may import from `cccd_reader`, sorted. A change here is a change for every user."""


def modules(folder: str, *, root: str = ".") -> list[Module]:
    """Read every module below a folder of the repository; names are relative to `root`."""
    found = []
    for path in sorted((REPOSITORY / folder).rglob("*.py")):
        parts = path.relative_to(REPOSITORY / root).with_suffix("").parts
        package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if package else parts)
        found.append(Module(name, path.read_text(encoding="utf-8"), package))
    return found


LIBRARY = modules("cccd_reader")
SIMULATORS = modules("simulators/cccd_simulators", root="simulators")
PACKAGES = LIBRARY + SIMULATORS
ENTRY = Module("cli", (REPOSITORY / "cli.py").read_text(encoding="utf-8"))
ALL = [*PACKAGES, ENTRY, *(each for part in ("tests", "scripts", "fuzz", "bench") for each in modules(part))]


def texts() -> list[Path]:
    """Return the files that people wrote: source, scripts, settings and documents, without test data."""
    patterns = ("*.md", "*.toml", "Makefile", ".gitignore", ".ci/*", "scripts/*", "cccd_reader/**/*", "simulators/**/*")
    found = {path for pattern in patterns for path in REPOSITORY.glob(pattern)}
    found |= set((REPOSITORY / "tests").rglob("*.py")) | set((REPOSITORY / "docs").rglob("*.md"))
    suffixes = {"", ".md", ".toml", ".py", ".sh", ".json", ".txt", ".typed"}
    return sorted(path for path in found if path.is_file() and path.suffix in suffixes)


def test_the_modules_were_found() -> None:
    names = {module.name for module in ALL}
    assert {"cccd_reader", "cccd_reader.apdu.tlv", "cccd_simulators", "cli", "tests.test_architecture"} <= names


# --- layers -----------------------------------------------------------------------------------------------------------


def test_imports_point_down() -> None:
    assert [fault for module in PACKAGES for fault in rules.upward_imports(module, LAYERS)] == []


@pytest.mark.parametrize(
    ("name", "line", "fault"),
    [
        ("cccd_reader.apdu.tlv", "from cccd_reader.lds import mrz", "cccd_reader.lds.mrz from above"),
        ("cccd_reader.apdu.tlv", "import cccd_reader.protocols.bac", "cccd_reader.protocols.bac from above"),
        ("cccd_reader.apdu.tlv", "from ..protocols import bac", "cccd_reader.protocols.bac from above"),
        ("cccd_reader.apdu.tlv", "from cccd_reader import read", "cccd_reader.read from above"),
        ("cccd_reader.apdu.tlv", "def f():\n    from cccd_reader import cli", "cccd_reader.cli from above"),
        ("cccd_simulators.chip", "from cccd_reader.cli import main", "cccd_reader.cli.main from above"),
        ("cccd_reader.helpers", "", "belongs to no layer"),
        ("cccd_reader.apdu.tlv", "from cccd_reader.crypto import suites", ""),
        ("cccd_reader.apdu.tlv", "from cccd_reader import errors", ""),
        ("cccd_reader.apdu.tlv", "from . import status", ""),
        ("cccd_simulators.chip", "from cccd_reader.protocols import pace", ""),
    ],
)
def test_an_import_from_above_is_found(name: str, line: str, fault: str) -> None:
    faults = rules.upward_imports(Module(name, line), LAYERS)
    assert bool(faults) == bool(fault)
    assert fault in "".join(faults)


def test_relative_imports_are_resolved_in_a_package_too() -> None:
    found = rules.imports(Module("a.b", "from . import c\nfrom .d import e\nfrom .. import f", package=True))
    assert [each.target for each in found] == ["a.b.c", "a.b.d.e", "a.f"]


def test_only_the_commands_that_simulate_import_the_simulators() -> None:
    found = (rules.eager_imports(module, "cccd_simulators", "cccd_reader.cli") for module in LIBRARY)
    assert [fault for faults in found for fault in faults] == []


def test_an_eager_import_of_the_simulators_is_found() -> None:
    top, inside = "from cccd_simulators import chip", "def f():\n    from cccd_simulators import chip"
    command, library = "cccd_reader.cli.simulate", "cccd_reader.inspection.reading"
    assert rules.eager_imports(Module(command, top), "cccd_simulators", "cccd_reader.cli")
    assert rules.eager_imports(Module(library, inside), "cccd_simulators", "cccd_reader.cli")
    assert not rules.eager_imports(Module(command, inside), "cccd_simulators", "cccd_reader.cli")


def outside_faults(module: Module) -> set[str]:
    """Return the outside libraries that a module imports and its part may not."""
    allowed = [libraries for part, libraries in OUTSIDE.items() if rules.longest_prefix(module.name, [part])]
    return rules.outside_libraries(module, {"cccd_reader", "cccd_simulators"}) - set().union(*allowed)


def test_outside_libraries_stay_in_their_layer() -> None:
    assert {module.name: faults for module in PACKAGES if (faults := outside_faults(module))} == {}


def test_an_outside_library_in_a_foreign_layer_is_found() -> None:
    assert outside_faults(Module("cccd_reader.transport.pn532", "def f():\n    import smartcard.scard")) == {
        "smartcard"
    }
    assert outside_faults(Module("cccd_reader.apdu.tlv", "import os\nfrom cryptography import x509")) == {
        "cryptography"
    }
    assert outside_faults(Module("cccd_reader.transport.pcsc", "import smartcard, serial")) == set()


def test_every_outside_library_is_declared() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]["image"]
    declared = {entry.split(">")[0] for entry in [*project["dependencies"], *extras]}
    used = set().union(*(rules.outside_libraries(module, {"cccd_reader", "cccd_simulators"}) for module in PACKAGES))
    assert {DISTRIBUTIONS.get(name, name) for name in used} <= declared


def test_only_the_lazy_tables_import_by_name_at_run_time() -> None:
    faults = [fault.split(":")[0] for module in PACKAGES for fault in rules.dynamic_imports(module)]
    assert faults == ["cccd_reader", "cccd_reader.cli"]


def test_the_lazy_tables_name_modules_of_this_package_only() -> None:
    homes = [*cccd_reader._HOMES, *(module for _, module, _ in cccd_reader.cli._COMMANDS.values())]
    assert [home for home in homes if not home.startswith("cccd_reader.")] == []


def test_an_import_by_name_is_found() -> None:
    assert rules.dynamic_imports(Module("m", "import importlib\nx = importlib.import_module('serial')"))
    assert rules.dynamic_imports(Module("m", "x = __import__('serial')"))


def loaded_drivers(statement: str) -> str:
    """Run a statement in a fresh interpreter; return which of pyscard and pyserial are loaded then."""
    code = f"import sys\n{statement}\nprint([name for name in ('smartcard', 'serial') if name in sys.modules])"
    path = f"import sys; sys.path[:0] = {[str(REPOSITORY), str(REPOSITORY / 'simulators')]!r}\n"
    return subprocess.run(
        [sys.executable, "-c", path + code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_importing_the_packages_loads_no_driver() -> None:
    assert loaded_drivers("import cccd_reader, cccd_reader.cli, cccd_simulators") == "[]"


def test_a_loaded_driver_is_found() -> None:
    assert loaded_drivers("import serial") == "['serial']"


def test_help_works_without_any_driver() -> None:
    blocked = "sys.modules['smartcard'] = sys.modules['serial'] = None\nsys.argv = ['cccd', '--help']\n"
    code = f"import sys\n{blocked}from cccd_reader.cli import main\nmain()"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: " in done.stdout


# --- sizes ------------------------------------------------------------------------------------------------------------


def test_modules_are_small() -> None:
    sizes = {module.name: len(module.source.splitlines()) for module in PACKAGES}
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


def test_functions_are_short() -> None:
    found = [rules.long_functions(module, FUNCTION_LINES) for module in PACKAGES]
    assert {name: lines for each in found for name, lines in each.items()} == LONG_FUNCTIONS


def test_a_long_function_is_found_and_its_docstring_is_not_counted() -> None:
    body = "\n".join(["    x = 1"] * 30)
    docstring = '    """One.\n\n    Two.\n    """\n'
    assert rules.long_functions(Module("m", f"def f():\n{docstring}{body}"), 30) == {"m:f": 31}
    assert rules.long_functions(Module("m", f"def f():\n{docstring}{body[10:]}"), 30) == {}
    assert rules.long_functions(Module("m", f"class A:\n  def f():\n{body}"), 30) == {"m:A.f": 31}


def test_functions_take_few_parameters() -> None:
    found = [rules.many_parameters(module, PARAMETERS) for module in PACKAGES]
    assert {name: count for each in found for name, count in each.items()} == MANY_PARAMETERS


def test_a_function_of_many_parameters_is_found() -> None:
    assert rules.many_parameters(Module("m", "def f(a, b, /, c, *d, e, **f): ..."), 5) == {"m:f": 6}
    assert rules.many_parameters(Module("m", "class A:\n  def f(self, a, b, c, d, e): ..."), 5) == {}
    assert rules.many_parameters(Module("m", "class A:\n  @staticmethod\n  def f(a, b, c, d, e, f): ..."), 5) == {
        "m:A.f": 6
    }


# --- names ------------------------------------------------------------------------------------------------------------


def test_the_public_names_are_the_listed_ones() -> None:
    assert sorted(cccd_reader.__all__) == PUBLIC_NAMES
    assert [name for name in PUBLIC_NAMES if not hasattr(cccd_reader, name)] == []


def test_public_functions_take_no_booleans() -> None:
    assert [fault for module in PACKAGES for fault in rules.boolean_parameters(module)] == []


@pytest.mark.parametrize(
    ("source", "faulty"),
    [
        ("def f(a=True): ...", True),
        ("def f(*, a=False): ...", True),
        ("def f(a: bool): ...", True),
        ("def f(a: bool | None): ...", True),
        ("class A:\n  def __init__(self, a: bool): ...", True),
        ("def f(a: int) -> bool: ...", False),
        ("def f(a: Callable[[str], bool]): ...", False),
        ("def _f(a=True): ...", False),
        ("class _A:\n  def f(self, a=True): ...", False),
        ("def f():\n  def g(a=True): ...", False),
        ("@click.option('--json')\ndef f(json: bool): ...", False),
    ],
)
def test_a_boolean_parameter_is_found(source: str, faulty: bool) -> None:
    assert bool(rules.boolean_parameters(Module("m", source))) == faulty


def test_public_names_have_docstrings() -> None:
    assert [fault for module in PACKAGES for fault in rules.missing_docstrings(module)] == []


def test_a_missing_docstring_is_found() -> None:
    source = "class A:\n  def f(self): ...\n  def _g(self): ...\n  def __len__(self): ...\ndef h(): ...\ndef _i(): ..."
    faults = rules.missing_docstrings(Module("m", source))
    assert [fault.split()[-4] for fault in faults] == ["m", "A", "A.f", "h"]
    assert rules.missing_docstrings(Module("m", '"""One."""\n@overload\ndef f(): ...')) == []


# --- what must not be written -----------------------------------------------------------------------------------------


def test_every_file_names_its_licence() -> None:
    assert [fault for module in ALL for fault in rules.missing_header(module)] == []


def test_a_missing_licence_is_found() -> None:
    header = "\n".join(rules.HEADER)
    assert rules.missing_header(Module("m", f"#!/usr/bin/env python3\n{header}\n")) == []
    assert rules.missing_header(Module("m", f"\n{header}\n"))
    assert rules.missing_header(Module("m", ""))


def test_the_library_prints_nothing() -> None:
    assert [fault for module in LIBRARY for fault in rules.prints(module)] == []


def test_a_print_is_found() -> None:
    assert rules.prints(Module("m", "def f():\n    print('x')"))
    assert not rules.prints(Module("m", "'print(1)'  # print(1)"))


def test_no_error_is_swallowed() -> None:
    assert [fault for module in [*PACKAGES, ENTRY] for fault in rules.swallowed_errors(module)] == []


@pytest.mark.parametrize(
    ("source", "faulty"),
    [
        ("try:\n  f()\nexcept:\n  g()", True),
        ("try:\n  f()\nexcept OSError:\n  pass", True),
        ("try:\n  f()\nexcept OSError:\n  ...", True),
        ("with contextlib.suppress(Exception):\n  f()", True),
        ("with contextlib.suppress(FileNotFoundError):\n  f()", False),
        ("try:\n  f()\nexcept OSError as error:\n  raise A from error", False),
    ],
)
def test_a_swallowed_error_is_found(source: str, faulty: bool) -> None:
    assert bool(rules.swallowed_errors(Module("m", source))) == faulty


def test_checkers_are_silenced_only_with_a_reason() -> None:
    assert [fault for module in ALL for fault in rules.unexplained_silencers(module)] == []


@pytest.mark.parametrize(
    ("comment", "faulty"),
    [
        ("type: ignore", True),
        ("type: ignore[arg-type]", True),
        ("type: ignore[arg-type] because", True),
        ("type: ignore[arg-type]  # -- the library has no types", False),
        ("no" + "qa", True),
        ("no" + "qa: S105", True),
        ("ruff: no" + "qa", True),
        ("mypy: ignore-errors", True),
        ("no" + "qa: S105 -- a label, no password", False),
        ("no" + "qa: S105, PLR0913 -- a label, no password", False),
    ],
)
def test_an_unexplained_silencer_is_found(comment: str, faulty: bool) -> None:
    assert bool(rules.unexplained_silencers(Module("m", f"x = 1  # {comment}\n"))) == faulty
    assert not rules.unexplained_silencers(Module("m", f"x = '# {comment}'\n"))


def test_no_file_names_a_machine() -> None:
    found = (rules.machine_traces(str(path.relative_to(REPOSITORY)), path.read_text("utf-8")) for path in texts())
    assert [fault for faults in found for fault in faults] == []


def test_the_texts_were_found() -> None:
    names = {str(path.relative_to(REPOSITORY)) for path in texts()}
    assert {"pyproject.toml", "Makefile", ".ci/run", "CONTRIBUTING.md", "cccd_reader/errors.py"} <= names


def test_a_machine_is_found() -> None:
    path, host = "/".join(["", "home", "somebody"]), ".".join(["pypi", "org"])
    assert rules.machine_traces("m", f"see {path}/x")
    assert rules.machine_traces("m", f"see https://{host}/x")
    assert not rules.machine_traces("m", "see /run/pcscd and tests/home/x and https://www.icao.int/work/x")
