// The choice of the records that `consume` prints, as options.

import Arguments
import CommandKit
import JSON
import Records

/// The conditions of `consume`.
struct ConsumePicking: CommandOptions {
    var keys: [String] = []
    var keyPatterns: [String] = []
    var patterns: [String] = []
    var headers: [HeaderMatch] = []
    var topicPatterns: [String] = []
    var notKeys: [String] = []
    var notKeyPatterns: [String] = []
    var notPatterns: [String] = []
    var notHeaders: [HeaderMatch] = []
    var notTopicPatterns: [String] = []
    var sample: SampleRate?

    static let flags = rows.map { $0.grouped("Filter").advanced() }

    private static let rows: [Flag<ConsumePicking>] = [
        .list("key", "Print only records with this key.", \.keys),
        .list(
            "key-regex",
            "Print only records whose key matches this expression.",
            \.keyPatterns,
            placeholder: "REGEX"
        ),
        .list(
            "grep",
            "Print only records whose value matches this expression.",
            \.patterns,
            placeholder: "REGEX"
        ),
        .list("header", "Print only records with this header.", \.headers),
        .list(
            "topic-regex",
            "Print only records of topics whose name matches.",
            \.topicPatterns,
            placeholder: "REGEX"
        ),
        .list("not-key", "Omit records with this key.", \.notKeys),
        .list(
            "not-key-regex",
            "Omit records whose key matches.",
            \.notKeyPatterns,
            placeholder: "REGEX"
        ),
        .list(
            "not-grep",
            "Omit records whose value matches.",
            \.notPatterns,
            placeholder: "REGEX"
        ),
        .list("not-header", "Omit records with this header.", \.notHeaders),
        .list(
            "not-topic-regex",
            "Omit records of topics whose name matches.",
            \.notTopicPatterns,
            placeholder: "REGEX"
        ),
        .optional("sample", "Print this share of the records, such as 1/100.", \.sample),
    ]

    /// Returns the conditions together; nil when every record is wanted.
    func filter() throws(CommandError) -> RecordFilter? {
        var conditions: [RecordFilter.Condition] = []
        for (words, isNegated) in [(keys, false), (notKeys, true)] {
            conditions += words.map { .init(kind: .key(Array($0.utf8)), isNegated: isNegated) }
        }
        conditions += try compiled(keyPatterns, notKeyPatterns, "key-regex") { .keyMatching($0) }
        for (matches, isNegated) in [(headers, false), (notHeaders, true)] {
            for match in matches {
                let kind: RecordFilter.Condition.Kind
                switch match.value {
                case .any: kind = .header(match.name, value: nil)
                case .exactly(let bytes): kind = .header(match.name, value: bytes)
                case .matching(let text):
                    let pattern = try Self.compiled(text, "\(isNegated ? "not-" : "")header")
                    kind = .headerMatching(match.name, pattern)
                }
                conditions.append(.init(kind: kind, isNegated: isNegated))
            }
        }
        conditions += try compiled(patterns, notPatterns, "grep") { .value($0) }
        conditions += try compiled(topicPatterns, notTopicPatterns, "topic-regex") { .topic($0) }
        return RecordFilter(conditions, every: sample?.every ?? 1)
    }

    private func compiled(
        _ words: [String],
        _ negated: [String],
        _ option: String,
        _ kind: (BytePattern) -> RecordFilter.Condition.Kind
    ) throws(CommandError) -> [RecordFilter.Condition] {
        var conditions: [RecordFilter.Condition] = []
        for word in words {
            conditions.append(.init(kind: kind(try Self.compiled(word, option)), isNegated: false))
        }
        for word in negated {
            let pattern = try Self.compiled(word, "not-" + option)
            conditions.append(.init(kind: kind(pattern), isNegated: true))
        }
        return conditions
    }

    private static func compiled(
        _ text: String,
        _ option: String
    ) throws(CommandError) -> BytePattern {
        do { return try BytePattern(text) } catch {
            throw CommandError(.usage, "invalid value '\(text)' for --\(option): \(error.reason)")
        }
    }
}
