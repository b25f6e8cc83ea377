// `decode-aliecs --active`: the newest list of active runs.

import AliECS
import CommandKit
import Output

/// Keeps the newest list, and prints it in the end.
final class ActiveSink: FactsSink {
    private let format: OutputFormat
    private let selection: RunSelection
    private let context: Context
    private var active = ActiveRuns()
    private(set) var printed = 0

    init(_ format: OutputFormat, _ selection: EventSelection, in context: Context) {
        self.format = format
        self.selection = RunSelection(selection)
        self.context = context
    }

    var isSatisfied: Bool { false }

    func wants(_ kind: TopicKind?) -> Bool { kind == nil || kind == .envList }

    func take(_ facts: EventFacts, at place: RecordPlace?) { active.take(facts, at: place) }

    func advance(to watermark: EventTime) throws(CommandError) {}

    func finish(isWhole: Bool) throws(CommandError) {
        guard let notes = active.notes else {
            guard isWhole else { return }
            throw CommandError(
                .notFound,
                "no list of active runs found",
                hint: "--runs finds active runs in other records"
            )
        }
        let wanted = notes.filter(selection.wants)
        printed = wanted.count
        try context.list(wanted.map(ActiveRow.init), as: format)
        let time = active.milliseconds.map { ", as of \(UTCTime.text($0))" } ?? ""
        if wanted.isEmpty, format == .text { context.note("no active runs\(time)") }
    }
}
