// Writing to the command topic: each record counts when the brokers have acknowledged it.

import CommandKit
import KafkaCore
import Reactor
import SendEngine

extension CommandTopic {
    /// The properties that a client which writes commands needs.
    static let required = [
        Property("acks", "all"), Property("enable.idempotence", "true"),
        Property("delivery.report.only.error", "false"),
    ]

    /// Makes the topic as epics2kafka does, unless it is there: one partition, compacted.
    ///
    /// - Returns: true when it was made.
    func create() throws(CommandError) -> Bool {
        let topic = NewTopic(
            name: name,
            partitions: 1,
            configs: [ConfigEntry("cleanup.policy", "compact")]
        )
        let outcomes: [AdminOutcome]
        do { outcomes = try connection.admin.create([topic], validateOnly: false) } catch {
            throw CommandError(error, on: connection.servers)
        }
        guard let error = outcomes.first?.error else {
            try connection.waitUntilUsable([(name, 1)])
            return true
        }
        guard error.kind == .alreadyExists else {
            throw CommandError(error, topic: name, on: connection.servers)
        }
        return false
    }

    /// Sends records in their order, and waits until each is acknowledged or has failed.
    ///
    /// - Returns: the error of each record, by its index; nil where it was acknowledged.
    func send(_ records: [OutgoingRecord]) throws(CommandError) -> [KafkaError?] {
        let wakeup = try connection.makeWakeup()
        do throws(KafkaError) { return try send(records, raising: wakeup) } catch {
            throw CommandError(error, topic: name, on: connection.servers)
        }
    }

    private func send(
        _ records: [OutgoingRecord],
        raising wakeup: Wakeup
    ) throws(KafkaError) -> [KafkaError?] {
        let clock = connection.clock
        var sender = Sender(connection.client, raising: wakeup, at: clock.now)
        let topic = try sender.addTopic(name)
        var loop = Loop<Int>(clock: clock)
        loop.watch(wakeup.number, for: .readable, as: 0)
        var outcomes = [KafkaError?](
            repeating: KafkaError(.timedOut, "not acknowledged in time"),
            count: records.count
        )
        var next = 0
        while true {
            _ = sender.step(at: clock.now) { report in
                if report.isAcknowledged {
                    outcomes[report.sequence] = nil
                } else if let error = report.error {
                    outcomes[report.sequence] = error
                }
            }
            while next < records.count {
                var record = records[next]
                record.sequence = next
                do throws(KafkaError) {
                    guard try sender.send(record, to: topic, at: clock.now) else { break }
                } catch {
                    outcomes[next] = error
                }
                next += 1
            }
            let isWaiting = next < records.count
            if !isWaiting {
                sender.finish(by: clock.now + connection.timeout)
                if sender.isDone(at: clock.now) { return outcomes }
            }
            let deadline = sender.deadline(isWaiting: isWaiting, at: clock.now)
            do throws(ReactorError) { try loop.wait(until: deadline) } catch {
                throw KafkaError(.other, error.reason)
            }
        }
    }
}
