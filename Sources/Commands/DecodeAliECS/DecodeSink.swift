// Records of a cluster on their way to the pipeline.

import AliECS
import CommandKit
import KafkaCore
import Output
import Reactor
import Records

/// Decodes the records of a read, and records them where that is wanted.
struct DecodeSink: RecordSink, ~Copyable {
    private(set) var pipeline: DecodePipeline
    private let recorder: Recording?
    /// What of the progress the order of time knows already.
    private var isOpen: [Int: Bool] = [:]

    init(_ pipeline: consuming DecodePipeline, recorder: Recording?) {
        self.pipeline = pipeline
        self.recorder = recorder
    }

    var printed: Int { pipeline.comeOut }
    var written: Int { if case .facts = pipeline.wish.goal { printed } else { pipeline.written } }

    var passedOver: Int { pipeline.passedOver + pipeline.bad }
    var isSatisfied: Bool { pipeline.isSatisfied }
    var isFull: Bool { pipeline.isFull }
    var isCrowded: Bool { pipeline.isCrowded }
    var deadline: Instant? { pipeline.deadline }

    mutating func addTopic(_ name: String) {
        recorder?.addTopic(name)
        _ = pipeline.addTopic(name)
    }

    mutating func take(_ record: borrowing Record) {
        recorder?.take(record)
        if pipeline.showsHeaders {
            pipeline.printer.headers.removeAll()
            record.forEachHeader { pipeline.printer.headers.append(name: $0, value: $1) }
        }
        pipeline.take(DecodePlace(record), key: record.key, value: record.value)
    }

    mutating func began(topicIndex: Int, partition: Int32) {
        let source = DecodePlace.source(topicIndex, partition)
        isOpen[source] = true
        pipeline.open(source)
    }

    mutating func reachedEnd(topicIndex: Int, partition: Int32) {
        let source = DecodePlace.source(topicIndex, partition)
        // The end of what has been read to its end is no news: nothing more is waited for there.
        guard isOpen[source] != false else { return }
        pipeline.open(source)
        pipeline.reachedEnd(source)
    }

    mutating func handOn() throws(CommandError) {
        try recorder?.flush()
        try pipeline.handOn()
    }

    mutating func look(
        _ progress: borrowing ReadProgress,
        at now: Instant,
        hasArrivals: Bool
    ) throws(CommandError) {
        follow(progress)
        try pipeline.look(at: now)
    }

    mutating func nextFlow() -> RecordFlow? {
        switch pipeline.nextFlow() {
        case .hold(let source): Self.flow(of: source, isHeld: true)
        case .resume(let source): Self.flow(of: source, isHeld: false)
        case nil: nil
        }
    }

    /// Nothing more comes; `isWhole`: all that was asked for has been read.
    mutating func finish(isWhole: Bool) throws(CommandError) {
        try recorder?.finish()
        try pipeline.finish(isWhole: isWhole)
    }

    /// Tells the order of time which partitions are read, and which have been.
    private mutating func follow(_ progress: borrowing ReadProgress) {
        guard pipeline.ordersByTime else { return }
        var gone = isOpen
        for (topic, partition, state) in progress.all {
            let source = DecodePlace.source(topic, partition)
            gone[source] = nil
            guard isOpen[source] != !state.isComplete else { continue }
            isOpen[source] = !state.isComplete
            if state.isComplete { pipeline.close(source) } else { pipeline.open(source) }
        }
        // A group has taken it away.
        for (source, isOpen) in gone where isOpen {
            pipeline.close(source)
            self.isOpen[source] = nil
        }
    }

    private static func flow(of source: Int, isHeld: Bool) -> RecordFlow {
        RecordFlow(
            topicIndex: (source >> 32) - 1,
            partition: Int32(truncatingIfNeeded: source & 0xffff_ffff) - 1,
            isHeld: isHeld
        )
    }
}
