// Dead letters: unchanged records whose command has failed for good, with reason and source.
//
// 1. A dead letter counts as sent when the broker has acknowledged it; until then its record is not
//    committed. A crash between the two sends it a second time, with the same idempotency key.
// 2. Key, value, timestamp and headers are those of the record; null and empty stay different.
//    Added headers follow those of the record.

import CommandKit
import KafkaCore
import Output
import Reactor
import SendEngine

/// The way of failed records to a topic of their own.
final class DeadLetters {
    let topic: String

    private let connection: Connection
    private var sender: Sender
    private let number: Int
    private var records: [ExecRecord] = []
    private var waiting: ArraySlice<OutgoingRecord> = []
    /// The first error with which a dead letter could not be sent, and the index of its record.
    private var failure: (error: KafkaError, record: Int)?

    /// The required settings of a producer of dead letters: only their acknowledgement counts.
    static let required = [
        Property("acks", "all"), Property("enable.idempotence", "true"),
        Property("delivery.report.only.error", "false"),
    ]

    /// Finds the topic, which has to exist.
    init(_ topic: String, through connection: Connection) throws(CommandError) {
        self.topic = topic
        self.connection = connection
        do throws(CommandError) { _ = try connection.topic(topic) } catch {
            var error = error
            error.prefix("--on-failure dead-letter")
            throw error
        }
        // The loop of the read waits for both clients with one descriptor.
        var sender = Sender(connection.client, raising: nil, at: connection.clock.now)
        do { number = try sender.addTopic(topic) } catch {
            throw CommandError(error, topic: topic, on: connection.servers)
        }
        self.sender = sender
    }

    /// Raises `wakeup` when the outcome of a dead letter is known.
    func raise(_ wakeup: Wakeup) { connection.client.raise(wakeup) }

    /// Returns the time to call `serve` again though nothing raises the wakeup; nil when there is
    /// none.
    func nextServe(after now: Instant) -> Instant? { connection.client.nextServe(after: now) }

    /// Begins to send records.
    func send(_ records: [ExecRecord], _ why: AttemptFailure, group: String?) {
        self.records = records
        waiting = records.enumerated().map { Self.deadLetter(of: $1, $0, why, group: group) }[...]
        push()
        sender.sendLingering()
    }

    /// Takes the outcomes of dead letters.
    ///
    /// - Returns: true when all of them are stored.
    /// - Throws: `CommandError` when one cannot be.
    func serve() throws(CommandError) -> Bool {
        var refusal: (KafkaError, Int)?
        _ = sender.step(at: connection.clock.now) { report in
            if refusal == nil, let error = report.error { refusal = (error, report.sequence) }
        }
        failure = failure ?? refusal
        push()
        if let failure {
            self.failure = nil
            waiting = []
            throw refused(failure.error, records[failure.record])
        }
        return waiting.isEmpty && sender.counts.inFlight == 0
    }

    /// Returns the error that names the record whose dead letter was refused.
    private func refused(_ error: KafkaError, _ record: ExecRecord) -> CommandError {
        var refusal = CommandError(
            error,
            "\([record].place): cannot send the record to dead-letter topic '\(topic)'",
            topic: record.partition.topic
        )
        refusal.report?.partition = record.partition.partition
        return refusal
    }

    private func push() {
        do throws(KafkaError) {
            let now = connection.clock.now
            while let next = waiting.first, try sender.send(next, to: number, at: now) {
                waiting = waiting.dropFirst()
            }
        } catch {
            failure = failure ?? (error, waiting.first?.sequence ?? 0)
        }
    }

    private static func deadLetter(
        of record: ExecRecord,
        _ sequence: Int,
        _ why: AttemptFailure,
        group: String?
    ) -> OutgoingRecord {
        var headers = record.headers
        func add(_ name: String, _ value: String?) {
            guard let value else { return }
            headers.append(
                RecordHeader(name: Array("kctl-dlq-\(name)".utf8), value: Array(value.utf8))
            )
        }
        add("topic", record.partition.topic)
        add("partition", "\(record.partition.partition)")
        add("offset", "\(record.offset)")
        add("timestamp", record.timestamp.map { "\($0)" })
        add("group", group)
        add("attempts", "\(why.attempts)")
        add("exit-code", why.status.map { "\($0)" })
        add("error", why.cause)
        add("idempotency-key", record.idempotencyKey)
        return OutgoingRecord(
            timestamp: record.timestamp,
            key: record.key,
            value: record.value,
            headers: headers,
            sequence: sequence
        )
    }
}
