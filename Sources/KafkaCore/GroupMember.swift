// A member of a consumer group: it joins, is assigned partitions, and leaves.
//
// Changes of the assignment, errors of the group and answers to commits arrive on two queues that
// raise the caller's `Wakeup`. Records do not come this way: `Consumer.receive` has those of each
// assigned partition delivered in batches.
//
// 1. Every change that `next` reports is answered by `assign` or `unassign`: until then the
//    library fetches nothing, and the group waits.
// 2. A member whose partitions are lost commits nothing: they are another member's by now.
// 3. Polling `next` counts as reading for `max.poll.interval.ms`.

public import Reactor

internal import CRdkafka

/// An event of a group for a member.
public enum GroupEvent: Sendable {
    /// These may be read now; of a cooperative group, these too.
    case assigned([TopicPartition])
    /// These are to be revoked; `isLost` when they have been given to others already.
    case revoked([TopicPartition], isLost: Bool)
    /// A commit has been answered.
    case committed([CommitAnswer])
    /// Something is wrong; `isFatal` when nothing will come any more.
    case failed(KafkaError, isFatal: Bool)
}

/// The outcome of the commit of one offset.
public struct CommitAnswer: Sendable {
    /// The offset that was to be committed.
    public let offset: PartitionOffset
    /// The reason it was not, if it was not.
    public let error: KafkaError?

    /// Makes an answer.
    public init(_ offset: PartitionOffset, error: KafkaError?) {
        self.offset = offset
        self.error = error
    }
}

/// A member of the group that its client's `group.id` names.
///
/// Used from one thread. Its client is made with `joinsGroup`.
@safe public final class GroupMember {
    let client: Client  // must outlive the queues
    private let queue: OpaquePointer
    private let answers: OpaquePointer
    private let wakeup: Wakeup  // released after deinit's body: the library writes to it
    private let clock = SystemClock()  // the one of `JoinWatch`
    private var awaitedJoin: (number: Int, until: Instant)?
    var paused: Set<TopicPartition> = []

    /// The longest metadata of a commit: the default of a broker's `offset.metadata.max.bytes`.
    public static let maximumMetadataBytes = 4096

    /// Makes a member, which joins when it subscribes.
    ///
    /// `wakeup` is raised whenever `next` may have something; held from now on.
    /// C: `rd_kafka_queue_get_consumer`.
    /// - Throws: `KafkaError` when the client has no `group.id`.
    public init(_ client: Client, raising wakeup: Wakeup) throws(KafkaError) {
        guard let queue = unsafe rd_kafka_queue_get_consumer(client.raw) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP)
        }
        self.client = client
        self.wakeup = wakeup
        unsafe self.queue = unsafe queue
        unsafe answers = unsafe rd_kafka_queue_new(client.raw)
        unsafe enableEvents(queue, wakeup)
        unsafe enableEvents(answers, wakeup)
    }

    deinit {
        unsafe rd_kafka_queue_io_event_enable(queue, -1, nil, 0)
        unsafe rd_kafka_queue_io_event_enable(answers, -1, nil, 0)
        unsafe rd_kafka_queue_destroy(queue)
        unsafe rd_kafka_queue_destroy(answers)
    }

    /// Joins the group, for these topics.
    ///
    /// C: `rd_kafka_subscribe`.
    public func subscribe(_ topics: [String]) throws(KafkaError) {
        // A name that begins with ^ would be a pattern; no topic's name can.
        let list = PartitionList(topics.map { TopicPartition($0, -1) }, offset: -1001)
        try unsafe check(rd_kafka_subscribe(client.raw, list.raw))
    }

    /// Takes the next event, without waiting; nil when there is none.
    public func next() -> GroupEvent? {
        while let event = unsafe rd_kafka_queue_poll(queue, 0) {
            defer { unsafe rd_kafka_event_destroy(event) }
            if let groupEvent = unsafe read(event) { return groupEvent }
        }
        return commitAnswers(waiting: .zero).map { .committed($0) }
    }

    /// Waits for the answer to a commit; nil when none came in time.
    public func commitAnswers(waiting timeout: Duration) -> [CommitAnswer]? {
        let wait = timeout.clampedMilliseconds
        guard let event = unsafe rd_kafka_queue_poll(answers, wait) else { return nil }
        defer { unsafe rd_kafka_event_destroy(event) }
        return unsafe Self.commitAnswers(event)
    }

    /// True when changes of the assignment come bit by bit, what stays being read all the while.
    ///
    /// C: `rd_kafka_rebalance_protocol`.
    public var isCooperative: Bool {
        guard let name = unsafe rd_kafka_rebalance_protocol(client.raw) else { return false }
        return unsafe String(cString: name) == "COOPERATIVE"
    }

    /// The number of requests to join that were sent so far.
    public var joinCount: Int { client.joinWatch?.joinCount ?? 0 }

    /// True while a request to join anew is in flight.
    public var isJoining: Bool { client.joinWatch?.isJoining ?? false }

    /// True when a commit might be taken for one of another time: a request to join anew is in
    /// flight, or could be before the commit is.
    ///
    /// Committing meanwhile would cost the member its partitions; see `JoinWatch`. Between a revocation
    /// and its `unassign` only `isJoining` counts: the library asks nothing then.
    public var mayJoin: Bool {
        guard isCooperative, let watch = client.joinWatch else { return isJoining }
        let now = clock.now
        if let awaited = awaitedJoin {
            if watch.joinCount == awaited.number, now < awaited.until { return true }
            awaitedJoin = nil
        }
        return watch.mayJoin(at: now)
    }

    /// The number of heartbeats answered so far.
    public var heartbeats: Int { client.joinWatch?.heartbeats ?? 0 }

    /// True when what was assigned has been given to others without our doing.
    ///
    /// C: `rd_kafka_assignment_lost`.
    public var isAssignmentLost: Bool { unsafe rd_kafka_assignment_lost(client.raw) != 0 }

    /// Begins to read what was assigned, each partition at its place; none of them is paused.
    ///
    /// C: `rd_kafka_assign`, `rd_kafka_incremental_assign`.
    public func assign(_ starts: [(partition: TopicPartition, at: StartOffset)]) throws(KafkaError)
    {
        forgetPauses(starts.map(\.partition))
        let list = PartitionList(starts.map { PartitionOffset($0.partition, $0.at.raw) })
        if isCooperative {
            try unsafe check(rd_kafka_incremental_assign(client.raw, list.raw))
        } else {
            try unsafe check(rd_kafka_assign(client.raw, list.raw))
        }
    }

    /// Unassigns what was revoked, and stops reading it.
    ///
    /// C: `rd_kafka_assign`, `rd_kafka_incremental_unassign`.
    public func unassign(_ partitions: [TopicPartition]) throws(KafkaError) {
        if isCooperative {
            let list = PartitionList(partitions, offset: -1001)
            // The library joins anew as soon as nothing of them is read any more.
            let joins = client.joinWatch?.joinCount ?? 0
            awaitedJoin = (joins, until: clock.now + .seconds(3))
            try unsafe check(rd_kafka_incremental_unassign(client.raw, list.raw))
        } else {
            try unsafe check(rd_kafka_assign(client.raw, nil))
        }
    }

    /// Begins to leave the group; what is still to be committed has been by now.
    ///
    /// `hasLeft` goes on with it. C: `rd_kafka_consumer_close_queue`.
    /// - Returns: false when the group cannot be left in order.
    public func beginLeaving() -> Bool {
        guard let error = unsafe rd_kafka_consumer_close_queue(client.raw, answers) else {
            return true
        }
        unsafe rd_kafka_error_destroy(error)
        return false
    }

    /// Goes on with leaving the group; true when it has been left.
    ///
    /// Blocks for at most `timeout`. The end of leaving is no event: it only ends a wait, so that it has
    /// to be asked for now and then. C: `rd_kafka_consumer_closed`.
    public func hasLeft(waiting timeout: Duration = .zero) -> Bool {
        if unsafe rd_kafka_consumer_closed(client.raw) != 0 { return true }
        var wait = timeout.clampedMilliseconds
        while let event = unsafe rd_kafka_queue_poll(answers, wait) {
            if case .revoked(let partitions, _)? = unsafe read(event) { try? unassign(partitions) }
            unsafe rd_kafka_event_destroy(event)
            wait = 0
        }
        client.serve()
        return unsafe rd_kafka_consumer_closed(client.raw) != 0
    }

    /// Leaves the group.
    ///
    /// Blocks for at most `timeout`.
    public func leave(timeout: Duration, clock: any Clock) {
        let deadline = clock.now + timeout
        guard beginLeaving() else { return }
        while clock.now < deadline {
            if hasLeft(waiting: min(deadline - clock.now, .milliseconds(100))) { return }
        }
    }

    private func read(_ event: OpaquePointer) -> GroupEvent? {
        switch unsafe rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_REBALANCE:
            var partitions: [TopicPartition] = []
            if let list = unsafe rd_kafka_event_topic_partition_list(event) {
                unsafe PartitionList.forEach(list) { partition, _, _ in
                    partitions.append(partition)
                }
            }
            guard unsafe rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS else {
                return .revoked(partitions, isLost: isAssignmentLost)
            }
            client.joinWatch?.noteAssignment()
            return .assigned(partitions)
        case RD_KAFKA_EVENT_OFFSET_COMMIT:
            return unsafe Self.commitAnswers(event).map { .committed($0) }
        case RD_KAFKA_EVENT_ERROR:
            let text = unsafe rd_kafka_event_error_string(event).map { unsafe String(cString: $0) }
            return unsafe .failed(
                KafkaError(rd_kafka_event_error(event), reason: text.map(LibraryText.groupReason)),
                isFatal: rd_kafka_event_error_is_fatal(event) != 0
            )
        default:
            return nil
        }
    }

    private static func commitAnswers(_ event: OpaquePointer) -> [CommitAnswer]? {
        guard unsafe rd_kafka_event_type(event) == RD_KAFKA_EVENT_OFFSET_COMMIT,
            let list = unsafe rd_kafka_event_topic_partition_list(event)
        else { return nil }
        let whole = unsafe rd_kafka_event_error(event)
        var answers: [CommitAnswer] = []
        unsafe PartitionList.forEach(list) { partition, offset, code in
            let code = code == RD_KAFKA_RESP_ERR_NO_ERROR ? whole : code
            answers.append(
                CommitAnswer(
                    PartitionOffset(partition, offset),
                    error: code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code)
                )
            )
        }
        return answers
    }

    /// Asks for a commit; the answer comes later.
    ///
    /// `metadata`: a text to be kept beside the offset, for those partitions that have one.
    /// C: `rd_kafka_commit_queue`.
    /// - Throws: `KafkaError` of kind `tooLarge`, and nothing is asked, when a text has more than
    ///   `maximumMetadataBytes`.
    public func commit(
        _ offsets: [PartitionOffset],
        metadata: [TopicPartition: String] = [:]
    ) throws(KafkaError) {
        for (partition, text) in metadata where text.utf8.count > Self.maximumMetadataBytes {
            throw KafkaError(
                .tooLarge,
                "the metadata to commit for topic '\(partition.topic)', partition "
                    + "\(partition.partition) has \(text.utf8.count) bytes; Kafka keeps at most "
                    + "\(Self.maximumMetadataBytes) (offset.metadata.max.bytes)"
            )
        }
        let list = PartitionList(
            offsets.map { CommittedOffset($0, metadata: metadata[$0.partition] ?? "") }
        )
        try unsafe check(rd_kafka_commit_queue(client.raw, list.raw, answers, nil, nil))
    }
}
