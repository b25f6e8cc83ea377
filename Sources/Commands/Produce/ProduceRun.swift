// One run of `produce`: input, the library's queue, delivery reports and signals in one loop.
//
// 1. Input is read only while everything read before has been queued: a broker that stops
//    answering stops the reading, and memory stays flat.
// 2. A record is counted as sent once, and then as acknowledged or failed once.
// 3. After the end of input, or a signal, the loop goes on until every fate is known; a second
//    signal, or the time for flushing after the first, purges what is left.

import JSON
import KafkaCore
import Reactor

/// The state of a run.
struct ProduceRun: ~Copyable {
    private enum Source { case input, reports, signal }

    private let connection: Connection
    private let producer: Producer
    private let input: Descriptor
    private let wakeup: Wakeup
    private let signals: SignalSource
    private let partition: Int32?
    private var loop: Loop<Source>
    private var splitter = LineSplitter(capacity: 2 * readSize)
    private var records: [RecordSlice] = []
    private var queued = 0
    private var isReading = true
    private(set) var tally = DeliveryTally()

    /// The first signal that arrived, if one did.
    private(set) var signal: Signal?
    private var flushDeadline: Instant?

    private static let readSize = 262_144
    private static let flushTime = Duration.seconds(10)

    init(
        _ connection: Connection,
        topic: String,
        partition: Int32?,
        input: Int32,
        signals: SignalSource
    ) throws(CommandError) {
        let producer = try Self.producer(connection, topic)
        let wakeup = try connection.makeWakeup()
        self.connection = connection
        self.partition = partition
        self.signals = signals
        self.input = Descriptor(input, isOwned: false)
        self.producer = producer
        self.wakeup = wakeup
        loop = Loop(clock: connection.clock)
        connection.client.raise(self.wakeup)
        loop.watch(self.wakeup.number, for: .readable, as: .reports)
        loop.watch(signals.number, for: .readable, as: .signal)
    }

    private static func producer(
        _ connection: Connection,
        _ topic: String
    ) throws(CommandError) -> Producer {
        do { return try Producer(connection.client, topic: topic) } catch {
            throw CommandError(error, topic: topic, on: connection.servers)
        }
    }

    /// Sends everything and waits for every fate.
    mutating func finish(in context: Context) throws(CommandError) {
        while true {
            takeReports(in: context)
            queue(in: context)
            if !isReading, queued == records.count, tally.outstanding == 0 { return }
            let wantsInput = isReading && queued == records.count
            if wantsInput {
                loop.watch(input.number, for: .readable, as: .input)
            } else {
                loop.unwatch(.input)
            }
            do { try loop.wait(until: flushDeadline) } catch {
                throw CommandError(error, doing: "cannot wait")
            }
            if let flushDeadline, flushDeadline <= connection.clock.now { giveUp() }
            if loop.isReady(.signal) { takeSignal() }
            if wantsInput, loop.isReady(.input), isReading { try read() }
        }
    }

    private mutating func read() throws(CommandError) {
        splitter.discardTaken()
        records.removeAll(keepingCapacity: true)
        queued = 0
        let count: Int
        do {
            count = try splitter.block.append(atMost: Self.readSize) {
                room throws(ReactorError) in try input.read(into: &room)
            }
        } catch {
            throw CommandError(error, doing: "cannot read standard input")
        }
        if count == 0 {
            splitter.end()
            isReading = false
        }
        cut()
    }

    /// Cuts the next records; all that the block holds in the end, a batch at a time.
    private mutating func cut() {
        let before = records.count
        splitter.cut(into: &records, limit: Producer.batchSize, partition: partition)
        tally.sent += records.count - before
    }

    private mutating func queue(in context: Context) {
        while queued < records.count {
            var refused: [(Int, KafkaError)] = []
            let done = producer.send(records[queued...], of: splitter.block.bytes) {
                record,
                error in
                refused.append((record.sequence, error))
            }
            queued += done
            for (line, error) in refused { tally.fail(line, error, in: context) }
            if queued < records.count {
                if done == 0 { return }
                continue
            }
            records.removeAll(keepingCapacity: true)
            queued = 0
            cut()
        }
        if !isReading { producer.sendLingering() }
    }

    private mutating func takeReports(in context: Context) {
        wakeup.clear()
        var tally = self.tally
        connection.client.serve { report in
            if let error = report.error {
                tally.fail(report.sequence, error, in: context)
            } else {
                tally.acknowledge()
            }
        }
        self.tally = tally
    }

    private mutating func takeSignal() {
        guard let arrived = signals.next() else { return }
        isReading = false
        if signal == nil {
            signal = arrived
            flushDeadline = connection.clock.now + Self.flushTime
            // Every whole line that has been read was accepted: it is still sent.
        } else {
            giveUp()
        }
    }

    private mutating func giveUp() {
        tally.sent -= records.count - queued
        records.removeAll()
        queued = 0
        flushDeadline = nil
        producer.purge()
    }
}
