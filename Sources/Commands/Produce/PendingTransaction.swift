// A transaction that an earlier run was about to commit: whether it did is read from the topic.
//
// A record of it that is there for readers of uncommitted records, and not for the others, was
// aborted. One that both see was committed. One that neither sees says nothing: it was deleted.

import CommandKit
import KafkaCore
import Reactor
import Settings

extension ProduceRun {
    /// Returns true when a transaction was committed; nil when a signal came before that was known.
    mutating func wasCommitted(
        _ pending: Checkpoint.Pending,
        _ path: String
    ) throws(CommandError) -> Bool? {
        for record in pending.records {
            switch try search(for: record, .uncommitted) {
            case nil: return nil
            case .there: break
            case .notThere, .notYet: continue
            }
            switch try search(for: record, .committed) {
            case nil: return nil
            case .there: return true
            case .notThere: return false
            case .notYet:
                throw CommandError(
                    .incomplete,
                    "the outcome of the last transaction of '\(path)' is not known yet: another"
                        + " transaction is open before offset \(record.offset) of topic"
                        + " '\(record.topic)', partition \(record.partition)",
                    hint: "run the command again later"
                )
            }
        }
        let places = pending.records.map {
            "topic '\($0.topic)', partition \($0.partition), offset \($0.offset)"
        }
        throw CommandError(
            .failure,
            "the outcome of the last transaction of '\(path)' cannot be found: its records were"
                + " deleted (\(places.first ?? "no offset is known"))",
            hint: "if line \(pending.place.lines) of the input was not sent, remove \"pending\""
        )
    }

    private enum Isolation: String {
        case committed = "read_committed"
        case uncommitted = "read_uncommitted"
    }

    /// The finding of a reader at a record's offset.
    private enum Finding { case there, notThere, notYet }

    /// Searches for a record; returns nil when a signal came.
    private mutating func search(
        for record: Checkpoint.Stored,
        _ isolation: Isolation
    ) throws(CommandError) -> Finding? {
        var context = context
        let reading = try context.connect(
            request.cluster,
            as: .consumer,
            defaults: ConsumerDefaults.rows(isBounded: true, joinsGroup: false),
            required: ConsumerDefaults.required(isBounded: true)
                + [Property("isolation.level", isolation.rawValue)],
            showsNotes: false
        )
        _ = try reading.topic(record.topic)
        let wakeup = try reading.makeWakeup()
        var consumer = Consumer(reading.client)
        consumer.raise(wakeup)
        let partition = TopicPartition(record.topic, record.partition)
        do { try consumer.start(partition, at: .at(record.offset)) } catch {
            throw CommandError(error, of: partition)
        }
        var loop = Loop<Bool>(clock: reading.clock)
        loop.watch(wakeup.number, for: .readable, as: true)
        loop.watch(signals.number, for: .readable, as: false)
        let deadline = reading.clock.now + reading.timeout
        while reading.clock.now < deadline {
            wakeup.clear()
            reading.client.serve()
            let (finding, failure) = Self.take(&consumer, record.offset)
            if let finding { return finding }
            if let failure { throw CommandError(failure, of: partition) }
            let next = reading.client.nextServe(after: reading.clock.now) ?? deadline
            do { try loop.wait(until: min(deadline, next)) } catch {
                throw CommandError(error, doing: "cannot wait")
            }
            if loop.isReady(false) { takeSignal() }
            if signal != nil { return nil }
        }
        return .notYet
    }

    private static func take(
        _ consumer: inout Consumer,
        _ offset: Int64
    ) -> (Finding?, KafkaError?) {
        var finding: Finding?
        var failure: KafkaError?
        _ = consumer.take { record in
            if record.isEndOfPartition {
                // The end is reported again when it moves.
                if record.offset > offset { finding = .notThere }
            } else if let error = record.error {
                if error.isOffsetGone { finding = .notThere }
                if error.kind == .refused { failure = error }
            } else {
                finding = record.offset == offset ? .there : .notThere
            }
            return finding == nil && failure == nil
        }
        return (finding, failure)
    }
}
