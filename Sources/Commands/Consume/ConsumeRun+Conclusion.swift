// How a read ended, as an exit status and as what is said about it.

import KafkaCore
import Reactor

extension ConsumeRun where Sink: ~Copyable {
    /// The partitions that have not been read to their ends.
    var incomplete: [TopicPartition] {
        intake.progress.incomplete.map { TopicPartition(topics[$0.topicIndex], $0.partition) }
    }

    /// What has been read so far.
    func summary(_ end: ReadSummary.End) -> ReadSummary {
        ReadSummary(
            end: end,
            printed: intake.sink.printed,
            isWork: intake.sink.exec != nil,
            passedOver: intake.passedOver,
            partitions: intake.progress.all.map {
                (TopicPartition(topics[$0.topicIndex], $0.partition), $0.progress)
            },
            group: group.map { ($0.wish.name, $0.wasUpToDate) }
        )
    }

    /// Says what was read, and throws what makes the status when not all of it was.
    func conclude(_ end: ReadEnd, _ options: ReadOptions) throws(CommandError) {
        let isAsked = options.range.isBounded || options.range.limit != nil
        let isWhole =
            switch end {
            case .complete: true
            case .idle, .expired: !isAsked
            case .stalled, .signalled: false
            }
        let isInterrupted = if case .signalled = end { true } else { false }
        if options.range.isBounded || options.reading.summary != nil {
            summary(isInterrupted ? .interrupted : isWhole ? .complete : .incomplete)
                .tell(options.reading.summary, in: context)
        }
        let cut = intake.sink.cutNumbers
        if cut > 0 {
            context.note(
                "numbers too large for their form in --format were cut: \(cut)"
            )
        }
        let failed = intake.sink.exec?.failed ?? 0
        if failed > 0 {
            context.note("\(failed) of \(intake.sink.exec?.finished ?? 0) records failed")
        }
        switch end {
        case .complete where failed > 0: throw .reported(.failure)
        case .complete where cut > 0: throw .reported(.failure)
        case .complete: return
        case .signalled(let signal): throw .reported(.signalled(signal.number))
        case .stalled(let time): throw .stalled(incomplete, time, connection)
        case .idle, .expired:
            guard !isWhole else { return }
            throw .unfinished(incomplete, isIdle: end.isIdle)
        }
    }
}
