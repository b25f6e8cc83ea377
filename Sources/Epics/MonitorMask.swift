// The events of a channel that are monitored, as letters and as Channel Access has them.

import Arguments

/// Kinds of events, as the bits of a subscription.
struct MonitorMask: OptionSet, Hashable, Sendable {
    let rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The value has changed: `DBE_VALUE`.
    static let value = MonitorMask(rawValue: 1)
    /// The value has changed enough for an archive: `DBE_LOG`.
    static let log = MonitorMask(rawValue: 2)
    /// The alarm status or severity has changed: `DBE_ALARM`.
    static let alarm = MonitorMask(rawValue: 4)
    /// Units, limits or labels have changed: `DBE_PROPERTY`.
    static let property = MonitorMask(rawValue: 8)

    private static let all: [(letter: Character, mask: MonitorMask, word: String)] = [
        ("v", .value, "value"), ("a", .alarm, "alarm"), ("l", .log, "log"),
        ("p", .property, "property"),
    ]

    /// Reads letters, each at most once; nil for anything else, and for none.
    init?(letters: some StringProtocol) {
        self = []
        for letter in letters {
            guard let entry = Self.all.first(where: { $0.letter == letter }),
                insert(entry.mask).inserted
            else { return nil }
        }
        if isEmpty { return nil }
    }

    /// Reads the mask of a command record by the rule of epics2kafka: it holds `v`, `a` or both; its
    /// first versions wrote `VALUE` and `ALARM`.
    ///
    /// Nil when it holds none: a subscription without events breaks the server's connection.
    init?(stored text: String) {
        self = []
        if text.contains("v") || text.contains("VALUE") { insert(.value) }
        if text.contains("a") || text.contains("ALARM") { insert(.alarm) }
        if isEmpty { return nil }
    }

    /// The letters, in the order of the options: `va`.
    var letters: String { String(Self.all.filter { contains($0.mask) }.map(\.letter)) }

    /// The same in words: `value, alarm`.
    var words: String { Self.all.filter { contains($0.mask) }.map(\.word).joined(separator: ", ") }

    /// The letters that epics2kafka knows, of which there is always one.
    var storedLetters: String {
        let known = intersection([.value, .alarm])
        return known.isEmpty ? "v" : known.letters
    }

    /// True when epics2kafka's letters say all of it.
    var isStored: Bool { MonitorMask(letters: storedLetters) == self }
}

extension MonitorMask: ArgumentValue {
    static let placeholder = "MASK"

    init(argument: String) throws(InvalidValue) {
        guard let mask = MonitorMask(letters: argument) else {
            throw InvalidValue("letters are v (value), a (alarm), l (log) and p (property)")
        }
        self = mask
    }

    var argumentText: String { letters }
}
