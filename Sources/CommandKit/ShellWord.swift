// A word as it is typed at a shell's prompt: for commands that are advised.

/// Words of a command line.
package enum ShellWord {
    /// Returns a word as the shell takes it: as it is where it can be.
    package static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
        if plain, !word.isEmpty, !word.hasPrefix("-") { return word }
        let parts = word.split(separator: "'", omittingEmptySubsequences: false)
        return (word.hasPrefix("-") ? "-- " : "") + "'" + parts.joined(separator: "'\\''") + "'"
    }
}
