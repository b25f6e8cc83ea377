// Which records are wanted, by what they say.

/// Conditions that a record has to meet, all of them; without any, every record is wanted.
public struct EventSelection: Sendable {
    /// The environments.
    public var environments: Set<String> = []
    /// The runs.
    public var runs: Set<UInt32> = []
    /// The detectors: an environment that has one of them.
    public var detectors: Set<String> = []
    /// The states, in capitals.
    public var states: Set<String> = []
    /// The transitions, in capitals.
    public var transitions: Set<String> = []
    /// The users who asked for it, by name or number.
    public var users: Set<String> = []
    /// True when only what has gone wrong is wanted.
    public var onlyErrors = false
    /// The kinds of topics.
    public var kinds: Set<TopicKind> = []

    /// The number of environments' detectors remembered at most.
    public static let memoryLimit = 10_000

    /// The detectors of environments, which few of their records name.
    private var known: [String: [String]] = [:]
    private var order: [String] = []

    /// No condition.
    public init() {}

    /// True when there is no condition, so that a record need not be read.
    public var isEmpty: Bool {
        environments.isEmpty && runs.isEmpty && detectors.isEmpty && states.isEmpty
            && transitions.isEmpty && users.isEmpty && !onlyErrors && kinds.isEmpty
    }

    /// Returns true when a record is wanted; records are to come in the order of their topics.
    public mutating func wants(_ facts: EventFacts, from topic: AliECSTopic) -> Bool {
        if !detectors.isEmpty { learn(facts) }
        if !kinds.isEmpty {
            guard let kind = topic.kind, kinds.contains(kind) else { return false }
        }
        if onlyErrors, !facts.isError { return false }
        if !transitions.isEmpty, !transitions.contains(facts.transition.uppercased()) {
            return false
        }
        if !users.isEmpty {
            guard
                users.contains(facts.user)
                    || facts.userNumber.map({ users.contains("\($0)") })
                        ?? false
            else { return false }
        }
        guard facts.kind == .activeRuns else {
            return wants(
                environment: facts.environment,
                run: facts.run,
                state: facts.state,
                detectors: detectors.isEmpty ? [] : known[facts.environment] ?? facts.detectors
            )
        }
        if environments.isEmpty, runs.isEmpty, states.isEmpty, detectors.isEmpty { return true }
        return facts.active.contains {
            wants(
                environment: $0.environment,
                run: $0.run,
                state: $0.state,
                detectors: $0.detectors
            )
        }
    }

    private func wants(
        environment: String,
        run: UInt32?,
        state: String,
        detectors: [String]
    ) -> Bool {
        if !environments.isEmpty, !environments.contains(environment) { return false }
        if !runs.isEmpty {
            guard let run, runs.contains(run) else { return false }
        }
        if !states.isEmpty, !states.contains(state.uppercased()) { return false }
        return self.detectors.isEmpty || !self.detectors.isDisjoint(with: detectors)
    }

    private mutating func learn(_ facts: EventFacts) {
        if !facts.detectors.isEmpty { learn(facts.environment, facts.detectors) }
        for note in facts.active where !note.detectors.isEmpty {
            learn(note.environment, note.detectors)
        }
    }

    private mutating func learn(_ environment: String, _ detectors: [String]) {
        guard !environment.isEmpty else { return }
        if known.updateValue(detectors, forKey: environment) == nil { order.append(environment) }
        if order.count > Self.memoryLimit {
            // The oldest half goes at once, so that forgetting costs little.
            for old in order.prefix(Self.memoryLimit / 2) { known[old] = nil }
            order.removeFirst(Self.memoryLimit / 2)
        }
    }
}
