// The reports of `decode-aliecs` about runs in place of records, as options.

import Arguments

/// A run that is waited for.
enum RunRequest: ArgumentValue, Equatable {
    case any
    case number(UInt32)

    static var placeholder: String { "RUN" }

    init(argument: String) throws(InvalidValue) {
        if argument == "any" {
            self = .any
            return
        }
        guard let number = UInt32(argument), number > 0 else {
            throw InvalidValue("neither a run number nor any")
        }
        self = .number(number)
    }

    var argumentText: String {
        switch self {
        case .any: "any"
        case .number(let number): "\(number)"
        }
    }
}

/// The output of a read.
enum DecodeGoal: Equatable {
    case records
    case runs
    case timeline
    case active
    case latency
    case startOfRun(RunRequest)
    case endOfRun(RunRequest)

    /// True when runs are picked by what is known of them, and not their records.
    var picksRuns: Bool {
        switch self {
        case .runs, .timeline, .active: true
        case .records, .latency, .startOfRun, .endOfRun: false
        }
    }

    /// True when the read is over once a record says so.
    var isWait: Bool {
        switch self {
        case .startOfRun, .endOfRun: true
        case .records, .runs, .timeline, .active, .latency: false
        }
    }
}

/// The runs of `decode-aliecs`.
struct DecodeRuns: CommandOptions {
    var runs = false
    var timeline = false
    var isASCII = false
    var active = false
    var latency = false
    var start: RunRequest?
    var end: RunRequest?
    var timeLimit: Duration?

    static let flags = rows.map { $0.description.isAdvanced ? $0.grouped("Runs") : $0 }

    private static let rows: [Flag<DecodeRuns>] = [
        .toggle("runs", "Print one line per run instead of records.", \.runs, negatable: false),
        .toggle("timeline", "Draw one bar per run.", \.timeline, negatable: false).advanced(),
        .toggle("ascii", "Draw with ASCII characters only.", \.isASCII, negatable: false)
            .advanced(),
        .toggle("active", "Print the newest list of active runs.", \.active, negatable: false)
            .advanced(),
        .toggle(
            "latency",
            "Print start and stop times of runs and latencies of calls.",
            \.latency,
            negatable: false
        )
        .advanced(),
        .optional("wait-sor", "Exit when this run starts (RUN or any).", \.start).advanced(),
        .optional("wait-eor", "Exit when this run has ended (RUN or any).", \.end).advanced(),
        .optional(
            "timeout",
            "Limit for each cluster request, and for --wait-sor and --wait-eor.",
            \.timeLimit,
            defaultText: "10s; no limit for --wait-sor and --wait-eor"
        )
        .advanced(),
    ]

    /// Returns the goal of the options; several at once are refused.
    func goal() throws(UsageError) -> DecodeGoal {
        var goals: [(String, DecodeGoal)] = []
        if runs { goals.append(("--runs", .runs)) }
        if timeline { goals.append(("--timeline", .timeline)) }
        if active { goals.append(("--active", .active)) }
        if latency { goals.append(("--latency", .latency)) }
        if let start { goals.append(("--wait-sor", .startOfRun(start))) }
        if let end { goals.append(("--wait-eor", .endOfRun(end))) }
        if goals.count > 1 {
            throw UsageError("\(goals[0].0) and \(goals[1].0) do not go together")
        }
        if isASCII, !timeline { throw UsageError("--ascii needs --timeline") }
        return goals.first?.1 ?? .records
    }
}
