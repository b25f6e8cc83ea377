// Which records `consume` prints, as options.

import Arguments
import JSON

/// The conditions of `consume`.
struct ConsumePicking: CommandOptions {
    var keys: [String] = []
    var patterns: [String] = []
    var headers: [HeaderArgument] = []
    var notKeys: [String] = []
    var notPatterns: [String] = []
    var notHeaders: [HeaderArgument] = []
    var sample: SampleRate?

    static let flags = rows.map { $0.grouped("Picking").advanced() }

    private static let rows: [Flag<ConsumePicking>] = [
        .list("key", "Print records with this key only.", \.keys),
        .list("grep", "Print records whose value matches only.", \.patterns, placeholder: "REGEX"),
        .list("header", "Print records with this header only.", \.headers),
        .list("not-key", "Leave out records with this key.", \.notKeys),
        .list(
            "not-grep",
            "Leave out records whose value matches.",
            \.notPatterns,
            placeholder: "REGEX"
        ),
        .list("not-header", "Leave out records with this header.", \.notHeaders),
        .optional("sample", "Print one record out of so many.", \.sample),
    ]

    /// The conditions together; nil when every record is wanted.
    func filter() throws(CommandError) -> RecordFilter? {
        var conditions: [RecordFilter.Condition] = []
        for (words, isNegated) in [(keys, false), (notKeys, true)] {
            conditions += words.map { .init(kind: .key(Array($0.utf8)), isNegated: isNegated) }
        }
        for (matches, isNegated) in [(headers, false), (notHeaders, true)] {
            conditions += matches.map { .init(kind: .header($0.header), isNegated: isNegated) }
        }
        for (words, isNegated) in [(patterns, false), (notPatterns, true)] {
            for word in words {
                do {
                    let pattern = try BytePattern(word)
                    conditions.append(.init(kind: .value(pattern), isNegated: isNegated))
                } catch {
                    throw CommandError(
                        .usage,
                        "invalid value '\(word)' for --\(isNegated ? "not-" : "")grep: \(error.reason)"
                    )
                }
            }
        }
        return RecordFilter(conditions, every: sample?.every ?? 1)
    }
}
