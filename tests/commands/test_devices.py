"""`pos-harness devices` and `doctor`: what is on the bench, and what is wrong with it."""

import os
import socket

import pytest

from harness.port.pty_line import PtyLine
from tests.commands.shell import found, refusal, run
from tests.live.program import ROOT
from tests.rig.bench_file import EMULATED, EXTERNAL, changed, write


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.chdir(ROOT)


def test_devices_are_listed_with_what_can_be_observed():
    listed, code = found("devices")
    assert (code, list(listed["devices"])) == (0, ["zvt-1", "zvt-2"])
    assert "nv" in listed["devices"]["zvt-1"]["observes"]
    assert "zvt-2" in run("devices").stdout


def test_device_outside_is_listed_without_what_cannot_be_seen(tmp_path):
    listed, _ = found("devices", "--devices", str(write(tmp_path, EXTERNAL)))
    assert "nv" not in listed["devices"]["one"]["observes"].split()
    assert "slip" not in listed["devices"]["one"]["observes"].split()


def test_bench_that_works_is_fit():
    looked, code = found("doctor")
    assert code == 0
    assert {step["said"] for step in looked["steps"]} == {"ok"}


def test_unknown_device_is_refused():
    assert refusal("doctor", "--device", "nope").startswith("devices.yaml has no device 'nope'")


def is_ok(said):
    return said == "ok" or said.startswith("ok: ")


def problems(tmp_path, device):
    """Return what the doctor says of the parts that are not well."""
    looked, code = found("doctor", "--devices", str(write(tmp_path, device)))
    sick = {step["part"]: step["said"] for step in looked["steps"] if not is_ok(step["said"])}
    assert code == (3 if sick else 0)
    return sick


def test_emulated_bench_that_is_not_sound_fails_its_test_sale(tmp_path):
    sick = problems(tmp_path, changed(EMULATED, defects=["prints-pan-in-clear"]))
    assert sick["emulated bench"].startswith("a test sale in virtual time is FAIL: L4: ")


def test_each_broken_part_is_named_with_what_to_do(tmp_path):
    broken = tmp_path / "no-program"
    broken.write_text("")
    operator = {"present_card": "/nowhere/robot {card}", "press": f"{broken} {{key}}"}
    device = changed(
        EXTERNAL, terminal__printer="/dev/nothing", operator=EXTERNAL["operator"] | operator,
        power={"kind": "command", "off": "/nowhere/switch", "on": "true"},
    )  # fmt: skip
    sick = problems(tmp_path, device)
    assert sick.keys() == {
        "operator present_card", "operator press", "power off", "printer tap", "till line"
    }  # fmt: skip
    assert sick["power off"] == (
        "/nowhere/switch is not there or may not be run: mend the path, or chmod +x it"
    )
    assert sick["till line"].startswith("till line /dev/nowhere: No such file or directory: name ")
    assert sick["printer tap"].startswith("printer tap /dev/nothing: No such file")


def test_port_on_which_the_host_cannot_listen_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        sick = problems(tmp_path, changed(EXTERNAL, host__listen=listen))
    assert sick["host listens"].startswith(f"{listen}: Address already in use: stop who listens")


@pytest.mark.live
def test_terminal_that_does_not_answer_is_told_what_to_check(tmp_path):
    line = PtyLine()
    sick = problems(tmp_path, changed(EXTERNAL, terminal__ecr=line.address))
    line.close()
    assert sick == {
        "terminal answers": "no answer to a registration: check cable, baud rate and that ZVT is "
        "switched on"
    }


def test_text_of_a_user_without_rights_is_no_traceback(tmp_path):
    path = write(tmp_path, changed(EMULATED, cards=os.devnull))
    assert refusal("doctor", "--devices", str(path)).startswith("/dev/null: expected a list of")


def test_ledgers_of_others_are_read_and_one_that_cannot_be_says_why(tmp_path):
    (tmp_path / "layout.yaml").write_text(
        "version: 1\ncolumns: {terminal_id: T, batch: B, stan: S, amount_minor: A}\n"
    )
    (tmp_path / "day.csv").write_text("T,B,S,A\n")
    bank = {"kind": "file", "path": "day.csv", "layout": "layout.yaml"}
    bank |= {"compare": "after every case"}  # the doctor's own sale is not in it
    assert problems(tmp_path, EMULATED | {"ledgers": {"bank": bank}}) == {}
    gone = {"kind": "sql", "url": f"sqlite:///{tmp_path}/x.db", "mapping": "nowhere.yaml"}
    sick = problems(tmp_path, EMULATED | {"ledgers": {"bank": bank, "gone": gone}})
    assert list(sick) == ["ledger gone"]
    assert sick["ledger gone"].endswith("No such file or directory: write the layout there")


def test_way_to_compare_ledgers_that_is_none_is_refused(tmp_path):
    bank = {"kind": "file", "path": "a", "layout": "b", "compare": "always"}
    said = refusal(
        "devices", "--devices", str(write(tmp_path, EMULATED | {"ledgers": {"b": bank}}))
    )
    assert said.endswith("compare: expected when asked or after every case, got 'always'")
