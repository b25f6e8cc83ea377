// The loop of a read: one reader, the signals, the limits on time, and the notes on the way.
//
// A command repeats: it takes records, writes its output, settles them, steps and waits.
//
// 1. The command writes everything before it waits, so that a pipe sees each record at once.
// 2. A bounded read that gets nothing for as long as one call to the cluster may take has failed.

import CommandKit
import KafkaCore
import Output
import ReadEngine
import Reactor

/// The end of a read.
enum ReadEnd {
    /// All that was asked for has been taken.
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

    /// True when a limit on the time came first.
    var isLimit: Bool { if case .expired = self { true } else { isIdle } }
}

/// The limits at which a read stops though more records may come.
struct ReadLimits {
    /// The longest time that nothing may come; nil for as long as it takes.
    var idle: Duration?
    /// The end of the time for reading.
    var deadline: Instant?
    /// True when silence means that the cluster does not answer.
    var isBounded: Bool
}

/// The loop of one read.
final class ReadLoop {
    private enum Source: Hashable {
        case records, output, signal
        case other(Int32)
    }

    let connection: Connection
    let context: Context
    let limits: ReadLimits
    var reader: Reader
    /// A line that shows how far the command is, cleared before anything else is written.
    var progressLine: ProgressLine?
    /// The note for a person who waits, until a record has come or it has been said; nil for none.
    var waitNotice: WaitNotice?
    /// True when an error of a commit ends the read.
    var failsWithoutCommit = false

    private let signals: SignalSource
    private var loop: Loop<Source>
    private var notes: ReadNotes
    private var lastArrival: Instant
    private var hasArrivals = false
    private var namedTopics = 0
    /// True while there is no topic yet that matches.
    private var awaitsMatch = false

    /// Begins to read.
    ///
    /// `endsWithOutput`: the read ends when the reader of standard output has closed it.
    init(
        _ request: ReadRequest,
        _ group: GroupNames? = nil,
        through connection: Connection,
        limits: ReadLimits,
        signals: SignalSource,
        endsWithOutput: Bool = true,
        context: Context
    ) throws(CommandError) {
        self.connection = connection
        self.context = context
        self.limits = limits
        self.signals = signals
        notes = ReadNotes(group, connection, context)
        lastArrival = connection.clock.now
        loop = Loop(clock: connection.clock)
        let wakeup = try connection.makeWakeup()
        do throws(ReaderError) {
            reader = try Reader(request, through: connection.access, raising: wakeup)
        } catch {
            throw CommandError(error, of: group?.name, connection)
        }
        loop.watch(reader.descriptor, for: .readable, as: .records)
        loop.watch(signals.number, for: .readable, as: .signal)
        if let sink = context.output.sink as? DescriptorSink {
            if endsWithOutput { loop.watch(sink.number, for: .hangUp, as: .output) }
            // A block is counted as printed as a whole: one that has been begun is finished.
            if group != nil { sink.grace = .seconds(1) }
        }
    }

    var clock: any Clock { connection.clock }

    /// The name of the group that is read as; nil without one.
    var group: String? { notes.group?.name }

    /// Wakes the loop when a descriptor is readable.
    func watch(_ descriptor: Int32) {
        loop.watch(descriptor, for: .readable, as: .other(descriptor))
    }

    /// Waits for topics that match, of which there is none yet; `isSilence` when silence ends that.
    func awaitTopics(isFailure: Bool) {
        awaitsMatch = isFailure
        say("no topic on \(connection.servers) matches --regex yet; waiting")
    }

    // MARK: Going round

    /// Returns the names of topics that got numbers since the last call, in the order of their
    /// numbers.
    func takeTopics() -> ArraySlice<String> {
        guard namedTopics < reader.topics.count else { return [] }
        defer { namedTopics = reader.topics.count }
        return reader.topics[namedTopics...]
    }

    /// Takes a batch of records that have arrived; see `Reader.take`.
    func take<Sink: ~Copyable>(
        upTo limit: Int = .max,
        into sink: inout Sink,
        _ body: (borrowing Record, inout Sink) -> Bool
    ) -> Int {
        let count = reader.take(upTo: limit, into: &sink, body)
        if count > 0 { hasArrivals = true }
        return count
    }

    /// Goes on with the read, and says what a person is to know; the events, for the command.
    ///
    /// `releases`: partitions that are revoked are released at once, for all that was taken is settled.
    func step(releases: Bool = true) throws(CommandError) -> [ReaderEvent] {
        // Only now: the reader of the output may be slow, and the cluster is not silent meanwhile.
        let now = clock.now
        if hasArrivals { lastArrival = now }
        hasArrivals = false
        let events: [ReaderEvent]
        do throws(ReaderError) { events = try reader.step() } catch {
            throw CommandError(error, of: group, connection)
        }
        for event in events {
            switch event {
            case .assigned, .revoked, .lost: lastArrival = now
            case .revoking: if releases { reader.release() }
            case .topicsFound: awaitsMatch = false
            case .outage: waitNotice = nil
            case .commitFailed(let error) where failsWithoutCommit:
                throw CommandError(error, "group '\(group ?? "")': cannot commit")
            case .commitFailed, .partitionEnd, .topicReplaced, .groupError,
                .pollIntervalExceeded, .waitingForAssignment, .waitingToCommit, .ended, .closed:
                break
            }
            for text in notes.texts(of: event, reader) { say(text) }
        }
        return events
    }

    /// Enters that the command is at work, which is no silence.
    func recordsAreProcessed() { lastArrival = clock.now }

    /// Waits until something is to be done.
    ///
    /// `deadline`: the command's own; `canTake` is false when it takes nothing, however much has
    /// arrived; `isEnding`: limits on time do not matter any more.
    /// - Returns: the end of the read; nil while it goes on.
    func wait(
        until deadline: Instant? = nil,
        canTake: Bool = true,
        isEnding: Bool = false
    ) throws(CommandError) -> ReadEnd? {
        let silence = reader.silence
        // Joining a group may take long, and is not silence.
        let idle = limits.idle.map {
            lastArrival + (reader.isAwaiting && !awaitsMatch ? max($0, silence) : $0)
        }
        let stall = limits.isBounded && idle == nil ? lastArrival + silence : nil
        let limit = isEnding ? nil : limits.deadline
        let hasMore = canTake && reader.mayHaveMore
        let notice = isEnding ? nil : noticeDue
        let next = [idle, stall, limit, deadline, notice, reader.deadline].compactMap(\.self).min()
        do { try loop.wait(until: hasMore ? clock.now : next) } catch {
            throw CommandError(error, doing: "cannot wait")
        }
        if loop.isReady(.signal), let signal = signals.next() { return .signalled(signal) }
        if loop.hasHungUp(.output) { throw CommandError(OutputError.closed) }
        let now = clock.now
        if let notice, notice <= now { sayWaiting() }
        if let limit, limit <= now { return .expired }
        if hasMore || isEnding { return nil }
        if let idle, idle <= now { return .idle }
        if let stall, stall <= now {
            return reader.hasReadAssigned ? .complete : .stalled(silence)
        }
        return nil
    }

    /// The time of the note for a person who waits; nil when there is nothing to say.
    private var noticeDue: Instant? {
        guard waitNotice != nil, !reader.isAwaiting || !reader.assigned.isEmpty else { return nil }
        return lastArrival + WaitNotice.delay
    }

    private func sayWaiting() {
        guard let notice = waitNotice else { return }
        waitNotice = nil
        guard reader.progress.all.allSatisfy({ $0.progress.records == 0 }) else { return }
        let topics = reader.topics
        let partitions = reader.progress.all.map { item in
            TopicPartition(topics[item.topicIndex], item.partition)
        }
        say(notice.text(partitions, group: group))
    }

    /// Steps and waits, for a command that has settled everything it took.
    ///
    /// - Returns: the end of the read; nil while it goes on.
    func turn(until deadline: Instant? = nil) throws(CommandError) -> ReadEnd? {
        _ = try step()
        return reader.hasEnded ? .complete : try wait(until: deadline)
    }

    /// Says something on standard error.
    func say(_ text: String) {
        progressLine?.clear()
        context.note(text)
    }

    // MARK: The end

    /// Returns the error of a read that a limit ended before a topic matched; nil where one did.
    func missingMatch(_ end: ReadEnd) -> CommandError? {
        guard awaitsMatch, reader.topics.isEmpty, end.isLimit else { return nil }
        return .noMatch(on: connection.servers)
    }

    /// Commits what is settled, and leaves the group; nothing without one.
    ///
    /// Another signal ends what hinders it.
    /// - Returns: why what is settled could not be committed, if it could not.
    func close() -> CommandError? {
        loop.unwatch(.output)
        reader.close()
        var failure: KafkaError?
        var isHurried = false
        while !reader.isClosed {
            for event in (try? reader.step()) ?? [] {
                if case .closed(let error) = event { failure = error }
                for text in notes.texts(of: event, reader) { say(text) }
            }
            guard !reader.isClosed else { break }
            if !isHurried, signals.isPending {
                isHurried = true
                loop.unwatch(.signal)
                reader.close(by: clock.now)
            }
            _ = try? loop.wait(until: reader.deadline)
        }
        return failure.map(notes.uncommitted)
    }
}
