// One-letter options of another program that a user who knows it may type here.

/// An option that a command has not, and how the same is said with what it has.
public struct ForeignOption: Sendable {
    /// Its letter.
    let letter: Character
    /// True when a value follows it, in the same word or the next.
    let takesValue: Bool
    /// The words to write in its place, where `*` stands for the value; nil when nothing is needed.
    let words: String?
    /// Whose option it is.
    let program: String

    /// Describes an option without a value.
    public init(_ letter: Character, of program: String, _ words: String?) {
        self.letter = letter
        self.program = program
        self.words = words
        takesValue = false
    }

    /// Describes an option with a value, which `*` stands for in `words`.
    public init(_ letter: Character, of program: String, value words: String) {
        self.letter = letter
        self.program = program
        self.words = words
        takesValue = true
    }

    /// Returns what to do instead, given what follows the letter.
    func hint(attached: String, next: String?) -> String {
        guard let words else { return "leave out \(program)'s -\(letter), which is not needed" }
        let value = takesValue ? (attached.isEmpty ? next : attached) : nil
        let shown = words.split(separator: "*", omittingEmptySubsequences: false)
            .joined(separator: value ?? "VALUE")
        let typed = takesValue ? "-\(letter) \(value ?? "VALUE")" : "-\(letter)"
        return "\(program)'s \(typed) is \(shown) here"
    }
}
