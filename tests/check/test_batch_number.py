import pytest

from tests.check.literal import BLACK_BOX
from tests.check.settlement_rows import (
    BATCH,
    NEXT,
    asked,
    black_box,
    closed,
    edit,
    ended,
    evening,
    exchanged,
    fired,
    morning,
    place,
    put,
    ruling,
    settled,
    signed_in,
    signed_out,
    totals,
    whole_day,
    word,
)
from tests.check.slip_rows import blind, fault, power, reversal, reversal_answer

AT_HOST = {"observes": BLACK_BOX, "host_wire_at": "host"}
LEDGER = {"observes": ("host_wire", "ledger")}


def seen(rows, **header):
    judged = ruling("S7", rows, **header)
    return judged and [finding.seen for finding in judged.findings]


def settling(stan=110, batch=BATCH, *, is_done=True):
    """Return a settlement on the line, perhaps without its end."""
    return [*totals(stan, (100, 1, 0, 0), batch=batch), *(ended(stan + 1, batch=batch) * is_done)]


def sequence(*parts):
    return seen([each for part in parts for each in part])


def sale(stan, batch=BATCH):
    return [asked(stan, batch=batch)]


def test_the_number_rises_by_one_with_a_settlement():
    assert word("S7", whole_day()) == "PASS"
    assert word("S7", list(black_box(whole_day())), **AT_HOST) == "PASS"


@pytest.mark.parametrize("batch", [BATCH, "000009", "000001"])
def test_any_other_number_after_a_settlement_is_found(batch):
    """The number is that of the sign-in too, but not of its answer."""
    rows = [*morning(), *settled(), *evening()]
    rows = edit(rows, "tx", "host/0200", 3, batch=batch)
    assert seen(rows) == [batch]
    assert "S7" in fired(rows)


def test_a_number_that_does_not_rise_is_found_alone():
    """Writes are not seen: only the line shows that the terminal keeps its number."""
    after = [*signed_out(106, BATCH), *signed_in(107, BATCH)]
    rows = [*morning(), *settled(after=after), *evening()]
    for kind, address in (("tx", "host/0200"), ("rx", "host/0210")):
        rows = edit(rows, kind, address, 3, batch=BATCH)
    rows = edit(rows, "rx", "host/0810", 1, batch=None)
    rows = edit(rows, "nv", "counters", batch=BATCH)
    assert fired(rows) == ["S7"]


def test_999999_is_followed_by_1():
    last = "999999"
    assert sequence(sale(101, last), settling(batch=last), sale(112, "000001")) == []
    assert sequence(sale(101, last), settling(batch=last), sale(112, "000000")) == ["000000"]
    assert sequence(sale(101, last), settling(batch=last), sale(112, last)) == [last]


def test_a_number_from_a_sign_in_answer_is_accepted():
    given = signed_in(112, "000042")
    assert sequence(sale(101), settling(), given, sale(113, "000042")) == []
    assert sequence(sale(101), settling(), given, sale(113, NEXT)) == []
    assert sequence(sale(101), settling(), given, sale(113, "000043")) == ["000043"]
    assert sequence(sale(101), given, sale(113, "000042")) == []
    refused = edit(given, "rx", "host/0810", response_code="97")
    assert sequence(sale(101), settling(), refused, sale(113, "000042")) == ["000042"]
    numberless = edit(given, "rx", "host/0810", batch=None)
    assert sequence(sale(101), settling(), numberless, sale(113, "000042")) == ["000042"]


def test_without_a_settlement_it_stays():
    assert sequence(sale(101), sale(102)) is None
    assert sequence(sale(101), sale(102, NEXT)) == [NEXT]
    assert sequence(sale(101), totals(103, (1, 1, 0, 0), batch=NEXT)) == [NEXT]
    cut = [power("off"), power("on")]
    assert sequence(sale(101), cut, sale(102, NEXT)) is None
    assert sequence(sale(101, None), sale(102)) is None


def test_each_settlement_counts_once_whatever_was_repeated():
    lost = totals(110, (100, 1, 0, 0))[:1]
    end = ended(111)[:1]
    assert sequence(sale(101), lost, settling(), sale(112, NEXT)) == []
    assert sequence(sale(101), settling(is_done=False), end, ended(111), sale(112, NEXT)) == []
    assert sequence(sale(101), lost, settling(), sale(112, "000009")) == ["000009"]
    second = settling(112, NEXT)
    assert sequence(sale(101), settling(), second, sale(114, "000009")) == []
    assert sequence(sale(101), settling(), settling(112), sale(114, NEXT)) == [BATCH]


def test_a_settlement_that_was_not_finished_may_count_or_not():
    for batch in (BATCH, NEXT):
        assert sequence(sale(101), settling(is_done=False), sale(112, batch)) == []
    assert sequence(sale(101), settling(is_done=False), sale(112, "000009")) == ["000009"]
    refused = edit(settling(is_done=False), "rx", "host/0510", response_code="94")
    assert sequence(sale(101), refused, sale(112)) == []
    assert sequence(sale(101), refused, sale(112, NEXT)) == [NEXT]


def test_a_sale_within_a_settlement_has_its_number_still():
    """That it may not be begun is S8's matter."""
    begun = totals(110, (100, 1, 0, 0))
    rest = [*ended(113), *sale(114, NEXT)]
    assert sequence(sale(101), begun, sale(112), rest) == []
    assert sequence(sale(101), begun, sale(112), ended(113), sale(114)) == [BATCH]
    assert sequence(sale(101), begun, sale(112), ended(113), sale(114, "000009")) == ["000009"]
    assert sequence(sale(101), begun, sale(112, NEXT), ended(113), sale(114, NEXT)) == []
    assert sequence(sale(101), settling(), sale(112), sale(113)) == [BATCH]  # said once
    early = ["000009"]
    assert sequence(sale(101), begun, sale(112, NEXT), ended(113), sale(114, "000009")) == early


def test_an_end_whose_answer_may_be_lost_may_count_or_not():
    rows = list(black_box([*sale(101), *settling()]))
    doubtful = [*rows[:-1], fault("drop", "rx terminal 0330 #1"), rows[-1]]
    for batch in (BATCH, NEXT):
        assert seen([*doubtful, *black_box(sale(112, batch))], **AT_HOST) == []


def test_uploads_name_the_batch_that_is_settled():
    ends = ended(111, batch=NEXT)
    rows = [*sale(101), *settling(is_done=False), *ends, *sale(112, NEXT)]
    assert seen(rows) == [NEXT]
    nameless = edit(rows, "tx", "host/0320", batch=None)
    assert seen(nameless) == []
    assert not ruling("S7", nameless).gaps
    assert not ruling("S7", [*sale(101), *sale(102, NEXT), *exchanged("0320", "x", 103)]).gaps


def test_the_host_closes_a_batch_once_and_counts_on():
    assert seen([closed()], **LEDGER) == []
    assert seen([closed(), closed(NEXT, "000009")], **LEDGER) == []
    assert seen([closed(), closed()], **LEDGER) == ["2 times, the next one 8, 8"]
    assert seen([closed(following="000009")], **LEDGER) == ["1 times, the next one 9"]
    assert seen([closed("999999", "000001")], **LEDGER) == []
    assert seen([closed(following=None)], **LEDGER) == []
    other = closed(terminal_id="10000002")
    assert seen([closed(), other], **LEDGER) == []


def test_a_batch_that_the_host_closes_twice_is_found_alone():
    rows = whole_day()
    again = put(rows, place(rows, "ledger", "batch_end"), closed())
    assert fired(again) == ["S7"]


def test_over_a_blind_line_the_number_proves_nothing():
    rows = [*sale(101), blind("host_wire"), *sale(102, NEXT)]
    assert not seen(rows)


def test_a_sale_that_was_kept_back_is_not_judged():
    """Its own reversal was seen before it: it is of the batch of before the settlement."""
    undo = [reversal(102, batch=BATCH, amount_minor=100), reversal_answer(102, batch=BATCH)]
    held = [fault("hold", "tx terminal 0200 #2")]
    rows = [sale(101), undo, settling(), held, sale(102)]
    assert sequence(*rows, sale(113, NEXT)) == []
    assert sequence(sale(101), settling(), held, sale(102), sale(113, NEXT))


def test_the_finding_says_what_was_between():
    (finding,) = ruling("S7", [*sale(101), *sale(102, NEXT)]).findings
    assert finding.expected == "no settlement between them: 000007"
    assert finding.what == "sale 000102 (0200) is of batch 000008, sale 000101 was of 000007"
    (finding,) = ruling("S7", [*sale(101), *settling(), *sale(112)]).findings
    assert finding.expected == "one settlement between them: 000008"
