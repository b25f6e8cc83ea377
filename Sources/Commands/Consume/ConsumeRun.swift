// Runs one `consume`: messages, output, its reader and signals in one loop.
//
// 1. The output block is handed on when it is full and before every wait, so that a pipe sees each
//    record at once and nothing is slow.
// 2. What has been taken from the library and not printed is dropped, never printed later.
// 3. A bounded read that gets nothing for as long as one call to the cluster may take has failed.
// 4. A group's partitions come and go between two waits: by then everything taken is written.

import CommandKit
import JSON
import KafkaCore
import Output
import Reactor

/// What ended a read.
enum ReadEnd {
    /// All that was asked for has been printed.
    case complete
    /// Nothing came for too long before it was complete.
    case stalled(Duration)
    /// Nothing came for as long as was allowed.
    case idle
    /// The time is over.
    case expired
    /// A signal arrived.
    case signalled(Signal)

    var isIdle: Bool { if case .idle = self { true } else { false } }

    /// Whether a limit on the time came first.
    var isLimit: Bool { if case .expired = self { true } else { isIdle } }
}

/// When a read stops though more may come.
struct ReadLimits {
    /// Nothing may fail to come for longer than this.
    var idle: Duration?
    /// The end of the time for reading.
    var deadline: Instant?
    /// Whether silence means that the cluster does not answer.
    var isBounded: Bool
    /// Looks after the topics.
    var watch: TopicWatch?
    /// Whether records of a topic that was made again must not be mixed with those of the old one.
    var keepsTopicsApart = false
}

private enum Source { case messages, reader, signal, child }

/// The state of a run.
struct ConsumeRun<Sink: RecordSink & ~Copyable>: ~Copyable {
    let connection: Connection
    private(set) var topics: [String] = []
    var intake: Intake<Sink>

    private let signals: SignalSource
    private let wakeup: Wakeup
    let context: Context
    var limits: ReadLimits
    private var loop: Loop<Source>
    var consumer: Consumer
    private var outage: OutageWatch
    private(set) var group: GroupReading?
    /// Whether messages may have been left where they are.
    private var wasCut = false
    /// How often partitions were read on whose topics had been away.
    var resumptions = 0
    /// Whether there was no topic yet that matches.
    var awaitsMatch = false

    init(
        _ connection: Connection,
        intake: consuming Intake<Sink>,
        limits: ReadLimits,
        signals: SignalSource,
        context: Context
    ) throws(CommandError) {
        let wakeup = try connection.makeWakeup()
        self.connection = connection
        self.signals = signals
        self.context = context
        self.limits = limits
        self.intake = intake
        self.wakeup = wakeup
        outage = OutageWatch()
        // A broker has answered by now; what was tried before does not matter any more.
        connection.client.forgetComplaints()
        consumer = Consumer(connection.client)
        consumer.raise(wakeup)
        // The library asks for a newer token there.
        connection.client.raise(wakeup)
        loop = Loop(clock: connection.clock)
        loop.watch(wakeup.number, for: .readable, as: .messages)
        loop.watch(signals.number, for: .readable, as: .signal)
        if let exec = self.intake.sink.exec {
            // What is printed is the command's affair, and so is who reads it.
            loop.watch(exec.number, for: .readable, as: .child)
            exec.raise(wakeup)
        } else if let sink = context.output.sink as? DescriptorSink {
            loop.watch(sink.number, for: .hangUp, as: .reader)
        }
    }

    /// Reads what was planned, or as a group that was wished for, until the end.
    mutating func read(_ scope: ReadScope) throws(CommandError) -> ReadEnd {
        switch scope.way {
        case .plan(let plan):
            watch(plan.reads)
            try start(plan.reads)
        case .group(let wish): try join(wish, topics: scope.topics.map(\.name))
        }
        return try finish()
    }

    /// Begins to read partitions.
    mutating func start(_ reads: [PartitionRead]) throws(CommandError) {
        for read in reads {
            guard (0..<1_000_000).contains(read.partition.partition) else {
                throw CommandError(
                    .failure,
                    "\(connection.servers) says that topic '\(read.partition.topic)' has a"
                        + " partition \(read.partition.partition)",
                    topic: read.partition.topic
                )
            }
            let topic = index(of: read.partition.topic)
            let hasRecords = intake.progress.add(
                topicIndex: topic,
                partition: read.partition.partition,
                from: read.first,
                to: read.end
            )
            guard hasRecords else { continue }
            intake.sink.began(topicIndex: topic, partition: read.partition.partition)
            // Another part of it may have been read before.
            consumer.stop(read.partition)
            do { try consumer.start(read.partition, at: read.start) } catch {
                throw CommandError(error, topic: read.partition.topic, on: connection.servers)
            }
        }
    }

    /// Joins a group, whose partitions of these topics are read.
    mutating func join(_ wish: GroupReading.Wish, topics names: [String]) throws(CommandError) {
        for name in names { _ = index(of: name) }
        // A block is counted as printed as a whole: one that has been begun is finished.
        (context.output.sink as? DescriptorSink)?.grace = .seconds(1)
        group = try GroupReading(
            wish,
            topics: topics,
            through: connection,
            raising: wakeup,
            signals: signals,
            context: context
        )
        intake.isAwaiting = true
        let group = group
        intake.sink.exec?.assignment = { group?.assignment(of: $0) }
    }

    /// The number by which the sink and the progress know a topic.
    mutating func index(of topic: String) -> Int {
        if let known = topics.firstIndex(of: topic) { return known }
        topics.append(topic)
        consumer.know(topic)
        intake.addTopic(topic)
        return topics.count - 1
    }

    /// Reads and prints until the end; then commits what was printed, and leaves the group.
    mutating func finish() throws(CommandError) -> ReadEnd {
        guard let group else { return try readAll() }
        let end: ReadEnd
        do throws(CommandError) { end = try readAll() } catch {
            if let failure = group.leave(intake.progress, index: topics) {
                // The first failure decides; a reader that went away is none.
                if case .success = error.status { throw failure }
                if let text = failure.report?.message { context.note(text) }
            }
            throw error
        }
        if let failure = group.leave(intake.progress, index: topics) {
            guard case .signalled = end else { throw failure }
            if let text = failure.report?.message { context.note(text) }
        }
        return end
    }

    private mutating func readAll() throws(CommandError) -> ReadEnd {
        do throws(CommandError) {
            let end = try read()
            if awaitsMatch, topics.isEmpty, end.isLimit { throw .noMatch(on: connection.servers) }
            return end
        } catch {
            intake.sink.exec?.end()
            throw error
        }
    }

    private mutating func read() throws(CommandError) -> ReadEnd {
        var lastArrival = connection.clock.now
        var ending: ReadEnd?
        while true {
            wakeup.clear()
            var arrivals = try takeArrivals()
            try handOn()
            if let exec = intake.sink.exec {
                try work(exec)
                // A command takes its time, and the cluster is not silent meanwhile.
                if !exec.isIdle { lastArrival = connection.clock.now }
            }
            // Only now: a reader may have taken its time, and the cluster was not silent meanwhile.
            let now = connection.clock.now
            if arrivals.any {
                lastArrival = now
                limits.watch?.recordsCame(now: now)
            }
            try intake.sink.look(intake.progress, at: now, hasArrivals: arrivals.any)
            while let flow = intake.sink.nextFlow() { try follow(flow) }
            if try serveGroup(hasArrivals: arrivals.any) {
                lastArrival = now
                // How far new partitions reach is seen before records of them are taken.
                limits.watch?.hasten(now)
            }
            if let exec = intake.sink.exec {
                if exec.isCommitting, group?.hasCommitted ?? true {
                    exec.finishBatch(isCommitted: group?.commitsAfterExec ?? false)
                }
                // What was left where it is does not raise the descriptor again.
                arrivals.more = arrivals.more || wasCut && exec.room > 0
            }
            if let ending, intake.sink.exec?.mayEnd ?? true { return ending }
            if intake.isComplete, intake.sink.exec?.isIdle ?? true {
                try checkTopicsAtEnd()
                return .complete
            }
            let patience = (group?.patience ?? connection.timeout) * outage.patience
            // Joining a group may take long, and is not silence.
            let idle = limits.idle.map {
                lastArrival + (intake.isAwaiting && !awaitsMatch ? max($0, patience) : $0)
            }
            let stall = limits.isBounded && idle == nil ? lastArrival + patience : nil
            let limit = ending == nil ? limits.deadline : nil
            let deadline = [
                idle, stall, limit, limits.watch?.due, group?.deadline, intake.sink.exec?.deadline,
                intake.sink.deadline, connection.client.nextServe(after: now),
            ].compactMap(\.self).min()
            // The descriptor is raised only when the queue was empty: with more in it, just look.
            do { try loop.wait(until: arrivals.more ? now : deadline) } catch {
                throw CommandError(error, doing: "cannot wait")
            }
            connection.client.serve()
            if let text = outage.look(at: connection, hasArrivals: arrivals.any) {
                intake.sink.hideProgress()
                context.note(text)
            }
            if loop.isReady(.signal), let signal = signals.next() {
                ending = ending ?? .signalled(signal)
                try intake.sink.exec?.stop()
                if intake.sink.exec == nil { return .signalled(signal) }
            }
            if loop.hasHungUp(.reader) { throw CommandError(OutputError.closed) }
            try lookAtTopics()
            let then = connection.clock.now
            if let limit, limit <= then {
                guard let exec = intake.sink.exec else { return .expired }
                ending = .expired
                try exec.stop()
            }
            if arrivals.more || ending != nil { continue }
            if let idle, idle <= then { return .idle }
            if let stall, stall <= then {
                return group?.isDone == true ? .complete : .stalled(patience)
            }
        }
    }

    private mutating func serveGroup(hasArrivals: Bool) throws(CommandError) -> Bool {
        guard let group else { return false }
        defer { intake.isAwaiting = group.isAwaiting }
        return try group.serve(
            &intake.progress,
            intake.sink.exec,
            consumer,
            index: topics,
            hasArrivals: hasArrivals
        )
    }

    /// Stops reading a partition, or goes on where it was; only without a group.
    private mutating func follow(_ flow: RecordFlow) throws(CommandError) {
        guard topics.indices.contains(flow.topicIndex),
            let progress = intake.progress[flow.topicIndex, flow.partition], !progress.isComplete
        else { return }
        let place = TopicPartition(topics[flow.topicIndex], flow.partition)
        // Ended and begun again, since a pause of the library's counts records as read that it drops.
        if flow.isHeld { return consumer.stop(place) }
        do { try consumer.start(place, at: .at(progress.position)) } catch {
            throw CommandError(error, topic: place.topic, on: connection.servers)
        }
    }

    /// Takes what has arrived, up to so much that signals are still looked at now and then.
    ///
    /// - Returns: whether anything had arrived, and whether more may be waiting.
    private mutating func takeArrivals() throws(CommandError) -> (any: Bool, more: Bool) {
        for turn in 0..<100 {
            let room = intake.sink.exec?.room ?? .max
            wasCut = room == 0
            if wasCut { return (turn > 0, false) }
            let taken = Self.take(&consumer, &intake, upTo: room)
            try followSigns()
            if let failure = intake.failure {
                try handOn()
                guard topics.indices.contains(failure.topicIndex) else {
                    throw CommandError(failure.error, on: connection.servers)
                }
                throw error(of: failure)
            }
            if taken == 0 { return (turn > 0, false) }
            if intake.sink.isFull { try handOn() }
            if intake.isComplete { return (true, false) }
            if intake.sink.isCrowded { return (true, true) }
        }
        return (true, true)
    }

    // What is lent must not be a part of self while another part of it is changed.
    private static func take(
        _ consumer: inout Consumer,
        _ intake: inout Intake<Sink>,
        upTo limit: Int
    ) -> Int {
        consumer.take(upTo: limit) { intake.take($0) }
    }

    /// Goes on with the work of a command, and has committed what it has dealt with.
    private mutating func work(_ exec: ExecRun) throws(CommandError) {
        try exec.serve(isLast: intake.isComplete)
        if exec.isDone {
            if group != nil, exec.hasSettledAll { intake.progress.handOn() }
            group?.hastenCommit(intake.progress, index: topics)
            exec.beganCommitting()
        }
    }

    mutating func handOn() throws(CommandError) {
        try intake.sink.handOn()
        if group != nil, intake.sink.hasSettledAll { intake.progress.handOn() }
    }
}
