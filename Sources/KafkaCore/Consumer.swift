// Reading partitions: those that it is asked to start, or those that a group has assigned.
//
// Every partition's records are routed into one queue, which raises one descriptor. A group's
// records arrive there too: `GroupMember` has them fetched, `receive` has them delivered.

public import Reactor

internal import CRdkafka

/// The place in a partition to begin at.
public enum StartOffset: Equatable, Sendable {
    /// At the first offset that is still there.
    case beginning
    /// Behind the last record.
    case end
    /// At this offset.
    case at(Int64)

    var raw: Int64 {
        switch self {
        case .beginning: Int64(RD_KAFKA_OFFSET_BEGINNING)
        case .end: Int64(RD_KAFKA_OFFSET_END)
        case .at(let offset): offset
        }
    }
}

/// A reader of partitions that it is asked to start.
///
/// Ask for the topic's metadata before starting its partitions: a partition whose leader is not
/// known yet begins half a second late.
@safe public struct Consumer: ~Copyable {
    private let client: Client  // must outlive queue and handles
    private let queue: OpaquePointer
    private var wakeup: Wakeup?  // released after deinit's body: the library writes to it
    private var topics: [(name: String, handle: TopicHandle)] = []
    private var started: Set<TopicPartition> = []
    private let batch: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>

    /// The most records that waited since the broker threads were last woken.
    private var peak = 0

    private static let batchSize = 1000

    /// Makes a reader on a consumer client.
    public init(_ client: Client) {
        self.client = client
        unsafe queue = unsafe rd_kafka_queue_new(client.raw)
        unsafe batch = .allocate(capacity: Self.batchSize)
    }

    deinit {
        for partition in started {
            guard let topic = topics.first(where: { $0.name == partition.topic }) else { continue }
            unsafe rd_kafka_consume_stop(topic.handle.raw, partition.partition)
        }
        unsafe rd_kafka_queue_io_event_enable(queue, -1, nil, 0)
        unsafe rd_kafka_queue_destroy(queue)
        unsafe batch.deallocate()
    }

    /// Raises `wakeup` whenever records stop being absent; holds it from now on.
    ///
    /// C: `rd_kafka_queue_io_event_enable`.
    public mutating func raise(_ wakeup: Wakeup) {
        self.wakeup = wakeup
        unsafe enableEvents(queue, wakeup)
    }

    /// Counts a topic, so that its records are distinguished by its number.
    ///
    /// Starting a partition counts its topic too.
    public mutating func know(_ topic: String) {
        _ = try? handle(topic)
    }

    /// Begins to read a partition.
    ///
    /// C: `rd_kafka_consume_start_queue`.
    /// - Throws: `KafkaError` when the partition is being read already or cannot be.
    public mutating func start(
        _ partition: TopicPartition,
        at offset: StartOffset
    ) throws(KafkaError) {
        // The library takes a second start for a new one, and delivers records twice.
        guard !started.contains(partition) else {
            throw KafkaError(
                .invalid,
                "partition \(partition.partition) of '\(partition.topic)' is being read already"
            )
        }
        let handle = try handle(partition.topic)
        let result = unsafe rd_kafka_consume_start_queue(
            handle.raw,
            partition.partition,
            offset.raw,
            queue
        )
        guard result == 0 else { throw KafkaError(rd_kafka_last_error()) }
        started.insert(partition)
    }

    /// Stops reading a partition; what has already arrived may still be delivered.
    ///
    /// Blocks until the library has let go of it. C: `rd_kafka_consume_stop`.
    public mutating func stop(_ partition: TopicPartition) {
        guard started.remove(partition) != nil,
            let topic = topics.first(where: { $0.name == partition.topic })
        else { return }
        unsafe rd_kafka_consume_stop(topic.handle.raw, partition.partition)
    }

    /// Has the records of a partition that a group assigned arrive here, from now on.
    ///
    /// To be called before each `GroupMember.assign` of it: the library undoes it when the
    /// partition is revoked. C: `rd_kafka_queue_get_partition`, `rd_kafka_queue_forward`.
    public func receive(_ partition: TopicPartition) {
        let own = unsafe rd_kafka_queue_get_partition(
            client.raw,
            partition.topic,
            partition.partition
        )
        guard let own = unsafe own else { return }
        unsafe rd_kafka_queue_forward(own, queue)
        unsafe rd_kafka_queue_destroy(own)
    }

    /// Takes what has arrived, without waiting: `body` gets each record in turn, and `state`.
    ///
    /// It returns whether it wants another; what it does not want is dropped. `limit`: what is
    /// behind it is left where it is.
    /// C: `rd_kafka_consume_batch_queue`.
    /// - Returns: how many records were taken; fewer than a batch means that no more are waiting.
    public mutating func take<State: ~Copyable>(
        upTo limit: Int = .max,
        into state: inout State,
        _ body: (borrowing Record, inout State) -> Bool
    ) -> Int {
        let size = min(limit, Self.batchSize)
        let count = unsafe rd_kafka_consume_batch_queue(queue, 0, batch, size)
        var isWanted = true
        var lastHandle: OpaquePointer?
        var lastIndex = -1
        for index in 0..<max(count, 0) {
            guard let message = unsafe batch[index] else { continue }
            if isWanted {
                let handle = unsafe message.pointee.rkt
                if unsafe handle != lastHandle {
                    unsafe lastHandle = unsafe handle
                    lastIndex = unsafe self.index(of: handle)
                }
                isWanted = unsafe body(Record(message, topicIndex: lastIndex), &state)
            }
            unsafe rd_kafka_message_destroy(message)
        }
        if needsWaking { wakeWhenRoom() }
        return max(count, 0)
    }

    /// Takes what has arrived, without waiting, and delivers each record in turn.
    ///
    /// As above, for a `body` that keeps its state itself.
    public mutating func take(
        upTo limit: Int = .max,
        _ body: (borrowing Record) -> Bool
    ) -> Int {
        var nothing: Void
        return take(upTo: limit, into: &nothing) { record, _ in body(record) }
    }

    /// True when the library forgets to go on fetching when its full queue has room again.
    private let needsWaking = !Features.has(.fetchQueueBackoff)

    /// Wakes the fetching threads each time half of what waited has been taken.
    private mutating func wakeWhenRoom() {
        let waiting = unsafe rd_kafka_queue_length(queue)
        if waiting > peak {
            peak = waiting
        } else if peak > 64, waiting < peak / 2 {
            peak = waiting
            client.wakeBrokerThreads()
        }
    }

    private func index(of handle: OpaquePointer?) -> Int {
        guard let handle = unsafe handle else { return -1 }
        if let known = topics.firstIndex(where: { unsafe $0.handle.raw == handle }) {
            return known
        }
        let name = unsafe String(cString: rd_kafka_topic_name(handle))
        return topics.firstIndex { $0.name == name } ?? -1
    }

    private mutating func handle(_ topic: String) throws(KafkaError) -> TopicHandle {
        if let known = topics.first(where: { $0.name == topic }) { return known.handle }
        let made = try TopicHandle(client, topic)
        topics.append((topic, made))
        return made
    }
}
