// Options of whether data is printed for people or for programs.

package import Arguments
package import Output

/// The option of commands that print data without a table.
package struct JSONOptions: CommandOptions {
    package var isJSON = false

    /// The format to print in.
    package var format: OutputFormat { isJSON ? .json : .text }

    package init() {}

    package static let flags: [Flag<JSONOptions>] = [
        .toggle("json", "Print one JSON object a line.", \.isJSON, negatable: false)
    ]
}

/// The options of commands that print a table.
package struct OutputOptions: CommandOptions {
    package var isJSON = false
    package var isWide = false

    /// The format to print in.
    package var format: OutputFormat { OutputFormat(isJSON ? .json : .text, isWide: isWide) }

    package init() {}

    package static let flags: [Flag<OutputOptions>] = [
        .toggle("json", "Print one JSON object a line.", \.isJSON, negatable: false),
        .toggle(
            "wide",
            "Print all columns in full on a narrow terminal.",
            \.isWide,
            negatable: false
        )
        .advanced(),
    ]
}
