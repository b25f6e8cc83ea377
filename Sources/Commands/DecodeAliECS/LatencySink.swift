// `decode-aliecs --latency`: how long runs and calls of services take.

import AliECS
import CommandKit
import Output

/// Counts latencies, and prints them in the end.
final class LatencySink: FactsSink {
    private let format: OutputFormat
    private let context: Context
    private var tracker: RunTracker
    private var table = LatencyTable()
    private(set) var printed = 0

    init(_ format: OutputFormat, lateness: Duration, in context: Context) {
        self.format = format
        self.context = context
        tracker = RunTracker(lateness: lateness, watchesGaps: false)
    }

    var isSatisfied: Bool { false }

    func wants(_ kind: TopicKind?) -> Bool {
        RunTopics.include(kind) || kind == .integratedService || kind == .call
    }

    func take(_ facts: EventFacts, at place: RecordPlace?) {
        table.take(facts, at: place)
        tracker.take(facts, at: place)
    }

    func advance(to watermark: EventTime) throws(CommandError) {
        guard let time = EventTime.first(after: watermark) else { return }
        for run in tracker.advance(before: time) { table.take(run) }
        // They are for --runs; kept here they would only grow.
        _ = tracker.takeWarnings()
    }

    func finish(isWhole: Bool) throws(CommandError) {
        for run in tracker.finish() { table.take(run) }
        let rows = table.rows
        printed += rows.count
        try context.list(rows, as: format)
    }
}
