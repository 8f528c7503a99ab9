"""No PAN, track, PIN or key in anything that the harness writes, whatever way a run ends."""

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin
from robot.utils import compress_text

from harness.report.secrecy_scan import scan
from harness.wire.dialects.unionpay import Frame, encode_frame
from harness.wire.iso8583 import Message
from tests.acceptance import canary
from tests.commands import shell

PROGRAM = Path(sys.executable).with_name("pos-harness")
DEFECTS = ("", "reversal-carries-track", "prints-pan-in-clear")


def run(bench, name, *words):
    """Run a command where the bench is at home; keep what it says beside what it writes."""
    done = subprocess.run(list(map(str, words)), cwd=bench.home, capture_output=True, check=False)
    (bench.home / f"{name}.stdout").write_bytes(done.stdout)
    (bench.home / f"{name}.stderr").write_bytes(done.stderr)
    return done.returncode


def run_both_doors(bench, defect):
    named = [f"--defect={defect}"] if defect else []
    name = f"run {defect}"
    return run(
        bench, name, PROGRAM, "run", bench.suite, f"--devices={bench.devices}", *named, "--json"
    )


def run_pytest_alone(bench):
    """Run plain pytest with all that its users switch on to see more."""
    options = ["--showlocals", "--full-trace", "-vv", "-rA", "--junitxml=pytest.xml"]
    options += ["-p", "no:cacheprovider", "-p", "harness.pytest_plugin", f"--rootdir={bench.home}"]
    return run(
        bench, "pytest", sys.executable, "-m", "pytest", *options,
        f"--pos-devices={bench.devices}", "--alluredir=allure", "-c", "/dev/null", bench.suite,
    )  # fmt: skip


def run_robot_alone(bench):
    return run(
        bench, "robot", sys.executable, "-m", "robot", "--loglevel", "TRACE",
        "--outputdir", "robot", "--debugfile", "debug.txt", "--xunit", "xunit.xml",
        "--variable", f"DEVICES:{bench.devices}", bench.suite,
    )  # fmt: skip


def frames():
    """Return frames of a sale of a canary: whole, cut short, and with a length that lies."""
    card = next(canary.declared())
    track = f"{card['pan']}D{card['expiry']}{card['service_code']}{card['discretionary']}"
    fields = {2: card["pan"], 3: "000000", 4: "000000001234", 11: "000001", 22: "021", 35: track}
    whole = encode_frame(Frame("6000030000", "603100310000", Message("0200", fields)))
    shifted = bytearray(whole)
    shifted[13 + 2 + 8] ^= 0x01  # the length of field 2
    return [whole, whole[:-3], whole[:40], whole[2:], bytes(shifted), whole[20:]]


def decode_all(bench):
    for number, frame in enumerate(frames()):
        for dialect in ("unionpay", "zvt"):
            done = shell.run("decode", frame.hex(), "--dialect", dialect)
            name = f"decode {dialect} {number}"
            (bench.home / f"{name}.stdout").write_text(done.stdout, "utf-8")
            (bench.home / f"{name}.stderr").write_text(done.stderr, "utf-8")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """Return a bench on which everything has been run."""
    made = canary.make(tmp_path_factory.mktemp("secrecy"))
    codes = [run_both_doors(made, defect) for defect in DEFECTS]
    assert codes == [1, 1, 1]
    assert (run_pytest_alone(made), run_robot_alone(made) > 0) == (1, True)
    decode_all(made)
    return made


def test_no_canary_is_in_anything_that_was_written_or_said(bench):
    assert list(map(str, scan([bench.home], bench.canaries()))) == []


def test_scan_has_seen_every_kind_of_output(bench):
    files = {str(path.relative_to(bench.home)) for path in bench.home.rglob("*")}
    for end in (
        "index.html", "history.jsonl", "case.json", "junit.xml", "run.json", "slip-1.png",
        "-result.json", "log.html", "output.xml", "pytest.xml", "xunit.xml", "debug.txt",
        ".stdout", ".stderr",
    ):  # fmt: skip
        assert any(name.endswith(end) for name in files), end


def test_canaries_went_through_the_bench(bench):
    text = "".join(path.read_text("utf-8") for path in bench.home.rglob("history.jsonl"))
    assert "card-1" in text
    assert '"leaks": 1' in text  # the slip of the defect that prints the PAN
    masked = {each.masked for each in bench.canaries() if each.kind == "pan"}
    assert any(each in text for each in masked)


# --- planted leaks, each in a real file of the report


def first(folder, pattern):
    return sorted(folder.rglob(pattern))[0]


def append(text):
    return lambda path: path.write_bytes(path.read_bytes() + text)


def plant_in_png(pan):
    def plant(path):
        chunks = PngImagePlugin.PngInfo()
        chunks.add_text("Slip", pan, zip=True)
        Image.open(path).save(path, pnginfo=chunks)

    return plant


def plant_in_robot_strings(pan):
    def plant(path):
        text = path.read_text("utf-8")
        begin = text.index('concat(["*') + len("concat([")
        path.write_text(
            f'{text[:begin]}"{compress_text("Sale " + pan + " " * 200)}",{text[begin:]}'
        )

    return plant


def leaks(pan):
    return {
        "index.html": append(pan.encode()),
        "junit.xml": append(" ".join(pan).encode()),
        "run.json": append(base64.b64encode(b"track " + pan.encode())),
        "history.jsonl": append(pan.encode().hex().encode()),
        "*-result.json": append("".join(f"\\u{ord(digit):04x}" for digit in pan).encode()),
        "output.xml": append(b"\x30" + bytes.fromhex(pan + "F" * (len(pan) % 2))),
        "slip-1.png": plant_in_png(pan),
        "log.html": plant_in_robot_strings(pan),
        "*.stdout": append(f"Traceback: pan = '{pan}'".encode()),
        "*.stderr": append(f"pan={pan}".encode()),
    }


@pytest.mark.parametrize("pattern", leaks("0"))
def test_planted_leak_is_found_in_the_file_that_it_is_in(bench, tmp_path, pattern):
    path = first(bench.home, pattern)
    copy = tmp_path / path.name
    shutil.copyfile(path, copy)
    leaks(bench.pan())[pattern](copy)
    assert {hit.where for hit in scan([tmp_path], bench.canaries())} == {str(copy)}
