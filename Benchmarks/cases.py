"""The rows of the benchmark: what kctl does, what its peer does, and what is aimed at."""

import os
from dataclasses import dataclass

from measure import Job

MEMORY_TARGET = 1.5
HERE = os.path.dirname(os.path.abspath(__file__))
PROTOS = os.path.join(HERE, "../Sources/CAliECSEvents/protos")


@dataclass(frozen=True)
class Case:
    """One comparison. The targets are kctl's share of the peer's figure, at most."""

    name: str
    kctl: Job
    peer: Job
    wall: "float | None"
    cpu: "float | None"
    short: bool = False  # a few milliseconds: repeated more often
    lines: "int | None" = None  # what both must print, checked once before anything is measured
    fresh_topic: "str | None" = None  # made anew before each run
    memory: "float | None" = MEMORY_TARGET  # None where a process alone tells nothing
    peer_part: float = 1  # the peer's share of the work, where all would take hours: scaled up
    records: "int | None" = None  # how many kctl reads, where the rate is told
    rate: "int | None" = None  # how many of them a second at least


@dataclass(frozen=True)
class Setting:
    """What the cases run against: programs, a broker, and topics that hold known records."""

    kctl: str
    kcat: str
    server: str
    kafka: str  # scripts/kafka, for Apache's own tools
    records: int
    json_records: int
    lines_file: str
    one_line_file: str
    values_file: str  # the same lines as JSON objects with nothing but a value
    objects_file: str  # the same lines as `consume --json` prints them
    events_file: str  # records of AliECS, each behind its size
    descriptors_file: str  # their schemas, for Python's protobuf
    python: str  # one that has protobuf, if it can be had

    # Topics, all of one partition but `wide` (1,000), `six` and `written` (6).
    plain = "bench-plain"
    six = "bench-six"
    packed = {"lz4": "bench-lz4", "zstd": "bench-zstd"}
    json = "bench-json"
    small = "bench-small"
    wide = "bench-wide"
    wide_group = "bench-wide-group"
    written = "bench-written"
    small_records = 5
    events = "bench-events.aliecs.environment"
    more_events = "bench-more-events.aliecs.environment"
    protoc_records = 200

    @property
    def event_records(self):
        """How many records `events` has; `more_events` has ten times as many."""
        return max(self.records // 2, self.protoc_records)


def cases(at):
    """Every case, in the order in which it is printed."""
    broker = ("-b", at.server)
    apache = ("--bootstrap-server", at.server)

    def kctl(*words, **streams):
        return Job((at.kctl, *words, *broker), **streams)

    def kcat(*words, **streams):
        return Job((at.kcat, *broker, *words), **streams)

    def kcat_into_grep(pattern, *words):
        # No line matches: grep's status is 1, which is what is wanted.
        return Job(("bash", "-c", '! "$@" | grep ' + pattern, "-", at.kcat, *broker, *words))

    def reads(topic, *words):
        return ("-C", "-q", "-t", topic, "-o", "beginning", *words)

    def writes(*words):
        return ("-P", "-t", at.written, "-X", "enable.idempotence=true", *words)

    prompt = ("-X", "fetch.wait.max.ms=10")
    to_end = ("-e", *prompt)
    yield Case(
        "start-up: version", Job((at.kctl, "version")), Job((at.kcat, "-V")), 1.5, 1.6, short=True
    )
    yield Case("list topics", kctl("topics", "list"), kcat("-L"), 1.2, 1.5, short=True)
    yield Case(
        "offsets of 1,000 partitions (Apache's tool)",
        kctl("topics", "offsets", at.wide),
        Job((at.kafka, "tool", "get-offsets", *apache, "--topic", at.wide)),
        0.03,
        0.01,
    )
    yield Case(
        "a group of 1,000 partitions (Apache's tool)",
        kctl("groups", "describe", at.wide_group),
        Job(
            (at.kafka, "tool", "consumer-groups", *apache, "--describe", "--group", at.wide_group)
        ),
        0.05,
        0.05,
    )
    yield Case(
        "one record in",
        kctl("produce", at.small + "-in", source=at.one_line_file),
        kcat("-P", "-t", at.small + "-in", source=at.one_line_file),
        1.2,
        1.5,
        short=True,
    )
    yield Case(
        "one record out",
        kctl("consume", at.small, "--from-beginning", "--max-messages", "1"),
        kcat(*reads(at.small, "-c", "1")),
        1.2,
        1.5,
        short=True,
        lines=1,
    )
    yield Case(
        "small topic to its end",
        kctl("consume", at.small, "-e"),
        kcat(*reads(at.small, "-e")),
        0.05,
        1.2,
        short=True,
        lines=at.small_records,
    )
    yield Case(
        "consume plain to /dev/null",
        kctl("consume", at.plain, "-e"),
        kcat(*reads(at.plain, *to_end)),
        0.75,
        0.65,
        lines=at.records,
    )
    yield Case(
        "consume plain into a pipe",
        kctl("consume", at.plain, "-e", sink="pipe"),
        kcat(*reads(at.plain, *to_end), sink="pipe"),
        0.80,
        0.70,
    )
    yield Case(
        "consume --json (kcat -J)",
        kctl("consume", at.plain, "-e", "--json"),
        kcat(*reads(at.plain, "-J", "-e")),
        0.12,
        0.35,
        lines=at.records,
    )
    yield Case(
        "consume --json, values of JSON text",
        kctl("consume", at.json, "-e", "--json"),
        kcat(*reads(at.json, "-J", "-e")),
        0.12,
        0.35,
        lines=at.json_records,
    )
    yield Case(
        "consume with a format string",
        kctl("consume", at.plain, "-e", "-f", r"%p %o %d %k %v\n"),
        kcat(*reads(at.plain, "-f", r"%p %o %T %k %s\n", *to_end)),
        0.20,
        0.40,
        lines=at.records,
    )
    yield Case(
        "consume --grep, no match (kcat | grep)",
        kctl("consume", at.plain, "-e", "--grep", "never-there"),
        kcat_into_grep("never-there", *reads(at.plain, *to_end)),
        None,
        None,
        lines=0,
    )
    yield Case(
        "consume plain, six partitions",
        kctl("consume", at.six, "-e"),
        kcat(*reads(at.six, *to_end)),
        0.75,
        0.65,
        lines=at.records,
    )
    for codec, topic in at.packed.items():
        yield Case(
            f"consume plain, {codec}",
            kctl("consume", topic, "-e"),
            kcat(*reads(topic, *to_end)),
            0.75,
            0.65,
            lines=at.records,
        )
    yield Case(
        "consume plain, for a group (kctl without)",
        kctl("consume", at.plain, "-e", "-g", "bench", "--commit", "none"),
        kctl("consume", at.plain, "-e"),
        None,
        None,
        lines=at.records,
    )
    yield Case(
        "produce lines from a file",
        kctl("produce", at.written, source=at.lines_file),
        kcat(*writes("-l", at.lines_file)),
        0.85,
        0.85,
        fresh_topic=at.written,
    )
    yield Case(
        "produce lines from a pipe",
        kctl("produce", at.written, source=at.lines_file, piped=True),
        kcat(*writes(), source=at.lines_file, piped=True),
        0.85,
        0.85,
        fresh_topic=at.written,
    )
    yield Case(
        "produce lines from a pipe, lz4",
        kctl("produce", at.written, "-z", "lz4", source=at.lines_file, piped=True),
        kcat(*writes("-z", "lz4"), source=at.lines_file, piped=True),
        0.70,
        0.70,
        fresh_topic=at.written,
    )
    for name, path in (("values only", at.values_file), ("all fields", at.objects_file)):
        yield Case(
            f"produce --json, {name} (kctl's own lines)",
            kctl("produce", at.written, "--json", source=path),
            kctl("produce", at.written, source=at.lines_file),
            2.0,
            2.5,
            fresh_topic=at.written,
        )

    def kcat_into(count, python, way, schemas):
        """The topic's first records, each behind its length, into one of aliecs.py's decoders."""
        script = 'set -o pipefail; "${@:4}" | "$0" "$1" "$2" "$3"'
        read = (at.kcat, *broker, *reads(at.events, "-c", str(count), "-f", r"%S\n%s", *prompt))
        return Job(
            ("bash", "-c", script, python, os.path.join(HERE, "aliecs.py"), way, schemas, *read)
        )

    yield Case(
        f"decode-aliecs ({at.protoc_records} by protoc each, scaled)",
        kctl("decode-aliecs", at.events, "-e", "--json"),
        kcat_into(at.protoc_records, "python3", "protoc", PROTOS),
        0.1,
        None,
        memory=None,
        peer_part=at.protoc_records / at.event_records,
        records=at.event_records,
        rate=300_000,
    )
    tenth = at.event_records // 10
    yield Case(
        "decode-aliecs --flat (a tenth by Python, scaled)",
        kctl("decode-aliecs", at.events, "-e", "--flat"),
        kcat_into(tenth, at.python, "protobuf", at.descriptors_file),
        None,
        None,
        lines=at.event_records,
        memory=None,
        peer_part=tenth / at.event_records,
        records=at.event_records,
        rate=300_000,
    )
    yield Case(
        "decode-aliecs, ten times as many (kctl's own)",
        kctl("decode-aliecs", at.more_events, "-e", "--json"),
        kctl("decode-aliecs", at.events, "-e", "--json"),
        None,
        None,
        memory=1.2,
        records=10 * at.event_records,
        rate=300_000,
    )
