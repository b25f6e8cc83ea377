// The transactions of a sender: what is in the open one, and the steps that begin and end it.
//
// One begins with its first record. Records of the next one may be in the book already: those that
// wait do not count. A step that is not done blocks for a slice; the caller looks for signals and
// calls again.

package import KafkaCore

/// The state of the transactions of a run.
package struct Transaction: Sendable {
    /// Records in each; nil for all of the input.
    package let size: Int?
    /// True while one is open.
    package private(set) var isOpen = false
    /// True once a record has failed: the open one is to be aborted.
    package internal(set) var hasFailed = false
    private var sent = 0

    /// Describes transactions of `size` records; nil makes one of all of the input.
    package init(size: Int?) {
        self.size = size
    }

    /// The number of records that the open one still takes.
    package var room: Int { size.map { $0 - sent } ?? .max }

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

extension BatchSender {
    /// The step that is due of the open transaction.
    package enum TransactionDuty: Sendable {
        /// Nothing: none is open, or records of it are in flight, or it still takes some.
        case nothing
        /// All of it is stored: commit it.
        case commit
        /// It cannot be committed, since a record has failed or the run ends: abort it.
        case abort
    }

    /// Returns what is due of the open transaction; `isAborting`: the run comes to nothing.
    package func transactionDuty(isAborting: Bool) -> TransactionDuty {
        guard let transaction, transaction.isOpen, sender.counts.inFlight == 0 else {
            return .nothing
        }
        if transaction.hasFailed || isAborting { return .abort }
        return transaction.room == 0 || isFinishing && !hasPending ? .commit : .nothing
    }

    /// Gets the transactional id, and fences off others that have it.
    ///
    /// Blocks for at most `Sender.slice`.
    /// - Throws: `KafkaError` when it was refused.
    package func initTransactions() throws(KafkaError) -> Producer.TransactionStep {
        try sender.producer.initTransactions(slice: Sender.slice)
    }

    /// Commits the open transaction: what it stored counts as acknowledged.
    ///
    /// Blocks for at most `Sender.slice`.
    /// - Throws: `KafkaError` when it cannot be committed: abort it then.
    package mutating func commit() throws(KafkaError) -> Producer.TransactionStep {
        let step = try sender.producer.commitTransaction(slice: Sender.slice)
        if step == .done {
            book.commit()
            transaction?.end()
        }
        return step
    }

    /// Aborts the open transaction: what it stored counts as failed, and nothing more is sent.
    ///
    /// Blocks for at most `Sender.slice`. Call `endAborted` when it is done or failed.
    /// - Throws: `KafkaError` when not even that is possible; the broker aborts it in time.
    package func abort() throws(KafkaError) -> Producer.TransactionStep {
        try sender.producer.abortTransaction(slice: Sender.slice)
    }

    /// Ends the transaction that was aborted, or whose outcome is unknown.
    ///
    /// `isUnknown`: it may have been committed, so that its records count as neither.
    package mutating func endAborted(isUnknown: Bool) {
        if !isUnknown { book.abort() }
        transaction?.end()
        transaction?.hasFailed = true
    }
}
