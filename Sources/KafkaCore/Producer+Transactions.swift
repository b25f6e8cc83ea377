// Transactions: all of what was sent between begin and commit becomes visible, or none of it.
//
// The library's calls block. They are made in slices, so that the caller can check for signals in
// between; a slice that ends early is resumed by calling again.

internal import CRdkafka
import Reactor

extension Producer {
    /// The progress of a step of a transaction.
    public enum TransactionStep: Sendable {
        /// It is done.
        case done
        /// The slice is over: call again.
        case pending
    }

    /// Gets the transactional id, and fences off others that have it.
    ///
    /// Blocks for at most `slice`. C: `rd_kafka_init_transactions`.
    /// - Throws: `KafkaError` when it was refused.
    public borrowing func initTransactions(slice: Duration) throws(KafkaError) -> TransactionStep {
        try unsafe step(rd_kafka_init_transactions(client.raw, slice.clampedMilliseconds))
    }

    /// Begins a transaction; sends nothing.
    ///
    /// C: `rd_kafka_begin_transaction`.
    /// - Throws: `KafkaError` when there is one already, or the producer was fenced off.
    public borrowing func beginTransaction() throws(KafkaError) {
        _ = try unsafe step(rd_kafka_begin_transaction(client.raw))
    }

    /// Makes everything sent since the begin visible at once.
    ///
    /// Every record must have been reported before: the library would wait for reports that no
    /// thread takes. Blocks for at most `slice`. C: `rd_kafka_commit_transaction`.
    /// - Throws: `KafkaError` when it cannot be committed: abort it then.
    public borrowing func commitTransaction(slice: Duration) throws(KafkaError) -> TransactionStep {
        try unsafe step(rd_kafka_commit_transaction(client.raw, slice.clampedMilliseconds))
    }

    /// Takes everything sent since the begin back.
    ///
    /// Every record must have been reported before: purge first. Blocks for at most `slice`.
    /// C: `rd_kafka_abort_transaction`.
    /// - Throws: `KafkaError` when not even that is possible; the broker aborts it in time.
    public borrowing func abortTransaction(slice: Duration) throws(KafkaError) -> TransactionStep {
        try unsafe step(rd_kafka_abort_transaction(client.raw, slice.clampedMilliseconds))
    }

    private borrowing func step(_ error: OpaquePointer?) throws(KafkaError) -> TransactionStep {
        guard let error = unsafe error else { return .done }
        defer { unsafe rd_kafka_error_destroy(error) }
        let code = unsafe rd_kafka_error_code(error)
        if unsafe rd_kafka_error_is_retriable(error) == 1 { return .pending }
        // Of a refusal the library's sentence says the same three times, with the broker between.
        guard KafkaError.Kind(code) != .refused else { throw KafkaError(code) }
        throw unsafe KafkaError(
            code,
            reason: LibraryText.plain(String(cString: rd_kafka_error_string(error)))
        )
    }
}
