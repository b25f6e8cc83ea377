// Filling the sandbox with records from a file, before its address is printed.

import CommandKit
import JSON
import KafkaCore
import Reactor
import Records
import SendEngine

/// Records to be put into a sandbox's topics.
struct SandboxSeed {
    private var records: [(topic: Int, record: OutgoingRecord)] = []

    /// The topics that the records are for.
    private(set) var topics: [String] = []

    /// Returns the highest partition that a record of `topic` names, if one does.
    func highestPartition(of topic: String) -> Int32? {
        records.filter { topics[$0.topic] == topic }.compactMap(\.record.partition).max()
    }

    /// Reads records as `consume --json` prints them; each must name its topic.
    ///
    /// - Throws: `CommandError` of status `badData` with file, line and column.
    init(_ bytes: [UInt8], path: String) throws(CommandError) {
        let span = bytes.span.bytes
        var batch = RecordBatch()
        do throws(JSONError) {
            var reader = JSONReader(span)
            while try reader.peekKind() != .end {
                let place = reader.offset
                let read = try RecordLine(base: 0).read(&reader, into: &batch)
                guard read.hasTopic else {
                    throw JSONError(at: place, "a record without 'topic'")
                }
                let topic = batch.topics[read.record.topic]
                if let problem = Self.problem(topic: topic, partition: read.record.partition) {
                    throw JSONError(at: place, problem)
                }
                var record = read.record
                record.sequence = records.count
                batch.append(record, line: 0, end: reader.offset)
                let index = batch.records.count - 1
                records.append((record.topic, batch.record(index, of: span)))
            }
            topics = batch.topics
        } catch {
            throw CommandError(error, in: path, text: span)
        }
    }

    /// Returns the reason why a record cannot go to the partition it names; nil when it can.
    private static func problem(topic: String, partition: Int32?) -> String? {
        if !TopicName.isValid(topic[...]) { return "'\(topic)' is not a topic name" }
        guard let partition, partition >= TopicRequest.mostPartitions else { return nil }
        return "partition \(partition) is too high: a topic of the sandbox has at most"
            + " \(TopicRequest.mostPartitions)"
    }

    /// Sends every record and waits until all are stored.
    func send(to servers: String, clock: any Clock) throws(CommandError) {
        let client: Client
        do {
            client = try Client(
                .producer,
                bootstrapServers: servers,
                properties: [Property("linger.ms", "0")]
            )
        } catch {
            throw CommandError(.failure, "cannot fill the sandbox: \(error)")
        }
        let sent: Sender.Counts
        do throws(KafkaError) { sent = try send(by: client, clock: clock) } catch {
            throw CommandError(error, "cannot fill the sandbox")
        }
        if sent.acknowledged < records.count {
            throw CommandError(.incomplete, "the sandbox did not store every record")
        }
    }

    /// Sends every record, and waits for the outcomes of the last ones for `waitTime`.
    private func send(
        by client: Client,
        clock: any Clock
    ) throws(KafkaError) -> Sender.Counts {
        var loop = Loop<Int>(clock: clock)
        let wakeup: Wakeup
        do { wakeup = try Wakeup() } catch { throw KafkaError(.other, error.reason) }
        var sender = Sender(client, raising: wakeup, at: clock.now)
        loop.watch(wakeup.number, for: .readable, as: 0)
        for topic in topics { _ = try sender.addTopic(topic) }
        var next = records.startIndex
        var failure: KafkaError?
        while true {
            _ = sender.step(at: clock.now) { report in
                if let error = report.error, !error.isPurged { failure = failure ?? error }
            }
            if let failure { throw failure }
            while next < records.endIndex,
                try sender.send(records[next].record, to: records[next].topic, at: clock.now)
            {
                next += 1
            }
            if next == records.endIndex { sender.finish(by: clock.now + Self.waitTime) }
            if sender.isDone(at: clock.now) { return sender.counts }
            let isWaiting = next < records.endIndex
            let deadline = sender.deadline(isWaiting: isWaiting, at: clock.now)
            do throws(ReactorError) { try loop.wait(until: deadline) } catch {
                throw KafkaError(.other, error.reason)
            }
        }
    }

    /// The longest wait for the outcomes of records in flight at the end.
    private static let waitTime = Duration.seconds(30)
}
