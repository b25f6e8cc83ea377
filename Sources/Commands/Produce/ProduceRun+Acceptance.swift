// The start of a run, and the moment when it is sure.
//
// 1. Without a checkpoint it begins at once. With one, when what an earlier run has done has been read
//    again and is the same.
// 2. Before that no file is made, emptied or replaced: a run that is refused leaves all as it was.

import CommandKit
import Reactor
import SendEngine

extension ProduceRun {
    /// Begins at the start, or at the place of the checkpoint.
    ///
    /// Reads the checkpoint when the transactional id is this run's: no other run can commit for it
    /// any more.
    mutating func begin() throws(CommandError) {
        if request.isTransactional { try initTransactions() }
        guard signal == nil else { return }
        // Until then another run may have come further than it had at this run's first read.
        if request.isTransactional {
            resumed = try CheckpointFile.resumed(request, feed.inputs.paths)
        }
        guard let resumed, let path = request.reports.checkpoint else { return }
        var place = resumed.place
        if let pending = resumed.pending {
            guard let isCommitted = try wasCommitted(pending, path) else { return }
            if isCommitted { place = pending.place }
        }
        reports.begin(at: place, of: resumed)
        feed.pass(place, path: path)
    }

    /// Opens the files of this run once its input is the one that it was.
    func accept() throws(CommandError) {
        guard !reports.isOpen, feed.isAccepted else { return }
        try reports.open(feed)
        if let text = reports.resumption { note(text) }
        if let repair = reports.failed?.repair { note("note: " + repair) }
    }

    /// Writes the receipt, if one is wanted and the run was not refused.
    mutating func writeReceipt() throws(CommandError) {
        guard reports.isOpen || resumed == nil, let digest = try feed.digest() else { return }
        try reports.writeReceipt(
            sender.book,
            digest: digest,
            inputBytes: feed.used,
            at: connection.clock.now,
            in: context
        )
    }
}
