// A topic to make in the sandbox: `name:partitions`.

import Arguments
import CommandKit

/// A name and a number of partitions.
struct TopicRequest: ArgumentValue, Equatable {
    static let placeholder = "NAME:PARTITIONS"

    /// The largest number of partitions of a topic.
    static let mostPartitions: Int32 = 10_000

    let name: String
    let partitions: Int32

    var argumentText: String { "\(name):\(partitions)" }

    init(argument: String) throws(InvalidValue) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard let first = parts.first, TopicName.isValid(first), parts.count <= 2 else {
            throw InvalidValue("not NAME:PARTITIONS; a name has letters, digits, '.', '_' and '-'")
        }
        name = String(first)
        guard parts.count == 2 else {
            partitions = 1
            return
        }
        guard let count = Int32(parts[1]), (1...Self.mostPartitions).contains(count) else {
            throw InvalidValue(
                "the number of partitions is not between 1 and \(Self.mostPartitions)"
            )
        }
        partitions = count
    }
}
