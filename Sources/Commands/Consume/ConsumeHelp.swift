// The help sections of `consume`.

import Arguments
import CommandKit

/// Examples and sections of the help.
enum ConsumeHelp {
    static let examples = [
        Example("kctl consume orders", "Follow new records until Ctrl-C."),
        Example("kctl consume orders -e", "Print all records and exit."),
        Example("kctl consume orders -e --json | jq .value", "Print JSON lines."),
        Example("kctl consume orders --last 10", "Print the ten newest records."),
        Example("kctl consume orders -o @-5m:", "Start five minutes ago and follow."),
        Example("kctl consume orders -o 5:8 -p 1", "Print offsets 5, 6 and 7 of partition 1."),
        Example("kctl consume orders -g billing", "Read as a member of a consumer group."),
        Example(
            "kctl consume orders -g store --exec ./store.sh",
            "Run store.sh for each record and commit after success."
        ),
        Example("kctl consume orders -e --grep error", "Print records whose value has 'error'."),
    ]

    static let sections = [reading, summary, filter, offsets, groups] + work + output

    private static let reading = Section(
        "Reading",
        "Without --group, kctl joins no consumer group and commits nothing.",
        "Reading starts at the end of each partition and continues until a signal. With --exit it"
            + " starts at the oldest records and exits at the end that each partition had at the"
            + " start; records written later are not read.",
        "Records of aborted transactions are omitted. A read stops at the last stable offset, which"
            + " is before the high watermark while a transaction is open; a note on standard error"
            + " says so. --isolation-level read_uncommitted reads all records.",
        "A batch with a wrong checksum is an error with its partition and offset, status 7."
            + " --no-check-crcs prints its records.",
        "When --timeout-ms, --idle-timeout or --for expires before the requested end, the status is"
            + " 6. It is 0 when the read has no other end. With --exit, a cluster that does not"
            + " answer for three times --timeout is status 6 too.",
        "When a topic is deleted and recreated during the read, kctl reads the new topic from the"
            + " beginning and says so; with --exit that is status 1. A topic that stays deleted for"
            + " five seconds ends the read. With --regex, new topics that match are read from their"
            + " beginning, unless the read has an end."
    )

    private static let summary = Section(
        "Summary",
        "--summary line prints one line: the records printed, the records filtered out, and why the"
            + " read ended. --summary partitions (or text) adds a line for each partition.",
        "--summary json prints one object on standard error.",
        "ended is complete when each partition was read to its end; max-messages, max-per-partition,"
            + " idle-timeout or for when that option stopped the read; incomplete when the cluster"
            + " stopped answering; satisfied when the awaited record came; interrupted after a"
            + " signal; output-closed when standard output was closed; error with the status and"
            + " code of the error. Records that could not be written are not counted as printed."
    )

    private static let filter = Section(
        "Filter",
        "A record is printed when it meets all conditions. REGEX is a POSIX extended regular"
            + " expression; it matches bytes, anywhere in the field: --key-regex '^eu-'. --header"
            + " takes NAME, NAME=VALUE or NAME~REGEX. --topic-regex filters among the topics that"
            + " are read."
    )

    private static let offsets = Section(
        "Offsets",
        "An offset is start, end, 42, start+3, end-5 or -5 (the last five records of each"
            + " partition), stored (the committed offset of the group), or @TIME (the first record"
            + " at or after the time). A range is START:END, without END itself: 5:8, @-5m:@-1m,"
            + " :end. START: follows new records. Each partition can have its own: 0=10,1=end."
            + " kcat's s@MS and e@MS work too.",
        "A time is 2026-01-31, 2026-01-31T12:00:00Z, seconds or milliseconds since 1970, or -5m for"
            + " five minutes ago. Kafka searches timestamps in the order of offsets: START is the"
            + " first record at or after its time, END the first at or after the other, whatever"
            + " the timestamps between them. A time in the future is the current end.",
        "An offset that does not exist is an error, unless --offset-reset sets another start."
    )

    private static let groups = Section(
        "Groups",
        "With --group, the group assigns partitions to its members, and each member starts at the"
            + " committed offsets. Assignments are printed on standard error. The group decides"
            + " what is read: --partition, --last and --offset are refused, except --offset stored.",
        "An offset is committed after its record was written to standard output: every second,"
            + " before partitions are revoked, and at the end. Records that a filter omits count as"
            + " processed. --commit auto lets librdkafka commit at intervals, without waiting for the"
            + " output; --commit none commits nothing.",
        "Where the group has no committed offset, --offset-reset sets the start: latest, or earliest"
            + " with --exit. It never overrides a committed offset. --from-beginning means"
            + " --offset-reset earliest.",
        "With --exit, a member exits at the end that its partitions had when they were assigned.",
        "The default assignment strategy is range, then roundrobin. -X"
            + " partition.assignment.strategy=cooperative-sticky joins a group that rebalances"
            + " incrementally. With --instance-id a member keeps its partitions after it exits,"
            + " until session.timeout.ms.",
        "A member that takes no records for max.poll.interval.ms, for example because its output is"
            + " not read, loses its partitions, says so, and joins again."
    )

    private static let work = [
        Section(
            "Command per record",
            "--exec runs a shell command for each record, one at a time. The command reads the"
                + " record on standard input: the value and a line end, or the form of --json,"
                + " --format and --delimiter. Its output goes to kctl's output. With --batch, one"
                + " command gets up to that many records, as many as come within --batch-wait.",
            "A command succeeds with exit status 0; its records are committed before the next"
                + " command starts. Any other status, a signal, and --exec-timeout (SIGTERM, and"
                + " SIGKILL five seconds later, to the command and its children) are failures."
                + " After --retries the run stops with status 1 and commits no more. With"
                + " --on-failure skip or dead-letter the record is committed, the run continues,"
                + " and its status at the end is 1. Status 126 and 127 mean that the command cannot"
                + " be run; they always stop the run.",
            "A dead letter is the record with its key, value, headers and timestamp, and these"
                + " additional headers: kctl-dlq-topic, -partition, -offset, -timestamp, -group,"
                + " -attempts, -exit-code, -error and -idempotency-key. The offset is committed after"
                + " the dead-letter topic has acknowledged. Each record of a failed batch becomes"
                + " one dead letter."
        ),
        Section(
            "Command environment",
            "Variables describe the record: KCTL_TOPIC, KCTL_PARTITION, KCTL_OFFSET,"
                + " KCTL_TIMESTAMP, KCTL_KEY_SIZE and KCTL_KEY (or KCTL_KEY_B64, in Base64, when the"
                + " key is not text; neither above 64 KiB), KCTL_GROUP, KCTL_ATTEMPT (starting at 1"
                + " in each run), KCTL_MAX_ATTEMPTS, KCTL_RECORDS, and KCTL_IDEMPOTENCY_KEY, which is"
                + " topic:partition:offset at every delivery. For a batch they describe the first"
                + " record. The rest is kctl's own environment, without the KCTL_ variables that hold"
                + " secrets (KCTL_X_SASL_PASSWORD) unless --exec-env names them.",
            "Processes that a command leaves running get SIGTERM, and SIGKILL a second later, before"
                + " the next command starts. A command inherits the three standard descriptors only.",
            "A record can be delivered again: when the run or the machine stops between the command"
                + " and the commit, and when the group revokes the partition meanwhile. kctl delays"
                + " a rebalance for the command by at most half of max.poll.interval.ms. Ctrl-C waits"
                + " up to 30 seconds for the command and commits its records; a second Ctrl-C kills"
                + " it and commits nothing. When kctl is killed, its command is killed too.",
            "Without --group nothing is committed; the rest is the same."
        ),
    ]

    private static let output = [
        Section(
            "Format",
            "--format prints of a record: %t topic, %p partition, %o offset, %k key, %v value, %d"
                + " milliseconds since 1970, %e leader epoch (librdkafka 2.1 or newer), %i running"
                + " number, %T %K %V lengths of topic, key and value (-1 for null), %H number of"
                + " headers, and %h{...} for each header, with its own %k and %v. %% %{ %} and"
                + " \\n \\t \\xHH are characters; other text is printed as it is, and no line end is"
                + " added.",
            "Fields take a form: %v{hex}, {base64}, {base64raw}, {json}, and {unpack[>iqs]} for"
                + " binary fields, with a space between numbers. Numbers too: %o{hex}, {hex16},"
                + " {big32}, {little64}, {byte}, {bool}. Times take a layout: %d{strftime[%F %T]},"
                + " %d{go[2006-01-02]}.",
            "--kcat-format reads the language of kcat: %s %S %k %K %t %p %o %T %h %R.",
            "On a terminal, control bytes are escaped and the columns of --print-key and similar"
                + " options are coloured unless NO_COLOR is set. In a pipe, bytes are exact."
        ),
        Section(
            "Files",
            "--output-dir writes the records of each partition to a file TOPIC-PARTITION."
                + " kctl-offsets.json keeps how much of each file is complete on disk. After any end,"
                + " a kill or a full disk too, --resume cuts off the incomplete rest and continues:"
                + " each record is in the files once. A second kctl in the same folder is refused, and"
                + " so are files that kctl-offsets.json does not name.",
            "--resume needs the options of the first run: another format, filter, partition,"
                + " --isolation-level or start is an error, status 2. The start can be left out. A"
                + " topic that the folder does not have yet is added, with a note. A folder of --last"
                + " continues with every newer record.",
            "When a topic was deleted and recreated, its folder is refused with status 1. Without"
                + " topic ids (librdkafka before 2.3) the last record of the files is compared."
        ),
        Section(
            "JSON",
            "Each line has topic, partition, offset, timestamp (milliseconds; absent when there is"
                + " none), timestampType, key, headers (key and value) and value. Bytes that are not"
                + " UTF-8 are in keyBase64 or valueBase64 instead; null and empty are distinct.",
            "--key-format and --value-format change a field: hex prints keyHex or valueHex instead,"
                + " base64 keyBase64 or valueBase64. json prints the value as JSON in place; a value"
                + " that is not JSON stays a string, and keyError or valueError says why."
        ),
    ]
}
