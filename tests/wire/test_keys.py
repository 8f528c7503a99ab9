"""Keys: published sign-in answers, check values, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import DecodeError, EncodeError
from harness.wire.keys import (
    WorkingKeys,
    decrypt,
    encrypt,
    format_working_keys,
    kcv,
    parse_working_keys,
    unwrap,
    wrap,
)
from tests.wire.vectors import DERIVED, KNOWN, hexed

CHAIN, KEYS = KNOWN["chain-1"], KNOWN["key-1"]
TMK = hexed(KEYS["tmk"])
KEYS_16 = st.binary(min_size=16, max_size=16)


def test_published_working_keys_unwrap_under_their_master_key():
    tmk = hexed(CHAIN["tmk"])
    assert unwrap(tmk, hexed(CHAIN["pik_under_tmk"])).hex().upper() == CHAIN["pik"]
    assert unwrap(tmk, hexed(CHAIN["mak_under_tmk"])).hex().upper() == CHAIN["mak"]
    assert wrap(tmk, hexed(CHAIN["pik"])).hex().upper() == CHAIN["pik_under_tmk"]


def test_single_length_key_unwraps_under_a_double_length_master_key():
    known = KNOWN["mac-2a"]
    assert unwrap(hexed(known["tmk"]), hexed(known["mak_under_tmk"])) == hexed(known["mak"])


def test_published_sign_in_answer_holds_these_keys():
    keys = parse_working_keys(TMK, KEYS["f62"])
    assert keys == WorkingKeys(pik=hexed(KEYS["pik"]), mak=hexed(KEYS["mak"]))
    assert kcv(keys.pik).hex().upper() == KEYS["pik_kcv"]
    assert kcv(keys.mak).hex().upper() == KEYS["mak_kcv"]
    assert format_working_keys(TMK, keys.pik, keys.mak) == KEYS["f62"]


def test_check_value_of_the_derived_key_is_reproduced():
    derived = DERIVED["derived-kcv-pik"]
    assert kcv(hexed(derived["key"])).hex().upper() == derived["kcv"]


def test_check_value_over_the_zero_filled_mak_is_wrong():
    over_sixteen_bytes = KEYS["f62"][:-8] + "34FDEE9C"
    with pytest.raises(DecodeError, match="MAK"):
        parse_working_keys(TMK, over_sixteen_bytes)


@pytest.mark.parametrize(
    ("nibble", "what"), [(0, "PIK"), (33, "PIK"), (40, "MAK"), (56, "MAK"), (79, "MAK")]
)
def test_one_wrong_nibble_makes_a_check_value_wrong(nibble, what):
    f62 = KEYS["f62"]
    wrong = f62[:nibble] + ("0" if f62[nibble] != "0" else "1") + f62[nibble + 1 :]
    with pytest.raises(DecodeError, match=what):
        parse_working_keys(TMK, wrong)


@pytest.mark.parametrize("f62", ["", "00" * 57, "00" * 39, "xx" * 40, "0" * 79])
def test_other_sizes_are_no_set_of_keys(f62):
    with pytest.raises(DecodeError):
        parse_working_keys(TMK, f62)


@given(KEYS_16, KEYS_16, KEYS_16, KEYS_16)
def test_keys_of_each_form_come_back(tmk, pik, mak, track_key):
    single = WorkingKeys(pik[:8], mak[:8])
    assert parse_working_keys(tmk, format_working_keys(tmk, pik[:8], mak[:8], "001")) == single
    double = WorkingKeys(pik, mak)
    assert parse_working_keys(tmk, format_working_keys(tmk, pik, mak, "003")) == double
    f62 = format_working_keys(tmk, pik, mak[:8], "004", track_key=track_key)
    assert parse_working_keys(tmk, f62) == WorkingKeys(pik, mak[:8], track_key)
    assert len(f62) == 120


@pytest.mark.parametrize(
    ("pik", "mak", "form", "track_key"),
    [
        (16, 16, "001", 0),
        (8, 8, "003", 0),
        (16, 16, "004", 0),
        (16, 16, "003", 16),
        (16, 4, "003", 0),
    ],
)
def test_keys_that_do_not_fit_the_form_are_refused(pik, mak, form, track_key):
    with pytest.raises(EncodeError):
        format_working_keys(TMK, bytes(pik), bytes(mak), form, track_key=bytes(track_key))


def test_repr_of_working_keys_shows_none():
    assert repr(WorkingKeys(b"secret 1", b"secret 2")) == "WorkingKeys()"


def test_key_of_24_bytes_is_used_as_it_is():
    key = bytes(range(24))
    assert encrypt(key, bytes(8)) != encrypt(key[:16], bytes(8))
    assert decrypt(key, encrypt(key, b"16 bytes of text")) == b"16 bytes of text"


@pytest.mark.parametrize("size", [0, 7, 9, 32])
def test_other_key_sizes_are_refused(size):
    with pytest.raises(EncodeError):
        encrypt(bytes(size), bytes(8))


@pytest.mark.parametrize("crypt", [encrypt, decrypt])
def test_a_broken_block_is_refused_and_leaves_nothing_behind(crypt):
    with pytest.raises(EncodeError):
        crypt(TMK, bytes(7))
    assert crypt(TMK, bytes(8)) == crypt(TMK, bytes(8))
