from dataclasses import replace

import pytest

from harness.emulator import Received, Transmit
from harness.emulator.host.config import HostConfig, Override
from harness.emulator.host.exchange import spoilt_mac
from harness.emulator.host.orders import Script
from harness.errors import MisuseError
from harness.wire.dialects.unionpay import Header, decode_frame
from tests.emulator.host.bench import (
    CARDS,
    CONFIG,
    MERCHANT,
    Bench,
    management,
    refund,
    reversal,
    sign_in,
    signed_in,
    void,
)


def scripted(**overrides):
    """Return a bench whose n-th request of an MTI is answered otherwise: `m0200_1=Override()`."""
    script = {(name[1:5], int(name[6:])): override for name, override in overrides.items()}
    return signed_in(replace(CONFIG, script=script))


def test_a_refused_sale_is_booked_as_declined():
    bench = scripted(m0200_1=Override(response_code="91"))
    assert bench.ask(bench.sale()).text(39) == "91"
    assert bench.names() == [("decline", "91")]
    assert bench.ask(bench.sale(stan=3)).text(39) == "00"


def test_a_refused_void_or_refund_is_booked_as_declined_and_moves_nothing():
    bench = signed_in(replace(CONFIG, refund_enabled=True, refund_same_batch="allowed"))
    asked = bench.sale()
    answer = bench.ask(asked)
    refused = Override(response_code="91")
    bench.tell(Script({("0200", 1): refused, ("0220", 1): refused}))
    for message in (void(asked), refund(asked, answer)):
        assert bench.ask(message).text(39) == "91"
    assert bench.names() == [("sale", "00"), ("decline", "91"), ("decline", "91")]
    assert bench.balance() == 98_766
    assert bench.ask(void(asked, stan=6)).text(39) == "00"


def test_a_code_outside_the_table_refuses_too():
    bench = scripted(m0200_1=Override(response_code="ZZ"))
    assert bench.ask(bench.sale()).text(39) == "ZZ"
    assert bench.balance() == 100_000


def test_a_refused_reversal_is_not_booked_and_can_be_repeated():
    bench = scripted(m0400_1=Override(response_code="96"))
    asked = bench.sale()
    bench.ask(asked)
    assert bench.ask(reversal(asked)).text(39) == "96"
    assert bench.names() == [("sale", "00")]
    assert bench.ask(reversal(asked)).text(39) == "00"


def test_an_approving_code_replaces_00_only():
    bench = scripted(m0200_1=Override(response_code="11"), m0200_2=Override(response_code="11"))
    assert bench.ask(bench.sale()).text(39) == "11"
    assert bench.ask(bench.sale(stan=3, minor=0)).text(39) == "13"
    assert bench.names() == [("sale", "00"), ("decline", "13")]


def test_a_sale_that_is_known_is_not_refused_afterwards():
    bench = scripted(m0200_2=Override(response_code="91"))
    asked = bench.sale()
    assert [bench.ask(asked).text(39) for _ in range(2)] == ["00", "00"]


def test_silence_is_as_if_nothing_had_come():
    bench = scripted(m0200_1=Override(silent=True), m0400_1=Override(silent=True))
    asked = bench.sale()
    assert bench.hear(bench.sealed(asked)) == []
    assert bench.hear(bench.sealed(reversal(asked))) == []
    assert bench.names() == []
    assert bench.ask(asked).text(39) == "00"


@pytest.mark.parametrize("right", [b"00000000", b"1A2B3C4D", b"FFFFFFFF", bytes(8)])
def test_a_spoilt_mac_is_never_the_right_one(right):
    assert spoilt_mac(right) != right
    assert len(spoilt_mac(right)) == 8


def test_a_wrong_mac_spoils_the_answer_and_not_the_booking():
    bench = scripted(m0200_1=Override(wrong_mac=True))
    (data,) = bench.give(Received("terminal", bench.sealed(bench.sale())))
    assert not bench.has_right_mac(data)
    assert bench.names() == [("sale", "00")]


def test_changed_fields_are_sealed_rightly():
    change = {"mti": "0230", "4": "000000000001", "11": "000777", "37": ""}
    bench = scripted(m0200_1=Override(change=change))
    (data,) = bench.give(Received("terminal", bench.sealed(bench.sale())))
    assert bench.has_right_mac(data)
    assert bench.effects[-1].label == "0230"
    answer = bench.hear(bench.sealed(bench.sale()))[0]
    assert (answer.mti, answer.text(11)) == ("0210", "000002")
    assert bench.balance() == 98_766


def test_field_64_itself_can_be_changed_or_taken_away():
    bench = scripted(m0200_1=Override(change={"64": ""}), m0200_2=Override(change={"64": "AB" * 8}))
    asked = bench.sale()
    assert 64 not in bench.ask(asked).fields
    assert bench.ask(asked).text(64) == "AB" * 8


def test_a_refused_sign_in_gives_no_keys():
    bench = Bench(replace(CONFIG, script={("0800", 1): Override(response_code="96")}))
    answer = bench.ask(sign_in())
    assert (answer.text(39), answer.text(62)) == ("96", "")
    assert bench.areas == {}
    bench.sign_in(stan=2)


def test_a_refused_sign_out_leaves_the_terminal_signed_in():
    bench = scripted(m0820_1=Override(response_code="96"), m0820_2=Override(response_code="96"))
    assert bench.ask(management("0820", "002", 2)).text(39) == "96"
    assert bench.ask(management("0820", "301", None)).text(39) == "96"
    assert bench.ask(bench.sale(stan=3)).text(39) == "00"


def test_a_new_script_replaces_the_old_one_and_counts_anew():
    bench = scripted(m0200_2=Override(response_code="91"))
    bench.ask(bench.sale(stan=2))
    bench.tell(Script({("0200", 2): Override(response_code="92")}))
    codes = [bench.ask(bench.sale(stan=stan)).text(39) for stan in (3, 4, 5)]
    assert codes == ["00", "92", "00"]


def test_occurrences_count_each_mti_by_itself():
    bench = scripted(m0200_2=Override(response_code="91"))
    asked = bench.sale()
    bench.ask(asked)
    bench.ask(reversal(asked))
    assert bench.ask(bench.sale(stan=3)).text(39) == "91"


def test_a_set_up_that_cannot_work_is_refused():
    plain = {"cards": CARDS, "merchant_id": MERCHANT}
    with pytest.raises(MisuseError, match="master key has 8 bytes, expected 16"):
        HostConfig(**plain, tmk=bytes(8), terminal_ids=("1",))
    with pytest.raises(MisuseError, match="51 terminals, expected at most 50"):
        HostConfig(**plain, tmk=bytes(16), terminal_ids=tuple(map(str, range(51))))


def test_a_set_up_shows_neither_key_nor_card():
    shown = repr(CONFIG)
    assert CARDS[0].pan not in shown
    assert "tmk" not in shown


@pytest.mark.parametrize("requirement", ["0", "1", "3", "7"])
def test_a_requirement_is_the_digit_of_the_header_and_spoils_nothing(requirement):
    bench = scripted(m0200_1=Override(requirement=requirement))
    sales = bench.sale(minor=0), bench.sale(stan=3)  # a decline may ask for something too
    sent = [bench.give(Received("terminal", bench.sealed(sale)))[0] for sale in sales]
    headers = [decode_frame(data).header for data in sent]
    assert headers == [str(Header(processing_requirement=requirement)), str(Header())]
    assert all(map(bench.has_right_mac, sent))
    assert not any(one.on_purpose for one in bench.effects if isinstance(one, Transmit))


@pytest.mark.parametrize("requirement", ["", "8", "10", "x"])
def test_a_requirement_that_no_terminal_knows_is_a_mistake(requirement):
    with pytest.raises(MisuseError, match="expected 0 to 7"):
        Override(requirement=requirement)
