// Dead letters: records whose command has failed for good, as they were, with why and from where.
//
// 1. A letter counts as sent when the broker has acknowledged it; until then its record is not
//    committed. A crash between the two sends it a second time, with the same idempotency key.
// 2. Key, value, time and headers are those of the record, null and empty told apart; what is added
//    stands behind the headers it had.

import KafkaCore
import Reactor

/// The way of failed records to a topic of their own.
final class DeadLetters {
    let topic: String

    private let connection: Connection
    private let producer: Producer
    private let number: Int
    private var waiting: ArraySlice<OutgoingRecord> = []
    private var outstanding = 0
    private var failure: KafkaError?

    /// What a producer of dead letters cannot do without: their acknowledgement is all that counts.
    static let required = [Property("acks", "all"), Property("enable.idempotence", "true")]

    /// Looks for the topic, which has to be there.
    init(_ topic: String, through connection: Connection) throws(CommandError) {
        self.topic = topic
        self.connection = connection
        do throws(CommandError) { _ = try connection.topic(topic) } catch {
            var error = error
            error.prefix("dead letters")
            throw error
        }
        var producer = Producer(connection.client)
        do { number = try producer.addTopic(topic) } catch {
            throw CommandError(error, topic: topic, on: connection.servers)
        }
        self.producer = producer
    }

    /// Raises `wakeup` when something has become of a letter.
    func raise(_ wakeup: Wakeup) { connection.client.raise(wakeup) }

    /// Begins to send records.
    func send(_ records: [ExecRecord], _ why: AttemptFailure, group: String?) {
        waiting = records.map { Self.letter(of: $0, why, group: group) }[...]
        push()
        producer.sendLingering()
    }

    /// Takes what became of letters.
    ///
    /// - Returns: whether all of them are stored.
    /// - Throws: `CommandError` when one cannot be.
    func serve() throws(CommandError) -> Bool {
        var settled = 0
        var refusal: KafkaError?
        connection.client.serve { report in
            settled += 1
            refusal = report.error ?? refusal
        }
        outstanding -= settled
        failure = failure ?? refusal
        push()
        if let failure {
            self.failure = nil
            waiting = []
            throw CommandError(failure, "cannot send dead letters to '\(topic)'", topic: topic)
        }
        return waiting.isEmpty && outstanding == 0
    }

    private func push() {
        do throws(KafkaError) {
            while let next = waiting.first, try producer.send(next, to: number) {
                waiting = waiting.dropFirst()
                outstanding += 1
            }
        } catch {
            failure = failure ?? error
        }
    }

    private static func letter(
        of record: ExecRecord,
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
            headers: headers
        )
    }
}
