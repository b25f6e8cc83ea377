// Looking at groups again and again: until Ctrl-C, or until nothing is left to read.
//
// A look that fails is told and is followed by the next one with a new client: what the old one
// believed of coordinators may be why it failed.

import Arguments
import CommandKit
import KafkaCore
import Output
import Reactor

/// What both kinds of looking share.
private struct GroupLooks {
    let options: GroupsDescribe.Options
    var connection: Connection
    var context: Context
    let signals: SignalSource
    /// Whether there was anything to be seen yet.
    private var hasSeen = false

    init(
        _ options: GroupsDescribe.Options,
        _ connection: Connection,
        _ context: Context
    ) throws(CommandError) {
        self.options = options
        self.connection = connection
        self.context = context
        signals = try context.catchSignals()
    }

    /// One look; what cannot be shown now, but may be later, is handed over instead.
    mutating func look() throws(CommandError) -> (groups: [GroupFacts], troubles: [CommandError]) {
        var groups: [GroupFacts] = []
        var troubles: [CommandError] = []
        do throws(CommandError) {
            groups = try GroupsDescribe.look(options, connection) { troubles.append($0) }
        } catch {
            troubles.append(error)
        }
        if !groups.isEmpty { hasSeen = true }
        guard !troubles.isEmpty else { return (groups, []) }
        // A group that was there may be missing while its coordinator moves.
        let lasting = troubles.first { !$0.mayPass && !($0.status == .notFound && hasSeen) }
        if let lasting { throw lasting }
        connection = try context.connect(
            options.cluster,
            toAskAbout: options.selection.names.first
        )
        return (groups, troubles)
    }

    /// Waits until `time`; throws when a signal ends it.
    func wait(until time: Instant) throws(CommandError) {
        var loop = Loop<Bool>(clock: context.clock)
        loop.watch(signals.number, for: .readable, as: true)
        do { try loop.wait(until: time) } catch { throw CommandError(error, doing: "cannot wait") }
        if let signal = signals.next() { throw .reported(.signalled(signal.number)) }
    }
}

/// `groups describe --watch`.
struct GroupWatch {
    private var looks: GroupLooks
    private var histories: [String: LagHistory] = [:]

    /// Partitions shown on a terminal: more would push the newest off the screen.
    private static let room = 15

    init(
        _ options: GroupsDescribe.Options,
        _ connection: Connection,
        _ context: Context
    ) throws(CommandError) {
        looks = try GroupLooks(options, connection, context)
    }

    /// Shows the groups until a signal ends it.
    mutating func run() throws(CommandError) {
        while true {
            let next = looks.context.clock.now + looks.options.interval
            try show()
            try looks.wait(until: next)
        }
    }

    private mutating func show() throws(CommandError) {
        let (groups, troubles) = try looks.look()
        for trouble in troubles { looks.context.report(trouble) }
        let output = looks.context.output
        let now = looks.context.clock.now
        if looks.options.output.isJSON {
            let onlyLagging = looks.options.onlyLagging
            return try looks.context.reports(
                groups.map { GroupLagReport(facts: $0, onlyLagging: onlyLagging) },
                as: .json
            )
        }
        var text = output.isTerminal ? "\u{1b}[H\u{1b}[J" : ""
        for group in groups {
            var history = histories[group.id] ?? LagHistory()
            history.add(group.lags, at: now)
            histories[group.id] = history
            let report = GroupLagReport(
                facts: group,
                onlyLagging: looks.options.onlyLagging,
                room: output.isTerminal ? Self.room : nil
            )
            text += report.text(escape: output.escape) + history.text + "\n"
        }
        try looks.context.print(text)
    }
}

/// `groups describe --wait-caught-up`.
struct GroupWait {
    private var looks: GroupLooks
    private let deadline: Instant
    private var progress: ProgressLine
    private let start: Instant

    init(
        _ options: GroupsDescribe.Options,
        _ connection: Connection,
        _ context: Context
    ) throws(CommandError) {
        looks = try GroupLooks(options, connection, context)
        start = context.clock.now
        deadline = start + options.cluster.timeout
        progress = ProgressLine(context.errors)
    }

    /// Waits until no group has lag; prints nothing but progress.
    mutating func run() throws(CommandError) {
        while true {
            let (groups, troubles) = try looks.look()
            let behind = groups.first { !$0.isCaughtUp }
            guard let left = troubles.first?.report?.message ?? behind?.backlog else {
                return progress.clear()
            }
            let clock = looks.context.clock
            progress.show(left, at: clock.now - start)
            guard clock.now < deadline else {
                progress.clear()
                throw CommandError(
                    .incomplete,
                    "not caught up within \(looks.options.cluster.timeout.argumentText): \(left)",
                    hint: "wait longer with --timeout"
                )
            }
            // Often enough that the end of waiting is not waited for.
            let pause = min(looks.options.interval, .milliseconds(250))
            try looks.wait(until: min(clock.now + pause, deadline))
        }
    }
}

extension CommandError {
    /// Whether the next look may find it gone.
    fileprivate var mayPass: Bool {
        switch status {
        case .unreachable, .incomplete: true
        default: report?.isRetriable ?? false
        }
    }
}

extension GroupFacts {
    /// Whether nothing is left to read, as far as can be known.
    fileprivate var isCaughtUp: Bool { lags.allSatisfy { $0.lag == 0 || $0.isGone } }

    /// What is left, for a person.
    fileprivate var backlog: String {
        let unknown = lags.count { $0.lag == nil && !$0.isGone }
        let text = "group '\(id)' has a lag of \(totalLag)"
        return unknown == 0 ? text : text + ", not known of \(counted(unknown, "partition"))"
    }
}
