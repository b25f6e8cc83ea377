"""Runs a command, and ends it when a file has stopped growing: a hang, however slow the machine is.

The command's status is passed on; 124 says that it stalled. It is interrupted first, so that it can
tell what it was doing, and killed 20 seconds later.

    python3 until_stalled.py SECONDS FILE COMMAND [ARGUMENT...]
"""

import os
import signal
import subprocess
import sys
import time

GRACE = 20


def main(limit, path, command):
    # A shell has what it runs in the background ignore SIGINT, and that is inherited.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    # `swift test` takes the tests' process with it only when it is interrupted.
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: child.send_signal(signal.SIGINT))
    size, since = -1, time.monotonic()
    while True:
        try:
            status = child.wait(timeout=min(1, limit / 4))
            return status if status >= 0 else 128 - status
        except subprocess.TimeoutExpired:
            pass
        now = os.path.getsize(path) if os.path.exists(path) else 0
        if now != size:
            size, since = now, time.monotonic()
        elif time.monotonic() - since > limit:
            break
    print(f"nothing new in {path} for {limit:g} s: ended", file=sys.stderr)
    child.send_signal(signal.SIGINT)
    try:
        child.wait(timeout=GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    return 124


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2], sys.argv[3:]))
