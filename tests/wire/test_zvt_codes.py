"""Codes in words."""

from harness.wire.zvt_codes import describe_result, describe_status


def test_results_are_named_with_their_code():
    assert describe_result(0x00) == "00 (success)"
    assert describe_result(0x6C) == "6C (time-out or abort key)"
    assert describe_result(0xB4) == "B4 (already reversed)"


def test_results_of_the_host_and_unknown_ones_say_so():
    assert describe_result(0x63) == "63 (the host's own)"
    assert describe_result(0x64) == "64 (card unreadable)"
    assert describe_result(0x90) == "90 (unknown)"


def test_statuses_are_named_with_their_code():
    assert describe_status(0x05) == "05 (sending a reversal)"
    assert describe_status(0x99) == "99 (unknown)"
