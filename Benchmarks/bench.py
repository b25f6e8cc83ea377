"""Measures kctl against its peers in paired runs and prints a table of ratios.

Called by scripts/bench, which starts the broker. Each pair runs kctl and then its peer, so that
both see the same machine; the figure that counts is the ratio within a pair.
"""

import argparse
import dataclasses
import os
import re
import statistics
import subprocess
import sys
import tempfile

from aliecs import write_records
from cases import PROTOS, Setting, cases
from measure import Failed, inspect, run

SHORT_RUNS = 4  # short cases are repeated this many times as often


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
            events_file=os.path.join(folder, "events"),
            descriptors_file=os.path.join(folder, "descriptors"),
            python=os.path.join(options.cache, "bench-python/bin/python"),
        )
        chosen = [case for case in cases(at) if re.search(options.only, case.name)]
        if options.before:
            chosen = [against(options.before, case, at) for case in chosen]
        if not chosen:
            sys.exit(f"no case matches '{options.only}'")
        words = {word for case in chosen for word in case.kctl.command}
        prepare(at, folder, words)
        prepare_events(at, words | {word for case in chosen for word in case.peer.command})
        needs_python = any(at.python in case.peer.command for case in chosen)
        no_python = prepare_protobuf(at) if needs_python else None
        print(heading(), flush=True)
        failed = []
        for case in chosen:
            if no_python and at.python in case.peer.command:
                print(f"{case.name:<49} skipped: {no_python}", flush=True)
            elif not report(case, at, options.runs):
                failed.append(case.name)
    if failed:
        sys.exit(f"bench: {len(failed)} cases could not be measured")


def parse():
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--kctl", required=True)
    parser.add_argument("--kcat", default="kcat")
    parser.add_argument("--kafka", required=True)
    parser.add_argument("--bootstrap-server", required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--records", type=int, required=True)
    parser.add_argument("--json-records", type=int, required=True)
    parser.add_argument("--runs", type=int, required=True)
    parser.add_argument("--only", required=True)
    parser.add_argument("--before")
    return parser.parse_args()


def against(before, case, at):
    """The same case with another kctl as the peer, and nothing aimed at."""
    words = tuple(before if word == at.kctl else word for word in case.kctl.command)
    peer = dataclasses.replace(case.kctl, command=words)
    return dataclasses.replace(case, peer=peer, peer_part=1, wall=None, cpu=None, rate=None)


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


def prepare_events(at, words):
    """Fills the topics of AliECS."""
    for topic, times in ((at.events, 1), (at.more_events, 10)):
        if topic not in words:
            continue
        if not os.path.exists(at.events_file):
            note(f"writing {at.event_records} records of AliECS")
            write_records(at.events_file, at.event_records)
        create(at, topic, 1)
        note(f"filling {topic}")
        for _ in range(times):
            kctl(at, "produce", topic, "--format", "%V{big32}%v", source=at.events_file)


def prepare_protobuf(at):
    """Gets Python's protobuf an environment of its own; why it cannot be had, if it cannot."""
    schemas = ["protoc", "-I", PROTOS, "--include_imports", os.path.join(PROTOS, "events.proto")]
    subprocess.run([*schemas, f"--descriptor_set_out={at.descriptors_file}"], check=True)
    if os.path.exists(at.python):
        find = subprocess.run([at.python, "-c", "import google.protobuf"], capture_output=True)
        if find.returncode == 0:
            return None
    folder = os.path.dirname(os.path.dirname(at.python))
    note(f"installing Python's protobuf into {folder}")
    for command in (
        [sys.executable, "-m", "venv", folder],
        [at.python, "-m", "pip", "install", "--quiet", "protobuf"],
    ):
        # A package index that is not there is not waited for.
        done = subprocess.run(["timeout", "300", *command], capture_output=True, text=True)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines() or ["nothing was said"]
            return f"no protobuf for Python: {said[-1]}"
    return None


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


def kctl(at, *words, source=os.devnull):
    """Runs kctl for what it changes."""
    with open(source, "rb") as file:
        subprocess.run(
            [at.kctl, *words, "-b", at.server],
            check=True,
            stdin=file,
            stdout=subprocess.DEVNULL,
        )


def report(case, at, runs):
    """Measures one case and prints its rows; False when a command failed."""
    note(case.name)
    try:
        peaks = [check(case, at, job) for job in (case.kctl, case.peer)]
        pairs = measure(case, at, runs * SHORT_RUNS if case.short else runs)
    except Failed as problem:
        print(f"{case.name:<49} not measured: {problem}", flush=True)
        return False
    part = case.peer_part
    walls = [(ours.wall, theirs.wall / part) for ours, theirs in pairs]
    cpus = [(ours.cpu, theirs.cpu / part) for ours, theirs in pairs]
    print(row(case.name, "wall", walls, case.wall, milliseconds))
    print(row("", "CPU", cpus, case.cpu, milliseconds))
    if case.memory is not None:
        print(row("", "memory", [peaks], case.memory, mebibytes))
    if case.records is not None:
        print(rate(case, statistics.median(wall for wall, _ in walls)))
    sys.stdout.flush()
    return True


def check(case, at, job):
    """First runs that warm up: that the job does what is measured, and its peak memory."""
    peaks = []
    # A short process may be gone between two looks at it.
    for _ in range(SHORT_RUNS if case.short else 1):
        if case.fresh_topic:
            create(at, case.fresh_topic, 6)
        lines, peak = inspect(job)
        wanted = case.lines
        if wanted is not None and job is case.peer:
            wanted = round(wanted * case.peer_part)
        if wanted not in (None, lines):
            raise Failed(f"{' '.join(job.command)}: {lines} lines instead of {wanted}")
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
    columns = f"{'case':<49} {'':<6} {'kctl':>10} {'peer':>12}  {'ratio':>7}"
    return f"{columns}  {'[least - most]':<17} {'at most':>7}"


def row(name, what, pairs, target, shown):
    ours, theirs = zip(*pairs)
    ratios = [a / b for a, b in pairs]
    ratio = statistics.median(ratios)
    digits = 3 if ratio >= 0.01 else 5
    spread = f"[{min(ratios):.{digits}f} - {max(ratios):.{digits}f}]" if len(pairs) > 1 else ""
    figures = f"{shown(statistics.median(ours)):>10} {shown(statistics.median(theirs)):>12}"
    verdict = "" if target is None else f"{target:>7}  {'yes' if ratio <= target else 'NO'}"
    return f"{name:<49} {what:<6} {figures}  {ratio:7.{digits}f}  {spread:<17} {verdict}"


def rate(case, wall):
    """How many records a second kctl has dealt with, and whether that is enough."""
    found = case.records / wall
    verdict = ""
    if case.rate is not None:
        verdict = f"at least {case.rate:,}  {'yes' if found >= case.rate else 'NO'}"
    return f"{'':<49} {'rate':<6} {found:>10,.0f} records/s  {verdict}"


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms"


def mebibytes(value):
    return f"{value:.1f} MiB"


def note(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
