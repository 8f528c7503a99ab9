"""Facts of the host line: secrets stay out, MACs are judged by keys that can be in force."""

import pytest

from harness.history.host_messages import CANDIDATES_MAX, HostMessages
from harness.history.memo import SIZE_MAX, Memo
from harness.terms.card import Card
from harness.wire import pin_block
from harness.wire.dialects.unionpay import UNIONPAY, Frame, encode_frame
from harness.wire.iso8583 import Message
from harness.wire.keys import WorkingKeys, format_working_keys
from harness.wire.mac import sign

TMK = bytes(range(16))
CARD = Card("card-1", "6228480000000000018")
SHOP = {41: "12345678", 42: "123456789012345"}


def keys_of(generation):
    return WorkingKeys(bytes([generation] * 16), bytes([generation + 100] * 8))


FIRST, SECOND, THIRD, RANDOM = (keys_of(2 * n) for n in (1, 2, 3, 60))


def framed(message):
    return encode_frame(Frame("6000030000", "603100310100", message))


def sign_in_answer(keys, stan=1, code="00", tmk=TMK):
    text = format_working_keys(tmk, keys.pik, keys.mak)
    fields = {11: f"{stan:06}", 39: code, 60: "00000001003", 62: text}
    return framed(Message("0810", SHOP | fields))


def sale(keys, stan=7, pik=None, width="ascii8", card=CARD, **more):
    block = pin_block.encrypt("123456", pik or keys.pik, card.pan)
    fields = {
        3: "000000", 4: "000000001250", 11: f"{stan:06}", 22: "021", 25: "00", 26: "06",
        35: card.track2, 49: "156", 52: block, 53: "2600000000000000", 60: "22000001",
    } | {int(name[1:]): text for name, text in more.items()}  # fmt: skip
    fields = {number: text for number, text in fields.items() if text}
    return framed(sign(Message("0200", SHOP | fields), keys.mak, UNIONPAY, width=width))


def answer(keys, stan=7):
    fields = {3: "000000", 11: f"{stan:06}", 39: "00", 60: "22000001"}
    return framed(sign(Message("0210", SHOP | fields), keys.mak, UNIONPAY))


def reader(*frames, **options):
    found = HostMessages((CARD,), TMK, **options)
    for data in frames:
        found.facts(data)
    return found


def mac_ok(messages, data):
    return messages.facts(data)[1].get("mac_ok")


# --- what is said of a message


def test_sale_is_described_without_its_secrets():
    value, facts = reader(sign_in_answer(FIRST)).facts(sale(FIRST))
    assert value == "0200 sale STAN 000007 12.50"
    wanted = {"name": "sale", "stan": 7, "amount_minor": 1250, "batch": "000001", "mac": "present"}
    wanted |= {"card": "card-1", "track2_ok": True, "luhn_ok": True, "terminal_id": "12345678"}
    assert wanted.items() <= facts.items()
    assert not {"F2", "F35", "F52"} & facts.keys()
    assert CARD.pan not in repr(facts)
    assert "52" in facts["present"]


def test_keys_of_a_sign_in_answer_fit_their_check_values_or_not():
    _, facts = reader().facts(sign_in_answer(FIRST))
    assert facts["keys_ok"] is True
    _, facts = HostMessages((CARD,), bytes(16)).facts(sign_in_answer(FIRST))
    assert facts["keys_ok"] is False
    _, facts = HostMessages((CARD,)).facts(sign_in_answer(FIRST))
    assert "keys_ok" not in facts
    assert "keys_ok" not in reader().facts(sale(FIRST))[1]


def test_sign_in_answer_shows_no_key():
    _, facts = reader().facts(sign_in_answer(FIRST))
    assert facts["name"] == "sign_in"
    assert "F62" not in facts
    assert FIRST.mak.hex().upper() not in repr(reader(sign_in_answer(FIRST)))


def test_answer_has_a_response_code_and_a_reversal_a_reason():
    assert reader().facts(answer(FIRST))[1]["response_code"] == "00"
    reversal = framed(Message("0400", SHOP | {3: "000000", 39: "98", 60: "22000001"}))
    assert reader().facts(reversal)[1]["reason"] == "98"


def test_card_that_is_not_declared_is_unknown_and_not_named():
    stranger = Card("?", "4761739001010119")
    _, facts = reader().facts(sale(FIRST, card=stranger))
    assert facts["card"] == "unknown card"
    assert stranger.pan not in repr(facts)


def test_stripe_of_another_make_is_told():
    other = CARD.track2.replace("4912", "4911")
    assert reader().facts(sale(FIRST, F35=other))[1]["track2_ok"] is False


def test_message_without_a_card_has_no_facts_of_one():
    assert not {"card", "luhn_ok"} & reader().facts(answer(FIRST))[1].keys()


@pytest.mark.parametrize("data", [b"", b"\x00"])
def test_bytes_that_are_no_message_are_malformed(data):
    assert reader().facts(data)[1] == {"malformed": True, "size": len(data)}


def test_deviations_are_listed_with_kind_field_and_offset():
    _, facts = reader().facts(sale(FIRST, F25=""))
    assert "not_in_profile|25|0|missing in sale 0200" in facts["deviations"]


def test_message_that_is_not_in_the_table_is_still_described():
    _, facts = reader().facts(framed(Message("0600", SHOP)))
    assert facts["name"] == "unknown"
    assert facts["deviations"] == ()


# --- MAC


def test_nothing_is_said_of_a_mac_while_the_keys_are_not_known():
    found = reader().facts(sale(FIRST))[1]
    assert "mac_ok" not in found
    assert "pin_block_ok" not in found
    assert mac_ok(HostMessages((CARD,)), sign_in_answer(FIRST)) is None


def test_mac_under_the_keys_of_the_sign_in_is_right_and_under_random_ones_wrong():
    messages = reader(sign_in_answer(FIRST))
    assert mac_ok(messages, sale(FIRST)) is True
    assert mac_ok(messages, sale(RANDOM)) is False
    assert mac_ok(messages, answer(FIRST)) is True
    assert mac_ok(messages, answer(RANDOM)) is False


def test_message_without_a_mac_has_none_that_is_right_or_wrong():
    _, facts = reader(sign_in_answer(FIRST)).facts(framed(Message("0820", SHOP)))
    assert facts["mac"] == "absent"
    assert "mac_ok" not in facts


def test_width_of_the_mac_is_the_profiles():
    binary = reader(sign_in_answer(FIRST), mac_width="binary8")
    assert mac_ok(binary, sale(FIRST, width="binary8")) is True
    assert mac_ok(binary, sale(FIRST, stan=8)) is False


def test_spoiled_message_has_a_wrong_mac_and_the_original_a_right_one():
    messages, data = reader(sign_in_answer(FIRST)), sale(FIRST)
    spoiled = data[:40] + bytes([data[40] ^ 1]) + data[41:]
    assert [mac_ok(messages, each) for each in (data, spoiled, data)] == [True, False, True]


def test_lost_sign_in_answer_does_not_make_the_older_keys_wrong():
    messages = reader(sign_in_answer(FIRST), sale(FIRST), sign_in_answer(SECOND, 2))
    assert mac_ok(messages, sale(FIRST, 8)) is True  # the terminal never got the second
    assert mac_ok(messages, answer(SECOND, 8)) is True  # the host uses it all the same
    assert mac_ok(messages, sale(RANDOM, 9)) is False


def key_missing(messages, data):
    return messages.facts(data)[1].get("key_missing", False)


def test_answer_under_keys_that_the_terminal_never_got_is_marked_at_both_ends():
    messages = reader(sign_in_answer(FIRST), sign_in_answer(SECOND, 2), sale(FIRST, 8))
    for _ in ("at the host", "at the terminal"):
        assert mac_ok(messages, answer(SECOND, 8)) is True
        assert key_missing(messages, answer(SECOND, 8)) is True
    assert key_missing(messages, answer(FIRST, 8)) is False
    assert key_missing(messages, answer(RANDOM, 8)) is False  # it is wrong, no more is said


def test_answer_under_keys_that_the_terminal_may_have_by_now_is_not_marked():
    assert key_missing(reader(sign_in_answer(FIRST)), answer(FIRST)) is False
    asked = reader(sign_in_answer(FIRST), sale(FIRST, 8), sign_in_answer(SECOND, 2))
    assert key_missing(asked, answer(SECOND, 8)) is False


def test_mark_ends_when_the_terminal_uses_the_newer_keys():
    messages = reader(sign_in_answer(FIRST), sign_in_answer(SECOND, 2), sale(FIRST, 8))
    assert key_missing(messages, answer(SECOND, 8)) is True
    messages.facts(sale(SECOND, 9))
    assert key_missing(messages, answer(SECOND, 8)) is False


def old_key(messages, data):
    return messages.facts(data)[1].get("old_key", False)


def test_message_under_older_keys_than_the_last_is_marked():
    messages = reader(sign_in_answer(FIRST), sale(FIRST), sign_in_answer(SECOND, 2))
    assert old_key(messages, sale(FIRST, 8)) is True
    assert old_key(messages, answer(FIRST, 8)) is False
    assert old_key(messages, sale(RANDOM, 9)) is False
    assert old_key(messages, sale(SECOND, 9)) is False
    assert old_key(reader(sign_in_answer(FIRST)), sale(FIRST)) is False


def test_many_sign_in_answers_may_be_lost_in_a_row():
    messages = reader(sign_in_answer(FIRST), sale(FIRST))
    for stan in range(2, CANDIDATES_MAX + 1):
        messages.facts(sign_in_answer(keys_of(2 * stan), stan))
    assert mac_ok(messages, sale(FIRST, 9)) is True


def test_number_of_candidates_is_limited():
    messages = reader(sign_in_answer(FIRST))
    for stan in range(2, CANDIDATES_MAX + 2):
        messages.facts(sign_in_answer(keys_of(2 * stan), stan))
    assert len(messages.keys) == CANDIDATES_MAX
    assert mac_ok(messages, sale(FIRST)) is False


def test_message_under_the_newer_keys_proves_that_the_older_ones_are_over():
    messages = reader(sign_in_answer(FIRST), sale(FIRST), sign_in_answer(SECOND, 2))
    assert mac_ok(messages, sale(SECOND, 8)) is True
    assert mac_ok(messages, sale(FIRST, 9)) is False
    assert mac_ok(messages, answer(FIRST, 9)) is False


def test_hosts_message_does_not_prove_what_the_terminal_has():
    messages = reader(sign_in_answer(FIRST), sign_in_answer(SECOND, 2), answer(SECOND))
    assert mac_ok(messages, sale(FIRST)) is True


def test_late_copy_of_a_sign_in_answer_gives_old_keys_back_no_more():
    messages = reader(sign_in_answer(FIRST), sign_in_answer(SECOND, 2), sale(SECOND))
    messages.facts(sign_in_answer(FIRST))
    assert mac_ok(messages, sale(FIRST, 8)) is False


def test_host_may_give_the_same_keys_again():
    messages = reader(sign_in_answer(FIRST), sign_in_answer(SECOND, 2), sale(SECOND))
    messages.facts(sign_in_answer(FIRST, 3))
    assert mac_ok(messages, sale(FIRST, 8)) is True


@pytest.mark.parametrize(
    "refused",
    [sign_in_answer(SECOND, 2, code="91"), sign_in_answer(SECOND, 2, tmk=bytes(16))],
)
def test_keys_that_no_terminal_may_take_are_not_taken(refused):
    messages = reader(sign_in_answer(FIRST), refused)
    assert mac_ok(messages, sale(SECOND)) is False
    assert mac_ok(messages, sale(FIRST)) is True


def test_far_end_of_a_message_is_judged_by_the_keys_it_was_sent_under():
    messages = reader(sign_in_answer(FIRST), sale(FIRST))
    sent = answer(FIRST)
    assert mac_ok(messages, sent) is True
    messages.facts(sign_in_answer(SECOND, 2))
    messages.facts(sale(SECOND, 8))
    assert mac_ok(messages, sent) is True  # it was on its way meanwhile


def test_message_seen_before_the_keys_is_judged_when_it_is_seen_again():
    messages = reader(sale(FIRST))
    messages.facts(sign_in_answer(FIRST))
    assert mac_ok(messages, sale(FIRST)) is True


# --- PIN block


@pytest.mark.parametrize(
    ("frame", "is_right"),
    [
        (sale(FIRST), True),
        (sale(FIRST, pik=RANDOM.pik), False),
        (sale(FIRST, F52="0123456789ABCDEF"), False),
        (
            sale(FIRST, F52=pin_block.encrypt("123456", FIRST.pik, None), F53="1600000000000000"),
            True,
        ),
        (sale(FIRST, F52=pin_block.encrypt("123456", FIRST.pik, None)), False),
    ],
)
def test_pin_block_is_tried_with_the_pin_key_and_the_pan(frame, is_right):
    assert reader(sign_in_answer(FIRST)).facts(frame)[1]["pin_block_ok"] is is_right


def test_pin_block_belongs_to_the_keys_of_the_mac():
    messages = reader(sign_in_answer(FIRST), sign_in_answer(SECOND, 2))
    assert messages.facts(sale(FIRST, pik=SECOND.pik))[1]["pin_block_ok"] is False


def test_pin_block_of_a_message_with_a_wrong_mac_may_fit_any_candidate():
    messages = reader(sign_in_answer(FIRST), sign_in_answer(SECOND, 2))
    assert messages.facts(sale(RANDOM, pik=FIRST.pik))[1]["pin_block_ok"] is True


def test_message_without_a_pin_says_nothing_of_one():
    assert "pin_block_ok" not in reader(sign_in_answer(FIRST)).facts(sale(FIRST, F52=""))[1]


# --- memory


def test_what_was_found_is_found_again_and_the_oldest_forgotten():
    memo, read = Memo(), []

    def look(data):
        read.append(data)
        return "", {}

    for number in range(SIZE_MAX + 1):
        memo.get(b"%d" % number, look)
    memo.get(b"1", look)
    assert len(read) == SIZE_MAX + 1
    memo.get(b"0", look)
    assert read[-1] == b"0"


@pytest.mark.parametrize(("header", "asked"), [("603103310100", "3"), ("603100310100", None)])
def test_what_the_host_asks_for_in_the_header_is_a_fact(header, asked):
    data = encode_frame(Frame("6000030000", header, Message("0210", SHOP | {39: "00"})))
    assert reader().facts(data)[1].get("processing_requirement") == asked


ROUTES = [
    ("6000030000", "603100310100", ("present", "present", None)),
    ("6000030000", "603110310100", ("present", "present", "1")),
    ("6000030000", "", ("present", "absent", None)),
    ("", "", ("absent", "absent", None)),
]


@pytest.mark.parametrize(("tpdu", "header", "told"), ROUTES)
def test_whether_there_are_tpdu_and_header_is_a_fact(tpdu, header, told):
    data = encode_frame(Frame(tpdu, header, Message("0210", SHOP | {39: "00"})))
    facts = reader().facts(data)[1]
    assert (facts["tpdu"], facts["header"], facts.get("terminal_state")) == told
