// Options of how data is printed: for people or for programs, sorted, all of it or some columns.

package import Arguments
import JSON
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

/// The options of commands that print a table of what they did or would do.
package struct OutputOptions: CommandOptions {
    package var isJSON = false
    package var isWide = false

    /// The format to print in.
    package var format: OutputFormat { OutputFormat(isJSON ? .json : .text, isWide: isWide) }

    package init() {}

    package static let flags: [Flag<OutputOptions>] = [
        .toggle("json", "Print one JSON object a line.", \.isJSON, negatable: false),
        .toggle("wide", Self.wideHelp, \.isWide, negatable: false).advanced(),
    ]

    fileprivate static let wideHelp = "Print all columns in full on a narrow terminal."
}

/// The format that a list or a description is printed in, as a word of the command line.
package enum OutputStyle: String, ArgumentChoice {
    case table
    case wide
    case json
    case yaml
    case name
}

/// The options of commands that describe something.
package struct FormatOptions: CommandOptions {
    package var style = OutputStyle.table
    package var wantsWide = false

    /// True after `--json`; of it and `--output` the last one counts.
    package var isJSON: Bool {
        get { style == .json }
        set { if newValue { style = .json } }
    }

    /// True when objects are printed for a program, as JSON or as YAML.
    package var isForProgram: Bool { style == .json || style == .yaml }

    /// The format to print in.
    package var format: OutputFormat {
        switch style {
        case .table: OutputFormat(.text, isWide: wantsWide)
        case .wide: OutputFormat(.text, isWide: true)
        case .json: .json
        case .yaml: OutputFormat(.yaml)
        case .name: OutputFormat(.name)
        }
    }

    package init() {}

    package static let flags: [Flag<FormatOptions>] = [
        .toggle("json", "Print one JSON object a line.", \.isJSON, negatable: false),
        .value("output", "o", "Output format.", \.style, default: .table).advanced(),
        .toggle("wide", OutputOptions.wideHelp, \.wantsWide, negatable: false).advanced(),
    ]
}

/// The options of commands that list rows of a table; names of columns count in any case.
package struct ListOptions: CommandOptions {
    package var shape = FormatOptions()
    package var sort: ColumnWords?
    package var columns: ColumnWords?

    /// True when one JSON object a line is printed.
    package var isJSON: Bool { shape.isJSON }

    /// The format to print in.
    package var format: OutputFormat {
        var format = shape.format
        format.sort = (sort?.words ?? []).map { word in
            let key = word.sortKey
            return SortColumn(key.name.uppercased(), isDescending: key.falls)
        }
        format.columns = (columns?.words ?? []).map { $0.uppercased() }
        return format
    }

    package init() {}

    /// Returns the rows for a table of these columns.
    package static func flags(for columns: [Column]) -> [Flag<ListOptions>] {
        let titles = columns.map(\.title)
        return FormatOptions.flags.map { $0.embedded(at: \.shape) } + [
            .optional(
                "sort",
                nil,
                "Sort rows by columns, -COLUMN or COLUMN:desc from the greatest.",
                \.sort,
                placeholder: "COLUMN",
                completion: .words(titles)
            )
            .advanced()
            .checked { (options: ListOptions) throws(UsageError) in
                for word in options.sort?.words ?? [] {
                    try word.sortKey.name.check(for: "sort", among: titles)
                }
            },
            .optional(
                "columns",
                nil,
                "Print these columns of the table only, in this order.",
                \.columns,
                placeholder: "COLUMN,...",
                completion: .words(titles)
            )
            .advanced()
            .checked { (options: ListOptions) throws(UsageError) in
                for word in options.columns?.words ?? [] {
                    try word.check(for: "columns", among: titles)
                }
                guard options.columns != nil else { return }
                switch options.shape.style {
                case .table, .wide: break
                case .json, .yaml, .name:
                    throw UsageError("--columns is for tables, not for \(options.shape.style)")
                }
            },
        ]
    }
}

/// Names of columns, separated by commas.
package struct ColumnWords: ArgumentValue {
    package let words: [String]

    package static let placeholder = "COLUMN"

    package init(argument: String) throws(InvalidValue) {
        words = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    package var argumentText: String { words.joined(separator: ",") }
}

extension String {
    /// Refuses a word that names no column.
    fileprivate func check(for flag: String, among titles: [String]) throws(UsageError) {
        guard !titles.contains(uppercased()) else { return }
        throw UsageError(
            "invalid value \(quoted(self)) for --\(flag): no such column",
            hint: "columns: " + titles.joined(separator: ", ")
        )
    }

    /// The name of a column to sort by, and true when the greatest value comes first.
    fileprivate var sortKey: (name: String, falls: Bool) {
        if hasPrefix("-") { return (String(dropFirst()), true) }
        if hasSuffix(":desc") { return (String(dropLast(5)), true) }
        if hasSuffix(":asc") { return (String(dropLast(4)), false) }
        return (self, false)
    }
}
