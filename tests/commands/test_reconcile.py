"""`pos-harness ledger reconcile`: one finding for each row that is missing, extra or altered."""

import csv
from pathlib import Path

import pytest
import sqlalchemy as sa

from harness.campaign.play import play
from harness.campaign.scenario import Scenario
from harness.history.record import dump
from harness.runner.place import load_parts
from tests.commands.shell import found, refusal, run
from tests.live.program import ROOT
from tests.rig.bench_file import EMULATED, write

HEAD = ["TERM", "BATCH", "TRACE", "AMOUNT", "TYPE", "CARD"]
LAYOUT = """version: 1
columns: {terminal_id: TERM, batch: BATCH, stan: TRACE, amount_minor: AMOUNT, name: TYPE,
          card: CARD}
names: {SALE: sale}
"""
WIDE = """version: 1
columns: {terminal_id: [0, 8], batch: [8, 14], stan: [14, 20], amount_minor: [20, 32]}
head_lines: 1
"""


def sell(rig):
    for minor in (100, 200, 300):
        rig.till.sale(minor)
    rig.till.sale(99_900, card="card-poor")


def rows_of(card):
    return [["10000001", "1", str(stan), f"{stan - 1}.00", "SALE", card] for stan in (2, 3, 4)]


@pytest.fixture(scope="module")
def masked():
    (parts,) = load_parts(ROOT / "devices.yaml")
    return parts.cards[0].masked


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    (parts,) = load_parts(ROOT / "devices.yaml")
    history = play(Scenario(name="a day", script=sell, due=()), parts).history
    (tmp_path / "history.jsonl").write_text(dump(history), "utf-8")
    (tmp_path / "layout.yaml").write_text(LAYOUT)
    return tmp_path


def write_csv(folder, rows):
    with (folder / "day.csv").open("w", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])


def reconciled(folder, *words):
    return found("ledger", "reconcile", str(folder / "history.jsonl"), *words)


def by_file(folder, file="day.csv", layout="layout.yaml"):
    return reconciled(folder, "--file", str(folder / file), "--layout", str(folder / layout))


def test_file_that_agrees_has_no_finding(bench, masked):
    write_csv(bench, rows_of(masked))
    assert by_file(bench) == ({"rule": "M3", "rows": 3, "findings": []}, 0)


def test_missing_extra_and_altered_rows_are_three_findings(bench, masked):
    first, second, _ = rows_of(masked)
    altered = [*second[:3], "2.01", *second[4:]]
    write_csv(bench, [first, altered, ["10000001", "1", "77", "9.00", "SALE", masked]])
    told, code = by_file(bench)
    kinds = [each["kind"] for each in told["findings"]]
    assert (code, kinds) == (1, ["missing", "extra", "altered"])
    assert [each["rule"] for each in told["findings"]] == ["M3"] * 3
    assert [each["what"] for each in told["findings"]] == [
        "sale 10000001 000001 000004 is not in it",
        "line 4 is not in the books",
        "line 3 has another amount_minor than sale 10000001 000001 000003",
    ]


def test_fixed_width_is_read_by_places(bench):
    lines = [f"10000001000001{stan:06}{(stan - 1) * 100:012}" for stan in (2, 3, 4)]
    (bench / "day.txt").write_text("\n".join(["HEAD", *lines, ""]))
    (bench / "wide.yaml").write_text(WIDE)
    assert by_file(bench, "day.txt", "wide.yaml")[1] == 0


def test_database_is_read_by_a_mapping_or_as_a_ledger_of_the_bench(bench, masked):
    url = f"sqlite:///{bench}/theirs.db"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE day ({', '.join(HEAD)})"))
        values = ", ".join(f":{name}" for name in HEAD)
        insert = sa.text(f"INSERT INTO day VALUES ({values})")
        for row in rows_of(masked)[:2]:
            connection.execute(insert, dict(zip(HEAD, row, strict=True)))
    engine.dispose()
    (bench / "layout.yaml").write_text(LAYOUT + "table: day\n")
    told, code = reconciled(bench, "--url", url, "--layout", str(bench / "layout.yaml"))
    assert (code, [each["kind"] for each in told["findings"]]) == (1, ["missing"])
    ledger = {"kind": "sql", "url": url, "mapping": "layout.yaml"}
    devices = write(bench, EMULATED | {"ledgers": {"bank": ledger}})
    assert reconciled(bench, "--ledger", "bank", "--devices", str(devices)) == (told, code)
    words = ("--ledger", "x", "--devices", str(devices))
    said = refusal("ledger", "reconcile", str(bench / "history.jsonl"), *words)
    assert said == "one has no ledger 'x'; there is bank"


def test_people_read_lines(bench, masked):
    write_csv(bench, rows_of(masked)[1:])
    words = ("--file", str(bench / "day.csv"), "--layout", str(bench / "layout.yaml"))
    result = run("ledger", "reconcile", str(bench / "history.jsonl"), *words)
    assert result.stdout.splitlines() == [
        "M3: missing: sale 10000001 000001 000002 is not in it",
        "1 differences, 2 rows of theirs",
    ]


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ("version: 1\ncolumns: {stan: A}", "is needed"),
        ("version: 1", "columns: missing: add it"),
        ("version: 1\ncolumns: {x: A}", "x is no part of a record"),
        ("[", "this is no YAML; mend it"),
        (None, "No such file or directory: write the layout there"),
    ],
)
def test_layout_that_is_wrong_is_refused(bench, layout, said):
    write_csv(bench, [])
    (bench / "layout.yaml").unlink()
    if layout is not None:
        (bench / "layout.yaml").write_text(layout)
    assert said in refused(bench)


def refused(folder: Path):
    words = ("--file", str(folder / "day.csv"), "--layout", str(folder / "layout.yaml"))
    return refusal("ledger", "reconcile", str(folder / "history.jsonl"), *words)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["10000001", "1", "x", "1.00", "SALE", ""], "row 2: stan: not a whole number"),
        (["10000001", "1", "2", "1.0", "SALE", ""], "row 2: amount_minor: not an amount with two"),
        (["10000001", "1", "2", "1.00", "WHAT", ""], "row 2: name: a name that the layout does"),
    ],
)
def test_row_that_is_wrong_is_named(bench, row, said):
    write_csv(bench, [row])
    assert said in refused(bench)


def test_file_that_is_not_there_or_no_text_is_named(bench):
    assert "No such file or directory: name the acquirer's file" in refused(bench)
    (bench / "day.csv").write_bytes(b"\xff\xfe")
    assert "this is no text in utf-8: set `charset`" in refused(bench)


def test_source_must_be_named_once(bench):
    said = refusal("ledger", "reconcile", str(bench / "history.jsonl"))
    assert said == "name --ledger, or --layout and one of --file and --url"
