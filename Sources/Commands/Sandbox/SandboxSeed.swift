// Filling the sandbox with records from a file, before anyone is told its address.

import JSON
import KafkaCore
import Reactor

/// Records to be put into a sandbox's topics.
struct SandboxSeed {
    private var records: [(topic: String, record: OutgoingRecord)] = []

    /// The topics that the records are for.
    var topics: Set<String> { Set(records.map(\.topic)) }

    /// The highest partition that a record of `topic` names, if one does.
    func highestPartition(of topic: String) -> Int32? {
        records.filter { $0.topic == topic }.compactMap(\.record.partition).max()
    }

    /// Reads records as `consume --json` prints them; each must name its topic.
    ///
    /// - Throws: `CommandError` of status `badData` with file, line and column.
    init(_ bytes: [UInt8], path: String) throws(CommandError) {
        let span = bytes.span.bytes
        do throws(JSONError) {
            var reader = JSONReader(span)
            while try reader.peekKind() != .end {
                let place = reader.offset
                var line = try RecordLine(from: &reader)
                guard let topic = line.topic else {
                    throw JSONError(at: place, "a record without 'topic'")
                }
                if let problem = Self.problem(topic: topic, partition: line.record.partition) {
                    throw JSONError(at: place, problem)
                }
                line.record.sequence = records.count
                records.append((topic, line.record))
            }
        } catch {
            throw CommandError(error, in: path, text: span)
        }
    }

    /// Why a record cannot be put where it says, if it cannot.
    private static func problem(topic: String, partition: Int32?) -> String? {
        if !TopicRequest.isName(topic[...]) { return "'\(topic)' is no name of a topic" }
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
        for topic in topics.sorted() {
            do {
                let producer = try Producer(client, topic: topic)
                for (_, record) in records.filter({ $0.topic == topic }) {
                    while try !producer.send(record) { takeReports(for: .milliseconds(10)) }
                }
            } catch {
                throw CommandError(error, "topic '\(topic)'", topic: topic)
            }
        }
        let deadline = clock.now + .seconds(30)
        while waiting > 0, failure == nil, clock.now < deadline {
            takeReports(for: .milliseconds(100))
        }
        if let failure { throw CommandError(failure, "the sandbox could not be filled") }
        if waiting > 0 { throw CommandError(.incomplete, "the sandbox did not take every record") }
    }
}
