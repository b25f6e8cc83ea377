"""Measures kctl against its peers in paired runs and prints a table of ratios.

Called by scripts/bench, which starts the broker. Each pair runs kctl and then its peer, so that
both see the same machine; the figure that counts is the ratio within a pair.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile

from cases import Setting, cases
from measure import Failed, inspect, run

SHORT_RUNS = 4  # short cases are repeated this many times as often
MEMORY_TARGET = 1.5


def main():
    options = parse()
    with tempfile.TemporaryDirectory(prefix="kctl-bench-") as folder:
        at = Setting(
            kctl=options.kctl,
            kcat=options.kcat,
            server=options.bootstrap_server,
            kafka=options.kafka,
            records=options.records,
            json_records=options.json_records,
            lines_file=os.path.join(folder, "lines"),
            one_line_file=os.path.join(folder, "one-line"),
            values_file=os.path.join(folder, "values"),
            objects_file=os.path.join(folder, "objects"),
        )
        chosen = [case for case in cases(at) if re.search(options.only, case.name)]
        if not chosen:
            sys.exit(f"no case matches '{options.only}'")
        prepare(at, folder, {word for case in chosen for word in case.kctl.command})
        print(heading(), flush=True)
        failed = [case.name for case in chosen if not report(case, at, options.runs)]
    if failed:
        sys.exit(f"bench: {len(failed)} cases could not be measured")


def parse():
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--kctl", required=True)
    parser.add_argument("--kcat", default="kcat")
    parser.add_argument("--kafka", required=True)
    parser.add_argument("--bootstrap-server", required=True)
    parser.add_argument("--records", type=int, required=True)
    parser.add_argument("--json-records", type=int, required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--only", required=True)
    return parser.parse_args()


def prepare(at, folder, words):
    """Makes the files and fills the topics that the chosen cases name."""
    with open(at.one_line_file, "w", encoding="utf-8") as file:
        file.write("one\n")
    many = {at.plain, at.six, at.written, *at.packed.values()}
    if many & words:
        note(f"writing {at.records} lines of 100 bytes")
        with open(at.lines_file, "w", encoding="utf-8") as file:
            filler = "abcdefghijklmnopqrstuvwxyz " * 4
            file.writelines(f"{n:012d} {filler[:87]}\n" for n in range(at.records))
    if at.written in words:
        with (
            open(at.lines_file, encoding="utf-8") as lines,
            open(at.values_file, "w", encoding="utf-8") as values,
            open(at.objects_file, "w", encoding="utf-8") as objects,
        ):
            for n, line in enumerate(lines):
                value = f'"value":"{line.rstrip()}"}}\n'
                values.write("{" + value)
                objects.write(
                    f'{{"topic":"x","partition":{n % 6},"offset":{n},"timestamp":1732150000000,'
                    f'"timestampType":"create","key":null,"headers":[],{value}'
                )
    if at.plain in words:
        fill(at, at.plain, at.lines_file)
    if at.six in words:
        fill(at, at.six, at.lines_file, partitions=6)
    for codec, topic in at.packed.items():
        if topic in words:
            fill(at, topic, at.lines_file, codec=codec)
    if at.json in words:
        path = os.path.join(folder, "json")
        with open(path, "w", encoding="utf-8") as file:
            text = r"say \"hello\" to Zoë,\tthen go on over the bridge and past the old mills to Ängelholms \\ home"
            file.writelines(
                f'{{"id":{n:010d},"price":12.50,"text":"{text}","place":null,"ok":true}}\n'
                for n in range(at.json_records)
            )
        fill(at, at.json, path)
    if at.small in words:
        path = os.path.join(folder, "small")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"record {n}\n" for n in range(at.small_records))
        fill(at, at.small, path)
    if at.small + "-in" in words:
        create(at, at.small + "-in", 1)
    if {at.wide, at.wide_group} & words:
        create(at, at.wide, 1000)
    if at.wide_group in words:
        kctl(at, "groups", "delete", at.wide_group, "--if-exists", "--no-save")
        kctl(at, "groups", "create", at.wide_group, "--topic", at.wide, "--to-latest")


def fill(at, topic, path, partitions=1, codec="none"):
    create(at, topic, partitions)
    note(f"filling {topic}")
    kcat = [at.kcat, "-b", at.server, "-P", "-z", codec, "-t", topic, "-l", path]
    subprocess.run(kcat, check=True, stdin=subprocess.DEVNULL)


def create(at, topic, partitions):
    """Makes the topic, empty: one of that name that is there already goes first."""
    for words in (
        ["delete", topic, "--if-exists", "--yes"],
        ["create", topic, "--partitions", str(partitions), "--timeout", "60s"],
    ):
        kctl(at, "topics", *words)


def kctl(at, *words):
    """Runs kctl for what it changes."""
    subprocess.run(
        [at.kctl, *words, "-b", at.server],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def report(case, at, runs):
    """Measures one case and prints its rows; False when a command failed."""
    note(case.name)
    try:
        peaks = [check(case, at, job) for job in (case.kctl, case.peer)]
        pairs = measure(case, at, runs * SHORT_RUNS if case.short else runs)
    except Failed as problem:
        print(f"{case.name:<44} not measured: {problem}", flush=True)
        return False
    walls = [(ours.wall, theirs.wall) for ours, theirs in pairs]
    cpus = [(ours.cpu, theirs.cpu) for ours, theirs in pairs]
    print(row(case.name, "wall", walls, case.wall, milliseconds))
    print(row("", "CPU", cpus, case.cpu, milliseconds))
    print(row("", "memory", [peaks], MEMORY_TARGET, mebibytes), flush=True)
    return True


def check(case, at, job):
    """First runs that warm up: that the job does what is measured, and its peak memory."""
    peaks = []
    # A short process may be gone between two looks at it.
    for _ in range(SHORT_RUNS if case.short else 1):
        if case.fresh_topic:
            create(at, case.fresh_topic, 6)
        lines, peak = inspect(job)
        if case.lines not in (None, lines):
            raise Failed(f"{' '.join(job.command)}: {lines} lines instead of {case.lines}")
        peaks.append(peak)
    return max(peaks)


def measure(case, at, runs):
    pairs = []
    for _ in range(runs):
        pair = []
        for job in (case.kctl, case.peer):
            if case.fresh_topic:
                create(at, case.fresh_topic, 6)
            pair.append(run(job))
        pairs.append(pair)
    return pairs


def heading():
    columns = f"{'case':<44} {'':<6} {'kctl':>10} {'peer':>10}  {'ratio':>6}"
    return f"{columns}  {'[least - most]':<17} {'at most':>7}"


def row(name, what, pairs, target, shown):
    ours, theirs = zip(*pairs)
    ratios = [a / b for a, b in pairs]
    ratio = statistics.median(ratios)
    spread = f"[{min(ratios):.3f} - {max(ratios):.3f}]" if len(pairs) > 1 else ""
    figures = f"{shown(statistics.median(ours)):>10} {shown(statistics.median(theirs)):>10}"
    verdict = "" if target is None else f"{target:>7}  {'yes' if ratio <= target else 'NO'}"
    return f"{name:<44} {what:<6} {figures}  {ratio:6.3f}  {spread:<17} {verdict}"


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms"


def mebibytes(value):
    return f"{value:.1f} MiB"


def note(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
