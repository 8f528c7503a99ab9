"""A till in few lines, to try `pos-harness serve` with: ZVT over TCP, nothing of the harness.

    python docs/till.py socket://127.0.0.1:PORT register sign-in sale:12.34
    python docs/till.py socket://127.0.0.1:PORT last reprint

Present the card and key the PIN where `serve` runs, while the sale waits for them.  Source: ZVT
protocol PA00P015; sign-in (0F 01) and last result (0F 50) are extensions of the emulated terminal.
"""

import socket
import sys

COMMANDS = {
    "register": "06 00 06 00 00 00 00 01 56",
    "sign-in": "0F 01 03 00 00 00",
    "sale": "06 01 0A 04 {amount} 49 01 56",
    "last": "0F 50 00",
    "reprint": "06 20 03 00 00 00",
}
COMPLETION, ABORT, ACKNOWLEDGED = b"\x06\x0f", b"\x06\x1e", bytes.fromhex("80 00 00")


def command(words: str) -> bytes:
    """Return the bytes of a command, `sale:12.34` with its amount in six packed bytes."""
    name, _, amount = words.partition(":")
    return bytes.fromhex(COMMANDS[name].format(amount=amount.replace(".", "").zfill(12)))


def receive(line: socket.socket) -> bytes:
    """Return the terminal's next message; an empty one when the line is closed."""
    head = line.recv(3, socket.MSG_WAITALL)
    return head + (line.recv(head[2], socket.MSG_WAITALL) if head[2:] else b"")


def follow(line: socket.socket, words: str) -> None:
    """Send a command, and acknowledge what the terminal says until it is done."""
    print(words)
    line.sendall(command(words))
    while message := receive(line):
        print("   ", message.hex(" "))
        if message[0] == 0x84:  # refused
            return
        if message[0] != 0x80:
            line.sendall(ACKNOWLEDGED)
        if message[:2] in (COMPLETION, ABORT):
            return


if __name__ == "__main__":
    host, port = sys.argv[1].removeprefix("socket://").rsplit(":", 1)
    with socket.create_connection((host, int(port))) as till_line:
        for each in sys.argv[2:]:
            follow(till_line, each)
