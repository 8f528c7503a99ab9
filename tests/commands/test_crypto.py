"""The commands `crypto ...`: every known answer, and secrets that stay where they are."""

import pytest

from tests.commands.shell import found, refusal, run
from tests.wire.vectors import DERIVED, KNOWN

CHAIN, SIGN_IN, X99 = KNOWN["chain-1"], KNOWN["key-1"], KNOWN["x99-1"]
MACS = {name: one for name, one in (KNOWN | DERIVED).items() if "mab" in one}
BLOCKS = {name: one for name, one in KNOWN.items() if name.startswith("pin-")}


@pytest.mark.parametrize("known", MACS.values(), ids=MACS)
def test_known_mac(known):
    shown = found("crypto", "mac", "--key", known["mak"], "--data", known["mab"])
    assert shown == ({"mac": known["f64_ascii"]}, 0)


def test_mac_is_not_that_of_x9_9():
    shown, _ = found("crypto", "mac", "--key", X99["key"], "--data", X99["data"])
    assert shown["mac"] != X99["mac"][:8]


@pytest.mark.parametrize("known", BLOCKS.values(), ids=BLOCKS)
def test_known_clear_pin_block(known):
    pan = ["--pan", known["pan"]] if known["pan"] else []
    shown = found("crypto", "pin-block", "--pin", known["pin"], *pan)
    assert shown == ({"clear_block": known["block"], "block": None}, 0)


def test_known_encrypted_pin_block():
    words = ("--pin", CHAIN["pin"], "--pan", CHAIN["pan"], "--key", CHAIN["pik"])
    blocks = {"clear_block": CHAIN["clear_pin_block"], "block": CHAIN["f52"]}
    assert found("crypto", "pin-block", *words) == (blocks, 0)


@pytest.mark.parametrize("name", ["pik", "mak"])
def test_known_working_key(name):
    words = ("--key", CHAIN["tmk"], "--data", CHAIN[f"{name}_under_tmk"])
    shown, code = found("crypto", "unwrap", *words)
    assert (shown["key"], code) == (CHAIN[name], 0)


def test_known_check_values():
    for name in ("pik", "mak"):
        shown = found("crypto", "kcv", "--key", SIGN_IN[name])
        assert shown == ({"kcv": SIGN_IN[f"{name}_kcv"]}, 0)


def test_mak_in_a_place_of_sixteen_bytes_is_unwrapped_as_eight():
    wrapped = SIGN_IN["f62"][40:72]
    shown = found("crypto", "unwrap", "--key", SIGN_IN["tmk"], "--data", wrapped)
    assert shown == ({"key": SIGN_IN["mak"], "kcv": SIGN_IN["mak_kcv"]}, 0)


def test_people_get_bare_values():
    assert run("crypto", "kcv", "--key", SIGN_IN["pik"]).stdout == "900ECCE3\n"
    words = ("--pin", "123456", "--pan", CHAIN["pan"], "--key", CHAIN["pik"])
    lines = run("crypto", "pin-block", *words).stdout.splitlines()
    assert lines == ["clear_block: 06122556FFFFFFFD", "block: 3D87C8B8FA17C67C"]


def test_secrets_come_from_standard_input_and_files(tmp_path):
    (tmp_path / "pik").write_text(CHAIN["pik"] + "\n")
    words = ("--pin", "-", "--pan", CHAIN["pan"], "--key", f"@{tmp_path / 'pik'}")
    shown, _ = found("crypto", "pin-block", *words, given=CHAIN["pin"] + "\n")
    assert shown["block"] == CHAIN["f52"]


SECRET = "7F52E3201FDF045E"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["kcv"], "Missing option '--key'"),
        (["kcv", "--key", SECRET[:-1]], "half a byte is missing"),
        (["kcv", "--key", SECRET + "00"], "--key has 9 bytes"),
        (["kcv", "--key", SECRET + "zz"], "no hexadecimal digit at position 17"),
        (["kcv", "--key", SECRET, SECRET], "unexpected extra argument"),
        (["kcv", f"--kye={SECRET}"], "No such option: --kye"),
        (["kcv", "--key", "@" + SECRET], "cannot read the file"),
        ([SECRET], "No such command"),
        (["mac", "--key", "-", "--data", "-"], "cannot both come from standard input"),
        (["mac", "--key", SECRET, "--data", ""], "--data is empty"),
        (["unwrap", "--key", SECRET, "--data", SECRET + "0000"], "--data has 10 bytes"),
        (["pin-block", "--pin", "1357", "--pan", "62258873x9460289"], "12 to 19 digits"),
        (["pin-block", "--pin", "13579x", "--pan", "6225887319460289"], "a PIN has 4 to 12"),
        (["pin-block", "--pin", " ", "--pan", "6225887319460289"], "--pin is empty"),
        (["pin-block", "--pin", "1357", "2468"], "unexpected extra argument"),
        ([], "Missing command"),
    ],
)
def test_bad_input_is_one_sentence_without_the_secret(words, said):
    message = refusal("crypto", *words)
    assert said in message
    assert not [one for one in (SECRET[:8], "1357", "2468", "9460289") if one in message]
