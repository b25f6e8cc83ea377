// Options that every command has.

package import Arguments

/// The format of errors, as a word of the command line.
package enum ErrorStyle: String, ArgumentChoice {
    case text
    case json
}

/// The options of how errors and the library's log are shown.
package struct GlobalOptions: CommandOptions {
    package var errorStyle = ErrorStyle.text
    package var isVerbose = false

    package init() {}

    package static let flags: [Flag<GlobalOptions>] = [
        .value("errors", "Format of errors on standard error.", \.errorStyle, default: .text)
            .grouped("Messages").advanced(),
        .toggle(
            "verbose",
            "v",
            "Print librdkafka's log on standard error, each line once.",
            \.isVerbose,
            negatable: false
        )
        .grouped("Messages").advanced(),
    ]
}
