// A reader of topics: an engine that owns no loop, prints nothing and knows no option.
//
// The caller waits until `descriptor` is readable or `deadline` has come, and then goes round:
//
//     take     records, as they lie in the library's memory
//     settle   what was processed of them: it may be committed from then on
//     step     what else has happened, as events; at most one short request to the cluster
//
// 1. What is committed is what the caller settled, and nothing else.
// 2. What was taken is never handed over a second time, unless its partition was revoked or its topic
//    made again in between; what the caller's closure refused is dropped, and ends the taking.
// 3. From `.revoking` to `.assigned` no record is handed over.

package import KafkaCore
package import Reactor

/// The topics to read, and the way to read them.
package struct ReadRequest {
    /// The partitions to read, or the group that assigns them.
    package enum Way {
        case partitions([PartitionRead])
        case group(GroupRequest)
    }

    /// The topics, as they are.
    package var topics: [Topic]
    /// The partitions to read, or the group that assigns them.
    package var way: Way
    /// True when the read ends by itself.
    package var isBounded: Bool
    /// True to watch whether topics are deleted, made again, or grow.
    package var watchesTopics = true
    /// True to read partitions that topics get later, from their beginning.
    package var readsNewPartitions = false
    /// Chooses topics that are made later, and are read too.
    package var finds: TopicFinder?
    /// True when records of a topic that was made again must not be mixed with those of the old one.
    package var keepsTopicsApart = false
    /// The most records of each partition; nil for all.
    package var limitPerPartition: Int?

    package init(_ topics: [Topic], _ way: Way, isBounded: Bool) {
        self.topics = topics
        self.way = way
        self.isBounded = isBounded
    }
}

/// The records that the caller has processed.
package enum Settlement {
    /// Every record that was taken.
    case allTaken
    /// Everything before these offsets, with a text to commit beside each.
    case positions([PartitionOffset], metadata: String?)
}

/// A reader of topics.
package struct Reader: ~Copyable {
    /// The names of the topics, by the numbers that records carry.
    package internal(set) var topics: [String] = []

    let access: ClusterAccess
    let rules: Rules
    private let wakeup: Wakeup
    var consumer: Consumer
    var intake: Intake
    var watch: TopicWatch?
    private var outage = OutageWatch()
    var session: GroupSession?
    /// The partitions that are begun when the topics have been checked.
    var planned: [PartitionRead] = []
    /// The partitions of which nothing is taken until they are resumed.
    var paused: Set<TopicPartition> = []
    /// The starts of partitions that were begun at no number.
    var origins: [TopicPartition: StartOffset] = [:]
    var suspects = Suspects()
    private var arrivals = Arrivals()
    var course = Course()

    /// The decisions of the caller.
    struct Rules {
        var isBounded: Bool
        var keepsTopicsApart: Bool
    }

    /// The state of the read.
    struct Course {
        enum Stage {
            /// Partitions are read, or still to come.
            case reading
            /// Everything is taken; the topics are checked once more.
            case checking
            /// Everything is taken, and the caller knows it.
            case ended
        }

        var stage = Stage.reading
        /// True when the caller wants nothing more.
        var isFinal = false
        var isAwaiting = false
        /// True when partitions were assigned whose topics are to be checked first.
        var checksAssignment = false
        /// Events that came outside a step.
        var events: [ReaderEvent] = []
    }

    /// Begins a read.
    ///
    /// Sends nothing yet but what a group's member sends to join.
    /// - Throws: `ReaderError` when the group cannot be joined.
    package init(
        _ request: ReadRequest,
        through access: ClusterAccess,
        raising wakeup: Wakeup
    ) throws(ReaderError) {
        self.access = access
        self.wakeup = wakeup
        rules = Rules(
            isBounded: request.isBounded,
            keepsTopicsApart: request.keepsTopicsApart
        )
        // A broker has answered by now; what was tried before does not matter any more.
        access.client.forgetComplaints()
        consumer = Consumer(access.client)
        consumer.raise(wakeup)
        // For a newer token, which the library asks for on the client's own queue.
        access.client.raise(wakeup)
        intake = Intake(progress: ReadProgress(limit: request.limitPerPartition))
        if request.watchesTopics {
            watch = TopicWatch(
                request.topics,
                readsAll: request.readsNewPartitions,
                isBounded: request.isBounded,
                now: access.clock.now,
                finds: request.finds
            )
        }
        switch request.way {
        case .partitions(let reads): read(reads)
        case .group(let group):
            for topic in request.topics { _ = number(of: topic.name) }
            session = try GroupSession(
                group,
                topics: request.topics.map(\.name),
                through: access,
                raising: wakeup
            )
        }
        course.isAwaiting = session != nil || request.topics.isEmpty && request.finds != nil
    }

    /// The descriptor that is readable when a step, or taking, may find something.
    package var descriptor: Int32 { wakeup.number }

    /// The progress of each partition.
    package var progress: ReadProgress { intake.progress }

    /// True while partitions or topics are to come: having read all there are is not the end.
    package var isAwaiting: Bool { course.isAwaiting }

    /// True when everything that was planned has been taken, or the caller has ended it by `finish`.
    package var hasEnded: Bool { if case .ended = course.stage { true } else { false } }

    /// True when everything settled is known to be committed.
    package var isCommitted: Bool { session?.commits.isSettled(intake.progress, topics) ?? true }

    /// True when the group had processed everything when this reader began; true without a group.
    package var wasUpToDate: Bool { session?.history.wasUpToDate ?? true }

    /// True when the group had committed offsets of all partitions that it assigned.
    package var hadOffsets: Bool { session?.history.hadOffsets ?? true }

    /// True when a group's member has read everything that is assigned, and only waits for events.
    package var hasReadAssigned: Bool { session?.hasReadAll ?? false }

    /// The partitions that a group has assigned.
    package var assigned: Set<TopicPartition> { session?.assigned ?? [] }

    /// The longest time without arrivals before a read that ends has failed.
    package var silence: Duration { (session?.silence ?? access.timeout) * outage.factor }

    /// True when records may be waiting that do not make the descriptor readable again.
    package var mayHaveMore: Bool { arrivals.mayHaveMore && mayTake }

    /// The time of the next step, though the descriptor is not readable.
    package var deadline: Instant {
        let now = access.clock.now
        if !course.events.isEmpty { return now }
        let own = [session?.deadline, access.client.nextServe(after: now)]
        // Topics are not checked any more, so that their time may be over.
        guard session?.ending == nil, !hasEnded else { return Self.earliest(own) }
        let isPressing =
            watch?.isChecking == true || !planned.isEmpty || suspects.isFound
            || course.checksAssignment
        return isPressing ? now : Self.earliest(own + [watch?.due])
    }

    private static func earliest(_ times: [Instant?]) -> Instant {
        times.compactMap(\.self).min() ?? Instant(nanoseconds: .max)
    }

    // MARK: Records

    private var mayTake: Bool {
        guard case .reading = course.stage, planned.isEmpty, !suspects.isFound,
            !course.checksAssignment
        else { return false }
        return !(watch?.holdsReading ?? false) && session?.isReading ?? true
    }

    /// Takes records that have arrived, without waiting: one batch of the library's at most.
    ///
    /// `body` gets each record of the read, lent for the call, and `sink`; it returns false when it
    /// wants no other, and the rest of the batch is dropped then. `limit`: the most records.
    /// - Returns: how many messages were taken, those that are no records of the read included; 0 when
    ///   none is waiting.
    package mutating func take<Sink: ~Copyable>(
        upTo limit: Int = .max,
        into sink: inout Sink,
        _ body: (borrowing Record, inout Sink) -> Bool
    ) -> Int {
        guard limit > 0, mayTake else { return 0 }
        if wakeup.clear() { arrivals.mayHaveMore = true }
        let count = consumer.take(upTo: limit, into: &intake) { record, intake in
            guard intake.accepts(record) else { return intake.failure == nil }
            return body(record, &sink)
        }
        arrivals.take(count)
        suspects.find(in: &intake)
        return count
    }

    /// Enters what the caller has processed: it may be committed from now on.
    ///
    /// `isUrgent`: the commit is due now, not after `auto.commit.interval.ms`. Nothing without a
    /// group.
    package mutating func settle(_ what: Settlement = .allTaken, isUrgent: Bool = false) {
        guard let session else { return }
        let now = access.clock.now
        switch what {
        case .allTaken:
            intake.progress.settle()
            guard isUrgent else { return }
            session.commits.settle(intake.progress, topics, isUrgent: true, now: now)
        case .positions(let positions, let metadata):
            session.commits.settle(positions, metadata: metadata, isUrgent: isUrgent, now: now)
        }
    }

    /// Answers `.revoking`: what was processed of the partitions is settled.
    package mutating func release() {
        guard let session else { return }
        var state = SessionState(intake.progress, topics)
        session.release(&state)
        apply(&state)
    }

    // MARK: Steps

    /// Goes on with whatever is under way, and reports what has happened.
    ///
    /// Blocks for one slice of time at most: 200 ms, or longer where a cluster answers that slowly.
    /// - Throws: `ReaderError` when the read cannot go on; the group is to be left all the same.
    package mutating func step() throws(ReaderError) -> [ReaderEvent] {
        let now = access.clock.now
        if wakeup.clear() { arrivals.mayHaveMore = true }
        access.client.serve()
        var events = intake.takeEnds().map {
            ReaderEvent.partitionEnd(topicIndex: $0.topicIndex, partition: $0.partition)
        }
        if session?.ending != nil {
            try stepSession(&events, at: now)
            return events
        }
        if let failure = intake.failure { throw error(of: failure) }
        let hasArrivals = arrivals.takeAny()
        if hasArrivals {
            watch?.recordsArrived(now: now)
            session?.commits.recordsArrived()
        }
        try stepSession(&events, at: now)
        if let change = outage.check(access.client, hasArrivals: hasArrivals) {
            events.append(.outage(change))
        }
        try stepTopics(&events, at: now)
        endWhenComplete(&events, at: now)
        return events
    }

    private mutating func stepSession(
        _ events: inout [ReaderEvent],
        at now: Instant
    ) throws(ReaderError) {
        guard let session else { return }
        var state = SessionState(intake.progress, topics)
        let hasChanged: Bool
        do throws(ReaderError) { hasChanged = try session.step(&state) } catch {
            apply(&state)
            throw error
        }
        if let begun = state.begun {
            for start in begun {
                origins[start.partition] = start.first == nil ? start.start : nil
                consumer.receive(start.partition)
            }
            try session.assign(begun)
            state.events.append(.assigned(begun))
        }
        if state.begun != nil { course.checksAssignment = true }
        apply(&state)
        events += course.events
        course.events = []
        course.isAwaiting = session.isAwaiting
        // How far new partitions reach is seen before records of them are taken.
        if hasChanged || session.takeDoubt() { watch?.hasten(now) }
        if hasChanged { paused.formIntersection(session.assigned) }
        if hasChanged, !course.isFinal, !intake.progress.isComplete { course.stage = .reading }
    }

    private mutating func apply(_ state: inout SessionState) {
        intake.progress = state.progress
        course.events += state.events
        // Only one owner of the progress may be left: it would be copied with the next record.
        state = SessionState(ReadProgress(), [])
    }

    private mutating func endWhenComplete(_ events: inout [ReaderEvent], at now: Instant) {
        if case .reading = course.stage, !course.isAwaiting, planned.isEmpty, !suspects.isFound,
            intake.progress.isComplete
        {
            beginLastCheck()
        }
        guard case .checking = course.stage, watch?.isChecking != true else { return }
        // The group may have revoked what was complete, and may assign more.
        if course.isAwaiting, !course.isFinal {
            course.stage = .reading
            return
        }
        course.stage = .ended
        events.append(.ended)
    }

    private mutating func beginLastCheck() {
        course.stage = .checking
        guard watch?.wantsLastCheck(at: access.clock.now) == true else { return }
        let positions = positions
        watch?.begin(.end, positions)
    }

    /// Ends the taking, since nothing more is wanted.
    ///
    /// `.ended` comes when the topics are known to be the same.
    package mutating func finish() {
        course.isFinal = true
        if case .reading = course.stage { beginLastCheck() }
    }

    /// Has partitions read from now on, besides those that are read; not for a group.
    ///
    /// A read that has ended goes on.
    package mutating func read(_ reads: [PartitionRead]) {
        let isFirst = topics.isEmpty && planned.isEmpty
        planned += reads
        if !reads.isEmpty { course.stage = .reading }
        guard isFirst, !reads.isEmpty, !access.client.isSandbox, watch != nil else { return }
        var bounds: [TopicPartition: Int64?] = [:]
        for read in reads {
            bounds[read.partition] = .some([read.first, read.end].compactMap(\.self).max())
        }
        watch?.begin(.start, bounds)
    }

    /// Enters that topics which were awaited are there.
    mutating func endAwaiting() { course.isAwaiting = session != nil }

    /// Begins to commit what is settled and to leave the group; `.closed` comes when that is done.
    ///
    /// It waits for answers as long as calls to the cluster may take, and for the end of a rebalance;
    /// at `limit`, when one is given, now or by another call, it stops waiting.
    package mutating func close(by limit: Instant? = nil) {
        session?.end(by: limit)
    }

    /// True when there is no group to leave, or it has been left.
    package var isClosed: Bool {
        guard let session else { return true }
        if case .closed = session.phase { return true }
        return false
    }
}
