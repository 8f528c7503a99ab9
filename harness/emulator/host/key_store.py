"""Working keys of terminals: derived from terminal and generation, which survives power cuts.

The derivation is for tests only: whoever knows the rule knows the keys.  A repeated sign-in (same
STAN and form) gets the same generation again, so that its answer does not outdate the keys in use.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256

from harness.wire.keys import KeysForm, WorkingKeys

FORMS: dict[str, KeysForm] = {"001": "001", "003": "003", "004": "004"}
PIK_SIZES: dict[KeysForm, int] = {"001": 8, "003": 16, "004": 16}
MAK_SIZE = 8
TRACK_KEY_SIZE = 16


@dataclass(frozen=True, slots=True)
class SignIn:
    """The last sign-in of a terminal."""

    generation: int = 0
    stan: str = ""
    form: KeysForm = "003"
    is_signed_in: bool = False


@dataclass(frozen=True, slots=True)
class KeyStore:
    """Who is signed in, with which generation of keys."""

    sign_ins: Mapping[str, SignIn] = field(default_factory=dict)

    def __str__(self) -> str:
        return "\n".join(
            f"{terminal_id.encode().hex()} {one.generation} {one.stan} {one.form}"
            f" {one.is_signed_in:d}"
            for terminal_id, one in self.sign_ins.items()
        )

    def signed_in(self, terminal_id: str, stan: str, form: KeysForm) -> "KeyStore":
        """Return the store after a sign-in: with the next generation, unless it is a repeat."""
        last = self.sign_ins.get(terminal_id, SignIn())
        is_repeat = last.is_signed_in and (last.stan, last.form) == (stan, form)
        generation = last.generation + (0 if is_repeat else 1)
        return self._having(terminal_id, SignIn(generation, stan, form, is_signed_in=True))

    def signed_out(self, terminal_id: str) -> "KeyStore":
        """Return the store after a sign-out; the next generation will be another one."""
        last = self.sign_ins.get(terminal_id, SignIn())
        return self._having(terminal_id, replace(last, is_signed_in=False))

    def _having(self, terminal_id: str, sign_in: SignIn) -> "KeyStore":
        return KeyStore({**self.sign_ins, terminal_id: sign_in})

    def keys(self, terminal_id: str) -> WorkingKeys | None:
        """Return the keys of a terminal, None unless it is signed in."""
        sign_in = self.sign_ins.get(terminal_id)
        if sign_in is None or not sign_in.is_signed_in:
            return None
        return derive(terminal_id, sign_in.generation, sign_in.form)


def parse_key_store(text: str | None) -> KeyStore:
    """Return the store that was written as text; empty if none survived."""
    return KeyStore(dict(_row(line.split(" ")) for line in (text or "").splitlines()))


def _row(words: list[str]) -> tuple[str, SignIn]:
    terminal_id, generation, stan, form, flag = words
    sign_in = SignIn(int(generation), stan, FORMS[form], is_signed_in=flag == "1")
    return bytes.fromhex(terminal_id).decode(), sign_in


@lru_cache(maxsize=256)
def derive(terminal_id: str, generation: int, form: KeysForm) -> WorkingKeys:
    """Return the keys of one generation; form 004 has a track key."""
    pik = _key(terminal_id, generation, "PIK")[: PIK_SIZES[form]]
    mak = _key(terminal_id, generation, "MAK")[:MAK_SIZE]
    track_key = _key(terminal_id, generation, "track")[:TRACK_KEY_SIZE] if form == "004" else b""
    return WorkingKeys(pik, mak, track_key)


def _key(terminal_id: str, generation: int, name: str) -> bytes:
    digest = sha256(f"test key {name} {terminal_id} {generation}".encode()).digest()
    return bytes(byte & 0xFE | 1 - (byte >> 1).bit_count() % 2 for byte in digest)  # odd parity
