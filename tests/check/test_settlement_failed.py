"""S4: records that the host never answered for, and the list of them on paper."""

import pytest

from tests.check.literal import BLACK_BOX
from tests.check.settlement_rows import (
    BATCH,
    RECORDS,
    SALE_ROW,
    black_box,
    ended,
    fired,
    other_slip,
    ruling,
    settlement_slip,
    unbalanced,
    upload,
    whole_day,
    word,
)
from tests.check.slip_rows import blind, fault, power

SLIP = settlement_slip(SALE_ROW, result="not_balanced")
AT_HOST = {"observes": BLACK_BOX, "host_wire_at": "host"}


def listed(*stans, **facts):
    """Return a list of failed uploads."""
    kinds = {103: "void"}
    rows = tuple(f"{stan}|{kinds.get(stan, 'sale')}|100||card-1" for stan in stans)
    return other_slip("uploads", **{"batch": BATCH, "details": rows} | facts)


def silence(*slips, uploads=None, total=0):
    """Return a day on which the host answers for no record; `slips` come after the settlement's."""
    unheard = upload(105, *RECORDS)[:1]
    asks = [unheard] if uploads is None else uploads
    rows = whole_day(**unbalanced(total=total) | {"uploads": asks, "slip": [SLIP, *slips]})
    return waited(rows, unheard[0]) if unheard in asks else rows


def waited(rows, ask):
    """Return the rows with a minute from a message to what the terminal does next."""
    place = rows.index(ask)
    later = next(n for n in range(place + 1, len(rows)) if rows[n][0] == "terminal")
    *what, _, facts = rows[later]
    return [*rows[:later], (*what, place + 61, facts), *rows[later + 1 :]]


def seen(rows, **header):
    judged = ruling("S4", rows, **header)
    return judged and [finding.seen for finding in judged.findings]


ALL = listed(101, 102, 103)


def test_records_without_an_answer_are_on_the_list():
    assert fired(silence(ALL)) == []
    assert word("S4", silence(ALL)) == "PASS"
    assert word("S4", silence(listed(101), listed(102, 103))) == "PASS"
    assert word("S4", list(black_box(silence(ALL))), **AT_HOST) == "PASS"


def test_a_list_that_is_missing_is_found_alone():
    assert fired(silence()) == ["S4"]
    (finding,) = ruling("S4", silence()).findings
    assert finding.what.endswith("left records that the host never answered for")
    assert (finding.expected, finding.seen) == ("a list of failed uploads with all of them", "none")
    assert seen(list(black_box(silence())), **AT_HOST) == ["none"]


def test_a_record_that_is_not_on_the_list_is_found():
    assert seen(silence(listed(101, 103))) == ["one without 000102"]
    (finding,) = ruling("S4", silence(listed(101, 103))).findings
    assert len(finding.evidence) == 2


@pytest.mark.parametrize("other", [
    listed(101, 102, 103, batch="000006"), listed(101, 102, 103, is_complete=False),
    other_slip("details", batch=BATCH, details=("101|sale|100||card-1",)),
])  # fmt: skip
def test_other_slips_are_no_list_of_it(other):
    assert seen(silence(other)) == ["none"]


def test_a_list_that_names_no_batch_is_that_of_the_settlement():
    assert seen(silence(listed(101, 102, 103, batch=None))) == []


def test_a_list_from_before_the_settlement_is_none_of_it():
    assert seen(waited([ALL, *silence()], upload(105, *RECORDS)[0])) == ["none"]


def test_a_record_that_the_host_took_is_not_on_the_list():
    taken = [upload(105, *RECORDS)]
    assert seen(silence(uploads=taken, total=3)) == []
    assert seen(silence(listed(102), uploads=taken, total=3)) == ["000102"]
    assert fired(silence(listed(102), uploads=taken, total=3)) == ["S4"]


def test_a_record_that_was_taken_at_last_is_not_on_the_list():
    again = [upload(105, *RECORDS)[:1], upload(105, *RECORDS)]
    assert seen(silence(uploads=again, total=3)) == []
    assert seen(silence(ALL, uploads=again, total=3)) == ["000101, 000102, 000103"]


def test_a_refusal_is_an_answer():
    ask, answer = upload(105, *RECORDS)
    refused = [ask, (*answer[:5], answer[5] | {"response_code": "12"})]
    assert seen(silence(uploads=[refused], total=3)) == []
    assert seen(silence(ALL, uploads=[refused], total=3)) == ["000101, 000102, 000103"]


def test_an_answer_that_may_not_have_arrived_proves_neither():
    rows = list(black_box(silence(uploads=[upload(105, *RECORDS)], total=3)))
    place = next(n for n, each in enumerate(rows) if each[2] == "terminal/0330")
    rows.insert(place + 1, fault("drop", "rx terminal 0330 #1"))
    assert seen(rows, **AT_HOST) == []
    slip = next(n for n, each in enumerate(rows) if each[5].get("kind") == "settlement")
    rows.insert(slip + 1, ALL)
    assert seen(rows, **AT_HOST) == []


def after_the_end(rows, what):
    place = next(n for n, each in enumerate(rows) if each[5].get("kind") == "settlement")
    return [*rows[:place], what, *rows[place:]]


def test_paper_or_power_may_have_kept_the_list_back():
    for what in (fault("paper_out", "print terminal slip #9"), power("off")):
        assert "none" not in seen(after_the_end(silence(), what))


def test_a_list_that_nobody_could_see_is_a_gap():
    assert ruling("S4", [blind("slip"), *silence()]).gaps == (
        "slip was blind: a list of failed uploads may have been missed",
    )
    few = ("host_wire", "slip", "nv", "journal", "ledger")
    gaps = ruling("S4", silence(), observes=few).gaps
    assert gaps == ("nobody saw whether paper or power failed in the settlement of batch 000007",)


@pytest.mark.parametrize("slip", [
    listed(), listed(details=None), listed(*range(200, 500)), listed(101, *range(200, 499)),
])  # fmt: skip
def test_a_list_that_cannot_be_read_whole_is_a_gap(slip):
    gaps = ruling("S4", silence(slip)).gaps
    assert gaps == (
        "the list of failed uploads of the settlement of batch 000007 cannot be read whole",
    )


@pytest.mark.parametrize("slip", [
    other_slip("other", batch=BATCH),
    settlement_slip(SALE_ROW, result="not_balanced", details=("101|sale|100||card-1",)),
])  # fmt: skip
def test_a_list_may_stand_on_another_slip(slip):
    gaps = ruling("S4", silence(slip)).gaps
    assert gaps == (
        "another slip of the settlement of batch 000007 may be the list of failed uploads",
    )
    assert seen(silence(slip, ALL)) == []


def test_a_settlement_that_is_not_over_owes_no_list():
    rows = silence()
    end = ended(106, "202", 0)[1]
    answer = next(n for n, each in enumerate(rows) if each[5] == end[5])
    assert "none" not in (seen(rows[:answer]) or [])
