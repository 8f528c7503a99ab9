from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.emulator.terminal.nv import (
    SLOT_SIZE,
    Counters,
    Journal,
    Keys,
    Last,
    Reversal,
    Slots,
    Voucher,
    seal,
    stan_of,
    unseal,
)
from harness.emulator.terminal.nv_facts import facts
from harness.errors import EncodeError

VOUCHER = Voucher(
    number=7, ticket=2, kind="sale", state="approved", amount_minor=1234, batch="000007",
    pan_masked="622588******0289", entry="S", approval_code="A1B2C3", rrn="000000004808",
    date="20260105", time="101112",
)  # fmt: skip
PENDING = Reversal("pending", 1_000_001, 2, "000007", 1, "98", 1234, "", {"3": "000000"})


def counters(data=b""):
    return Slots(Counters, data, Counters(batch="000001"))


def written(slots, record):
    data = slots.write(record)
    slots.commit()
    return data


def test_a_record_reads_back():
    for kind, record in ((Voucher, VOUCHER), (Reversal, PENDING), (Keys, Keys(3, "AB", True))):
        assert unseal(kind, seal(record, 5))[:2] == (record, 5)


@given(st.integers(0, 200), st.integers(1, 255))
def test_a_spoiled_byte_makes_a_record_unreadable(at, change):
    data = bytearray(seal(VOUCHER, 5))
    data[at % len(data)] ^= change
    assert unseal(Voucher, bytes(data)) is None


def test_a_whole_record_of_another_make_is_none():
    assert unseal(Voucher, seal(Counters(1, "000001"), 1)) is None


def test_an_empty_area_has_what_was_agreed():
    assert counters().record == Counters(batch="000001")


def test_a_write_counts_only_after_its_commit():
    slots = counters()
    data = slots.write(Counters(1))
    assert slots.record.number == 0
    slots.commit()
    assert slots.record.number == 1
    assert counters(data).record.number == 1


def test_a_commit_without_a_write_changes_nothing():
    slots, journal = counters(), Journal(b"")
    slots.commit()
    journal.commit()
    assert slots.record.number == 0
    assert journal.vouchers == []


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_torn_write_leaves_the_record_before_or_the_new_one(count):
    slots, old = counters(), b""
    for number in range(1, count + 1):
        old = written(slots, Counters(number))
    new = slots.write(Counters(count + 1))
    for keep in (*range(60), *range(SLOT_SIZE - 1, SLOT_SIZE + 60), 2 * SLOT_SIZE):
        found = counters(new[:keep] + old[keep:]).record.number
        assert found in (count, count + 1)


def test_a_failed_write_does_not_hurt_the_next():
    slots = counters()
    first = written(slots, Counters(1))
    slots.write(Counters(2))
    assert counters(slots.write(Counters(3))).record.number == 3
    assert counters(first).record.number == 1


def test_a_record_that_is_too_long_is_refused():
    with pytest.raises(EncodeError, match="does not fit a slot"):
        Slots(Keys, b"", Keys()).write(Keys(1, "A" * SLOT_SIZE))


def test_the_journal_grows_and_reads_back():
    journal, data = Journal(b""), b""
    for number in (1, 2, 3):
        data = journal.write(replace(VOUCHER, number=number))
        journal.commit()
    assert [each.number for each in Journal(data).vouchers] == [1, 2, 3]
    assert Journal(data).last.number == 3


@pytest.mark.parametrize("cut", [1, 5, 11, 100])
def test_a_torn_record_at_the_end_of_the_journal_is_written_over(cut):
    journal = Journal(b"")
    first = journal.write(VOUCHER)
    journal.commit()
    torn = journal.write(replace(VOUCHER, number=8))[: len(first) + cut]
    again = Journal(torn)
    assert [each.number for each in again.vouchers] == [7]
    assert [each.number for each in Journal(again.write(replace(VOUCHER, number=9))).vouchers] == [
        7,
        9,
    ]


@pytest.mark.parametrize(
    ("number", "stan"), [(0, 0), (1, 1), (999_999, 999_999), (1_000_000, 1), (1_999_999, 1)]
)
def test_stans_wrap_without_zero(number, stan):
    assert stan_of(number) == stan


def test_facts_of_each_area():
    reversal = Slots(Reversal, b"", Reversal()).write(PENDING)
    assert facts("reversal", reversal) == {
        "state": "pending", "stan": 2, "batch": "000007", "attempts": 1,
    }  # fmt: skip
    keys = Slots(Keys, b"", Keys()).write(Keys(3, "AB", True))
    assert facts("keys", keys) == {"generation": 3}
    last = Slots(Last, b"", Last()).write(Last(2, 7, "approved", 5, is_printed=True))
    assert facts("last", last) == {"stan": 7, "outcome": "approved", "printed": True}
    assert facts("counters", counters().write(Counters(7, "000007"))) == {
        "stan": 7, "batch": "000007",
    }  # fmt: skip


def test_facts_of_the_journal_are_of_what_is_whole():
    journal = Journal(b"")
    journal.write(VOUCHER)
    journal.commit()
    data = journal.write(replace(VOUCHER, number=8, amount_minor=5))
    records = ("7|sale|1234|approved", "8|sale|5|approved")
    assert facts("journal", data) == {"records": records}
    assert facts("journal", data[:-1]) == {"records": records[:1]}
    assert facts("journal", data + data) == {"records": records}


@given(st.sampled_from(["reversal", "journal", "counters", "keys", "last", "x"]), st.binary())
def test_facts_of_any_bytes_never_raise(area, data):
    assert isinstance(facts(area, data), dict)


def test_facts_of_nothing_are_none():
    assert facts("reversal", b"") == {}
    assert facts("other", b"123") == {}
