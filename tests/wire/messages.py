"""Strategies for messages that fit a dialect."""

from hypothesis import strategies as st

from harness.wire.iso8583 import Message

ALPHABETS = {
    "n": "0123456789",
    "z": "0123456789D",
    "a": "AZaz",
    "an": "AZaz09",
    "ans": "AZaz09 .*",
    "b": "0123456789ABCDEF",
}
CHINESE = "交易成功 OK\u3000"


def values(spec, size_max=40):
    """Return texts that fit a field; long fields are filled to 40 characters at most."""
    unit = 2 if spec.kind == "b" else 1
    most = min(spec.size, size_max) // unit if spec.length_digits else spec.size // unit
    least = 0 if spec.length_digits else most
    alphabet = CHINESE if spec.charset == "gbk" else ALPHABETS[spec.kind]
    return st.integers(least, most).flatmap(
        lambda n: st.text(alphabet, min_size=n * unit, max_size=n * unit)
    )


def messages(dialect, without=()):
    """Return messages with any of the dialect's fields."""
    fields = {n: values(spec) for n, spec in dialect.fields.items() if n not in without}
    mtis = st.sampled_from(["0100", "0200", "0210", "0320", "0400", "0810"])
    return st.builds(Message, mtis, st.fixed_dictionaries({}, optional=fields))
