// The decoding and the output of `decode-aliecs`, as options.

public import AliECS
public import Arguments

/// A message's short name on the command line.
extension MessageType: ArgumentChoice {}

/// The consequence of a record that cannot be decoded.
enum DecodeErrorPolicy: String, ArgumentChoice {
    /// The record is reported, and reading goes on.
    case report
    /// The record is reported, and is the last.
    case stop
    /// It is only counted.
    case skip
}

/// The form of `decode-aliecs`.
struct DecodeForm: CommandOptions {
    var type: MessageType?
    var onError = DecodeErrorPolicy.report
    var showsDefaults = false
    var showsUnknown = false
    var expandsJSON = false
    var readableTimes = false
    var isFlat = false
    var isJSON = false
    var isTable = false
    var isWide = false

    /// The ones of every day come first, in one list; the others stand under a heading.
    static let flags = rows.map { $0.description.isAdvanced ? $0.grouped("Format") : $0 }

    private static let rows: [Flag<DecodeForm>] = [
        .optional(
            "type",
            "Message type of the records.",
            \.type,
            placeholder: "TYPE",
            defaultText: "by topic"
        )
        .advanced(),
        .toggle("json", "Print one JSON object per line.", \.isJSON, negatable: false).advanced(),
        .toggle("table", "Print one line of text per record.", \.isTable, negatable: false)
            .advanced(),
        .toggle(
            "wide",
            "Print all columns of --runs and --active in full on a narrow terminal.",
            \.isWide,
            negatable: false
        )
        .advanced(),
        .toggle("flat", "Print only the JSON of the message.", \.isFlat, negatable: false)
            .advanced(),
        .toggle(
            "expand",
            "Print JSON inside text fields as JSON.",
            \.expandsJSON,
            negatable: false
        )
        .advanced(),
        .toggle(
            "iso-time",
            "Print times as 2026-01-31T12:00:00.000Z.",
            \.readableTimes,
            negatable: false
        )
        .advanced(),
        .toggle(
            "defaults",
            "Print fields with default values too.",
            \.showsDefaults,
            negatable: false
        )
        .advanced(),
        .toggle(
            "unknown",
            "Print fields that are not in the schema too.",
            \.showsUnknown,
            negatable: false
        )
        .advanced(),
        .value(
            "on-error",
            "After an invalid record: report it, stop, or only count it.",
            \.onError,
            default: .report
        )
        .advanced(),
    ]

    /// Refuses options that contradict one another.
    func validate() throws(UsageError) {
        let forms = [("--json", isJSON), ("--flat", isFlat), ("--table", isTable)].filter(\.1)
        // An object a line is what --flat prints too.
        if isTable, let other = forms.first(where: { $0.0 != "--table" })?.0 {
            throw UsageError("\(other) and --table do not go together")
        }
    }

    /// The style of a message's JSON.
    var style: MessageStyle {
        var style = MessageStyle()
        style.showsDefaults = showsDefaults
        style.showsUnknown = showsUnknown
        style.expandsJSON = expandsJSON
        style.readableTimes = readableTimes
        return style
    }
}
