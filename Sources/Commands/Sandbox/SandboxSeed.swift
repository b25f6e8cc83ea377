// Filling the sandbox with records from a file, before anyone is told its address.

import CommandKit
import JSON
import KafkaCore
import Reactor
import Records

/// Records to be put into a sandbox's topics.
struct SandboxSeed {
    private var records: [(topic: Int, record: OutgoingRecord)] = []

    /// The topics that the records are for.
    private(set) var topics: [String] = []

    /// The highest partition that a record of `topic` names, if one does.
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

    /// Why a record cannot be put where it says, if it cannot.
    private static func problem(topic: String, partition: Int32?) -> String? {
        if !TopicName.isValid(topic[...]) { return "'\(topic)' is no name of a topic" }
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
            throw CommandError(.failure, "the sandbox could not be filled: \(error)")
        }
        var waiting = records.count
        var failure: KafkaError?
        func takeReports(for time: Duration) {
            client.serve(waiting: time) { report in
                waiting -= 1
                if let error = report.error { failure = error }
            }
        }
        var producer = Producer(client)
        do {
            for topic in topics { _ = try producer.addTopic(topic) }
            for (topic, record) in records {
                while try !producer.send(record, to: topic) {
                    takeReports(for: .milliseconds(10))
                }
            }
        } catch {
            throw CommandError(error, "the sandbox could not be filled")
        }
        let deadline = clock.now + .seconds(30)
        while waiting > 0, failure == nil, clock.now < deadline {
            takeReports(for: .milliseconds(100))
        }
        if let failure { throw CommandError(failure, "the sandbox could not be filled") }
        if waiting > 0 { throw CommandError(.incomplete, "the sandbox did not take every record") }
    }
}
