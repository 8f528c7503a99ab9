"""The bench's own verbs: where a case begins, rest, line, power, paper, and failures."""

from contextlib import closing

import pytest

from harness.device.watch import Watch
from harness.emulator.host.config import Override
from harness.errors import MisuseError, PortLostError, RigError
from harness.fault.plan import Drop, LinkDown, PaperOut, Plan, PowerOff
from harness.rig.open_rig import open_rig
from harness.rig.opening import Opening
from harness.terms.outcome import Outcome
from harness.world.ground import SECOND_NS
from tests.rig.opened import SERIAL, TCP, notes, rig, rows

LOST = ("tx host 0210 #1", Drop())


# --- where a case begins


def test_case_begins_registered_and_signed_in_with_known_balances():
    with rig() as opened:
        verbs = [row.address for row in rows(opened, kind="invoke")]
        (begin,) = rows(opened, kind="ledger", address="balances")
    assert verbs == ["register", "sign_in"]
    assert begin.facts["when"] == "begin"
    assert begin.facts["card-1"] == 100_000_000


def test_terminal_that_cannot_sign_in_is_a_failure_of_the_bench():
    with rig(is_ready=False) as opened:
        opened.office.answer_by({("0800", 1): Override(response_code="96")})
        with pytest.raises(RigError, match="could not be signed in"):
            opened.bring_to()


def test_case_may_begin_before_the_first_sign_in():
    with rig(is_ready=False) as opened:
        opened.bring_to(signed_in=False)
        assert opened.till.sale(1234) is Outcome.NOT_APPROVED
        assert [row.address for row in rows(opened, kind="invoke")] == ["register", "sale"]


@pytest.mark.parametrize("parts", [SERIAL, TCP])
def test_plan_counts_from_where_the_case_begins(parts):
    with rig(("tx host 0210 #1", Drop()), ("tx terminal 8000 #1", Drop()), parts=parts) as opened:
        opened.till.sale(1234)
        fired = [row.address for row in rows(opened, kind="fault")]
    assert fired == ["tx terminal 8000 #1", "tx host 0210 #1"]


def test_wait_is_over_when_the_terminal_has_booted():
    with rig() as opened:
        begun_ns, ready_at_ns = opened.world.now_ns(), []
        opened.be_ready = lambda: ready_at_ns.append(opened.world.now_ns())
        opened.wait(10)
    assert ready_at_ns == [begun_ns + 10 * SECOND_NS]


def test_what_the_till_sent_before_is_heard_before_the_plan_counts():
    with rig(("rx terminal ACK #1", Drop()), ("rx terminal 8000 #1", Drop())) as opened:
        assert rows(opened, kind="fault") == []
        last = [row for row in opened.history().rows if row.address.startswith("ecr/")][-1]
    assert (last.actor, last.kind) == ("terminal", "tx")  # the acknowledgement of the till's last


def test_host_answers_otherwise_only_from_where_the_case_begins():
    with rig(script={("0800", 1): Override(response_code="96")}) as opened:
        assert opened.till.sign_in() is Outcome.NOT_APPROVED


# --- rest


def test_rest_pushes_out_what_is_pending_and_notes_both_ends():
    with rig(LOST) as opened:
        opened.till.sale(1234)
        opened.rest()
        assert [row.value for row in notes(opened, "rest")] == ["begin", "end"]
        assert len(rows(opened, kind="ledger", address="reversal")) == 1
        assert opened.office.balance_minor("card-1") == 100_000_000
        assert opened.verdict().findings == ()


def test_bench_at_rest_is_not_brought_to_rest_again():
    with rig() as opened:
        opened.till.sale(1234)
        opened.rest()
        opened.expect.outcome("approved")
        opened.rest()
        assert [row.value for row in notes(opened, "rest")] == ["begin", "end"]
        opened.till.sale(500)
        opened.rest()
        assert len(notes(opened, "rest")) == 4


def test_what_is_planned_later_is_noted_and_counts_from_there():
    with rig() as opened:
        opened.till.sale(1234)
        opened.also(Plan().also("tx host 0210 #1", Drop(), "M2").also("rx host 0400 #1", Drop()))
        opened.till.sale(500)
        planned = [dict(row.facts) for row in notes(opened, "planned")]
        (fired,) = rows(opened, kind="fault")
    assert planned[0] == {"point": "tx host 0210 #2", "action": "Drop()", "rules": ("M2",)}
    assert planned[1]["point"] == "rx host 0400 #1"
    assert fired.address == "tx host 0210 #2"


def test_no_fault_fires_during_rest():
    with rig(("tx host 0210 #1", Drop()), ("tx host 0210 #2", Drop())) as opened:
        opened.till.sale(1234)
        opened.rest()
        assert [row.address for row in rows(opened, kind="fault")] == ["tx host 0210 #1"]


def test_rest_heals_line_power_and_paper():
    steps = (
        ("print terminal slip #1", PaperOut()),
        ("tx terminal 040F #1", LinkDown(for_s=100_000)),
        ("tx host 0210 #2", PowerOff(off_s=100_000)),
    )
    with rig(*steps) as opened:
        opened.till.sale(1234)
        opened.rest()
        assert opened.verdict().findings == ()
        assert opened.till.sale(500) is Outcome.APPROVED


@pytest.mark.parametrize("device", ["terminal", "host"])
def test_rest_gives_power_back_to_every_device(device):
    with rig(("rx host 0200 #1", PowerOff(off_s=100_000, device=device))) as opened:
        opened.till.sale(1234)
        opened.rest()
        assert opened.verdict().findings == ()
        assert opened.till.sale(500) is Outcome.APPROVED


def test_host_answers_as_it_should_during_rest():
    silent = {("0400", nth): Override(silent=True) for nth in range(1, 9)}
    with rig(LOST, script=silent) as opened:
        opened.till.sale(1234)
        opened.rest()
        assert opened.office.balance_minor("card-1") == 100_000_000


def test_last_message_of_the_till_is_heard_before_the_rest_ends():
    with rig() as opened:
        opened.rest()
        ecr = [row for row in opened.history().rows if row.address == "ecr/8000"]
    assert (ecr[-1].actor, ecr[-1].kind) == ("terminal", "rx")


def test_rest_waits_for_a_terminal_that_still_boots_or_is_busy():
    with rig(("rx host 0200 #1", PowerOff(off_s=250))) as opened:
        opened.till.sale(1234)
        opened.rest()
        (told,) = [row for row in rows(opened, kind="ok", address="status")][-1:]
    assert told.facts["last"] == "not_approved"


# --- line, power, paper


def test_broken_line_lets_no_call_through_until_it_heals():
    with rig() as opened:
        opened.break_line(for_s=100)
        assert opened.till.sale(1234) is Outcome.NOT_APPROVED
        opened.wait(120)
        assert opened.till.sale(1234) is Outcome.APPROVED
        assert [row.value for row in notes(opened, "line")] == ["down", "up"]


def test_power_is_cut_and_the_terminal_boots_with_what_it_had_stored():
    with rig() as opened:
        opened.till.sale(1234)
        opened.cut_power(off_s=3)
        assert [row.value for row in rows(opened, actor="terminal", kind="power")] == [
            "on", "off", "on",
        ]  # fmt: skip
        assert opened.till.reprint() is Outcome.APPROVED


def test_new_paper_prints_the_rest():
    with rig(("print terminal slip #1", PaperOut())) as opened:
        opened.till.sale(1234)
        assert rows(opened, kind="print") == []
        opened.load_paper()
        opened.wait(5)
        assert rows(opened, kind="print") != []


def test_wait_lets_time_pass():
    with rig() as opened:
        before_ns = opened.world.now_ns()
        opened.wait(7.5)
        assert opened.world.now_ns() - before_ns == 7_500_000_000


def test_failure_of_the_bench_is_noted_and_returned():
    with rig() as opened:
        assert opened.fail("the robot fell") == "the robot fell"
        assert [row.value for row in notes(opened, "bench failure")] == ["the robot fell"]


def pulled():
    raise PortLostError("relay: pulled")


@pytest.mark.parametrize("act", [lambda opened: opened.rest(), lambda opened: opened.wait(0.5)])
def test_part_that_is_gone_at_the_end_is_a_failure_of_the_bench(act):
    with rig() as opened, closing(Watch(opened.world.recorder)) as watch:
        opened.watch = watch
        opened.till.sale(1234)
        watch.add(pulled, every_s=500)
        watch.look_now()
        with pytest.raises(RigError, match="relay: pulled"):
            act(opened)


def test_last_look_at_all_parts_is_part_of_the_rest():
    with rig() as opened, closing(Watch(opened.world.recorder)) as watch:
        opened.watch = watch
        watch.add(pulled, every_s=500)
        with pytest.raises(RigError, match="relay: pulled"):
            opened.rest()


# --- opening


def test_bench_is_closed_whatever_ends_it_and_can_be_opened_again():
    with pytest.raises(ZeroDivisionError), rig():
        raise ZeroDivisionError
    with rig() as opened:
        assert opened.till.sale(1) is Outcome.APPROVED


def test_two_benches_at_one_address_are_misuse():
    with rig(), pytest.raises(MisuseError), open_rig(SERIAL, Opening()):
        pass


def test_verdict_judges_what_happened_so_far():
    with rig() as opened:
        opened.till.sale(1234)
        opened.rest()
        assert opened.verdict().words()["M2"] == "PASS"
