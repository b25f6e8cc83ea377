// The help sections of `consume`.

import Arguments
import CommandKit

/// Examples and sections of the help.
enum ConsumeHelp {
    static let examples = [
        Example("kctl consume orders", "New records as they come, until Ctrl-C."),
        Example("kctl consume orders -e", "All there are now."),
        Example("kctl consume orders -e --json | jq .value", "As JSON lines."),
        Example("kctl consume orders --last 10", "The ten newest."),
        Example("kctl consume orders -o @-5m:", "From five minutes ago on."),
        Example("kctl consume orders -o 5:8 -p 1", "Offsets 5, 6 and 7 of partition 1."),
        Example("kctl consume orders -g billing", "As a member of a group, from where it is."),
        Example(
            "kctl consume orders -g store --exec ./store.sh",
            "Commit each record when store.sh has dealt with it."
        ),
        Example("kctl consume orders -e --grep error", "Those that say 'error'."),
    ]

    static let sections = [
        Section(
            "Reading",
            "Without --group no consumer group is joined and nothing is committed.",
            "Reading begins at the end, and goes on until a signal; with --exit it begins with the"
                + " oldest records and stops at the ends that the partitions have when it begins:"
                + " what is written later is not waited for.",
            "Records of aborted transactions are left out, and those of open ones wait: a read ends"
                + " at the last stable offset, which is before the high watermark while a"
                + " transaction is open. That is said on standard error. --isolation-level"
                + " read_uncommitted shows all.",
            "A batch of records whose checksum is wrong is an error, of status 7, with its partition"
                + " and offset; --no-check-crcs prints what has come.",
            "A limit that comes before the end (--timeout-ms, --idle-timeout, --for) is status 6,"
                + " unless nothing but the limit was to end the reading. So is a silence of three"
                + " times --timeout before the ends of --exit: others may take over from a broker"
                + " that is gone.",
            "A topic that is deleted and made again while it is read is read from its beginning,"
                + " which is said on standard error; with --exit that is status 1. A topic that is"
                + " gone for longer than five seconds ends the reading. With --regex, topics that"
                + " are made later and match are read too, from their beginning, unless the reading"
                + " ends by itself."
        ),
        Section(
            "Summary",
            "--summary json prints one object on standard error. ended is complete when each"
                + " partition was read to the end that was pinned for it; max-messages,"
                + " max-per-partition, idle-timeout or for when that option stopped the read;"
                + " incomplete after a silence of the cluster; satisfied when what was waited for had"
                + " come; interrupted after a signal; and output-closed when nobody reads the output"
                + " any more. error comes with the status and the code of the error, and what could"
                + " not be written is not counted as printed."
        ),
        Section(
            "Picking",
            "A record is printed when all conditions hold. REGEX is a POSIX extended regular"
                + " expression over the bytes, and matches anywhere: --key-regex '^eu-'. --header"
                + " takes NAME, NAME=VALUE or NAME~REGEX. --topic-regex picks among the topics that"
                + " are read."
        ),
        Section(
            "Offsets",
            "start, end, 42, start+3, end-5 or -5 (the last five of each partition), stored (what"
                + " the group has committed), @TIME (the first record at or after it). A range is"
                + " two of them with a colon, the right one not included: 5:8, @-5m:@-1m, :end; it"
                + " goes on for ever when nothing stands behind the colon. Each partition may have"
                + " its own: 0=10,1=end. kcat's s@MS and e@MS are taken too.",
            "Times are 2026-01-31, 2026-01-31T12:00:00Z, seconds or milliseconds since 1970, or"
                + " -5m for five minutes ago. Kafka looks for times in the order of offsets: where"
                + " records are not in the order of their times, what lies between two times is"
                + " what lies between the first record at or after each. A time that is still to"
                + " come is the present end.",
            "An offset that is not there is an error, unless --offset-reset says where to go."
        ),
        Section(
            "Groups",
            "With --group the partitions are shared out among the group's members, and each is read"
                + " on from what the group has committed. What this member gets is told on standard"
                + " error. --partition, --last and --offset say what a group decides, and are"
                + " refused; only --offset stored is not.",
            "An offset is committed after its record has been written to standard output and the"
                + " write has succeeded: every second, before partitions are given back, and at the"
                + " end, whatever the end is. A record that --grep and the like pass over counts as"
                + " dealt with. --commit auto leaves it to the library, which commits what it has"
                + " handed over; --commit none commits nothing.",
            "Where the group has committed nothing, --offset-reset decides: latest, or earliest"
                + " with --exit. It never overrides a committed offset. --from-beginning is"
                + " --offset-reset earliest.",
            "With --exit a member stops when it has read its own partitions to the ends that they"
                + " had when it got them. Of a group that has read everything nothing is printed,"
                + " which is said.",
            "Partitions are shared out by range, which every other member can do too; -X"
                + " partition.assignment.strategy=cooperative-sticky joins groups that do it bit by"
                + " bit. --instance-id keeps a member's partitions for it until"
                + " session.timeout.ms is over: it does not leave the group when it ends.",
            "A member that takes nothing for max.poll.interval.ms, because nobody reads its output,"
                + " loses its partitions, says so, and joins again."
        ),
        Section(
            "Work per record",
            "--exec runs a line of shell for each record, which reads on its standard input what"
                + " would be printed: the value and a line end, or what --json, --format and"
                + " --delimiter make of it. What it prints goes where our output goes. One command"
                + " runs at a time. With --batch it gets up to that many records, and no fewer than"
                + " have come within --batch-wait.",
            "It succeeds by leaving with 0; then what it got is committed, and the answer waited"
                + " for, before it gets more. Any other status, a signal, and --exec-timeout (SIGTERM,"
                + " and SIGKILL five seconds later, to all that it has started) are failures. After --retries the run stops with"
                + " status 1 and commits no more; with --on-failure skip or dead-letter the record"
                + " counts as dealt with, the run goes on, and its status is 1 in the end. 126 and 127"
                + " say that there is no such command: that always stops the run.",
            "A dead letter is the record as it was, key, value, headers and time, with these headers"
                + " behind its own: kctl-dlq-topic, -partition, -offset, -timestamp, -group,"
                + " -attempts, -exit-code, -error and -idempotency-key. The record is committed when"
                + " the letter has been acknowledged. Of a batch that fails each record becomes one.",
            "The command's environment tells of the record: KCTL_TOPIC, KCTL_PARTITION, KCTL_OFFSET,"
                + " KCTL_TIMESTAMP, KCTL_KEY_SIZE and KCTL_KEY (or KCTL_KEY_B64, in base64, when the"
                + " key is not text; neither above 64 KiB), KCTL_GROUP, KCTL_ATTEMPT (from 1 in each"
                + " run), KCTL_MAX_ATTEMPTS, KCTL_RECORDS, and KCTL_IDEMPOTENCY_KEY, which is"
                + " topic:partition:offset whenever the record comes again. Of a batch they tell of"
                + " the first record. The rest is kctl's own environment, without the KCTL_ variables"
                + " that hold secrets (KCTL_X_SASL_PASSWORD) unless --exec-env names them.",
            "A command ends with all that it has started: what it leaves behind gets SIGTERM, and"
                + " SIGKILL a second later, before anything else begins. It has the three standard"
                + " descriptors and no other.",
            "A record may come again: when the run or the machine ends between the work and the"
                + " commit, and when the group gives its partition to another member meanwhile, which"
                + " is waited with for half of max.poll.interval.ms at most. Ctrl-C waits up to 30"
                + " seconds for the command and commits what it has done; a second one kills it, and"
                + " nothing is committed. When kctl is killed, its command is killed too.",
            "Without --group nothing is committed; the rest holds all the same."
        ),
        Section(
            "Format",
            "--format says what is printed of a record: %t topic, %p partition, %o offset, %k key,"
                + " %v value, %d milliseconds since 1970, %e the leader's epoch (librdkafka"
                + " 2.1 or newer), %i a running number, %T %K %V the lengths of topic, key and value (-1 for null), %H how many"
                + " headers, and %h{...} for each header, with %k and %v of its own. %% %{ %} and"
                + " \\n \\t \\xHH are characters; any other text stands for itself, and no line end"
                + " is added.",
            "Texts take a form: %v{hex}, {base64}, {base64raw}, {json}, and {unpack[>iqs]} for"
                + " binary fields, with a space between numbers. So do numbers: %o{hex}, {hex16}, {big32}, {little64}, {byte},"
                + " {bool}. Times take a layout: %d{strftime[%F %T]}, %d{go[2006-01-02]}.",
            "--kcat-format reads kcat's language instead: %s %S %k %K %t %p %o %T %h %R.",
            "On a terminal control bytes are escaped, and the columns of --print-key and its like"
                + " are coloured unless NO_COLOR is set; in a pipe everything is exact."
        ),
        Section(
            "Files",
            "--output-dir writes the records of each partition into a file TOPIC-PARTITION."
                + " kctl-offsets.json says how much of each file counts: what is on the disk. After"
                + " any end, a kill or a full disk too, --resume cuts off what does not count and"
                + " goes on: each record stands there once. A second kctl in the same folder is"
                + " refused, and so are files that kctl-offsets.json does not name.",
            "--resume takes the options that the folder was begun with: others for the format,"
                + " --grep and its like, the partitions, --isolation-level or the start are status 2,"
                + " and are named. The start need not be said again. A folder that was begun with"
                + " --last goes on with everything newer than what --last found.",
            "When a topic was deleted and made again, its records are not those of the files: that is"
                + " status 1, and takes another folder. Without topic ids (librdkafka before 2.3)"
                + " the last record of the files is compared."
        ),
        Section(
            "JSON",
            "Each line has topic, partition, offset, timestamp, timestampType, key, headers and"
                + " value. What is not UTF-8 stands in keyBase64 or valueBase64 instead; null"
                + " and empty are told apart."
        ),
    ]
}
