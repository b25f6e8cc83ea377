// What has happened, in a few words for a person.

extension EventFacts {
    /// The event as a line of words, which may hold foreign text.
    public var summary: String {
        switch kind {
        case .enteredState: return Self.words("entered", state, runType, detectorText)
        case .leftState: return Self.words("leaves", state, runType, detectorText)
        case .beforeStart: return Self.words("is about to start a run", runType, detectorText)
        case .afterStart: return Self.words("has started a run", runType, detectorText)
        case .activeRuns:
            guard !active.isEmpty else { return "no active runs" }
            let names = active.map { note in note.run.map { "\($0)" } ?? note.environment }
            return "active: " + names.joined(separator: ", ")
        case .environment, .run:
            let text = Self.words(transition, step, status?.name, state, quoted(message), by)
            return text.isEmpty ? "\(kind.rawValue) without a word" : text
        case .task: return Self.words("task", name, state, message, at("on", place))
        case .role: return Self.words("role", name.isEmpty ? place : name, state, message)
        case .call: return Self.words("call", name, status?.name, at("in", place), quoted(message))
        case .service:
            return Self.words(
                name.isEmpty ? "service" : name,
                operation,
                operationStatus?.name,
                step,
                stepStatus
            )
        case .coreStart: return Self.words("core started", at("in framework", name))
        case .framework: return Self.words("framework", quoted(message))
        case .heartbeat: return "heartbeat"
        case .beamMode:
            return Self.words("beam mode", state.isEmpty ? "UNKNOWN" : state, message, name)
        case .triggerStatus: return "trigger status"
        case .other: return "nothing that is known"
        }
    }

    private var detectorText: String { detectors.joined(separator: ",") }

    /// A step's status, where the operation has one of its own.
    private var stepStatus: String? {
        operationStatus == nil || step.isEmpty ? nil : status?.name
    }

    private var by: String? {
        if !user.isEmpty { return "by \(user)" }
        return userNumber.map { "by user \($0)" }
    }

    private func quoted(_ text: String) -> String? { text.isEmpty ? nil : "'\(text)'" }

    private func at(_ word: String, _ place: String) -> String? {
        place.isEmpty ? nil : "\(word) \(place)"
    }

    private static func words(_ parts: String?...) -> String {
        parts.compactMap { $0.flatMap { $0.isEmpty ? nil : $0 } }.joined(separator: " ")
    }
}
