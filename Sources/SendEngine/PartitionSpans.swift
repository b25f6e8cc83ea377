// How many records each partition got, and at which offsets.

/// Counts and offsets by topic and partition.
package struct PartitionSpans {
    /// The records that one partition got.
    package struct Span {
        package var records = 0
        package var first: Int64?
        package var last: Int64?

        mutating func add(_ offset: Int64?) {
            records += 1
            guard let offset else { return }
            first = min(first ?? offset, offset)
            last = max(last ?? offset, offset)
        }

        mutating func add(_ other: Span) {
            records += other.records
            for offset in [other.first, other.last] {
                guard let offset else { continue }
                first = min(first ?? offset, offset)
                last = max(last ?? offset, offset)
            }
        }
    }

    private var topics: [[Span]] = []

    /// Counts nothing yet.
    init() {}

    /// Counts a record; the offset is nil when the broker reported none.
    mutating func add(topic: Int, partition: Int32, offset: Int64?) {
        guard topic >= 0, partition >= 0, partition < 1_000_000 else { return }
        makeRoom(topic, Int(partition))
        topics[topic][Int(partition)].add(offset)
    }

    /// Counts what others counted.
    mutating func add(_ other: PartitionSpans) {
        other.forEach { topic, partition, span in
            makeRoom(topic, partition)
            topics[topic][partition].add(span)
        }
    }

    /// Calls `body` for each partition that got a record, in order.
    package func forEach(_ body: (_ topic: Int, _ partition: Int, Span) -> Void) {
        for (topic, spans) in topics.enumerated() {
            for (partition, span) in spans.enumerated() where span.records > 0 {
                body(topic, partition, span)
            }
        }
    }

    private mutating func makeRoom(_ topic: Int, _ partition: Int) {
        while topics.count <= topic { topics.append([]) }
        let missing = partition + 1 - topics[topic].count
        if missing > 0 { topics[topic] += [Span](repeating: Span(), count: missing) }
    }
}
