// Begins, commits and aborts the transactions of a run.
// One begins with its first record, is committed when all of it is acknowledged, and aborted on any
// failure or signal.
//
// With a checkpoint a commit has three steps: the place after it is announced in the file, the
// transaction is committed, the file says that the place is reached. A run that finds an announcement
// has fenced off whoever made it, so that the transaction is either committed or aborted by then, and
// asks the topic which (`PendingTransaction`).
//
// Each run counts itself in the file before its first commit. One that was fenced off, and goes on
// after it was stopped for a while, finds a higher count there and leaves the file alone.

import CommandKit
import JSON
import KafkaCore
import Reactor
import Records
import SendEngine

/// The transaction of a run.
struct TransactionState {
    /// Records in each; nil for all of the input.
    let size: Int?
    /// Whether one is open.
    private(set) var isOpen = false
    /// Whether a record has failed: it will be aborted.
    var hasFailed = false
    private var sent = 0
    /// The signals that arrived while its end was waited for.
    fileprivate var signals: [Signal] = []

    init(size: Int?) {
        self.size = size
    }

    /// How many records it still takes.
    var room: Int { size.map { $0 - sent } ?? .max }

    mutating func begin() {
        isOpen = true
        sent = 0
    }

    mutating func count(_ records: Int) {
        sent += records
    }

    mutating func end() {
        isOpen = false
        sent = 0
    }
}

extension ProduceRun {
    /// How long a step may block before signals are looked at.
    static var slice: Duration { .milliseconds(200) }

    /// Gets the transactional id; a signal ends that, and the run.
    mutating func initTransactions() throws(CommandError) {
        let deadline = connection.clock.now + connection.timeout
        do throws(KafkaError) {
            while try producer.initTransactions(slice: Self.slice) == .pending {
                connection.client.serve()
                takeSignal()
                guard signal == nil else { return }
                guard connection.clock.now < deadline else {
                    throw KafkaError(.timedOut, "no answer in time", remedy: .waitLonger)
                }
            }
        } catch {
            throw CommandError(error, "transactional id '\(transactionalID)'")
        }
    }

    var transactionalID: String { options.delivery.transactionalID ?? "" }

    mutating func beginTransaction() throws(CommandError) {
        guard let transaction, !transaction.isOpen else { return }
        do { try producer.beginTransaction() } catch {
            throw CommandError(error, "transactional id '\(transactionalID)'")
        }
        self.transaction?.begin()
    }

    /// Commits or aborts when every record of the transaction has been reported.
    ///
    /// Records of the next one may be in the books already: those that wait do not count.
    /// - Returns: whether it ended, so that there is room for them.
    mutating func endTransactionWhenDue() -> Bool {
        guard closeTransactionWhenDue() else { return false }
        for arrived in transaction?.signals ?? [] { take(arrived) }
        transaction?.signals = []
        return true
    }

    private mutating func closeTransactionWhenDue() -> Bool {
        guard let transaction, transaction.isOpen,
            books.tally.outstanding == pending.rest.count
        else { return false }
        if transaction.hasFailed || signal != nil || trouble != nil {
            abortTransaction(nil)
            return true
        }
        guard transaction.room == 0 || isExhausted && pending.isEmpty else { return false }
        do { try reports.announceCommit(feed, of: transactionalID) } catch {
            end(error)
            abortTransaction(nil)
            return true
        }
        do throws(KafkaError) {
            try step { producer, slice throws(KafkaError) in
                try producer.commitTransaction(slice: slice)
            }
            books.commit()
            reports.failed?.forget()
            self.transaction?.end()
        } catch {
            abortTransaction(error)
        }
        return true
    }

    /// Keeps what is handed over in a transaction, for the case that it is aborted.
    func hold(_ count: Int) {
        guard let failed = reports.failed, transaction != nil else { return }
        for record in pending.rest.prefix(count) {
            failed.hold(
                feed.batch.outgoing(record, of: feed.block.bytes),
                topic: reports.topics[record.topic],
                line: books.entry(record.sequence)?.line ?? 0
            )
        }
    }

    private mutating func abortTransaction(_ reason: KafkaError?) {
        if let reason {
            end(CommandError(reason, "transaction of '\(transactionalID)' not committed"))
        }
        do throws(KafkaError) {
            try step { producer, slice throws(KafkaError) in
                try producer.abortTransaction(slice: slice)
            }
            // What is announced stays when this fails: the next run finds out what became of it.
            do { try reports.withdrawCommit() } catch { self.report(error) }
        } catch {
            report(CommandError(error, "transaction of '\(transactionalID)' not aborted"))
            if reason != nil {
                note(
                    "whether it was committed is not known; a run with the same --checkpoint and"
                        + " --transactional-id finds out"
                )
                transaction?.end()
                transaction?.hasFailed = true
                reports.failed?.forget()
                return end(nil)
            }
        }
        if books.tally.provisional > 0 { status = status ?? .failure }
        books.abort()
        reports.failed?.keep()
        transaction?.end()
        transaction?.hasFailed = true
        end(nil)
    }

    /// Repeats a step until it is done, or a second signal insists on the end.
    ///
    /// What a signal does waits until the transaction is closed.
    private mutating func step(
        _ body: (borrowing Producer, Duration) throws(KafkaError) -> Producer.TransactionStep
    ) throws(KafkaError) {
        let deadline = connection.clock.now + (options.delivery.flushTimeout ?? .seconds(60))
        while try body(producer, Self.slice) == .pending {
            connection.client.serve()
            while let arrived = signals.next() { transaction?.signals.append(arrived) }
            guard transaction?.signals.count ?? 0 < (signal == nil ? 2 : 1) else {
                throw KafkaError(.timedOut, "ended by a second signal before there was an answer")
            }
            guard connection.clock.now < deadline else {
                throw KafkaError(.timedOut, "no answer in time", remedy: .flushLonger)
            }
        }
    }
}
