// Reads records for a command, and settles them when the command has ended.
//
// 1. No more is taken than the batch has room for: what was taken is what is at work.
// 2. Records are settled, and the commit is asked for, after the command has ended with status 0 or
//    its failure was processed; nothing more is taken until the commit is answered.
// 3. Partitions that are revoked while a command runs are released when it has ended.

import Arguments
import CommandKit
import JSON
import KafkaCore
import ReadEngine
import Reactor
import Records

/// Reads records, and has a command process them.
struct ExecReading: RecordReading, ~Copyable {
    let reading: ReadLoop
    private var sink: Sink
    private let exec: ExecRun
    /// True when what is processed is committed before the command gets more.
    private let commits: Bool
    private let wakeup: Wakeup
    /// True when revoked partitions are to be released as soon as no command runs.
    private var isReleaseDue = false

    /// The steps of a record on its way to the command.
    private struct Sink: ~Copyable {
        var printer: RecordPrinter
        var selection: RecordSelection
        let exec: ExecRun

        mutating func take(_ record: borrowing Record) -> Bool {
            guard selection.wants(record) else { return true }
            printer.print(record)
            exec.add(record, printed: printer.buffer.bytes.withUnsafeBytes { Array($0) })
            printer.buffer.removeAll()
            return !selection.isSatisfied
        }
    }

    init(
        _ reading: ReadLoop,
        _ printer: consuming RecordPrinter,
        _ selection: RecordSelection,
        for exec: ExecRun,
        commits: Bool
    ) throws(CommandError) {
        self.reading = reading
        self.exec = exec
        self.commits = commits
        wakeup = try reading.connection.makeWakeup()
        sink = Sink(printer: printer, selection: selection, exec: exec)
        reading.failsWithoutCommit = commits
        reading.watch(exec.number)
        reading.watch(wakeup.number)
        exec.raise(wakeup)
    }

    mutating func readAll() throws(CommandError) -> ReadEnd {
        do throws(CommandError) { return try read() } catch {
            exec.end()
            throw error
        }
    }

    private mutating func read() throws(CommandError) -> ReadEnd {
        var ending: ReadEnd?
        while true {
            takeRecords()
            try work()
            try answer(reading.step(releases: false))
            // Nothing more is taken: what waits for more need not.
            if reading.reader.hasEnded { try work() }
            if exec.isCommitting, reading.reader.isCommitted {
                exec.finishBatch(isCommitted: commits)
            }
            if let ending, exec.mayEnd { return ending }
            if reading.reader.hasEnded, exec.isIdle { return .complete }
            let end = try reading.wait(
                until: exec.deadline,
                canTake: exec.room > 0,
                isEnding: ending != nil
            )
            switch end {
            case nil: break
            case .signalled?, .expired?:
                ending = ending ?? end
                try exec.stop()
            case .complete?, .stalled?, .idle?: return end ?? .complete
            }
        }
    }

    private mutating func takeRecords() {
        for name in reading.takeTopics() {
            _ = sink.printer.addTopic(name)
            sink.selection.addTopic(name)
            exec.topics.append(name)
        }
        for _ in 0..<100 {
            guard reading.take(upTo: exec.room, into: &sink, { $1.take($0) }) > 0,
                !sink.selection.isSatisfied
            else { break }
        }
        if sink.selection.isSatisfied { reading.reader.finish() }
        // Records that are not wanted are no work, and count as processed.
        if exec.hasSettledAll { reading.reader.settle() }
    }

    /// Goes on with the work of a command, and settles what it has processed.
    private mutating func work() throws(CommandError) {
        wakeup.clear()
        try exec.serve(isLast: reading.reader.hasEnded)
        if exec.isDone {
            if exec.hasSettledAll { reading.reader.settle(isUrgent: true) }
            exec.beganCommitting()
        }
        // A command takes its time, and the cluster is not silent meanwhile.
        if !exec.isIdle { reading.recordsAreProcessed() }
        if isReleaseDue, !exec.isAtWork {
            isReleaseDue = false
            reading.reader.release()
        }
    }

    private mutating func answer(_ events: [ReaderEvent]) {
        for event in events {
            switch event {
            case .revoking(let partitions, let limit):
                guard exec.isAtWork else {
                    reading.reader.release()
                    continue
                }
                isReleaseDue = true
                let time = limit - reading.clock.now
                reading.say(
                    "group '\(reading.group ?? "")': revoking \(GroupText.names(partitions))"
                        + " when the running command has ended, after"
                        + " \(Self.rounded(time).argumentText) at the latest"
                )
            case .revoked(let partitions, _), .lost(let partitions):
                isReleaseDue = false
                exec.revoke(partitions)
            case .assigned, .commitFailed, .partitionEnd, .outage, .topicReplaced, .topicsFound,
                .groupError, .pollIntervalExceeded, .waitingForAssignment, .waitingToCommit,
                .ended, .closed:
                continue
            }
        }
    }

    /// Rounds a time to whole seconds, as it was set.
    private static func rounded(_ time: Duration) -> Duration {
        .milliseconds((time.nanoseconds + 50_000_000) / 100_000_000 * 100)
    }

    var tally: ReadTally {
        ReadTally(
            printed: sink.selection.chosen,
            written: sink.selection.chosen,
            filteredOut: sink.selection.filteredOut,
            cutNumbers: sink.printer.cutNumbers,
            work: ReadTally.Work(
                finished: exec.finished,
                failed: exec.failed,
                undone: exec.undone
            )
        )
    }
}
