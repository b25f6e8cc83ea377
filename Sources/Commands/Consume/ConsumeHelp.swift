// What the help of `consume` explains.

import Arguments

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
        Example("kctl consume orders -e --grep error", "Those that say 'error'."),
    ]

    static let sections = [
        Section(
            "Reading",
            "Without --group no consumer group is joined and nothing is committed.",
            "Reading begins at the end, and goes on until a signal; with --exit it begins with the"
                + " oldest records and stops at the ends that the partitions have when it begins:"
                + " what is written later is not waited for.",
            "Records of aborted transactions are left out, and those of open ones wait;"
                + " --isolation-level read_uncommitted shows both.",
            "A limit that comes before the end (--timeout-ms, --idle-timeout, --for) is status 6,"
                + " unless nothing but the limit was to end the reading. So is a silence of three"
                + " times --timeout before the ends of --exit: others may take over from a broker"
                + " that is gone."
        ),
        Section(
            "Offsets",
            "start, end, 42, start+3, end-5 or -5 (the last five of each partition), stored (what"
                + " the group has committed), @TIME (the first record at or after it). A range is"
                + " two of them with a colon, the right one not included: 5:8, @-5m:@-1m, :end; it"
                + " goes on for ever when nothing stands behind the colon. Each partition may have"
                + " its own: 0=10,1=end.",
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
            "Format",
            "--format says what is printed of a record: %t topic, %p partition, %o offset, %k key,"
                + " %v value, %d milliseconds since 1970, %e the leader's epoch, %i a running"
                + " number, %T %K %V the lengths of topic, key and value (-1 for null), %H how many"
                + " headers, and %h{...} for each header, with %k and %v of its own. %% %{ %} and"
                + " \\n \\t \\xHH are characters; any other text stands for itself, and no line end"
                + " is added.",
            "Texts take a form: %v{hex}, {base64}, {base64raw}, {json}, and {unpack[>iqs]} for"
                + " binary fields. So do numbers: %o{hex}, {hex16}, {big32}, {little64}, {byte},"
                + " {bool}. Times take a layout: %d{strftime[%F %T]}, %d{go[2006-01-02]}.",
            "--kcat-format reads kcat's language instead: %s %S %k %K %t %p %o %T %h %R.",
            "On a terminal control bytes are escaped, and the columns of --print-key and its like"
                + " are coloured unless NO_COLOR is set; in a pipe everything is exact."
        ),
        Section(
            "JSON",
            "Each line has topic, partition, offset, timestamp, timestampType, key, headers and"
                + " value. What is not UTF-8 stands in keyBase64 or valueBase64 instead; null"
                + " and empty are told apart."
        ),
    ]
}
