// One run of `consume`: messages, the output block, the reader of the output and signals in one
// loop.
//
// 1. The output block is handed on when it is full and before every wait, so that a pipe sees each
//    record at once and nothing is slow.
// 2. What has been taken from the library and not printed is dropped, never printed later.
// 3. A bounded read that gets nothing for as long as one call to the cluster may take has failed.

import JSON
import KafkaCore
import Output
import Reactor

/// The state of a run.
struct ConsumeRun: ~Copyable {
    private enum Source { case messages, reader, signal }

    /// What ended the run.
    enum End {
        /// All that was asked for has been printed.
        case complete
        /// Nothing came for too long before it was complete.
        case stalled
        /// A signal arrived.
        case signalled(Signal)
    }

    private let connection: Connection
    private let signals: SignalSource
    private let wakeup: Wakeup
    private let output: OutputStream
    private var loop: Loop<Source>
    private var consumer: Consumer
    private var printer: RecordPrinter
    private var bounds: BoundedRead?
    private var topics: [String] = []
    private var remaining: Int

    init(
        _ connection: Connection,
        format: RecordFormat,
        limit: Int?,
        isBounded: Bool,
        output: OutputStream,
        signals: SignalSource
    ) throws(CommandError) {
        self.connection = connection
        self.signals = signals
        self.output = output
        remaining = limit ?? .max
        bounds = isBounded ? BoundedRead() : nil
        printer = RecordPrinter(format, isForTerminal: output.isTerminal)
        wakeup = try connection.makeWakeup()
        consumer = Consumer(connection.client)
        consumer.raise(wakeup)
        loop = Loop(clock: connection.clock)
        loop.watch(wakeup.number, for: .readable, as: .messages)
        loop.watch(signals.number, for: .readable, as: .signal)
        if let sink = output.sink as? DescriptorSink {
            loop.watch(sink.number, for: .hangUp, as: .reader)
        }
    }

    /// Begins to read a topic's partitions; `ends` are where a bounded read stops.
    mutating func start(
        _ topic: Topic,
        at offset: (TopicPartition) -> StartOffset,
        from starts: [TopicPartition: Int64] = [:],
        to ends: [TopicPartition: Int64] = [:]
    ) throws(CommandError) {
        let index = printer.addTopic(topic.name)
        topics.append(topic.name)
        for partition in topic.partitions {
            guard (0..<1_000_000).contains(partition.id) else {
                throw CommandError(
                    .failure,
                    "\(connection.servers) says that topic '\(topic.name)' has a partition"
                        + " \(partition.id)",
                    topic: topic.name
                )
            }
            let name = TopicPartition(topic.name, partition.id)
            let hasRecords = bounds?.add(
                topicIndex: index,
                partition: partition.id,
                from: starts[name] ?? 0,
                to: ends[name] ?? 0
            )
            if hasRecords == false { continue }
            do { try consumer.start(name, at: offset(name)) } catch {
                throw CommandError(error, topic: topic.name, on: connection.servers)
            }
        }
    }

    /// Reads and prints until the end.
    mutating func finish() throws(CommandError) -> End {
        var lastArrival = connection.clock.now
        while true {
            wakeup.clear()
            let arrivals = try takeArrivals()
            let now = connection.clock.now
            if arrivals.any { lastArrival = now }
            try handOn()
            if remaining == 0 || bounds?.isComplete == true { return .complete }
            let deadline = bounds == nil ? nil : lastArrival + connection.timeout
            // The descriptor is raised only when the queue was empty: with more in it, just look.
            do { try loop.wait(until: arrivals.more ? now : deadline) } catch {
                throw CommandError(error, doing: "cannot wait")
            }
            connection.client.serve()
            if loop.isReady(.signal), let signal = signals.next() { return .signalled(signal) }
            if loop.hasHungUp(.reader) { throw CommandError(OutputError.closed) }
            if !arrivals.more, let deadline, deadline <= connection.clock.now { return .stalled }
        }
    }

    /// The partitions that have not been read to their ends.
    var incomplete: [TopicPartition] {
        bounds?.incomplete.map { TopicPartition(topics[$0.topicIndex], $0.partition) } ?? []
    }

    /// Takes what has arrived, up to so much that signals are still looked at now and then.
    ///
    /// - Returns: whether anything had arrived, and whether more may be waiting.
    private mutating func takeArrivals() throws(CommandError) -> (any: Bool, more: Bool) {
        var failure: (error: KafkaError, topicIndex: Int)?
        for turn in 0..<100 {
            // Moved out of self for the call: its body changes what stands beside the consumer.
            var bounds = self.bounds
            var remaining = self.remaining
            let showsMore = printer.showsMore
            self.bounds = nil
            let taken = Self.take(
                &consumer,
                &printer,
                &bounds,
                &remaining,
                &failure,
                showsMore: showsMore
            )
            self.bounds = bounds
            self.remaining = remaining
            if let failure {
                try handOn()
                let topic =
                    topics.indices.contains(failure.topicIndex)
                    ? topics[failure.topicIndex] : nil
                guard let topic else {
                    throw CommandError(failure.error, on: connection.servers)
                }
                throw CommandError(failure.error, topic: topic, on: connection.servers)
            }
            if taken == 0 { return (turn > 0, false) }
            if printer.isFull { try handOn() }
            if remaining == 0 || bounds?.isComplete == true { return (true, false) }
        }
        return (true, true)
    }

    private static func take(
        _ consumer: inout Consumer,
        _ printer: inout RecordPrinter,
        _ bounds: inout BoundedRead?,
        _ remaining: inout Int,
        _ failure: inout (error: KafkaError, topicIndex: Int)?,
        showsMore: Bool
    ) -> Int {
        consumer.take { record in
            if record.isError {
                if record.isEndOfPartition {
                    bounds?.reachedEnd(
                        topicIndex: record.topicIndex,
                        partition: record.partition,
                        offset: record.offset
                    )
                } else if let error = record.error, !error.isRetriable {
                    failure = (error, record.topicIndex)
                }
                return failure == nil && bounds?.isComplete != true
            }
            if bounds != nil {
                let verdict = bounds?.record(
                    topicIndex: record.topicIndex,
                    partition: record.partition,
                    offset: record.offset
                )
                guard verdict == .take else { return bounds?.isComplete != true }
            }
            if showsMore {
                printer.headers.removeAll()
                record.forEachHeader { printer.headers.append(name: $0, value: $1) }
                printer.print(record)
            } else {
                printer.print(value: record.value)
            }
            remaining -= 1
            return remaining > 0 && bounds?.isComplete != true
        }
    }

    private mutating func handOn() throws(CommandError) {
        guard !printer.buffer.isEmpty else { return }
        defer { printer.buffer.removeAll() }
        do { try output.sink.write(printer.buffer.bytes) } catch { throw CommandError(error) }
    }
}

extension RecordPrinter {
    /// Appends a consumed record.
    fileprivate mutating func print(_ record: borrowing Record) {
        let (milliseconds, type) = record.timestamp
        let kind: TimestampKind?
        switch type {
        case .create: kind = .create
        case .logAppend: kind = .logAppend
        case .unavailable: kind = nil
        }
        print(
            topic: record.topicIndex,
            partition: record.partition,
            offset: record.offset,
            timestamp: kind.map { (milliseconds, $0) },
            key: record.key,
            value: record.value
        )
    }
}
