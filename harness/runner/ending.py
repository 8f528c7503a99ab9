"""A request to end (SIGTERM, a screen that is closed) is Ctrl-C: the bench is left safe."""

import signal
import threading

ASKED = (signal.SIGTERM, signal.SIGHUP)


def end_as_by_keys() -> None:
    """Have requests to end raise KeyboardInterrupt from now on; what is ignored stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        return  # a worker's thread gets no signals
    for each in ASKED:
        if signal.getsignal(each) == signal.SIG_DFL:
            signal.signal(each, signal.default_int_handler)
