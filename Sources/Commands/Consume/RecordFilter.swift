// Which of the records read are printed, and how many were not.

import Arguments
import JSON
import KafkaCore

/// Every how many-th record is printed: `1/100`.
struct SampleRate: ArgumentValue, Equatable {
    let every: Int

    static var placeholder: String { "1/N" }

    init(argument: String) throws(InvalidValue) {
        guard argument.hasPrefix("1/"), let every = Int(argument.dropFirst(2)), every > 0 else {
            throw InvalidValue("not a share such as 1/100")
        }
        self.every = every
    }

    var argumentText: String { "1/\(every)" }
}

/// What a record must be like to be printed; all conditions must hold.
struct RecordFilter {
    /// One condition; `isNegated` turns it round.
    struct Condition {
        enum Kind {
            case key([UInt8])
            case keyMatching(BytePattern)
            case value(BytePattern)
            /// A header of this name, and of this value where there is one.
            case header([UInt8], value: [UInt8]?)
            case headerMatching([UInt8], BytePattern)
            case topic(BytePattern)
        }

        var kind: Kind
        var isNegated = false
    }

    private let conditions: [Condition]
    private let every: Int
    private var matching = 0
    /// Whether each topic is wanted, by its number.
    private var topics: [Bool] = []
    /// How many records were passed over.
    private(set) var passedOver = 0

    /// What topics' names must be like.
    private let topicConditions: [(pattern: BytePattern, isNegated: Bool)]

    /// Makes a filter; nil when every record is wanted.
    init?(_ conditions: [Condition], every: Int) {
        guard !conditions.isEmpty || every > 1 else { return nil }
        // Names are looked at once and not with each record.
        topicConditions = conditions.compactMap {
            if case .topic(let pattern) = $0.kind { (pattern, $0.isNegated) } else { nil }
        }
        self.conditions = conditions.filter {
            if case .topic = $0.kind { false } else { true }
        }
        self.every = every
    }

    /// Makes the next topic known; topics are counted from 0.
    mutating func addTopic(_ name: String) {
        topics.append(
            topicConditions.allSatisfy { condition in
                condition.pattern.matches(in: name.utf8Span.span.bytes) != condition.isNegated
            }
        )
    }

    /// Whether a record is wanted; counts those that are not.
    mutating func wants(_ record: borrowing Record) -> Bool {
        let topic = record.topicIndex
        guard !topics.indices.contains(topic) || topics[topic] else {
            passedOver += 1
            return false
        }
        for condition in conditions where Self.holds(condition, record) == condition.isNegated {
            passedOver += 1
            return false
        }
        defer { matching += 1 }
        guard matching % every == 0 else {
            passedOver += 1
            return false
        }
        return true
    }

    private static func holds(_ condition: Condition, _ record: borrowing Record) -> Bool {
        switch condition.kind {
        case .key(let wanted):
            guard let key = record.key else { return false }
            return key.byteCount == wanted.count && key.has(wanted, at: 0)
        case .value(let pattern):
            guard let value = record.value else { return false }
            return pattern.matches(in: value)
        case .keyMatching(let pattern):
            guard let key = record.key else { return false }
            return pattern.matches(in: key)
        case .header(let wanted, value: let bytes):
            return has(wanted, record) { value in
                guard let bytes else { return true }
                guard let value else { return false }
                return value.byteCount == bytes.count && value.has(bytes, at: 0)
            }
        case .headerMatching(let wanted, let pattern):
            return has(wanted, record) { value in
                guard let value else { return false }
                return pattern.matches(in: value)
            }
        case .topic: return true
        }
    }

    /// Whether one of the headers of this name is wanted.
    private static func has(
        _ wanted: [UInt8],
        _ record: borrowing Record,
        _ isWanted: (RawSpan?) -> Bool
    ) -> Bool {
        var isFound = false
        record.forEachHeader { name, value in
            guard !isFound, name.byteCount == wanted.count, name.has(wanted, at: 0) else { return }
            isFound = isWanted(value)
        }
        return isFound
    }
}
