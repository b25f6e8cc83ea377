// The help sections of `decode-aliecs`.

import Arguments

/// Examples and sections of the help.
enum DecodeHelp {
    static let examples = [
        Example("kctl decode-aliecs", "What AliECS says from now on, until Ctrl-C."),
        Example("kctl decode-aliecs aliecs.run -e --json", "All that is there of one topic."),
        Example("kctl decode-aliecs -e --run 550001 --merge", "One run, in the order of time."),
        Example("kctl decode-aliecs --errors", "What goes wrong, as it happens."),
        Example("kctl decode-aliecs --runs -e -o @-1d", "The runs of the last day."),
        Example(
            "kctl decode-aliecs --wait-eor 550001 --timeout 1h",
            "Until a run has ended, for scripts."
        ),
        Example(
            "kctl decode-aliecs --hex 0a0b32 --type NewStateNotification",
            "A message out of a log."
        ),
        Example(
            "kctl consume aliecs.run -e --json | kctl decode-aliecs --input jsonl",
            "Records that were kept."
        ),
        Example("kctl decode-aliecs -e --record shift.jsonl", "Decode, and keep what was read."),
        Example(
            "kctl decode-aliecs --replay shift.jsonl --shift-to now -b test:9092",
            "Play it to a test broker, as if it were now."
        ),
    ]

    static let sections = [
        Section(
            "Reading",
            "No consumer group is joined and nothing is committed, unless --group is given: no"
                + " record is taken away from another application. Where reading begins and ends is"
                + " said as with 'kctl consume'; without a word it begins now and goes on.",
            "Without a topic all topics are read whose names begin with 'aliecs.'. Mirrored ones,"
                + " such as p2.aliecs.run, and dip.lhc.beam_mode and ctp.status are named.",
            "--file, --hex, --base64 and --input decode what is no topic. Lines of --input jsonl"
                + " name their topics; all else needs --type."
        ),
        Section(
            "Decoding",
            "The topic says which message its records hold: NewStateNotification, ActiveRunsList,"
                + " Event or Status. --type says it instead, also for parts such as EnvInfo.",
            "A record that is no such message, or that another message explains better, is an error"
                + " with topic, partition, offset, byte, field and reason, also as an object with"
                + " --errors json; the rest is still read, and the status is 7 in the end. --on-error"
                + " stop ends the reading there, and skip only counts."
        ),
        Section(
            "Output",
            "On a terminal a record is a line: time, environment, run, what happened, and the error."
                + " Elsewhere, and with --json, it is an object: topic, partition, offset, timestamp,"
                + " timestampType, key and headers as 'consume --json' prints them, then type and"
                + " value, the message; --flat prints the message alone. A tombstone's value is null.",
            "Messages are in canonical protobuf JSON: 64-bit numbers as strings, enums by name,"
                + " fields at their defaults left out, in the order of the schema. --defaults prints"
                + " them too, --unknown what the schema does not have, --expand the JSON that stands"
                + " in texts, --iso-time times as texts.",
            "The key of dip.lhc.beam_mode is printed as the number that it is."
        ),
        Section(
            "Selecting",
            "Several values of one option are alternatives; several options must all hold. A"
                + " detector is looked for in what was last said of the record's environment. --errors"
                + " are records with an error text or a failed status; what every environment says"
                + " when it leaves a state, though all is well, is none."
        ),
        Section(
            "Order",
            "Records come as the partitions give them. --merge puts them in the order of the events'"
                + " own times: nanoseconds where there are any, else milliseconds, else Kafka's. A"
                + " record waits until every partition has come that far and --lateness further; one"
                + " at its end is waited for no longer than --lateness. Partitions that are far ahead"
                + " are read on later, so that memory stays bounded."
        ),
        Section(
            "Runs",
            "--runs tells a line a run, or with --json an object: as soon as it is final, or with --exit"
                + " in the order of the numbers. Runs come from the records about runs (aliecs.run), from"
                + " states entered and left and lists of active runs of older cores, or from both. SOSOR and EOSOR are the start and the end of the"
                + " start of a run, SOEOR and EOEOR those of its end. Without a topic only those are"
                + " read that tell of runs.",
            "ENDED is STOP, GO_ERROR or TEARDOWN, running, superseded when its environment has started a"
                + " later run and nothing told of the end, and for older cores left-RUNNING or"
                + " left-list. What is odd about the records is told on standard error, each kind"
                + " twenty times at most, and stands with the run in its object: missing and doubled"
                + " signals, gaps in the numbers, records out of order, far from their time or without"
                + " a key, and runs that are listed though they have ended.",
            "--timeline draws the same, --active prints the newest list, --latency how long runs took to"
                + " start and to stop and services to answer. --wait-sor and --wait-eor end with status"
                + " 0 when a record tells of the start or end of the run, and with 6 when --timeout has"
                + " passed; they look at what comes from now on, or with --from-beginning at all."
        ),
        Section(
            "Recording",
            "--record keeps every record that is read, undecoded, as 'consume --json' prints it, in"
                + " a new file. It holds whole lines, and is on the disk when the command ends.",
            "--replay sends such records to the topics that they name, with their keys, headers and"
                + " times, in the order of the file and with the pauses that were between their times;"
                + " --speed max leaves no pauses. The partition is chosen by the key, or kept with"
                + " --keep-partitions. Topics must be there, or are made by --create-topics. Each record"
                + " is accounted for, as with 'kctl produce'.",
            "--shift-to moves all times by the same span: Kafka's, and those in the messages."
        ),
    ]
}
