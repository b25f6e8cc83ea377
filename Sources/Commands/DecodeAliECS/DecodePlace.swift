// The source of a record, as far as it is known.

import AliECS
import KafkaCore
import Output
import Records

/// The place of a record that is decoded.
struct DecodePlace {
    /// The topic, by the number that the pipeline gave it; −1 when it has none.
    var topic = -1
    var partition: Int32?
    var offset: Int64?
    /// Milliseconds since 1970, and the clock that set them.
    var timestamp: (milliseconds: Int64, kind: TimestampKind?)?
    /// The place of the record in an input; empty for a cluster's records.
    var input = ""

    /// Kafka's own time of it.
    var time: EventTime? { timestamp.map { EventTime(milliseconds: $0.milliseconds) } }

    /// By which the order of time knows where it comes from.
    var source: Int { Self.source(topic, partition) }

    static func source(_ topic: Int, _ partition: Int32?) -> Int {
        (topic + 1) << 32 | Int(partition ?? -1) + 1
    }

    /// Returns the place as errors name it.
    func text(topic name: String?) -> String {
        var parts: [String] = input.isEmpty ? [] : [input]
        if let name {
            parts.append(
                name + (partition.map { "[\($0)]" } ?? "") + (offset.map { " offset \($0)" } ?? "")
            )
        }
        return parts.joined(separator: ": ")
    }
}

extension DecodePlace {
    /// The place of a record of a cluster.
    init(_ record: borrowing Record) {
        topic = record.topicIndex
        partition = record.partition
        offset = record.offset
        let (milliseconds, type) = record.timestamp
        switch type {
        case .create: timestamp = (milliseconds, .create)
        case .logAppend: timestamp = (milliseconds, .logAppend)
        case .unavailable: timestamp = nil
        }
    }
}
