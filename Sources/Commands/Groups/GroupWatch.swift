// Polling of groups: until Ctrl-C, or until nothing is left to read.
//
// A poll that fails is reported, and the next one uses a new client: the old client's cached
// coordinators may be the reason.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor

/// The state that both kinds of polling share.
private struct GroupPolling {
    let options: GroupsDescribe.Options
    var connection: Connection
    var context: Context
    let signals: SignalSource
    /// True once a poll has seen a group.
    private var hasSeen = false

    init(
        _ options: GroupsDescribe.Options,
        _ connection: Connection,
        _ context: Context
    ) throws(CommandError) {
        self.options = options
        self.connection = connection
        self.context = context
        signals = try context.catchSignals([.quit, .suspend], patient: [.suspend])
    }

    /// Polls once; returns the errors that may pass, and throws the others.
    mutating func poll() throws(CommandError) -> (groups: [GroupFacts], errors: [CommandError]) {
        var groups: [GroupFacts] = []
        var errors: [CommandError] = []
        do throws(CommandError) {
            groups = try GroupsDescribe.poll(options, connection) { errors.append($0) }
        } catch {
            errors.append(error)
        }
        if !groups.isEmpty { hasSeen = true }
        guard !errors.isEmpty else { return (groups, []) }
        // A group that was there may be missing while its coordinator moves.
        let lasting = errors.first { !$0.isPassing && !($0.status == .notFound && hasSeen) }
        if let lasting { throw lasting }
        connection = try context.connect(
            options.cluster,
            toAskAbout: options.selection.names.first
        )
        return (groups, errors)
    }

    /// Waits until `time`; throws when a signal ends it.
    ///
    /// Ctrl-Z stops the process between `onStop` and `onContinue`.
    func wait(
        until time: Instant,
        onStop: () -> Void = {},
        onContinue: () -> Void = {}
    ) throws(CommandError) {
        var loop = Loop<Bool>(clock: context.clock)
        loop.watch(signals.number, for: .readable, as: true)
        do { try loop.wait(until: time) } catch { throw CommandError(error, doing: "cannot wait") }
        guard let signal = signals.next() else { return }
        guard signal == .suspend else { throw .reported(.signalled(signal.number)) }
        onStop()
        Signal.stopProcess()
        onContinue()
    }
}

/// `groups describe --watch`.
struct GroupWatch {
    private var polling: GroupPolling
    private var histories: [String: LagHistory] = [:]
    private var courses: [String: TopicCourses] = [:]

    /// Partitions shown on a terminal: more would push the newest off the screen.
    private static let room = 15

    init(
        _ options: GroupsDescribe.Options,
        _ connection: Connection,
        _ context: Context
    ) throws(CommandError) {
        polling = try GroupPolling(options, connection, context)
    }

    /// Shows the groups until a signal ends it.
    ///
    /// A terminal shows them on its alternate screen, and has its own back whatever ends it.
    mutating func run() throws(CommandError) {
        let context = polling.context
        let screen = hasScreen ? AlternateScreen(context.output) : nil
        screen?.enter()
        defer { screen?.leave() }
        while true {
            let next = context.clock.now + polling.options.interval
            try show()
            try polling.wait(
                until: next,
                onStop: { screen?.leave() },
                onContinue: { screen?.enter() }
            )
        }
    }

    /// True when a person looks at a terminal that can be drawn on.
    private var hasScreen: Bool {
        polling.context.output.isTerminal && polling.context.environment["TERM"] != "dumb"
            && polling.options.output.format.kind == .text
    }

    private mutating func show() throws(CommandError) {
        let (groups, errors) = try polling.poll()
        for error in errors { polling.context.report(error) }
        let output = polling.context.output
        let now = polling.context.clock.now
        if polling.options.output.isForProgram {
            let onlyLagging = polling.options.onlyLagging
            return try polling.context.reports(
                groups.map { GroupLagReport(facts: $0, onlyLagging: onlyLagging) },
                as: polling.options.output.format
            )
        }
        let isColoured = polling.context.colours(output)
        var text = ""
        for group in groups {
            var history = histories[group.id] ?? LagHistory()
            history.add(group.lags, at: now)
            histories[group.id] = history
            var course = courses[group.id] ?? TopicCourses()
            course.add(TotalRow.topics(group))
            courses[group.id] = course
            let report = GroupLagReport(
                facts: group,
                onlyLagging: polling.options.onlyLagging,
                room: output.isTerminal ? Self.room : nil
            )
            let page = Page(output, isWide: polling.options.output.format.isWide)
            let table = page.fitted(report.text(on: page))
            text += isColoured ? LagPaint.painted(table) : table
            if hasScreen { text += course.text(isColoured: isColoured, escape: output.escape) }
            text += history.text + "\n"
        }
        if hasScreen { text = frame(text, output.sink.height) }
        try polling.context.print(text)
    }

    /// Returns a screen: the header, and as many lines as fit under it.
    private func frame(_ text: String, _ height: Int?) -> String {
        let time = UTCTime.text(polling.context.clock.unixMilliseconds)
        let header = "Every \(polling.options.interval.argumentText), \(time), Ctrl-C to stop\n\n"
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        while lines.last?.isEmpty == true { lines.removeLast() }
        if let height, height > 4, lines.count > height - 3 {
            let hidden = lines.count - (height - 4)
            lines = lines.prefix(height - 4) + ["... \(counted(hidden, "more line"))"]
        }
        return "\u{1b}[H\u{1b}[J" + header + lines.joined(separator: "\n")
    }
}

/// The second screen of a terminal: what was there before comes back.
private struct AlternateScreen {
    private let output: OutputStream

    init(_ output: OutputStream) { self.output = output }

    /// Switches to it, without a cursor.
    func enter() { write("\u{1b}[?1049h\u{1b}[?25l") }

    /// Switches back.
    func leave() { write("\u{1b}[?25h\u{1b}[?1049l") }

    private func write(_ text: String) {
        try? output.write(text)
        try? output.flush()
    }
}

extension Context {
    /// True when a stream is a terminal, and nothing speaks against colours.
    func colours(_ stream: OutputStream) -> Bool {
        stream.isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
            && environment["TERM"] != "dumb"
    }
}

/// `groups describe --wait-caught-up`.
struct GroupWait {
    private var polling: GroupPolling
    private let deadline: Instant
    private var progress: ProgressLine
    private let start: Instant

    init(
        _ options: GroupsDescribe.Options,
        _ connection: Connection,
        _ context: Context
    ) throws(CommandError) {
        polling = try GroupPolling(options, connection, context)
        start = context.clock.now
        deadline = start + options.cluster.timeout
        progress = ProgressLine(context.errors)
    }

    /// Waits until no group has lag; prints nothing but progress.
    mutating func run() throws(CommandError) {
        while true {
            let (groups, errors) = try polling.poll()
            let behind = groups.first { !$0.isCaughtUp }
            guard let left = errors.first?.report?.message ?? behind?.backlog else {
                return progress.clear()
            }
            let clock = polling.context.clock
            progress.show(left, at: clock.now - start)
            guard clock.now < deadline else {
                progress.clear()
                throw CommandError(
                    .incomplete,
                    "not caught up within \(polling.options.cluster.timeout.argumentText): \(left)",
                    hint: "wait longer with --timeout"
                )
            }
            // Often enough that the end of waiting is not waited for.
            let pause = min(polling.options.interval, .milliseconds(250))
            try polling.wait(until: min(clock.now + pause, deadline))
        }
    }
}

extension CommandError {
    /// True when the next poll may no longer find this error.
    fileprivate var isPassing: Bool {
        switch status {
        case .unreachable, .incomplete: true
        default: report?.isRetriable ?? false
        }
    }
}

extension GroupFacts {
    /// True when nothing is left to read, as far as can be known.
    fileprivate var isCaughtUp: Bool { lags.allSatisfy { $0.lag == 0 || $0.isGone } }

    /// The records that are left to read, in words.
    fileprivate var backlog: String {
        let unknown = lags.count { $0.lag == nil && !$0.isGone }
        let text = "group '\(id)' has a lag of \(totalLag)"
        return unknown == 0 ? text : text + ", unknown for \(counted(unknown, "partition"))"
    }
}
