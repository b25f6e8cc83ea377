// The help sections of `decode-aliecs`.

import Arguments

/// Examples and sections of the help.
enum DecodeHelp {
    static let examples = [
        Example("kctl decode-aliecs", "Follow new events until Ctrl-C."),
        Example("kctl decode-aliecs aliecs.run -e --json", "Decode all records of one topic."),
        Example("kctl decode-aliecs -e --run 550001 --merge", "Print one run in event order."),
        Example("kctl decode-aliecs --only-errors", "Follow new errors."),
        Example("kctl decode-aliecs --runs -e -o @-1d", "List the runs of the last day."),
        Example(
            "kctl decode-aliecs --wait-eor 550001 --timeout 1h",
            "Wait until a run has ended."
        ),
        Example(
            "kctl decode-aliecs --hex 0a0b32 --type NewStateNotification",
            "Decode a message from a log."
        ),
        Example(
            "kctl consume aliecs.run -e --json | kctl decode-aliecs --input jsonl",
            "Decode records of 'consume --json'."
        ),
        Example("kctl decode-aliecs -e --record shift.jsonl", "Decode and record."),
        Example(
            "kctl decode-aliecs --replay shift.jsonl --shift-to now -b test:9092",
            "Replay a recording to a test broker at present times."
        ),
    ]

    static let sections = [
        Section(
            "Reading",
            "Without --group, kctl joins no consumer group and commits nothing. Start and end of the"
                + " read are set as with 'kctl consume'; by default it starts now and follows.",
            "Without a topic, all topics whose names begin with 'aliecs.' are read. Mirrored topics"
                + " such as p2.aliecs.run, and dip.lhc.beam_mode and ctp.status must be named.",
            "--file, --hex, --base64 and --input decode other input than topics. Lines of --input"
                + " jsonl name their topics; other input needs --type."
        ),
        Section(
            "Decoding",
            "The topic determines the message type of its records: NewStateNotification,"
                + " ActiveRunsList, Event or Status. --type overrides it, also for parts such as"
                + " EnvInfo.",
            "A record that is not a valid message, or that fits another message type better, is an"
                + " error with topic, partition, offset, byte, field and reason, also as an object"
                + " with --errors json. Reading continues and ends with status 7. --on-error stop"
                + " ends the reading there; skip only counts."
        ),
        Section(
            "Output",
            "On a terminal, each record is a line: time, environment, run, event and error. Elsewhere"
                + " and with --json, it is an object: topic, partition, offset, timestamp,"
                + " timestampType, key and headers as 'consume --json' prints them, then type and"
                + " value, the message. --flat prints the message alone. The value of a tombstone is"
                + " null.",
            "Messages are canonical protobuf JSON: 64-bit numbers as strings, enums by name, fields"
                + " with default values omitted, in schema order. --defaults prints these fields,"
                + " --unknown fields that are not in the schema, --expand JSON inside text fields,"
                + " --iso-time times as text.",
            "The key of dip.lhc.beam_mode is printed as a number."
        ),
        Section(
            "Filter",
            "Values of one option are alternatives; different options must all match. A detector"
                + " matches the latest detectors of the record's environment. --only-errors matches"
                + " records with an error text or a failed status; the text of an environment that"
                + " leaves a state normally is no error."
        ),
        Section(
            "Order",
            "Records are printed as partitions deliver them. --merge orders them by event time:"
                + " nanoseconds where present, otherwise milliseconds, otherwise Kafka's timestamp. A"
                + " record is printed when every partition has reached its time plus --lateness; a"
                + " partition at its end delays others by at most --lateness. Partitions far ahead"
                + " are paused, so that memory stays within --merge-memory."
        ),
        Section(
            "Runs",
            "--runs prints one line per run, with --json one object: when the run is final, or with"
                + " --exit in the order of run numbers. Runs come from records about runs"
                + " (aliecs.run), from state changes and lists of active runs of older cores, or from"
                + " both. SOSOR and EOSOR are the start and the end of the start of a run, SOEOR and"
                + " EOEOR those of its end. Without a topic, only topics with such records are read.",
            "ENDED is STOP, GO_ERROR or TEARDOWN; running; superseded when the environment started a"
                + " later run without an end of this one; and for older cores left-RUNNING or"
                + " left-list. Inconsistent records are reported on standard error, at most twenty of"
                + " each kind, and in the object of the run: missing and duplicate signals, gaps in"
                + " the numbers, records out of order, far from their time or without a key, and runs"
                + " that are listed after their end.",
            "--timeline draws the runs, --active prints the newest list of active runs, --latency the"
                + " start and stop times of runs and the latencies of calls. --wait-sor and"
                + " --wait-eor exit with status 0 at the start or end of the run, and with 6 after"
                + " --timeout; they read new records, or with --from-beginning all."
        ),
        Section(
            "Recording",
            "--record writes every record read, undecoded, as 'consume --json' prints it, to a new"
                + " file of complete lines, which is on disk when the command exits.",
            "--replay sends such records to their topics with keys, headers and timestamps, in file"
                + " order and with the original pauses; --speed max omits the pauses. Partitions are"
                + " chosen by key, or kept with --keep-partitions. Topics must exist, unless"
                + " --create-topics is given. Records are counted as with 'kctl produce'.",
            "--shift-to shifts all times by the same amount: Kafka's, and those in messages."
        ),
    ]
}
