"""A file as an acquirer sends it, and one difference for each row that is wrong in it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import DecodeError, MisuseError
from harness.ledger.reconciliation_file import (
    FileRecord,
    Layout,
    booked,
    compare,
    concerned,
    read_records,
)
from tests.ledger.requests import DAY, refund, reverse, rrn, sold, void

CSV = Layout(
    columns={
        "terminal_id": "Terminal", "batch": "Batch", "stan": "Trace", "amount_minor": "Amount",
        "name": "Type", "card": "Card", "rrn": "Reference", "date": "Day",
    },
    names={"S": "sale", "V": "void", "R": "refund"},
)  # fmt: skip
BARE = Layout(
    columns={"terminal_id": (0, 8), "batch": (8, 14), "stan": (14, 20), "amount_minor": (20, 32)},
    head_lines=1,
)
HEAD = "Terminal,Batch,Trace,Amount,Type,Card,Reference,Day"
ROW = "T1,000001,000001,10.00,S,6225*0289,600500000001,20260105"


def token(number):
    return {"6225*0289": "card-1"}.get(number, "unknown card")


def read(*rows, layout=CSV):
    return read_records("\n".join([HEAD, *rows]), layout, token)


def test_a_row_of_csv_is_a_record():
    assert read(ROW) == [
        FileRecord(
            line=2, terminal_id="T1", batch="000001", stan=1, amount_minor=1_000,
            name="sale", card="card-1", rrn=rrn(1), date=DAY,
        )
    ]  # fmt: skip


def test_columns_may_stand_in_any_order_with_others_between_blanks_and_quotes():
    layout = replace(CSV, columns={n: CSV.columns[n] for n in CSV.columns if n != "rrn"})
    text = (
        '\ufeffDay;Amount;Fee;Card;Type;Trace;Batch;Terminal\r\n"20260105"; 7 ;0;;V;12;3;"T1"\r\n'
    )
    (record,) = read_records(text, replace(layout, delimiter=";"))
    assert (record.stan, record.batch, record.amount_minor) == (12, "000003", 7)
    assert (record.name, record.card, record.rrn, record.date) == ("void", "", "", DAY)


def test_a_cell_may_go_over_two_lines_and_blank_lines_are_no_rows():
    found = read(ROW.replace("T1", '"T1\n"'), "", ROW)
    assert [(one.terminal_id, one.line) for one in found] == [("T1", 3), ("T1", 5)]


def test_columns_of_fixed_width_are_cut_by_their_places():
    text = "HEAD 20260105\n10000001000001000042000000001234 more\n\n10000001000001000043       5.00"
    assert read_records(text, BARE) == [
        FileRecord(line=2, terminal_id="10000001", batch="000001", stan=42, amount_minor=1_234),
        FileRecord(line=4, terminal_id="10000001", batch="000001", stan=43, amount_minor=500),
    ]


def test_a_file_without_rows_has_no_records():
    assert read() == read_records("", BARE) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"{HEAD}\n{ROW.replace(',S,', ',X,')}", "field name, offset 2: a name that the layout"),
        (f"{HEAD}\n{ROW}\n{ROW.replace('10.00', 'ten')}", "field amount_minor, offset 3: not a w"),
        (f"{HEAD}\n{ROW.replace('10.00', '10.0')}", "offset 2: not an amount with two decimals"),
        (f"{HEAD}\n{ROW.replace('10.00', '-1.00')}", "field amount_minor, offset 2: not a whole"),
        (f"{HEAD}\n{ROW.replace('10.00', '9' * 13)}", "field amount_minor, offset 2: not a whole"),
        (f"{HEAD}\nT1,000001", "field stan, offset 2: not a whole number"),
        (f"{HEAD}\nT1,one,000001,1", "field batch, offset 2: not a whole number"),
        (f"{HEAD}\nT1,²,000001,1", "field batch, offset 2: not a whole number"),
        (HEAD.replace("Batch", "Lot"), "no column 'Batch'"),
        ("", "no column 'Amount'"),
        (f"{HEAD}\nT1\r,1", "no CSV: new-line character"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text, what):
    with pytest.raises(DecodeError) as error:
        read_records(text, CSV)
    assert what in str(error.value)


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({**CSV.columns, "colour": "Colour"}, "colour is no part of a record"),
        ({"terminal_id": "a", "batch": "b", "stan": "c"}, "amount_minor is needed"),
        ({**CSV.columns, "rrn": (0, 12)}, "cannot be mixed"),
    ],
)
def test_a_layout_that_makes_no_sense_is_a_mistake(columns, what):
    with pytest.raises(MisuseError, match=what):
        Layout(columns=columns)


def transacted():
    """Return books with four sales: a void, a reversal and a refund are of them."""
    books = sold(1, 2, 3, 4)
    void(books, of=1)
    reverse(books, 2)
    refund(books, of=3, amount_minor=300)
    return books


def records_of(postings):
    return [
        FileRecord(
            line=line, terminal_id=one.terminal_id, batch=one.batch, stan=one.stan,
            amount_minor=one.amount_minor, name=one.name, card=one.card, rrn=one.rrn,
            date=one.business_date,
        )
        for line, one in enumerate(postings, start=1)
    ]  # fmt: skip


POSTINGS = booked(transacted(), merchant_id="M1", business_date=DAY)
RECORDS = records_of(POSTINGS)
OTHERWISE = {
    "terminal_id": "T9", "batch": "000009", "stan": 999, "amount_minor": 1, "name": "tip",
    "card": "card-2", "rrn": "X", "date": "20260104",
}  # fmt: skip


def kinds(records, postings=POSTINGS):
    return [one.kind for one in compare(postings, records)]


def test_a_file_has_what_was_not_taken_back():
    assert [one.reference for one in POSTINGS] == [
        "sale T1 000001 000001",
        "sale T1 000001 000003",
        "sale T1 000001 000004",
        "void T1 000001 000005",
        "refund T1 000001 000007",
    ]


@given(st.permutations(RECORDS))
def test_the_order_of_rows_does_not_matter(records):
    assert compare(POSTINGS, records) == []


@given(st.permutations(RECORDS), st.data())
def test_each_wrong_row_is_exactly_one_difference(records, data):
    missing, altered, doubled = (data.draw(st.booleans()) for _ in range(3))
    part = data.draw(st.sampled_from(["amount_minor", "name", "card", "date"]))
    wrong = [replace(records[0], **{part: OTHERWISE[part]}) if altered else records[0]]
    extra = [replace(records[1], line=99)] if doubled else []
    rows = [*wrong, records[1], *records[2 + missing :], *extra]
    expected = ["missing"] * missing + ["extra"] * doubled + ["altered"] * altered
    assert kinds(rows) == expected


@pytest.mark.parametrize("part", OTHERWISE)
def test_whatever_part_of_a_row_is_altered_it_is_one_difference(part):
    (found,) = compare(POSTINGS[:3], [*RECORDS[:2], replace(RECORDS[2], **{part: OTHERWISE[part]})])
    assert (found.kind, found.posting) == ("altered", POSTINGS[2])
    assert found.what == f"line 3 has another {part} than sale T1 000001 000004"


def test_differences_say_which_row_they_are_about():
    rows = [*RECORDS[1:], replace(RECORDS[0], line=9, stan=77, rrn="")]
    assert [one.what for one in compare(POSTINGS, rows)] == [
        "sale T1 000001 000001 is not in it",
        "line 9 is not in the books",
    ]


def test_an_rrn_pairs_one_row_with_one_posting_and_none_pairs_nothing():
    sale, void = POSTINGS[0], replace(POSTINGS[3], rrn=rrn(1))
    row = replace(RECORDS[0], stan=77)
    assert kinds([row], [sale, void]) == ["missing", "altered"]
    bare = replace(sale, rrn="")
    assert kinds([replace(row, rrn="")], [bare]) == ["missing", "extra"]


def test_parts_that_the_layout_has_not_are_not_compared():
    bare = [replace(one, name="", card="", rrn="", date="") for one in RECORDS]
    assert compare(POSTINGS, bare) == []
    assert kinds(bare[1:]) == ["missing"]


def test_a_file_is_read_and_compared_in_one_go():
    found = read(ROW, ROW.replace("000001,10.00", "000003,10.01").replace("001,2026", "003,2026"))
    postings = booked(sold(1, 3), name="sale")
    assert [one.what for one in compare(postings, found)] == [
        "line 3 has another amount_minor than sale T1 000001 000003"
    ]


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text):
    for layout in (CSV, BARE):
        for whole in (text, f"{HEAD}\n{ROW}\n{text}"):
            try:
                read_records(whole, layout)
            except DecodeError:
                continue


@pytest.mark.parametrize(
    ("changes", "is_concerned"),
    [
        ({}, True),
        ({"stan": 77, "rrn": ""}, True),
        ({"stan": 6, "rrn": ""}, False),  # of an earlier case
        ({"stan": 999_999, "rrn": ""}, False),
        ({"batch": "000009", "rrn": ""}, False),
        ({"terminal_id": "T2", "rrn": ""}, False),
        ({"batch": "000009"}, True),  # its RRN is one of ours
        ({"terminal_id": "T2", "batch": "000009", "rrn": "1"}, False),
    ],
)
def test_a_row_concerns_what_its_batch_had_since_then_or_the_transaction_of_its_rrn(
    changes, is_concerned
):
    row = FileRecord(line=2, terminal_id="T1", batch="000001", stan=7, amount_minor=1, rrn=rrn(7))
    found = concerned(booked(sold(7, 9)), [replace(row, **changes)])
    assert bool(found) == is_concerned


def test_stans_that_wrap_in_a_case_are_since_its_first():
    one, other = booked(sold(7, 9))
    row = FileRecord(line=2, terminal_id="T1", batch="000001", stan=999_999, amount_minor=1)
    assert concerned([replace(one, stan=999_998), other], [row]) == [row]


def test_a_posting_without_rrn_concerns_no_row_without_one():
    postings = [replace(one, rrn="") for one in booked(sold(1))]
    row = FileRecord(line=2, terminal_id="T9", batch="000009", stan=1, amount_minor=1)
    assert concerned(postings, [row]) == []
