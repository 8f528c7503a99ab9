"""Runs a small suite through a door, as its users do, and reads what came of it."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

DEVICES = Path(__file__).parents[1] / "devices.yaml"
QUIET = {"PYTHONDONTWRITEBYTECODE": "1"}


def run_pytest(home, *options):
    """Run plain pytest on the suite in `home`/suite; words of tests by name, and the process."""
    words = ["-m", "pytest", "-p", "harness.pytest_plugin", "-p", "no:cacheprovider"]
    words += ["-q", "-c", "/dev/null", f"--rootdir={home}", "--junitxml=pytest.xml"]
    if not any(option.startswith("--pos-devices") for option in options):
        words.append(f"--pos-devices={DEVICES}")
    done = _run(home, *words, *options, "suite")
    path = home / "pytest.xml"
    return (_words_of(path, "testcase") if path.exists() else {}), done


def run_robot(home, *options):
    """Run plain Robot on the suite in `home`/suite."""
    words = ["-m", "robot", "--outputdir", "robot", "--xunit", "xunit.xml", "--loglevel", "WARN"]
    done = _run(home, *words, "--variable", f"DEVICES:{DEVICES}", *options, "suite")
    return _words_of(home / "robot" / "xunit.xml", "testcase"), done


def _run(home, *words):
    return subprocess.run(
        [sys.executable, *words], cwd=home, capture_output=True, text=True, check=False,
        env={**os.environ, **QUIET}, timeout=120,
    )  # fmt: skip


def _words_of(path, tag):
    """Return outcome and message by name of test, from a JUnit file."""
    return {case.get("name"): _outcome(case) for case in ET.parse(path).iter(tag)}


def _outcome(case):
    for word in ("failure", "error", "skipped"):
        if (found := case.find(word)) is not None:
            return word, f"{found.get('message')} {found.text or ''}"
    return "passed", ""


def report(home):
    """Return the one report that was written below `home`."""
    (folder,) = [each for each in (home / "reports").iterdir() if each.name != "latest"]
    return folder


def tallied(home):
    """Return outcome and message by name of case, from the report's own JUnit file."""
    words = _words_of(report(home) / "junit.xml", "testcase")
    return {
        name.removesuffix(" [zvt-1]").removeprefix("suite: "): each for name, each in words.items()
    }
