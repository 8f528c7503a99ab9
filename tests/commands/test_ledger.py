"""The command `ledger find`: postings of one history, of a case, of a run."""

import os

import pytest

from harness.history.record import dump
from tests.check.literal import history, row
from tests.commands.shell import found, refusal, run


def posting(name, reference, **facts):
    """Return a ledger row."""
    facts = {"terminal_id": "T1", "merchant_id": "M1", "card": "card-1", "name": name} | facts
    return row("host", "ledger", name, reference, reference=reference, **facts)


SALE = posting("sale", "s1", rrn="000000000001", amount_minor=1234, business_date="20260301")
OTHER = posting("sale", "s2", rrn="000000000002", card="card-2", business_date="20260302")
BACK = posting("reversal", "r1", original="s1", terminal_id="T2", merchant_id="M2")
BALANCES = row("host", "ledger", "balances", when="end")
ENQUIRY = row("host", "ledger", "enquiry", reference="s1", answer="open")
BOOKS = history(SALE, OTHER, BALANCES, ENQUIRY, BACK, case="line lost")


@pytest.fixture
def reports(tmp_path, monkeypatch):
    """Work where reports/ has one run of two cases, and latest points to it."""
    monkeypatch.chdir(tmp_path)
    for case, whole in (("line-lost", BOOKS), ("other", history(SALE, case=""))):
        folder = tmp_path / "reports" / "run-1" / "cases" / case
        folder.mkdir(parents=True)
        (folder / "history.jsonl").write_text(dump(whole))
    os.symlink("run-1", tmp_path / "reports" / "latest")
    return tmp_path / "reports"


def references(*words):
    """Return the references of the postings that a search finds."""
    shown, code = found("ledger", "find", *words)
    assert (shown["count"], code) == (len(shown["postings"]), 0)
    return [one["reference"] for one in shown["postings"]]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ([], ["s1", "s2", "r1"]),
        (["--card", "card-2"], ["s2"]),
        (["--rrn", "000000000001"], ["s1"]),
        (["--terminal", "T2"], ["r1"]),
        (["--merchant", "M1"], ["s1", "s2"]),
        (["--merchant", "M1", "--card", "card-1"], ["s1"]),
        (["--date", "2026-03-02"], ["s2"]),
        (["--date", "20260301"], ["s1"]),
        (["--card", "card-9"], []),
    ],
)
@pytest.mark.usefixtures("reports")
def test_postings_are_found_by_what_they_say(words, wanted):
    assert references("latest/line-lost", *words) == wanted


def test_source_is_the_latest_run_unless_it_is_named(reports):
    everything = ["s1", "s2", "r1", "s1"]
    case = reports / "run-1" / "cases" / "line-lost"
    assert references() == references("run-1") == references(str(reports / "run-1")) == everything
    assert references("run-1/other") == ["s1"]
    assert references(str(case)) == references(str(case / "history.jsonl")) == everything[:3]


@pytest.mark.usefixtures("reports")
def test_posting_says_where_it_was_found():
    shown, _ = found("ledger", "find", "--rrn", "000000000001")
    places = [(one["case"], one["row"], one["amount_minor"]) for one in shown["postings"]]
    assert places == [("line lost", 0, 1234), ("other", 0, 1234)]


@pytest.mark.usefixtures("reports")
def test_people_get_a_table_and_a_count():
    lines = run("ledger", "find", "run-1/line-lost", "--card", "card-1").stdout.splitlines()
    assert lines[0].split()[:4] == ["case", "row", "name", "reference"]
    assert lines[-1] == "2 of 3 postings in 1 histories"
    assert run("ledger", "find", "--card", "x").stdout == "0 of 4 postings in 2 histories\n"


def test_bad_input_is_one_sentence(reports):
    (reports / "run-1" / "cases" / "other" / "history.jsonl").write_text("damaged")
    pan = "6225887319460289"
    assert "line 1 of the history is damaged" in refusal("ledger", "find")
    assert "no history at nowhere" in refusal("ledger", "find", "nowhere/case")
    assert "no PAN" in refusal("ledger", "find", "--card", pan)
    assert "--date is no date" in refusal("ledger", "find", "run-1/line-lost", "--date", "May")
    for words in (["--card", pan], [pan], [pan, pan]):
        assert pan not in refusal("ledger", "find", *words)


def test_date_is_refused_where_no_posting_has_one(tmp_path):
    (tmp_path / "h").write_text(dump(history(BACK)))
    said = refusal("ledger", "find", str(tmp_path / "h"), "--date", "2026-03-01")
    assert "no posting of these histories says its date" in said
