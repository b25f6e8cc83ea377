// Everything that a run reports beside its errors.
// Checkpoint, failed records, stored records, progress and receipt.

import CommandKit
import KafkaCore
import Output
import Reactor
import SendEngine

/// The reports of one run.
final class RunReports {
    let failed: FailedRecords?
    var progress: ProgressLine

    private let request: ProduceRequest
    private let inputs: [String]
    private let stored: StoredPrinter?
    private let checkpoint: CheckpointFile?
    private var place: Checkpoint.Place?
    private var isContinued = false
    private var hasPending = false
    private var run = 1
    private var savedFirst = 0
    private var savedLowWater = InputMark()
    private var nextSave: Instant
    private let start: Instant
    private let totalSize: Int?
    /// True once the input has been accepted: only then is anything written that lasts.
    private(set) var isOpen = false

    /// Opens no file yet.
    init(
        _ request: ProduceRequest,
        isResumed: Bool,
        inputs: borrowing InputQueue,
        context: Context
    ) {
        self.request = request
        self.inputs = inputs.paths
        start = context.clock.now
        nextSave = context.clock.now
        totalSize = inputs.totalSize
        checkpoint = request.reports.checkpoint.map(CheckpointFile.init)
        failed = request.reports.failedTo.map { path in
            FailedRecords(
                path,
                // Records that a transaction keeps are read again by the next run.
                isContinued: isResumed && !request.isTransactional,
                isTransactional: request.isTransactional
            )
        }
        // On a terminal that records are typed on, the line would erase what is being typed.
        let isTyped = inputs.readsTerminal && context.errors.isTerminal
        progress = ProgressLine(
            context.errors,
            isWanted: isTyped ? false : request.reports.progress ? true : nil
        )
        stored =
            request.reports.prints
            ? StoredPrinter(request.printFormat, to: context.output) : nil
    }

    /// Adds a record that was stored to what is printed.
    func add(stored entry: Ledger.Entry) {
        stored?.add(entry, topic: topic(of: entry))
    }

    /// Keeps a record that failed, while its bytes are there.
    func add(
        failed failure: DeliveryBook.Failure,
        _ entry: Ledger.Entry,
        _ record: borrowing Record
    ) {
        failed?.add(
            record,
            topic: topic(of: entry),
            entry,
            serial: failure.serial,
            error: failure.error
        )
    }

    /// True when a batch more may be in flight without risking too many duplicates; a transaction
    /// risks none, however long it is.
    func hasRoom(_ book: borrowing DeliveryBook) -> Bool {
        guard checkpoint != nil, !request.isTransactional else { return true }
        // Behind a record that failed nothing moves any more, and nothing is waited for.
        if book.tally.outstanding == 0, book.lowWater == savedLowWater { return true }
        return book.ledger.next + Producer.batchSize - savedFirst <= CheckpointFile.window
    }

    /// Returns the time when there is something to write, though nothing else happens.
    func nextDue(_ book: borrowing DeliveryBook) -> Instant? {
        let save = checkpoint != nil && book.lowWater != savedLowWater ? nextSave : nil
        return [save, progress.nextDue.map { start + $0 }].compactMap(\.self).min()
    }

    /// Writes what is due.
    func keepUp(
        _ feed: borrowing InputFeed,
        _ book: borrowing DeliveryBook,
        at now: Instant,
        isLast: Bool = false
    ) throws(CommandError) {
        defer { progress.show(progressText(feed, book, now - start), at: now - start) }
        stored?.flush()
        failed?.flush()
        // The checkpoint has passed what failed: without the file, that would be lost.
        if let failure = failed?.failure { throw failure }
        if checkpoint != nil, book.lowWater != savedLowWater,
            now >= nextSave || !hasRoom(book) || request.isTransactional || isLast
        {
            nextSave = now + CheckpointFile.pace
            try save(feed, book)
        }
        if let failure = stored?.failure { throw CommandError(endingTheReading: failure) }
    }

    /// Opens the files that were asked for; to be called once, when the input has been accepted.
    ///
    /// With a transactional id the checkpoint is taken over: the fenced producer that owned it
    /// writes it no more.
    func open(_ feed: borrowing InputFeed) throws(CommandError) {
        if request.isTransactional, checkpoint != nil { try write(placeBefore(feed)) }
        isOpen = true
        try failed?.begin()
    }

    /// Begins at the place of a checkpoint.
    func begin(at place: Checkpoint.Place, of resumed: Checkpoint) {
        self.place = place
        isContinued = true
        run = resumed.run + 1
    }

    /// The note on where an earlier run's progress ends; nil when this run starts at the beginning.
    var resumption: String? {
        guard isContinued, let place, place.lines > 0, inputs.indices.contains(place.input) else {
            return nil
        }
        let path = inputs[place.input]
        let name = path == "-" ? "standard input" : "'\(path)'"
        let line = place.lines - (place.firstLine ?? 1) + 2
        return "resuming \(name) at line \(line) (\(counted(place.lines, "line")) done before)"
    }

    private func placeBefore(_ feed: borrowing InputFeed) throws(CommandError) -> Checkpoint.Place {
        if let place { return place }
        return try feed.beginning()
    }

    /// Replaces the checkpoint, unless a later run has taken it over.
    private func write(
        _ place: Checkpoint.Place,
        pending: Checkpoint.Pending? = nil
    ) throws(CommandError) {
        guard let checkpoint else { return }
        try checkpoint.write(
            Checkpoint(
                topic: request.topic,
                inputs: inputs,
                place: place,
                pending: pending,
                run: request.isTransactional ? run : 0
            )
        )
    }

    /// Writes that everything that left the ledger will be done once the commit succeeds.
    func announceCommit(
        _ feed: borrowing InputFeed,
        _ book: borrowing DeliveryBook,
        of transactionalID: String
    ) throws(CommandError) {
        guard checkpoint != nil else { return }
        let settled = book.settled
        var records: [Checkpoint.Stored] = []
        book.provisional.forEach { topic, partition, span in
            guard records.count < Self.announced, let offset = span.last,
                let partition = Int32(exactly: partition), topics.indices.contains(topic)
            else { return }
            records.append(
                Checkpoint.Stored(topic: topics[topic], partition: partition, offset: offset)
            )
        }
        let before = try placeBefore(feed)
        let pending = Checkpoint.Pending(
            transactionalID: transactionalID,
            place: try feed.place(settled),
            records: records
        )
        try write(before, pending: pending)
        place = before
        hasPending = true
    }

    /// Takes the announcement back: the transaction was aborted.
    func withdrawCommit() throws(CommandError) {
        guard hasPending, let place else { return }
        try write(place)
        hasPending = false
    }

    /// The largest number of records of a transaction that are named, so that one can be looked
    /// for.
    private static let announced = 8

    /// Writes the receipt, if one is wanted.
    func writeReceipt(
        _ book: borrowing DeliveryBook,
        digest: String,
        inputBytes: Int,
        at now: Instant,
        in context: Context
    ) throws(CommandError) {
        guard let path = request.reports.receipt else { return }
        let receipt = Receipt(
            topic: request.topic,
            tally: book.tally,
            inputBytes: inputBytes,
            digest: digest,
            milliseconds: (now - start).nanoseconds / 1_000_000,
            topics: topics,
            spans: book.spans
        )
        try receipt.write(to: path, in: context)
    }

    /// The topics by number, once they are known.
    var topics: [String] = []

    private func topic(of entry: Ledger.Entry) -> String {
        let number = Int(entry.topic)
        return topics.indices.contains(number) ? topics[number] : ""
    }

    private func save(
        _ feed: borrowing InputFeed,
        _ book: borrowing DeliveryBook
    ) throws(CommandError) {
        // Failed records that are passed must be on the disk before the checkpoint is.
        try failed?.synchronise()
        let place = try feed.place(book.lowWater)
        try write(place)
        self.place = place
        hasPending = false
        savedLowWater = book.lowWater
        savedFirst = book.ledger.first
    }

    private func progressText(
        _ feed: borrowing InputFeed,
        _ book: borrowing DeliveryBook,
        _ elapsed: Duration
    ) -> String {
        let tally = book.tally
        var parts = [
            counted(tally.acknowledged, "record", as: ShortNumber.count(tally.acknowledged)),
            ShortNumber.bytes(book.bytesReported),
            ShortNumber.rate(tally.acknowledged, over: elapsed),
            "\(ShortNumber.count(tally.outstanding)) in flight",
        ]
        if tally.failed > 0 { parts.append("\(tally.failed) failed") }
        if let totalSize, totalSize > 0 {
            let done = feed.base + feed.usedOfBlock
            parts.append(ProgressBar.text(done, of: totalSize, after: elapsed))
        }
        return parts.joined(separator: ", ")
    }
}
