// What is done with each message: whether it is part of the read, and whether it is wanted.

import KafkaCore
import Records

/// The way of a record from the library to the sink.
struct Intake<Sink: RecordSink & ~Copyable>: ~Copyable {
    /// How far every partition has come.
    var progress: ReadProgress
    /// Where records go.
    var sink: Sink
    /// What goes there; nil for everything.
    private(set) var filter: RecordFilter?
    /// Whether reading is over because nothing can be read any more.
    private(set) var failure: IntakeFailure?
    /// Partitions that cannot be read on as they are: a topic that is gone, or an offset.
    private(set) var signs: [IntakeFailure] = []
    /// Whether partitions are still to come, so that having read all there are is not the end.
    var isAwaiting = false
    private let limit: Int

    init(
        into sink: consuming Sink,
        progress: ReadProgress = ReadProgress(),
        filter: RecordFilter? = nil,
        limit: Int? = nil
    ) {
        self.progress = progress
        self.sink = sink
        self.filter = filter
        self.limit = limit ?? .max
    }

    /// Whether nothing more is wanted.
    var isComplete: Bool {
        sink.printed >= limit || !isAwaiting && progress.isComplete || sink.isSatisfied
    }

    /// How many records were read and are not wanted.
    var passedOver: Int { (filter?.passedOver ?? 0) + sink.passedOver }

    /// Makes the next topic known; topics are counted from 0.
    mutating func addTopic(_ name: String) {
        sink.addTopic(name)
        filter?.addTopic(name)
    }

    /// Takes one message; false when no other is wanted.
    mutating func take(_ record: borrowing Record) -> Bool {
        guard !record.isError else { return takeNews(record) }
        let verdict = progress.record(
            topicIndex: record.topicIndex,
            partition: record.partition,
            offset: record.offset
        )
        guard verdict == .take else { return !isComplete }
        if filter?.wants(record) ?? true { sink.take(record) } else { sink.passOver(record) }
        return !isComplete
    }

    private mutating func takeNews(_ record: borrowing Record) -> Bool {
        if record.isEndOfPartition {
            progress.reachedEnd(
                topicIndex: record.topicIndex,
                partition: record.partition,
                offset: record.offset
            )
            sink.reachedEnd(topicIndex: record.topicIndex, partition: record.partition)
        } else if let error = record.error, !error.isRetriable {
            // Where the end or the beginning could not be asked for, the reason comes next.
            guard !error.isOffsetGone || record.offset >= 0 else { return true }
            // A fetch brings more than is read: damage behind a pinned end is nobody's.
            let part = progress[record.topicIndex, record.partition]
            if error.isCorrupt, let part, part.isComplete || record.offset >= part.end ?? .max {
                progress.reachedEnd(
                    topicIndex: record.topicIndex,
                    partition: record.partition,
                    offset: record.offset
                )
                return !isComplete
            }
            let new = IntakeFailure(
                error: error,
                topicIndex: record.topicIndex,
                partition: record.partition,
                offset: record.offset
            )
            // What has arrived of other partitions is taken all the same.
            if error.isOffsetGone || error.kind == .notFound, record.topicIndex >= 0 {
                signs.append(new)
            } else {
                failure = new
            }
        }
        return failure == nil && !isComplete
    }

    /// Takes the signs there are.
    mutating func takeSigns() -> [IntakeFailure] {
        defer { signs = [] }
        return signs
    }
}

/// Why a partition cannot be read on.
struct IntakeFailure {
    var error: KafkaError
    var topicIndex: Int
    var partition: Int32
    /// The offset that was to be read.
    var offset: Int64
}
