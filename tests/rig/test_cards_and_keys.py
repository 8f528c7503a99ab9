"""Files that a bench names: its test cards and its master key."""

import pytest
import yaml

from harness.errors import ConfigError, RigError
from harness.history.record import Header, Recorder
from harness.rig.cards import CardGuard, load_cards
from harness.rig.secret_file import read_key, read_password, read_url

CARD = {"token": "card-1", "pan": "6225887319460289"}


def said_of(path, read):
    with pytest.raises(ConfigError) as raised:
        read(path)
    said = str(raised.value)
    assert said.startswith(f"{path}: ")
    return said.removeprefix(f"{path}: ")


def cards_in(folder, content):
    path = folder / "cards.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return path


def test_declared_cards_are_read(tmp_path):
    (card,) = load_cards(cards_in(tmp_path, [CARD | {"pin": "1234", "balance_minor": 5}]))
    assert (card.token, card.pan, card.balance_minor) == ("card-1", "6225887319460289", 5)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: [", "this is no YAML"),
        ("[]", "expected a list of cards"),
        ("5", "expected a list of cards"),
        ([5], "card 1: expected token and pan"),
        ([{"token": "x"}], "card 1: expected token and pan"),
        ([CARD, CARD], "two cards have the same token"),
        ([CARD | {"colour": "red"}], "card 1: unknown key 'colour'; remove it"),
        ([CARD | {"pan": 6225887319460289}], "card 1: pan: expected text in quotes"),
        ([CARD | {"pan": "6225887319460288"}], "card 1: pan: the last digit is not the check"),
        ([CARD | {"pan": "62258"}], "card 1: pan: expected 13 to 19 digits"),
        ([CARD | {"token": "card 1"}], "card 1: token: expected a word"),
        ([CARD | {"expiry": "4913"}], "card 1: expiry: expected YYMM"),
        ([CARD | {"service_code": "22"}], "card 1: service_code: expected three digits"),
        ([CARD | {"discretionary": "x"}], "card 1: discretionary: expected up to 13 digits"),
        ([CARD | {"discretionary": "1" * 13, "pan": "6225887319460280018"}],
         "card 1: track 2 is too long"),
        ([CARD | {"pin": "123"}], "card 1: pin: expected 4 to 12 digits, or nothing"),
        ([CARD | {"balance_minor": "5"}], "card 1: balance_minor: expected a whole number"),
        ([CARD | {"balance_minor": True}], "card 1: balance_minor: expected a whole number"),
    ],
)  # fmt: skip
def test_wrong_card_is_named_by_its_place_and_never_shown(tmp_path, content, said):
    found = said_of(cards_in(tmp_path, content), load_cards)
    assert found.startswith(said)
    assert "62258873" not in found


def test_cards_that_are_not_there_are_named_with_the_remedy(tmp_path):
    assert said_of(tmp_path / "none.yaml", load_cards) == (
        "No such file or directory; declare the test cards there"
    )


def key_in(folder, content, mode=0o600):
    path = folder / "tmk.hex"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_key_is_read_from_a_file_of_its_own(tmp_path):
    path = key_in(tmp_path, b"01234567 89ABCDEF\r\nFEDCBA98 76543210\r\n")
    assert read_key(path).hex() == "0123456789abcdeffedcba9876543210"


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (b"00" * 16, 0o644, "others may read this secret: run chmod 600 "),
        (b"00" * 16, 0o620, "others may read this secret"),
        (b"no hex", 0o600, "expected hexadecimal digits only"),
        (b"00" * 15, 0o600, "15 bytes are no master key: expected 16"),
        (b"", 0o600, "0 bytes are no master key"),
        (b"\xff", 0o600, "this is no text: put the test key there, in hex"),
    ],
)
def test_file_that_holds_no_key_is_refused(tmp_path, content, mode, said):
    assert said_of(key_in(tmp_path, content, mode), read_key).startswith(said)


def test_key_that_is_not_there_is_named_with_the_remedy(tmp_path):
    said = said_of(tmp_path / "none", read_key)
    assert said == "No such file or directory: put the test key there, in hex"


def test_password_and_url_are_read_from_files_of_their_own(tmp_path):
    assert read_password(key_in(tmp_path, b"123456\n")) == "123456"
    assert read_url(key_in(tmp_path, b"postgresql+psycopg://x:y@z/w\n")).endswith("@z/w")


@pytest.mark.parametrize(
    ("read", "content", "said"),
    [
        (read_password, b"12345", "expected six digits"),
        (read_password, b"abcdef", "expected six digits"),
        (read_url, b"ledger.db", "this is no URL: expected postgresql+psycopg://..."),
    ],
)
def test_what_is_no_password_or_url_is_refused_and_not_shown(tmp_path, read, content, said):
    assert said_of(key_in(tmp_path, content), read) == said


def test_no_verb_follows_a_card_that_nobody_declared():
    recorder = Recorder(Header(world="virtual", observes=()), lambda: 0)
    guard = CardGuard(recorder)
    recorder.add("terminal", "tx", "host/0200", facts={"card": "card-1"})
    guard()
    recorder.add("terminal", "tx", "host/0200", facts={"card": "unknown card"})
    for _ in range(2):  # it stays refused, whatever comes after it
        with pytest.raises(RigError, match="row 1"):
            guard()
        recorder.add("terminal", "rx", "host/0210", facts={"card": "card-1"})
