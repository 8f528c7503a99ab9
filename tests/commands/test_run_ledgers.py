"""`pos-harness run` against books of others that `ledgers` names: file and database."""

import json

import pytest
import sqlalchemy as sa

from tests.commands.shell import process
from tests.rig.bench_file import EMULATED, write

SUITE = """*** Settings ***
Library    harness.robot_library.PosHarness

*** Test Cases ***
Three Sales
    [Tags]    M2
    Open Bench
    Sale    1.00
    Sale    2.00
    Sale    3.00
"""
ASKED = "    Reconcile Books With    bank\n"
LAYOUT = """version: 1
columns: {terminal_id: TERM, batch: BATCH, stan: TRACE, amount_minor: AMOUNT, name: TYPE}
names: {S: sale}
"""
ROWS = [("10000001", "1", str(stan), f"{stan - 1}.00", "S") for stan in (2, 3, 4)]
WRONG = [ROWS[0], (*ROWS[1][:3], "2.01", "S"), ("10000001", "1", "77", "9.00", "S")]
OTHERS = [("20000002", "1", "5", "1.00", "S"), ("10000001", "9", "5", "1.00", "S")]


def by_file(folder, rows):
    lines = ["TERM,BATCH,TRACE,AMOUNT,TYPE", *map(",".join, rows)]
    (folder / "day.csv").write_text("\n".join(lines))
    (folder / "bank.yaml").write_text(LAYOUT)
    return {"kind": "file", "path": "day.csv", "layout": "bank.yaml"}


def by_database(folder, rows):
    url = f"sqlite:///{folder}/theirs.db"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE day (TERM, BATCH, TRACE, AMOUNT, TYPE)"))
        for row in rows:
            names = dict(zip("abcde", row, strict=True))
            connection.execute(sa.text("INSERT INTO day VALUES (:a, :b, :c, :d, :e)"), names)
    engine.dispose()
    (folder / "bank.yaml").write_text(LAYOUT + "table: day\n")
    return {"kind": "sql", "url": url, "mapping": "bank.yaml"}


def ran(folder, ledger, suite=SUITE):
    """Run the suite on a bench with that ledger; exit code and the object that is printed."""
    path = write(folder, EMULATED | {"ledgers": {"bank": ledger}})
    (folder / "own.robot").write_text(suite)
    words = ["run", "own.robot", "--devices", path, "--reports", folder / "r", "--json"]
    done = process(*words, cwd=folder, text=True)
    return done.returncode, json.loads(done.stdout), done.stderr


@pytest.mark.parametrize("make", [by_file, by_database])
def test_run_judges_against_books_of_others(tmp_path, make):
    ledger = make(tmp_path, [*WRONG, *OTHERS]) | {"compare": "after every case"}
    code, told, _ = ran(tmp_path, ledger)
    assert (code, told["verdict"]) == (1, "FAIL")
    assert sorted(each["seen"] for each in told["findings"]) == [
        "altered: line 3 has another amount_minor than sale 10000001 000001 000003"
        if make is by_file
        else "altered: line 2 has another amount_minor than sale 10000001 000001 000003",
        f"extra: line {4 if make is by_file else 3} is not in the books",
        "missing: sale 10000001 000001 000004 is not in it",
    ]
    assert {each["rule"] for each in told["findings"]} == {"EXPECT"}


def test_books_that_agree_are_a_pass_also_when_a_case_asks(tmp_path):
    code, told, _ = ran(tmp_path, by_file(tmp_path, [*ROWS, *OTHERS]), SUITE + ASKED)
    assert (code, told["verdict"]) == (0, "PASS")
    assert told["rules"]["EXPECT"] == {"verdict": "PASS", "evaluated": 1}


def test_books_that_are_not_compared_are_not_read(tmp_path):
    code, _, _ = ran(tmp_path, {"kind": "file", "path": "nowhere.csv", "layout": "bank.yaml"})
    assert code == 0


def test_books_that_cannot_be_read_prove_nothing_and_say_what_to_do(tmp_path):
    ledger = by_file(tmp_path, ROWS) | {"path": "nowhere.csv", "compare": "after every case"}
    code, told, errors = ran(tmp_path, ledger)
    assert (code, told["verdict"]) == (3, "INCONCLUSIVE")
    assert "nowhere.csv: No such file or directory: name the acquirer's file" in errors
