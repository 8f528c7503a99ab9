import pytest

from tests.check.literal import BLACK_BOX, row
from tests.check.settlement_rows import (
    BATCH,
    NET,
    RECORDS,
    VISA,
    asked,
    black_box,
    booked,
    drop,
    edit,
    ended,
    figures,
    fired,
    on_purpose,
    place,
    posted,
    put,
    record,
    rest,
    ruling,
    sold,
    took,
    totals,
    unbalanced,
    upload,
    whole_day,
    word,
)
from tests.check.slip_rows import blind

AT_HOST = {"observes": BLACK_BOX, "host_wire_at": "host"}
EXTERNAL = {"world": "hardware", "bench": {"kind": "external"}}
REST = row("bench", "note", "rest", "end")


def seen(rows, **header):
    judged = ruling("M8", rows, **header)
    return judged and [finding.seen for finding in judged.findings]


def returned(stan, amount=100):
    entries = (f"card:card-1 {amount}", f"merchant:104290070110001 {-amount}")
    return row("host", "ledger", "manual_return", name="manual_return", stan=stan, batch=BATCH,
               reference=f"H{stan}", original=f"T{stan}", entries=entries)  # fmt: skip


def item(stan, *, closed=True):
    return row("bench", "note", "open item", stan=stan, amount_minor=100, closed=closed)


def compared(told, *held, results=(2, 1), after=(), foreign=(0, 0, 0, 0)):
    """Return sales, and what the host's books say of a settlement."""
    ask, tell = totals(110, told, foreign, results)
    return [*held, ask, booked(told, foreign, results), tell, *after, REST]


def test_a_result_that_fits_the_books_is_right():
    assert word("M8", whole_day()) == "PASS"
    assert word("M8", list(black_box(whole_day())), **AT_HOST) == "PASS"


@pytest.mark.parametrize("told", [(100, 1, 100, 1), (200, 2, 0, 0), (200, 3, 100, 1)])
def test_a_host_that_overlooks_a_difference_is_found(told):
    rows = edit(whole_day(), "ledger", "settlement", **figures(told, results=(1, 1)))
    assert seen(rows)[0].startswith("balanced, the 0500 has")
    assert "M8" in fired(rows)


def test_a_host_that_sees_a_difference_where_there_is_none_is_found_alone():
    rows = whole_day(**unbalanced())
    rows = drop(rows, "tx", "terminal/0510")
    assert fired(rows) == ["M8"]
    assert seen(rows) == ["not balanced, the 0500 has debit 2.00 in 2, credit 1.00 in 1"]


def test_an_answer_that_was_given_wrong_on_purpose_is_nobodys_fault():
    assert ruling("M8", whole_day(**unbalanced())) is None
    unseen = drop(whole_day(**unbalanced()), "tx", "terminal/0510")
    at = place(unseen, "rx", "host/0510")
    assert seen(unseen)  # a host whose messages nobody sees
    assert ruling("M8", put(unseen, at, on_purpose("0330"))) is None  # its 0510 was kept back
    plain = row("host", "tx", "terminal/0510", mti="0510")
    assert seen(put(unseen, at, plain))
    assert seen(put(unseen, at, plain, on_purpose("0330")))


def test_groups_that_nobody_can_tell_apart_may_differ():
    foreign = sold(101, [record(101)], org=VISA)
    told = {"told": (100, 1, 0, 0), "results": (2, 2)}
    assert ruling("M8", compared(told["told"], *foreign, results=(2, 2))) is None
    unnamed = sold(101, [record(101)], org={"F63": None})
    assert ruling("M8", compared((100, 1, 0, 0), *unnamed)) is None
    mixed = sold(101, [record(101)])
    assert ruling("M8", compared((0, 0, 0, 0), *mixed, foreign=(100, 1, 0, 0))) is None
    assert seen(compared((100, 1, 0, 0), *mixed))


def test_an_error_or_no_result_is_not_compared():
    assert ruling("M8", compared((5, 1, 0, 0), posted(101), results=(3, 1), after=[item(101)])
                  ).findings == ()  # fmt: skip
    bare = edit(compared((5, 1, 0, 0), posted(101), after=[item(101)]), "ledger", "settlement",
                result=None, foreign_result=None)  # fmt: skip
    assert not seen(bare)


LOST = [*sold(101, [record(101)]), asked(102), posted(102)]  # its answer never came


def test_a_sale_that_the_terminal_does_not_know_is_closed_by_hand():
    told = (100, 1, 0, 0)
    for after in ([returned(102)], [item(102)]):
        assert seen(compared(told, *LOST, after=after)) == []
        assert seen(list(black_box(compared(told, *LOST, after=after))), **AT_HOST) == []
    assert seen(compared(told, *LOST)) == ["it stands"]
    assert seen(list(black_box(compared(told, *LOST))), **AT_HOST) == ["it stands"]
    assert seen(compared(told, *LOST, after=[item(102, closed=False)])) == ["it stands"]
    (finding,) = ruling("M8", compared(told, *LOST, results=(2, 1))).findings
    assert "sale 000102 of 1.00" in finding.what
    assert "within 3 days" in finding.expected


def test_a_sale_that_only_the_upload_lacks_is_found_too():
    """Where the records are not seen, the line says that the terminal knows it."""
    held = [*sold(101), *sold(102)]
    ask = totals(110, (100, 1, 0, 0), results=(2, 1))
    told = booked((100, 1, 0, 0), results=(2, 1))
    upload = [took(101), *ended(111, "202", 1)]
    sent = put([*held, ask[0], told, ask[1]], 3)
    rows = [*sent, row("terminal", "tx", "host/0320", mti="0320", name="batch_upload", stan=111,
            network="201", batch=BATCH, records=RECORDS[:1]), *upload, REST]  # fmt: skip
    black = list(black_box(rows))
    assert "it stands" in seen(black, **AT_HOST)
    assert "it stands" not in seen(drop(black, "ledger", "upload"), **AT_HOST)
    unfinished = [each for each in black if "0330" not in each[2]]
    assert "it stands" not in seen(unfinished, **AT_HOST)
    other_side = edit(black, "ledger", "settlement", result=1, foreign_result=2)
    assert "it stands" not in seen(other_side, **AT_HOST)
    every = {"profile": {"upload_on_mismatch": "all"}}
    assert "it stands" in seen(other_side, **AT_HOST, **every)
    both = edit(black, "ledger", "settlement", foreign_result=2)
    assert "it stands" in seen(both, **AT_HOST)


def test_an_upload_that_is_not_finished_or_of_another_batch_is_not_all():
    old = [*totals(90, (0, 0, 0, 0), batch="000006"), *ended(91, batch="000006")]
    held = [*sold(101), *sold(102)]
    ask = totals(110, (100, 1, 0, 0), results=(2, 1))
    rows = [*old, *held, ask[0], booked((100, 1, 0, 0), results=(2, 1)), ask[1],
            *upload(111, RECORDS[0]), took(101), REST]  # fmt: skip
    black = list(black_box(rows))
    assert "it stands" not in seen(black, **AT_HOST)
    done = [*black[:-1], *black_box(ended(112, "202", 1)), REST]
    assert "it stands" in seen(done, **AT_HOST)


def test_where_both_groups_were_uploaded_nobody_need_know_the_group():
    held = [*sold(101, org={"F63": None}), *sold(102, org={"F63": None})]
    ask = totals(110, (100, 1, 0, 0), results=(2, 2))
    rows = [*held, ask[0], booked((100, 1, 0, 0), results=(2, 2)), ask[1],
            *upload(111, RECORDS[0]), took(101), *ended(112, "202", 1), REST]  # fmt: skip
    assert "it stands" in seen(list(black_box(rows)), **AT_HOST)
    one_side = edit(rows, "ledger", "settlement", foreign_result=1)
    assert "it stands" not in seen(list(black_box(one_side)), **AT_HOST)


def test_a_lost_refund_is_nothing_to_be_given_back():
    held = [*sold(101, [record(101)]), posted(102, "refund", 30)]
    assert seen(compared((100, 1, 0, 0), *held)) == []


def test_a_batch_without_a_difference_lacks_nothing():
    assert seen(compared((100, 1, 0, 0), *sold(101, [record(101)]), results=(1, 1))) == []


def test_what_the_batch_held_before_the_history_is_a_gap():
    rows = compared((500, 5, 0, 0), *sold(101), results=(1, 1))
    judged = ruling("M8", list(black_box(rows)), **AT_HOST | EXTERNAL)
    assert judged.gaps
    assert not judged.findings


def test_each_settlement_is_compared_with_the_books_of_its_time():
    first = [*sold(101, [record(101)]), totals(110, (100, 1, 0, 0))[0], booked((100, 1, 0, 0))]
    mark = [on_purpose()]
    plain = row("host", "tx", "terminal/0510", mti="0510")
    second = [totals(112, (5, 1, 0, 0))[0], booked((5, 1, 0, 0))]
    assert ruling("M8", [*first, REST]).evaluated == 1
    assert seen([*mark, *first[:-1], booked((5, 1, 0, 0)), plain, REST])
    assert seen([*first[:-1], booked((5, 1, 0, 0)), plain, booked((5, 1, 0, 0)), *mark, REST])
    late = [*first, *sold(102, [record(101), record(102)]), *second, item(101), item(102), REST]
    assert len(seen(late)) == 1


def test_a_foreign_card_is_compared_like_any_other():
    foreign = sold(101, [record(101)], org=VISA)
    right = compared((0, 0, 0, 0), *foreign, results=(1, 1), foreign=(100, 1, 0, 0))
    assert ruling("M8", right).evaluated == 1
    assert not seen(right)


def test_findings_name_both_sides():
    (finding,) = ruling("M8", drop(whole_day(**unbalanced()), "tx", "terminal/0510")).findings
    assert finding.expected.startswith("balanced: its books have debit 2.00 in 2")
    told = (100, 1, 0, 0)
    (finding,) = ruling("M8", compared(told, *LOST, results=(1, 1), after=[item(102)])).findings
    assert finding.expected.startswith("not balanced: its books have debit 2.00 in 2")


def test_a_sale_that_was_voided_since_is_closed():
    void = posted(103, "void", original="T102")
    assert seen(compared((100, 1, 0, 0), *LOST, after=[void])) == []


def test_only_a_note_of_an_open_item_closes_one():
    other = row("bench", "note", "expectation", stan=102, closed=True)
    assert seen(compared((100, 1, 0, 0), *LOST, after=[other])) == ["it stands"]


def test_uploads_of_other_batches_prove_nothing():
    held = [*sold(101, [record(101)]), *sold(102, [record(101), record(102)])]
    ask = totals(110, (100, 1, 0, 0), results=(2, 1))
    upload = [row("terminal", "tx", "host/0320", mti="0320", name="batch_upload", stan=111,
              network="201", batch=BATCH, records=RECORDS[:2])]  # fmt: skip
    rows = [*held, ask[0], booked((100, 1, 0, 0), results=(2, 1)), ask[1], *upload, took(101),
            took(102), took(103, batch="000008"), *ended(112, "202", 2), REST]  # fmt: skip
    assert seen(rows) == []
    strange = [*rows[:-1], took(102, batch="000008"), REST]
    assert seen(strange) == []
    other = [row("host", "ledger", "upload", stan=102, batch="000008", entries=())]
    lacking = [each for each in rows if each[5].get("stan") != 102 or each[2] != "upload"]
    assert seen([*lacking[:-1], *other, REST]) == ["it stands"]


def test_it_is_judged_after_the_rest_and_where_all_was_seen():
    rows = compared((5, 1, 0, 0), posted(101), results=(1, 1))
    assert ruling("M8", rows[:-1]) is None
    for channel in ("ledger", "host_wire"):
        judged = ruling("M8", [*rows, blind(channel)])
        assert any(channel in gap for gap in judged.gaps)
        found = [finding for finding in judged.findings if "compared" in finding.what]
        assert len(found) == (channel == "host_wire")
    assert ruling("M8", [posted(101), *rest()]) is None
    assert ruling("M8", rows, observes=("ledger", "slip")) is None
    assert word("M8", whole_day(), profile={"not_applicable": ("M8",)}) == ""


def test_books_of_a_settlement_that_the_line_does_not_show_are_judged_too():
    rows = [posted(101), booked((100, 1, 0, 0), results=(2, 1)), REST]
    assert ruling("M8", rows) is None  # of which group the sale is nobody knows
    rows = [posted(101), booked((90, 1, 0, 0), results=(2, 1)), REST]
    assert seen(rows) == ["it stands"]
    assert NET == (200, 2, 100, 1)
