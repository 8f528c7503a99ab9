"""What a bench can play, and why not."""

import pytest

from harness.campaign.scenario import Scenario, absence, obstacle, world_for
from harness.fault.plan import Corrupt, Drop, PaperOut, Plan, PowerOff, Press
from harness.rig.parts import make_parts
from harness.rig.schema import Bench
from tests.campaign.benches import ROOT, SERIAL, TCP, sell
from tests.live.program import key_file


def scenario(*steps, **more):
    plan = Plan()
    for step in steps:
        plan = plan.also(*step)
    return Scenario(name="a case", script=sell, due=("M2", "T1"), plan=plan, **more)


@pytest.fixture
def external(tmp_path):
    def make(**parts):
        device = {
            "terminal": {"kind": "external", "ecr": "socket://127.0.0.1:9"},
            "operator": {"kind": "human"}, "power": {"kind": "none"}, "environment": "test",
            "terminal_id": "10000001", "merchant_id": "104110045110012", "merchant_name": "GINKGO",
            "cards": str(ROOT / "fixtures/cards.yaml"), "tmk_file": str(key_file(tmp_path)),
        } | parts  # fmt: skip
        bench = Bench.model_validate({"version": 1, "devices": {"lab": device}})
        return make_parts("lab", bench.devices["lab"], tmp_path)

    return make


def test_emulated_bench_can_play_everything():
    steps = (("rx terminal ACK #1", Drop()), ("tx terminal 040F #1", Corrupt(8)))
    wanted = scenario(*steps, profile={"header": "absent"}, signed_in=False)
    assert obstacle(wanted, SERIAL) == ""


@pytest.mark.parametrize("step", [("tx terminal 0200 #1", Corrupt(8)), ("rx till 060F #1", Drop())])
def test_host_line_and_whole_messages_are_as_on_a_serial_till_line(step):
    assert obstacle(scenario(step), TCP) == ""


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (("rx terminal ACK #2", Drop()), "no ACK"),
        (("tx terminal NAK #1", Drop()), "no NAK"),
        (("tx terminal 040F #1", Corrupt(8)), "damages nothing"),
        (("rx terminal 0F50 #1", Corrupt(1)), "damages nothing"),
    ],
)
def test_till_line_over_tcp_neither_acknowledges_nor_damages(step, why):
    assert why in obstacle(scenario(step), TCP)


POWER = {"kind": "command", "off": "./off", "on": "./on"}
ROBOT = {"kind": "command", "present_card": "./card {card}"}


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        (scenario(profile={"header": "absent"}), "other parameters"),
        (scenario(signed_in=False), "never signed in"),
        (scenario(("rx terminal 0210 #1", Drop())), "'terminal 0210' inside"),
        (scenario(("tx host 0210 #1", PowerOff())), "cut the terminal's power"),
    ],
)
def test_terminal_of_somebody_else_cannot_do_everything(external, wanted, why):
    assert why in obstacle(wanted, external())


def test_parameters_of_the_host_and_those_that_the_terminal_has_are_no_obstacle(external):
    wanted = scenario(profile={"payout": "D+0", "refund_enabled": True})
    assert obstacle(wanted, external(profile={"refund_enabled": True})) == ""
    assert obstacle(wanted, external()).endswith("of this terminal: refund_enabled True")


def test_what_the_bench_can_do_is_no_obstacle(external):
    plan = (
        ("tx host 0210 #1", PowerOff()),
        ("tx host 0210 #2", PowerOff(device="host")),
        ("rx host 0200 #1", Press(key="CANCEL")),
        ("rx host 0400 #1", Drop()),
    )
    assert obstacle(scenario(*plan), external(power=POWER)) == ""


def test_keys_need_somebody_who_presses_them(external):
    press = scenario(("rx host 0200 #1", Press(key="CANCEL")))
    assert "press a key" in obstacle(press, external(operator=ROBOT))
    assert obstacle(press, external(operator=ROBOT | {"press": "./key {key}"})) == ""


def test_paper_cannot_be_taken_from_a_terminal_of_somebody_else(external):
    assert obstacle(scenario(("print terminal slip #1", PaperOut())), external()) != ""


def test_rules_that_only_the_terminals_end_shows_are_not_due_outside(external):
    assert scenario().due_on(SERIAL) == scenario().due_on(SERIAL, "live") == ("M2", "T1")
    assert scenario().due_on(external()) == ("M2",)
    assert scenario(due_outside=("M3",)).due_on(external()) == ("M3",)


def test_rules_of_listeners_are_due_where_something_listens():
    wanted = Scenario(name="x", script=id, due=("M2", "X1"))
    assert wanted.due_on(SERIAL) == ("M2",)
    assert wanted.due_on(SERIAL, "live") == ("M2", "X1")


def test_what_only_open_ports_show_is_played_live_in_every_run(external):
    assert world_for(("M2", "X1"), SERIAL, "virtual") == "live"
    assert world_for(("M2",), SERIAL, "virtual") == "virtual"
    assert world_for(("X1",), external(), "virtual") == "virtual"


def test_a_case_is_absent_only_where_the_line_has_nothing_of_it(external):
    no_ack = scenario(("rx terminal ACK #2", Drop()))
    assert (absence(no_ack, SERIAL), "no ACK" in absence(no_ack, TCP)) == ("", True)
    assert absence(scenario(("tx host 0210 #1", PowerOff())), external()) == ""
