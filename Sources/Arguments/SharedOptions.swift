// What many commands have in common, such as the options of the connection and the exit status.
// The manual and the reference print it once.

/// The headings of options that at least two commands have with the same rows.
struct SharedOptions {
    /// The shared headings in the order of their first use.
    private(set) var groups: [(heading: String, rows: [FlagDescription])] = []

    /// Finds what `commands` share; a command's own options are never shared.
    init(of commands: [CommandDescription]) {
        var seen: [(heading: String, rows: [FlagDescription], count: Int)] = []
        for command in commands {
            for (heading, rows) in command.flagsByHeading
            where heading != FlagDescription.standardHeading {
                if let index = seen.firstIndex(where: { $0.heading == heading && $0.rows == rows })
                {
                    seen[index].count += 1
                } else {
                    seen.append((heading, rows, 1))
                }
            }
        }
        for (heading, rows, count) in seen where count > 1 {
            // Of two versions of a heading the first is the shared one; the other stays in place.
            guard !groups.contains(where: { $0.heading == heading }) else { continue }
            groups.append((heading, rows))
        }
    }

    /// Returns true when a command's options under `heading` are printed once for all.
    func contains(_ heading: String, _ rows: [FlagDescription]) -> Bool {
        groups.contains { $0.heading == heading && $0.rows == rows }
    }
}

extension Outline {
    /// Returns the sections that only this command has: what the program says too is printed once
    /// for all.
    func ownSections(of command: CommandDescription) -> [Section] {
        command.sections.filter { !sections.contains($0) }
    }
}
