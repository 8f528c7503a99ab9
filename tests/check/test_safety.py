import pytest

from harness.check import safety as checker
from tests.check.literal import fired, history, judgements, row


def one(rule, *rows, **header):
    return judgements(checker, history(*rows, **header))[rule]


def clean(judgement):
    return judgement.evaluated > 0 and not judgement.findings and not judgement.gaps


def note(address, **facts):
    return row("bench", "note", address, **facts)


def test_nothing_is_judged_where_nothing_is_known():
    found = judgements(checker, history(row("bench", "note", "rest", "begin")))
    assert all(not each.evaluated and not each.gaps for each in found.values())


@pytest.mark.parametrize("facts", [
    {"loopback": True, "allow_list": False}, {"loopback": False, "allow_list": True},
    {"loopback": True}, {"allow_list": True},
])  # fmt: skip
def test_a_listener_on_loopback_or_with_a_list_of_peers_is_right(facts):
    assert clean(one("X1", note("listen", **facts)))


@pytest.mark.parametrize("facts", [
    {"loopback": False, "allow_list": False}, {"loopback": False}, {"allow_list": False},
    {"loopback": "yes"},
])  # fmt: skip
def test_a_listener_for_everybody_is_found(facts):
    assert fired(checker, history(note("listen", **facts))) == ["X1"]


def test_a_listener_of_which_nothing_is_noted_is_a_gap():
    judged = one("X1", note("listen"))
    assert judged.gaps
    assert not judged.evaluated


def test_a_device_that_is_not_emulated_needs_the_test_environment():
    bench = {"kind": "external", "environment": "test"}
    assert clean(one("X2", bench=bench))
    assert fired(checker, history(bench=bench | {"environment": "live"})) == ["X2"]
    assert one("X2", bench={"kind": "external"}).findings
    assert one("X2", bench={"kind": "emulated"}).evaluated == 0


def test_declared_cards_on_the_line_are_right_and_others_a_gap():
    assert clean(one("X2", row("terminal", "tx", "host/0200", card="card-1")))
    assert one("X2", row("terminal", "rx", "host/0210", card="unknown card")).gaps
    assert one("X2", row("host", "ledger", "sale", card="card-1")).evaluated == 0
    assert one("X2", row("terminal", "print", "slip", card="unknown card")).gaps


STRANGE = row("terminal", "tx", "host/0200", card="unknown card")


def test_a_run_that_goes_on_after_a_card_of_somebody_elses_is_found():
    asked = row("till", "invoke", "sale", call=2, card="card-1")
    found = one("X2", row("till", "invoke", "sale", call=1), STRANGE, asked, asked)
    assert [each.evidence for each in found.findings] == [(1, 2)]
    assert found.gaps == ("card not on the test list",)
    assert fired(checker, history(STRANGE, asked)) == ["X2"]


@pytest.mark.parametrize("first", [STRANGE, row("terminal", "print", "slip", card="unknown card")])
def test_a_run_that_ended_there_leaves_a_gap(first):
    judged = one("X2", first, row("till", "fail", "sale", call=1), row("bench", "note", "rest"))
    assert judged.gaps
    assert not judged.findings


def test_a_card_that_only_a_slip_does_not_show_whole_ends_no_run():
    paper = row("terminal", "print", "slip", card="unknown card")
    assert not one("X2", paper, row("till", "invoke", "status")).findings


def test_keys_come_from_a_file_or_are_the_built_in_ones():
    assert clean(one("X3", bench={"keys_from": "file"}))
    assert clean(one("X3", bench={"keys_from": "built-in test keys"}))
    assert fired(checker, history(bench={"keys_from": "devices.yaml"})) == ["X3"]


def test_built_in_keys_open_no_device_of_somebody_elses():
    bench = {"kind": "external", "environment": "test"}
    assert clean(one("X3", bench=bench | {"keys_from": "file"}))
    assert fired(checker, history(bench=bench | {"keys_from": "built-in test keys"})) == ["X3"]
    assert clean(one("X3", bench={"kind": "emulated", "keys_from": "built-in test keys"}))


def test_a_foreign_ledger_is_only_read():
    bench = {"kind": "external", "environment": "test", "ledger_mode": "read-only"}
    assert clean(one("X3", bench=bench))
    assert fired(checker, history(bench=bench | {"ledger_mode": "read-write"})) == ["X3"]
    assert one("X3", bench={"kind": "emulated", "ledger_mode": "read-write"}).evaluated == 0


def test_text_of_a_device_is_escaped():
    assert clean(one("X4", note("escape", output="index.html", unsafe=0, texts=3)))
    assert fired(checker, history(note("escape", output="index.html", unsafe=2))) == ["X4"]
    assert one("X4", note("escape", output="index.html", texts=3)).gaps
    assert one("X4", note("escape", output="index.html", unsafe=0, texts=0)).gaps
    assert one("X4", note("escape", unsafe=0)).gaps
    assert one("X4", note("rest", unsafe=2)).evaluated == 0
