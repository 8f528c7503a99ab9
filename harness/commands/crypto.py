"""`pos-harness crypto`: MACs, PIN blocks and keys as the UnionPay dialect has them."""

from typing import Annotated

import typer

from harness.commands.output import print_lines, print_object
from harness.commands.source import hex_of, require_one_standard_input, word_of
from harness.errors import MisuseError
from harness.wire import keys
from harness.wire import mac as mac_coding
from harness.wire import pin_block as block_coding

KEY_SIZES = (8, 16, 24)
PAN_SIZES = range(12, 20)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Key = Annotated[
    str, typer.Option("--key", help="The key in hex; - for standard input, @FILE for a file.")
]
Data = Annotated[str, typer.Option("--data", help="The bytes in hex; also - or @FILE.")]


def mac(key: Key, data: Data, json: Json = False) -> int:
    """Print the MAC of field 64: eight characters, over the message from its MTI to field 63."""
    require_one_standard_input({"--key": key, "--data": data})
    return _printed({"mac": mac_coding.mac(_key(key), hex_of(data, "--data"))}, json)


def pin_block(
    pin: Annotated[str, typer.Option("--pin", help="4 to 12 digits; also - or @FILE.")],
    pan: Annotated[
        str | None, typer.Option("--pan", help="The card; left out, the block has no PAN in it.")
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="The working PIN key in hex; also - or @FILE.")
    ] = None,
    json: Json = False,
) -> int:
    """Print the PIN block of field 52 in clear, and encrypted if there is a key."""
    require_one_standard_input({"--pin": pin, "--pan": pan, "--key": key})
    clear = block_coding.clear_block(word_of(pin, "--pin"), None if pan is None else _pan(pan))
    block = None if key is None else _hex(keys.encrypt(_key(key), clear))
    return _printed({"clear_block": _hex(clear), "block": block}, json)


def unwrap(key: Key, data: Data, json: Json = False) -> int:
    """Print the working key that --data holds under the master key, and its check value.

    Eight bytes and eight zero bytes are an 8-byte key, as hosts write the MAK.
    """
    require_one_standard_input({"--key": key, "--data": data})
    wrapped = hex_of(data, "--data")
    _require_key_size(wrapped, "--data")
    short = wrapped.removesuffix(keys.NO_SECOND_HALF) if len(wrapped) == 16 else wrapped
    found = keys.unwrap(_key(key), short)
    return _printed({"key": _hex(found), "kcv": _hex(keys.kcv(found))}, json)


def kcv(key: Key, json: Json = False) -> int:
    """Print the check value of a key: four bytes of eight encrypted zero bytes."""
    return _printed({"kcv": _hex(keys.kcv(_key(key)))}, json)


def _key(argument: str) -> bytes:
    key = hex_of(argument, "--key")
    _require_key_size(key, "--key")
    return key


def _require_key_size(data: bytes, name: str) -> None:
    if len(data) not in KEY_SIZES:
        raise MisuseError(f"{name} has {len(data)} bytes: a DES key has 8, 16 or 24")


def _pan(argument: str) -> str:
    pan = word_of(argument, "--pan")
    if not (pan.isascii() and pan.isdigit()) or len(pan) not in PAN_SIZES:
        raise MisuseError(f"--pan has {len(pan)} characters: a PAN is 12 to 19 digits")
    return pan


def _hex(data: bytes) -> str:
    return data.hex().upper()


def _printed(found: dict[str, str | None], is_json: bool) -> int:
    if is_json:
        print_object(found)
        return 0
    shown = {name: value for name, value in found.items() if value is not None}
    print_lines(f"{name}: {value}" if len(shown) > 1 else value for name, value in shown.items())
    return 0
