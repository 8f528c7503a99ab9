"""A terminal that is loaded once: each boot is a fork of this program, and takes no time.

Lines on standard input: `on` boots it, `off` kills it; the answer is the number of its process, or
0.  Words are those of `pos-harness`.  When the input ends it is killed.
"""

import os
import signal
import sys

from harness import start


def boot():
    """Begin a process that is `pos-harness` with the words; return its number."""
    child = os.fork()
    if child:
        return child
    try:
        start.main()
    finally:
        os._exit(1)  # what a sound terminal never comes to: it is killed


def kill(child):
    if child:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def main():
    child = 0
    for line in sys.stdin:
        kill(child)
        child = boot() if line.strip() == "on" else 0
        print(child, flush=True)
    kill(child)


if __name__ == "__main__":
    main()
