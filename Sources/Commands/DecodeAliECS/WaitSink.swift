// `decode-aliecs --wait-sor` and `--wait-eor`: until a run starts or ends.

import AliECS
import CommandKit
import JSON
import Output

/// Waits for the news of a run, and prints it.
final class WaitSink: FactsSink {
    private let goal: RunWait.Goal
    private let format: OutputFormat
    private let context: Context
    private var wait: RunWait
    private var news: RunEvent?
    private(set) var printed = 0

    init(_ goal: RunWait.Goal, of run: RunWish, _ format: OutputFormat, in context: Context) {
        self.goal = goal
        self.format = format
        self.context = context
        let number: UInt32? = if case .number(let number) = run { number } else { nil }
        wait = RunWait(for: goal, of: number)
    }

    var isSatisfied: Bool { news != nil }

    func wants(_ kind: TopicKind?) -> Bool { RunTopics.include(kind) }

    func take(_ facts: EventFacts, at place: RecordPlace?) {
        // The first news counts; what comes in the same breath is not asked.
        if news == nil { news = wait.take(facts, at: place) }
    }

    func advance(to watermark: EventTime) throws(CommandError) {}

    func finish(isWhole: Bool) throws(CommandError) {
        guard let news else { return }
        printed += 1
        try context.reports([NewsReport(goal: goal, news: news)], as: format)
    }
}

/// That a run has started or ended.
struct NewsReport: Report {
    let goal: RunWait.Goal
    let news: RunEvent

    private var word: String { goal == .start ? "started" : "ended" }

    func text(escape: (String) -> String) -> String {
        let time = news.milliseconds.map { " at \(UTCTime.exactText($0))" } ?? ""
        return "run \(news.run) of \(escape(news.environment)) has \(word)\(time)"
            + " (\(escape(news.source)))\n"
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.key("runNumber")
        json.number(news.run)
        json.key("environmentId")
        json.string(news.environment)
        json.key("event")
        json.string(word)
        json.key("time")
        json.optional(news.milliseconds)
        json.key("source")
        json.string(news.source)
        json.endObject()
    }
}
