// The request of one run of sending, whichever command asks.

import Arguments
import CommandKit
import KafkaCore
import Records
import SendEngine

/// A run of sending records that are read from inputs.
struct ProduceRequest {
    var cluster = ClusterOptions()
    /// The topic of all records; nil when each names its own.
    var topic: String?
    /// The files, in their order; none for standard input.
    var paths: [String] = []
    /// The descriptor that stands in for standard input; nil for standard input itself.
    var input: Int32?
    /// The reader that cuts the input into records.
    var reader: any RecordReader
    /// The parts that all records have in common, but for their timestamp.
    var fixed = FixedParts()
    /// The timestamp of all records.
    var timestamp: TimePoint?
    /// The number of times that each record is sent.
    var copies = 1
    /// The bytes of the largest record.
    var largestRecord = ProduceInput.standardMaxRecordBytes.bytes
    /// The pace by which records are due at their timestamps; nil for no pace.
    var pace: ReplayPace?
    var delivery = ProduceDelivery()
    var reports = ProduceReports()
    /// The format in which stored records are printed.
    var printFormat = PrintFormat.text
    /// The form in which records are typed, for a person at a terminal.
    var typedForm = "one record per line"
    /// The option that has topics created which records name, if the command has one.
    var createFlag: String?

    init(reader: any RecordReader) {
        self.reader = reader
    }

    /// True when records are sent in transactions.
    var isTransactional: Bool { delivery.transactionalID != nil }

    /// Returns the parts that all records have in common; `now` is what relative times refer to.
    func fixed(now: Int64) -> FixedParts {
        var parts = fixed
        parts.timestamp = timestamp.map { $0.milliseconds(now: now) }
        return parts
    }

    /// The request to the send engine.
    var sending: BatchSender.Request {
        var request = BatchSender.Request()
        request.rate = delivery.rate
        request.pace = pace
        request.copies = copies
        request.hasSingleTopic = topic != nil
        request.stopsAtRefusal = delivery.onError == .stop
        if reports.prints { request.storedReports = reports.isInOrder ? .inOrder : .asTheyCome }
        if isTransactional { request.transaction = Transaction(size: delivery.transactionSize) }
        return request
    }
}
