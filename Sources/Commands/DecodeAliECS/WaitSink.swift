// `decode-aliecs --wait-sor` and `--wait-eor`: until a run starts or ends.

import AliECS
import CommandKit
import JSON
import Output

/// Waits for an event of a run, and prints it.
final class WaitSink: FactsSink {
    private let goal: RunWait.Goal
    private let format: OutputFormat
    private let context: Context
    private var wait: RunWait
    private var event: RunEvent?
    private(set) var printed = 0

    init(_ goal: RunWait.Goal, of run: RunRequest, _ format: OutputFormat, in context: Context) {
        self.goal = goal
        self.format = format
        self.context = context
        let number: UInt32? = if case .number(let number) = run { number } else { nil }
        wait = RunWait(for: goal, of: number)
    }

    var isSatisfied: Bool { event != nil }

    func wants(_ kind: TopicKind?) -> Bool { RunTopics.include(kind) }

    func take(_ facts: EventFacts, at place: RecordPlace?) {
        // The first event counts; others of the same record are not asked for.
        if event == nil { event = wait.take(facts, at: place) }
    }

    func advance(to watermark: EventTime) throws(CommandError) {}

    func finish(isWhole: Bool) throws(CommandError) {
        guard let event else { return }
        printed += 1
        try context.reports([RunEventReport(goal: goal, event: event)], as: format)
    }
}

/// That a run has started or ended.
struct RunEventReport: Report {
    let goal: RunWait.Goal
    let event: RunEvent

    private var word: String { goal == .start ? "started" : "ended" }

    static let json = JSONShape(
        "run event",
        "The event that a wait was for.",
        option: "--wait-sor --json, --wait-eor --json",
        [
            JSONField("runNumber", .integer, "Number of the run."),
            JSONField("environmentId", .string, "Id of the environment."),
            JSONField("event", .string, "Name of the event."),
            JSONField("timestamp", .integer, "Time of the event, in milliseconds since 1970.")
                .orNull,
            JSONField("source", .string, "Record that the event comes from."),
        ]
    )

    func text(on page: Page) -> String {
        let time = event.milliseconds.map { " at \(UTCTime.exactText($0))" } ?? ""
        return "run \(event.run) of \(page.escape(event.environment)) has \(word)\(time)"
            + " (\(page.escape(event.source)))\n"
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("runNumber")
        json.number(event.run)
        json.key("environmentId")
        json.string(event.environment)
        json.key("event")
        json.string(word)
        json.key("timestamp")
        json.optional(event.milliseconds)
        json.key("source")
        json.string(event.source)
        json.endObject()
    }
}
