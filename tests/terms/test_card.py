import pytest

from harness.terms.card import Card, is_luhn, mask, mask_pan, token_of

PAN = "6225887319460289"
CARD = Card("card-1", PAN, expiry="4912", service_code="220", discretionary="00000", pin="135790")
OTHER = Card("card-2", "6225884190736523")
TWIN = Card("card-3", "6225880000000289")


def test_a_card_never_shows_its_secrets():
    assert "card-1" in repr(CARD)
    for secret in (PAN, "4912", "135790"):
        assert secret not in repr(CARD)


def test_track_2_is_made_of_its_parts():
    assert CARD.track2 == PAN + "D4912" + "220" + "00000"


def test_a_masked_number_keeps_six_and_four():
    assert CARD.masked == "622588******0289"
    assert mask_pan("6225887319460289012") == "622588*********9012"


@pytest.mark.parametrize("digits", ["0", "18", "79927398713", PAN])
def test_the_check_digit_is_told(digits):
    assert is_luhn(digits)
    assert not is_luhn(digits[:-1] + str((int(digits[-1]) + 1) % 10))


def test_numbers_that_may_be_cards_are_masked_wherever_they_stand():
    assert mask(f"card {PAN}, {PAN}") == "card 622588******0289, 622588******0289"
    assert mask(f"x{PAN}D4912") == "x622588******0289D4912"


def test_numbers_that_are_no_cards_stay():
    assert mask("merchant 104290070110001") == "merchant 104290070110001"
    assert mask("12") == "12"
    assert mask("000000000000") == "000000000000"


def test_longer_runs_are_always_masked():
    assert mask(PAN + "4912220") == "622588" + "*" * 13 + "2220"


@pytest.mark.parametrize(("masked", "token"), [
    ("622588******0289", None),  # two cards
    ("622588731946****", "card-1"),
    ("622588******6523", "card-2"),
    ("****************", None),
    ("622588*****0289", None),
    ("622588******0000", None),
    (PAN, "card-1"),
])  # fmt: skip
def test_a_masked_number_names_the_only_card_that_it_fits(masked, token):
    assert token_of(masked, [CARD, OTHER, TWIN]) == token
