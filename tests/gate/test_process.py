"""A gate as a process: held, let go of, killed, in the way of another, ended by Ctrl-C."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from bench.gate import SOON_S, endpoint, held_gate, message
from harness.errors import PortLostError, RigError
from harness.fault.plan import Cut, Drop, LinkDown, Plan
from harness.fault.plan_json import dump_plan
from harness.gate.holder import Holder
from harness.gate.talk import VERSION, written
from tests.live.program import ended, started

pytestmark = pytest.mark.live
ASK, ANSWER = message("0200", 114), message("0210", 147)
PASSES_S = 1.0
HOLDER = """
import sys, time
from harness.fault.plan import Drop, Plan
from harness.gate.holder import Holder
holder = Holder(("127.0.0.1", {port}), lambda words: None, print)
holder.hold()
holder.begin(Plan().also("tx host 0210 #1", Drop()), 1.0, ())
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture(scope="module")
def host():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(SOON_S)
        yield listener


@contextmanager
def running(host, *more):
    """Start a gate before a listener of ours."""
    with started(*words(host), "--json", *more) as process:
        process.where = json.loads(process.stdout.readline())
        yield process


@pytest.fixture(scope="module")
def gate(host):
    """A gate that each test lets go of again."""
    with running(host) as process:
        yield process


def words(host, *more):
    port = host.getsockname()[1]
    found = ("gate", "--host", f"127.0.0.1:{port}", "--listen", "127.0.0.1:0")
    return (*found, "--control", "127.0.0.1:0", *more)


def call(gate, host):
    near = socket.create_connection(endpoint(gate.where["listen"]), timeout=SOON_S)
    far, _ = host.accept()
    far.settimeout(SOON_S)
    return near, far


def holder(gate, heard=lambda _words: None, lost=lambda _why: None):
    return Holder(endpoint(gate.where["control"]), heard, lost)


def read(line, size):
    data = b""
    while len(data) < size:
        piece = line.recv(size - len(data))
        assert piece
        data += piece
    return data


def test_gate_without_a_holder_lets_everything_through(gate, host):
    near, far = call(gate, host)
    with near, far:
        near.sendall(ASK)
        assert read(far, len(ASK)) == ASK
        far.sendall(ANSWER)
        assert read(near, len(ANSWER)) == ANSWER
        far.close()
        assert near.recv(1) == b""


def holding(gate):
    """Start a harness that holds the gate with a plan, in a process of its own."""
    program = HOLDER.format(port=endpoint(gate.where["control"])[1])
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSTOP])
def test_everything_passes_within_a_second_of_the_harness_dying(gate, host, end):
    near, far = call(gate, host)
    harness = holding(gate)
    try:
        with near, far:
            harness.send_signal(end)
            begun_s = time.monotonic()
            far.sendall(ANSWER)  # the plan would have it dropped
            assert read(near, len(ANSWER)) == ANSWER
            assert time.monotonic() - begun_s < PASSES_S
    finally:
        harness.kill()
        harness.communicate()


def test_plan_of_a_harness_that_lives_is_played(gate, host):
    near, far = call(gate, host)
    found = []
    with near, far:
        held = holder(gate, heard=found.append)
        held.hold()
        held.begin(Plan().also("tx host 0210 #1", Drop()), 1.0, ())
        far.sendall(ANSWER + ASK)
        near.settimeout(0.5)
        with pytest.raises(TimeoutError):  # it waits for the word
            near.recv(1)
        held.proceed(found[-1] and Plan().also("tx host 0210 #1", Drop()).steps[0].point)
        near.settimeout(SOON_S)
        assert read(near, len(ASK)) == ASK
        held.close()


def test_second_harness_is_refused_until_the_first_lets_go(gate):
    first, second = holder(gate), holder(gate)
    first.hold()
    with pytest.raises(RigError, match="another harness holds this gate"):
        second.hold()
    first.close()
    second.hold()
    second.close()


def test_step_that_no_gate_can_do_is_refused_with_its_reason(gate):
    held = holder(gate)
    held.hold()
    with pytest.raises(RigError, match="no point of the line"):
        held.begin(Plan().also("tx terminal 0601 #1", Drop()), 1.0, ())
    held.close()


def test_gate_must_be_held_before_it_is_told_anything(gate):
    stranger = holder(gate)
    with pytest.raises(RigError, match="say hold first"):
        stranger.heal()
    stranger.close()


def test_beat_that_comes_after_the_release_is_no_failure(gate):
    with socket.create_connection(endpoint(gate.where["control"]), timeout=SOON_S) as line:
        said = [
            {"do": "hold", "version": VERSION, "number": 1}, {"do": "release", "number": 2},
            {"do": "beat"}, {"do": "dance", "number": 3},
        ]  # fmt: skip
        line.sendall(b"".join(map(written, said)))
        answers = line.makefile()
        told = [json.loads(answers.readline()) for _ in range(5)]
    assert [words["told"] for words in told] == ["about", "held", "answer", "answer", "answer"]
    assert [words.get("why", "") for words in told][:4] == ["", "", "", ""]


def test_another_version_of_the_gate_is_refused_with_the_remedy(gate):
    with socket.create_connection(endpoint(gate.where["control"]), timeout=SOON_S) as line:
        line.sendall(written({"do": "hold", "version": VERSION + 1, "number": 1}))
        assert "install the same pos-harness" in line.makefile().readline()


def test_link_that_is_down_refuses_calls_until_it_is_lifted(gate, host):
    held = holder(gate)
    held.hold()
    held.take_down()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(endpoint(gate.where["listen"]), timeout=SOON_S)
    held.lift()
    held.heal()
    near, far = call(gate, host)
    near.close()
    far.close()
    held.close()


def heard(address):
    with socket.create_connection(address, timeout=SOON_S) as near:
        return near.recv(1)


def test_caller_is_reset_when_the_host_is_not_there_and_ctrl_c_ends_the_gate():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        command = words(gone, "--json")
    with started(*command) as gate:
        gate.where = json.loads(gate.stdout.readline())
        with pytest.raises(ConnectionResetError):  # while it connects, or just afterwards
            heard(endpoint(gate.where["listen"]))
        assert ended(gate) == (0, "", "")


def test_gate_that_dies_is_told_to_its_harness(host):
    found = []
    with running(host) as gate:
        held = holder(gate, lost=found.append)
        held.hold()
    with pytest.raises(PortLostError, match="was lost"):
        held.heal()
    held.close()
    assert "was lost" in found[0]


def test_harness_that_was_silent_for_too_long_is_told_so(gate, monkeypatch):
    monkeypatch.setattr("harness.gate.holder.BEAT_S", 60.0)
    found, is_lost = [], threading.Event()
    held = holder(gate, lost=lambda why: (found.append(why), is_lost.set()))
    held.hold()
    assert is_lost.wait(SOON_S)
    held.close()
    assert "was lost: it let go of us: silent for 0.9 s; has this PC stood still?" in found[0]


def test_no_gate_at_the_address_is_one_sentence_with_the_remedy():
    with pytest.raises(PortLostError, match=r"start it \(pos-harness gate\)"):
        Holder(("127.0.0.1", 1), lambda _words: None, lambda _why: None)


def test_stranger_on_the_control_port_is_hung_up_on(gate):
    with socket.create_connection(endpoint(gate.where["control"]), timeout=SOON_S) as line:
        line.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert line.recv(100) == b""


def test_gate_plays_a_plan_alone_and_says_what_never_happened(host, tmp_path):
    plan = Plan().also("tx host 0210 #1", Cut(keep=9)).also("tx host 0410 #1", LinkDown())
    file, record = tmp_path / "plan.json", tmp_path / "record.jsonl"
    file.write_text(dump_plan(plan))
    more = ("--plan", file, "--record", record)
    with running(host, *more) as gate:
        near, far = call(gate, host)
        with near, far:
            far.sendall(ANSWER)
            assert read(near, 9) == ANSWER[:9]
            with pytest.raises(ConnectionResetError):
                near.recv(1)
        code, _, errors = ended(gate)
    assert code == 3
    assert "never happened: tx host 0410 #1" in errors
    told = [json.loads(line) for line in record.read_text().splitlines()]
    fired = next(words for words in told if words["told"] == "firing")
    assert (fired["point"], fired["layer"]) == ("tx host 0210 #1", "tcp")
    finished = next(words for words in told if words["told"] == "done")
    assert finished["delivered"] == {"host": 0, "terminal": 9}


def test_nothing_of_any_message_is_printed_or_kept(host, tmp_path):
    record, pan = tmp_path / "record.jsonl", b"6225880123456780"
    frame = message("0200", 60)[:-16] + pan
    with started(*words(host, "--record", record)) as gate:
        lines = [gate.stdout.readline() for _ in range(4)]
        gate.where = dict(line.split() for line in lines[:3])
        near, far = call(gate, host)
        with near, far:
            near.sendall(frame)
            read(far, len(frame))
            _, output, errors = ended(gate)
    for text in (output, errors, record.read_text()):
        assert pan.decode() not in text
    assert "tx terminal 0200 #1" in output
    assert "1 messages came from the terminal" in errors


def test_lost_lease_turns_the_switch_to_safe(host, tmp_path):
    log = tmp_path / "log"
    script = tmp_path / "switch"
    script.write_text(f"#!/bin/sh\necho $1 >> {log}\n")
    script.chmod(0o700)
    with running(host, "--switch", f"line={script} {{state}}") as gate:
        held = holder(gate, heard=lambda words: proceed(held, words))
        held.hold()
        held.begin(Plan().also("tx host 0210 #1", LinkDown(for_s=60)), 1.0, ())
        near, far = call(gate, host)
        with near, far:
            far.sendall(ANSWER)
            wait_for(lambda: log.exists() and log.read_text().split() == ["on", "off"])
            held.close()
            wait_for(lambda: log.read_text().split() == ["on", "off", "on"])


def proceed(held, told):
    if told["told"] == "firing":
        held.proceed(Plan().also(told["point"], Drop()).steps[0].point)


def wait_for(is_true):
    until_s = time.monotonic() + SOON_S
    while not is_true():
        assert time.monotonic() < until_s


def test_held_gate_of_the_bench_is_ended_cleanly():
    with held_gate() as held:
        process = held.process
    assert process.returncode == 0
