// Records that come from files, standard input or the command line, on their way to the pipeline.
//
// 1. What has been decoded is written before every wait for more input.
// 2. In the order of time nothing is sure before the input's end, or before it has paused for as
//    long as the lateness: the next record may be older.

import CommandKit
import JSON
import KafkaCore
import Output
import Reactor
import Records

/// Reads inputs that are no cluster.
struct OfflineDecode: ~Copyable {
    private enum Source { case input, reader, signal }

    private let context: Context
    private let signals: SignalSource
    private var loop: Loop<Source>
    private(set) var pipeline: DecodePipeline
    private var topics: [String: Int] = [:]
    /// The signal that ended the reading, if one did.
    private(set) var signal: Signal?

    /// The source of records that may still come, of any topic.
    private static let anySource = -1

    init(
        _ pipeline: consuming DecodePipeline,
        signals: SignalSource,
        in context: Context
    ) {
        self.pipeline = pipeline
        self.context = context
        self.signals = signals
        loop = Loop(clock: context.clock)
        loop.watch(signals.number, for: .readable, as: .signal)
        if let sink = context.output.sink as? DescriptorSink {
            loop.watch(sink.number, for: .hangUp, as: .reader)
        }
        self.pipeline.open(Self.anySource)
    }

    private var isOver: Bool { signal != nil || pipeline.isSatisfied || isLimited }

    private var isLimited: Bool { pipeline.emitted >= pipeline.request.limit }

    /// Decodes a message of the command line.
    mutating func take(_ message: [UInt8], name: String) {
        guard !isOver else { return }
        let place = DecodePlace(input: name)
        pipeline.take(place, key: nil, value: message.span.bytes)
    }

    /// Decodes what a file or standard input holds.
    mutating func read(_ path: String, as kind: DecodeInputKind) throws(CommandError) {
        var inputs = InputQueue([path], standardInput: context.input)
        try inputs.check()
        var feed = InputFeed(inputs, reader: kind.reader, fixed: FixedParts(), hash: nil)
        while !isOver {
            switch try feed.advance(limit: 1000) {
            case .exhausted: return
            case .batch: try take(feed)
            case .needsInput:
                try wait(for: feed.inputs.number)
                if !isOver { _ = try feed.read() }
            }
        }
    }

    /// Finishes the output: no more input comes.
    mutating func finish() throws(CommandError) {
        try pipeline.finish(isWhole: signal == nil)
    }

    /// Waits until there is something to read; writes what is decoded before.
    private mutating func wait(for number: Int32) throws(CommandError) {
        loop.watch(number, for: .readable, as: .input)
        var deadline: Instant? = context.clock.now
        while true {
            do { try loop.wait(until: deadline) } catch {
                throw CommandError(error, doing: "cannot wait")
            }
            if loop.isReady(.signal), let arrived = signals.next() {
                signal = arrived
                return
            }
            if loop.hasHungUp(.reader) { throw CommandError(OutputError.closed) }
            if loop.isReady(.input) { return }
            pipeline.pause()
            try pipeline.tick(at: context.clock.now)
            if isOver { return }
            deadline = pipeline.deadline
        }
    }

    private mutating func take(_ feed: borrowing InputFeed) throws(CommandError) {
        for name in feed.batch.topics where topics[name] == nil {
            topics[name] = pipeline.addTopic(name)
        }
        Self.take(feed, topics, &pipeline)
        if pipeline.isFull { try pipeline.write() }
    }

    // A lent buffer must not be a part of self while another part of it is changed.
    private static func take(
        _ feed: borrowing InputFeed,
        _ topics: [String: Int],
        _ pipeline: inout DecodePipeline
    ) {
        let batch = feed.batch.refusals
        var next = 0
        func refuse(before index: Int, _ pipeline: inout DecodePipeline) {
            while next < batch.count, batch[next].index <= index {
                let refusal = batch[next]
                next += 1
                let place = feed.inputs.place(refusal.place.line)
                pipeline.refuse(DecodePlace(input: place), refusal.text, hint: nil)
            }
        }
        for (index, record) in feed.batch.records.enumerated() {
            refuse(before: index, &pipeline)
            if pipeline.isSatisfied || pipeline.emitted >= pipeline.request.limit { return }
            let stored = feed.batch.places[index]
            var place = DecodePlace(input: feed.inputs.place(stored.line))
            if feed.batch.topics.indices.contains(record.topic) {
                place.topic = topics[feed.batch.topics[record.topic]] ?? -1
                place.partition = record.partition
                place.offset = stored.offset
            }
            place.timestamp = record.timestamp.map { ($0, stored.timestampKind) }
            pipeline.printer.headers.removeAll()
            for header in feed.batch.headers[record.headers] where pipeline.showsHeaders {
                lend(header.name, feed) { name in
                    lend(header.value, feed) { value in
                        if let name { pipeline.printer.headers.append(name: name, value: value) }
                    }
                }
            }
            lend(record.key, feed) { key in
                lend(record.value, feed) { pipeline.take(place, key: key, value: $0) }
            }
        }
        refuse(before: .max, &pipeline)
    }

    private static func lend(
        _ slice: ByteSlice?,
        _ feed: borrowing InputFeed,
        _ body: (RawSpan?) -> Void
    ) {
        switch slice?.place {
        case nil: body(nil)
        case .input: body(feed.block.bytes.extracting(slice?.range ?? 0..<0))
        case .made: body(feed.batch.made.bytes.extracting(slice?.range ?? 0..<0))
        }
    }
}
