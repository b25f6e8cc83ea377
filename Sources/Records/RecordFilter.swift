// Which of the records read are wanted, and how many are not.

package import JSON
package import KafkaCore

/// Conditions that a record must meet, all of them.
package struct RecordFilter {
    /// One condition; `isNegated` turns it round.
    package struct Condition {
        /// The part of a record that is compared, and what it must be.
        package enum Kind {
            case key([UInt8])
            case keyMatching(BytePattern)
            case value(BytePattern)
            /// A header of this name, and of this value where there is one.
            case header([UInt8], value: [UInt8]?)
            case headerMatching([UInt8], BytePattern)
            case topic(BytePattern)
        }

        package var kind: Kind
        package var isNegated: Bool

        package init(kind: Kind, isNegated: Bool = false) {
            self.kind = kind
            self.isNegated = isNegated
        }
    }

    private let conditions: [Condition]
    private let every: Int
    private var matching = 0
    /// True for each topic that is wanted, by its number.
    private var topics: [Bool] = []
    /// The number of records that were filtered out.
    package private(set) var passedOver = 0

    /// The conditions on topics' names.
    private let topicConditions: [(pattern: BytePattern, isNegated: Bool)]

    /// Makes a filter; nil when every record is wanted.
    package init?(_ conditions: [Condition], every: Int) {
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
    package mutating func addTopic(_ name: String) {
        topics.append(
            topicConditions.allSatisfy { condition in
                condition.pattern.matches(in: name.utf8Span.span.bytes) != condition.isNegated
            }
        )
    }

    /// Returns true for a record that is wanted; counts those that are not.
    package mutating func wants(_ record: borrowing Record) -> Bool {
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

    /// Returns true when one of the headers of this name is wanted.
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
