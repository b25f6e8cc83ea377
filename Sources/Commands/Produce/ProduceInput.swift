// The input of `produce`, and the way in which it becomes records, as options.

import Arguments
import CommandKit
import KafkaCore
import Output
import Records

/// The input of `produce`.
struct ProduceInput: CommandOptions {
    var files: [String] = []
    var wholeFiles: [String] = []
    var moreFiles: [String] = []
    var isJSON = false
    var isCSV = false
    var csvSeparator: EscapedBytes?
    var format: InputFormat?
    var delimiter: EscapedBytes?
    var keySeparator: EscapedBytes?
    var key: String?
    var headers: [HeaderArgument] = []
    var partition: Int32?
    var timestamp: TimeArgument?
    var nullMarker: String?
    var emptyIsNull = false
    var isTombstone = false
    var stripsCarriageReturn = false
    var skipsEmpty = false
    var copies = 1
    var maxRecordBytes = Self.standardMaxRecordBytes

    /// Kafka's brokers take requests of 100 MiB by default, and drop the connection of a client
    /// that sends more.
    static let standardMaxRecordBytes = ByteCount(bytes: 96 << 20)

    /// The ones of every day come first, in one list; the others stand under a heading.
    static let flags = rows.map { $0.description.isAdvanced ? $0.grouped("Input") : $0 }

    private static let rows: [Flag<ProduceInput>] = [
        .toggle(
            "json",
            "Read records as 'consume --json' prints them.",
            \.isJSON,
            negatable: false
        ),
        .optional(
            "key-separator",
            "K",
            "A line is a key, this, and a value.",
            \.keySeparator
        ),
        .optional("key", "k", "The key of every record.", \.key),
        .list("header", "H", "Add a header to every record.", \.headers).advanced(),
        .optional(
            "partition",
            "p",
            "Send to this partition.",
            \.partition,
            range: 0...Int(Int32.max),
            defaultText: "by key, as Java's producer"
        )
        .advanced(),
        .list(
            "file",
            "Read this file, not standard input.",
            \.files,
            placeholder: "FILE",
            completion: .files
        ),
        .optional("format", "f", "How each record stands in the input.", \.format).advanced(),
        .list(
            "each-file",
            "Send this file as one record.",
            \.wholeFiles,
            placeholder: "FILE",
            completion: .files
        )
        .advanced(),
        .optional(
            "delimiter",
            "D",
            "What ends a record, instead of a line's end; '' for none.",
            \.delimiter
        )
        .advanced(),
        .toggle(
            "csv",
            "Read CSV; its first line names the columns.",
            \.isCSV,
            negatable: false
        )
        .advanced(),
        .optional("csv-separator", "What separates fields.", \.csvSeparator, defaultText: ",")
            .advanced(),
        .optional(
            "timestamp",
            "The time of every record.",
            \.timestamp,
            defaultText: "when it is sent"
        )
        .advanced(),
        .optional("null-marker", "A key or value of this text is null.", \.nullMarker).advanced(),
        .toggle(
            "empty-as-null",
            "Z",
            "An empty key or value is null.",
            \.emptyIsNull,
            negatable: false
        )
        .advanced(),
        .toggle(
            "tombstone",
            "Send null values: for --key, or for a key a line.",
            \.isTombstone,
            negatable: false
        )
        .advanced(),
        .toggle(
            "strip-cr",
            "A carriage return before a line's end is not part of it.",
            \.stripsCarriageReturn,
            negatable: false
        )
        .advanced(),
        .toggle("skip-empty", "An empty line is no record.", \.skipsEmpty, negatable: false)
            .advanced(),
        .value(
            "repeat",
            "Send each record this often.",
            \.copies,
            range: 1...1_000_000_000,
            default: 1
        )
        .advanced(),
        .value(
            "max-record-bytes",
            "The largest record to send.",
            \.maxRecordBytes,
            default: standardMaxRecordBytes
        )
        .advanced(),
    ]

    /// All files, in the order given; none for standard input.
    var paths: [String] { files + wholeFiles + moreFiles }

    /// True when no input is read: the key alone makes the record.
    var isSingleTombstone: Bool {
        isTombstone && key != nil && keySeparator == nil && format == nil && paths.isEmpty
    }

    /// True when records can name their topics.
    var namesTopics: Bool { isJSON || isCSV || format?.has(.topic) == true }

    /// Refuses options that contradict one another.
    func validate() throws(UsageError) {
        try exclude("--file", !files.isEmpty, "--each-file", !wholeFiles.isEmpty)
        if !moreFiles.isEmpty, files.isEmpty, wholeFiles.isEmpty {
            throw UsageError(
                "unexpected argument '\(moreFiles[0])'",
                hint: "files are read with --file, or each as one record with --each-file"
            )
        }
        for (name, isGiven) in [
            ("--key-separator", keySeparator != nil), ("--null-marker", nullMarker != nil),
            ("--delimiter", delimiter != nil), ("--each-file", !wholeFiles.isEmpty),
            ("--empty-as-null", emptyIsNull), ("--tombstone", isTombstone),
            ("--strip-cr", stripsCarriageReturn),
        ] { try exclude("--json", isJSON, name, isGiven) }
        for (name, isGiven) in [
            ("--json", isJSON), ("--key-separator", keySeparator != nil),
            ("--delimiter", delimiter != nil), ("--each-file", !wholeFiles.isEmpty),
            ("--tombstone", isTombstone), ("--strip-cr", stripsCarriageReturn),
            ("--skip-empty", skipsEmpty),
        ] { try exclude("--csv", isCSV, name, isGiven) }
        if let csvSeparator, !isCSV || csvSeparator.bytes.count != 1 {
            throw UsageError(
                isCSV ? "--csv-separator: not one byte" : "--csv-separator is for --csv"
            )
        }
        try validateFormat()
        try exclude("--each-file", !wholeFiles.isEmpty, "--delimiter", delimiter != nil)
        try exclude("--key", key != nil, "--key-separator", keySeparator != nil)
        if let keySeparator, keySeparator.bytes.isEmpty {
            throw UsageError("--key-separator: an empty text separates nothing")
        }
        if maxRecordBytes.bytes < 1 || maxRecordBytes.bytes > 999_000_000 {
            throw UsageError("--max-record-bytes: not between 1 byte and 999 MB")
        }
    }

    private func validateFormat() throws(UsageError) {
        guard let format else { return }
        for (name, isGiven) in [
            ("--json", isJSON), ("--csv", isCSV), ("--key-separator", keySeparator != nil),
            ("--delimiter", delimiter != nil), ("--each-file", !wholeFiles.isEmpty),
            ("--strip-cr", stripsCarriageReturn), ("--skip-empty", skipsEmpty),
        ] { try exclude("--format", true, name, isGiven) }
        try exclude("--key", key != nil, "--format with %k", format.has(.key))
        try exclude("--tombstone", isTombstone, "--format with %v", format.has(.value))
        if !isTombstone, !format.has(.value) {
            throw UsageError(
                "--format has no %v, so that all values would be null",
                hint: "--tombstone, if that is what they are to be"
            )
        }
    }

    private func exclude(
        _ name: String,
        _ isGiven: Bool,
        _ other: String,
        _ otherIsGiven: Bool
    ) throws(UsageError) {
        guard isGiven, otherIsGiven else { return }
        throw UsageError("\(name) and \(other) do not go together")
    }

    /// The parts that all records have in common, but for the timestamp.
    var fixed: FixedParts {
        var parts = FixedParts()
        parts.key = key.map { Array($0.utf8) }
        parts.headers = headers.map(\.header)
        parts.partition = partition
        return parts
    }

    /// Returns the reader that cuts the input into records.
    func reader(hasTopic: Bool) -> any RecordReader {
        if isJSON { return JSONLineReader(limit: maxRecordBytes.bytes, needsTopic: !hasTopic) }
        var rules = PieceRules()
        rules.keySeparator = keySeparator?.bytes ?? []
        rules.nullMarker = nullMarker.map { Array($0.utf8) }
        rules.emptyIsNull = emptyIsNull
        rules.isTombstone = isTombstone
        rules.stripsCarriageReturn = stripsCarriageReturn
        rules.skipsEmpty = skipsEmpty
        if isCSV {
            return CSVReader(
                separator: csvSeparator?.bytes.first ?? UInt8(ascii: ","),
                rules: rules,
                limit: maxRecordBytes.bytes,
                needsTopic: !hasTopic
            )
        }
        if let format { return format.reader(rules, maxRecordBytes.bytes, needsTopic: !hasTopic) }
        return DelimitedReader(
            // Nothing at all, undivided, is one record: the tombstone.
            delimiter: wholeFiles.isEmpty && !isSingleTombstone
                ? delimiter?.bytes ?? [UInt8(ascii: "\n")] : [],
            rules: rules,
            limit: maxRecordBytes.bytes
        )
    }
}
