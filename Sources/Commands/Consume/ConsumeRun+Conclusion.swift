// How a read ended, as an exit status and as what is said about it.

import CommandKit
import KafkaCore
import Reactor

extension ConsumeRun where Sink: ~Copyable {
    /// The partitions that have not been read to their ends.
    var incomplete: [TopicPartition] {
        intake.progress.incomplete.map { TopicPartition(topics[$0.topicIndex], $0.partition) }
    }

    /// The partitions of which more may be there than has been read.
    private var unread: [TopicPartition] {
        intake.progress.all.filter { item in
            let progress = item.progress
            return !progress.isComplete && !(progress.isAtEnd && progress.end == nil)
        }
        .map { TopicPartition(topics[$0.topicIndex], $0.partition) }
    }

    /// What has been read so far.
    func summary(
        _ end: ReadSummary.End,
        ends: [TopicPartition: PartitionEnds] = [:]
    ) -> ReadSummary {
        ReadSummary(
            end: end,
            // What a command was given and did not finish is no work done.
            printed: intake.sink.exec?.finished ?? intake.sink.written,
            isWork: intake.sink.exec != nil,
            passedOver: intake.passedOver,
            partitions: intake.progress.all.map { item in
                let partition = TopicPartition(topics[item.topicIndex], item.partition)
                var progress = item.progress
                if let undone = intake.sink.exec?.undone[partition] {
                    progress.leaveUndone(undone.count, from: undone.first)
                }
                return ReadSummary.Part(
                    partition: partition,
                    progress: progress,
                    ends: ends[partition],
                    shown: intake.sink.shown(topicIndex: item.topicIndex, item.partition)
                )
            },
            isTail: intake.sink.isTail,
            isCommitted: connection.client.isolationLevel == .readCommitted,
            isAtEnds: unread.isEmpty,
            group: group.map { ($0.wish.name, $0.wasUpToDate) }
        )
    }

    /// How the summary names the end of the read.
    func name(of end: ReadEnd, _ range: ConsumeRange) -> ReadSummary.End {
        switch end {
        case .stalled: return .incomplete
        case .signalled: return .interrupted
        case .idle: return .idleTimeout
        case .expired: return .duration
        case .complete:
            let hasReachedEnds = intake.progress.all.allSatisfy { $0.progress.hasReachedEnd }
            if hasReachedEnds { return .complete }
            if range.limit == nil, range.limitPerPartition == nil {
                return intake.sink.isSatisfied ? .satisfied : .complete
            }
            let isLimited = range.limit.map { intake.sink.printed >= $0 } ?? false
            return isLimited || range.limitPerPartition == nil ? .maxMessages : .maxPerPartition
        }
    }

    /// Does the work of a run, says what was read whatever the end is, and throws what makes the
    /// status when it was not all.
    mutating func conclude(
        _ options: ReadOptions,
        _ work: (inout Self) throws(CommandError) -> ReadEnd
    ) throws(CommandError) {
        try conclude(accounted(options, work), options)
    }

    /// Does the work of a run; when that fails, says what was read before it did.
    mutating func accounted(
        _ options: ReadOptions,
        _ work: (inout Self) throws(CommandError) -> ReadEnd
    ) throws(CommandError) -> ReadEnd {
        do throws(CommandError) { return try work(&self) } catch {
            intake.sink.hideProgress()
            var account = summary(ReadSummary.End(error))
            account.failure = ReadSummary.Failure(error)
            // That nobody reads any more is no news where nobody has asked.
            if options.reading.summary != nil || options.range.isBounded && account.end == .error {
                account.tell(options.reading.summary, in: context)
            }
            throw error
        }
    }

    /// Whether an end is the one that was asked for.
    private func isWhole(_ end: ReadEnd, _ options: ReadOptions) -> Bool {
        switch end {
        case .complete: true
        case .idle, .expired: !(options.range.isBounded || options.range.limit != nil)
        case .stalled, .signalled: false
        }
    }

    /// Says what was read; the summary of it.
    @discardableResult
    func tell(_ end: ReadEnd, _ options: ReadOptions) -> ReadSummary {
        let isWhole = isWhole(end, options)
        let name = name(of: end, options.range)
        let account = summary(name, ends: askForEnds(name, options, isWhole: isWhole))
        if options.range.isBounded || options.reading.summary != nil {
            account.tell(options.reading.summary, in: context)
        } else if !isWhole, let text = account.openTransactions {
            context.note(text)
        }
        return account
    }

    /// Says what was read, and throws what makes the status when not all of it was.
    func conclude(_ end: ReadEnd, _ options: ReadOptions) throws(CommandError) {
        let isWhole = isWhole(end, options)
        let isHeldBack = tell(end, options).openTransactions != nil
        let cut = intake.sink.cutNumbers
        if cut > 0 {
            context.note(
                "numbers too large for their form in --format were cut: \(cut)"
            )
        }
        let failed = intake.sink.exec?.failed ?? 0
        if failed > 0 {
            let finished = intake.sink.exec?.finished ?? 0
            context.note("\(failed) of \(counted(finished, "record")) failed")
        }
        switch end {
        case .complete where failed > 0: throw .reported(.failure)
        case .complete where cut > 0: throw .reported(.failure)
        case .complete: return
        case .signalled(let signal): throw .reported(.signalled(signal.number))
        case .stalled(let time): throw .stalled(incomplete, time, connection)
        case .idle, .expired:
            guard !isWhole else { return }
            throw .unfinished(
                end.isIdle,
                options.range,
                counts: options.range.limit.map { (intake.sink.printed, $0) },
                isWork: intake.sink.exec != nil,
                unread: unread,
                isHeldBack: isHeldBack
            )
        }
    }

    /// Where partitions end now, where somebody wants to know: in a summary that was asked for, and
    /// where a transaction that is open may have ended a read of committed records.
    ///
    /// What the last fetch told is enough where it names the end that was reached: nothing is behind.
    private func askForEnds(
        _ end: ReadSummary.End,
        _ options: ReadOptions,
        isWhole: Bool
    ) -> [TopicPartition: PartitionEnds] {
        if end == .interrupted { return [:] }
        let isCommitted = connection.client.isolationLevel == .readCommitted
        let isToBeShown = options.reading.summary == .json || options.reading.summary == .text
        let mayBeHeldBack =
            switch end {
            // An offset that was named and reached keeps nobody back.
            case .complete: options.range.endsAtLog
            case .maxMessages, .maxPerPartition, .satisfied, .interrupted, .error, .outputClosed:
                false
            case .idleTimeout, .duration, .incomplete: !isWhole
            }
        guard isToBeShown || isCommitted && mayBeHeldBack else { return [:] }
        var known: [TopicPartition: PartitionEnds] = [:]
        var asked: [TopicPartition] = []
        for item in intake.progress.all {
            let partition = TopicPartition(topics[item.topicIndex], item.partition)
            let watermark = connection.client.fetchedHighWatermark(of: partition)
            let isAtWatermark = item.progress.hasReachedEnd && watermark == item.progress.end
            if isCommitted, isAtWatermark, let watermark {
                known[partition] = PartitionEnds(endOffset: watermark, lastStableOffset: watermark)
            } else if isToBeShown || !connection.client.isSandbox {
                asked.append(partition)
            }
        }
        // That nobody answers in time is no failure of what has been read.
        let answers = try? connection.client.ends(
            of: asked,
            timeout: min(connection.timeout, .seconds(5)),
            clock: connection.clock
        )
        for answer in answers ?? [] { known[answer.partition] = answer.ends }
        return known
    }
}
