"""V4: the card of a void."""

import pytest

from harness.check import void as checker
from tests.check.literal import row
from tests.check.slip_rows import blind, changed
from tests.check.undoing_rows import (
    ask,
    asked,
    found,
    judged,
    locally,
    made,
    post,
    refused,
    sale,
    told,
    void,
)

SWIPED = row("operator", "act", "card", card="card-1")
OTHER = row("operator", "act", "card", card="card-2")
NO_CARD = {"profile": {"void_needs_card": False}}


def v4(*rows, **header):
    return judged(checker, "V4", made(*rows, **header))


def presented(act, **till):
    """Return a void of card-1 for which a card was presented, by hand or as the till says."""
    start, *rest = void()
    return [*changed([start], 0, **till), *([act] if act else []), *rest]


def test_a_void_with_the_card_of_its_sale_is_right():
    assert v4(*sale(), *void()) == (2, 0, 0)
    assert v4(*sale(), *presented(SWIPED)) == (2, 0, 0)
    assert v4(*sale()) == (0, 0, 0)


def test_another_card_is_refused_by_terminal_or_host():
    assert v4(*sale(), *locally(card="card-2")) == (1, 0, 0)
    other = {"card": "card-2"}
    assert v4(*sale(), *refused(102, 101, 2, "14", till=other, **other)) == (2, 0, 0)
    assert v4(*sale(), asked(card="card-2")) == (0, 0, 0)
    assert v4(*sale(), *locally()) == (0, 0, 0)


def test_a_void_booked_on_another_card_is_a_finding():
    whole = made(*sale(), *void(card="card-2"))
    assert found(whole) == ["V4"]
    assert v4(post(101), post(102, "void", 101, card="card-2")) == (1, 1, 0)


def test_money_that_goes_to_another_card_is_a_finding():
    entries = ("card:card-2 1234", "merchant:m -1234")
    assert v4(*sale(), *changed(void(), 2, entries=entries)) == (2, 1, 0)


@pytest.mark.parametrize(("act", "till"), [(OTHER, {}), (None, {"card": "card-2"})])
def test_a_message_with_the_journals_card_instead_of_the_presented_one_is_a_finding(act, till):
    whole = made(*sale(), *presented(act, **till))
    assert found(whole) == ["V4"]
    assert v4(*sale(), *presented(act, **till)) == (2, 1, 0)


def test_a_void_for_which_nobody_presented_a_card_is_a_finding():
    start, *rest = sale()
    watched = [start, SWIPED, *rest]
    assert v4(*watched, *presented(None, card=None)) == (2, 1, 0)
    assert v4(*sale(), *presented(None, card=None)) == (1, 0, 0)


def test_a_card_number_that_was_keyed_is_no_card_read():
    keyed = {"F22": "012"}
    assert v4(*sale(), ask(102, **keyed), told(102)) == (1, 1, 0)
    assert v4(*sale(), ask(102), told(102)) == (0, 0, 0)
    assert v4(*sale(), SWIPED, ask(102), told(102)) == (1, 0, 0)


def test_without_the_parameter_the_money_goes_to_the_card_of_the_sale():
    assert v4(*sale(), *presented(OTHER), **NO_CARD) == (1, 0, 0)
    assert v4(*sale(), *void(card="card-2"), **NO_CARD) == (1, 1, 0)
    assert v4(*sale(), *locally(card="card-2"), **NO_CARD) == (0, 0, 0)


def test_a_card_that_is_not_declared_says_nothing():
    unknown = {"card": "unknown card"}
    assert v4(*sale(), *refused(102, 101, 2, "14", **unknown)) == (0, 0, 0)
    assert v4(*changed(sale(), 2, card="unknown card"), *void()) == (1, 0, 0)


def test_what_cannot_be_read_says_nothing():
    assert v4(*sale(), asked(), ask(102, partial=True, size=9)) == (0, 0, 0)
    assert v4(*sale(), asked(), ask(102, spoiled=True)) == (0, 0, 0)


def test_books_that_went_blind_are_a_gap():
    assert v4(*sale(), blind("ledger"), *locally(card="card-2")) == (0, 0, 1)


def test_what_no_till_confirmed_is_voided_without_a_card():
    confirm = {"profile": {"ecr_confirm": "required"}}
    assert v4(*sale(), ask(102, F22="012"), told(102), **confirm) == (0, 0, 0)
    assert v4(*sale(), *presented(OTHER), **confirm) == (2, 1, 0)


def test_other_acts_and_earlier_cards_are_not_the_one_presented():
    start, *rest = void()
    pin = row("operator", "act", "pin", pin="right")
    assert v4(*sale(), start, SWIPED, pin, *rest) == (2, 0, 0)
    assert v4(*sale(), start, *rest[:1], OTHER, *rest[1:]) == (2, 0, 0)
    assert v4(*sale(), OTHER, *sale(102, 2), ask(103), told(103)) == (0, 0, 0)
    begun, *others = sale()
    assert v4(begun, SWIPED, *others, ask(102), told(102)) == (0, 0, 0)


def test_money_that_goes_to_the_right_card_in_spite_of_the_message_is_a_finding():
    entries = ("card:card-1 1234", "merchant:m -1234")
    rows = changed(void(card="card-2"), 2, card="card-1", entries=entries)
    assert v4(*sale(), *rows) == (2, 1, 0)


def test_blind_books_hide_no_void_that_they_show():
    assert v4(*sale(), blind("ledger"), *void(card="card-2")) == (2, 1, 0)
    assert v4(*sale(), blind("ledger"), *locally()) == (0, 0, 0)
    assert v4(*sale(), blind("ledger"), *void()) == (2, 0, 0)


def test_a_finding_says_which_card():
    def of(*rows):
        return next(one for one in checker.check(made(*rows)) if one.rule == "V4").findings[0]

    told_other = of(*sale(), *presented(OTHER))
    assert (told_other.expected, told_other.seen) == ("card-2", "card-1")
    start, *rest = sale()
    none = of(start, SWIPED, *rest, *presented(None, card=None))
    assert none.expected == "a card read for it (void_needs_card)"
    assert none.seen == "card-1, and nobody presented a card"
    assert of(*sale(), *void(card="card-2")).seen == "card-2"
    entries = ("card:card-3 1234", "merchant:m -1234")
    assert of(*sale(), *changed(void(), 2, entries=entries)).seen == "card-3"
