// The options that shape the files of an output folder, compared when a run continues them.
//
// 1. A text is what would be typed, in one spelling for all that mean the same. A long one is cut, and
//    ends in the digest of the whole, so that two that differ have texts that differ.
// 2. Where a run begins is compared only when it is said again: going on begins where it was left.

import Arguments
import CommandKit
import Crypto
import JSON
import KafkaCore

/// The options of a run that its files depend on.
struct FolderOptions: Equatable {
    /// Options that belong together.
    enum Group: String, CaseIterable {
        /// Options for printing records.
        case format
        /// Options that select the records to print.
        case filter
        /// Options that select the partitions to read.
        case partitions
        /// The option that selects the records of transactions.
        case isolation
        /// Options for the start of reading.
        case start
    }

    /// The texts that are known; an empty one stands for no option.
    private(set) var texts: [Group: String] = [:]
    /// True when the command line says where to begin.
    private(set) var saysStart = true

    /// The largest number of bytes of a text that are kept.
    private static let longest = 200

    /// The options of `consume`, and which records of transactions the client reads.
    init(_ options: Consume.Options, _ isolation: IsolationLevel) {
        let read = options.read
        set(.format, options.format.words)
        set(.filter, options.picking.words)
        set(.partitions, read.range.partitionWords)
        set(.isolation, ["--isolation-level", isolation.rawValue])
        set(.start, read.group.name.map { ["--group", Self.quoted($0)] } ?? read.range.startWords)
        saysStart = read.range.saysStart
    }

    /// Reads the options from a state; nil for one that kctl has not written.
    init?(_ json: JSONValue) {
        guard case .object = json else { return nil }
        for group in Group.allCases {
            guard let value = json[group.rawValue] else { continue }
            guard let text = value.string, text.utf8.count <= 4 * Self.longest else { return nil }
            texts[group] = text
        }
    }

    private mutating func set(_ group: Group, _ words: [String]) {
        texts[group] = Self.bounded(words.joined(separator: " "))
    }

    /// Returns a text as it is kept.
    private static func bounded(_ text: String) -> String {
        guard text.utf8.count > longest, var digest = try? SHA256() else { return text }
        digest.update(text.utf8Span.span.bytes)
        guard let hex = try? digest.hex() else { return text }
        // Scalar by scalar, since one character may be as long as all.
        var head = ""
        for scalar in text.unicodeScalars {
            guard head.utf8.count < longest / 2 else { break }
            head.unicodeScalars.append(scalar)
        }
        return "\(head)... (SHA-256 \(hex))"
    }

    /// Returns a word as it is typed.
    static func quoted(_ word: String) -> String { ShellWord.quoted(word) }

    /// Writes them as an object.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        for group in Group.allCases {
            guard let text = texts[group] else { continue }
            json.key(text: group.rawValue)
            json.string(text)
        }
        json.endObject()
    }

    /// Returns the differences between these options and `then`, group by group.
    ///
    /// `hasBegun`: whether places are known at which to go on.
    func differences(from then: FolderOptions, hasBegun: Bool) -> [String] {
        Group.allCases.compactMap { group in
            guard let old = then.texts[group], let new = texts[group], old != new,
                group != .start || saysStart || !hasBegun
            else { return nil }
            return "\(group.rawValue): \(Self.shown(old)) before, \(Self.shown(new)) now"
        }
    }

    private static func shown(_ text: String) -> String { text.isEmpty ? "none" : text }

    /// Refuses to go on in the folder at `path` with options other than those of `then`.
    func check(from then: FolderOptions, hasBegun: Bool, in path: String) throws(CommandError) {
        let differences = differences(from: then, hasBegun: hasBegun)
        guard !differences.isEmpty else { return }
        throw CommandError(
            .usage,
            "cannot resume '\(path)' with other options: "
                + differences.joined(separator: "; "),
            hint: "repeat the options of the first run, or use another folder"
        )
    }
}

// MARK: The options as words

extension ConsumeFormat {
    /// The options that differ from their defaults, as words.
    fileprivate var words: [String] {
        var words: [String] = []
        func add(_ flag: String, _ value: String?) {
            if let value { words += [flag, FolderOptions.quoted(value)] }
        }
        if isJSON { words.append("--json") }
        if isKcat { words.append("--kcat-format") }
        add("-f", format)
        let toggles = [
            ("--print-partition", showsPartition), ("--print-offset", showsOffset),
            ("--print-timestamp", showsTimestamp), ("--print-headers", showsHeaders),
            // The separator prints the key in any case.
            ("--print-key", showsKey && keySeparator == nil),
        ]
        words += toggles.filter(\.1).map(\.0)
        add("-K", keySeparator?.argumentText)
        add("--key-format", keyFormat == .text ? nil : keyFormat?.rawValue)
        add("--value-format", valueFormat == .text ? nil : valueFormat?.rawValue)
        add("-D", delimiter?.bytes == [UInt8(ascii: "\n")] ? nil : delimiter?.argumentText)
        return words
    }
}

extension ConsumePicking {
    /// The conditions, which hold in any order.
    fileprivate var words: [String] {
        let lists: [(flag: String, values: [String])] = [
            ("--key", keys), ("--key-regex", keyPatterns), ("--grep", patterns),
            ("--header", headers.map(\.argumentText)), ("--topic-regex", topicPatterns),
            ("--not-key", notKeys), ("--not-key-regex", notKeyPatterns),
            ("--not-grep", notPatterns), ("--not-header", notHeaders.map(\.argumentText)),
            ("--not-topic-regex", notTopicPatterns),
        ]
        var words = lists.flatMap { list in
            Set(list.values).sorted().flatMap { [list.flag, FolderOptions.quoted($0)] }
        }
        if let sample, sample.every > 1 { words += ["--sample", sample.argumentText] }
        return words
    }
}

extension ConsumeRange {
    /// True when an option says where to begin.
    fileprivate var saysStart: Bool { offset != nil || fromBeginning || last != nil }

    /// The options for the start of reading, without those for its end.
    fileprivate var startWords: [String] {
        if let last { return ["--last", "\(last)"] }
        let spec = spec
        if let all = spec.all {
            if all.begin == .start(plus: 0) { return ["--from-beginning"] }
            return ["-o", all.begin.text]
        }
        let parts = spec.partitions.sorted { $0.key < $1.key }
        return ["-o", parts.map { "\($0.key)=\($0.value.begin.text)" }.joined(separator: ",")]
    }

    /// The partitions that are read, unless it is all.
    fileprivate var partitionWords: [String] {
        var wanted = partitions.map { Set($0.numbers) }
        if let offset, offset.all == nil {
            let named = Set(offset.partitions.keys)
            wanted = wanted?.intersection(named) ?? named
        }
        guard let wanted else { return [] }
        return ["-p", wanted.sorted().map { "\($0)" }.joined(separator: ",")]
    }
}

extension OffsetPosition {
    /// The place as it is typed.
    fileprivate var text: String {
        switch self {
        case .start(plus: 0): "start"
        case .start(let plus): "start+\(plus)"
        case .end(minus: 0): "end"
        case .end(let minus): "end-\(minus)"
        case .offset(let offset): "\(offset)"
        case .stored: "stored"
        case .time(.absolute(let milliseconds)): "@\(milliseconds)"
        case .time(.ago(let duration)): "@-\(duration.argumentText)"
        }
    }
}
