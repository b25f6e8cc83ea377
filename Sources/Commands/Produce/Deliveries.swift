// The book of a run, shared by those who write in it and those who read it.
//
// Each call reaches the book once: an object's parts are guarded one by one, at a cost that shows
// when it is paid for every record.

import CommandKit
import KafkaCore
import SendEngine

/// What became of the records of one run.
final class Deliveries {
    private var book: DeliveryBook

    init(isTransactional: Bool) {
        book = DeliveryBook(isTransactional: isTransactional)
    }

    /// Who is told of fates.
    var hooks: DeliveryBook.Hooks {
        get { book.hooks }
        set { book.hooks = newValue }
    }

    var tally: DeliveryTally { book.tally }
    var spans: PartitionSpans { book.spans }
    /// Where the input ends that is done with.
    var lowWater: InputMark { book.lowWater }
    /// Where the last record ends that left the ledger.
    var settled: InputMark { book.settled }
    /// What each partition got in the transaction that has not ended.
    var provisional: PartitionSpans { book.provisional }
    /// The bytes of records that were reported.
    var bytesReported: Int { book.bytesReported }
    /// How many records are entered and have not left.
    var entryCount: Int { book.ledger.count }
    /// The serial number of the oldest record that has not left.
    var firstEntry: Int { book.ledger.first }
    /// The serial number that the next record gets.
    var nextEntry: Int { book.ledger.next }

    /// The entry with a serial number, while it has not left.
    func entry(_ serial: Int) -> Ledger.Entry? { book.ledger[serial] }

    /// Lets `body` write many entries.
    func write<Result>(_ body: (inout DeliveryBook) -> Result) -> Result { body(&book) }

    /// Takes a delivery report.
    func take(_ report: borrowing DeliveryReport) { book.take(report) }

    /// Takes records back that were never handed over.
    func withdraw(_ count: Int) { book.withdraw(count) }

    /// A record was not taken.
    func refuse(_ serial: Int, _ error: KafkaError, size: Int) {
        book.refuse(serial, error, size: size)
    }

    /// Hands out the failures that have not been told of.
    func takeFailures() -> [DeliveryBook.Failure] { book.takeFailures() }

    /// Counts a failure; `isDone` lets the low-water mark pass it.
    func fail(
        _ serial: Int,
        _ cause: FailureCause,
        isDone: Bool,
        wasSent: Bool
    ) {
        book.fail(serial, cause, isDone: isDone, wasSent: wasSent)
    }

    /// Lets what is settled leave.
    func advance() { book.advance() }

    /// The transaction was committed.
    func commit() { book.commit() }

    /// The transaction was aborted.
    func abort() { book.abort() }
}
