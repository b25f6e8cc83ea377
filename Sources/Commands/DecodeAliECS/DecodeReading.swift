// Records of a cluster on their way to the pipeline.

import AliECS
import CommandKit
import KafkaCore
import Output
import ReadEngine
import Reactor
import Records

/// Reads and decodes records, and keeps them undecoded where that is wanted.
struct DecodeReading: RecordReading, ~Copyable {
    let reading: ReadLoop
    private var sink: Sink
    /// The progress of each source that the order of time knows already.
    private var isOpen: [Int: Bool] = [:]

    /// The steps of a record on its way into the pipeline.
    private struct Sink: ~Copyable {
        var pipeline: DecodePipeline
        let recorder: Recording?
        let limit: Int

        /// True when nothing more is wanted.
        var isSatisfied: Bool { pipeline.isSatisfied || pipeline.emitted >= limit }

        /// Decodes a record; false when no other is wanted.
        mutating func take(_ record: borrowing Record) -> Bool {
            recorder?.take(record)
            if pipeline.showsHeaders {
                pipeline.printer.headers.removeAll()
                record.forEachHeader { pipeline.printer.headers.append(name: $0, value: $1) }
            }
            pipeline.take(DecodePlace(record), key: record.key, value: record.value)
            return !isSatisfied
        }
    }

    /// `limit`: the largest number of records that are emitted; nil for all.
    init(
        _ reading: ReadLoop,
        _ pipeline: consuming DecodePipeline,
        recorder: Recording?,
        limit: Int?
    ) {
        self.reading = reading
        sink = Sink(pipeline: pipeline, recorder: recorder, limit: limit ?? .max)
    }

    mutating func readAll() throws(CommandError) -> ReadEnd {
        while true {
            for name in reading.takeTopics() {
                sink.recorder?.addTopic(name)
                _ = sink.pipeline.addTopic(name)
            }
            follow()
            for _ in 0..<100 {
                guard reading.take(into: &sink, { $1.take($0) }) > 0 else { break }
                if sink.pipeline.isFull { try write() }
                if sink.isSatisfied || sink.pipeline.isCrowded { break }
            }
            if sink.isSatisfied { reading.reader.finish() }
            try write()
            for event in try reading.step() {
                if case .partitionEnd(let topic, let partition) = event {
                    reachedEnd(DecodePlace.source(topic, partition))
                }
            }
            follow()
            try sink.pipeline.tick(at: reading.clock.now)
            while let flow = sink.pipeline.nextFlow() { try hold(flow) }
            // The records emitted by now may be all that were asked for.
            if sink.isSatisfied { reading.reader.finish() }
            if reading.reader.hasEnded { return .complete }
            if let end = try reading.wait(until: sink.pipeline.deadline) { return end }
        }
    }

    private mutating func write() throws(CommandError) {
        try sink.recorder?.flush()
        try sink.pipeline.write()
        reading.reader.settle()
    }

    private mutating func reachedEnd(_ source: Int) {
        // The end of a closed source is no event: nothing more is waited for there.
        guard isOpen[source] != false else { return }
        sink.pipeline.open(source)
        sink.pipeline.reachedEnd(source)
    }

    /// Takes nothing more of a partition for now, or reads it on.
    private func hold(_ flow: MergeWindow<[UInt8]>.Flow) throws(CommandError) {
        let source =
            switch flow {
            case .hold(let source), .resume(let source): source
            }
        let topic = (source >> 32) - 1
        guard reading.reader.topics.indices.contains(topic) else { return }
        let place = TopicPartition(
            reading.reader.topics[topic],
            Int32(truncatingIfNeeded: source & 0xffff_ffff) - 1
        )
        switch flow {
        case .hold: reading.reader.pause(place)
        case .resume:
            do throws(ReaderError) { try reading.reader.resume(place) } catch {
                throw CommandError(error, reading.connection)
            }
        }
    }

    /// Writes what is held back; `isWhole`: all that was asked for has been read.
    mutating func finishOutput(isWhole: Bool) throws(CommandError) {
        try sink.recorder?.finish()
        try sink.pipeline.finish(isWhole: isWhole)
    }

    /// Reports to the order of time which partitions are read, and which have been.
    private mutating func follow() {
        guard sink.pipeline.ordersByTime else { return }
        var gone = isOpen
        for (topic, partition, state) in reading.reader.progress.all {
            let source = DecodePlace.source(topic, partition)
            gone[source] = nil
            guard isOpen[source] != !state.isComplete else { continue }
            isOpen[source] = !state.isComplete
            if state.isComplete { sink.pipeline.close(source) } else { sink.pipeline.open(source) }
        }
        // A group has taken it away.
        for (source, isOpen) in gone where isOpen {
            sink.pipeline.close(source)
            self.isOpen[source] = nil
        }
    }

    /// The number of records that could not be decoded; `isStopped` when one of them ends the
    /// reading.
    var failures: (bad: Int, isStopped: Bool) { (sink.pipeline.bad, sink.pipeline.isStopped) }

    /// True when what was waited for has come.
    var isSatisfied: Bool { sink.pipeline.isSatisfied }

    var tally: ReadTally {
        let written: Int =
            if case .facts = sink.pipeline.request.goal {
                sink.pipeline.emitted
            } else {
                sink.pipeline.written
            }
        return ReadTally(
            printed: sink.pipeline.emitted,
            written: written,
            filteredOut: sink.pipeline.filteredOut + sink.pipeline.bad,
            isSatisfied: sink.pipeline.isSatisfied
        )
    }
}
