"""pyiso8583's table of our dialect: the independent codec that ours is compared with."""

from harness.wire.dialects.unionpay import UNIONPAY

HEAD = {"data_enc": "b", "len_enc": "b", "len_type": 0, "desc": ""}


def _field(spec):
    is_nibbles = spec.kind in "nz"
    size = spec.size // 2 if spec.kind == "b" else spec.size
    coding = "b" if is_nibbles or spec.kind == "b" else spec.charset
    row = {"data_enc": coding, "len_enc": "bcd", "len_type": (0, 1, 1, 2)[spec.length_digits]}
    row |= {"max_len": size, "desc": spec.name}
    if is_nibbles:
        row |= {"len_count": "nibbles", ("right_pad" if spec.is_left else "left_pad"): "0"}
    return row


PEER = {"h": HEAD | {"max_len": 0}, "t": HEAD | {"max_len": 2}, "p": HEAD | {"max_len": 8}}
PEER |= {"1": HEAD | {"max_len": 8}}
PEER |= {str(number): _field(spec) for number, spec in UNIONPAY.fields.items()}


def to_peer(message):
    """Return a message as pyiso8583 takes it."""
    return {"t": message.mti} | {str(number): text for number, text in message.fields.items()}
