import pytest

from harness.emulator.terminal.nv import Journal
from harness.emulator.terminal.pan_lock import UNKNOWN, lock, unlock
from tests.emulator.terminal.bench import CARD, TMK, Bench, refund, sale, void
from tests.emulator.terminal.test_nv import VOUCHER


@pytest.mark.parametrize("pan", ["6225887319460289", "4000000000000000006", "1234567890123"])
def test_a_locked_number_opens_under_its_key(pan):
    locked = lock(TMK, pan)
    assert pan not in locked
    assert unlock(TMK, locked) == pan


@pytest.mark.parametrize("locked", ["00" * 16, "FF" * 16, "6225887319460289", "no digits", "0"])
def test_what_another_key_has_locked_is_unknown(locked):
    assert unlock(TMK, locked) == UNKNOWN


def test_nothing_is_locked_as_nothing():
    assert (lock(TMK, ""), unlock(TMK, ""), lock(b"", CARD.pan)) == ("", "", CARD.pan)


def test_the_journal_keeps_numbers_locked_and_gives_them_in_clear():
    journal = Journal(b"", TMK)
    data = journal.write(VOUCHER)
    journal.commit()
    assert journal.last == Journal(data, TMK).last == VOUCHER


def test_no_card_number_is_in_what_survives():
    bench = Bench().sign_in()
    bench.order(sale())
    bench.order(void(2))
    bench.order(refund())
    stored = b"".join(bench.nv.values())
    assert bench.memory.journal.last.pan == CARD.pan
    assert CARD.pan.encode() not in stored
    assert bytes.fromhex(CARD.pan) not in stored
    assert CARD.track2.encode() not in stored
