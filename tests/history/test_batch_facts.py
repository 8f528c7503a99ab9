"""Facts of settlements, uploads and originals: totals and tokens, never a PAN."""

import pytest

from harness.history.batch_facts import batch_facts
from harness.history.describe import posting_facts
from harness.ledger.books import Posting
from harness.terms.card import Card
from harness.wire.dialects.unionpay_subfields import (
    GroupTotals,
    SettlementTotals,
    UploadRecord,
    format_upload,
)
from harness.wire.iso8583 import Message

CARD = Card("card-1", "6228480000000000018")
TOTALS = SettlementTotals(GroupTotals(30000, 3, 10000, 1), GroupTotals(500, 1, 0, 0, 2))
IN_WORDS = {
    "debit_minor": 30000, "debit_count": 3, "credit_minor": 10000, "credit_count": 1, "result": 0,
    "foreign_debit_minor": 500, "foreign_debit_count": 1, "foreign_credit_minor": 0,
    "foreign_credit_count": 0, "foreign_result": 2,
}  # fmt: skip


def facts_of(mti, **fields):
    numbered = {int(name[1:]): text for name, text in fields.items()}
    return batch_facts(Message(mti, numbered), {CARD.pan: CARD})


def test_originals_are_named_by_field_61():
    assert facts_of("0200", f61="0000010000120105") == {
        "original_batch": "000001", "original_stan": 12, "original_date": "0105",
    }  # fmt: skip
    assert "original_date" not in facts_of("0200", f61="000001000012")


@pytest.mark.parametrize("mti", ["0500", "0510"])
def test_settlement_has_its_totals(mti):
    assert facts_of(mti, f48=str(TOTALS), f60="00000001201") == {"network": "201"} | IN_WORDS


def test_upload_names_its_records_by_token():
    records = [
        UploadRecord(False, "000007", CARD.pan, 1234),
        UploadRecord(True, "000008", "4111111111111111", 500),
    ]
    found = facts_of("0320", f48=format_upload(records), f60="00000001201")
    assert found["records"] == ("7|card-1|1234|domestic", "8|unknown card|500|foreign")
    assert CARD.pan not in str(found)


@pytest.mark.parametrize("network", ["202", "207"])
def test_end_of_an_upload_says_how_many(network):
    found = facts_of("0330", f48="0009", f60=f"00000001{network}")
    assert found == {"network": network, "sent_total": 9}


def test_what_cannot_be_read_gives_no_fact():
    assert facts_of("0500", f48="12", f60="00000001201", f61="1") == {"network": "201"}
    assert facts_of("0800", f48="12") == {}
    assert facts_of("0320", f48="12", f60="00000001203") == {"network": "203"}


def test_postings_say_what_their_kind_has_to_say():
    def told(name, details):
        return posting_facts(Posting(reference="r", name=name, details=details))

    assert IN_WORDS.items() <= told("settlement", str(TOTALS)).items()
    assert told("batch_end", "000002")["next_batch"] == "000002"
    assert told("sale", "anything") == posting_facts(Posting(reference="r", name="sale"))
