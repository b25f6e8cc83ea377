// The report of a command that changes something: a line, objects, or nothing with --quiet.
//
// 1. A result is what the broker or the disk confirmed; with --dry-run, what would be done.
// 2. Objects have `done`: true for what was done, false for what --dry-run only checked.

package import Arguments
package import Output

extension Flag {
    /// Returns the option that silences the result of a command that changes something.
    package static func quiet(_ path: OptionPath<Options, Bool>) -> Flag {
        .toggle("quiet", "q", "Print only errors.", path, negatable: false).advanced()
    }
}

extension Context {
    /// Reports a result: its rows as objects, or lines for a person.
    package func result<Item: Row>(
        _ rows: [Item],
        _ lines: [String],
        as options: JSONOptions,
        isQuiet: Bool
    ) throws(CommandError) {
        guard !isQuiet else { return }
        if options.isJSON { return try list(rows, as: options.format) }
        for line in lines { note(line) }
    }

    /// Reports a result: its rows as objects, or as a table and a line for a person.
    package func result<Item: Row>(
        _ rows: [Item],
        _ line: String?,
        as options: OutputOptions,
        isQuiet: Bool
    ) throws(CommandError) {
        guard !isQuiet else { return }
        try list(rows, as: options.format)
        if !options.isJSON, let line { note(line) }
    }
}

/// Returns names with their noun: `topic 'a'`, `2 topics: 'a', 'b'`; of more than five the count.
package func named(_ names: [String], _ noun: String) -> String {
    guard names.count != 1 else { return "\(noun) '\(names[0])'" }
    guard !names.isEmpty else { return "no \(noun)" }
    let shown = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    return "\(counted(names.count, noun)): \(shown)\(more)"
}
