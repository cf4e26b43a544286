# SPDX-License-Identifier: Apache-2.0
# Copyright the cccd-reader authors
"""The house's rules as functions: each takes the source of one module and returns what breaks the rule, one line each.

They know nothing of this project's layout; `tests/test_architecture.py` holds the layout as data and applies them.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

HEADER = ("# SPDX-License-Identifier: Apache-2.0", "# Copyright the cccd-reader authors")
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

_MACHINE = re.compile(
    r"(?<![\w.*)])/(?:work|tmp|home|root|Users)/\w"  # somebody's folders
    r"|\b(?:pypi|files\.pythonhosted|deb\.debian|registry\.npmjs)\.org\b"  # hosts of package registries
)
_SILENCER = re.compile(r"#\s*(?:type:\s*ignore|(?:\w+:\s*)?noqa|mypy:)")
_EXPLAINED = re.compile(r"(?:type: ignore\[[\w, -]+\]|noqa: [A-Z]+\d+(?:,? ?[A-Z]+\d+)*)\s+(?:# )?-- \S")


@dataclass(frozen=True)
class Module:
    """One module: its dotted `name`, its `source`, and whether it is a package's `__init__`."""

    name: str
    source: str
    package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.source)

    @cached_property
    def imports(self) -> list[Import]:
        """Every import; see the function `imports`."""
        return list(_imports(self.tree, self, lazy=False))

    @cached_property
    def calls(self) -> list[ast.Call]:
        """Every call."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]

    @cached_property
    def functions(self) -> list[Function]:
        """Every function; see the function `functions`."""
        return list(_functions(self.tree, "", public=True))


@dataclass(frozen=True)
class Import:
    """One imported name, absolute and dotted; `lazy` where it stands inside a function."""

    line: int
    target: str
    lazy: bool


@dataclass(frozen=True)
class Function:
    """A function or method: dotted name within its module, its node, and where it stands."""

    name: str
    node: FunctionNode
    method: bool
    public: bool

    @property
    def lines(self) -> int:
        """Lines from `def` to the end, without the docstring."""
        whole = (self.node.end_lineno or self.node.lineno) - self.node.lineno + 1
        first = self.node.body[0]
        if ast.get_docstring(self.node, clean=False) is None:
            return whole
        return whole - ((first.end_lineno or first.lineno) - first.lineno + 1)

    @property
    def parameters(self) -> list[ast.arg]:
        """The parameters, without `self` and `cls`."""
        given = self.node.args
        named = given.posonlyargs + given.args
        static = any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in self.node.decorator_list)
        found = named[1:] if self.method and not static else named
        return found + given.kwonlyargs + [each for each in (given.vararg, given.kwarg) if each]


def imports(module: Module) -> list[Import]:
    """Return every import of a module; `from a import b` counts as `a.b`, relative ones are made absolute."""
    return module.imports


def _imports(node: ast.AST, module: Module, *, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(child.lineno, alias.name, lazy) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = _base(module, child)
            yield from (Import(child.lineno, f"{base}.{alias.name}", lazy) for alias in child.names)
        else:
            deferred = isinstance(child, FunctionNode | ast.Lambda) or _is_for_types(child)
            yield from _imports(child, module, lazy=lazy or deferred)


def _is_for_types(node: ast.AST) -> bool:
    """Tell a block that only type checkers run."""
    return isinstance(node, ast.If) and _dotted(node.test).split(".")[-1] == "TYPE_CHECKING"


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    kept = parts[: len(parts) - node.level + (1 if module.package else 0)]
    return ".".join([*kept, node.module] if node.module else kept)


def longest_prefix(name: str, prefixes: Iterable[str]) -> str | None:
    """Return the longest of `prefixes` that a dotted name equals or lies in, or None."""
    inside = [prefix for prefix in prefixes if name == prefix or name.startswith(prefix + ".")]
    return max(inside, key=len, default=None)


def upward_imports(module: Module, layers: tuple[tuple[str, ...], ...]) -> list[str]:
    """Imports from a higher layer, and modules that lie in none.

    `layers` are dotted prefixes, lowest first; `package.__init__` stands for the package's own names and nothing below.
    """
    height = {prefix: level for level, layer in enumerate(layers) for prefix in layer}
    own = longest_prefix(f"{module.name}.__init__" if module.package else module.name, height)
    if own is None:
        return [f"{module.name} belongs to no layer"]
    faults = []
    for found in imports(module):
        package = found.target.split(".")[0] + ".__init__"
        target = longest_prefix(found.target, height) or longest_prefix(package, height)
        if target is not None and height[target] > height[own]:
            faults.append(f"{module.name}:{found.line} imports {found.target} from above")
    return faults


def eager_imports(module: Module, package: str, allowed: str) -> list[str]:
    """Imports of `package` other than inside a function of a module below `allowed`."""
    at_home = longest_prefix(module.name, [allowed]) is not None
    return [
        f"{module.name}:{found.line} imports {found.target}"
        for found in imports(module)
        if longest_prefix(found.target, [package]) and not (at_home and found.lazy)
    ]


def outside_libraries(module: Module, own: set[str]) -> set[str]:
    """The top-level names of the libraries that a module imports, without the standard library and `own` packages."""
    names = {found.target.split(".")[0] for found in imports(module)}
    return names - set(sys.stdlib_module_names) - own - {"__future__"}


def dynamic_imports(module: Module) -> list[str]:
    """Calls of `import_module` and `__import__`, which would go round the rules above."""
    return [
        f"{module.name}:{call.lineno} imports by name at run time"
        for call in module.calls
        if _dotted(call.func).split(".")[-1] in {"import_module", "__import__"}
    ]


def functions(module: Module) -> list[Function]:
    """Return every function and method of a module, nested ones too (which are never public)."""
    return module.functions


def _functions(node: ast.AST, prefix: str, *, public: bool) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FunctionNode):
            visible = public and (not child.name.startswith("_") or child.name.endswith("__"))
            yield Function(prefix + child.name, child, isinstance(node, ast.ClassDef), visible)
            yield from _functions(child, f"{prefix}{child.name}.", public=False)
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.", public=public and not child.name.startswith("_"))
        else:
            yield from _functions(child, prefix, public=public)


def long_functions(module: Module, limit: int) -> dict[str, int]:
    """Functions of more than `limit` lines without their docstring, as "module:function" and their lines."""
    return {f"{module.name}:{each.name}": each.lines for each in functions(module) if each.lines > limit}


def many_parameters(module: Module, limit: int) -> dict[str, int]:
    """Functions of more than `limit` parameters, as "module:function" and their number."""
    counts = {f"{module.name}:{each.name}": len(each.parameters) for each in functions(module)}
    return {name: count for name, count in counts.items() if count > limit}


def boolean_parameters(module: Module) -> list[str]:
    """Public functions with a parameter of type `bool`, or with True or False as a default."""
    return [
        f"{module.name}:{each.node.lineno} {each.name} takes a boolean"
        for each in functions(module)
        if each.public and not _is_command(each.node) and _takes_boolean(each)
    ]


def _takes_boolean(function: Function) -> bool:
    arguments = function.node.args
    defaults = [*arguments.defaults, *(each for each in arguments.kw_defaults if each)]
    if any(isinstance(each, ast.Constant) and isinstance(each.value, bool) for each in defaults):
        return True
    # Callable[[str], bool] is no flag: only a bare bool counts, alone or in a union.
    hints = (each.annotation for each in function.parameters if each.annotation)
    return any(isinstance(name, ast.Name) and name.id == "bool" for hint in hints for name in _union(hint))


def _union(hint: ast.expr) -> list[ast.expr]:
    if isinstance(hint, ast.BinOp) and isinstance(hint.op, ast.BitOr):
        return _union(hint.left) + _union(hint.right)
    return [hint]


def _is_command(node: FunctionNode) -> bool:
    # A function that click calls has the flags of its command line as parameters; nobody calls it from Python.
    names = [_dotted(each.func if isinstance(each, ast.Call) else each) for each in node.decorator_list]
    return any(name.startswith("click.") or name.endswith((".command", ".group")) for name in names)


def missing_docstrings(module: Module) -> list[str]:
    """The module, public classes and public functions without a docstring (magic methods speak for themselves)."""
    tree = module.tree
    faults = [] if ast.get_docstring(tree) else [f"{module.name} has no docstring"]
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
            faults.append(f"{module.name}:{node.lineno} {node.name} has no docstring")
    for each in functions(module):
        magic = each.node.name.startswith("__")
        if each.public and not magic and not _is_overload(each.node) and not ast.get_docstring(each.node):
            faults.append(f"{module.name}:{each.node.lineno} {each.name} has no docstring")
    return faults


def _is_overload(node: FunctionNode) -> bool:
    return any(_dotted(each).split(".")[-1] in {"overload", "setter", "override"} for each in node.decorator_list)


def prints(module: Module) -> list[str]:
    """Calls of the built-in `print`; a console that a command made is another thing."""
    return [
        f"{module.name}:{call.lineno} prints"
        for call in module.calls
        if _dotted(call.func) in ("print", "builtins.print")
    ]


def swallowed_errors(module: Module) -> list[str]:
    """Bare `except:`, handlers that do nothing, and `suppress(Exception)`."""
    faults = [
        f"{module.name}:{node.lineno} swallows an error"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and (node.type is None or all(_is_nothing(each) for each in node.body))
    ]
    for call in module.calls:
        broad = {_dotted(each) for each in call.args} & {"Exception", "BaseException"}
        if broad and _dotted(call.func).split(".")[-1] == "suppress":
            faults.append(f"{module.name}:{call.lineno} suppresses every error")
    return faults


def _is_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def missing_header(module: Module) -> list[str]:
    """A file that does not begin with the licence and the copyright line, after a shebang if it has one."""
    lines = module.source.splitlines()
    lines = lines[1:] if lines and lines[0].startswith("#!") else lines
    return [] if tuple(lines[:2]) == HEADER else [f"{module.name} does not begin with the two header lines"]


def unexplained_silencers(module: Module) -> list[str]:
    """Comments that silence a checker without a code and, after two dashes, the reason."""
    if not _SILENCER.search(module.source):
        return []
    comments = (
        token
        for token in tokenize.generate_tokens(io.StringIO(module.source).readline)
        if token.type == tokenize.COMMENT and _SILENCER.search(token.string)
    )
    return [
        f"{module.name}:{token.start[0]} silences a checker without saying why"
        for token in comments
        if not _EXPLAINED.search(token.string)
    ]


def machine_traces(name: str, text: str) -> list[str]:
    """Paths of somebody's machine and hosts of package registries in any text."""
    if not _MACHINE.search(text):
        return []
    return [
        f"{name}:{number} names a machine's path or host"
        for number, line in enumerate(text.splitlines(), 1)
        if _MACHINE.search(line)
    ]


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
