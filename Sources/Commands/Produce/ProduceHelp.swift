// The help sections of `produce`.

import Arguments
import CommandKit

/// Examples and sections of the help.
enum ProduceHelp {
    static let examples = [
        Example("seq 1000 | kctl produce numbers", "Send a thousand records."),
        Example("kctl produce orders --value hello -k user-42", "Send one record."),
        Example(
            "kctl produce orders -K : -z zstd < orders.txt",
            "Split lines into keys and values; compress batches."
        ),
        Example(
            #"kctl produce orders -f '%k,%v{json}\n' < orders.txt"#,
            "Read a key, a comma and a JSON value."
        ),
        Example(
            "kctl produce orders -f '%K{big32}%k%V{big32}%v' < orders.bin",
            "Read binary keys and values, each after its size; -1 is null."
        ),
        Example(
            "kctl consume a -e --json | kctl produce b --json",
            "Copy records with all their fields."
        ),
        Example("kctl produce docs --each-file *.pdf", "Send each file as one record."),
        Example(
            "kctl produce big --file big.txt --checkpoint big.state",
            "Resume where an interrupted run stopped."
        ),
        Example("kctl produce users -k user-42 --tombstone", "Delete a key of a compacted topic."),
    ]

    /// Options of kcat's that mean nothing here.
    static let kcatOptions = [
        ForeignOption("l", of: "kcat", value: "--file *"),
        ForeignOption("d", of: "kcat", value: "-v -X debug=*"),
        ForeignOption("C", of: "kcat", "'kctl consume'"),
        ForeignOption("G", of: "kcat", "'kctl consume -g'"),
        ForeignOption("o", of: "kcat", "'kctl consume -o'"),
        ForeignOption("L", of: "kcat", "'kctl topics list'"),
        ForeignOption("Q", of: "kcat", "'kctl topics offsets'"),
        ForeignOption("J", of: "kcat", "--json"),
        ForeignOption("c", of: "kcat", value: "'head -n * |' before it"),
        ForeignOption("P", of: "kcat", nil),
        ForeignOption("e", of: "kcat", nil), ForeignOption("q", of: "kcat", nil),
        ForeignOption("E", of: "kcat", nil), ForeignOption("u", of: "kcat", nil),
        ForeignOption("O", of: "kcat", nil),
    ]

    static let sections = [
        Section(
            "Input",
            "Each line of the input is a record. The line end is not part of the record; a carriage"
                + " return before it is. A last line without a line end is a record, and so is an"
                + " empty line. Lines are sent as soon as they are read.",
            "With --value, each value is a record and no input is read.",
            "With --json, each line is an object with 'value', 'valueBase64' or 'valueHex', and"
                + " optionally 'key', 'keyBase64', 'keyHex', 'headers', 'partition', 'timestamp' and"
                + " 'topic'. Null is null and \"\" is empty. TOPIC and --partition override the line;"
                + " --key and --timestamp fill in what is missing. A timestamp is milliseconds since"
                + " 1970, or text such as 2026-01-31T12:00:00Z, also with --csv.",
            "With --csv, the first line names the columns: key, value, topic, partition, timestamp"
                + " and header.NAME. Without a column 'value', the other columns become a JSON object,"
                + " which is the value.",
            "-D, -K and --csv-separator accept \\n, \\r, \\t, \\0, \\\\ and \\xHH."
        ),
        Section(
            "Format",
            #"--format describes a record: %t topic, %k key, %v value, %p partition, %d milliseconds"#
                + #" since 1970, %h{...} for each header with its own %k and %v, %% %{ %}, and other"#
                + #" text, which must be in the input as it is; \t \n \r \0 \\ \xHH are accepted."#
                + #" Fields that the format does not have come from the options."#,
            #"A field ends where the text after it begins; without such text it is the rest of the"#
                + #" input. A size before the field ends it too: %T %K %V, and %H for the number of"#
                + #" headers. Text at the end of the format ends a record; only a field with a size"#
                + #" can contain it. After an invalid record, reading continues behind the next such"#
                + #" text; without one, the rest of the input is refused."#,
            #"Numbers are {ascii} digits, or {hex}, {hex4} to {hex64}, {big8} to {big64}, {little8}"#
                + #" to {little64}, {byte}, {bool}; {3} is a size that is always 3 and not in the"#
                + #" input. A size of -1, or with all bits set, is null; so is an empty field with"#
                + #" -Z. A time of -1 is none."#,
            #"Fields can be {hex}, {base64}, {base64raw} (no padding); {json} is one JSON value, kept"#
                + #" as it is; {re#EXPRESSION#} is the longest match of a POSIX extended regular"#
                + #" expression, which matches bytes within the line."#
        ),
        Section(
            "Delivery",
            "Records are sent idempotently and wait for all in-sync replicas (acks=all). A key goes"
                + " to the partition that Kafka's Java producer chooses. The topic must exist, unless"
                + " --create-topic is given.",
            "The last line on standard error counts records. read: records of the input, invalid ones"
                + " too. sent: records that left for a broker. acknowledged: records that a broker"
                + " confirmed. failed: records that were read and are not stored. read is the sum of"
                + " acknowledged and failed, and of unknown where the outcome is not known; it is"
                + " omitted when it equals sent. The status is 0 only when every record was"
                + " acknowledged.",
            "A record that is invalid itself (too large, malformed) fails alone; a failing topic or"
                + " cluster ends the reading. --on-error stop or skip decides otherwise. Whatever"
                + " ends the reading, all records before it are sent; with --on-error stop, none"
                + " behind an invalid record is.",
            "Ctrl-C stops the reading and sends the input read so far; with --rate it stops at once"
                + " and says after which line. A second Ctrl-C drops the records in flight.",
            "With --transactional-id, any failure or signal aborts the transaction, and its records"
                + " count as failed. --failed-to then has the records that are not committed; each"
                + " run starts that file anew."
        ),
        Section(
            "Checkpoints",
            "--checkpoint FILE saves how much of the input is done: acknowledged, invalid, or written"
                + " to --failed-to; with --transactional-id, committed. A later run with the same"
                + " file and input says at which line it resumes, and loses nothing. It reads the"
                + " done part again and compares it: an input that is shorter or different, or whose"
                + " incomplete last line has grown, is refused with status 1. A checkpoint of another"
                + " topic or of other files is refused with status 2. Then nothing is sent and no"
                + " file is changed.",
            "After a kill, up to 10000 records can be sent again. With --transactional-id none is:"
                + " however a run ends, readers of committed records get each record once. The file"
                + " announces each commit; a run that finds an open announcement reads a record of"
                + " that transaction to learn its outcome, which needs read permission on the topic."
                + " When the record was deleted meanwhile, the run stops with an error.",
            "The digest of a receipt covers the input of this run's records."
        ),
    ]
}
