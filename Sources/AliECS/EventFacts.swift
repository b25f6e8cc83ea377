// What a record says, without C: what selecting, a person's line and the run tracker work with.

/// The kind of a record.
public enum EventKind: String, Sendable, CaseIterable {
    /// Era 1: an environment has entered a state.
    case enteredState
    /// Era 1: an environment leaves a state, which it still names.
    case leftState
    /// Era 1: a run is about to start.
    case beforeStart
    /// Era 1: a run has started, by a workflow of its own.
    case afterStart
    /// Era 1: the environments that have a run.
    case activeRuns
    /// Era 2: an environment's transition, step or error.
    case environment
    /// Era 2: a task has changed.
    case task
    /// Era 2: a role has changed.
    case role
    /// Era 2: a call of a hook.
    case call
    /// Era 2: a call of an integrated service: DCS, ODC, TRG and others.
    case service
    /// Era 2: a run's transition.
    case run
    /// Era 2: the core has started.
    case coreStart
    /// Era 2: Mesos has said something.
    case framework
    /// Era 2: Mesos is alive.
    case heartbeat
    /// The LHC has another beam mode.
    case beamMode
    /// The central trigger processor's status.
    case triggerStatus
    /// A message that says nothing of these.
    case other
}

/// The progress of an operation.
public enum OpStatus: Int32, Sendable {
    /// It has begun.
    case started = 1
    /// It goes on.
    case ongoing = 2
    /// It has been done.
    case doneOK = 3
    /// It has failed.
    case doneError = 4
    /// It has taken too long.
    case doneTimeout = 5

    /// True when the operation is over, however it ended.
    public var isDone: Bool { rawValue >= OpStatus.doneOK.rawValue }

    /// The name in the schema.
    public var name: String {
        switch self {
        case .started: "STARTED"
        case .ongoing: "ONGOING"
        case .doneOK: "DONE_OK"
        case .doneError: "DONE_ERROR"
        case .doneTimeout: "DONE_TIMEOUT"
        }
    }
}

/// A moment, in nanoseconds since 1970.
public struct EventTime: Comparable, Hashable, Sendable {
    /// Nanoseconds since 1970.
    public var nanoseconds: Int64

    /// A moment in nanoseconds.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// A moment in milliseconds; the nearest one that can be expressed, where that is too far away.
    public init(milliseconds: Int64) {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        nanoseconds = overflow ? (milliseconds < 0 ? .min : .max) : product
    }

    /// Milliseconds since 1970, rounded down.
    public var milliseconds: Int64 {
        let (quotient, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return rest < 0 ? quotient - 1 : quotient
    }

    /// Returns true when `one` is earlier.
    public static func < (one: EventTime, other: EventTime) -> Bool {
        one.nanoseconds < other.nanoseconds
    }
}

/// An environment as era 1 reports it.
public struct EnvironmentNote: Equatable, Sendable {
    /// Its id.
    public var environment = ""
    /// Nil when none is set, which is not zero.
    public var run: UInt32?
    /// Such as `PHYSICS`.
    public var runType = ""
    /// Such as `RUNNING`.
    public var state = ""
    /// Such as `ITS`.
    public var detectors: [String] = []
    /// The time when the present state was entered, in milliseconds since 1970; 0 when not
    /// reported.
    public var enteredMilliseconds: UInt64 = 0

    /// Makes one that says nothing.
    public init() {}
}

/// The facts a record states; one that it does not state is empty or nil.
public struct EventFacts: Equatable, Sendable {
    /// The kind of the record.
    public var kind: EventKind
    /// The message's own time: nanoseconds where it has them, else milliseconds; nil when it has none.
    public var time: EventTime?
    /// The message's own time in milliseconds as it stands there; nil when it has none.
    public var milliseconds: Int64?
    /// The environment that it is about.
    public var environment = ""
    /// Nil outside a run.
    public var run: UInt32?
    /// Such as `PHYSICS`; of an environment, when its workflow has been loaded.
    public var runType = ""
    /// The state, the one that is left, or the LHC's beam mode.
    public var state = ""
    /// Such as `ITS`; of an environment, when its workflow has been loaded.
    public var detectors: [String] = []
    /// Such as `START_ACTIVITY`.
    public var transition = ""
    /// The step of a transition, or of a service's operation.
    public var step = ""
    /// The progress of the transition, call or operation; of a service, its step's status where it
    /// has one.
    public var status: OpStatus?
    /// The progress of a service's operation, whatever its steps.
    public var operationStatus: OpStatus?
    /// The user who asked for it; empty when no user is named.
    public var user = ""
    /// That person's number outside AliECS; 60 is the LHC, 65 a timer.
    public var userNumber: Int32?
    /// The error, in words.
    public var error = ""
    /// The text that is said, or put out by a call; the status of a task or role.
    public var message = ""
    /// The task, role, called function or service.
    public var name = ""
    /// A service's operation.
    public var operation = ""
    /// A service's payload, usually JSON.
    public var payload = ""
    /// A task's host, or the call's or role's path.
    public var place = ""
    /// The time when the present state was entered, in milliseconds; 0 when not reported (era 1).
    public var enteredMilliseconds: UInt64 = 0
    /// The environments of a list of active runs.
    public var active: [EnvironmentNote] = []

    /// Facts of which only the kind is known.
    public init(_ kind: EventKind) { self.kind = kind }

    /// True when something has gone wrong.
    ///
    /// An environment's record counts only when it has an error text: since v1.42.0 the end of a
    /// `leave_<STATE>` step says `DONE_ERROR` when all is well.
    public var isError: Bool {
        if !error.isEmpty { return true }
        if kind == .environment { return false }
        return status == .doneError || status == .doneTimeout || state == "ERROR"
    }
}
