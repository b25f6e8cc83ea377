// A run as it is reported, whichever records reported it.

/// The way the end of a run became known.
public enum RunEnd: Hashable, Sendable {
    /// It was stopped: `STOP_ACTIVITY`.
    case stop
    /// An error ended it: `GO_ERROR`.
    case goError
    /// Its environment was torn down by force: `TEARDOWN`.
    case teardown
    /// Era 1: its environment left RUNNING.
    case leftRunning
    /// Era 1: a list of active runs came without it.
    case list
    /// No record of its end came; its environment said that it was over.
    case environment
    /// Era 1: its environment entered another state, and no record of leaving RUNNING came.
    case enteredState(String)

    /// The value of `endedBy`.
    public var name: String {
        switch self {
        case .stop: "STOP_ACTIVITY"
        case .goError: "GO_ERROR"
        case .teardown: "TEARDOWN"
        case .leftRunning: "aliecs.env_leave_state.RUNNING"
        case .list: "list"
        case .environment: "aliecs.environment"
        case .enteredState(let state): "aliecs.env_state.\(state)"
        }
    }

    /// A word for a table; it holds no blank.
    public var word: String {
        switch self {
        case .stop: "STOP"
        case .goError: "GO_ERROR"
        case .teardown: "TEARDOWN"
        case .leftRunning: "left-RUNNING"
        case .list: "left-list"
        case .environment: "environment"
        case .enteredState(let state): "entered-\(state)"
        }
    }
}

/// A run: its four signals, who was behind it, and how it ended.
///
/// Times are milliseconds since 1970; nil is not known, or has not come yet.
public struct Run: Equatable, Sendable {
    /// The run's number.
    public var number: UInt32
    /// The environment that it runs in.
    public var environment: String
    /// The type, such as `PHYSICS`; empty when it is not known.
    public var type = ""
    /// The detectors that take part, sorted; empty when they are not known.
    public var detectors: [String] = []
    /// Start of the start of run: the number is assigned.
    public var sosor: Int64?
    /// End of the start of run; of era 1 the time of entering RUNNING.
    public var eosor: Int64?
    /// Start of the end of run; of era 1 the time of leaving RUNNING.
    public var soeor: Int64?
    /// End of the end of run.
    public var eoeor: Int64?
    /// The user who started it; nil when no user is named.
    public var startedBy: String?
    /// The user who stopped it; nil when no user is named, or when an error ended it.
    public var stoppedBy: String?
    /// The way it ended; nil while it runs, and when no record reported the end.
    public var endedBy: RunEnd?
    /// The error.
    public var error: String?
    /// True when its environment started a later run, and no record reported the end of this one.
    public var superseded = false
    /// The oddities of its records.
    public var warnings: [RunWarning] = []

    /// Makes a run of which nothing more is known.
    public init(number: UInt32, environment: String) {
        self.number = number
        self.environment = environment
    }

    /// From the first signal of the start to the first of the end, in milliseconds.
    ///
    /// Nil when either is not known, and when the end is before the start.
    public var milliseconds: Int64? {
        guard let start = sosor ?? eosor, let end = soeor ?? eoeor, end >= start else { return nil }
        let (length, overflow) = end.subtractingReportingOverflow(start)
        return overflow ? nil : length
    }

    /// The four signals' times that are known.
    public var times: [Int64] { [sosor, eosor, soeor, eoeor].compactMap(\.self) }
}

/// The four signals of a run.
public enum RunSignal: String, Hashable, Sendable, CaseIterable {
    /// Start of the start of run.
    case sosor = "SOSOR"
    /// End of the start of run.
    case eosor = "EOSOR"
    /// Start of the end of run.
    case soeor = "SOEOR"
    /// End of the end of run.
    case eoeor = "EOEOR"
}
