"""A payment terminal that shares no code with the harness: pyiso8583 for messages, psec for keys.

Its table of fields, its MAC and its key unwrap are its own.
"""

import select
import socket
import warnings
from dataclasses import dataclass, field

import iso8583
from psec import des, pinblock, tools

TPDU, HEADER = bytes.fromhex("6000030000"), bytes.fromhex("603100310100")
SOON_S = 60.0


def fixed(size, encoding="b"):
    return {"data_enc": encoding, "len_enc": "bcd", "len_type": 0, "max_len": size, "desc": ""}


def digits(size, **pad):
    return fixed(size) | {"len_count": "nibbles"} | (pad or {"left_pad": "0"})


def variable(size, length_size, encoding="ascii"):
    return fixed(size, encoding) | {"len_type": length_size}


def variable_digits(size, length_size):
    return digits(size, right_pad="0") | {"len_type": length_size}


TABLE = {
    "h": fixed(0), "t": fixed(2), "p": fixed(8), "1": fixed(8),
    "3": digits(6), "4": digits(12), "11": digits(6), "12": digits(6), "13": digits(4),
    "15": digits(4), "22": digits(3, right_pad="0"), "25": digits(2), "26": digits(2),
    "32": variable_digits(11, 1), "35": variable_digits(37, 1),
    "37": fixed(12, "ascii"), "38": fixed(6, "ascii"), "39": fixed(2, "ascii"),
    "41": fixed(8, "ascii"), "42": fixed(15, "ascii"), "44": variable(25, 1),
    "49": fixed(3, "ascii"), "52": fixed(8), "53": digits(16), "54": variable(40, 2),
    "60": variable_digits(99, 2), "61": variable_digits(29, 2),
    "62": variable(999, 2, "b"), "63": variable(163, 2, "gbk"), "64": fixed(8),
}  # fmt: skip


def cipher(work, key, data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # psec passes short keys, which cryptography deprecates
        return work(key, data)


def encrypt(key, data):
    return cipher(des.encrypt_tdes_ecb, key, data)


def decrypt(key, data):
    return cipher(des.decrypt_tdes_ecb, key, data)


def mac_of(key, data):
    """Return the eight bytes of field 64 over the bytes from the MTI to the field before it."""
    block = bytes(8)
    for at in range(0, len(data), 8):
        block = tools.xor(block, data[at : at + 8].ljust(8, b"\0"))
    text = block.hex().upper().encode()
    whole = encrypt(key, tools.xor(encrypt(key, text[:8]), text[8:]))
    return whole.hex().upper()[:8].encode()


def keys_of(tmk, text):
    """Return PIN key and MAC key of a sign-in answer, their check values looked at."""
    data = bytes.fromhex(text)
    pik, mak = decrypt(tmk, data[:16]), decrypt(tmk, data[20:28])
    assert data[28:36] == bytes(8), "a single-length MAC key fills half of its place"
    assert encrypt(pik, bytes(8))[:4] == data[16:20]
    assert encrypt(mak, bytes(8))[:4] == data[36:40]
    return pik, mak


@dataclass
class Client:
    """One terminal at the host's address; its line stands until it hangs up."""

    address: tuple
    tmk: bytes = field(repr=False)
    terminal_id: str = "10000001"
    merchant_id: str = "104110045110012"
    batch: str = "000001"
    stan: int = 0
    pik: bytes = field(default=b"", repr=False)
    mak: bytes = field(default=b"", repr=False)
    _line: socket.socket | None = field(default=None, init=False, repr=False)

    def sign_in(self):
        """Fetch the working keys; return the answer."""
        answer = self.exchange("0800", {"60": f"00{self.batch}003", "63": "01 "})
        self.pik, self.mak = keys_of(self.tmk, answer["62"])
        return answer

    def sale(self, amount_minor, card, *, pin="", hears=True, mak=b""):
        """Sell; return request and answer, which is None for who does not hear it."""
        request = {
            "3": "000000", "4": f"{amount_minor:012}", "22": "021" if pin else "022", "25": "00",
            "35": card["track2"], "49": "156", "60": f"22{self.batch}00020",
        }  # fmt: skip
        if pin:
            block = pinblock.encode_pinblock_iso_0(pin, card["pan"])
            request |= {
                "26": "12", "52": encrypt(self.pik, block).hex().upper(), "53": "2600000000000000"
            }  # fmt: skip
        return self._authenticated("0200", request, hears=hears, mak=mak or self.mak)

    def reverse(self, sale, reason="98"):
        """Send the reversal of a sale; return its request and answer."""
        kept = ("3", "4", "11", "22", "25", "49", "60")
        return self._authenticated("0400", {name: sale[name] for name in kept} | {"39": reason})

    def _authenticated(self, mti, fields, *, hears=True, mak=b""):
        request = self._complete(mti, fields | {"64": "00" * 8})
        answer = self.call(seal(request, mak or self.mak), hears=hears)
        if answer is not None and answer["39"] not in {"A0", "77"}:
            assert answer["64"] == self.sealed(answer), "the host's MAC is wrong"
        return request, answer

    def sealed(self, message):
        """Return the field 64 that a message ought to have."""
        data, _ = iso8583.encode(message, TABLE)
        return mac_of(self.mak, bytes(data)[:-8]).hex().upper()

    def exchange(self, mti, fields):
        """Send a message without MAC and return its answer."""
        data, _ = iso8583.encode(self._complete(mti, fields), TABLE)
        return self.call(bytes(data))

    def _complete(self, mti, fields):
        if "11" not in fields:
            self.stan += 1
            fields = fields | {"11": f"{self.stan:06}"}
        return {"t": mti, "41": self.terminal_id, "42": self.merchant_id, **fields}

    def call(self, body, *, hears=True):
        """Return the answer to a message; None when it is lost: it came, and nobody read it."""
        frame = TPDU + HEADER + body
        self.dial()
        self._line.sendall(len(frame).to_bytes(2, "big") + frame)
        if not hears:
            assert select.select([self._line], [], [], SOON_S)[0], "no answer came"
            self.hang_up()
            return None
        data = read(self._line, int.from_bytes(read(self._line, 2), "big"))
        assert data[1:5] == bytes.fromhex("00000003"), "the TPDU's addresses are exchanged"
        fields, _ = iso8583.decode(data[11:], TABLE)
        return {name: text for name, text in fields.items() if name not in "hp"}

    def dial(self):
        """Call the host, unless the line stands."""
        if self._line is None:
            self._line = socket.create_connection(self.address, timeout=SOON_S)

    def hang_up(self):
        """Close the line; with something unread in it the host sees a reset."""
        if self._line is not None:
            self._line.close()
            self._line = None


def seal(message, mak):
    data, _ = iso8583.encode(message, TABLE)
    return bytes(data)[:-8] + mac_of(mak, bytes(data)[:-8])


def read(line, size):
    data = b""
    while len(data) < size:
        piece = line.recv(size - len(data))
        assert piece, "the host has hung up in the middle of an answer"
        data += piece
    return data
