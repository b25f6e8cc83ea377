// The output format of `consume`, as options.

import Arguments
import KafkaCore
import Output
import Records

/// The form in which a key or value is shown.
enum FieldFormat: String, ArgumentChoice {
    case text
    case json
    case hex
    case base64
}

/// The format of `consume`.
struct ConsumeFormat: CommandOptions {
    var isJSON = false
    var format: String?
    var isKcat = false
    var delimiter: EscapedBytes?
    var keySeparator: EscapedBytes?
    var showsKey = false
    var showsHeaders = false
    var showsTimestamp = false
    var showsPartition = false
    var showsOffset = false
    var keyFormat: FieldFormat?
    var valueFormat: FieldFormat?
    var folder: String?
    var isResumed = false

    /// The ones of every day come first, in one list; the others stand under a heading.
    static let flags = rows.map { $0.description.isAdvanced ? $0.grouped("Format") : $0 }

    private static let rows: [Flag<ConsumeFormat>] = [
        .toggle("json", "Print one JSON object per line.", \.isJSON, negatable: false),
        .optional("format", "f", "Print each record in this format, such as '%k=%v\\n'.", \.format),
        .toggle("kcat-format", "Read --format in kcat's language.", \.isKcat, negatable: false)
            .advanced(),
        .optional(
            "delimiter",
            "D",
            "Delimiter printed after each record.",
            \.delimiter,
            defaultText: "\\n"
        )
        .advanced(),
        .optional(
            "key-separator",
            "K",
            "Print the key and this separator before each value.",
            \.keySeparator
        )
        .advanced(),
        .toggle("print-key", "Print keys before values.", \.showsKey, negatable: false).advanced(),
        .toggle("print-headers", "Print headers before values.", \.showsHeaders, negatable: false)
            .advanced(),
        .toggle(
            "print-timestamp",
            "Print timestamps before values.",
            \.showsTimestamp,
            negatable: false
        )
        .advanced(),
        .toggle(
            "print-partition",
            "Print partitions before values.",
            \.showsPartition,
            negatable: false
        )
        .advanced(),
        .toggle(
            "print-offset",
            "Print offsets before values.",
            \.showsOffset,
            negatable: false
        )
        .advanced(),
        .optional("key-format", "Print keys in this form.", \.keyFormat, defaultText: "text")
            .advanced(),
        .optional("value-format", "Print values in this form.", \.valueFormat, defaultText: "text")
            .advanced(),
        .optional(
            "output-dir",
            "Write records to this folder, one file per partition.",
            \.folder,
            placeholder: "DIR",
            completion: .files
        )
        .advanced(),
        .toggle("resume", "Continue an earlier run of --output-dir.", \.isResumed, negatable: false)
            .advanced(),
    ]

    private var showsColumns: Bool {
        showsKey || showsHeaders || showsTimestamp || showsPartition || showsOffset
    }

    /// Refuses options that contradict one another.
    func validate() throws(UsageError) {
        let others = [
            ("--delimiter", delimiter != nil), ("--key-separator", keySeparator != nil),
            ("--print-key and similar options", showsColumns),
        ].filter(\.1).map(\.0)
        if let other = others.first, isJSON || format != nil {
            throw UsageError("\(isJSON ? "--json" : "--format") and \(other) do not go together")
        }
        if isJSON, format != nil { throw UsageError("--json and --format do not go together") }
        if folder == "" { throw UsageError("--output-dir: the path is empty") }
        if isResumed, folder == nil { throw UsageError("--resume needs --output-dir") }
        if isKcat, format == nil { throw UsageError("--kcat-format needs --format") }
        if format != nil, keyFormat != nil || valueFormat != nil {
            throw UsageError(
                "--key-format and --value-format do not go with --format",
                hint: "in a format, write %k{hex} or %v{base64}"
            )
        }
        if !isJSON, keyFormat == .json || valueFormat == .json {
            let option = valueFormat == .json ? "--value-format" : "--key-format"
            throw UsageError(
                "\(option) json needs --json",
                hint: "text output prints the bytes as they are"
            )
        }
        _ = try recordFormat()
    }

    /// True when the columns have colours on a terminal.
    var isColourful: Bool { !isJSON && format == nil }

    /// Returns the record format that the options describe.
    func recordFormat() throws(UsageError) -> RecordFormat {
        if isJSON {
            return .json(key: (keyFormat ?? .text).form, value: (valueFormat ?? .text).form)
        }
        do throws(FormatError) {
            if let format {
                guard isKcat else {
                    let template = try OutputTemplate(parsing: format)
                    // An epoch that the library does not report is no number.
                    if template.showsLeaderEpoch { try Self.require(.leaderEpochs) }
                    return .template(template)
                }
                return .template(
                    try OutputTemplate(
                        parsing: try KcatFormat.translated(format),
                        headerSeparator: KcatFormat.headerSeparator
                    )
                )
            }
            let isPlain = [keyFormat, valueFormat].allSatisfy {
                $0 == nil || $0 == .text || $0 == .json
            }
            guard showsColumns || keySeparator != nil || !isPlain else {
                return .value(delimiter: delimiter?.bytes ?? [UInt8(ascii: "\n")])
            }
            return .template(try OutputTemplate(parsing: columns, headerSeparator: ","))
        } catch {
            let isKcats = !isKcat && format.map { (try? KcatFormat.translated($0)) != nil } ?? false
            throw UsageError(
                "invalid value for --format: column \(error.column): \(error.reason)",
                hint: isKcats ? "--kcat-format reads formats of kcat" : nil
            )
        }
    }

    private static func require(_ feature: Feature) throws(FormatError) {
        do { try Features.require(feature) } catch { throw FormatError(1, error.reason) }
    }

    /// The columns that were asked for, as a format.
    private var columns: String {
        var parts: [String] = []
        if showsPartition { parts.append("%p") }
        if showsOffset { parts.append("%o") }
        if showsTimestamp { parts.append("%d") }
        if showsHeaders { parts.append("%h{%k=%v}") }
        let key = "%k" + (keyFormat ?? .text).verbForm
        let value = "%v" + (valueFormat ?? .text).verbForm
        if let keySeparator {
            parts.append(key + Self.literal(keySeparator.bytes) + value)
        } else {
            if showsKey { parts.append(key) }
            parts.append(value)
        }
        return parts.joined(separator: "\\t") + Self.literal(delimiter?.bytes ?? [10])
    }

    /// Bytes as they are written in a format.
    private static func literal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return bytes.map { "\\x\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
    }
}

extension FieldFormat {
    /// The form of the field in a JSON object.
    var form: JSONFieldForm {
        switch self {
        case .text: .text
        case .json: .decoded(JSONCodec())
        case .hex: .hex
        case .base64: .base64
        }
    }

    /// The modifier for this form in a format template.
    fileprivate var verbForm: String {
        switch self {
        case .text, .json: ""
        case .hex: "{hex}"
        case .base64: "{base64}"
        }
    }
}
