from harness.terms.outcome import Outcome


def test_an_outcome_is_the_kind_of_the_row_that_records_it():
    assert [each.value for each in Outcome] == ["ok", "fail", "info"]
