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
            case value(BytePattern)
            case header(RecordHeader)
        }

        var kind: Kind
        var isNegated = false
    }

    private let conditions: [Condition]
    private let every: Int
    private var matching = 0
    /// How many records were passed over.
    private(set) var passedOver = 0

    /// Makes a filter; nil when every record is wanted.
    init?(_ conditions: [Condition], every: Int) {
        guard !conditions.isEmpty || every > 1 else { return nil }
        self.conditions = conditions
        self.every = every
    }

    /// Whether a record is wanted; counts those that are not.
    mutating func wants(_ record: borrowing Record) -> Bool {
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
        case .header(let wanted):
            var isFound = false
            record.forEachHeader { name, value in
                guard !isFound, name.byteCount == wanted.name.count, name.has(wanted.name, at: 0)
                else { return }
                guard let bytes = wanted.value else {
                    isFound = true
                    return
                }
                guard let value else { return }
                isFound = value.byteCount == bytes.count && value.has(bytes, at: 0)
            }
            return isFound
        }
    }
}
