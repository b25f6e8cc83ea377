// Begins, commits and aborts the transactions of a run.
// One begins with its first record, is committed when all of it is acknowledged, and aborted on any
// failure or signal; `Transaction` says which is due.
//
// With a checkpoint a commit has three steps: the place after it is announced in the file, the
// transaction is committed, the file says that the place is reached. A run that finds an
// announcement has fenced the producer that made it, so that the transaction is either committed or
// aborted by then, and asks the topic which (`PendingTransaction`).
//
// Each run counts itself in the file before its first commit. One that was fenced off, and goes on
// after it was stopped for a while, finds a higher count there and leaves the file alone.

import CommandKit
import JSON
import KafkaCore
import Reactor
import Records
import SendEngine

extension ProduceRun {
    var transactionalID: String { request.delivery.transactionalID ?? "" }

    /// Gets the transactional id; a signal ends that, and the run.
    mutating func initTransactions() throws(CommandError) {
        let deadline = connection.clock.now + connection.timeout
        do throws(KafkaError) {
            while try sender.initTransactions() == .pending {
                connection.client.serve()
                takeSignal()
                guard signal == nil else { return }
                guard connection.clock.now < deadline else {
                    throw KafkaError(.timedOut, "no answer within --timeout", remedy: .waitLonger)
                }
            }
        } catch {
            throw CommandError(error, "transactional id '\(transactionalID)'")
        }
    }

    /// Commits or aborts when every record of the transaction has been reported.
    ///
    /// - Returns: true when it ended, so that there is room for the next one.
    mutating func endTransactionWhenDue() -> Bool {
        switch sender.transactionDuty(isAborting: signal != nil || failure != nil) {
        case .nothing: return false
        case .commit: commitTransaction()
        case .abort: abortTransaction(nil)
        }
        for arrived in heldSignals { take(arrived) }
        heldSignals = []
        return true
    }

    private mutating func commitTransaction() {
        do { try reports.announceCommit(feed, sender.book, of: transactionalID) } catch {
            end(error)
            return abortTransaction(nil)
        }
        do throws(KafkaError) {
            try repeatStep { sender throws(KafkaError) in try sender.commit() }
            reports.failed?.forget()
        } catch {
            abortTransaction(error)
        }
    }

    private mutating func abortTransaction(_ reason: KafkaError?) {
        if let reason {
            end(CommandError(reason, "cannot commit the transaction of '\(transactionalID)'"))
        }
        do throws(KafkaError) {
            try repeatStep { sender throws(KafkaError) in try sender.abort() }
            // The announcement stays when this fails: the next run finds out the outcome.
            do { try reports.withdrawCommit() } catch { self.report(error) }
        } catch {
            report(CommandError(error, "cannot abort the transaction of '\(transactionalID)'"))
            if reason != nil {
                note(
                    "the outcome of the transaction is not known; a run with the same --checkpoint"
                        + " and --transactional-id resolves it"
                )
                sender.endAborted(isUnknown: true)
                reports.failed?.forget()
                return end(nil)
            }
        }
        if tally.provisional > 0 { status = status ?? .failure }
        sender.endAborted(isUnknown: false)
        reports.failed?.keep()
        end(nil)
    }

    /// Keeps the records that were enqueued last in a transaction, for the case that it is aborted.
    func hold(_ count: Int) {
        guard let failed = reports.failed, request.isTransactional else { return }
        for record in sender.lastEnqueued(count) {
            failed.hold(
                feed.batch.outgoing(record, of: feed.block.bytes),
                topic: reports.topics[record.topic],
                line: sender.book.ledger[record.sequence]?.line ?? 0
            )
        }
    }

    /// Repeats a step until it is done, or a second signal insists on the end.
    ///
    /// Signals wait until the transaction is closed.
    private mutating func repeatStep(
        _ body: (inout BatchSender) throws(KafkaError) -> Producer.TransactionStep
    ) throws(KafkaError) {
        let deadline = connection.clock.now + (request.delivery.flushTimeout ?? .seconds(60))
        while try body(&sender) == .pending {
            connection.client.serve()
            while let arrived = signals.next() { heldSignals.append(arrived) }
            guard heldSignals.count < (signal == nil ? 2 : 1) else {
                throw KafkaError(.timedOut, "stopped by a second signal before the answer")
            }
            guard connection.clock.now < deadline else {
                throw KafkaError(.timedOut, "no answer in time", remedy: .flushLonger)
            }
        }
    }
}
