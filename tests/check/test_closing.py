from harness.check.closing import closings, following
from harness.check.exchange import line_of
from tests.check.literal import row
from tests.check.settlement_rows import (
    NET,
    NEXT,
    black_box,
    edit,
    ended,
    exchanged,
    story,
    totals,
    upload,
)
from tests.check.slip_rows import at_host, fault, power

ASK, TOLD = totals(104, NET)
END = ended(106)


def found(*rows, **header):
    return closings(line_of(story(rows, **header)))


def test_a_settlement_goes_from_its_0500_to_the_answer_of_its_end():
    (one,) = found(ASK, TOLD, *upload(105, "101|card-1|100|domestic"), *END)
    assert [len(each) for each in (one.asks, one.uploads, one.ends)] == [1, 1, 1]
    assert one.answer.row.index == 1
    assert one.done.row.index == one.over == 5
    assert one.title == "the settlement of batch 000007"


def test_repeats_and_resumptions_belong_to_it():
    (one,) = found(ASK, ASK, power("off"), power("on"), ASK, TOLD, END[0], *END)
    assert len(one.asks) == 3
    assert len(one.ends) == 2


def test_another_batch_or_a_finished_one_begins_the_next():
    first, second = found(ASK, TOLD, *totals(105, NET, batch=NEXT))
    assert first.until == second.first.index == 2
    assert first.over == 2
    assert len(found(ASK, TOLD, *END, ASK, TOLD)) == 2
    refused = edit([ASK, TOLD], "rx", "host/0510", response_code="77")
    assert len(found(*refused, ASK, TOLD)) == 2
    doubtful = [*black_box([ASK, TOLD, END[0]]), fault("drop", "rx terminal 0330 #1"),
                *map(at_host, [END[1], ASK, TOLD])]  # fmt: skip
    assert len(found(*doubtful, host_wire_at="host")) == 1


def test_what_names_no_batch_is_of_the_one_that_is_settled():
    nameless = edit([ASK, TOLD], "tx", "host/0500", batch=None)
    (one,) = found(*nameless, ASK, TOLD)
    assert one.batch == 7
    (unknown,) = found(*nameless)
    assert unknown.title == "the settlement of batch ?"


def test_records_without_a_0500_are_of_a_settlement_begun_before():
    (one,) = found(*END)
    assert not one.asks
    assert one.answer is None
    assert one.results() is None


def test_other_messages_and_what_never_left_are_none():
    assert not found(*exchanged("0320", "batch_upload", 105))
    assert not found(*edit([ASK], "tx", "host/0500", partial=True, size=0))
    assert found(*edit([ASK], "tx", "host/0500", partial=True, size=9))


def test_an_answer_of_few_fields_is_enough():
    asks = {"network": "000", "F3": "200000", "amount_minor": 5, "mac": "present"}
    (one,) = found(*exchanged("0320", "batch_upload", 101, asks=asks, tells={"network": "000"}))
    assert one.reply(one.uploads[0]).doubt == ""
    rows = list(black_box(exchanged("0320", "batch_upload", 101, asks=asks)))
    lossy = [rows[0], fault("drop", "rx terminal 0330 #1"), rows[1]]
    (one,) = found(*lossy, host_wire_at="host")
    assert one.reply(one.uploads[0]).doubt
    (one,) = found(*rows, power("off"), host_wire_at="host")
    assert one.reply(one.uploads[0]).doubt
    (one,) = found(*rows, host_wire_at="host")
    assert not one.reply(one.uploads[0]).doubt


def test_an_answer_to_something_else_is_none():
    other = edit([ASK, TOLD], "rx", "host/0510", stan=999)
    assert found(*other)[0].answer is None
    pressed = [other[0], row("operator", "act", "key", key="CANCEL"), other[1]]
    assert found(*pressed)[0].answer is None


def test_999999_is_followed_by_1():
    assert [following(batch) for batch in (1, 999_998, 999_999)] == [2, 999_999, 1]


def test_the_0510_that_counts_is_the_last_before_the_upload():
    other = totals(104, NET, results=(2, 1))
    (one,) = found(*other, ASK, TOLD, *upload(105, "101|card-1|1|domestic"), *other, *END)
    assert one.answer.row.index == 3
    (late,) = found(*upload(105, "101|card-1|1|domestic"), *other)
    assert late.answer.row.index == 3


def test_cancel_ends_no_wait_for_a_0510():
    """Whatever the profile says of a sale; without CANCEL a late answer is none."""
    pressed = row("operator", "act", "key", key="CANCEL")
    slow = (*TOLD[:4], 30, TOLD[5])
    for value in ("reverse", "ignored"):
        (one,) = found(ASK, pressed, slow, profile={"cancel_while_waiting": value})
        assert one.answer.row.index == 2
    late = (*TOLD[:4], 300, TOLD[5])
    assert found(ASK, late)[0].answer is None
    lost = row("terminal", "disconnect", "host", "lost")
    assert found(ASK, lost, late)[0].answer is None


def test_other_doubts_than_missing_fields_stay():
    at_the_limit = (*TOLD[:4], 60, TOLD[5])
    (one,) = found(("till", "show", "x", "", 0, {}), (*ASK[:4], 0, ASK[5]), at_the_limit)
    assert one.answer.doubt


def test_a_result_belongs_to_a_group_with_totals():
    partly = edit([ASK, TOLD], "rx", "host/0510", foreign_credit_minor=5, foreign_result=0)
    assert found(*partly)[0].results() is None
    assert found(ASK, TOLD)[0].results() == {"domestic": 1, "foreign": 1}
    empty = edit([ASK, TOLD], "rx", "host/0510", foreign_result=0)
    assert found(*empty)[0].results() == {"domestic": 1, "foreign": 1}


def test_an_answer_that_cannot_be_read_whole_is_doubtful():
    broken = {"deviations": ("breaks_parsing|48|74|the length is not digits",)}
    (one,) = found(*edit([ASK, TOLD], "rx", "host/0510", **broken), ASK, TOLD, *END)
    assert [reply.doubt for reply in one.answers] == ["it cannot be read whole", ""]
    odd = {"deviations": ("not_in_profile|12|0|it is not due",)}
    assert found(*edit([ASK, TOLD], "rx", "host/0510", **odd))[0].answer.doubt == ""


def test_an_end_that_the_host_refuses_is_a_doubtful_one():
    refused = edit(END, "rx", "host/0330", response_code="30")
    (one,) = found(ASK, TOLD, *refused)
    assert one.done.doubt == "the host refused the end of the upload"
    (one,) = found(ASK, TOLD, *refused, *END)
    assert (one.done.doubt, one.over) == ("", 5)
    record = edit(upload(105, "101|card-1|1|domestic"), "rx", "host/0330", response_code="30")
    assert found(*record)[0].reply(found(*record)[0].uploads[0]).doubt == ""


def test_what_was_kept_back_and_came_after_later_messages_is_none():
    first, late = upload(105, "101|card-1|1|domestic"), fault("delay", "rx host 0500 #1")
    rows = [late, *black_box([*first, ASK, TOLD, *upload(106, "101|card-1|1|domestic")])]
    (one,) = found(*rows, host_wire_at="host")
    assert not one.asks
    (one,) = found(*rows[1:], host_wire_at="host")
    assert one.asks
    assert not found(late, *first, ASK, TOLD)[0].asks
    assert found(*first, ASK, TOLD)[0].asks
    nameless = edit(rows, "rx", "terminal/0500", stan=None)
    assert found(*nameless, host_wire_at="host")[0].asks
    again = [late, *black_box([*first, *first])]
    assert len(found(*again, host_wire_at="host")[0].uploads) == 2
    record = exchanged("0320", "batch_upload", 44, asks={"network": "000", "F3": "000000"})
    mixed = [late, *black_box([*first, *record, *END])]
    (one,) = found(*mixed, host_wire_at="host")
    assert len(one.uploads) == 2
    early = [late, *black_box([*record, ASK, TOLD])]
    assert found(*early, host_wire_at="host")[0].asks
