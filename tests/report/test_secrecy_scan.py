import base64
import gzip
import io
import zlib

import pytest
from PIL import Image, PngImagePlugin
from robot.utils import compress_text

from harness.errors import MisuseError
from harness.report.hidden_layer import INFLATED_SIZE_MAX, layers
from harness.report.secrecy_scan import Canary, canaries_of, scan
from harness.terms.card import Card

PAN, PIN, TRACK = "6222988877766655542", "739184", "6222988877766655542D49122200000013579"
KEY = "A1B2C3D4E5F60718293A4B5C6D7E8F90"
SECRETS = {
    "pan": Canary("pan", PAN),
    "pin": Canary("pin", PIN),
    "track": Canary("track", TRACK),
    "key": Canary("key", KEY),
}


def bcd(digits):
    return bytes.fromhex(digits + "F" * (len(digits) % 2))


def png_with(text, *, is_compressed):
    chunks, file = PngImagePlugin.PngInfo(), io.BytesIO()
    chunks.add_text("Comment", text, zip=is_compressed)
    Image.new("1", (8, 8)).save(file, "PNG", pnginfo=chunks)
    return file.getvalue()


def text_forms(secret):
    """Return the ways in which any text can be written."""
    text = secret.encode()
    return {
        "text": text,
        "apart by blanks": " ".join(secret).encode(),
        "apart by dashes": "-".join(secret).encode(),
        "apart by NUL": secret.encode("utf-16-le"),
        "base64 at 0": base64.b64encode(b"pay " + b"at " + text + b" now"),
        "base64 at 1": base64.b64encode(b"pay " + b"at: " + text + b" now"),
        "base64 at 2": base64.b64encode(b"pay " + b"at:  " + text + b" now"),
        "base64 after letters": b"x" + base64.b64encode(text + b" and more"),
        "base64 for addresses": base64.urlsafe_b64encode(b"\xff\xfe\xfb " + text + b"\xff\xfe"),
        "base64 in lines": base64.encodebytes(b"-" * 50 + text + b"-" * 60),
        "hexadecimal": text.hex().encode(),
        "hexadecimal dump": text.hex(" ").upper().encode(),
        "zlib": b"head" + zlib.compress(b"<p>" + text + b"</p>" * 30) + b"tail",
        "gzip": gzip.compress(b"<p>" + text + b"</p>"),
        "gzip of base64 of zlib": gzip.compress(base64.b64encode(zlib.compress(text * 9))),
        "robot": f'["*","{compress_text("<b>said</b> " + secret + " " + "-" * 200)}"]'.encode(),
        "PNG text": png_with(secret, is_compressed=False),
        "PNG compressed text": png_with("x" * 200 + " " + secret, is_compressed=True),
        "Python escapes": "".join(f"\\x{code:02x}" for code in text).encode(),
        "JSON escapes": "".join(f"\\u{code:04x}" for code in text).encode(),
        "HTML escapes": "".join(f"&#{code};" for code in text).encode(),
        "escapes of addresses": "".join(f"%{code:02X}" for code in text).encode(),
    }


def packed_forms(digits):
    """Return the ways in which digits can be packed two to a byte."""
    return {
        "packed": b"\x30\x19" + bcd(digits) + b"\x00",
        "packed, half a byte on": bcd("1" + digits),
        "base64 of packed": base64.b64encode(b"??" + bcd(digits)),
        "escapes of packed": "".join(f"\\x{code:02x}" for code in bcd(digits)).encode(),
        "packed as hexadecimal": bcd(digits).hex(" ").encode(),
    }


LEAKS = [
    (kind, form, data)
    for kind, secret in [("pan", PAN), ("pin", PIN), ("track", TRACK), ("key", KEY)]
    for form, data in text_forms(secret).items()
    if not (kind == "pin" and form == "gzip of base64 of zlib")  # nine in a row are one number
] + [
    (kind, form, data)
    for kind, secret in [("pan", PAN), ("track", TRACK), ("key", KEY)]
    for form, data in packed_forms(secret).items()
]


@pytest.mark.parametrize(
    ("kind", "data"), [(k, d) for k, _, d in LEAKS], ids=[f"{k}: {f}" for k, f, _ in LEAKS]
)
def test_a_planted_leak_is_found_in_each_form(tmp_path, kind, data):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "log.html").write_bytes(b"<html>\n" + data + b"\n</html>")
    hits = scan([tmp_path], [SECRETS[kind]])
    assert [hit.where.endswith("log.html") for hit in hits]
    assert hits


@pytest.mark.parametrize("kind", SECRETS)
def test_a_hit_shows_where_and_how_but_not_what(kind):
    secret = SECRETS[kind].secret
    (hit,) = scan([], [SECRETS[kind]], texts={"standard error": f"> {secret} <"})
    assert (hit.where, hit.form, hit.kind) == ("standard error", "text", kind)
    assert secret not in str(hit)
    assert secret not in repr(SECRETS[kind])


def test_files_without_secrets_give_no_hit(tmp_path):
    near = [PAN[:-1] + "9", f"1{PIN}", f"{PIN}0", PIN[::-1], "622298*********5542", KEY[2:]]
    (tmp_path / "index.html").write_text(" ".join(near) + "<b>622298*********5542D*****</b>")
    (tmp_path / "slip.png").write_bytes(png_with("nothing", is_compressed=True))
    (tmp_path / "log.html").write_text(f'"{compress_text("harmless " * 200)}"')
    assert scan([tmp_path], SECRETS.values()) == []


def test_a_pin_within_a_longer_number_is_none():
    texts = {"a": f"12{PIN}", "b": f"{PIN}.5 0{PIN}", "c": f"7 {' '.join(PIN)} 1"}
    assert [hit.where for hit in scan([], [SECRETS["pin"]], texts=texts)] == ["b"]


def test_a_pin_within_base64_that_means_something_else_is_none():
    blob = "Q" * 14 + PIN + "Q" * 14
    assert scan([], [SECRETS["pin"]], texts={"blob": blob}) == []


def test_the_rest_of_a_track_behind_a_masked_number_is_found():
    texts = {"log": "622298*********5542=49122200000013579"}
    assert [hit.kind for hit in scan([], [SECRETS["track"]], texts=texts)] == ["track"]


@pytest.mark.parametrize("block", ["06739184FFFFFFFF", "06731C77774C5FFF"])
def test_a_pin_block_in_clear_is_found(block):
    card = Card("card-9", "6222021234567894", pin=PIN)
    if block != "06739184FFFFFFFF":
        block = f"{int('06739184FFFFFFFF', 16) ^ int(card.pan[-13:-1], 16):016X}"
    hits = scan([], canaries_of([card]), texts={"log": bytes.fromhex(block)})
    assert {hit.kind for hit in hits} == {"pin block"}


def test_the_name_of_a_file_is_looked_at_too(tmp_path):
    (tmp_path / f"slip-{PAN}.txt").write_text("nothing")
    hits = scan([tmp_path], [SECRETS["pan"]])
    assert [hit.where for hit in hits] == [f"the name of a file in {tmp_path}"]


def test_a_hit_in_a_file_with_a_secret_name_does_not_tell_it(tmp_path):
    (tmp_path / f"{PAN}-{PIN}.txt").write_text(PAN)
    hits = scan([tmp_path], [SECRETS["pan"], SECRETS["pin"]])
    assert len(hits) == 3
    assert not any(PAN in str(hit) or PIN in str(hit) for hit in hits)


def test_all_secrets_of_cards_and_keys_are_canaries():
    card = Card("card-1", PAN, pin=PIN)
    found = canaries_of([card, Card("card-2", PAN)], [bytes.fromhex(KEY)])
    kinds = [canary.kind for canary in found]
    assert kinds == ["pan", "track", "pin", "pan", "track", "key"]


def test_a_single_file_can_be_looked_into(tmp_path):
    (tmp_path / "log").write_text(f"{PAN[:4]}\u00a0{PAN[4:]}")
    assert [hit.form for hit in scan([tmp_path / "log"], [SECRETS["pan"]])] == ["digits apart"]


@pytest.mark.parametrize(
    "data", [b"x\x9c broken", b"\x1f\x8b\x08" * 99, b"AAAAA" * 9, b"&#999;&#49;", b"%zz\\xzz"]
)
def test_what_only_looks_packed_is_passed_over(data):
    assert scan([], SECRETS.values(), texts={"odd": data}) == []


def test_a_stream_that_would_grow_without_end_is_cut():
    packed = zlib.compress(b"0" * (INFLATED_SIZE_MAX + 99), 1)
    sizes = {layer.packing: len(layer.data) for layer in layers(packed, depth=1)}
    assert sizes["compressed"] == INFLATED_SIZE_MAX


def test_a_scan_for_nothing_is_refused(tmp_path):
    with pytest.raises(MisuseError, match="without a canary"):
        scan([tmp_path], [])


@pytest.mark.parametrize(("kind", "secret"), [("pan", "12"), ("pin", "12a4"), ("key", "XY")])
def test_what_is_no_secret_is_refused_without_being_shown(kind, secret):
    with pytest.raises(MisuseError) as caught:
        Canary(kind, secret)
    assert secret not in str(caught.value).replace(f"of {len(secret)}", "")


def test_a_file_that_is_gone_stops_the_scan(tmp_path):
    with pytest.raises(MisuseError, match=r"cannot look for secrets in .*gone"):
        scan([tmp_path / "gone"], [SECRETS["pan"]])
