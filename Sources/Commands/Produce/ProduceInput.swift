// The input of `produce`, and the way in which it becomes records, as options.

import Arguments
import CommandKit
import JSON
import KafkaCore
import Output
import Reactor
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
    var values: [String] = []
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
            "Read JSON lines as 'consume --json' prints them.",
            \.isJSON,
            negatable: false
        ),
        .optional(
            "key-separator",
            "K",
            "Split each line into key and value at this separator.",
            \.keySeparator,
            placeholder: "SEP"
        ),
        .optional("key", "k", "Key of every record.", \.key),
        .list("value", "Send this value as a record instead of reading input.", \.values)
            .advanced(),
        .list("header", "H", "Add this header to every record.", \.headers).advanced(),
        .optional(
            "partition",
            "p",
            "Send every record to this partition.",
            \.partition,
            range: 0...Int(Int32.max),
            defaultText: "chosen by the key, as by Kafka's Java producer"
        )
        .advanced(),
        .list(
            "file",
            "Read this file instead of stdin.",
            \.files,
            placeholder: "FILE",
            completion: .files
        ),
        .optional("format", "f", "Read each record in this format, such as '%k,%v\\n'.", \.format)
            .advanced(),
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
            "Delimiter at the end of each record; '' for none.",
            \.delimiter
        )
        .advanced(),
        .toggle(
            "csv",
            "Read CSV with column names in the first line.",
            \.isCSV,
            negatable: false
        )
        .advanced(),
        .optional("csv-separator", "Separator of CSV fields.", \.csvSeparator, defaultText: ",")
            .advanced(),
        .optional(
            "timestamp",
            "Timestamp of every record.",
            \.timestamp,
            defaultText: "the time of sending"
        )
        .advanced(),
        .optional(
            "null-marker",
            "Send keys and values equal to this text as null.",
            \.nullMarker
        )
        .advanced(),
        .toggle(
            "empty-as-null",
            "Z",
            "Send empty keys and values as null.",
            \.emptyIsNull,
            negatable: false
        )
        .advanced(),
        .toggle(
            "tombstone",
            "Send null values: for --key, or for the key on each line.",
            \.isTombstone,
            negatable: false
        )
        .advanced(),
        .toggle(
            "strip-cr",
            "Strip a carriage return at the end of each line.",
            \.stripsCarriageReturn,
            negatable: false
        )
        .advanced(),
        .toggle("skip-empty", "Skip empty lines.", \.skipsEmpty, negatable: false)
            .advanced(),
        .value(
            "repeat",
            "Send each record this many times.",
            \.copies,
            range: 1...1_000_000_000,
            default: 1
        )
        .advanced(),
        .value(
            "max-record-bytes",
            "Refuse records larger than this.",
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
        for (name, isGiven) in [
            ("--file", !files.isEmpty), ("--each-file", !wholeFiles.isEmpty), ("--json", isJSON),
            ("--csv", isCSV), ("--format", format != nil), ("--delimiter", delimiter != nil),
            ("--key-separator", keySeparator != nil), ("--tombstone", isTombstone),
            ("--strip-cr", stripsCarriageReturn), ("--skip-empty", skipsEmpty),
        ] { try exclude("--value", !values.isEmpty, name, isGiven) }
        if !moreFiles.isEmpty, files.isEmpty, wholeFiles.isEmpty {
            throw UsageError(
                "unexpected argument '\(moreFiles[0])'",
                hint: "--file reads a file; --each-file sends each file as one record"
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
                isCSV ? "--csv-separator: not one byte" : "--csv-separator needs --csv"
            )
        }
        try validateFormat()
        try exclude("--each-file", !wholeFiles.isEmpty, "--delimiter", delimiter != nil)
        try exclude("--key", key != nil, "--key-separator", keySeparator != nil)
        if let keySeparator, keySeparator.bytes.isEmpty {
            throw UsageError("--key-separator: the separator is empty")
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
                "--format has no %v: every value would be null",
                hint: "--tombstone sends null values"
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

    /// The format of the file that `valuesFile` makes.
    private static let valueFormat = try? InputFormat(argument: "%V{big32}%v")

    /// Makes a file in memory of the values, each after its size.
    func valuesFile() throws(ReactorError) -> Descriptor {
        var bytes = ByteBuffer(capacity: 256)
        for value in values {
            let size = UInt32(clamping: value.utf8.count)
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(size >> shift & 255)) }
            bytes.append(value.utf8Span.span.bytes)
        }
        return try Descriptor.inMemory("kctl-values", bytes.bytes)
    }

    /// The form in which records are typed, for a person at a terminal.
    var typedForm: String {
        if isJSON { return "one JSON object per line" }
        if isCSV { return "CSV with the names of the columns in the first line" }
        if format != nil { return "records as --format describes them" }
        if !wholeFiles.isEmpty || delimiter?.bytes.isEmpty == true { return "one record" }
        if isTombstone, keySeparator == nil, key == nil { return "one key per line" }
        let form = keySeparator.map { " as KEY\($0.argumentText)VALUE" } ?? ""
        guard let delimiter, delimiter.bytes != [UInt8(ascii: "\n")] else {
            return "one record per line\(form)"
        }
        return "records\(form), each ended by '\(delimiter.argumentText)'"
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
        if let format = values.isEmpty ? format : Self.valueFormat {
            return format.reader(rules, maxRecordBytes.bytes, needsTopic: !hasTopic)
        }
        return DelimitedReader(
            // Nothing at all, undivided, is one record: the tombstone.
            delimiter: wholeFiles.isEmpty && !isSingleTombstone
                ? delimiter?.bytes ?? [UInt8(ascii: "\n")] : [],
            rules: rules,
            limit: maxRecordBytes.bytes
        )
    }
}
