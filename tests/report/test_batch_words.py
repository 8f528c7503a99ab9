import pytest

from harness.report.batch_words import batch_words
from tests.check.literal import history
from tests.report.literal import quick, row

DEBITS = {"debit_count": 2, "debit_minor": 3000, "credit_count": 0, "credit_minor": 0}
EMPTY = dict.fromkeys(DEBITS, 0)


def foreign(numbers):
    return {f"foreign_{name}": number for name, number in numbers.items()}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, ""),
        ({"stan": 4, "name": "sale"}, ""),
        (DEBITS, "2 debit 30.00"),
        (DEBITS | foreign(EMPTY), "2 debit 30.00"),
        (EMPTY | foreign(EMPTY), "nothing"),
        (EMPTY | foreign(DEBITS), "nothing; foreign 2 debit 30.00"),
        (DEBITS | {"credit_count": 1, "credit_minor": 5}, "2 debit 30.00, 1 credit 0.05"),
        ({"result": 1}, "balanced"),
        ({"result": 1, "foreign_result": 2}, "balanced; foreign not balanced"),
        ({"result": 3}, "error"),
        ({"result": 9}, ""),
        ({"name": "batch_upload", "network": "201", "records": ("a",)}, "60.3 = 201 · 1 record"),
        ({"name": "batch_upload", "network": "207", "sent_total": 4},
         "60.3 = 207 · end, all balanced, 4 sent"),
        ({"name": "batch_upload", "network": "202", "sent_total": 4},
         "60.3 = 202 · end, after uploads, 4 sent"),
        ({"network": "201"}, ""),
        ({"result": 1, "next_batch": "000002"}, "balanced · next batch 000002"),
    ],
)  # fmt: skip
def test_a_batch_is_told_in_words(facts, said):
    (found,) = history(*quick([row("host", "ledger", "settlement", **facts)])).rows
    assert batch_words(found) == said
