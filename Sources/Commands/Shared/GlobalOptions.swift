// Options that every command has.

import Arguments
import Output

/// How errors are printed, as a word of the command line.
enum ErrorStyle: String, ArgumentChoice {
    case text
    case json
}

/// How errors and the library's log are shown.
struct GlobalOptions: CommandOptions {
    var errorStyle = ErrorStyle.text
    var isVerbose = false

    static let flags: [Flag<GlobalOptions>] = [
        .value("errors", "How errors are printed on standard error.", \.errorStyle, default: .text)
            .grouped("Messages").advanced(),
        .toggle(
            "verbose",
            "v",
            "Show what librdkafka logs, each line once, on standard error.",
            \.isVerbose,
            negatable: false
        )
        .grouped("Messages").advanced(),
    ]
}

/// Whether data is printed for people or for programs.
struct OutputOptions: CommandOptions {
    var isJSON = false

    /// The format to print in.
    var format: OutputFormat { isJSON ? .json : .text }

    static let flags: [Flag<OutputOptions>] = [
        .toggle("json", "Print one JSON object a line.", \.isJSON, negatable: false)
    ]
}
