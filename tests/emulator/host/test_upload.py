"""Uploads of records over the host line, in groups and one by one."""

from dataclasses import replace

import pytest

from harness.emulator import Received
from harness.terms.card import Card
from harness.wire.dialects.unionpay import UNIONPAY, decode_frame
from harness.wire.dialects.unionpay_messages import profile_deviations, spec_for
from harness.wire.dialects.unionpay_subfields import UploadRecord, format_upload
from harness.wire.iso8583 import Message
from harness.wire.mac import sign
from tests.emulator.host.bench import (
    BATCH,
    BY_TOKEN,
    CONFIG,
    IDENTITY,
    TERMINAL,
    frame_of,
    settlement,
    signed_in,
    upload,
    upload_end,
)

RECORDS = ((2, 1_234, "card-1"), (3, 500, "card-visa"))


def settled():
    bench = signed_in()
    bench.ask(bench.sale())
    bench.ask(settlement())
    return bench


def taken(bench):
    found = bench.books.find(name="upload")
    return [(one.stan, one.amount_minor, one.card, one.details) for one in found]


def single(network, *, kind="00", stan=2, minor=1_234, card="card-1", **fields):
    """Return the upload of one whole record."""
    plain = {2: BY_TOKEN[card].pan, 3: "000000", 4: f"{minor:012}", 11: f"{stan:06}", 22: "052"}
    more = {25: "00", **IDENTITY, 49: "156", 60: f"{kind}{BATCH}{network}50"}
    changed = {int(name[1:]): text for name, text in fields.items()}
    return Message("0320", {**plain, **more, **changed})


def test_each_record_of_a_group_is_posted_and_then_the_group_is_answered():
    bench = settled()
    bench.effects.clear()
    answer = bench.ask(upload(*RECORDS))
    assert (answer.mti, answer.text(39), answer.text(64)) == ("0330", "00", "")
    assert profile_deviations(answer, spec_for(answer)) == ()
    assert [each.label for each in bench.effects] == ["upload", "upload", "0330"]
    assert taken(bench) == [
        (2, 1_234, "card-1", "domestic"),
        (3, 500, "card-visa", "foreign"),
    ]
    assert bench.balance() == 98_766


def test_a_repeated_group_takes_nothing_again():
    bench = settled()
    again = [bench.ask(upload(*RECORDS, stan=stan)).text(39) for stan in (91, 91, 92)]
    assert again == ["00"] * 3
    assert len(taken(bench)) == 2
    bench.ask(upload_end())
    assert bench.ask(upload(*RECORDS)).text(39) == "00"
    assert len(taken(bench)) == 2


def test_a_group_cut_in_the_middle_is_whole_after_its_repeat():
    bench = settled()
    (post,) = bench.host.handle(0, Received("terminal", bench.sealed(upload(*RECORDS))))
    bench.books.post(post.posting)  # and the power goes
    bench.power_on()
    bench.ask(upload(*RECORDS))
    assert [stan for stan, *_ in taken(bench)] == [2, 3]


def test_a_card_number_that_begins_with_zeros_is_known_again():
    zero = Card("card-zero", "0025887319460281")
    bench = signed_in(replace(CONFIG, cards=(*CONFIG.cards, zero)))
    bench.ask(settlement())
    record = UploadRecord(False, "000002", zero.pan, 5)
    bench.ask(upload((2, 1, "card-1")).having({48: format_upload([record])}))
    assert taken(bench) == [(2, 5, "card-zero", "domestic")]


def test_a_card_that_is_not_known_has_no_name():
    bench = settled()
    message = upload((2, 1, "card-1"))
    other = message.text(48).replace(BY_TOKEN["card-1"].pan, "6225880000000000")
    assert bench.ask(message.having({48: other})).text(39) == "00"
    assert taken(bench) == [(2, 1, "", "domestic")]


@pytest.mark.parametrize("totals", ["", "01", "00", "02" + "0" * 40, "0100" + "9" * 37])
def test_a_malformed_group_is_told_30_and_nothing_is_taken(totals):
    bench = settled()
    message = upload(*RECORDS)
    message = message.having({48: totals}) if totals else message.without(48)
    assert bench.ask(message).text(39) == "30"
    assert taken(bench) == []


def test_records_before_settlement_are_told_12_and_of_another_batch_77():
    bench = signed_in()
    assert bench.ask(upload(*RECORDS)).text(39) == "12"
    assert bench.ask(upload(*RECORDS, batch="000002")).text(39) == "77"
    assert taken(bench) == []


@pytest.mark.parametrize(("network", "is_kept"), [("203", 1), ("204", 0), ("205", 1), ("206", 0)])
def test_single_records_are_acknowledged_and_declined_ones_not_kept(network, is_kept):
    bench = settled()
    answer = bench.ask(single(network, card="card-visa"))
    assert (answer.text(39), answer.text(64)) == ("00", "")
    assert profile_deviations(answer, spec_for(answer)) == ()
    assert taken(bench) == [(2, 1_234, "card-visa", "foreign")] * is_kept


@pytest.mark.parametrize("kind", ["25", "24", "30", "36"])
def test_a_whole_transaction_is_taken_with_its_mac(kind):
    bench = settled()
    message = single("000", kind=kind)
    sealed = frame_of(sign(message, bench.keys[TERMINAL].mak, UNIONPAY))
    (data,) = bench.give(Received("terminal", sealed))
    assert decode_frame(data).message.text(39) == "00"
    assert bench.has_right_mac(data)
    assert taken(bench) == [(2, 1_234, "card-1", "domestic")]


def test_a_whole_transaction_without_mac_or_with_a_wrong_one_is_told_a0():
    bench = settled()
    message = single("000", kind="25").having({64: "00" * 8})
    for sent in (message, message.without(64), single("203").having({64: "00" * 8})):
        (data,) = bench.give(Received("terminal", frame_of(sent)))
        assert decode_frame(data).message.text(39) == "A0"
    assert taken(bench) == []


def test_groups_and_ends_need_no_mac_whatever_they_carry():
    bench = settled()
    for message in (settlement(stan=95), upload(*RECORDS), upload_end()):
        assert bench.ask(message.having({64: "00" * 8})).text(39) in ("", "00")


def test_a_card_that_a_single_record_does_not_name_has_no_name():
    bench = settled()
    assert bench.ask(single("203").without(2, 4)).text(39) == "00"
    assert taken(bench) == [(2, 0, "", "domestic")]
