"""Runs a command and measures the process alone: wall time and CPU time, or peak memory.

As a program: `measure.py --best N COMMAND...` prints the shortest wall time in milliseconds.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """What one run took, in seconds; CPU is user and system together."""

    wall: float
    cpu: float


class Failed(Exception):
    """The command did not exit with 0."""


@dataclass(frozen=True)
class Job:
    """A command with its streams.

    `source` is a file for standard input, through a pipe when `piped`. `sink` is where standard
    output goes: `null`, `pipe` (into cat) or `count` (its lines are counted).
    """

    command: tuple
    source: "str | None" = None
    piped: bool = False
    sink: str = "null"


def run(job):
    """Measures one run of the job; raises Failed when it fails."""
    measurement, _, _ = _run(job, job.sink, watched=False)
    return measurement


def inspect(job):
    """One run that is not timed: the lines that the job prints and its peak memory in MiB."""
    _, lines, peak = _run(job, "count", watched=True)
    return lines, peak


def _run(job, sink, watched):
    helpers = []
    output = subprocess.DEVNULL
    reader = None
    if sink != "null":
        reader = subprocess.Popen(
            ["cat"] if sink == "pipe" else ["wc", "-l"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL if sink == "pipe" else subprocess.PIPE,
        )
        helpers.append(reader)
        output = reader.stdin
    source = open(job.source or os.devnull, "rb")
    if job.piped:
        feeder = subprocess.Popen(["cat"], stdin=source, stdout=subprocess.PIPE)
        helpers.append(feeder)
        source.close()
        source = feeder.stdout
    errors = tempfile.TemporaryFile()
    start = time.perf_counter()
    child = subprocess.Popen(job.command, stdin=source, stdout=output, stderr=errors)
    # The child has its own ends of the pipes; ours would keep the helpers waiting.
    source.close()
    if reader is not None:
        reader.stdin.close()
    peak = _watch(child.pid) if watched else None
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    lines = None
    if sink == "count":
        lines = int(reader.stdout.read())
        reader.stdout.close()
    for helper in helpers:
        helper.wait()
    # The last byte has to arrive, not only to be written.
    wall = time.perf_counter() - start
    with errors:
        if child.returncode != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines() or ["nothing"]
            raise Failed(f"{' '.join(job.command)}: exit status {child.returncode}: {said[-1]}")
    return Measurement(wall, usage.ru_utime + usage.ru_stime), lines, peak


def _watch(pid):
    """The process's peak resident memory in MiB, read until it ends.

    What wait4 reports will not do: it counts from before the process became the command, when it
    was a copy of this one.
    """
    peak = 0
    start = time.perf_counter()
    while True:
        with open(f"/proc/{pid}/status", "rb") as file:
            for line in file:
                if line.startswith(b"VmHWM:"):
                    peak = int(line.split()[1])
                    break
            else:
                return peak / 1024
        # A process of a few milliseconds would be gone after the first pause.
        if time.perf_counter() - start > 0.05:
            time.sleep(0.0002)


def main(arguments):
    if len(arguments) < 3 or arguments[0] != "--best":
        sys.exit(__doc__)
    job = Job(tuple(arguments[2:]))
    best = min(run(job).wall for _ in range(int(arguments[1])))
    print(f"{best * 1000:.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
