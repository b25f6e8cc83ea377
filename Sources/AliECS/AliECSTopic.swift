// What a topic carries, by its name.

/// The kind of a topic of AliECS.
public enum TopicKind: String, CaseIterable, Sendable {
    /// `aliecs.env_state.<STATE>`: states entered, era 1.
    case envState = "env_state"
    /// `aliecs.env_leave_state.<STATE>`: states left, era 1.
    case envLeaveState = "env_leave_state"
    /// `aliecs.env_list.<STATE>`: the environments in a state, era 1.
    case envList = "env_list"
    /// `aliecs.before_start_activity` and its like: runs about to start or just started, era 1.
    case startActivity = "start_activity"
    /// `aliecs.core`.
    case core
    /// `aliecs.environment`.
    case environment
    /// `aliecs.task`.
    case task
    /// `aliecs.role`.
    case role
    /// `aliecs.call`.
    case call
    /// `aliecs.run`.
    case run
    /// `aliecs.integrated_service.<NAME>`.
    case integratedService = "integrated_service"
    /// `dip.lhc.beam_mode`.
    case beamMode = "beam_mode"
    /// `ctp.status`.
    case triggerStatus = "ctp_status"
    /// Another topic whose name begins with `aliecs.`, as a younger core may have.
    case other
}

/// A topic's name, taken apart.
public struct AliECSTopic: Equatable, Sendable {
    /// Its kind; nil when the name says nothing.
    public let kind: TopicKind?
    /// The state, service or activity at the end of the name; empty when it has none.
    public let detail: String

    /// Takes a name apart.
    ///
    /// A name with something in front, as mirrors of topics have, counts as what stands behind:
    /// `p2.aliecs.run` as `aliecs.run`.
    public init(_ name: String) {
        (kind, detail) = Self.take(apart: name) ?? (nil, "")
    }

    /// The message that its records hold; nil when that is not known.
    public var type: MessageType? {
        switch kind {
        case nil: nil
        case .envState, .envLeaveState, .startActivity: .newStateNotification
        case .envList: .activeRunsList
        case .core, .environment, .task, .role, .call, .run, .integratedService, .beamMode, .other:
            .event
        case .triggerStatus: .status
        }
    }

    private static func take(apart name: String) -> (TopicKind, String)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        if parts.suffix(3) == ["dip", "lhc", "beam_mode"] { return (.beamMode, "") }
        if parts.suffix(2) == ["ctp", "status"] { return (.triggerStatus, "") }
        guard let start = parts.lastIndex(of: "aliecs"), start + 1 < parts.count else { return nil }
        let detail = parts[(start + 2)...].joined(separator: ".")
        switch parts[start + 1] {
        case "env_state": return (.envState, detail)
        case "env_leave_state": return (.envLeaveState, detail)
        case "env_list": return (.envList, detail)
        case "before_start_activity", "after_start_activity", "start_activity":
            return (.startActivity, String(parts[start + 1]))
        case "core": return (.core, detail)
        case "environment": return (.environment, detail)
        case "task": return (.task, detail)
        case "role": return (.role, detail)
        case "call": return (.call, detail)
        case "run": return (.run, detail)
        case "integrated_service": return (.integratedService, detail)
        default: return (.other, parts[(start + 1)...].joined(separator: "."))
        }
    }
}
