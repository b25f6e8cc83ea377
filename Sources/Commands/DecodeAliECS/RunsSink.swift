// `decode-aliecs --runs` and `--timeline`: runs in place of records.

import AliECS
import CommandKit
import Output
import Reactor

/// Reports runs as they become final; of a read that ends, in the order of their numbers.
final class RunsSink: FactsSink {
    /// The form in which runs are reported.
    enum Form {
        /// A row each, or an object.
        case rows(OutputFormat, isEndless: Bool)
        /// A picture at the end.
        case timeline(isASCII: Bool)
    }

    private let form: Form
    private let selection: RunSelection
    private let context: Context
    private var tracker: RunTracker
    private var warnings: RunWarnings
    private var table = GrowingTable(columns: RunRow.columns)
    /// The runs not printed yet: rows wait for their order, the picture for its last bar.
    private var kept: [Run] = []
    private var leftOut = 0
    private(set) var printed = 0

    /// The largest number of rows that wait; of more the lowest numbers are printed: memory is
    /// bounded.
    private static let rowLimit = 10_000
    /// The largest number of bars of a picture: the newest ones.
    private static let barLimit = 2000

    init(
        _ form: Form,
        _ selection: EventSelection,
        lateness: Duration,
        in context: Context
    ) {
        self.form = form
        self.selection = RunSelection(selection)
        self.context = context
        tracker = RunTracker(lateness: lateness)
        warnings = RunWarnings(context)
    }

    var isSatisfied: Bool { false }

    func wants(_ kind: TopicKind?) -> Bool { RunTopics.include(kind) }

    func take(_ facts: EventFacts, at place: RecordPlace?) { tracker.take(facts, at: place) }

    func advance(to watermark: EventTime) throws(CommandError) {
        guard let time = EventTime.first(after: watermark) else { return }
        try report(tracker.advance(before: time))
    }

    func finish(isWhole: Bool) throws(CommandError) {
        try report(tracker.finish())
        kept.sort { ($0.number, $0.environment) < ($1.number, $1.environment) }
        switch form {
        case .rows(let format, _): try print(kept.count, as: format)
        case .timeline(let isASCII): try draw(isASCII: isASCII)
        }
        warnings.finish()
    }

    private func report(_ runs: [Run]) throws(CommandError) {
        let wanted = runs.filter(selection.wants)
        printed += wanted.count
        kept += wanted
        switch form {
        case .rows(let format, isEndless: true): try print(kept.count, as: format)
        case .rows(let format, isEndless: false):
            if kept.count > Self.rowLimit {
                kept.sort { ($0.number, $0.environment) < ($1.number, $1.environment) }
                try print(kept.count / 2, as: format)
            }
        case .timeline:
            if kept.count > Self.barLimit {
                leftOut += kept.count - Self.barLimit
                kept.removeFirst(kept.count - Self.barLimit)
            }
        }
        // In an object they stand with the run.
        var odd = tracker.takeWarnings()
        if case .rows(let format, _) = form, format.kind == .json {
        } else {
            odd += wanted.flatMap(\.warnings)
        }
        for warning in odd where selection.wants(warning) { warnings.report(warning) }
    }

    /// Prints the first of the runs that are kept.
    private func print(_ count: Int, as format: OutputFormat) throws(CommandError) {
        try context.list(kept.prefix(count).map(RunRow.init), as: format, in: &table)
        kept.removeFirst(count)
    }

    private func draw(isASCII: Bool) throws(CommandError) {
        let picture = Timeline(
            titles: Timeline.runTitles,
            width: context.output.sink.width ?? 80,
            isASCII: isASCII,
            isColoured: context.isColourful
        )
        if leftOut > 0 {
            context.note("\(counted(leftOut, "older run")) omitted")
        }
        guard !kept.isEmpty else { return }
        let text = picture.text(kept.map(\.bar), until: until)
        do {
            try context.output.write(text + picture.legend(Timeline.runSignals))
            try context.output.flush()
        } catch {
            throw CommandError(error)
        }
    }

    /// The end of runs that go on: now, unless the records are from another day.
    private var until: Int64? {
        guard let newest = tracker.newestTime?.milliseconds else { return nil }
        let now = context.clock.unixMilliseconds
        return now > newest && now - newest < 86_400_000 ? now : newest
    }
}

/// The topics whose records say anything of runs.
enum RunTopics {
    /// Returns true when topics of a kind are among them; so are topics of an unknown kind.
    static func include(_ kind: TopicKind?) -> Bool {
        switch kind {
        case nil, .run, .environment, .core, .envState, .envLeaveState, .envList, .startActivity:
            true
        case .task, .role, .call, .integratedService, .beamMode, .triggerStatus, .other: false
        }
    }
}
