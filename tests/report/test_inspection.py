"""What the outputs of a case show of secrets, and of text that devices wrote."""

from dataclasses import replace

import pytest

from harness.campaign.play import play
from harness.campaign.scenario import Scenario
from harness.emulator.host.key_store import derive
from harness.history.record import History
from harness.report.inspection import inspected
from harness.report.outputs import ESCAPING
from tests.check.literal import history, row
from tests.rig.opened import SERIAL

CARD = SERIAL.cards[0]
SOLD = (
    row("host", "tx", "terminal/0810", mti="0810", response_code="00"),
    row("terminal", "tx", "host/0200", mti="0200", card=CARD.token),
)


def notes(*rows, due=("C1", "X4"), parts=SERIAL):
    """Return the notes that are added, by address and output."""
    whole = history(*rows)
    found = inspected(whole, parts, due)
    assert found.rows[: len(whole.rows)] == whole.rows
    new = found.rows[len(whole.rows) :]
    assert [each.index for each in new] == list(range(len(whole.rows), len(found.rows)))
    return {(each.address, each.facts["output"]): dict(each.facts) for each in new}


def said(text, **facts):
    return row("terminal", "show", "RESULT", text, **facts)


def hits(*rows, **more):
    return {
        output: facts["hits"]
        for (address, output), facts in notes(*rows, **more).items()
        if address == "scan"
    }


def unsafe(*rows, **more):
    return {
        output: (facts["unsafe"], facts["texts"])
        for (address, output), facts in notes(*rows, **more).items()
        if address == "escape"
    }


# --- secrets


def test_case_without_a_card_or_key_is_searched_where_it_exists_for_that_only():
    assert notes(due=()) == {}
    assert {each["canaries"] for each in notes(due=("C1",)).values()} == {0}


def test_history_of_any_case_with_a_card_is_searched():
    assert hits(*SOLD, due=()) == {"history": 0}


def test_all_outputs_are_searched_where_the_case_exists_for_it():
    assert hits(*SOLD) == {"history": 0, "page": 0, "junit.xml": 0, "console": 0}
    assert notes(*SOLD)["scan", "history"]["canaries"] >= 5


def leaks():
    keys = derive(SERIAL.device.terminal_id, 1, "004")
    yield CARD.pan
    yield " ".join(CARD.pan)
    yield CARD.track2
    yield CARD.pin
    yield SERIAL.tmk.hex()
    yield keys.mak.hex().upper()
    yield keys.pik.hex()
    yield keys.track_key.hex()


@pytest.mark.parametrize("leak", list(leaks()))
def test_secret_that_has_passed_is_found_in_history_and_page(leak):
    found = hits(*SOLD, said(f"seen {leak}!"))
    assert (found["history"] > 0, found["page"] > 0) == (True, leak != CARD.pan)  # masked there


def test_secret_in_a_finding_is_found_on_the_console_too():
    assert hits(*SOLD, said(f"<b>{CARD.pin}</b>"))["console"] == 1


def test_secrets_of_cards_and_keys_that_never_passed_are_not_searched_for():
    other = SERIAL.cards[1]
    assert hits(*SOLD, said(other.pin))["history"] == 0
    assert hits(SOLD[1], said(SERIAL.tmk.hex()))["history"] == 0


@pytest.mark.parametrize("name", ["F12", "stan", "approval_code"])
def test_pin_that_can_be_a_number_of_the_terminals_is_not_searched_for(name):
    value = int(CARD.pin) if name == "stan" else CARD.pin
    message = row("terminal", "rx", "host/0210", **{name: value})
    assert hits(*SOLD, message)["history"] == 0
    assert hits(*SOLD, row("terminal", "rx", "host/0210", text=CARD.pin))["history"] == 1


def test_long_pin_is_sure():
    card = replace(CARD, pin="73918462")
    parts = replace(SERIAL, cards=(card,))
    message = row("terminal", "rx", "host/0210", F38="73918462")
    assert hits(*SOLD, message, parts=parts)["history"] == 1


# --- text of devices

HOSTILE = ["<script>", "<b>", ">", "&amp;", "a & b", "[bold]x[/bold]", "x\x1b[2J", "\u202ereversed"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_is_escaped_is_safe_in_all_outputs(text):
    found = unsafe(said(text))
    assert set(found.values()) == {(0, 1)}
    assert "console" in found
    assert ("page" in found) == ("[bold]" not in text)


@pytest.mark.parametrize("text", HOSTILE)
def test_bench_that_shows_text_as_it_came_is_counted(text):
    raw = replace(SERIAL, defects=("bench-shows-text-as-it-came",))
    found = unsafe(said(text), parts=raw)
    is_found = {output: bool(count) for output, (count, _) in found.items()}
    assert is_found.pop("console") == (not set("<&>") & set(text))
    assert all(is_found.values())


@pytest.mark.parametrize("channel", ["page", "junit", "console"])
def test_output_that_loses_the_text_is_not_safe(channel, monkeypatch):
    blank = replace(ESCAPING, **{channel: lambda _case: ""})
    monkeypatch.setattr("harness.report.inspection.ESCAPING", blank)
    output = "junit.xml" if channel == "junit" else channel
    assert {name for name, (count, _) in unsafe(said("<x>")).items() if count} == {output}


@pytest.mark.parametrize("text", ["<b>", "&", "</p>", "b>", ">"])
def test_text_that_is_also_part_of_the_page_is_told_from_it(text):
    slip = row("terminal", "print", "slip", text=("a", text))
    assert set(unsafe(slip, said("plain")).values()) == {(0, 1)}


def test_plain_text_needs_no_note():
    assert unsafe(said("paid 1.00"), row("terminal", "tx", "ecr/0601", amount_minor=5)) == {}
    assert unsafe(said("<" * 600)) == {}
    assert unsafe(row("host", "ledger", "sale", "<b>")) == {}


def test_facts_and_lines_of_slips_are_texts_of_devices():
    slip = row("terminal", "print", "slip", text=("<b>", "plain"))
    answer = row("terminal", "rx", "host/0210", F44="<i>")
    assert unsafe(slip, answer)["page"] == (0, 2)


def test_texts_are_counted_only_where_the_case_exists_for_it():
    assert unsafe(said("<b>"), due=("M2",)) == {}
    assert unsafe(said("<b>"), due=("C1",)) != {}


def test_first_texts_are_enough_for_a_history_full_of_them():
    many = [said(f"<b{number}>") for number in range(50)]
    assert unsafe(*many)["console"] == (0, 20)


def test_history_without_rows_has_notes_at_its_beginning():
    found = inspected(History(history().header, ()), SERIAL, ("C1",))
    assert {(each.time_ns, each.actor, each.kind) for each in found.rows} == {(0, "bench", "note")}


def test_notes_of_one_play_are_the_same_again():
    scenario = Scenario(name="x", script=lambda rig: rig.till.sale(1234), due=("C1", "X4"))
    first, second = (inspected(play(scenario, SERIAL).history, SERIAL, ("C1",)) for _ in "ab")
    assert first == second
