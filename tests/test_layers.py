"""Imports point strictly downwards, without cycles; nothing is too long.

The list is the statement of the layers.
"""

import ast
import tokenize
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "harness"
PURE = [
    "errors",
    "terms",
    "profile",
    "wire",
    "link",
    "ledger",
    "emulator",
    "history",
    "fault",
    "check",
]
IO = ["port", "world", "device", "gate", "rig", "campaign", "report", "runner"]
DOORS = ["pytest_plugin", "robot_keywords", "robot_library", "commands", "cli", "start"]
LAYERS = [*PURE, *IO, *DOORS]  # lowest first
IMPURE = {"asyncio", "os", "random", "serial", "socket", "subprocess", "threading", "time"}
CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today")
FILES = sorted(ROOT.rglob("*.py"))
LATE = {"harness.port.sql_books", "harness.port.sql_rows"}  # take as long to load as all the rest
LINES_MAX, FUNCTION_LINES_MAX = 400, 40


def module(path):
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = {module(path): path for path in FILES}


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports_of(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name for name in names if name in PATHS)


def code_lines(path):
    """Return the numbers of lines that hold code: no blank line, comment or docstring."""
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    found = set()
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type not in skipped:
                found |= set(range(token.start[0], token.end[0] + 1))
    return found - docstring_lines(path)


def docstring_lines(path):
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module
    nodes = [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]
    strings = [node.body[0] for node in nodes if ast.get_docstring(node) is not None]
    return {line for each in strings for line in range(each.lineno, each.end_lineno + 1)}


def is_call(node):
    return isinstance(node, ast.Call)


def layer_of(name):
    return name.split(".")[1]


@pytest.mark.parametrize("name", [name for name in PATHS if name != "harness"])
def test_imports_point_downwards(name):
    lower = LAYERS[: LAYERS.index(layer_of(name)) + 1]
    for imported in imports_of(PATHS[name]):
        if imported.startswith("harness."):
            assert layer_of(imported) in lower, f"{name} imports {imported}"


@pytest.mark.parametrize("name", [n for n in PATHS if n != "harness" and layer_of(n) in PURE])
def test_pure_layers_open_nothing_and_read_no_clock(name):
    found = {imported.split(".")[0] for imported in imports_of(PATHS[name])} & IMPURE
    assert not found, f"{name} imports {found}"
    calls = {ast.unparse(node.func) for node in ast.walk(tree(PATHS[name])) if is_call(node)}
    impure = {call for call in calls if call in {"open", "print"} or call.endswith(CLOCKS)}
    assert not impure, f"{name} calls {impure}"


def test_modules_have_no_import_cycle():
    graph = {name: set(imports_of(path)) & PATHS.keys() - {name} for name, path in PATHS.items()}
    assert list(TopologicalSorter(graph).static_order())  # raises CycleError


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "__init__.py"], ids=module)
def test_contract_of_a_folder_does_not_import_the_folder(path):
    own = module(path)
    assert not [name for name in imports_of(path) if name.startswith(f"{own}.")]


@pytest.mark.parametrize("name", PATHS)
def test_no_import_stands_inside_a_function(name):
    for node in ast.walk(tree(PATHS[name])):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = [
                each for each in ast.walk(node) if isinstance(each, ast.Import | ast.ImportFrom)
                if getattr(each, "module", None) not in LATE
            ]  # fmt: skip
            assert not inside, f"{name}.{node.name} imports inside"


@pytest.mark.parametrize("name", PATHS)
def test_no_file_is_too_long(name):
    assert len(PATHS[name].read_text(encoding="utf-8").splitlines()) <= LINES_MAX


@pytest.mark.parametrize("name", PATHS)
def test_no_function_is_too_long(name):
    code = code_lines(PATHS[name])
    for node in ast.walk(tree(PATHS[name])):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            size = len(code & set(range(node.lineno, node.end_lineno + 1)))
            assert size <= FUNCTION_LINES_MAX, f"{name}.{node.name} has {size} lines"


def test_every_layer_is_in_the_statement():
    found = {layer_of(name) for name in PATHS if name != "harness"}
    assert found <= set(LAYERS)
