// Values of offset options: which time, which partitions.

package import Arguments
package import KafkaCore

/// The offset that is asked for.
package enum OffsetTimeArgument: ArgumentValue, Equatable {
    case earliest
    case latest
    case maxTimestamp
    case time(TimePoint, text: String)

    package static let placeholder = "TIME"

    package var argumentText: String {
        switch self {
        case .earliest: "earliest"
        case .latest: "latest"
        case .maxTimestamp: "max-timestamp"
        case .time(_, let text): text
        }
    }

    package init(argument: String) throws(InvalidValue) {
        switch argument {
        // The numbers are Kafka's own for these.
        case "earliest", "beginning", "start", "-2": self = .earliest
        case "latest", "end", "-1": self = .latest
        case "max-timestamp", "-3": self = .maxTimestamp
        default:
            guard let time = TimePoint(argument) else {
                throw InvalidValue("not earliest, latest, max-timestamp, \(TimePoint.forms)")
            }
            self = .time(time, text: argument)
        }
    }

    /// Returns the time for the broker, when now is `now`, in milliseconds since 1970.
    package func resolved(now: Int64) -> OffsetTime {
        switch self {
        case .earliest: .earliest
        case .latest: .latest
        case .maxTimestamp: .maxTimestamp
        case .time(let point, _): .milliseconds(point.milliseconds(now: now))
        }
    }
}

/// Partition numbers: `0,3-5`.
package struct PartitionNumbers: ArgumentValue {
    package static let placeholder = "LIST"

    package let argumentText: String
    package let numbers: [Int32]

    package init(argument: String) throws(InvalidValue) {
        argumentText = argument
        var numbers: Set<Int32> = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = ends.first.flatMap({ Int32($0) }), first >= 0,
                let last = ends.last.flatMap({ Int32($0) }), last >= first, last - first < 100_000
            else { throw InvalidValue("'\(part)' is not a partition or a range like 3-5") }
            numbers.formUnion(first...last)
        }
        self.numbers = numbers.sorted()
    }
}

extension PartitionNumbers? {
    /// Returns the partitions of a topic that have these numbers, or all; a number that the topic
    /// does not have is passed to `fail`.
    package func partitions(of topic: Topic, fail: (CommandError) -> Void) -> [Partition] {
        guard let wanted = self?.numbers else { return topic.partitions }
        let numbers = topic.partitions.map(\.id)
        for number in wanted where !numbers.contains(number) {
            fail(.missingPartition(number, of: topic.name, count: numbers.count))
        }
        return topic.partitions.filter { wanted.contains($0.id) }
    }
}
