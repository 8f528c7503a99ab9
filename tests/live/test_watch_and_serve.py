"""A person uses a terminal freely: `serve` is the terminal, `watch` judges it live."""

import json
import os
import re
import select
import signal
import socket
import time
from contextlib import closing

import pytest

from harness.terms.outcome import Outcome
from tests.live.bench import free_port, outside_bench, run
from tests.live.line import line_between
from tests.live.program import END_S, addresses, done, ended, endpoint, key_file, started
from tests.live.till import act, till_at
from tests.peers.pty_peer import PtyPeer

pytestmark = pytest.mark.live
SOON_S = 60.0  # a PC that has much else to do takes its time
LOOK_S = 0.05  # between two looks for a listener: who spins takes its time away


def watch(bench, *words, port=None):
    """Start `watch` on a bench: our host, where the terminal calls it, and a printer tap."""
    key = key_file(bench.folder)
    return started(
        "watch", "--listen", f"127.0.0.1:{port or bench.host}", "--tmk-file", key,
        "--printer", bench.paper.ends[1], "--reports", bench.folder / "reports", *words,
    )  # fmt: skip


def told(process, pattern):
    """Return what a process prints up to the line that the pattern is found in."""
    said, until_s = "", time.monotonic() + SOON_S
    while not re.search(pattern, said):
        left_s = until_s - time.monotonic()
        assert select.select([process.stdout], [], [], max(0, left_s))[0], said
        said += os.read(process.stdout.fileno(), 4096).decode()
    return said


def wait_for_listener(port):
    until_s = time.monotonic() + SOON_S
    while time.monotonic() < until_s:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        select.select([], [], [], LOOK_S)
    raise AssertionError(f"nobody listens on {port}")


@pytest.fixture
def bench(tmp_path, request):
    with outside_bench(tmp_path, *getattr(request, "param", ())) as found:
        yield found


@pytest.fixture
def till(bench):
    with till_at(bench.till.ends[1], bench.control) as found:
        yield found


def test_sales_of_a_sound_terminal_are_watched_and_pass(bench, till):
    with watch(bench) as process:
        told(process, "Ctrl-C ends it")
        assert till.sign_in() is Outcome.APPROVED
        assert till.sale(1234)
        told(process, "(?s)CARDHOLDER COPY.*?金额:RMB 12.34.*?同意记入本卡账户")
        code, said, errors = ended(process)
    assert (code, errors) == (0, "")
    assert re.search("^PASS: 1 passed", said, re.MULTILINE)
    assert "FINDING" not in said
    assert (bench.folder / "reports/latest/index.html").exists()


@pytest.mark.parametrize(
    "bench", [("--defect", "slip-shows-other-amount")], indirect=True, ids=["other amount"]
)
def test_wrong_slip_is_told_at_once_and_fails(bench, till):
    with watch(bench) as process:
        told(process, "Ctrl-C ends it")
        till.sign_in()
        till.sale(1234)
        finding = told(process, "FINDING .*cardholder.*\n")
        till.sale(500, "card-2")
        finding += told(process, "FINDING .*cardholder.*\n")
        code, said, _ = ended(process)
    assert "L3: the merchant slip of voucher 000002 prints other values" in finding
    assert (finding + said).count("FINDING") == 4, "each is told once"
    assert code == 1
    assert "FAIL: 0 passed, 1 failed" in said


def test_json_is_one_object_at_the_end(bench, till):
    with watch(bench, "--json", "--history", bench.folder / "kept") as process:
        wait_for_listener(bench.host)
        assert till.sign_in() is Outcome.APPROVED
        till.sale(1234)
        code, said, _ = ended(process, signal.SIGTERM)
    found = json.loads(said)
    assert (code, found["verdict"], found["findings"]) == (0, "PASS", [])
    assert done("check", bench.folder / "kept")[0] == 0


@pytest.mark.parametrize("words", [(), ("--json",)], ids=["people", "programs"])
def test_nothing_that_happened_is_inconclusive_and_leaves_no_report(bench, words):
    with watch(bench, *words) as process:
        wait_for_listener(bench.host)
        code, said, errors = ended(process)
    assert code == 3
    assert "the terminal said nothing" in errors
    assert "INCONCLUSIVE" in said
    assert not list((bench.folder / "reports").iterdir())


def test_terminal_that_was_killed_remembers_its_last_sale_and_its_numbers(bench, till):
    with watch(bench, "--json") as process:
        wait_for_listener(bench.host)
        till.sign_in()
        assert till.sale(1234)
        run(bench.switch, "off")
        run(bench.switch, "on")
        assert till.last_result()["voucher"] == 2
        assert till.sale(500, "card-2")
        assert till.last_result()["voucher"] == 3
        assert ended(process)[0] == 0


def test_line_that_is_lost_is_reversed_after_the_power_cut_that_follows(bench, till):
    own = free_port()
    with (
        line_between(bench.host, own) as line,
        watch(bench, "--json", "--history", bench.folder / "kept", port=own) as process,
    ):
        wait_for_listener(own)
        till.sign_in()
        line.loses_answers = True
        assert not till.sale(1234)
        run(bench.switch, "off")
        line.loses_answers = False
        run(bench.switch, "on")
        assert till.sale(500, "card-2")
        code, said, _ = ended(process)
    names = [one["name"] for one in books(bench.folder / "kept")]
    assert names == ["sale", "reversal", "sale"]
    assert (code, json.loads(said)["verdict"]) == (0, "PASS"), said


def test_harness_that_stood_still_has_no_opinion_on_times(bench, till):
    with watch(bench, "--json") as process:
        wait_for_listener(bench.host)
        till.sign_in()
        os.kill(process.pid, signal.SIGSTOP)
        assert not till.sale(1234)
        os.kill(process.pid, signal.SIGCONT)
        assert till.sale(500, "card-2")
        code, said, _ = ended(process)
    assert (code, json.loads(said)["verdict"]) == (3, "INCONCLUSIVE")


def books(history):
    return json.loads(done("ledger", "find", history, "--json")[1])["postings"]


@pytest.fixture
def served(tmp_path):
    """An emulated bench with its own host."""
    with started("serve", "--json", "--state", tmp_path / "state") as process:
        process.addresses = addresses(process)
        yield process


def test_bench_that_is_served_has_a_host_of_its_own(served):
    control = endpoint(served.addresses["control"])[1]
    with till_at(served.addresses["ecr"], control) as till:
        assert till.sign_in() is Outcome.APPROVED
        assert till.sale(1234)
    paper = os.open(served.addresses["printer"], os.O_RDONLY | os.O_NOCTTY)
    slip = os.read(paper, 4096).decode("gb18030", "replace")
    os.close(paper)
    assert "12.34" in slip
    assert ended(served) == (0, "", "")


def test_terminal_whose_port_is_pulled_ends_and_names_it():
    with (
        closing(PtyPeer(lambda _data: None)) as peer,
        started("serve", "--json", "--ecr", peer.address) as process,
    ):
        addresses(process)
        peer.close()
        _, errors = process.communicate(timeout=END_S)
    assert process.returncode == 3
    assert f"port {peer.address}: pulled, or its far end is gone" in errors


def test_acts_and_errors_of_the_control_port(served):
    _, control = endpoint(served.addresses["control"])
    for line in ("paper out", "paper in", "power off", "power on", "key cancel", "card card-1"):
        act(control, line)
    for line, said in (
        ("card card-9", "no such card; there are card-1"),
        ("dance", "expected one of: card TOKEN"),
        ("paper maybe", "expected in or out"),
        ("power maybe", "expected on or off"),
    ):
        with pytest.raises(AssertionError, match=f"error: .*{said}"):
            act(control, line)
