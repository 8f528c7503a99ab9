"""The documents say what the code does: their links, commands, rules, parameters and examples."""

import ast
import re
import runpy
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
import yaml

from harness.campaign.play import play
from harness.campaign.suites import load_scenarios
from harness.check.all import ALL_CHECKERS
from harness.check.compose import Word
from harness.check.secrecy import EVERY_BENCH
from harness.cli import COMMANDS, built
from harness.profile.choices import CHOICES
from harness.profile.defaults import DEFAULTS
from harness.report.rules import text_of
from harness.rig.defects import DEFECTS, require_known
from harness.rig.schema import IDENTITY, Bench
from harness.runner.place import load_parts
from harness.wire import zvt
from tests.live.program import key_file

ROOT = Path(__file__).parents[1]
DOCS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("fixtures/**/*.md")],
)
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
RULES = {rule.id: rule for checker in ALL_CHECKERS for rule in checker.RULES}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
INLINE = re.compile(r"`(pos-harness [^`]*)`")
READINGS = ("check", "profile/pan_mask", "profile/entry_letters")  # what checkers read it by
IN_FACTS = {"mac_width"}  # checkers read what was made of it: mac_ok
PARAMETER = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|.*\| ([^|]+) \|$", re.MULTILINE)
FILE_SIZE_MAX = 200_000
UNUSED = "nothing yet"
SAID_BY_THE_TILL = {
    "register": zvt.REGISTRATION,
    "sign-in": zvt.SIGN_IN,
    "last": zvt.LAST_RESULT,
    "reprint": zvt.REPEAT_RECEIPT,
}
SYSTEM_ERRORS = {"could not open port", "Address already in use"}


def text(path):
    return path.read_text(encoding="utf-8")


def prose(path):
    return FENCE.sub("", text(path))


def blocks(path, language):
    return [body for found, body in FENCE.findall(text(path)) if found == language]


def ids(path):
    return str(path.relative_to(ROOT))


def shell_lines(path):
    body = "\n".join([*blocks(path, ""), *blocks(path, "sh"), *blocks(path, "bash")])
    return [line.strip() for line in body.splitlines() if line.strip()]


def command_lines(path):
    lines = [line for line in shell_lines(path) if line.startswith("pos-harness ")]
    return lines + INLINE.findall(prose(path))


def anchors(path):
    heads = re.findall(r"^#+ (.+)$", text(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def group_or_command(words):
    """Return the command that the words name, and the words behind its name."""
    found = typer.main.get_command(built())
    while words and hasattr(found, "commands"):
        assert words[0] in found.commands, f"there is no command {words[0]!r}"
        found, words = found.commands[words[0]], words[1:]
    return found, words


def sections(path):
    """Return what stands below each heading of the third level, by its heading."""
    parts = re.split(r"^### (.+)$", text(path), flags=re.MULTILINE)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return {head: body.partition("\n## ")[0] for head, body in pairs}


def parameters():
    return {row[0]: row[1:] for row in PARAMETER.findall(text(ROOT / "docs/profile.md"))}


@pytest.mark.parametrize("path", DOCS, ids=ids)
def test_links_lead_to_something(path):
    for link in LINK.findall(prose(path)):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), f"{ids(path)}: {link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{ids(path)}: no heading {link}"


@pytest.mark.parametrize("path", DOCS, ids=ids)
def test_commands_and_their_options_exist(path):
    for line in command_lines(path):
        command, words = group_or_command(shlex.split(line)[1:])
        known = {option for each in command.params for option in each.opts}
        for word in words:
            option = word.partition("=")[0]
            assert not word.startswith("-") or word == "-" or option in known, f"{line}: {word}"


@pytest.mark.parametrize("path", DOCS, ids=ids)
def test_command_lines_to_type_are_accepted_by_the_parser(path):
    for line in shell_lines(path):
        if line.startswith("pos-harness "):
            command, words = group_or_command(shlex.split(line)[1:])
            given = command.make_context("pos-harness", list(words)).params
            require_known(given.get("defect") or ())
            for suite in given.get("suites") or ():
                places = (ROOT / "suites" / suite, ROOT / suite)
                assert any(place.exists() for place in places), f"{line}: no suite {suite}"


@pytest.mark.parametrize("path", DOCS, ids=ids)
def test_documents_are_utf8_with_lf_and_without_absolute_paths_of_ours(path):
    raw = path.read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert not re.search(r"(?:^|[\s(`\"'])/(?:work|home|tmp|root|Users)/", raw.decode("utf-8"))


@pytest.mark.parametrize(
    "path", [path for path in ROOT.glob("docs/**/*") if path.is_file()], ids=ids
)
def test_no_document_is_too_large(path):
    assert path.stat().st_size < FILE_SIZE_MAX


@pytest.mark.parametrize("path", READMES, ids=ids)
def test_readme_names_every_command(path):
    said = text(path)
    for name in {command.path.split()[0] for command in COMMANDS}:
        assert f"`pos-harness {name}" in said, f"{ids(path)} is silent on {name}"


def test_both_readmes_are_built_alike():
    english, chinese = map(text, READMES)
    for pattern in (r"^## ", r"^```", r"^\|", r"^- ", r"^\*\*\d", r"^!\["):
        counts = [len(re.findall(pattern, said, re.MULTILINE)) for said in (english, chinese)]
        assert counts[0] == counts[1], f"{pattern}: {counts}"


def test_both_readmes_give_the_same_commands():
    assert shell_lines(READMES[0]) == shell_lines(READMES[1])


@pytest.mark.parametrize("path", READMES, ids=ids)
def test_readme_counts_the_rules_as_the_code_does(path):
    count = len(RULES.keys() - {"EXPECT"})
    assert re.search(rf"\b{count} rules|{count} 条规则", text(path))


def test_readmes_speak_of_fewer_defects_than_there_are():
    assert "more than 140 seeded defects" in text(READMES[0])
    assert "一百四十多个人为缺陷" in text(READMES[1])
    assert 140 < len(DEFECTS) < 160


def test_semantics_lists_the_rules_of_the_code_and_no_other():
    assert set(sections(ROOT / "docs/semantics.md")) == set(RULES)


@pytest.mark.parametrize("rule_id", RULES)
def test_semantics_says_of_a_rule_what_the_code_says(rule_id):
    rule, said = RULES[rule_id], sections(ROOT / "docs/semantics.md")[rule_id]
    known = text_of(rule_id)
    needs = "any channel" if rule.needs == EVERY_BENCH else f"`{rule.needs}`"
    for wanted in (known.text, known.chinese, known.source, f"- Needs: {needs}."):
        assert wanted in said
    assert ("after the rest" in said.partition("- Evaluated")[0]) == rule.after_rest
    assert "- Evaluated: " in said
    assert "- Where due: " in said


def test_profile_lists_the_parameters_of_the_code_and_no_other():
    names = [row[0] for row in PARAMETER.findall(text(ROOT / "docs/profile.md"))]
    assert sorted(names) == sorted(DEFAULTS)


@pytest.mark.parametrize("name", DEFAULTS)
def test_profile_gives_the_default_of_the_code(name):
    said, value = parameters()[name][0], DEFAULTS[name]
    if isinstance(value, bool):
        assert said == str(value).lower()
    elif isinstance(value, tuple):
        assert said == (", ".join(f"`{each}`" for each in value) or "none")
    else:
        assert said.strip("`") == str(value)


@pytest.mark.parametrize("name", CHOICES)
def test_profile_gives_the_choices_of_the_code(name):
    assert re.findall(r"`([^`]+)`", parameters()[name][1]) == list(CHOICES[name])


def test_profile_names_rules_that_exist():
    for name, (_, _, used_by) in parameters().items():
        for word in re.findall(r"\b[A-Z]\d+\b", used_by):
            assert word in RULES, f"{name}: {word}"


@pytest.mark.parametrize("name", DEFAULTS)
def test_profile_calls_unused_just_what_nothing_reads(name):
    own = ROOT / "harness/profile"
    sources = (path for path in ROOT.glob("harness/**/*.py") if own not in path.parents)
    is_read = any(re.search(rf"\b{name}\b", text(path)) for path in sources)
    assert is_read != (parameters()[name][-1] == UNUSED)


def is_read_in(place, pattern):
    """Tell whether a folder or a module of harness has a pattern."""
    paths = [*(ROOT / "harness").glob(f"{place}.py"), *(ROOT / "harness").glob(f"{place}/**/*.py")]
    assert paths
    return any(re.search(pattern, text(path)) for path in paths)


@pytest.mark.parametrize("device", ["terminal", "host"])
@pytest.mark.parametrize("name", DEFAULTS)
def test_profile_says_which_emulated_device_goes_by_a_parameter(name, device):
    pattern = rf"\bconfig\.{name}\b|_config\.{name}\b|config\.{name}_digits\b"
    is_said = device in re.findall(r"\w+", parameters()[name][-1])
    assert is_said == is_read_in(f"emulator/{device}", pattern)


@pytest.mark.parametrize("name", sorted(DEFAULTS.keys() - {"not_applicable"} - IN_FACTS))
def test_profile_names_rules_just_where_checkers_read_a_parameter(name):
    is_said = re.search(r"\b[A-Z]\d+\b", parameters()[name][-1]) is not None
    assert is_said == any(is_read_in(place, rf'"{name}"') for place in READINGS)


def test_bench_document_shows_files_that_the_schema_takes():
    whole = [yaml.safe_load(body) for body in blocks(ROOT / "docs/bench.md", "yaml")]
    benches = [found for found in whole if "devices" in found]
    assert len(benches) == 2
    for found in benches:
        Bench.model_validate(found, strict=False)


def test_first_bench_is_one_that_can_be_loaded_where_its_guide_puts_it(tmp_path):
    guide = ROOT / "docs/first-bench.md"
    (body,) = blocks(guide, "yaml")
    (tmp_path / "my-bench.yaml").write_text(body, "utf-8")
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    (tmp_path / "secrets").mkdir()
    key_file(tmp_path / "secrets")
    (parts,) = load_parts(tmp_path / "my-bench.yaml")
    assert (parts.is_emulated, parts.keys_from) == (False, "file")
    assert all(getattr(parts.device.terminal, name) for name in IDENTITY)
    assert "suites/sale/sale.robot" in text(guide)
    tokens = {card.token for card in parts.cards}
    assert tokens == set(re.findall(r"`(card-[\w]+)`", text(guide)))


def test_bench_document_names_every_key_of_a_device():
    said = text(ROOT / "docs/bench.md")
    definitions = Bench.model_json_schema()["$defs"]
    keys = {key for each in definitions.values() for key in each["properties"]}
    assert {"terminal", "present_card", "boot_s", "allow"} <= keys
    assert not [key for key in sorted(keys) if f"`{key}`" not in said]


def test_errors_that_the_bench_document_explains_are_those_of_the_code():
    table = text(ROOT / "docs/bench.md").partition("## Errors and remedies")[2]
    said = set(re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)) - SYSTEM_ERRORS
    trees = [ast.parse(text(path)) for path in ROOT.glob("harness/**/*.py")]
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    literals = "\n".join(node.value for node in nodes if isinstance(node.value, str))
    assert len(said) > 10
    assert not [phrase for phrase in sorted(said) if phrase not in literals]


def test_parts_of_a_profile_in_documents_are_accepted():
    (body,) = blocks(ROOT / "docs/profile.md", "yaml")
    found = yaml.safe_load(body)["profile"]
    assert found.keys() <= DEFAULTS.keys()
    assert set(found["not_applicable"]) <= RULES.keys()


def test_python_example_of_the_architecture_plays_and_passes(tmp_path):
    (body,) = blocks(ROOT / "docs/architecture.md", "python")
    ast.parse(body)
    file = tmp_path / "mine" / "test_mine.py"
    file.parent.mkdir()
    file.write_text(body, encoding="utf-8")
    (parts,) = load_parts(ROOT / "devices.yaml")
    for _, scenario in load_scenarios([file]):
        assert play(scenario, parts).judged().word is Word.PASS


def test_robot_examples_of_the_architecture_pass(tmp_path):
    resource = ROOT / "suites/reversal/中文.resource"
    (tmp_path / resource.name).write_bytes(resource.read_bytes())
    bodies = blocks(ROOT / "docs/architecture.md", "robotframework")
    for place, body in enumerate(bodies):
        (tmp_path / f"example{place}.robot").write_text(body, encoding="utf-8")
    command = [
        sys.executable, "-m", "robot", "--pythonpath", ".", "--outputdir", str(tmp_path / "out"),
        "--variable", f"REPORT:{tmp_path / 'report'}", str(tmp_path),
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert f"{len(bodies)} tests, {len(bodies)} passed" in done.stdout


def test_architecture_lists_the_folders_of_the_code():
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", text(ROOT / "docs/architecture.md"), re.M)
    named = set(re.findall(r"\w+", " ".join(rows)))
    there = {path.stem for path in (ROOT / "harness").glob("[!_]*") if path.suffix in ("", ".py")}
    assert named == there


def test_changelog_begins_with_the_version_of_the_project():
    version = re.search(r'^version = "(.+)"$', text(ROOT / "pyproject.toml"), re.MULTILINE)[1]
    first = re.search(r"^## \[(.+?)\]", text(ROOT / "CHANGELOG.md"), re.MULTILINE)[1]
    assert first == version


def test_example_till_sends_what_the_terminal_reads():
    till = runpy.run_path(str(ROOT / "docs/till.py"))
    sale = zvt.decode_message(till["command"]("sale:12.34"))
    assert (sale.command, sale.number("amount_minor")) == (zvt.AUTHORISATION, 1234)
    for name, command in SAID_BY_THE_TILL.items():
        assert zvt.decode_message(till["command"](name)).command == command
    assert till["COMMANDS"].keys() == {"sale", *SAID_BY_THE_TILL}
