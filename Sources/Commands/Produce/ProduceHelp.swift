// The help sections of `produce`.

import Arguments
import CommandKit

/// Examples and sections of the help.
enum ProduceHelp {
    static let examples = [
        Example("seq 1000 | kctl produce numbers", "A thousand records."),
        Example("kctl produce orders -K : -z zstd < orders.txt", "Keys and values, compressed."),
        Example(
            #"kctl produce orders -f '%k,%v{json}\n' < orders.txt"#,
            "A key, and JSON behind a comma."
        ),
        Example(
            "kctl produce orders -f '%K{big32}%k%V{big32}%v' < orders.bin",
            "Keys and values of any bytes, each behind its size; -1 is null."
        ),
        Example("kctl consume a -e --json | kctl produce b --json", "A copy, with all fields."),
        Example("kctl produce docs --each-file *.pdf", "Files, each as one record."),
        Example(
            "kctl produce big --file big.txt --checkpoint big.state",
            "Go on where an interrupted run stopped."
        ),
        Example("kctl produce users -k user-42 --tombstone", "Delete a key."),
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
            "A record is a line; its end is not part of it, a carriage return before it is. A last"
                + " line without an end is a record, and so is an empty line. Lines are sent as they"
                + " come.",
            "With --json each line is an object: 'value' or 'valueBase64' must be there; 'key',"
                + " 'keyBase64', 'headers', 'partition', 'timestamp' and 'topic' may be. Null is"
                + " null and \"\" is empty. What is said on the command line wins for the topic and"
                + " the partition, and stands in for a missing key or time. A timestamp is"
                + " milliseconds since 1970, or text such as 2026-01-31T12:00:00Z; with --csv too.",
            "With --csv the first line names the columns: key, value, topic, partition, timestamp"
                + " and header.NAME are what they say. Without a column 'value' all other columns"
                + " become the members of a JSON object, which is the value.",
            "-D, -K and --csv-separator understand \\n, \\r, \\t, \\0, \\\\ and \\xHH."
        ),
        Section(
            "Format",
            #"--format says what a record consists of: %t topic, %k key, %v value, %p partition, %d"#
                + #" milliseconds since 1970, %h{...} for each header with %k and %v of its own, %%"#
                + #" %{ %}, and any other text, which stands in the input as it is; \t \n \r \0 \\"#
                + #" \xHH are understood. What a format does not have comes from the options."#,
            #"A field ends where the text behind it begins; without such text it is the rest of the"#
                + #" input. Or its size goes before it: %T %K %V for those, %H for the number of"#
                + #" headers. Text at the end of the format ends a record, and only a field with a"#
                + #" size can hold it. After a mistake, reading goes on behind the next such text;"#
                + #" without one the rest of the input is refused."#,
            #"Numbers are {ascii} digits, or {hex}, {hex4} to {hex64}, {big8} to {big64}, {little8}"#
                + #" to {little64}, {byte}, {bool}; {3} is a size that is always 3 and not in the"#
                + #" input. A size of -1, or with all bits set, is null; so is an empty field with"#
                + #" -Z. A time of -1 is none."#,
            #"Fields can be {hex}, {base64}, {base64raw} (no padding); {json} is one JSON value, kept"#
                + #" as it is written; {re#EXPRESSION#} is the longest match of a POSIX extended"#
                + #" regular expression, which sees bytes and no further than the line's end."#
        ),
        Section(
            "Delivery",
            "Records are sent idempotently and wait for all copies in sync; keys go to the"
                + " partitions that Java's producer chooses. The topic must exist, unless"
                + " --create-topic.",
            "The last line counts: read are lines of the input, sent is what left for a broker,"
                + " acked is what a broker confirmed, failed is what was read and is not stored. 'read'"
                + " is left out when all of it was sent. The status is 0 only when every record that"
                + " was read was acknowledged.",
            "A record that is at fault itself (too large, not to be parsed) fails alone and the rest"
                + " is sent; when the topic or the cluster is, the reading ends. --on-error decides"
                + " otherwise. Whatever ends the reading, all records before it are sent; with"
                + " --on-error stop none behind a line that is no record is.",
            "Ctrl-C stops the reading and waits for what was read; a second Ctrl-C ends at once.",
            "With --transactional-id any failure or signal aborts, and what was aborted counts as"
                + " failed. --failed-to then holds what was read and is not committed, aborted records"
                + " with that as their error; each run begins it anew."
        ),
        Section(
            "Checkpoints",
            "--checkpoint FILE keeps how many bytes of the input are done: acknowledged, or failed by"
                + " their own fault, or written to --failed-to; with --transactional-id, committed. A"
                + " later run with the same file and the same input begins there; nothing is lost. It"
                + " reads what is done once more and compares it: an input that is shorter, another"
                + " one, or one whose last line had no end and has been continued is refused. Then"
                + " nothing is sent and no file is changed.",
            "A run that was killed may have sent up to 10000 records more than the file knows: these"
                + " are sent again. With --transactional-id none is: whenever and however a run ends,"
                + " readers of committed records find each record once. The file says before each"
                + " commit what it is about; a run that finds such a note reads a record of that"
                + " transaction to learn whether it was committed, for which it has to be allowed to"
                + " read the topic. When the record is gone by then, it refuses to guess.",
            "A receipt's digest is of the input that this run's records were read from."
        ),
    ]
}
