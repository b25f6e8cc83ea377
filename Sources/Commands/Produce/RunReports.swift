// Everything that a run tells beside its errors: checkpoint, failed records, stored records,
// progress and receipt.

import KafkaCore
import Output
import Reactor

/// The reports of one run.
final class RunReports {
    let books: Deliveries
    let failed: FailedRecords?
    var progress: ProgressLine

    private let options: Produce.Options
    private let inputs: [String]
    private let stored: StoredPrinter?
    private let checkpoint: CheckpointFile?
    private var resumed: Checkpoint?
    private var isVerified = false
    private var savedFirst = 0
    private var savedLowWater = 0
    private var nextSave: Instant
    private let start: Instant
    private let totalSize: Int?

    /// What an earlier run left, if it was a run of these inputs to this topic.
    static func resumed(
        _ options: Produce.Options,
        _ inputs: borrowing InputQueue
    ) throws(CommandError) -> Checkpoint? {
        guard let path = options.reports.checkpoint,
            let checkpoint = try CheckpointFile(path).read()
        else { return nil }
        guard checkpoint.topic == options.topic, checkpoint.inputs == inputs.paths else {
            throw CommandError(
                .failure,
                "'\(path)' is the checkpoint of another topic or of other files",
                hint: "remove it to begin from the start"
            )
        }
        if let head = inputs.head(checkpoint.headBytes) { try checkpoint.verify(head, path) }
        return checkpoint
    }

    /// Opens the files that were asked for.
    init(
        _ options: Produce.Options,
        books: Deliveries,
        resumed: Checkpoint?,
        inputs: borrowing InputQueue,
        context: Context
    ) throws(CommandError) {
        self.books = books
        self.options = options
        self.inputs = inputs.paths
        self.resumed = resumed
        start = context.clock.now
        nextSave = context.clock.now
        totalSize = inputs.totalSize
        checkpoint = options.reports.checkpoint.map(CheckpointFile.init)
        for path in [options.reports.checkpoint, options.reports.receipt] {
            guard let path, path != "-" else { continue }
            do { try Files.checkPlace(path) } catch {
                throw CommandError(error, doing: "cannot write '\(path)'")
            }
        }
        failed = try options.reports.failedTo.map { path throws(CommandError) in
            try FailedRecords(path, isContinued: resumed != nil)
        }
        progress = ProgressLine(context.errors, isWanted: options.reports.progress ? true : nil)
        stored =
            options.reports.prints
            ? StoredPrinter(options.printFormat, to: context.output) : nil
        if let stored {
            if options.reports.isInOrder {
                books.hooks.onSettled = { stored.add($0, topic: self.topic(of: $0)) }
            } else {
                books.hooks.onStored = { stored.add($0, topic: self.topic(of: $0)) }
            }
        }
        if let failed {
            books.hooks.onFailed = { entry, error, record in
                failed.add(
                    record,
                    topic: self.topic(of: entry),
                    entry,
                    error: error
                )
            }
        }
    }

    /// Whether a batch more may be under way without risking too many duplicates.
    var hasRoom: Bool {
        let next = books.nextEntry + Producer.batchSize
        return checkpoint == nil || next - savedFirst <= CheckpointFile.window
    }

    /// When there is something to write, though nothing else happens.
    var nextDue: Instant? {
        let save = checkpoint != nil && books.lowWater != savedLowWater ? nextSave : nil
        return [save, progress.nextDue.map { start + $0 }].compactMap(\.self).min()
    }

    /// Writes what is due; `isSettled` says that all that was acknowledged will stay.
    func keepUp(
        _ feed: borrowing InputFeed,
        at now: Instant,
        isSettled: Bool,
        isLast: Bool = false
    ) throws(CommandError) {
        defer { progress.show(progressText(feed, now - start), at: now - start) }
        stored?.flush()
        failed?.flush()
        // The checkpoint has passed what failed: without the file, that would be lost.
        if let trouble = failed?.trouble { throw trouble }
        if checkpoint != nil, isSettled, books.lowWater != savedLowWater,
            now >= nextSave || !hasRoom || isLast
        {
            nextSave = now + CheckpointFile.pace
            try save(feed)
        }
        if let trouble = stored?.trouble { throw CommandError(endingTheReading: trouble) }
    }

    /// Makes sure that what is read is what the checkpoint is about, before any of it is sent.
    func verify(_ head: [UInt8]) throws(CommandError) {
        guard let resumed, !isVerified, head.count >= resumed.headBytes else { return }
        try resumed.verify(head, checkpoint?.path ?? "")
        isVerified = true
    }

    /// Writes the receipt, if one is wanted.
    func writeReceipt(
        digest: String,
        inputBytes: Int,
        at now: Instant,
        in context: Context
    ) throws(CommandError) {
        guard let path = options.reports.receipt else { return }
        let receipt = Receipt(
            topic: options.topic,
            tally: books.tally,
            inputBytes: inputBytes,
            digest: digest,
            milliseconds: (now - start).nanoseconds / 1_000_000,
            topics: topics,
            spans: books.spans
        )
        try receipt.write(to: path, in: context)
    }

    /// The topics by number, once they are known.
    var topics: [String] = []

    private func topic(of entry: Ledger.Entry) -> String {
        let number = Int(entry.topic)
        return topics.indices.contains(number) ? topics[number] : ""
    }

    private func save(_ feed: borrowing InputFeed) throws(CommandError) {
        let place = feed.location(books.lowWater)
        var made: Checkpoint
        if var old = resumed, old.headBytes > 0 {
            old.input = place.input
            old.offset = place.offset
            old.lines = books.lowWaterLine
            made = old
        } else {
            let known = place.input == 0 ? min(place.offset, feed.head.count) : feed.head.count
            made = try Checkpoint(
                topic: options.topic,
                inputs: inputs,
                input: place.input,
                offset: place.offset,
                lines: books.lowWaterLine,
                head: Array(feed.head.prefix(known))
            )
        }
        made.topic = options.topic
        try checkpoint?.write(made)
        savedLowWater = books.lowWater
        savedFirst = books.firstEntry
    }

    private func progressText(_ feed: borrowing InputFeed, _ elapsed: Duration) -> String {
        let tally = books.tally
        var parts = [
            "\(ShortNumber.count(tally.acknowledged)) records",
            ShortNumber.bytes(books.bytesReported),
            ShortNumber.rate(tally.acknowledged, over: elapsed),
            "\(ShortNumber.count(tally.outstanding)) under way",
        ]
        if tally.failed > 0 { parts.append("\(tally.failed) failed") }
        if let totalSize, totalSize > 0 {
            parts.append("\(min(100, (feed.base + feed.usedOfBlock) * 100 / totalSize)) %")
        }
        return parts.joined(separator: ", ")
    }
}
