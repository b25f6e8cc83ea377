// The end of a read, as an exit status and as its summary.

import CommandKit
import KafkaCore
import Output
import ReadEngine
import Reactor

/// The counts of what a command has done with the records of a read so far.
struct ReadTally {
    /// The number of records emitted, which is what a limit on records counts.
    var printed = 0
    /// The number of emitted records that are known to have reached their destination.
    var written = 0
    /// The number of records that were read and filtered out.
    var filteredOut = 0
    /// The number of numbers that did not fit the form they are printed in.
    var cutNumbers = 0
    /// True when nothing more is wanted, however much is to come.
    var isSatisfied = false
    /// The emitted records of each partition, where only the newest of those read are emitted.
    var tail: [TopicPartition: ReadSummary.ShownPart]?
    /// The outcome of commands that get the records, if any do.
    var work: Work?

    /// The outcome of the commands that got records.
    struct Work {
        var finished: Int
        var failed: Int
        /// The records taken and not done: for each partition the first such offset, and their
        /// number.
        var undone: [TopicPartition: (first: Int64, count: Int)]
    }
}

/// A read, and what a command makes of its records.
protocol RecordReading: ~Copyable {
    /// The loop.
    var reading: ReadLoop { get }

    /// The counts of the records.
    var tally: ReadTally { get }

    /// Takes and processes records until the read ends.
    mutating func readAll() throws(CommandError) -> ReadEnd

    /// Writes what is still held back; `isWhole`: all that was asked for has been read.
    mutating func finishOutput(isWhole: Bool) throws(CommandError)
}

extension RecordReading where Self: ~Copyable {
    mutating func finishOutput(isWhole: Bool) throws(CommandError) {}

    /// Reads until the end, writes the summary whatever the end is, and throws the error that makes
    /// the status when the read was not complete.
    mutating func run(_ options: ReadOptions) throws(CommandError) {
        let end = try read(options)
        try reading.conclude(end, tally, options)
    }

    /// Reads until the end; when that fails, says what was read before it did.
    mutating func read(_ options: ReadOptions) throws(CommandError) -> ReadEnd {
        do throws(CommandError) { return try finish() } catch {
            reading.progressLine?.clear()
            var account = reading.summary(ReadSummary.End(error), tally)
            account.failure = ReadSummary.Failure(error)
            // A closed output is reported only where a summary was asked for.
            if options.reading.summary != nil || options.range.isBounded && account.end == .error {
                account.report(options.reading.summary, in: reading.context)
            }
            throw error
        }
    }

    /// Reads until the end, commits what is settled, leaves the group, and finishes the output.
    mutating func finish() throws(CommandError) -> ReadEnd {
        let end: ReadEnd
        do throws(CommandError) {
            end = try readAndLeave()
        } catch {
            // Records that have come are not held back. The first failure decides, and a closed
            // output is none.
            do throws(CommandError) { try finishOutput(isWhole: false) } catch let second {
                if case .success = error.status { throw second }
            }
            throw error
        }
        let isWhole = if case .complete = end { true } else { false }
        try finishOutput(isWhole: isWhole)
        return end
    }

    private mutating func readAndLeave() throws(CommandError) -> ReadEnd {
        let end: ReadEnd
        do throws(CommandError) {
            end = try readAll()
            if let missing = reading.missingMatch(end) { throw missing }
        } catch {
            if let failure = reading.close() {
                // The first failure decides; a reader that went away is none.
                if case .success = error.status { throw failure }
                if let text = failure.report?.message { reading.context.note(text) }
            }
            throw error
        }
        if let failure = reading.close() {
            guard case .signalled = end else { throw failure }
            if let text = failure.report?.message { reading.context.note(text) }
        }
        return end
    }
}

extension ReadLoop {
    /// The partitions that have not been read to their ends.
    var incomplete: [TopicPartition] {
        let topics = reader.topics
        return reader.progress.incomplete.map {
            TopicPartition(topics[$0.topicIndex], $0.partition)
        }
    }

    /// The partitions of which more may be there than has been read.
    private var unread: [TopicPartition] {
        let topics = reader.topics
        return reader.progress.all.filter { item in
            let progress = item.progress
            return !progress.isComplete && !(progress.isAtEnd && progress.end == nil)
        }
        .map { TopicPartition(topics[$0.topicIndex], $0.partition) }
    }

    /// Returns the summary of what has been read so far.
    func summary(
        _ end: ReadSummary.End,
        _ tally: ReadTally,
        ends: [TopicPartition: PartitionEnds] = [:]
    ) -> ReadSummary {
        let topics = reader.topics
        return ReadSummary(
            end: end,
            // Records that a command was given and did not finish are no work done.
            printed: tally.work?.finished ?? tally.written,
            isWork: tally.work != nil,
            filteredOut: tally.filteredOut,
            partitions: reader.progress.all.map { item in
                let partition = TopicPartition(topics[item.topicIndex], item.partition)
                var progress = item.progress
                if let undone = tally.work?.undone[partition] {
                    progress.leaveUndone(undone.count, from: undone.first)
                }
                return ReadSummary.Part(
                    partition: partition,
                    progress: progress,
                    ends: ends[partition],
                    shown: tally.tail?[partition]
                )
            },
            isTail: tally.tail != nil,
            isCommitted: connection.client.isolationLevel == .readCommitted,
            isAtEnds: unread.isEmpty,
            group: group.map { ($0, reader.wasUpToDate) }
        )
    }

    /// Returns the name of the end of the read for the summary.
    private func name(
        of end: ReadEnd,
        _ tally: ReadTally,
        _ range: ConsumeRange
    ) -> ReadSummary.End {
        switch end {
        case .stalled: return .incomplete
        case .signalled: return .interrupted
        case .idle: return .idleTimeout
        case .expired: return .duration
        case .complete:
            let hasReachedEnds = reader.progress.all.allSatisfy { $0.progress.hasReachedEnd }
            if hasReachedEnds { return .complete }
            if range.limit == nil, range.limitPerPartition == nil {
                return tally.isSatisfied ? .satisfied : .complete
            }
            let isLimited = range.limit.map { tally.printed >= $0 } ?? false
            return isLimited || range.limitPerPartition == nil ? .maxMessages : .maxPerPartition
        }
    }

    /// True when an end is the one that was asked for.
    private func isWhole(_ end: ReadEnd, _ options: ReadOptions) -> Bool {
        switch end {
        case .complete: true
        case .idle, .expired: !(options.range.isBounded || options.range.limit != nil)
        case .stalled, .signalled: false
        }
    }

    /// Says what was read; the summary of it.
    @discardableResult
    func report(_ end: ReadEnd, _ tally: ReadTally, _ options: ReadOptions) -> ReadSummary {
        let isWhole = isWhole(end, options)
        let name = name(of: end, tally, options.range)
        let account = summary(name, tally, ends: askForEnds(name, options, isWhole: isWhole))
        if options.range.isBounded || options.reading.summary != nil {
            account.report(options.reading.summary, in: context)
        } else if !isWhole, let text = account.openTransactions {
            context.note(text)
        }
        return account
    }

    /// Says what was read, and throws what makes the status when not all of it was.
    func conclude(
        _ end: ReadEnd,
        _ tally: ReadTally,
        _ options: ReadOptions
    ) throws(CommandError) {
        let isWhole = isWhole(end, options)
        let isHeldBack = report(end, tally, options).openTransactions != nil
        if tally.cutNumbers > 0 {
            context.note(
                "--format: \(counted(tally.cutNumbers, "number")) too large for the field"
            )
        }
        let failed = tally.work?.failed ?? 0
        if failed > 0 {
            let finished = tally.work?.finished ?? 0
            context.note("\(failed) of \(counted(finished, "record")) failed")
        }
        switch end {
        case .complete where failed > 0: throw .reported(.failure)
        case .complete where tally.cutNumbers > 0: throw .reported(.failure)
        case .complete: return
        case .signalled(let signal): throw .reported(.signalled(signal.number))
        case .stalled(let time): throw .stalled(incomplete, time, connection)
        case .idle, .expired:
            guard !isWhole else { return }
            throw .unfinished(
                end.isIdle,
                options.range,
                counts: options.range.limit.map { (tally.printed, $0) },
                isWork: tally.work != nil,
                unread: unread,
                isHeldBack: isHeldBack
            )
        }
    }

    /// Asks for the present ends of partitions where they are needed: in a summary that was asked
    /// for, and where an open transaction may have ended a read of committed records.
    ///
    /// The last fetch suffices where it names the end that was reached: nothing is behind.
    private func askForEnds(
        _ end: ReadSummary.End,
        _ options: ReadOptions,
        isWhole: Bool
    ) -> [TopicPartition: PartitionEnds] {
        if end == .interrupted { return [:] }
        let isCommitted = connection.client.isolationLevel == .readCommitted
        let isToBeShown = options.reading.summary == .json || options.reading.summary == .partitions
        let mayBeHeldBack =
            switch end {
            // An offset that was named and reached holds no read back.
            case .complete: options.range.endsAtLog
            case .maxMessages, .maxPerPartition, .satisfied, .interrupted, .error, .outputClosed:
                false
            case .idleTimeout, .duration, .incomplete: !isWhole
            }
        guard isToBeShown || isCommitted && mayBeHeldBack else { return [:] }
        var known: [TopicPartition: PartitionEnds] = [:]
        var asked: [TopicPartition] = []
        let topics = reader.topics
        for item in reader.progress.all {
            let partition = TopicPartition(topics[item.topicIndex], item.partition)
            let watermark = connection.client.fetchedHighWatermark(of: partition)
            let isAtWatermark = item.progress.hasReachedEnd && watermark == item.progress.end
            if isCommitted, isAtWatermark, let watermark {
                known[partition] = PartitionEnds(endOffset: watermark, lastStableOffset: watermark)
            } else if isToBeShown || !connection.client.isSandbox {
                asked.append(partition)
            }
        }
        // A missing answer is no failure of what has been read.
        let answers = try? connection.client.ends(
            of: asked,
            timeout: min(connection.timeout, .seconds(5)),
            clock: connection.clock
        )
        for answer in answers ?? [] { known[answer.partition] = answer.ends }
        return known
    }
}
